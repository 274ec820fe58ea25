//! What must change nothing changes nothing.

use crate::data::{Sales, day, near};
use proptest::prelude::*;
use tendero_domain::Day;
use tendero_insight::bg_nbd::{self, Period, Summary};
use tendero_insight::gamma_gamma::{self, Spend};
use tendero_insight::purchases::{Histories, Purchase};
use tendero_insight::rfm::{Frequency, Rfm, ScoreRule, scores};

const AS_OF: Day = Day(1_000);

fn purchase() -> impl Strategy<Value = Purchase> {
    let order = prop::option::of(0..9u32);
    (0..12u32, 900..1_010i32, -500..2_000i64, order).prop_map(
        |(customer, day, amount_minor, order)| Purchase {
            customer,
            day: Day(day),
            amount_minor,
            order,
        },
    )
}

fn numbers(histories: &Histories, as_of: Day) -> Vec<Rfm> {
    let of = |history| Rfm::of(history, as_of, Frequency::Orders);
    histories.of.iter().filter_map(of).collect()
}

proptest! {
    #[test]
    fn the_order_of_rows_and_a_shift_of_all_days_change_nothing(
        rows in prop::collection::vec(purchase(), 0..60).prop_shuffle(),
        shift in -20_000..20_000i32,
    ) {
        let plain = Histories::new(&rows, 12, AS_OF);
        let mut sorted = rows.clone();
        sorted.sort_unstable_by_key(|row| (row.day, row.customer, row.order, row.amount_minor));
        prop_assert_eq!(&Histories::new(&sorted, 12, AS_OF), &plain);
        let moved: Vec<Purchase> = rows
            .iter()
            .map(|row| Purchase { day: Day(row.day.0 + shift), ..*row })
            .collect();
        let moved = Histories::new(&moved, 12, Day(AS_OF.0 + shift));
        for rule in [ScoreRule::Ties, ScoreRule::Ntile, ScoreRule::Rpk] {
            prop_assert_eq!(
                scores(&numbers(&moved, Day(AS_OF.0 + shift)), rule),
                scores(&numbers(&plain, AS_OF), rule)
            );
        }
        for (one, other) in plain.of.iter().zip(&moved.of) {
            prop_assert_eq!(Summary::of(one, AS_OF), Summary::of(other, Day(AS_OF.0 + shift)));
        }
    }

    #[test]
    fn ties_and_cuts_do_not_depend_on_the_order_of_customers(
        customers in prop::collection::vec((0..50u32, 0..5u32, 0..9i64), 0..40),
    ) {
        let rfm = |(recency_days, frequency, units): &(u32, u32, i64)| Rfm {
            recency_days: *recency_days,
            frequency: *frequency,
            monetary_minor: units * 100,
        };
        let forth: Vec<Rfm> = customers.iter().map(rfm).collect();
        let back: Vec<Rfm> = customers.iter().rev().map(rfm).collect();
        for rule in [ScoreRule::Ties, ScoreRule::Rpk] {
            let mut turned = scores(&back, rule);
            turned.reverse();
            prop_assert_eq!(scores(&forth, rule), turned);
        }
    }
}

/// Customers of any kind: some buy often, some stop at once, some never come back.
fn customers() -> impl Strategy<Value = Vec<Summary>> {
    let customer = (0..40u32, 0.0..1.0f64, 1..700u32).prop_map(|(repeats, last, age_days)| {
        let repeats = repeats.saturating_sub(20).min(age_days);
        let last = (f64::from(age_days) * last) as u32;
        Summary {
            repeats,
            last_days: if repeats == 0 { 0 } else { last.max(repeats) },
            age_days,
        }
    });
    prop::collection::vec(customer, 100..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_parameters_nearby_make_the_purchases_likelier(
        customers in customers(),
        directions in prop::collection::vec(prop::array::uniform4(-1.0..1.0f64), 20),
    ) {
        let fit = bg_nbd::fit(&customers, Period::Week).unwrap();
        let best = fit.model.log_likelihood(&customers);
        prop_assert!((best - fit.log_likelihood).abs() <= 1e-9 * best.abs());
        for [r, alpha, a, b] in directions {
            for size in [0.001, 0.03, 0.5] {
                let near = bg_nbd::BgNbd {
                    r: fit.model.r * f64::exp(size * r),
                    alpha: fit.model.alpha * f64::exp(size * alpha),
                    a: fit.model.a * f64::exp(size * a),
                    b: fit.model.b * f64::exp(size * b),
                    period: Period::Week,
                };
                let other = near.log_likelihood(&customers);
                prop_assert!(fit.at_bound || other <= best + 1e-7, "{other} {fit:?}");
            }
        }
        for customer in customers {
            let p_alive = fit.model.p_alive(customer);
            prop_assert!((0.0..=1.0).contains(&p_alive));
            let year = fit.model.expected(customer, 52.0);
            prop_assert!(year.is_finite() && year >= 0.0);
        }
    }
}

#[test]
fn a_log_read_twice_leaves_the_models_as_they_are() {
    let once = Sales::cdnow();
    let twice = Sales {
        ids: once.ids.clone(),
        purchases: [once.purchases.clone(), once.purchases.clone()].concat(),
    };
    let summaries = |sales: &Sales| -> Vec<Summary> {
        let histories = sales.until("1997-09-30");
        let summary = |history| Summary::of(history, day("1997-09-30"));
        histories.of.iter().filter_map(summary).collect()
    };
    assert_eq!(summaries(&once), summaries(&twice));
}

#[test]
fn money_by_the_thousandfold_scales_v_and_nothing_else() {
    let histories = Sales::cdnow().until("1997-09-30");
    let spends: Vec<Spend> = histories.of.iter().map(Spend::of).collect();
    let large: Vec<Spend> = spends
        .iter()
        .map(|spend| Spend {
            mean: spend.mean * 1000.0,
            ..*spend
        })
        .collect();
    let (one, thousand) = (
        gamma_gamma::fit(&spends).unwrap(),
        gamma_gamma::fit(&large).unwrap(),
    );
    near(thousand.model.p, one.model.p, 1e-5);
    near(thousand.model.q, one.model.q, 1e-5);
    near(thousand.model.v, one.model.v * 1000.0, 1e-5);
    near(thousand.correlation, one.correlation, 1e-9);
}

#[test]
fn a_year_later_with_the_same_gaps_is_the_same_model() {
    let sales = Sales::cdnow();
    let moved = Sales {
        ids: sales.ids.clone(),
        purchases: sales
            .purchases
            .iter()
            .map(|row| Purchase {
                day: Day(row.day.0 + 366),
                ..*row
            })
            .collect(),
    };
    let fit = |sales: &Sales, as_of: Day| {
        let histories = Histories::new(&sales.purchases, sales.ids.len(), as_of);
        let summaries: Vec<Summary> = histories
            .of
            .iter()
            .filter_map(|history| Summary::of(history, as_of))
            .collect();
        bg_nbd::fit(&summaries, Period::Week).unwrap()
    };
    let end = day("1997-09-30");
    assert_eq!(fit(&sales, end), fit(&moved, Day(end.0 + 366)));
}
