//! `tendero duplicates`: which rows of a list mean the same customer, or which rows of two lists.

use crate::failure::Failure;
use crate::input::Input;
use crate::inspect::problem;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use tendero_duplicates::{Agreement, Column, Kind, Pair, Reason, Records, find, guess_columns};

/// Options of `duplicates`.
#[derive(Debug, Args)]
pub(crate) struct DuplicatesOptions {
    /// A list of customers: CSV in any shape, vCard or LDIF; - for standard input
    file: PathBuf,
    /// Another list: only pairs of a row of each are looked for
    other: Option<PathBuf>,
    /// Print JSON, its shape is in docs/duplicates.md
    #[arg(long)]
    json: bool,
    /// Leave out pairs with a lower probability, from 0.5 to 1
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.5)]
    min_score: f64,
    /// Print only pairs that may be merged without a look
    #[arg(long)]
    certain: bool,
}

/// Compares the rows and prints the pairs.
///
/// # Errors
/// [`Failure`]; with `--json` the problem also stands in the output, as `problem`.
pub(crate) fn run(options: &DuplicatesOptions, out: &mut impl Write) -> Result<(), Failure> {
    let lists = read(options);
    match lists {
        Ok((first, other)) => Report::new(options, first, other).print(out),
        Err((file, failure)) => {
            if options.json {
                let report =
                    json!({"file": file.display().to_string(), "problem": problem(&failure)});
                writeln!(out, "{report}")?;
            }
            Err(failure)
        }
    }
}

/// Both lists, or what is wrong with which.
fn read(options: &DuplicatesOptions) -> Result<(List, Option<List>), (PathBuf, Failure)> {
    let list = |path: &PathBuf| List::read(path).map_err(|failure| (path.clone(), failure));
    let first = list(&options.file)?;
    let other = options.other.as_ref().map(list).transpose()?;
    Ok((first, other))
}

/// The rows of a file, blank ones left out, and what its columns hold.
struct List {
    file: String,
    names: Vec<String>,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    /// The line on which each row begins, from 1.
    lines: Vec<u64>,
}

impl List {
    fn read(path: &Path) -> Result<Self, Failure> {
        let input = Input::open(path)?;
        let plan = input.inspection.plan.clone();
        let names: Vec<String> = input
            .inspection
            .names
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        input.rows(&plan, |row| {
            if row.cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(row.cells);
                lines.push(row.line);
            }
            Ok(())
        })?;
        let known = if plan.has_header {
            names.as_slice()
        } else {
            &[]
        };
        Ok(Self {
            file: path.display().to_string(),
            columns: guess_columns(known, &rows),
            names,
            rows,
            lines,
        })
    }

    /// What is made of each column.
    fn columns(&self) -> Vec<Value> {
        let columns = self.columns.iter().enumerate().map(|(at, column)| {
            let name = self.names.get(at).map(String::as_str).unwrap_or_default();
            let compared_as = match column {
                Column::Field(kind) => Some(key(*kind)),
                Column::Unused => None,
            };
            json!({"name": name, "compared_as": compared_as})
        });
        columns.collect()
    }
}

/// Everything that is printed.
struct Report<'a> {
    options: &'a DuplicatesOptions,
    first: List,
    other: Option<List>,
    pairs: Vec<Pair>,
    compared: usize,
}

impl<'a> Report<'a> {
    fn new(options: &'a DuplicatesOptions, first: List, other: Option<List>) -> Self {
        let mut records = match &other {
            Some(other) => Records::of_two(&first.columns, &other.columns),
            None => Records::new(&first.columns),
        };
        first.rows.iter().for_each(|row| records.push(row, 0));
        for row in other.iter().flat_map(|other| &other.rows) {
            records.push(row, 1);
        }
        let mut found = find(&records);
        found.pairs.retain(|pair| {
            pair.probability >= options.min_score && (pair.is_certain || !options.certain)
        });
        Self {
            options,
            first,
            other,
            pairs: found.pairs,
            compared: found.compared,
        }
    }

    /// Row, from 1 below the header, and line of a record.
    fn place(&self, record: usize) -> (usize, u64) {
        let below = record.checked_sub(self.first.rows.len());
        let (list, row) = match (below, &self.other) {
            (Some(row), Some(other)) => (other, row),
            _ => (&self.first, record),
        };
        (row + 1, list.lines.get(row).copied().unwrap_or(0))
    }

    fn print(&self, out: &mut impl Write) -> Result<(), Failure> {
        if self.options.json {
            self.print_json(out)
        } else {
            self.print_text(out)
        }
    }

    fn print_json(&self, out: &mut impl Write) -> Result<(), Failure> {
        write!(
            out,
            "{{\"file\":{},\"rows\":{}",
            json!(self.first.file),
            self.first.rows.len()
        )?;
        write!(out, ",\"columns\":{}", Value::Array(self.first.columns()))?;
        if let Some(other) = &self.other {
            write!(
                out,
                ",\"other\":{},\"other_rows\":{}",
                json!(other.file),
                other.rows.len()
            )?;
            write!(out, ",\"other_columns\":{}", Value::Array(other.columns()))?;
        }
        write!(out, ",\"compared\":{},\"pairs\":[", self.compared)?;
        let mut separator = "\n";
        for pair in &self.pairs {
            write!(out, "{separator}{}", self.pair(pair))?;
            separator = ",\n";
        }
        writeln!(out, "\n]}}")?;
        Ok(())
    }

    fn pair(&self, pair: &Pair) -> Value {
        let (first, second) = (self.place(pair.first), self.place(pair.second));
        let reasons = pair.reasons.iter().map(|reason| {
            json!({
                "field": key(reason.kind),
                "agreement": agreement_key(reason.agreement),
                "weight": hundredths(reason.bits),
                "text": sentence(reason),
            })
        });
        json!({
            "rows": [first.0, second.0],
            "lines": [first.1, second.1],
            "score": pair.probability,
            "weight": hundredths(pair.bits),
            "is_certain": pair.is_certain,
            "is_direct": pair.is_direct,
            "reasons": reasons.collect::<Vec<_>>(),
        })
    }

    fn print_text(&self, out: &mut impl Write) -> Result<(), Failure> {
        for pair in &self.pairs {
            let (first, second) = (self.place(pair.first).0, self.place(pair.second).0);
            let per_cent = (pair.probability * 1000.0).floor() / 10.0;
            let certain = if pair.is_certain { ", certain" } else { "" };
            writeln!(out, "{first:>7} {second:>7}  {per_cent:.1} %{certain}")?;
            let through = if pair.is_direct {
                ""
            } else {
                "joined by others; "
            };
            let reasons: Vec<String> = pair.reasons.iter().map(sentence).collect();
            writeln!(out, "                 {through}{}", reasons.join(", "))?;
        }
        let other = self.other.as_ref();
        let rows = self.first.rows.len() + other.map_or(0, |other| other.rows.len());
        writeln!(
            out,
            "\n{} pairs among {rows} rows, {} compared",
            self.pairs.len(),
            self.compared
        )?;
        Ok(())
    }
}

fn hundredths(bits: f64) -> f64 {
    (bits * 100.0).round() / 100.0
}

/// The field in JSON.
const fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::GivenName => "givenName",
        Kind::Surname => "surname",
        Kind::FullName => "fullName",
        Kind::Organisation => "organisation",
        Kind::BirthDate => "birthDate",
        Kind::OfficialId => "officialId",
        Kind::Mail => "mail",
        Kind::Phone => "phone",
        Kind::Street => "street",
        Kind::HouseNumber => "houseNumber",
        Kind::AddressLine => "addressLine",
        Kind::City => "city",
        Kind::PostalCode => "postalCode",
        Kind::Region => "region",
        Kind::Country => "country",
        Kind::Category => "category",
    }
}

/// The field for people.
const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::GivenName => "given name",
        Kind::Surname => "surname",
        Kind::FullName => "name",
        Kind::Organisation => "organisation",
        Kind::BirthDate => "day of birth",
        Kind::OfficialId => "tax or identity number",
        Kind::Mail => "e-mail",
        Kind::Phone => "telephone",
        Kind::Street => "street",
        Kind::HouseNumber => "house number",
        Kind::AddressLine => "second address line",
        Kind::City => "town",
        Kind::PostalCode => "postal code",
        Kind::Region => "province",
        Kind::Country => "country",
        Kind::Category => "type",
    }
}

const fn agreement_key(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Different => "different",
        Agreement::Distant => "distant",
        Agreement::Alike => "alike",
        Agreement::Close => "close",
        Agreement::Otherwise => "otherwise",
        Agreement::Exchanged => "exchanged",
        Agreement::Equal => "equal",
    }
}

/// How a field agrees, and what that says, in plain words: "surname is equal (+8.2)".
fn sentence(reason: &Reason) -> String {
    let agreement = match reason.agreement {
        Agreement::Different => "differs",
        Agreement::Distant => "is a little alike",
        Agreement::Alike => "is alike",
        Agreement::Close => "is almost equal",
        Agreement::Otherwise => "is the same written otherwise",
        Agreement::Exchanged => "stands in the other name's place",
        Agreement::Equal => "is equal",
    };
    format!("{} {agreement} ({:+.1})", name(reason.kind), reason.bits)
}
