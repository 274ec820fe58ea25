//! Phone numbers found however they are written.

/// Phone numbers as digits.
///
/// A written number becomes a line break, a plus if it starts with one or with 00, and its digits. What is looked for is a
/// part of that: so spaces, brackets, dashes and dots make no difference, nor whether the country's code is there.
pub(crate) struct Phone;

/// Fewer digits are not taken for a phone number.
const LEAST_DIGITS: usize = 3;
/// With fewer digits left, nothing is taken off the front of a number.
const LEAST_NATIONAL: usize = 6;

impl Phone {
    /// Appends a written number's searched form; nothing when there is no digit in it.
    pub(crate) fn write(phone: &str, out: &mut String) {
        let number = Number::read(phone);
        if number.digits.is_empty() {
            return;
        }
        out.push('\n');
        if number.international {
            out.push('+');
        }
        let room = crate::CustomerRow::MAX_TEXT;
        out.push_str(number.digits.get(..room).unwrap_or(&number.digits));
    }

    /// What to look for in searched forms, one of them is enough; none when these words are no phone number.
    pub(crate) fn needles(words: &[&str]) -> Vec<String> {
        let number = Number::read(&words.concat());
        let digits = number.digits.as_str();
        if digits.len() < LEAST_DIGITS {
            return Vec::new();
        }
        let mut needles = vec![digits.to_owned()];
        let mut national = |rest: Option<&str>, starts: &[&str]| {
            if let Some(rest) = rest.filter(|rest| rest.len() >= LEAST_NATIONAL) {
                needles.extend(starts.iter().map(|start| format!("{start}{rest}")));
            }
        };
        if number.international {
            // Country codes have one to three digits; the number may be stored without one, with or without a trunk 0.
            (1..=3).for_each(|code| national(digits.get(code..), &["\n", "\n0"]));
        } else {
            national(digits.strip_prefix('0'), &[""]);
        }
        needles
    }

    /// Whether a folded word can be a piece of a phone number: no letters, and mostly digits or only signs between them.
    pub(crate) fn is_piece(word: &str) -> bool {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let sign = |c: char| matches!(c, '(' | ')' | '+' | '-' | '/' | '.');
        let mostly_digits = digits * 2 > word.chars().count();
        !word.chars().any(char::is_alphabetic) && (mostly_digits || word.chars().all(sign))
    }
}

struct Number {
    international: bool,
    digits: String,
}

impl Number {
    fn read(written: &str) -> Self {
        let written = tendero_domain::fold(written);
        let mut digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let plus = written.trim_start_matches(['(', ' ']).starts_with('+');
        let zeros = digits.starts_with("00") && digits.len() >= LEAST_DIGITS + 2;
        if zeros {
            digits.drain(..2);
        }
        Self {
            international: !digits.is_empty() && (plus || zeros),
            digits,
        }
    }
}
