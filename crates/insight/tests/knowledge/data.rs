//! The data sets and how they are read.

use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use tendero_domain::Day;
use tendero_insight::purchases::{Histories, Purchase};

pub fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap()
}

/// The folder of data that is not the project's to pass on; it lies beside the checkout. Says so where it does not.
pub fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into();
    // A test may ask its surroundings; only the rooms themselves are handed everything.
    #[allow(clippy::disallowed_methods)]
    let folder: PathBuf = std::env::var("TENDERO_SHARED_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: the shared data is not there");
        return None;
    }
    Some(folder)
}

pub fn cdnow_file(name: &str) -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/cdnow"
    ))
    .join(name)
}

pub fn json(path: PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A table with named columns.
pub struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    pub fn read(path: PathBuf) -> Self {
        let mut reader = csv::Reader::from_path(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let names = reader.headers().unwrap().clone();
        Self {
            columns: names.iter().map(str::to_owned).zip(0..).collect(),
            rows: reader.records().map(Result::unwrap).collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    pub fn text(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.columns[column]]
    }

    pub fn number(&self, row: usize, column: &str) -> f64 {
        let text = self.text(row, column);
        text.parse().unwrap_or_else(|_| panic!("{column}: {text}"))
    }

    /// Money in minor units.
    pub fn minor(&self, row: usize, column: &str) -> i64 {
        (self.number(row, column) * 100.0).round() as i64
    }
}

/// Customers' identifiers, sorted, and their purchases.
pub struct Sales {
    pub ids: Vec<String>,
    pub purchases: Vec<Purchase>,
}

impl Sales {
    /// From identifier, day, amount in minor units and order.
    pub fn new(rows: impl Iterator<Item = (String, Day, i64, Option<u32>)>) -> Self {
        let rows: Vec<_> = rows.collect();
        let mut ids: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let purchases = rows.iter().map(|(id, day, amount_minor, order)| Purchase {
            customer: ids.binary_search(id).unwrap() as u32,
            day: *day,
            amount_minor: *amount_minor,
            order: *order,
        });
        let purchases = purchases.collect();
        Self { ids, purchases }
    }

    /// By the identifiers of the sample, 0001 to 2357.
    pub fn cdnow() -> Self {
        let text = std::fs::read_to_string(cdnow_file("CDNOW_sample.txt")).unwrap();
        Self::new(text.lines().map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let [_, id, date, _, dollars] = cells.as_slice() else {
                panic!("{line}");
            };
            let date = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
            let minor = (dollars.parse::<f64>().unwrap() * 100.0).round() as i64;
            ((*id).to_owned(), day(&date), minor, None)
        }))
    }

    /// Orders of 995 customers, of the R package `rfm`.
    pub fn rfm_orders() -> Option<Self> {
        let table = Table::read(shared()?.join("rfm_orders/rfm_data_orders.csv"));
        let row = |n| {
            let id = table.text(n, "customer_id").to_owned();
            let date = day(table.text(n, "order_date"));
            (id, date, table.minor(n, "revenue"), None)
        };
        Some(Self::new((0..table.len()).map(row)))
    }

    /// UCI Online Retail: one row an invoice.
    pub fn online_retail() -> Option<Self> {
        let table = Table::read(shared()?.join("online_retail/online_retail_invoices.csv"));
        let row = |n| {
            let id = table.text(n, "id").to_owned();
            let order = table.number(n, "InvoiceNo") as u32;
            let date = day(table.text(n, "day"));
            (id, date, table.minor(n, "amt"), Some(order))
        };
        Some(Self::new((0..table.len()).map(row)))
    }

    pub fn until(&self, as_of: &str) -> Histories {
        Histories::new(&self.purchases, self.ids.len(), day(as_of))
    }
}

#[track_caller]
pub fn near(value: f64, expect: f64, relative: f64) {
    let error = (value - expect).abs() / expect.abs().max(f64::MIN_POSITIVE);
    assert!(
        value == expect || error <= relative,
        "{value} for {expect}: {error:e}"
    );
}

#[track_caller]
pub fn within(value: f64, expect: f64, distance: f64) {
    assert!((value - expect).abs() <= distance, "{value} for {expect}");
}
