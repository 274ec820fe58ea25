//! Everything a client or a relay can send. One WebSocket message is one envelope.
//!
//! A connection begins with the relay's [`Challenge`]. The client answers with [`Hello`], or [`HelloInvite`], or, for a
//! workspace the relay has never seen, with an [`Append`] of the Create entry. The relay answers a greeting with
//! [`Welcome`] or [`Refused`]; after `Refused{UnknownWorkspace}`, and after an `Append` that was taken before a `Hello`,
//! the connection stays open and the client sends its `Hello` under the same challenge.

use crate::open_enum::open_enum;
use crate::wire::{self, Unknown, WireError};
use crate::{
    ChallengeNonce, DeviceId, FrameId, Hash, Incarnation, InviteId, LogItems, Seq, SignatureBytes,
    SignedEntry, SignedFrame, WorkspaceId,
};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The only protocol there is so far.
pub const PROTOCOL: u8 = 1;
/// How a relay names itself; anything else is not a relay of ours.
pub const RELAY_NAME: &str = "tendero-relay";

/// A member's device greets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Protocols the client speaks.
    pub protocols: Vec<u8>,
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Which device.
    pub device: DeviceId,
    /// The device's signature over [`hello_digest`].
    pub signature: SignatureBytes,
    /// The life of the log the cursor belongs to; all zero for none.
    pub incarnation: Incarnation,
    /// How far the device has read.
    pub cursor: Seq,
    /// The chain's link there.
    pub h: Hash,
    /// The app's version, for the relay's operator.
    pub app: String,
}

/// The bearer of an invitation greets: may read the membership chain and append its Join, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloInvite {
    /// Protocols the client speaks.
    pub protocols: Vec<u8>,
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Which invitation.
    pub invite_id: InviteId,
    /// The invitation key's signature over [`invite_digest`].
    pub signature: SignatureBytes,
}

/// Asks for the log after a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The first wanted is the one after.
    pub after: Seq,
    /// The most entries wanted in the one answer: the client's credit.
    pub limit: u32,
    /// Leave out the bodies of the asking device's own items.
    pub skip_own: bool,
}

/// Adds an entry to the membership chain if nobody was faster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Append {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// The chain's head the entry follows; zero for a Create entry.
    pub prev: Hash,
    /// The entry.
    pub entry: SignedEntry,
    /// For a Create entry before any `Hello`: the device's signature over [`hello_digest`].
    pub proof: Option<SignatureBytes>,
}

/// The relay speaks first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// To be signed.
    pub nonce: ChallengeNonce,
    /// Protocols the relay speaks.
    pub protocols: Vec<u8>,
    /// [`RELAY_NAME`].
    pub name: String,
    /// The relay's version.
    pub version: String,
}

/// What the relay takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a frame's items.
    pub frame_bytes: u32,
    /// Items of a frame.
    pub frame_items: u32,
    /// Entries of one `LogItems`.
    pub log_items: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 1024 * 1024,
            frame_items: 1000,
            log_items: 1000,
        }
    }
}

/// The greeting was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Which life of the log this is.
    pub incarnation: Incarnation,
    /// The log's last sequence.
    pub head: Seq,
    /// The chain's link there.
    pub h: Hash,
    /// The first sequence whose item is still there.
    pub min_seq: Seq,
    /// Hash of the membership chain's last entry.
    pub chain_head: Hash,
    /// Number of its entries.
    pub chain_length: u32,
    /// What the relay takes.
    pub limits: Limits,
    /// The oldest data version that may read.
    pub min_reader: u16,
    /// The oldest data version that may write.
    pub min_writer: u16,
}

/// What became of one pushed item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAck {
    /// The verdict.
    pub verdict: Verdict,
    /// The item's number with [`Verdict::Stored`] and [`Verdict::Duplicate`], else 0.
    pub seq: Seq,
}

impl ItemAck {
    /// There is no room for the item.
    pub const NO_ROOM: Self = Self {
        verdict: Verdict::Quota,
        seq: Seq(0),
    };
}

open_enum!(
    /// What the relay did with an item.
    Verdict {
        /// Durable under this number.
        1 => Stored,
        /// Was there already under this number.
        2 => Duplicate,
        /// The document was erased.
        3 => Gone,
        /// The document is in a later generation.
        4 => StaleGeneration,
        /// A newer key must be used.
        5 => NeedEpoch,
        /// The device may not write.
        6 => Denied,
        /// The workspace is full.
        7 => Quota,
    }
);

/// What became of a frame's items, in their order. Sent only once they are durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acks {
    /// The frame.
    pub frame_id: FrameId,
    /// One for each item.
    pub items: Vec<ItemAck>,
}

/// Membership entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEntries {
    /// Index of the first one here.
    pub from: u32,
    /// The entries; as many as fit, ask again for the rest.
    pub entries: Vec<SignedEntry>,
    /// Number of entries the chain has.
    pub chain_length: u32,
}

/// The chain's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainTip {
    /// Hash of the last entry.
    pub head: Hash,
    /// Number of entries.
    pub length: u32,
}

open_enum!(
    /// Why a relay refuses.
    RefusedReason {
        /// There is no such workspace here. The connection stays open for a Create entry.
        1 => UnknownWorkspace,
        /// The challenge's signature does not verify.
        2 => BadSignature,
        /// The device is not on the chain.
        3 => UnknownDevice,
        /// The invitation is unknown, used up, revoked or expired.
        4 => InviteClosed,
        /// No protocol in common.
        5 => NoProtocol,
        /// The bytes are not a message, or out of order.
        6 => Malformed,
        /// Too much at once.
        7 => RateLimited,
        /// Over a size limit.
        8 => TooLarge,
        /// The entry does not follow from the chain's rules.
        9 => EntryRejected,
        /// The relay takes no new workspace.
        10 => NotOpen,
        /// The relay cannot store at present.
        11 => Storage,
        /// The device or the bearer of an invitation may not do that.
        12 => Denied,
    }
);

/// The relay will not. Except for [`RefusedReason::UnknownWorkspace`], [`RefusedReason::EntryRejected`],
/// [`RefusedReason::Denied`] and [`RefusedReason::RateLimited`] it closes the connection after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Why.
    pub reason: RefusedReason,
    /// When to try again, milliseconds from now; 0 whenever.
    pub retry_after_ms: u32,
}

/// What a device signs to greet.
#[must_use]
pub fn hello_digest(nonce: ChallengeNonce, workspace: WorkspaceId, device: DeviceId) -> Hash {
    Hash::of("tendero hello v1", &[&nonce.0, &workspace.0, &device.0])
}

/// What the bearer of an invitation signs to greet.
#[must_use]
pub fn invite_digest(nonce: ChallengeNonce, workspace: WorkspaceId, invite: InviteId) -> Hash {
    Hash::of("tendero invite v1", &[&nonce.0, &workspace.0, &invite.0])
}

macro_rules! messages {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $code:literal => $variant:ident($body:ty)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant($body),)+
            /// Something newer, to be skipped.
            Unknown(Unknown),
        }

        impl $name {
            /// The message as bytes.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                match self {
                    $(Self::$variant(body) => wire::seal(wire::VERSION, $code, &wire::body(body)),)+
                    Self::Unknown(unknown) => wire::seal(unknown.version, unknown.kind, &unknown.bytes),
                }
            }

            /// Reads a message; the bytes must be exactly one.
            ///
            /// # Errors
            /// [`WireError`]. An unknown kind or version is no error.
            pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
                let (version, kind, body) = wire::open(bytes)?;
                Ok(match (version, kind) {
                    $((wire::VERSION, $code) => Self::$variant(wire::parse(body)?),)+
                    _ => Self::Unknown(Unknown { version, kind, bytes: body.to_vec() }),
                })
            }
        }
    };
}

messages!(
    /// From a client to the relay.
    ClientMessage {
        /// A device greets.
        0x01 => Hello(Hello),
        /// The bearer of an invitation greets.
        0x02 => HelloInvite(HelloInvite),
        /// Items to store.
        0x03 => Push(SignedFrame),
        /// The log, please.
        0x04 => Log(Log),
        /// Everything up to here is durable at the device.
        0x05 => CursorAck(Seq),
        /// An entry for the membership chain.
        0x06 => Append(Append),
        /// The membership chain from this index, please.
        0x07 => Chain(u32),
        /// Are you there? The number comes back.
        0x08 => Ping(u64),
    }
);

messages!(
    /// From the relay to a client.
    RelayMessage {
        /// Sign this.
        0x81 => Challenge(Challenge),
        /// Come in.
        0x82 => Welcome(Welcome),
        /// What became of a frame.
        0x83 => Acks(Acks),
        /// A stretch of the log.
        0x84 => LogItems(LogItems),
        /// The log has grown to here.
        0x85 => Notify(Seq),
        /// A stretch of the membership chain.
        0x86 => ChainEntries(ChainEntries),
        /// The entry was taken and is durable; also sent to the other devices when the chain has grown.
        0x87 => Appended(ChainTip),
        /// Somebody was faster.
        0x88 => AppendConflict(ChainTip),
        /// Yes.
        0x89 => Pong(u64),
        /// No.
        0x8a => Refused(Refused),
    }
);
