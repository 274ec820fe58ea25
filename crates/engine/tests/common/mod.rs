//! Devices in memory around the relay's own session code: no sockets, no threads, no clock but the one in hand.
#![allow(dead_code)] // each test file uses its part
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use futures::FutureExt as _;
use futures::executor::block_on;
use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use tendero_domain::{
    ActionId, CustomerId, Entry, EntryId, EntryKind, Field, NewCustomer, Timestamp,
};
use tendero_engine::{Engine, Host, Input, Output, Source};
use tendero_messages::{
    Answer, Command, CustomerSheet, Done, Event, FilePreview, Filter, FromEngine, JobReport, Query,
    Refusal, Row, SyncState, ToEngine, WorkspaceFacts,
};
use tendero_protocol::{ChallengeNonce, ClientMessage};
use tendero_relay::session::Session;
use tendero_relay::{Hub, MemoryLog};
use tendero_store::MemoryStore;
use tendero_vault::Random;

/// The clock of everybody, and randomness that differs for each device and repeats with the seed.
#[derive(Clone)]
pub struct TestHost {
    now: Rc<Cell<u64>>,
    /// How far the clock on the wall is ahead of the world's.
    skew: i64,
    state: u64,
}

impl Random for TestHost {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            // SplitMix64.
            self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z ^ (z >> 31)) as u8;
        }
    }
}

impl Host for TestHost {
    fn now_ms(&self) -> u64 {
        self.now.get().saturating_add_signed(self.skew)
    }
    fn steady_ms(&self) -> f64 {
        // Each look takes a while, so that work is cut into slices.
        self.now.set(self.now.get() + 1);
        self.now.get() as f64
    }
}

/// A file in memory.
pub struct Text(pub Vec<u8>);

impl Source for Text {
    async fn read(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        let from = usize::try_from(offset).unwrap().min(self.0.len());
        Some(self.0[from..(from + len).min(self.0.len())].to_vec())
    }
}

pub type TestEngine = Engine<MemoryStore, TestHost, Text>;

/// A relay that can be away.
pub struct World {
    pub now: Rc<Cell<u64>>,
    pub hub: Arc<Hub<MemoryLog>>,
    pub relay_is_up: Cell<bool>,
    seeds: Cell<u64>,
}

impl World {
    pub fn new() -> Self {
        Self {
            now: Rc::new(Cell::new(1_764_000_000_000)),
            hub: Arc::new(Hub::new(MemoryLog::default(), false)),
            relay_is_up: Cell::new(true),
            seeds: Cell::new(1),
        }
    }

    fn seed(&self) -> u64 {
        self.seeds.set(self.seeds.get() + 1);
        self.seeds.get() * 0x1234_5678_9ABC
    }

    /// A device with an empty store.
    pub fn device(&self) -> Device {
        self.device_on(MemoryStore::new())
    }

    /// A device (or a tab of one) on a store.
    pub fn device_on(&self, store: MemoryStore) -> Device {
        self.device_with(store, 0, true)
    }

    /// A device whose clock is wrong by so many milliseconds, or a tab that another one may lead.
    pub fn device_with(&self, store: MemoryStore, skew: i64, leads: bool) -> Device {
        let host = TestHost {
            now: Rc::clone(&self.now),
            skew,
            state: self.seed(),
        };
        let engine = block_on(TestEngine::open(store.clone(), host)).unwrap();
        let mut device = Device {
            engine,
            store,
            session: None,
            page: VecDeque::new(),
            told: VecDeque::new(),
            inputs: VecDeque::new(),
            wake: None,
            facts: None,
            sync: SyncState::default(),
            questions: 0,
            leads,
            lost: Lost::Nothing,
        };
        device.feed(
            self,
            Input::Page(ToEngine::Start {
                build: "test".into(),
                offset_minutes: 60,
                relay: "ws://relay".into(),
            }),
        );
        device
    }

    /// Lets everybody do what there is to do until nothing is left, passing time where somebody waits for it.
    pub fn settle(&self, devices: &mut [&mut Device]) {
        for _ in 0..200 {
            let mut busy = true;
            while busy {
                busy = false;
                for device in devices.iter_mut() {
                    busy |= device.step(self);
                }
            }
            // Quiet: done if all are synced or cannot be; else time passes to the next wish.
            let all = devices.iter().all(|device| match device.sync {
                SyncState::Synced { .. } => true,
                _ => !self.relay_is_up.get() || device.facts.is_none(),
            });
            if all {
                return;
            }
            self.pass(1_000, devices);
        }
        panic!(
            "it does not settle: {:?}",
            devices
                .iter()
                .map(|device| &device.sync)
                .collect::<Vec<_>>()
        );
    }

    /// Time passes.
    pub fn pass(&self, ms: u64, devices: &mut [&mut Device]) {
        self.now.set(self.now.get() + ms);
        let now = self.now.get();
        for device in devices.iter_mut() {
            if device.wake.is_some_and(|at| at <= now) {
                device.wake = None;
                device.inputs.push_back(Input::Woken);
            }
        }
    }
}

/// An engine and everything around it.
pub struct Device {
    pub engine: TestEngine,
    pub store: MemoryStore,
    session: Option<Session<MemoryLog>>,
    pub page: VecDeque<FromEngine>,
    pub told: VecDeque<Vec<u8>>,
    inputs: VecDeque<Input<Text>>,
    wake: Option<u64>,
    pub facts: Option<WorkspaceFacts>,
    pub sync: SyncState,
    questions: u32,
    pub leads: bool,
    pub lost: Lost,
}

/// What the network loses with the next message, and the connection with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    Nothing,
    /// The message: the relay never sees it.
    Message,
    /// The answer: the relay did what it was asked, and nobody hears of it.
    Answer,
}

impl Device {
    /// Feeds one input and carries out what comes.
    pub fn feed(&mut self, world: &World, input: Input<Text>) {
        let outputs = block_on(self.engine.handle(input));
        self.carry_out(world, outputs);
    }

    fn carry_out(&mut self, world: &World, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Page(message) => {
                    match &message {
                        FromEngine::Event(Event::Sync(state)) => self.sync = state.clone(),
                        FromEngine::Event(Event::Workspace(facts)) => {
                            self.facts = Some(facts.clone())
                        }
                        FromEngine::Ready { welcome, .. } => {
                            self.facts.clone_from(&welcome.workspace)
                        }
                        _ => {}
                    }
                    self.page.push_back(message);
                }
                Output::Connect(_) => {
                    self.session = None;
                    if world.relay_is_up.get() {
                        let mut nonce = [0; 32];
                        nonce[..8].copy_from_slice(&world.seed().to_le_bytes());
                        let session = Session::new(Arc::clone(&world.hub), ChallengeNonce(nonce));
                        self.inputs.push_back(Input::Opened);
                        self.inputs
                            .push_back(Input::Received(session.challenge().encode()));
                        self.session = Some(session);
                    } else {
                        self.inputs.push_back(Input::Closed);
                    }
                }
                Output::Send(bytes) => {
                    let Some(session) = &mut self.session else {
                        continue;
                    };
                    let lost = std::mem::replace(&mut self.lost, Lost::Nothing);
                    if lost == Lost::Message {
                        self.cut();
                        continue;
                    }
                    let message = ClientMessage::decode(&bytes).unwrap();
                    let answer = block_on(session.handle(message, world.now.get()));
                    if lost == Lost::Answer {
                        self.cut();
                        continue;
                    }
                    for message in answer.messages {
                        self.inputs.push_back(Input::Received(message.encode()));
                    }
                    if answer.close {
                        self.session = None;
                        self.inputs.push_back(Input::Closed);
                    }
                }
                Output::Close => self.session = None,
                Output::Wake(ms) => self.wake = Some(world.now.get() + ms),
                Output::Lead if self.leads => self.inputs.push_back(Input::Leader(true)),
                Output::Lead => {}
                Output::Tell(bytes) => self.told.push_back(bytes),
            }
        }
    }

    /// The connection breaks, and what was on its way to the device is lost with it.
    pub fn cut(&mut self) {
        if self.session.take().is_some() {
            self.inputs
                .retain(|input| !matches!(input, Input::Received(_) | Input::Opened));
            self.inputs.push_back(Input::Closed);
        }
    }

    /// Does one thing; `false` when there is nothing to do.
    pub fn step(&mut self, world: &World) -> bool {
        if !world.relay_is_up.get() && self.session.take().is_some() {
            self.inputs.push_back(Input::Closed);
        }
        if let Some(session) = &mut self.session
            && let Some(news) = session.news().now_or_never()
        {
            self.inputs.push_back(Input::Received(news.encode()));
        }
        if let Some(input) = self.inputs.pop_front() {
            self.feed(world, input);
            return true;
        }
        if self.engine.has_work() {
            let outputs = block_on(self.engine.work());
            self.carry_out(world, outputs);
            return true;
        }
        false
    }

    /// Whether the next step is a slice of work.
    pub fn is_working(&self) -> bool {
        self.inputs.is_empty() && self.engine.has_work()
    }

    /// Works without looking at the network until no work is left.
    pub fn work(&mut self, world: &World) {
        while self.engine.has_work() {
            let outputs = block_on(self.engine.work());
            self.carry_out(world, outputs);
        }
    }

    /// The last answer of a kind, taking older messages away.
    fn find<T>(&mut self, pick: impl Fn(&FromEngine) -> Option<T>) -> Option<T> {
        let at = self
            .page
            .iter()
            .position(|message| pick(message).is_some())?;
        let found = self.page.get(at).and_then(&pick);
        self.page.remove(at);
        found
    }

    pub fn action(&mut self, world: &World) -> ActionId {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&world.seed().to_le_bytes());
        ActionId::make(world.now.get(), random)
    }

    /// Carries out a command and waits for its answer.
    pub fn command(&mut self, world: &World, command: Command) -> Result<Done, Refusal> {
        let id = self.action(world);
        self.command_as(world, id, command)
    }

    pub fn command_as(
        &mut self,
        world: &World,
        id: ActionId,
        command: Command,
    ) -> Result<Done, Refusal> {
        self.feed(world, Input::Page(ToEngine::Do { id, command }));
        for _ in 0..10_000 {
            let answer = self.find(|message| match message {
                FromEngine::Done { id: of, result } if *of == id => Some(result.clone()),
                _ => None,
            });
            if let Some(answer) = answer {
                return answer;
            }
            if !self.step(world) {
                world.pass(1_000, &mut [self]);
            }
        }
        panic!("no answer to the command");
    }

    pub fn ask(&mut self, world: &World, query: Query) -> Answer {
        self.questions += 1;
        let id = self.questions;
        self.feed(world, Input::Page(ToEngine::Ask { id, query }));
        self.find(|message| match message {
            FromEngine::Answer { id: of, answer } if *of == id => Some(answer.clone()),
            _ => None,
        })
        .unwrap()
    }

    pub fn rows(&mut self, world: &World, filter: Filter) -> (u64, Vec<Row>) {
        match self.ask(
            world,
            Query::Window {
                filter,
                from: 0,
                len: 500,
            },
        ) {
            Answer::Window(window) => (window.total, window.rows),
            other => panic!("{other:?}"),
        }
    }

    pub fn sheet(&mut self, world: &World, id: CustomerId) -> CustomerSheet {
        match self.ask(world, Query::Customer(id)) {
            Answer::Customer(Some(sheet)) => *sheet,
            other => panic!("{other:?}"),
        }
    }

    pub fn text(&mut self, world: &World, id: CustomerId, field: Field) -> String {
        let sheet = self.sheet(world, id);
        let found = sheet.fields.into_iter().find(|value| value.field == field);
        found.map(|value| value.text).unwrap_or_default()
    }

    pub fn create_workspace(&mut self, world: &World) {
        let command = Command::CreateWorkspace {
            name: "Bodegas Olmedo".into(),
            member: "Marta".into(),
        };
        assert_eq!(self.command(world, command), Ok(Done::Saved));
    }

    pub fn create_customer(&mut self, world: &World, name: &str) -> CustomerId {
        let id = CustomerId::from_bytes(self.action(world).to_bytes());
        let new = NewCustomer {
            id,
            fields: vec![(Field::Name, name.to_owned())],
            tags: Vec::new(),
            entries: Vec::new(),
            orders: Vec::new(),
            before: None,
        };
        assert_eq!(
            self.command(world, Command::CreateCustomer(new)),
            Ok(Done::Saved)
        );
        id
    }

    pub fn set(&mut self, world: &World, customer: CustomerId, field: Field, value: &str) {
        let command = Command::SetField {
            customer,
            field,
            value: value.into(),
        };
        assert_eq!(self.command(world, command), Ok(Done::Saved));
    }

    pub fn visit(&mut self, world: &World, customer: CustomerId, text: &str) -> EntryId {
        let id = EntryId::from_bytes(self.action(world).to_bytes());
        let at = Timestamp {
            ms: world.now.get() as i64,
            offset_minutes: 60,
        };
        let entry = Entry {
            id,
            kind: EntryKind::Visit,
            text: text.into(),
            outcome: None,
            at,
        };
        assert_eq!(
            self.command(world, Command::LogEntry { customer, entry }),
            Ok(Done::Saved)
        );
        id
    }

    pub fn invite(&mut self, world: &World) -> String {
        match self.command(world, Command::Invite) {
            Ok(Done::Invitation { fragment }) => fragment,
            other => panic!("{other:?}"),
        }
    }

    pub fn join(&mut self, world: &World, fragment: &str, name: &str) -> Result<Done, Refusal> {
        self.command(
            world,
            Command::JoinWorkspace {
                fragment: fragment.into(),
                member: name.into(),
            },
        )
    }

    pub fn open_file(
        &mut self,
        world: &World,
        bytes: &[u8],
    ) -> (
        ActionId,
        Result<Box<FilePreview>, tendero_domain::FileProblem>,
    ) {
        let id = self.action(world);
        let input = Input::File {
            id,
            name: "file.csv".into(),
            size: bytes.len() as u64,
            source: Text(bytes.to_vec()),
        };
        self.feed(world, input);
        let result = self.find(|message| match message {
            FromEngine::FileOpened { id: of, result } if *of == id => Some(result.clone()),
            _ => None,
        });
        (id, result.unwrap())
    }

    /// Imports a file as it is guessed, to its end.
    pub fn import(&mut self, world: &World, bytes: &[u8]) -> JobReport {
        let id = self.action(world);
        self.import_as(world, id, bytes)
    }

    pub fn import_as(&mut self, world: &World, id: ActionId, bytes: &[u8]) -> JobReport {
        let (file, preview) = self.open_file(world, bytes);
        let mut plan = preview.unwrap().plan;
        plan.unnamed = "Cliente".into();
        self.import_plan(world, id, file, plan)
    }

    /// Does something that is a job, to its end.
    pub fn job(&mut self, world: &World, command: Command) -> (ActionId, JobReport) {
        let id = self.action(world);
        assert_eq!(self.command_as(world, id, command), Ok(Done::Started));
        self.work(world);
        (id, self.report(id))
    }

    pub fn import_with(
        &mut self,
        world: &World,
        file: ActionId,
        plan: tendero_domain::ImportPlan,
    ) -> JobReport {
        let id = self.action(world);
        self.import_plan(world, id, file, plan)
    }

    fn import_plan(
        &mut self,
        world: &World,
        id: ActionId,
        file: ActionId,
        plan: tendero_domain::ImportPlan,
    ) -> JobReport {
        let reasons = [
            "reason",
            "no customer",
            "bad day",
            "bad amount",
            "too long",
            "ragged",
        ]
        .map(String::from)
        .to_vec();
        assert_eq!(
            self.command_as(
                world,
                id,
                Command::Import {
                    file,
                    plan,
                    reasons
                }
            ),
            Ok(Done::Started)
        );
        self.work(world);
        self.report(id)
    }

    pub fn report(&mut self, id: ActionId) -> JobReport {
        let report = self.find(|message| match message {
            FromEngine::Event(Event::JobDone { id: of, report }) if *of == id => {
                Some(report.clone())
            }
            _ => None,
        });
        report.expect("the job has not ended")
    }
}
