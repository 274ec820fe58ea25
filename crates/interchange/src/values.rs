//! What a single value looks like.

use crate::{amount, day};
use tendero_domain::Field;

/// The kinds a column's values are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A mail address.
    Email,
    /// A telephone number that cannot be a mere number: with a plus sign or spaces.
    Phone,
    /// Nine to fifteen digits: a telephone number or a key.
    LongNumber,
    /// A day.
    Day,
    /// Digits only.
    Whole,
    /// A number with decimals, thousands or a currency.
    Amount,
    /// Words.
    Text,
}

impl Kind {
    /// Whether it is digits only.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::LongNumber)
    }

    /// The kind of a value that is not empty.
    pub(crate) fn of(value: &str) -> Self {
        let first = |field| split_values(field, value).first().copied().unwrap_or("");
        if is_email(first(Field::Email)) {
            return Self::Email;
        }
        if value.bytes().all(|b| b.is_ascii_digit()) {
            return match value.len() {
                9..=15 => Self::LongNumber,
                _ => Self::Whole,
            };
        }
        if day::looks_like_day(value) {
            Self::Day
        } else if is_grouped_phone(value) {
            Self::Phone
        } else if amount::looks_like_amount(value) && !value.starts_with('+') {
            Self::Amount
        } else if is_phone(first(Field::Phone)) {
            Self::Phone
        } else {
            Self::Text
        }
    }
}

/// A name, an at sign, a domain with a point.
pub(crate) fn is_email(value: &str) -> bool {
    let Some((name, domain)) = value.split_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !matches!(c, ',' | ';' | '"');
    !name.is_empty()
        && value.chars().filter(|c| *c == '@').count() == 1
        && value.chars().all(plain)
        && domain
            .split_once('.')
            .is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty())
}

fn is_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let plain = |c: char| {
        c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/')
    };
    (6..=15).contains(&digits) && value.chars().all(plain)
}

/// "669 006 026" and "743.732.622" could be hundreds of millions of something, but are not.
fn is_grouped_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let one_point = value.matches('.').count() == 1 && !value.contains([' ', '/', '+']);
    digits >= 9 && !value.starts_with('-') && !one_point && is_phone(value)
}

/// The values of a cell that holds several telephone numbers or mail addresses, as Google (":::"), people ("/", ";") and lists (",") join them.
///
/// A cell with anything else in it stays whole: "3,46690E+10" is not two numbers. Words around mail addresses come last, with the cell as it is.
pub(crate) fn split_values(field: Field, cell: &str) -> Vec<&str> {
    let is_value = |part: &str| match field {
        Field::Email => part.contains('@'),
        _ => part.chars().filter(char::is_ascii_digit).count() >= 6,
    };
    let separators: &[&str] = match field {
        Field::Email => &[":::", ";", ",", "\n", "|", "/", " "],
        _ => &[":::", ";", ",", "\n", "|", "/"],
    };
    let mut parts = vec![cell];
    for separator in separators {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    let brackets = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')');
    let trim = |part| match field {
        Field::Email => str::trim_matches(part, brackets),
        _ => str::trim(part),
    };
    let parts: Vec<&str> = parts
        .into_iter()
        .map(trim)
        .filter(|part| !part.is_empty())
        .collect();
    let mut values: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| is_value(part))
        .collect();
    if values.is_empty() || (field != Field::Email && values.len() < parts.len()) {
        return vec![cell];
    }
    if values.len() < parts.len() {
        values.push(cell);
    }
    values
}

/// "17850.0" is a key that went through a program which knows only decimal numbers.
pub(crate) fn without_float_tail(key: &str) -> &str {
    match key.split_once(['.', ',']) {
        Some((whole, zeros))
            if !whole.is_empty()
                && !zeros.is_empty()
                && whole.bytes().all(|b| b.is_ascii_digit())
                && zeros.bytes().all(|b| b == b'0')
                && zeros.len() < 3 =>
        {
            whole
        }
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, kind: Kind) {
        assert_eq!(Kind::of(value), kind, "{value}");
    }

    #[test]
    fn values_tell_what_they_are() {
        check("ana@example.com", Kind::Email);
        check("a@example.com ::: b@example.com", Kind::Email);
        check("@ana", Kind::Text);
        check("ana@host", Kind::Text);
        check("+34 669 006 026", Kind::Phone);
        check("+34669006026", Kind::Phone);
        check("669 006 026 / 91 123 45 60", Kind::Phone);
        check("(+34) 679-955-606", Kind::Phone);
        check("669 006 026", Kind::Phone);
        check("743.732.622", Kind::Phone);
        check("1234567.89", Kind::Amount);
        check("1 234 567", Kind::Amount);
        check("669006026", Kind::LongNumber);
        check("17850", Kind::Whole);
        check("25/04/2025", Kind::Day);
        check("2010-12-01 08:26:00", Kind::Day);
        check("1.234,56 €", Kind::Amount);
        check("-39.27", Kind::Amount);
        check("Calle Mayor 1", Kind::Text);
    }

    #[test]
    fn several_values_are_told_apart() {
        let emails = |cell| split_values(Field::Email, cell);
        assert_eq!(
            emails("a@b.es ::: c@d.es; e@f.es"),
            ["a@b.es", "c@d.es", "e@f.es"]
        );
        assert_eq!(emails("Ana Gil <a@b.es>"), ["a@b.es", "Ana Gil <a@b.es>"]);
        assert_eq!(emails("no tiene"), ["no tiene"]);
        let phones = |cell| split_values(Field::Phone, cell);
        assert_eq!(
            phones("669 006 026 / 91 123 45 60"),
            ["669 006 026", "91 123 45 60"]
        );
        assert_eq!(phones("3,46690E+10"), ["3,46690E+10"]);
        assert_eq!(phones("91 123 45 60, ext. 5"), ["91 123 45 60, ext. 5"]);
    }

    #[test]
    fn keys_lose_the_tail_of_a_decimal_number() {
        assert_eq!(without_float_tail("17850.0"), "17850");
        assert_eq!(without_float_tail("17850,00"), "17850");
        for key in ["1.10", "A.0", "17850", "12.000", ".0", "5."] {
            assert_eq!(without_float_tail(key), key);
        }
    }
}
