//! The memory store: the conformance suite, its faults, and its agreement with a plain model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use futures::executor::block_on;
use proptest::prelude::*;
use tendero_store::conformance::{self, Backend};
use tendero_store::{Batch, MemoryStore, Store, StoreError, Table};

struct InMemory(MemoryStore);

impl Backend for InMemory {
    type Store = MemoryStore;

    async fn open(&self) -> Result<MemoryStore, StoreError> {
        Ok(self.0.clone())
    }
}

macro_rules! tests {
    ($($case:ident)*) => {$(
        #[test]
        fn $case() {
            block_on(conformance::$case(&InMemory(MemoryStore::new()))).unwrap();
        }
    )*};
}
tendero_store::for_each_case!(tests);

fn put(key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(Table::Meta, key, value);
    batch
}

#[test]
fn fault_hits_one_batch_and_writes_nothing() {
    let store = MemoryStore::new();
    let fault = StoreError::Failed("UnknownError: disk".into());
    store.fail_next_apply(fault.clone());
    assert_eq!(block_on(store.apply(put(b"a", b"1"))), Err(fault));
    assert_eq!(block_on(store.get(Table::Meta, b"a")), Ok(None));
    assert_eq!(store.applied(), 0);
    block_on(store.apply(put(b"a", b"2"))).unwrap();
    assert_eq!(store.applied(), 1);
}

#[test]
fn full_store_refuses_growth_and_keeps_what_it_has() {
    let store = MemoryStore::new();
    block_on(store.apply(put(b"a", b"12345"))).unwrap();
    store.set_capacity(Some(6));
    let mut batch = put(b"b", b"1234567");
    batch.delete(Table::Meta, *b"a");
    assert_eq!(block_on(store.apply(batch)), Err(StoreError::Full));
    assert_eq!(
        block_on(store.get(Table::Meta, b"a")),
        Ok(Some(b"12345".to_vec()))
    );
    assert_eq!(block_on(store.get(Table::Meta, b"b")), Ok(None));
    block_on(store.apply(put(b"a", b"54321"))).unwrap();
    store.set_capacity(Some(0));
    block_on(store.apply(put(b"a", b"1"))).unwrap();
    assert_eq!(store.bytes(), 2);
    store.set_capacity(None);
    block_on(store.apply(put(b"b", b"1234567"))).unwrap();
}

#[test]
fn closed_store_refuses_everything_until_it_is_opened_again() {
    let store = MemoryStore::new();
    block_on(store.apply(put(b"a", b"1"))).unwrap();
    store.set_closed(true);
    assert_eq!(
        block_on(store.get(Table::Meta, b"a")),
        Err(StoreError::Closed)
    );
    assert_eq!(
        block_on(store.scan(Table::Meta, b"", None, 1)),
        Err(StoreError::Closed)
    );
    assert_eq!(
        block_on(store.apply(put(b"a", b"2"))),
        Err(StoreError::Closed)
    );
    store.set_closed(false);
    assert_eq!(
        block_on(store.get(Table::Meta, b"a")),
        Ok(Some(b"1".to_vec()))
    );
}

type Key = (Table, Vec<u8>);

fn key() -> impl Strategy<Value = Key> {
    let table = prop::sample::select(vec![Table::Meta, Table::Tails, Table::Chain]);
    (
        table,
        prop::collection::vec(prop::sample::select(vec![0, 1, 255_u8]), 0..3),
    )
}

fn batch() -> impl Strategy<Value = Batch> {
    let value = || prop::collection::vec(any::<u8>(), 0..3);
    let end = prop::option::of(prop::collection::vec(any::<u8>(), 0..3));
    (
        prop::collection::vec((key(), value()), 0..4),
        prop::collection::vec(key(), 0..3),
        prop::collection::vec((key(), end), 0..2),
    )
        .prop_map(|(puts, deletes, ranges)| Batch {
            expect: Vec::new(),
            puts: puts.into_iter().map(|((t, k), v)| (t, k, v)).collect(),
            deletes,
            delete_ranges: ranges.into_iter().map(|((t, k), to)| (t, k, to)).collect(),
        })
}

fn apply_to_model(model: &mut BTreeMap<Key, Vec<u8>>, batch: Batch) {
    for (table, from, to) in batch.delete_ranges {
        model.retain(|(t, k), _| *t != table || *k < from || to.as_ref().is_some_and(|to| k >= to));
    }
    for key in batch.deletes {
        model.remove(&key);
    }
    for (table, key, value) in batch.puts {
        model.insert((table, key), value);
    }
}

proptest! {
    #[test]
    fn store_agrees_with_a_plain_map(batches in prop::collection::vec(batch(), 0..12), capacity in 0..60_usize) {
        let store = MemoryStore::new();
        store.set_capacity(Some(capacity));
        let mut model = BTreeMap::new();
        for batch in batches {
            match block_on(store.apply(batch.clone())) {
                Ok(()) => apply_to_model(&mut model, batch),
                Err(error) => prop_assert_eq!(error, StoreError::Full),
            }
            let mut held = Vec::new();
            for table in Table::ALL {
                let rows = block_on(store.scan(table, b"", None, usize::MAX)).unwrap();
                held.extend(rows.into_iter().map(|(key, value)| ((table, key), value)));
            }
            prop_assert_eq!(held, model.clone().into_iter().collect::<Vec<_>>());
        }
    }
}
