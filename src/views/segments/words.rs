//! A rule in the words of the person.

use super::condition::{Line, Property, Test};
use super::draft::{Draft, Group, Joint, Part};
use crate::i18n;
use tendero_domain::{Condition, Currency, DayTest, NumberTest, Rule, TextTest};

/// The name of what is asked about.
#[must_use]
pub fn property(property: Property) -> &'static str {
    match property {
        Property::City => t!(segment.property.city),
        Property::Country => t!(segment.property.country),
        Property::Tags => t!(segment.property.tags),
        Property::LastPurchase => t!(segment.property.lastPurchase),
        Property::Orders => t!(segment.property.orders),
        Property::Total => t!(segment.property.total),
    }
}

/// The words of a test, which stand before its value.
#[must_use]
pub fn test(test: Test) -> &'static str {
    match test {
        Test::OneOf => t!(segment.test.oneOf),
        Test::NoneOf => t!(segment.test.noneOf),
        Test::Contains => t!(segment.test.contains),
        Test::ContainsNot => t!(segment.test.containsNot),
        Test::Blank => t!(segment.test.blank),
        Test::NotBlank => t!(segment.test.notBlank),
        Test::AnyTag => t!(segment.test.anyTag),
        Test::NoTag => t!(segment.test.noTag),
        Test::Within => t!(segment.test.within),
        Test::LongerAgo => t!(segment.test.longerAgo),
        Test::NotWithin => t!(segment.test.notWithin),
        Test::NeverOrWithin => t!(segment.test.neverOrWithin),
        Test::BetweenDays => t!(segment.test.betweenDays),
        Test::OutsideDays => t!(segment.test.outsideDays),
        Test::Never => t!(segment.test.never),
        Test::Ever => t!(segment.test.ever),
        Test::AtLeast => t!(segment.test.atLeast),
        Test::AtMost => t!(segment.test.atMost),
        Test::MoreThan => t!(segment.test.moreThan),
        Test::LessThan => t!(segment.test.lessThan),
        Test::Between => t!(segment.test.between),
        Test::Outside => t!(segment.test.outside),
    }
}

/// The word between two parts.
#[must_use]
pub fn joint(joint: Joint) -> &'static str {
    match joint {
        Joint::And => t!(segment.and),
        Joint::Or => t!(segment.or),
    }
}

/// What a card asks of its rows: how they are joined, and whether that has not to hold.
#[must_use]
pub fn kind_of_group(kind: (Joint, bool)) -> &'static str {
    match kind {
        (Joint::Or, false) => t!(segment.anyOfThese),
        (Joint::And, false) => t!(segment.allOfThese),
        (Joint::Or, true) => t!(segment.noneOfThese),
        (Joint::And, true) => t!(segment.notAllOfThese),
    }
}

/// What stands behind a number of days.
#[must_use]
pub fn days_after(test: Test) -> &'static str {
    match test {
        Test::LongerAgo => t!(segment.daysAgo),
        _ => t!(segment.days),
    }
}

/// One condition: "City is Rueda or Toro".
#[must_use]
pub fn line(line: &Line, currency: Currency) -> String {
    let asked = Test::of(line);
    let start = format!(
        "{} {}",
        property(Property::of(&line.condition)),
        test(asked)
    );
    match value(line, asked, currency) {
        Some(value) => format!("{start} {value}"),
        None => start,
    }
}

/// The value of a condition in words, where its test has one.
fn value(line: &Line, asked: Test, currency: Currency) -> Option<String> {
    let pair = |from: String, to: String| t!(segment.pair, from = from, to = to);
    match &line.condition {
        Condition::City(TextTest::Blank)
        | Condition::Country(TextTest::Blank)
        | Condition::LastPurchase(DayTest::Never) => None,
        Condition::City(TextTest::Contains(text))
        | Condition::Country(TextTest::Contains(text)) => {
            Some(t!(segment.quoted, text = text.as_str()))
        }
        Condition::City(TextTest::OneOf(texts))
        | Condition::Country(TextTest::OneOf(texts))
        | Condition::Tag(texts) => Some(texts_in_words(texts)),
        Condition::LastPurchase(DayTest::WithinDays(days) | DayTest::NotWithinDays(days)) => Some(
            format!("{} {}", i18n::count(u64::from(*days)), days_after(asked)),
        ),
        Condition::LastPurchase(DayTest::Between(from, to)) => {
            Some(pair(i18n::day(*from), i18n::day(*to)))
        }
        Condition::Orders(number) => {
            Some(number_in_words(*number, |n| i18n::decimal(n as f64), pair))
        }
        Condition::Total(number) => Some(number_in_words(
            *number,
            |n| i18n::money_round(n, currency),
            pair,
        )),
    }
}

fn number_in_words(
    number: NumberTest,
    write: impl Fn(i64) -> String,
    pair: impl Fn(String, String) -> String,
) -> String {
    match number {
        NumberTest::AtLeast(n) | NumberTest::AtMost(n) => write(n),
        NumberTest::Between(from, to) => pair(write(from), write(to)),
    }
}

/// Chosen texts in a few words: the first three by name.
#[must_use]
pub fn texts_in_words(texts: &[String]) -> String {
    const NAMED: usize = 3;
    if texts.len() > NAMED + 1 {
        let named: Vec<&str> = texts.iter().take(NAMED).map(String::as_str).collect();
        return t!(
            segment.andMore,
            names = named.join(", "),
            n = texts.len() - NAMED
        );
    }
    joined(
        &texts.iter().map(String::as_str).collect::<Vec<_>>(),
        t!(segment.or),
    )
}

/// "a, b or c".
fn joined(parts: &[&str], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} {word} {last}", before.join(", ")),
    }
}

/// A whole rule on one line.
#[must_use]
pub fn rule(rule: &Rule, currency: Currency) -> String {
    let draft = Draft::of(rule);
    if draft.asks() {
        group(&draft.root, currency)
    } else {
        t!(segment.everyone).to_owned()
    }
}

fn group(parts_of: &Group, currency: Currency) -> String {
    let parts: Vec<String> = parts_of
        .parts
        .iter()
        .map(|part| match part {
            Part::Line(one) => line(one, currency),
            Part::Group(inner) if inner.negated => {
                t!(segment.notGroup, rule = group(inner, currency))
            }
            Part::Group(inner) if inner.parts.len() > 1 => format!("({})", group(inner, currency)),
            Part::Group(inner) => group(inner, currency),
        })
        .collect();
    parts.join(&format!(" {} ", joint(parts_of.joint)))
}
