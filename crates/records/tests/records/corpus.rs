//! Documents that released versions wrote, which every later version has to open with the same values.
//!
//! Each release adds a pair of files: `customer-<version>.changes`, one change in hexadecimal per line, and
//! `customer-<version>.record`, what was read from them. Neither is ever rewritten.

use crate::common::*;
use std::path::{Path, PathBuf};
use tendero_domain::{Field, NewCustomer, PurchasesBefore};
use tendero_records::{Customer, CustomerEdit, first_change};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn from_hex(line: &str) -> Vec<u8> {
    (0..line.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&line[i..i + 2], 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An imported customer that two sellers went on with, with a conflict and things taken out.
fn changes() -> Vec<Vec<u8>> {
    let row = NewCustomer {
        id: ID,
        fields: vec![
            (Field::Name, "Bar Lola".into()),
            (Field::City, "Cádiz".into()),
            (Field::Phone, "+34 956 000 000".into()),
        ],
        tags: vec!["Hostelería".into()],
        entries: vec![visit(1, "Prefiere los martes")],
        orders: vec![order(1), order(2)],
        before: Some(PurchasesBefore {
            count: 12,
            total_minor: 123_456,
            last: Some(order(1).day),
        }),
    };
    let imported = first_change(&row, None).unwrap().0;
    let mut ana = opened(std::slice::from_ref(&imported));
    let mut ben = opened(std::slice::from_ref(&imported));
    let a = edit(
        &mut ana,
        &hand(ANA, 1, 1),
        &[
            CustomerEdit::Create,
            set(Field::Phone, "+34 956 111 111"),
            set(Field::Person, "Lola Núñez"),
            CustomerEdit::AddEntry(visit(2, "Pidió más manzanilla")),
            CustomerEdit::SetTag("VIP".into(), true),
        ],
    );
    let b1 = edit(
        &mut ben,
        &hand(BEN, 2, 2),
        &[
            set(Field::Phone, "+34 956 222 222"),
            set(Field::City, ""),
            CustomerEdit::SetTag("hosteleria".into(), false),
            CustomerEdit::SetOrderDeleted(order(2).id, true),
            CustomerEdit::SetDeleted(true),
        ],
    );
    let b2 = edit(
        &mut ben,
        &hand(BEN, 2, 3),
        &[
            CustomerEdit::SetDeleted(false),
            set(Field::About, "Cierra los lunes"),
        ],
    );
    vec![imported, a, b1, b2]
}

#[test]
fn documents_of_every_release_open_with_the_values_they_had() {
    let mut seen = 0;
    for file in std::fs::read_dir(corpus()).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "changes")
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let changes: Vec<_> = text.lines().map(from_hex).collect();
        let (customer, parked) = Customer::from_changes(ID, &changes).unwrap();
        assert_eq!(parked, []);
        let expected = std::fs::read_to_string(path.with_extension("record")).unwrap();
        assert_eq!(
            format!("{:#?}\n", customer.read()),
            expected,
            "{}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > 0);
}

/// The bytes this version writes are those of its corpus: what is stored did not change without a new release saying so.
#[test]
fn this_version_writes_the_bytes_of_its_corpus() {
    let path = corpus().join(concat!("customer-", env!("CARGO_PKG_VERSION"), ".changes"));
    let expected = std::fs::read_to_string(path).unwrap();
    let written: Vec<_> = changes().iter().map(|change| to_hex(change)).collect();
    assert_eq!(written.join("\n"), expected.trim_end());
}

#[test]
#[ignore = "writes the corpus of a new release"]
#[expect(clippy::disallowed_methods, reason = "it is what it is for")]
fn write_the_corpus_of_this_release() {
    let base = corpus().join(concat!("customer-", env!("CARGO_PKG_VERSION"), ".changes"));
    assert!(!base.exists(), "a corpus is never rewritten");
    let changes = changes();
    let lines: Vec<_> = changes.iter().map(|change| to_hex(change) + "\n").collect();
    std::fs::write(&base, lines.concat()).unwrap();
    std::fs::write(
        base.with_extension("record"),
        format!("{:#?}\n", opened(&changes).read()),
    )
    .unwrap();
}
