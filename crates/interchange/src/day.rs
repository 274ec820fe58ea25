//! Days as other programs write them.

use tendero_domain::{Day, DayOrder};

/// The years that are believed; others are slips of the keyboard.
const YEARS: core::ops::RangeInclusive<i32> = 1900..=2199;

/// Day 0 of a spreadsheet (1900 system) is 25,569 days before 1970-01-01. Five digits reach from 1927 to 2173.
const SPREADSHEET_EPOCH: i32 = 25_569;

/// The months' names, Spanish and English, by their first three letters.
const MONTHS: [(&str, u8); 17] = [
    ("jan", 1),
    ("ene", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("abr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("dic", 12),
];

/// Reads a day; a time after it is left out.
///
/// A year of four digits in front is believed whatever the order, so is a month by name and a spreadsheet's day number.
/// Two-digit years are 1969–2068, as POSIX has it.
#[must_use]
pub fn parse_day(text: &str, order: DayOrder) -> Option<Day> {
    let date = without_time(text.trim());
    match parts(date)? {
        Parts::Numbers(a, b, c) => numbers(a, b, c, order),
        Parts::Named { day, month, year } => from_ymd(year, month, day),
        Parts::Compact(number) => {
            let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
            from_ymd(
                Number {
                    value: year,
                    digits: 4,
                },
                u8::try_from(month).ok()?,
                day,
            )
        }
        Parts::Serial(number) => i32::try_from(number)
            .ok()
            .map(|n| Day(n - SPREADSHEET_EPOCH)),
    }
}

/// Whether a text has the form of a day with separators or a month's name, in any order.
pub(crate) fn looks_like_day(text: &str) -> bool {
    let date = without_time(text.trim());
    matches!(parts(date), Some(Parts::Numbers(..) | Parts::Named { .. }))
        && [
            DayOrder::YearMonthDay,
            DayOrder::DayMonthYear,
            DayOrder::MonthDayYear,
        ]
        .into_iter()
        .any(|order| parse_day(text, order).is_some())
}

/// The order in which a file's days are written, from all of them together; never from one row alone.
///
/// `month_first` decides where every day could be read both ways.
#[must_use]
pub fn guess_order<'a>(days: impl Iterator<Item = &'a str>, month_first: bool) -> DayOrder {
    let (mut day, mut month, mut year) = (0_u32, 0_u32, 0_u32);
    for text in days {
        let Some(Parts::Numbers(a, b, c)) = parts(without_time(text.trim())) else {
            continue;
        };
        if a.digits == 4 {
            continue; // Read the same in every order.
        }
        let reads = |order| u32::from(numbers(a, b, c, order).is_some());
        day += reads(DayOrder::DayMonthYear);
        month += reads(DayOrder::MonthDayYear);
        year += reads(DayOrder::YearMonthDay);
    }
    if year > day.max(month) || day.max(month) == 0 {
        DayOrder::YearMonthDay
    } else if month > day || (month == day && month_first) {
        DayOrder::MonthDayYear
    } else {
        DayOrder::DayMonthYear
    }
}

/// A number with the count of digits it was written with: "08" is a month, "2008" a year.
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

enum Parts {
    Numbers(Number, Number, Number),
    Named { day: u32, month: u8, year: Number },
    Compact(u32),
    Serial(u32),
}

fn parts(date: &str) -> Option<Parts> {
    let tokens: Vec<&str> = date
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty() && !matches!(*t, "de" | "del" | "of"))
        .collect();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ' ');
    match *tokens.as_slice() {
        [one] => {
            let number = number(one)?;
            match number.digits {
                8 => Some(Parts::Compact(number.value)),
                5 => Some(Parts::Serial(number.value)),
                _ => None,
            }
        }
        // A day number with the time of day as its fraction.
        [whole, fraction] if date.len() == whole.len() + 1 + fraction.len() => {
            let (whole, _) = (number(whole)?, number(fraction)?);
            let separated = date.contains(['.', ',']);
            (whole.digits == 5 && separated).then_some(Parts::Serial(whole.value))
        }
        [a, b, c] => {
            if let (Some(a), Some(b), Some(c)) = (number(a), number(b), number(c)) {
                // "612 34 56" is a telephone number: spaces alone do not make a day.
                let separated = date.contains(['-', '/', '.']);
                return (separated && date.chars().all(plain)).then_some(Parts::Numbers(a, b, c));
            }
            let (month, day, year) = if let Some(month) = month(a) {
                (month, b, c)
            } else {
                (month(b)?, a, c)
            };
            let (day, year) = (number(day)?, number(year)?);
            let (day, year) = if day.digits == 4 {
                (year, day)
            } else {
                (day, year)
            };
            Some(Parts::Named {
                day: day.value,
                month,
                year,
            })
        }
        _ => None,
    }
}

fn number(token: &str) -> Option<Number> {
    let fits = token.len() <= 9 && token.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| token.parse().ok())
        .flatten()
        .map(|value| Number {
            value,
            digits: token.len(),
        })
}

fn month(token: &str) -> Option<u8> {
    let start: String = token.chars().take(3).flat_map(char::to_lowercase).collect();
    let found = MONTHS.iter().find(|(name, _)| *name == start);
    found.map(|(_, month)| *month)
}

fn numbers(a: Number, b: Number, c: Number, order: DayOrder) -> Option<Day> {
    let (year, month, day) = match order {
        _ if a.digits == 4 => (a, b, c),
        DayOrder::YearMonthDay if a.digits == 2 && c.digits <= 2 => (a, b, c),
        DayOrder::YearMonthDay => return None,
        DayOrder::DayMonthYear => (c, b, a),
        DayOrder::MonthDayYear => (c, a, b),
    };
    if month.digits > 2 || day.digits > 2 {
        return None;
    }
    from_ymd(year, u8::try_from(month.value).ok()?, day.value)
}

fn from_ymd(year: Number, month: u8, day: u32) -> Option<Day> {
    let full = match (year.digits, i32::try_from(year.value).ok()?) {
        (4, y) if YEARS.contains(&y) => y,
        (2, y) if y < 69 => 2000 + y,
        (2, y) => 1900 + y,
        _ => return None,
    };
    Day::from_ymd(full, month, u8::try_from(day).ok()?).ok()
}

/// Cuts "08:26:00", "T03:04:05.000Z" and "8:26 PM" off.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else {
        return text;
    };
    let before = text.get(..colon).unwrap_or_default();
    match before.rfind(|c: char| c == 'T' || c == 't' || c == ',' || c.is_whitespace()) {
        Some(at) => before
            .get(..at)
            .unwrap_or_default()
            .trim_end_matches([',', ' ']),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, order: DayOrder, expect: &str) {
        let day = parse_day(text, order).map(|d| d.to_string());
        assert_eq!(day.as_deref().unwrap_or("-"), expect, "{text} {order:?}");
    }

    #[test]
    fn days_are_read_in_the_order_of_the_file() {
        use DayOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy, YearMonthDay as Ymd};
        for order in [Dmy, Mdy, Ymd] {
            check("2010-12-01", order, "2010-12-01");
            check("2010-12-01 08:26:00", order, "2010-12-01");
            check("2025-01-02T03:04:05.000Z", order, "2025-01-02");
            check("2010/12/1", order, "2010-12-01");
            check("2010. 12. 1.", order, "2010-12-01");
            check("20101201", order, "2010-12-01");
            check("45772", order, "2025-04-25");
            check("45772.75", order, "2025-04-25");
            check("05 Jan 2024", order, "2024-01-05");
            check("Jan 5, 2024", order, "2024-01-05");
            check("25-abr-25", order, "2025-04-25");
            check("5 de enero de 2024", order, "2024-01-05");
            check("2024 Dec 5", order, "2024-12-05");
        }
        check("01/12/2010", Dmy, "2010-12-01");
        check("1.12.2010", Dmy, "2010-12-01");
        check("01/12/10 8:26 PM", Dmy, "2010-12-01");
        check("01/12/2010", Mdy, "2010-01-12");
        check("12/1/10 8:26", Mdy, "2010-12-01");
        check("10/12/01", Ymd, "2010-12-01");
        check("01-02-69", Dmy, "1969-02-01");
        check("01-02-68", Dmy, "2068-02-01");
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "",
            "-",
            "0/0/00",
            "0000-00-00",
            "31/02/2024",
            "25/04/1025",
            "hoy",
            "612 34 56",
            "1:2:3",
            "2024-01",
            "99999999",
            "123456",
            "12/2024",
            "1/2/3/4",
            "1/2/345",
            "3,46690E+10",
        ] {
            for order in [
                DayOrder::DayMonthYear,
                DayOrder::MonthDayYear,
                DayOrder::YearMonthDay,
            ] {
                check(text, order, "-");
            }
        }
        check("25/04/2025", DayOrder::MonthDayYear, "-");
        check("25/04/2025", DayOrder::YearMonthDay, "-");
    }

    #[test]
    fn the_order_comes_from_all_days_together() {
        let guess = |days: &[&str]| guess_order(days.iter().copied(), false);
        assert_eq!(guess(&["01/02/2025", "25/04/2025"]), DayOrder::DayMonthYear);
        assert_eq!(guess(&["01/02/2025", "04/25/2025"]), DayOrder::MonthDayYear);
        assert_eq!(guess(&["2025-02-01", ""]), DayOrder::YearMonthDay);
        assert_eq!(guess(&["25/12/31", "99/01/02"]), DayOrder::YearMonthDay);
        assert_eq!(guess(&["01/02/2025"]), DayOrder::DayMonthYear);
        assert_eq!(
            guess_order(["01/02/2025"].into_iter(), true),
            DayOrder::MonthDayYear
        );
        assert_eq!(guess(&[]), DayOrder::YearMonthDay);
    }

    #[test]
    fn telephone_numbers_do_not_look_like_days() {
        assert!(looks_like_day("01/12/2010 8:26"));
        assert!(looks_like_day("2010-12-01"));
        for text in ["+34 612 34 56", "45772", "743.732.622", "7-8", "20101201"] {
            assert!(!looks_like_day(text), "{text}");
        }
    }
}
