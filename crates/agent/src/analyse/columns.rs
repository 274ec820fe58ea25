//! Which column of the table holds what.

use tendero_domain::{Field, ImportColumn};
use tendero_interchange::Table;

/// The places of the columns in the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) customer: usize,
    pub(super) date: usize,
    pub(super) amount: Option<usize>,
    /// What the amount is multiplied by, such as a quantity by a price.
    pub(super) times: Option<usize>,
    pub(super) order: Option<usize>,
    pub(super) product: Option<usize>,
    pub(super) currency: Option<usize>,
}

/// Why columns were not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ColumnsError {
    /// Not of the form `what=column`.
    #[error(
        "--columns: \"{0}\" is not understood; customer=…, date=…, amount=…, order=…, product=… or currency=… is expected"
    )]
    Unknown(String),
    /// No such column.
    #[error("there is no column \"{wanted}\"; the file has {}", list(.there))]
    Missing {
        /// What was asked for.
        wanted: String,
        /// The columns there are; none without names.
        there: Vec<String>,
    },
    /// Nothing says which column it is.
    #[error("which column is the {what}? Say it with --columns {what}=…; the file has {}", list(.there))]
    Needed {
        /// Which one.
        what: &'static str,
        /// The columns there are.
        there: Vec<String>,
    },
}

impl Columns {
    /// As told in `wanted` (`what=column,…`), else as guessed from names and values. Customer and date are needed.
    pub(super) fn find(wanted: &str, table: &Table) -> Result<Self, ColumnsError> {
        let mut told = [None; 6];
        let mut times = None;
        let kinds = ["customer", "date", "amount", "order", "product", "currency"];
        for part in wanted.split(',').filter(|part| !part.trim().is_empty()) {
            let unknown = || ColumnsError::Unknown(part.trim().to_owned());
            let (what, column) = part.split_once('=').ok_or_else(unknown)?;
            let kind = kinds.iter().position(|kind| *kind == what.trim());
            let cell = kind
                .and_then(|kind| told.get_mut(kind))
                .ok_or_else(unknown)?;
            *cell = Some(match (what.trim(), column.split_once('*')) {
                ("amount", Some((amount, by))) if place(column.trim(), table).is_err() => {
                    times = Some(place(by.trim(), table)?);
                    place(amount.trim(), table)?
                }
                _ => place(column.trim(), table)?,
            });
        }
        let [customer, date, amount, order, product, currency] = told;
        let taken: Vec<usize> = told.into_iter().chain([times]).flatten().collect();
        let guess = |columns: &[ImportColumn]| {
            columns.iter().find_map(|wanted| {
                let at = table.guesses.iter().position(|guess| guess == wanted)?;
                (!taken.contains(&at)).then_some(at)
            })
        };
        let needed = |what| ColumnsError::Needed {
            what,
            there: names(table),
        };
        Ok(Self {
            customer: customer
                .or_else(|| guess(&CUSTOMER))
                .ok_or_else(|| needed("customer"))?,
            date: date
                .or_else(|| guess(&[ImportColumn::OrderDay]))
                .ok_or_else(|| needed("date"))?,
            amount: amount.or_else(|| guess(&[ImportColumn::OrderAmount])),
            times,
            order: order.or_else(|| guess(&[ImportColumn::OrderNumber])),
            product,
            currency,
        })
    }
}

/// What tells customers apart, the best first.
const CUSTOMER: [ImportColumn; 4] = [
    ImportColumn::Field(Field::ExternalKey),
    ImportColumn::Field(Field::Email),
    ImportColumn::Field(Field::Name),
    ImportColumn::Field(Field::Person),
];

/// A column by its name, in whatever case, or by its number from 1.
fn place(column: &str, table: &Table) -> Result<usize, ColumnsError> {
    let named =
        |same: fn(&str, &str) -> bool| table.names.iter().position(|name| same(name, column));
    let width = table.names.len();
    let number = column.parse().ok().filter(|n| (1..=width).contains(n));
    Some(())
        .filter(|()| !column.is_empty())
        .and_then(|()| named(|a, b| a == b))
        .or_else(|| named(|a, b| !b.is_empty() && a.to_lowercase() == b.to_lowercase()))
        .or(number.map(|n| n - 1))
        .ok_or_else(|| ColumnsError::Missing {
            wanted: column.to_owned(),
            there: names(table),
        })
}

/// The columns' names; numbers where there are none.
fn names(table: &Table) -> Vec<String> {
    let name = |(name, number): (&String, usize)| match name.as_str() {
        "" => number.to_string(),
        name => name.to_owned(),
    };
    table.names.iter().zip(1..).map(name).collect()
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}
