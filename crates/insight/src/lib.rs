//! The columnar projection of all customers: list, sort, search, segments and facets, and its stored form; and what their
//! purchases say of them.
//!
//! **Architecture invariant:** pure compute. No clock, thread, file or document in here; today is handed in.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod back_test;
pub mod basket;
pub mod bg_nbd;
pub mod churn;
pub mod cohorts;
pub mod due;
pub mod gamma_gamma;
pub mod kaplan_meier;
pub mod life_cycle;
pub mod lifetime_value;
pub mod month;
pub mod nps;
pub mod outlook;
pub mod pipeline;
pub mod purchases;
pub mod rfm;
pub mod rfm_map;
pub mod share;
pub mod vip;

mod arena;
mod bits;
mod codec;
mod error;
mod facets;
mod fold;
mod gamma;
mod index;
mod intern;
mod matching;
mod optimum;
mod order;
mod phone;
mod row;
mod rule;
mod search;
mod segment;
mod select;
mod signs;
mod table;

pub use error::IndexError;
pub use index::{Index, SEGMENT_ROWS};
pub use row::{CustomerRow, RowNo};
pub use select::{Counts, Facets, Selection, SortColumn, rule_fits};
