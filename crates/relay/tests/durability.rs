//! What was acknowledged is there after the process was killed, once, in order, with its signatures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{
    Chance, Device, Process, Scratch, Socket, number_from, send, served, try_receive, wide,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tendero_protocol::message::Verdict;
use tendero_protocol::{ItemId, RelayMessage, Seq};
use tokio::sync::Notify;

const WORKSPACES: u8 = 4;
const WRITERS: u64 = 5;
/// Frames that a writer sends ahead of their acknowledgements.
const AHEAD: usize = 8;

/// One device's outbox: it goes through all lives of the relay.
struct Writer {
    device: Arc<Device>,
    /// So that no two writers of a workspace make the same items.
    first: u64,
    made: u64,
    /// Sent, and not acknowledged yet: to be sent again.
    waiting: VecDeque<(u64, Vec<u64>)>,
    acknowledged: BTreeMap<ItemId, Seq>,
}

impl Writer {
    fn next(&mut self, chance: &mut Chance) -> (u64, Vec<u64>) {
        let name = self.first + self.made;
        let count = chance.below(4) + 1;
        let mut items: Vec<u64> = (0..count).map(|item| name + item).collect();
        self.made += count;
        // Sometimes with an item that was acknowledged long ago.
        if chance.below(5) == 0 {
            items.push(self.first);
        }
        (name, items)
    }

    /// Writes until the relay is gone.
    async fn write(&mut self, address: &str, mut chance: Chance, begun: &Notify) -> Option<()> {
        let (mut socket, _) = self.device.enter_if_there(address).await?;
        for (name, items) in &self.waiting {
            send(&mut socket, &self.device.frame(*name, items)).await;
        }
        loop {
            while self.waiting.len() < AHEAD {
                let (name, items) = self.next(&mut chance);
                send(&mut socket, &self.device.frame(name, &items)).await;
                self.waiting.push_back((name, items));
            }
            self.hear(&mut socket).await?;
            begun.notify_one();
        }
    }

    async fn hear(&mut self, socket: &mut Socket) -> Option<()> {
        let acks = loop {
            match try_receive(socket).await? {
                RelayMessage::Acks(acks) => break acks,
                RelayMessage::Notify(_) => {}
                other => panic!("{other:?}"),
            }
        };
        let (name, items) = self.waiting.pop_front().unwrap();
        assert_eq!(acks.frame_id.0, wide(name), "answers come in their order");
        for (item, ack) in items.into_iter().zip(&acks.items) {
            assert!(matches!(ack.verdict, Verdict::Stored | Verdict::Duplicate));
            let before = self.acknowledged.insert(ItemId(wide(item)), ack.seq);
            assert!(
                before.is_none_or(|before| before == ack.seq),
                "numbered twice"
            );
        }
        Some(())
    }
}

/// 50 kills; more by `TENDERO_KILLS`, from another beginning by `TENDERO_SEED`.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_under_twenty_writers_it_keeps_every_acknowledged_item_once() {
    let kills = number_from("TENDERO_KILLS", 50);
    let seed = number_from("TENDERO_SEED", 1);
    println!("TENDERO_KILLS={kills} TENDERO_SEED={seed}");
    let mut chance = Chance::new(seed);
    let scratch = Scratch::new("kills");
    let devices: Vec<Arc<Device>> = (0..WORKSPACES)
        .map(|number| Arc::new(Device::new(100 + number)))
        .collect();
    let mut writers: Vec<Writer> = Vec::new();
    for device in &devices {
        writers.extend((0..WRITERS).map(|writer| Writer {
            device: Arc::clone(device),
            first: writer << 40,
            made: 0,
            waiting: VecDeque::new(),
            acknowledged: BTreeMap::new(),
        }));
    }
    let times = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..kills {
        let start = Instant::now();
        let relay = Process::start(scratch.path(), &[]);
        times.lock().unwrap().push(start.elapsed());
        let begun = Arc::new(Notify::new());
        let writing: Vec<_> = writers
            .drain(..)
            .map(|mut writer| {
                let (address, begun) = (relay.address.clone(), Arc::clone(&begun));
                let chance = Chance::new(chance.next());
                tokio::spawn(async move {
                    writer.write(&address, chance, &begun).await;
                    writer
                })
            })
            .collect();
        // From before the first acknowledgement to deep in the writing.
        let moment = Duration::from_micros(chance.below(150_000));
        if chance.below(8) > 0 {
            begun.notified().await;
        }
        tokio::time::sleep(moment).await;
        relay.kill();
        for writer in writing {
            writers.push(writer.await.unwrap());
        }
    }
    let relay = Process::start(scratch.path(), &[]);
    let mut sum = 0;
    for device in &devices {
        let (mut socket, head) = device.enter(&relay.address).await;
        let items = served(&mut socket, device).await;
        assert_eq!(u64::try_from(items.len()).unwrap(), head.0);
        for writer in writers
            .iter()
            .filter(|writer| Arc::ptr_eq(&writer.device, device))
        {
            for (item, seq) in &writer.acknowledged {
                assert_eq!(items.get(item), Some(seq), "an acknowledged item is lost");
            }
            sum += writer.acknowledged.len();
        }
    }
    let mut times = times.lock().unwrap().clone();
    times.sort_unstable();
    let most = times.last().copied().unwrap_or_default();
    println!(
        "{kills} kills, {sum} items acknowledged, 0 lost, 0 twice; serving again after {:?} (median), {most:?} (at most)",
        times[times.len() / 2]
    );
    assert!(sum > 1000, "the test was too quick to mean anything");
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
