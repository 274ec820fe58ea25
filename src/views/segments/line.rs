//! One condition as a row of chips: what, how, value, and for how many it holds.

use super::amount::{read_amount, read_count};
use super::builder::{Builder, Counted};
use super::draft::{Line, NodeId, Property, Test};
use super::values::Values;
use super::words;
use crate::components::{Choice, Icon, IconButton, Select};
use crate::i18n;
use crate::state::use_engine;
use leptos::prelude::*;
use tendero_domain::{Condition, Currency, Day, DayTest, NumberTest, TextTest};
use tendero_messages::Facets;

/// What of a condition is written in which way. While it stays the same, its fields stay on the screen and keep the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Chosen(Property),
    Contains,
    Days,
    TwoDays,
    One(Property),
    Two(Property),
    Nothing,
}

impl Shape {
    const fn of(line: &Line) -> Self {
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

/// A row of the builder.
#[component]
pub fn LineRow(
    /// The draft.
    builder: Builder,
    /// The line.
    id: NodeId,
    /// Its number, as it is read out.
    number: Signal<usize>,
    /// Values that occur.
    facets: Signal<Facets>,
    /// The last count.
    counted: RwSignal<Option<Counted>>,
    /// What stands before it: nothing, or how it is joined to the row above.
    lead: AnyView,
) -> impl IntoView {
    let line = builder.line(id);
    let currency = untrack(|| use_engine().currency());
    let property = Memo::new(move |_| {
        line.with(|line| line.as_ref().map(|line| Property::of(&line.condition)))
    });
    let test = Memo::new(move |_| line.with(|line| line.as_ref().map(Test::of)));
    let shape = Memo::new(move |_| line.with(|line| line.as_ref().map(Shape::of)));
    let is_new = builder.added.get_untracked() == Some(id);

    let properties = Signal::derive(|| {
        Property::ALL
            .map(|one| Choice::new(key_of(&Property::ALL, &one), words::property(one)))
            .to_vec()
    });
    let tests = Signal::derive(move || {
        let tests = property.get().map_or(&[] as &[Test], Property::tests);
        tests
            .iter()
            .map(|one| Choice::new(key_of(tests, one), words::test(*one)))
            .collect::<Vec<_>>()
    });
    let choose_property = Callback::new(move |key: String| {
        if let Some(property) = from_key(&Property::ALL, &key) {
            builder.change(|draft| {
                if let Some(line) = draft.line_mut(id) {
                    line.set_property(property);
                }
            });
        }
    });
    let choose_test = Callback::new(move |key: String| {
        let tests = property
            .get_untracked()
            .map_or(&[] as &[Test], Property::tests);
        if let Some(test) = from_key(tests, &key) {
            builder.change(|draft| {
                if let Some(line) = draft.line_mut(id) {
                    line.set_test(test, i18n::today());
                }
            });
        }
    });
    let in_words = move || {
        line.with(|line| {
            line.as_ref()
                .map(|line| words::line(line, currency))
                .unwrap_or_default()
        })
    };
    let label = move || {
        let name = t!(segment.conditionNumber, n = number.get());
        format!("{name}: {}", in_words())
    };
    view! {
        <div class="segment-line" role="group" aria-label=label>
            {lead}
            <div class="segment-chips">
                <Select
                    label=t!(segment.what)
                    bare=true
                    value=Signal::derive(move || property.get().map(|one| key_of(&Property::ALL, &one)).unwrap_or_default())
                    on_choose=choose_property
                    options=properties
                />
                <Select
                    label=t!(segment.how)
                    bare=true
                    value=Signal::derive(move || {
                        let tests = property.get().map_or(&[] as &[Test], Property::tests);
                        test.get().map(|one| key_of(tests, &one)).unwrap_or_default()
                    })
                    on_choose=choose_test
                    options=tests
                />
                {move || shape.get().map(|shape| value(builder, id, shape, facets, currency, is_new))}
            </div>
            <LineCount counted id/>
            <IconButton
                icon=Icon::Close
                quiet=true
                label=Signal::derive(move || t!(segment.removeCondition, text = in_words()))
                on:click=move |_| builder.change(|draft| draft.remove(id))
            />
        </div>
    }
}

/// For how many a line or group holds.
#[component]
pub fn LineCount(
    /// The last count.
    counted: RwSignal<Option<Counted>>,
    /// The line or group.
    id: NodeId,
) -> impl IntoView {
    let count =
        Memo::new(move |_| counted.with(|counted| counted.as_ref().map(|counted| counted.of(id))));
    move || match count.get() {
        // Not counted yet: nothing to say for a moment.
        None => view! { <span class="segment-count"></span> }.into_any(),
        Some(Some(n)) => {
            let said = t!(segment.holdsFor, n = n);
            view! {
                <span class="segment-count" title=said.clone()>
                    <span aria-hidden="true">{i18n::count(n)}</span>
                    <span class="unseen">{said.clone()}</span>
                </span>
            }
            .into_any()
        }
        Some(None) => view! {
            <span class="segment-count" title=t!(segment.notFilledIn)>
                <span aria-hidden="true">"–"</span>
                <span class="unseen">{t!(segment.notFilledIn)}</span>
            </span>
        }
        .into_any(),
    }
}

fn value(
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
                    <span class="segment-unit" aria-hidden="true">{after}</span>
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

/// How a field of a condition is read and written.
#[derive(Clone, Copy)]
struct Entry {
    read: fn(&Line) -> String,
    /// Says whether what was typed could be read.
    write: fn(&mut Line, &str) -> bool,
    /// Whether two ways of writing mean the same.
    same: fn(&str, &str) -> bool,
    label: &'static str,
    wrong: &'static str,
    /// `inputmode`, or `date`.
    kind: &'static str,
}

#[component]
fn Field(
    builder: Builder,
    id: NodeId,
    entry: Entry,
    #[prop(optional)] focus: bool,
) -> impl IntoView {
    let line = builder.line(id);
    let kept =
        Memo::new(move |_| line.with(|line| line.as_ref().map(entry.read).unwrap_or_default()));
    let written = RwSignal::new(kept.get_untracked());
    // Undone, or written elsewhere: shown. What is being typed stays as it is typed.
    Effect::new(move |_| {
        let kept = kept.get();
        if !written.with_untracked(|written| (entry.same)(written, &kept)) {
            written.set(kept);
        }
    });
    let wrong = RwSignal::new(false);
    let is_turned = move || {
        line.with(|line| {
            line.as_ref()
                .is_some_and(|line| !line.unread && !line.is_filled_in() && entry.kind != "text")
        })
    };
    let field = NodeRef::<leptos::html::Input>::new();
    if focus {
        Effect::new(move |_| {
            if let Some(field) = field.get() {
                request_animation_frame(move || {
                    let _ = field.focus();
                    field.select();
                });
            }
        });
    }
    let is_day = entry.kind == "date";
    let on_input = move |typed: String| {
        written.set(typed.clone());
        builder.change_line(id, |line| {
            let understood = (entry.write)(line, &typed);
            line.unread = !understood;
            wrong.set(!understood);
        });
    };
    view! {
        <input
            node_ref=field
            type=if is_day { "date" } else { "text" }
            inputmode=(!is_day).then_some(entry.kind)
            class="segment-chip segment-value segment-field"
            class:segment-wrong=move || wrong.get() || is_turned()
            class:segment-day=is_day
            size=move || written.with(|text| text.chars().count().clamp(2, 24).to_string())
            aria-label=entry.label
            aria-invalid=move || (wrong.get() || is_turned()).then_some("true")
            title=move || {
                if wrong.get() { Some(entry.wrong) } else { is_turned().then(|| t!(segment.badOrder)) }
            }
            autocomplete="off"
            spellcheck="false"
            maxlength="60"
            prop:value=move || written.get()
            on:input:target=move |event| on_input(event.target().value())
            // Written as the language writes it, once it is finished.
            on:blur=move |_| {
                if !wrong.get_untracked() {
                    written.set(kept.get_untracked());
                }
            }
        />
    }
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

// Choices of the browser's list are texts; a place in the list that is offered is enough.

fn key_of<T: PartialEq>(all: &[T], one: &T) -> String {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
        .to_string()
}

fn from_key<T: Copy>(all: &[T], key: &str) -> Option<T> {
    all.get(key.parse::<usize>().ok()?).copied()
}
