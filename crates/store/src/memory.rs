//! A store in memory: for tests, the simulator, and a device that cannot save.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use crate::{Batch, Row, Store, StoreError, Table};

/// A store in memory, with faults on request.
///
/// A clone is a second handle on the same data, as another tab would have; faults are set for all handles.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    shared: Rc<RefCell<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
    fail_next: Option<StoreError>,
    capacity: Option<usize>,
    closed: bool,
    applied: u64,
}

impl MemoryStore {
    /// An empty store without limits or faults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next [`Store::apply`] fail with `error` and write nothing; the one after works again.
    pub fn fail_next_apply(&self, error: StoreError) {
        self.shared.borrow_mut().fail_next = Some(error);
    }

    /// Limits keys and values together to `bytes`: what would exceed them fails with [`StoreError::Full`].
    ///
    /// `None` lifts the limit. Batches that do not add bytes pass even above it, so that clearing up is possible.
    pub fn set_capacity(&self, bytes: Option<usize>) {
        self.shared.borrow_mut().capacity = bytes;
    }

    /// Closes or reopens the store: while closed every call fails with [`StoreError::Closed`]. The data stays.
    pub fn set_closed(&self, closed: bool) {
        self.shared.borrow_mut().closed = closed;
    }

    /// Bytes held, keys and values together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shared.borrow().bytes()
    }

    /// How many batches were committed since the store was made.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.shared.borrow().applied
    }
}

impl Store for MemoryStore {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let shared = self.shared.borrow();
        shared.check_open()?;
        Ok(shared.rows.get(&(table, key.to_vec())).cloned())
    }

    async fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let shared = self.shared.borrow();
        shared.check_open()?;
        let rows = shared.range(table, from, to).take(limit);
        Ok(rows
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.shared.borrow_mut().apply(batch)
    }
}

impl Shared {
    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed {
            return Err(StoreError::Closed);
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.rows
            .iter()
            .map(|((_, key), value)| key.len() + value.len())
            .sum()
    }

    fn range<'a>(
        &'a self,
        table: Table,
        from: &'a [u8],
        to: Option<&'a [u8]>,
    ) -> impl Iterator<Item = (&'a (Table, Vec<u8>), &'a Vec<u8>)> {
        let start = Bound::Included((table, from.to_vec()));
        // Both ends are looked at here and not in the map's range, which panics on an inverted one.
        (self.rows.range((start, Bound::Unbounded))).take_while(move |((at, key), _)| {
            *at == table && to.is_none_or(|to| key.as_slice() < to)
        })
    }

    fn apply(&mut self, batch: Batch) -> Result<(), StoreError> {
        self.check_open()?;
        if let Some(error) = self.fail_next.take() {
            return Err(error);
        }
        for (table, key, value) in batch.expect {
            if self.rows.get(&(table, key)) != value.as_ref() {
                return Err(StoreError::Conflict);
            }
        }
        // Work on the live map, remembering what each touched key held, so that a full store can be put back.
        let mut before = BTreeMap::new();
        for (table, from, to) in batch.delete_ranges {
            let keys: Vec<_> = self
                .range(table, &from, to.as_deref())
                .map(|(key, _)| key.clone())
                .collect();
            for key in keys {
                let old = self.rows.remove(&key);
                before.entry(key).or_insert(old);
            }
        }
        for key in batch.deletes {
            let old = self.rows.remove(&key);
            before.entry(key).or_insert(old);
        }
        for (table, key, value) in batch.puts {
            let key = (table, key);
            let old = self.rows.insert(key.clone(), value);
            before.entry(key).or_insert(old);
        }
        if self.exceeds_capacity(&before) {
            for (key, old) in before {
                match old {
                    Some(value) => self.rows.insert(key, value),
                    None => self.rows.remove(&key),
                };
            }
            return Err(StoreError::Full);
        }
        self.applied += 1;
        Ok(())
    }

    /// Whether the batch just carried out added bytes and took the store above its capacity.
    fn exceeds_capacity(&self, before: &BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>) -> bool {
        let Some(capacity) = self.capacity else {
            return false;
        };
        let size = |key: &(Table, Vec<u8>), value: Option<&Vec<u8>>| {
            value.map_or(0, |value| key.1.len() + value.len())
        };
        let old: usize = before
            .iter()
            .map(|(key, old)| size(key, old.as_ref()))
            .sum();
        let new: usize = before.keys().map(|key| size(key, self.rows.get(key))).sum();
        new > old && self.bytes() > capacity
    }
}
