//! CSV of Thunderbird's address books, with the traps of its own import tests, against what Thunderbird reads in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{address_book, customers, field, guesses, inspected};
use tendero_domain::Field;

/// Name, mail and telephone of every customer.
#[track_caller]
fn check(file: &str, expect: &[[&str; 3]]) {
    let Some(bytes) = address_book(file) else {
        return;
    };
    let found = customers(&bytes);
    let found: Vec<[&str; 3]> = found
        .iter()
        .map(|c| [Field::Name, Field::Email, Field::Phone].map(|f| field(c, f)))
        .collect();
    let seen = inspected(&bytes).unwrap();
    assert_eq!(
        found,
        expect,
        "{file} {:?} {:?}",
        seen.format,
        guesses(&seen)
    );
}

#[test]
fn thunderbirds_own_cases() {
    check(
        "thunderbird-import/basic_addressbook.csv",
        &[["John Doe", "johndoe@host.invalid", ""]],
    );
    let does = [
        ["John Doe", "john@doe.invalid", ""],
        ["Jane Doe", "jane@doe.invalid", ""],
    ];
    check("thunderbird-import/basic_csv_addressbook.csv", &does);
    check("thunderbird-import/csv_semicolon.csv", &does);
    check("thunderbird-import/csv_no_header.csv", &does);
    check(
        "thunderbird-import/utf16_addressbook.csv",
        &[["John Doe", "johndoe@host.invalid", ""]],
    );
    check(
        "thunderbird-import/quote.csv",
        &[["Acer America", "", "(800) 000-0000"]],
    );
}

#[test]
fn a_file_in_shift_jis() {
    check(
        "thunderbird-import/shiftjis_addressbook.csv",
        &[["名無しの権兵衛", "名無しの権兵衛@host.invalid", ""]],
    );
}

#[test]
fn its_exports() {
    let two = [
        ["contact number one", "contact1@invalid", ""],
        ["contact number two", "contact2@invalid", ""],
    ];
    check("thunderbird-export/export.csv", &two);
    check("thunderbird-export/export.txt", &two);
}
