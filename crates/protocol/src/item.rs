//! One encrypted change (or snapshot, or erasure) of one document.

use crate::open_enum::open_enum;
use crate::{Bytes, DocTag, Epoch, Generation, Hash, ItemId};
use serde::{Deserialize, Serialize};

open_enum!(
    /// What an item holds.
    ItemKind {
        /// Changes of a document.
        1 => Change,
        /// A whole document that stands for earlier items.
        2 => Snapshot,
        /// The document is to be forgotten.
        3 => Erase,
        /// A member's statement about the log.
        4 => Check,
        /// A piece of an attachment.
        5 => Blob,
    }
);

/// What the relay can read of an item. All of it is bound to the ciphertext as associated data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemHeader {
    /// The item's lasting name.
    pub item_id: ItemId,
    /// The document, as the relay knows it.
    pub doc_tag: DocTag,
    /// The document's generation.
    pub generation: Generation,
    /// What it holds.
    pub kind: ItemKind,
    /// Which keyring the epoch belongs to; 0 is the team's.
    pub keyring: u8,
    /// Which key of the keyring.
    pub epoch: Epoch,
    /// Which compression dictionary; 0 is none.
    pub dictionary: u8,
    /// Nonce of XChaCha20-Poly1305.
    pub nonce: [u8; 24],
}

impl ItemHeader {
    /// Length of [`ItemHeader::to_bytes`].
    pub const LENGTH: usize = 66;

    /// The header as fixed bytes, led by the version: associated data of the ciphertext and input of the hash.
    /// Order: version, item id, doc tag, generation LE, kind, keyring, epoch LE, dictionary, nonce.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        let fields: [&[u8]; 9] = [
            &[crate::wire::VERSION],
            &self.item_id.0,
            &self.doc_tag.0,
            &self.generation.0.to_le_bytes(),
            &[self.kind.code()],
            &[self.keyring],
            &self.epoch.0.to_le_bytes(),
            &[self.dictionary],
            &self.nonce,
        ];
        for (place, byte) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        bytes
    }
}

/// An item as it travels and is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What everybody may read.
    pub header: ItemHeader,
    /// What members may read.
    pub ciphertext: Bytes,
}

impl Item {
    /// Hash of header and ciphertext: what frames sign and the log chains.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(
            "tendero item v1",
            &[&self.header.to_bytes(), &self.ciphertext.0],
        )
    }

    /// Bytes the item counts for against frame and batch limits.
    #[must_use]
    pub fn size(&self) -> usize {
        // Length prefix and signature share included, rounded up.
        ItemHeader::LENGTH + self.ciphertext.0.len() + 40
    }
}
