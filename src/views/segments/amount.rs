//! Amounts as people type them.

/// Minor units of an amount typed by hand, in either way of writing: "1.234,56", "1,234.56", "1234", "12,5 €".
///
/// A point or comma with one or two digits behind it, and none after it, stands before the decimals; others group digits.
/// `None` for what is no amount.
#[must_use]
pub fn read_amount(text: &str) -> Option<i64> {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '€' | '$' | '£' | '\'' | '’'))
        .collect();
    let (whole, decimals) = match kept.rfind(['.', ',']) {
        Some(at) => {
            let (before, after) = kept.split_at(at);
            let after = after.get(1..)?;
            if after.len() <= 2 {
                (before, after)
            } else {
                (kept.as_str(), "")
            }
        }
        None => (kept.as_str(), ""),
    };
    let digits: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(&digits) || !is_number(decimals) || (digits.is_empty() && decimals.is_empty()) {
        return None;
    }
    let units: i64 = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    let hundredths: i64 = format!("{decimals:0<2}").parse().ok()?;
    units.checked_mul(100)?.checked_add(hundredths)
}

/// A whole number typed by hand; digits may be grouped.
#[must_use]
pub fn read_count(text: &str) -> Option<i64> {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | ','))
        .collect();
    if kept.is_empty() || !kept.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    kept.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_either_way_of_writing() {
        for (typed, minor) in [
            ("1.234,56", Some(123_456)),
            ("1,234.56", Some(123_456)),
            ("1.234", Some(123_400)),
            ("1234,5", Some(123_450)),
            ("12.50 €", Some(1_250)),
            ("1 000 000", Some(100_000_000)),
            (",5", Some(50)),
            ("5,", Some(500)),
            ("", None),
            ("€", None),
            ("-5", None),
            ("doce", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(read_amount(typed), minor, "{typed}");
        }
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(read_count("1.200"), Some(1_200));
        assert_eq!(read_count(" 3 "), Some(3));
        assert_eq!(read_count(""), None);
        assert_eq!(read_count("-3"), None);
    }
}
