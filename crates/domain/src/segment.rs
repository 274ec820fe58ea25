//! The rules that say who belongs to a segment.

use crate::Day;
use serde::{Deserialize, Serialize};

/// Who belongs to a segment.
///
/// Stored as JSON in the segment's document, so variants and fields are never renamed, only added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// Every one of the rules holds; everybody when there is none.
    All(Vec<Rule>),
    /// At least one of the rules holds; nobody when there is none.
    Any(Vec<Rule>),
    /// The rule does not hold.
    Not(Box<Rule>),
    /// One condition.
    Is(Condition),
}

impl Rule {
    /// The deepest nesting that is evaluated; the builder does not offer more.
    pub const MAX_DEPTH: usize = 16;

    /// The rule that holds for everybody.
    #[must_use]
    pub const fn everyone() -> Self {
        Self::All(Vec::new())
    }

    /// The rule and all rules within it, each before those it contains: the order in which counts per rule are given.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Rule)) {
        visit(self);
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().for_each(|rule| rule.walk(visit)),
            Self::Not(rule) => rule.walk(visit),
            Self::Is(_) => {}
        }
    }
}

/// One test of one property of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// The city of the main site.
    City(TextTest),
    /// The country of the main site.
    Country(TextTest),
    /// Has at least one of these tags.
    Tag(Vec<String>),
    /// The day of the last purchase; somebody who never bought passes only [`DayTest::Never`].
    LastPurchase(DayTest),
    /// The number of purchases.
    Orders(NumberTest),
    /// The total of all purchases, in minor units of the workspace's currency.
    Total(NumberTest),
}

/// A test of a text; case and accents make no difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TextTest {
    /// Equal to one of these.
    OneOf(Vec<String>),
    /// Contains this.
    Contains(String),
    /// Nothing is written.
    Blank,
}

/// A test of a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DayTest {
    /// At most so many whole days ago; days to come count as 0.
    WithinDays(u32),
    /// More than so many whole days ago.
    NotWithinDays(u32),
    /// From this day to that day, both included.
    Between(Day, Day),
    /// There is no such day.
    Never,
}

/// A test of a number; bounds are included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberTest {
    /// At least this.
    AtLeast(i64),
    /// At most this.
    AtMost(i64),
    /// From this to that, both included.
    Between(i64, i64),
}
