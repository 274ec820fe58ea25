//! The running import, small, for the frame: it goes on while one works elsewhere.

use super::desk::use_import;
use super::words;
use crate::components::{Glyph, Icon, live};
use crate::state::{Route, use_address};
use leptos::prelude::*;

/// How far the import is, with a way to it. Nothing when none runs or it is on the screen anyway.
#[component]
pub fn ImportBadge(
    /// Stands by itself at the head of a narrow page, and not in the rail.
    #[prop(optional)]
    landmark: bool,
) -> impl IntoView {
    let (desk, address) = (use_import(), use_address());
    let percent = Memo::new(move |_| {
        let elsewhere = address.route() != Route::Import;
        desk.progress()
            .filter(|_| elsewhere)
            .map(|(done, total)| words::percent(done, total))
    });
    let is_there = Memo::new(move |_| percent.get().is_some());
    let now = move || percent.get().unwrap_or_default();
    let link = move || {
        view! {
            <a class="import-badge" href=Route::Import.path()>
                <Glyph icon=Icon::Import/>
                <span class="import-badge-words">{t!(import.runningShort)}</span>
                <span class="import-badge-percent">{live(move || t!(import.percent, n = now()))}</span>
                <span class="import-badge-bar" aria-hidden="true">
                    <span style:width=move || format!("{}%", now())></span>
                </span>
            </a>
        }
    };
    move || {
        is_there.get().then(|| {
            if landmark {
                view! { <section class="only-small" aria-label=t!(import.title)>{link()}</section> }
                    .into_any()
            } else {
                link().into_any()
            }
        })
    }
}
