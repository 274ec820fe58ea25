//! The index as one would write it without a thought for speed: what the real one has to equal.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use tendero_domain::{Condition, CustomerId, Day, DayTest, NumberTest, Rule, TextTest, fold};
use tendero_insight::{Counts, CustomerRow, Facets, Selection, SortColumn, rule_fits};

/// Rows as they were put.
#[derive(Debug, Default)]
pub struct Reference {
    rows: BTreeMap<CustomerId, CustomerRow>,
}

impl Reference {
    pub fn put(&mut self, row: CustomerRow) {
        self.rows.insert(row.id, row);
    }

    pub fn rows(&self) -> impl Iterator<Item = &CustomerRow> {
        self.rows.values()
    }

    /// The rows that pass a selection, in its order.
    pub fn select(&self, wanted: &Selection<'_>, today: Day) -> Vec<CustomerId> {
        if wanted.rule.is_some_and(|rule| !rule_fits(rule)) {
            return Vec::new();
        }
        let query = fold(wanted.search);
        let mut found: Vec<(u8, &CustomerRow)> = Vec::new();
        for row in self.rows.values() {
            let passes = row.deleted == wanted.deleted
                && wanted.rule.is_none_or(|rule| holds(rule, row, today));
            if let (true, Some(rank)) = (passes, rank(&query, row)) {
                found.push((rank, row));
            }
        }
        found.sort_by(|(rank_a, a), (rank_b, b)| {
            let by = |key: &dyn Fn(&CustomerRow) -> Option<i128>| {
                blank_last(key(a), key(b), wanted.descending)
            };
            let text = |key: &dyn Fn(&CustomerRow) -> &str| {
                let folded = |row| Some(fold(key(row))).filter(|text| !text.is_empty());
                blank_last(folded(a), folded(b), wanted.descending)
            };
            let day = |day: Option<Day>| day.map(|day| i128::from(day.0));
            let first = match wanted.column {
                SortColumn::Match if !query.is_empty() => {
                    blank_last(Some(rank_a), Some(rank_b), wanted.descending)
                }
                SortColumn::Match | SortColumn::Name => text(&|row| &row.name),
                SortColumn::Person => text(&|row| &row.person),
                SortColumn::City => text(&|row| &row.city),
                SortColumn::Country => text(&|row| &row.country),
                SortColumn::Orders => by(&|row| Some(row.orders.into())),
                SortColumn::Total => by(&|row| Some(row.total_minor.into())),
                SortColumn::LastPurchase => by(&|row| day(row.last_purchase)),
                SortColumn::LastContact => by(&|row| day(row.last_contact)),
                SortColumn::Created => by(&|row| day(row.created)),
            };
            let name = |row: &CustomerRow| Some(fold(&row.name)).filter(|text| !text.is_empty());
            first
                .then_with(|| blank_last(name(a), name(b), false))
                .then_with(|| a.id.cmp(&b.id))
        });
        found.into_iter().map(|(_, row)| row.id).collect()
    }

    /// How many a rule holds for, as a whole and part by part.
    pub fn count(&self, rule: &Rule, today: Day) -> Counts {
        let mut counts = Counts::default();
        let fits = rule_fits(rule);
        rule.walk(&mut |part| {
            let passing = self
                .rows
                .values()
                .filter(|row| fits && !row.deleted && holds(part, row, today));
            counts.each.push(passing.count() as u64);
        });
        let mut sum = 0i128;
        for row in self.rows.values().filter(|row| !row.deleted) {
            if fits && holds(rule, row, today) {
                counts.total += 1;
                sum += i128::from(row.total_minor);
            }
        }
        counts.total_minor = sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        counts
    }

    /// The values that occur, at most so many of each kind.
    pub fn facets(&self, limit: usize) -> Facets {
        let live = || self.rows.values().filter(|row| !row.deleted);
        Facets {
            cities: tally(live().map(|row| core::slice::from_ref(&row.city)), limit),
            countries: tally(live().map(|row| core::slice::from_ref(&row.country)), limit),
            tags: tally(live().map(|row| row.tags.as_slice()), limit),
        }
    }
}

fn blank_last<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn rank(query: &str, row: &CustomerRow) -> Option<u8> {
    let name = fold(&row.name);
    if name.starts_with(query) {
        return Some(0);
    }
    let words: Vec<&str> = query.split(' ').collect();
    let mut worst = 1;
    for words in words.chunk_by(|a, b| is_number(a) && is_number(b)) {
        let ranks: Option<Vec<u8>> = words.iter().map(|word| word_rank(word, row)).collect();
        let by_words = ranks.and_then(|ranks| ranks.into_iter().max());
        let by_phone = words.iter().all(|word| is_number(word)) && has_phone(&words.concat(), row);
        let rank = match (by_words, by_phone) {
            (Some(rank), true) => rank.min(3),
            (Some(rank), false) => rank,
            (None, true) => 3,
            (None, false) => return None,
        };
        worst = worst.max(rank);
    }
    Some(worst)
}

fn word_rank(word: &str, row: &CustomerRow) -> Option<u8> {
    let name = fold(&row.name);
    let at_word = name.match_indices_overlapping(word).any(|at| {
        !name[..at]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric)
    });
    let facts = [&row.email, &row.city, &row.phone, &row.key];
    if at_word {
        Some(1)
    } else if name.contains(word) || fold(&row.person).contains(word) {
        Some(2)
    } else if facts
        .into_iter()
        .chain(&row.tags)
        .any(|text| fold(text).contains(word))
    {
        Some(3)
    } else {
        fold(&row.notes).contains(word).then_some(4)
    }
}

trait Overlapping {
    fn match_indices_overlapping(&self, word: &str) -> impl Iterator<Item = usize>;
}

impl Overlapping for String {
    fn match_indices_overlapping(&self, word: &str) -> impl Iterator<Item = usize> {
        self.char_indices()
            .map(|(at, _)| at)
            .filter(move |at| self[*at..].starts_with(word))
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let mostly = digits * 2 > word.chars().count();
    !word.chars().any(char::is_alphabetic) && (mostly || word.chars().all(|c| "()+-/.".contains(c)))
}

fn has_phone(typed: &str, row: &CustomerRow) -> bool {
    let (typed, abroad) = number(typed);
    let (phone, phone_abroad) = number(&row.phone);
    if typed.len() < 3 {
        return false;
    }
    let national = |rest: &str| {
        rest.len() >= 6
            && !phone_abroad
            && (phone.starts_with(rest)
                || phone.strip_prefix('0').is_some_and(|p| p.starts_with(rest)))
    };
    phone.contains(&typed)
        || abroad && (1..=3).any(|code| typed.get(code..).is_some_and(national))
        || !abroad
            && typed
                .strip_prefix('0')
                .is_some_and(|rest| rest.len() >= 6 && phone.contains(rest))
}

/// Digits without 00 before them, and whether they start with a country's code.
fn number(text: &str) -> (String, bool) {
    let text = fold(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.trim_start_matches(['(', ' ']).starts_with('+') && !digits.is_empty();
    match digits.strip_prefix("00") {
        Some(rest) if rest.len() >= 3 => (rest.to_owned(), true),
        _ => (digits, plus),
    }
}

fn holds(rule: &Rule, row: &CustomerRow, today: Day) -> bool {
    match rule {
        Rule::All(rules) => rules.iter().all(|rule| holds(rule, row, today)),
        Rule::Any(rules) => rules.iter().any(|rule| holds(rule, row, today)),
        Rule::Not(rule) => !holds(rule, row, today),
        Rule::Is(Condition::City(test)) => text_holds(test, &row.city),
        Rule::Is(Condition::Country(test)) => text_holds(test, &row.country),
        Rule::Is(Condition::Tag(tags)) => row
            .tags
            .iter()
            .any(|tag| tags.iter().any(|wanted| fold(wanted) == fold(tag))),
        Rule::Is(Condition::LastPurchase(test)) => match (*test, row.last_purchase) {
            (DayTest::Never, day) => day.is_none(),
            (_, None) => false,
            (DayTest::WithinDays(n), Some(day)) => {
                i64::from(today.0) - i64::from(day.0) <= i64::from(n)
            }
            (DayTest::NotWithinDays(n), Some(day)) => {
                i64::from(today.0) - i64::from(day.0) > i64::from(n)
            }
            (DayTest::Between(from, to), Some(day)) => from <= day && day <= to,
        },
        Rule::Is(Condition::Orders(test)) => number_holds(*test, row.orders.into()),
        Rule::Is(Condition::Total(test)) => number_holds(*test, row.total_minor),
    }
}

fn text_holds(test: &TextTest, text: &str) -> bool {
    let text = fold(text);
    match test {
        TextTest::OneOf(texts) => texts.iter().any(|wanted| fold(wanted) == text),
        TextTest::Contains(part) => text.contains(&fold(part)),
        TextTest::Blank => text.is_empty(),
    }
}

fn number_holds(test: NumberTest, number: i64) -> bool {
    match test {
        NumberTest::AtLeast(least) => number >= least,
        NumberTest::AtMost(most) => number <= most,
        NumberTest::Between(from, to) => from <= number && number <= to,
    }
}

fn tally<'a>(rows: impl Iterator<Item = &'a [String]>, limit: usize) -> Vec<(String, u32)> {
    let mut values: BTreeMap<String, (u32, BTreeMap<&str, u32>)> = BTreeMap::new();
    for texts in rows {
        let mut seen = BTreeSet::new();
        for text in texts {
            let folded = fold(text);
            if folded.is_empty() {
                continue;
            }
            let value = values.entry(folded.clone()).or_default();
            *value.1.entry(text).or_default() += 1;
            value.0 += u32::from(seen.insert(folded));
        }
    }
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(|(a, (many_a, _)), (b, (many_b, _))| many_b.cmp(many_a).then(a.cmp(b)));
    let most = |spellings: &BTreeMap<&str, u32>| {
        let best = spellings
            .iter()
            .max_by_key(|(text, n)| (**n, core::cmp::Reverse(**text)));
        best.map_or_else(String::new, |(text, _)| (*text).to_owned())
    };
    let named = values
        .iter()
        .map(|(_, (many, spellings))| (most(spellings), *many));
    named.take(limit).collect()
}
