//! A message that stays until what it speaks of is over.

use super::{Glyph, Icon, Tone};
use leptos::prelude::*;

/// A banner across the view. It is read out when it appears.
#[component]
pub fn Banner(
    /// What its colour means.
    #[prop(optional)]
    tone: Tone,
    /// At its head.
    icon: Icon,
    /// The sentence.
    children: Children,
    /// What one can do about it: buttons.
    #[prop(optional)]
    actions: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class()) role="status">
            <Glyph icon/>
            <div class="banner-words">{children()}</div>
            {actions.map(|actions| view! { <div class="banner-actions">{actions.run()}</div> })}
        </div>
    }
}
