//! What one transaction writes, and what it takes for granted.

use crate::Table;

/// A condition: the value at this key equals that value, or is absent where it says `None`.
pub type Expect = (Table, Vec<u8>, Option<Vec<u8>>);
/// A value to write, whatever was there before.
pub type Put = (Table, Vec<u8>, Vec<u8>);
/// A key to take out; it need not exist.
pub type Delete = (Table, Vec<u8>);
/// A range to take out: from a key (inclusive) to another (exclusive), or to the table's end where it says `None`.
pub type DeleteRange = (Table, Vec<u8>, Option<Vec<u8>>);

/// The contents of one transaction.
///
/// The order within a batch is fixed: first all of `expect` is checked, then `delete_ranges`, `deletes` and `puts` are
/// carried out, so that a key both deleted and put is there afterwards. Of two puts to one key the later wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Conditions; if one does not hold the batch is refused with [`crate::StoreError::Conflict`].
    pub expect: Vec<Expect>,
    /// Values to write.
    pub puts: Vec<Put>,
    /// Keys to take out.
    pub deletes: Vec<Delete>,
    /// Ranges to take out.
    pub delete_ranges: Vec<DeleteRange>,
}

impl Batch {
    /// A batch that does nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the condition that `key` holds `value`, or nothing.
    pub fn expect(
        &mut self,
        table: Table,
        key: impl Into<Vec<u8>>,
        value: Option<Vec<u8>>,
    ) -> &mut Self {
        self.expect.push((table, key.into(), value));
        self
    }

    /// Adds a value to write.
    pub fn put(
        &mut self,
        table: Table,
        key: impl Into<Vec<u8>>,
        value: impl Into<Vec<u8>>,
    ) -> &mut Self {
        self.puts.push((table, key.into(), value.into()));
        self
    }

    /// Adds a key to take out.
    pub fn delete(&mut self, table: Table, key: impl Into<Vec<u8>>) -> &mut Self {
        self.deletes.push((table, key.into()));
        self
    }

    /// Adds a range to take out: `from <= key`, and `key < to` if given.
    pub fn delete_range(
        &mut self,
        table: Table,
        from: impl Into<Vec<u8>>,
        to: Option<Vec<u8>>,
    ) -> &mut Self {
        self.delete_ranges.push((table, from.into(), to));
        self
    }

    /// Whether the batch neither writes nor checks anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expect.is_empty() && !self.writes()
    }

    /// Whether the batch writes or deletes anything.
    #[must_use]
    pub fn writes(&self) -> bool {
        !(self.puts.is_empty() && self.deletes.is_empty() && self.delete_ranges.is_empty())
    }

    /// The tables the batch touches, each once, in schema order.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables: Vec<Table> = (self.expect.iter().map(|(table, ..)| *table))
            .chain(self.puts.iter().map(|(table, ..)| *table))
            .chain(self.deletes.iter().map(|(table, _)| *table))
            .chain(self.delete_ranges.iter().map(|(table, ..)| *table))
            .collect();
        tables.sort_unstable();
        tables.dedup();
        tables
    }
}
