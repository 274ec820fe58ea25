//! Plays with two sellers, a relay in memory, and the wires between them.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod away;
mod foreign;
mod joining;
mod lies;
mod membership;
mod simulation;
mod stage;
mod story;
