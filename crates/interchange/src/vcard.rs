//! vCards to contacts, card by card: versions 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350), as programs write them.
//!
//! What a program gets wrong is read as it was meant: no version, no end, other character sets, line ends doubled, folds without
//! blanks. A card inside a card (AGENT) is somebody else and left out.

use crate::RawRow;
use crate::charset::Charset;
use crate::contact::{Address, Birthday, Contact, Photo, Value, is_empty};
use crate::content_line::{ContentLine, Unfolder, base64};
use crate::lines::Line;
use crate::tokens::clean;
use tendero_domain::RowProblem;

/// The most bytes of a picture.
const MAX_PHOTO_BYTES: usize = 1 << 20;
/// The most bytes of one card.
const MAX_CARD_BYTES: usize = 8 << 20;
/// The most properties of one card.
const MAX_PROPERTIES: usize = 2_000;
/// The most cards within each other.
const MAX_DEPTH: u32 = 8;

/// Whether a text is a file of cards.
pub(crate) fn begins(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let line = start.lines().next().unwrap_or_default();
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    plain.eq_ignore_ascii_case("BEGIN:VCARD")
}

/// Reads lines as cards. Memory is bounded by one card of 8 MiB.
#[derive(Debug)]
pub(crate) struct Cards {
    charset: Charset,
    unfolder: Unfolder,
    card: Option<Card>,
}

#[derive(Debug, Default)]
struct Card {
    line: u64,
    bytes: usize,
    properties: Vec<ContentLine>,
    /// Cards that were begun within it and not ended.
    depth: u32,
    after_agent: bool,
    problem: Option<RowProblem>,
}

impl Cards {
    /// A reader for values in this character set, unless they name their own.
    pub(crate) fn new(charset: Charset) -> Self {
        Self {
            charset,
            unfolder: Unfolder::default(),
            card: None,
        }
    }

    pub(crate) fn push(&mut self, line: Line, out: &mut Vec<RawRow>) {
        if let Some(line) = self.unfolder.push(line) {
            self.take(&line, out);
        }
    }

    /// Ends the file; a card whose end is missing counts with what there is.
    pub(crate) fn finish(&mut self, out: &mut Vec<RawRow>) {
        if let Some(line) = self.unfolder.finish() {
            self.take(&line, out);
        }
        self.end(out);
    }

    fn take(&mut self, line: &Line, out: &mut Vec<RawRow>) {
        let is = |word: &[u8]| line.bytes.trim_ascii().eq_ignore_ascii_case(word);
        if is(b"BEGIN:VCARD") {
            match &mut self.card {
                Some(card) if card.after_agent || card.depth > 0 => card.nest(),
                _ => {
                    self.end(out);
                    self.card = Some(Card {
                        line: line.number,
                        ..Card::default()
                    });
                }
            }
        } else if is(b"END:VCARD") {
            match &mut self.card {
                Some(card) if card.depth > 0 => card.depth -= 1,
                _ => self.end(out),
            }
        } else if let Some(card) = &mut self.card {
            card.add(line, self.charset);
        }
    }

    fn end(&mut self, out: &mut Vec<RawRow>) {
        let Some(card) = self.card.take() else {
            return;
        };
        let contact = contact(&card.properties, self.charset);
        let is_list = card.properties.iter().any(|p| {
            matches!(p.name.as_str(), "KIND" | "X-ADDRESSBOOKSERVER-KIND")
                && p.text(self.charset).trim().eq_ignore_ascii_case("group")
        });
        let cells = contact.cells();
        let nameless = cells.iter().take(5).all(String::is_empty);
        let no_customer = (is_list || nameless).then_some(RowProblem::NoCustomer);
        out.push(RawRow {
            line: card.line,
            cells,
            problem: card.problem.or(no_customer),
            contact: Some(Box::new(contact)),
        });
    }
}

impl Card {
    fn nest(&mut self) {
        self.after_agent = false;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.problem = Some(RowProblem::Ragged);
        }
    }

    fn add(&mut self, line: &Line, charset: Charset) {
        if self.depth > 0 || line.bytes.trim_ascii().is_empty() {
            return;
        }
        self.bytes += line.bytes.len();
        let full = self.bytes > MAX_CARD_BYTES || self.properties.len() >= MAX_PROPERTIES;
        if full || line.is_cut {
            self.problem = Some(RowProblem::TooLong);
            return;
        }
        let Some(property) = ContentLine::parse(&line.bytes, charset) else {
            return; // The rest of a line that a program broke.
        };
        // "AGENT:" alone, or with the first line of the card behind it.
        let value = property.raw().trim_ascii();
        self.after_agent = property.name == "AGENT" && value.is_empty();
        if property.name == "AGENT" && value.eq_ignore_ascii_case(b"BEGIN:VCARD") {
            self.nest();
        }
        self.properties.push(property);
    }
}

fn contact(properties: &[ContentLine], charset: Charset) -> Contact {
    let mut contact = Contact::default();
    let mut urls = Vec::new();
    let (mut phones, mut emails, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
    for property in properties {
        let text = || clean(&property.text(charset));
        let value = |value| Value {
            value,
            labels: labels(property, properties, charset),
        };
        let rank = rank(property);
        match property.name.as_str() {
            "UID" => keep_first(&mut contact.uid, text()),
            "FN" => keep_first(&mut contact.display_name, text()),
            "N" => name(&mut contact, &property.parts(charset)),
            "NICKNAME" => keep_first(&mut contact.nickname, text()),
            "ORG" => organisation(&mut contact, &property.parts(charset)),
            "TITLE" => keep_first(&mut contact.title, text()),
            "TEL" => phones.push((rank + fax(property), value(phone(&text())))),
            "EMAIL" => emails.push((rank, value(without_scheme(&text(), "mailto:")))),
            "URL" => urls.push((rank, value(text()))),
            "ADR" => addresses.push((rank, address(property, properties, charset))),
            "BDAY" => contact.birthday = contact.birthday.or_else(|| birthday(&text())),
            "NOTE" => {
                let note = text();
                if !contact.note.is_empty() && !note.is_empty() {
                    contact.note.push('\n');
                }
                contact.note.push_str(&note);
            }
            "CATEGORIES" => {
                let tags = property.list(charset).into_iter();
                let tags = tags.map(|tag| clean(&tag)).filter(|tag| !tag.is_empty());
                contact.tags.extend(tags);
            }
            "PHOTO" if contact.photo.is_none() => photo(&mut contact, property, charset),
            "KIND" => contact.is_organisation |= text().eq_ignore_ascii_case("org"),
            "X-ABSHOWAS" => contact.is_organisation |= text().eq_ignore_ascii_case("company"),
            _ => {}
        }
    }
    contact.phones = ranked(phones, |v| v.value.is_empty());
    contact.emails = ranked(emails, |v| v.value.is_empty());
    contact.urls = ranked(urls, |v| v.value.is_empty());
    contact.addresses = ranked(addresses, is_empty);
    if contact.display_name.is_empty() {
        let joined = format!("{} {}", contact.given, contact.family);
        joined.trim().clone_into(&mut contact.display_name);
    }
    if contact.display_name.is_empty() && contact.organisation.is_empty() {
        contact.nickname.clone_into(&mut contact.display_name);
    }
    contact
}

fn keep_first(place: &mut String, value: String) {
    if place.is_empty() {
        *place = value;
    }
}

/// In the order of preference; what is equally preferred stays in the order of the file.
fn ranked<T: PartialEq>(mut values: Vec<(u32, T)>, is_empty: impl Fn(&T) -> bool) -> Vec<T> {
    values.sort_by_key(|(rank, _)| *rank);
    let values = values.into_iter().map(|(_, value)| value);
    values.filter(|value| !is_empty(value)).collect()
}

/// 4.0 numbers what is preferred, earlier versions only mark it.
fn rank(property: &ContentLine) -> u32 {
    let number = property.param("PREF").map(|pref| pref.parse().unwrap_or(1));
    let marked = property.has_type("pref").then_some(0);
    number.or(marked).map_or(101, |rank: u32| rank.min(100))
}

fn fax(property: &ContentLine) -> u32 {
    let is_fax = property.has_type("fax") || property.has_type("pager");
    if is_fax { 1_000 } else { 0 }
}

/// Types without those that say nothing, and the word that Apple and Google keep beside (`item1.X-ABLabel`).
fn labels(property: &ContentLine, all: &[ContentLine], charset: Charset) -> Vec<String> {
    let silent = |label: &String| matches!(label.as_str(), "" | "pref" | "internet" | "voice");
    let mut labels: Vec<String> = property
        .param_values("TYPE")
        .filter(|l| !silent(l))
        .collect();
    let beside = all.iter().filter(|p| {
        !property.group.is_empty() && p.group == property.group && p.name == "X-ABLABEL"
    });
    labels.extend(beside.map(|p| {
        let word = clean(&p.text(charset));
        let known = word
            .strip_prefix("_$!<")
            .and_then(|w| w.strip_suffix(">!$_"));
        known.map_or(word.clone(), str::to_lowercase)
    }));
    labels
}

fn name(contact: &mut Contact, parts: &[String]) {
    if contact.given.is_empty() && contact.family.is_empty() {
        let part = |at: usize| parts.get(at).map(|part| clean(part)).unwrap_or_default();
        contact.family = part(0);
        contact.given = part(1);
    }
}

fn organisation(contact: &mut Contact, parts: &[String]) {
    if contact.organisation.is_empty() {
        let mut parts = parts.iter().map(|part| clean(part));
        contact.organisation = parts.next().unwrap_or_default();
        contact.units = parts.filter(|part| !part.is_empty()).collect();
    }
}

/// "tel:+34-600;ext=5" is a number with an extension (RFC 3966).
fn phone(text: &str) -> String {
    without_scheme(text, "tel:").replace(";ext=", " ext. ")
}

fn without_scheme(text: &str, scheme: &str) -> String {
    match text.split_at_checked(scheme.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(scheme) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// Post office box, extension, street, city, region, postal code, country.
fn address(property: &ContentLine, all: &[ContentLine], charset: Charset) -> Address {
    let parts = property.parts(charset);
    let part = |at: usize| parts.get(at).map(|part| clean(part)).unwrap_or_default();
    let lines = [part(2), part(1), part(0)];
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|line| !line.is_empty())
        .collect();
    Address {
        street: lines.join("\n"),
        city: part(3),
        region: part(4),
        postal_code: part(5),
        country: part(6),
        labels: labels(property, all, charset),
    }
}

/// "1996-04-15", "19960415", "--0415", "--04-15", each also with a time behind it. Apple writes 1604 for an unknown year.
fn birthday(text: &str) -> Option<Birthday> {
    let date = text.split(['T', ' ']).next().unwrap_or_default();
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
    let (year, at) = match digits.len() {
        8 => (number(0, 4), 4),
        4 if date.starts_with("--") => (None, 0),
        _ => return None,
    };
    let month = u8::try_from(number(at, at + 2)?).ok()?;
    let day = u8::try_from(number(at + 2, at + 4)?).ok()?;
    let leap = i32::from(year.unwrap_or(2000));
    tendero_domain::Day::from_ymd(leap, month, day).ok()?;
    let year = year.filter(|year| *year != 1604);
    Some(Birthday { year, month, day })
}

/// A picture in the file itself; a link to one is not followed.
fn photo(contact: &mut Contact, property: &ContentLine, charset: Charset) {
    let (kind, coded) = if property.is_base64() {
        let mut kinds = property.param_values("TYPE");
        let kind = kinds.find(|kind| kind != "pref");
        let media = property.param("MEDIATYPE").map(str::to_lowercase);
        (kind.or(media).unwrap_or_default(), property.raw().to_vec())
    } else {
        let text = property.text(charset);
        let Some(("data", rest)) = text.split_once(':') else {
            return;
        };
        let Some((head, coded)) = rest.split_once(',') else {
            return;
        };
        let kind = head.split(';').next().unwrap_or_default();
        (kind.to_lowercase(), coded.as_bytes().to_vec())
    };
    // Some writers put the whole link behind "ENCODING=b".
    let start = coded.windows(7).position(|w| w == b"base64,");
    let coded = start.and_then(|at| coded.get(at + 7..)).unwrap_or(&coded);
    let kind = if kind.is_empty() || kind.contains('/') {
        kind
    } else {
        format!("image/{kind}")
    };
    match base64(coded, MAX_PHOTO_BYTES) {
        Some(bytes) if !bytes.is_empty() => contact.photo = Some(Photo { kind, bytes }),
        Some(_) => {}
        None => contact.photo_left_out = true,
    }
}
