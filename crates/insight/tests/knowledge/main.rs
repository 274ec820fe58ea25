//! What is computed from purchases, against published figures and other programs' results.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod baskets;
mod cohorts;
mod data;
mod models;
mod properties;
mod rfm;
mod tables;
