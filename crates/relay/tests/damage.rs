//! Bits of the log's file that turn over: no item that was changed is ever served.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Chance, Device, Scratch, number_from};
use std::path::Path;
use tendero_protocol::{
    ClientMessage, Incarnation, LogItems, Seq, SignedFrame, Signer as _, Verified,
};
use tendero_relay::store::{LogRange, LogStore as _, PAGE_ITEMS};
use tendero_relay::{Quota, SqliteLog, StoreError};

fn verified(device: &Device, name: u64, numbers: &[u64]) -> Verified<SignedFrame> {
    let ClientMessage::Push(frame) = device.frame(name, numbers) else {
        panic!()
    };
    let key = device.key.public_key();
    frame.verify(device.workspace, &key).unwrap()
}

async fn read(store: &SqliteLog, device: &Device, after: Seq) -> Result<LogItems, StoreError> {
    let range = LogRange {
        after,
        limit: PAGE_ITEMS,
        omit: None,
    };
    store.log(device.workspace, range).await
}

/// What a flipped bit may lead to.
#[derive(Debug, PartialEq)]
enum Outcome {
    NoEffect,
    Refused,
}

/// Reads all that a damaged file still gives and compares it with what was stored.
async fn outcome(file: &Path, device: &Device, sound: &LogItems) -> Outcome {
    let Ok(store) = SqliteLog::open(file, None) else {
        return Outcome::Refused;
    };
    let mut after = Seq(0);
    let mut seen = 0;
    loop {
        let Ok(page) = read(&store, device, after).await else {
            return Outcome::Refused;
        };
        let Some(last) = page.entries.last() else {
            assert_eq!(page.h, sound.h);
            assert_eq!(seen, sound.entries.len());
            return Outcome::NoEffect;
        };
        for entry in &page.entries {
            let stored = &sound.entries[seen];
            assert_eq!((entry.seq, &entry.body), (stored.seq, &stored.body));
            let head = page.frames[usize::from(entry.signed.frame)].clone();
            // A head whose names or signature were hit gives itself away to every device.
            if !sound.frames.contains(&head)
                && let Ok(head) = head.verify(device.workspace, &device.key.public_key())
            {
                let hash = head.hashes()[usize::from(entry.signed.position)];
                assert_eq!(hash, stored.body.hash());
            }
            seen += 1;
        }
        after = last.seq;
    }
}

/// 2,000 flips; more by `TENDERO_FLIPS`, others by `TENDERO_SEED`.
#[tokio::test(flavor = "multi_thread")]
async fn no_flipped_bit_of_the_file_changes_an_item_that_is_served() {
    let flips = number_from("TENDERO_FLIPS", 2000);
    let seed = number_from("TENDERO_SEED", 1);
    println!("TENDERO_FLIPS={flips} TENDERO_SEED={seed}");
    let scratch = Scratch::new("flips");
    let (file, copy) = (scratch.path().join("sound"), scratch.path().join("hit"));
    let device = Device::new(61);
    let entry = device.chain.entries()[0].clone();
    {
        let store = SqliteLog::open(&file, None).unwrap();
        let made = store.create(device.workspace, Incarnation([1; 16]), entry);
        made.await.unwrap();
        for frame in 0..10 {
            let numbers: Vec<u64> = (frame * 10..frame * 10 + 12).collect();
            let frame = verified(&device, frame, &numbers);
            let pushed = store.push(device.workspace, frame, Quota::NONE);
            pushed.await.unwrap();
        }
    }
    // Closed in good order: all is in this one file.
    let bytes = std::fs::read(&file).unwrap();
    let sound = {
        let store = SqliteLog::open(&file, None).unwrap();
        read(&store, &device, Seq(0)).await.unwrap()
    };
    assert_eq!(sound.entries.len(), 102);
    let mut chance = Chance::new(seed);
    let (mut refused, mut no_effect) = (0, 0);
    for _ in 0..flips {
        let mut hit = bytes.clone();
        let place = usize::try_from(chance.next()).unwrap() % hit.len();
        hit[place] ^= 1 << chance.below(8);
        for name in ["hit", "hit-wal", "hit-shm"] {
            let _ = std::fs::remove_file(scratch.path().join(name));
        }
        std::fs::write(&copy, &hit).unwrap();
        match outcome(&copy, &device, &sound).await {
            Outcome::NoEffect => no_effect += 1,
            Outcome::Refused => refused += 1,
        }
    }
    println!("{flips} flips: {refused} refused, {no_effect} without effect, 0 served");
    assert!(refused > flips / 10, "the flips hit nothing that counts");
}
