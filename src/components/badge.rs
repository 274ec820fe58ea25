//! A word on a soft ground.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// What a colour means. Never alone: an icon or a word says it, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// This one.
    Accent,
    /// Well.
    Good,
    /// Mind this.
    Warn,
    /// Wrong.
    Bad,
    /// To know.
    Info,
}

impl Tone {
    /// Its class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tone-plain",
            Self::Accent => "tone-accent",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
        }
    }
}

/// A short word about the thing beside it.
#[component]
pub fn Badge(
    /// What its colour means.
    #[prop(optional)]
    tone: Tone,
    /// Before the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=format!("badge {}", tone.class())>
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{children()}</span>
        </span>
    }
}
