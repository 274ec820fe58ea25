//! What a customer's document says, read tolerantly.

use crate::customer::{BEFORE_KEY, CREATED_KEY, DELETED_KEY};
use crate::document::Document;
use crate::item;
use crate::layout::{TOP, customer};
use crate::reader::{Found, Reader};
use tendero_domain::{Entry, EntryId, Field, MemberId, Order, OrderId, PurchasesBefore, Timestamp};

/// Everything on a customer that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerRecord {
    /// The fields that have a value, in the order of [`Field::ALL`].
    pub fields: Vec<FieldValue>,
    /// Tags in the form in which they were written, in the order of their folded forms.
    pub tags: Vec<String>,
    /// Entries of the timeline that were not taken out, in the order of their identifiers, with who wrote them.
    pub entries: Vec<(Entry, Option<MemberId>)>,
    /// Purchases that were not taken out, in the order of their identifiers.
    pub orders: Vec<Order>,
    /// Purchases from before, where only their sum is known.
    pub before: Option<PurchasesBefore>,
    /// Whether the customer was taken out of the lists.
    pub deleted: bool,
    /// When the customer was made; `None` for an imported one.
    pub created: Option<Timestamp>,
    /// Values of another type or form than this version writes: read as well as they can be, or left out.
    pub flagged: u32,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// Which field.
    pub field: Field,
    /// The value that every device shows.
    pub text: String,
    /// Who wrote it.
    pub by: Option<MemberId>,
    /// When, to the second, by the clock of their device.
    pub at: Option<Timestamp>,
    /// Other values that were written at the same time elsewhere, each once.
    pub others: Vec<OtherValue>,
}

/// A value that was written at the same time elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherValue {
    /// The value.
    pub text: String,
    /// Who wrote it.
    pub by: Option<MemberId>,
    /// When, to the second, by the clock of their device.
    pub at: Option<Timestamp>,
}

impl CustomerRecord {
    pub(crate) fn of(document: &Document) -> Self {
        let mut reader = Reader::new(document);
        let mut record = Self::default();
        record.read_fields(&mut reader);
        record.read_tags(&mut reader);
        record.read_entries(&mut reader);
        record.read_orders(&mut reader);
        record.read_rest(&mut reader);
        record.flagged = reader.flagged;
        record
    }

    fn read_fields(&mut self, reader: &mut Reader<'_>) {
        let containers = [
            customer::IDENTITY,
            customer::PEOPLE_MAIN,
            customer::CONTACTS_PHONE,
            customer::CONTACTS_EMAIL,
            customer::SITES_MAIN,
        ];
        for container in containers {
            for item in reader.items(container) {
                let field = Field::ALL.into_iter().find(|field| {
                    field.path().2 == item.key && customer::of_field(*field) == container
                });
                if let Some(field) = field {
                    let found = reader.values(container, &item);
                    self.fields.extend(field_value(reader, field, &found));
                }
            }
        }
        self.fields
            .sort_by_key(|value| Field::ALL.iter().position(|field| *field == value.field));
    }

    fn read_tags(&mut self, reader: &mut Reader<'_>) {
        for item in reader.items(customer::TAGS) {
            let found = reader.values(customer::TAGS, &item);
            // From the winner down, so that every device shows the same form; one value that is not "off" keeps it on.
            let mut written = None;
            for value in found.iter().rev() {
                let form = match Reader::as_flag(value) {
                    Some(false) => None,
                    Some(true) => Some(item.key.to_string()),
                    None => reader.text(value),
                };
                written = written.or(form);
            }
            self.tags.extend(written);
        }
    }

    fn read_entries(&mut self, reader: &mut Reader<'_>) {
        let mut parts: Option<EntryParts> = None;
        for item in reader.items(customer::ACTIVITIES) {
            // Keys that do not begin with an identifier, or go on in another way, are a later version's.
            let Some((id, rest)) = item::split::<EntryId>(&item.key) else {
                continue;
            };
            if parts.as_ref().is_none_or(|parts| parts.id != id) {
                let done = parts.replace(EntryParts::new(id));
                self.entries
                    .extend(done.and_then(|done| done.entry(reader)));
            }
            let Some(parts) = &mut parts else { continue };
            match rest {
                "" => {
                    let winner = reader.winner(&item);
                    parts.by = reader.by(&winner);
                    parts.facts = Some(reader.text(&winner).unwrap_or_default());
                }
                item::TEXT => parts.text = reader.text(&reader.winner(&item)),
                item::DELETED => parts.deleted = reader.is_hidden(customer::ACTIVITIES, &item),
                _ => {}
            }
        }
        self.entries
            .extend(parts.and_then(|parts| parts.entry(reader)));
    }

    fn read_orders(&mut self, reader: &mut Reader<'_>) {
        for item in reader.items(customer::ORDERS) {
            let Some((id, rest)) = item::split::<OrderId>(&item.key) else {
                continue;
            };
            match rest {
                "" => match reader
                    .text(&reader.winner(&item))
                    .and_then(|text| item::order(id, &text))
                {
                    Some(read) => {
                        if read.odd {
                            reader.flag();
                        }
                        self.orders.push(read.value);
                    }
                    None => reader.flag(),
                },
                // A purchase's flag comes after its facts, since keys are in order.
                item::DELETED if reader.is_hidden(customer::ORDERS, &item) => {
                    self.orders.pop_if(|order| order.id == id);
                }
                _ => {}
            }
        }
    }

    fn read_rest(&mut self, reader: &mut Reader<'_>) {
        for item in reader
            .items(customer::BEFORE)
            .filter(|item| item.key == BEFORE_KEY)
        {
            self.before = reader
                .text(&reader.winner(&item))
                .and_then(|text| item::before(&text));
            if self.before.is_none() {
                reader.flag();
            }
        }
        for item in reader.items(TOP) {
            if item.key == DELETED_KEY {
                self.deleted = reader.is_hidden(TOP, &item);
            } else if item.key == CREATED_KEY {
                self.created = reader
                    .text(&reader.winner(&item))
                    .and_then(|text| item::moment(&text));
                if self.created.is_none() {
                    reader.flag();
                }
            }
        }
    }
}

/// A field's value from all values under its key, the winner last; `None` when none of them is a text.
fn field_value(reader: &mut Reader<'_>, field: Field, found: &[Found]) -> Option<FieldValue> {
    let mut value: Option<FieldValue> = None;
    for found in found.iter().rev() {
        let Some(text) = reader.text(found) else {
            continue;
        };
        let (by, at) = (reader.by(found), reader.at(found));
        match &mut value {
            None => {
                value = Some(FieldValue {
                    field,
                    text,
                    by,
                    at,
                    others: Vec::new(),
                });
            }
            Some(value) => {
                if value.text != text && !value.others.iter().any(|other| other.text == text) {
                    value.others.push(OtherValue { text, by, at });
                }
            }
        }
    }
    value
}

/// An entry while its keys are being read.
struct EntryParts {
    id: EntryId,
    facts: Option<String>,
    text: Option<String>,
    by: Option<MemberId>,
    deleted: bool,
}

impl EntryParts {
    const fn new(id: EntryId) -> Self {
        Self {
            id,
            facts: None,
            text: None,
            by: None,
            deleted: false,
        }
    }

    /// The entry, unless it was taken out or there is nothing of it but a flag.
    fn entry(self, reader: &mut Reader<'_>) -> Option<(Entry, Option<MemberId>)> {
        if self.deleted || (self.facts.is_none() && self.text.is_none()) {
            return None;
        }
        let read = item::entry(
            self.id,
            self.facts.as_deref(),
            self.text.unwrap_or_default(),
        );
        if read.odd {
            reader.flag();
        }
        Some((read.value, self.by))
    }
}
