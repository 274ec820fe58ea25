//! Short messages at the foot of the page. They stay at least eight seconds, longer while the pointer rests on them.

use leptos::prelude::*;
use std::collections::VecDeque;
use std::time::Duration;
use tendero_domain::ActionId;
use tendero_messages::Refusal;

/// How long a message stays; one that offers to undo stays a little longer.
const STAYS: Duration = Duration::from_millis(8_500);
const STAYS_WITH_UNDO: Duration = Duration::from_millis(10_000);
/// More than these are never on the screen; the oldest gives way.
const AT_ONCE: usize = 3;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Tells it from others.
    pub number: u32,
    /// What it says.
    pub text: String,
    /// Whether something was refused.
    pub bad: bool,
    /// The action that can be taken back from it.
    pub undo: Option<ActionId>,
}

/// All messages on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<VecDeque<Toast>>,
    next: StoredValue<u32>,
    held: RwSignal<bool>,
}

/// The messages of this page.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// None yet. Once a page.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            shown: RwSignal::default(),
            next: StoredValue::new(0),
            held: RwSignal::new(false),
        }
    }

    /// What is on the screen, oldest first.
    #[must_use]
    pub fn shown(self) -> VecDeque<Toast> {
        self.shown.get()
    }

    /// Says something that went well.
    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    /// Says what was done and offers to take it back.
    pub fn offer_undo(self, text: impl Into<String>, action: ActionId) {
        self.show(text.into(), false, Some(action));
    }

    /// Says why something was refused and what to do.
    pub fn refuse(self, refusal: Refusal) {
        self.show(crate::i18n::refusal(refusal).to_owned(), true, None);
    }

    /// Takes a message away.
    pub fn close(self, number: u32) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.number != number));
    }

    /// Takes away what offers to undo an action: it was undone by another way.
    pub fn close_of(self, action: ActionId) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.undo != Some(action)));
    }

    /// While held, messages stay: the pointer or the focus is on them.
    pub fn hold(self, held: bool) {
        self.held.set(held);
    }

    fn show(self, text: String, bad: bool, undo: Option<ActionId>) {
        let number = self.next.get_value();
        self.next.set_value(number.wrapping_add(1));
        self.shown.update(|shown| {
            shown.push_back(Toast {
                number,
                text,
                bad,
                undo,
            });
            while shown.len() > AT_ONCE {
                shown.pop_front();
            }
        });
        self.close_after(
            number,
            if undo.is_some() {
                STAYS_WITH_UNDO
            } else {
                STAYS
            },
        );
    }

    fn close_after(self, number: u32, wait: Duration) {
        set_timeout(
            move || {
                if self.held.get_untracked() {
                    self.close_after(number, Duration::from_secs(2));
                } else {
                    self.close(number);
                }
            },
            wait,
        );
    }
}
