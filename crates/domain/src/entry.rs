//! What happened with a customer, written down by a person.

use crate::{EntryId, Timestamp};
use serde::{Deserialize, Serialize};

/// The kind of an [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    /// A note; no contact took place.
    Note,
    /// A visit.
    Visit,
    /// A call, in or out.
    Call,
    /// A task to do.
    Task,
}

impl EntryKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Visit, Self::Call, Self::Note, Self::Task];

    /// The word under which the kind is stored; never translated, never changed.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Visit => "visit",
            Self::Call => "call",
            Self::Task => "task",
        }
    }

    /// The kind stored under this word, if this version knows it.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether an entry of this kind means that the customer was in contact with us.
    #[must_use]
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::Visit | Self::Call)
    }
}

/// How a visit or call ended; never preselected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It led to an order.
    Ordered,
    /// It led to no order.
    NoOrder,
    /// Nobody was there.
    Absent,
    /// The place was closed.
    Closed,
}

impl Outcome {
    /// All outcomes, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Ordered, Self::NoOrder, Self::Absent, Self::Closed];

    /// The word under which the outcome is stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::NoOrder => "no-order",
            Self::Absent => "absent",
            Self::Closed => "closed",
        }
    }

    /// The outcome stored under this word, if this version knows it.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
}

/// Something that happened with a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its identifier, unique in the workspace.
    pub id: EntryId,
    /// What it was.
    pub kind: EntryKind,
    /// What the person wrote; may be empty for a visit or a call.
    pub text: String,
    /// How it ended, where the person said so.
    pub outcome: Option<Outcome>,
    /// When it happened, by the clock of the device.
    pub at: Timestamp,
}
