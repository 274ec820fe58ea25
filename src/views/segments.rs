//! Segments: customers who have something in common, by a rule that follows them.

mod amount;
mod builder;
mod condition;
mod draft;
mod editor;
mod field;
mod flyout;
mod group;
mod ideas;
mod line;
mod members;
mod note;
mod operand;
mod values;
mod words;

use crate::components::{Button, ButtonKind, Empty, Glyph, Icon, LinkButton, Unreadable, live};
use crate::i18n;
use crate::state::{Address, Load, Route, make_id, use_address, use_answer, use_engine};
use editor::Editor;
use ideas::Ideas;
use leptos::prelude::*;
use note::Noted;
use tendero_domain::{Rule, SegmentId};
use tendero_messages::{Answer, Query, SegmentLine};

/// The saved segments, or one of them.
#[component]
pub fn Segments() -> impl IntoView {
    let address = use_address();
    let saved = use_answer(
        || Some(Query::Segments),
        |answer| match answer {
            Answer::Segments(lines) => Some(lines),
            _ => None,
        },
    );
    let open = Memo::new(move |_| match address.route() {
        Route::Segment(id) => Some(id),
        _ => None,
    });
    move || match open.get() {
        Some(id) => view! { <Editor id saved/> }.into_any(),
        None => view! { <List saved/> }.into_any(),
    }
}

/// Begins a segment that is not saved yet.
pub(super) fn begin(address: Address, name: &str, rule: &Rule) {
    let id: SegmentId = make_id();
    Noted {
        id,
        name: name.to_owned(),
        rule: rule.clone(),
    }
    .write(address);
    address.go(Route::Segment(id));
}

#[component]
fn List(saved: Signal<Load<Vec<SegmentLine>>>) -> impl IntoView {
    let address = use_address();
    let new = move |_| begin(address, "", &Rule::everyone());
    let has_some = Memo::new(move |_| {
        saved.with(|saved| matches!(saved, Load::Ready(lines) if !lines.is_empty()))
    });
    let body = move || {
        match saved.get() {
        Load::Waiting => ().into_any(),
        Load::Unreadable => view! { <Unreadable/> }.into_any(),
        Load::Ready(lines) if lines.is_empty() => view! {
            <Empty icon=Icon::Segments title=t!(segment.noneTitle) hint=t!(segment.noneHint)>
                <Button kind=ButtonKind::Primary icon=Icon::Plus on:click=new>{t!(segment.new)}</Button>
            </Empty>
            <Ideas taken=Vec::new()/>
        }
        .into_any(),
        Load::Ready(lines) => {
            let taken = lines.iter().filter_map(|line| line.rule.clone()).collect();
            view! {
                <ul class="segment-rows" aria-label=t!(segment.list)>
                    {lines.into_iter().map(|line| view! { <SavedRow line/> }).collect_view()}
                </ul>
                <Ideas taken/>
            }
            .into_any()
        }
    }
    };
    view! {
        <main class="segment-place" tabindex="-1">
            <header class="segment-top">
                <div>
                    <h1>{t!(segment.title)}</h1>
                    <p class="segment-lead-words">{t!(segment.lead)}</p>
                </div>
                <span class="only-small">
                    <LinkButton icon=Icon::Insights href=Route::Insights.path() label=t!(nav.insights).to_owned()/>
                </span>
                {live(move || {
                    has_some
                        .get()
                        .then(|| {
                            view! {
                                <Button kind=ButtonKind::Primary icon=Icon::Plus on:click=new>{t!(segment.new)}</Button>
                            }
                        })
                })}
            </header>
            {live(body)}
        </main>
    }
}

#[component]
fn SavedRow(line: SegmentLine) -> impl IntoView {
    let currency = untrack(|| use_engine().currency());
    let SegmentLine {
        id,
        name,
        rule,
        count,
    } = line;
    let is_newer = rule.is_none();
    let about = rule.map_or_else(
        || t!(segment.newer).to_owned(),
        |rule| words::rule(&rule, currency),
    );
    let name = if name.is_empty() {
        t!(segment.unnamed).to_owned()
    } else {
        name
    };
    view! {
        <li>
            <a class="segment-row" href=Route::Segment(id).path()>
                <span class="segment-row-words">
                    <strong>{name}</strong>
                    <small>{about}</small>
                </span>
                {(!is_newer)
                    .then(|| {
                        view! {
                            <span class="segment-row-count">
                                <span aria-hidden="true">{i18n::count(count)}</span>
                                <span class="unseen">{t!(segment.members, n = count)}</span>
                            </span>
                        }
                    })}
                <Glyph icon=Icon::Right/>
            </a>
        </li>
    }
}
