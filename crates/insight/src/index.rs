//! The index of all customers.

use crate::matching::{Matches, Searched};
use crate::order::{By, Orders};
use crate::rule::Compiled;
use crate::search::{Query, class};
use crate::segment::RowRef;
use crate::table::Table;
use crate::{Counts, CustomerRow, Facets, IndexError, RowNo, Selection, SortColumn, rule_fits};
use crate::{codec, intern};
use core::cell::Cell;
use core::fmt;
use std::collections::HashMap;
use tendero_domain::{CustomerId, Day, Rule};

/// Rows of a segment: what is stored, and marked as changed, as one piece.
pub const SEGMENT_ROWS: usize = 4096;

/// All customers, in memory, as columns.
///
/// Rows are never taken out: what is deleted is marked, what is erased is replaced by a blank row marked deleted.
/// Answers depend on the rows alone, never on the order in which they were put.
#[derive(Default)]
pub struct Index {
    table: Table,
    by_id: HashMap<CustomerId, u32>,
    /// Taken out while in use; so a question needs no exclusive access.
    orders: Cell<Orders>,
    searched: Cell<Searched>,
    revision: u64,
    /// Segments that were loaded, to know whether one still lies where it is stored.
    loaded: usize,
}

impl Index {
    /// Takes a customer in, or puts the row in the place of the one with the same identifier, and marks its segment as
    /// changed.
    ///
    /// Texts are cut to [`CustomerRow::MAX_TEXT`]; the one day before all others that a [`Day`] can hold is moved to the next.
    pub fn put(&mut self, row: CustomerRow) {
        let tags: Vec<&str> = row.tags.iter().map(String::as_str).collect();
        self.set(&RowRef {
            id: row.id,
            home: row.home,
            name: &row.name,
            person: &row.person,
            phone: &row.phone,
            email: &row.email,
            city: &row.city,
            country: &row.country,
            key: &row.key,
            tags: &tags,
            notes: &row.notes,
            orders: row.orders,
            total_minor: row.total_minor,
            last_purchase: row.last_purchase,
            last_contact: row.last_contact,
            created: row.created,
            conflicts: row.conflicts,
            deleted: row.deleted,
        });
    }

    /// The customer in a row; a blank one for a row number of another index.
    #[must_use]
    pub fn row(&self, at: RowNo) -> CustomerRow {
        let nobody = || CustomerRow::blank(CustomerId::from_bytes([0; 16]), [0; 16]);
        self.table.row(at.0).unwrap_or_else(nobody)
    }

    /// Who is in a row; `None` for a row number of another index.
    #[must_use]
    pub fn id(&self, at: RowNo) -> Option<CustomerId> {
        self.table.id(at.0)
    }

    /// The row of a customer.
    #[must_use]
    pub fn find(&self, id: CustomerId) -> Option<RowNo> {
        self.by_id.get(&id).copied().map(RowNo)
    }

    /// Where the engine keeps a customer's document.
    #[must_use]
    pub fn home(&self, id: CustomerId) -> Option<[u8; 16]> {
        let (segment, at) = self.table.find(*self.by_id.get(&id)?)?;
        segment.homes.get(at).copied()
    }

    /// Number of rows, deleted ones too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of rows that are not deleted.
    #[must_use]
    pub fn live(&self) -> usize {
        self.table.live()
    }

    /// All columns, a segment after the other.
    pub(crate) fn segments_of_rows(&self) -> &[crate::segment::Segment] {
        &self.table.segments
    }

    /// Rises with every row put or loaded.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The rows that pass a selection, in its order.
    #[must_use]
    pub fn select(&self, wanted: &Selection<'_>, today: Day) -> Vec<RowNo> {
        if wanted.rule.is_some_and(|rule| !rule_fits(rule)) {
            return Vec::new();
        }
        let query = Query::read(wanted.search);
        let mut searched = self.searched.take();
        let matches = Matches::of(
            &self.table,
            self.revision,
            wanted,
            query.as_ref(),
            today,
            &mut searched,
        );
        self.searched.set(searched);

        let by_class = query.is_some() && wanted.column == SortColumn::Match;
        let by = if by_class {
            By::new(SortColumn::Name, false)
        } else {
            By::new(wanted.column, wanted.descending)
        };
        let mut orders = self.orders.take();
        let rows = orders.rows(&self.table, by).iter().copied();
        let rows = rows.filter(|row| matches.has(*row));
        let found = if by_class {
            by_classes(rows, |row| matches.class(row), wanted.descending)
        } else {
            let mut found = Vec::with_capacity(matches.count());
            found.extend(rows.map(RowNo));
            found
        };
        self.orders.set(orders);
        found
    }

    /// How many a rule holds for, as a whole and part by part.
    #[must_use]
    pub fn count(&self, rule: &Rule, today: Day) -> Counts {
        let mut counts = Counts {
            each: vec![0; parts(rule)],
            ..Counts::default()
        };
        if !rule_fits(rule) {
            return counts;
        }
        let compiled = Compiled::new(rule, &self.table, today);
        let mut sum = 0i128;
        for segment in &self.table.segments {
            let rows = compiled.rows(segment, &mut 0, &mut |part, rows| {
                if let Some(count) = counts.each.get_mut(part) {
                    *count += rows.and(&segment.live).count();
                }
            });
            let rows = rows.and(&segment.live);
            counts.total += rows.count();
            rows.each(|row| sum += i128::from(segment.totals.get(row).copied().unwrap_or(0)));
        }
        counts.total_minor = sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        counts
    }

    /// The values that occur, at most so many of each kind.
    #[must_use]
    pub fn facets(&self, limit: usize) -> Facets {
        Facets::of(&self.table, limit)
    }

    /// Number of segments.
    #[must_use]
    pub fn segments(&self) -> u32 {
        self.table.segments.len() as u32
    }

    /// The segments that differ from what was last loaded or marked clean, in rising order.
    #[must_use]
    pub fn dirty(&self) -> Vec<u32> {
        let numbered = (0..).zip(&self.table.segments);
        numbered
            .filter(|(_, segment)| segment.dirty)
            .map(|(n, _)| n)
            .collect()
    }

    /// A segment as bytes; a segment that is not there is one without rows.
    #[must_use]
    pub fn encode_segment(&self, n: u32) -> Vec<u8> {
        codec::encode(&self.table, n)
    }

    /// Notes that a segment is stored as it is now.
    pub fn set_clean(&mut self, n: u32) {
        if let Some(segment) = self.table.segments.get_mut(n as usize) {
            segment.dirty = false;
        }
    }

    /// Appends a stored segment; call it for all of them in rising order, before any [`put`](Self::put).
    ///
    /// A customer who is already there is replaced. Rows then no longer lie where they are stored, and the segments
    /// concerned are dirty; there may also be fewer [`segments`](Self::segments) than were loaded.
    ///
    /// # Errors
    /// [`IndexError`] when the version is not known or the bytes are damaged; nothing is taken in then.
    pub fn load_segment(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        let before = self.len();
        let mut rows = 0;
        codec::decode(bytes, |row| {
            self.set(row);
            rows += 1;
        })?;
        let in_place = before == self.loaded * SEGMENT_ROWS && self.len() == before + rows;
        if in_place {
            self.set_clean(self.loaded as u32);
        }
        self.loaded += 1;
        Ok(())
    }

    /// Bytes of memory held, without what the allocator needs for itself.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let (orders, searched) = (self.orders.take(), self.searched.take());
        let kept = orders.bytes() + searched.bytes();
        self.orders.set(orders);
        self.searched.set(searched);
        let by_id = intern::table_bytes::<(CustomerId, u32)>(self.by_id.capacity());
        self.table.bytes() + kept + by_id
    }

    fn set(&mut self, row: &RowRef<'_>) {
        let next = self.len() as u32;
        let at = *self.by_id.entry(row.id).or_insert(next);
        self.table.set(at, row);
        self.orders.get_mut().changed(at);
        self.revision += 1;
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Personal data stays out of logs.
        f.debug_struct("Index")
            .field("rows", &self.len())
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// The rows, given by name, best class first.
fn by_classes(
    rows: impl Iterator<Item = u32>,
    class: impl Fn(u32) -> u8,
    descending: bool,
) -> Vec<RowNo> {
    let mut buckets: [Vec<RowNo>; class::NOTES as usize + 1] = Default::default();
    for row in rows {
        if let Some(bucket) = buckets.get_mut(usize::from(class(row))) {
            bucket.push(RowNo(row));
        }
    }
    if descending {
        buckets.reverse();
    }
    buckets.concat()
}

/// Number of parts of a rule, however deep.
fn parts(rule: &Rule) -> usize {
    let mut parts = 0;
    let mut left = vec![rule];
    while let Some(rule) = left.pop() {
        parts += 1;
        match rule {
            Rule::All(rules) | Rule::Any(rules) => left.extend(rules),
            Rule::Not(rule) => left.push(rule),
            Rule::Is(_) => {}
        }
    }
    parts
}
