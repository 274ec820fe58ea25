//! Where the data stands, in words and always true.

use super::{Glyph, Icon, Tone, live};
use crate::i18n;
use crate::state::use_engine;
use leptos::prelude::*;
use tendero_messages::SyncState;

/// What a state of sync is shown as: icon, tone, headline, line beneath.
#[must_use]
pub fn sync_words(state: &SyncState) -> (Icon, Tone, &'static str, String) {
    let waits = |pending: u32| match pending {
        0 => t!(sync.pendingNone).to_owned(),
        pending => t!(sync.pending, n = pending),
    };
    match *state {
        SyncState::Local => (
            Icon::Device,
            Tone::Plain,
            t!(sync.local),
            t!(sync.localHint).to_owned(),
        ),
        SyncState::Connecting { pending } => (
            Icon::Cloud,
            Tone::Plain,
            t!(sync.connecting),
            waits(pending),
        ),
        SyncState::Waiting { pending } => {
            (Icon::CloudUp, Tone::Info, t!(sync.waiting), waits(pending))
        }
        SyncState::Synced { .. } => (
            Icon::CloudCheck,
            Tone::Good,
            t!(sync.synced),
            t!(sync.syncedHint).to_owned(),
        ),
        SyncState::Offline { pending } => {
            (Icon::CloudOff, Tone::Warn, t!(sync.offline), waits(pending))
        }
        SyncState::Trouble { pending, trouble } => {
            let why = i18n::sync_trouble(trouble).to_owned();
            let why = if pending == 0 {
                why
            } else {
                format!("{why} {}", waits(pending))
            };
            (Icon::Warning, Tone::Bad, t!(sync.trouble), why)
        }
    }
}

/// Icon, headline and a line beneath, for the rail. Read out when it changes.
#[component]
pub fn SyncBadge() -> impl IntoView {
    let engine = use_engine();
    let words = Memo::new(move |_| sync_words(&engine.sync()));
    view! {
        <div class="sync-badge" role="status" aria-label=t!(sync.title)>
            {live(move || {
                let (icon, tone, head, line) = words.get();
                view! {
                    <span class=format!("sync-icon {}", tone.class())><Glyph icon/></span>
                    <span class="sync-words">
                        <b>{head}</b>
                        <small>{line}</small>
                    </span>
                }
            })}
        </div>
    }
}

/// Only the icon, for the head of a phone's screen; its name says the rest.
#[component]
pub fn SyncIcon() -> impl IntoView {
    let engine = use_engine();
    let words = Memo::new(move |_| sync_words(&engine.sync()));
    view! {
        <span class="sync-small" role="status" aria-label=t!(sync.title)>
            {live(move || {
                let (icon, tone, head, line) = words.get();
                let words = format!("{head}. {line}");
                let title = words.clone();
                view! {
                    <span class=format!("sync-icon {}", tone.class()) title=title>
                        <Glyph icon/>
                        <span class="unseen">{words}</span>
                    </span>
                }
            })}
        </span>
    }
}
