//! IndexedDB behind [`Store`].
//!
//! *Layout.* One database per workspace; each [`Table`] is an object store without key path or index, its keys and values
//! are binary.
//!
//! *Durability.* Reads go through rexie. Writes go through [`write`], on a connection of their own: one transaction with
//! `durability: "strict"`, and only its `complete` event counts as saved.
//!
//! *Closing.* The browser may close a database at any time (its files went away, the disk failed), and another tab may ask
//! for it by upgrading. Whatever finds it closed opens it anew and tries again, once. A transaction that was in flight
//! then has been aborted; should its commit have got through all the same, repeating it is refused as a conflict wherever
//! the batch expects something, and otherwise writes the same values again.
//!
//! *Clearing.* A browser can clear the database away while it is in use. It is then not made anew here but reported as
//! lost: whoever goes on writing into an empty one would write what nobody can read after the next start.
//!
//! *Not done.* Nothing here shrinks or checks the database; one that was cleared away between two starts is empty.

mod connection;
mod error;
#[cfg(test)]
mod tests;
mod write;

pub use error::OpenError;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::join;
use futures::lock::Mutex;
use idb::KeyRange;
use js_sys::Uint8Array;
use tendero_store::{Batch, Row, SCHEMA_VERSION, Store, StoreError, Table};
use wasm_bindgen::JsValue;

use connection::{Connection, Schema};
use error::store_error;

/// One workspace's database in this browser.
#[derive(Debug)]
pub struct IndexedDbStore {
    name: String,
    schema: Schema,
    connection: RefCell<Rc<Connection>>,
    /// Held while opening anew, so that several calls that find the database closed open it once.
    reopening: Mutex<()>,
    lost: Lost,
}

/// Told why a database that was closed could not be opened anew.
struct Lost {
    tell: Box<dyn Fn(OpenError)>,
    /// What it was told, until the database is open again.
    told: RefCell<Option<OpenError>>,
}

impl fmt::Debug for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lost")
    }
}

impl IndexedDbStore {
    /// Opens the database called `name`, making or upgrading it as needed.
    ///
    /// `lost` is told, once, when the database is closed later on and cannot be opened anew; calls fail from then on until
    /// it can.
    ///
    /// # Errors
    /// [`OpenError`]. Where another tab stands in the way, that takes some seconds to say.
    pub async fn open(name: &str, lost: impl Fn(OpenError) + 'static) -> Result<Self, OpenError> {
        let tables = Table::of_version(SCHEMA_VERSION).map(Table::name);
        let schema = Schema {
            version: SCHEMA_VERSION,
            tables: tables.collect(),
        };
        Self::open_schema(name, schema, lost).await
    }

    async fn open_schema(
        name: &str,
        schema: Schema,
        lost: impl Fn(OpenError) + 'static,
    ) -> Result<Self, OpenError> {
        let connection = Connection::open(name, &schema).await?;
        Ok(Self {
            name: name.to_owned(),
            schema,
            connection: RefCell::new(Rc::new(connection)),
            reopening: Mutex::new(()),
            lost: Lost {
                tell: Box::new(lost),
                told: RefCell::new(None),
            },
        })
    }

    /// Runs `operation`; if it finds the database closed, opens it anew and runs it once more.
    async fn with_connection<T>(
        &self,
        operation: impl AsyncFn(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.connection.borrow().clone();
        match operation(&connection).await {
            Err(StoreError::Closed) => operation(&*self.reopen(&connection).await?).await,
            outcome => outcome,
        }
    }

    /// Replaces the connection found closed, unless somebody else has done so already.
    async fn reopen(&self, closed: &Rc<Connection>) -> Result<Rc<Connection>, StoreError> {
        let _guard = self.reopening.lock().await;
        let current = self.connection.borrow().clone();
        if !Rc::ptr_eq(&current, closed) {
            return Ok(current);
        }
        closed.close();
        // What another tab makes in the place of a database that was cleared away is not the one this handle knows.
        if *self.lost.told.borrow() == Some(OpenError::Cleared) {
            return Err(OpenError::Cleared.into());
        }
        match Connection::open_again(&self.name, &self.schema).await {
            Ok(fresh) => {
                let fresh = Rc::new(fresh);
                self.connection.replace(Rc::clone(&fresh));
                self.lost.told.take();
                Ok(fresh)
            }
            Err(error) => {
                if self.lost.told.replace(Some(error.clone())).is_none() {
                    (self.lost.tell)(error.clone());
                }
                Err(error.into())
            }
        }
    }
}

impl Store for IndexedDbStore {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with_connection(async |connection| {
            let value = connection
                .table_to_read(table)?
                .get(bytes(key))
                .await
                .map_err(rexie_error)?;
            Ok(value.map(|value| from_js(&value)))
        })
        .await
    }

    async fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        // IndexedDB takes a count of 0 for "all" and throws on an inverted range.
        let Some(range) = range(from, to)?.filter(|_| limit > 0) else {
            return Ok(Vec::new());
        };
        let limit = u32::try_from(limit).ok();
        self.with_connection(async |connection| {
            let store = connection.table_to_read(table)?;
            // Both requests are made before either is awaited, in one transaction: the same rows in the same order.
            let (keys, values) = join(
                store.get_all_keys(Some(range.clone()), limit),
                store.get_all(Some(range.clone()), limit),
            )
            .await;
            let (keys, values) = (keys.map_err(rexie_error)?, values.map_err(rexie_error)?);
            if keys.len() != values.len() {
                return Err(StoreError::Failed(
                    "a scan's keys and values differ in number".into(),
                ));
            }
            let rows = keys.iter().zip(&values);
            Ok(rows
                .map(|(key, value)| (from_js(key), from_js(value)))
                .collect())
        })
        .await
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.with_connection(async |connection| write::apply(connection.writer(), &batch).await)
            .await
    }
}

/// The keys `from <= key < to`; `None` when there can be none.
fn range(from: &[u8], to: Option<&[u8]>) -> Result<Option<KeyRange>, StoreError> {
    let range = match to {
        Some(to) if to <= from => return Ok(None),
        Some(to) => KeyRange::bound(&bytes(from), &bytes(to), Some(false), Some(true)),
        None => KeyRange::lower_bound(&bytes(from), Some(false)),
    };
    range.map(Some).map_err(|error| store_error(&error))
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// Bytes from a `Uint8Array` (a value) or an `ArrayBuffer` (a key).
fn from_js(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

fn rexie_error(error: rexie::Error) -> StoreError {
    match error {
        rexie::Error::IdbError(error) => store_error(&error),
        other => StoreError::Failed(other.to_string()),
    }
}
