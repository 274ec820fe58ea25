//! What the page's document and window say, and what is written on `<html>` for tests and style sheets.

use super::engine::{Phase, Told};
use leptos::prelude::*;
use tendero_messages::SyncState;
use web_sys::Element;

/// Keeps `<html data-engine data-sync data-seq data-pending>` true.
pub(super) fn follow(told: Told) {
    Effect::new(move |_| {
        let phase = match told.phase.get() {
            Phase::Starting => "starting",
            Phase::Ready => "ready",
            Phase::Restarting => "restarting",
            Phase::Failed => "failed",
        };
        mark("data-engine", phase);
    });
    Effect::new(move |_| {
        let (word, pending) = match told.sync.get() {
            SyncState::Local => ("local", 0),
            SyncState::Connecting { pending } => ("connecting", pending),
            SyncState::Waiting { pending } => ("waiting", pending),
            SyncState::Synced { seq } => {
                mark("data-seq", &seq.to_string());
                ("synced", 0)
            }
            SyncState::Offline { pending } => ("offline", pending),
            SyncState::Trouble { pending, .. } => ("trouble", pending),
        };
        mark("data-pending", &pending.to_string());
        mark("data-sync", word);
    });
}

/// Sets an attribute of `<html>`.
pub(super) fn mark(name: &str, value: &str) {
    if let Some(root) = root() {
        // It fails only for names that are not names.
        let _ = root.set_attribute(name, value);
    }
}

/// Takes an attribute off `<html>`.
pub(super) fn unmark(name: &str) {
    if let Some(root) = root() {
        let _ = root.remove_attribute(name);
    }
}

fn root() -> Option<Element> {
    document().document_element()
}

/// The build this page belongs to, from `<meta name="build">`.
pub(crate) fn build() -> String {
    let meta = document().query_selector("meta[name=build]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

/// The socket of the relay that served this page.
pub(super) fn relay_address() -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|scheme| scheme == "https:") {
        "wss"
    } else {
        "ws"
    };
    format!(
        "{scheme}://{}/relay/ws",
        location.host().unwrap_or_default()
    )
}

/// Whether the browser believes it has a network.
pub(super) fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether nobody sees the page.
pub(super) fn is_hidden() -> bool {
    document().hidden()
}
