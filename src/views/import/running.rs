//! While it runs: how far, how long, and a way out.

use super::desk::{Stage, use_import};
use super::words;
use crate::components::{Button, Icon, LinkButton, live};
use crate::i18n;
use crate::state::Route;
use leptos::prelude::*;

/// The running import.
#[component]
pub fn Running() -> impl IntoView {
    let desk = use_import();
    let progress = Memo::new(move |_| desk.progress().unwrap_or_default());
    let stopping =
        Memo::new(move |_| matches!(desk.stage(), Stage::Running { stopping: true, .. }));
    let left = move || {
        let (done, total) = progress.get();
        let since = match desk.stage() {
            Stage::Running { since_ms, .. } => since_ms,
            _ => return String::new(),
        };
        if stopping.get() {
            t!(import.stopping).to_owned()
        } else if done == 0 {
            t!(import.beginning).to_owned()
        } else {
            words::time_left(done, total, js_sys::Date::now() - since)
        }
    };
    let percent = move || {
        let (done, total) = progress.get();
        words::percent(done, total)
    };
    let rows = move || {
        let (done, total) = progress.get();
        t!(import.runningOf, done = done, all = total)
    };
    view! {
        <section class="import-running">
            <h2 id="import-running-title">{live(move || t!(import.running, name = desk.name()))}</h2>
            <p class="import-percent" aria-hidden="true">{live(move || i18n::count(percent()))} <span>"%"</span></p>
            <progress class="import-bar" max="100" value=move || percent().to_string() aria-labelledby="import-running-title"></progress>
            <p class="import-figures">
                <span>{live(rows)}</span>
                <span>{live(left)}</span>
            </p>
            <p class="import-meanwhile">{t!(import.meanwhile)}</p>
            <div class="import-actions">
                <LinkButton href=Route::Customers.path() icon=Icon::Users label=t!(import.toCustomers).to_owned()/>
                <Button icon=Icon::Stop disabled=stopping on:click=move |_| desk.stop()>{t!(import.stop)}</Button>
            </div>
            <p class="import-stop-hint">{t!(import.stopHint)}</p>
        </section>
    }
}
