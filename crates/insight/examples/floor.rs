//! How far the index is from the floor: search, segment count and facets at three sizes, beside a hand-written scan.
//!
//! `cargo run --release -p tendero-insight --example floor [customers …]`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a stopwatch for people, not part of the crate"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::TODAY;
use common::generator::full;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tendero_domain::{Condition, DayTest, NumberTest, Rule, TextTest};
use tendero_insight::{CustomerRow, Index, RowNo, Selection, SortColumn};

/// What is typed, letter by letter.
const TYPED: [&str; 12] = [
    "garcía",
    "maria lopez",
    "983 45 12 88",
    "+34 600",
    "panaderia san",
    "ana.martin@",
    "zaragoza",
    "lunes",
    "smith bakery",
    "vip 12",
    "el de la",
    "qwertz",
];

fn main() {
    let sizes: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![10_000, 100_000, 1_000_000]
    } else {
        sizes
    };
    for customers in sizes {
        measure(customers);
    }
}

fn measure(customers: u64) {
    println!("\n{customers} customers");
    let mut index = Index::default();
    let mut text = 0;
    let started = Instant::now();
    let mut putting = Duration::ZERO;
    for n in 0..customers {
        let row = full(n);
        text += bytes_of_text(&row);
        let put = Instant::now();
        index.put(row);
        putting += put.elapsed();
    }
    println!(
        "  put                      {putting:>9.1?} of {:.1?}",
        started.elapsed()
    );
    let notes = |row: RowNo| index.row(row).notes.len();
    let some: Vec<RowNo> = index
        .select(&Selection::default(), TODAY)
        .into_iter()
        .take(1000)
        .collect();
    let notes: usize = some.iter().map(|row| notes(*row)).sum();
    println!(
        "  text a customer          {:>9} B, {} B of it notes",
        text / customers as usize,
        notes / some.len().max(1)
    );

    let stored: Vec<Vec<u8>> = (0..index.segments())
        .map(|n| index.encode_segment(n))
        .collect();
    let bytes: usize = stored.iter().map(Vec::len).sum();
    println!(
        "  stored a customer        {:>9} B",
        bytes / customers as usize
    );
    let load = || {
        let mut again = Index::default();
        stored
            .iter()
            .for_each(|bytes| again.load_segment(bytes).unwrap());
        again
    };
    report("load all segments", &times(3, || load().len()));
    let index = load();
    report(
        "first list, by name",
        &times(1, || index.select(&Selection::default(), TODAY).len()),
    );
    let held = index.bytes();
    let fixed = (held as f64 - 2.5 * text as f64) / customers as f64;
    println!(
        "  memory a customer        {:>9} B = {:.2} x text; {fixed:.0} B above 2.5 x text",
        held / customers as usize,
        held as f64 / text as f64,
    );

    let mut all = Vec::new();
    for typed in TYPED {
        let mut of_one = Vec::new();
        // Something else before the first letter.
        let mut before = "~";
        for (at, c) in typed.char_indices() {
            let text = &typed[..at + c.len_utf8()];
            let find = |search| {
                index
                    .select(
                        &Selection {
                            search,
                            ..Selection::default()
                        },
                        TODAY,
                    )
                    .len()
            };
            let round = |_| {
                find(before);
                times(1, || find(text))[0]
            };
            // The least of some rounds: what it costs on a machine that others use as well.
            of_one.extend((0..15).map(round).min());
            before = text;
        }
        report(&format!("search {typed:?}"), &of_one);
        all.extend(of_one);
    }
    report("search, all keystrokes", &all);
    for column in [SortColumn::City, SortColumn::Total, SortColumn::Person] {
        let wanted = Selection {
            column,
            descending: true,
            ..Selection::default()
        };
        report(
            &format!("first list, by {column:?}"),
            &times(1, || index.select(&wanted, TODAY).len()),
        );
        report(
            &format!("list again, by {column:?}"),
            &times(5, || index.select(&wanted, TODAY).len()),
        );
    }

    let columns = Columns::of(&index);
    let floor = times(21, || columns.scan().len());
    let sum = times(21, || columns.count());
    let rule = rule();
    assert_eq!(columns.count(), {
        let c = index.count(&rule, TODAY);
        (c.total, c.total_minor)
    });
    let count = times(21, || index.count(&rule, TODAY).total);
    let wanted = Selection {
        rule: Some(&rule),
        ..Selection::default()
    };
    let select = times(21, || index.select(&wanted, TODAY).len());
    report("hand-written scan, ids", &floor);
    report("hand-written scan, sum", &sum);
    report("3 conditions, count", &count);
    report("3 conditions, select", &select);
    report("facets", &times(11, || index.facets(50).tags.len()));

    let mut index = index;
    let mut n = 0;
    report(
        "put one of them, list",
        &times(101, || {
            n += 7919;
            let mut row = full(n % customers);
            row.name.push('x');
            index.put(row);
            index.select(&Selection::default(), TODAY).len()
        }),
    );
    report(
        "put one of them",
        &times(1001, || {
            n += 7919;
            let mut row = full(n % customers);
            row.notes.push('x');
            index.put(row);
        }),
    );
}

fn times<T>(rounds: usize, mut work: impl FnMut() -> T) -> Vec<Duration> {
    let round = |_| {
        let started = Instant::now();
        black_box(work());
        started.elapsed()
    };
    (0..rounds).map(round).collect()
}

fn report(what: &str, times: &[Duration]) {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "  {what:<24} {:>9.2?} least {:>9.2?} median {:>9.2?} p95",
        at(0),
        at(50),
        at(95)
    );
}

fn bytes_of_text(row: &CustomerRow) -> usize {
    let texts = [
        &row.name,
        &row.person,
        &row.phone,
        &row.email,
        &row.city,
        &row.country,
        &row.key,
        &row.notes,
    ];
    texts.into_iter().chain(&row.tags).map(String::len).sum()
}

fn rule() -> Rule {
    let countries = ["ES", "MX"].map(str::to_owned).to_vec();
    Rule::All(vec![
        Rule::Is(Condition::Country(TextTest::OneOf(countries))),
        Rule::Is(Condition::Total(NumberTest::AtLeast(20_000))),
        Rule::Is(Condition::LastPurchase(DayTest::NotWithinDays(89))),
    ])
}

/// The columns the rule needs, as one would lay them out for it alone.
struct Columns {
    countries: Vec<u8>,
    totals: Vec<i64>,
    last_purchase: Vec<i32>,
}

impl Columns {
    fn of(index: &Index) -> Self {
        let rows = index.select(&Selection::default(), TODAY);
        let rows: Vec<CustomerRow> = rows.into_iter().map(|row| index.row(row)).collect();
        let code = |country: &str| match country {
            "ES" => 0,
            "MX" => 1,
            _ => 2,
        };
        Self {
            countries: rows.iter().map(|row| code(&row.country)).collect(),
            totals: rows.iter().map(|row| row.total_minor).collect(),
            last_purchase: rows
                .iter()
                .map(|row| row.last_purchase.map_or(i32::MAX, |day| day.0))
                .collect(),
        }
    }

    fn scan(&self) -> Vec<u32> {
        let before = TODAY.0 - 90;
        let mut found = Vec::new();
        let rows = self
            .countries
            .iter()
            .zip(&self.totals)
            .zip(&self.last_purchase);
        for (row, ((country, total), day)) in (0..).zip(rows) {
            if *country <= 1 && *total >= 20_000 && *day <= before {
                found.push(row);
            }
        }
        found
    }

    fn count(&self) -> (u64, i64) {
        let before = TODAY.0 - 90;
        let (mut count, mut sum) = (0, 0);
        let rows = self
            .countries
            .iter()
            .zip(&self.totals)
            .zip(&self.last_purchase);
        for ((country, total), day) in rows {
            if *country <= 1 && *total >= 20_000 && *day <= before {
                count += 1;
                sum += total;
            }
        }
        (count, sum)
    }
}
