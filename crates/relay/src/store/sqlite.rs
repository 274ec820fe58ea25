//! The log in one SQLite file.
//!
//! **Layout.** `workspaces` holds the head and link of each log; `items` one row a sequence, with the item's bytes and
//! the frame it came in; `frames` the signed heads; `chain` the membership entries; `salts` and `cursors` what they say.
//! **Durability.** WAL with `synchronous=FULL`: a commit returns after the WAL is flushed. One thread writes
//! ([`super::writer`]), readers use connections of their own and see whole transactions. **Not done yet.** Nothing is
//! trimmed: the file grows with the log.

use super::page::{Page, Stored};
use super::writer::{Writer, classify};
use super::{
    Condition, LogRange, LogStore, Pushed, SALTS_OF_A_DOCUMENT, StoreError, Swapped,
    WorkspaceState, salts_to_keep,
};
use crate::limits::{Quota, Room};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tendero_protocol::log::link;
use tendero_protocol::message::{ChainTip, ItemAck, Verdict};
use tendero_protocol::{
    DeviceId, DocTag, FrameHead, Hash, Incarnation, Item, ItemId, LogItems, Salt, SaltRow, Seq,
    SignedEntry, SignedFrame, Verified, WorkspaceId, wire,
};
use tokio::sync::Semaphore;

/// Version of the tables, in `user_version`.
const SCHEMA_VERSION: i64 = 2;
const SCHEMA: &str = "
CREATE TABLE workspaces (
  id INTEGER PRIMARY KEY, workspace BLOB NOT NULL UNIQUE, incarnation BLOB NOT NULL,
  head INTEGER NOT NULL, h BLOB NOT NULL, chain_head BLOB NOT NULL, chain_length INTEGER NOT NULL);
CREATE TABLE frames (id INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, head BLOB NOT NULL);
CREATE TABLE items (
  workspace INTEGER NOT NULL, seq INTEGER NOT NULL, item_id BLOB NOT NULL, doc_tag BLOB NOT NULL,
  generation INTEGER NOT NULL, frame INTEGER NOT NULL, position INTEGER NOT NULL,
  hash BLOB NOT NULL, h BLOB NOT NULL, body BLOB, PRIMARY KEY (workspace, seq));
CREATE UNIQUE INDEX items_by_name ON items (workspace, item_id);
CREATE TABLE salts (
  workspace INTEGER NOT NULL, doc_tag BLOB NOT NULL, salt BLOB NOT NULL,
  PRIMARY KEY (workspace, doc_tag, salt)) WITHOUT ROWID;
CREATE TABLE chain (
  workspace INTEGER NOT NULL, position INTEGER NOT NULL, entry BLOB NOT NULL,
  PRIMARY KEY (workspace, position)) WITHOUT ROWID;
CREATE TABLE cursors (
  workspace INTEGER NOT NULL, device BLOB NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (workspace, device)) WITHOUT ROWID;
";
/// From version 1, also for a new file: bytes of a workspace's items as the quota counts them. For what was there
/// before, the envelope is reckoned with 40 bytes, which is right to a few bytes an item.
const SCHEMA_2: &str = "
ALTER TABLE workspaces ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE workspaces SET bytes = coalesce(
  (SELECT sum(length(body) + 40) FROM items WHERE items.workspace = workspaces.id), 0);
";
/// Reads at once: each may hold a page of the log and SQLite's cache. More wait their turn.
const READING: usize = 16;
/// Idle connections kept for readers.
const READERS: usize = 4;
const PAGE_SIZE: u64 = 4096;

/// Logs in a SQLite file.
pub struct SqliteLog {
    writer: Writer,
    file: PathBuf,
    readers: Arc<Mutex<Vec<Connection>>>,
    reading: Semaphore,
}

impl SqliteLog {
    /// Opens or makes the file. With `max_mb` it refuses to grow beyond that many megabytes.
    ///
    /// # Errors
    /// [`StoreError`]; also for a file of a newer version.
    pub fn open(file: &Path, max_mb: Option<u32>) -> Result<Self, StoreError> {
        let connection = Connection::open(file).map_err(describe)?;
        prepare(&connection, max_mb).map_err(describe)?;
        let version: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(describe)?;
        match version {
            0 => upgrade(&connection, &[SCHEMA, SCHEMA_2]).map_err(describe)?,
            1 => upgrade(&connection, &[SCHEMA_2]).map_err(describe)?,
            SCHEMA_VERSION => {}
            newer => {
                let message =
                    format!("the log is of version {newer}; this relay knows {SCHEMA_VERSION}");
                return Err(StoreError::Failed(message));
            }
        }
        Ok(Self {
            writer: Writer::start(connection)
                .map_err(|error| StoreError::Failed(error.to_string()))?,
            file: file.to_owned(),
            readers: Arc::default(),
            reading: Semaphore::new(READING),
        })
    }

    /// All workspaces, in the order of their making.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        let work = |database: &Connection| -> rusqlite::Result<Vec<WorkspaceId>> {
            database
                .prepare("SELECT workspace FROM workspaces ORDER BY id")?
                .query_map([], |row| row.get(0).map(WorkspaceId))?
                .collect()
        };
        self.read(move |database| work(database).map_err(|error| classify(&error)))
            .await
    }

    /// Reads on a thread that may block, in one read transaction.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _turn = self.reading.acquire().await;
        let (file, readers) = (self.file.clone(), Arc::clone(&self.readers));
        let task = move || {
            let idle = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match idle {
                Some(connection) => connection,
                None => open_reader(&file)?,
            };
            let result = {
                let _snapshot = connection.unchecked_transaction()?;
                work(&connection)
            };
            let mut idle = readers.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < READERS {
                idle.push(connection);
            }
            result
        };
        tokio::task::spawn_blocking(task)
            .await
            .map_err(|error| StoreError::Failed(error.to_string()))?
    }
}

/// Brings the tables to [`SCHEMA_VERSION`] in one transaction.
fn upgrade(connection: &Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let steps = steps.concat();
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    ))
}

fn describe(error: rusqlite::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

fn prepare(connection: &Connection, max_mb: Option<u32>) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", PAGE_SIZE.cast_signed())?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    if let Some(megabytes) = max_mb {
        let pages = i64::from(megabytes) * (1024 * 1024 / PAGE_SIZE.cast_signed());
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// SQLite's integers are signed; a log never grows to 2⁶³.
fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

fn seq_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    row.get::<_, i64>(column)
        .map(|seq| Seq(seq.try_into().unwrap_or(0)))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        classify(&error)
    }
}

/// A workspace's row.
struct Found {
    id: i64,
    state: WorkspaceState,
    tip: ChainTip,
    bytes: u64,
}

fn find(database: &Connection, workspace: WorkspaceId) -> rusqlite::Result<Option<Found>> {
    database
        .prepare_cached(
            "SELECT id, incarnation, head, h, chain_head, chain_length, bytes FROM workspaces WHERE workspace = ?1",
        )?
        .query_row([workspace.0], |row| {
            Ok(Found {
                id: row.get(0)?,
                state: WorkspaceState {
                    incarnation: Incarnation(row.get(1)?),
                    head: seq_at(row, 2)?,
                    h: Hash(row.get(3)?),
                },
                tip: ChainTip {
                    head: Hash(row.get(4)?),
                    length: row.get(5)?,
                },
                bytes: row.get::<_, i64>(6)?.cast_unsigned(),
            })
        })
        .optional()
}

fn push_entry(
    database: &Connection,
    id: i64,
    tip: ChainTip,
    entry: &SignedEntry,
) -> rusqlite::Result<ChainTip> {
    database
        .prepare_cached("INSERT INTO chain (workspace, position, entry) VALUES (?1, ?2, ?3)")?
        .execute(params![id, tip.length, entry.encode()])?;
    let tip = ChainTip {
        head: entry.hash(),
        length: tip.length.saturating_add(1),
    };
    database
        .prepare_cached("UPDATE workspaces SET chain_head = ?2, chain_length = ?3 WHERE id = ?1")?
        .execute(params![id, tip.head.0, tip.length])?;
    Ok(tip)
}

fn push_salt(database: &Connection, id: i64, row: &SaltRow) -> rusqlite::Result<()> {
    let kept: u32 = database
        .prepare_cached("SELECT count(*) FROM salts WHERE workspace = ?1 AND doc_tag = ?2")?
        .query_row(params![id, row.doc_tag.0], |row| row.get(0))?;
    if usize::try_from(kept).is_ok_and(|kept| kept < SALTS_OF_A_DOCUMENT) {
        database
            .prepare_cached(
                "INSERT OR IGNORE INTO salts (workspace, doc_tag, salt) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id, row.doc_tag.0, row.salt.0])?;
    }
    Ok(())
}

fn push_frame(
    database: &Connection,
    found: &Found,
    frame: &SignedFrame,
    quota: Quota,
) -> rusqlite::Result<Pushed> {
    let mut state = found.state;
    let mut room = Room::new(quota, state.head.0, found.bytes);
    let mut frame_key = None;
    let mut acks = Vec::with_capacity(frame.items().len());
    let mut by_name =
        database.prepare_cached("SELECT seq FROM items WHERE workspace = ?1 AND item_id = ?2")?;
    let mut insert = database.prepare_cached(
        "INSERT INTO items (workspace, seq, item_id, doc_tag, generation, frame, position, hash, h, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for ((position, item), hash) in (0_u16..).zip(frame.items()).zip(frame.head().hashes()) {
        let header = &item.header;
        let known = by_name
            .query_row(params![found.id, header.item_id.0], |row| seq_at(row, 0))
            .optional()?;
        if let Some(seq) = known {
            acks.push(ItemAck {
                verdict: Verdict::Duplicate,
                seq,
            });
            continue;
        }
        if !room.take(item.size()) {
            acks.push(ItemAck::NO_ROOM);
            continue;
        }
        let key = match frame_key {
            Some(key) => key,
            None => {
                database
                    .prepare_cached("INSERT INTO frames (workspace, head) VALUES (?1, ?2)")?
                    .execute(params![found.id, frame.head().encode()])?;
                *frame_key.insert(database.last_insert_rowid())
            }
        };
        state.head = state.head.next();
        state.h = link(state.h, state.head, *hash);
        insert.execute(params![
            found.id,
            number(state.head),
            header.item_id.0,
            header.doc_tag.0,
            header.generation.0,
            key,
            position,
            hash.0,
            state.h.0,
            wire::body(item),
        ])?;
        acks.push(ItemAck {
            verdict: Verdict::Stored,
            seq: state.head,
        });
    }
    for row in salts_to_keep(frame.items(), &acks, frame.salts()) {
        push_salt(database, found.id, row)?;
    }
    if frame_key.is_some() {
        database
            .prepare_cached("UPDATE workspaces SET head = ?2, h = ?3, bytes = ?4 WHERE id = ?1")?
            .execute(params![
                found.id,
                number(state.head),
                state.h.0,
                room.bytes().cast_signed()
            ])?;
    }
    Ok(Pushed {
        acks,
        head: state.head,
    })
}

fn read_page(
    database: &Connection,
    found: &Found,
    range: LogRange,
) -> Result<LogItems, StoreError> {
    let after = range.after.min(found.state.head);
    let before: Option<[u8; 32]> = database
        .prepare_cached("SELECT h FROM items WHERE workspace = ?1 AND seq = ?2")?
        .query_row(params![found.id, number(after)], |row| row.get(0))
        .optional()?;
    let end = (found.state.head, found.state.h);
    let mut page = Page::new(range, end, before.map_or(Hash::ZERO, Hash));
    let mut select = database.prepare_cached(
        "SELECT seq, item_id, doc_tag, hash, h, frame, position, body FROM items \
         WHERE workspace = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut heads = database.prepare_cached("SELECT head FROM frames WHERE id = ?1")?;
    let mut salts = database.prepare_cached(
        "SELECT salt FROM salts WHERE workspace = ?1 AND doc_tag = ?2 ORDER BY salt",
    )?;
    let mut rows = select.query(params![
        found.id,
        number(after),
        i64::try_from(Page::wanted(range)).unwrap_or(i64::MAX)
    ])?;
    while let Some(row) = rows.next()? {
        let body: Option<Vec<u8>> = row.get(7)?;
        let item: Option<Item> = match body {
            Some(body) => Some(wire::parse(&body).map_err(|_| StoreError::Damaged)?),
            None => None,
        };
        let frame: i64 = row.get(5)?;
        let stored = Stored {
            seq: seq_at(row, 0)?,
            item_id: ItemId(row.get(1)?),
            doc_tag: DocTag(row.get(2)?),
            hash: Hash(row.get(3)?),
            link: Hash(row.get(4)?),
            frame: frame.cast_unsigned(),
            position: row.get(6)?,
            item,
        };
        let head = |key: u64| {
            let bytes: Option<Vec<u8>> = heads
                .query_row([key.cast_signed()], |row| row.get(0))
                .optional()?;
            let bytes = bytes.ok_or(StoreError::Damaged)?;
            FrameHead::decode(&bytes).map_err(|_| StoreError::Damaged)
        };
        let salts = |tag: DocTag| {
            let rows = salts.query_map(params![found.id, tag.0], |row| row.get(0).map(Salt))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        if !page.add(stored, head, salts)? {
            break;
        }
    }
    page.finish()
}

impl LogStore for SqliteLog {
    async fn create(
        &self,
        workspace: WorkspaceId,
        incarnation: Incarnation,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        let work = move |database: &Connection| {
            if let Some(found) = find(database, workspace)? {
                return Ok(Swapped::Conflict(found.tip));
            }
            let tip = ChainTip {
                head: Hash::ZERO,
                length: 0,
            };
            database
                .prepare_cached(
                    "INSERT INTO workspaces (workspace, incarnation, head, h, chain_head, chain_length) \
                     VALUES (?1, ?2, 0, ?3, ?3, 0)",
                )?
                .execute(params![workspace.0, incarnation.0, Hash::ZERO.0])?;
            let id = database.last_insert_rowid();
            push_entry(database, id, tip, &entry).map(Swapped::Done)
        };
        self.writer.write(work).await
    }

    async fn state(&self, workspace: WorkspaceId) -> Result<Option<WorkspaceState>, StoreError> {
        self.read(move |database| {
            let found = find(database, workspace)?;
            Ok(found.map(|found| found.state))
        })
        .await
    }

    async fn chain(&self, workspace: WorkspaceId) -> Result<Vec<SignedEntry>, StoreError> {
        self.read(move |database| {
            let mut select = database.prepare_cached(
                "SELECT entry FROM chain JOIN workspaces ON chain.workspace = workspaces.id \
                 WHERE workspaces.workspace = ?1 ORDER BY position",
            )?;
            let entries = select.query_map([workspace.0], |row| row.get::<_, Vec<u8>>(0))?;
            entries
                .map(|bytes| SignedEntry::decode(&bytes?).map_err(|_| StoreError::Damaged))
                .collect()
        })
        .await
    }

    async fn append(
        &self,
        workspace: WorkspaceId,
        prev: Hash,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        let work = move |database: &Connection| match find(database, workspace)? {
            None => Ok(None),
            Some(found) if found.tip.head != prev => Ok(Some(Swapped::Conflict(found.tip))),
            Some(found) => push_entry(database, found.id, found.tip, &entry)
                .map(|tip| Some(Swapped::Done(tip))),
        };
        self.writer
            .write(work)
            .await?
            .ok_or(StoreError::UnknownWorkspace)
    }

    async fn push(
        &self,
        workspace: WorkspaceId,
        frame: Verified<SignedFrame>,
        quota: Quota,
    ) -> Result<Pushed, StoreError> {
        let work = move |database: &Connection| match find(database, workspace)? {
            None => Ok(None),
            Some(found) => push_frame(database, &found, &frame, quota).map(Some),
        };
        self.writer
            .write(work)
            .await?
            .ok_or(StoreError::UnknownWorkspace)
    }

    async fn log(&self, workspace: WorkspaceId, range: LogRange) -> Result<LogItems, StoreError> {
        self.read(move |database| {
            let found = find(database, workspace)?.ok_or(StoreError::UnknownWorkspace)?;
            read_page(database, &found, range)
        })
        .await
    }

    async fn set_cursor(
        &self,
        workspace: WorkspaceId,
        device: DeviceId,
        cursor: Seq,
    ) -> Result<(), StoreError> {
        let work = move |database: &Connection| {
            let Some(found) = find(database, workspace)? else {
                return Ok(None);
            };
            database
                .prepare_cached(
                    "INSERT INTO cursors (workspace, device, seq) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
                )?
                .execute(params![
                    found.id,
                    device.0,
                    number(cursor.min(found.state.head))
                ])
                .map(Some)
        };
        let written = self.writer.write(work).await?;
        written.map(|_| ()).ok_or(StoreError::UnknownWorkspace)
    }

    async fn cursors(&self, workspace: WorkspaceId) -> Result<Vec<(DeviceId, Seq)>, StoreError> {
        let work = move |database: &Connection| -> rusqlite::Result<Vec<(DeviceId, Seq)>> {
            database
                .prepare_cached(
                    "SELECT device, seq FROM cursors JOIN workspaces ON cursors.workspace = workspaces.id \
                     WHERE workspaces.workspace = ?1 ORDER BY device",
                )?
                .query_map([workspace.0], |row| Ok((DeviceId(row.get(0)?), seq_at(row, 1)?)))?
                .collect()
        };
        self.read(move |database| work(database).map_err(|error| classify(&error)))
            .await
    }

    async fn count(&self) -> Result<u64, StoreError> {
        self.read(|database| {
            let counted = database
                .prepare_cached("SELECT count(*) FROM workspaces")
                .and_then(|mut count| count.query_row([], |row| row.get::<_, i64>(0)));
            counted
                .map(i64::cast_unsigned)
                .map_err(|error| classify(&error))
        })
        .await
    }

    fn condition(&self) -> Condition {
        match self.writer.is_writable() {
            true => Condition::Writable,
            false => Condition::ReadOnly,
        }
    }
}
