//! Churn: who stopped buying, month by month and by the month in which they were won.
//!
//! Nobody says that they stop. A customer counts as lost on the day after `silent_days` days without a purchase, and as come
//! back with the next one.

use crate::month::Month;
use crate::purchases::History;
use std::collections::BTreeMap;
use tendero_domain::Day;

/// One month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChurnMonth {
    /// The month.
    pub month: Month,
    /// Customers as it began.
    pub at_start: u32,
    /// Those of them who were lost within it.
    pub lost: u32,
    /// Customers won within it.
    pub won: u32,
    /// Lost customers who came back within it.
    pub returned: u32,
}

impl ChurnMonth {
    /// Lost customers by those there were as the month began, from 0 to 1; none where there were none.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.at_start > 0).then(|| f64::from(self.lost) / f64::from(self.at_start))
    }
}

/// What became of the customers won in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChurnCohort {
    /// The month of their first purchase.
    pub month: Month,
    /// How many they are.
    pub customers: u32,
    /// How many of them are lost on the day asked about.
    pub lost: u32,
}

/// From the month of the first purchase to that of `as_of`, the last one up to that day only.
#[must_use]
pub fn by_month(histories: &[History], as_of: Day, silent_days: u32) -> Vec<ChurnMonth> {
    let Some(first) = histories.iter().filter_map(History::first).min() else {
        return Vec::new();
    };
    let (mut month, last) = (Month::of(first), Month::of(as_of));
    let mut months: BTreeMap<Month, ChurnMonth> = BTreeMap::new();
    while month <= last {
        months.insert(
            month,
            ChurnMonth {
                month,
                at_start: 0,
                lost: 0,
                won: 0,
                returned: 0,
            },
        );
        month = month.next();
    }
    for history in histories {
        for (number, stay) in stays(history, as_of, silent_days).enumerate() {
            count(&mut months, stay, number == 0);
        }
    }
    months.into_values().collect()
}

/// By the month of the first purchase, the earliest first.
#[must_use]
pub fn by_cohort(histories: &[History], as_of: Day, silent_days: u32) -> Vec<ChurnCohort> {
    let mut cohorts: BTreeMap<Month, ChurnCohort> = BTreeMap::new();
    for history in histories {
        let (Some(first), Some(last)) = (history.first(), history.last()) else {
            continue;
        };
        let month = Month::of(first);
        let cohort = cohorts.entry(month).or_insert(ChurnCohort {
            month,
            customers: 0,
            lost: 0,
        });
        cohort.customers = cohort.customers.saturating_add(1);
        cohort.lost += u32::from(as_of.0.abs_diff(last.0) > silent_days);
    }
    cohorts.into_values().collect()
}

/// A time as a customer: its first day, and the day on which they were lost.
#[derive(Clone, Copy)]
struct Stay {
    from: Day,
    lost: Option<Day>,
}

fn stays(history: &History, as_of: Day, silent_days: u32) -> impl Iterator<Item = Stay> {
    let silent = i32::try_from(silent_days).unwrap_or(i32::MAX);
    let is_kept = move |from: Day, to: Day| to.0.saturating_sub(from.0) <= silent;
    history
        .days()
        .chunk_by(move |a, b| is_kept(a.day, b.day))
        .filter_map(move |days| {
            let (from, last) = (days.first()?.day, days.last()?.day);
            let lost = Day(last.0.saturating_add(silent).saturating_add(1));
            Some(Stay {
                from,
                lost: (lost <= as_of).then_some(lost),
            })
        })
}

fn count(months: &mut BTreeMap<Month, ChurnMonth>, stay: Stay, is_first: bool) {
    let began = Month::of(stay.from);
    if let Some(month) = months.get_mut(&began) {
        if is_first {
            month.won = month.won.saturating_add(1);
        } else {
            month.returned = month.returned.saturating_add(1);
        }
    }
    for (_, month) in months.range_mut(began.next()..) {
        if stay.lost.is_some_and(|lost| lost < month.month.first_day()) {
            break;
        }
        month.at_start = month.at_start.saturating_add(1);
        month.lost += u32::from(stay.lost.is_some_and(|lost| Month::of(lost) == month.month));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purchases::{Histories, Purchase};

    #[test]
    fn a_customer_is_lost_after_the_silence_and_may_come_back() {
        let day = |text| Day::parse_iso(text).unwrap();
        let rows = ["2026-01-10", "2026-01-31", "2026-05-20"].map(|text| Purchase {
            customer: 0,
            day: day(text),
            amount_minor: 100,
            order: None,
        });
        let as_of = day("2026-06-15");
        let histories = Histories::new(&rows, 1, as_of);
        let months = by_month(&histories.of, as_of, 30);
        let told: Vec<(String, u32, u32, u32, u32)> = months
            .iter()
            .map(|m| (m.month.to_string(), m.at_start, m.lost, m.won, m.returned))
            .collect();
        let expect = [
            ("2026-01", 0, 0, 1, 0),
            ("2026-02", 1, 0, 0, 0),
            // 31 January and 30 days of silence: lost on 3 March.
            ("2026-03", 1, 1, 0, 0),
            ("2026-04", 0, 0, 0, 0),
            ("2026-05", 0, 0, 0, 1),
            ("2026-06", 1, 0, 0, 0),
        ];
        let expect: Vec<_> = expect
            .map(|(m, a, l, w, r)| (m.to_owned(), a, l, w, r))
            .into();
        assert_eq!(told, expect);
        assert_eq!(months[2].rate(), Some(1.0));
        assert_eq!(months[3].rate(), None);
        let cohort = by_cohort(&histories.of, as_of, 30);
        assert_eq!((cohort[0].customers, cohort[0].lost), (1, 0));
        let later = by_cohort(&histories.of, day("2026-06-20"), 30);
        assert_eq!(later[0].lost, 1);
    }
}
