//! Which records mean the same customer.
//!
//! [`guess_columns`] says what the columns of a table hold, [`Records`] takes its rows, [`find`] returns the pairs with their
//! probabilities and reasons. The model is Fellegi and Sunter's, fitted by expectation and maximisation on the records themselves;
//! nothing is trained beforehand and no example is needed. docs/duplicates.md tells how well it does on public data.
//!
//! Pure: no clock, no randomness, no file; the same records always give the same pairs.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod blocking;
mod columns;
mod compare;
mod find;
mod groups;
mod kind;
mod letters;
mod level;
mod model;
mod nicknames;
mod normal;
mod records;

pub use columns::{Column, guess_columns};
pub use find::{Agreement, Duplicates, Pair, Reason, find};
pub use kind::Kind;
pub use records::Records;
