//! Reads a file as the app does: inspect, confirm what was guessed, stream. Each test file uses a part of it.
#![allow(dead_code)]

use std::path::PathBuf;
use tendero_domain::{Field, FileProblem, ImportPlan, RowProblem};
use tendero_interchange::{
    HEAD_BYTES, ImportedCustomer, ImportedRow, Inspection, RawRow, Reader, RowReader, inspect,
};

/// A file of the project's test data.
pub fn data(path: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The folder of data that is not the project's to pass on; it lies beside the checkout. Says so where it does not.
pub fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into();
    // A test may ask its surroundings; only the rooms themselves are handed everything.
    #[allow(clippy::disallowed_methods)]
    let folder: PathBuf = std::env::var("TENDERO_SHARED_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: the shared data is not there");
        return None;
    }
    Some(folder)
}

/// A file of that folder's address books.
pub fn address_book(file: &str) -> Option<Vec<u8>> {
    let path = shared()?.join("import/addressbook").join(file);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

pub fn inspected(bytes: &[u8]) -> Result<Inspection, FileProblem> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    inspect(head, bytes.len() as u64)
}

/// The plan as guessed, with the words the page would add.
pub fn plan(inspection: &Inspection) -> ImportPlan {
    let mut plan = inspection.plan.clone();
    plan.unnamed = "Cliente".to_owned();
    plan
}

pub fn raw_rows(
    bytes: &[u8],
    inspection: &Inspection,
    chunk: usize,
) -> Result<Vec<RawRow>, FileProblem> {
    let mut reader = Reader::new(&inspection.format, inspection.plan.has_header);
    let mut rows = Vec::new();
    for part in bytes.chunks(chunk.max(1)) {
        reader.push(part, false, &mut rows)?;
    }
    reader.push(&[], true, &mut rows)?;
    Ok(rows)
}

/// Every row with its line and what became of it.
pub type Outcome = (u64, Result<ImportedRow, RowProblem>);

pub fn outcomes(bytes: &[u8]) -> Result<(Inspection, Vec<Outcome>), FileProblem> {
    let inspection = inspected(bytes)?;
    let rows = RowReader::new(&plan(&inspection));
    let raw = raw_rows(bytes, &inspection, 1024)?;
    let outcomes = raw.iter().map(|row| (row.line, rows.read(row))).collect();
    Ok((inspection, outcomes))
}

/// The customers of the rows that hold one.
pub fn customers(bytes: &[u8]) -> Vec<ImportedCustomer> {
    let (_, outcomes) = outcomes(bytes).unwrap();
    let customer = |(_, row)| match row {
        Ok(ImportedRow::Customer(customer)) => Some(customer),
        _ => None,
    };
    outcomes.into_iter().filter_map(customer).collect()
}

pub fn field(customer: &ImportedCustomer, field: Field) -> &str {
    let found = customer.fields.iter().find(|(f, _)| *f == field);
    found.map_or("", |(_, value)| value.as_str())
}

/// The guesses as "key" or "key?" where the name does not say it; "-" for skipped.
pub fn guesses(inspection: &Inspection) -> Vec<String> {
    let guess = |g: &tendero_interchange::ColumnGuess| match (g.guess.key(), g.sure) {
        ("skip", _) => "-".to_owned(),
        (key, true) => key.to_owned(),
        (key, false) => format!("{key}?"),
    };
    inspection.names.iter().map(guess).collect()
}
