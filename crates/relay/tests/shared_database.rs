//! Relays that share one PostgreSQL, and a database that goes away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::postgres::Postgres;
use common::{Device, Process, Scratch, Socket, health, receive, send, served, try_receive, wide};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tendero_protocol::message::{RefusedReason, Verdict};
use tendero_protocol::{ItemId, RelayMessage, Seq};

/// Long beyond what is expected: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

fn relay(postgres: &Postgres, scratch: &Scratch) -> Process {
    Process::start(scratch.path(), &["--database", &postgres.url()])
}

async fn push(socket: &mut Socket, device: &Device, name: u64, numbers: &[u64]) -> Vec<Seq> {
    send(socket, &device.frame(name, numbers)).await;
    loop {
        match receive(socket).await {
            RelayMessage::Acks(acks) => {
                assert!(
                    acks.items
                        .iter()
                        .all(|ack| matches!(ack.verdict, Verdict::Stored | Verdict::Duplicate))
                );
                return acks.items.iter().map(|ack| ack.seq).collect();
            }
            RelayMessage::Notify(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_to_one_relay_reaches_the_clients_of_the_other() {
    let Some(postgres) = Postgres::start("two-relays").await else {
        return;
    };
    let scratch = Scratch::new("two-relays-data");
    let (one, other) = (relay(&postgres, &scratch), relay(&postgres, &scratch));
    let device = Device::new(21);
    let (mut writer, _) = device.enter(&one.address).await;
    let (mut reader, head) = device.enter(&other.address).await;
    assert_eq!(head, Seq(0));
    push(&mut writer, &device, 1, &[1, 2]).await;
    let heard = async {
        loop {
            if let RelayMessage::Notify(seq) = receive(&mut reader).await {
                return seq;
            }
        }
    };
    assert_eq!(tokio::time::timeout(PATIENCE, heard).await.unwrap(), Seq(2));
    assert_eq!(served(&mut reader, &device).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_either_of_two_relays_loses_nothing_acknowledged() {
    let Some(postgres) = Postgres::start("killed-relays").await else {
        return;
    };
    let scratch = Scratch::new("killed-relays-data");
    let device = Device::new(22);
    let mut relays = [relay(&postgres, &scratch), relay(&postgres, &scratch)];
    let mut acknowledged = BTreeMap::new();
    for round in 0..6_u64 {
        let [(mut one, _), (mut other, _)] = [
            device.enter(&relays[0].address).await,
            device.enter(&relays[1].address).await,
        ];
        for step in 0..10 {
            let first = round * 100 + step * 4;
            // Both send the middle two.
            for (socket, numbers) in [
                (&mut one, [first, first + 1, first + 2]),
                (&mut other, [first + 1, first + 2, first + 3]),
            ] {
                let seqs = push(socket, &device, first, &numbers).await;
                for (number, seq) in numbers.into_iter().zip(seqs) {
                    let before = acknowledged.insert(ItemId(wide(number)), seq);
                    assert!(before.is_none_or(|before| before == seq));
                }
            }
        }
        // One more is on its way when the process ends.
        let victim = usize::try_from(round % 2).unwrap();
        let socket = if victim == 0 { &mut one } else { &mut other };
        send(socket, &device.frame(9, &[round * 100 + 90])).await;
        let fresh = relay(&postgres, &scratch);
        std::mem::replace(&mut relays[victim], fresh).kill();
    }
    let (mut socket, _) = device.enter(&relays[0].address).await;
    let items = served(&mut socket, &device).await;
    assert!(acknowledged.len() >= 200);
    for (item, seq) in &acknowledged {
        assert_eq!(items.get(item), Some(seq), "an acknowledged item is lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_killed_is_said_to_be_gone_and_used_again_when_it_is_back() {
    let Some(mut postgres) = Postgres::start("killed-database").await else {
        return;
    };
    let scratch = Scratch::new("killed-database-data");
    let relay = relay(&postgres, &scratch);
    let device = Device::new(23);
    let (mut socket, _) = device.enter(&relay.address).await;
    let before = push(&mut socket, &device, 1, &[1, 2, 3]).await;
    postgres.kill();
    send(&mut socket, &device.frame(2, &[4])).await;
    let refused = loop {
        match receive(&mut socket).await {
            RelayMessage::Refused(refused) => break refused,
            RelayMessage::Notify(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused.reason, RefusedReason::Storage);
    assert!(refused.retry_after_ms > 0);
    assert!(try_receive(&mut socket).await.is_none());
    let said = health(&relay);
    assert!(
        said.starts_with("HTTP/1.1 503") && said.contains("database unreachable"),
        "{said}"
    );
    postgres.run().await;
    // Also without a client that asks: a proxy sends none before.
    let healthy = async {
        while !health(&relay).starts_with("HTTP/1.1 200") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, healthy).await.unwrap();
    let again = async {
        loop {
            if let Some((socket, _)) = device.try_enter(&relay.address).await {
                return socket;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut socket = tokio::time::timeout(PATIENCE, again).await.unwrap();
    let after = push(&mut socket, &device, 3, &[1, 2, 3, 4]).await;
    assert_eq!(after[..3], before);
    assert_eq!(served(&mut socket, &device).await.len(), 4);
}

/// What a device has in its outbox, sent until it is acknowledged, through every kind of trouble.
struct Outbox {
    device: Arc<Device>,
    first: u64,
    acknowledged: BTreeMap<ItemId, Seq>,
    /// How often the relay said that it cannot store.
    refused: usize,
}

impl Outbox {
    async fn send_all(&mut self, address: &str, frames: u64) {
        let mut open = None;
        for frame in 0..frames {
            let name = self.first + frame * 2;
            loop {
                if open.is_none() {
                    open = self.device.enter_if_there(address).await;
                    self.refused += usize::from(open.is_none());
                }
                if let Some((socket, _)) = &mut open {
                    match self.offer(socket, name).await {
                        true => break,
                        false => open = None,
                    }
                }
                // As a device waits before it tries again, only shorter.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn offer(&mut self, socket: &mut Socket, name: u64) -> bool {
        send(socket, &self.device.frame(name, &[name, name + 1])).await;
        loop {
            match try_receive(socket).await {
                Some(RelayMessage::Acks(acks)) => {
                    for (item, ack) in [name, name + 1].into_iter().zip(&acks.items) {
                        assert!(matches!(ack.verdict, Verdict::Stored | Verdict::Duplicate));
                        self.acknowledged.insert(ItemId(wide(item)), ack.seq);
                    }
                    return true;
                }
                Some(RelayMessage::Refused(refused)) => {
                    assert_eq!(refused.reason, RefusedReason::Storage);
                    assert!(refused.retry_after_ms > 0);
                    self.refused += 1;
                }
                Some(RelayMessage::Notify(_)) => {}
                Some(other) => panic!("{other:?}"),
                None => return false,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_killed_again_and_again_under_load_loses_nothing_and_needs_no_restart() {
    let Some(mut postgres) = Postgres::start("database-under-load").await else {
        return;
    };
    let scratch = Scratch::new("database-under-load-data");
    let relays = [relay(&postgres, &scratch), relay(&postgres, &scratch)];
    let device = Arc::new(Device::new(24));
    device.enter(&relays[0].address).await;
    let writing: Vec<_> = (0..8_u64)
        .map(|writer| {
            let mut outbox = Outbox {
                device: Arc::clone(&device),
                first: writer << 32,
                acknowledged: BTreeMap::new(),
                refused: 0,
            };
            let address = relays[usize::try_from(writer % 2).unwrap()].address.clone();
            tokio::spawn(async move {
                outbox.send_all(&address, 150).await;
                outbox
            })
        })
        .collect();
    for round in 0..3 {
        tokio::time::sleep(Duration::from_millis(100 + 130 * round)).await;
        postgres.kill();
        // Each relay notices by itself or by its writers, and says which kind of trouble it is.
        for relay in &relays {
            let noticed = async {
                while !health(relay).contains("database unreachable") {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(PATIENCE, noticed).await.unwrap();
        }
        postgres.run().await;
    }
    let (mut acknowledged, mut refused) = (BTreeMap::new(), 0);
    for writer in writing {
        let outbox = tokio::time::timeout(4 * PATIENCE, writer)
            .await
            .unwrap()
            .unwrap();
        acknowledged.extend(outbox.acknowledged);
        refused += outbox.refused;
    }
    assert_eq!(acknowledged.len(), 8 * 150 * 2);
    assert!(refused > 0, "no device was told");
    for relay in &relays {
        assert!(health(relay).starts_with("HTTP/1.1 200"));
        let (mut socket, _) = device.enter(&relay.address).await;
        assert_eq!(served(&mut socket, &device).await, acknowledged);
    }
    println!(
        "{} items acknowledged, {refused} refusals",
        acknowledged.len()
    );
}
