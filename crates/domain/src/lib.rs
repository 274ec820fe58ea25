//! What a customer, an entry, an order and a segment are: newtypes and rules.
//!
//! Nothing here reads a clock, a file or a network, and nothing knows how these things are stored or merged.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod customer;
mod day;
mod entry;
mod fold;
mod id;
mod import;
mod money;
mod order;
mod segment;
pub mod segment_text;

pub use customer::{Contact, Field, NewCustomer};
pub use day::{Day, DayError, Timestamp};
pub use entry::{Entry, EntryKind, Outcome};
pub use fold::fold;
pub use id::{ActionId, CustomerId, EntryId, IdError, MemberId, OrderId, SegmentId, WorkspaceId};
pub use import::{
    DayOrder, DecimalSign, FileProblem, ImportColumn, ImportPlan, PurchasesBefore, RowProblem,
};
pub use money::{Currency, CurrencyError, Money};
pub use order::Order;
pub use segment::{Condition, DayTest, NumberTest, Rule, TextTest};
