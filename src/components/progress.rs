//! How far long work is.

use super::{element_id, live};
use leptos::prelude::*;

/// A bar with a count. Without a total it only says that something is going on.
#[component]
pub fn Progress(
    /// What is being done.
    #[prop(into)]
    label: Signal<String>,
    /// Things done.
    #[prop(into)]
    done: Signal<u64>,
    /// Things to do, where that is known.
    #[prop(into)]
    total: Signal<Option<u64>>,
) -> impl IntoView {
    let id = element_id("progress");
    let count = move || match total.get() {
        Some(total) => t!(progress.of, n = done.get(), all = total),
        None => crate::i18n::count(done.get()),
    };
    view! {
        <div class="progress">
            <p class="progress-words">
                <label for=id.clone()>{live(move || label.get())}</label>
                <output class="number">{live(count)}</output>
            </p>
            <progress
                id=id
                max=move || total.get().map(|total| total.max(1).to_string())
                value=move || total.get().map(|total| done.get().min(total).to_string())
            ></progress>
        </div>
    }
}
