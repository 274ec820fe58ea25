use crate::{State, Stretch};
use tendero_protocol::message::{RefusedReason, Verdict};
use tendero_protocol::{ChainError, Hash, ItemId, Seq, SignedEntry};

/// Something to be done, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a connection to the relay; an older one is forgotten.
    Connect,
    /// Close the connection and forget it: nothing of it is told any more.
    Close,
    /// Send a message over it.
    Send(Vec<u8>),
    /// Say [`crate::Event::Woken`] in so many milliseconds; replaces an earlier wish.
    Wake(u64),
    /// Hand out unacknowledged items from the first again.
    FromStart,
    /// Hand out the next items with [`crate::Event::Items`].
    NextItems {
        /// At most so many.
        max_items: usize,
        /// At most so many bytes of [`tendero_protocol::Item::size`] together; the first item may be larger.
        max_bytes: usize,
    },
    /// What the relay did with items. Those that it stored need not be sent again.
    Acked(Vec<(ItemId, Ack)>),
    /// Make this durable in one transaction with its position, then say [`crate::Event::Applied`].
    Apply(Stretch),
    /// New entries of the membership chain, verified: keep them, in order. They are the last ones of
    /// [`crate::Sync::chain`]; at most once for an event.
    Chain(Vec<SignedEntry>),
    /// The entry is on the chain, durable at the relay. The hash is the entry's.
    Appended(Hash),
    /// The entry is not on the chain.
    AppendFailed(AppendFailure),
    /// Where things stand has changed.
    State(State),
}

/// What became of an item at the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// Durable under this number.
    Stored(Seq),
    /// Not taken. It is offered again with the next connection unless it is taken out of the outbox.
    Refused(Verdict),
}

/// Why an entry is not on the membership chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFailure {
    /// There is no connection, or it broke before the answer. In the second case the entry may be on the chain all the same.
    Disconnected,
    /// The chain's own rules do not allow it.
    Chain(ChainError),
    /// The relay refused.
    Refused(RefusedReason),
    /// Others were faster every time.
    Busy,
}
