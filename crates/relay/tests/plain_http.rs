//! The conversation over plain HTTP, as a script holds it, against the real binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, receive, send};
use std::time::Duration;
use tendero_protocol::message::{
    Append, Hello, Log, PROTOCOL, RefusedReason, Verdict, hello_digest,
};
use tendero_protocol::{
    ChallengeNonce, ClientMessage, Hash, Incarnation, RelayMessage, Seq, Signer as _, wire,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Long beyond what is expected: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer over HTTP.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(&prefix))
    }

    fn messages(&self) -> Vec<RelayMessage> {
        let (mut rest, mut messages) = (self.body.as_slice(), Vec::new());
        while !rest.is_empty() {
            let (message, after) = wire::split_first(rest).unwrap();
            messages.push(RelayMessage::decode(message).unwrap());
            rest = after;
        }
        messages
    }
}

async fn request(address: &str, method: &str, path: &str, more: &str, body: &[u8]) -> Answer {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n",
        body.len()
    );
    // The relay may answer before it has read all.
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head,
        body: bytes[end + 4..].to_vec(),
    }
}

/// A session as a script keeps it.
struct Script {
    address: String,
    session: String,
    nonce: ChallengeNonce,
}

impl Script {
    async fn open(address: &str) -> Self {
        let answer = request(address, "POST", "/relay/http", "", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.head);
        let [RelayMessage::Challenge(challenge)] = &answer.messages()[..] else {
            panic!("no challenge")
        };
        Self {
            address: address.to_owned(),
            session: answer.header("tendero-session").unwrap().to_owned(),
            nonce: challenge.nonce,
        }
    }

    async fn post(&self, messages: &[ClientMessage], wait: u32) -> Answer {
        let bytes: Vec<u8> = messages.iter().flat_map(ClientMessage::encode).collect();
        self.post_bytes(&bytes, wait).await
    }

    async fn post_bytes(&self, bytes: &[u8], wait: u32) -> Answer {
        let session = format!("tendero-session: {}\r\n", self.session);
        let path = format!("/relay/http?wait={wait}");
        request(&self.address, "POST", &path, &session, bytes).await
    }

    fn hello(&self, device: &Device) -> ClientMessage {
        let digest = hello_digest(self.nonce, device.workspace, device.id);
        ClientMessage::Hello(Hello {
            protocols: vec![PROTOCOL],
            workspace: device.workspace,
            device: device.id,
            signature: device.key.sign(&digest.0),
            incarnation: Incarnation::default(),
            cursor: Seq(0),
            h: Hash::ZERO,
            app: "script".to_owned(),
        })
    }

    fn create(&self, device: &Device) -> ClientMessage {
        let digest = hello_digest(self.nonce, device.workspace, device.id);
        ClientMessage::Append(Append {
            workspace: device.workspace,
            prev: Hash::ZERO,
            entry: device.chain.entries()[0].clone(),
            proof: Some(device.key.sign(&digest.0)),
        })
    }
}

fn log_after(after: u64) -> ClientMessage {
    ClientMessage::Log(Log {
        after: Seq(after),
        limit: 1000,
        skip_own: false,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_writes_and_reads_in_two_requests_what_devices_see() {
    let scratch = Scratch::new("script");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(71);
    let script = Script::open(&relay.address).await;
    let batch = [
        script.create(&device),
        script.hello(&device),
        device.frame(1, &[1, 2]),
        device.frame(2, &[2, 3]),
        log_after(1),
    ];
    let answer = script.post(&batch, 0).await;
    assert_eq!(
        (answer.status, answer.header("tendero-handled")),
        (200, Some("5"))
    );
    let messages = answer.messages();
    let verdicts: Vec<Vec<Verdict>> = messages
        .iter()
        .filter_map(|message| match message {
            RelayMessage::Acks(acks) => Some(acks.items.iter().map(|ack| ack.verdict).collect()),
            _ => None,
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            [Verdict::Stored, Verdict::Stored],
            [Verdict::Duplicate, Verdict::Stored]
        ]
    );
    assert!(matches!(&messages[0], RelayMessage::Appended(tip) if tip.length == 1));
    assert!(matches!(&messages[1], RelayMessage::Welcome(welcome) if welcome.head == Seq(0)));
    assert!(
        messages.iter().any(
            |message| matches!(message, RelayMessage::LogItems(page) if page.entries.len() == 2)
        )
    );
    // Its own growth, as a socket hears it.
    assert!(matches!(
        messages.last(),
        Some(RelayMessage::Notify(Seq(3)))
    ));
    let (_socket, head) = device.enter(&relay.address).await;
    assert_eq!(head, Seq(3));

    // A session that was ended is gone.
    let session = format!("tendero-session: {}\r\n", script.session);
    let ended = request(&relay.address, "DELETE", "/relay/http", &session, &[]).await;
    assert_eq!(ended.status, 204);
    assert_eq!(script.post(&[log_after(0)], 0).await.status, 404);
    let again = request(&relay.address, "DELETE", "/relay/http", &session, &[]).await;
    assert_eq!(again.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_hears_of_what_others_write_and_makes_way_for_the_next() {
    let scratch = Scratch::new("waiting");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(72);
    let (mut socket, _) = device.enter(&relay.address).await;
    let script = Script::open(&relay.address).await;
    script.post(&[script.hello(&device)], 0).await;
    let waiting = async {
        let answer = script.post(&[], 25).await;
        assert!(matches!(
            answer.messages()[..],
            [RelayMessage::Notify(Seq(1))]
        ));
    };
    let writing = async {
        send(&mut socket, &device.frame(1, &[1])).await;
        while !matches!(receive(&mut socket).await, RelayMessage::Acks(_)) {}
    };
    let both = async { tokio::join!(waiting, writing) };
    tokio::time::timeout(PATIENCE, both).await.unwrap();
    // One that waits ends with nothing when another is there, which is answered.
    let script = std::sync::Arc::new(script);
    let waiting = tokio::spawn({
        let script = std::sync::Arc::clone(&script);
        async move { script.post(&[], 25).await.messages() }
    });
    while !waiting.is_finished() {
        let answer = script.post(&[ClientMessage::Ping(7)], 0).await;
        assert_eq!(answer.messages(), [RelayMessage::Pong(7)]);
    }
    assert_eq!(waiting.await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_nothing_over_http_either() {
    let scratch = Scratch::new("http-stranger");
    let relay = Process::start(scratch.path(), &[]);
    let (device, other) = (Device::new(73), Device::new(74));
    let (mut owner, _) = device.enter(&relay.address).await;
    send(&mut owner, &device.frame(1, &[1])).await;
    while !matches!(receive(&mut owner).await, RelayMessage::Acks(_)) {}
    let refusal = async |script: &Script, bytes: &[u8]| {
        let answer = script.post_bytes(bytes, 0).await;
        let [RelayMessage::Refused(refused)] = answer.messages()[..] else {
            panic!("{:?}", answer.messages())
        };
        // The session is over then, as a connection would be.
        assert_eq!(script.post(&[log_after(0)], 0).await.status, 404);
        refused.reason
    };
    let script = Script::open(&relay.address).await;
    let log = log_after(0).encode();
    assert_eq!(refusal(&script, &log).await, RefusedReason::Malformed);
    let script = Script::open(&relay.address).await;
    let push = device.frame(2, &[2]).encode();
    assert_eq!(refusal(&script, &push).await, RefusedReason::Malformed);
    // A greeting that was heard in another session.
    let (one, script) = (
        Script::open(&relay.address).await,
        Script::open(&relay.address).await,
    );
    let replayed = one.hello(&device).encode();
    assert_eq!(
        refusal(&script, &replayed).await,
        RefusedReason::BadSignature
    );
    // A device that is no member; bytes that are no message; a message that is cut off.
    let script = Script::open(&relay.address).await;
    let mut hello = script.hello(&device);
    if let ClientMessage::Hello(hello) = &mut hello {
        hello.device = other.id;
    }
    assert_eq!(
        refusal(&script, &hello.encode()).await,
        RefusedReason::UnknownDevice
    );
    let script = Script::open(&relay.address).await;
    assert_eq!(
        refusal(&script, b"GET me the log").await,
        RefusedReason::Malformed
    );
    let script = Script::open(&relay.address).await;
    assert_eq!(
        refusal(&script, &log[..log.len() - 1]).await,
        RefusedReason::Malformed
    );

    let sessions = [
        "00".repeat(16),
        "zz".repeat(16),
        "é".repeat(16),
        String::new(),
    ];
    for session in sessions {
        let session = format!("tendero-session: {session}\r\n");
        let answer = request(&relay.address, "POST", "/relay/http", &session, &log).await;
        assert_eq!(answer.status, 404);
    }
    let answer = request(&relay.address, "POST", "/relay/http", "", &log).await;
    assert_eq!(answer.status, 413);
    // Nor many bytes of who has a session and has not greeted.
    let script = Script::open(&relay.address).await;
    assert_eq!(script.post_bytes(&vec![0; 70_000], 0).await.status, 413);
    let origin = "origin: https://evil.example\r\n";
    let answer = request(&relay.address, "POST", "/relay/http", origin, &[]).await;
    assert_eq!(
        (answer.status, answer.header("tendero-session")),
        (403, None)
    );
    let script = Script::open(&relay.address).await;
    script.post(&[script.hello(&device)], 0).await;
    let answer = script.post_bytes(&vec![0; 2 * 1024 * 1024], 0).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_has_no_room_for_is_said_and_asked_again() {
    let scratch = Scratch::new("http-long");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(75);
    let script = Script::open(&relay.address).await;
    let numbers: Vec<u64> = (0..1000).collect();
    let greeting = [script.create(&device), script.hello(&device)];
    script.post(&greeting, 0).await;
    let answer = script.post(&[device.frame(1, &numbers)], 0).await;
    assert_eq!(answer.header("tendero-handled"), Some("1"));
    let mut asked = vec![log_after(0); 20];
    let mut pages = 0;
    let mut requests = 0;
    while !asked.is_empty() {
        let answer = script.post(&asked, 0).await;
        let handled: usize = answer.header("tendero-handled").unwrap().parse().unwrap();
        assert!(answer.body.len() < 3 * 1024 * 1024 && handled > 0);
        let is_page = |message: &&RelayMessage| matches!(message, RelayMessage::LogItems(page) if page.entries.len() == 1000);
        pages += answer.messages().iter().filter(is_page).count();
        asked.drain(..handled);
        requests += 1;
    }
    assert_eq!(pages, 20);
    assert!(requests > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_do_not_greet_are_few_and_short() {
    let scratch = Scratch::new("http-silent");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(76);
    let greeted = Script::open(&relay.address).await;
    greeted
        .post(&[greeted.create(&device), greeted.hello(&device)], 0)
        .await;
    for _ in 0..128 {
        Script::open(&relay.address).await;
    }
    let status = async || {
        request(&relay.address, "POST", "/relay/http", "", &[])
            .await
            .status
    };
    assert_eq!(status().await, 429);
    let freed = async {
        while status().await != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, freed).await.unwrap();
    let answer = greeted.post(&[ClientMessage::Ping(1)], 0).await;
    assert_eq!(answer.messages(), [RelayMessage::Pong(1)]);
}
