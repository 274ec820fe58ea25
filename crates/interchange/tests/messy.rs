//! Twenty files with one trap each, against what they mean (`tests/data/messy`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{customers, data, field, guesses, inspected, outcomes, raw_rows};
use serde_json::Value;
use tendero_domain::{DayOrder, DecimalSign, Field, FileProblem, RowProblem};
use tendero_interchange::{CustomerKey, ImportedCustomer, ImportedRow, Refused};

fn truth() -> Vec<Value> {
    serde_json::from_slice(&data("messy/truth.json")).unwrap()
}

fn file(name: &str) -> Vec<u8> {
    data(&format!("messy/{name}"))
}

/// What does not survive in a file by its nature.
#[derive(Default)]
struct Lost {
    phone: bool,
    leading_zero: bool,
}

#[track_caller]
fn same(customer: &ImportedCustomer, truth: &Value, lost: &Lost) {
    let text = |key: &str| truth[key].as_str().unwrap_or("");
    let id = text("external_id");
    assert_eq!(customer.key, CustomerKey::External(id.to_owned()));
    let person = format!("{} {}", text("first_name"), text("last_name"));
    if text("company").is_empty() {
        assert_eq!(field(customer, Field::Name), person, "{id}");
        assert_eq!(field(customer, Field::Person), "", "{id}");
    } else {
        assert_eq!(field(customer, Field::Name), text("company"), "{id}");
        assert_eq!(field(customer, Field::Person), person, "{id}");
    }
    assert_eq!(field(customer, Field::Email), text("email"), "{id}");
    assert_eq!(field(customer, Field::City), text("city"), "{id}");
    let postal_code = text("postal_code");
    if lost.leading_zero {
        let bare = postal_code.trim_start_matches('0');
        assert_eq!(field(customer, Field::PostalCode), bare, "{id}");
    } else {
        assert_eq!(field(customer, Field::PostalCode), postal_code, "{id}");
    }
    let digits: String = field(customer, Field::Phone)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let national = &text("phone_e164")[3..];
    assert!(lost.phone || digits.ends_with(national), "{id} {digits}");
    assert_eq!(
        customer.note.as_deref().unwrap_or(""),
        text("notes"),
        "{id}"
    );
    let before = customer.before.unwrap_or_default();
    assert_eq!(
        Some(before.total_minor),
        truth["total_cents"].as_i64(),
        "{id}"
    );
    let last = before.last.map(|day| day.to_string());
    assert_eq!(last.as_deref(), truth["last_purchase"].as_str(), "{id}");
}

/// All customers of the file are those of the truth, in order, without those left out.
#[track_caller]
fn all_same(name: &str, charset: &str, delimiter: char, days: DayOrder, decimal: DecimalSign) {
    let bytes = file(name);
    let inspection = inspected(&bytes).unwrap();
    assert_eq!(inspection.format.charset_name(), charset);
    assert_eq!(inspection.format.delimiter(), delimiter);
    assert_eq!(inspection.plan.day_order, days);
    assert_eq!(inspection.plan.decimal, decimal);
    assert!(inspection.plan.has_header);
    assert_eq!(
        guesses(&inspection).join(" "),
        "externalKey givenName familyName name email phone city postalCode - beforeLast beforeTotal - note"
    );
    let manifest: Value = serde_json::from_slice(&file("manifest.json")).unwrap();
    let entry = &manifest["files"][name];
    assert_eq!(Some(inspection.estimated_rows), entry["rows"].as_u64());
    let wanted = |row: &&Value| match entry["truth_ids"].as_array() {
        Some(ids) => ids.contains(&row["external_id"]),
        None => true,
    };
    let truth = truth();
    let truth: Vec<&Value> = truth.iter().filter(wanted).collect();
    let customers = customers(&bytes);
    assert_eq!(customers.len(), truth.len());
    for (customer, truth) in customers.iter().zip(truth) {
        same(customer, truth, &Lost::default());
    }
}

const DMY: DayOrder = DayOrder::DayMonthYear;
const COMMA: DecimalSign = DecimalSign::Comma;
const POINT: DecimalSign = DecimalSign::Point;

#[test]
fn f01_windows_1252_with_semicolons() {
    all_same(
        "01_es_windows1252_semicolon.csv",
        "windows-1252",
        ';',
        DMY,
        COMMA,
    );
}

#[test]
fn f02_byte_order_mark_and_quoted_line_ends() {
    all_same(
        "02_es_utf8_bom_semicolon_multiline.csv",
        "UTF-8",
        ';',
        DMY,
        COMMA,
    );
}

#[test]
fn f03_english_with_thousands_in_quotes() {
    let ymd = DayOrder::YearMonthDay;
    all_same("03_en_utf8_comma_lf.csv", "UTF-8", ',', ymd, POINT);
}

#[test]
fn f04_unicode_text_of_a_spreadsheet() {
    all_same("04_es_utf16le_bom_tab.txt", "UTF-16LE", '\t', DMY, COMMA);
}

#[test]
fn f05_utf16_high_byte_first() {
    all_same(
        "05_es_utf16be_bom_semicolon.csv",
        "UTF-16BE",
        ';',
        DMY,
        COMMA,
    );
}

#[test]
fn f06_a_line_that_names_the_delimiter() {
    all_same("06_sep_line.csv", "UTF-8", ';', DMY, COMMA);
}

#[test]
fn f07_month_first() {
    let mdy = DayOrder::MonthDayYear;
    all_same("07_us_dates.csv", "UTF-8", ',', mdy, POINT);
}

#[test]
fn f08_carriage_returns_only() {
    all_same("08_cr_only.csv", "UTF-8", ';', DMY, COMMA);
}

#[test]
fn f09_decomposed_accents() {
    all_same("09_nfd_accents.csv", "UTF-8", ';', DMY, COMMA);
}

#[test]
fn f10_all_quoted_with_a_delimiter_too_many() {
    all_same("10_all_quoted_trailing_delim.csv", "UTF-8", ';', DMY, COMMA);
}

#[test]
fn f11_ragged_rows_are_told_with_their_line_and_nothing_is_lost() {
    let bytes = file("11_ragged_blank_total_row.csv");
    let (inspection, outcomes) = outcomes(&bytes).unwrap();
    assert_eq!(inspection.names.len(), 13);
    let count = |wanted: &dyn Fn(&Result<ImportedRow, RowProblem>) -> bool| {
        outcomes.iter().filter(|(_, row)| wanted(row)).count()
    };
    assert_eq!(count(&|row| *row == Ok(ImportedRow::Blank)), 2);
    assert_eq!(count(&|row| *row == Err(RowProblem::Ragged)), 1);
    let (line, _) = outcomes
        .iter()
        .find(|(_, row)| *row == Err(RowProblem::NoCustomer))
        .unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let total = text.lines().position(|l| l.starts_with("Total;")).unwrap();
    assert_eq!(*line, total as u64 + 1);
    // Every other row is a customer, the short one too: 40 of the truth without the one that is too long.
    assert_eq!(
        count(&|row| matches!(row, Ok(ImportedRow::Customer(_)))),
        39
    );
    assert_eq!(outcomes.len(), 43);
}

#[test]
fn f12_formulas_are_text_and_come_back_as_they_were() {
    let bytes = file("12_formula_injection.csv");
    let customers = customers(&bytes);
    assert_eq!(customers.len(), 6);
    let notes: Vec<&str> = customers.iter().filter_map(|c| c.note.as_deref()).collect();
    assert!(notes.contains(&"=HYPERLINK(\"http://evil.example\",\"x\")"));
    assert!(notes.contains(&"@SUM(1+1)"));
    let inspection = inspected(&bytes).unwrap();
    let rows = raw_rows(&bytes, &inspection, 64).unwrap();
    let names: Vec<String> = inspection.names.iter().map(|n| n.name.clone()).collect();
    let mut refused = Refused::new(&names, "Reason", ',');
    for row in &rows {
        refused.push(row, "why");
    }
    let csv = refused.into_csv();
    assert!(
        !csv.contains(",=") && !csv.contains(",+") && !csv.contains(",@") && !csv.contains("\"=")
    );
    let again = inspected(csv.as_bytes()).unwrap();
    let again_rows = raw_rows(csv.as_bytes(), &again, 64).unwrap();
    for (before, after) in rows.iter().zip(&again_rows) {
        assert_eq!(before.cells[..], after.cells[..13]);
    }
    assert_eq!(guesses(&inspection)[..], guesses(&again)[..13]);
}

#[test]
fn f13_what_a_spreadsheet_mangled_is_mended_or_left_as_text() {
    let bytes = file("13_excel_mangled.csv");
    let customers = customers(&bytes);
    assert_eq!(customers.len(), 40);
    for (i, (customer, truth)) in customers.iter().zip(truth()).enumerate() {
        let lost = i % 3 == 0;
        let phone = field(customer, Field::Phone);
        assert_eq!(phone.contains("E+"), lost, "{phone}");
        same(
            customer,
            &truth,
            &Lost {
                phone: lost,
                leading_zero: true,
            },
        );
    }
}

#[test]
fn f14_of_two_columns_with_one_name_the_first_is_taken() {
    let bytes = file("14_duplicate_headers_full_name.csv");
    let inspection = inspected(&bytes).unwrap();
    assert_eq!(guesses(&inspection).join(" "), "name email - phone - -");
    for (customer, truth) in customers(&bytes).iter().zip(truth()) {
        let name = format!(
            "{} {}",
            truth["first_name"].as_str().unwrap(),
            truth["last_name"].as_str().unwrap()
        );
        assert_eq!(field(customer, Field::Name), name);
        assert_eq!(
            field(customer, Field::Email),
            truth["email"].as_str().unwrap()
        );
    }
}

#[test]
fn f15_several_values_in_a_cell() {
    let bytes = file("15_multi_value_cells.csv");
    let customers = customers(&bytes);
    assert_eq!(customers.len(), 10);
    for (i, (customer, truth)) in customers.iter().zip(truth()).enumerate() {
        assert_eq!(
            field(customer, Field::Email),
            truth["email"].as_str().unwrap()
        );
        let phone: String = field(customer, Field::Phone)
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert!(phone.ends_with(&truth["phone_e164"].as_str().unwrap()[3..]));
        assert_eq!(
            customer.note,
            Some(format!("alt{i}@ejemplo.es\n91 123 45 6{i}"))
        );
        let tags: &[&str] = if i % 2 == 0 {
            &["Clientes"]
        } else {
            &["vip", "norte"]
        };
        assert_eq!(customer.tags, tags);
    }
}

#[test]
fn f16_lines_before_the_header() {
    let bytes = file("16_preamble_linkedin.csv");
    let (inspection, outcomes) = outcomes(&bytes).unwrap();
    assert_eq!(
        guesses(&inspection).join(" "),
        "givenName familyName - email name - -"
    );
    assert_eq!(outcomes.len(), 12);
    assert_eq!(outcomes[0].0, 5);
    assert_eq!(inspection.estimated_rows, 12);
}

#[test]
fn f17_stray_bytes_and_a_nul() {
    let bytes = file("17_mixed_encoding_nul.csv");
    assert_eq!(inspected(&bytes).unwrap().format.charset_name(), "UTF-8");
    let customers = customers(&bytes);
    assert_eq!(customers.len(), 6);
    let (bad, good) = customers.split_last().unwrap();
    for (customer, truth) in good.iter().zip(truth()) {
        same(customer, &truth, &Lost::default());
    }
    assert_eq!(bad.key, CustomerKey::External("C-BAD".to_owned()));
    assert_eq!(field(bad, Field::Name), "Nulbyte X");
}

#[test]
fn f18_a_quotation_mark_that_never_closes() {
    let bytes = file("18_unclosed_quote.csv");
    let problem = FileProblem::UnclosedQuote { line: 8 };
    assert_eq!(inspected(&bytes).err(), Some(problem));
    // Beyond the beginning of a long file it is the reader that tells.
    let inspection = inspected(&file("02_es_utf8_bom_semicolon_multiline.csv")).unwrap();
    assert_eq!(raw_rows(&bytes, &inspection, 100), Err(problem));
}

#[test]
fn f19_names_and_nothing_below() {
    let problem = inspected(&file("19_header_only.csv")).err();
    assert_eq!(problem, Some(FileProblem::HeaderOnly));
}

#[test]
fn f20_nothing() {
    assert_eq!(
        inspected(&file("20_empty.csv")).err(),
        Some(FileProblem::Empty)
    );
    for text in ["\u{feff}", " \r\n\r\n", "\0\0", ";;;\n;;;\n"] {
        assert_eq!(
            inspected(text.as_bytes()).err(),
            Some(FileProblem::Empty),
            "{text:?}"
        );
    }
}
