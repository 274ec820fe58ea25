//! A backup made under load, put back, and noticed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, read_log, receive, send};
use std::path::Path;
use std::process::{Command, Output};
use tendero_protocol::{RelayMessage, Seq};

fn run(verb: &str, file: &Path, data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tendero-relay"));
    command.arg(verb).arg(file).arg("--data").arg(data);
    command.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_devices_write_holds_what_was_acknowledged_before() {
    let scratch = Scratch::new("backup");
    let (data, file) = (scratch.path().join("data"), scratch.path().join("copy"));
    let relay = Process::start(&data, &[]);
    let device = Device::new(31);
    let (mut socket, before) = device.greet(&relay.address).await.unwrap();
    let mut sent = 0;
    let mut acknowledged = Seq(0);
    // Frames go on while the copy is made.
    let copying = tokio::task::spawn_blocking({
        let (data, file) = (data.clone(), file.clone());
        for frame in 0..20 {
            send(
                &mut socket,
                &device.frame(frame, &[frame * 2, frame * 2 + 1]),
            )
            .await;
            sent += 1;
        }
        while acknowledged < Seq(40) {
            if let RelayMessage::Acks(acks) = receive(&mut socket).await {
                acknowledged = acks.items[1].seq;
            }
        }
        move || run("backup", &file, &data)
    });
    for frame in sent..sent + 50 {
        send(
            &mut socket,
            &device.frame(frame, &[frame * 2, frame * 2 + 1]),
        )
        .await;
    }
    let copied = copying.await.unwrap();
    assert!(copied.status.success(), "{copied:?}");
    assert!(String::from_utf8_lossy(&copied.stdout).starts_with("1 workspaces"));

    // Nothing is replaced by mistake, and not under a running relay.
    assert_eq!(run("backup", &file, &data).status.code(), Some(1));
    assert_eq!(run("restore", &file, &data).status.code(), Some(3));
    relay.kill();
    assert_eq!(run("restore", &file, &data).status.code(), Some(1));

    let elsewhere = scratch.path().join("restored");
    let restored = run("restore", &file, &elsewhere);
    assert!(restored.status.success(), "{restored:?}");
    let relay = Process::start(&elsewhere, &[]);
    let (mut socket, after) = device.greet(&relay.address).await.unwrap();
    assert_ne!(after.incarnation, before.incarnation);
    assert!(after.head >= acknowledged);
    let items: usize = read_log(&mut socket)
        .await
        .iter()
        .map(|page| page.entries.len())
        .sum();
    assert_eq!(u64::try_from(items).unwrap(), after.head.0);
}

#[test]
fn a_file_that_is_no_backup_is_refused_and_leaves_nothing() {
    let scratch = Scratch::new("no-backup");
    let (file, data) = (scratch.path().join("file"), scratch.path().join("data"));
    std::fs::write(
        &file,
        "not a database, but long enough to look at".repeat(100),
    )
    .unwrap();
    assert_eq!(run("restore", &file, &data).status.code(), Some(1));
    assert!(!data.join("relay.sqlite").exists() && !data.join("relay.sqlite.part").exists());
    assert_eq!(
        run("restore", &scratch.path().join("none"), &data)
            .status
            .code(),
        Some(1)
    );
}
