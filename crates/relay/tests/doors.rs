//! What the relay shows to whom: headers on every answer, nothing of a log to strangers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, receive, send, try_receive};
use futures::SinkExt as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use tendero_protocol::message::{Hello, Log, PROTOCOL, RefusedReason};
use tendero_protocol::{ClientMessage, Hash, Incarnation, RelayMessage, Seq, Signer as _};
use tokio_tungstenite::tungstenite::Message;

fn get(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn app(scratch: &Scratch) -> std::path::PathBuf {
    let app = scratch.path().join("app");
    std::fs::create_dir_all(app.join("v/b1")).unwrap();
    std::fs::write(app.join("index.html"), "<!doctype html><title>t</title>").unwrap();
    std::fs::write(app.join("v/b1/app.js"), "export {}").unwrap();
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers() {
    let scratch = Scratch::new("headers");
    let app = app(&scratch);
    let relay = Process::start(
        &scratch.path().join("data"),
        &["--app", app.to_str().unwrap()],
    );
    for path in [
        "/",
        "/customers/1",
        "/v/b1/app.js",
        "/v/none.js",
        "/relay/health",
        "/relay/none",
        "/../etc/passwd",
    ] {
        let answer = get(
            &relay.address,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        );
        let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
            "require-trusted-types-for 'script'",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-embedder-policy: require-corp",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "permissions-policy: ",
        ] {
            assert!(head.contains(header), "{path} lacks {header}:\n{head}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_get_the_app_and_files_that_are_not_there_get_404() {
    let scratch = Scratch::new("views");
    let app = app(&scratch);
    let relay = Process::start(
        &scratch.path().join("data"),
        &["--app", app.to_str().unwrap()],
    );
    for (path, status, cache) in [
        ("/customers/01ABC", "200", "no-cache"),
        ("/v/b1/app.js", "200", "immutable"),
        ("/v/b1/gone.js", "404", "no-store"),
        ("/relay/nothing", "404", "no-store"),
    ] {
        let answer = get(
            &relay.address,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        );
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {answer}"
        );
        assert!(answer.contains(cache), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_nothing_of_the_log() {
    let scratch = Scratch::new("stranger");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(11);
    let (mut owner, _) = device.enter(&relay.address).await;
    send(&mut owner, &device.frame(1, &[1])).await;
    while !matches!(receive(&mut owner).await, RelayMessage::Acks(_)) {}

    let open = async || {
        let address = format!("ws://{}/relay/ws", relay.address);
        let (mut socket, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        let RelayMessage::Challenge(challenge) = receive(&mut socket).await else {
            panic!()
        };
        (socket, challenge)
    };
    // Without a greeting.
    let (mut socket, _) = open().await;
    send(
        &mut socket,
        &ClientMessage::Log(Log {
            after: Seq(0),
            limit: 10,
            skip_own: false,
        }),
    )
    .await;
    assert!(matches!(
        try_receive(&mut socket).await,
        Some(RelayMessage::Refused(_))
    ));
    assert!(
        try_receive(&mut socket).await.is_none(),
        "the connection stays open"
    );

    // With a signature over another challenge: a replayed greeting.
    let (_, old) = open().await;
    let (mut socket, _) = open().await;
    let digest = tendero_protocol::message::hello_digest(old.nonce, device.workspace, device.id);
    let hello = Hello {
        protocols: vec![PROTOCOL],
        workspace: device.workspace,
        device: device.id,
        signature: device.key.sign(&digest.0),
        incarnation: Incarnation::default(),
        cursor: Seq(0),
        h: Hash::ZERO,
        app: String::new(),
    };
    send(&mut socket, &ClientMessage::Hello(hello)).await;
    let Some(RelayMessage::Refused(refused)) = try_receive(&mut socket).await else {
        panic!()
    };
    assert_eq!(refused.reason, RefusedReason::BadSignature);

    // Bytes that are no message, and text.
    for message in [
        Message::Binary(vec![1, 2, 3].into()),
        Message::Text("log".into()),
    ] {
        let (mut socket, _) = open().await;
        socket.send(message).await.unwrap();
        let Some(RelayMessage::Refused(refused)) = try_receive(&mut socket).await else {
            panic!()
        };
        assert_eq!(refused.reason, RefusedReason::Malformed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_gets_no_socket() {
    let scratch = Scratch::new("origin");
    let relay = Process::start(scratch.path(), &[]);
    let request = format!(
        "GET /relay/ws HTTP/1.1\r\nHost: {}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        relay.address
    );
    let mut stream = TcpStream::connect(&relay.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 32];
    let read = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_and_no_method_shows_anything_of_a_log() {
    let scratch = Scratch::new("methods");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(12);
    let (mut owner, _) = device.enter(&relay.address).await;
    let canary = u64::from(b'Z');
    send(&mut owner, &device.frame(1, &[canary])).await;
    while !matches!(receive(&mut owner).await, RelayMessage::Acks(_)) {}
    for path in [
        "/",
        "/v/b1/app.js",
        "/relay",
        "/relay/ws",
        "/relay/http",
        "/relay/health",
        "/relay/csp-report",
        "/relay/csp-report/count",
        "/relay/log",
        "/relay.sqlite",
        "/../relay.sqlite",
        "/%2e%2e/relay.sqlite",
    ] {
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            let answer = get(
                &relay.address,
                &format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                ),
            );
            let status = answer.split(' ').nth(1).unwrap_or_default();
            let expected = match (method, path) {
                ("GET" | "HEAD", "/relay/health" | "/relay/csp-report/count") => status == "200",
                ("POST", "/relay/csp-report") => status == "204",
                // A challenge, as over a socket.
                ("POST", "/relay/http") => status == "200",
                _ => status.starts_with('4'),
            };
            assert!(expected, "{method} {path}: {answer}");
            assert!(!answer.contains("ZZZZZZZZ"), "{method} {path}");
            assert!(!answer.contains(&device.workspace.to_string()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_over_the_limit_end_their_connection_only() {
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
    let scratch = Scratch::new("oversized");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(13);
    let (mut honest, _) = device.enter(&relay.address).await;
    let piece = |first: bool| {
        let kind = if first { Data::Binary } else { Data::Continue };
        let bytes = vec![0; 512 * 1024];
        Message::Frame(Frame::message(bytes, OpCode::Data(kind), false))
    };
    for pieces in [
        vec![Message::Binary(vec![0; 3 * 1024 * 1024].into())],
        vec![piece(true), piece(false), piece(false), piece(false)],
    ] {
        let (mut socket, _) = device.enter(&relay.address).await;
        for message in pieces {
            // The relay may have hung up already.
            let _ = socket.send(message).await;
        }
        while let Some(message) = try_receive(&mut socket).await {
            let RelayMessage::Refused(refused) = message else {
                panic!("{message:?}")
            };
            assert_eq!(refused.reason, RefusedReason::TooLarge);
        }
    }
    send(&mut honest, &device.frame(1, &[1])).await;
    while !matches!(receive(&mut honest).await, RelayMessage::Acks(_)) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_ends_a_request_or_never_greets_does_not_keep_others_out() {
    let scratch = Scratch::new("slow");
    let relay = Process::start(scratch.path(), &[]);
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&relay.address).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .unwrap();
        slow.push(stream);
    }
    let mut silent = Vec::new();
    for _ in 0..50 {
        let address = format!("ws://{}/relay/ws", relay.address);
        silent.push(tokio_tungstenite::connect_async(address).await.unwrap());
    }
    let device = Device::new(14);
    let (mut honest, _) = device.enter(&relay.address).await;
    send(&mut honest, &device.frame(1, &[1])).await;
    while !matches!(receive(&mut honest).await, RelayMessage::Acks(_)) {}
    // Each of the others is ended by the relay.
    for mut stream in slow {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    for (mut socket, _) in silent {
        while try_receive(&mut socket).await.is_some() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_at_their_own_address_only() {
    let scratch = Scratch::new("metrics");
    // A port that is free now; the relay says so if it is not any more.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = free.local_addr().unwrap().to_string();
    drop(free);
    let relay = Process::start(scratch.path(), &["--metrics", &metrics]);
    let device = Device::new(15);
    let (mut socket, _) = device.enter(&relay.address).await;
    send(&mut socket, &device.frame(1, &[1, 2, 2])).await;
    while !matches!(receive(&mut socket).await, RelayMessage::Acks(_)) {}
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = get(&metrics, request);
    for line in [
        "tendero_items_stored_total 2\n",
        "tendero_items_duplicate_total 1\n",
        "tendero_sockets_open 1\n",
        "tendero_store_writable 1\n",
    ] {
        assert!(answer.contains(line), "{answer}");
    }
    assert!(get(&relay.address, request).starts_with("HTTP/1.1 404"));
}
