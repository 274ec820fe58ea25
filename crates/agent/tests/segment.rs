//! `tendero segment` as a script sees it: counts, members, errors at their word and exit codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{data, fed, json, tendero, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

fn segment(file: &Path, text: &str, options: &[&str]) -> Output {
    tendero()
        .arg("segment")
        .arg(file)
        .arg(text)
        .args(options)
        .output()
        .unwrap()
}

/// Asks what comes in by standard input.
fn segment_of(content: &str, text: &str, options: &[&str]) -> Output {
    fed(
        tendero().args(["segment", "-", text]).args(options),
        content,
    )
}

fn names(report: &Value) -> Vec<&str> {
    let members = report["members"].as_array().unwrap().iter();
    members
        .map(|member| member["name"].as_str().unwrap())
        .collect()
}

/// A text, and who it holds for, said in Rust.
type Case<'a, T> = (&'a str, &'a dyn Fn(&T) -> bool);

/// Bar Ñandú bought three times, the same number told twice; Casa Ana twice, once given back; Ron only stands in the list.
const PURCHASES: &str = "\
Customer ID,Company,City,Country,Tags,Invoice,Date,Amount
K1,Bar Ñandú,Málaga,ES,vip,1,2025-01-10,100.00
K2,Casa Ana,Soria,ES,,2,2025-02-01,20.50
K1,,Ronda,,north,3,2025-03-31,0.50
K1,,,,,3,2025-03-31,0.50
K2,,,,,4,2025-02-02,-20.50
K3,Ron,Oslo,NO,,,,
,,Oslo,,,5,2025-03-01,7.00
K1,,,,,6,2025-04-01,10.00
";

#[test]
fn purchases_are_gathered_by_customer_and_asked_in_both_languages() {
    for (text, expected) in [
        ("everyone", &["Bar Ñandú", "Casa Ana", "Ron"][..]),
        ("nadie", &[]),
        ("city = malaga", &["Bar Ñandú"]),
        ("ciudad contiene \"o\"", &["Casa Ana", "Ron"]),
        ("country in (NO, \"\")", &["Ron"]),
        ("tag = vip and tag = NORTH", &["Bar Ñandú"]),
        ("orders = 3", &["Bar Ñandú"]),
        (
            "compras entre 1 y 2 o etiqueta = vip",
            &["Bar Ñandú", "Casa Ana"],
        ),
        ("total >= 110,50", &["Bar Ñandú"]),
        ("total > 110.50", &[]),
        ("total = 0", &["Casa Ana", "Ron"]),
        ("last purchase never", &["Ron"]),
        ("last purchase within 58 days", &["Bar Ñandú"]),
        ("last purchase within 59 days", &["Bar Ñandú", "Casa Ana"]),
        ("última compra hace más de 58 días", &["Casa Ana"]),
        (
            "last purchase between 2025-02-02 and 2025-03-31",
            &["Casa Ana"],
        ),
        ("no última compra nunca y país != ES", &[]),
    ] {
        let report = json(&segment_of(
            PURCHASES,
            text,
            &["--json", "--as-of", "2025-04-02"],
        ));
        assert_eq!(names(&report), expected, "{text}");
        assert_eq!(report["count"], expected.len(), "{text}");
        assert_eq!(report["of"], 3);
    }
}

#[test]
fn the_report_tells_members_parts_and_what_was_refused() {
    let output = segment_of(PURCHASES, "ciudad=malaga o no compras>1", &["--json"]);
    assert!(output.status.success());
    let report = json(&output);
    assert_eq!(report["as_of"], "2025-04-01");
    assert_eq!(report["as_of_from"], "newestPurchase");
    assert_eq!(
        report["rule"],
        json!({
            "text": "city = \"malaga\" or not orders >= 2",
            "json": {"any": [
                {"is": {"city": {"oneOf": ["malaga"]}}},
                {"not": {"is": {"orders": {"atLeast": 2}}}},
            ]},
        })
    );
    assert_eq!(
        report["parts"],
        json!([
            {"text": "city = \"malaga\" or not orders >= 2", "count": 2},
            {"text": "city = \"malaga\"", "count": 1},
            {"text": "not orders >= 2", "count": 1},
            {"text": "orders >= 2", "count": 2},
        ])
    );
    assert_eq!(
        report["members"][0],
        json!({
            "line": 2, "name": "Bar Ñandú", "key": "K1", "city": "Málaga", "country": "ES", "tags": ["north", "vip"],
            "orders": 3, "total_minor": 11_050, "last_purchase": "2025-04-01",
        })
    );
    assert_eq!(report["members"][1]["last_purchase"], Value::Null);
    assert_eq!(report["total_minor"], 11_050);
    assert_eq!(report["refused"][0]["line"], 8);
    assert_eq!(report["refused"][0]["reason"], "noCustomer");

    let counter = [
        "--json",
        "--counter-sales",
        "Counter",
        "--as-of",
        "2025-03-01",
    ];
    let report = json(&segment_of(PURCHASES, "total = 7", &counter));
    assert_eq!(
        (names(&report), &report["of"]),
        (vec!["Counter"], &4.into())
    );
    assert_eq!(
        (&report["as_of"], &report["as_of_from"]),
        (&"2025-03-01".into(), &"option".into())
    );
}

#[test]
fn the_text_form_counts_first_and_lists_then() {
    let output = segment_of(PURCHASES, "tag = vip", &[]);
    let text = text(&output.stdout);
    assert!(
        text.starts_with("1 of 3 customers, as of 2025-04-01, the newest purchase\n"),
        "{text}"
    );
    assert!(
        text.contains("      2  Bar Ñandú | city: Málaga | country: ES | tags: north, vip | 3 purchases for 110.50, last 2025-04-01\n"),
        "{text}"
    );
    assert!(
        text.contains("Refused\n      8  nothing names a customer\n"),
        "{text}"
    );
}

#[test]
fn a_wrong_text_is_shown_with_its_word() {
    let wrong = "ciudad = Málaga y\nordres >= 3";
    let output = segment_of(PURCHASES, wrong, &["--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "tendero: the text is no segment\n  ordres >= 3\n  ^^^^^^\n  there is no such field; did you mean \"orders\"?\n"
    );
    let problem = &json(&output)["problem"];
    assert_eq!(
        (&problem["code"], &problem["start"], &problem["end"]),
        (&"text".into(), &18.into(), &24.into())
    );

    // At the end of the text, behind letters of two bytes.
    let output = segment_of(PURCHASES, "ciudad = Ñú y", &[]);
    let told = text(&output.stderr);
    assert!(
        told.contains("\n  ciudad = Ñú y\n               ^\n"),
        "{told}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_file_that_cannot_be_used_is_told_in_both_ways() {
    let output = segment(&data("messy/20_empty.csv"), "everyone", &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["problem"]["code"], "empty");
}

#[test]
fn a_list_of_customers_with_sums_is_counted_as_its_truth_says() {
    let truth: Value =
        serde_json::from_slice(&std::fs::read(data("messy/truth.json")).unwrap()).unwrap();
    let count = |holds: &dyn Fn(&Value) -> bool| {
        truth
            .as_array()
            .unwrap()
            .iter()
            .filter(|customer| holds(customer))
            .count()
    };
    let last = |customer: &Value| customer["last_purchase"].as_str().map(str::to_owned);
    let file = data("messy/01_es_windows1252_semicolon.csv");
    let of_file = |text: &str| {
        json(&segment(&file, text, &["--json", "--as-of", "2025-12-31"]))["count"].clone()
    };
    assert_eq!(
        of_file("todos"),
        39,
        "this file leaves one of the forty out"
    );
    let cases: [Case<'_, Value>; 3] = [
        ("ciudad = avila", &|customer| customer["city"] == "Ávila"),
        ("total > 10000", &|customer| {
            customer["total_cents"].as_i64().unwrap_or(0) > 1_000_000
        }),
        ("última compra entre 2025-01-01 y 2025-12-31", &|customer| {
            last(customer).is_some_and(|day| day.starts_with("2025"))
        }),
    ];
    for (text, holds) in cases {
        assert!(count(holds) > 0, "{text}");
        assert_eq!(of_file(text), count(holds), "{text}");
    }
}

/// What the invoices of Online Retail say of one customer, counted here by other code.
#[derive(Default)]
struct Buyer {
    country: String,
    orders: u32,
    cents: i64,
    last: String,
}

#[test]
#[allow(clippy::disallowed_methods)] // Where the data lie is a setting of the test run.
fn online_retail_is_counted_as_a_plain_loop_counts_it() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var("TENDERO_SHARED_DATA").map_or(beside, PathBuf::from);
    let file = folder.join("online_retail/online_retail_invoices.csv");
    let Ok(content) = std::fs::read_to_string(&file) else {
        println!("skipped: no {}", file.display());
        return;
    };
    let mut buyers: BTreeMap<&str, Buyer> = BTreeMap::new();
    for line in content.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let buyer = buyers.entry(cells[0]).or_default();
        if buyer.country.is_empty() {
            buyer.country = cells[3].to_owned();
        }
        buyer.orders += 1;
        buyer.cents += (cells[5].parse::<f64>().unwrap() * 100.0).round() as i64;
        buyer.last = buyer.last.clone().max(cells[2].to_owned());
    }
    assert_eq!(buyers.len(), 4338);
    // The ninetieth day before 2011-12-10.
    let recent = "2011-09-11";
    let cases: [Case<'_, Buyer>; 5] = [
        ("orders >= 10", &|b| b.orders >= 10),
        ("total > 1234.56", &|b| b.cents > 123_456),
        ("last purchase within 90 days", &|b| {
            b.last.as_str() >= recent
        }),
        (
            "country in (France, Germany) and not (orders < 3 or last purchase more than 90 days ago)",
            &|b| {
                ["France", "Germany"].contains(&b.country.as_str())
                    && b.orders >= 3
                    && b.last.as_str() >= recent
            },
        ),
        (
            "última compra entre 2011-01-01 y 2011-03-31 o total > 50000",
            &|b| ("2011-01-01"..="2011-03-31").contains(&b.last.as_str()) || b.cents > 5_000_000,
        ),
    ];
    for (text, holds) in cases {
        let expected: Vec<&str> = buyers
            .iter()
            .filter(|(_, buyer)| holds(buyer))
            .map(|(id, _)| *id)
            .collect();
        let report = json(&segment(&file, text, &["--json", "--as-of", "2011-12-10"]));
        assert!(!expected.is_empty(), "{text}");
        assert_eq!(report["count"], expected.len(), "{text}");
        let members = report["members"].as_array().unwrap().iter();
        let mut keys: Vec<&str> = members
            .map(|member| member["key"].as_str().unwrap())
            .collect();
        keys.sort_unstable();
        assert_eq!(keys, expected, "{text}");
    }
}
