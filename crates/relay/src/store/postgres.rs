//! The log in a PostgreSQL database that several relays may share.
//!
//! **Layout.** The tables of [`super::sqlite`], with PostgreSQL's types; `tendero_schema` holds the number of the last
//! migration, and migrations are only ever added. **Order.** A writer locks the workspace's row first, so that numbers
//! are given and become visible in one order whichever relay writes; a sequence would let a reader skip what commits
//! late. **Durability.** An answer follows `COMMIT`, with `synchronous_commit` at least `on`. **A lost database** is
//! answered with [`StoreError::Unavailable`]; the next call connects anew.

mod growth;
mod pool;

use super::page::{Page, Stored};
use super::{
    Growth, LogRange, LogStore, PAGE_BYTES, Pushed, SALTS_OF_A_DOCUMENT, StoreError, Swapped,
    WorkspaceState,
};
use growth::Messenger;
use pool::{Connection, Mode, Pool};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use tendero_protocol::log::link;
use tendero_protocol::message::{ChainTip, ItemAck, Verdict};
use tendero_protocol::{
    DeviceId, DocTag, FrameHead, Hash, Incarnation, Item, ItemId, LogBody, LogItems, Salt, SaltRow,
    Seq, SignedEntry, SignedFrame, Verified, WorkspaceId, wire,
};
use tokio::sync::broadcast;
use tokio_postgres::{Config, Error, Row};

/// All migrations, in order; each is run once, in a transaction.
const MIGRATIONS: [&str; 2] = [
    include_str!("postgres/1.sql"),
    include_str!("postgres/2.sql"),
];
/// Relays that start at once migrate one after another: the key of an advisory lock, any fixed number.
const MIGRATION_LOCK: i64 = 0x7465_6e64_6572;

/// Logs in a PostgreSQL database.
pub struct PostgresLog {
    pool: Pool,
    messenger: Messenger,
    reached: AtomicBool,
}

impl PostgresLog {
    /// Connects to `postgres://user:password@host/database` and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError`]; also for tables of a newer version.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let mut config: Config = address
            .parse()
            // The parser's own words could quote the password.
            .map_err(|_| StoreError::Failed("the database's address cannot be read".to_owned()))?;
        config.application_name("tendero-relay");
        let mut connection = Connection::open(&config).await?;
        migrate(&mut connection).await?;
        Ok(Self {
            messenger: Messenger::start(config.clone()),
            pool: Pool::new(config),
            reached: AtomicBool::new(true),
        })
    }

    /// Takes a stretch of another store's log as it is, numbers and links included; `false`, and nothing is stored, unless
    /// it continues what is here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn copy_in(
        &self,
        workspace: WorkspaceId,
        page: LogItems,
    ) -> Result<bool, StoreError> {
        let copied = self
            .transact(Mode::Write, async |database| {
                let found = find(database, workspace, Mode::Write).await?;
                match found.map(|found| continued(found, &page)) {
                    Some(Some((found, pieces))) => {
                        for piece in &pieces {
                            store_items(database, &found, piece.head, &piece.new).await?;
                        }
                        let rows: Vec<&SaltRow> = page.salts.iter().collect();
                        insert_salts(database, found.id, &rows).await?;
                        Ok(true)
                    }
                    _ => Ok(false),
                }
            })
            .await?;
        Ok(copied)
    }

    async fn transact<T>(
        &self,
        mode: Mode,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let outcome = self.pool.transact(mode, work).await;
        let reached = !matches!(&outcome, Err(StoreError::Unavailable));
        if self.reached.swap(reached, Ordering::AcqRel) != reached {
            let event = if reached {
                "database_reached"
            } else {
                "database_lost"
            };
            crate::journal::event(event, &[]);
        }
        outcome
    }
}

async fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = |error: Error| pool::classify(&error);
    connection.run("BEGIN").await.map_err(failed)?;
    // Held to the end of the transaction.
    connection
        .rows("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
        .await
        .map_err(failed)?;
    connection
        .run("CREATE TABLE IF NOT EXISTS tendero_schema (version integer NOT NULL)")
        .await
        .map_err(failed)?;
    let version = connection
        .row("SELECT max(version) FROM tendero_schema", &[])
        .await
        .map_err(failed)?;
    let version: i32 = version
        .and_then(|row| row.get::<_, Option<i32>>(0))
        .unwrap_or(0);
    let done = usize::try_from(version).unwrap_or(0);
    let Some(missing) = MIGRATIONS.get(done..) else {
        let known = MIGRATIONS.len();
        return Err(StoreError::Failed(format!(
            "the database is of version {version}; this relay knows {known}"
        )));
    };
    for (sql, version) in missing.iter().zip(version.saturating_add(1)..) {
        connection.run(sql).await.map_err(failed)?;
        connection
            .rows(
                "INSERT INTO tendero_schema (version) VALUES ($1)",
                &[&version],
            )
            .await
            .map_err(failed)?;
    }
    connection.run("COMMIT").await.map_err(failed)
}

/// PostgreSQL's integers are signed; a log never grows to 2⁶³.
fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

fn seq_at(row: &Row, column: usize) -> Result<Seq, Error> {
    let number: i64 = row.try_get(column)?;
    Ok(Seq(number.try_into().unwrap_or(0)))
}

/// Bytes of a fixed length; a row of another length was not written by a relay, and reads as zeros that verify nowhere.
fn bytes_at<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Error> {
    let bytes: &[u8] = row.try_get(column)?;
    Ok(bytes.try_into().unwrap_or([0; N]))
}

/// A workspace's row.
struct Found {
    id: i64,
    state: WorkspaceState,
    tip: ChainTip,
}

impl Found {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.try_get(0)?,
            state: WorkspaceState {
                incarnation: Incarnation(bytes_at(row, 1)?),
                head: seq_at(row, 2)?,
                h: Hash(bytes_at(row, 3)?),
            },
            tip: ChainTip {
                head: Hash(bytes_at(row, 4)?),
                length: u32::try_from(row.try_get::<_, i32>(5)?).unwrap_or(0),
            },
        })
    }

    fn growth(&self, workspace: WorkspaceId) -> Growth {
        Growth {
            workspace,
            head: self.state.head,
            chain_length: self.tip.length,
        }
    }
}

async fn find(
    database: &mut Connection,
    workspace: WorkspaceId,
    mode: Mode,
) -> Result<Option<Found>, Error> {
    let sql = match mode {
        Mode::Read => {
            "SELECT id, incarnation, head, h, chain_head, chain_length FROM workspaces WHERE workspace = $1"
        }
        Mode::Write => {
            "SELECT id, incarnation, head, h, chain_head, chain_length FROM workspaces WHERE workspace = $1 FOR UPDATE"
        }
    };
    let row = database.row(sql, &[&workspace.0.as_slice()]).await?;
    row.as_ref().map(Found::read).transpose()
}

async fn push_entry(
    database: &mut Connection,
    id: i64,
    tip: ChainTip,
    entry: &SignedEntry,
) -> Result<ChainTip, Error> {
    let next = ChainTip {
        head: entry.hash(),
        length: tip.length.saturating_add(1),
    };
    let place = i32::try_from(tip.length).unwrap_or(i32::MAX);
    database
        .rows(
            "INSERT INTO chain (workspace, position, entry) VALUES ($1, $2, $3)",
            &[&id, &place, &entry.encode()],
        )
        .await?;
    database
        .rows(
            "UPDATE workspaces SET chain_head = $2, chain_length = chain_length + 1 WHERE id = $1",
            &[&id, &next.head.0.as_slice()],
        )
        .await?;
    Ok(next)
}

/// The salts of documents, in their order.
async fn salts_of(
    database: &mut Connection,
    id: i64,
    tags: &[&[u8]],
) -> Result<BTreeMap<DocTag, Vec<Salt>>, Error> {
    let rows = database
        .rows(
            "SELECT doc_tag, salt FROM salts WHERE workspace = $1 AND doc_tag = ANY($2) ORDER BY salt",
            &[&id, &tags],
        )
        .await?;
    let mut salts: BTreeMap<DocTag, Vec<Salt>> = BTreeMap::new();
    for row in &rows {
        let tag = DocTag(bytes_at(row, 0)?);
        salts.entry(tag).or_default().push(Salt(bytes_at(row, 1)?));
    }
    Ok(salts)
}

async fn push_salts(database: &mut Connection, id: i64, frame: &SignedFrame) -> Result<(), Error> {
    let documents: BTreeSet<DocTag> = frame
        .items()
        .iter()
        .map(|item| item.header.doc_tag)
        .collect();
    let offered: Vec<_> = frame
        .salts()
        .iter()
        .filter(|row| documents.contains(&row.doc_tag))
        .collect();
    if offered.is_empty() {
        return Ok(());
    }
    let tags: Vec<&[u8]> = offered.iter().map(|row| row.doc_tag.0.as_slice()).collect();
    let mut known = salts_of(database, id, &tags).await?;
    let mut new = Vec::new();
    for row in offered {
        let kept = known.entry(row.doc_tag).or_default();
        if !kept.contains(&row.salt) && kept.len() < SALTS_OF_A_DOCUMENT {
            kept.push(row.salt);
            new.push(row);
        }
    }
    insert_salts(database, id, &new).await
}

async fn insert_salts(database: &mut Connection, id: i64, new: &[&SaltRow]) -> Result<(), Error> {
    let new_tags: Vec<&[u8]> = new.iter().map(|row| row.doc_tag.0.as_slice()).collect();
    let new_salts: Vec<&[u8]> = new.iter().map(|row| row.salt.0.as_slice()).collect();
    database
        .rows(
            "INSERT INTO salts (workspace, doc_tag, salt) \
             SELECT $1, * FROM unnest($2::bytea[], $3::bytea[]) ON CONFLICT DO NOTHING",
            &[&id, &new_tags, &new_salts],
        )
        .await?;
    Ok(())
}

/// New items of a frame as columns, so that one statement writes them all.
#[derive(Default)]
struct Columns {
    seqs: Vec<i64>,
    names: Vec<Vec<u8>>,
    tags: Vec<Vec<u8>>,
    generations: Vec<i32>,
    positions: Vec<i32>,
    hashes: Vec<Vec<u8>>,
    links: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
}

impl Columns {
    fn push(&mut self, state: &WorkspaceState, item: &Item, hash: Hash, position: i32) {
        let header = &item.header;
        self.seqs.push(number(state.head));
        self.names.push(header.item_id.0.to_vec());
        self.tags.push(header.doc_tag.0.to_vec());
        self.generations.push(i32::from(header.generation.0));
        self.positions.push(position);
        self.hashes.push(hash.0.to_vec());
        self.links.push(state.h.0.to_vec());
        self.bodies.push(wire::body(item));
    }
}

/// Items of one frame within a stretch.
struct Piece<'a> {
    frame: u16,
    head: &'a FrameHead,
    new: Columns,
}

/// A stretch as columns and the state after it, if it continues the log with whole items under the same links.
fn continued(mut found: Found, page: &LogItems) -> Option<(Found, Vec<Piece<'_>>)> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let state = &mut found.state;
    for entry in &page.entries {
        let LogBody::Full(item) = &entry.body else {
            return None;
        };
        let frame = entry.signed.frame;
        let head = page.frames.get(usize::from(frame))?;
        let hash = item.hash();
        let signed = head.hashes().get(usize::from(entry.signed.position))?;
        if entry.seq != state.head.next() || *signed != hash {
            return None;
        }
        state.head = entry.seq;
        state.h = link(state.h, entry.seq, hash);
        if pieces.last().is_none_or(|piece| piece.frame != frame) {
            let new = Columns::default();
            pieces.push(Piece { frame, head, new });
        }
        let piece = pieces.last_mut()?;
        piece
            .new
            .push(state, item, hash, i32::from(entry.signed.position));
    }
    (state.h == page.h).then_some((found, pieces))
}

async fn push_frame(
    database: &mut Connection,
    found: &mut Found,
    frame: &SignedFrame,
) -> Result<Pushed, Error> {
    push_salts(database, found.id, frame).await?;
    let names: Vec<&[u8]> = frame
        .items()
        .iter()
        .map(|item| item.header.item_id.0.as_slice())
        .collect();
    let rows = database
        .rows(
            "SELECT item_id, seq FROM items WHERE workspace = $1 AND item_id = ANY($2)",
            &[&found.id, &names],
        )
        .await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        known.insert(ItemId(bytes_at(row, 0)?), seq_at(row, 1)?);
    }
    let state = &mut found.state;
    let mut acks = Vec::with_capacity(names.len());
    let mut new = Columns::default();
    for ((position, item), hash) in (0_i32..).zip(frame.items()).zip(frame.head().hashes()) {
        let header = &item.header;
        if let Some(seq) = known.get(&header.item_id) {
            acks.push(ItemAck {
                verdict: Verdict::Duplicate,
                seq: *seq,
            });
            continue;
        }
        state.head = state.head.next();
        state.h = link(state.h, state.head, *hash);
        known.insert(header.item_id, state.head);
        new.push(state, item, *hash, position);
        acks.push(ItemAck {
            verdict: Verdict::Stored,
            seq: state.head,
        });
    }
    let head = state.head;
    if !new.seqs.is_empty() {
        store_items(database, found, frame.head(), &new).await?;
    }
    Ok(Pushed { acks, head })
}

async fn store_items(
    database: &mut Connection,
    found: &Found,
    head: &FrameHead,
    new: &Columns,
) -> Result<(), Error> {
    // One statement: the frame's own number is known only once its row is there.
    database
        .rows(
            "WITH framed AS (INSERT INTO frames (workspace, head) VALUES ($1, $2) RETURNING id) \
             INSERT INTO items (workspace, frame, seq, item_id, doc_tag, generation, position, hash, h, body) \
             SELECT $1, framed.id, new.* FROM framed, unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::integer[], \
             $7::integer[], $8::bytea[], $9::bytea[], $10::bytea[]) AS new",
            &[
                &found.id,
                &head.encode(),
                &new.seqs,
                &new.names,
                &new.tags,
                &new.generations,
                &new.positions,
                &new.hashes,
                &new.links,
                &new.bodies,
            ],
        )
        .await?;
    let count = i64::try_from(new.seqs.len()).unwrap_or(i64::MAX);
    database
        .rows(
            "UPDATE workspaces SET head = head + $2, h = $3 WHERE id = $1",
            &[&found.id, &count, &found.state.h.0.as_slice()],
        )
        .await?;
    Ok(())
}

async fn read_page(
    database: &mut Connection,
    found: &Found,
    range: LogRange,
) -> Result<Result<LogItems, StoreError>, Error> {
    let broken = || StoreError::Failed("a row of the log cannot be read".to_owned());
    let after = number(range.after.min(found.state.head));
    let before = database
        .row(
            "SELECT h FROM items WHERE workspace = $1 AND seq = $2",
            &[&found.id, &after],
        )
        .await?;
    let h = match &before {
        Some(row) => Hash(bytes_at(row, 0)?),
        None => Hash::ZERO,
    };
    let last = after.saturating_add(i64::try_from(Page::wanted(range)).unwrap_or(i64::MAX));
    let most = i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX);
    // The running sum keeps what is fetched near what a page holds; lengths are read without the bodies.
    let rows = database
        .rows(
            "SELECT seq, item_id, doc_tag, hash, h, frame, position, body FROM ( \
             SELECT *, sum(coalesce(octet_length(body), 0)) OVER (ORDER BY seq) - coalesce(octet_length(body), 0) AS before \
             FROM items WHERE workspace = $1 AND seq > $2 AND seq <= $3) AS stretch \
             WHERE before <= $4 ORDER BY seq",
            &[&found.id, &after, &last, &most],
        )
        .await?;
    let mut frames = BTreeSet::new();
    let mut tags = BTreeSet::new();
    for row in &rows {
        frames.insert(row.try_get::<_, i64>(5)?);
        tags.insert(row.try_get::<_, &[u8]>(2)?);
    }
    let frames: Vec<i64> = frames.into_iter().collect();
    let tags: Vec<&[u8]> = tags.into_iter().collect();
    let mut heads: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for row in database
        .rows("SELECT id, head FROM frames WHERE id = ANY($1)", &[&frames])
        .await?
    {
        heads.insert(row.try_get::<_, i64>(0)?.cast_unsigned(), row.try_get(1)?);
    }
    let mut salts = salts_of(database, found.id, &tags).await?;
    let mut page = Page::new(range, found.state.head, h);
    for row in &rows {
        let body: Option<&[u8]> = row.try_get(7)?;
        let item: Option<Item> = match body.map(wire::parse).transpose() {
            Ok(item) => item,
            Err(_) => return Ok(Err(broken())),
        };
        let stored = Stored {
            seq: seq_at(row, 0)?,
            item_id: ItemId(bytes_at(row, 1)?),
            doc_tag: DocTag(bytes_at(row, 2)?),
            hash: Hash(bytes_at(row, 3)?),
            link: Hash(bytes_at(row, 4)?),
            frame: row.try_get::<_, i64>(5)?.cast_unsigned(),
            position: u16::try_from(row.try_get::<_, i32>(6)?).unwrap_or(u16::MAX),
            item,
        };
        let head = |key: u64| {
            let bytes = heads.get(&key).ok_or_else(broken)?;
            FrameHead::decode(bytes).map_err(|_| broken())
        };
        let salts = |tag: DocTag| Ok(salts.remove(&tag).unwrap_or_default());
        match page.add(stored, head, salts) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(page.finish()))
}

impl LogStore for PostgresLog {
    async fn create(
        &self,
        workspace: WorkspaceId,
        incarnation: Incarnation,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        self.transact(Mode::Write, async |database| {
            let made = database
                .row(
                    "INSERT INTO workspaces (workspace, incarnation, head, h, chain_head, chain_length) \
                     VALUES ($1, $2, 0, $3, $3, 0) ON CONFLICT (workspace) DO NOTHING RETURNING id",
                    &[
                        &workspace.0.as_slice(),
                        &incarnation.0.as_slice(),
                        &Hash::ZERO.0.as_slice(),
                    ],
                )
                .await?;
            let nothing = ChainTip {
                head: Hash::ZERO,
                length: 0,
            };
            match made {
                Some(row) => push_entry(database, row.try_get(0)?, nothing, &entry)
                    .await
                    .map(Swapped::Done),
                None => {
                    let found = find(database, workspace, Mode::Read).await?;
                    Ok(Swapped::Conflict(found.map_or(nothing, |found| found.tip)))
                }
            }
        })
        .await
    }

    async fn state(&self, workspace: WorkspaceId) -> Result<Option<WorkspaceState>, StoreError> {
        self.transact(Mode::Read, async |database| {
            let found = find(database, workspace, Mode::Read).await?;
            Ok(found.map(|found| found.state))
        })
        .await
    }

    async fn chain(&self, workspace: WorkspaceId) -> Result<Vec<SignedEntry>, StoreError> {
        let rows = self
            .transact(Mode::Read, async |database| {
                database
                    .rows(
                        "SELECT entry FROM chain JOIN workspaces ON chain.workspace = workspaces.id \
                         WHERE workspaces.workspace = $1 ORDER BY position",
                        &[&workspace.0.as_slice()],
                    )
                    .await
            })
            .await?;
        let broken = || StoreError::Failed("an entry of the chain cannot be read".to_owned());
        rows.iter()
            .map(|row| {
                let bytes: &[u8] = row.try_get(0).map_err(|_| broken())?;
                SignedEntry::decode(bytes).map_err(|_| broken())
            })
            .collect()
    }

    async fn append(
        &self,
        workspace: WorkspaceId,
        prev: Hash,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        let swapped = self
            .transact(Mode::Write, async |database| {
                match find(database, workspace, Mode::Write).await? {
                    None => Ok(None),
                    Some(found) if found.tip.head != prev => {
                        Ok(Some((Swapped::Conflict(found.tip), found)))
                    }
                    Some(found) => {
                        let tip = push_entry(database, found.id, found.tip, &entry).await?;
                        Ok(Some((Swapped::Done(tip), Found { tip, ..found })))
                    }
                }
            })
            .await?;
        let (swapped, found) = swapped.ok_or(StoreError::UnknownWorkspace)?;
        if matches!(swapped, Swapped::Done(_)) {
            self.messenger.tell(found.growth(workspace));
        }
        Ok(swapped)
    }

    async fn push(
        &self,
        workspace: WorkspaceId,
        frame: Verified<SignedFrame>,
    ) -> Result<Pushed, StoreError> {
        let pushed = self
            .transact(Mode::Write, async |database| {
                let Some(mut found) = find(database, workspace, Mode::Write).await? else {
                    return Ok(None);
                };
                let pushed = push_frame(database, &mut found, &frame).await?;
                Ok(Some((pushed, found)))
            })
            .await?;
        let (pushed, found) = pushed.ok_or(StoreError::UnknownWorkspace)?;
        self.messenger.tell(found.growth(workspace));
        Ok(pushed)
    }

    async fn log(&self, workspace: WorkspaceId, range: LogRange) -> Result<LogItems, StoreError> {
        self.transact(Mode::Read, async |database| {
            match find(database, workspace, Mode::Read).await? {
                None => Ok(Err(StoreError::UnknownWorkspace)),
                Some(found) => read_page(database, &found, range).await,
            }
        })
        .await?
    }

    async fn set_cursor(
        &self,
        workspace: WorkspaceId,
        device: DeviceId,
        cursor: Seq,
    ) -> Result<(), StoreError> {
        let written = self
            .transact(Mode::Write, async |database| {
                database
                    .row(
                        "INSERT INTO cursors (workspace, device, seq) \
                         SELECT id, $2, least($3, head) FROM workspaces WHERE workspace = $1 \
                         ON CONFLICT (workspace, device) DO UPDATE SET seq = greatest(cursors.seq, excluded.seq) \
                         RETURNING seq",
                        &[
                            &workspace.0.as_slice(),
                            &device.0.as_slice(),
                            &number(cursor),
                        ],
                    )
                    .await
            })
            .await?;
        written.map(|_| ()).ok_or(StoreError::UnknownWorkspace)
    }

    async fn cursors(&self, workspace: WorkspaceId) -> Result<Vec<(DeviceId, Seq)>, StoreError> {
        self.transact(Mode::Read, async |database| {
            database
                .rows(
                    "SELECT device, seq FROM cursors JOIN workspaces ON cursors.workspace = workspaces.id \
                     WHERE workspaces.workspace = $1 ORDER BY device",
                    &[&workspace.0.as_slice()],
                )
                .await?
                .iter()
                .map(|row| Ok((DeviceId(bytes_at(row, 0)?), seq_at(row, 1)?)))
                .collect()
        })
        .await
    }

    fn is_writable(&self) -> bool {
        self.reached.load(Ordering::Acquire)
    }

    fn hear(&self) -> Option<broadcast::Receiver<Growth>> {
        Some(self.messenger.hear())
    }

    async fn growth(&self, workspaces: Vec<WorkspaceId>) -> Result<Vec<Growth>, StoreError> {
        let names: Vec<&[u8]> = workspaces.iter().map(|id| id.0.as_slice()).collect();
        self.transact(Mode::Read, async |database| {
            database
                .rows(
                    "SELECT workspace, head, chain_length FROM workspaces WHERE workspace = ANY($1)",
                    &[&names],
                )
                .await?
                .iter()
                .map(|row| {
                    Ok(Growth {
                        workspace: WorkspaceId(bytes_at(row, 0)?),
                        head: seq_at(row, 1)?,
                        chain_length: u32::try_from(row.try_get::<_, i32>(2)?).unwrap_or(0),
                    })
                })
                .collect()
        })
        .await
    }
}
