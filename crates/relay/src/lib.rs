//! The relay: orders, stores and forwards encrypted items of workspaces, and serves the app.
//!
//! - [`store`]: the durable log behind a trait, in memory, in SQLite and in PostgreSQL;
//! - [`hub`]: workspaces in use, who listens to them, and the rules for what a device may do;
//! - [`session`]: one client's conversation, free of sockets;
//! - `socket`, `exchange`: that conversation over a WebSocket and over plain HTTP;
//! - [`limits`], [`visitors`]: what a workspace, a connection and an address may take;
//! - [`server`], [`routes`], [`app_files`], [`headers`]: HTTP around it;
//! - [`journal`], [`metrics`]: what the operator hears;
//! - [`options`], [`data_dir`], [`backup`], [`migrate`]: the command line, the data directory, copies and moves of it.
//!
//! **Architecture invariants.** Of our crates only `tendero-protocol` is linked: nothing here could decrypt an item.
//! An acknowledgement leaves only after the item is durable. Nothing is written to the log that names a person, a
//! document or a path with an id.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod app_files;
pub mod backup;
pub mod data_dir;
mod exchange;
pub mod headers;
pub mod hub;
pub mod journal;
pub mod limits;
pub mod metrics;
pub mod migrate;
pub mod options;
mod patience;
pub mod routes;
pub mod server;
pub mod session;
mod socket;
pub mod store;
pub mod visitors;

pub use app_files::AppFiles;
pub use data_dir::DataDir;
pub use hub::Hub;
pub use limits::{Limits, Quota};
pub use options::Options;
pub use server::Running;
pub use store::{Condition, LogStore, MemoryLog, PostgresLog, SqliteLog, StoreError};
