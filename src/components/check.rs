//! Yes or no, and one of a few.

use super::element_id;
use leptos::prelude::*;

/// A box to tick.
#[component]
pub fn Check(
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// What it says.
    #[prop(into)]
    label: String,
    /// What follows from it, in small letters below.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || value.get()
                on:change:target=move |event| value.set(event.target().checked())
            />
            <span>{label} {hint.map(|hint| view! { <small>{hint}</small> })}</span>
        </label>
    }
}

/// One of [`Choices`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the choice is known by.
    pub key: String,
    /// What it says.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
        }
    }
}

/// One of two to four, all of them in sight. Arrows move through it.
#[component]
pub fn Choices(
    /// What is chosen here.
    #[prop(into)]
    label: String,
    /// The key of the one that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Another one was chosen.
    on_choose: Callback<String>,
    /// What there is.
    options: Vec<Choice>,
) -> impl IntoView {
    let name = element_id("choice");
    let options = options
        .into_iter()
        .map(|Choice { key, label }| {
            let (chosen, mine) = (key.clone(), key);
            view! {
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || value.with(|value| *value == mine)
                        on:change=move |_| on_choose.run(chosen.clone())
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choices">
            <legend>{label}</legend>
            <div class="choices-row">{options}</div>
        </fieldset>
    }
}
