//! LDIF to contacts, record by record (RFC 2849), with the attributes of Mozilla's address books and of inetOrgPerson (RFC 2798).

use crate::RawRow;
use crate::charset::Charset;
use crate::contact::{Address, Birthday, Contact, Photo, Value};
use crate::content_line::{base64, join};
use crate::lines::{Line, MAX_LINE_BYTES};
use crate::tokens::clean;
use tendero_domain::{Day, RowProblem};

/// The most bytes of a picture.
const MAX_PHOTO_BYTES: usize = 1 << 20;
/// The most bytes of one record.
const MAX_RECORD_BYTES: usize = 8 << 20;
/// The most attributes of one record.
const MAX_ATTRIBUTES: usize = 2_000;

/// Whether a text is LDIF: `dn:` comes first, but for comments and the version.
pub(crate) fn begins(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    let first = lines.find(|line| {
        let version = line
            .get(..8)
            .is_some_and(|l| l.eq_ignore_ascii_case("version:"));
        !line.is_empty() && !line.starts_with(['#', ' ']) && !version
    });
    first
        .and_then(|line| line.get(..3))
        .is_some_and(|start| start.eq_ignore_ascii_case("dn:"))
}

/// Reads lines as records. Memory is bounded by one record of 8 MiB.
#[derive(Debug)]
pub(crate) struct Records {
    charset: Charset,
    pending: Option<Line>,
    record: Record,
}

#[derive(Debug, Default)]
struct Record {
    line: u64,
    bytes: usize,
    /// Names in lower case with their values' bytes.
    attributes: Vec<(String, Vec<u8>)>,
    problem: Option<RowProblem>,
}

impl Records {
    /// A reader for values in this character set; the RFC wants UTF-8.
    pub(crate) fn new(charset: Charset) -> Self {
        Self {
            charset,
            pending: None,
            record: Record::default(),
        }
    }

    pub(crate) fn push(&mut self, line: Line, out: &mut Vec<RawRow>) {
        if let (Some(b' '), Some(pending)) = (line.bytes.first(), &mut self.pending) {
            let rest = line.bytes.get(1..).unwrap_or_default();
            join(pending, rest, line.is_cut);
            return;
        }
        self.take();
        if line.bytes.is_empty() {
            self.end(out);
        } else {
            self.pending = Some(line);
        }
    }

    /// Ends the file, and the last record with it.
    pub(crate) fn finish(&mut self, out: &mut Vec<RawRow>) {
        self.take();
        self.end(out);
    }

    fn take(&mut self) {
        if let Some(line) = self.pending.take().filter(|l| !l.bytes.starts_with(b"#")) {
            self.record.add(&line);
        }
    }

    fn end(&mut self, out: &mut Vec<RawRow>) {
        let record = core::mem::take(&mut self.record);
        let only_version = record.attributes.iter().all(|(name, _)| name == "version");
        if only_version && record.problem.is_none() {
            return;
        }
        let values = Values {
            attributes: &record.attributes,
            charset: self.charset,
        };
        let contact = values.contact();
        let cells = contact.cells();
        let nameless = cells.iter().take(5).all(String::is_empty);
        let no_customer = (nameless || values.is_no_person()).then_some(RowProblem::NoCustomer);
        out.push(RawRow {
            line: record.line,
            cells,
            problem: record.problem.or(no_customer),
            contact: Some(Box::new(contact)),
        });
    }
}

impl Record {
    /// `name: text`, `name:: base64`, `name:< address of a file`, which is not followed.
    fn add(&mut self, line: &Line) {
        if self.line == 0 {
            self.line = line.number;
        }
        self.bytes += line.bytes.len();
        let full = self.bytes > MAX_RECORD_BYTES || self.attributes.len() >= MAX_ATTRIBUTES;
        if full || line.is_cut {
            self.problem = Some(RowProblem::TooLong);
            return;
        }
        let Some(colon) = line.bytes.iter().position(|b| *b == b':') else {
            return;
        };
        let (name, value) = line.bytes.split_at_checked(colon).unwrap_or_default();
        // "cn;lang-es" is a cn.
        let name = name.split(|b| *b == b';').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name).trim().to_lowercase();
        let value = match value.get(1..).unwrap_or_default() {
            [b'<', ..] => return,
            [b':', coded @ ..] => match base64(coded.trim_ascii(), MAX_LINE_BYTES) {
                Some(bytes) => bytes,
                None => {
                    self.problem = Some(RowProblem::Ragged);
                    return;
                }
            },
            text => text.trim_ascii().to_vec(),
        };
        self.attributes.push((name, value));
    }
}

struct Values<'r> {
    attributes: &'r [(String, Vec<u8>)],
    charset: Charset,
}

impl Values<'_> {
    /// The values of all attributes of these names, in the order of the names.
    fn all(&self, names: &[&str]) -> Vec<String> {
        let of = |name: &&str| {
            let name = (*name).to_owned();
            let found = self.attributes.iter().filter(move |(n, _)| *n == name);
            found.map(|(_, value)| clean(&self.charset.decode(value)))
        };
        let values = names.iter().flat_map(of);
        values.filter(|value| !value.is_empty()).collect()
    }

    fn first(&self, names: &[&str]) -> String {
        self.all(names).into_iter().next().unwrap_or_default()
    }

    /// Lists of people, folders and changes to a directory are no person's record.
    fn is_no_person(&self) -> bool {
        let classes = self.all(&["objectclass"]);
        let list = classes.iter().any(|class| {
            let class = class.to_lowercase();
            class.starts_with("groupof") || class == "organizationalunit"
        });
        let change = self.first(&["changetype"]);
        list || !(change.is_empty() || change.eq_ignore_ascii_case("add"))
    }

    fn contact(&self) -> Contact {
        let mut contact = Contact {
            uid: self.first(&["entryuuid"]),
            display_name: self.first(&["displayname", "cn", "commonname"]),
            given: self.first(&["givenname", "gn"]),
            family: self.first(&["sn", "surname"]),
            nickname: self.first(&["mozillanickname", "xmozillanickname"]),
            organisation: self.first(&["o", "company", "organizationname"]),
            units: self.all(&["ou", "department", "orgunit"]),
            title: self.first(&["title"]),
            is_organisation: false,
            phones: self.labelled(&[
                ("telephonenumber", "work"),
                ("mobile", "cell"),
                ("cellphone", "cell"),
                ("homephone", "home"),
                ("fax", "fax"),
                ("facsimiletelephonenumber", "fax"),
                ("pager", "pager"),
                ("pagerphone", "pager"),
            ]),
            emails: self.labelled(&[
                ("mail", ""),
                ("mozillasecondemail", ""),
                ("xmozillasecondemail", ""),
            ]),
            addresses: self.addresses(),
            urls: self.labelled(&[
                ("mozillaworkurl", "work"),
                ("workurl", "work"),
                ("labeleduri", "work"),
                ("mozillahomeurl", "home"),
                ("homeurl", "home"),
            ]),
            birthday: self.birthday(),
            note: self.all(&["description", "notes"]).join("\n"),
            tags: Vec::new(),
            photo: None,
            photo_left_out: false,
        };
        // "http://example.com label"
        for url in &mut contact.urls {
            let address = url.value.split_whitespace().next().unwrap_or_default();
            url.value = address.to_owned();
        }
        if contact.display_name.is_empty() {
            let joined = format!("{} {}", contact.given, contact.family);
            joined.trim().clone_into(&mut contact.display_name);
        }
        let photo = self.attributes.iter().find(|(n, _)| n == "jpegphoto");
        if let Some((_, bytes)) = photo {
            contact.photo_left_out = bytes.len() > MAX_PHOTO_BYTES;
            contact.photo = (!contact.photo_left_out).then(|| Photo {
                kind: "image/jpeg".to_owned(),
                bytes: bytes.clone(),
            });
        }
        contact
    }

    fn labelled(&self, names: &[(&str, &str)]) -> Vec<Value> {
        let of = |(name, label): &(&str, &str)| {
            let labels = vec![(*label).to_owned()];
            let labels: Vec<String> = labels.into_iter().filter(|l| !l.is_empty()).collect();
            let values = self.all(&[name]).into_iter();
            values.map(move |value| Value {
                value,
                labels: labels.clone(),
            })
        };
        names.iter().flat_map(of).collect()
    }

    /// That of the work before that of the home.
    fn addresses(&self) -> Vec<Address> {
        let address = |street: [&[&str]; 2], rest: [&[&str]; 4], label: &str| {
            let lines = street.map(|names| self.first(names));
            let lines: Vec<&str> = lines
                .iter()
                .map(String::as_str)
                .filter(|l| !l.is_empty())
                .collect();
            let [city, region, postal_code, country] = rest.map(|names| self.first(names));
            Address {
                // LDAP writes the lines of an address with "$" between them (RFC 4517).
                street: lines.join("\n").replace(" $ ", "\n"),
                city,
                region,
                postal_code,
                country,
                labels: vec![label.to_owned()],
            }
        };
        let work = address(
            [
                &["street", "streetaddress", "postaladdress"],
                &["mozillaworkstreet2", "mozillapostaladdress2"],
            ],
            [
                &["l", "locality"],
                &["st", "region"],
                &["postalcode", "zip"],
                &["c", "co", "countryname"],
            ],
            "work",
        );
        let home = address(
            [
                &[
                    "mozillahomestreet",
                    "mozillahomepostaladdress",
                    "homepostaladdress",
                ],
                &["mozillahomestreet2", "mozillahomepostaladdress2"],
            ],
            [
                &["mozillahomelocalityname"],
                &["mozillahomestate"],
                &["mozillahomepostalcode"],
                &["mozillahomecountryname"],
            ],
            "home",
        );
        let filled = |a: &Address| {
            [&a.street, &a.city, &a.region, &a.postal_code, &a.country]
                .iter()
                .any(|part| !part.is_empty())
        };
        [work, home].into_iter().filter(filled).collect()
    }

    fn birthday(&self) -> Option<Birthday> {
        let number = |name| self.first(&[name]).parse::<u16>().ok();
        let month = u8::try_from(number("birthmonth")?).ok()?;
        let day = u8::try_from(number("birthday")?).ok()?;
        let year = number("birthyear").filter(|year| (1..=9999).contains(year));
        Day::from_ymd(i32::from(year.unwrap_or(2000)), month, day).ok()?;
        Some(Birthday { year, month, day })
    }
}
