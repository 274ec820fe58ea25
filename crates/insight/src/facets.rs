//! Values that occur, with how many customers have them.

use crate::Facets;
use crate::intern::Texts;
use crate::segment::Segment;
use crate::table::Table;
use core::cmp::Reverse;
use std::collections::HashMap;

impl Facets {
    /// The most frequent values of each kind, at most so many.
    pub(crate) fn of(table: &Table, limit: usize) -> Self {
        let mut cities = Tally::new(&table.cities);
        for (code, rows) in (0..).zip(rows_by_code(table, table.cities.len(), |segment| {
            &segment.cities
        })) {
            cities.add(&[code], rows);
        }
        let mut countries = Tally::new(&table.countries);
        for (code, rows) in (0..).zip(rows_by_code(table, table.countries.len(), |segment| {
            &segment.countries
        })) {
            countries.add(&[code], rows);
        }
        let mut tags = Tally::new(table.tags.tags());
        let rows_of_lists =
            rows_by_code(table, table.tags.lists().count(), |segment| &segment.tags);
        for (list, rows) in table.tags.lists().zip(rows_of_lists) {
            tags.add(list, rows);
        }
        Self {
            cities: cities.most_frequent(limit),
            countries: countries.most_frequent(limit),
            tags: tags.most_frequent(limit),
        }
    }
}

/// How many rows that are not deleted have each code.
fn rows_by_code(table: &Table, codes: usize, column: fn(&Segment) -> &Vec<u32>) -> Vec<u32> {
    let mut counts = vec![0u32; codes];
    for segment in &table.segments {
        let column = column(segment);
        segment.live.each(|row| {
            let code = column.get(row).map(|code| *code as usize);
            if let Some(count) = code.and_then(|code| counts.get_mut(code)) {
                *count += 1;
            }
        });
    }
    counts
}

/// Counts of values, where spellings that fold to the same are one value.
struct Tally<'a> {
    texts: &'a Texts,
    /// The value of each code; `None` for a blank text.
    values: Vec<Option<u32>>,
    /// Rows by value.
    rows: Vec<u32>,
    /// Rows by code.
    spelled: Vec<u32>,
}

impl<'a> Tally<'a> {
    fn new(texts: &'a Texts) -> Self {
        let mut known = HashMap::new();
        let value = |folded: &'a str| {
            let next = known.len() as u32;
            (!folded.is_empty()).then(|| *known.entry(folded).or_insert(next))
        };
        let values = texts.all_folded().map(value).collect();
        Self {
            texts,
            values,
            rows: vec![0; known.len()],
            spelled: vec![0; texts.len()],
        }
    }

    /// Counts rows that have exactly these codes; two spellings of one value count as one.
    fn add(&mut self, codes: &[u32], rows: u32) {
        if rows == 0 {
            return;
        }
        for (n, code) in codes.iter().enumerate() {
            let value_of = |code: u32| self.values.get(code as usize).copied().flatten();
            let Some(value) = value_of(*code) else {
                continue;
            };
            let before = codes.get(..n).unwrap_or_default();
            let seen = before.iter().any(|before| value_of(*before) == Some(value));
            if let Some(spelled) = self.spelled.get_mut(*code as usize) {
                *spelled += rows;
            }
            if let Some(count) = self.rows.get_mut(value as usize).filter(|_| !seen) {
                *count += rows;
            }
        }
    }

    fn most_frequent(&self, limit: usize) -> Vec<(String, u32)> {
        // The spelling in most rows, then the first in alphabetical order, for each value.
        let mut best: Vec<Option<(u32, Reverse<&str>, &str)>> = vec![None; self.rows.len()];
        for (code, (value, spelled)) in (0..).zip(self.values.iter().zip(&self.spelled)) {
            let place = value.and_then(|value| best.get_mut(value as usize));
            if let Some(place) = place.filter(|_| *spelled > 0) {
                let spelling = (
                    *spelled,
                    Reverse(self.texts.get(code)),
                    self.texts.folded(code),
                );
                *place = (*place).max(Some(spelling));
            }
        }
        let found = self
            .rows
            .iter()
            .zip(best)
            .filter_map(|(rows, best)| Some((*rows, best?)));
        let mut found: Vec<_> = found.collect();
        found.sort_unstable_by_key(|(rows, (_, _, folded))| (Reverse(*rows), *folded));
        found.truncate(limit);
        let named = found
            .into_iter()
            .map(|(rows, (_, Reverse(text), _))| (text.to_owned(), rows));
        named.collect()
    }
}
