//! One of several, in a list that opens.

use super::{Choice, Glyph, Icon, element_id, live};
use leptos::prelude::*;

/// The browser's own list: works with every keyboard, screen reader and phone.
#[component]
pub fn Select(
    /// What is chosen here.
    #[prop(into)]
    label: String,
    /// The name is for screen readers only: what stands around says it.
    #[prop(optional)]
    bare: bool,
    /// The key of the one that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Another one was chosen.
    on_choose: Callback<String>,
    /// What there is.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
) -> impl IntoView {
    let id = element_id("select");
    let list = move || {
        let chosen = value.get();
        options
            .get()
            .into_iter()
            .map(|Choice { key, label }| {
                let selected = key == chosen;
                view! { <option value=key selected=selected>{label}</option> }
            })
            .collect_view()
    };
    view! {
        <div class="field select" class:bare=bare>
            {(!bare).then(|| view! { <label for=id.clone()>{label.clone()}</label> })}
            <span class="select-box">
                <select
                    id=id.clone()
                    aria-label=bare.then_some(label)
                    prop:value=move || value.get()
                    on:change:target=move |event| on_choose.run(event.target().value())
                >
                    {live(list)}
                </select>
                <Glyph icon=Icon::Down/>
            </span>
        </div>
    }
}
