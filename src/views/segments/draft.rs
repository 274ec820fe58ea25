//! A segment while somebody builds it: the rule as lines and groups that can be half filled in, and undone.

use super::condition::Line;
use tendero_domain::{Condition, Rule};

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

#[cfg(test)]
mod tests {
    use super::super::condition::Property;
    use super::*;
    use tendero_domain::{NumberTest, TextTest};

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
}
