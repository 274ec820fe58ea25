//! Amounts as other programs write them.

use tendero_domain::DecimalSign;

/// Ten million million units: far above any sale, and half a million of them still add up in an `i64`.
const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// Letters and signs that a currency may take on either side of the number, as in "EUR", "US$", "Bs.", "S/".
const MAX_CURRENCY_CHARS: usize = 4;

/// Reads an amount in minor units (hundredths), rounding half away from zero beyond that.
///
/// Thousands have to be grouped rightly: "12,5" where the point is the decimal sign is refused, not read as 125.
#[must_use]
pub fn parse_amount(text: &str, decimal: DecimalSign) -> Option<i64> {
    let (digits, negative) = bare(text)?;
    let sign = match decimal {
        DecimalSign::Point => '.',
        DecimalSign::Comma => ',',
    };
    let (whole, fraction) = digits.split_once(sign).unwrap_or((digits, ""));
    let mut units = if whole.is_empty() && !fraction.is_empty() {
        0
    } else {
        grouped(whole)?
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| {
        fraction
            .as_bytes()
            .get(at)
            .map_or(0, |b| i64::from(b - b'0'))
    };
    units = units.checked_mul(100)?;
    units = units.checked_add(digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5))?;
    (units <= MAX_MINOR).then_some(if negative { -units } else { units })
}

/// Reads a whole number, such as "3", "1.234" or "3,00".
pub(crate) fn parse_count(text: &str, decimal: DecimalSign) -> Option<u32> {
    let hundredths = parse_amount(text, decimal)?;
    (hundredths % 100 == 0)
        .then(|| u32::try_from(hundredths / 100).ok())
        .flatten()
}

/// Whether a text is a number with or without a currency, whatever its decimal sign.
pub(crate) fn looks_like_amount(text: &str) -> bool {
    [DecimalSign::Point, DecimalSign::Comma]
        .into_iter()
        .any(|sign| parse_amount(text, sign).is_some())
}

/// The sign a file puts before its decimals, from all amounts together; `usual` where they could be read both ways.
#[must_use]
pub fn guess_decimal<'a>(
    amounts: impl Iterator<Item = &'a str>,
    usual: DecimalSign,
) -> DecimalSign {
    let (mut point, mut comma) = (0_u32, 0_u32);
    // Amounts like "1.234": thousands in one country, three decimals in another.
    let (mut odd_point, mut odd_comma) = (0_u32, 0_u32);
    for text in amounts {
        let Some((digits, _)) = bare(text) else {
            continue;
        };
        let Some(at) = digits.rfind(['.', ',']) else {
            continue;
        };
        let after = digits.len() - at - 1;
        let is_point = digits.get(at..).is_some_and(|rest| rest.starts_with('.'));
        let before = digits.get(..at).unwrap_or_default();
        let repeated = before.contains(if is_point { '.' } else { ',' });
        let other = before.contains(if is_point { ',' } else { '.' });
        let (this, that, odd) = if is_point {
            (&mut point, &mut comma, &mut odd_point)
        } else {
            (&mut comma, &mut point, &mut odd_comma)
        };
        if repeated {
            *that += 1;
        } else if after != 3 || other || before.len() > 3 || before.starts_with('0') {
            *this += 1;
        } else {
            *odd += 1;
        }
    }
    // Where no amount decides, three digits after every sign are thousands.
    let (point, comma) = if point == comma {
        (odd_comma, odd_point)
    } else {
        (point, comma)
    };
    match point.cmp(&comma) {
        core::cmp::Ordering::Greater => DecimalSign::Point,
        core::cmp::Ordering::Less => DecimalSign::Comma,
        core::cmp::Ordering::Equal => usual,
    }
}

/// The digits and their separators, without currency and minus; whether there was a minus or parentheses.
fn bare(text: &str) -> Option<(&str, bool)> {
    let minus = |c: char| matches!(c, '-' | '−' | '–');
    let mut rest = text.trim();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        negative = true;
        rest = inner;
    }
    // "-5 €", "€-5", "5-", "- 5": a minus on either side of the currency, once.
    for _ in 0..2 {
        let unsigned = rest.trim().trim_start_matches('+');
        let cut = unsigned
            .strip_prefix(minus)
            .or_else(|| unsigned.strip_suffix(minus));
        if cut.is_some() && negative {
            return None;
        }
        negative |= cut.is_some();
        rest = without_currency(cut.unwrap_or(unsigned).trim());
    }
    let first = rest.chars().next()?;
    let last = rest.chars().next_back()?;
    let fits = (first.is_ascii_digit() || matches!(first, '.' | ','))
        && (last.is_ascii_digit() || matches!(last, '.' | ','))
        && rest.bytes().any(|b| b.is_ascii_digit());
    fits.then_some((rest, negative))
}

fn without_currency(text: &str) -> &str {
    let currency = |c: char| {
        c.is_alphabetic()
            || matches!(
                c,
                '$' | '€' | '£' | '¥' | '₩' | '₹' | '₽' | '₺' | '₡' | '₲' | '₪' | '/'
            )
    };
    let rest = text.trim_start_matches(currency);
    let cut = text.len() - rest.len();
    let word = text.get(..cut).unwrap_or_default();
    let rest = match word.chars().count() {
        0 => text,
        // "Bs. 5": the point belongs to the word.
        n if n <= MAX_CURRENCY_CHARS => rest.strip_prefix(". ").unwrap_or(rest).trim_start(),
        _ => return "",
    };
    let trimmed = rest.trim_end_matches(currency);
    let unit = rest.get(trimmed.len()..).unwrap_or_default();
    if unit.chars().count() <= MAX_CURRENCY_CHARS {
        trimmed.trim_end()
    } else {
        ""
    }
}

/// Whole units with or without thousands: groups of three, or as India writes them two, two, three.
fn grouped(text: &str) -> Option<i64> {
    let separator = text.chars().find(|c| !c.is_ascii_digit());
    let digits: String = match separator {
        None => text.to_owned(),
        Some(sign) if matches!(sign, '.' | ',' | '\'' | '’') || sign.is_whitespace() => {
            let groups: Vec<&str> = text.split(sign).collect();
            let (first, rest) = groups.split_first()?;
            let (last, middle) = rest.split_last()?;
            let fits = (1..=3).contains(&first.len())
                && last.len() == 3
                && (middle.iter().all(|g| g.len() == 3) || middle.iter().all(|g| g.len() == 2));
            fits.then(|| groups.concat())?
        }
        Some(_) => return None,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalSign::{Comma, Point};
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, decimal: DecimalSign, expect: impl Into<Option<i64>>) {
        assert_eq!(
            parse_amount(text, decimal),
            expect.into(),
            "{text} {decimal:?}"
        );
    }

    #[test]
    fn amounts_are_read_with_the_sign_of_the_file() {
        check("139.12", Point, 13_912);
        check("22.2", Point, 2_220);
        check("1,000,000.99", Point, 100_000_099);
        check("1.000.000,99", Comma, 100_000_099);
        check("1.234", Comma, 123_400);
        check("1 234,5", Comma, 123_450);
        check("1\u{202f}234,50 €", Comma, 123_450);
        check("1’234.50", Point, 123_450);
        check("1,00,000.00", Point, 10_000_000);
        check("0", Comma, 0);
        check("12.", Point, 1_200);
        check(",5", Comma, 50);
        check("22.200000000000003", Point, 2_220);
        check("0.005", Point, 1);
        check("-0.005", Point, -1);
    }

    #[test]
    fn currencies_and_minus_signs_stand_on_either_side() {
        for text in [
            "-1.234,50 €",
            "€ -1.234,50",
            "(1.234,50)",
            "(1.234,50 €)",
            "1.234,50-",
            "−1.234,50",
            "-€1.234,50",
            "EUR -1.234,50",
            "- 1.234,50 EUR",
        ] {
            check(text, Comma, -123_450);
        }
        for text in [
            "$5", "US$ 5.00", "5 USD", "Bs. 5", "S/ 5", "S/5.00", "+5", "5 kr", "R$5",
        ] {
            check(text, Point, 500);
        }
    }

    #[test]
    fn what_is_no_amount_is_not_guessed() {
        for text in [
            "",
            "-",
            "€",
            "abc",
            "12abcde",
            "1.2.3",
            "1,2",
            "12,50",
            "1.234,50",
            "3,46690E+10",
            "1e5",
            "(-5)",
            "--5",
            "5%",
            "1 23",
            "2010-12-01",
            ".",
            "99999999999999999999",
            "1'000 000",
            "١٢",
        ] {
            check(text, Point, None);
        }
        for text in ["22.2", "1,234.50", "1.2345", "1.23"] {
            check(text, Comma, None);
        }
    }

    #[test]
    fn the_decimal_sign_comes_from_all_amounts_together() {
        let guess = |amounts: &[&str]| guess_decimal(amounts.iter().copied(), Point);
        assert_eq!(guess(&["33.866,47", "0,05", "12"]), Comma);
        assert_eq!(guess(&["1,000,000.99", "5"]), Point);
        assert_eq!(guess(&["1.000.000", "5"]), Comma);
        assert_eq!(guess(&["1.234", "15.000", "9"]), Comma);
        assert_eq!(guess(&["1,234", "15,000"]), Point);
        assert_eq!(guess(&["0.125", "1.234"]), Point);
        assert_eq!(guess(&["1.234", "1.5"]), Point);
        assert_eq!(guess(&["5", "", "x"]), Point);
        assert_eq!(guess_decimal(["5"].into_iter(), Comma), Comma);
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(parse_count("3", Point), Some(3));
        assert_eq!(parse_count("3,00", Comma), Some(3));
        assert_eq!(parse_count("1.234", Comma), Some(1234));
        assert_eq!(parse_count("3.5", Point), None);
        assert_eq!(parse_count("-3", Point), None);
    }

    proptest! {
        #[test]
        fn written_amounts_come_back(minor in -MAX_MINOR..=MAX_MINOR) {
            let sign = if minor < 0 { "-" } else { "" };
            let (units, cents) = (minor.abs() / 100, minor.abs() % 100);
            prop_assert_eq!(parse_amount(&format!("{sign}{units}.{cents:02}"), Point), Some(minor));
            prop_assert_eq!(parse_amount(&format!("{sign}{units},{cents:02} €"), Comma), Some(minor));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            let _ = parse_amount(&text, Point);
            let _ = guess_decimal([text.as_str()].into_iter(), Comma);
        }
    }
}
