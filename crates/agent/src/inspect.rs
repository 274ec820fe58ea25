//! `tendero inspect`: what an import would read from a file.

use crate::failure::Failure;
use crate::input::Input;
use crate::words;
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;
use tendero_domain::{Field, ImportColumn, PurchasesBefore, RowProblem};
use tendero_interchange::{
    Contact, CustomerKey, ImportedCustomer, ImportedRow, Inspection, Phone, RawRow, RowReader,
};

/// Options of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectOptions {
    /// CSV in any shape, vCard or LDIF; - for standard input
    file: PathBuf,
    /// Print JSON, its shape is in docs/command-line.md
    #[arg(long)]
    json: bool,
    /// Country of telephone numbers written without one: two letters (ISO 3166)
    #[arg(long, value_name = "COUNTRY", default_value = "ES", value_parser = country)]
    country: String,
    /// Put purchases without a customer on one record of this name instead of refusing them
    #[arg(long, value_name = "NAME")]
    counter_sales: Option<String>,
    /// Put before the number of a customer that has no name in the file
    #[arg(long, value_name = "WORD", default_value = "Customer")]
    unnamed: String,
}

fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("two letters, such as ES or GB".to_owned())
    }
}

/// Looks at the file and prints it.
///
/// # Errors
/// [`Failure`]; with `--json` the problem also stands in the output, as `problem`.
pub(crate) fn run(options: &InspectOptions, out: &mut impl Write) -> Result<(), Failure> {
    let outcome = Input::open(&options.file);
    if options.json {
        print_json(options, outcome, out)
    } else {
        print_text(options, outcome?, out)
    }
}

/// How many rows were what.
#[derive(Debug, Default, Serialize)]
struct Counts {
    customers: u64,
    orders: u64,
    blank: u64,
    refused: u64,
}

impl Counts {
    fn add(&mut self, row: &Result<ImportedRow, RowProblem>) {
        let one = match row {
            Ok(ImportedRow::Customer(_)) => &mut self.customers,
            Ok(ImportedRow::Order(_)) => &mut self.orders,
            Ok(ImportedRow::Blank) => &mut self.blank,
            Err(_) => &mut self.refused,
        };
        *one += 1;
    }
}

fn plan(options: &InspectOptions, inspection: &Inspection) -> tendero_domain::ImportPlan {
    let mut plan = inspection.plan.clone();
    plan.counter_sales.clone_from(&options.counter_sales);
    plan.unnamed.clone_from(&options.unnamed);
    plan
}

/// One object; its records are written as they are read, so that a file of any size fits in memory.
fn print_json(
    options: &InspectOptions,
    outcome: Result<Input, Failure>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let file = options.file.display().to_string();
    let input = match outcome {
        Ok(input) => input,
        Err(failure) => {
            let report = json!({"file": file, "problem": problem(&failure)});
            writeln!(out, "{report}")?;
            return Err(failure);
        }
    };
    let inspection = input.inspection.clone();
    let plan = plan(options, &inspection);
    let head = serde_json::to_string(&head_of(&file, &inspection))?;
    let open = head.strip_suffix('}').unwrap_or(&head);
    write!(out, "{open},\"records\":[")?;
    let reader = RowReader::new(&plan);
    let mut counts = Counts::default();
    let mut refused = Vec::new();
    let mut separator = "\n";
    let read = input.rows(&plan, |raw| {
        let row = reader.read(&raw);
        counts.add(&row);
        let record = match row {
            Ok(row) => record(options, &inspection, &raw, row),
            Err(problem) => {
                refused.push(json!({
                    "line": raw.line,
                    "reason": words::row_problem_code(problem),
                    "message": words::row_problem(problem),
                    "cells": raw.cells,
                }));
                None
            }
        };
        if let Some(record) = record {
            write!(out, "{separator}{record}")?;
            separator = ",\n";
        }
        Ok(())
    });
    let refused = Value::Array(refused);
    let counts = serde_json::to_string(&counts)?;
    write!(out, "\n],\"refused\":{refused},\"counts\":{counts}")?;
    if let Err(failure) = &read {
        write!(out, ",\"problem\":{}", problem(failure))?;
    }
    writeln!(out, "}}")?;
    read
}

/// What is wrong with the file.
pub(crate) fn problem(failure: &Failure) -> Value {
    match failure {
        Failure::Unusable(_, problem) => json!({
            "code": words::file_problem_code(*problem),
            "message": words::file_problem(*problem),
        }),
        other => json!({"code": "unreadable", "message": other.to_string()}),
    }
}

/// What the file as a whole is.
#[derive(Serialize)]
struct Head<'a> {
    file: &'a str,
    kind: &'static str,
    charset: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table>,
    columns: Vec<Column<'a>>,
}

/// How the cells of a table are to be read.
#[derive(Serialize)]
struct Table {
    delimiter: char,
    has_header: bool,
    day_order: &'static str,
    decimal: &'static str,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    reads_as: &'static str,
    sure: bool,
}

fn head_of<'a>(file: &'a str, inspection: &'a Inspection) -> Head<'a> {
    let kind = inspection.format.kind();
    let is_table = kind == tendero_interchange::FileKind::Table;
    Head {
        file,
        kind: words::file_kind(kind),
        charset: inspection.format.charset_name(),
        table: is_table.then(|| Table {
            delimiter: inspection.format.delimiter(),
            has_header: inspection.plan.has_header,
            day_order: words::day_order(inspection.plan.day_order),
            decimal: words::decimal(inspection.plan.decimal),
        }),
        columns: inspection
            .names
            .iter()
            .map(|column| Column {
                name: &column.name,
                reads_as: column.guess.key(),
                sure: column.sure,
            })
            .collect(),
    }
}

/// A row that is not refused; `None` for a blank one.
fn record(
    options: &InspectOptions,
    inspection: &Inspection,
    raw: &RawRow,
    row: ImportedRow,
) -> Option<Value> {
    let mut record = Map::new();
    record.insert("line".to_owned(), raw.line.into());
    match row {
        ImportedRow::Blank => return None,
        ImportedRow::Customer(read) => {
            record.insert("customer".to_owned(), customer(&read, &options.country));
        }
        ImportedRow::Order(order) => {
            if let Some(read) = &order.customer {
                record.insert("customer".to_owned(), customer(read, &options.country));
            } else if let Some(name) = &options.counter_sales {
                record.insert("customer".to_owned(), json!({"name": name}));
            }
            record.insert(
                "order".to_owned(),
                json!({
                    "number": order.number,
                    "day": order.day.to_string(),
                    "amount_minor": order.amount_minor,
                    "lines": order.lines,
                }),
            );
        }
    }
    if let Some(card) = &raw.contact {
        record.insert("contact".to_owned(), contact(card, &options.country));
    }
    let left_out = left_out(inspection, raw);
    if !left_out.is_empty() {
        record.insert("left_out".to_owned(), left_out.into());
    }
    Some(record.into())
}

/// The fields of a customer that have a value, under the keys of [`Field::key`].
fn customer(read: &ImportedCustomer, country: &str) -> Value {
    let mut fields = Map::new();
    for (field, value) in &read.fields {
        fields.insert(field.key().to_owned(), value.as_str().into());
        if *field == Field::Phone
            && let Some(phone) = Phone::parse(value, country)
        {
            fields.insert("phone_e164".to_owned(), phone.e164.into());
        }
    }
    let known_by = match read.key {
        CustomerKey::External(_) => "externalKey",
        CustomerKey::Content(_) => "content",
    };
    fields.insert("known_by".to_owned(), known_by.into());
    if !read.tags.is_empty() {
        fields.insert("tags".to_owned(), json!(read.tags));
    }
    if let Some(note) = &read.note {
        fields.insert("note".to_owned(), note.as_str().into());
    }
    if let Some(purchases) = &read.before {
        fields.insert("before".to_owned(), before(purchases));
    }
    fields.into()
}

fn before(purchases: &PurchasesBefore) -> Value {
    json!({
        "count": purchases.count,
        "total_minor": purchases.total_minor,
        "last": purchases.last.map(|day| day.to_string()),
    })
}

/// Everything a card says, also what no field holds yet.
fn contact(card: &Contact, country: &str) -> Value {
    let values = |values: &[tendero_interchange::Value]| -> Vec<Value> {
        let value = |v: &tendero_interchange::Value| json!({"value": v.value, "labels": v.labels});
        values.iter().map(value).collect()
    };
    let phones = card.phones.iter().map(|phone| {
        let e164 = Phone::parse(&phone.value, country).map(|parsed| parsed.e164);
        json!({"value": phone.value, "labels": phone.labels, "e164": e164})
    });
    let addresses = card.addresses.iter().map(|a| {
        json!({
            "street": a.street, "city": a.city, "region": a.region,
            "postal_code": a.postal_code, "country": a.country, "labels": a.labels,
        })
    });
    let birthday = card.birthday.map(|b| match b.year {
        Some(year) => format!("{year:04}-{:02}-{:02}", b.month, b.day),
        // As in vCard 4.0: a date without its year.
        None => format!("--{:02}-{:02}", b.month, b.day),
    });
    let photo = card.photo.as_ref();
    json!({
        "uid": card.uid,
        "name": card.display_name,
        "given_name": card.given,
        "family_name": card.family,
        "nickname": card.nickname,
        "organisation": card.organisation,
        "units": card.units,
        "title": card.title,
        "is_organisation": card.is_organisation,
        "phones": phones.collect::<Vec<_>>(),
        "emails": values(&card.emails),
        "addresses": addresses.collect::<Vec<_>>(),
        "urls": values(&card.urls),
        "birthday": birthday,
        "note": card.note,
        "tags": card.tags,
        "photo": photo.map(|p| json!({"kind": p.kind, "bytes": p.bytes.len()})),
        "photo_left_out": card.photo_left_out,
    })
}

/// The cells of columns that an import would not read, under the names of their columns, so that nothing is silent.
fn left_out(inspection: &Inspection, raw: &RawRow) -> Map<String, Value> {
    let cells = inspection.names.iter().zip(&raw.cells);
    cells
        .enumerate()
        .filter(|(_, (column, cell))| column.guess == ImportColumn::Skip && !cell.is_empty())
        .map(|(at, (column, cell))| {
            let name = if column.name.is_empty() {
                (at + 1).to_string()
            } else {
                column.name.clone()
            };
            (name, cell.as_str().into())
        })
        .collect()
}

fn print_text(options: &InspectOptions, input: Input, out: &mut impl Write) -> Result<(), Failure> {
    let inspection = input.inspection.clone();
    let plan = plan(options, &inspection);
    print_head(&options.file.display().to_string(), &inspection, out)?;
    let reader = RowReader::new(&plan);
    let mut counts = Counts::default();
    let mut refused = Vec::new();
    let read = input.rows(&plan, |raw| {
        let row = reader.read(&raw);
        counts.add(&row);
        match row {
            Ok(row) => {
                if let Some(line) = line(&row, &options.country) {
                    writeln!(out, "{:>7}  {line}", raw.line)?;
                }
            }
            Err(problem) => refused.push((raw, problem)),
        }
        Ok(())
    });
    if !refused.is_empty() {
        writeln!(out, "\nRefused")?;
    }
    for (raw, problem) in refused {
        let cells = raw.cells.join(" | ").replace('\n', " ");
        let reason = words::row_problem(problem);
        writeln!(out, "{:>7}  {reason}: {cells}", raw.line)?;
    }
    let Counts {
        customers,
        orders,
        blank,
        refused,
    } = counts;
    writeln!(
        out,
        "\n{}, {}, {}, {refused} refused",
        number(customers, "customer"),
        number(orders, "purchase"),
        number(blank, "blank row"),
    )?;
    read
}

fn print_head(file: &str, inspection: &Inspection, out: &mut impl Write) -> Result<(), Failure> {
    let head = head_of(file, inspection);
    write!(out, "{file}: {}, {}", head.kind, head.charset)?;
    if let Some(table) = &head.table {
        let delimiter = match table.delimiter {
            '\t' => "tab".to_owned(),
            other => format!("{other:?}"),
        };
        let header = if table.has_header {
            "names in the first row"
        } else {
            "no names"
        };
        write!(out, ", separated by {delimiter}, {header}")?;
        write!(out, ", days {}, decimal {}", table.day_order, table.decimal)?;
    }
    writeln!(out, "\n\nColumns")?;
    for (at, column) in head.columns.iter().enumerate() {
        let guess = if column.sure { "" } else { " (by its values)" };
        writeln!(
            out,
            "{:>7}  {} → {}{guess}",
            at + 1,
            column.name,
            column.reads_as
        )?;
    }
    writeln!(out, "\nRecords, by line")?;
    Ok(())
}

/// A record on one line.
fn line(row: &ImportedRow, country: &str) -> Option<String> {
    let (read, order) = match row {
        ImportedRow::Blank => return None,
        ImportedRow::Customer(read) => (Some(read), None),
        ImportedRow::Order(order) => (order.customer.as_ref(), Some(order)),
    };
    let mut parts = Vec::new();
    for (field, value) in read.map_or(&[][..], |read| &read.fields) {
        let phone = Phone::parse(value, country).filter(|_| *field == Field::Phone);
        parts.push(match (field, phone) {
            (Field::Name, _) => value.clone(),
            (_, Some(phone)) => format!("phone: {}", phone.e164),
            _ => format!("{}: {value}", field.key()),
        });
    }
    if let Some(read) = read {
        if !read.tags.is_empty() {
            parts.push(format!("tags: {}", read.tags.join(", ")));
        }
        if let Some(note) = &read.note {
            parts.push(format!("note: {note}"));
        }
        if let Some(before) = &read.before {
            let last = before
                .last
                .map_or_else(String::new, |day| format!(", last {day}"));
            let total = amount(before.total_minor);
            parts.push(format!("bought before: {} for {total}{last}", before.count));
        }
    }
    if let Some(order) = order {
        let total = amount(order.amount_minor);
        parts.push(format!(
            "purchase {} on {}: {total}",
            order.number, order.day
        ));
    }
    Some(parts.join(" | ").replace('\n', " "))
}

/// Minor units with two decimals.
pub(crate) fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}

pub(crate) fn number(n: u64, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}
