//! Entries of the membership chain: who belongs to a workspace, signed and linked.

use crate::signature::{PublicKey, SignatureBytes, Signer};
use crate::{Bytes, DeviceId, Hash, InviteId, MemberId, Role, WireError, WorkspaceId, wire};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A device's public half and the person behind it, as an entry introduces them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// The person.
    pub member: MemberId,
    /// The device.
    pub device: DeviceId,
    /// The device's Ed25519 key.
    pub key: PublicKey,
    /// The device's X25519 key, for sealing to it; `None` where the device has none yet.
    pub sealing_key: Option<[u8; 32]>,
    /// The person's name, sealed by the vault; empty when the person is known already.
    pub sealed_name: Bytes,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name.
    pub invite_id: InviteId,
    /// Public half of the key that the link's secret gives.
    pub key: PublicKey,
    /// The role a newcomer gets.
    pub role: Role,
    /// Set: for another device of this person (the inviter), not for a new one.
    pub member: Option<MemberId>,
    /// When the relay stops taking it, milliseconds since 1970; 0 never. Devices do not judge by their clocks.
    pub expires_ms: u64,
    /// How many devices may use it, at least 1.
    pub max_uses: u16,
    /// The keyring, sealed under the link's secret.
    pub sealed_keyring: Bytes,
}

/// A newcomer's acceptance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The invitation used.
    pub invite_id: InviteId,
    /// Its key's signature over [`join_digest`].
    pub invite_signature: SignatureBytes,
    /// Who joins.
    pub newcomer: Newcomer,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryBody {
    /// First entry: the workspace begins with its owner.
    Create(Newcomer),
    /// An invitation is open.
    Invite(Invitation),
    /// A device joins.
    Join(Acceptance),
    /// An invitation is closed.
    RevokeInvite(InviteId),
    /// Something a newer version knows: kept and hashed.
    Unknown {
        /// Kind byte.
        kind: u8,
        /// Body.
        bytes: Vec<u8>,
    },
}

impl EntryBody {
    fn to_parts(&self) -> (u8, Vec<u8>) {
        match self {
            Self::Create(newcomer) => (1, wire::body(newcomer)),
            Self::Invite(invitation) => (2, wire::body(invitation)),
            Self::Join(acceptance) => (3, wire::body(acceptance)),
            Self::RevokeInvite(invite_id) => (4, wire::body(invite_id)),
            Self::Unknown { kind, bytes } => (*kind, bytes.clone()),
        }
    }

    fn from_parts(kind: u8, bytes: &[u8]) -> Result<Self, WireError> {
        Ok(match kind {
            1 => Self::Create(wire::parse(bytes)?),
            2 => Self::Invite(wire::parse(bytes)?),
            3 => Self::Join(wire::parse(bytes)?),
            4 => Self::RevokeInvite(wire::parse(bytes)?),
            kind => Self::Unknown {
                kind,
                bytes: bytes.to_vec(),
            },
        })
    }
}

/// One entry in the open, ready to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the entry before; [`Hash::ZERO`] for the first.
    pub prev: Hash,
    /// Number of entries before.
    pub index: u32,
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// The device that signs.
    pub device: DeviceId,
    /// When, by the signer's clock, milliseconds since 1970. For display.
    pub time_ms: u64,
    /// What it says.
    pub body: EntryBody,
}

#[derive(Serialize, Deserialize)]
struct EntryV1 {
    prev: Hash,
    index: u32,
    workspace: WorkspaceId,
    device: DeviceId,
    time_ms: u64,
    kind: u8,
    body: Bytes,
}

/// Version and kind byte of an entry's own envelope.
const ENTRY_KIND: u8 = 0x60;

impl Entry {
    /// Signs the entry.
    #[must_use]
    pub fn sign(&self, signer: &(impl Signer + ?Sized)) -> SignedEntry {
        let (kind, body) = self.body.to_parts();
        let bytes = wire::seal(
            wire::VERSION,
            ENTRY_KIND,
            &wire::body(&EntryV1 {
                prev: self.prev,
                index: self.index,
                workspace: self.workspace,
                device: self.device,
                time_ms: self.time_ms,
                kind,
                body: Bytes(body),
            }),
        );
        let signature = signer.sign(&hash_of(&bytes).0);
        SignedEntry {
            bytes: Bytes(bytes),
            signature,
        }
    }
}

/// An entry as sent and stored: the signed bytes stay as they are, whoever made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedEntry {
    bytes: Bytes,
    signature: SignatureBytes,
}

impl SignedEntry {
    /// The entry's hash, which the next entry names.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash_of(&self.bytes.0)
    }

    /// Whether the key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(&self.hash().0, &self.signature)
    }

    /// Reads what it says, as claimed: see [`crate::Chain::append`] for the checks.
    ///
    /// # Errors
    /// [`WireError`]; an entry of a newer version is malformed here, since nothing can be said about its links.
    pub fn read(&self) -> Result<Entry, WireError> {
        let (version, kind, body) = wire::open(&self.bytes.0)?;
        if (version, kind) != (wire::VERSION, ENTRY_KIND) {
            return Err(WireError::Malformed);
        }
        let entry: EntryV1 = wire::parse(body)?;
        Ok(Entry {
            prev: entry.prev,
            index: entry.index,
            workspace: entry.workspace,
            device: entry.device,
            time_ms: entry.time_ms,
            body: EntryBody::from_parts(entry.kind, &entry.body.0)?,
        })
    }

    /// Entry and signature as bytes to store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::body(self)
    }

    /// Reads a stored entry.
    ///
    /// # Errors
    /// [`WireError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::parse(bytes)
    }
}

fn hash_of(bytes: &[u8]) -> Hash {
    Hash::of("tendero chain v1", &[bytes])
}

/// What the invitation's key signs for a newcomer: nobody else can use the signature.
#[must_use]
pub fn join_digest(
    workspace: WorkspaceId,
    invite_id: InviteId,
    member: MemberId,
    device: DeviceId,
    key: &PublicKey,
) -> Hash {
    Hash::of(
        "tendero join v1",
        &[&workspace.0, &invite_id.0, &member.0, &device.0, &key.0],
    )
}
