//! The store in a real browser: the conformance suite, and what only a browser can do to it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::join;
use idb::{Database, DatabaseEvent as _, Factory, ObjectStoreParams, Transaction};
use js_sys::Reflect;
use tendero_store::conformance::{self, Backend};
use tendero_store::{Batch, SCHEMA_VERSION, Store, StoreError, Table};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{DomException, Event, IdbTransaction};

use super::connection::{Schema, TAB_PATIENCE};
use super::error::{exception_error, thrown_error};
use super::{IndexedDbStore, OpenError, write};
use crate::timer::sleep;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A database that no other test uses.
struct Fresh(String);

impl Fresh {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    async fn open_version(&self, version: u32) -> Result<IndexedDbStore, OpenError> {
        self.open_and_report(version, |_| ()).await
    }

    /// A version above the current one has a table more, as the next one will.
    async fn open_and_report(
        &self,
        version: u32,
        lost: impl Fn(OpenError) + 'static,
    ) -> Result<IndexedDbStore, OpenError> {
        let mut tables: Vec<_> = Table::of_version(version).map(Table::name).collect();
        if version > SCHEMA_VERSION {
            tables.push("later");
        }
        IndexedDbStore::open_schema(&self.0, Schema { version, tables }, lost).await
    }

    /// A connection as an app would have that lets nobody else upgrade.
    async fn open_stubbornly(&self, version: u32) -> Database {
        let mut request = Factory::new()
            .unwrap()
            .open(&self.0, Some(version))
            .unwrap();
        request.on_upgrade_needed(|event| {
            let database = event.database().unwrap();
            for table in Table::ALL {
                let parameters = ObjectStoreParams::new();
                (database.create_object_store(table.name(), parameters)).unwrap();
            }
        });
        request.await.unwrap()
    }
}

impl Backend for Fresh {
    type Store = IndexedDbStore;

    async fn open(&self) -> Result<IndexedDbStore, StoreError> {
        Ok(IndexedDbStore::open(&self.0, |_| ()).await?)
    }
}

macro_rules! tests {
    ($($case:ident)*) => {$(
        #[wasm_bindgen_test]
        async fn $case() {
            conformance::$case(&Fresh::new()).await.unwrap();
        }
    )*};
}
tendero_store::for_each_case!(tests);

fn put(key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(Table::Meta, key, value);
    batch
}

#[wasm_bindgen_test]
async fn every_released_schema_is_upgraded_with_all_it_holds() {
    for released in 1..=SCHEMA_VERSION {
        let database = Fresh::new();
        let store = database.open_version(released).await.unwrap();
        let mut batch = Batch::new();
        for table in Table::of_version(released) {
            batch.put(table, *b"key", table.name().as_bytes());
        }
        store.apply(batch).await.unwrap();
        drop(store);
        for version in released..=SCHEMA_VERSION + 1 {
            let store = database.open_version(version).await.unwrap();
            for table in Table::of_version(released) {
                let value = store.get(table, b"key").await.unwrap();
                assert_eq!(
                    value,
                    Some(table.name().into()),
                    "from {released} to {version}"
                );
            }
        }
    }
}

#[wasm_bindgen_test]
async fn database_of_a_newer_app_is_refused_and_left_alone() {
    let database = Fresh::new();
    let newer = database.open_version(SCHEMA_VERSION + 1).await.unwrap();
    newer.apply(put(b"a", b"1")).await.unwrap();
    let refused = database.open_version(SCHEMA_VERSION).await;
    assert_eq!(refused.unwrap_err(), OpenError::Newer);
    assert_eq!(newer.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
}

#[wasm_bindgen_test]
async fn upgrade_that_another_tab_blocks_says_so_and_works_once_that_is_closed() {
    let database = Fresh::new();
    let other = database.open_stubbornly(SCHEMA_VERSION).await;
    let blocked = database.open_version(SCHEMA_VERSION + 1).await;
    assert_eq!(blocked.unwrap_err(), OpenError::Blocked);
    other.close();
    let store = database.open_version(SCHEMA_VERSION + 1).await.unwrap();
    store.apply(put(b"a", b"1")).await.unwrap();
}

#[wasm_bindgen_test]
async fn upgrade_waits_for_a_tab_that_lets_go_in_time() {
    let database = Fresh::new();
    let other = database.open_stubbornly(SCHEMA_VERSION).await;
    let close = async {
        sleep(TAB_PATIENCE / 4).await;
        other.close();
    };
    let (store, ()) = join(database.open_version(SCHEMA_VERSION + 1), close).await;
    store.unwrap().apply(put(b"a", b"1")).await.unwrap();
}

#[wasm_bindgen_test]
async fn older_tab_lets_a_newer_one_upgrade_and_learns_of_it() {
    let database = Fresh::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let telling = Rc::clone(&told);
    let lost = move |error| telling.borrow_mut().push(error);
    let older = database
        .open_and_report(SCHEMA_VERSION, lost)
        .await
        .unwrap();
    older.apply(put(b"a", b"1")).await.unwrap();
    let newer = database.open_version(SCHEMA_VERSION + 1).await.unwrap();
    assert_eq!(newer.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
    let refused = older.apply(put(b"a", b"2")).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert_eq!(*told.borrow(), [OpenError::Newer]);
    assert_eq!(newer.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
}

#[wasm_bindgen_test]
async fn closed_database_is_opened_anew_for_the_next_call() {
    let store = Fresh::new().open().await.unwrap();
    store.apply(put(b"a", b"1")).await.unwrap();
    store.connection.borrow().close();
    assert_eq!(store.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
    store.connection.borrow().close();
    store.apply(put(b"a", b"2")).await.unwrap();
    store.connection.borrow().close();
    let rows = store.scan(Table::Meta, b"", None, 9).await;
    assert_eq!(rows, Ok(vec![(b"a".to_vec(), b"2".to_vec())]));
}

#[wasm_bindgen_test]
async fn calls_that_find_the_database_closed_together_open_it_once() {
    let store = Fresh::new().open().await.unwrap();
    store.connection.borrow().close();
    let outcomes = join(store.apply(put(b"a", b"1")), store.apply(put(b"b", b"2"))).await;
    assert_eq!(outcomes, (Ok(()), Ok(())));
    let connection = Rc::clone(&store.connection.borrow());
    assert_eq!(store.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
    assert!(Rc::ptr_eq(&connection, &store.connection.borrow()));
}

#[wasm_bindgen_test]
async fn database_cleared_away_in_use_is_reported_and_not_made_anew() {
    let database = Fresh::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let telling = Rc::clone(&told);
    let lost = move |error| telling.borrow_mut().push(error);
    let store = database
        .open_and_report(SCHEMA_VERSION, lost)
        .await
        .unwrap();
    store.apply(put(b"a", b"1")).await.unwrap();
    let factory = Factory::new().unwrap();
    factory.delete(&database.0).unwrap().await.unwrap();
    let applied = store.apply(put(b"a", b"2")).await;
    assert!(matches!(applied, Err(StoreError::Failed(_))), "{applied:?}");
    let read = store.get(Table::Meta, b"a").await;
    assert!(matches!(read, Err(StoreError::Failed(_))), "{read:?}");
    assert_eq!(*told.borrow(), [OpenError::Cleared]);
    // The next start makes another one, which is not this handle's.
    let next = database.open().await.unwrap();
    assert_eq!(next.get(Table::Meta, b"a").await, Ok(None));
    assert_eq!(store.apply(put(b"a", b"3")).await, applied);
    assert_eq!(next.get(Table::Meta, b"a").await, Ok(None));
}

#[wasm_bindgen_test]
async fn dropped_store_stands_in_nobodys_way() {
    let database = Fresh::new();
    drop(database.open().await.unwrap());
    Factory::new()
        .unwrap()
        .delete(&database.0)
        .unwrap()
        .await
        .unwrap();
    let store = database.open_version(SCHEMA_VERSION + 1).await.unwrap();
    assert_eq!(store.get(Table::Meta, b"a").await, Ok(None));
}

#[wasm_bindgen_test]
async fn writes_ask_for_strict_durability() {
    let (_store, transaction) = transaction_to_write().await;
    let fact = |name: &str| {
        Reflect::get(&transaction, &name.into())
            .unwrap()
            .as_string()
    };
    assert_eq!(fact("durability").as_deref(), Some("strict"));
    assert_eq!(fact("mode").as_deref(), Some("readwrite"));
}

#[wasm_bindgen_test]
async fn transaction_the_browser_cuts_off_counts_as_closed() {
    let (_store, handle) = transaction_to_write().await;
    let mut transaction = Transaction::from(handle.clone());
    let end = write::End::of(&handle.db(), &mut transaction, &handle);
    put_raw(&handle);
    // What a forced close does to it: an end without a reason.
    handle.abort().unwrap();
    assert_eq!(end.outcome().await, Err(StoreError::Closed));
}

#[wasm_bindgen_test]
async fn transaction_that_never_ends_counts_as_closed_when_the_database_is() {
    let store = Fresh::new().open().await.unwrap();
    let connection = store.connection.borrow().writer().clone();
    let applying = store.apply(put(b"a", b"1"));
    let closing = async {
        // The batch is under way when the browser closes the database by force.
        connection.close();
        connection
            .dispatch_event(&Event::new("close").unwrap())
            .unwrap();
    };
    let (applied, ()) = join(applying, closing).await;
    assert_eq!(applied, Ok(()));
    assert_eq!(store.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
    assert_ne!(*store.connection.borrow().writer(), connection);
}

#[wasm_bindgen_test]
async fn transaction_that_a_request_aborts_tells_that_reason_and_saves_nothing() {
    let (store, handle) = transaction_to_write().await;
    let mut transaction = Transaction::from(handle.clone());
    let end = write::End::of(&handle.db(), &mut transaction, &handle);
    put_raw(&handle);
    let table = handle.object_store("meta").unwrap();
    // Adding what is there fails after the call returned, as a disk error would.
    (table.add_with_key(&super::bytes(b"2"), &super::bytes(b"a"))).unwrap();
    let Err(StoreError::Failed(reason)) = end.outcome().await else {
        panic!("it was not aborted for a reason of its own");
    };
    assert!(reason.starts_with("ConstraintError: "), "{reason}");
    assert_eq!(store.get(Table::Meta, b"a").await, Ok(None));
}

/// A transaction of a new store, as a batch's is made.
async fn transaction_to_write() -> (IndexedDbStore, IdbTransaction) {
    let store = Fresh::new().open().await.unwrap();
    let connection = Rc::clone(&store.connection.borrow());
    let handle = write::begin(connection.writer(), &[Table::Meta], true).unwrap();
    (store, handle)
}

fn put_raw(handle: &IdbTransaction) {
    let table = handle.object_store("meta").unwrap();
    (table.put_with_key(&super::bytes(b"1"), &super::bytes(b"a"))).unwrap();
}

#[wasm_bindgen_test]
fn browsers_reasons_are_told_apart() {
    let reason = |name: &str, message: &str| {
        exception_error(&DomException::new_with_message_and_name(message, name).unwrap())
    };
    assert_eq!(reason("QuotaExceededError", ""), StoreError::Full);
    assert_eq!(reason("AbortError", ""), StoreError::Closed);
    assert_eq!(reason("InvalidStateError", ""), StoreError::Closed);
    for cut_off in [
        "Connection is closing because of: Force close delete origin",
        "Connection to Indexed Database server lost. Refresh the page to try again",
    ] {
        assert_eq!(reason("UnknownError", cut_off), StoreError::Closed);
    }
    let failed = StoreError::Failed("UnknownError: disk".into());
    assert_eq!(reason("UnknownError", "disk"), failed);
    let thrown = DomException::new_with_message_and_name("", "QuotaExceededError").unwrap();
    assert_eq!(thrown_error(thrown.unchecked_ref()), StoreError::Full);
}
