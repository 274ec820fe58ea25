//! Tags of a customer.

use super::Sheet;
use crate::components::Picker;
use crate::state::{use_facets, use_undo};
use leptos::prelude::*;
use tendero_messages::Command;

/// Put on and taken off one by one; each can be undone.
#[component]
pub(super) fn Tags(sheet: Sheet) -> impl IntoView {
    let undo = use_undo();
    let tags = sheet.part(|sheet| sheet.tags.clone());
    let facets = use_facets();
    let change = move |next: Vec<String>| {
        let now = tags.get_untracked();
        for tag in next.iter().filter(|tag| !now.contains(tag)) {
            undo.quietly(Command::SetTag {
                customer: sheet.id,
                tag: tag.clone(),
                on: true,
            });
        }
        for tag in now.iter().filter(|tag| !next.contains(tag)) {
            let command = Command::SetTag {
                customer: sheet.id,
                tag: tag.clone(),
                on: false,
            };
            undo.act(command, t!(record.untagged, tag = tag.as_str()));
        }
    };
    view! {
        <section class="side-part" aria-labelledby="record-tags">
            <h2 id="record-tags">{t!(record.tags)}</h2>
            <Picker
                label=t!(record.addTag)
                placeholder=t!(record.addTag)
                values=tags
                options=Signal::derive(move || facets.with(|facets| facets.tags.clone()))
                on_change=Callback::new(change)
            />
        </section>
    }
}
