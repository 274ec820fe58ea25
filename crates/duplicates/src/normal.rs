//! Cells as they are compared: folded, cut into words, without what says nothing.

use crate::kind::Kind;
use crate::nicknames::{is_empty_word, written_out};
use tendero_domain::fold;

/// Longer cells are cut, in bytes.
const MAX_CELL_BYTES: usize = 256;

/// Further words of a cell are left out.
const MAX_WORDS: usize = 12;

/// Cells that mean there is nothing.
const NOTHING: [&str; 14] = [
    "",
    "-",
    "--",
    "n/a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "unknown",
    "desconocido",
    "s/n",
    "?",
    ".",
];

/// The words of a cell; none where it says nothing. For lists (phones, mail addresses) each word is a value of its own.
pub(crate) fn words(kind: Kind, cell: &str) -> Vec<String> {
    let cell = start(cell.trim());
    let folded = fold(cell);
    if NOTHING.contains(&folded.as_str()) {
        return Vec::new();
    }
    let mut words = match kind {
        Kind::Phone => phones(&folded),
        Kind::Mail => mails(&folded),
        Kind::BirthDate => date(&folded).into_iter().collect(),
        Kind::OfficialId | Kind::PostalCode => code(&folded),
        Kind::HouseNumber => numbers(&folded),
        Kind::Street => street_words(&folded),
        _ => name_words(&folded),
    };
    words.truncate(MAX_WORDS);
    words
}

fn start(text: &str) -> &str {
    let mut end = text.len().min(MAX_CELL_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Letters and digits in runs; an apostrophe or a point inside a word joins ("o'brien", "s.l.").
fn plain_words(folded: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in folded.chars() {
        if c.is_alphanumeric() {
            word.push(c);
        } else if !matches!(c, '\'' | '’' | '`' | '´' | '.' | 'º' | 'ª') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn name_words(folded: &str) -> Vec<String> {
    let all = plain_words(&folded.replace('&', " and "));
    let telling = |word: &String| !is_empty_word(word);
    if all.iter().any(telling) {
        all.into_iter().filter(telling).collect()
    } else {
        all
    }
}

/// The words of a street without its number and what comes after it.
fn street_words(folded: &str) -> Vec<String> {
    let spaced = folded.replace('.', ". ").replace("c/", "calle ");
    let words: Vec<String> = plain_words(&spaced)
        .into_iter()
        .map(|word| written_out(&word).to_owned())
        .collect();
    let is_number = |word: &String| is_house_number(word);
    let Some(at) = words.iter().position(is_number) else {
        return words;
    };
    // "13 w 54th st" has its number first, "calle mayor 5 2 b" at the end.
    if at == 0 {
        let rest = words.get(1..).unwrap_or_default();
        let end = rest.iter().position(|w| is_beside(w)).filter(|at| *at > 0);
        rest.get(..end.unwrap_or(rest.len()))
            .unwrap_or_default()
            .to_vec()
    } else {
        words.get(..at).unwrap_or_default().to_vec()
    }
}

/// "near", "between": what follows says where the place is, not what it is called.
fn is_beside(word: &str) -> bool {
    matches!(
        word,
        "near"
            | "between"
            | "at"
            | "off"
            | "esquina"
            | "entre"
            | "frente"
            | "junto"
            | "opposite"
            | "corner"
    )
}

fn is_house_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    // "54th" is a street; "54b" is not.
    digits > 0 && word.len() <= digits + 1
}

/// The first number of an address, or of a cell that holds nothing else.
pub(crate) fn numbers(folded: &str) -> Vec<String> {
    let words = plain_words(folded);
    words
        .into_iter()
        .find(|word| is_house_number(word))
        .into_iter()
        .collect()
}

/// Values of a list that a cell holds, each with its own notation.
fn several(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split([';', '|', '\n'])
        .flat_map(|part| part.split(" / "))
        .flat_map(|part| part.split(", "))
}

/// Telephone numbers as their last nine digits: with and without the country's code they are the same.
fn phones(folded: &str) -> Vec<String> {
    let number = |part: &str| {
        // An extension is no part of the number.
        let part = part.split(['x', 'e']).next().unwrap_or_default();
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        let from = digits.len().saturating_sub(9);
        (digits.len() >= 5).then(|| digits.get(from..).unwrap_or_default().to_owned())
    };
    let mut numbers: Vec<String> = several(folded).filter_map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn mails(folded: &str) -> Vec<String> {
    let parts = several(folded).flat_map(str::split_whitespace);
    let bare = parts.map(|part| {
        let part =
            part.trim_matches(|c: char| matches!(c, '<' | '>' | ',' | '"' | '(' | ')' | '\''));
        part.strip_prefix("mailto:").unwrap_or(part).to_owned()
    });
    let mut mails: Vec<String> = bare.filter(|part| part.contains('@')).collect();
    mails.sort_unstable();
    mails.dedup();
    mails
}

fn code(folded: &str) -> Vec<String> {
    let code: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    // Spreadsheets take leading zeros away, and put ".0" after.
    let code = code.trim_start_matches('0').to_owned();
    if code.is_empty() {
        Vec::new()
    } else {
        vec![code]
    }
}

const MONTHS: [[&str; 2]; 12] = [
    ["jan", "ene"],
    ["feb", "feb"],
    ["mar", "mar"],
    ["apr", "abr"],
    ["may", "may"],
    ["jun", "jun"],
    ["jul", "jul"],
    ["aug", "ago"],
    ["sep", "sep"],
    ["oct", "oct"],
    ["nov", "nov"],
    ["dec", "dic"],
];

/// A date as eight digits, year first, as it is written: which of two numbers is the day is left to the comparison. A text that is
/// no date is kept as its digits.
pub(crate) fn date(folded: &str) -> Option<String> {
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    if let [one] = words.as_slice() {
        let digits = one.bytes().all(|b| b.is_ascii_digit());
        return (digits && one.len() >= 4).then(|| (*one).to_owned());
    }
    let month = |word: &str| {
        let at = MONTHS
            .iter()
            .position(|names| names.iter().any(|name| word.starts_with(name)));
        at.map(|at| at as u32 + 1)
    };
    let numbers: Vec<u32> = words
        .iter()
        .filter_map(|w| w.parse().ok().or_else(|| month(w)))
        .collect();
    let named = words.iter().position(|w| month(w).is_some());
    let (a, b, c) = match numbers.as_slice() {
        [a, b, c, ..] => (*a, *b, *c),
        _ => return None,
    };
    let (year, month, day) = if a > 31 {
        (a, b, c)
    } else if named == Some(0) || b > 12 {
        (c, a, b)
    } else {
        (c, b, a)
    };
    let year = match year {
        0..=29 => year + 2000,
        30..=99 => year + 1900,
        _ => year,
    };
    Some(format!("{year:04}{month:02}{day:02}"))
}
