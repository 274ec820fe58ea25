//! The engine: commands and questions in, answers and events out. It puts documents, index, keys and sync together over a
//! [`tendero_store::Store`]. Clock, randomness, storage and network are handed in, so it runs in a worker, in a test and in
//! a headless member alike.
//!
//! The one who runs it (the worker, a test) feeds [`Input`]s one at a time to [`Engine::handle`] and carries out the
//! [`Output`]s in their order. While [`Engine::has_work`] says so and no input waits, it calls [`Engine::work`], which does
//! one slice of at most some milliseconds.

mod io;

pub use io::{Host, Input, Output, Source};

use std::marker::PhantomData;
use tendero_store::{Store, StoreError};

/// One device's engine. See the crate's documentation for how it is run.
pub struct Engine<S, H, F> {
    _store: S,
    _host: H,
    _file: PhantomData<F>,
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Reads what the store holds.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn open(store: S, host: H) -> Result<Self, StoreError> {
        Ok(Self { _store: store, _host: host, _file: PhantomData })
    }

    /// Takes one thing in and says what is to be done.
    pub async fn handle(&mut self, input: Input<F>) -> Vec<Output> {
        let _ = input;
        Vec::new()
    }

    /// Whether there is work to do in slices: an import, a rebuild, a stretch of the log.
    pub fn has_work(&self) -> bool {
        false
    }

    /// One slice of it, a few milliseconds long.
    pub async fn work(&mut self) -> Vec<Output> {
        Vec::new()
    }
}
