//! The columnar projection of all customers: list, sort, search, segments and facets, and its stored form.
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

mod arena;
mod bits;
mod codec;
mod error;
mod facets;
mod fold;
mod index;
mod intern;
mod matching;
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
