//! The app: Leptos views over an engine in a worker.
//!
//! `views` draw snapshots and send commands, `components` are what they are made of, `state` is the door to the engine, the
//! address, settings and messages to the person, `i18n` the words. Styles lie in `style/` under the same names.
//!
//! **Architecture invariant:** nothing here knows documents, keys, a database or the relay's protocol.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

#[macro_use]
mod i18n;
mod app;
pub mod components;
pub mod state;
mod views;

pub use app::mount;
