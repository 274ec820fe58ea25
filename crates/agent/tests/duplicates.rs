//! `tendero duplicates` as a script sees it: output, errors and exit codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{data, fed, tendero};
use serde_json::{Value, json};
use std::process::Output;

/// Sends a table through standard input.
fn duplicates(table: &str, arguments: &[&str]) -> Output {
    fed(tendero().args(["duplicates", "-"]).args(arguments), table)
}

/// Sixty customers, then the first two again: one as a nickname with the telephone written otherwise, one with a slip.
fn table() -> String {
    let given = [
        "Francisco",
        "Iker",
        "Ainhoa",
        "Mateo",
        "Lucía",
        "Hugo",
        "Valeria",
        "Bruno",
        "Noelia",
        "Óscar",
    ];
    let surnames = [
        "Belmonte", "Arriaga", "Quintana", "Ibáñez", "Villalba", "Zamora", "Palacios",
    ];
    let mut table = "id;Nombre;Apellidos;Teléfono;Población\n".to_owned();
    for at in 0..60 {
        let (given, surname) = (given[at % 10], surnames[at * 3 % 7]);
        let phone = 600_000_000 + at * 7_654_321 % 100_000_000;
        table += &format!("{at};{given};{surname};{phone};Madrid\n");
    }
    table += "\n60;Paco;BELMONTE;+34 600 00 00 00;\n61;Iker;Ibañes;607654321;Madrid\n";
    table
}

#[test]
fn pairs_come_with_rows_lines_scores_and_reasons() {
    let output = duplicates(&table(), &["--json"]);
    assert!(output.status.success());
    let report = common::json(&output);
    assert_eq!(report["rows"], 62);
    let compared_as: Vec<&Value> = report["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["compared_as"])
        .collect();
    assert_eq!(
        json!(compared_as),
        json!([null, "givenName", "surname", "phone", "city"])
    );
    let pairs = report["pairs"].as_array().unwrap();
    let rows: Vec<&Value> = pairs.iter().map(|pair| &pair["rows"]).collect();
    assert_eq!(json!(rows), json!([[1, 61], [2, 62]]));
    // The blank line is no row, but it is a line.
    assert_eq!(pairs[0]["lines"], json!([2, 63]));
    assert!(pairs[0]["score"].as_f64().unwrap() > 0.9);
    let given = pairs[0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .find(|reason| reason["field"] == "givenName")
        .unwrap();
    assert_eq!(given["agreement"], "otherwise");
    assert!(
        given["text"]
            .as_str()
            .unwrap()
            .starts_with("given name is the same written otherwise (+")
    );
}

#[test]
fn people_read_the_same_in_words() {
    let output = duplicates(&table(), &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("      1      61"), "{text}");
    assert!(text.contains("telephone is equal (+"), "{text}");
    assert!(
        text.ends_with("\n2 pairs among 62 rows, 1891 compared\n"),
        "{text}"
    );
}

#[test]
fn a_large_list_is_read_from_a_file() {
    let output = tendero()
        .arg("duplicates")
        .arg(data("febrl/dataset1.csv"))
        .args(["--json", "--certain"])
        .output()
        .unwrap();
    let report = common::json(&output);
    assert_eq!(report["rows"], 1_000);
    let pairs = report["pairs"].as_array().unwrap();
    assert!(pairs.len() > 300);
    assert!(pairs.iter().all(|pair| pair["is_certain"] == true));
}

#[test]
fn of_two_lists_each_row_is_counted_in_its_own() {
    // The same invented people in the layouts of two programs.
    let files = [
        "vendors/google_contacts_2024.csv",
        "vendors/outlook_com.csv",
    ]
    .map(data);
    let output = tendero()
        .arg("duplicates")
        .args(files)
        .arg("--json")
        .output()
        .unwrap();
    let report = common::json(&output);
    assert_eq!(report["rows"], report["other_rows"]);
    let pairs = report["pairs"].as_array().unwrap();
    assert!(!pairs.is_empty());
    for pair in pairs {
        assert_eq!(pair["rows"][0], pair["rows"][1]);
    }
}

#[test]
fn a_file_that_cannot_be_used_is_told_in_both_ways() {
    for (name, code) in [
        ("messy/20_empty.csv", "empty"),
        ("messy/no_such_file.csv", "unreadable"),
    ] {
        let output = tendero()
            .arg("duplicates")
            .arg(data(name))
            .arg("--json")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(common::json(&output)["problem"]["code"], code);
        assert!(!output.stderr.is_empty());
    }
}
