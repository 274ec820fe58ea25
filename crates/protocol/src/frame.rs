//! A batch of items signed once by the device that sends it.

use crate::signature::{PublicKey, SignatureBytes, Signer, Verified};
use crate::wire::{MAX_FRAME_BYTES, MAX_FRAME_ITEMS};
use crate::{DeviceId, DocTag, FrameId, Hash, Item, Salt, WorkspaceId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Who sent a batch, and what the device knew of the membership chain then.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameHeader {
    /// Where it belongs; signed, so that a frame cannot be replayed elsewhere.
    pub workspace: WorkspaceId,
    /// Its name.
    pub frame_id: FrameId,
    /// Its sender.
    pub device: DeviceId,
    /// Number of chain entries the sender had seen.
    pub chain_index: u32,
}

/// A document's salt. It is not signed: a false one opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SaltRow {
    /// The document.
    pub doc_tag: DocTag,
    /// A salt of it. A document made on two devices at once has two; readers try both.
    pub salt: Salt,
}

/// Why a frame is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Over [`MAX_FRAME_ITEMS`] or [`MAX_FRAME_BYTES`], or empty.
    #[error("the frame is empty or over the limits")]
    Size,
    /// It belongs to another workspace.
    #[error("the frame belongs to another workspace")]
    Workspace,
    /// Not signed by that key.
    #[error("the frame's signature does not verify")]
    Signature,
    /// An item is not the one that was signed.
    #[error("an item differs from the signed one")]
    Item,
}

/// A batch before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Sender and place.
    pub header: FrameHeader,
    /// The items, in the order they are to be numbered.
    pub items: Vec<Item>,
    /// Salts of documents whose salt the log has not shown yet.
    pub salts: Vec<SaltRow>,
}

impl Frame {
    /// Signs the batch.
    ///
    /// # Errors
    /// [`FrameError::Size`].
    pub fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<SignedFrame, FrameError> {
        check_size(&self.items, &self.salts)?;
        let hashes: Vec<Hash> = self.items.iter().map(Item::hash).collect();
        let signature = signer.sign(&digest(&self.header, &hashes).0);
        Ok(SignedFrame {
            head: FrameHead {
                header: self.header,
                hashes,
                signature,
            },
            items: self.items,
            salts: self.salts,
        })
    }
}

/// Header, hash list and signature of a frame: enough to verify any one of its items, kept as long as one survives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameHead {
    header: FrameHeader,
    hashes: Vec<Hash>,
    signature: SignatureBytes,
}

impl FrameHead {
    /// Sender and place, as claimed.
    #[must_use]
    pub const fn header(&self) -> &FrameHeader {
        &self.header
    }

    /// Hashes of all items the frame had.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`FrameError::Size`], [`FrameError::Workspace`] or [`FrameError::Signature`].
    pub fn verify(
        self,
        workspace: WorkspaceId,
        key: &PublicKey,
    ) -> Result<Verified<Self>, FrameError> {
        if self.hashes.is_empty() || self.hashes.len() > MAX_FRAME_ITEMS {
            return Err(FrameError::Size);
        }
        if self.header.workspace != workspace {
            return Err(FrameError::Workspace);
        }
        if !key.verifies(&digest(&self.header, &self.hashes).0, &self.signature) {
            return Err(FrameError::Signature);
        }
        Ok(Verified::new(self))
    }

    /// The head as bytes to store; read back with [`FrameHead::decode`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        crate::wire::body(self)
    }

    /// Reads a stored head.
    ///
    /// # Errors
    /// [`crate::WireError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::WireError> {
        crate::wire::parse(bytes)
    }
}

/// A batch as pushed: signature and items, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedFrame {
    head: FrameHead,
    items: Vec<Item>,
    salts: Vec<SaltRow>,
}

impl SignedFrame {
    /// Header, hashes and signature.
    #[must_use]
    pub const fn head(&self) -> &FrameHead {
        &self.head
    }

    /// The items, in the order of [`FrameHead::hashes`] once verified.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Salts that came along.
    #[must_use]
    pub fn salts(&self) -> &[SaltRow] {
        &self.salts
    }

    /// Checks size, signature and every item against its hash.
    ///
    /// # Errors
    /// Any [`FrameError`].
    pub fn verify(
        self,
        workspace: WorkspaceId,
        key: &PublicKey,
    ) -> Result<Verified<Self>, FrameError> {
        check_size(&self.items, &self.salts)?;
        let Self { head, items, salts } = self;
        let head = head.verify(workspace, key)?.into_inner();
        if head.hashes.len() != items.len()
            || !items
                .iter()
                .zip(&head.hashes)
                .all(|(item, hash)| item.hash() == *hash)
        {
            return Err(FrameError::Item);
        }
        Ok(Verified::new(Self { head, items, salts }))
    }

    /// Head, items and salts.
    #[must_use]
    pub fn into_parts(self) -> (FrameHead, Vec<Item>, Vec<SaltRow>) {
        (self.head, self.items, self.salts)
    }
}

fn check_size(items: &[Item], salts: &[SaltRow]) -> Result<(), FrameError> {
    let bytes: usize = items.iter().map(Item::size).sum();
    let fits = !items.is_empty()
        && items.len() <= MAX_FRAME_ITEMS
        && bytes <= MAX_FRAME_BYTES
        && salts.len() <= items.len();
    if fits { Ok(()) } else { Err(FrameError::Size) }
}

/// What is signed.
fn digest(header: &FrameHeader, hashes: &[Hash]) -> Hash {
    let head = crate::wire::body(header);
    let mut parts: Vec<&[u8]> = Vec::with_capacity(hashes.len() + 1);
    // The header's chain index is a varint: it is bounded by its length, and the hashes after it are of fixed size.
    let length = [u8::try_from(head.len()).unwrap_or(u8::MAX)];
    parts.push(&length);
    parts.push(&head);
    parts.extend(hashes.iter().map(|hash| hash.0.as_slice()));
    Hash::of("tendero frame v1", &parts)
}
