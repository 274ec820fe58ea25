//! Jobs on many customers: one at a time, with its progress, its end told, and a way to take it back.

use super::{Engine, Toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_domain::ActionId;
use tendero_messages::{Command, JobReport, JobStop, Refusal};

/// What a job is for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobKind {
    /// Tags are put on or taken off, or a field is written.
    Edit,
    /// Customers are taken out of the lists.
    Delete,
    /// Customers are put back.
    Restore,
    /// Customers are written into a file of this name and media type.
    Export(String, &'static str),
    /// An action is taken back.
    Undo,
}

/// A job under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The action that began it.
    pub id: ActionId,
    /// What it is.
    pub kind: JobKind,
    /// Whether it was told to stop.
    pub stopping: bool,
}

/// The job of this page.
#[derive(Debug, Clone, Copy)]
pub struct Jobs {
    engine: Engine,
    toasts: Toasts,
    running: RwSignal<Option<Job>>,
}

/// The job of this page.
#[must_use]
pub fn use_jobs() -> Jobs {
    expect_context()
}

impl Jobs {
    /// None yet. Once a page.
    #[must_use]
    pub fn begin(engine: Engine, toasts: Toasts) -> Self {
        let jobs = Self {
            engine,
            toasts,
            running: RwSignal::new(None),
        };
        Effect::new(move |_| {
            let _ = engine.report();
            untrack(|| jobs.look_for_end());
        });
        jobs
    }

    /// Begins a job. What it does to customers can be taken back by the id.
    pub fn start(self, command: Command, kind: JobKind) -> ActionId {
        let (id, begun) = self.engine.command(command);
        self.follow(id, kind);
        spawn_local(async move {
            if let Err(refusal) = begun.await {
                self.forget(id);
                self.toasts.refuse(refusal);
            }
        });
        id
    }

    /// A command turned out to be a job.
    pub fn follow(self, id: ActionId, kind: JobKind) {
        self.running.set(Some(Job {
            id,
            kind,
            stopping: false,
        }));
        self.look_for_end();
    }

    /// Stops the running job; what it has done so far can be taken back.
    pub fn stop(self) {
        let mut stopped = None;
        self.running.update(|running| {
            if let Some(job) = running {
                job.stopping = true;
                stopped = Some(job.id);
            }
        });
        if let Some(id) = stopped {
            self.engine.cancel(id);
        }
    }

    /// The running job with things done and to do, once it has lasted long enough to be spoken of.
    #[must_use]
    pub fn shown(self) -> Option<(Job, u64, u64)> {
        let job = self.running.get()?;
        let progress = self.engine.progress().filter(|now| now.id == job.id)?;
        let total = progress.total.unwrap_or(progress.done);
        Some((job, progress.done, total))
    }

    fn forget(self, id: ActionId) {
        self.running.update(|running| {
            if running.as_ref().is_some_and(|job| job.id == id) {
                *running = None;
            }
        });
    }

    fn look_for_end(self) {
        let ended = untrack(|| self.engine.report());
        let running = self.running.get_untracked();
        if let (Some((id, report)), Some(job)) = (ended, running)
            && job.id == id
        {
            self.forget(id);
            self.tell(&job, &report);
        }
    }

    fn tell(self, job: &Job, report: &JobReport) {
        if let Some(stop) = report.stopped {
            let refusal = match stop {
                JobStop::Storage(refusal) => refusal,
                JobStop::File(_) => Refusal::StorageFailed,
            };
            self.toasts.refuse(refusal);
            if report.updated == 0 {
                return;
            }
        }
        let n = report.updated;
        match &job.kind {
            JobKind::Export(name, kind) if !report.cancelled => {
                super::download(&report.exported, name, kind);
                self.toasts.say(t!(many.exported, n = report.rows));
            }
            JobKind::Export(..) => {}
            JobKind::Undo if report.kept > 0 => {
                self.toasts.say(t!(many.undoneKept, n = report.kept));
            }
            JobKind::Undo => self.toasts.say(t!(common.undone)),
            _ if n == 0 => self.toasts.say(t!(many.unchanged)),
            JobKind::Edit => self.toasts.offer_undo(t!(many.edited, n = n), job.id),
            JobKind::Delete => self.toasts.offer_undo(t!(many.deleted, n = n), job.id),
            JobKind::Restore => self.toasts.offer_undo(t!(many.restored, n = n), job.id),
        }
    }
}
