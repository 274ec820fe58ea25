//! Opening the database: one connection of rexie's to upgrade and read, one of `idb`'s to write.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, pending, select};
use idb::{Database, Event as _, Factory, Request as _};
use rexie::{ObjectStore, Rexie, TransactionMode};
use tendero_store::{StoreError, Table};
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbDatabase;

use super::error::OpenError;
use super::rexie_error;
use crate::timer::sleep;

/// How long another tab may take to let go of an older version, or of a transaction it is in.
pub(super) const TAB_PATIENCE: Duration = Duration::from_secs(3);

/// How long the browser may take to open, make or upgrade the database on a slow disk.
const DISK_PATIENCE: Duration = Duration::from_secs(30);

/// Pauses before trying again to open a database that was closed and is not to be had: a browser that closed it by force
/// refuses for a moment.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(500),
];

/// The version asked of the browser and every object store it has; rexie deletes those left out.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) version: u32,
    pub(super) tables: Vec<&'static str>,
}

/// Both connections to one database; dropping it closes them.
#[derive(Debug)]
pub(super) struct Connection {
    /// Taken out to be closed, since rexie closes only what it owns.
    reader: RefCell<Option<Rexie>>,
    writer: IdbDatabase,
    /// The same connection, which keeps the handler of `versionchange` alive.
    _handlers: Database,
}

impl Connection {
    /// Opens the database, making or upgrading it as needed.
    pub(super) async fn open(name: &str, schema: &Schema) -> Result<Self, OpenError> {
        // The writer is opened first and never upgrades: it tells whether rexie would have to, and unlike rexie it
        // notices when another tab stands in the way.
        if let Some(writer) = open_as_it_is(name, schema.version).await? {
            return Self::of(writer, name, schema).await;
        }
        open_with_rexie(name, schema).await?.close();
        Self::open_again(name, schema).await
    }

    /// Opens the database as it was opened before.
    ///
    /// # Errors
    /// Also [`OpenError::Cleared`] when it is not there any more. It must not be made anew under somebody who believes it
    /// to hold what was saved.
    pub(super) async fn open_again(name: &str, schema: &Schema) -> Result<Self, OpenError> {
        for pause in PAUSES {
            match Self::open_existing(name, schema).await {
                Err(OpenError::Unavailable(_)) => sleep(pause).await,
                outcome => return outcome,
            }
        }
        Self::open_existing(name, schema).await
    }

    async fn open_existing(name: &str, schema: &Schema) -> Result<Self, OpenError> {
        let writer = open_as_it_is(name, schema.version).await?;
        Self::of(writer.ok_or(OpenError::Cleared)?, name, schema).await
    }

    /// The connection that writes, and one that reads beside it.
    async fn of(writer: Database, name: &str, schema: &Schema) -> Result<Self, OpenError> {
        let connection = Self::writing(writer);
        let reader = open_with_rexie(name, schema).await?;
        connection.reader.replace(Some(reader));
        Ok(connection)
    }

    /// A connection that does not read yet.
    fn writing(database: Database) -> Self {
        let writer = IdbDatabase::from(database);
        let mut handlers = Database::from(writer.clone());
        // Let another tab upgrade, as rexie does for its own connection; the next call here finds it closed.
        let closing = writer.clone();
        handlers.on_version_change(move |_| closing.close());
        Self {
            reader: RefCell::default(),
            writer,
            _handlers: handlers,
        }
    }

    /// The table in a transaction that reads.
    pub(super) fn table_to_read(&self, table: Table) -> Result<rexie::Store, StoreError> {
        let reader = self.reader.borrow();
        let reader = reader.as_ref().ok_or(StoreError::Closed)?;
        let transaction = reader
            .transaction(&[table.name()], TransactionMode::ReadOnly)
            .map_err(rexie_error)?;
        transaction.store(table.name()).map_err(rexie_error)
    }

    pub(super) fn writer(&self) -> &IdbDatabase {
        &self.writer
    }

    /// Closes both connections once their transactions have ended; what is begun later finds them closed.
    pub(super) fn close(&self) {
        if let Some(reader) = self.reader.take() {
            reader.close();
        }
        self.writer.close();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Opens the database if it has this version; `None` when it is older or absent, which leaves it as it is.
async fn open_as_it_is(name: &str, version: u32) -> Result<Option<Database>, OpenError> {
    let mut request = Factory::new()
        .and_then(|factory| factory.open(name, Some(version)))
        .map_err(|error| OpenError::from_idb(&error))?;
    let outdated = Rc::new(Cell::new(false));
    let (in_the_way, blocked) = oneshot::channel();
    request.on_upgrade_needed({
        let outdated = Rc::clone(&outdated);
        move |event| {
            outdated.set(true);
            // The request then ends with an error. There is a transaction whenever there is this event.
            let _ = (event.target().ok())
                .and_then(|request| request.transaction())
                .map(idb::Transaction::abort);
        }
    });
    request.on_blocked(move |_| {
        // Nobody listens when the request has ended.
        let _ = in_the_way.send(());
    });
    let mut opening = request.into_future();
    let patience = async {
        match select(blocked, pin!(sleep(DISK_PATIENCE))).await {
            Either::Left((Ok(()), _)) => {
                sleep(TAB_PATIENCE).await;
                OpenError::Blocked
            }
            // The request has ended without being blocked; that is what counts.
            Either::Left((Err(_), _)) => pending().await,
            Either::Right(_) => no_answer(),
        }
    };
    let opened = match select(&mut opening, pin!(patience)).await {
        Either::Left((opened, _)) => opened,
        Either::Right((error, _)) => {
            // It cannot be called off. What it opens in the end must not stand in anybody's way in turn.
            spawn_local(async move {
                if let Ok(database) = opening.await {
                    database.close();
                }
            });
            return Err(error);
        }
    };
    match opened {
        Ok(database) => Ok(Some(database)),
        Err(_) if outdated.get() => Ok(None),
        Err(error) => Err(OpenError::from_idb(&error)),
    }
}

/// Opens the database with rexie, which makes or upgrades it as needed.
async fn open_with_rexie(name: &str, schema: &Schema) -> Result<Rexie, OpenError> {
    let builder = (schema.tables.iter()).fold(
        Rexie::builder(name).version(schema.version),
        |builder, table| builder.add_object_store(ObjectStore::new(table)),
    );
    let (sender, receiver) = oneshot::channel();
    // In a task of its own, since it cannot be called off: what is opened too late is closed again.
    spawn_local(async move {
        if let Err(Ok(reader)) = sender.send(builder.build().await) {
            reader.close();
        }
    });
    match select(receiver, pin!(sleep(DISK_PATIENCE))).await {
        Either::Left((Ok(opened), _)) => opened.map_err(|error| match error {
            rexie::Error::IdbError(error) => OpenError::from_idb(&error),
            other => OpenError::Unavailable(other.to_string()),
        }),
        // The sender is not dropped unused; and nothing was in the way a moment ago.
        Either::Left((Err(_), _)) | Either::Right(_) => Err(no_answer()),
    }
}

fn no_answer() -> OpenError {
    OpenError::Unavailable("the browser does not answer".into())
}
