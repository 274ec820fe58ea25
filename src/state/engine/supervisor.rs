//! Keeps an engine running: greets it, passes on what is said, notices when it has died, replaces it.

use super::super::bridge::{Bridge, Heard};
use super::super::toasts::Toasts;
use super::super::{document, storage};
use super::waiting::Waiting;
use super::{Phase, Told};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tendero_domain::{ActionId, FileProblem};
use tendero_messages::{
    Answer, Command, Done, Event, FilePreview, FromEngine, JobReport, JobStop, Query, Refusal,
    SyncState, ToEngine,
};
use web_sys::{File, console};

/// Between two pings, and the time a pong may take.
const BEAT: Duration = Duration::from_secs(2);
/// Beats that a new engine has to say its first word, and then to read what it holds.
const BEATS_TO_START: u32 = 15;
/// Deaths within [`DEATHS_WITHIN_MS`] after which the page says that it cannot go on by itself.
const DEATHS: usize = 5;
const DEATHS_WITHIN_MS: f64 = 30_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its module loads.
    Loading,
    /// It was greeted and reads what it holds.
    Opening,
    /// It answers.
    Ready,
    /// There is none.
    Gone,
}

pub(super) struct Supervisor {
    build: String,
    told: Told,
    toasts: Toasts,
    bridge: RefCell<Option<Bridge>>,
    /// Counts engines, so that a late word of an old one is not taken for the new one's.
    number: Cell<u32>,
    stage: Cell<Stage>,
    waiting: RefCell<Waiting>,
    /// Beats since the last sign of life was asked for and did not come.
    silent: Cell<u32>,
    last_beat: Cell<f64>,
    deaths: RefCell<Vec<f64>>,
}

impl std::fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervisor")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

impl Supervisor {
    pub(super) fn begin(build: String, told: Told, toasts: Toasts) -> Rc<Self> {
        let supervisor = Rc::new(Self {
            build,
            told,
            toasts,
            bridge: RefCell::default(),
            number: Cell::new(0),
            stage: Cell::new(Stage::Gone),
            waiting: RefCell::default(),
            silent: Cell::new(0),
            last_beat: Cell::new(now()),
            deaths: RefCell::default(),
        });
        supervisor.start();
        supervisor.keep_beating();
        supervisor.follow_network();
        #[cfg(feature = "faults")]
        supervisor.offer_faults();
        supervisor
    }

    // --- What views say ---

    pub(super) fn ask(&self, query: Query, answer: oneshot::Sender<Answer>) {
        let mut waiting = self.waiting.borrow_mut();
        let id = waiting.question(query, answer);
        if self.stage.get() == Stage::Ready {
            waiting.say_question(id, |message| self.say(message));
        }
        drop(waiting);
        self.give_up_when_failed();
    }

    pub(super) fn command(
        &self,
        id: ActionId,
        command: Command,
        result: oneshot::Sender<Result<Done, Refusal>>,
    ) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.deed(id, command, result);
        if self.stage.get() == Stage::Ready {
            waiting.say_deed(id, |message| self.say(message));
        }
        drop(waiting);
        self.give_up_when_failed();
    }

    pub(super) fn open_file(
        &self,
        id: ActionId,
        file: File,
        preview: oneshot::Sender<Result<Box<FilePreview>, FileProblem>>,
    ) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.file(id, file, preview);
        if self.stage.get() == Stage::Ready {
            waiting.say_file(id, |message, file| self.post(message, Some(file)));
        }
        drop(waiting);
        self.give_up_when_failed();
    }

    /// Says something that needs no answer.
    pub(super) fn say(&self, message: &ToEngine) {
        self.post(message, None);
    }

    pub(super) fn retry(self: &Rc<Self>) {
        self.deaths.borrow_mut().clear();
        self.told.trouble.set(None);
        self.told.phase.set(Phase::Restarting);
        self.start();
    }

    fn post(&self, message: &ToEngine, file: Option<&File>) {
        if let Some(bridge) = self.bridge.borrow().as_ref() {
            bridge.post(message, file);
        }
    }

    // --- Life and death ---

    fn start(self: &Rc<Self>) {
        let number = self.number.get() + 1;
        self.number.set(number);
        self.stage.set(Stage::Loading);
        self.silent.set(0);
        let this = Rc::downgrade(self);
        let hear = move |heard| {
            if let Some(supervisor) = this.upgrade()
                && supervisor.number.get() == number
            {
                supervisor.hear(heard);
            }
        };
        match Bridge::start(&self.build, hear) {
            // The old one, if any, ends here.
            Ok(bridge) => drop(self.bridge.replace(Some(bridge))),
            Err(error) => {
                console::error_1(&error);
                self.fail();
            }
        }
    }

    fn died(self: &Rc<Self>, why: &str) {
        console::warn_1(&format!("the engine is replaced: {why}").into());
        drop(self.bridge.replace(None));
        self.stage.set(Stage::Gone);
        let deaths = {
            let mut deaths = self.deaths.borrow_mut();
            deaths.retain(|at| now() - at < DEATHS_WITHIN_MS);
            deaths.push(now());
            deaths.len()
        };
        if deaths >= DEATHS {
            self.fail();
            return;
        }
        self.told.phase.set(Phase::Restarting);
        // Not from within the worker's own event.
        let this = Rc::clone(self);
        set_timeout(
            move || this.start(),
            Duration::from_millis(50 * (deaths as u64 - 1)),
        );
    }

    fn fail(&self) {
        drop(self.bridge.replace(None));
        self.stage.set(Stage::Gone);
        self.told.phase.set(Phase::Failed);
        self.give_up_when_failed();
    }

    fn give_up_when_failed(&self) {
        if self.told.phase.get_untracked() == Phase::Failed {
            self.waiting.borrow_mut().give_up();
            self.report_lost_jobs();
        }
    }

    /// A job that no engine goes on with has come to its end, too. What it had saved stays.
    fn report_lost_jobs(&self) {
        let lost = self.waiting.borrow_mut().take_lost();
        for (id, refusal) in lost {
            self.told.progress.set(None);
            let report = JobReport {
                stopped: Some(JobStop::Storage(refusal)),
                ..JobReport::default()
            };
            self.told.report.set(Some((id, report)));
        }
    }

    // --- What the engine says ---

    fn hear(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Message(message) => self.take_in(message),
            Heard::OtherVersion => self.other_version(),
            Heard::Failed(why) => self.died(&why),
        }
    }

    fn take_in(self: &Rc<Self>, message: FromEngine) {
        self.silent.set(0);
        match message {
            FromEngine::Listening => self.greet(),
            FromEngine::Ready { build, .. } if build != self.build => self.other_version(),
            FromEngine::Ready { welcome, .. } => {
                let again = self.told.phase.get_untracked() == Phase::Restarting;
                self.stage.set(Stage::Ready);
                self.told.trouble.set(None);
                self.told.workspace.set(Some(welcome.workspace));
                self.told.phase.set(Phase::Ready);
                self.waiting
                    .borrow_mut()
                    .say_all(|message, file| self.post(message, file));
                self.report_lost_jobs();
                if again {
                    self.toasts.say(t!(engine.restarted));
                    self.told.changed.update(|n| *n += 1);
                }
            }
            FromEngine::Answer { id, answer } => self.waiting.borrow_mut().answered(id, answer),
            FromEngine::Done { id, result } => {
                if result == Ok(Done::Saved) {
                    storage::persist_once();
                }
                self.waiting.borrow_mut().did(id, result);
                self.report_lost_jobs();
            }
            FromEngine::FileOpened { id, result } => self.waiting.borrow_mut().opened(id, result),
            FromEngine::Event(event) => self.happened(event),
            FromEngine::Pong(_) => {}
            FromEngine::Died(why) => self.died(&why),
            FromEngine::StoreFailed(trouble) => {
                self.told.trouble.set(Some(trouble));
                self.told.phase.set(Phase::Failed);
                self.stage.set(Stage::Gone);
                self.give_up_when_failed();
            }
        }
    }

    fn greet(&self) {
        self.stage.set(Stage::Opening);
        self.say(&ToEngine::Start {
            build: self.build.clone(),
            offset_minutes: crate::i18n::now().offset_minutes,
            relay: document::relay_address(),
        });
        self.say(&ToEngine::Online(document::is_online()));
    }

    fn happened(&self, event: Event) {
        match event {
            Event::Changed => self.told.changed.update(|n| *n += 1),
            Event::CustomerChanged(id) => self.told.customer.set(Some(id)),
            Event::Workspace(facts) => self.told.workspace.set(Some(Some(facts))),
            Event::MembersChanged => self.told.members.update(|n| *n += 1),
            Event::Sync(state) => self.told.sync.set(state),
            Event::CatchingUp(behind) => self.told.catching_up.set(behind),
            Event::Progress(progress) => self.told.progress.set(Some(progress)),
            Event::JobDone { id, report } => {
                self.waiting.borrow_mut().job_ended(id);
                self.told.progress.set(None);
                self.told.report.set(Some((id, report)));
            }
            Event::UpdateWaiting => self.told.update.set(true),
        }
    }

    /// Page and engine are of two builds: only a reload helps.
    fn other_version(&self) {
        drop(self.bridge.replace(None));
        self.stage.set(Stage::Gone);
        self.told.update.set(true);
        self.told.phase.set(Phase::Failed);
        self.give_up_when_failed();
    }

    // --- Signs of life ---

    fn keep_beating(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let beat = set_interval_with_handle(move || this.beat(), BEAT);
        on_cleanup(move || {
            if let Ok(beat) = beat {
                beat.clear();
            }
        });
    }

    fn beat(self: &Rc<Self>) {
        let (last, now) = (self.last_beat.replace(now()), now());
        if document::is_hidden() {
            self.silent.set(0);
            return;
        }
        // A page that was asleep or busy has not read what the engine may have said meanwhile: it does so before the next beat.
        if now - last > BEAT.as_millis() as f64 * 1.3 {
            return;
        }
        let allowed = match self.stage.get() {
            Stage::Gone => return,
            Stage::Loading | Stage::Opening => BEATS_TO_START,
            Stage::Ready => 1,
        };
        if self.silent.get() >= allowed {
            self.died("it does not answer");
            return;
        }
        self.silent.set(self.silent.get() + 1);
        if self.stage.get() != Stage::Loading {
            self.say(&ToEngine::Ping(self.number.get()));
        }
    }

    fn follow_network(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let came = window_event_listener(leptos::ev::online, move |_| {
            this.say(&ToEngine::Online(true))
        });
        let this = Rc::clone(self);
        let went = window_event_listener(leptos::ev::offline, move |_| {
            this.say(&ToEngine::Online(false));
            // The engine says so, too, as soon as it has counted what waits.
            this.told.sync.update(|sync| {
                if let SyncState::Synced { .. } = sync {
                    *sync = SyncState::Offline { pending: 0 };
                }
            });
        });
        on_cleanup(move || {
            came.remove();
            went.remove();
        });
    }

    /// `window.__tenderoFault(name)`, for tests of what the app does about an engine that fails.
    #[cfg(feature = "faults")]
    fn offer_faults(self: &Rc<Self>) {
        use wasm_bindgen::prelude::*;
        let this = Rc::clone(self);
        let fault = Closure::<dyn Fn(String)>::new(move |name: String| {
            if let Some(bridge) = this.bridge.borrow().as_ref() {
                bridge.post_fault(&name);
            }
        });
        let _ = js_sys::Reflect::set(&window(), &"__tenderoFault".into(), fault.as_ref());
        fault.forget();
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}
