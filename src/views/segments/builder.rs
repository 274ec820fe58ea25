//! A draft on the screen, with its own undo.

use super::condition::Line;
use super::draft::{Compiled, Draft, NodeId};
use crate::state::Engine;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_messages::{Answer, CountAnswer, Query};

/// Steps back that are kept.
const STEPS: usize = 200;
/// Changes of one line that follow each other faster than this are one step: somebody is typing.
const TYPING_MS: f64 = 900.0;

/// The draft being built. Copied freely; all copies are the same one.
#[derive(Debug, Clone, Copy)]
pub struct Builder {
    draft: RwSignal<Draft>,
    past: RwSignal<Vec<Draft>>,
    typing: StoredValue<Option<(NodeId, f64)>>,
    /// The line that was added last takes the focus.
    pub added: RwSignal<Option<NodeId>>,
}

impl Builder {
    /// Begins with a draft.
    #[must_use]
    pub fn new(draft: Draft) -> Self {
        Self {
            draft: RwSignal::new(draft),
            past: RwSignal::default(),
            typing: StoredValue::new(None),
            added: RwSignal::new(None),
        }
    }

    /// Begins anew with another draft.
    pub fn begin(self, draft: Draft) {
        self.past.set(Vec::new());
        self.typing.set_value(None);
        self.draft.set(draft);
    }

    /// Reads from the draft, and follows it.
    pub fn with<T>(self, read: impl FnOnce(&Draft) -> T) -> T {
        self.draft.with(read)
    }

    /// A line, while it is there.
    #[must_use]
    pub fn line(self, id: NodeId) -> Memo<Option<Line>> {
        Memo::new(move |_| self.draft.with(|draft| draft.line(id).cloned()))
    }

    /// Changes the draft; one step back.
    pub fn change(self, change: impl FnOnce(&mut Draft)) {
        self.typing.set_value(None);
        self.keep();
        self.draft.update(change);
    }

    /// Adds a line, by a change that names it; it takes the focus when it is drawn.
    pub fn add(self, add: impl FnOnce(&mut Draft) -> Option<NodeId>) {
        self.typing.set_value(None);
        self.keep();
        let mut next = self.draft.get_untracked();
        self.added.set(add(&mut next));
        self.draft.set(next);
    }

    /// Changes one line; what is typed in one go is one step back.
    pub fn change_line(self, id: NodeId, change: impl FnOnce(&mut Line)) {
        let now = js_sys::Date::now();
        let goes_on = self
            .typing
            .get_value()
            .is_some_and(|(line, at)| line == id && now - at < TYPING_MS);
        if !goes_on {
            self.keep();
        }
        self.typing.set_value(Some((id, now)));
        self.draft.update(|draft| {
            if let Some(line) = draft.line_mut(id) {
                change(line);
            }
        });
    }

    /// Whether there is something to go back to.
    #[must_use]
    pub fn can_undo(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    /// Goes one step back.
    pub fn undo(self) {
        self.typing.set_value(None);
        let mut last = None;
        self.past.update(|past| last = past.pop());
        if let Some(draft) = last {
            self.draft.set(draft);
        }
    }

    fn keep(self) {
        let now = self.draft.get_untracked();
        self.past.update(|past| {
            past.push(now);
            if past.len() > STEPS {
                past.remove(0);
            }
        });
    }
}

/// Counts together with the rule they were counted for: a number never stands beside a part it was not counted for.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// What was asked.
    pub asked: Compiled,
    /// How many.
    pub answer: CountAnswer,
}

impl Counted {
    /// How many a line or group holds for.
    #[must_use]
    pub fn of(&self, node: NodeId) -> Option<u64> {
        self.asked.count_of(node, &self.answer.each)
    }
}

/// Counts a rule at every change of it or of the customers. While one count is under way the next waits, and only the last
/// one is asked: typing never queues up.
pub fn use_count(engine: Engine, compiled: Memo<Compiled>) -> RwSignal<Option<Counted>> {
    let counted = RwSignal::new(None);
    let under_way = StoredValue::new(false);
    Effect::new(move |_| {
        let _ = engine.changed();
        compiled.track();
        if under_way.get_value() {
            return;
        }
        under_way.set_value(true);
        spawn_local(async move {
            loop {
                let Some(asked) = compiled.try_get_untracked() else {
                    return;
                };
                let as_of = untrack(|| engine.changed());
                let answer = engine.ask(Query::Count(asked.rule.clone())).await;
                let Some(now) = compiled.try_get_untracked() else {
                    return;
                };
                if let Answer::Count(answer) = answer {
                    counted.try_set(Some(Counted {
                        asked: asked.clone(),
                        answer,
                    }));
                }
                if now == asked && untrack(|| engine.changed()) == as_of {
                    break;
                }
            }
            under_way.try_set_value(false);
        });
    });
    counted
}
