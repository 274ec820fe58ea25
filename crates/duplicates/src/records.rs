//! The records that are compared, column by column, equal values kept once.

use crate::columns::Column;
use crate::kind::Kind;
use crate::letters::{Letters, letters};
use crate::level::MAX_FIELDS;
use crate::nicknames;
use crate::normal;
use std::collections::HashMap;

/// A different value of a field.
#[derive(Debug)]
pub(crate) struct Value {
    /// All its letters and digits without gaps.
    pub(crate) letters: Letters,
    /// Its words, or the values of a list; numbers into the field's `words`.
    pub(crate) words: Box<[u32]>,
    /// Records that have it.
    pub(crate) records: u32,
}

/// A different word of a field.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) letters: Letters,
    /// Names that mean the same person share a number; 0 for none.
    pub(crate) nickname: u32,
    /// An article or the like.
    pub(crate) is_filler: bool,
    /// Records that have it.
    pub(crate) records: u32,
}

/// What is compared as one: a column, several of the same kind, or a part of one.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) kind: Kind,
    /// For each record the number of its value, from 1; 0 where there is none.
    pub(crate) cells: Vec<u32>,
    pub(crate) values: Vec<Value>,
    pub(crate) words: Vec<Word>,
    /// Columns whose cells make this field, in their order, of the first source and of the second.
    columns: [Vec<usize>; 2],
    value_numbers: HashMap<String, u32>,
    word_numbers: HashMap<String, u32>,
}

impl Field {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            cells: Vec::new(),
            values: Vec::new(),
            words: Vec::new(),
            columns: [Vec::new(), Vec::new()],
            value_numbers: HashMap::new(),
            word_numbers: HashMap::new(),
        }
    }

    pub(crate) fn value(&self, record: usize) -> Option<&Value> {
        let number = *self.cells.get(record)?;
        self.values.get((number as usize).checked_sub(1)?)
    }

    pub(crate) fn word(&self, number: u32) -> Option<&Word> {
        self.words.get(number as usize)
    }

    fn push(&mut self, words: &[String]) {
        if words.is_empty() {
            self.cells.push(0);
            return;
        }
        let key = words.join(if self.kind.is_list() { " " } else { "" });
        let number = match self.value_numbers.get(&key) {
            Some(number) => *number,
            None => self.add(&key, words),
        };
        self.cells.push(number);
        let Some(value) = self.values.get_mut((number as usize).wrapping_sub(1)) else {
            return;
        };
        value.records += 1;
        for word in &value.words {
            if let Some(word) = self.words.get_mut(*word as usize) {
                word.records += 1;
            }
        }
    }

    fn add(&mut self, key: &str, words: &[String]) -> u32 {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            let next = self.words.len() as u32;
            let number = *self.word_numbers.entry(word.clone()).or_insert(next);
            if number == next {
                self.words.push(Word {
                    letters: letters(word),
                    nickname: if matches!(self.kind, Kind::GivenName | Kind::FullName) {
                        nicknames::group(word)
                    } else {
                        0
                    },
                    is_filler: nicknames::is_filler(word),
                    records: 0,
                });
            }
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        self.values.push(Value {
            letters: letters(key),
            words: numbers.into_boxed_slice(),
            records: 0,
        });
        let number = self.values.len() as u32;
        self.value_numbers.insert(key.to_owned(), number);
        number
    }
}

/// Records to be compared, of one source or of two.
#[derive(Debug)]
pub struct Records {
    pub(crate) fields: Vec<Field>,
    /// The source of each record.
    pub(crate) sources: Vec<u8>,
}

impl Records {
    /// No records yet; rows will have these columns.
    ///
    /// Columns of one kind are one field (two surnames, three telephone numbers); a street that has its number in it becomes two.
    /// At most 16 fields are compared, the last ones are left out.
    #[must_use]
    pub fn new(columns: &[Column]) -> Self {
        Self::of(&[kinds(columns)])
    }

    /// No records yet; rows of source 0 will have the first columns, rows of source 1 the second. What only one of them has is
    /// not compared; a whole name is compared with given name and surname together.
    #[must_use]
    pub fn of_two(first: &[Column], second: &[Column]) -> Self {
        let (mut first, mut second) = (kinds(first), kinds(second));
        agree(&mut first, &mut second);
        Self::of(&[first, second])
    }

    fn of(sources: &[Vec<(usize, Kind)>]) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        for (source, columns) in sources.iter().enumerate() {
            for (at, kind) in columns {
                let mut add = |kind| {
                    if !fields.iter().any(|field| field.kind == kind) {
                        fields.push(Field::new(kind));
                    }
                    let field = fields.iter_mut().find(|field| field.kind == kind);
                    if let Some(columns) = field.and_then(|field| field.columns.get_mut(source)) {
                        columns.push(*at);
                    }
                };
                add(*kind);
                let has_number = columns.iter().any(|(_, kind)| *kind == Kind::HouseNumber);
                if *kind == Kind::Street && !has_number {
                    add(Kind::HouseNumber);
                }
            }
        }
        fields.retain(|field| {
            field
                .columns
                .iter()
                .take(sources.len())
                .all(|columns| !columns.is_empty())
        });
        fields.sort_by_key(|field| field.kind);
        fields.truncate(MAX_FIELDS);
        Self {
            fields,
            sources: Vec::new(),
        }
    }

    /// Adds a record: its cells in the order of its source's columns, those missing at the end empty; the source is 0 or 1.
    pub fn push(&mut self, cells: &[impl AsRef<str>], source: u8) {
        for field in &mut self.fields {
            let mut words = Vec::new();
            for at in field.columns.get(usize::from(source)).into_iter().flatten() {
                if let Some(cell) = cells.get(*at) {
                    words.extend(normal::words(field.kind, cell.as_ref()));
                }
            }
            field.push(&words);
        }
        self.sources.push(source);
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }
}

/// The columns that are compared, with their places.
fn kinds(columns: &[Column]) -> Vec<(usize, Kind)> {
    let kind = |(at, column): (usize, &Column)| match column {
        Column::Field(kind) => Some((at, *kind)),
        Column::Unused => None,
    };
    columns.iter().enumerate().filter_map(kind).collect()
}

/// Names that one source writes in one column and the other in two, or calls otherwise, are made one.
fn agree(first: &mut [(usize, Kind)], second: &mut [(usize, Kind)]) {
    let has = |columns: &[(usize, Kind)], kind| columns.iter().any(|(_, k)| *k == kind);
    let rename = |columns: &mut [(usize, Kind)], from: &[Kind], to| {
        for (_, kind) in columns.iter_mut().filter(|(_, kind)| from.contains(kind)) {
            *kind = to;
        }
    };
    let parts = [Kind::GivenName, Kind::Surname];
    let in_parts =
        |columns: &[(usize, Kind)]| has(columns, Kind::Surname) && !has(columns, Kind::FullName);
    if in_parts(first) && has(second, Kind::FullName) && !has(second, Kind::Surname) {
        rename(first, &parts, Kind::FullName);
    }
    if in_parts(second) && has(first, Kind::FullName) && !has(first, Kind::Surname) {
        rename(second, &parts, Kind::FullName);
    }
    let named = |columns: &[(usize, Kind)]| {
        (
            has(columns, Kind::Organisation),
            has(columns, Kind::FullName),
        )
    };
    match (named(first), named(second)) {
        ((true, false), (false, true)) => rename(first, &[Kind::Organisation], Kind::FullName),
        ((false, true), (true, false)) => rename(second, &[Kind::Organisation], Kind::FullName),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(first: &[Kind], second: &[Kind]) -> Vec<Kind> {
        let columns = |kinds: &[Kind]| kinds.iter().copied().map(Column::Field).collect::<Vec<_>>();
        let records = Records::of_two(&columns(first), &columns(second));
        records.fields.iter().map(|field| field.kind).collect()
    }

    #[test]
    fn two_sources_are_compared_by_what_both_have() {
        use Kind::{
            City, FullName, GivenName, HouseNumber, Mail, Organisation, Phone, Street, Surname,
        };
        assert_eq!(
            fields(&[GivenName, Surname, Phone], &[Phone, FullName, Mail]),
            [FullName, Phone]
        );
        assert_eq!(
            fields(&[Organisation, City], &[City, FullName]),
            [FullName, City]
        );
        assert_eq!(
            fields(&[Street], &[HouseNumber, Street]),
            [Street, HouseNumber]
        );
        assert_eq!(fields(&[Mail], &[Phone]), []);
    }

    #[test]
    fn columns_of_one_kind_are_one_field() {
        let columns = [Kind::Surname, Kind::Phone, Kind::Surname, Kind::Phone].map(Column::Field);
        let mut records = Records::new(&columns);
        records.push(&["García", "600 11 22 33", "López", ""], 0);
        records.push(&["García López", "", "", "+34600112233"], 0);
        for field in &records.fields {
            assert_eq!(field.cells, [1, 1], "{:?}", field.kind);
        }
    }
}
