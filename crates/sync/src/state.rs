use tendero_protocol::Seq;
use tendero_protocol::message::RefusedReason;

/// Where the device stands with its relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The network is not used.
    Idle,
    /// On the way.
    Connecting,
    /// Connected; there is something to send or to fetch.
    Waiting {
        /// Items that the relay has not acknowledged.
        pending: u32,
    },
    /// Connected, and both have the same.
    Synced {
        /// The log's last number.
        seq: Seq,
    },
    /// The relay cannot be reached; it is tried again.
    Offline,
    /// Whatever answers there is no relay; it is tried again from time to time.
    NotARelay,
    /// The relay will not; it is tried again from time to time.
    Refused(RefusedReason),
    /// The relay's log or membership chain is not a continuation of what this device has seen: forked, rolled back, or
    /// changed. Nothing of it is taken, nothing here is discarded, own items are still offered.
    Damaged,
}
