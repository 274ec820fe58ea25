//! The durable log of every workspace, behind one trait.
//!
//! **Durability.** A future of [`LogStore`] that resolves to `Ok` after a write promises that the write survives a
//! crash of the process and of the machine. A failed write leaves nothing behind. **Order.** Sequences of a workspace
//! count from 1 without gaps, and become visible to readers in their order: a reader that has seen n has seen all
//! before. Rules about who may write what live in [`crate::hub`]; a store compares and swaps, no more.

mod memory;
mod page;
mod postgres;
mod sqlite;
mod writer;

pub use memory::MemoryLog;
pub use postgres::PostgresLog;
pub use sqlite::SqliteLog;

use crate::limits::Quota;
use std::collections::BTreeSet;
use std::future::Future;
use tendero_protocol::message::{ChainTip, ItemAck, Verdict};
use tendero_protocol::{
    DeviceId, DocTag, Hash, Incarnation, Item, LogItems, SaltRow, Seq, SignedEntry, SignedFrame,
    Verified, WorkspaceId,
};
use tokio::sync::broadcast;

/// Bytes of entries after which a batch is closed; the first entry always fits.
pub const PAGE_BYTES: usize = 1024 * 1024 - 64 * 1024;
/// The most entries of one batch.
pub const PAGE_ITEMS: usize = 1000;
/// The most salts kept for one document: one for each device that made it while offline, and a margin.
pub const SALTS_OF_A_DOCUMENT: usize = 16;

/// Why the store did not do it. Nothing of a failed write remains.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk, or the bound given with `--max-mb`, is full. Smaller or later writes may succeed.
    #[error("the store is full")]
    Full,
    /// Reading or writing failed.
    #[error("the store failed: {0}")]
    Failed(String),
    /// A write failed in a way that leaves its durability unknown: this process writes no more.
    #[error("the store is read-only after a failed write")]
    ReadOnly,
    /// What is stored is not what was stored: a damaged row is not served.
    #[error("a row of the log is damaged")]
    Damaged,
    /// The database does not answer. Nothing acknowledged is lost; a later call tries again.
    #[error("the database cannot be reached")]
    Unavailable,
    /// There is no such workspace.
    #[error("there is no such workspace")]
    UnknownWorkspace,
}

/// Where a workspace's log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceState {
    /// Which life of the log.
    pub incarnation: Incarnation,
    /// The last sequence.
    pub head: Seq,
    /// The hash chain's link there.
    pub h: Hash,
}

/// What became of a compare-and-swap on the membership chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swapped {
    /// The entry is durable and the chain ends here now.
    Done(ChainTip),
    /// The chain ends elsewhere (or, for a first entry, exists).
    Conflict(ChainTip),
}

/// What became of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// `Stored`, `Duplicate` or `Quota` for each item, in order.
    pub acks: Vec<ItemAck>,
    /// The log's last sequence after it.
    pub head: Seq,
}

/// The salts of a frame that belong to documents of which an item is here now.
fn salts_to_keep<'a>(items: &[Item], acks: &[ItemAck], salts: &'a [SaltRow]) -> Vec<&'a SaltRow> {
    let kept = items
        .iter()
        .zip(acks)
        .filter(|(_, ack)| ack.verdict != Verdict::Quota);
    let documents: BTreeSet<DocTag> = kept.map(|(item, _)| item.header.doc_tag).collect();
    salts
        .iter()
        .filter(|row| documents.contains(&row.doc_tag))
        .collect()
}

/// What of the log is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogRange {
    /// The first wanted is the one after.
    pub after: Seq,
    /// The most entries; also bounded by [`PAGE_ITEMS`] and [`PAGE_BYTES`].
    pub limit: usize,
    /// Leave out the bodies of this device's items.
    pub omit: Option<DeviceId>,
}

/// How far a workspace has grown, as another relay on the same store may have made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Which one.
    pub workspace: WorkspaceId,
    /// The log's last sequence.
    pub head: Seq,
    /// Number of entries of the membership chain.
    pub chain_length: u32,
}

/// How a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It takes writes.
    Writable,
    /// It serves readers only.
    ReadOnly,
    /// Its database does not answer; it is asked again all the time.
    Unreachable,
}

/// A store of logs and membership chains.
pub trait LogStore: Send + Sync + 'static {
    /// Begins a workspace with the first entry of its chain.
    ///
    /// # Errors
    /// [`StoreError`].
    fn create(
        &self,
        workspace: WorkspaceId,
        incarnation: Incarnation,
        entry: SignedEntry,
    ) -> impl Future<Output = Result<Swapped, StoreError>> + Send;

    /// Where the log stands; `None` for a workspace that is not here.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn state(
        &self,
        workspace: WorkspaceId,
    ) -> impl Future<Output = Result<Option<WorkspaceState>, StoreError>> + Send;

    /// The whole membership chain, in order; empty for a workspace that is not here.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn chain(
        &self,
        workspace: WorkspaceId,
    ) -> impl Future<Output = Result<Vec<SignedEntry>, StoreError>> + Send;

    /// Adds an entry to the chain if it still ends with `prev`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn append(
        &self,
        workspace: WorkspaceId,
        prev: Hash,
        entry: SignedEntry,
    ) -> impl Future<Output = Result<Swapped, StoreError>> + Send;

    /// Numbers and stores the items of a frame that are new and fit into the quota, and remembers its salts. After the first
    /// that does not fit no new one is stored.
    ///
    /// # Errors
    /// [`StoreError`]; then no item of the frame was stored.
    fn push(
        &self,
        workspace: WorkspaceId,
        frame: Verified<SignedFrame>,
        quota: Quota,
    ) -> impl Future<Output = Result<Pushed, StoreError>> + Send;

    /// A stretch of the log. It carries the salts of all documents whose items are in it.
    ///
    /// # Errors
    /// [`StoreError::Failed`] or [`StoreError::UnknownWorkspace`].
    fn log(
        &self,
        workspace: WorkspaceId,
        range: LogRange,
    ) -> impl Future<Output = Result<LogItems, StoreError>> + Send;

    /// Remembers how far a device has durably read. Never goes back.
    ///
    /// # Errors
    /// [`StoreError`].
    fn set_cursor(
        &self,
        workspace: WorkspaceId,
        device: DeviceId,
        cursor: Seq,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// How far each device has read, by device.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn cursors(
        &self,
        workspace: WorkspaceId,
    ) -> impl Future<Output = Result<Vec<(DeviceId, Seq)>, StoreError>> + Send;

    /// How many workspaces there are.
    ///
    /// # Errors
    /// [`StoreError`].
    fn count(&self) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Whether writes are taken, and if not, why.
    fn condition(&self) -> Condition;

    /// Hears of growth by other relays, as hints that may be lost; `None` for a store that one relay has for itself.
    fn hear(&self) -> Option<broadcast::Receiver<Growth>> {
        None
    }

    /// How far workspaces have grown. Only asked of a store that others share.
    ///
    /// # Errors
    /// [`StoreError`].
    fn growth(
        &self,
        _workspaces: Vec<WorkspaceId>,
    ) -> impl Future<Output = Result<Vec<Growth>, StoreError>> + Send {
        std::future::ready(Ok(Vec::new()))
    }
}
