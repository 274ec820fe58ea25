//! The only place that writes: one batch is one transaction.
//!
//! *Durability and crash consistency.* The transaction asks for `durability: "strict"`, so the browser reports it complete
//! after the data was flushed to the disk and not merely handed to the operating system. A batch counts as saved when the
//! `complete` event came, and never before: a request's success says nothing, since its transaction may still abort, for
//! instance because the quota is found exceeded only at the commit.
//!
//! *One transaction.* A transaction commits by itself as soon as control goes back to the browser without a request
//! pending. So between its beginning and its last request nothing is awaited but its own requests.

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::join_all;
use idb::{ObjectStore, Transaction};
use js_sys::{Array, Object};
use tendero_store::{Batch, StoreError, Table};
use wasm_bindgen::prelude::*;
use web_sys::{Event, IdbDatabase, IdbTransaction};

use super::error::{exception_error, store_error, thrown_error};
use super::{bytes, from_js, range};

#[wasm_bindgen]
extern "C" {
    /// An `IDBDatabase`, seen as something whose transactions take options: web-sys has these only behind a build flag.
    type Durable;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Durable,
        tables: &Array,
        mode: &str,
        options: &Options,
    ) -> Result<IdbTransaction, JsValue>;

    /// `IDBTransactionOptions` of the Indexed Database API 3.0. A browser that does not know it ignores it.
    #[wasm_bindgen(extends = Object)]
    type Options;
    #[wasm_bindgen(method, setter)]
    fn set_durability(this: &Options, durability: &str);
}

/// Carries out the whole batch or nothing of it.
///
/// # Errors
/// As [`tendero_store::Store::apply`]; [`StoreError::Closed`] when the connection was closed before or meanwhile.
pub(super) async fn apply(connection: &IdbDatabase, batch: &Batch) -> Result<(), StoreError> {
    let handle = begin(connection, &batch.tables(), batch.writes())?;
    let mut transaction = Transaction::from(handle.clone());
    let end = End::of(connection, &mut transaction, &handle);
    match fill(&transaction, batch).await {
        Ok(()) => end.outcome().await,
        Err(error) => {
            // It throws when the transaction has ended already. Then why it did tells more than the request it cut off.
            let ours = handle.abort().is_ok();
            match end.outcome().await {
                Err(reason) if !ours => Err(reason),
                _ => Err(error),
            }
        }
    }
}

/// A transaction over exactly these tables, as durable as the browser can make it.
pub(super) fn begin(
    connection: &IdbDatabase,
    tables: &[Table],
    writes: bool,
) -> Result<IdbTransaction, StoreError> {
    let tables: Array = (tables.iter())
        .map(|table| JsValue::from_str(table.name()))
        .collect();
    let options: Options = Object::new().unchecked_into();
    options.set_durability("strict");
    let mode = if writes { "readwrite" } else { "readonly" };
    (connection.unchecked_ref::<Durable>())
        .transaction(&tables, mode, &options)
        .map_err(|thrown| thrown_error(&thrown))
}

/// Checks what the batch expects, then makes all its requests.
async fn fill(transaction: &Transaction, batch: &Batch) -> Result<(), StoreError> {
    check(transaction, batch).await?;
    // None of these is awaited: they are carried out in this order, and one that fails aborts the transaction.
    for (table, from, to) in &batch.delete_ranges {
        if let Some(range) = range(from, to.as_deref())? {
            (table_in(transaction, *table)?.delete(range)).map_err(|error| store_error(&error))?;
        }
    }
    for (table, key) in &batch.deletes {
        let table = table_in(transaction, *table)?;
        (table.delete(bytes(key))).map_err(|error| store_error(&error))?;
    }
    for (table, key, value) in &batch.puts {
        let table = table_in(transaction, *table)?;
        (table.put(&bytes(value), Some(&bytes(key)))).map_err(|error| store_error(&error))?;
    }
    Ok(())
}

/// Reads everything that is expected to be so.
async fn check(transaction: &Transaction, batch: &Batch) -> Result<(), StoreError> {
    let mut reads = Vec::with_capacity(batch.expect.len());
    for (table, key, expected) in &batch.expect {
        let read = table_in(transaction, *table)?
            .get(bytes(key))
            .map_err(|error| store_error(&error))?;
        reads.push(async move {
            let found = read.await.map_err(|error| store_error(&error))?;
            let found = found.as_ref().map(from_js);
            (found == *expected)
                .then_some(())
                .ok_or(StoreError::Conflict)
        });
    }
    // All of them are waited for, whatever the first says: a request must not outlive who listens to it.
    join_all(reads).await.into_iter().collect()
}

fn table_in(transaction: &Transaction, table: Table) -> Result<ObjectStore, StoreError> {
    (transaction.object_store(table.name())).map_err(|error| store_error(&error))
}

/// How a transaction ends, listened to from its beginning.
pub(super) struct End {
    outcome: mpsc::UnboundedReceiver<Result<(), StoreError>>,
    handle: IdbTransaction,
    connection: IdbDatabase,
    on_close: Closure<dyn FnMut(Event)>,
}

impl End {
    pub(super) fn of(
        connection: &IdbDatabase,
        transaction: &mut Transaction,
        handle: &IdbTransaction,
    ) -> Self {
        // One of these comes first, and that one counts. The listener may be gone by then.
        let (sender, outcome) = mpsc::unbounded();
        let complete = sender.clone();
        transaction.on_complete(move |_| {
            let _ = complete.unbounded_send(Ok(()));
        });
        let closed = sender.clone();
        let aborted = handle.clone();
        transaction.on_abort(move |_| {
            // There is an exception if a request or the commit failed, and none if the browser closed the database.
            let reason = aborted.error();
            let reason = reason.map_or(StoreError::Closed, |reason| exception_error(&reason));
            let _ = sender.unbounded_send(Err(reason));
        });
        // A transaction begun just when the browser closes the database by force never ends in Chromium (seen in 156).
        let on_close = Closure::new(move |_: Event| {
            let _ = closed.unbounded_send(Err(StoreError::Closed));
        });
        // It fails only for want of a callback.
        let _ =
            connection.add_event_listener_with_callback("close", on_close.as_ref().unchecked_ref());
        Self {
            outcome,
            handle: handle.clone(),
            connection: connection.clone(),
            on_close,
        }
    }

    pub(super) async fn outcome(mut self) -> Result<(), StoreError> {
        // The senders live as long as the transaction they are set on.
        (self.outcome.next().await).unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        // Whatever comes late has no listener any more.
        self.handle.set_oncomplete(None);
        self.handle.set_onabort(None);
        let _ = (self.connection)
            .remove_event_listener_with_callback("close", self.on_close.as_ref().unchecked_ref());
    }
}
