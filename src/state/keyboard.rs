//! Keys of the whole page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Hears keys anywhere on the page until the view that asked is gone.
pub fn on_key(hear: impl Fn(&KeyboardEvent) + 'static) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if !event.default_prevented() {
            hear(&event);
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether a single key is part of what a person is writing, or a dialog is open: then it is no shortcut.
#[must_use]
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let writing = target.is_some_and(|element| {
        element
            .closest("input, textarea, select, [contenteditable], [role=menu], dialog")
            .ok()
            .flatten()
            .is_some()
    });
    writing
        || document()
            .query_selector("dialog[open]")
            .ok()
            .flatten()
            .is_some()
}

/// Whether a modifier other than Shift is held.
#[must_use]
pub fn is_chord(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}
