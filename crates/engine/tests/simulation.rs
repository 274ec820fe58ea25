//! Chance decides what happens: people write on several devices and in several tabs, connections break with what is on its
//! way, engines end in the middle, stores fail and fill up, clocks are wrong by years, the relay goes away. When the storm is
//! over, everybody has the same, and nothing that was shown as saved is missing.
//!
//! A failure prints its seed: `cargo xtask sim --seed 17` plays it again. More of them: `cargo xtask sim --seeds 5000`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods // the number of plays comes from the environment
)]

mod common;

use common::{Device, Lost, World};
use futures::executor::block_on;
use std::collections::BTreeSet;
use tendero_domain::{ActionId, CustomerId, EntryId, EntryKind, Field, NewCustomer, Timestamp};
use tendero_engine::Input;
use tendero_messages::{
    Answer, Column, Command, Done, Filter, ManyEdit, Query, Row, Sort, SyncState, Target, ToEngine,
};
use tendero_store::{Batch, Store as _, StoreError, Table};

const SEEDS: u64 = 100;
const STEPS: usize = 160;
const TEN_YEARS_MS: i64 = 315_360_000_000;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }
}

/// A person's device: its tabs share a store, and the first of them has the network.
struct Place {
    tabs: Vec<Device>,
    skew: i64,
    /// Customers whose import this person may take back, and other actions to be taken back.
    actions: Vec<ActionId>,
}

/// What was shown as saved and never taken back.
#[derive(Default)]
struct Saved {
    customers: BTreeSet<CustomerId>,
    notes: Vec<(CustomerId, EntryId)>,
    tags: Vec<(CustomerId, String)>,
}

struct Play {
    world: World,
    dice: Dice,
    places: Vec<Place>,
    saved: Saved,
    written: usize,
}

#[test]
fn everybody_has_the_same_and_nothing_that_was_saved_is_missing() {
    let given = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seeds = match given("TENDERO_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..given("TENDERO_SIM_SEEDS").unwrap_or(SEEDS),
    };
    let mut notes = 0;
    for seed in seeds {
        println!("seed {seed}");
        let mut play = Play::new(seed);
        for _ in 0..STEPS {
            play.something_happens();
        }
        play.calm_down();
        play.compare();
        notes += play.saved.notes.len();
    }
    assert!(notes > 0, "nobody wrote anything");
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let world = World::new();
        let mut first = world.device();
        first.create_workspace(&world);
        world.settle(&mut [&mut first]);
        let mut devices = vec![first];
        for name in ["Luis", "Eva"].iter().take(1 + dice.roll(2)) {
            let fragment = devices[0].invite(&world);
            let mut device = world.device();
            device.join(&world, &fragment, name).unwrap();
            devices.push(device);
            world.settle(&mut devices.iter_mut().collect::<Vec<_>>());
        }
        let places = devices.into_iter().map(|device| Place {
            tabs: vec![device],
            skew: 0,
            actions: Vec::new(),
        });
        Self {
            places: places.collect(),
            world,
            dice,
            saved: Saved::default(),
            written: 0,
        }
    }

    fn something_happens(&mut self) {
        let who = self.dice.roll(self.places.len());
        let tab = self.dice.roll(self.places[who].tabs.len());
        match self.dice.roll(40) {
            0 => self.world.relay_is_up.set(!self.world.relay_is_up.get()),
            1 => self.world.relay_is_up.set(true),
            2 => self.places[who].tabs[tab].cut(),
            3 => self.places[who].tabs[0].lost = Lost::Message,
            4 => self.places[who].tabs[0].lost = Lost::Answer,
            5 => self.restart(who),
            6 => self.open_tab(who),
            7 => self.close_tab(who),
            8 => self.fail(who, StoreError::Conflict),
            9 => self.fail(who, StoreError::Full),
            10 => self.fail(who, StoreError::Failed("a bad sector".into())),
            11 => self.online(who, false),
            12 => self.online(who, true),
            13..=15 => self.time_passes(),
            16..=25 => self.write(who, tab),
            _ => {
                for _ in 0..self.dice.roll(12) {
                    self.step(who);
                }
            }
        }
    }

    fn fail(&mut self, who: usize, error: StoreError) {
        self.places[who].tabs[0].store.fail_next_apply(error);
    }

    /// The device is off and on again, with its clock set anew: what was not in the store is gone.
    fn restart(&mut self, who: usize) {
        let skews = [0, 0, -TEN_YEARS_MS, TEN_YEARS_MS, 3_600_000];
        let skew = skews[self.dice.roll(skews.len())];
        let place = &mut self.places[who];
        let store = place.tabs[0].store.clone();
        place.skew = skew;
        place.tabs = vec![self.world.device_with(store, skew, true)];
    }

    fn open_tab(&mut self, who: usize) {
        let place = &mut self.places[who];
        if place.tabs.len() < 2 {
            let store = place.tabs[0].store.clone();
            place
                .tabs
                .push(self.world.device_with(store, place.skew, false));
        }
    }

    /// The tab with the network goes; another one takes it over.
    fn close_tab(&mut self, who: usize) {
        let place = &mut self.places[who];
        if place.tabs.len() == 2 {
            place.tabs.remove(0);
            let tab = &mut place.tabs[0];
            tab.leads = true;
            tab.feed(&self.world, Input::Leader(true));
        }
    }

    fn online(&mut self, who: usize, online: bool) {
        for tab in &mut self.places[who].tabs {
            tab.feed(&self.world, Input::Page(ToEngine::Online(online)));
        }
    }

    fn time_passes(&mut self) {
        let longest = [50, 3_000, 40_000, 600_000][self.dice.roll(4)];
        let ms = 1 + self.dice.roll(longest) as u64;
        let mut all: Vec<&mut Device> = self
            .places
            .iter_mut()
            .flat_map(|place| &mut place.tabs)
            .collect();
        self.world.pass(ms, &mut all);
    }

    /// Each tab does one thing, and tells the others of its device.
    fn step(&mut self, who: usize) -> bool {
        let place = &mut self.places[who];
        let mut busy = false;
        for at in 0..place.tabs.len() {
            busy |= place.tabs[at].step(&self.world);
            for bytes in std::mem::take(&mut place.tabs[at].told) {
                for (other, tab) in place.tabs.iter_mut().enumerate() {
                    if other != at {
                        tab.feed(&self.world, Input::Told(bytes.clone()));
                    }
                }
            }
        }
        busy
    }

    fn write(&mut self, who: usize, tab: usize) {
        let known: Vec<CustomerId> = self.saved.customers.iter().copied().collect();
        let choice = self.dice.roll(12);
        let customer = (!known.is_empty()).then(|| known[self.dice.roll(known.len())]);
        let device = &mut self.places[who].tabs[tab];
        self.written += 1;
        let number = self.written;
        let action = device.action(&self.world);
        let Some(customer) = customer.filter(|_| choice > 1) else {
            let id = CustomerId::from_bytes(device.action(&self.world).to_bytes());
            let command = Command::CreateCustomer(NewCustomer {
                id,
                fields: vec![(Field::Name, format!("Bar {number}"))],
                tags: Vec::new(),
                entries: Vec::new(),
                orders: Vec::new(),
                before: None,
            });
            if device.command_as(&self.world, action, command) == Ok(Done::Saved) {
                self.saved.customers.insert(id);
            }
            return;
        };
        let on = self.dice.roll(3) > 0;
        let field = Field::ALL[1 + self.dice.roll(8)];
        match choice {
            2..=4 => {
                let entry = tendero_domain::Entry {
                    id: EntryId::from_bytes(action.to_bytes()),
                    kind: EntryKind::Note,
                    text: format!("nota {number}"),
                    outcome: None,
                    at: Timestamp {
                        ms: self.world.now.get() as i64,
                        offset_minutes: 0,
                    },
                };
                let id = entry.id;
                let command = Command::LogEntry { customer, entry };
                if device.command_as(&self.world, action, command) == Ok(Done::Saved) {
                    self.saved.notes.push((customer, id));
                }
            }
            5 => {
                let tag = format!("etiqueta {number}");
                let command = Command::SetTag {
                    customer,
                    tag: tag.clone(),
                    on: true,
                };
                if device.command_as(&self.world, action, command) == Ok(Done::Saved) {
                    self.saved.tags.push((customer, tag));
                }
            }
            6 | 7 => {
                let command = Command::SetField {
                    customer,
                    field,
                    value: if on {
                        format!("valor {number}")
                    } else {
                        String::new()
                    },
                };
                let _ = device.command_as(&self.world, action, command);
                self.places[who].actions.push(action);
            }
            8 => {
                let command = Command::DeleteCustomer {
                    customer,
                    deleted: on,
                };
                let _ = device.command_as(&self.world, action, command);
                self.places[who].actions.push(action);
            }
            9 => {
                let rows = if on { 3 } else { 90 };
                let mut file = String::from("código cliente,nombre,ciudad\n");
                for row in 0..rows {
                    file.push_str(&format!("{row},Taberna {row},Soria {}\n", number % 3));
                }
                let (file, preview) = device.open_file(&self.world, file.as_bytes());
                let command = Command::Import {
                    file,
                    plan: preview.unwrap().plan,
                    reasons: Vec::new(),
                };
                let _ = device.command_as(&self.world, action, command);
                self.places[who].actions.push(action);
            }
            10 => {
                let command = Command::EditMany {
                    target: Target::Found(Filter::default(), Vec::new()),
                    edit: ManyEdit::Tags {
                        tags: vec![format!("todos {}", number % 4)],
                        on,
                    },
                };
                let _ = device.command_as(&self.world, action, command);
                self.places[who].actions.push(action);
            }
            _ => {
                let actions = &self.places[who].actions;
                if !actions.is_empty() {
                    let undone = actions[self.dice.roll(actions.len())];
                    let device = &mut self.places[who].tabs[tab];
                    let _ = device.command_as(&self.world, action, Command::Undo(undone));
                }
            }
        }
    }

    /// The storm is over: everything is up and right again, and time passes.
    fn calm_down(&mut self) {
        self.world.relay_is_up.set(true);
        for who in 0..self.places.len() {
            // A fault that nothing has met yet is over.
            let _ = block_on(self.places[who].tabs[0].store.apply(Batch::new()));
            self.places[who].tabs[0].lost = Lost::Nothing;
            self.online(who, true);
        }
        for _ in 0..400 {
            while (0..self.places.len()).any(|who| self.step(who)) {}
            let is_done = |place: &Place| matches!(place.tabs[0].sync, SyncState::Synced { .. });
            let heads: BTreeSet<Option<u64>> = self
                .places
                .iter()
                .map(|place| match place.tabs[0].sync {
                    SyncState::Synced { seq } => Some(seq),
                    _ => None,
                })
                .collect();
            if self.places.iter().all(is_done) && heads.len() == 1 {
                return;
            }
            let mut all: Vec<&mut Device> = self
                .places
                .iter_mut()
                .flat_map(|place| &mut place.tabs)
                .collect();
            self.world.pass(1_000, &mut all);
        }
        let states: Vec<_> = self.places.iter().map(|p| &p.tabs[0].sync).collect();
        panic!("it does not settle: {states:?}");
    }

    fn compare(&mut self) {
        let world = &self.world;
        let mut first = None;
        for (who, place) in self.places.iter_mut().enumerate() {
            for (number, tab) in place.tabs.iter_mut().enumerate() {
                let seen = everything(world, tab);
                let expected = first.get_or_insert_with(|| seen.clone());
                same(&seen, expected, &format!("tab {number} of device {who}"));
            }
            let tab = &mut place.tabs[0];
            for customer in &self.saved.customers {
                let sheet = tab.ask(world, Query::Customer(*customer));
                assert!(
                    matches!(sheet, Answer::Customer(Some(_))),
                    "{customer:?} is missing"
                );
            }
            for (customer, note) in &self.saved.notes {
                let sheet = tab.sheet(world, *customer);
                let has = sheet.entries.iter().any(|entry| entry.entry.id == *note);
                assert!(has, "the note {note:?} is missing");
            }
            for (customer, tag) in &self.saved.tags {
                let sheet = tab.sheet(world, *customer);
                assert!(sheet.tags.contains(tag), "the tag {tag:?} is missing");
            }
            // Made anew from the documents, the projection is the same.
            let mut batch = Batch::new();
            batch.put(Table::Projection, vec![1, 0, 0, 0, 0], vec![1, 2, 3]);
            block_on(tab.store.apply(batch)).unwrap();
            let mut rebuilt = world.device_on(tab.store.clone());
            rebuilt.work(world);
            let expected = first.clone().unwrap_or_default();
            same(
                &everything(world, &mut rebuilt),
                &expected,
                &format!("device {who}, rebuilt"),
            );
        }
    }
}

/// Fails with the rows that differ, and no others.
#[track_caller]
fn same(seen: &[Row], expected: &[Row], whose: &str) {
    let differing: Vec<_> = seen.iter().filter(|row| !expected.contains(row)).collect();
    let lacking: Vec<_> = expected.iter().filter(|row| !seen.contains(row)).collect();
    assert!(
        differing.is_empty() && lacking.is_empty(),
        "{whose} has {differing:#?} instead of {lacking:#?}"
    );
}

/// All rows, deleted ones too, by identifier.
fn everything(world: &World, device: &mut Device) -> Vec<Row> {
    let mut rows = Vec::new();
    for deleted in [false, true] {
        let mut from = 0;
        loop {
            let filter = Filter {
                deleted,
                sort: Sort {
                    column: Column::Name,
                    descending: false,
                },
                ..Filter::default()
            };
            let len = Query::MAX_WINDOW;
            let Answer::Window(window) = device.ask(world, Query::Window { filter, from, len })
            else {
                panic!("no window");
            };
            if window.rows.is_empty() {
                break;
            }
            from += window.rows.len() as u32;
            rows.extend(window.rows);
        }
    }
    rows.sort_by_key(|row| row.id);
    rows
}
