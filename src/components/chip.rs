//! Small round things: choices that are on or off, and tags.

use super::{Glyph, Icon, IconButton};
use leptos::prelude::*;

/// A choice that is on or off. In a group where one excludes the other, give the group `role="group"` and a name.
#[component]
pub fn Chip(
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Pressed.
    on_press: Callback<()>,
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            on:click=move |_| on_press.run(())
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{children()}</span>
        </button>
    }
}

/// A tag; with `on_remove`, it can be taken off.
#[component]
pub fn Tag(
    /// Its text.
    #[prop(into)]
    text: String,
    /// Takes it off.
    #[prop(optional, into)]
    on_remove: Option<Callback<()>>,
) -> impl IntoView {
    let removing = t!(common.removeNamed, name = text.as_str());
    view! {
        <span class="tag">
            <span>{text}</span>
            {on_remove
                .map(|on_remove| {
                    view! {
                        <IconButton icon=Icon::Close label=removing quiet=true on:click=move |_| on_remove.run(())/>
                    }
                })}
        </span>
    }
}
