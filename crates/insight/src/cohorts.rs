//! Cohorts: the customers won in one month, and how many of them came back, and for how much, month by month.

use crate::month::Month;
use crate::purchases::History;
use std::collections::BTreeMap;
use tendero_domain::Day;

/// The customers whose first purchase lies in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// The month of their first purchase.
    pub month: Month,
    /// What they did in that month and each one after it, up to the one asked about. A month still to come has no cell.
    pub cells: Vec<Cell>,
}

/// What a cohort did in one month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many of its customers bought.
    pub customers: u32,
    /// For how much, in minor units, refunds left out.
    pub revenue_minor: i64,
}

impl Cohort {
    /// How many customers it has: all of them bought in its first month.
    #[must_use]
    pub fn customers(&self) -> u32 {
        self.cells.first().map_or(0, |cell| cell.customers)
    }

    /// The share of them who bought in each month, from 0 to 1; the first is 1.
    pub fn retention(&self) -> impl Iterator<Item = f64> {
        let all = f64::from(self.customers().max(1));
        self.cells
            .iter()
            .map(move |cell| f64::from(cell.customers) / all)
    }
}

/// The cohorts of histories that were collected up to `as_of`, the earliest first; months that won nobody are left out.
#[must_use]
pub fn cohorts(histories: &[History], as_of: Day) -> Vec<Cohort> {
    let now = Month::of(as_of);
    let mut cohorts: BTreeMap<Month, Vec<Cell>> = BTreeMap::new();
    for history in histories {
        let Some(first) = history.first().map(Month::of) else {
            continue;
        };
        let months = usize::try_from(now.since(first) + 1).unwrap_or(0);
        let cells = cohorts
            .entry(first)
            .or_insert_with(|| vec![Cell::default(); months]);
        let by_month = history
            .days()
            .chunk_by(|a, b| Month::of(a.day) == Month::of(b.day));
        for days in by_month {
            let Some(month) = days.first().map(|bought| Month::of(bought.day)) else {
                continue;
            };
            let at = usize::try_from(month.since(first)).unwrap_or(usize::MAX);
            if let Some(cell) = cells.get_mut(at) {
                cell.customers = cell.customers.saturating_add(1);
                let amounts = days.iter().map(|bought| bought.amount_minor);
                cell.revenue_minor = amounts.fold(cell.revenue_minor, i64::saturating_add);
            }
        }
    }
    cohorts
        .into_iter()
        .map(|(month, cells)| Cohort { month, cells })
        .collect()
}
