//! A dialog on a desktop, a sheet from below on a phone: the browser's own `<dialog>`, which keeps the focus inside.

use super::{Icon, IconButton, element_id, live};
use leptos::html;
use leptos::prelude::*;

/// Stands over the page while `open` is true. Escape, the cross and a press beside it close it.
#[component]
pub fn Dialog(
    /// Whether it is open; set to `false` when the person closes it.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: String,
    /// Wider than a form needs.
    #[prop(optional)]
    wide: bool,
    /// What is in it; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = element_id("dialog");
    let heading_id = heading.clone();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            // It fails only when it is open already or off the page.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:wide=wide
            aria-labelledby=heading
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // Only the dialog itself lies beside its box.
                if node.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref())) {
                    open.set(false);
                }
            }
        >
            <div class="dialog-box">
                <header class="dialog-head">
                    <h2 id=heading_id>{title}</h2>
                    <IconButton icon=Icon::Close label=t!(common.close).to_owned() quiet=true on:click=move |_| open.set(false)/>
                </header>
                {live(move || open.get().then(|| children.with_value(|children| children())))}
            </div>
        </dialog>
    }
}
