//! What devices and the relay say to each other: the bytes, and nothing about customers or keys.
//!
//! - [`wire`]: the envelope `[version][kind][length]` around every message and its limits;
//! - [`item`], [`frame`]: one encrypted change, and a signed batch of them;
//! - [`log`]: the numbered log a relay keeps and the hash chain that makes forks visible;
//! - [`entry`], [`chain`]: the signed membership chain of a workspace and its fold;
//! - [`message`]: everything a client or a relay can send.
//!
//! **Architecture invariants.** No input and output, no clock, no randomness, no secret, nothing of the domain.
//! Every decoder is total: foreign bytes give a value or an error, never a panic, and never an allocation that the
//! length of the input does not justify. What a newer version sends is kept as bytes, not dropped.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

extern crate alloc;

pub mod bytes;
pub mod chain;
pub mod entry;
pub mod frame;
pub mod id;
pub mod item;
pub mod log;
pub mod message;
mod open_enum;
pub mod role;
pub mod signature;
pub mod wire;

pub use bytes::Bytes;
pub use chain::{Chain, ChainError, Device, Invite, Member};
pub use entry::{Entry, EntryBody, SignedEntry};
pub use frame::{Frame, FrameError, FrameHead, FrameHeader, SaltRow, SignedFrame};
pub use id::{
    ChallengeNonce, DeviceId, DocTag, Epoch, FrameId, Generation, Hash, Incarnation, InviteId,
    ItemId, MemberId, Salt, Seq, WorkspaceId,
};
pub use item::{Item, ItemHeader, ItemKind};
pub use log::{FrameRef, LogBody, LogEntry, LogItems, LogPosition};
pub use message::{ClientMessage, RelayMessage};
pub use role::Role;
pub use signature::{PublicKey, SignatureBytes, Signer, Verified};
pub use wire::{Unknown, WireError};
