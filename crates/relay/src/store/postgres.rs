//! The log in a PostgreSQL database that several relays may share.
//!
//! **Layout.** The tables of [`super::sqlite`], with PostgreSQL's types; `tendero_schema` holds the number of the last
//! migration, and migrations are only ever added. **Order.** A writer locks the workspace's row first, so that numbers
//! are given and become visible in one order whichever relay writes; a sequence would let a reader skip what commits
//! late. **Durability.** An answer follows `COMMIT`, with `synchronous_commit` at least `on`. **A lost database** is
//! answered with [`StoreError::Unavailable`]; the next call connects anew.

mod growth;
mod pool;
mod reading;
mod rows;
mod writing;

use super::{Condition, Growth, LogRange, LogStore, Pushed, StoreError, Swapped, WorkspaceState};
use crate::limits::Quota;
use growth::Messenger;
use pool::{Connection, Mode, Pool};
use reading::read_page;
use rows::{Found, bytes_at, find, number, seq_at};
use std::sync::atomic::{AtomicBool, Ordering};
use tendero_protocol::message::ChainTip;
use tendero_protocol::{
    DeviceId, Hash, Incarnation, LogItems, SaltRow, Seq, SignedEntry, SignedFrame, Verified,
    WorkspaceId,
};
use tokio::sync::broadcast;
use tokio_postgres::{Config, Error};
use writing::{continued, insert_salts, push_entry, push_frame, store_items};

/// All migrations, in order; each is run once, in a transaction.
const MIGRATIONS: [&str; 3] = [
    include_str!("postgres/1.sql"),
    include_str!("postgres/2.sql"),
    include_str!("postgres/3.sql"),
];
/// Relays that start at once migrate one after another: the key of an advisory lock, any fixed number.
const MIGRATION_LOCK: i64 = 0x7465_6e64_6572;

/// Logs in a PostgreSQL database.
pub struct PostgresLog {
    pool: Pool,
    messenger: Messenger,
    reached: AtomicBool,
    /// A server that follows another takes no writes; a switch of roles ends that.
    read_only: AtomicBool,
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
            read_only: AtomicBool::new(false),
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
        let refused = matches!(&outcome, Err(StoreError::ReadOnly));
        let written = matches!((mode, &outcome), (Mode::Write, Ok(_)));
        if refused && !self.read_only.swap(true, Ordering::AcqRel) {
            crate::journal::event("store_read_only", &[]);
        }
        if written {
            self.read_only.store(false, Ordering::Release);
        }
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
        rows.iter()
            .map(|row| {
                let bytes: &[u8] = row.try_get(0).map_err(|_| StoreError::Damaged)?;
                SignedEntry::decode(bytes).map_err(|_| StoreError::Damaged)
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
        quota: Quota,
    ) -> Result<Pushed, StoreError> {
        let pushed = self
            .transact(Mode::Write, async |database| {
                let Some(mut found) = find(database, workspace, Mode::Write).await? else {
                    return Ok(None);
                };
                let pushed = push_frame(database, &mut found, &frame, quota).await?;
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

    async fn count(&self) -> Result<u64, StoreError> {
        self.transact(Mode::Read, async |database| {
            let row = database.row("SELECT count(*) FROM workspaces", &[]).await?;
            row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))
        })
        .await
        .map(i64::cast_unsigned)
    }

    fn condition(&self) -> Condition {
        if !self.reached.load(Ordering::Acquire) {
            Condition::Unreachable
        } else if self.read_only.load(Ordering::Acquire) {
            Condition::ReadOnly
        } else {
            Condition::Writable
        }
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
