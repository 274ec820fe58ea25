//! What one relay takes: `cargo bench -p tendero-relay --bench load`, with a quiet machine and `ulimit -n 30000`.
//!
//! 50 clients in ten workspaces push to the real binary on loopback; frames are signed before the clock starts. Beside it
//! stands how often the same disk syncs. Prints rows for `docs/benchmarks.md`, first over SQLite, then over a PostgreSQL of its
//! own.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::postgres::Postgres;
use common::{Device, Process, Scratch, Socket, read_log, try_receive};
use futures::SinkExt as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tendero_protocol::RelayMessage;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const CLIENTS: u64 = 50;
const WORKSPACES: u8 = 10;
const IDLE: usize = 10_000;

/// Bounds that do not come into what is measured.
const WIDE: [&str; 8] = [
    "--max-messages",
    "10000000",
    "--max-connections",
    "20000",
    "--max-connections-per-address",
    "20000",
    "--quota-items",
    "0",
];

/// How a client sends.
struct Load {
    name: &'static str,
    /// Frames of each client.
    frames: u64,
    /// Items of a frame.
    items: u64,
    /// Frames sent ahead of their acknowledgements.
    ahead: usize,
    /// Frames of each client in a second; 0: as many as it can.
    pace: u32,
}

const fn load(name: &'static str, frames: u64, items: u64, ahead: usize, pace: u32) -> Load {
    Load {
        name,
        frames,
        items,
        ahead,
        pace,
    }
}

const LOADS: [Load; 6] = [
    load("2,000 one-item frames a second", 200, 1, 16, 40),
    load("20,000 items a second, 100 a frame", 20, 100, 16, 4),
    load("one-item frames, one at a time", 400, 1, 1, 0),
    load("one-item frames, 16 ahead", 800, 1, 16, 0),
    load("frames of 100 items, one at a time", 40, 100, 1, 0),
    load("frames of 100 items, 4 ahead", 40, 100, 4, 0),
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        run(None).await;
        if let Some(postgres) = Postgres::start("load-postgres").await {
            run(Some(postgres.url())).await;
        }
    });
}

async fn run(database: Option<String>) {
    println!(
        "\n| {} | |\n|---|---|",
        database.as_ref().map_or("SQLite", |_| "PostgreSQL")
    );
    let scratch = Scratch::new("load");
    let data = scratch.path().join("data");
    let mut arguments = WIDE.to_vec();
    if let Some(database) = &database {
        arguments.extend(["--database", database]);
    }
    let relay = Process::start(&data, &arguments);
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_tendero-relay"))
        .unwrap()
        .len();
    row("the binary", format!("{:.1} MB", size as f64 / 1e6));
    row("idle, in memory", format!("{:.1} MB", memory(&relay)));
    syncs(scratch.path());
    let devices: Vec<_> = (0..WORKSPACES)
        .map(|number| Arc::new(Device::new(number + 1)))
        .collect();
    for device in &devices {
        device.enter(&relay.address).await;
    }
    let mut first = 0;
    for load in &LOADS {
        push(&relay, &devices, load, first).await;
        first += 1 << 32;
    }
    syncs(scratch.path());
    row("after that, in memory", format!("{:.1} MB", memory(&relay)));
    read(&relay, &devices[0]).await;
    if database.is_none() {
        disk(&data);
        idle(&relay, &devices[0]).await;
    }
}

fn row(name: &str, value: impl std::fmt::Display) {
    println!("| {name} | {value} |");
}

/// Megabytes of a process in memory.
fn memory(relay: &Process) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes: f64 = line
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    kilobytes / 1024.0
}

/// How often this disk writes 4 KiB and syncs them.
fn syncs(folder: &Path) {
    let mut file = std::fs::File::create(folder.join("syncs")).unwrap();
    let start = Instant::now();
    let mut times = Vec::new();
    while start.elapsed() < Duration::from_secs(2) {
        let begun = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_all().unwrap();
        times.push(begun.elapsed());
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    row(
        "the disk alone, 4 KiB and fsync",
        format!("{rate:.0} a second, {}", spread(times)),
    );
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 1000].as_secs_f64() * 1000.0;
    format!("{:.1} / {:.1} ms", at(500), at(990))
}

async fn push(relay: &Process, devices: &[Arc<Device>], load: &Load, first: u64) {
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let device = Arc::clone(&devices[usize::try_from(client).unwrap() % devices.len()]);
        let (socket, _) = device.enter(&relay.address).await;
        let frames: Vec<Vec<u8>> = (0..load.frames)
            .map(|frame| {
                let name = first + (client * load.frames + frame) * load.items;
                let numbers: Vec<u64> = (name..name + load.items).collect();
                device.frame(name, &numbers).encode()
            })
            .collect();
        clients.push((socket, frames));
    }
    let start = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .zip(0..)
        .map(|((socket, frames), number)| {
            let share = number * 2;
            tokio::spawn(send_all(socket, frames, load.ahead, load.pace, share))
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let seconds = start.elapsed().as_secs_f64();
    let frames = (CLIENTS * load.frames) as f64 / seconds;
    let items = frames * load.items as f64;
    let value = format!(
        "{frames:.0} frames and {items:.0} items a second, {}",
        spread(times)
    );
    row(load.name, value);
}

async fn send_all(
    mut socket: Socket,
    frames: Vec<Vec<u8>>,
    ahead: usize,
    pace: u32,
    share: u32,
) -> Vec<Duration> {
    let step = Duration::from_secs(1).checked_div(pace).unwrap_or_default();
    let mut sent = std::collections::VecDeque::new();
    let mut times = Vec::with_capacity(frames.len());
    let mut frames = frames.into_iter().peekable();
    // Clients do not keep time with one another.
    let mut due = Instant::now() + step * share / 100;
    loop {
        if sent.is_empty() && frames.peek().is_none() {
            return times;
        }
        let may_send = sent.len() < ahead && frames.peek().is_some();
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(due.into()), if may_send => {
                // From when it was due: waiting for one's turn counts.
                let since = if pace == 0 { Instant::now() } else { due };
                sent.push_back(since);
                due += step;
                let frame = frames.next().unwrap();
                socket.send(Message::Binary(frame.into())).await.unwrap();
            }
            answer = try_receive(&mut socket) => match answer.unwrap() {
                RelayMessage::Acks(_) => times.push(sent.pop_front().unwrap().elapsed()),
                RelayMessage::Notify(_) => {}
                other => panic!("{other:?}"),
            },
        }
    }
}

async fn read(relay: &Process, device: &Device) {
    let (mut socket, _) = device.enter(&relay.address).await;
    let start = Instant::now();
    let pages = read_log(&mut socket).await;
    let items: usize = pages.iter().map(|page| page.entries.len()).sum();
    let rate = items as f64 / start.elapsed().as_secs_f64();
    row(
        "one client reads a log",
        format!("{rate:.0} items a second"),
    );
}

fn disk(data: &Path) {
    let file = data.join("relay.sqlite");
    let open = rusqlite::Connection::open(&file).unwrap();
    let items: i64 = open
        .query_row("SELECT count(*) FROM items", [], |row| row.get(0))
        .unwrap();
    let bytes = std::fs::metadata(&file).unwrap().len();
    let each = bytes as f64 / items as f64;
    row(
        "on disk, an item with 64 bytes of ciphertext",
        format!("{each:.0} B"),
    );
}

/// Greeted sockets on which nothing happens.
async fn idle(relay: &Process, device: &Device) {
    let before = memory(relay);
    let config = WebSocketConfig::default()
        .read_buffer_size(1024)
        .write_buffer_size(0);
    let url = format!("ws://{}/relay/ws", relay.address);
    let mut sockets = Vec::new();
    let start = Instant::now();
    for _ in 0..IDLE {
        let open = tokio_tungstenite::connect_async_with_config(&url, Some(config), true);
        let Ok((socket, _)) = open.await else {
            break;
        };
        sockets.push(device.greet_over(socket).await.unwrap().0);
    }
    let seconds = start.elapsed().as_secs_f64();
    let more = memory(relay) - before;
    let value = format!(
        "{} sockets: {more:.0} MB more in memory, opened and greeted in {seconds:.0} s",
        sockets.len()
    );
    row("idle", value);
}
