//! The power goes: what the real binary wrote and did not sync is lost, torn or kept at random, and still every item whose
//! acknowledgement had left is there.
//!
//! strace records what the relay writes, syncs and sends. A seed chooses a moment of that record and what of the
//! unsynced becomes of each file; the store then opens those files. (A VFS inside the process would need unsafe code,
//! and would not see the real binary.)
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Chance, Device, Process, Scratch, number_from, send, try_receive, wide};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use tendero_protocol::{ClientMessage, ItemId, RelayMessage, Seq, Signer as _};
use tendero_relay::store::{LogRange, LogStore as _, PAGE_ITEMS, StoreError};
use tendero_relay::{Quota, SqliteLog};

/// Of each life: enough pages in the WAL for SQLite to write them back in between.
const FRAMES: u64 = 120;
const ITEMS: u64 = 5;
/// What a disk writes whole.
const SECTOR: usize = 512;

/// Something that the relay did, as far as a power cut is concerned. Files by name.
enum Event {
    Made(String),
    Wrote(String, usize, Vec<u8>),
    Cut(String, usize),
    Removed(String),
    /// All events on the file before that number are on the disk.
    Synced(String, usize),
    /// The same for names.
    NamesSynced(usize),
    Sent(Vec<u8>),
}

/// Reads strace's record (`-f -y -xx`) of what concerns the folder's database or goes to a socket.
struct Reader<'a> {
    folder: &'a str,
    events: Vec<Event>,
    /// Calls that have begun: by thread, with the number of events before.
    begun: BTreeMap<String, (String, usize)>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) {
        let (thread, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        if let Some(call) = rest.strip_suffix(" <unfinished ...>") {
            self.begins(call);
            let begun = (call.to_owned(), self.events.len());
            self.begun.insert(thread.to_owned(), begun);
        } else if rest.starts_with("<... ") {
            if let Some((call, before)) = self.begun.remove(thread) {
                self.ends(&call, rest, before);
            }
        } else {
            self.begins(rest);
            self.ends(rest, rest, self.events.len());
        }
    }

    /// A write may take effect as soon as it is called.
    fn begins(&mut self, call: &str) {
        let Some((name, arguments)) = call.split_once('(') else {
            return;
        };
        match name {
            "pwrite64" => {
                if let Some(file) = self.file(arguments) {
                    let numbers = arguments.rsplit('"').next().unwrap();
                    let place = numbers
                        .split(", ")
                        .nth(2)
                        .unwrap()
                        .split(')')
                        .next()
                        .unwrap();
                    let bytes = hex(arguments.split('"').nth(1).unwrap());
                    self.events
                        .push(Event::Wrote(file, place.parse().unwrap(), bytes));
                }
            }
            "sendto" | "write" => {
                let bytes = hex(arguments.split('"').nth(1).unwrap_or_default());
                // A binary message of a WebSocket; the relay does not mask.
                if self.file(arguments).is_none() && bytes.first() == Some(&0x82) {
                    self.events.push(Event::Sent(bytes));
                }
            }
            "ftruncate" => {
                if let Some(file) = self.file(arguments) {
                    let length = arguments.rsplit(", ").next().unwrap().split(')').next();
                    let length = length.unwrap().parse().unwrap();
                    self.events.push(Event::Cut(file, length));
                }
            }
            "openat" if arguments.contains("O_CREAT") => {
                if let Some(file) = self.database(arguments.split('"').nth(1).unwrap()) {
                    self.events.push(Event::Made(file));
                }
            }
            "unlink" => {
                if let Some(file) = self.database(arguments.split('"').nth(1).unwrap()) {
                    self.events.push(Event::Removed(file));
                }
            }
            _ => {}
        }
    }

    fn ends(&mut self, call: &str, result: &str, before: usize) {
        let is_sync = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        if !is_sync || !result.ends_with("= 0") {
            return;
        }
        let arguments = call.split_once('(').unwrap().1;
        if let Some(file) = self.file(arguments) {
            self.events.push(Event::Synced(file, before));
        } else if path(arguments).as_deref() == Some(self.folder) {
            self.events.push(Event::NamesSynced(before));
        }
    }

    /// The database's file that a descriptor stands for.
    fn file(&self, arguments: &str) -> Option<String> {
        let path = path(arguments)?;
        self.name(&path)
    }

    fn database(&self, hexadecimal: &str) -> Option<String> {
        self.name(&String::from_utf8(hex(hexadecimal)).ok()?)
    }

    /// The shared memory beside the WAL is made anew after a power cut.
    fn name(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(self.folder)?.strip_prefix('/')?;
        (name.starts_with("relay.sqlite") && !name.ends_with("-shm")).then(|| name.to_owned())
    }
}

/// `12<path>` with the path in hexadecimal.
fn path(arguments: &str) -> Option<String> {
    let path = arguments.split_once('<')?.1.split_once('>')?.0;
    String::from_utf8(hex(path)).ok()
}

/// `\x01\x02`; anything else is no bytes of ours.
fn hex(text: &str) -> Vec<u8> {
    let parts = text.split("\\x").skip(1);
    parts
        .map(|digits| u8::from_str_radix(&digits[..2], 16).unwrap())
        .collect()
}

/// Acknowledged frames in what was sent.
fn acknowledged(mut bytes: &[u8]) -> Vec<(u64, Vec<Seq>)> {
    let mut frames = Vec::new();
    while let [0x82, length, rest @ ..] = bytes {
        let (length, rest) = match length {
            126 => (
                usize::from(u16::from_be_bytes([rest[0], rest[1]])),
                &rest[2..],
            ),
            127 => panic!("longer than any acknowledgement here"),
            short => (usize::from(*short), rest),
        };
        if let Ok(RelayMessage::Acks(acks)) = RelayMessage::decode(&rest[..length]) {
            let name = u64::from_le_bytes(acks.frame_id.0[..8].try_into().unwrap());
            frames.push((name, acks.items.iter().map(|ack| ack.seq).collect()));
        }
        bytes = &rest[length..];
    }
    frames
}

/// A file while it is on its way to the disk.
#[derive(Clone, Default)]
struct File {
    /// Events on the file that may not be on the disk.
    waiting: Vec<usize>,
    on_disk: Vec<u8>,
    /// Whether the name is on the disk, and what was last done about it.
    named: bool,
    renamed: Option<(usize, bool)>,
}

/// What lies on the disk after a power cut before an event, and what had been acknowledged.
struct Wreck {
    files: BTreeMap<String, Vec<u8>>,
    acknowledged: BTreeMap<ItemId, Seq>,
}

fn wreck(events: &[Event], cut: usize, chance: &mut Chance, syncs_work: bool) -> Wreck {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut said = BTreeMap::new();
    for (number, event) in events.iter().enumerate().take(cut) {
        match event {
            Event::Made(name) => {
                let file = files.entry(name.clone()).or_default();
                let is_there = file.renamed.map_or(file.named, |(_, there)| there);
                if !is_there {
                    file.renamed = Some((number, true));
                    (file.on_disk, file.waiting) = (Vec::new(), Vec::new());
                }
            }
            Event::Removed(name) => files.get_mut(name).unwrap().renamed = Some((number, false)),
            Event::Wrote(name, ..) | Event::Cut(name, _) => {
                files.get_mut(name).unwrap().waiting.push(number);
            }
            Event::Synced(name, before) if syncs_work => {
                let file = files.get_mut(name).unwrap();
                let (done, rest) = file.waiting.iter().partition(|number| *number < before);
                let done: Vec<usize> = done;
                done.iter()
                    .for_each(|number| apply(&mut file.on_disk, &events[*number]));
                file.waiting = rest;
            }
            Event::NamesSynced(before) if syncs_work => {
                for file in files.values_mut() {
                    if let Some((number, there)) = file.renamed
                        && number < *before
                    {
                        (file.named, file.renamed) = (there, None);
                    }
                }
            }
            Event::Synced(..) | Event::NamesSynced(_) => {}
            Event::Sent(bytes) => {
                for (name, seqs) in acknowledged(bytes) {
                    let items = (0..).map(|item| ItemId(wide(name * ITEMS + item)));
                    said.extend(items.zip(seqs));
                }
            }
        }
    }
    let mut left = BTreeMap::new();
    for (name, mut file) in files {
        let named = match file.renamed {
            // Either may have come first to the disk.
            Some((_, there)) if chance.below(2) == 0 => there,
            _ => file.named,
        };
        // How a disk may be: all that waits is lost, nothing is, or each for itself.
        let mood = chance.below(4);
        for number in file.waiting {
            match (mood, chance.below(3)) {
                (0, _) | (2.., 0) => {}
                (1, _) | (2.., 1) => apply(&mut file.on_disk, &events[number]),
                _ => tear(&mut file.on_disk, &events[number], chance),
            }
        }
        if named {
            left.insert(name, file.on_disk);
        }
    }
    Wreck {
        files: left,
        acknowledged: said,
    }
}

fn apply(content: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Wrote(_, place, bytes) => {
            content.resize(content.len().max(place + bytes.len()), 0);
            content[*place..place + bytes.len()].copy_from_slice(bytes);
        }
        Event::Cut(_, length) => content.resize(*length, 0),
        _ => {}
    }
}

/// Some sectors of a write.
fn tear(content: &mut Vec<u8>, event: &Event, chance: &mut Chance) {
    let Event::Wrote(name, place, bytes) = event else {
        return;
    };
    let mut from = 0;
    while from < bytes.len() {
        let sector_end = (place + from) / SECTOR * SECTOR + SECTOR;
        let to = bytes.len().min(sector_end - place);
        if chance.below(2) == 0 {
            let part = Event::Wrote(name.clone(), place + from, bytes[from..to].to_vec());
            apply(content, &part);
        }
        from = to;
    }
}

/// What is wrong with what a relay finds after the power cut; nothing if all is well.
async fn examine(wreck: &Wreck, folder: &Path, device: &Device) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    for (name, content) in &wreck.files {
        std::fs::write(folder.join(name), content).unwrap();
    }
    let failed = |error: StoreError| error.to_string();
    let store = SqliteLog::open(&folder.join("relay.sqlite"), None).map_err(failed)?;
    let mut items = BTreeMap::new();
    let known = store.state(device.workspace).await.map_err(failed)?;
    while let Some(state) = known
        && Seq(items.len() as u64) < state.head
    {
        // Compared with its hashes and links on the way.
        let range = LogRange {
            after: Seq(items.len() as u64),
            limit: PAGE_ITEMS,
            omit: None,
        };
        let page = store.log(device.workspace, range).await.map_err(failed)?;
        items.extend(
            page.entries
                .iter()
                .map(|entry| (entry.body.item_id(), entry.seq)),
        );
    }
    for (item, seq) in &wreck.acknowledged {
        if items.get(item) != Some(seq) {
            return Err(format!("the acknowledged item of {seq} is lost"));
        }
    }
    // It goes on from there.
    if known.is_some() {
        let ClientMessage::Push(frame) = device.frame(99_999, &[99_999]) else {
            panic!()
        };
        let frame = frame
            .verify(device.workspace, &device.key.public_key())
            .unwrap();
        let pushed = store.push(device.workspace, frame, Quota::NONE).await;
        if pushed.map_err(failed)?.head != Seq(items.len() as u64 + 1) {
            return Err("the log does not go on where it ended".to_owned());
        }
    }
    Ok(())
}

/// Two lives of the real binary: the first ends by a kill, the second in good order.
async fn record(scratch: &Scratch, device: &Device) -> Option<Vec<Event>> {
    // As strace will name it.
    let folder = std::fs::canonicalize(scratch.path()).unwrap().join("data");
    std::fs::create_dir_all(&folder).unwrap();
    let mut reader = Reader {
        folder: folder.to_str().unwrap(),
        events: Vec::new(),
        begun: BTreeMap::new(),
    };
    for life in 0..2 {
        let record = scratch.path().join(format!("record-{life}"));
        let relay = Process::start_traced(&folder, &record)?;
        let (mut socket, _) = device.enter(&relay.address).await;
        for frame in life * FRAMES..(life + 1) * FRAMES {
            let numbers: Vec<u64> = (0..ITEMS).map(|item| frame * ITEMS + item).collect();
            send(&mut socket, &device.frame(frame, &numbers)).await;
        }
        let mut missing = FRAMES;
        while missing > 0 {
            let answer = try_receive(&mut socket).await.unwrap();
            missing -= u64::from(matches!(answer, RelayMessage::Acks(_)));
        }
        relay.end(if life == 0 { "-KILL" } else { "-TERM" });
        for line in std::fs::read_to_string(&record).unwrap().lines() {
            reader.line(line);
        }
        reader.begun.clear();
    }
    Some(reader.events)
}

/// 500 power cuts; more by `TENDERO_CUTS`, others by `TENDERO_SEED`.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_at_any_moment_takes_nothing_that_was_acknowledged() {
    let cuts = number_from("TENDERO_CUTS", 500);
    let seed = number_from("TENDERO_SEED", 1);
    println!("TENDERO_CUTS={cuts} TENDERO_SEED={seed}");
    let scratch = Scratch::new("power");
    let device = Device::new(62);
    if Command::new("strace").arg("-V").output().is_err() {
        println!("skipped: strace is not here; `cargo xtask setup` installs it");
        return;
    }
    let Some(events) = record(&scratch, &device).await else {
        println!("skipped: strace may not trace here");
        return;
    };
    let count = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
    let writes = count(|event| matches!(event, Event::Wrote(..)));
    let syncs = count(|event| matches!(event, Event::Synced(..)));
    let is_sent = |event: &Event| matches!(event, Event::Sent(_));
    let first = events.iter().position(is_sent).unwrap();
    let last = events.iter().rposition(is_sent).unwrap();
    let is_back = |event: &Event| matches!(event, Event::Wrote(name, ..) if name == "relay.sqlite");
    assert!(
        events[first..last].iter().any(is_back),
        "nothing was written back from the WAL in between"
    );
    // What is examined need not be on a disk: it was worked out what one would have kept.
    let wrecks = Scratch::in_memory("wreck");
    let folder = wrecks.path().join("data");
    for number in 0..cuts {
        let mut chance = Chance::new(seed.wrapping_add(number));
        let cut = usize::try_from(chance.below(events.len() as u64 + 1)).unwrap();
        let wreck = wreck(&events, cut, &mut chance, true);
        let outcome = examine(&wreck, &folder, &device).await;
        assert_eq!(
            outcome,
            Ok(()),
            "TENDERO_CUTS=1 TENDERO_SEED={}",
            seed.wrapping_add(number)
        );
    }
    // All of it is there in the end, and a disk that only says that it synced is found out: the test can fail.
    let whole = wreck(&events, events.len(), &mut Chance::new(seed), true);
    assert_eq!(whole.acknowledged.len() as u64, 2 * FRAMES * ITEMS);
    let mut losses = 0;
    for number in 0..20 {
        let mut chance = Chance::new(number);
        let cut =
            events.len() / 2 + usize::try_from(chance.below(1000)).unwrap() % (events.len() / 2);
        let wreck = wreck(&events, cut, &mut chance, false);
        losses += usize::from(examine(&wreck, &folder, &device).await.is_err());
    }
    assert!(losses > 0, "nothing is lost even without syncing");
    println!(
        "{writes} writes and {syncs} syncs recorded, {cuts} power cuts, 0 acknowledged items lost; \
         {losses} of 20 without syncs lost some"
    );
}
