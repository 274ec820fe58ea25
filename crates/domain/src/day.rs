//! Calendar days and points in time, without a time library: formatting is the browser's (`Intl`).

use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day: yyyy-mm-dd is expected")]
pub struct DayError;

/// A calendar day without a time zone: days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The day with this year, month 1–12 and day of the month.
    ///
    /// The year is bounded to 1–9999. Algorithm: Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    ///
    /// # Errors
    /// [`DayError`] when there is no such day.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Result<Self, DayError> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day == 0
            || day > days_in_month(year, month)
        {
            return Err(DayError);
        }
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted = (i32::from(month) + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month 1–12, day of the month (`civil_from_days` of the same source).
    #[must_use]
    pub fn to_ymd(self) -> (i32, u8, u8) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u8, day as u8)
    }

    /// Reads `yyyy-mm-dd`; anything after the tenth character is refused.
    ///
    /// # Errors
    /// [`DayError`] when the text has another form or there is no such day.
    pub fn parse_iso(text: &str) -> Result<Self, DayError> {
        let mut parts = text.splitn(3, '-');
        let mut next = |length: usize| {
            let part = parts
                .next()
                .filter(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|p| p.parse::<i32>().ok()).ok_or(DayError)
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        Self::from_ymd(year, month as u8, day as u8)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A point in time with the offset of the place where it was written down.
///
/// Used for display and ordering of what people did; no merge is ever decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub ms: i64,
    /// Minutes that the place was ahead of UTC.
    pub offset_minutes: i16,
}

impl Timestamp {
    /// The calendar day at the place where it was written down.
    #[must_use]
    pub fn day(self) -> Day {
        let local = self.ms + i64::from(self.offset_minutes) * 60_000;
        Day(local
            .div_euclid(86_400_000)
            .clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_back_over_four_centuries() {
        for n in -200_000..200_000 {
            let (year, month, day) = Day(n).to_ymd();
            assert_eq!(Day::from_ymd(year, month, day).unwrap(), Day(n));
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(Day::parse_iso("1970-01-01").unwrap(), Day(0));
        assert_eq!(Day::parse_iso("2011-12-10").unwrap(), Day(15_318));
        assert_eq!(
            Day::parse_iso("2024-02-29").unwrap().to_string(),
            "2024-02-29"
        );
        for wrong in [
            "2023-02-29",
            "2023-13-01",
            "2023-1-01",
            "2023-01-01T00",
            "",
            "yyyy-mm-dd",
            "2023-01-00",
        ] {
            assert_eq!(Day::parse_iso(wrong), Err(DayError), "{wrong}");
        }
    }

    #[test]
    fn a_timestamp_falls_on_the_day_of_its_place() {
        let late = Timestamp {
            ms: 23 * 3_600_000 + 1_800_000,
            offset_minutes: 60,
        };
        assert_eq!(late.day(), Day(1));
    }
}
