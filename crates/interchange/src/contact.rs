//! A contact of an address book: everything a card says that a customer may want.

use crate::tokens::clean;
use tendero_domain::{Field, ImportColumn};

/// A value with what it is for: "home", "work", "cell", or a person's own word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value {
    /// The value, as it was written.
    pub value: String,
    /// Its labels; types in lower case.
    pub labels: Vec<String>,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street, number and what belongs to it, line by line.
    pub street: String,
    /// City.
    pub city: String,
    /// Province, region or state.
    pub region: String,
    /// Postal code.
    pub postal_code: String,
    /// Country.
    pub country: String,
    /// Its labels.
    pub labels: Vec<String>,
}

/// A birthday; the year is often not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birthday {
    /// The year, where it is known.
    pub year: Option<u16>,
    /// The month, 1–12.
    pub month: u8,
    /// The day of the month, 1–31.
    pub day: u8,
}

/// A picture that the file itself holds, not yet looked at: it may be of any kind, SVG with scripts included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its media type as the file has it, in lower case, such as `image/jpeg`; may be empty or untrue.
    pub kind: String,
    /// Its bytes, at most 1 MiB.
    pub bytes: Vec<u8>,
}

/// Everything a card says that a customer may want.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The card's own identifier (UID).
    pub uid: String,
    /// The name as it is written out (FN, or made of the parts).
    pub display_name: String,
    /// Given names.
    pub given: String,
    /// Family names.
    pub family: String,
    /// Nicknames.
    pub nickname: String,
    /// The organisation.
    pub organisation: String,
    /// Units within it.
    pub units: Vec<String>,
    /// The position there.
    pub title: String,
    /// Whether the card is of an organisation, not of a person.
    pub is_organisation: bool,
    /// Telephone numbers, the preferred one first; fax and pager last.
    pub phones: Vec<Value>,
    /// Mail addresses, the preferred one first.
    pub emails: Vec<Value>,
    /// Postal addresses, the preferred one first.
    pub addresses: Vec<Address>,
    /// Web pages.
    pub urls: Vec<Value>,
    /// The birthday.
    pub birthday: Option<Birthday>,
    /// Notes.
    pub note: String,
    /// Categories.
    pub tags: Vec<String>,
    /// A picture.
    pub photo: Option<Photo>,
    /// A picture was left out: it is larger than 1 MiB or no base64.
    pub photo_left_out: bool,
}

/// The columns that a contact fills; the names are read again when refused rows come back as CSV.
pub(crate) const COLUMNS: [(&str, ImportColumn); 12] = [
    ("External ID", ImportColumn::Field(Field::ExternalKey)),
    ("Company", ImportColumn::Field(Field::Name)),
    ("Full name", ImportColumn::Field(Field::Person)),
    ("Phone", ImportColumn::Field(Field::Phone)),
    ("Email", ImportColumn::Field(Field::Email)),
    ("Street", ImportColumn::Field(Field::Street)),
    ("Postal code", ImportColumn::Field(Field::PostalCode)),
    ("City", ImportColumn::Field(Field::City)),
    ("Region", ImportColumn::Field(Field::Region)),
    ("Country", ImportColumn::Field(Field::Country)),
    ("Tags", ImportColumn::Tags),
    ("Notes", ImportColumn::Note),
];

/// Whether nothing of an address is known.
pub(crate) fn is_empty(a: &Address) -> bool {
    [&a.street, &a.city, &a.region, &a.postal_code, &a.country]
        .iter()
        .all(|part| part.is_empty())
}

impl Contact {
    /// The cells of [`COLUMNS`]. Further numbers, addresses and pages and the position go into the note.
    ///
    /// Whose organisation is not told, or is the person itself, is named once.
    pub(crate) fn cells(&self) -> Vec<String> {
        let first = |values: &[Value]| values.first().map_or("", |v| v.value.as_str()).to_owned();
        let address = self.addresses.first().cloned().unwrap_or_default();
        let company = if self.is_organisation && self.organisation.is_empty() {
            &self.display_name
        } else {
            &self.organisation
        };
        let further = self.phones.iter().skip(1).chain(self.emails.iter().skip(1));
        let further = further.chain(&self.urls).map(|v| v.value.as_str());
        let note = [self.note.as_str(), self.title.as_str()]
            .into_iter()
            .chain(further)
            .filter(|line| !line.is_empty());
        let note: Vec<&str> = note.collect();
        let person = if self.is_organisation {
            ""
        } else {
            &self.display_name
        };
        [
            self.uid.clone(),
            company.clone(),
            person.to_owned(),
            first(&self.phones),
            first(&self.emails),
            address.street,
            address.postal_code,
            address.city,
            address.region,
            address.country,
            self.tags.join("|"),
            note.join("\n"),
        ]
        .iter()
        .map(|cell| clean(cell))
        .collect()
    }
}
