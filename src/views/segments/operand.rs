//! What a condition is compared with: fields for numbers, amounts, days and words, and a list of texts to choose from.

use super::amount::{read_amount, read_count};
use super::builder::Builder;
use super::condition::{Line, Property, Test};
use super::draft::NodeId;
use super::field::{Entry, Field};
use super::values::Values;
use super::words;
use crate::components::live;
use crate::i18n;
use leptos::prelude::*;
use tendero_domain::{Condition, Currency, Day, DayTest, NumberTest, TextTest};
use tendero_messages::Facets;

/// What of a condition is written in which way. While it stays the same, its fields stay on the screen and keep the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Chosen(Property),
    Contains,
    Days,
    TwoDays,
    One(Property),
    Two(Property),
    Nothing,
}

impl Shape {
    /// The shape of a line's condition.
    pub const fn of(line: &Line) -> Self {
        let property = Property::of(&line.condition);
        match &line.condition {
            Condition::City(TextTest::OneOf(_))
            | Condition::Country(TextTest::OneOf(_))
            | Condition::Tag(_) => Self::Chosen(property),
            Condition::City(TextTest::Contains(_)) | Condition::Country(TextTest::Contains(_)) => {
                Self::Contains
            }
            Condition::City(TextTest::Blank)
            | Condition::Country(TextTest::Blank)
            | Condition::LastPurchase(DayTest::Never) => Self::Nothing,
            Condition::LastPurchase(DayTest::Between(..)) => Self::TwoDays,
            Condition::LastPurchase(_) => Self::Days,
            Condition::Orders(NumberTest::Between(..))
            | Condition::Total(NumberTest::Between(..)) => Self::Two(property),
            Condition::Orders(_) | Condition::Total(_) => Self::One(property),
        }
    }
}

/// The fields of a condition.
pub fn operand(
    builder: Builder,
    id: NodeId,
    shape: Shape,
    facets: Signal<Facets>,
    currency: Currency,
    is_new: bool,
) -> AnyView {
    match shape {
        Shape::Nothing => ().into_any(),
        Shape::Chosen(property) => {
            let options = Signal::derive(move || {
                facets.with(|facets| match property {
                    Property::City => facets.cities.clone(),
                    Property::Country => facets.countries.clone(),
                    _ => facets.tags.clone(),
                })
            });
            view! { <Values builder id label=words::property(property).to_owned() options open_at_once=is_new/> }.into_any()
        }
        Shape::Contains => {
            let text = Entry {
                read: |line| match &line.condition {
                    Condition::City(TextTest::Contains(text))
                    | Condition::Country(TextTest::Contains(text)) => text.clone(),
                    _ => String::new(),
                },
                write: |line, typed| {
                    if let Condition::City(TextTest::Contains(text))
                    | Condition::Country(TextTest::Contains(text)) = &mut line.condition
                    {
                        typed.clone_into(text);
                    }
                    true
                },
                same: |a, b| a == b,
                label: t!(segment.value),
                wrong: "",
                kind: "text",
            };
            view! { <Field builder id entry=text focus=is_new/> }.into_any()
        }
        Shape::Days => {
            let days = Entry {
                read: |line| match line.condition {
                    Condition::LastPurchase(
                        DayTest::WithinDays(days) | DayTest::NotWithinDays(days),
                    ) => days.to_string(),
                    _ => String::new(),
                },
                write: |line, typed| {
                    let read = read_count(typed)
                        .and_then(|days| u32::try_from(days).ok())
                        .filter(|days| *days < 40_000);
                    if let (
                        Some(read),
                        Condition::LastPurchase(
                            DayTest::WithinDays(days) | DayTest::NotWithinDays(days),
                        ),
                    ) = (read, &mut line.condition)
                    {
                        *days = read;
                    }
                    read.is_some()
                },
                same: |a, b| read_count(a) == read_count(b),
                label: t!(segment.days),
                wrong: t!(segment.badNumber),
                kind: "numeric",
            };
            let line = builder.line(id);
            let after = move || {
                line.with(|line| line.as_ref().map(Test::of))
                    .map(words::days_after)
            };
            view! {
                <span class="segment-amount">
                    <Field builder id entry=days focus=is_new/>
                    <span class="segment-unit" aria-hidden="true">{live(after)}</span>
                </span>
            }
            .into_any()
        }
        Shape::TwoDays => {
            let from = day_entry(t!(segment.from), true);
            let to = day_entry(t!(segment.to), false);
            view! {
                <Field builder id entry=from focus=is_new/>
                <span class="segment-unit" aria-hidden="true">{t!(segment.betweenAnd)}</span>
                <Field builder id entry=to/>
            }
            .into_any()
        }
        Shape::One(property) => number(builder, id, property, Bound::Only, currency, is_new),
        Shape::Two(property) => view! {
            {number(builder, id, property, Bound::From, currency, is_new)}
            <span class="segment-unit" aria-hidden="true">{t!(segment.betweenAnd)}</span>
            {number(builder, id, property, Bound::To, currency, false)}
        }
        .into_any(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Only,
    From,
    To,
}

fn number(
    builder: Builder,
    id: NodeId,
    property: Property,
    bound: Bound,
    currency: Currency,
    focus: bool,
) -> AnyView {
    let is_money = property == Property::Total;
    let label = match bound {
        Bound::Only => t!(segment.value),
        Bound::From => t!(segment.from),
        Bound::To => t!(segment.to),
    };
    let entry = Entry {
        read: match (is_money, bound) {
            (true, Bound::To) => |line| written_amount(bounds(line).1),
            (true, _) => |line| written_amount(bounds(line).0),
            (false, Bound::To) => |line| bounds(line).1.to_string(),
            (false, _) => |line| bounds(line).0.to_string(),
        },
        write: match (is_money, bound) {
            (true, Bound::To) => |line, typed| set_bound(line, read_amount(typed), true),
            (true, _) => |line, typed| set_bound(line, read_amount(typed), false),
            (false, Bound::To) => |line, typed| set_bound(line, read_count(typed), true),
            (false, _) => |line, typed| set_bound(line, read_count(typed), false),
        },
        same: if is_money {
            |a, b| read_amount(a) == read_amount(b)
        } else {
            |a, b| read_count(a) == read_count(b)
        },
        label,
        wrong: if is_money {
            t!(segment.badAmount)
        } else {
            t!(segment.badNumber)
        },
        kind: if is_money { "decimal" } else { "numeric" },
    };
    if !is_money {
        return view! { <Field builder id entry focus/> }.into_any();
    }
    let (sign, leads) = currency_sign(currency);
    view! {
        <span class="segment-amount" class:leads=leads>
            <Field builder id entry focus/>
            <span class="segment-unit" aria-hidden="true">{sign}</span>
        </span>
    }
    .into_any()
}

fn day_entry(label: &'static str, is_from: bool) -> Entry {
    fn days(line: &Line) -> Option<(Day, Day)> {
        match line.condition {
            Condition::LastPurchase(DayTest::Between(from, to)) => Some((from, to)),
            _ => None,
        }
    }
    Entry {
        read: if is_from {
            |line| {
                days(line)
                    .map(|(from, _)| from.to_string())
                    .unwrap_or_default()
            }
        } else {
            |line| days(line).map(|(_, to)| to.to_string()).unwrap_or_default()
        },
        write: if is_from {
            |line, typed| set_day(line, typed, |days, read| (read, days.1))
        } else {
            |line, typed| set_day(line, typed, |days, read| (days.0, read))
        },
        same: |a, b| a == b,
        label,
        wrong: t!(segment.badDay),
        kind: "date",
    }
}

fn set_day(line: &mut Line, typed: &str, put: fn((Day, Day), Day) -> (Day, Day)) -> bool {
    match (Day::parse_iso(typed), &mut line.condition) {
        (Ok(read), Condition::LastPurchase(DayTest::Between(from, to))) => {
            (*from, *to) = put((*from, *to), read);
            true
        }
        _ => false,
    }
}

fn bounds(line: &Line) -> (i64, i64) {
    match line.condition {
        Condition::Orders(test) | Condition::Total(test) => match test {
            NumberTest::AtLeast(n) | NumberTest::AtMost(n) => (n, n),
            NumberTest::Between(from, to) => (from, to),
        },
        _ => (0, 0),
    }
}

fn set_bound(line: &mut Line, read: Option<i64>, second: bool) -> bool {
    if let (Some(read), Condition::Orders(test) | Condition::Total(test)) =
        (read, &mut line.condition)
    {
        match test {
            NumberTest::AtLeast(n) | NumberTest::AtMost(n) => *n = read,
            NumberTest::Between(_, to) if second => *to = read,
            NumberTest::Between(from, _) => *from = read,
        }
    }
    read.is_some()
}

/// An amount as it is written into a field: without a sign, with decimals only where there are some.
fn written_amount(minor: i64) -> String {
    i18n::decimal(minor as f64 / 100.0)
}

/// The currency's sign, and whether it stands before the amount.
fn currency_sign(currency: Currency) -> (String, bool) {
    let written = i18n::money_round(0, currency);
    let sign: String = written
        .chars()
        .filter(|c| !c.is_ascii_digit() && !c.is_whitespace())
        .collect();
    (sign, !written.starts_with(|c: char| c.is_ascii_digit()))
}
