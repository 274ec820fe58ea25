//! Shows [`crate::state::Toasts`].

use super::{Glyph, Icon, IconButton};
use crate::state::{Toast, use_toasts, use_undo};
use leptos::prelude::*;

/// The messages at the foot of the page. Read out as they come.
#[component]
pub fn Toaster() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div
            class="toaster"
            role="status"
            on:pointerenter=move |_| toasts.hold(true)
            on:pointerleave=move |_| toasts.hold(false)
            on:focusin=move |_| toasts.hold(true)
            on:focusout=move |_| toasts.hold(false)
        >
            <For each=move || toasts.shown() key=|toast| toast.number let:toast>
                <OneToast toast/>
            </For>
        </div>
    }
}

#[component]
fn OneToast(toast: Toast) -> impl IntoView {
    let (toasts, undo) = (use_toasts(), use_undo());
    let number = toast.number;
    view! {
        <div class="toast" class:bad=toast.bad>
            <Glyph icon=if toast.bad { Icon::Warning } else { Icon::Check }/>
            <p>{toast.text}</p>
            {toast
                .undo
                .map(|action| {
                    view! {
                        <button type="button" class="toast-undo" on:click=move |_| undo.take_back(action)>
                            {t!(common.undo)}
                        </button>
                    }
                })}
            <IconButton icon=Icon::Close label=t!(common.close).to_owned() quiet=true on:click=move |_| toasts.close(number)/>
        </div>
    }
}
