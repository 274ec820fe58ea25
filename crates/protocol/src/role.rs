//! What a member may do.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member's role; each may do what the ones before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Reader,
    /// Reads and writes customers.
    Writer,
    /// Also invites, revokes and erases.
    Admin,
    /// Also hands the workspace on.
    Owner,
}

impl Role {
    /// The byte on the wire.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Reader => 1,
            Self::Writer => 2,
            Self::Admin => 3,
            Self::Owner => 4,
        }
    }

    /// The role of a byte; one that is not known is the least, so that a newer version's role never gives more
    /// than this version understands.
    #[must_use]
    pub const fn from_code(code: u8) -> Self {
        match code {
            2 => Self::Writer,
            3 => Self::Admin,
            4 => Self::Owner,
            _ => Self::Reader,
        }
    }

    /// Whether the role may push items.
    #[must_use]
    pub fn may_write(self) -> bool {
        self >= Self::Writer
    }

    /// Whether the role may invite and revoke.
    #[must_use]
    pub fn may_invite(self) -> bool {
        self >= Self::Admin
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(Self::from_code)
    }
}
