//! What the engine asks of a place that keeps bytes: a few ordered tables and one atomic, durable write.
//!
//! *Layout.* A store is a fixed list of [`Table`]s, each an ordered map from byte keys to byte values. The store never
//! looks inside either: what lies in it was encoded and sealed before.
//!
//! *Durability.* [`Store::apply`] is the only way to write. It returns `Ok` after the whole batch is committed to the
//! medium, and after any error nothing of the batch is there.
//!
//! *Several writers.* Two handles on one database (two tabs) are serialised by the back end. [`Batch::expect`] is how a
//! writer learns that another one was faster.
//!
//! **Architecture invariant:** nothing here knows of documents, keys of people, a clock or a browser.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod batch;
#[cfg(feature = "conformance")]
pub mod conformance;
mod memory;
mod table;

pub use batch::{Batch, Delete, DeleteRange, Expect, Put};
pub use memory::MemoryStore;
pub use table::{SCHEMA_VERSION, Table};

/// A key and its value, as [`Store::scan`] returns them.
pub type Row = (Vec<u8>, Vec<u8>);

/// Why a store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A value named in [`Batch::expect`] was not what it was expected to be; nothing was written.
    #[error("another writer was faster")]
    Conflict,
    /// The medium or the quota is full; nothing was written, and what was there before can still be read.
    #[error("no space left")]
    Full,
    /// The store was closed for good, by the browser or by a newer version of the app; opening it anew may help.
    #[error("the store was closed")]
    Closed,
    /// Another handle holds an older version of the schema open and did not let go.
    #[error("an older version of the app keeps the store open")]
    Blocked,
    /// Anything else, with the name and message the back end gave.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// An ordered store of bytes with one atomic, durable write.
///
/// Handles are used from one thread and their futures are not `Send`: a browser's database lives on the thread that
/// opened it.
// The futures need no `Send` bound, by design, so the lint's warning about it does not apply.
#[allow(async_fn_in_trait)]
pub trait Store {
    /// The value at `key`, or `None` when there is none.
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` rows with `from <= key` and, if `to` is given, `key < to`, in byte order of the keys.
    ///
    /// An empty or inverted range gives no rows; so does a limit of 0. To read on, scan from the last key with a zero
    /// byte appended.
    async fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// Carries out the whole batch in one transaction, or nothing of it.
    ///
    /// `Ok` means committed with the strictest durability the medium offers.
    async fn apply(&self, batch: Batch) -> Result<(), StoreError>;
}

/// The first key that does not start with `prefix`, for use as the `to` of a range; `None` when there is no such key.
///
/// ```
/// use tendero_store::end_of_prefix;
/// assert_eq!(end_of_prefix(b"ab"), Some(b"ac".to_vec()));
/// assert_eq!(end_of_prefix(&[7, 0xff]), Some(vec![8]));
/// assert_eq!(end_of_prefix(&[0xff, 0xff]), None);
/// ```
#[must_use]
pub fn end_of_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}
