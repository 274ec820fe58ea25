//! What was acknowledged is there after the process was killed, once, in order, with its signatures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, Process, Scratch, read_log, send, try_receive, wide};
use std::collections::BTreeMap;
use std::time::Duration;
use tendero_protocol::log::link;
use tendero_protocol::message::Verdict;
use tendero_protocol::{Hash, ItemId, RelayMessage, Seq};

const KILLS: u64 = 12;
const FRAMES: u64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_keeps_every_acknowledged_item_once() {
    let scratch = Scratch::new("kills");
    let device = Device::new(7);
    let mut acknowledged: BTreeMap<ItemId, Seq> = BTreeMap::new();
    for kill in 0..KILLS {
        let relay = Process::start(scratch.path(), &[]);
        let (mut socket, _) = device.enter(&relay.address).await;
        // Frames follow one another without waiting; some repeat items of the round before.
        for frame in 0..FRAMES {
            let first = kill * FRAMES * 3 + frame * 3;
            let again = first.saturating_sub(FRAMES * 3);
            send(
                &mut socket,
                &device.frame(first, &[first, first + 1, first + 2, 1_000_000 + again]),
            )
            .await;
        }
        // The kill comes after another share of the acknowledgements each time: before the first, in the middle, after all.
        let wanted = (kill * FRAMES / (KILLS - 1)) as usize;
        let mut frames = 0;
        while frames < wanted {
            match try_receive(&mut socket).await {
                Some(RelayMessage::Acks(acks)) => {
                    frames += 1;
                    let first = u64::from_le_bytes(acks.frame_id.0[..8].try_into().unwrap());
                    let again = 1_000_000 + first.saturating_sub(FRAMES * 3);
                    for (number, ack) in [first, first + 1, first + 2, again]
                        .into_iter()
                        .zip(&acks.items)
                    {
                        assert!(matches!(ack.verdict, Verdict::Stored | Verdict::Duplicate));
                        let before = acknowledged.insert(ItemId(wide(number)), ack.seq);
                        assert!(
                            before.is_none_or(|before| before == ack.seq),
                            "an item was numbered twice"
                        );
                    }
                }
                Some(_) => {}
                None => panic!("the relay closed the connection"),
            }
        }
        relay.kill();
    }
    let relay = Process::start(scratch.path(), &[]);
    let (mut socket, head) = device.enter(&relay.address).await;
    let mut served: BTreeMap<ItemId, Seq> = BTreeMap::new();
    let mut h = Hash::ZERO;
    let mut seq = Seq(0);
    for page in read_log(&mut socket).await {
        for entry in &page.entries {
            seq = seq.next();
            assert_eq!(entry.seq, seq, "the log has a gap");
            h = link(h, seq, entry.body.hash());
            assert!(
                served.insert(entry.body.item_id(), entry.seq).is_none(),
                "an item stands twice"
            );
            let frame = page.frames[usize::from(entry.signed.frame)].clone();
            let frame = frame
                .verify(
                    device.workspace,
                    &tendero_protocol::Signer::public_key(&device.key),
                )
                .unwrap();
            assert_eq!(
                frame.hashes()[usize::from(entry.signed.position)],
                entry.body.hash()
            );
        }
        assert_eq!(page.h, h, "the hash chain does not continue");
    }
    assert_eq!(seq, head);
    for (item, seq) in &acknowledged {
        assert_eq!(served.get(item), Some(seq), "an acknowledged item is lost");
    }
    assert!(
        acknowledged.len() > 200,
        "the test was too quick to mean anything"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_relay_on_the_same_directory_is_refused() {
    let scratch = Scratch::new("lock");
    let _relay = Process::start(scratch.path(), &[]);
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_tendero-relay"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(scratch.path())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_reaches_the_other_device_without_asking() {
    let scratch = Scratch::new("notify");
    let relay = Process::start(scratch.path(), &[]);
    let device = Device::new(9);
    let (mut writer, _) = device.enter(&relay.address).await;
    let (mut reader, _) = device.enter(&relay.address).await;
    send(&mut writer, &device.frame(1, &[1, 2])).await;
    let heard = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Some(RelayMessage::Notify(seq)) = try_receive(&mut reader).await {
                return seq;
            }
        }
    });
    assert_eq!(heard.await.unwrap(), Seq(2));
}
