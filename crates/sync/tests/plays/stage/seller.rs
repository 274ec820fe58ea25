//! A seller's device: what lies on its disk, and the core that it runs.

use super::dice::Dice;
use std::collections::BTreeMap;
use std::rc::Rc;
use tendero_protocol::{
    Chain, DeviceId, EntryBody, Generation, Item, ItemId, ItemKind, LogPosition, MemberId, Salt,
    SaltRow, Seq, SignedEntry, WorkspaceId,
};
use tendero_sync::{Ack, AppendFailure, Effect, Event, Me, State, Stretch, Sync};
use tendero_vault::{DeviceKey, ItemDraft, Keyring, Random as _};

/// A note that waits for the relay.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub item_id: ItemId,
    doc: [u8; 16],
    salt: Salt,
    kind: ItemKind,
    text: String,
}

/// What survives a crash.
#[derive(Clone)]
pub struct Disk {
    pub workspace: WorkspaceId,
    pub member: MemberId,
    pub device: DeviceId,
    seed: [u8; 32],
    pub keyring: Keyring,
    pub chain: Vec<SignedEntry>,
    pub position: LogPosition,
    pub outbox: Vec<Waiting>,
    /// All notes of the team that are here.
    pub notes: BTreeMap<ItemId, String>,
    /// Others' items in the order they came, with their numbers.
    pub arrived: Vec<(Seq, ItemId)>,
    /// Names of the log's entries, own ones included.
    pub log: Vec<(Seq, ItemId)>,
}

/// What the network is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    Connect,
    Close,
    Send(Vec<u8>),
}

pub struct Seller {
    pub name: &'static str,
    pub disk: Disk,
    /// `None`: crashed.
    pub sync: Option<Sync>,
    /// Where the outbox goes on.
    next: usize,
    /// A stretch that waits to be stored.
    pub applying: Option<Stretch>,
    /// Stores at once; else the test says when.
    pub stores_at_once: bool,
    pub wake_at: Option<u64>,
    pub state: State,
    pub appended: usize,
    pub failures: Vec<AppendFailure>,
    pub refused: Vec<ItemId>,
    /// Salts that came for one document.
    pub most_salts: usize,
    pub wishes: Vec<Wish>,
    /// Crashes before the effect of that number of the next events.
    pub crash_at: Option<usize>,
    pub dice: Dice,
}

impl Seller {
    /// Begins a workspace.
    pub fn founder(name: &'static str, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut id = || {
            let mut bytes = [0; 16];
            dice.fill(&mut bytes);
            bytes
        };
        let (workspace, member, device) = (WorkspaceId(id()), MemberId(id()), DeviceId(id()));
        let key = DeviceKey::make(&mut dice);
        let keyring = Keyring::make(&mut dice);
        let chain = tendero_sync::create(
            workspace, member, device, name, &key, &keyring, 1_000, &mut dice,
        );
        Self::settled(name, &chain, keyring, (member, device), &key, dice)
    }

    /// A device that is on the chain.
    pub fn settled(
        name: &'static str,
        chain: &Chain,
        keyring: Keyring,
        (member, device): (MemberId, DeviceId),
        key: &DeviceKey,
        dice: Dice,
    ) -> Self {
        let disk = Disk {
            workspace: chain.workspace(),
            member,
            device,
            seed: *key.seed(),
            keyring,
            chain: chain.entries().to_vec(),
            position: LogPosition::default(),
            outbox: Vec::new(),
            notes: BTreeMap::new(),
            arrived: Vec::new(),
            log: Vec::new(),
        };
        let mut seller = Self {
            name,
            disk,
            sync: None,
            next: 0,
            applying: None,
            stores_at_once: true,
            wake_at: None,
            state: State::Idle,
            appended: 0,
            failures: Vec::new(),
            refused: Vec::new(),
            most_salts: 0,
            wishes: Vec::new(),
            crash_at: None,
            dice,
        };
        seller.boot();
        seller
    }

    /// Starts from what is on the disk.
    pub fn boot(&mut self) {
        let disk = &self.disk;
        let me = Me {
            workspace: disk.workspace,
            device: disk.device,
            app: "test".to_owned(),
        };
        let chain = Chain::from_entries(disk.chain.clone()).unwrap();
        let key = Rc::new(DeviceKey::from_seed(disk.seed));
        self.sync = Some(Sync::new(me, key, chain, disk.position));
        self.state = State::Idle;
        self.next = 0;
        self.applying = None;
        self.wake_at = None;
    }

    /// Everything that is not on the disk is gone.
    pub fn crash(&mut self) {
        self.sync = None;
        self.applying = None;
        self.wake_at = None;
        self.crash_at = None;
        self.wishes = vec![Wish::Close];
    }

    /// Writes a note about a customer.
    pub fn write(&mut self, now: u64, customer: u8, text: &str) -> ItemId {
        self.write_item(now, customer, text, ItemKind::Change)
    }

    /// Writes an item of some kind.
    pub fn write_item(&mut self, now: u64, customer: u8, text: &str, kind: ItemKind) -> ItemId {
        let doc = [customer; 16];
        let mut hash = [0; 32];
        self.dice.fill(&mut hash);
        let item_id = self.disk.keyring.item_id(&doc, Generation(0), &[hash]);
        self.disk.notes.insert(item_id, text.to_owned());
        self.disk.outbox.push(Waiting {
            item_id,
            doc,
            salt: Salt([self.name.len() as u8; 16]),
            kind,
            text: text.to_owned(),
        });
        self.feed(now, Event::Pending(self.pending()));
        item_id
    }

    pub fn append(&mut self, now: u64, body: EntryBody) {
        self.feed(now, Event::Append(body));
    }

    pub fn start(&mut self, now: u64) {
        self.feed(now, Event::Pending(self.pending()));
        self.feed(now, Event::Start);
    }

    pub fn pending(&self) -> u32 {
        u32::try_from(self.disk.outbox.len()).unwrap()
    }

    /// Stores the stretch that waits, in one transaction.
    pub fn store(&mut self, now: u64) {
        if let Some(stretch) = self.applying.take() {
            self.apply(&stretch);
            self.feed(now, Event::Applied);
        }
    }

    /// The stretch that waits cannot be stored.
    pub fn fail_to_store(&mut self, now: u64) {
        if self.applying.take().is_some() {
            self.feed(now, Event::NotApplied);
        }
    }

    /// Feeds the core and carries out what it wants.
    pub fn feed(&mut self, now: u64, event: Event) {
        let mut events = std::collections::VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let Some(sync) = &mut self.sync else { return };
            let effects = sync.handle(now, &mut self.dice, event);
            for effect in effects {
                if let Some(left) = &mut self.crash_at {
                    if *left == 0 {
                        return self.crash();
                    }
                    *left -= 1;
                }
                events.extend(self.carry_out(now, effect));
            }
        }
        if let Some(sync) = &self.sync {
            assert_eq!(self.state, sync.state(), "{} was not told", self.name);
        }
    }

    fn carry_out(&mut self, now: u64, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Connect => self.wishes.push(Wish::Connect),
            Effect::Close => self.wishes.push(Wish::Close),
            Effect::Send(bytes) => self.wishes.push(Wish::Send(bytes)),
            Effect::Wake(ms) => self.wake_at = Some(now + ms),
            Effect::FromStart => self.next = 0,
            Effect::NextItems {
                max_items,
                max_bytes,
            } => return Some(self.next_items(max_items, max_bytes)),
            Effect::Acked(acks) => {
                for (item_id, ack) in acks {
                    let at = self
                        .disk
                        .outbox
                        .iter()
                        .position(|row| row.item_id == item_id);
                    match (ack, at) {
                        (Ack::Stored(_), Some(at)) => {
                            self.disk.outbox.remove(at);
                            self.next -= usize::from(at < self.next);
                        }
                        (Ack::Stored(_), None) => {}
                        (Ack::Refused(_), _) => self.refused.push(item_id),
                    }
                }
                return Some(Event::Pending(self.pending()));
            }
            Effect::Apply(stretch) => {
                assert!(self.applying.is_none(), "one stretch at a time");
                if self.stores_at_once {
                    self.apply(&stretch);
                    return Some(Event::Applied);
                }
                self.applying = Some(stretch);
            }
            Effect::Chain(entries) => self.disk.chain.extend(entries),
            Effect::Appended(_) => self.appended += 1,
            Effect::AppendFailed(failure) => self.failures.push(failure),
            Effect::State(state) => self.state = state,
        }
        None
    }

    fn next_items(&mut self, max_items: usize, max_bytes: usize) -> Event {
        let mut items: Vec<Item> = Vec::new();
        let mut salts = Vec::new();
        let mut bytes = 0;
        while let Some(row) = self.disk.outbox.get(self.next) {
            let draft = ItemDraft {
                doc: row.doc,
                generation: Generation(0),
                kind: row.kind,
                item_id: row.item_id,
                salt: row.salt,
            };
            let keyring = &self.disk.keyring;
            let item = keyring.seal_item(&mut self.dice, &draft, row.text.as_bytes());
            bytes += item.size();
            if items.len() >= max_items || (bytes > max_bytes && !items.is_empty()) {
                break;
            }
            salts.push(SaltRow {
                doc_tag: item.header.doc_tag,
                salt: row.salt,
            });
            items.push(item);
            self.next += 1;
        }
        salts.sort_unstable();
        salts.dedup();
        Event::Items { items, salts }
    }

    fn apply(&mut self, stretch: &Stretch) {
        let disk = &mut self.disk;
        for arrived in &stretch.entries {
            assert_eq!(
                arrived.seq,
                disk.log.last().map_or(Seq(1), |last| last.0.next())
            );
            disk.log.push((arrived.seq, arrived.item_id));
            let Some(item) = &arrived.item else {
                assert_eq!(arrived.device, disk.device, "nothing was trimmed");
                continue;
            };
            assert_ne!(arrived.device, disk.device);
            let salts: Vec<Salt> = stretch
                .salts
                .iter()
                .filter(|row| row.doc_tag == arrived.doc_tag)
                .map(|row| row.salt)
                .collect();
            self.most_salts = self.most_salts.max(salts.len());
            let plain = disk.keyring.open_item(item, &salts).unwrap();
            let text = String::from_utf8(plain).unwrap();
            let before = disk.notes.insert(arrived.item_id, text);
            assert_eq!(before, None, "{} got an item twice", self.name);
            disk.arrived.push((arrived.seq, arrived.item_id));
        }
        disk.position = stretch.position;
        assert_eq!(disk.position.cursor, disk.log.last().unwrap().0);
    }
}
