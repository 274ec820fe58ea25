//! The engine: commands and questions in, answers and events out. It puts documents, index, keys and sync together over a
//! [`tendero_store::Store`]. Clock, randomness, storage and network are handed in, so it runs in a worker, in a test and in
//! a headless member alike.
//!
//! The one who runs it (the worker, a test) feeds [`Input`]s one at a time to [`Engine::handle`] and carries out the
//! [`Output`]s in their order. While [`Engine::has_work`] says so and no input waits, it calls [`Engine::work`], which does
//! one slice of at most some milliseconds.
//!
//! **Architecture invariants.** *Saved* means that the store committed: an edit is one transaction of its document's tail,
//! its outbox row, its projection row and its action. Documents are never all loaded: lists, search and segments read the
//! projection only. What arrives from the relay and cannot be read is kept, never dropped.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod bundle;
mod commands;
mod desk;
mod engine;
mod error;
mod export;
mod hands;
mod import;
mod io;
mod joining;
mod many;
mod network;
mod outbox;
mod packs;
mod projection;
mod queries;
mod rebuild;
mod rfm;
mod row;
mod shelf;
mod stored;
mod stretch;
mod tabs;
mod team;

pub use engine::Engine;
pub use io::{Host, Input, Output, Source};
