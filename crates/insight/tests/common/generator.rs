//! Synthetic customers, the same in any language: a counter run through SplitMix64's finaliser.

use super::{TODAY, id};
use tendero_domain::Day;
use tendero_insight::CustomerRow;

const COUNTRIES: [(&str, u64); 10] = [
    ("ES", 30),
    ("MX", 50),
    ("AR", 60),
    ("CO", 70),
    ("CL", 75),
    ("PE", 80),
    ("US", 90),
    ("FR", 94),
    ("DE", 97),
    ("PT", 100),
];

fn hash(customer: u64, k: u64) -> u64 {
    let mut z = (customer * 16 + k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What rules can ask of the n-th synthetic customer, as of [`TODAY`].
pub fn synthetic(n: u64) -> CustomerRow {
    let upto = |k, below| hash(n, k) % below;
    let mut row = CustomerRow::blank(id(n), [0; 16]);
    let country = upto(0, 100);
    row.country = COUNTRIES
        .iter()
        .find(|(_, below)| country < *below)
        .unwrap()
        .0
        .to_owned();
    row.city = format!("Ciudad {}", upto(9, 200));
    let tags = hash(n, 7);
    let tags = tags & (tags >> 16) & 0xFFFF;
    row.tags = (0..16)
        .filter(|bit| tags >> bit & 1 == 1)
        .map(|bit| format!("tag {bit}"))
        .collect();
    row.created = Some(Day(TODAY.0 - upto(10, 1825) as i32));
    let is_customer = (55..90).contains(&upto(1, 100));
    if is_customer {
        row.orders = 1 + hash(n, 2).trailing_zeros().min(29);
        row.total_minor = i64::from(row.orders) * (500 + upto(4, 20_000) as i64);
        row.last_purchase = Some(Day(TODAY.0 - upto(3, 730) as i32));
    }
    row
}
