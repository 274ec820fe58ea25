//! What the tests share.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod generator;
pub mod reference;

use tendero_domain::{CustomerId, Day, Rule};
use tendero_insight::{CustomerRow, Index, Selection};

pub const TODAY: Day = Day(20_000);

pub fn id(n: u64) -> CustomerId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    CustomerId::from_bytes(bytes)
}

pub fn customer(n: u64, name: &str) -> CustomerRow {
    let mut row = CustomerRow::blank(id(n), [n as u8; 16]);
    row.name = name.to_owned();
    row
}

/// Identifiers of the rows selected, in order.
pub fn select(index: &Index, wanted: &Selection<'_>) -> Vec<CustomerId> {
    let rows = index.select(wanted, TODAY);
    rows.into_iter().map(|at| index.id(at).unwrap()).collect()
}

/// Names of the rows selected, in order.
pub fn names(index: &Index, wanted: &Selection<'_>) -> Vec<String> {
    let rows = index.select(wanted, TODAY);
    rows.into_iter().map(|at| index.row(at).name).collect()
}

pub fn passing<'a>(rule: &'a Rule) -> Selection<'a> {
    Selection {
        rule: Some(rule),
        ..Selection::default()
    }
}

/// Stores all segments and loads them again.
pub fn reload(index: &Index) -> Index {
    let mut again = Index::default();
    for n in 0..index.segments() {
        again.load_segment(&index.encode_segment(n)).unwrap();
    }
    again
}
