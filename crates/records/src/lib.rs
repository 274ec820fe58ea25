//! Customers, segments and settings as Automerge documents: genesis, typed edits, tolerant reading.
//!
//! **Architecture invariants.** Nothing here reads a clock or storage. Raw change bytes are the truth: a document is what its
//! changes make, in whatever order they come, and is never stored as a whole. An edit touches only the keys it is about, so
//! what a newer version wrote survives. Nothing is lost by structure: see `layout` and `item` for where things stand and
//! why.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod author;
mod customer;
mod document;
mod error;
mod first;
mod genesis;
mod item;
mod layout;
mod pen;
mod reader;
mod record;
mod segment;
mod settings;

pub use author::{Author, ChangeFacts, change_facts};
pub use customer::{Customer, CustomerEdit};
pub use document::{Applied, ParkReason, Parked};
pub use error::RecordError;
pub use first::first_change;
pub use pen::{Edited, Inverse, Undone};
pub use record::{CustomerRecord, FieldValue, OtherValue};
pub use segment::{Segment, SegmentRecord};
pub use settings::{Settings, SettingsRecord};

/// The hash (SHA-256) by which a change is known.
pub type ChangeHash = [u8; 32];
