//! The numbered log of a workspace, as read from the relay.

use crate::{DocTag, FrameHead, Hash, Incarnation, Item, ItemId, SaltRow, Seq};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The hash chain's next link: `h_n = H(h_{n−1} ‖ n ‖ H(item_n))`, with `h_0` all zero.
#[must_use]
pub fn link(previous: Hash, seq: Seq, item: Hash) -> Hash {
    Hash::of(
        "tendero log v1",
        &[&previous.0, &seq.0.to_le_bytes(), &item.0],
    )
}

/// How far a device has read which log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPosition {
    /// Which life of the log; all zero before the first contact.
    pub incarnation: Incarnation,
    /// The last sequence that is durable here; 0 at the start.
    pub cursor: Seq,
    /// The chain's link at the cursor.
    pub h: Hash,
}

/// Where an entry's signature is: an index into [`LogItems::frames`] and into that frame's hash list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameRef {
    /// Index into the batch's frames.
    pub frame: u16,
    /// Index into the frame's hashes.
    pub position: u16,
}

/// What the relay still has of a sequence, or was asked to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogBody {
    /// The item.
    Full(Item),
    /// Only its names and hash: trimmed, erased, or the reader's own and left out on request.
    Omitted {
        /// The item's name.
        item_id: ItemId,
        /// Its document.
        doc_tag: DocTag,
        /// Its hash, so that the chain can be followed.
        hash: Hash,
    },
}

impl LogBody {
    /// The item's hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        match self {
            Self::Full(item) => item.hash(),
            Self::Omitted { hash, .. } => *hash,
        }
    }

    /// The item's name.
    #[must_use]
    pub const fn item_id(&self) -> ItemId {
        match self {
            Self::Full(item) => item.header.item_id,
            Self::Omitted { item_id, .. } => *item_id,
        }
    }

    /// The item's document.
    #[must_use]
    pub const fn doc_tag(&self) -> DocTag {
        match self {
            Self::Full(item) => item.header.doc_tag,
            Self::Omitted { doc_tag, .. } => *doc_tag,
        }
    }
}

/// One numbered item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number.
    pub seq: Seq,
    /// Its signature.
    pub signed: FrameRef,
    /// Itself.
    pub body: LogBody,
}

/// A stretch of the log without gaps. Each frame's head is sent once, however many of its items follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogItems {
    /// Heads of the frames the entries came in.
    pub frames: Vec<FrameHead>,
    /// The entries, ascending and consecutive from the asked-for place.
    pub entries: Vec<LogEntry>,
    /// Salts first stored with one of these entries.
    pub salts: Vec<SaltRow>,
    /// The log's last sequence when this was sent.
    pub head: Seq,
    /// The chain's link at the last entry here (at the asked-for place when there are none).
    pub h: Hash,
}
