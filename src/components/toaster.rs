//! Shows [`crate::state::Toasts`].

use super::{Glyph, Icon, IconButton, live};
use crate::state::{JobKind, Toast, use_jobs, use_toasts, use_undo};
use leptos::prelude::*;

/// The messages at the foot of the page. Read out as they come.
#[component]
pub fn Toaster() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <RunningJob/>
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

/// The job under way, how far it is, and a way to stop it.
#[component]
fn RunningJob() -> impl IntoView {
    let jobs = use_jobs();
    let shown = Memo::new(move |_| jobs.shown());
    let is_there = Memo::new(move |_| shown.with(Option::is_some));
    let words = move || {
        let (job, done, total) = shown.get()?;
        Some(match job.kind {
            JobKind::Export(..) => t!(many.exporting, n = done, all = total),
            JobKind::Undo => t!(many.undoing, n = done, all = total),
            _ => t!(many.running, n = done, all = total),
        })
    };
    let stopping = Signal::derive(move || {
        shown.with(|shown| shown.as_ref().is_some_and(|(job, ..)| job.stopping))
    });
    live(move || {
        is_there.get().then(|| {
            view! {
                <section class="toast job" aria-label=t!(many.job)>
                    <p id="job-words" class="number">{live(words)}</p>
                    <progress
                        aria-labelledby="job-words"
                        max=move || shown.with(|shown| shown.as_ref().map_or(1, |(_, _, total)| (*total).max(1))).to_string()
                        value=move || shown.with(|shown| shown.as_ref().map_or(0, |(_, done, _)| *done)).to_string()
                    ></progress>
                    <button type="button" class="toast-undo" disabled=stopping on:click=move |_| jobs.stop()>
                        {t!(many.stop)}
                    </button>
                </section>
            }
        })
    })
}
