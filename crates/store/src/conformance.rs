//! What every back end has to do, as one suite: natively for the memory store, in a browser for IndexedDB.
//!
//! A back end implements [`Backend`] and runs each case with a fresh one. [`for_each_case!`](crate::for_each_case) hands
//! the names of all cases to a macro of the back end's choice, so that a case added here runs everywhere:
//!
//! ```
//! use tendero_store::{MemoryStore, StoreError, conformance::{self, Backend}};
//!
//! struct InMemory(MemoryStore);
//! impl Backend for InMemory {
//!     type Store = MemoryStore;
//!     async fn open(&self) -> Result<MemoryStore, StoreError> {
//!         Ok(self.0.clone())
//!     }
//! }
//!
//! macro_rules! run {
//!     ($($case:ident)*) => {$(
//!         futures::executor::block_on(conformance::$case(&InMemory(MemoryStore::new()))).unwrap();
//!     )*};
//! }
//! tendero_store::for_each_case!(run);
//! ```

use crate::{Batch, Row, Store, StoreError, Table};

/// One database, empty at first, that can be opened several times.
// As for `Store`: single-threaded by design.
#[allow(async_fn_in_trait)]
pub trait Backend {
    /// The store under test.
    type Store: Store;

    /// Opens a handle on this database. Further handles see the same data.
    async fn open(&self) -> Result<Self::Store, StoreError>;
}

/// Calls the macro named with the names of all cases of [`conformance`](crate::conformance).
#[macro_export]
macro_rules! for_each_case {
    ($callback:ident) => {
        $callback! {
            empty_store_answers_nothing
            last_put_wins
            empty_value_is_a_value
            keys_are_in_byte_order
            scan_keeps_to_its_bounds
            scan_keeps_to_its_limit
            scan_reads_on_page_by_page
            tables_are_apart
            conflict_writes_nothing
            expectations_that_hold_let_the_batch_through
            expectations_alone_are_checked
            deletes_take_out_what_they_name
            delete_ranges_keep_to_their_bounds
            puts_come_after_deletes
            big_values_survive
            all_tables_change_together
            every_handle_sees_what_was_applied
            of_two_racing_writers_one_wins
            reopened_store_holds_what_was_applied
        }
    };
}

type Outcome = Result<(), StoreError>;

/// Every table of a new store is empty, and an empty batch changes nothing.
pub async fn empty_store_answers_nothing(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    store.apply(Batch::new()).await?;
    for table in Table::ALL {
        assert_eq!(store.get(table, b"key").await?, None);
        assert_eq!(store.scan(table, b"", None, 10).await?, []);
    }
    Ok(())
}

/// Of several puts to one key the last one is read, within a batch and across batches.
pub async fn last_put_wins(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"a", b"2")]).await?;
    assert_eq!(get(&store, b"a").await?, Some(b"2".to_vec()));
    put(&store, &[(b"a", b"3")]).await?;
    assert_eq!(rows(&store).await?, [row(b"a", b"3")]);
    Ok(())
}

/// A value of no bytes is told from no value.
pub async fn empty_value_is_a_value(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"")]).await?;
    assert_eq!(get(&store, b"a").await?, Some(Vec::new()));
    let mut batch = Batch::new();
    batch
        .expect(Table::Tails, *b"a", None)
        .put(Table::Tails, *b"a", *b"1");
    assert_eq!(store.apply(batch).await, Err(StoreError::Conflict));
    Ok(())
}

/// Keys are any bytes and are ordered as bytes, a prefix before what it begins.
pub async fn keys_are_in_byte_order(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let ordered: [&[u8]; 9] = [
        b"",
        &[0],
        &[0, 0],
        &[0, 0xff],
        &[1],
        b"a",
        b"ab",
        &[0x80],
        &[0xff, 0xff, 0xff],
    ];
    let mut batch = Batch::new();
    for key in ordered.iter().rev() {
        batch.put(Table::Tails, *key, *key);
    }
    store.apply(batch).await?;
    let expected: Vec<Row> = ordered.iter().map(|key| row(key, key)).collect();
    assert_eq!(rows(&store).await?, expected);
    for key in ordered {
        assert_eq!(get(&store, key).await?, Some(key.to_vec()));
    }
    Ok(())
}

/// A scan starts at `from`, stops before `to`, and gives nothing for an empty or inverted range.
pub async fn scan_keeps_to_its_bounds(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"b", b"2"), (b"c", b"3")]).await?;
    let scan = async |from: &[u8], to: Option<&[u8]>| store.scan(Table::Tails, from, to, 10).await;
    assert_eq!(
        scan(b"a", Some(b"c")).await?,
        [row(b"a", b"1"), row(b"b", b"2")]
    );
    assert_eq!(scan(b"b", None).await?, [row(b"b", b"2"), row(b"c", b"3")]);
    assert_eq!(scan(b"aa", Some(b"bb")).await?, [row(b"b", b"2")]);
    assert_eq!(scan(b"d", None).await?, []);
    assert_eq!(scan(b"b", Some(b"b")).await?, []);
    assert_eq!(scan(b"c", Some(b"a")).await?, []);
    assert_eq!(scan(b"", Some(b"")).await?, []);
    Ok(())
}

/// A scan gives the first rows of its range and no more than its limit.
pub async fn scan_keeps_to_its_limit(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"b", b"2"), (b"c", b"3")]).await?;
    assert_eq!(store.scan(Table::Tails, b"", None, 0).await?, []);
    assert_eq!(
        store.scan(Table::Tails, b"b", None, 1).await?,
        [row(b"b", b"2")]
    );
    assert_eq!(
        store.scan(Table::Tails, b"", None, usize::MAX).await?.len(),
        3
    );
    Ok(())
}

/// Scanning on from the last key with a zero byte appended visits every row once.
pub async fn scan_reads_on_page_by_page(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = Batch::new();
    for number in 0..250_u16 {
        batch.put(Table::Log, number.to_be_bytes(), number.to_le_bytes());
    }
    store.apply(batch).await?;
    let mut seen = Vec::new();
    let mut from = Vec::new();
    loop {
        let page = store.scan(Table::Log, &from, None, 100).await?;
        let Some((last, _)) = page.last() else { break };
        from.clone_from(last);
        from.push(0);
        seen.extend(page);
    }
    let expected = (0..250_u16).map(|number| row(&number.to_be_bytes(), &number.to_le_bytes()));
    assert_eq!(seen, expected.collect::<Vec<_>>());
    Ok(())
}

/// The same key in two tables is two rows; a scan or a range to the end stays in its table.
pub async fn tables_are_apart(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = Batch::new();
    for table in Table::ALL {
        batch.put(table, *b"key", table.name().as_bytes());
    }
    store.apply(batch).await?;
    for table in Table::ALL {
        let expected = [row(b"key", table.name().as_bytes())];
        assert_eq!(store.scan(table, b"", None, 100).await?, expected);
    }
    let mut batch = Batch::new();
    batch.delete_range(Table::Outbox, *b"", None);
    store.apply(batch).await?;
    for table in Table::ALL {
        let there = store.get(table, b"key").await?.is_some();
        assert_eq!(there, table != Table::Outbox, "{}", table.name());
    }
    Ok(())
}

/// If one expectation fails, nothing of the batch happens, in any table.
pub async fn conflict_writes_nothing(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"b", b"2")]).await?;
    for wrong in [None, Some(b"9".to_vec()), Some(Vec::new())] {
        let mut batch = Batch::new();
        (batch.expect(Table::Tails, *b"b", Some(b"2".to_vec())))
            .expect(Table::Tails, *b"a", wrong)
            .put(Table::Meta, *b"new", *b"value")
            .put(Table::Tails, *b"a", *b"changed")
            .delete(Table::Tails, *b"b")
            .delete_range(Table::Tails, *b"", None);
        assert_eq!(store.apply(batch).await, Err(StoreError::Conflict));
        assert_eq!(rows(&store).await?, [row(b"a", b"1"), row(b"b", b"2")]);
        assert_eq!(store.get(Table::Meta, b"new").await?, None);
    }
    // A refused batch leaves the store in working order.
    put(&store, &[(b"a", b"3")]).await?;
    assert_eq!(get(&store, b"a").await?, Some(b"3".to_vec()));
    Ok(())
}

/// Expectations are about what was there before the batch.
pub async fn expectations_that_hold_let_the_batch_through(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = Batch::new();
    (batch.expect(Table::Tails, *b"a", None)).put(Table::Tails, *b"a", *b"1");
    store.apply(batch).await?;
    let mut batch = Batch::new();
    (batch.expect(Table::Tails, *b"a", Some(b"1".to_vec())))
        .expect(Table::Keys, *b"absent", None)
        .put(Table::Tails, *b"a", *b"2");
    store.apply(batch).await?;
    assert_eq!(rows(&store).await?, [row(b"a", b"2")]);
    Ok(())
}

/// A batch that only expects tells whether its expectations hold.
pub async fn expectations_alone_are_checked(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = Batch::new();
    batch.expect(Table::Tails, *b"a", None);
    store.apply(batch).await?;
    let mut batch = Batch::new();
    batch.expect(Table::Tails, *b"a", Some(b"1".to_vec()));
    assert_eq!(store.apply(batch).await, Err(StoreError::Conflict));
    Ok(())
}

/// Deleting takes out the keys named and no others; one that is absent is no error.
pub async fn deletes_take_out_what_they_name(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"ab", b"2"), (b"b", b"3")]).await?;
    let mut batch = Batch::new();
    (batch.delete(Table::Tails, *b"a")).delete(Table::Tails, *b"absent");
    store.apply(batch).await?;
    assert_eq!(rows(&store).await?, [row(b"ab", b"2"), row(b"b", b"3")]);
    assert_eq!(get(&store, b"a").await?, None);
    Ok(())
}

/// A range includes its start and excludes its end; an empty or inverted one deletes nothing.
pub async fn delete_ranges_keep_to_their_bounds(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(
        &store,
        &[(b"a", b"1"), (b"b", b"2"), (b"c", b"3"), (b"d", b"4")],
    )
    .await?;
    let delete = async |from: &[u8], to: Option<&[u8]>| {
        let mut batch = Batch::new();
        batch.delete_range(Table::Tails, from, to.map(<[u8]>::to_vec));
        store.apply(batch).await
    };
    delete(b"b", Some(b"b")).await?;
    delete(b"c", Some(b"a")).await?;
    delete(b"e", None).await?;
    assert_eq!(rows(&store).await?.len(), 4);
    delete(b"b", Some(b"c")).await?;
    assert_eq!(
        rows(&store).await?,
        [row(b"a", b"1"), row(b"c", b"3"), row(b"d", b"4")]
    );
    delete(b"c", None).await?;
    assert_eq!(rows(&store).await?, [row(b"a", b"1")]);
    delete(b"", None).await?;
    assert_eq!(rows(&store).await?, []);
    Ok(())
}

/// What a batch both deletes and puts is there afterwards.
pub async fn puts_come_after_deletes(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1"), (b"b", b"2")]).await?;
    let mut batch = Batch::new();
    (batch.put(Table::Tails, *b"a", *b"3"))
        .put(Table::Tails, *b"c", *b"4")
        .delete(Table::Tails, *b"c")
        .delete_range(Table::Tails, *b"", None);
    store.apply(batch).await?;
    assert_eq!(rows(&store).await?, [row(b"a", b"3"), row(b"c", b"4")]);
    Ok(())
}

/// Values of several MiB come back as they went in.
pub async fn big_values_survive(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let big: Vec<u8> = (0..4_u32 << 20)
        .map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let mut batch = Batch::new();
    for number in 0..3_u8 {
        batch.put(Table::Packs, [number], big.clone());
    }
    store.apply(batch).await?;
    // Compared as truth values: a failed comparison should not print megabytes.
    assert!(store.get(Table::Packs, &[1]).await?.as_ref() == Some(&big));
    let rows = store.scan(Table::Packs, b"", None, 10).await?;
    assert!(rows.len() == 3 && rows.iter().all(|(_, value)| *value == big));
    let mut batch = Batch::new();
    batch
        .expect(Table::Packs, [2], Some(big))
        .delete(Table::Packs, [2]);
    store.apply(batch).await?;
    assert!(store.get(Table::Packs, &[2]).await?.is_none());
    Ok(())
}

/// One batch may write to every table.
pub async fn all_tables_change_together(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    let mut batch = Batch::new();
    for table in Table::ALL {
        (batch.expect(table, *b"key", None)).put(table, *b"key", table.name().as_bytes());
    }
    store.apply(batch.clone()).await?;
    assert_eq!(store.apply(batch).await, Err(StoreError::Conflict));
    for table in Table::ALL {
        assert_eq!(store.get(table, b"key").await?, Some(table.name().into()));
    }
    Ok(())
}

/// A second handle reads what the first one wrote, and its outdated expectation is refused.
pub async fn every_handle_sees_what_was_applied(backend: &impl Backend) -> Outcome {
    let here = backend.open().await?;
    let there = backend.open().await?;
    put(&here, &[(b"a", b"1")]).await?;
    assert_eq!(get(&there, b"a").await?, Some(b"1".to_vec()));
    put(&there, &[(b"a", b"2")]).await?;
    let mut batch = Batch::new();
    (batch.expect(Table::Tails, *b"a", Some(b"1".to_vec()))).put(Table::Tails, *b"a", *b"3");
    assert_eq!(here.apply(batch).await, Err(StoreError::Conflict));
    assert_eq!(get(&here, b"a").await?, Some(b"2".to_vec()));
    Ok(())
}

/// Two handles that write at the same time, expecting the same state: one gets through, the other learns of it.
pub async fn of_two_racing_writers_one_wins(backend: &impl Backend) -> Outcome {
    let here = backend.open().await?;
    let there = backend.open().await?;
    for round in 0..20_u8 {
        let claim = |who: u8| {
            let mut batch = Batch::new();
            (batch.expect(Table::Tails, [round], None)).put(Table::Tails, [round], [who]);
            batch
        };
        let outcomes = futures::future::join(here.apply(claim(1)), there.apply(claim(2))).await;
        let winner = match outcomes {
            (Ok(()), Err(StoreError::Conflict)) => 1,
            (Err(StoreError::Conflict), Ok(())) => 2,
            (one, two) => return Err(StoreError::Failed(format!("{one:?} and {two:?}"))),
        };
        assert_eq!(get(&here, &[round]).await?, Some(vec![winner]));
    }
    Ok(())
}

/// A store opened anew holds what was applied before the last handle was dropped.
pub async fn reopened_store_holds_what_was_applied(backend: &impl Backend) -> Outcome {
    let store = backend.open().await?;
    put(&store, &[(b"a", b"1")]).await?;
    drop(store);
    let store = backend.open().await?;
    assert_eq!(rows(&store).await?, [row(b"a", b"1")]);
    Ok(())
}

fn row(key: &[u8], value: &[u8]) -> Row {
    (key.to_vec(), value.to_vec())
}

async fn get(store: &impl Store, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    store.get(Table::Tails, key).await
}

async fn rows(store: &impl Store) -> Result<Vec<Row>, StoreError> {
    store.scan(Table::Tails, b"", None, usize::MAX).await
}

async fn put(store: &impl Store, rows: &[(&[u8], &[u8])]) -> Outcome {
    let mut batch = Batch::new();
    for (key, value) in rows {
        batch.put(Table::Tails, *key, *value);
    }
    store.apply(batch).await
}
