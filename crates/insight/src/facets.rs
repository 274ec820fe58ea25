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
        let counted = |codes: usize, column: fn(&Segment) -> &Vec<u32>| {
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
        };

        let mut cities = Tally::default();
        for (code, rows) in (0..).zip(counted(table.cities.len(), |segment| &segment.cities)) {
            cities.add(&table.cities, &[code], rows);
        }
        let mut countries = Tally::default();
        for (code, rows) in (0..).zip(counted(table.countries.len(), |segment| &segment.countries))
        {
            countries.add(&table.countries, &[code], rows);
        }
        let mut tags = Tally::default();
        let rows_of_lists = counted(table.tags.lists().count(), |segment| &segment.tags);
        for (list, rows) in table.tags.lists().zip(rows_of_lists) {
            tags.add(table.tags.tags(), list, rows);
        }
        Self {
            cities: cities.most_frequent(limit),
            countries: countries.most_frequent(limit),
            tags: tags.most_frequent(limit),
        }
    }
}

/// Counts by folded text.
#[derive(Default)]
struct Tally<'a>(HashMap<&'a str, Value<'a>>);

#[derive(Default)]
struct Value<'a> {
    rows: u32,
    spellings: HashMap<&'a str, u32>,
}

impl<'a> Tally<'a> {
    /// Counts rows that have exactly these values; two spellings of one value count as one.
    fn add(&mut self, texts: &'a Texts, codes: &[u32], rows: u32) {
        if rows == 0 {
            return;
        }
        for (n, code) in codes.iter().enumerate() {
            let folded = texts.folded(*code);
            if folded.is_empty() {
                continue;
            }
            let value = self.0.entry(folded).or_default();
            *value.spellings.entry(texts.get(*code)).or_default() += rows;
            let before = codes.get(..n).unwrap_or_default();
            if !before.iter().any(|before| texts.folded(*before) == folded) {
                value.rows += rows;
            }
        }
    }

    fn most_frequent(self, limit: usize) -> Vec<(String, u32)> {
        let mut values: Vec<_> = self.0.into_iter().collect();
        values.sort_unstable_by_key(|(folded, value)| (Reverse(value.rows), *folded));
        values.truncate(limit);
        let named = values.into_iter().map(|(_, value)| {
            let spellings = value.spellings.into_iter();
            let best = spellings.max_by_key(|(text, rows)| (*rows, Reverse(*text)));
            (
                best.map_or_else(String::new, |(text, _)| text.to_owned()),
                value.rows,
            )
        });
        named.collect()
    }
}
