//! Faults on request, for tests of what the app does about them.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tendero_store::{Batch, Row, Store, StoreError, Table};

use crate::timer::sleep;

/// How long a slow disk takes for a write.
const SLOW: Duration = Duration::from_secs(1);

/// A fault that a test asks for with `{fault: name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `trap`: the engine panics.
    Trap,
    /// `abort`: the module traps without a panic, as for want of memory.
    Abort,
    /// `hang`: the engine never comes back from what it does.
    Hang,
    /// `quota`: no room for any write from now on.
    Quota,
    /// `slow`: every write takes a second longer from now on.
    Slow,
    /// `healthy`: an end to the two above.
    Healthy,
}

impl Fault {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "trap" => Self::Trap,
            "abort" => Self::Abort,
            "hang" => Self::Hang,
            "quota" => Self::Quota,
            "slow" => Self::Slow,
            "healthy" => Self::Healthy,
            _ => return None,
        })
    }
}

/// The faults of one worker, shared with its store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Rc<Ailing>);

#[derive(Debug, Default)]
struct Ailing {
    full: Cell<bool>,
    slow: Cell<bool>,
}

impl Faults {
    /// Shows the fault from now on.
    // A panic is what the test asks for.
    #[allow(clippy::panic)]
    pub(crate) fn show(&self, fault: Fault) {
        match fault {
            Fault::Trap => panic!("a test asked for a panic"),
            Fault::Abort => core::arch::wasm32::unreachable(),
            Fault::Hang => loop {
                std::hint::spin_loop();
            },
            Fault::Quota => self.0.full.set(true),
            Fault::Slow => self.0.slow.set(true),
            Fault::Healthy => {
                self.0.full.set(false);
                self.0.slow.set(false);
            }
        }
    }
}

/// A store with the faults it was asked for.
#[derive(Debug)]
pub(crate) struct FaultyStore<S> {
    store: S,
    faults: Faults,
}

impl<S> FaultyStore<S> {
    pub(crate) fn new(store: S, faults: Faults) -> Self {
        Self { store, faults }
    }
}

impl<S: Store> Store for FaultyStore<S> {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(table, key).await
    }

    async fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.store.scan(table, from, to, limit).await
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        if self.faults.0.slow.get() {
            sleep(SLOW).await;
        }
        if self.faults.0.full.get() && batch.writes() {
            return Err(StoreError::Full);
        }
        self.store.apply(batch).await
    }
}

#[cfg(test)]
mod tests {
    use tendero_store::MemoryStore;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn put() -> Batch {
        let mut batch = Batch::new();
        batch.put(Table::Meta, *b"a", *b"1");
        batch
    }

    fn faulty() -> (FaultyStore<MemoryStore>, Faults) {
        let faults = Faults::default();
        (FaultyStore::new(MemoryStore::new(), faults.clone()), faults)
    }

    #[wasm_bindgen_test]
    async fn full_store_writes_nothing_until_it_is_healthy() {
        let (store, faults) = faulty();
        faults.show(Fault::Quota);
        assert_eq!(store.apply(put()).await, Err(StoreError::Full));
        assert_eq!(store.get(Table::Meta, b"a").await, Ok(None));
        faults.show(Fault::Healthy);
        assert_eq!(store.apply(put()).await, Ok(()));
    }

    #[wasm_bindgen_test]
    async fn slow_store_takes_its_time_and_writes() {
        let (store, faults) = faulty();
        faults.show(Fault::Slow);
        let before = js_sys::Date::now();
        store.apply(put()).await.unwrap();
        assert!(js_sys::Date::now() - before >= 999.0);
        assert_eq!(store.get(Table::Meta, b"a").await, Ok(Some(b"1".to_vec())));
    }

    #[wasm_bindgen_test]
    fn only_known_faults_have_names() {
        assert_eq!(Fault::named("trap"), Some(Fault::Trap));
        assert_eq!(Fault::named("Trap"), None);
    }
}
