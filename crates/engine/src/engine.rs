//! The engine's doors: one input at a time, outputs in their order, and work in slices.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::import::{ImportJob, OpenFile, plan_fits};
use crate::io::{Host, Input, Output, Source};
use crate::joining::Joiner;
use crate::many::ManyJob;
use crate::network::Inviting;
use crate::projection::{LOG_ROWS, Projection};
use crate::rebuild::Rebuild;
use crate::shelf::Shelf;
use crate::stored::{ATTEMPT, Attempt, DocKind};
use crate::stretch::Arriving;
use crate::tabs::{MOST_TOLD, Tidings};
use crate::team::Team;
use std::collections::HashMap;
use tendero_domain::{ActionId, CustomerId, ImportPlan, SegmentId};
use tendero_messages::{
    Answer, CatchingUp, Command, Done, Event, FromEngine, Refusal, SyncState, ToEngine, Welcome,
};
use tendero_store::{Store, StoreError, Table};
use tendero_sync::{Event as SyncEvent, State};

/// Milliseconds of one slice of work.
const SLICE_MS: f64 = 6.0;
/// Items behind the relay from which catching up is shown as progress.
const FAR_BEHIND: u64 = 500;
/// Milliseconds between two `Changed` while work goes on.
const CHANGED_MS: f64 = 120.0;

/// One device's engine. See the crate's documentation for how it is run.
pub struct Engine<S, H, F> {
    pub(crate) desk: Desk<S, H>,
    pub(crate) team: Option<Team>,
    /// The first message from the page came.
    pub(crate) started: Option<String>,
    pub(crate) relay: String,
    pub(crate) online: bool,
    pub(crate) leader: bool,
    asked_to_lead: bool,
    files: HashMap<ActionId, OpenFile<F>>,
    pub(crate) import: Option<ImportJob<F>>,
    pub(crate) many: Option<ManyJob>,
    pub(crate) cancelled: bool,
    pub(crate) rebuild: Option<Rebuild>,
    pub(crate) arriving: Option<Arriving>,
    /// Set after an engine ended while it put a stretch in: the stretch is gone through with care.
    pub(crate) attempt: Option<Attempt>,
    pub(crate) joining: Option<Joiner>,
    pub(crate) inviting: Option<Inviting>,
    pub(crate) told_sync: Option<SyncState>,
    /// The revision of the index that the page was told of, and when.
    told_changed: (u64, f64),
    /// Whether a segment or the settings differ from what the page was told: the index knows customers only.
    others_untold: bool,
    catching_up: Option<CatchingUp>,
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Reads what the store holds.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read; [`StoreError::Failed`] also when what is in it was damaged or written
    /// by a newer version of the app.
    pub async fn open(store: S, mut host: H) -> Result<Self, StoreError> {
        let opened = async {
            let shelf = Shelf::open(store, &mut host).await?;
            let desk = Desk {
                shelf,
                host,
                out: Vec::new(),
                offset_minutes: 0,
            };
            let team = Team::open(&desk).await?;
            let attempt: Option<Attempt> = desk.shelf.get(Table::Meta, ATTEMPT).await?;
            Ok((desk, team, attempt))
        };
        let (desk, team, attempt) = opened.await.map_err(|error: EngineError| match error {
            EngineError::Store(error) => error,
            other => StoreError::Failed(other.to_string()),
        })?;
        let mut engine = Self {
            desk,
            team,
            started: None,
            relay: String::new(),
            online: true,
            leader: false,
            asked_to_lead: false,
            files: HashMap::new(),
            import: None,
            many: None,
            cancelled: false,
            rebuild: None,
            arriving: None,
            attempt: attempt.map(Attempt::ended),
            joining: None,
            inviting: None,
            told_sync: None,
            told_changed: (0, 0.0),
            others_untold: false,
            catching_up: None,
        };
        engine.load_projection().await?;
        Ok(engine)
    }

    /// Takes one thing in and says what is to be done.
    pub async fn handle(&mut self, input: Input<F>) -> Vec<Output> {
        match input {
            Input::Page(message) => self.page(message).await,
            Input::File {
                id,
                name,
                size,
                source,
            } => self.open_file(id, name, size, source).await,
            Input::Opened => self.socket(SyncEvent::Opened).await,
            Input::Received(bytes) => self.socket(SyncEvent::Received(bytes)).await,
            Input::Closed => self.socket(SyncEvent::Closed).await,
            Input::NotARelay => self.socket(SyncEvent::NotARelay).await,
            Input::Woken => self.socket(SyncEvent::Woken).await,
            Input::Leader(leader) => self.lead(leader).await,
            Input::Told(bytes) => self.told(&bytes).await,
        }
        self.settle(true).await;
        std::mem::take(&mut self.desk.out)
    }

    /// Whether there is work to do in slices: a stretch of the log, a job, a rebuild, folding the projection's log.
    pub fn has_work(&self) -> bool {
        self.arriving.is_some()
            || self.import.is_some()
            || self.many.is_some()
            || self.rebuild.is_some()
            || self.has_log_to_fold()
    }

    /// One slice of it, a few milliseconds long.
    pub async fn work(&mut self) -> Vec<Output> {
        let until = self.desk.host.steady_ms() + SLICE_MS;
        if self.rebuild.is_some() {
            self.work_rebuild(until).await;
        } else if self.arriving.is_some() {
            // A failure is the sync core's to repeat; nothing was written.
            let _ = self.work_arriving(until).await;
        } else if self.import.is_some() {
            self.work_import(until).await;
        } else if self.many.is_some() {
            self.work_many(until).await;
        } else if let (true, Some(team)) = (self.has_log_to_fold(), &mut self.team) {
            match team.projection.fold(&mut self.desk).await {
                Ok(()) => {}
                // Somebody else is at it, or there is no room: later.
                Err(_) => team.projection.log_rows = 0,
            }
        }
        self.settle(false).await;
        std::mem::take(&mut self.desk.out)
    }

    fn has_log_to_fold(&self) -> bool {
        self.leader
            && self
                .team
                .as_ref()
                .is_some_and(|team| team.projection.log_rows > LOG_ROWS)
    }

    async fn page(&mut self, message: ToEngine) {
        match message {
            ToEngine::Start {
                build,
                offset_minutes,
                relay,
            } => {
                self.desk.offset_minutes = offset_minutes;
                self.relay = relay;
                self.started = Some(build.clone());
                let welcome = Welcome {
                    workspace: self.team.as_ref().map(Team::facts),
                };
                self.desk.tell_page(FromEngine::Ready { build, welcome });
                self.ask_to_lead();
                self.tell_sync();
            }
            ToEngine::Ask { id, query } => {
                let answer = match &mut self.team {
                    Some(team) => team
                        .answer(&mut self.desk, query)
                        .await
                        .unwrap_or(Answer::Unreadable),
                    None => Answer::Unreadable,
                };
                self.desk.tell_page(FromEngine::Answer { id, answer });
            }
            ToEngine::Do { id, command } => self.command(id, command).await,
            // Without the file beside it there is nothing to look at.
            ToEngine::OpenFile { id, .. } => {
                let result = Err(tendero_domain::FileProblem::Unreadable);
                self.desk.tell_page(FromEngine::FileOpened { id, result });
            }
            ToEngine::Cancel { id } => {
                let import = self.import.as_ref().map(ImportJob::id);
                let running = import.or(self.many.as_ref().map(ManyJob::id));
                self.cancelled = running == Some(id);
            }
            ToEngine::Online(online) => {
                self.online = online;
                if self.leader {
                    self.sync(if online {
                        SyncEvent::Start
                    } else {
                        SyncEvent::Stop
                    })
                    .await;
                }
                self.tell_sync();
            }
            ToEngine::Ping(number) => self.desk.tell_page(FromEngine::Pong(number)),
        }
    }

    async fn command(&mut self, id: ActionId, command: Command) {
        let result = match command {
            Command::CreateWorkspace { name, member } => {
                self.create_workspace(&name, &member).await.map(Some)
            }
            Command::JoinWorkspace { fragment, member } => {
                self.begin_join(id, &fragment, &member).await.map(|()| None)
            }
            Command::Invite => self.invite(id).await.map(|()| None),
            Command::Import {
                file,
                plan,
                reasons,
            } => self.begin_import(id, file, plan, reasons).map(Some),
            Command::EditMany { target, edit } => {
                self.begin_edit_many(id, target, edit).await.map(Some)
            }
            Command::Export { target, format } => {
                self.begin_export(id, target, format).await.map(Some)
            }
            Command::Undo(action) => match self.begin_take_back(id, action).await {
                Ok(None) => self.edit(id, command).await,
                begun => begun,
            },
            command => self.edit(id, command).await,
        };
        let result = match result {
            Ok(Some(done)) => Ok(done),
            // Answered later.
            Ok(None) => return,
            Err(error) => Err(error.refusal()),
        };
        self.desk.tell_page(FromEngine::Done { id, result });
    }

    /// An edit of one document, done at once.
    async fn edit(&mut self, id: ActionId, command: Command) -> Result<Option<Done>, EngineError> {
        match &mut self.team {
            Some(team) => team.edit(&mut self.desk, id, command).await.map(Some),
            None => Err(Refusal::NoWorkspace.into()),
        }
    }

    async fn open_file(&mut self, id: ActionId, name: String, size: u64, source: F) {
        let result = match OpenFile::open(name, size, source).await {
            Ok(file) => {
                let preview = Box::new(file.preview());
                self.files.clear();
                self.files.insert(id, file);
                Ok(preview)
            }
            Err(problem) => Err(problem),
        };
        self.desk.tell_page(FromEngine::FileOpened { id, result });
    }

    fn begin_import(
        &mut self,
        id: ActionId,
        file: ActionId,
        plan: ImportPlan,
        reasons: Vec<String>,
    ) -> Result<Done, EngineError> {
        if self.team.is_none() {
            return Err(Refusal::NoWorkspace.into());
        }
        if let Some(running) = &self.import {
            // The same command again, after the page lost the answer.
            return if running.id() == id {
                Ok(Done::Started)
            } else {
                Err(Refusal::Busy.into())
            };
        }
        if self.many.is_some() {
            return Err(Refusal::Busy.into());
        }
        if !plan_fits(&plan) {
            return Err(Refusal::NameMissing.into());
        }
        let file = self.files.remove(&file).ok_or(Refusal::FileGone)?;
        self.cancelled = false;
        let began_ms = self.desk.host.now_ms();
        self.import = Some(ImportJob::new(id, file, plan, reasons, began_ms));
        Ok(Done::Started)
    }

    async fn socket(&mut self, event: SyncEvent) {
        if self.joining.is_some() {
            self.join_event(event).await;
        } else {
            self.sync(event).await;
        }
    }

    pub(crate) fn ask_to_lead(&mut self) {
        if self.team.is_some() && self.started.is_some() && !self.asked_to_lead {
            self.asked_to_lead = true;
            self.desk.out.push(Output::Lead);
        }
    }

    async fn lead(&mut self, leader: bool) {
        self.leader = leader;
        if !leader {
            self.sync(SyncEvent::Stop).await;
            return;
        }
        if let Some(team) = &mut self.team {
            // A failure here only delays what other tabs wrote.
            let _ = team.catch_up(&self.desk).await;
            let _ = team.renew_sync(&self.desk).await;
            let _ = team.outbox.refresh(&self.desk).await;
            let pending = team.outbox.pending();
            self.sync(SyncEvent::Pending(pending)).await;
            if self.online {
                self.sync(SyncEvent::Start).await;
            }
        }
    }

    /// After each input or slice: says what changed, to the page, to the other tabs, to the relay.
    async fn settle(&mut self, at_once: bool) {
        let Some(team) = &mut self.team else { return };
        let mut touched = std::mem::take(&mut team.touched);
        touched.sort_unstable();
        touched.dedup();
        let bulk = std::mem::take(&mut team.bulk);
        if let Some(rebuild) = &mut self.rebuild {
            for doc in &touched {
                rebuild.edited(team.home(DocKind::Customer, *doc), *doc);
            }
        }
        // What the index does not know of: segments, and the workspace's own name.
        let (segments, settings) = (&team.projection.segments, team.me.workspace);
        self.others_untold |= touched
            .iter()
            .any(|doc| *doc == settings || segments.contains_key(&SegmentId::from_bytes(*doc)));
        let facts = team.facts();
        let revision = team.projection.index.revision();
        if bulk || !touched.is_empty() {
            let tidings = if bulk || touched.len() > MOST_TOLD {
                Tidings::All
            } else {
                Tidings::Documents(touched.clone())
            };
            self.desk.out.push(Output::Tell(tidings.encode()));
            for doc in touched.into_iter().take(MOST_TOLD) {
                self.desk
                    .event(Event::CustomerChanged(CustomerId::from_bytes(doc)));
            }
            let pending = team.outbox.pending();
            self.sync(SyncEvent::Pending(pending)).await;
        }
        let now = self.desk.host.steady_ms();
        let (told, at) = self.told_changed;
        let differs = told != revision || self.others_untold;
        if differs && (at_once || now - at > CHANGED_MS || !self.has_work()) {
            self.told_changed = (revision, now);
            self.others_untold = false;
            self.desk.event(Event::Changed);
            self.desk.event(Event::Workspace(facts));
        }
    }

    /// Reads the projection; one that cannot be read is rebuilt from the documents.
    async fn load_projection(&mut self) -> Result<(), StoreError> {
        let Some(team) = &mut self.team else {
            return Ok(());
        };
        match Projection::load(&self.desk).await {
            Ok(projection) => team.projection = projection,
            Err(EngineError::Store(error)) => return Err(error),
            Err(_) => {
                if let Ok(projection) = Projection::empty(&self.desk).await {
                    team.projection = projection;
                }
                self.rebuild = Some(Rebuild::default());
            }
        }
        self.told_changed.0 = team.projection.index.revision();
        Ok(())
    }

    pub(crate) async fn reload_projection(&mut self) -> Result<(), EngineError> {
        match &mut self.team {
            Some(team) => team.reload_projection(&self.desk).await,
            None => Ok(()),
        }
    }

    /// Tells the page how far behind the relay this device is, where that is far.
    pub(crate) fn tell_catching_up(&mut self) {
        let Some(team) = &self.team else { return };
        let (done, total) = (team.sync.position().cursor.0, team.sync.head().0);
        let behind = total.saturating_sub(done);
        let far = behind > FAR_BEHIND || (behind > 0 && self.catching_up.is_some());
        let now = far.then_some(CatchingUp { done, total });
        if now != self.catching_up {
            self.catching_up = now;
            self.desk.event(Event::CatchingUp(now));
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        let state = self.team.as_ref().map(|team| team.sync.state());
        self.leader && matches!(state, Some(State::Waiting { .. } | State::Synced { .. }))
    }
}
