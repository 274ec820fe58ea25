//! A customer as a row gives it: its name, its key, its values on one line.

use crate::values::{split_values, without_float_tail};
use tendero_domain::{Field, PurchasesBefore, RowProblem, fold};

/// The most characters of a note.
const MAX_NOTE_CHARS: usize = 20_000;

/// The most characters of a tag.
const MAX_TAG_CHARS: usize = 500;

/// By what the same customer is known again, within one file and in the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerKey {
    /// The value of the key column.
    External(String),
    /// Where that has no value: the customer's fields, folded and joined.
    Content(String),
}

/// A customer as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCustomer {
    /// By what it is known again.
    pub key: CustomerKey,
    /// Values of its fields in the order of [`Field::ALL`]: at most one per field, none empty, [`Field::Name`] always among them,
    /// [`Field::ExternalKey`] where there is one.
    pub fields: Vec<(Field, String)>,
    /// Its tags, each once.
    pub tags: Vec<String>,
    /// A note for the timeline; second telephone numbers and mail addresses of a cell end up here.
    pub note: Option<String>,
    /// What it bought before.
    pub before: Option<PurchasesBefore>,
}

/// A customer in the making.
#[derive(Default)]
pub(crate) struct Draft {
    fields: Vec<(Field, String)>,
    given: String,
    family: String,
    tags: Vec<String>,
    note: String,
    /// Second values of a cell, for the note.
    further: Vec<String>,
}

impl Draft {
    /// Keeps the first value of a field.
    pub(crate) fn put(&mut self, field: Field, cell: &str) {
        if self.get(field).is_some() {
            return;
        }
        let value = match field {
            Field::About => cell.to_owned(),
            Field::Street => one_line(cell, ", "),
            Field::Phone | Field::Email => {
                let mut values = split_values(field, cell).into_iter();
                let first = values.next().unwrap_or_default();
                self.further
                    .extend(values.map(|value| one_line(value, " ")));
                one_line(first, " ")
            }
            Field::ExternalKey => without_float_tail(&one_line(cell, " ")).to_owned(),
            _ => one_line(cell, " "),
        };
        if !value.is_empty() {
            self.fields.push((field, value));
        }
    }

    fn get(&self, field: Field) -> Option<&str> {
        let found = self.fields.iter().find(|(f, _)| *f == field);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn given_name(&mut self, cell: &str) {
        cell.clone_into(&mut self.given);
    }

    pub(crate) fn family_name(&mut self, cell: &str) {
        cell.clone_into(&mut self.family);
    }

    pub(crate) fn note(&mut self, cell: &str) {
        cell.clone_into(&mut self.note);
    }

    pub(crate) fn tag(&mut self, cell: &str) {
        for tag in cell
            .split([',', ';', '|', '\n'])
            .flat_map(|t| t.split(":::"))
        {
            let tag = tag.trim();
            // "* myContacts" is a group that Google made, not the person.
            let made_by_google = tag.starts_with("* ") || tag == "myContacts";
            if !tag.is_empty() && !made_by_google && !self.tags.iter().any(|t| t == tag) {
                self.tags.push(tag.to_owned());
            }
        }
    }

    /// Gives the customer its name and key; `None` where nothing names one.
    pub(crate) fn finish(
        mut self,
        unnamed: &str,
        before: Option<PurchasesBefore>,
    ) -> Result<Option<ImportedCustomer>, RowProblem> {
        if self.get(Field::Person).is_none() {
            let joined = format!("{} {}", self.given, self.family);
            self.put(Field::Person, joined.trim());
        }
        if let Some(name) = self.name(unnamed) {
            // A private person is named once, not twice.
            self.fields
                .retain(|(field, value)| *field != Field::Person || *value != name);
            if self.get(Field::Name).is_none() {
                self.fields.push((Field::Name, name));
            }
        } else {
            return Ok(None);
        }
        let place = |field: &Field| Field::ALL.iter().position(|f| f == field);
        self.fields.sort_by_key(|(field, _)| place(field));
        let parts =
            core::iter::once(self.note.as_str()).chain(self.further.iter().map(String::as_str));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        let note = parts.join("\n");
        let too_long = |(field, value): &(Field, String)| value.chars().count() > field.max_chars();
        if self.fields.iter().any(too_long)
            || self.tags.iter().any(|t| t.chars().count() > MAX_TAG_CHARS)
            || note.chars().count() > MAX_NOTE_CHARS
        {
            return Err(RowProblem::TooLong);
        }
        Ok(Some(ImportedCustomer {
            key: self.key(),
            fields: self.fields,
            tags: self.tags,
            note: (!note.is_empty()).then_some(note),
            before,
        }))
    }

    fn name(&self, unnamed: &str) -> Option<String> {
        let by_words = [Field::Name, Field::Person, Field::LegalName]
            .into_iter()
            .find_map(|field| self.get(field));
        let by_key = || {
            let key = self.get(Field::ExternalKey)?;
            Some(format!("{unnamed} {key}").trim().to_owned())
        };
        let by_contact = || self.get(Field::Email).or_else(|| self.get(Field::Phone));
        by_words
            .map(str::to_owned)
            .or_else(by_key)
            .or_else(|| by_contact().map(str::to_owned))
    }

    fn key(&self) -> CustomerKey {
        if let Some(key) = self.get(Field::ExternalKey) {
            return CustomerKey::External(key.to_owned());
        }
        let mut content = String::new();
        for (field, value) in &self.fields {
            content.push_str(field.key());
            content.push('=');
            content.push_str(&fold(value));
            content.push('\n'); // A folded value has none.
        }
        CustomerKey::Content(content)
    }
}

/// The text on one line; white space within a line becomes one space.
fn one_line(text: &str, between_lines: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(between_lines)
}
