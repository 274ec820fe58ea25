//! Telephone numbers in one form for all: E.164, as libphonenumber gives it.

/// A telephone number in one form for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+` and at most 20 digits, country code first.
    pub e164: String,
    /// The extension; empty for none.
    pub extension: String,
    /// Whether the country has such numbers: exact in length, near in what they begin with, for the countries that
    /// are known here; of others only the length is looked at.
    pub is_valid: bool,
}

/// A country's plan: its region, code, the digits dialled before a national number, and its national numbers as
/// lengths with the digits they may begin with.
struct Plan {
    region: &'static str,
    code: &'static str,
    trunk: &'static str,
    abroad: &'static str,
    numbers: &'static [(usize, usize, &'static str)],
}

const PLANS: [Plan; 12] = [
    plan("ES", "34", "", "00", &[(9, 9, "56789")]),
    plan("MX", "52", "", "00", &[(10, 10, "23456789")]),
    plan("AR", "54", "0", "00", &[(10, 10, "123678"), (11, 11, "9")]),
    plan("CO", "57", "0", "00", &[(10, 10, "36")]),
    plan("CL", "56", "", "00", &[(9, 9, "23456789")]),
    plan("PE", "51", "0", "00", &[(9, 9, "9"), (8, 8, "1245678")]),
    plan("US", "1", "1", "011", &[(10, 10, "23456789")]),
    plan("GB", "44", "0", "00", &[(9, 10, "1235789")]),
    plan("DE", "49", "0", "00", &[(5, 12, "123456789")]),
    plan("FR", "33", "0", "00", &[(9, 9, "123456789")]),
    plan("PT", "351", "", "00", &[(9, 9, "2356789")]),
    plan("IT", "39", "", "00", &[(6, 11, "0358")]),
];

const fn plan(
    region: &'static str,
    code: &'static str,
    trunk: &'static str,
    abroad: &'static str,
    numbers: &'static [(usize, usize, &'static str)],
) -> Plan {
    Plan {
        region,
        code,
        trunk,
        abroad,
        numbers,
    }
}

/// The most digits of a number with its country code that are taken for one number.
const MAX_DIGITS: usize = 17;

/// Country codes with two digits (ITU-T E.164); 1 and 7 have one, all others three.
const TWO_DIGITS: &str = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 \
    81 82 84 86 90 91 92 93 94 95 98";

impl Phone {
    /// Reads a number as it was written by somebody in that region (ISO 3166, two letters); `None` where it is none, or two.
    #[must_use]
    pub fn parse(text: &str, region: &str) -> Option<Self> {
        let home = PLANS.iter().find(|plan| plan.region == region);
        let start = text.find(|c: char| c == '+' || c.is_ascii_digit())?;
        let text = text.get(start..)?;
        let (number, extension) = split_extension(text);
        let plain = |c: char| {
            c.is_ascii_digit()
                || c.is_whitespace()
                || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | '\u{a0}' | '–')
        };
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if !number.chars().all(plain) || !(3..=MAX_DIGITS).contains(&digits.len()) {
            return None;
        }
        let (code, national) = if number.starts_with('+') {
            split_code(&digits)?
        } else {
            let home = home?;
            match digits.strip_prefix(home.abroad) {
                Some(rest) => split_code(rest)?,
                None => (home.code, without_own_code(&digits, home)),
            }
        };
        let plan = PLANS.iter().find(|plan| plan.code == code);
        let national = plan.map_or(national, |plan| without_trunk(national, plan));
        Some(Self {
            is_valid: plan.map_or((4..=13).contains(&national.len()), |p| fits(national, p)),
            e164: format!("+{code}{national}"),
            extension,
        })
    }
}

/// "612345678 ext. 12", "…x12", "…;ext=12", "… extensión 12".
fn split_extension(text: &str) -> (&str, String) {
    let digit_after = |at: usize| text.get(at..).unwrap_or_default();
    let mark = text.find(['e', 'E', 'x', 'X', '#', ';']);
    let Some(at) = mark else {
        return (text.trim_end(), String::new());
    };
    let tail = digit_after(at);
    let digits = tail.trim_start_matches(|c: char| !c.is_ascii_digit());
    let word = tail.strip_suffix(digits).unwrap_or_default().to_lowercase();
    let is_mark = matches!(
        word.trim_matches([' ', '.', ':', '=', ';']),
        "ext" | "extn" | "x" | "#" | "extension" | "extensión"
    );
    let number = digits.trim();
    if is_mark && (1..=7).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) {
        (
            text.get(..at).unwrap_or_default().trim_end(),
            number.to_owned(),
        )
    } else {
        (text, String::new())
    }
}

fn split_code(digits: &str) -> Option<(&str, &str)> {
    let two = digits.get(..2)?;
    let length = if digits.starts_with(['1', '7']) {
        1
    } else if TWO_DIGITS.split(' ').any(|code| code == two) {
        2
    } else {
        3
    };
    (!digits.starts_with('0'))
        .then(|| digits.split_at_checked(length))
        .flatten()
}

/// The own country's code in front without a plus sign, where the number is none of the country as it stands.
fn without_own_code<'d>(digits: &'d str, plan: &Plan) -> &'d str {
    match digits.strip_prefix(plan.code) {
        Some(rest) if !fits(digits, plan) && fits(without_trunk(rest, plan), plan) => rest,
        _ => digits,
    }
}

fn without_trunk<'d>(digits: &'d str, plan: &Plan) -> &'d str {
    match digits.strip_prefix(plan.trunk) {
        Some(rest) if !plan.trunk.is_empty() && fits(rest, plan) => rest,
        _ => digits,
    }
}

fn fits(national: &str, plan: &Plan) -> bool {
    let by_length = plan.numbers.iter().any(|(least, most, begin)| {
        (*least..=*most).contains(&national.len()) && national.starts_with(|c| begin.contains(c))
    });
    let digit = |at: usize| national.as_bytes().get(at).copied().unwrap_or(b'0');
    by_length
        && match plan.region {
            "US" => digit(3) >= b'2',
            // Buenos Aires is 11; elsewhere no subscriber's number begins with 1.
            "AR" => {
                let area = usize::from(national.len() == 11);
                (digit(area) == b'1' && digit(area + 1) == b'1')
                    || (digit(area) != b'1' && digit(area + 3) != b'1')
            }
            "CO" => digit(0) == b'3' || digit(1) == b'0',
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_gives_a_number_or_none(text in "[0-9+() .xe;/=:a-zñ]{0,24}", at in 0usize..PLANS.len()) {
            let region = PLANS[at].region;
            if let Some(phone) = Phone::parse(&text, region) {
                prop_assert!(phone.e164.len() <= 21 && phone.e164[1..].bytes().all(|b| b.is_ascii_digit()));
                // Written out in full it is the same number.
                let again = Phone::parse(&phone.e164, region).unwrap();
                prop_assert!(!phone.is_valid || again.e164 == phone.e164);
            }
        }
    }
}
