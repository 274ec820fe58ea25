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
        if matches!(by.column, SortColumn::Name | SortColumn::Person) {
            return sorted_by_text(table, by);
        }
        // A stable sort of the order by name leaves ties by name.
        let mut rows = self.rows(table, By::NAME).to_vec();
        let ranks = match by.column {
            SortColumn::City => ranks(table.cities.all_folded()),
            SortColumn::Country => ranks(table.countries.all_folded()),
            _ => Vec::new(),
        };
        rows.sort_by_cached_key(|row| {
            let key = match by.column {
                SortColumn::City | SortColumn::Country => {
                    let code = code(table, by.column, *row) as usize;
                    ranks.get(code).copied().flatten()
                }
                _ => number(table, by.column, *row),
            };
            directed(key, by.descending)
        });
        rows
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

fn sorted_by_text(table: &Table, by: By) -> Vec<u32> {
    let mut rows: Vec<(u64, u32)> = (0..table.len() as u32)
        .map(|row| {
            let text = match by.column {
                SortColumn::Person => person(table, row),
                _ => name(table, row),
            };
            let start = text.as_bytes().iter().chain(core::iter::repeat(&0)).take(8);
            let start = start.fold(0, |start, byte| start << 8 | u64::from(*byte));
            let key = Some(start).filter(|_| !text.is_empty());
            (directed(key, by.descending), row)
        })
        .collect();
    // The first bytes settle most comparisons without reading the texts.
    rows.sort_unstable_by(|(start_a, a), (start_b, b)| {
        start_a
            .cmp(start_b)
            .then_with(|| compare(table, by, *a, *b))
    });
    rows.into_iter().map(|(_, row)| row).collect()
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
