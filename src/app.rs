//! The page as a whole: what it holds, and which view the address shows.

use crate::state::{
    Address, Engine, Jobs, Prefs, Route, Toasts, Undo, document, is_typing, on_key,
};
use crate::views;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Takes the place of the shell that `index.html` has painted.
pub fn mount() {
    // A panic ends the page; boot.js then says what to do.
    std::panic::set_hook(Box::new(|bug| {
        web_sys::console::error_1(&bug.to_string().into())
    }));
    let shell = leptos::prelude::document().get_element_by_id("shell");
    leptos::mount::mount_to_body(App);
    if let Some(shell) = shell {
        shell.remove();
    }
}

#[component]
fn App() -> impl IntoView {
    let prefs = Prefs::begin();
    let toasts = Toasts::begin();
    let engine = Engine::begin(document::build(), toasts);
    let jobs = Jobs::begin(engine, toasts);
    let undo = Undo::begin(engine, toasts, jobs);
    let address = Address::begin();
    provide_context(prefs);
    provide_context(toasts);
    provide_context(engine);
    provide_context(jobs);
    provide_context(undo);
    provide_context(address);
    provide_context(views::Draft::begin());
    provide_context(views::ImportDesk::begin(engine, toasts));
    views::follow_titles(address);
    follow_service_worker(engine);

    on_key(move |event| {
        let is_undo = (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && event.key().eq_ignore_ascii_case("z");
        if is_undo && !is_typing(event) {
            event.prevent_default();
            undo.last();
        }
    });
    let follow_link = move |event: leptos::ev::MouseEvent| {
        if let Some(route) = linked_route(&event) {
            event.prevent_default();
            address.go(route);
        }
    };
    view! {
        <div class="app" on:click=follow_link>
            // Another language draws everything anew: words are plain values.
            {move || {
                prefs.language();
                view! { <views::Page/> }
            }}
        </div>
    }
}

/// The place that a plain press on a link leads to, if it is one of ours.
fn linked_route(event: &web_sys::MouseEvent) -> Option<Route> {
    let is_plain = event.button() == 0
        && !(event.ctrl_key()
            || event.meta_key()
            || event.shift_key()
            || event.alt_key()
            || event.default_prevented());
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = target.closest("a[href^='/']").ok()??;
    let leads_out = link.has_attribute("target") || link.has_attribute("download");
    (is_plain && !leads_out)
        .then(|| Route::from_path(&link.get_attribute("href").unwrap_or_default()))
}

/// boot.js tells when the service worker has another version ready.
fn follow_service_worker(engine: Engine) {
    let listener =
        window_event_listener_untyped("tendero-update", move |_| engine.announce_update());
    on_cleanup(move || listener.remove());
}
