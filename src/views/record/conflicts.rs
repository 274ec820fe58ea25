//! A field that was written at the same time in two places has two values. Both are shown, one press settles it.

use super::Sheet;
use crate::components::{Button, Glyph, Icon, live};
use crate::i18n;
use crate::state::use_undo;
use leptos::prelude::*;
use tendero_domain::{Field, Timestamp};
use tendero_messages::Command;

/// One value of several.
#[derive(Debug, Clone, PartialEq)]
struct Value {
    text: String,
    by: Option<String>,
    at: Option<Timestamp>,
}

/// A card for each field with more than one value.
#[component]
pub(super) fn Conflicts(sheet: Sheet) -> impl IntoView {
    let open = sheet.part(|sheet| {
        let doubled = sheet.fields.iter().filter(|field| !field.others.is_empty());
        let values = doubled.map(|field| {
            let shown = Value {
                text: field.text.clone(),
                by: field.by.clone(),
                at: field.at,
            };
            let others = field.others.iter().map(|other| Value {
                text: other.text.clone(),
                by: other.by.clone(),
                at: other.at,
            });
            (
                field.field,
                [shown].into_iter().chain(others).collect::<Vec<_>>(),
            )
        });
        values.collect::<Vec<_>>()
    });
    view! {
        <div class="conflicts">
            {live(move || {
                open.get().into_iter().map(|(field, values)| view! { <Conflict sheet field values/> }).collect_view()
            })}
        </div>
    }
}

#[component]
fn Conflict(sheet: Sheet, field: Field, values: Vec<Value>) -> impl IntoView {
    let undo = use_undo();
    let title = t!(conflict.title, field = i18n::field(field));
    let heading = title.clone();
    let lines = values
        .into_iter()
        .map(|Value { text, by, at }| {
            let shown = if text.is_empty() {
                t!(conflict.blank).to_owned()
            } else {
                text.clone()
            };
            let who = by
                .into_iter()
                .chain(at.map(i18n::moment))
                .collect::<Vec<_>>()
                .join(", ");
            let label = t!(conflict.keep, value = shown.as_str());
            let keep = move |_| {
                let said = t!(conflict.settled, field = i18n::field(field));
                undo.act(
                    Command::SetField {
                        customer: sheet.id,
                        field,
                        value: text.clone(),
                    },
                    said,
                );
            };
            view! {
                <li>
                    <span class="conflict-value"><b>{shown}</b><small>{who}</small></span>
                    <Button attr:aria-label=label on:click=keep>{t!(conflict.this)}</Button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="conflict" aria-label=title>
            <h2><Glyph icon=Icon::Split/>{heading}</h2>
            <ul>{lines}</ul>
        </section>
    }
}
