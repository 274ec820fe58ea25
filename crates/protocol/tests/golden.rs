//! The bytes of version 1, as released: `golden/v1.txt` holds one line for each type, its name and its bytes in
//! hexadecimal. A line is never changed, since devices and relays with older programs read and write these bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{
    DEVICE, INVITE, KINDS, NONCE, OTHER_DEVICE, WORKSPACE, chain, client_messages, frame, hello,
    item, owner, relay_messages,
};
use std::collections::BTreeMap;
use tendero_protocol::entry::join_digest;
use tendero_protocol::log::link;
use tendero_protocol::message::{hello_digest, invite_digest};
use tendero_protocol::{
    Chain, ClientMessage, FrameHead, Hash, Item, LogPosition, MemberId, RelayMessage, Role, Seq,
    SignedEntry, Signer as _, wire,
};

const RELEASED: &str = include_str!("golden/v1.txt");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn released() -> BTreeMap<&'static str, Vec<u8>> {
    let lines = RELEASED.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, hex)| (name, bytes(hex)))
        .collect()
}

/// Everything as this build writes it.
fn written() -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for (name, message) in client_messages() {
        all.insert(format!("client.{name}"), message.encode());
    }
    for (name, message) in relay_messages() {
        all.insert(format!("relay.{name}"), message.encode());
    }
    for kind in KINDS {
        let (item, code) = (item(kind), kind.code());
        all.insert(format!("item.{code}"), wire::body(&item));
        all.insert(
            format!("item.{code}.header"),
            item.header.to_bytes().to_vec(),
        );
        all.insert(format!("item.{code}.hash"), item.hash().0.to_vec());
    }
    all.insert("frame.head".to_owned(), frame().head().encode());
    for (index, entry) in chain().iter().enumerate() {
        all.insert(format!("entry.{index}"), entry.encode());
        all.insert(format!("entry.{index}.hash"), entry.hash().0.to_vec());
    }
    let position = LogPosition {
        incarnation: hello().incarnation,
        cursor: hello().cursor,
        h: hello().h,
    };
    all.insert("log.position".to_owned(), wire::body(&position));
    let key = owner().public_key();
    for (name, hash) in [
        ("hello", hello_digest(NONCE, WORKSPACE, DEVICE)),
        ("invite", invite_digest(NONCE, WORKSPACE, INVITE)),
        (
            "join",
            join_digest(WORKSPACE, INVITE, MemberId([7; 16]), OTHER_DEVICE, &key),
        ),
        ("link", link(Hash([1; 32]), Seq(300), Hash([2; 32]))),
    ] {
        all.insert(format!("digest.{name}"), hash.0.to_vec());
    }
    all
}

#[test]
fn what_is_written_is_what_was_released() {
    let (released, written) = (released(), written());
    for (name, bytes) in &written {
        let known = released.get(name.as_str());
        let hex = hex(bytes);
        assert_eq!(known, Some(bytes), "{name} is written as\n{name} {hex}\n");
    }
    for name in released.keys() {
        assert!(written.contains_key(*name), "{name} is no longer written");
    }
}

#[test]
fn what_was_released_is_read_as_what_it_was() {
    let released = released();
    for (name, message) in client_messages() {
        let bytes = &released[format!("client.{name}").as_str()];
        assert_eq!(
            ClientMessage::decode(bytes).as_ref(),
            Ok(&message),
            "{name}"
        );
    }
    for (name, message) in relay_messages() {
        let bytes = &released[format!("relay.{name}").as_str()];
        assert_eq!(RelayMessage::decode(bytes).as_ref(), Ok(&message), "{name}");
    }
    for kind in KINDS {
        let read: Item = wire::parse(&released[format!("item.{}", kind.code()).as_str()]).unwrap();
        assert_eq!(read, item(kind));
    }
    let head = FrameHead::decode(&released["frame.head"]).unwrap();
    assert!(head.verify(WORKSPACE, &owner().public_key()).is_ok());
    let entries = (0..5).map(|index| {
        let bytes = &released[format!("entry.{index}").as_str()];
        SignedEntry::decode(bytes).unwrap()
    });
    let chain = Chain::from_entries(entries).unwrap();
    assert_eq!(
        (chain.length(), chain.role_of(OTHER_DEVICE)),
        (5, Some(Role::Writer))
    );
}

#[test]
fn kinds_and_versions_to_come_are_kept_as_they_are() {
    for (version, kind) in [(1, 0x00), (1, 0x42), (1, 0xff), (2, 0x01), (255, 0x83)] {
        let bytes = wire::seal(version, kind, b"something new");
        let client = ClientMessage::decode(&bytes).unwrap();
        assert!(matches!(client, ClientMessage::Unknown(_)));
        assert_eq!(client.encode(), bytes);
        let relay = RelayMessage::decode(&bytes).unwrap();
        assert!(matches!(relay, RelayMessage::Unknown(_)));
        assert_eq!(relay.encode(), bytes);
    }
}

/// The bytes written by hand from `docs/protocol.md`, as somebody with another language would.
struct ByHand(Vec<u8>);

impl ByHand {
    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn varint(mut self, mut number: u64) -> Self {
        while number > 0x7f {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
        self
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        self.varint(bytes.len() as u64).raw(bytes)
    }

    fn envelope(self, kind: u8) -> Vec<u8> {
        let length = (self.0.len() as u32).to_le_bytes();
        [&[1, kind], &length[..], &self.0].concat()
    }
}

#[test]
fn the_documented_bytes_are_the_bytes() {
    let hello = hello();
    let by_hand = ByHand(Vec::new())
        .bytes(&hello.protocols)
        .raw(&hello.workspace.0)
        .raw(&hello.device.0)
        .raw(&hello.signature.0)
        .raw(&hello.incarnation.0)
        .varint(hello.cursor.0)
        .raw(&hello.h.0)
        .bytes(hello.app.as_bytes());
    assert_eq!(by_hand.envelope(0x01), client_messages()[0].1.encode());

    let frame = frame();
    let (head, header) = (frame.head(), frame.head().header());
    let mut by_hand = ByHand(Vec::new())
        .raw(&header.workspace.0)
        .raw(&header.frame_id.0)
        .raw(&header.device.0)
        .varint(header.chain_index.into());
    let fields = by_hand.0.clone();
    by_hand = by_hand.varint(head.hashes().len() as u64);
    for hash in head.hashes() {
        by_hand = by_hand.raw(&hash.0);
    }
    // The signature is over a hash of the fields as sent and the hashes.
    let mut signed = vec![fields.len() as u8];
    signed.extend(&fields);
    head.hashes().iter().for_each(|hash| signed.extend(hash.0));
    let signature = owner().sign(&Hash::of("tendero frame v1", &[&signed]).0);
    by_hand = by_hand.raw(&signature.0).varint(frame.items().len() as u64);
    for item in frame.items() {
        let header = &item.header;
        by_hand = by_hand
            .raw(&header.item_id.0)
            .raw(&header.doc_tag.0)
            .varint(header.generation.0.into())
            .raw(&[header.kind.code(), header.keyring])
            .varint(header.epoch.0.into())
            .raw(&[header.dictionary])
            .raw(&header.nonce)
            .bytes(&item.ciphertext.0);
    }
    by_hand = by_hand.varint(frame.salts().len() as u64);
    for salt in frame.salts() {
        by_hand = by_hand.raw(&salt.doc_tag.0).raw(&salt.salt.0);
    }
    assert_eq!(by_hand.envelope(0x03), client_messages()[2].1.encode());
}

/// For the lines of a type that is new: `cargo test -p tendero-protocol --test golden -- --ignored --nocapture`.
#[test]
#[ignore = "prints, checks nothing"]
fn print_what_this_build_writes() {
    for (name, bytes) in written() {
        println!("{name} {}", hex(&bytes));
    }
}
