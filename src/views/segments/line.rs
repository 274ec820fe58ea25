//! One condition as a row of chips: what, how, value, and for how many it holds.

use super::builder::{Builder, Counted};
use super::condition::{Property, Test};
use super::draft::NodeId;
use super::operand::{Shape, operand};
use super::words;
use crate::components::{Choice, Icon, IconButton, Select, live};
use crate::i18n;
use crate::state::use_engine;
use leptos::prelude::*;
use tendero_messages::Facets;

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
                {live(move || shape.get().map(|shape| operand(builder, id, shape, facets, currency, is_new)))}
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
