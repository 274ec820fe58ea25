//! Every decoder under foreign bytes: a value or an error, never a panic; and nothing altered is taken for signed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{WORKSPACE, chain, client_messages, frame, item, owner, relay_messages};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;
use tendero_protocol::{
    Chain, ClientMessage, FrameHead, Item, ItemKind, LogItems, LogPosition, PublicKey,
    RelayMessage, SignedEntry, SignedFrame, Signer as _, wire,
};

/// Cases of each property; more of them by `PROPTEST_CASES`.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.max(10_000),
        // A failure prints its seed; nothing is written beside the source.
        failure_persistence: None,
        ..usual
    }
}

/// Every decoder there is. What is read is written and read again as the same.
fn decode_all(bytes: &[u8]) {
    if let Ok(message) = ClientMessage::decode(bytes) {
        assert_eq!(
            ClientMessage::decode(&message.encode()),
            Ok(message.clone())
        );
        if let ClientMessage::Push(frame) = message {
            let _ = frame.verify(WORKSPACE, &OWNER);
        }
    }
    if let Ok(message) = RelayMessage::decode(bytes) {
        assert_eq!(RelayMessage::decode(&message.encode()), Ok(message.clone()));
        if let RelayMessage::ChainEntries(entries) = message {
            let _ = Chain::from_entries(entries.entries);
        }
    }
    if let Ok(entry) = SignedEntry::decode(bytes) {
        assert_eq!(SignedEntry::decode(&entry.encode()), Ok(entry.clone()));
        let _ = entry.read();
        let _ = Chain::begin(entry);
    }
    if let Ok(head) = FrameHead::decode(bytes) {
        assert_eq!(FrameHead::decode(&head.encode()), Ok(head.clone()));
        let _ = head.verify(WORKSPACE, &OWNER);
    }
    let _ = wire::open(bytes);
    if let Ok((first, rest)) = wire::split_first(bytes) {
        assert!(wire::open(first).is_ok());
        assert_eq!([first, rest].concat(), bytes);
    }
    let _ = wire::parse::<Item>(bytes);
    let _ = wire::parse::<LogItems>(bytes);
    let _ = wire::parse::<LogPosition>(bytes);
    let _ = wire::parse::<SignedFrame>(bytes);
}

/// Made once: signing them for each case would take most of the time.
static SOUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(sound);
static FRAME: LazyLock<SignedFrame> = LazyLock::new(frame);
static CHAIN: LazyLock<Vec<SignedEntry>> = LazyLock::new(chain);
static OWNER: LazyLock<PublicKey> = LazyLock::new(|| owner().public_key());

/// Whole messages and the bare bodies that stores keep.
fn sound() -> Vec<Vec<u8>> {
    let clients = client_messages();
    let relays = relay_messages();
    let mut all: Vec<Vec<u8>> = clients
        .iter()
        .map(|(_, message)| message.encode())
        .collect();
    all.extend(relays.iter().map(|(_, message)| message.encode()));
    all.extend(chain().iter().map(SignedEntry::encode));
    all.push(frame().head().encode());
    all.push(wire::body(&frame()));
    all.push(wire::body(&item(ItemKind::Change)));
    all
}

/// One thing that may happen to bytes on their way.
#[derive(Clone, Debug)]
enum Harm {
    Flip(Index, u8),
    Set(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Drop(Index, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), 0_u8..8).prop_map(|(place, bit)| Harm::Flip(place, bit)),
        2 => (place(), prop::sample::select(vec![0, 1, 0x7f, 0x80, 0xff]))
            .prop_map(|(place, byte)| Harm::Set(place, byte)),
        1 => place().prop_map(Harm::Cut),
        1 => (place(), prop::collection::vec(any::<u8>(), 1..12))
            .prop_map(|(place, bytes)| Harm::Insert(place, bytes)),
        1 => (place(), 1_usize..20).prop_map(|(place, length)| Harm::Drop(place, length)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let at = |place: &Index| place.index(bytes.len().max(1));
        match harm {
            _ if bytes.is_empty() => {}
            Harm::Flip(place, bit) => {
                let at = at(place);
                bytes[at] ^= 1 << bit;
            }
            Harm::Set(place, byte) => {
                let at = at(place);
                bytes[at] = *byte;
            }
            Harm::Cut(place) => bytes.truncate(at(place)),
            Harm::Insert(place, more) => {
                let at = at(place);
                bytes.splice(at..at, more.iter().copied());
            }
            Harm::Drop(place, length) => {
                let at = at(place);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
        }
    }
    // The envelope's length is corrected, so that the body is looked at, unless it was the length that was harmed.
    if let Some(length) = bytes.len().checked_sub(wire::HEADER)
        && harms.len().is_multiple_of(2)
    {
        bytes[2..6].copy_from_slice(&(length as u32).to_le_bytes());
    }
    bytes
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        decode_all(&bytes);
    }

    #[test]
    fn any_body_of_any_kind_is_read_or_refused(
        kind in prop::sample::select((0x01..=0x08).chain(0x81..=0x8a).chain([0x60]).collect::<Vec<u8>>()),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        decode_all(&wire::seal(wire::VERSION, kind, &body));
    }

    #[test]
    fn harmed_messages_are_read_or_refused(
        which in any::<Index>(),
        harms in prop::collection::vec(harm(), 1..6),
    ) {
        let sound = &SOUND[which.index(SOUND.len())];
        decode_all(&harmed(sound.clone(), &harms));
    }

    #[test]
    fn no_bit_of_a_signed_frame_can_be_changed(place in any::<Index>(), bit in 0_u8..8) {
        let sound = &*FRAME;
        let signed = wire::body(sound);
        let mut bytes = signed.clone();
        bytes[place.index(signed.len())] ^= 1 << bit;
        if let Ok(frame) = wire::parse::<SignedFrame>(&bytes)
            && let Ok(frame) = frame.verify(WORKSPACE, &OWNER)
        {
            // Only salts are not signed: a false one opens nothing.
            prop_assert_eq!(frame.head(), sound.head());
            prop_assert_eq!(frame.items(), sound.items());
        }
    }

    #[test]
    fn no_bit_of_a_chain_can_be_changed(
        which in 0_usize..5,
        place in any::<Index>(),
        bit in 0_u8..8,
    ) {
        let sound = &*CHAIN;
        let mut bytes = sound[which].encode();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(entry) = SignedEntry::decode(&bytes) {
            let mut entries = sound.clone();
            entries[which] = entry;
            prop_assert!(Chain::from_entries(entries).is_err());
        }
    }
}

#[test]
fn a_length_that_lies_costs_nothing() {
    // A list of 2³² entries in a message of a few bytes.
    let claim = [0xff, 0xff, 0xff, 0xff, 0x0f];
    for kind in (0x01..=0x08).chain(0x81..=0x8a) {
        for before in 0..120 {
            let body = [vec![0; before], claim.to_vec()].concat();
            decode_all(&wire::seal(wire::VERSION, kind, &body));
        }
    }
    // A length in the envelope beyond what is there, and beyond what is taken.
    for length in [7_u32, 2 * 1024 * 1024 + 1, u32::MAX] {
        let mut bytes = wire::seal(wire::VERSION, 0x08, &[1]);
        bytes[2..6].copy_from_slice(&length.to_le_bytes());
        assert!(ClientMessage::decode(&bytes).is_err());
    }
}

#[test]
fn entries_out_of_their_order_are_no_chain() {
    for one in 0..5 {
        for other in 0..one {
            let mut entries = chain();
            entries.swap(one, other);
            assert!(Chain::from_entries(entries).is_err(), "{one} and {other}");
        }
    }
}
