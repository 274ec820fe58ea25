//! One condition while it is filled in: what it is about, how it is tested, and what of it is kept when either changes.

use super::draft::NodeId;
use tendero_domain::{Condition, Day, DayTest, NumberTest, TextTest};

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name within the draft.
    pub id: NodeId,
    /// Whether it has *not* to hold.
    pub negated: bool,
    /// The condition.
    pub condition: Condition,
    /// Whether what is typed in it cannot be read yet; such a line is not counted.
    pub unread: bool,
}

/// What can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// City of the main site.
    City,
    /// Country of the main site.
    Country,
    /// Tags.
    Tags,
    /// Day of the last purchase.
    LastPurchase,
    /// Number of purchases.
    Orders,
    /// Total of all purchases.
    Total,
}

impl Property {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::LastPurchase,
        Self::Orders,
        Self::Total,
        Self::City,
        Self::Country,
        Self::Tags,
    ];

    /// What a condition asks about.
    #[must_use]
    pub const fn of(condition: &Condition) -> Self {
        match condition {
            Condition::City(_) => Self::City,
            Condition::Country(_) => Self::Country,
            Condition::Tag(_) => Self::Tags,
            Condition::LastPurchase(_) => Self::LastPurchase,
            Condition::Orders(_) => Self::Orders,
            Condition::Total(_) => Self::Total,
        }
    }

    /// The condition to begin with.
    #[must_use]
    pub const fn first_condition(self) -> Condition {
        match self {
            Self::City => Condition::City(TextTest::OneOf(Vec::new())),
            Self::Country => Condition::Country(TextTest::OneOf(Vec::new())),
            Self::Tags => Condition::Tag(Vec::new()),
            Self::LastPurchase => Condition::LastPurchase(DayTest::WithinDays(90)),
            Self::Orders => Condition::Orders(NumberTest::AtLeast(2)),
            Self::Total => Condition::Total(NumberTest::AtLeast(100_000)),
        }
    }

    /// What can be asked about it, in the order in which it is offered.
    #[must_use]
    pub const fn tests(self) -> &'static [Test] {
        match self {
            Self::City | Self::Country => &[
                Test::OneOf,
                Test::NoneOf,
                Test::Contains,
                Test::ContainsNot,
                Test::Blank,
                Test::NotBlank,
            ],
            Self::Tags => &[Test::AnyTag, Test::NoTag],
            Self::LastPurchase => &[
                Test::Within,
                Test::LongerAgo,
                Test::NotWithin,
                Test::NeverOrWithin,
                Test::BetweenDays,
                Test::OutsideDays,
                Test::Never,
                Test::Ever,
            ],
            Self::Orders | Self::Total => &[
                Test::AtLeast,
                Test::AtMost,
                Test::MoreThan,
                Test::LessThan,
                Test::Between,
                Test::Outside,
            ],
        }
    }
}

/// A test as a person chooses it: what the rule language says with and without *not*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    OneOf,
    NoneOf,
    Contains,
    ContainsNot,
    Blank,
    NotBlank,
    AnyTag,
    NoTag,
    Within,
    /// Bought, but longer ago.
    LongerAgo,
    /// Longer ago, or never.
    NotWithin,
    NeverOrWithin,
    BetweenDays,
    OutsideDays,
    Never,
    Ever,
    AtLeast,
    AtMost,
    MoreThan,
    LessThan,
    Between,
    Outside,
}

impl Test {
    /// The test of a line.
    #[must_use]
    pub const fn of(line: &Line) -> Self {
        match (&line.condition, line.negated) {
            (
                Condition::City(TextTest::OneOf(_)) | Condition::Country(TextTest::OneOf(_)),
                false,
            ) => Self::OneOf,
            (
                Condition::City(TextTest::OneOf(_)) | Condition::Country(TextTest::OneOf(_)),
                true,
            ) => Self::NoneOf,
            (
                Condition::City(TextTest::Contains(_)) | Condition::Country(TextTest::Contains(_)),
                false,
            ) => Self::Contains,
            (
                Condition::City(TextTest::Contains(_)) | Condition::Country(TextTest::Contains(_)),
                true,
            ) => Self::ContainsNot,
            (Condition::City(TextTest::Blank) | Condition::Country(TextTest::Blank), false) => {
                Self::Blank
            }
            (Condition::City(TextTest::Blank) | Condition::Country(TextTest::Blank), true) => {
                Self::NotBlank
            }
            (Condition::Tag(_), false) => Self::AnyTag,
            (Condition::Tag(_), true) => Self::NoTag,
            (Condition::LastPurchase(DayTest::WithinDays(_)), false) => Self::Within,
            (Condition::LastPurchase(DayTest::WithinDays(_)), true) => Self::NotWithin,
            (Condition::LastPurchase(DayTest::NotWithinDays(_)), false) => Self::LongerAgo,
            (Condition::LastPurchase(DayTest::NotWithinDays(_)), true) => Self::NeverOrWithin,
            (Condition::LastPurchase(DayTest::Between(..)), false) => Self::BetweenDays,
            (Condition::LastPurchase(DayTest::Between(..)), true) => Self::OutsideDays,
            (Condition::LastPurchase(DayTest::Never), false) => Self::Never,
            (Condition::LastPurchase(DayTest::Never), true) => Self::Ever,
            (Condition::Orders(test) | Condition::Total(test), negated) => match (test, negated) {
                (NumberTest::AtLeast(_), false) => Self::AtLeast,
                (NumberTest::AtLeast(_), true) => Self::LessThan,
                (NumberTest::AtMost(_), false) => Self::AtMost,
                (NumberTest::AtMost(_), true) => Self::MoreThan,
                (NumberTest::Between(..), false) => Self::Between,
                (NumberTest::Between(..), true) => Self::Outside,
            },
        }
    }
}

impl Line {
    /// Whether there is enough to ask.
    #[must_use]
    pub fn is_filled_in(&self) -> bool {
        !self.unread
            && match &self.condition {
                Condition::City(test) | Condition::Country(test) => match test {
                    TextTest::OneOf(texts) => !texts.is_empty(),
                    TextTest::Contains(text) => !text.trim().is_empty(),
                    TextTest::Blank => true,
                },
                Condition::Tag(tags) => !tags.is_empty(),
                Condition::LastPurchase(DayTest::Between(from, to)) => from <= to,
                Condition::LastPurchase(_) => true,
                Condition::Orders(test) | Condition::Total(test) => match test {
                    NumberTest::Between(from, to) => from <= to,
                    NumberTest::AtLeast(_) | NumberTest::AtMost(_) => true,
                },
            }
    }

    /// Asks about something else.
    pub fn set_property(&mut self, property: Property) {
        if Property::of(&self.condition) != property {
            let moved = match (&self.condition, property) {
                (Condition::City(test), Property::Country) => {
                    Some(Condition::Country(emptied(test)))
                }
                (Condition::Country(test), Property::City) => Some(Condition::City(emptied(test))),
                _ => None,
            };
            if moved.is_none() {
                self.negated = false;
            }
            self.condition = moved.unwrap_or_else(|| property.first_condition());
            self.unread = false;
        }
    }

    /// Tests in another way; what was filled in is kept where the other test can use it.
    pub fn set_test(&mut self, test: Test, today: Day) {
        let texts = self.texts().to_vec();
        let (a, b) = self.numbers();
        let days = self.days();
        let text = match test {
            Test::OneOf | Test::NoneOf => Some(TextTest::OneOf(texts)),
            Test::Contains | Test::ContainsNot => Some(TextTest::Contains(match &self.condition {
                Condition::City(TextTest::Contains(text))
                | Condition::Country(TextTest::Contains(text)) => text.clone(),
                _ => String::new(),
            })),
            Test::Blank | Test::NotBlank => Some(TextTest::Blank),
            _ => None,
        };
        let number = match test {
            Test::AtLeast | Test::LessThan => Some(NumberTest::AtLeast(a)),
            Test::AtMost | Test::MoreThan => Some(NumberTest::AtMost(a)),
            Test::Between | Test::Outside => Some(NumberTest::Between(a, b.max(a))),
            _ => None,
        };
        let day = match test {
            Test::Within | Test::NotWithin => Some(DayTest::WithinDays(days)),
            Test::LongerAgo | Test::NeverOrWithin => Some(DayTest::NotWithinDays(days)),
            Test::BetweenDays | Test::OutsideDays => Some(match self.condition {
                Condition::LastPurchase(DayTest::Between(from, to)) => DayTest::Between(from, to),
                _ => DayTest::Between(this_year(today), today),
            }),
            Test::Never | Test::Ever => Some(DayTest::Never),
            _ => None,
        };
        self.condition = match (&self.condition, text, number, day) {
            (Condition::City(_), Some(text), ..) => Condition::City(text),
            (Condition::Country(_), Some(text), ..) => Condition::Country(text),
            (Condition::Orders(_), _, Some(number), _) => Condition::Orders(number),
            (Condition::Total(_), _, Some(number), _) => Condition::Total(number),
            (Condition::LastPurchase(_), _, _, Some(day)) => Condition::LastPurchase(day),
            (same, ..) => same.clone(),
        };
        self.negated = matches!(
            test,
            Test::NoneOf
                | Test::ContainsNot
                | Test::NotBlank
                | Test::NoTag
                | Test::NotWithin
                | Test::NeverOrWithin
                | Test::OutsideDays
                | Test::Ever
                | Test::MoreThan
                | Test::LessThan
                | Test::Outside
        );
        self.unread = false;
    }

    /// The chosen texts of a test that has some.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match &self.condition {
            Condition::City(TextTest::OneOf(texts))
            | Condition::Country(TextTest::OneOf(texts))
            | Condition::Tag(texts) => texts,
            _ => &[],
        }
    }

    /// The chosen texts of a test that has some, to be changed.
    pub fn texts_mut(&mut self) -> Option<&mut Vec<String>> {
        match &mut self.condition {
            Condition::City(TextTest::OneOf(texts))
            | Condition::Country(TextTest::OneOf(texts))
            | Condition::Tag(texts) => Some(texts),
            _ => None,
        }
    }

    fn numbers(&self) -> (i64, i64) {
        match self.condition {
            Condition::Orders(test) | Condition::Total(test) => match test {
                NumberTest::AtLeast(a) | NumberTest::AtMost(a) => (a, a.saturating_mul(2)),
                NumberTest::Between(a, b) => (a, b),
            },
            _ => (0, 0),
        }
    }

    const fn days(&self) -> u32 {
        match self.condition {
            Condition::LastPurchase(DayTest::WithinDays(days) | DayTest::NotWithinDays(days)) => {
                days
            }
            _ => 90,
        }
    }
}

fn emptied(test: &TextTest) -> TextTest {
    match test {
        TextTest::OneOf(_) => TextTest::OneOf(Vec::new()),
        other => other.clone(),
    }
}

fn this_year(today: Day) -> Day {
    Day::from_ymd(today.to_ymd().0, 1, 1).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_test_is_what_the_line_says_then() {
        for property in Property::ALL {
            let mut line = Line {
                id: 0,
                negated: false,
                condition: property.first_condition(),
                unread: false,
            };
            for test in property.tests() {
                line.set_test(*test, Day(20_000));
                assert_eq!(Test::of(&line), *test);
                assert_eq!(Property::of(&line.condition), property);
            }
        }
    }

    #[test]
    fn another_test_keeps_what_was_typed() {
        let mut line = Line {
            id: 0,
            negated: false,
            condition: Condition::Total(NumberTest::AtLeast(5_000)),
            unread: false,
        };
        line.set_test(Test::MoreThan, Day(0));
        assert_eq!(line.condition, Condition::Total(NumberTest::AtMost(5_000)));
        line.set_test(Test::Between, Day(0));
        assert_eq!(
            line.condition,
            Condition::Total(NumberTest::Between(5_000, 10_000))
        );
    }
}
