//! RFM over an index: equal to the scores of each customer, and each group's rule lists exactly its customers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use proptest::prelude::*;
use std::collections::BTreeMap;
use tendero_domain::{CustomerId, Day};
use tendero_insight::rfm::{Group, Rfm, ScoreRule, scores};
use tendero_insight::{CustomerRow, Index};

const TODAY: Day = Day(20_000);

/// Days since the last purchase (`None`: never), purchases, sum.
type Buyer = (Option<u16>, u8, i32);

fn index(buyers: &[Buyer]) -> Index {
    let mut index = Index::default();
    for (number, (days, orders, total)) in buyers.iter().enumerate() {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        index.put(CustomerRow {
            orders: u32::from(*orders),
            total_minor: i64::from(*total),
            last_purchase: days.map(|days| Day(TODAY.0 - i32::from(days))),
            ..CustomerRow::blank(CustomerId::from_bytes(id), [0; 16])
        });
    }
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn groups_and_cells_are_those_of_the_scores_and_their_rules_hold_for_them(
        buyers in proptest::collection::vec(
            (proptest::option::weighted(0.9, 0u16..400), 0u8..12, -500i32..20_000),
            0..80,
        ),
    ) {
        let index = index(&buyers);
        let map = index.rfm(TODAY);
        let numbers: Vec<Rfm> = buyers
            .iter()
            .filter_map(|(days, orders, total)| {
                Some(Rfm {
                    recency_days: u32::from((*days)?),
                    frequency: u32::from(*orders),
                    monetary_minor: i64::from(*total),
                })
            })
            .collect();
        prop_assert_eq!(map.scored, numbers.len() as u64);
        prop_assert_eq!(map.unscored, (buyers.len() - numbers.len()) as u64);
        let mut expected: BTreeMap<Group, u64> = BTreeMap::new();
        let mut cells = [[0u64; 5]; 5];
        for score in scores(&numbers, ScoreRule::Ties) {
            *expected.entry(Group::of(score)).or_default() += 1;
            cells[usize::from(score.recency) - 1][usize::from(score.frequency) - 1] += 1;
        }
        for (group, share, rule) in &map.groups {
            let wanted = expected.get(group).copied().unwrap_or(0);
            prop_assert_eq!(share.customers, wanted, "{:?}", group);
            let held = rule.as_ref().map(|rule| index.count(rule, TODAY));
            let held = held.map_or((0, 0), |held| (held.total, held.total_minor));
            prop_assert_eq!(held, (wanted, share.total_minor), "{:?} {:?}", group, rule);
        }
        for (r, row) in (1..).zip(&map.cells) {
            for (f, share) in (1..).zip(row) {
                prop_assert_eq!(share.customers, cells[usize::from(r) - 1][usize::from(f) - 1]);
                let held = map.rule_of_cell(r, f).map_or(0, |rule| index.count(&rule, TODAY).total);
                prop_assert_eq!(held, share.customers);
            }
        }
    }
}

#[test]
fn nobody_and_purchases_to_come_are_no_surprise() {
    let map = Index::default().rfm(TODAY);
    assert_eq!((map.scored, map.unscored), (0, 0));
    assert!(
        map.groups
            .iter()
            .all(|(_, share, rule)| share.customers == 0 && rule.is_none())
    );
    let mut index = index(&[(Some(0), 1, 500), (Some(90), 1, 500)]);
    let mut row = index.row(
        index
            .find(CustomerId::from_bytes({
                let mut id = [0; 16];
                id[7] = 1;
                id
            }))
            .unwrap(),
    );
    row.last_purchase = Some(Day(TODAY.0 + 30));
    index.put(row);
    let map = index.rfm(TODAY);
    assert_eq!(map.recency.iter().flatten().next_back(), Some(&(0, 0)));
    assert_eq!(map.scored, 2);
}
