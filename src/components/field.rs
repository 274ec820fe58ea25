//! Fields to write in.

use super::{element_id, live};
use leptos::html;
use leptos::prelude::*;

/// What is written in a field; phones show the fitting keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// Anything.
    #[default]
    Text,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number.
    Number,
    /// A day.
    Day,
    /// A web address.
    Link,
}

impl FieldKind {
    /// The `type` of the element. Mail addresses are not checked by the browser: what a person writes is kept as it is.
    #[must_use]
    pub const fn input_type(self) -> &'static str {
        match self {
            Self::Text | Self::Email | Self::Number | Self::Link => "text",
            Self::Phone => "tel",
            Self::Day => "date",
        }
    }

    /// The keyboard that fits.
    #[must_use]
    pub const fn input_mode(self) -> &'static str {
        match self {
            Self::Text | Self::Day => "text",
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Number => "decimal",
            Self::Link => "url",
        }
    }
}

/// A field with its name above and a hint or an error below.
#[component]
pub fn TextField(
    /// Its name.
    #[prop(into)]
    label: String,
    /// What is written in it.
    value: RwSignal<String>,
    /// What is written in it: for the keyboard.
    #[prop(optional)]
    kind: FieldKind,
    /// In small letters below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, in place of the hint.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// In the empty field; never the only thing that says what it is.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    focus: bool,
    /// Has to be filled in.
    #[prop(optional)]
    required: bool,
    /// The most characters.
    #[prop(default = 500)]
    max: usize,
    /// For the browser's memory, such as `organization` or `name`; off by default.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let id = element_id("field");
    let about = format!("{id}-about");
    let node = NodeRef::<html::Input>::new();
    if focus {
        focus_when_there(node);
    }
    let is_wrong = move || error.get().is_some();
    view! {
        <div class="field" class:wrong=is_wrong>
            <label for=id.clone()>{label}</label>
            <input
                id=id
                node_ref=node
                type=kind.input_type()
                inputmode=kind.input_mode()
                placeholder=placeholder
                maxlength=max.to_string()
                required=required
                autocomplete=autocomplete
                spellcheck="false"
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=about.clone()
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
            <p id=about class="field-about">{live(move || error.get().or_else(|| hint.clone()))}</p>
        </div>
    }
}

/// A field of several lines that grows with what is written.
#[component]
pub fn TextArea(
    /// Its name.
    #[prop(into)]
    label: String,
    /// What is written in it.
    value: RwSignal<String>,
    /// In small letters below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, in place of the hint.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The most characters.
    #[prop(default = 20_000)]
    max: usize,
) -> impl IntoView {
    let id = element_id("field");
    let about = format!("{id}-about");
    let is_wrong = move || error.get().is_some();
    view! {
        <div class="field" class:wrong=is_wrong>
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                rows="3"
                maxlength=max.to_string()
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=about.clone()
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
            <p id=about class="field-about">{live(move || error.get().or_else(|| hint.clone()))}</p>
        </div>
    }
}

/// Gives the focus to an element as soon as it is on the page.
pub(super) fn focus_when_there(node: NodeRef<html::Input>) {
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            // In the next frame: a dialog that is just opening takes the focus first.
            request_animation_frame(move || {
                let _ = input.focus();
            });
        }
    });
}
