//! The worker: one queue of what happens, one engine that takes it in, and the hands that carry out what it says.

use std::collections::VecDeque;
use std::panic;
use std::pin::pin;

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use tendero_domain::FileProblem;
use tendero_engine::{Engine, Input};
use tendero_messages::{Answer, FromEngine, Refusal, StoreTrouble, ToEngine};
use tendero_store::{Store, StoreError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::DedicatedWorkerGlobalScope;

use crate::file::ChosenFile;
use crate::hands::{Hands, Happening, tell};
use crate::host::WorkerHost;
use crate::indexed::{IndexedDbStore, OpenError};
use crate::page::{Page, Said, post};
use crate::turn::Turns;

/// The database of this origin; its lock and its channel between tabs are named after it.
const DATABASE: &str = "tendero";

type BrowserEngine<S> = Engine<S, WorkerHost, ChosenFile>;

/// Runs the engine in this worker until the page ends it.
///
/// # Panics
/// It throws where it is not run in a dedicated worker.
pub fn run() {
    let scope: DedicatedWorkerGlobalScope =
        (js_sys::global().dyn_into()).expect_throw("the engine runs in a dedicated worker");
    let dying = scope.clone();
    // The page replaces a worker that says so; the lock it holds goes with it.
    panic::set_hook(Box::new(move |bug| {
        post(&dying, &FromEngine::Died(bug.to_string()))
    }));
    let host = WorkerHost::new(&scope).expect_throw("the browser has no cryptography or no clock");
    let losing = scope.clone();
    // Said at once and not through the queue: what waits there is of no use without a store.
    let lost = move |error| post(&losing, &FromEngine::StoreFailed(trouble(error)));
    let (sender, happenings) = unbounded();
    let page = Page::listen(scope, tell(&sender, Happening::Said));
    spawn_local(Worker::new(page, sender, happenings).run(host, lost));
}

struct Worker {
    hands: Hands,
    happenings: UnboundedReceiver<Happening>,
    /// What happened while the store was opened, to be taken in first.
    waiting: VecDeque<Happening>,
    turns: Turns,
    #[cfg(feature = "faults")]
    faults: crate::faults::Faults,
}

impl Worker {
    fn new(
        page: Page,
        queue: UnboundedSender<Happening>,
        happenings: UnboundedReceiver<Happening>,
    ) -> Self {
        Self {
            hands: Hands::new(DATABASE, page, queue),
            happenings,
            waiting: VecDeque::new(),
            turns: Turns::new(),
            #[cfg(feature = "faults")]
            faults: crate::faults::Faults::default(),
        }
    }

    async fn run(mut self, host: WorkerHost, lost: impl Fn(OpenError) + 'static) {
        #[cfg(feature = "faults")]
        let faults = self.faults.clone();
        let opening = async move {
            let store = IndexedDbStore::open(DATABASE, lost)
                .await
                .map_err(trouble)?;
            #[cfg(feature = "faults")]
            let store = crate::faults::FaultyStore::new(store, faults);
            (Engine::open(store, host).await).map_err(|error| trouble_of_store(&error))
        };
        match self.meanwhile(opening).await {
            Ok(engine) => self.serve(engine).await,
            Err(trouble) => self.apologise(trouble).await,
        }
    }

    /// Waits for something while the page hears that the worker is alive: reading a large store takes its time.
    async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        loop {
            match select(something.as_mut(), self.happenings.next()).await {
                Either::Left((outcome, _)) => return outcome,
                Either::Right((Some(Happening::Said(Said::Message(ToEngine::Ping(id), _))), _)) => {
                    self.hands.tell_page(&FromEngine::Pong(id));
                }
                Either::Right((Some(happening), _)) => self.waiting.push_back(happening),
                // The queue's other end is in `hands`, so it never ends.
                Either::Right((None, _)) => return something.await,
            }
        }
    }

    /// Takes in what happens, one thing at a time, and works when nothing does.
    async fn serve<S: Store>(mut self, mut engine: BrowserEngine<S>) {
        loop {
            let happening = match self.at_hand() {
                None if engine.has_work() => {
                    let outputs = engine.work().await;
                    self.hands.carry_out(outputs);
                    self.turns.next().await;
                    continue;
                }
                None => self.happenings.next().await,
                happening => happening,
            };
            let Some(happening) = happening else { return };
            if let Some(input) = self.input(happening) {
                let outputs = engine.handle(input).await;
                self.hands.carry_out(outputs);
            }
        }
    }

    /// What has happened already.
    fn at_hand(&mut self) -> Option<Happening> {
        (self.waiting.pop_front()).or_else(|| self.happenings.try_recv().ok())
    }

    /// What the engine has to know of it.
    fn input(&mut self, happening: Happening) -> Option<Input<ChosenFile>> {
        match happening {
            Happening::Said(Said::Message(ToEngine::OpenFile { id, name, size }, file)) => {
                let Some(file) = file else {
                    self.hands.tell_page(&file_unreadable(id));
                    return None;
                };
                let source = ChosenFile(file);
                Some(Input::File {
                    id,
                    name,
                    size,
                    source,
                })
            }
            Happening::Said(Said::Message(message, _)) => Some(Input::Page(message)),
            #[cfg(feature = "faults")]
            Happening::Said(Said::Fault(fault)) => {
                self.faults.show(fault);
                None
            }
            Happening::Socket(number, event) => self.hands.socket_input(number, event),
            Happening::Woken(number) => self.hands.is_due(number).then_some(Input::Woken),
            Happening::Leader(leads) => Some(Input::Leader(leads)),
            Happening::Told(message) => Some(Input::Told(message)),
        }
    }

    /// Without an engine: says why, and leaves nothing unanswered.
    async fn apologise(mut self, trouble: StoreTrouble) {
        self.hands.tell_page(&FromEngine::StoreFailed(trouble));
        loop {
            let happening = match self.at_hand() {
                None => self.happenings.next().await,
                happening => happening,
            };
            match happening {
                Some(Happening::Said(Said::Message(message, _))) => {
                    if let Some(answer) = refusal(message, trouble) {
                        self.hands.tell_page(&answer);
                    }
                }
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// The answer of a worker without an engine.
fn refusal(message: ToEngine, trouble: StoreTrouble) -> Option<FromEngine> {
    match message {
        ToEngine::Ping(id) => Some(FromEngine::Pong(id)),
        ToEngine::Ask { id, .. } => Some(FromEngine::Answer {
            id,
            answer: Answer::Unreadable,
        }),
        ToEngine::Do { id, .. } => Some(FromEngine::Done {
            id,
            result: Err(match trouble {
                StoreTrouble::Full => Refusal::StorageFull,
                _ => Refusal::StorageFailed,
            }),
        }),
        ToEngine::OpenFile { id, .. } => Some(file_unreadable(id)),
        ToEngine::Start { .. } | ToEngine::Cancel { .. } | ToEngine::Online(_) => None,
    }
}

fn file_unreadable(id: tendero_domain::ActionId) -> FromEngine {
    FromEngine::FileOpened {
        id,
        result: Err(FileProblem::Unreadable),
    }
}

/// What the page is told about a store that cannot be opened. The browser's own words go to the console.
fn trouble(error: OpenError) -> StoreTrouble {
    web_sys::console::warn_1(&error.to_string().into());
    match error {
        OpenError::Blocked => StoreTrouble::Blocked,
        OpenError::Newer => StoreTrouble::Newer,
        OpenError::Full => StoreTrouble::Full,
        OpenError::Cleared | OpenError::Unavailable(_) => StoreTrouble::Unavailable,
    }
}

/// What the page is told about a store that was opened and cannot be read.
fn trouble_of_store(error: &StoreError) -> StoreTrouble {
    web_sys::console::warn_1(&error.to_string().into());
    match error {
        StoreError::Blocked => StoreTrouble::Blocked,
        StoreError::Full => StoreTrouble::Full,
        StoreError::Conflict | StoreError::Closed | StoreError::Failed(_) => {
            StoreTrouble::Unavailable
        }
    }
}
