//! `tendero inspect` as a script sees it: output, errors and exit codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{data, fed, json, tendero};
use serde_json::Value;
use std::process::Output;

fn inspect(name: &str) -> Output {
    let file = data(name);
    tendero()
        .arg("inspect")
        .arg(file)
        .arg("--json")
        .output()
        .unwrap()
}

#[test]
fn a_table_is_read_as_the_import_reads_it() {
    let output = inspect("messy/01_es_windows1252_semicolon.csv");
    assert!(output.status.success());
    let report = json(&output);
    assert_eq!(report["kind"], "table");
    assert_eq!(report["charset"], "windows-1252");
    assert_eq!(report["table"]["delimiter"], ";");
    assert_eq!(report["table"]["day_order"], "day-month-year");
    assert_eq!(report["table"]["decimal"], "comma");
    assert_eq!(report["columns"][0]["reads_as"], "externalKey");
    assert_eq!(report["records"].as_array().unwrap().len(), 39);
    assert_eq!(report["counts"]["customers"], 39);
    let truth: Value =
        serde_json::from_slice(&std::fs::read(data("messy/truth.json")).unwrap()).unwrap();
    let (first, truth) = (&report["records"][0]["customer"], &truth[0]);
    assert_eq!(first["externalKey"], truth["external_id"]);
    assert_eq!(first["name"], truth["company"]);
    assert_eq!(first["phone_e164"], truth["phone_e164"]);
    assert_eq!(first["before"]["total_minor"], truth["total_cents"]);
    // What the import has no field for is shown, not swallowed.
    assert_eq!(
        report["records"][1]["left_out"]["Fecha de nacimiento"],
        "08/10/1962"
    );
}

#[test]
fn refused_rows_come_with_their_reason() {
    let report = json(&inspect("messy/11_ragged_blank_total_row.csv"));
    let refused = report["refused"].as_array().unwrap();
    assert!(!refused.is_empty());
    assert_eq!(report["counts"]["refused"], refused.len());
    for row in refused {
        assert!(row["line"].as_u64().unwrap() > 1);
        assert!(!row["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_file_that_cannot_be_used_is_told_in_both_ways() {
    for (name, code) in [
        ("messy/18_unclosed_quote.csv", "unclosedQuote"),
        ("messy/19_header_only.csv", "headerOnly"),
        ("messy/20_empty.csv", "empty"),
        ("messy/no_such_file.csv", "unreadable"),
    ] {
        let output = inspect(name);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert_eq!(json(&output)["problem"]["code"], code, "{name}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with("tendero: "), "{told}");
    }
}

#[test]
fn cards_are_read_from_standard_input_with_all_they_say() {
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Muñoz\r\nN:Muñoz;Ana;;;\r\nORG:Bar Pepe\r\n\
        TEL;TYPE=CELL:600 123 456\r\nTEL;TYPE=FAX:+44 20 7946 0018\r\nBDAY:--0412\r\nEND:VCARD\r\n";
    let report = json(&fed(tendero().args(["inspect", "-", "--json"]), card));
    assert_eq!(report["kind"], "vcard");
    let record = &report["records"][0];
    assert_eq!(record["customer"]["name"], "Bar Pepe");
    assert_eq!(record["customer"]["phone_e164"], "+34600123456");
    assert_eq!(record["contact"]["given_name"], "Ana");
    assert_eq!(record["contact"]["birthday"], "--04-12");
    assert_eq!(record["contact"]["phones"][1]["e164"], "+442079460018");
}

#[test]
fn the_text_form_names_columns_records_and_counts() {
    let output = tendero()
        .arg("inspect")
        .arg(data("messy/03_en_utf8_comma_lf.csv"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Phone → phone"), "{text}");
    assert!(text.contains("phone: +34669006026"), "{text}");
    assert!(
        text.contains("40 customers, 0 purchases, 0 blank rows, 0 refused"),
        "{text}"
    );
}

#[test]
fn wrong_usage_is_told_apart_from_a_wrong_file() {
    let output = tendero()
        .args(["inspect", "x.csv", "--country", "Spain"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let help = tendero().arg("--help").output().unwrap();
    assert!(help.status.success());
    let completions = tendero().args(["completions", "bash"]).output().unwrap();
    assert!(
        String::from_utf8(completions.stdout)
            .unwrap()
            .contains("inspect")
    );
}
