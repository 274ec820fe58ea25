//! A segment as bytes: a version byte, then its columns in postcard's format.

use crate::IndexError;
use crate::SEGMENT_ROWS;
use crate::segment::{RowRef, Segment, day_out};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use tendero_domain::CustomerId;

const VERSION: u8 = 1;

/// Version 1. Columns are encoded in this order; all have a value for each row unless said otherwise.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Columns<'a> {
    /// 16 bytes a row.
    #[serde(borrow)]
    ids: Cow<'a, [u8]>,
    /// 16 bytes a row.
    #[serde(borrow)]
    homes: Cow<'a, [u8]>,
    #[serde(borrow)]
    names: Strings<'a>,
    #[serde(borrow)]
    persons: Strings<'a>,
    #[serde(borrow)]
    phones: Strings<'a>,
    #[serde(borrow)]
    emails: Strings<'a>,
    #[serde(borrow)]
    keys: Strings<'a>,
    #[serde(borrow)]
    notes: Strings<'a>,
    #[serde(borrow)]
    cities: Shared<'a>,
    #[serde(borrow)]
    countries: Shared<'a>,
    /// The tags of all rows one after the other, so many values as the counts add up to.
    #[serde(borrow)]
    tags: Shared<'a>,
    tag_counts: Vec<u32>,
    orders: Vec<u32>,
    totals: Vec<i64>,
    last_purchase: Days,
    last_contact: Days,
    created: Days,
    conflicts: Vec<u32>,
    /// The rows that are deleted, in rising order.
    deleted: Vec<u16>,
}

/// Texts one after the other.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Strings<'a> {
    lengths: Vec<u32>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// Texts that occur often: each once, and which one a row has.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Shared<'a> {
    #[serde(borrow)]
    values: Strings<'a>,
    codes: Vec<u32>,
}

/// Days since the earliest of them, plus 1; 0 for none.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Days {
    earliest: i32,
    since: Vec<u32>,
}

/// A segment's bytes; of one that is not there, those of one without rows.
pub(crate) fn encode(table: &Table, n: u32) -> Vec<u8> {
    let columns = table
        .segments
        .get(n as usize)
        .map(|segment| Columns::of(table, segment));
    // Writing into a growing vector cannot fail for these types.
    postcard::to_extend(&columns.unwrap_or_default(), vec![VERSION]).unwrap_or_default()
}

/// Reads a segment's bytes and then hands over each row.
///
/// # Errors
/// [`IndexError`]; no row is handed over then.
pub(crate) fn decode(bytes: &[u8], mut take: impl FnMut(&RowRef<'_>)) -> Result<(), IndexError> {
    let (&version, body) = bytes.split_first().ok_or(IndexError::Damaged)?;
    if version != VERSION {
        return Err(IndexError::UnknownVersion(version));
    }
    match postcard::take_from_bytes::<Columns<'_>>(body) {
        Ok((columns, [])) => columns.rows(&mut take).ok_or(IndexError::Damaged),
        _ => Err(IndexError::Damaged),
    }
}

impl<'a> Columns<'a> {
    fn of(table: &'a Table, segment: &'a Segment) -> Self {
        let rows = segment.len();
        let written: Vec<[&str; 6]> = (0..rows).map(|at| segment.written(at)).collect();
        let strings = |pick: fn(&[&'a str; 6]) -> &'a str| Strings::of(written.iter().map(pick));
        let lists: Vec<&[u32]> = segment
            .tags
            .iter()
            .map(|list| table.tags.list(*list))
            .collect();
        let tags = lists.iter().copied().flatten();
        let mut deleted = Vec::new();
        segment.deleted().each(|row| deleted.push(row as u16));
        Self {
            ids: segment.ids.iter().flat_map(|id| id.to_bytes()).collect(),
            homes: segment.homes.iter().copied().flatten().collect(),
            names: strings(|[name, ..]| name),
            persons: strings(|[_, person, ..]| person),
            phones: strings(|[_, _, phone, ..]| phone),
            emails: strings(|[.., email, _, _]| email),
            keys: strings(|[.., key, _]| key),
            notes: strings(|[.., notes]| notes),
            cities: Shared::of(segment.cities.iter().map(|city| table.cities.get(*city))),
            countries: Shared::of(
                segment
                    .countries
                    .iter()
                    .map(|code| table.countries.get(*code)),
            ),
            tags: Shared::of(tags.map(|tag| table.tags.tags().get(*tag))),
            tag_counts: lists.iter().map(|list| list.len() as u32).collect(),
            orders: segment.orders.clone(),
            totals: segment.totals.clone(),
            last_purchase: Days::of(&segment.last_purchase),
            last_contact: Days::of(&segment.last_contact),
            created: Days::of(&segment.created),
            conflicts: segment.conflicts.clone(),
            deleted,
        }
    }

    /// Hands over the rows; `None`, before the first of them, when the columns do not fit together.
    fn rows(&self, take: &mut impl FnMut(&RowRef<'_>)) -> Option<()> {
        let (ids, []) = self.ids.as_chunks::<16>() else {
            return None;
        };
        let (homes, []) = self.homes.as_chunks::<16>() else {
            return None;
        };
        let rows = ids.len();
        let strings = [
            &self.names,
            &self.persons,
            &self.phones,
            &self.emails,
            &self.keys,
            &self.notes,
        ];
        let [names, persons, phones, emails, keys, notes] = strings.map(Strings::read);
        let (names, persons, phones) = (names?, persons?, phones?);
        let (emails, keys, notes) = (emails?, keys?, notes?);
        let (cities, countries) = (self.cities.read()?, self.countries.read()?);
        let mut tags = self.tags.read()?;
        let mut tags_of = Vec::with_capacity(rows.min(SEGMENT_ROWS));
        let all_tags = tags.as_mut_slice();
        let mut rest: &[&str] = all_tags;
        for count in &self.tag_counts {
            let (tags, after) = rest.split_at_checked(*count as usize)?;
            tags_of.push(tags);
            rest = after;
        }
        let days = [&self.last_purchase, &self.last_contact, &self.created].map(Days::read);
        let [last_purchase, last_contact, created] = days;
        let (last_purchase, last_contact, created) = (last_purchase?, last_contact?, created?);
        let lengths = [
            homes.len(),
            names.len(),
            persons.len(),
            phones.len(),
            emails.len(),
            keys.len(),
            notes.len(),
            cities.len(),
            countries.len(),
            tags_of.len(),
            self.orders.len(),
            self.totals.len(),
            last_purchase.len(),
            last_contact.len(),
            created.len(),
            self.conflicts.len(),
        ];
        let fits = rest.is_empty()
            && rows <= SEGMENT_ROWS
            && lengths.iter().all(|length| *length == rows)
            && self.deleted.is_sorted_by(|a, b| a < b)
            && self
                .deleted
                .last()
                .is_none_or(|row| usize::from(*row) < rows);
        if !fits {
            return None;
        }
        for at in 0..rows {
            let row = RowRef {
                id: CustomerId::from_bytes(*ids.get(at)?),
                home: *homes.get(at)?,
                name: names.get(at)?,
                person: persons.get(at)?,
                phone: phones.get(at)?,
                email: emails.get(at)?,
                city: cities.get(at)?,
                country: countries.get(at)?,
                key: keys.get(at)?,
                tags: tags_of.get(at)?,
                notes: notes.get(at)?,
                orders: *self.orders.get(at)?,
                total_minor: *self.totals.get(at)?,
                last_purchase: day_out(*last_purchase.get(at)?),
                last_contact: day_out(*last_contact.get(at)?),
                created: day_out(*created.get(at)?),
                conflicts: *self.conflicts.get(at)?,
                deleted: self.deleted.binary_search(&(at as u16)).is_ok(),
            };
            take(&row);
        }
        Some(())
    }
}

impl<'a> Strings<'a> {
    fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut lengths = Vec::new();
        let mut text = String::new();
        for part in texts {
            lengths.push(part.len() as u32);
            text.push_str(part);
        }
        Self {
            lengths,
            text: text.into(),
        }
    }

    fn read(&self) -> Option<Vec<&str>> {
        let mut rest: &str = &self.text;
        let mut texts = Vec::with_capacity(self.lengths.len());
        for length in &self.lengths {
            let (text, after) = rest.split_at_checked(*length as usize)?;
            texts.push(text);
            rest = after;
        }
        rest.is_empty().then_some(texts)
    }
}

impl<'a> Shared<'a> {
    fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut values = Vec::new();
        let mut known = HashMap::new();
        let codes = texts.map(|text| {
            *known.entry(text).or_insert_with(|| {
                values.push(text);
                values.len() as u32 - 1
            })
        });
        let codes = codes.collect();
        Self {
            values: Strings::of(values.into_iter()),
            codes,
        }
    }

    fn read(&self) -> Option<Vec<&str>> {
        let values = self.values.read()?;
        self.codes
            .iter()
            .map(|code| values.get(*code as usize).copied())
            .collect()
    }
}

impl Days {
    fn of(column: &[i32]) -> Self {
        let known = || {
            column
                .iter()
                .filter_map(|day| day_out(*day))
                .map(|day| day.0)
        };
        let earliest = known().min().unwrap_or_default();
        // A column's days are all after the one that stands for none, so one more than their distance still fits.
        let since = |day: &i32| day_out(*day).map_or(0, |day| day.0.abs_diff(earliest) + 1);
        Self {
            earliest,
            since: column.iter().map(since).collect(),
        }
    }

    /// The days as a column holds them.
    fn read(&self) -> Option<Vec<i32>> {
        let day = |since: &u32| match since.checked_sub(1) {
            None => Some(crate::segment::NO_DAY),
            Some(since) => self.earliest.checked_add_unsigned(since),
        };
        self.since.iter().map(day).collect()
    }
}
