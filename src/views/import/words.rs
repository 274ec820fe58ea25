//! What columns hold, why rows are refused, and how long it takes, in words.

use crate::i18n;
use tendero_domain::{Field, ImportColumn};

/// What a column can hold, in groups for choosing from. [`ImportColumn::Skip`] stands before them.
#[must_use]
pub fn groups() -> [(&'static str, Vec<ImportColumn>); 3] {
    let customer =
        Field::ALL
            .into_iter()
            .map(ImportColumn::Field)
            .flat_map(|column| match column {
                // The parts of a person's name stand beside the whole.
                ImportColumn::Field(Field::Person) => {
                    vec![column, ImportColumn::GivenName, ImportColumn::FamilyName]
                }
                _ => vec![column],
            });
    let rest = [ImportColumn::Tags, ImportColumn::Note];
    [
        (t!(import.groupCustomer), customer.chain(rest).collect()),
        (
            t!(import.groupOrder),
            vec![
                ImportColumn::OrderDay,
                ImportColumn::OrderAmount,
                ImportColumn::OrderNumber,
                ImportColumn::OrderLines,
            ],
        ),
        (
            t!(import.groupBefore),
            vec![
                ImportColumn::BeforeCount,
                ImportColumn::BeforeTotal,
                ImportColumn::BeforeLast,
            ],
        ),
    ]
}

/// What a column holds.
#[must_use]
pub fn column(column: ImportColumn) -> &'static str {
    match column {
        ImportColumn::Skip => t!(import.kind.skip),
        ImportColumn::Field(field) => i18n::field(field),
        ImportColumn::GivenName => t!(import.kind.givenName),
        ImportColumn::FamilyName => t!(import.kind.familyName),
        ImportColumn::Tags => t!(import.kind.tags),
        ImportColumn::Note => t!(import.kind.note),
        ImportColumn::OrderNumber => t!(import.kind.orderNumber),
        ImportColumn::OrderDay => t!(import.kind.orderDay),
        ImportColumn::OrderAmount => t!(import.kind.orderAmount),
        ImportColumn::OrderLines => t!(import.kind.orderLines),
        ImportColumn::BeforeCount => t!(import.kind.beforeCount),
        ImportColumn::BeforeTotal => t!(import.kind.beforeTotal),
        ImportColumn::BeforeLast => t!(import.kind.beforeLast),
    }
}

/// The header of the column of reasons, and the reasons in the order of [`tendero_domain::RowProblem`].
#[must_use]
pub fn reasons() -> Vec<String> {
    [
        t!(import.reason.header),
        t!(import.reason.noCustomer),
        t!(import.reason.badDay),
        t!(import.reason.badAmount),
        t!(import.reason.tooLong),
        t!(import.reason.ragged),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// How long something still takes, from how long it took so far. Empty while nobody can know.
#[must_use]
pub fn time_left(done: u64, total: u64, elapsed_ms: f64) -> String {
    const SOON_MS: f64 = 1_500.0;
    if done == 0 || elapsed_ms < SOON_MS {
        return String::new();
    }
    let left_ms = elapsed_ms / done as f64 * total.saturating_sub(done) as f64;
    let minutes = (left_ms / 60_000.0).round();
    if done >= total {
        t!(import.ending).to_owned()
    } else if left_ms < 60_000.0 {
        t!(import.leftSeconds).to_owned()
    } else {
        t!(import.leftMinutes, n = minutes)
    }
}

/// A share in whole per cent, never 100 before the end.
#[must_use]
pub fn percent(done: u64, total: u64) -> u64 {
    if total == 0 {
        return 0;
    }
    let share = (done.saturating_mul(100) / total).min(100);
    if done < total { share.min(99) } else { share }
}
