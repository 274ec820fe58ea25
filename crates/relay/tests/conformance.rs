//! What every store of logs must do, run over each of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::postgres::Postgres;
use common::{Device, Scratch, wide};
use std::sync::Arc;
use tendero_protocol::log::link;
use tendero_protocol::message::Verdict;
use tendero_protocol::{
    ClientMessage, DeviceId, Entry, EntryBody, Hash, Incarnation, InviteId, ItemId, Seq,
    SignedEntry, SignedFrame, Signer as _, Verified, WorkspaceId,
};
use tendero_relay::store::{LogRange, LogStore, Swapped};
use tendero_relay::{Condition, MemoryLog, PostgresLog, Quota, SqliteLog, StoreError};

const LIFE: Incarnation = Incarnation([9; 16]);

fn verified(device: &Device, name: u64, numbers: &[u64]) -> Verified<SignedFrame> {
    let ClientMessage::Push(frame) = device.frame(name, numbers) else {
        panic!()
    };
    frame
        .verify(device.workspace, &device.key.public_key())
        .unwrap()
}

fn first_entry(device: &Device) -> SignedEntry {
    device.chain.entries()[0].clone()
}

/// Any entry that follows the first; a store does not judge what it says.
fn second_entry(device: &Device, mark: u8) -> SignedEntry {
    Entry {
        prev: device.chain.head(),
        index: 1,
        workspace: device.workspace,
        device: device.id,
        time_ms: 2,
        body: EntryBody::RevokeInvite(InviteId([mark; 16])),
    }
    .sign(&device.key)
}

fn from(after: u64) -> LogRange {
    LogRange {
        after: Seq(after),
        limit: 1000,
        omit: None,
    }
}

async fn founded(store: &impl LogStore, seed: u8) -> Device {
    let device = Device::new(seed);
    let made = store
        .create(device.workspace, LIFE, first_entry(&device))
        .await;
    assert!(matches!(made.unwrap(), Swapped::Done(tip) if tip.length == 1));
    device
}

async fn a_workspace_begins_once(store: &impl LogStore) {
    let device = founded(store, 1).await;
    let again = store
        .create(
            device.workspace,
            Incarnation([8; 16]),
            second_entry(&device, 1),
        )
        .await
        .unwrap();
    let Swapped::Conflict(tip) = again else {
        panic!("a workspace began twice")
    };
    assert_eq!((tip.head, tip.length), (device.chain.head(), 1));
    let state = store.state(device.workspace).await.unwrap().unwrap();
    assert_eq!(
        (state.incarnation, state.head, state.h),
        (LIFE, Seq(0), Hash::ZERO)
    );
    assert_eq!(
        store.chain(device.workspace).await.unwrap(),
        [first_entry(&device)]
    );
}

async fn a_stranger_has_no_log(store: &impl LogStore) {
    let device = Device::new(2);
    let nowhere = WorkspaceId([0xee; 16]);
    assert_eq!(store.state(nowhere).await.unwrap(), None);
    assert_eq!(store.chain(nowhere).await.unwrap(), []);
    assert_eq!(
        store
            .push(nowhere, verified(&device, 1, &[1]), Quota::NONE)
            .await,
        Err(StoreError::UnknownWorkspace)
    );
    assert_eq!(
        store.log(nowhere, from(0)).await,
        Err(StoreError::UnknownWorkspace)
    );
    assert_eq!(
        store
            .append(nowhere, Hash::ZERO, second_entry(&device, 1))
            .await,
        Err(StoreError::UnknownWorkspace)
    );
    assert_eq!(
        store.set_cursor(nowhere, device.id, Seq(1)).await,
        Err(StoreError::UnknownWorkspace)
    );
}

async fn the_chain_grows_from_its_end_only(store: &impl LogStore) {
    let device = founded(store, 3).await;
    let (one, other) = (second_entry(&device, 1), second_entry(&device, 2));
    let done = store
        .append(device.workspace, device.chain.head(), one.clone())
        .await
        .unwrap();
    assert!(matches!(done, Swapped::Done(tip) if tip.head == one.hash() && tip.length == 2));
    let late = store
        .append(device.workspace, device.chain.head(), other)
        .await
        .unwrap();
    assert!(matches!(late, Swapped::Conflict(tip) if tip.head == one.hash()));
    assert_eq!(
        store.chain(device.workspace).await.unwrap(),
        [first_entry(&device), one]
    );
}

async fn items_are_numbered_once_and_linked(store: &impl LogStore) {
    let device = founded(store, 4).await;
    let first = store
        .push(
            device.workspace,
            verified(&device, 1, &[10, 11]),
            Quota::NONE,
        )
        .await
        .unwrap();
    assert_eq!(first.head, Seq(2));
    // A repeated item within a frame, and one of a frame before.
    let second = store
        .push(
            device.workspace,
            verified(&device, 2, &[11, 12, 12, 10]),
            Quota::NONE,
        )
        .await
        .unwrap();
    let told: Vec<(Verdict, u64)> = second
        .acks
        .iter()
        .map(|ack| (ack.verdict, ack.seq.0))
        .collect();
    assert_eq!(
        told,
        [
            (Verdict::Duplicate, 2),
            (Verdict::Stored, 3),
            (Verdict::Duplicate, 3),
            (Verdict::Duplicate, 1)
        ]
    );
    let again = store
        .push(
            device.workspace,
            verified(&device, 3, &[10, 11, 12]),
            Quota::NONE,
        )
        .await
        .unwrap();
    assert_eq!(again.head, Seq(3));
    let page = store.log(device.workspace, from(0)).await.unwrap();
    let mut h = Hash::ZERO;
    for (entry, seq) in page.entries.iter().zip(1..) {
        assert_eq!(entry.seq, Seq(seq));
        assert_eq!(entry.body.item_id(), ItemId(wide(9 + seq)));
        h = link(h, entry.seq, entry.body.hash());
        let frame = page.frames[usize::from(entry.signed.frame)].clone();
        let frame = frame
            .verify(device.workspace, &device.key.public_key())
            .unwrap();
        assert_eq!(
            frame.hashes()[usize::from(entry.signed.position)],
            entry.body.hash()
        );
    }
    let state = store.state(device.workspace).await.unwrap().unwrap();
    assert_eq!(
        (page.entries.len(), page.h, state.h, state.head),
        (3, h, h, Seq(3))
    );
    assert_eq!(page.salts.len(), 3);
    let rest = store.log(device.workspace, from(2)).await.unwrap();
    assert_eq!(
        (rest.entries.len(), rest.entries[0].seq, rest.h),
        (1, Seq(3), h)
    );
    let end = store.log(device.workspace, from(3)).await.unwrap();
    assert_eq!((end.entries.len(), end.head, end.h), (0, Seq(3), h));
    // A cursor of another life of the log may lie beyond its end.
    let beyond = store.log(device.workspace, from(99)).await.unwrap();
    assert_eq!((beyond.entries.len(), beyond.h), (0, h));
}

async fn pages_keep_their_bounds(store: &impl LogStore) {
    let device = founded(store, 5).await;
    for frame in 0..3 {
        let numbers: Vec<u64> = (frame * 700..frame * 700 + 700).collect();
        store
            .push(
                device.workspace,
                verified(&device, frame, &numbers),
                Quota::NONE,
            )
            .await
            .unwrap();
    }
    let few = LogRange {
        limit: 5,
        ..from(7)
    };
    let page = store.log(device.workspace, few).await.unwrap();
    assert_eq!(
        page.entries
            .iter()
            .map(|entry| entry.seq.0)
            .collect::<Vec<_>>(),
        [8, 9, 10, 11, 12]
    );
    let (mut after, mut seen) = (0, 0);
    loop {
        let page = store.log(device.workspace, from(after)).await.unwrap();
        let Some(last) = page.entries.last() else {
            break;
        };
        assert!(page.entries.len() <= 1000);
        after = last.seq.0;
        seen += page.entries.len();
    }
    assert_eq!(seen, 2100);
}

async fn own_bodies_are_left_out_on_request(store: &impl LogStore) {
    let device = founded(store, 6).await;
    store
        .push(device.workspace, verified(&device, 1, &[1, 2]), Quota::NONE)
        .await
        .unwrap();
    let own = LogRange {
        omit: Some(device.id),
        ..from(0)
    };
    let others = LogRange {
        omit: Some(DeviceId([0; 16])),
        ..from(0)
    };
    let (own, others) = (
        store.log(device.workspace, own).await.unwrap(),
        store.log(device.workspace, others).await.unwrap(),
    );
    let is_full = |entry: &tendero_protocol::LogEntry| {
        matches!(entry.body, tendero_protocol::LogBody::Full(_))
    };
    assert!(!own.entries.iter().any(is_full) && others.entries.iter().all(is_full));
    assert!(own.salts.is_empty() && others.salts.len() == 2);
    assert_eq!(own.h, others.h);
}

async fn cursors_never_go_back_nor_beyond_the_log(store: &impl LogStore) {
    let device = founded(store, 7).await;
    store
        .push(
            device.workspace,
            verified(&device, 1, &[1, 2, 3]),
            Quota::NONE,
        )
        .await
        .unwrap();
    for (set, kept) in [(2, 2), (1, 2), (99, 3)] {
        store
            .set_cursor(device.workspace, device.id, Seq(set))
            .await
            .unwrap();
        assert_eq!(
            store.cursors(device.workspace).await.unwrap(),
            [(device.id, Seq(kept))]
        );
    }
}

async fn what_does_not_fit_is_refused_and_what_is_there_stays(store: &impl LogStore) {
    let device = founded(store, 10).await;
    let push = async |name, numbers: &[u64], quota| {
        let frame = verified(&device, name, numbers);
        let pushed = store.push(device.workspace, frame, quota).await.unwrap();
        let told = pushed.acks.iter().map(|ack| (ack.verdict, ack.seq.0));
        (told.collect::<Vec<_>>(), pushed.head.0)
    };
    let items = |items| Quota {
        items,
        ..Quota::NONE
    };
    let (stored, known, no_room) = (Verdict::Stored, Verdict::Duplicate, (Verdict::Quota, 0));
    assert_eq!(
        push(1, &[1, 2, 3, 1], items(2)).await,
        (vec![(stored, 1), (stored, 2), no_room, (known, 1)], 2)
    );
    // By bytes, over what several frames brought: each item counts 106 and its 64 bytes.
    let bytes = |bytes| Quota {
        bytes,
        ..Quota::NONE
    };
    assert_eq!(
        push(2, &[4, 5], bytes(3 * 170)).await,
        (vec![(stored, 3), no_room], 3)
    );
    assert_eq!(push(3, &[5], bytes(4 * 170 - 1)).await, (vec![no_room], 3));
    assert_eq!(
        push(4, &[2, 5], bytes(4 * 170)).await,
        (vec![(known, 2), (stored, 4)], 4)
    );
    let page = store.log(device.workspace, from(0)).await.unwrap();
    assert_eq!((page.entries.len(), page.salts.len()), (4, 4));
}

async fn writers_at_once_leave_no_gap(store: Arc<impl LogStore>) {
    let device = Arc::new(founded(&*store, 8).await);
    let tasks: Vec<_> = (0..8_u64)
        .map(|writer| {
            let (store, device) = (Arc::clone(&store), Arc::clone(&device));
            tokio::spawn(async move {
                for frame in 0..10_u64 {
                    let own = 1000 + writer * 100 + frame;
                    // Every writer sends the shared item too.
                    let frame = verified(&device, own, &[own, frame]);
                    let pushed = store
                        .push(device.workspace, frame, Quota::NONE)
                        .await
                        .unwrap();
                    assert!(pushed.acks.iter().all(|ack| ack.seq.0 > 0));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let page = store.log(device.workspace, from(0)).await.unwrap();
    let mut names: Vec<ItemId> = page.entries.iter().map(|e| e.body.item_id()).collect();
    assert!(
        page.entries
            .iter()
            .zip(1..)
            .all(|(e, seq)| e.seq == Seq(seq))
    );
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), page.head), (90, Seq(90)));
}

async fn conforms(store: impl LogStore) {
    a_workspace_begins_once(&store).await;
    a_stranger_has_no_log(&store).await;
    the_chain_grows_from_its_end_only(&store).await;
    items_are_numbered_once_and_linked(&store).await;
    pages_keep_their_bounds(&store).await;
    own_bodies_are_left_out_on_request(&store).await;
    cursors_never_go_back_nor_beyond_the_log(&store).await;
    what_does_not_fit_is_refused_and_what_is_there_stays(&store).await;
    assert_eq!(store.count().await, Ok(7));
    assert_eq!(store.condition(), Condition::Writable);
    writers_at_once_leave_no_gap(Arc::new(store)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_conforms() {
    conforms(MemoryLog::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_conforms() {
    let scratch = Scratch::new("conformance");
    conforms(SqliteLog::open(&scratch.path().join("relay.sqlite"), None).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_conforms() {
    let Some(postgres) = Postgres::start("conformance-postgres").await else {
        return;
    };
    conforms(PostgresLog::open(&postgres.url()).await.unwrap()).await;
}

/// The first version's tables stand in its migration, which is never changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_version_opens_and_one_of_a_later_version_does_not() {
    let Some(postgres) = Postgres::start("migrations").await else {
        return;
    };
    let client = postgres.client().await.unwrap();
    client
        .batch_execute(include_str!("../src/store/postgres/1.sql"))
        .await
        .unwrap();
    client
        .batch_execute(
            "CREATE TABLE tendero_schema (version integer NOT NULL); INSERT INTO tendero_schema VALUES (1); \
             INSERT INTO workspaces (workspace, incarnation, head, h, chain_head, chain_length) VALUES \
             (decode(repeat('07', 16), 'hex'), decode(repeat('09', 16), 'hex'), 0, \
              decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 0)",
        )
        .await
        .unwrap();
    // Two relays that start at once.
    let url = postgres.url();
    let (one, other) = tokio::join!(PostgresLog::open(&url), PostgresLog::open(&url));
    let (one, _other) = (one.unwrap(), other.unwrap());
    let state = one.state(WorkspaceId([7; 16])).await.unwrap().unwrap();
    assert_eq!(state.incarnation, LIFE);
    client
        .batch_execute("INSERT INTO tendero_schema VALUES (1000)")
        .await
        .unwrap();
    let Err(StoreError::Failed(why)) = PostgresLog::open(&url).await else {
        panic!("a later version was opened")
    };
    assert!(why.contains("1000"), "{why}");
}

/// As the first version made its file; never changed.
const SQLITE_1: &str = include_str!("golden/sqlite-1.sql");

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_first_version_opens_with_its_items_counted() {
    let scratch = Scratch::new("sqlite-1");
    let file = scratch.path().join("relay.sqlite");
    let device = Device::new(11);
    {
        let first = rusqlite::Connection::open(&file).unwrap();
        first.execute_batch(SQLITE_1).unwrap();
    }
    let store = SqliteLog::open(&file, None).unwrap();
    let page = store.log(device.workspace, from(0)).await.unwrap();
    assert_eq!((page.entries.len(), page.head), (2, Seq(2)));
    assert_eq!(
        store.chain(device.workspace).await.unwrap(),
        [first_entry(&device)]
    );
    // Two items of 170 bytes are there, counted to a few bytes; a third fits in 510 and a fourth does not.
    let quota = Quota {
        bytes: 3 * 170 + 20,
        ..Quota::NONE
    };
    let frame = verified(&device, 2, &[1, 3, 4]);
    let pushed = store.push(device.workspace, frame, quota).await.unwrap();
    let verdicts: Vec<Verdict> = pushed.acks.iter().map(|ack| ack.verdict).collect();
    assert_eq!(
        verdicts,
        [Verdict::Duplicate, Verdict::Stored, Verdict::Quota]
    );
    drop(store);
    assert!(SqliteLog::open(&file, None).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_moves_to_postgres_under_the_same_numbers_and_goes_on_after_an_interruption() {
    let Some(postgres) = Postgres::start("moved").await else {
        return;
    };
    let scratch = Scratch::new("moved-from");
    let source = SqliteLog::open(&scratch.path().join("relay.sqlite"), None).unwrap();
    let to = PostgresLog::open(&postgres.url()).await.unwrap();
    let device = founded(&source, 9).await;
    let id = device.workspace;
    for frame in 0..3 {
        // Frames with repeated items, whose heads name more than is stored.
        let numbers: Vec<u64> = (frame * 500..frame * 500 + 600).collect();
        let frame = verified(&device, frame, &numbers);
        source.push(id, frame, Quota::NONE).await.unwrap();
    }
    let entry = second_entry(&device, 1);
    source.append(id, device.chain.head(), entry).await.unwrap();
    source.set_cursor(id, device.id, Seq(77)).await.unwrap();
    // Interrupted in the middle.
    to.create(id, LIFE, first_entry(&device)).await.unwrap();
    let part = LogRange {
        limit: 450,
        ..from(0)
    };
    assert!(
        to.copy_in(id, source.log(id, part).await.unwrap())
            .await
            .unwrap()
    );
    // A stretch that does not follow is refused.
    let gap = source.log(id, from(600)).await.unwrap();
    assert!(!to.copy_in(id, gap).await.unwrap());

    for _ in 0..2 {
        assert_eq!(
            tendero_relay::migrate::migrate(&source, &to).await.unwrap(),
            1
        );
        assert_eq!(to.state(id).await.unwrap(), source.state(id).await.unwrap());
        assert_eq!(to.chain(id).await.unwrap(), source.chain(id).await.unwrap());
        assert_eq!(to.cursors(id).await.unwrap(), [(device.id, Seq(77))]);
    }
    for after in [0, 700] {
        let (one, other) = (
            source.log(id, from(after)).await.unwrap(),
            to.log(id, from(after)).await.unwrap(),
        );
        let bodies = |page: &tendero_protocol::LogItems| -> Vec<_> {
            page.entries
                .iter()
                .map(|entry| (entry.seq, entry.body.clone()))
                .take(300)
                .collect()
        };
        assert_eq!(bodies(&one), bodies(&other));
        assert_eq!(one.salts.len(), other.salts.len());
    }
    // What went on elsewhere is not written over.
    to.push(id, verified(&device, 9, &[9000]), Quota::NONE)
        .await
        .unwrap();
    assert!(tendero_relay::migrate::migrate(&source, &to).await.is_err());
}
