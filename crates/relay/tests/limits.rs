//! Greedy and slow clients: what they may take, what they are told, and that others are served meanwhile.
#![cfg(target_os = "linux")] // addresses of their own come from 127.0.0.0/8
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{
    Device, Process, Scratch, Socket, connect_from, read_log, receive, send, socket_from,
    try_receive,
};
use futures::{SinkExt as _, StreamExt as _};
use std::time::Duration;
use tendero_protocol::message::{Append, RefusedReason, Verdict};
use tendero_protocol::{ClientMessage, Hash, RelayMessage, Signer as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

const GREEDY: &str = "127.0.0.66";
const FLOODING: &str = "127.0.0.67";

async fn push(socket: &mut Socket, device: &Device, name: u64, numbers: &[u64]) -> Vec<Verdict> {
    send(socket, &device.frame(name, numbers)).await;
    loop {
        match receive(socket).await {
            RelayMessage::Acks(acks) => return acks.items.iter().map(|ack| ack.verdict).collect(),
            RelayMessage::Notify(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// All that the other side still says; an empty answer when it has hung up.
async fn answer(mut stream: tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that was reset has said what it had to say.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_workspace_is_told_item_by_item_and_others_are_not_concerned() {
    let scratch = Scratch::new("quota");
    let relay = Process::start(scratch.path(), &["--quota-items", "3"]);
    let (device, other) = (Device::new(51), Device::new(52));
    let (mut socket, _) = device.enter(&relay.address).await;
    assert_eq!(
        push(&mut socket, &device, 1, &[1, 2]).await,
        [Verdict::Stored; 2]
    );
    assert_eq!(
        push(&mut socket, &device, 2, &[2, 3, 4, 5]).await,
        [
            Verdict::Duplicate,
            Verdict::Stored,
            Verdict::Quota,
            Verdict::Quota
        ]
    );
    assert_eq!(read_log(&mut socket).await[0].entries.len(), 3);
    let (mut elsewhere, _) = other.enter(&relay.address).await;
    assert_eq!(
        push(&mut elsewhere, &other, 1, &[1, 2, 3]).await,
        [Verdict::Stored; 3]
    );
    relay.kill();
    // With more room the same items are taken.
    let relay = Process::start(scratch.path(), &["--quota-items", "5"]);
    let (mut socket, _) = device.enter(&relay.address).await;
    assert_eq!(
        push(&mut socket, &device, 3, &[4, 5]).await,
        [Verdict::Stored; 2]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_has_all_its_workspaces_takes_no_other() {
    let scratch = Scratch::new("workspaces");
    let relay = Process::start(scratch.path(), &["--max-workspaces", "1"]);
    let (device, other) = (Device::new(53), Device::new(54));
    let (mut socket, _) = device.enter(&relay.address).await;
    let mut stranger = socket_from(GREEDY, &relay.address).await.unwrap();
    let RelayMessage::Challenge(challenge) = receive(&mut stranger).await else {
        panic!()
    };
    let digest =
        tendero_protocol::message::hello_digest(challenge.nonce, other.workspace, other.id);
    let append = Append {
        workspace: other.workspace,
        prev: Hash::ZERO,
        entry: other.chain.entries()[0].clone(),
        proof: Some(other.key.sign(&digest.0)),
    };
    send(&mut stranger, &ClientMessage::Append(append)).await;
    let RelayMessage::Refused(refused) = receive(&mut stranger).await else {
        panic!()
    };
    assert_eq!(refused.reason, RefusedReason::NotOpen);
    assert_eq!(push(&mut socket, &device, 1, &[1]).await, [Verdict::Stored]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_no_more_than_its_connections() {
    let scratch = Scratch::new("places");
    let relay = Process::start(scratch.path(), &["--max-connections-per-address", "3"]);
    let device = Device::new(55);
    let socket = socket_from(GREEDY, &relay.address).await.unwrap();
    let (mut kept, _) = device.greet_over(socket).await.unwrap();
    let mut idle = Vec::new();
    for _ in 0..2 {
        idle.push(connect_from(GREEDY, &relay.address).await);
    }
    // The relay has taken those before it takes this one.
    let said = answer(connect_from(GREEDY, &relay.address).await).await;
    assert!(
        said.starts_with("HTTP/1.1 429 ") && said.contains("retry-after"),
        "{said}"
    );
    let (mut honest, _) = device.enter(&relay.address).await;
    assert_eq!(push(&mut honest, &device, 1, &[1]).await, [Verdict::Stored]);
    // A place that is given back is used again, and the socket that had one is served all the time.
    drop(idle);
    while socket_from(GREEDY, &relay.address).await.is_err() {}
    assert_eq!(push(&mut kept, &device, 2, &[2]).await, [Verdict::Stored]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_without_places_says_so_and_serves_those_who_have_one() {
    let scratch = Scratch::new("all-places");
    let relay = Process::start(scratch.path(), &["--max-connections", "2"]);
    let device = Device::new(56);
    let (mut socket, _) = device.enter(&relay.address).await;
    let _idle = connect_from(GREEDY, &relay.address).await;
    let said = answer(connect_from(FLOODING, &relay.address).await).await;
    assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
    assert_eq!(push(&mut socket, &device, 1, &[1]).await, [Verdict::Stored]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_greet_has_few_places() {
    let scratch = Scratch::new("greetings");
    let relay = Process::start(scratch.path(), &[]);
    let mut silent = Vec::new();
    for _ in 0..128 {
        silent.push(socket_from(GREEDY, &relay.address).await.unwrap());
    }
    assert_eq!(socket_from(GREEDY, &relay.address).await.err(), Some(429));
    let (_honest, _) = Device::new(57).enter(&relay.address).await;
    // Greeted sockets do not count.
    let (_late, _) = Device::new(57)
        .greet_over(silent.pop().unwrap())
        .await
        .unwrap();
    while socket_from(GREEDY, &relay.address).await.is_err() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_messages_are_refused_and_in_the_end_the_connection_closed_with_the_reason() {
    let scratch = Scratch::new("pace");
    let relay = Process::start(scratch.path(), &["--max-messages", "5"]);
    let device = Device::new(58);
    let socket = socket_from(FLOODING, &relay.address).await.unwrap();
    let (flooding, _) = device.greet_over(socket).await.unwrap();
    let (mut honest, _) = device.enter(&relay.address).await;
    let (mut sink, mut stream) = flooding.split();
    let flood = tokio::spawn(async move {
        for number in 0..2000 {
            let ping = ClientMessage::Ping(number).encode();
            // The relay may have hung up.
            if sink.send(Message::Binary(ping.into())).await.is_err() {
                break;
            }
        }
        sink
    });
    let (mut pongs, mut refusals, mut closed) = (0, 0, None);
    while let Some(Ok(message)) = stream.next().await {
        match message {
            Message::Binary(bytes) => match RelayMessage::decode(&bytes).unwrap() {
                RelayMessage::Pong(_) => pongs += 1,
                RelayMessage::Refused(refused) => {
                    assert_eq!(refused.reason, RefusedReason::RateLimited);
                    assert!(refused.retry_after_ms > 0);
                    refusals += 1;
                }
                other => panic!("{other:?}"),
            },
            Message::Close(frame) => closed = frame,
            _ => {}
        }
    }
    assert!(pongs >= 10, "{pongs}");
    assert!(refusals >= 100, "{refusals}");
    let frame = closed.expect("no reason was given");
    assert_eq!(frame.code, CloseCode::Policy);
    assert_eq!(frame.reason.as_str(), "rate_limited");
    drop(flood.await.unwrap());
    // Another address has its own pace.
    assert_eq!(push(&mut honest, &device, 1, &[1]).await, [Verdict::Stored]);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_do_not_come_to_an_end_are_waited_for_as_long_as_told() {
    let scratch = Scratch::new("headers-late");
    let relay = Process::start(scratch.path(), &["--header-timeout", "1"]);
    let mut slow = connect_from(GREEDY, &relay.address).await;
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    // Ends by the relay's doing, or never.
    answer(slow).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_taken_is_given_up() {
    let scratch = Scratch::new("not-taken");
    let app = scratch.path().join("app");
    std::fs::create_dir_all(app.join("v/b1")).unwrap();
    std::fs::write(app.join("index.html"), "<!doctype html><title>t</title>").unwrap();
    let long = vec![b'x'; 32 * 1024 * 1024];
    std::fs::write(app.join("v/b1/long.js"), &long).unwrap();
    let data = scratch.path().join("data");
    let arguments = ["--header-timeout", "1", "--app", app.to_str().unwrap()];
    let relay = Process::start(&data, &arguments);
    let folder = format!("/proc/{}/fd", relay.id());
    let sockets = || {
        let files = std::fs::read_dir(&folder).unwrap().flatten();
        let targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        targets
            .filter(|path| path.to_string_lossy().starts_with("socket:"))
            .count()
    };
    let before = sockets();
    let mut stream = connect_from(GREEDY, &relay.address).await;
    let request = "GET /v/b1/long.js HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    // Nothing of the answer is read until the relay has hung up.
    let until = async |open: usize| {
        while sockets() != open {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let given_up = async {
        until(before + 1).await;
        until(before).await;
    };
    tokio::time::timeout(Duration::from_secs(60), given_up)
        .await
        .unwrap();
    let mut taken = Vec::new();
    let _ = stream.read_to_end(&mut taken).await;
    assert!(taken.len() < long.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_clients_are_told_apart_by_what_it_says() {
    let scratch = Scratch::new("proxy");
    let arguments = ["--behind-proxy", "--max-messages", "1"];
    let relay = Process::start(scratch.path(), &arguments);
    let status = async |client: &str| {
        let mut stream = connect_from("127.0.0.1", &relay.address).await;
        let request = format!(
            "GET /relay/health HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: made-up, {client}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        answer(stream).await[9..12].to_owned()
    };
    // An address may send four a second, and sixteen at once.
    let mut refused = 0;
    for _ in 0..200 {
        refused += usize::from(status("10.0.0.1").await == "429");
    }
    assert!(refused > 0);
    assert_eq!(status("10.0.0.2").await, "200");
}

/// Kilobytes that a process has in memory.
fn memory(relay: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_device_is_served_while_others_are_slow_and_flood() {
    let scratch = Scratch::new("attack");
    let relay = Process::start(&scratch.path().join("data"), &[]);
    let device = Device::new(59);
    let (mut honest, _) = device.enter(&relay.address).await;
    let before = memory(&relay);
    // Headers without an end, a message without an end, silence after the upgrade.
    let mut slow = Vec::new();
    for number in 0..250 {
        let mut stream = connect_from(GREEDY, &relay.address).await;
        let request = match number % 2 {
            0 => "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ".to_owned(),
            _ => "POST /relay/csp-report HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{"
                .to_owned(),
        };
        stream.write_all(request.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let mut half = Vec::new();
    for _ in 0..128 {
        // A megabyte of a message that stays unfinished; not much of it is read.
        let mut socket = socket_from(GREEDY, &relay.address).await.unwrap();
        use tokio_tungstenite::tungstenite::protocol::frame::Frame;
        use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
        let piece = Frame::message(vec![0; 1024 * 1024], OpCode::Data(Data::Binary), false);
        // The relay may have hung up.
        let _ = socket.send(Message::Frame(piece)).await;
        half.push(socket);
    }
    let flood = |path: &'static str| {
        let address = relay.address.clone();
        tokio::spawn(async move {
            loop {
                let mut stream = connect_from(FLOODING, &address).await;
                let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(50);
                // Either may fail when the relay hangs up.
                let _ = stream.write_all(request.as_bytes()).await;
                let _ = stream.read(&mut [0; 4096]).await;
            }
        })
    };
    let floods = [flood("/"), flood("/relay/health"), flood("/relay/ws")];
    let mut most = 0;
    for frame in 0..200 {
        let numbers = [frame * 2, frame * 2 + 1];
        let verdicts = push(&mut honest, &device, frame, &numbers).await;
        assert_eq!(verdicts, [Verdict::Stored; 2]);
        most = most.max(memory(&relay));
    }
    // A newcomer of another address gets in as well.
    let (_newcomer, head) = device.enter(&relay.address).await;
    assert_eq!(head.0, 400);
    for flood in floods {
        flood.abort();
    }
    println!("memory: {before} kB before, {most} kB at most");
    // Without the bounds it would be some hundred megabytes.
    assert!(most < before + 100 * 1024, "{before} kB, then {most} kB");
    drop((slow, half));
    let closed = async { while try_receive(&mut honest).await.is_some() {} };
    let ended = tokio::time::timeout(Duration::from_millis(200), closed).await;
    assert!(ended.is_err(), "the honest device was cut off");
}
