//! The rows of the table as purchases, and what could not be read.

use super::columns::Columns;
use std::collections::{BTreeMap, HashMap};
use tendero_domain::{DayOrder, DecimalSign};
use tendero_insight::purchases::Purchase;
use tendero_interchange::{RawRow, Table, parse_amount, parse_day};

/// The purchases of a file.
#[derive(Debug)]
pub(super) struct Sales {
    /// The customers as the file calls them, sorted: numbers by their value where all are numbers, else by their letters.
    pub(super) customers: Vec<String>,
    /// The products as the file calls them, in the order in which they come.
    pub(super) products: Vec<String>,
    pub(super) lines: Vec<Line>,
    /// Rows with content.
    pub(super) rows: usize,
    pub(super) refused: Vec<RefusedRow>,
    /// Rows in another currency than the one asked for.
    pub(super) other_currency: usize,
    pub(super) currency: Option<String>,
    pub(super) has_amounts: bool,
    pub(super) day_order: DayOrder,
    pub(super) decimal: DecimalSign,
    /// Rows that say the same as an earlier one in every cell.
    pub(super) repeated_rows: usize,
}

/// A row that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) purchase: Purchase,
    pub(super) product: Option<u32>,
}

/// A row that was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefusedRow {
    pub(super) line: u64,
    pub(super) why: String,
}

/// Why there is nothing to analyse.
#[derive(Debug, thiserror::Error)]
pub(super) enum SalesError {
    /// They cannot be added.
    #[error(
        "the purchases are in several currencies, which cannot be added; choose one with --currency: {0}"
    )]
    Currencies(String),
    /// Not one row can be used.
    #[error("no row is a purchase; {0}")]
    NoPurchases(String),
}

impl Sales {
    pub(super) fn read(
        table: &Table,
        columns: &Columns,
        currency: Option<&str>,
    ) -> Result<Self, SalesError> {
        let decimal = columns
            .amount
            .map_or(DecimalSign::Point, |column| table.decimal_sign(column));
        let mut sales = Self {
            customers: Vec::new(),
            products: Vec::new(),
            lines: Vec::new(),
            rows: table.rows.len(),
            refused: Vec::new(),
            other_currency: 0,
            currency: chosen_currency(table, columns, currency)?,
            has_amounts: columns.amount.is_some(),
            day_order: table.day_order(columns.date, decimal),
            decimal,
            repeated_rows: repeated(&table.rows),
        };
        let mut names = Names::default();
        for row in &table.rows {
            if sales.is_other_currency(row, columns) {
                sales.other_currency += 1;
                continue;
            }
            match sales.line(row, columns, &mut names) {
                Ok(line) => sales.lines.push(line),
                Err(why) => sales.refused.push(RefusedRow {
                    line: row.line,
                    why,
                }),
            }
        }
        sales.products = names.products.in_order();
        sales.sort_customers(names.customers.in_order());
        if sales.lines.is_empty() {
            let first = sales.refused.first();
            let why = first.map_or("there is none".to_owned(), |row| {
                format!("line {}: {}", row.line, row.why)
            });
            return Err(SalesError::NoPurchases(why));
        }
        Ok(sales)
    }

    /// All purchases, without their products.
    pub(super) fn purchases(&self) -> Vec<Purchase> {
        self.lines.iter().map(|line| line.purchase).collect()
    }

    fn is_other_currency(&self, row: &RawRow, columns: &Columns) -> bool {
        let wanted = self.currency.as_deref();
        let found = columns.currency.map(|column| cell(row, column));
        wanted
            .zip(found)
            .is_some_and(|(wanted, found)| !wanted.eq_ignore_ascii_case(found))
    }

    fn line(&self, row: &RawRow, columns: &Columns, names: &mut Names) -> Result<Line, String> {
        let customer = cell(row, columns.customer);
        if customer.is_empty() {
            return Err("it names no customer".to_owned());
        }
        let date = cell(row, columns.date);
        let day = parse_day(date, self.day_order).ok_or_else(|| unreadable("day", date))?;
        let amount_minor = match columns.amount {
            Some(column) => self.amount(row, column, columns.times)?,
            None => 0,
        };
        let filled =
            |column: Option<usize>| column.map(|at| cell(row, at)).filter(|c| !c.is_empty());
        Ok(Line {
            purchase: Purchase {
                customer: names.customers.number(customer),
                day,
                amount_minor,
                order: filled(columns.order).map(|order| names.orders.number(order)),
            },
            product: filled(columns.product).map(|product| names.products.number(product)),
        })
    }

    /// In minor units; a product is rounded to them, half away from zero.
    fn amount(&self, row: &RawRow, column: usize, times: Option<usize>) -> Result<i64, String> {
        let read = |column| {
            let text = cell(row, column);
            parse_amount(text, self.decimal).ok_or_else(|| unreadable("amount", text))
        };
        let amount = read(column)?;
        let Some(times) = times else {
            return Ok(amount);
        };
        // Both are hundredths.
        let product = i128::from(amount) * i128::from(read(times)?);
        let rounded = (product.abs() + 50) / 100 * product.signum();
        i64::try_from(rounded).map_err(|_| "the product of amounts is too large".to_owned())
    }

    fn sort_customers(&mut self, found: Vec<String>) {
        let by_value = found.iter().all(|name| name.parse::<u64>().is_ok());
        let value = |name: &str| {
            if by_value {
                name.parse().unwrap_or(0)
            } else {
                0_u64
            }
        };
        let mut order: Vec<(u64, String, usize)> = found
            .into_iter()
            .enumerate()
            .map(|(at, name)| (value(&name), name, at))
            .collect();
        order.sort_unstable();
        let mut places = vec![0; order.len()];
        for (place, (_, _, at)) in (0_u32..).zip(&order) {
            if let Some(cell) = places.get_mut(*at) {
                *cell = place;
            }
        }
        for line in &mut self.lines {
            let at = usize::try_from(line.purchase.customer).unwrap_or(usize::MAX);
            line.purchase.customer = places.get(at).copied().unwrap_or(0);
        }
        self.customers = order.into_iter().map(|(_, name, _)| name).collect();
    }
}

/// Names numbered as they come.
#[derive(Default)]
struct Names {
    customers: Numbered,
    orders: Numbered,
    products: Numbered,
}

#[derive(Default)]
struct Numbered(HashMap<String, u32>);

impl Numbered {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(name.to_owned(), next);
        next
    }

    fn in_order(self) -> Vec<String> {
        let mut names: Vec<(u32, String)> = self
            .0
            .into_iter()
            .map(|(name, number)| (number, name))
            .collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

/// The currency that counts: the one asked for, or the only one there is.
fn chosen_currency(
    table: &Table,
    columns: &Columns,
    wanted: Option<&str>,
) -> Result<Option<String>, SalesError> {
    let Some(column) = columns.currency else {
        return Ok(wanted.map(str::to_owned));
    };
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for row in &table.rows {
        *found.entry(cell(row, column).to_uppercase()).or_default() += 1;
    }
    let told: Vec<String> = found
        .iter()
        .map(|(code, rows)| {
            format!(
                "{}: {rows} rows",
                if code.is_empty() { "none" } else { code }
            )
        })
        .collect();
    match wanted {
        Some(wanted) if found.contains_key(&wanted.to_uppercase()) => {
            Ok(Some(wanted.to_uppercase()))
        }
        None if found.len() == 1 => Ok(found.into_keys().next()),
        _ => Err(SalesError::Currencies(told.join(", "))),
    }
}

/// How many rows say what an earlier one says.
fn repeated(rows: &[RawRow]) -> usize {
    let mut cells: Vec<&[String]> = rows.iter().map(|row| row.cells.as_slice()).collect();
    cells.sort_unstable();
    let all = cells.len();
    cells.dedup();
    all - cells.len()
}

fn cell(row: &RawRow, column: usize) -> &str {
    row.cells.get(column).map_or("", String::as_str)
}

fn unreadable(what: &str, cell: &str) -> String {
    if cell.is_empty() {
        format!("it has no {what}")
    } else {
        format!("\"{cell}\" is no {what}")
    }
}
