//! Telephone numbers against libphonenumber's answers (`tests/data/phones`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use tendero_interchange::Phone;

#[test]
fn numbers_become_what_libphonenumber_makes_of_them() {
    let bytes = common::data("phones/e164.csv");
    let mut wrong = Vec::new();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    for row in reader.records() {
        let row = row.unwrap();
        let ours = Phone::parse(&row[1], &row[0]);
        let expected = (!row[2].is_empty()).then(|| Phone {
            e164: row[2].to_owned(),
            extension: row[4].to_owned(),
            is_valid: &row[6] == "True",
        });
        if ours != expected {
            wrong.push(format!(
                "{} {}: {ours:?}, not {expected:?}",
                &row[0], &row[1]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "",
        "no",
        "+",
        "12",
        "3,46690E+10",
        "612345678 de Ana",
        &"9".repeat(40),
    ] {
        assert_eq!(Phone::parse(text, "ES"), None, "{text}");
    }
    assert_eq!(Phone::parse("612345678", "ZZ"), None);
    assert_eq!(
        Phone::parse("+34 612345678", "ZZ").unwrap().e164,
        "+34612345678"
    );
}
