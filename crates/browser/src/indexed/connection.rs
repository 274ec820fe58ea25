//! Opening the database: one connection of rexie's to upgrade and read, one of `idb`'s to write.

use std::cell::RefCell;

use futures::channel::oneshot;
use futures::future::{Either, select};
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent as _, Event as _, Factory, Request as _};
use rexie::{ObjectStore, Rexie};
use tendero_store::StoreError;
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbDatabase;

use super::error::store_error;

/// The version asked of the browser and every object store it has; rexie deletes those left out.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) version: u32,
    pub(super) tables: Vec<&'static str>,
}

/// Both connections to one database; dropping it closes them.
#[derive(Debug)]
pub(super) struct Connection {
    reader: Rexie,
    writer: IdbDatabase,
    /// Keeps the writer's handler of `versionchange` alive.
    _handlers: RefCell<Database>,
}

impl Connection {
    pub(super) async fn open(name: &str, schema: &Schema) -> Result<Self, StoreError> {
        // The writer is opened first and never upgrades: it tells whether rexie would have to, and unlike rexie it
        // notices when another tab stands in the way.
        let (reader, writer) = match open_as_it_is(name, schema.version).await? {
            Some(writer) => (open_with_rexie(name, schema).await?, writer),
            None => {
                let reader = open_with_rexie(name, schema).await?;
                let writer = open_as_it_is(name, schema.version).await?;
                (reader, writer.ok_or(StoreError::Closed)?)
            }
        };
        let writer = IdbDatabase::from(writer);
        let mut handlers = Database::from(writer.clone());
        // Let another tab upgrade, as rexie does for its own connection; the next call here finds it closed.
        let closing = writer.clone();
        handlers.on_version_change(move |_| closing.close());
        Ok(Self {
            reader,
            writer,
            _handlers: RefCell::new(handlers),
        })
    }

    pub(super) fn reader(&self) -> &Rexie {
        &self.reader
    }

    pub(super) fn writer(&self) -> &IdbDatabase {
        &self.writer
    }

    /// Closes both connections once their transactions have ended; what is begun later finds them closed.
    pub(super) fn close(&self) {
        self.writer.close();
    }
}
