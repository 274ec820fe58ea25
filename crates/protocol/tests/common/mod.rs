//! One value of everything that is sent or stored, the same on every run.
#![allow(dead_code)] // each test file uses its part
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ed25519_dalek::{Signer as _, SigningKey};
use tendero_protocol::entry::{Acceptance, EntryBody, Invitation, Newcomer, join_digest};
use tendero_protocol::message::{
    Acks, Append, ChainEntries, ChainTip, Challenge, Hello, HelloInvite, ItemAck, Limits, Log,
    PROTOCOL, RELAY_NAME, Refused, RefusedReason, Verdict, Welcome, hello_digest, invite_digest,
};
use tendero_protocol::{
    Bytes, ChallengeNonce, ClientMessage, DeviceId, DocTag, Entry, Epoch, Frame, FrameHeader,
    FrameId, FrameRef, Generation, Hash, Incarnation, InviteId, Item, ItemHeader, ItemId, ItemKind,
    LogBody, LogEntry, LogItems, MemberId, PublicKey, RelayMessage, Role, Salt, SaltRow, Seq,
    SignatureBytes, SignedEntry, SignedFrame, Signer, WorkspaceId,
};

pub struct Key(SigningKey);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
    fn sign(&self, message: &[u8]) -> SignatureBytes {
        SignatureBytes(self.0.sign(message).to_bytes())
    }
}

pub const WORKSPACE: WorkspaceId = WorkspaceId([0x10; 16]);
pub const DEVICE: DeviceId = DeviceId([0x20; 16]);
pub const OTHER_DEVICE: DeviceId = DeviceId([0x21; 16]);
pub const NONCE: ChallengeNonce = ChallengeNonce([0x30; 32]);
pub const INVITE: InviteId = InviteId([0x40; 16]);
const OWNER: u8 = 1;
const GUEST: u8 = 2;
const LINK: u8 = 3;

pub fn owner() -> Key {
    Key::new(OWNER)
}

pub fn item(kind: ItemKind) -> Item {
    Item {
        header: ItemHeader {
            item_id: ItemId([0x50 ^ kind.code(); 16]),
            doc_tag: DocTag([0x60; 16]),
            generation: Generation(300),
            kind,
            keyring: 1,
            epoch: Epoch(70_000),
            dictionary: 2,
            nonce: [0x70; 24],
        },
        ciphertext: Bytes(
            (0..=kind.code())
                .map(|byte| byte.wrapping_mul(37))
                .collect(),
        ),
    }
}

pub const KINDS: [ItemKind; 6] = [
    ItemKind::Change,
    ItemKind::Snapshot,
    ItemKind::Erase,
    ItemKind::Check,
    ItemKind::Blob,
    // Of a version to come.
    ItemKind::Unknown(77),
];

pub fn frame() -> SignedFrame {
    let frame = Frame {
        header: FrameHeader {
            workspace: WORKSPACE,
            frame_id: FrameId([0x80; 16]),
            device: DEVICE,
            chain_index: 200,
        },
        items: KINDS.map(item).to_vec(),
        salts: vec![salt()],
    };
    frame.sign(&owner()).unwrap()
}

fn salt() -> SaltRow {
    SaltRow {
        doc_tag: DocTag([0x60; 16]),
        salt: Salt([0x90; 16]),
    }
}

fn newcomer(device: DeviceId, key: u8) -> Newcomer {
    Newcomer {
        member: MemberId([0xa0 ^ key; 16]),
        device,
        key: Key::new(key).public_key(),
        sealing_key: (key == GUEST).then_some([0xb0; 32]),
        sealed_name: Bytes(b"sealed".to_vec()),
    }
}

fn acceptance() -> Acceptance {
    let newcomer = newcomer(OTHER_DEVICE, GUEST);
    let digest = join_digest(
        WORKSPACE,
        INVITE,
        newcomer.member,
        newcomer.device,
        &newcomer.key,
    );
    Acceptance {
        invite_id: INVITE,
        invite_signature: Key::new(LINK).sign(&digest.0),
        newcomer,
    }
}

/// A chain with an entry of every kind, the last of a version to come.
pub fn chain() -> Vec<SignedEntry> {
    let invitation = Invitation {
        invite_id: INVITE,
        key: Key::new(LINK).public_key(),
        role: Role::Writer,
        member: None,
        expires_ms: 1_700_000_000_000,
        max_uses: 3,
        sealed_keyring: Bytes(vec![0xc0; 40]),
    };
    let bodies = [
        (DEVICE, OWNER, EntryBody::Create(newcomer(DEVICE, OWNER))),
        (DEVICE, OWNER, EntryBody::Invite(invitation)),
        (OTHER_DEVICE, GUEST, EntryBody::Join(acceptance())),
        (DEVICE, OWNER, EntryBody::RevokeInvite(INVITE)),
        (
            DEVICE,
            OWNER,
            EntryBody::Unknown {
                kind: 99,
                bytes: vec![1, 2, 3],
            },
        ),
    ];
    let mut entries: Vec<SignedEntry> = Vec::new();
    for (index, (device, key, body)) in (0_u32..).zip(bodies) {
        let entry = Entry {
            prev: entries.last().map_or(Hash::ZERO, SignedEntry::hash),
            index,
            workspace: WORKSPACE,
            device,
            time_ms: 1_600_000_000_000 + u64::from(index),
            body,
        };
        entries.push(entry.sign(&Key::new(key)));
    }
    entries
}

fn tip() -> ChainTip {
    ChainTip {
        head: chain()[4].hash(),
        length: 5,
    }
}

pub fn hello() -> Hello {
    Hello {
        protocols: vec![PROTOCOL, 2],
        workspace: WORKSPACE,
        device: DEVICE,
        signature: owner().sign(&hello_digest(NONCE, WORKSPACE, DEVICE).0),
        incarnation: Incarnation([0xd0; 16]),
        cursor: Seq(1_000_000),
        h: Hash([0xe0; 32]),
        app: "0.1.0".to_owned(),
    }
}

pub fn client_messages() -> Vec<(&'static str, ClientMessage)> {
    let hello_invite = HelloInvite {
        protocols: vec![PROTOCOL],
        workspace: WORKSPACE,
        invite_id: INVITE,
        signature: Key::new(LINK).sign(&invite_digest(NONCE, WORKSPACE, INVITE).0),
    };
    let log = Log {
        after: Seq(127),
        limit: 1000,
        skip_own: true,
    };
    let append = Append {
        workspace: WORKSPACE,
        prev: Hash::ZERO,
        entry: chain()[0].clone(),
        proof: Some(owner().sign(&hello_digest(NONCE, WORKSPACE, DEVICE).0)),
    };
    vec![
        ("hello", ClientMessage::Hello(hello())),
        ("hello_invite", ClientMessage::HelloInvite(hello_invite)),
        ("push", ClientMessage::Push(frame())),
        ("log", ClientMessage::Log(log)),
        ("cursor_ack", ClientMessage::CursorAck(Seq(u64::MAX))),
        ("append", ClientMessage::Append(append)),
        ("chain", ClientMessage::Chain(128)),
        ("ping", ClientMessage::Ping(1 << 40)),
    ]
}

fn log_items() -> LogItems {
    let frame = frame();
    let entry = |number: u16, body| LogEntry {
        seq: Seq(u64::from(number) + 1),
        signed: FrameRef {
            frame: 0,
            position: number,
        },
        body,
    };
    let omitted = &frame.items()[1];
    LogItems {
        frames: vec![frame.head().clone()],
        entries: vec![
            entry(0, LogBody::Full(frame.items()[0].clone())),
            entry(
                1,
                LogBody::Omitted {
                    item_id: omitted.header.item_id,
                    doc_tag: omitted.header.doc_tag,
                    hash: omitted.hash(),
                },
            ),
        ],
        salts: vec![salt()],
        head: Seq(6),
        h: Hash([0xf0; 32]),
    }
}

pub fn relay_messages() -> Vec<(&'static str, RelayMessage)> {
    let challenge = Challenge {
        nonce: NONCE,
        protocols: vec![PROTOCOL],
        name: RELAY_NAME.to_owned(),
        version: "0.1.0".to_owned(),
    };
    let welcome = Welcome {
        incarnation: Incarnation([0xd0; 16]),
        head: Seq(6),
        h: Hash([0xf0; 32]),
        min_seq: Seq(1),
        chain_head: tip().head,
        chain_length: tip().length,
        limits: Limits::default(),
        min_reader: 1,
        min_writer: 300,
    };
    let verdicts = [
        Verdict::Stored,
        Verdict::Duplicate,
        Verdict::Gone,
        Verdict::StaleGeneration,
        Verdict::NeedEpoch,
        Verdict::Denied,
        Verdict::Quota,
        Verdict::Unknown(200),
    ];
    let acks = Acks {
        frame_id: FrameId([0x80; 16]),
        items: verdicts
            .map(|verdict| ItemAck {
                verdict,
                seq: Seq(if verdict.code() < 3 { 300 } else { 0 }),
            })
            .to_vec(),
    };
    let entries = ChainEntries {
        from: 0,
        entries: chain(),
        chain_length: 5,
    };
    let mut messages = vec![
        ("challenge", RelayMessage::Challenge(challenge)),
        ("welcome", RelayMessage::Welcome(welcome)),
        ("acks", RelayMessage::Acks(acks)),
        ("log_items", RelayMessage::LogItems(log_items())),
        ("notify", RelayMessage::Notify(Seq(16_384))),
        ("chain_entries", RelayMessage::ChainEntries(entries)),
        ("appended", RelayMessage::Appended(tip())),
        ("append_conflict", RelayMessage::AppendConflict(tip())),
        ("pong", RelayMessage::Pong(1 << 40)),
    ];
    let refused = |reason| {
        RelayMessage::Refused(Refused {
            reason,
            retry_after_ms: 30_000,
        })
    };
    messages.extend([
        (
            "refused_unknown_workspace",
            refused(RefusedReason::UnknownWorkspace),
        ),
        (
            "refused_bad_signature",
            refused(RefusedReason::BadSignature),
        ),
        (
            "refused_unknown_device",
            refused(RefusedReason::UnknownDevice),
        ),
        (
            "refused_invite_closed",
            refused(RefusedReason::InviteClosed),
        ),
        ("refused_no_protocol", refused(RefusedReason::NoProtocol)),
        ("refused_malformed", refused(RefusedReason::Malformed)),
        ("refused_rate_limited", refused(RefusedReason::RateLimited)),
        ("refused_too_large", refused(RefusedReason::TooLarge)),
        (
            "refused_entry_rejected",
            refused(RefusedReason::EntryRejected),
        ),
        ("refused_not_open", refused(RefusedReason::NotOpen)),
        ("refused_storage", refused(RefusedReason::Storage)),
        ("refused_denied", refused(RefusedReason::Denied)),
        (
            "refused_of_a_later_version",
            refused(RefusedReason::Unknown(99)),
        ),
    ]);
    messages
}
