//! `tendero analyse` as a script sees it: output, errors and exit codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{data, fed, json, tendero, text};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

/// Analyses a file; the options are separated by blanks.
fn analyse(file: PathBuf, options: &str) -> Output {
    tendero()
        .arg("analyse")
        .arg(file)
        .args(options.split_whitespace())
        .output()
        .unwrap()
}

/// Analyses what comes in by standard input.
fn analyse_text(text: &str, options: &str) -> Output {
    let mut command = tendero();
    fed(
        command
            .args(["analyse", "-"])
            .args(options.split_whitespace()),
        text,
    )
}

#[track_caller]
fn near(value: &Value, expect: f64, relative: f64) {
    let value = value.as_f64().unwrap();
    assert!(
        (value / expect - 1.0).abs() <= relative,
        "{value} for {expect}"
    );
}

const CDNOW: &str = "--columns customer=2,date=3,amount=5 --frequency days --json";

#[test]
fn cdnow_is_fitted_scored_and_back_tested_as_published() {
    let file = data("cdnow/CDNOW_sample.txt");
    let options = format!("--as-of 1998-06-30 --calibration-end 1997-09-30 {CDNOW}");
    let report = json(&analyse(file, &options));
    assert_eq!(report["file"]["rows"], 6919);
    assert_eq!(report["file"]["delimiter"], " ");
    assert_eq!(report["totals"]["buyers"], 2357);
    let test = &report["back_test"];
    near(&test["bg_nbd"]["r"], 0.242_594_535, 1e-6);
    near(&test["bg_nbd"]["alpha"], 4.413_602_56, 1e-6);
    near(&test["bg_nbd"]["a"], 0.792_922_089, 1e-6);
    near(&test["bg_nbd"]["b"], 2.425_907_283, 1e-6);
    near(&test["bg_nbd"]["log_likelihood"], -9_582.429_207, 1e-9);
    near(&test["gamma_gamma"]["log_likelihood"], -4_055.917_7, 1e-7);
    assert_eq!(test["actual"], 1882);
    near(&test["expected"], 1_653.408_7, 1e-5);
    assert_eq!(
        (&test["periods"], &test["plainly_wrong"]),
        (&39.0.into(), &false.into())
    );
    let first = &report["customers"][0];
    assert_eq!(first["customer"], "0001");
    assert_eq!(
        [
            &first["recency_days"],
            &first["frequency"],
            &first["monetary"]
        ],
        [&Value::from(200), &Value::from(4), &Value::from(100.5)]
    );
    assert_eq!(
        [&first["r_score"], &first["f_score"], &first["m_score"]],
        [&Value::from(4); 3]
    );
    assert_eq!(first["rfm"], "444");
    assert_eq!(first["group"], "Potential Loyalist");
    assert_eq!(
        (&first["back_test"]["x"], &first["back_test"]["actual"]),
        (&2.into(), &1.into())
    );
    near(&first["back_test"]["p_alive"], 0.726_620_323_8, 1e-5);
    near(&first["back_test"]["expected"], 1.225_994_470_8, 1e-4);
    assert_eq!(report["rfm"]["cells"]["111"], 177);
    let cohort = &report["cohorts"][2];
    assert_eq!(
        (&cohort["cohort"], &cohort["customers"][1]),
        (&"1997-03".into(), &87.into())
    );
    assert_eq!(cohort["customers"][16], Value::Null);
    near(&cohort["revenue"][0], 32_812.09, 1e-12);
}

#[test]
fn what_comes_after_the_day_is_left_out_and_told() {
    let file = data("cdnow/CDNOW_sample.txt");
    let report = json(&analyse(file, &format!("--as-of 1997-09-30 {CDNOW}")));
    near(&report["models"]["bg_nbd"]["b"], 2.425_907_283, 1e-6);
    near(&report["customers"][0]["lifetime_value"], 36.28, 1e-3);
    near(&report["customers"][5]["lifetime_value"], 283.52, 1e-3);
    let later = report["totals"]["later_rows"].as_u64().unwrap();
    let notes = report["notes"].to_string();
    assert!(later > 1_000 && notes.contains(&format!("{later} rows are later than 1997-09-30")));
    assert!(notes.contains("this model takes every one of them for alive"));
}

#[test]
fn the_page_to_read_begins_with_what_to_know() {
    let file = data("cdnow/CDNOW_sample.txt");
    let options = "--as-of 1998-06-30 --columns customer=2,date=3,amount=5";
    let page = text(&analyse(file, options).stdout);
    let titles = [
        "2357 customers as of 1998-06-30",
        "Due to order",
        "Groups by",
        "Life cycle",
        "Back-test",
        "Models",
        "Cohorts",
        "Customers worth most",
    ];
    let places: Vec<usize> = titles.map(|title| page.find(title).unwrap()).into();
    assert!(places.is_sorted(), "{page}");
}

/// Two customers, an order of two lines with a discount, a refund, a gift, a purchase too late, two rows that say nothing.
const SHOP: &str = "\
Cliente;Fecha;Pedido;Artículo;Importe
Ana;03/01/2026;1;pan;1.200,50
Ana;03/01/2026;1;descuento;-200,50
Luis;25/01/2026;2;pan;3,00
Luis;31/01/2026;3;pan;-3,00
Luis;31/01/2026;4;leche;0,00
Ana;ayer;5;pan;1,00
Ana;04/01/2026;6;pan;muchos
;04/01/2026;7;pan;1,00
Ana;02/02/2026;8;leche;1,00
Eva;28/01/2026;9;leche;-5,00
";

const SHOP_OPTIONS: &str = "--as-of 2026-01-31 --columns customer=Cliente,date=Fecha,order=Pedido,product=artículo,amount=Importe";

#[test]
fn refunds_gifts_late_and_unreadable_rows_are_each_told() {
    let report = json(&analyse_text(SHOP, &format!("{SHOP_OPTIONS} --json")));
    let refused = report["file"]["rows_refused"].as_array().unwrap();
    let refused: Vec<(u64, &str)> = refused
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["why"].as_str().unwrap()))
        .collect();
    let expect = [
        (7, "\"ayer\" is no day"),
        (8, "\"muchos\" is no amount"),
        (9, "it names no customer"),
    ];
    assert_eq!(refused, expect);
    let totals = &report["totals"];
    for (key, expect) in [
        ("customers", 3),
        ("buyers", 2),
        ("orders", 3),
        ("refunds", 2),
        ("zero_orders", 1),
        ("later_rows", 1),
    ] {
        assert_eq!(totals[key], expect, "{key}");
    }
    assert_eq!(
        (&totals["revenue"], &totals["refunded"]),
        (&1003.0.into(), &(-8.0).into())
    );
    let [ana, eva, luis] = report["customers"].as_array().unwrap().as_slice() else {
        panic!("three customers");
    };
    assert_eq!(
        (&ana["monetary"], &ana["frequency"]),
        (&1000.0.into(), &1.into())
    );
    assert_eq!(
        (&eva["life_cycle"], &eva["group"]),
        (&"prospect".into(), &Value::Null)
    );
    assert_eq!(
        (&luis["frequency"], &luis["refunded"]),
        (&2.into(), &(-3.0).into())
    );
    assert_eq!(
        report["models"]["bg_nbd"]["refused"],
        "2 customers, 1 of whom came again: at least 50 and 20 are needed"
    );
    assert_eq!(luis["p_alive"], Value::Null);
}

#[test]
fn products_of_one_order_make_rules() {
    let text = "who,day,ticket,what,price\n\
        A,2026-01-01,1,bread,1\nA,2026-01-01,1,milk,1\n\
        B,2026-01-01,1,bread,1\nB,2026-01-02,2,bread,1\nB,2026-01-02,2,milk,1\nC,2026-01-03,3,tea,1\n";
    let columns = "--columns customer=who,date=day,order=ticket,product=what,amount=price";
    let options = format!("--as-of 2026-01-31 {columns} --rules .25,.6 --json");
    let report = json(&analyse_text(text, &options));
    let rules: Vec<(&str, &str, u64, u64, u64)> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let number = |key: &str| rule[key].as_u64().unwrap();
            (
                rule["antecedent"][0].as_str().unwrap(),
                rule["consequent"].as_str().unwrap(),
                number("count"),
                number("count_antecedent"),
                number("baskets"),
            )
        })
        .collect();
    // The ticket 1 of A is not the ticket 1 of B.
    assert_eq!(
        rules,
        [("bread", "milk", 2, 3, 4), ("milk", "bread", 2, 2, 4)]
    );
}

#[test]
fn who_should_have_ordered_by_now_is_named_with_what_is_at_stake() {
    let mut text = "who,day,what,price\n".to_owned();
    for day in ["01", "08", "15", "22"] {
        text += &format!("weekly,2026-01-{day},bread,10.00\nweekly,2026-01-{day},milk,1.00\n");
    }
    text += "weekly,2026-01-29,milk,1.00\nnew,2026-01-30,milk,1.00\n";
    let options =
        "--as-of 2026-02-10 --json --columns customer=who,date=day,product=what,amount=price";
    let report = json(&analyse_text(&text, options));
    let due = &report["customers"][1]["due"];
    assert_eq!(
        (&due["expected"], &due["state"]),
        (&"2026-02-05".into(), &"due".into())
    );
    assert_eq!(
        (&due["gap_days"], &due["own_rhythm"]),
        (&7.into(), &true.into())
    );
    let [bread, milk] = report["due_products"].as_array().unwrap().as_slice() else {
        panic!("{}", report["due_products"]);
    };
    assert_eq!(
        (&bread["product"], &bread["at_stake"]),
        (&"bread".into(), &20.0.into())
    );
    assert_eq!(
        (&milk["customer"], &milk["at_stake"]),
        (&"weekly".into(), &1.0.into())
    );
}

#[test]
fn currencies_are_never_added() {
    let text =
        "who,day,price,currency\nA,2026-01-01,5,EUR\nA,2026-01-02,7,eur\nB,2026-01-02,900,JPY\n";
    let options =
        "--as-of 2026-01-31 --columns customer=who,date=day,amount=price,currency=currency --json";
    let refused = analyse_text(text, options);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text_of_problem(&refused).contains("choose one with --currency: EUR: 2 rows, JPY: 1 rows")
    );
    let report = json(&analyse_text(text, &format!("{options} --currency EUR")));
    assert_eq!(
        (&report["totals"]["revenue"], &report["currency"]),
        (&12.0.into(), &"EUR".into())
    );
    assert!(
        report["notes"]
            .to_string()
            .contains("1 rows are in another currency")
    );
}

#[test]
fn signs_beside_the_amounts_are_currencies_too() {
    let text =
        "who,day,price\nA,2026-01-01,€5\nA,2026-01-02,7 €\nB,2026-01-02,$9\nB,2026-01-03,1\n";
    let options = "--as-of 2026-01-31 --json --columns customer=who,date=day,amount=price";
    let refused = analyse_text(text, options);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text_of_problem(&refused).contains("$: 1 rows, €: 2 rows"));
    let report = json(&analyse_text(text, &format!("{options} --currency €")));
    assert_eq!(report["totals"]["revenue"], 12.0);
    // Asked for one, a row that names none is left out, and told.
    assert!(
        report["notes"]
            .to_string()
            .contains("2 rows are in another currency")
    );
    let none = analyse_text(text, &format!("{options} --currency GBP"));
    assert!(text_of_problem(&none).contains("nothing is in GBP"));
    let one = json(&analyse_text(&text.replace('$', "€"), options));
    assert_eq!(one["totals"]["revenue"], 22.0);
}

#[test]
fn a_guess_between_two_ways_to_read_is_told_and_can_be_said() {
    let text = "who;day;price\nA;01/02/2026;1.234\nA;03/04/2026;2.000\n";
    let options = "--as-of 2026-12-31 --json --columns customer=who,date=day,amount=price";
    let guessed = json(&analyse_text(text, options));
    let notes = guessed["notes"].to_string();
    assert!(
        notes.contains("day-month-year is a guess") && notes.contains("as decimal sign is a guess"),
        "{notes}"
    );
    assert_eq!(guessed["customers"][0]["recency_days"], 272);
    let said = json(&analyse_text(
        text,
        &format!("{options} --day-order month-day-year --decimal point"),
    ));
    assert!(!said["notes"].to_string().contains("guess"));
    assert_eq!(said["customers"][0]["recency_days"], 302);
    assert_eq!(said["totals"]["revenue"], 3.23);
}

fn text_of_problem(output: &Output) -> String {
    let errors = text(&output.stderr);
    let problem = json(output)["problem"].as_str().unwrap().to_owned();
    assert!(errors.contains(&problem), "{errors}");
    problem
}

#[test]
fn wrong_columns_are_told_with_those_there_are() {
    for (columns, expect) in [
        (
            "customer=Kunde",
            "there is no column \"Kunde\"; the file has \"Cliente\", \"Fecha\", \"Pedido\", \"Artículo\", \"Importe\"",
        ),
        ("customer=9", "there is no column \"9\""),
        ("client=1", "\"client=1\" is not understood"),
        ("customer", "\"customer\" is not understood"),
    ] {
        let options = format!("--as-of 2026-01-31 --json --columns {columns}");
        let output = analyse_text(SHOP, &options);
        assert_eq!(output.status.code(), Some(2), "{columns}");
        assert!(text_of_problem(&output).contains(expect), "{columns}");
    }
    let output = analyse_text("a,b\n1,2\n3,4\n", "--as-of 2026-01-31");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--columns"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn an_amount_may_be_a_quantity_times_a_price() {
    let report = json(&analyse_text(
        "who,day,pieces,price\nA,2026-01-05,6,2.55\nA,2026-01-05,-2,0.33\n",
        "--as-of 2026-01-31 --json --columns customer=who,date=day,amount=pieces*price",
    ));
    let customer = &report["customers"][0];
    assert_eq!(
        (&customer["monetary"], &customer["refunded"]),
        (&15.3.into(), &(-0.66).into())
    );
}

#[test]
fn columns_with_plain_names_need_no_telling() {
    let report = json(&analyse_text(
        "customer_id,order_date,revenue\nB,2026-01-05,5.50\nA,2026-01-01,1\n",
        "--as-of 2026-01-31 --json",
    ));
    let columns = &report["file"]["columns"];
    assert_eq!(columns["customer"], "customer_id");
    assert_eq!(
        (&columns["date"], &columns["amount"]),
        (&"order_date".into(), &"revenue".into())
    );
    assert_eq!(report["customers"][1]["monetary"], 5.5);
}

#[test]
fn wrong_usage_and_files_have_their_exit_codes() {
    for (options, code) in [
        ("--as-of 31/01/2026", 2),
        ("--as-of 2026-01-31 --calibration-end 2026-01-31", 2),
        ("--as-of 2026-01-31 --rules 1", 2),
        ("--as-of 2026-01-31 --rules .1,.5", 2),
        ("", 2),
    ] {
        assert_eq!(
            analyse_text(SHOP, options).status.code(),
            Some(code),
            "{options}"
        );
    }
    let missing = analyse(data("no_such_file.csv"), "--as-of 2026-01-31");
    assert_eq!(missing.status.code(), Some(1));
    let none = analyse_text(
        "customer,date,amount\nA,x,1\n",
        "--as-of 2026-01-31 --columns customer=1,date=2,amount=3",
    );
    assert_eq!(none.status.code(), Some(1));
    assert!(
        text(&none.stderr).contains("no row is a purchase; line 2: \"x\" is no day"),
        "{}",
        text(&none.stderr)
    );
}
