//! Contacts as vCard 4.0 (RFC 6350), which every address book of today reads.

use crate::contact::{Address, Contact, Value};
use crate::{ImportedCustomer, contact};
use tendero_domain::{Field, fold};

/// The most bytes of a line before it is folded (RFC 6350 section 3.2).
const LINE_BYTES: usize = 75;

impl Contact {
    /// The contact that a customer is: one telephone, mail and address, and the note.
    #[must_use]
    pub fn of(customer: &ImportedCustomer) -> Self {
        let get = |field| {
            let found = customer.fields.iter().find(|(f, _)| *f == field);
            found.map_or_else(String::new, |(_, value)| value.clone())
        };
        let value = |field| {
            let value = get(field);
            let values = [Value {
                value,
                labels: Vec::new(),
            }]
            .into_iter();
            values.filter(|v| !v.value.is_empty()).collect()
        };
        let (name, person) = (get(Field::Name), get(Field::Person));
        let address = Address {
            street: get(Field::Street),
            city: get(Field::City),
            region: get(Field::Region),
            postal_code: get(Field::PostalCode),
            country: get(Field::Country),
            labels: Vec::new(),
        };
        let note = [get(Field::About), customer.note.clone().unwrap_or_default()];
        let note: Vec<String> = note.into_iter().filter(|part| !part.is_empty()).collect();
        let has_person = !person.is_empty() && fold(&person) != fold(&name);
        Self {
            uid: get(Field::ExternalKey),
            organisation: if has_person {
                name.clone()
            } else {
                String::new()
            },
            display_name: if has_person { person } else { name },
            phones: value(Field::Phone),
            emails: value(Field::Email),
            addresses: if contact::is_empty(&address) {
                Vec::new()
            } else {
                vec![address]
            },
            note: note.join("\n"),
            tags: customer.tags.clone(),
            ..Self::default()
        }
    }

    /// Appends the contact as a vCard 4.0 that is read again as it is.
    ///
    /// A picture that was left out stays so; a label that is no plain word is written as Apple does, beside the value.
    pub fn write_vcard(&self, out: &mut String) {
        let mut card = Writer { out, groups: 0 };
        card.line("BEGIN:VCARD");
        card.line("VERSION:4.0");
        card.line(&format!("FN:{}", escaped(&self.display_name)));
        card.parts("N", &[&self.family, &self.given, "", "", ""]);
        card.text("UID", &self.uid);
        card.text("NICKNAME", &self.nickname);
        let mut organisation = vec![self.organisation.as_str()];
        organisation.extend(self.units.iter().map(String::as_str));
        card.parts("ORG", &organisation);
        card.text("TITLE", &self.title);
        if self.is_organisation {
            card.line("KIND:org");
        }
        card.values("TEL", &self.phones);
        card.values("EMAIL", &self.emails);
        card.values("URL", &self.urls);
        for (at, a) in self.addresses.iter().enumerate() {
            let parts = [
                "",
                "",
                &a.street,
                &a.city,
                &a.region,
                &a.postal_code,
                &a.country,
            ];
            card.labelled("ADR", at, &a.labels, &joined(&parts, ';'));
        }
        if let Some(birthday) = self.birthday {
            let year = birthday
                .year
                .map_or_else(|| "--".to_owned(), |y| format!("{y:04}"));
            card.line(&format!(
                "BDAY:{year}{:02}{:02}",
                birthday.month, birthday.day
            ));
        }
        card.text("NOTE", &self.note);
        let tags: Vec<&str> = self.tags.iter().map(String::as_str).collect();
        if !tags.is_empty() {
            card.line(&format!("CATEGORIES:{}", joined(&tags, ',')));
        }
        if let Some(photo) = &self.photo {
            let coded = to_base64(&photo.bytes);
            card.line(&format!(
                "PHOTO:data:{};base64,{coded}",
                escaped(&photo.kind)
            ));
        }
        card.line("END:VCARD");
    }
}

struct Writer<'o> {
    out: &'o mut String,
    groups: usize,
}

impl Writer<'_> {
    /// A line, folded between characters.
    fn line(&mut self, text: &str) {
        let mut room = LINE_BYTES;
        for c in text.chars() {
            if c.len_utf8() > room {
                self.out.push_str("\r\n ");
                room = LINE_BYTES - 1;
            }
            room -= c.len_utf8();
            self.out.push(c);
        }
        self.out.push_str("\r\n");
    }

    fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("{name}:{}", escaped(value)));
        }
    }

    fn parts(&mut self, name: &str, parts: &[&str]) {
        if parts.iter().any(|part| !part.is_empty()) {
            self.line(&format!("{name}:{}", joined(parts, ';')));
        }
    }

    fn values(&mut self, name: &str, values: &[Value]) {
        for (at, value) in values.iter().enumerate() {
            self.labelled(name, at, &value.labels, &escaped(&value.value));
        }
    }

    /// The place in the list is its preference, so that the order comes back.
    fn labelled(&mut self, name: &str, at: usize, labels: &[String], value: &str) {
        let plain = |label: &&String| {
            label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let types: Vec<&str> = labels.iter().filter(plain).map(String::as_str).collect();
        let others: Vec<&String> = labels.iter().filter(|label| !plain(label)).collect();
        let group = if others.is_empty() {
            String::new()
        } else {
            self.groups += 1;
            format!("item{}.", self.groups)
        };
        let types = if types.is_empty() {
            String::new()
        } else {
            format!(";TYPE={}", types.join(","))
        };
        let rank = (at + 1).min(100);
        self.line(&format!("{group}{name}{types};PREF={rank}:{value}"));
        for label in others {
            self.line(&format!("{group}X-ABLabel:{}", escaped(label)));
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => {} // It would begin a line of its own.
            '\\' | ',' | ';' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

fn joined(parts: &[&str], separator: char) -> String {
    let parts: Vec<String> = parts.iter().map(|part| escaped(part)).collect();
    parts.join(&separator.to_string())
}

/// Bytes to base64 (RFC 4648 section 4).
fn to_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sextet = (word >> (18 - 6 * at) & 63) as usize;
            let letter = ALPHABET.get(sextet).copied().unwrap_or(b'=');
            let letter = if at <= chunk.len() { letter } else { b'=' };
            out.push(char::from(letter));
        }
    }
    out
}
