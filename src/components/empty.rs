//! What stands where nothing is.

use super::{Button, Glyph, Icon};
use crate::state::use_engine;
use leptos::prelude::*;

/// Says what this place is for and offers the first thing to do.
#[component]
pub fn Empty(
    /// At its head.
    icon: Icon,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What it is for, or what to do.
    #[prop(into)]
    hint: String,
    /// Whether its title is the page's own: nothing else heads it.
    #[prop(optional)]
    heads_page: bool,
    /// The first thing to do: buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Glyph icon/></span>
            {if heads_page {
                view! { <h1 class="empty-title">{title}</h1> }.into_any()
            } else {
                view! { <h2 class="empty-title">{title}</h2> }.into_any()
            }}
            <p>{hint}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}

/// In place of what the device could not read.
#[component]
pub fn Unreadable() -> impl IntoView {
    let engine = use_engine();
    view! {
        <Empty icon=Icon::Warning title=t!(common.unreadable) hint=t!(common.unreadableHint)>
            <Button icon=Icon::Restore on:click=move |_| engine.ask_again()>
                {t!(common.retry)}
            </Button>
        </Empty>
    }
}
