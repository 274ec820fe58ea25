//! Newtypes for everything that is otherwise "some bytes" or "some number".

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Writes bytes as lower-case hexadecimal.
fn write_hex(bytes: &[u8], formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
    bytes
        .iter()
        .try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub struct $name(pub [u8; $length]);

        impl $name {
            /// Number of bytes.
            pub const LENGTH: usize = $length;

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// Reads the id from a slice; `None` when the length differs.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write_hex(&self.0, formatter)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(formatter, "{}({self})", stringify!($name))
            }
        }
    };
}

byte_id!(
    /// A team's data: one log, one membership chain. Random.
    WorkspaceId, 16
);
byte_id!(
    /// One browser profile or one headless member. Random.
    DeviceId, 16
);
byte_id!(
    /// A person of the team, on however many devices. Random.
    MemberId, 16
);
byte_id!(
    /// An item's name, the same however often it is sent; derived in the vault.
    ItemId, 16
);
byte_id!(
    /// What the relay sees of a document: a keyed hash of its id; derived in the vault.
    DocTag, 16
);
byte_id!(
    /// One batch of items as sent. Random; a resent batch is another frame.
    FrameId, 16
);
byte_id!(
    /// One invitation. Random.
    InviteId, 16
);
byte_id!(
    /// Random bytes that enter the key of one document; forgetting them erases it.
    Salt, 16
);
byte_id!(
    /// Names one life of a relay's log; a log made anew or restored gets another. All zero: none known yet.
    Incarnation, 16
);
byte_id!(
    /// What the relay asks a newcomer to sign, new for each connection.
    ChallengeNonce, 32
);
byte_id!(
    /// A SHA-256 hash. All zero stands for "nothing before".
    Hash, 32
);

impl Hash {
    /// What precedes the first link of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// Hashes the parts one after another under a label, so that a hash for one purpose never fits another.
    /// Callers keep parts of fixed length, or the variable one last.
    #[must_use]
    pub fn of(label: &'static str, parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        // The label's length first, so that no label is a prefix of another's input.
        hasher.update([u8::try_from(label.len()).unwrap_or(u8::MAX)]);
        hasher.update(label.as_bytes());
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        pub struct $name(pub $inner);

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

number!(
    /// Place in a workspace's log, counted by the relay from 1 without gaps; 0 is before everything.
    Seq, u64
);
number!(
    /// Number of the shared key in force, from 1.
    Epoch, u32
);
number!(
    /// How often a document was restarted from its current value, from 0.
    Generation, u16
);

impl Seq {
    /// The one after this; stays at the end of the range (which no log reaches).
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
