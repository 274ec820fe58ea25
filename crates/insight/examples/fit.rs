//! How long the models take: BG/NBD and Gamma-Gamma on CDNOW, and on 100,000 summaries made of it.
//!
//! `cargo run --release -p tendero-insight --example fit`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a stopwatch for people, not part of the crate"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};
use tendero_domain::Day;
use tendero_insight::bg_nbd::{self, Period, Summary};
use tendero_insight::gamma_gamma::{self, Spend};
use tendero_insight::lifetime_value::{Horizon, lifetime_value};
use tendero_insight::purchases::{Histories, Purchase};
use tendero_insight::rfm::{Frequency, Rfm, ScoreRule, scores};

fn main() {
    let end = Day::parse_iso("1997-09-30").unwrap();
    let histories = Histories::new(&cdnow(), 2_357, end);
    let summaries: Vec<Summary> = histories
        .of
        .iter()
        .map(|history| Summary::of(history, end).unwrap())
        .collect();
    let spends: Vec<Spend> = histories.of.iter().map(Spend::of).collect();
    let numbers: Vec<Rfm> = histories
        .of
        .iter()
        .map(|history| Rfm::of(history, end, Frequency::Days).unwrap())
        .collect();
    for size in [2_357, 100_000, 1_000_000] {
        // Each round of customers was won some days earlier, so that their numbers differ as those of a real list.
        let earlier = |n: usize| u32::try_from(n / 2_357).unwrap() % 300;
        let many: Vec<Summary> = summaries
            .iter()
            .cycle()
            .take(size)
            .enumerate()
            .map(|(n, one)| Summary {
                age_days: one.age_days + earlier(n),
                ..*one
            })
            .collect();
        let many_spends: Vec<Spend> = spends.iter().cycle().take(size).copied().collect();
        let many_numbers: Vec<Rfm> = numbers
            .iter()
            .cycle()
            .take(size)
            .enumerate()
            .map(|(n, one)| Rfm {
                recency_days: one.recency_days + earlier(n),
                ..*one
            })
            .collect();
        let mut unique = many.clone();
        unique.sort_unstable();
        unique.dedup();
        let (fit_time, fit) = time(|| bg_nbd::fit(&many, Period::Week).unwrap());
        let (amounts_time, amounts) = time(|| gamma_gamma::fit(&many_spends).unwrap());
        let (value_time, _) = time(|| -> f64 {
            let both = many.iter().zip(&many_spends);
            both.filter_map(|(one, spend)| {
                lifetime_value(&fit.model, &amounts.model, *one, *spend, Horizon::default())
            })
            .sum()
        });
        let (score_time, _) = time(|| scores(&many_numbers, ScoreRule::Ties));
        println!(
            "{size} customers ({} different): BG/NBD {fit_time:.1?}, Gamma-Gamma {amounts_time:.1?}, lifetime values {value_time:.1?}, RFM {score_time:.1?}",
            unique.len()
        );
    }
}

/// The least of three.
fn time<T>(work: impl Fn() -> T) -> (Duration, T) {
    let mut all = (0..3).map(|_| {
        let start = Instant::now();
        let result = black_box(work());
        (start.elapsed(), result)
    });
    let first = all.next().unwrap();
    all.fold(
        first,
        |least, next| if next.0 < least.0 { next } else { least },
    )
}

fn cdnow() -> Vec<Purchase> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/cdnow/CDNOW_sample.txt"
    );
    let text = std::fs::read_to_string(file).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let date = cells[2];
        let iso = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
        Purchase {
            customer: cells[1].parse::<u32>().unwrap() - 1,
            day: Day::parse_iso(&iso).unwrap(),
            amount_minor: (cells[4].parse::<f64>().unwrap() * 100.0).round() as i64,
            order: None,
        }
    };
    text.lines().map(row).collect()
}
