//! Rules of segments, made ready to be evaluated column by column.

use crate::bits::Bits;
use crate::intern::Texts;
use crate::segment::{NO_DAY, Segment};
use crate::table::Table;
use std::collections::BTreeSet;
use tendero_domain::{Condition, Day, DayTest, NumberTest, Rule, TextTest, fold};

/// A rule with its texts looked up and its days counted from today.
#[derive(Debug)]
pub(crate) enum Compiled {
    All(Vec<Compiled>),
    Any(Vec<Compiled>),
    Not(Box<Compiled>),
    Is(Test),
}

#[derive(Debug)]
pub(crate) enum Test {
    City(CodeSet),
    Country(CodeSet),
    Tags(CodeSet),
    LastPurchase { from: i32, to: i32 },
    Orders { from: i64, to: i64 },
    Total { from: i64, to: i64 },
}

/// Codes of the values that pass.
#[derive(Debug)]
pub(crate) enum CodeSet {
    /// At most two, compared with; the same one twice for one.
    Pair(u32, u32),
    /// Any number, looked up.
    Table(Vec<bool>),
}

impl Compiled {
    /// Makes a rule that [fits](crate::rule_fits) ready.
    pub(crate) fn new(rule: &Rule, table: &Table, today: Day) -> Self {
        let all = |rules: &[Rule]| {
            rules
                .iter()
                .map(|rule| Self::new(rule, table, today))
                .collect()
        };
        match rule {
            Rule::All(rules) => Self::All(all(rules)),
            Rule::Any(rules) => Self::Any(all(rules)),
            Rule::Not(rule) => Self::Not(Box::new(Self::new(rule, table, today))),
            Rule::Is(condition) => Self::Is(Test::new(condition, table, today)),
        }
    }

    /// The rows it holds for, among them perhaps some a short segment does not have.
    ///
    /// `report` gets the rows of each part with its number in the order of [`Rule::walk`], counted on from `part`.
    pub(crate) fn rows(
        &self,
        segment: &Segment,
        part: &mut usize,
        report: &mut dyn FnMut(usize, &Bits),
    ) -> Bits {
        let me = *part;
        *part += 1;
        let bits = match self {
            Self::All(parts) => parts.iter().fold(Bits::EVERY, |bits, rule| {
                bits.and(&rule.rows(segment, part, report))
            }),
            Self::Any(parts) => parts.iter().fold(Bits::NONE, |bits, rule| {
                bits.or(&rule.rows(segment, part, report))
            }),
            Self::Not(rule) => Bits::EVERY.and_not(&rule.rows(segment, part, report)),
            Self::Is(test) => test.rows(segment),
        };
        report(me, &bits);
        bits
    }
}

impl Test {
    fn new(condition: &Condition, table: &Table, today: Day) -> Self {
        match condition {
            Condition::City(test) => Self::City(text_codes(test, &table.cities)),
            Condition::Country(test) => Self::Country(text_codes(test, &table.countries)),
            Condition::Tag(tags) => Self::Tags(tag_codes(tags, table)),
            Condition::LastPurchase(test) => {
                let (from, to) = days(*test, today);
                Self::LastPurchase { from, to }
            }
            Condition::Orders(test) => {
                let (from, to) = numbers(*test);
                Self::Orders { from, to }
            }
            Condition::Total(test) => {
                let (from, to) = numbers(*test);
                Self::Total { from, to }
            }
        }
    }

    fn rows(&self, segment: &Segment) -> Bits {
        match self {
            Self::City(codes) => codes.rows(&segment.cities),
            Self::Country(codes) => codes.rows(&segment.countries),
            Self::Tags(codes) => codes.rows(&segment.tags),
            Self::LastPurchase { from, to } => {
                Bits::of(&segment.last_purchase, |day| (*from <= day) & (day <= *to))
            }
            Self::Orders { from, to } => {
                // Within the numbers that occur, so that rows are compared as they are.
                let low = u32::try_from((*from).max(0));
                let high = u32::try_from((*to).min(u32::MAX.into()));
                match (low, high) {
                    (Ok(low), Ok(high)) => Bits::of(&segment.orders, |n| (low <= n) & (n <= high)),
                    _ => Bits::NONE,
                }
            }
            Self::Total { from, to } => Bits::of(&segment.totals, |n| (*from <= n) & (n <= *to)),
        }
    }
}

impl CodeSet {
    fn new(passing: impl Iterator<Item = bool>) -> Self {
        let table: Vec<bool> = passing.collect();
        let mut codes = (0..)
            .zip(&table)
            .filter(|(_, passes)| **passes)
            .map(|(code, _)| code);
        match (codes.next(), codes.next(), codes.next()) {
            (Some(one), None, _) => Self::Pair(one, one),
            (Some(one), Some(other), None) => Self::Pair(one, other),
            _ => Self::Table(table),
        }
    }

    fn rows(&self, column: &[u32]) -> Bits {
        match self {
            Self::Pair(one, other) => Bits::of(column, |code| (code == *one) | (code == *other)),
            Self::Table(passing) => Bits::of(column, |code| {
                passing.get(code as usize).copied().unwrap_or(false)
            }),
        }
    }
}

fn text_codes(test: &TextTest, texts: &Texts) -> CodeSet {
    match test {
        TextTest::OneOf(wanted) => {
            let wanted: BTreeSet<String> = wanted.iter().map(|text| fold(text)).collect();
            CodeSet::new(texts.all_folded().map(|text| wanted.contains(text)))
        }
        TextTest::Contains(part) => {
            let part = fold(part);
            CodeSet::new(texts.all_folded().map(|text| text.contains(&part)))
        }
        TextTest::Blank => CodeSet::new(texts.all_folded().map(str::is_empty)),
    }
}

fn tag_codes(wanted: &[String], table: &Table) -> CodeSet {
    let wanted: BTreeSet<String> = wanted.iter().map(|tag| fold(tag)).collect();
    let passing: Vec<bool> = table
        .tags
        .tags()
        .all_folded()
        .map(|tag| wanted.contains(tag))
        .collect();
    let passes = |tag: &u32| passing.get(*tag as usize).copied().unwrap_or(false);
    CodeSet::new(table.tags.lists().map(|list| list.iter().any(passes)))
}

/// First and last day that pass, as a column holds them; first after last when none does.
fn days(test: DayTest, today: Day) -> (i32, i32) {
    let earliest = NO_DAY + 1;
    let before = |n: u32| i64::from(today.0) - i64::from(n);
    let nobody = (0, -1);
    match test {
        DayTest::WithinDays(n) => {
            let from = before(n).max(earliest.into());
            (i32::try_from(from).unwrap_or(earliest), i32::MAX)
        }
        DayTest::NotWithinDays(n) => match i32::try_from(before(n) - 1) {
            Ok(to) if to >= earliest => (earliest, to),
            _ => nobody,
        },
        DayTest::Between(from, to) => (from.0.max(earliest), to.0),
        DayTest::Never => (NO_DAY, NO_DAY),
    }
}

fn numbers(test: NumberTest) -> (i64, i64) {
    match test {
        NumberTest::AtLeast(least) => (least, i64::MAX),
        NumberTest::AtMost(most) => (i64::MIN, most),
        NumberTest::Between(from, to) => (from, to),
    }
}
