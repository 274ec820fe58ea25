//! The engine as the page knows it: questions, commands, and what happens unasked as signals.
//!
//! The worker behind it may die. It is replaced, what it had not answered is said to the new one (commands carry ids, so
//! repeating one is harmless), and the person is told. Nobody who asks notices more than a delay.

mod supervisor;
mod waiting;

use super::toasts::Toasts;
use futures::channel::oneshot;
use leptos::prelude::*;
use std::rc::Rc;
use supervisor::Supervisor;
use tendero_domain::{ActionId, CustomerId, FileProblem};
use tendero_messages::{
    Answer, CatchingUp, Command, Done, FilePreview, JobReport, Progress, Query, Refusal,
    StoreTrouble, SyncState, ToEngine, WorkspaceFacts,
};

/// Where the engine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The first one is loading.
    #[default]
    Starting,
    /// It answers.
    Ready,
    /// One has died, the next is loading.
    Restarting,
    /// It cannot be started, or has no storage.
    Failed,
}

/// What the engine tells, as signals. All of them can be read and tracked anywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) phase: RwSignal<Phase>,
    pub(super) sync: RwSignal<SyncState>,
    /// `None` until the first welcome.
    pub(super) workspace: RwSignal<Option<Option<WorkspaceFacts>>>,
    pub(super) changed: RwSignal<u64>,
    pub(super) customer: RwSignal<Option<CustomerId>>,
    pub(super) members: RwSignal<u64>,
    pub(super) progress: RwSignal<Option<Progress>>,
    pub(super) catching_up: RwSignal<Option<CatchingUp>>,
    pub(super) report: RwSignal<Option<(ActionId, JobReport)>>,
    pub(super) update: RwSignal<bool>,
    pub(super) trouble: RwSignal<Option<StoreTrouble>>,
}

/// The engine. Copied freely; all copies are the same one.
#[derive(Debug, Clone, Copy)]
pub struct Engine {
    supervisor: StoredValue<Rc<Supervisor>, LocalStorage>,
    told: Told,
}

/// The engine of this page.
#[must_use]
pub fn use_engine() -> Engine {
    expect_context()
}

impl Engine {
    /// Starts the engine. Once a page; build is the page's.
    #[must_use]
    pub fn begin(build: String, toasts: Toasts) -> Self {
        let told = Told {
            phase: RwSignal::default(),
            sync: RwSignal::default(),
            workspace: RwSignal::default(),
            changed: RwSignal::default(),
            customer: RwSignal::default(),
            members: RwSignal::default(),
            progress: RwSignal::default(),
            catching_up: RwSignal::default(),
            report: RwSignal::default(),
            update: RwSignal::default(),
            trouble: RwSignal::default(),
        };
        let supervisor = Supervisor::begin(build, told, toasts);
        super::document::follow(told);
        Self {
            supervisor: StoredValue::new_local(supervisor),
            told,
        }
    }

    /// Asks. While the engine restarts, the answer takes longer; it always comes.
    pub fn ask(self, query: Query) -> impl Future<Output = Answer> + 'static {
        let (sender, receiver) = oneshot::channel();
        self.with(|supervisor| supervisor.ask(query, sender));
        async move { receiver.await.unwrap_or(Answer::Unreadable) }
    }

    /// Does something a person did; the id names the action, to undo it by. The command is under way at once, whether or not
    /// the future is waited for.
    pub fn command(
        self,
        command: Command,
    ) -> (
        ActionId,
        impl Future<Output = Result<Done, Refusal>> + 'static,
    ) {
        let id = super::make_id();
        let (sender, receiver) = oneshot::channel();
        self.with(|supervisor| supervisor.command(id, command, sender));
        (id, async move {
            receiver.await.unwrap_or(Err(Refusal::StorageFailed))
        })
    }

    /// Opens a file a person chose; the id is the file's from now on ([`Command::Import`]).
    pub fn open_file(
        self,
        file: web_sys::File,
    ) -> (
        ActionId,
        impl Future<Output = Result<Box<FilePreview>, FileProblem>> + 'static,
    ) {
        let id = super::make_id();
        let (sender, receiver) = oneshot::channel();
        self.with(|supervisor| supervisor.open_file(id, file, sender));
        (id, async move {
            receiver.await.unwrap_or(Err(FileProblem::Unreadable))
        })
    }

    /// Stops a job; it ends with its report.
    pub fn cancel(self, job: ActionId) {
        self.with(|supervisor| supervisor.say(&ToEngine::Cancel { id: job }));
    }

    /// Starts anew after [`Phase::Failed`].
    pub fn retry(self) {
        self.with(|supervisor| supervisor.retry());
    }

    /// Where the engine stands.
    pub fn phase(self) -> Phase {
        self.told.phase.get()
    }

    /// Where the data stands.
    #[must_use]
    pub fn sync(self) -> SyncState {
        self.told.sync.get()
    }

    /// The workspace on this device; the outer `None` means that it is not known yet.
    #[must_use]
    pub fn workspace(self) -> Option<Option<WorkspaceFacts>> {
        self.told.workspace.get()
    }

    /// The workspace, where there is one.
    #[must_use]
    pub fn facts(self) -> Option<WorkspaceFacts> {
        self.told.workspace.get().flatten()
    }

    /// The currency of all amounts; the euro until it is known. A workspace keeps its currency, so this is not tracked.
    #[must_use]
    pub fn currency(self) -> tendero_domain::Currency {
        let of = |facts: &WorkspaceFacts| facts.currency;
        let known = self
            .told
            .workspace
            .try_with_untracked(|known| known.as_ref().and_then(|facts| facts.as_ref().map(of)));
        known.flatten().unwrap_or(tendero_domain::Currency::EUR)
    }

    /// Rises when rows, counts or facets may differ. [`super::use_answer`] follows it by itself.
    pub fn changed(self) -> u64 {
        self.told.changed.get()
    }

    /// The customer whose record differs, again at each change.
    #[must_use]
    pub fn customer_changed(self) -> Option<CustomerId> {
        self.told.customer.get()
    }

    /// Rises when the members differ.
    #[must_use]
    pub fn members_changed(self) -> u64 {
        self.told.members.get()
    }

    /// How far the running job is.
    #[must_use]
    pub fn progress(self) -> Option<Progress> {
        self.told.progress.get()
    }

    /// How far reading what the relay has is, while this device is far behind.
    #[must_use]
    pub fn catching_up(self) -> Option<CatchingUp> {
        self.told.catching_up.get()
    }

    /// What the last job that ended did, with the id of the command that began it.
    #[must_use]
    pub fn report(self) -> Option<(ActionId, JobReport)> {
        self.told.report.get()
    }

    /// Asks everything on the screen again.
    pub fn ask_again(self) {
        self.told.changed.update(|n| *n += 1);
        self.told.customer.notify();
    }

    /// Whether another version of the app is waiting.
    #[must_use]
    pub fn update_waiting(self) -> bool {
        self.told.update.get()
    }

    /// Tells the page that another version of the app is waiting.
    pub fn announce_update(self) {
        self.told.update.set(true);
    }

    /// Why nothing can be kept on this device.
    #[must_use]
    pub fn store_trouble(self) -> Option<StoreTrouble> {
        self.told.trouble.get()
    }

    fn with(self, say: impl FnOnce(&Rc<Supervisor>)) {
        // It is gone only when the page is.
        self.supervisor.try_with_value(say);
    }
}
