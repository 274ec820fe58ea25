//! The rows of the table as purchases, and what could not be read.

use super::columns::Columns;
use super::currency::Currency;
use std::collections::HashMap;
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
    /// What could be read in two ways in every row, and how it was read.
    pub(super) either_way: Vec<String>,
    /// Rows that say the same as an earlier one in every cell.
    pub(super) repeated_rows: usize,
}

/// How cells are to be read; guessed where nothing is said.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) currency: Option<String>,
    pub(super) day_order: Option<DayOrder>,
    pub(super) decimal: Option<DecimalSign>,
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
    /// Nothing is in the currency asked for.
    #[error("nothing is in {wanted}; currencies in the file: {there}")]
    NoSuchCurrency {
        /// What was asked for.
        wanted: String,
        /// The currencies there are.
        there: String,
    },
    /// Not one row can be used.
    #[error("no row is a purchase; {0}")]
    NoPurchases(String),
}

impl Sales {
    pub(super) fn read(
        table: &Table,
        columns: &Columns,
        reading: &Reading,
    ) -> Result<Self, SalesError> {
        let guessed = columns
            .amount
            .map_or(DecimalSign::Point, |column| table.decimal_sign(column));
        let decimal = reading.decimal.unwrap_or(guessed);
        let guessed = table.day_order(columns.date, decimal);
        let day_order = reading.day_order.unwrap_or(guessed);
        let currency = Currency::choose(table, columns, decimal, reading.currency.as_deref())?;
        let mut sales = Self {
            customers: Vec::new(),
            products: Vec::new(),
            lines: Vec::new(),
            rows: table.rows.len(),
            refused: Vec::new(),
            other_currency: 0,
            currency: currency.name.clone(),
            either_way: either_way(table, columns, day_order, decimal, reading),
            has_amounts: columns.amount.is_some(),
            day_order,
            decimal,
            repeated_rows: repeated(&table.rows),
        };
        let mut names = Names::default();
        for row in &table.rows {
            if currency.is_other(row, columns, decimal) {
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

/// Days and amounts of which not one tells how it is to be read: a guess that has to be told.
fn either_way(
    table: &Table,
    columns: &Columns,
    day_order: DayOrder,
    decimal: DecimalSign,
    reading: &Reading,
) -> Vec<String> {
    let mut told = Vec::new();
    let days = || table.rows.iter().map(|row| cell(row, columns.date));
    let is_open = |day: &str| {
        let read = |order| parse_day(day, order);
        let (day_first, month_first) = (read(DayOrder::DayMonthYear), read(DayOrder::MonthDayYear));
        day_first.is_some() && month_first.is_some()
    };
    let differs = |day: &str| {
        parse_day(day, DayOrder::DayMonthYear) != parse_day(day, DayOrder::MonthDayYear)
    };
    if reading.day_order.is_none() && days().all(is_open) && days().any(differs) {
        let order = crate::words::day_order(day_order);
        told.push(format!(
            "every day could be read in two ways; {order} is a guess (--day-order says it)"
        ));
    }
    let Some(column) = columns.amount.filter(|_| reading.decimal.is_none()) else {
        return told;
    };
    let amounts = || table.rows.iter().map(|row| cell(row, column));
    let both = |amount: &str| {
        let read = |sign| parse_amount(amount, sign);
        (read(DecimalSign::Point), read(DecimalSign::Comma))
    };
    let is_open = |amount: &str| matches!(both(amount), (Some(_), Some(_)));
    let differs = |amount: &str| both(amount).0 != both(amount).1;
    if amounts().all(is_open) && amounts().any(differs) {
        let sign = crate::words::decimal(decimal);
        told.push(format!(
            "every amount could be read in two ways; {sign} as decimal sign is a guess (--decimal says it)"
        ));
    }
    told
}

/// How many rows say what an earlier one says.
fn repeated(rows: &[RawRow]) -> usize {
    let mut cells: Vec<&[String]> = rows.iter().map(|row| row.cells.as_slice()).collect();
    cells.sort_unstable();
    let all = cells.len();
    cells.dedup();
    all - cells.len()
}

pub(super) fn cell(row: &RawRow, column: usize) -> &str {
    row.cells.get(column).map_or("", String::as_str)
}

fn unreadable(what: &str, cell: &str) -> String {
    if cell.is_empty() {
        format!("it has no {what}")
    } else {
        format!("\"{cell}\" is no {what}")
    }
}
