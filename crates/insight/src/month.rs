//! Calendar months.

use core::fmt;
use tendero_domain::Day;

/// A calendar month, counted from January of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month a day lies in.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.to_ymd();
        Self(year * 12 + i32::from(month) - 1)
    }

    /// How many months this one is after another; negative before it.
    #[must_use]
    pub const fn since(self, other: Self) -> i32 {
        self.0.saturating_sub(other.0)
    }

    /// The month after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Its first day; day 0 of 1970 where the calendar ends.
    #[must_use]
    pub fn first_day(self) -> Day {
        let month = u8::try_from(self.0.rem_euclid(12) + 1).unwrap_or(1);
        Day::from_ymd(self.0.div_euclid(12), month, 1).unwrap_or(Day(0))
    }
}

impl fmt::Display for Month {
    /// As 2026-11.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        write!(f, "{year:04}-{month:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_the_turn_of_the_year() {
        let day = Day::parse_iso("2010-12-31").unwrap();
        let month = Month::of(day);
        assert_eq!(
            (month.to_string(), month.next().to_string()),
            ("2010-12".to_owned(), "2011-01".to_owned())
        );
        assert_eq!(month.next().first_day(), Day(day.0 + 1));
        assert_eq!(Month::of(Day(0)).since(month), -491);
    }
}
