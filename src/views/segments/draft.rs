//! A segment while somebody builds it: the rule as lines and groups that can be half filled in, and undone.

use tendero_domain::{Condition, Day, DayTest, NumberTest, Rule, TextTest};

/// Names a line or a group within one draft.
pub type NodeId = u32;

/// How the parts of a group belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// All of them hold.
    And,
    /// One of them is enough.
    Or,
}

impl Joint {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::And => Self::Or,
            Self::Or => Self::And,
        }
    }
}

/// A rule being built.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The outermost group; never negated.
    pub root: Group,
    next: NodeId,
}

/// Parts that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name within the draft.
    pub id: NodeId,
    /// How its parts belong together.
    pub joint: Joint,
    /// Whether it has *not* to hold.
    pub negated: bool,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// One condition.
    Line(Line),
    /// A group within the group.
    Group(Group),
}

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

/// A draft as the engine understands it.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// The rule; lines that are not filled in are left out.
    pub rule: Rule,
    /// Where each counted line or group stands in [`Rule::walk`]'s order.
    pub places: Vec<(NodeId, usize)>,
}

impl Compiled {
    /// How many a line or group holds for, out of the counts per part.
    #[must_use]
    pub fn count_of(&self, node: NodeId, each: &[u64]) -> Option<u64> {
        let (_, place) = self.places.iter().find(|(id, _)| *id == node)?;
        each.get(*place).copied()
    }
}

impl Draft {
    /// Nothing is asked yet: everybody belongs.
    #[must_use]
    pub const fn everyone() -> Self {
        Self {
            root: Group {
                id: 0,
                joint: Joint::And,
                negated: false,
                parts: Vec::new(),
            },
            next: 1,
        }
    }

    /// A saved rule, to be changed.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let mut draft = Self::everyone();
        match draft.part(rule) {
            Part::Group(group) if !group.negated => draft.root = Group { id: 0, ..group },
            part => draft.root.parts.push(part),
        }
        draft
    }

    fn name(&mut self) -> NodeId {
        let id = self.next;
        self.next += 1;
        id
    }

    fn part(&mut self, rule: &Rule) -> Part {
        let id = self.name();
        let group = |joint, parts| {
            Part::Group(Group {
                id,
                joint,
                negated: false,
                parts,
            })
        };
        match rule {
            Rule::All(rules) => group(
                Joint::And,
                rules.iter().map(|rule| self.part(rule)).collect(),
            ),
            Rule::Any(rules) => group(
                Joint::Or,
                rules.iter().map(|rule| self.part(rule)).collect(),
            ),
            Rule::Is(condition) => Part::Line(Line {
                id,
                negated: false,
                condition: condition.clone(),
                unread: false,
            }),
            Rule::Not(inner) => match self.part(inner) {
                Part::Line(line) if !line.negated => Part::Line(Line {
                    negated: true,
                    ..line
                }),
                Part::Group(inner) if !inner.negated => Part::Group(Group {
                    negated: true,
                    ..inner
                }),
                twice => Part::Group(Group {
                    id,
                    joint: Joint::And,
                    negated: true,
                    parts: vec![twice],
                }),
            },
        }
    }

    /// The draft as a rule.
    #[must_use]
    pub fn compile(&self) -> Compiled {
        let mut places = Vec::new();
        let mut next = 0;
        let rule = compile_group(&self.root, &mut next, &mut places).unwrap_or_else(Rule::everyone);
        Compiled { rule, places }
    }

    /// Whether something is asked of customers.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.root.asks()
    }

    /// Adds a condition at the end of a group and names it.
    pub fn add_line(&mut self, group: NodeId, condition: Condition) -> Option<NodeId> {
        let id = self.name();
        self.root.group_mut(group)?.parts.push(Part::Line(Line {
            id,
            negated: false,
            condition,
            unread: false,
        }));
        Some(id)
    }

    /// Adds a group with one condition at the end of a group, joined the other way, and names the condition.
    pub fn add_group(&mut self, group: NodeId, condition: Condition) -> Option<NodeId> {
        let (id, line) = (self.name(), self.name());
        let outer = self.root.group_mut(group)?;
        outer.parts.push(Part::Group(Group {
            id,
            joint: outer.joint.other(),
            negated: false,
            parts: vec![Part::Line(Line {
                id: line,
                negated: false,
                condition,
                unread: false,
            })],
        }));
        Some(line)
    }

    /// Takes a line or a group out; a group that is empty then goes with it.
    pub fn remove(&mut self, node: NodeId) {
        self.root.remove(node);
    }

    /// The group of this name.
    pub fn group_mut(&mut self, group: NodeId) -> Option<&mut Group> {
        self.root.group_mut(group)
    }

    /// The line of this name, to be read.
    #[must_use]
    pub fn line(&self, line: NodeId) -> Option<&Line> {
        self.root.line(line)
    }

    /// The group of this name, to be read.
    #[must_use]
    pub fn group(&self, group: NodeId) -> Option<&Group> {
        self.root.group(group)
    }

    /// The line of this name.
    pub fn line_mut(&mut self, line: NodeId) -> Option<&mut Line> {
        self.root.line_mut(line)
    }
}

impl Group {
    /// Whether something in it is filled in.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Line(line) => line.is_filled_in(),
            Part::Group(group) => group.asks(),
        })
    }

    fn line(&self, id: NodeId) -> Option<&Line> {
        self.parts.iter().find_map(|part| match part {
            Part::Line(line) => Some(line).filter(|line| line.id == id),
            Part::Group(group) => group.line(id),
        })
    }

    fn group(&self, id: NodeId) -> Option<&Self> {
        if self.id == id {
            return Some(self);
        }
        self.parts.iter().find_map(|part| match part {
            Part::Group(group) => group.group(id),
            Part::Line(_) => None,
        })
    }

    fn group_mut(&mut self, id: NodeId) -> Option<&mut Self> {
        if self.id == id {
            return Some(self);
        }
        self.parts.iter_mut().find_map(|part| match part {
            Part::Group(group) => group.group_mut(id),
            Part::Line(_) => None,
        })
    }

    fn line_mut(&mut self, id: NodeId) -> Option<&mut Line> {
        self.parts.iter_mut().find_map(|part| match part {
            Part::Line(line) if line.id == id => Some(line),
            Part::Line(_) => None,
            Part::Group(group) => group.line_mut(id),
        })
    }

    fn remove(&mut self, id: NodeId) {
        self.parts.retain_mut(|part| {
            if part.id() == id {
                return false;
            }
            match part {
                Part::Line(_) => true,
                Part::Group(group) => {
                    group.remove(id);
                    !group.parts.is_empty()
                }
            }
        });
    }
}

impl Part {
    /// Its name within the draft.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        match self {
            Self::Line(line) => line.id,
            Self::Group(group) => group.id,
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
}

fn compile_group(
    group: &Group,
    next: &mut usize,
    places: &mut Vec<(NodeId, usize)>,
) -> Option<Rule> {
    if !group.asks() {
        return None;
    }
    places.push((group.id, *next));
    *next += 1 + usize::from(group.negated);
    let mut rules = Vec::with_capacity(group.parts.len());
    for part in &group.parts {
        match part {
            Part::Line(line) if line.is_filled_in() => {
                places.push((line.id, *next));
                *next += 1 + usize::from(line.negated);
                rules.push(negate(line.negated, Rule::Is(line.condition.clone())));
            }
            Part::Line(_) => {}
            Part::Group(inner) => rules.extend(compile_group(inner, next, places)),
        }
    }
    let rule = match group.joint {
        Joint::And => Rule::All(rules),
        Joint::Or => Rule::Any(rules),
    };
    Some(negate(group.negated, rule))
}

fn negate(negated: bool, rule: Rule) -> Rule {
    if negated {
        Rule::Not(Box::new(rule))
    } else {
        rule
    }
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

    fn city(name: &str) -> Rule {
        Rule::Is(Condition::City(TextTest::OneOf(vec![name.to_owned()])))
    }

    fn negated(rule: Rule) -> Rule {
        Rule::Not(Box::new(rule))
    }

    fn many() -> Rule {
        Rule::All(vec![
            Rule::Is(Condition::Orders(NumberTest::AtLeast(3))),
            negated(city("León")),
            negated(Rule::Any(vec![
                city("Rueda"),
                Rule::Is(Condition::Tag(vec!["vip".into()])),
            ])),
        ])
    }

    #[test]
    fn a_saved_rule_comes_back_as_it_was() {
        for rule in [Rule::everyone(), many(), Rule::Any(vec![city("Toro")])] {
            assert_eq!(Draft::of(&rule).compile().rule, rule);
        }
        // Wrapped in the outermost group, with the same meaning.
        assert_eq!(
            Draft::of(&city("Toro")).compile().rule,
            Rule::All(vec![city("Toro")])
        );
        let twice = negated(negated(city("Toro")));
        assert_eq!(
            Draft::of(&twice).compile().rule,
            Rule::All(vec![negated(Rule::All(vec![negated(city("Toro"))]))])
        );
    }

    #[test]
    fn counts_stand_beside_their_parts() {
        let compiled = Draft::of(&many()).compile();
        let mut walked = Vec::new();
        compiled.rule.walk(&mut |rule| walked.push(rule));
        let draft = Draft::of(&many());
        let Part::Line(second) = &draft.root.parts[1] else {
            return;
        };
        let Part::Group(third) = &draft.root.parts[2] else {
            return;
        };
        let place = |id| {
            compiled
                .places
                .iter()
                .find(|(node, _)| *node == id)
                .unwrap()
                .1
        };
        assert_eq!(*walked[place(draft.root.id)], many());
        assert_eq!(*walked[place(second.id)], negated(city("León")));
        assert!(matches!(walked[place(third.id)], Rule::Not(_)));
        assert_eq!(*walked[place(third.parts[0].id())], city("Rueda"));
    }

    #[test]
    fn what_is_not_filled_in_is_not_asked() {
        let mut draft = Draft::everyone();
        draft.root.joint = Joint::Or;
        let line = draft.add_line(0, Property::City.first_condition()).unwrap();
        assert_eq!(draft.compile().rule, Rule::everyone());
        assert!(!draft.asks());
        draft
            .line_mut(line)
            .unwrap()
            .texts_mut()
            .unwrap()
            .push("Toro".into());
        assert_eq!(draft.compile().rule, Rule::Any(vec![city("Toro")]));
        draft.line_mut(line).unwrap().unread = true;
        assert!(!draft.asks());
    }

    #[test]
    fn an_emptied_group_goes() {
        let mut draft = Draft::everyone();
        let line = draft
            .add_group(0, Property::Orders.first_condition())
            .unwrap();
        assert_eq!(draft.root.parts.len(), 1);
        draft.remove(line);
        assert_eq!(
            draft,
            Draft {
                next: draft.next,
                ..Draft::everyone()
            }
        );
    }

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
