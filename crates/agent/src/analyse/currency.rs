//! In which currency a row is, and which one counts: amounts of different currencies are never added.

use super::columns::Columns;
use super::sales::{SalesError, cell};
use std::collections::BTreeMap;
use tendero_domain::DecimalSign;
use tendero_interchange::{RawRow, Table, parse_amount};

/// The currency that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Currency {
    /// Its code or sign in capitals; none where the file says nothing of currencies.
    pub(super) name: Option<String>,
    /// Whether somebody asked for it: then rows that name none do not count.
    is_asked: bool,
}

impl Currency {
    /// The one asked for, or the only one there is.
    ///
    /// # Errors
    /// [`SalesError::Currencies`] where there are several and none was asked for, or not that one.
    pub(super) fn choose(
        table: &Table,
        columns: &Columns,
        decimal: DecimalSign,
        wanted: Option<&str>,
    ) -> Result<Self, SalesError> {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for row in &table.rows {
            if let Some(name) = of_row(row, columns, decimal) {
                *found.entry(name).or_default() += 1;
            }
        }
        let told: Vec<String> = found
            .iter()
            .map(|(name, rows)| {
                let name = if name.is_empty() { "none" } else { name };
                format!("{name}: {rows} rows")
            })
            .collect();
        let wanted = wanted.map(str::to_uppercase);
        match wanted {
            Some(wanted) if found.contains_key(&wanted) => Ok(Self {
                name: Some(wanted),
                is_asked: true,
            }),
            Some(wanted) => Err(SalesError::NoSuchCurrency {
                wanted,
                there: if told.is_empty() {
                    "none".to_owned()
                } else {
                    told.join(", ")
                },
            }),
            None if found.len() > 1 => Err(SalesError::Currencies(told.join(", "))),
            None => Ok(Self {
                name: found.into_keys().next().filter(|name| !name.is_empty()),
                is_asked: false,
            }),
        }
    }

    /// Whether a row is in another one.
    pub(super) fn is_other(&self, row: &RawRow, columns: &Columns, decimal: DecimalSign) -> bool {
        let Some(name) = &self.name else {
            return false;
        };
        of_row(row, columns, decimal).map_or(self.is_asked, |other| other != *name)
    }
}

/// By its column, which may be empty; without one by what stands beside the amount, if anything does.
fn of_row(row: &RawRow, columns: &Columns, decimal: DecimalSign) -> Option<String> {
    if let Some(column) = columns.currency {
        return Some(cell(row, column).to_uppercase());
    }
    let amount = cell(row, columns.amount?);
    let sign = |c: &char| {
        !c.is_ascii_digit()
            && !c.is_whitespace()
            && !matches!(
                c,
                '.' | ',' | '\'' | '’' | '-' | '−' | '–' | '+' | '(' | ')'
            )
    };
    let name: String = amount.chars().filter(sign).collect();
    (!name.is_empty() && parse_amount(amount, decimal).is_some()).then(|| name.to_uppercase())
}
