//! Counts over synthetic customers, against those a column store gave for the same ones.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod common;

use common::generator::synthetic;
use common::{TODAY, passing, reload};
use tendero_domain::{Condition, DayTest, NumberTest, Rule, TextTest};
use tendero_insight::Index;

/// Country ES or MX, total of at least 200.00, last purchase at least 90 days ago.
fn rule() -> Rule {
    let countries = ["ES", "MX"].map(str::to_owned).to_vec();
    Rule::All(vec![
        Rule::Is(Condition::Country(TextTest::OneOf(countries))),
        Rule::Is(Condition::Total(NumberTest::AtLeast(20_000))),
        Rule::Is(Condition::LastPurchase(DayTest::NotWithinDays(89))),
    ])
}

fn check(customers: u64, count: u64, sum_of_ids: u64, sum_of_cents: i64, buyers: usize) {
    let mut index = Index::default();
    (0..customers).for_each(|n| index.put(synthetic(n)));
    for index in [&index, &reload(&index)] {
        let counts = index.count(&rule(), TODAY);
        assert_eq!((counts.total, counts.total_minor), (count, sum_of_cents));
        assert_eq!(counts.each[0], count);
        let rows = index.select(&passing(&rule()), TODAY);
        let ids = rows.iter().map(|row| {
            let bytes = index.id(*row).unwrap().to_bytes();
            u64::from_be_bytes(bytes[8..].try_into().unwrap())
        });
        assert_eq!((rows.len() as u64, ids.sum()), (count, sum_of_ids));
        let ever = Rule::Not(Box::new(Rule::Is(Condition::LastPurchase(DayTest::Never))));
        assert_eq!(index.select(&passing(&ever), TODAY).len(), buyers);
    }
}

#[test]
fn ten_thousand_customers_give_the_published_counts() {
    check(10_000, 536, 2_750_681, 23_124_748, 3_520);
}

#[test]
fn a_hundred_thousand_customers_give_the_published_counts() {
    check(100_000, 4_980, 247_011_426, 210_926_702, 34_750);
}
