//! Doing things so that they can be taken back.

use super::{Engine, JobKind, Jobs, Toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_domain::ActionId;
use tendero_messages::{Command, Done, Refusal};

/// Actions that Ctrl-Z goes back through.
const REMEMBERED: usize = 100;

/// What was done on this page, last thing last.
#[derive(Debug, Clone, Copy)]
pub struct Undo {
    engine: Engine,
    toasts: Toasts,
    jobs: Jobs,
    done: StoredValue<Vec<ActionId>>,
}

/// The actions of this page.
#[must_use]
pub fn use_undo() -> Undo {
    expect_context()
}

impl Undo {
    /// Nothing was done yet. Once a page.
    #[must_use]
    pub fn begin(engine: Engine, toasts: Toasts, jobs: Jobs) -> Self {
        Self {
            engine,
            toasts,
            jobs,
            done: StoredValue::default(),
        }
    }

    /// Does something, says so with an offer to undo it, or says why not.
    pub fn act(self, command: Command, said: String) {
        spawn_local(async move {
            // It was said already.
            let _ = self.with_undo(command, said).await;
        });
    }

    /// As [`Self::act`], for whoever has to know what became of it.
    ///
    /// # Errors
    /// The refusal, which was said already: keep on the screen what was typed.
    pub async fn with_undo(self, command: Command, said: String) -> Result<Done, Refusal> {
        let (id, result) = self.remember(command);
        let result = result.await;
        match result {
            Ok(Done::Unchanged) => self.forget(id),
            Ok(_) => self.toasts.offer_undo(said, id),
            Err(refusal) => {
                self.forget(id);
                self.toasts.refuse(refusal);
            }
        }
        result
    }

    /// Does something without a word, unless it is refused: what the person sees in its place anyway. Ctrl-Z undoes it.
    pub fn quietly(self, command: Command) {
        spawn_local(async move {
            let (id, result) = self.remember(command);
            match result.await {
                Ok(Done::Unchanged) => self.forget(id),
                Ok(_) => {}
                Err(refusal) => {
                    self.forget(id);
                    self.toasts.refuse(refusal);
                }
            }
        });
    }

    /// Does something to many customers; [`Jobs`] says what became of it. Ctrl-Z undoes it.
    pub fn many(self, command: Command, kind: JobKind) {
        let id = self.jobs.start(command, kind);
        self.note(id);
    }

    /// Takes back the last thing that was done.
    pub fn last(self) {
        match self
            .done
            .try_with_value(|done| done.last().copied())
            .flatten()
        {
            Some(action) => self.take_back(action),
            None => self.toasts.refuse(Refusal::NothingToUndo),
        }
    }

    /// Takes an action back.
    pub fn take_back(self, action: ActionId) {
        self.forget(action);
        self.toasts.close_of(action);
        let (id, result) = self.engine.command(Command::Undo(action));
        spawn_local(async move {
            match result.await {
                Ok(Done::Started) => self.jobs.follow(id, JobKind::Undo),
                Ok(Done::Undone { kept }) if kept > 0 => {
                    self.toasts.say(t!(common.undoneKept, n = kept))
                }
                Ok(_) => self.toasts.say(t!(common.undone)),
                Err(refusal) => self.toasts.refuse(refusal),
            }
        });
    }

    fn remember(
        self,
        command: Command,
    ) -> (
        ActionId,
        impl Future<Output = Result<Done, Refusal>> + 'static,
    ) {
        let (id, result) = self.engine.command(command);
        self.note(id);
        (id, result)
    }

    fn note(self, action: ActionId) {
        self.done.update_value(|done| {
            done.push(action);
            if done.len() > REMEMBERED {
                done.remove(0);
            }
        });
    }

    fn forget(self, action: ActionId) {
        self.done
            .update_value(|done| done.retain(|id| *id != action));
    }
}
