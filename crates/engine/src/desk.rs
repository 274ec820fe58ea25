//! What every part of the engine works with: the store, the clock, randomness, and the outputs that gather.

use crate::io::{Host, Output};
use crate::shelf::Shelf;
use tendero_domain::{Day, Timestamp};
use tendero_messages::{Event, FromEngine};
use tendero_store::{Batch, Store, Table};

/// See the module.
pub(crate) struct Desk<S, H> {
    pub shelf: Shelf<S>,
    pub host: H,
    pub out: Vec<Output>,
    /// Minutes east of Greenwich at this device.
    pub offset_minutes: i16,
}

impl<S: Store, H: Host> Desk<S, H> {
    /// Adds a value to a batch, sealed.
    pub(crate) fn put<T: serde::Serialize>(
        &mut self,
        batch: &mut Batch,
        table: Table,
        key: &[u8],
        value: &T,
    ) {
        self.shelf.put(&mut self.host, batch, table, key, value);
    }

    /// Adds bytes to a batch, sealed.
    pub(crate) fn put_bytes(&mut self, batch: &mut Batch, table: Table, key: &[u8], bytes: &[u8]) {
        self.shelf
            .put_bytes(&mut self.host, batch, table, key, bytes);
    }

    /// So many random bytes.
    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.host.fill(&mut bytes);
        bytes
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp {
            ms: i64::try_from(self.host.now_ms()).unwrap_or(i64::MAX),
            offset_minutes: self.offset_minutes,
        }
    }

    pub(crate) fn today(&self) -> Day {
        self.now().day()
    }

    pub(crate) fn tell_page(&mut self, message: FromEngine) {
        self.out.push(Output::Page(message));
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.tell_page(FromEngine::Event(event));
    }
}
