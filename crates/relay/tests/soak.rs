//! Devices that come, write, read, wait and go, over and over: what the relay holds for them returns to its start.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, number_from, send, try_receive};
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tendero_protocol::message::Log;
use tendero_protocol::{ClientMessage, RelayMessage};

const DEVICES: u64 = 50;
const WORKSPACES: u8 = 5;
/// Long beyond what is expected: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

fn metric(address: &str, name: &str) -> u64 {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix(&format!("tendero_{name} ")));
    line.unwrap().parse().unwrap()
}

fn files(relay: &Process) -> usize {
    let folder = format!("/proc/{}/fd", relay.id());
    std::fs::read_dir(folder).unwrap().count()
}

/// Kilobytes that a process has in memory.
fn memory(relay: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

/// One device's visit; some end it without a word.
async fn visit(device: Arc<Device>, address: String, name: u64, polite: bool) {
    let (mut socket, head) = device.enter(&address).await;
    for frame in 0..4 {
        let first = name * 100 + frame * 10;
        let numbers: Vec<u64> = (first..first + 10).collect();
        send(&mut socket, &device.frame(first, &numbers)).await;
    }
    let mut missing = 4;
    while missing > 0 {
        let answer = try_receive(&mut socket).await.unwrap();
        missing -= u64::from(matches!(answer, RelayMessage::Acks(_)));
    }
    // What came since, as a device that has the rest.
    let log = Log {
        after: head,
        limit: 1000,
        skip_own: false,
    };
    send(&mut socket, &ClientMessage::Log(log)).await;
    while !matches!(
        try_receive(&mut socket).await.unwrap(),
        RelayMessage::LogItems(_)
    ) {}
    if polite {
        // The other side may have hung up.
        let _ = socket.close(None).await;
    }
}

/// Six rounds of fifty devices; more by `TENDERO_ROUNDS`.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_for_devices_returns_to_its_start() {
    let rounds = number_from("TENDERO_ROUNDS", 6);
    let scratch = Scratch::new("soak");
    // A port that is free now; the relay says so if it is not any more.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = free.local_addr().unwrap().to_string();
    drop(free);
    let relay = Process::start(scratch.path(), &["--metrics", &metrics]);
    let devices: Vec<Arc<Device>> = (0..WORKSPACES)
        .map(|number| Arc::new(Device::new(120 + number)))
        .collect();
    for device in &devices {
        drop(device.enter(&relay.address).await);
    }
    let held = || {
        ["connections_open", "sockets_open", "workspaces_open"].map(|name| metric(&metrics, name))
    };
    let mut seen = Vec::new();
    for round in 0..rounds {
        let visits: Vec<_> = (0..DEVICES)
            .map(|number| {
                let which = usize::try_from(number).unwrap() % devices.len();
                let name = round * DEVICES + number;
                let address = relay.address.clone();
                let polite = number % 2 == 0;
                tokio::spawn(visit(Arc::clone(&devices[which]), address, name, polite))
            })
            .collect();
        for visit in visits {
            visit.await.unwrap();
        }
        let settled = async {
            while held() != [0, 0, 0] {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let settled = tokio::time::timeout(PATIENCE, settled).await;
        assert!(settled.is_ok(), "still held: {:?}", held());
        seen.push((files(&relay), memory(&relay)));
    }
    println!("descriptors and kilobytes after each round: {seen:?}");
    // Readers of the log stay open, four at most and two files each.
    let first = seen[0].0;
    assert!(
        seen.iter().all(|(files, _)| *files <= first + 8),
        "{seen:?}"
    );
}
