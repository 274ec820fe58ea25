//! Rows in the order of a column, kept from one question to the next.

use crate::SortColumn;
use crate::segment::NO_DAY;
use crate::table::Table;
use core::cmp::Ordering;
use tendero_domain::CustomerId;

/// Orders kept besides the one by name: a list is seldom looked at in more at a time, and each costs 4 bytes a row.
const MOST_KEPT: usize = 4;

/// Orders that were asked for lately.
///
/// A changed row is only noted; the next question takes all noted rows out and merges them in again, which costs a copy of
/// the order and a few comparisons a changed row instead of sorting everything.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    /// The latest asked for at the end.
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    by: By,
    rows: Vec<u32>,
    changed: Vec<u32>,
}

/// A column and a direction. What is blank comes last in both, ties stay by name and identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct By {
    column: SortColumn,
    descending: bool,
}

impl By {
    const NAME: Self = Self::new(SortColumn::Name, false);

    /// The order by a column; [`SortColumn::Match`] is by name here.
    pub(crate) const fn new(column: SortColumn, descending: bool) -> Self {
        let column = match column {
            SortColumn::Match => SortColumn::Name,
            other => other,
        };
        Self { column, descending }
    }
}

impl Orders {
    /// Notes that a row changed or is new.
    pub(crate) fn changed(&mut self, row: u32) {
        // Past a point, sorting everything is cheaper than merging.
        self.kept
            .retain(|order| order.changed.len() <= order.rows.len() / 8 + 1024);
        for order in &mut self.kept {
            if order.changed.last() != Some(&row) {
                order.changed.push(row);
            }
        }
    }

    /// All rows in order.
    pub(crate) fn rows(&mut self, table: &Table, by: By) -> &[u32] {
        let found = self.kept.iter().position(|order| order.by == by);
        let order = match found.map(|n| self.kept.remove(n)) {
            Some(mut order) => {
                order.merge(table);
                order
            }
            None => {
                let rows = self.sorted(table, by);
                Kept {
                    by,
                    rows,
                    changed: Vec::new(),
                }
            }
        };
        if self.kept.len() > MOST_KEPT {
            let oldest = self.kept.iter().position(|order| order.by != By::NAME);
            oldest.map(|n| self.kept.remove(n));
        }
        self.kept.push(order);
        self.kept.last().map_or(&[], |order| &order.rows)
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        let each = |order: &Kept| (order.rows.capacity() + order.changed.capacity()) * 4;
        self.kept.iter().map(each).sum()
    }

    fn sorted(&mut self, table: &Table, by: By) -> Vec<u32> {
        // Sorting is stable: starting by name leaves ties by name.
        let start = |orders: &mut Self| orders.rows(table, By::NAME).to_vec();
        match by.column {
            SortColumn::Match | SortColumn::Name => {
                let mut rows = Vec::from_iter(0..table.len() as u32);
                let ties =
                    |rows: &mut [(u64, u32)]| rows.sort_unstable_by_key(|(_, row)| id(table, *row));
                sort_by_text(&mut rows, |row| name(table, row), ties, by.descending);
                rows
            }
            SortColumn::Person => {
                let mut rows = start(self);
                sort_by_text(&mut rows, |row| person(table, row), |_| {}, by.descending);
                rows
            }
            SortColumn::City | SortColumn::Country => {
                let texts = match by.column {
                    SortColumn::City => &table.cities,
                    _ => &table.countries,
                };
                let ranks = ranks(texts.all_folded());
                let rank = |row| {
                    ranks
                        .get(code(table, by.column, row) as usize)
                        .copied()
                        .flatten()
                };
                let mut rows = start(self);
                rows.sort_by_cached_key(|row| directed(rank(*row), by.descending));
                rows
            }
            _ => {
                let mut rows = start(self);
                rows.sort_by_cached_key(|row| {
                    directed(number(table, by.column, *row), by.descending)
                });
                rows
            }
        }
    }
}

impl Kept {
    fn merge(&mut self, table: &Table) {
        if self.changed.is_empty() {
            return;
        }
        let mut changed = core::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        let mut is_changed = vec![false; table.len()];
        for row in &changed {
            if let Some(place) = is_changed.get_mut(*row as usize) {
                *place = true;
            }
        }
        let stays = |row: &u32| !is_changed.get(*row as usize).copied().unwrap_or(true);
        self.rows.retain(stays);
        changed.sort_unstable_by(|a, b| compare(table, self.by, *a, *b));

        let mut merged = Vec::with_capacity(self.rows.len() + changed.len());
        let mut rest = self.rows.as_slice();
        for row in changed {
            let before = rest.partition_point(|other| compare(table, self.by, *other, row).is_lt());
            let (first, after) = rest.split_at_checked(before).unwrap_or((rest, &[]));
            merged.extend_from_slice(first);
            merged.push(row);
            rest = after;
        }
        merged.extend_from_slice(rest);
        self.rows = merged;
    }
}

/// Which of two rows comes first; never equal for two rows, since identifiers are not.
fn compare(table: &Table, by: By, a: u32, b: u32) -> Ordering {
    let first = match by.column {
        SortColumn::Match | SortColumn::Name => {
            compare_texts(name(table, a), name(table, b), by.descending)
        }
        SortColumn::Person => compare_texts(person(table, a), person(table, b), by.descending),
        SortColumn::City | SortColumn::Country => {
            let folded = |row| {
                let code = code(table, by.column, row);
                match by.column {
                    SortColumn::City => table.cities.folded(code),
                    _ => table.countries.folded(code),
                }
            };
            compare_texts(folded(a), folded(b), by.descending)
        }
        _ => {
            let key = |row| directed(number(table, by.column, row), by.descending);
            key(a).cmp(&key(b))
        }
    };
    first
        .then_with(|| compare_texts(name(table, a), name(table, b), false))
        .then_with(|| id(table, a).cmp(&id(table, b)))
}

fn compare_texts(a: &str, b: &str, descending: bool) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (false, false) if descending => b.cmp(a),
        (false, false) => a.cmp(b),
        (a, b) => a.cmp(&b),
    }
}

/// Sorts rows by a text, keeping the order of those with the same one but for what `ties` does to them.
fn sort_by_text<'a>(
    rows: &mut [u32],
    text: impl Fn(u32) -> &'a str,
    ties: impl Fn(&mut [(u64, u32)]),
    descending: bool,
) {
    let mut keyed: Vec<(u64, u32)> = rows.iter().map(|row| (0, *row)).collect();
    let sorter = TextSort {
        text,
        ties,
        descending,
    };
    sorter.sort(&mut keyed, 0);
    for (row, (_, sorted)) in rows.iter_mut().zip(keyed) {
        *row = sorted;
    }
}

/// Sorts by eight bytes of the texts, then those that are equal so far by the next eight: each text is read once for all
/// comparisons of its row.
struct TextSort<Text, Ties> {
    text: Text,
    ties: Ties,
    descending: bool,
}

impl<'a, Text: Fn(u32) -> &'a str, Ties: Fn(&mut [(u64, u32)])> TextSort<Text, Ties> {
    const PIECE: usize = 8;
    /// From here on whole texts are compared, which bounds how deep the sorts nest.
    const DEEPEST: usize = 64;

    fn sort(&self, rows: &mut [(u64, u32)], from: usize) {
        if from >= Self::DEEPEST {
            rows.sort_by(|(_, a), (_, b)| {
                compare_texts((self.text)(*a), (self.text)(*b), self.descending)
            });
            let same = |a: &(u64, u32), b: &(u64, u32)| (self.text)(a.1) == (self.text)(b.1);
            rows.chunk_by_mut(same)
                .filter(|rows| rows.len() > 1)
                .for_each(&self.ties);
            return;
        }
        for (key, row) in &mut *rows {
            *key = self.key((self.text)(*row), from);
        }
        rows.sort_by_key(|(key, _)| *key);
        for same in rows
            .chunk_by_mut(|a, b| a.0 == b.0)
            .filter(|rows| rows.len() > 1)
        {
            let more = same
                .first()
                .is_some_and(|(_, row)| (self.text)(*row).len() > from + Self::PIECE);
            // A text that ends within the piece ends there for all, since no folded text holds a zero.
            if more {
                self.sort(same, from + Self::PIECE);
            } else {
                (self.ties)(same);
            }
        }
    }

    fn key(&self, text: &str, from: usize) -> u64 {
        let piece = text.as_bytes().get(from..).unwrap_or_default().iter();
        let padded = piece.chain(core::iter::repeat(&0)).take(Self::PIECE);
        let key = padded.fold(0, |key, byte| key << 8 | u64::from(*byte));
        directed(Some(key).filter(|_| !text.is_empty()), self.descending)
    }
}

/// Where each text stands among all; the same for the same text, `None` for a blank one.
fn ranks<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Option<u64>> {
    let texts: Vec<&str> = texts.collect();
    let mut sorted = texts.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |text: &&str| sorted.binary_search(text).ok().map(|rank| rank as u64);
    texts
        .iter()
        .map(|text| rank(text).filter(|_| !text.is_empty()))
        .collect()
}

/// A key as a number that rises in the wanted direction, with nothing last.
fn directed(key: Option<u64>, descending: bool) -> u64 {
    match key {
        None => u64::MAX,
        Some(key) if descending => !key,
        Some(key) => key,
    }
}

/// A number or day of a row, as a number without sign in the same order.
fn number(table: &Table, column: SortColumn, row: u32) -> Option<u64> {
    let (segment, at) = table.find(row)?;
    let day = |column: &[i32]| {
        let day = column.get(at).copied().filter(|day| *day != NO_DAY)?;
        Some(day.abs_diff(NO_DAY).into())
    };
    match column {
        SortColumn::Orders => segment.orders.get(at).map(|orders| u64::from(*orders)),
        SortColumn::Total => segment.totals.get(at).map(|total| total.abs_diff(i64::MIN)),
        SortColumn::LastPurchase => day(&segment.last_purchase),
        SortColumn::LastContact => day(&segment.last_contact),
        SortColumn::Created => day(&segment.created),
        _ => None,
    }
}

fn code(table: &Table, column: SortColumn, row: u32) -> u32 {
    let Some((segment, at)) = table.find(row) else {
        return 0;
    };
    let codes = match column {
        SortColumn::City => &segment.cities,
        _ => &segment.countries,
    };
    codes.get(at).copied().unwrap_or_default()
}

fn name(table: &Table, row: u32) -> &str {
    table.find(row).map_or("", |(segment, at)| segment.name(at))
}

fn person(table: &Table, row: u32) -> &str {
    table
        .find(row)
        .map_or("", |(segment, at)| segment.person(at))
}

fn id(table: &Table, row: u32) -> Option<CustomerId> {
    table.id(row)
}
