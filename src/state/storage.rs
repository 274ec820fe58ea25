//! Asks the browser to keep what is saved here.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Asks once a page that nothing here is cleared when space runs out. Browsers decide by themselves or ask the person.
pub(super) fn persist_once() {
    if ASKED.replace(true) {
        return;
    }
    spawn_local(async {
        if let Ok(promise) = window().navigator().storage().persist() {
            let _ = JsFuture::from(promise).await;
        }
    });
}

/// Whether the browser has promised to keep what is saved here.
pub async fn is_persisted() -> bool {
    let Ok(promise) = window().navigator().storage().persisted() else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|kept| kept.as_bool() == Some(true))
}
