//! Seeded test data: the same bytes for ever, on every machine.
//!
//! Numbers come from a counter, not from a stream: row 12,345 is the same in a file of 20,000 rows and in one of a million.
//! Every name, number and address is invented; mail addresses are in the domains kept for examples.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod columns;
mod customers;
mod lot;
mod names;
mod notes;
mod places;

pub use columns::{COUNTRIES, Columns, STAGES, hash};
pub use customers::{TAGS, customers_csv};
