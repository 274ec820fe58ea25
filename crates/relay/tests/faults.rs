//! A disk that fails or is full, under the real binary: strace gives the errors to its system calls.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, Socket, health, read_log, receive, send, try_receive};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tendero_protocol::message::{RefusedReason, Verdict};
use tendero_protocol::{RelayMessage, Seq};

/// Injects an error into system calls on files of a process until it is dropped.
struct Fault {
    strace: Child,
    told: PathBuf,
}

impl Fault {
    /// Says why not and gives `None` where strace is missing or not allowed.
    fn inject(
        relay: &Process,
        scratch: &Scratch,
        calls: &str,
        error: &str,
        file: Option<&Path>,
    ) -> Option<Self> {
        let told = scratch.path().join("strace");
        let mut command = Command::new("strace");
        command
            .args([
                "-f",
                "-p",
                &relay.id().to_string(),
                "-e",
                &format!("trace={calls}"),
            ])
            .args(["-e", &format!("inject={calls}:error={error}"), "-o"])
            .arg(&told);
        if let Some(file) = file {
            command.arg("-P").arg(file);
        }
        let spawned = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn();
        let Ok(mut strace) = spawned else {
            println!("skipped: strace is not here; `cargo xtask setup` installs it");
            return None;
        };
        let mut line = String::new();
        let mut said = BufReader::new(strace.stderr.take().unwrap());
        while said.read_line(&mut line).unwrap() > 0 {
            if line.contains("attached") {
                // The rest is of no interest, but must not fill the pipe.
                std::thread::spawn(move || {
                    let _ = said.read_to_end(&mut Vec::new());
                });
                return Some(Self { strace, told });
            }
        }
        println!("skipped: strace may not trace here: {line}");
        let _ = strace.wait();
        None
    }

    /// Ends the fault; fails when no call was hit.
    fn end(mut self) {
        // SIGTERM lets strace detach in good order; SIGKILL would take the relay along.
        let id = self.strace.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
        self.strace.wait().unwrap();
        let told = std::fs::read_to_string(&self.told).unwrap();
        assert!(told.contains("INJECTED"), "no call was hit:\n{told}");
    }
}

/// The answer to a frame: its acknowledgements or the refusal.
async fn answer(socket: &mut Socket) -> RelayMessage {
    loop {
        match receive(socket).await {
            RelayMessage::Notify(_) => {}
            other => return other,
        }
    }
}

async fn stored(socket: &mut Socket) -> Vec<Verdict> {
    match answer(socket).await {
        RelayMessage::Acks(acks) => acks.items.iter().map(|ack| ack.verdict).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_is_acknowledged_and_reading_goes_on() {
    let scratch = Scratch::new("failed-sync");
    let data = scratch.path().join("data");
    let relay = Process::start(&data, &[]);
    let device = Device::new(41);
    let (mut socket, _) = device.enter(&relay.address).await;
    send(&mut socket, &device.frame(1, &[1, 2])).await;
    assert_eq!(stored(&mut socket).await, [Verdict::Stored; 2]);
    let Some(fault) = Fault::inject(&relay, &scratch, "fsync,fdatasync", "EIO", None) else {
        return;
    };
    send(&mut socket, &device.frame(2, &[3])).await;
    let RelayMessage::Refused(refused) = answer(&mut socket).await else {
        panic!("acknowledged after a failed sync")
    };
    assert_eq!(refused.reason, RefusedReason::Storage);
    assert!(try_receive(&mut socket).await.is_none());
    fault.end();
    // What the disk would keep now is not known: no more writes, even if it seems to work again.
    let said = health(&relay);
    assert!(
        said.starts_with("HTTP/1.1 503") && said.contains("read-only"),
        "{said}"
    );
    let (mut socket, head) = device.enter(&relay.address).await;
    assert_eq!(head, Seq(2));
    assert_eq!(read_log(&mut socket).await[0].entries.len(), 2);
    send(&mut socket, &device.frame(3, &[4])).await;
    assert!(matches!(
        answer(&mut socket).await,
        RelayMessage::Refused(_)
    ));
    relay.kill();
    // A fresh start reads what is on the disk, and takes everything again under its old names.
    let relay = Process::start(&data, &[]);
    let (mut socket, _) = device.enter(&relay.address).await;
    send(&mut socket, &device.frame(4, &[1, 2, 3, 4])).await;
    let verdicts = stored(&mut socket).await;
    assert_eq!(verdicts[..2], [Verdict::Duplicate; 2]);
    assert_eq!(verdicts[3], Verdict::Stored);
    assert_eq!(read_log(&mut socket).await[0].entries.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_reading_goes_on_and_space_is_used_when_it_is_back() {
    let scratch = Scratch::new("full-disk");
    let data = scratch.path().join("data");
    let relay = Process::start(&data, &[]);
    let device = Device::new(42);
    let (mut socket, _) = device.enter(&relay.address).await;
    send(&mut socket, &device.frame(1, &[1, 2])).await;
    assert_eq!(stored(&mut socket).await, [Verdict::Stored; 2]);
    let wal = data.join("relay.sqlite-wal");
    let Some(fault) = Fault::inject(&relay, &scratch, "write,pwrite64", "ENOSPC", Some(&wal))
    else {
        return;
    };
    send(&mut socket, &device.frame(2, &[3, 4])).await;
    assert_eq!(stored(&mut socket).await, [Verdict::Quota; 2]);
    assert_eq!(read_log(&mut socket).await[0].entries.len(), 2);
    fault.end();
    // The same connection, the same process.
    send(&mut socket, &device.frame(3, &[3, 4])).await;
    assert_eq!(stored(&mut socket).await, [Verdict::Stored; 2]);
    assert!(health(&relay).starts_with("HTTP/1.1 200"));
    assert_eq!(read_log(&mut socket).await[0].entries.len(), 4);
}
