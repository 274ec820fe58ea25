//! Stories of devices that edit the same documents.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod change_facts;
mod common;
mod conflicts;
mod corpus;
mod first_change;
mod items;
mod malformed;
mod merging;
mod newer_version;
mod segment_settings;
mod undo;
