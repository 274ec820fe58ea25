//! What goes out as CSV comes in again as it was, and no spreadsheet runs a cell of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{customers, guesses, inspected};
use tendero_domain::{DecimalSign, Field, ImportColumn};
use tendero_interchange::{CustomersCsv, ImportedCustomer};

const SPANISH: [(ImportColumn, &str); 17] = [
    (ImportColumn::Field(Field::ExternalKey), "Código cliente"),
    (ImportColumn::Field(Field::Name), "Empresa"),
    (ImportColumn::Field(Field::Person), "Contacto"),
    (ImportColumn::Field(Field::LegalName), "Razón social"),
    (ImportColumn::Field(Field::TaxId), "NIF"),
    (ImportColumn::Field(Field::Phone), "Teléfono"),
    (ImportColumn::Field(Field::Email), "Correo electrónico"),
    (ImportColumn::Field(Field::Street), "Dirección"),
    (ImportColumn::Field(Field::PostalCode), "Código postal"),
    (ImportColumn::Field(Field::City), "Población"),
    (ImportColumn::Field(Field::Country), "País"),
    (ImportColumn::Field(Field::About), "Descripción"),
    (ImportColumn::Tags, "Etiquetas"),
    (ImportColumn::Note, "Notas"),
    (ImportColumn::BeforeCount, "Pedidos"),
    (ImportColumn::BeforeTotal, "Total gastado"),
    (ImportColumn::BeforeLast, "Última compra"),
];

/// As many customers as wanted, read from a file with everything that spreadsheets and separators make of text.
fn sample(count: usize) -> Vec<ImportedCustomer> {
    let odd = [
        "=1+1",
        "+34 600",
        "-5",
        "@SUM(A1)",
        "'=quoted",
        "''x",
        "a;b,c\td",
        "say \"\"hi\"\"",
        "two\nlines",
        "=HYPERLINK(\"\"http://evil.example\"\")",
        "＝1+1",
        "Núñez",
        "plain",
    ];
    let mut csv: String = SPANISH.map(|(_, name)| name).join(";");
    for n in 0..count {
        let text = odd[n % odd.len()];
        let other = odd[n / odd.len() % odd.len()];
        csv.push_str(&format!(
            "\nK{n};\"{text}\";\"{other}\";SL {n};B{n};+34 600 {n:06};u{n}@example.com;\"{other}\";0{:04};León;España;\"{text}\";vip|norte;\"{text} {other}\";{};\"{},{:02}\";{:02}/0{}/2025",
            n % 10_000, n % 9 + 1, n, n % 100, n % 28 + 1, n % 9 + 1
        ));
    }
    customers(csv.as_bytes())
}

#[track_caller]
fn comes_back(delimiter: char, decimal: DecimalSign) {
    let before = sample(10_000);
    assert_eq!(before.len(), 10_000);
    let mut file = CustomersCsv::new(&SPANISH, delimiter, decimal);
    let mut csv = String::new();
    for customer in &before {
        file.push(customer);
        csv.push_str(&file.take());
    }
    let seen = inspected(csv.as_bytes()).unwrap();
    assert_eq!(seen.format.delimiter(), delimiter);
    let wanted = SPANISH.map(|(column, _)| column.key().to_owned());
    assert_eq!(guesses(&seen), wanted);
    let after = customers(csv.as_bytes());
    assert_eq!(after.len(), before.len());
    for (after, before) in after.iter().zip(&before) {
        assert_eq!(after, before);
    }
    // As a spreadsheet splits it, by another reader than ours.
    let mut peer = csv::ReaderBuilder::new();
    let peer = peer.delimiter(delimiter as u8).from_reader(csv.as_bytes());
    for record in peer.into_records() {
        for cell in &record.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '＝', '\t', '\r']),
                "{cell}"
            );
        }
    }
}

#[test]
fn ten_thousand_customers_come_back_from_a_spanish_file() {
    comes_back(';', DecimalSign::Comma);
}

#[test]
fn ten_thousand_customers_come_back_from_an_english_file() {
    comes_back(',', DecimalSign::Point);
}
