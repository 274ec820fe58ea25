//! Things to press.

use super::{Glyph, Icon, live};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing to do here. At most one on a screen.
    Primary,
    /// A thing one may do.
    #[default]
    Plain,
    /// In a row of others, without an edge.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button with words. Events go on it as on an element: `<Button on:click=…>`.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Cannot be pressed at present.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// A key that does the same, shown at its end.
    #[prop(optional)]
    key_hint: Option<&'static str>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            disabled=move || disabled.get()
            aria-keyshortcuts=key_hint
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{children()}</span>
            {key_hint.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// A button that is only an icon; its name is read out and shown on hovering.
#[component]
pub fn IconButton(
    /// Which.
    icon: Icon,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Cannot be pressed at present.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Without an edge.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            class:quiet=quiet
            disabled=move || disabled.get()
            aria-label=move || label.get()
            title=move || label.get()
        >
            <Glyph icon/>
        </button>
    }
}

/// A link that looks like a button: to another place of the app, or out of it (`tel:`, `mailto:`, `geo:`, https).
#[component]
pub fn LinkButton(
    /// Where to.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The words are for screen readers only.
    #[prop(optional)]
    icon_only: bool,
    /// The words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <a
            class=if icon_only { "icon-button" } else { kind.class() }
            href=move || href.get()
            aria-label=move || icon_only.then(|| label.get())
            title=move || icon_only.then(|| label.get())
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            {(!icon_only).then(|| view! { <span>{live(move || label.get())}</span> })}
        </a>
    }
}
