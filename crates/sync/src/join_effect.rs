use tendero_protocol::Chain;
use tendero_vault::Keyring;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinEvent {
    /// The connection is open.
    Opened,
    /// A message came over it.
    Received(Vec<u8>),
    /// It is closed, or could not be opened.
    Closed,
    /// It could not be opened, and what answers there in other ways is not a relay.
    NotARelay,
    /// The time named by [`JoinEffect::Wake`] has come.
    Woken,
}

/// Something to be done.
#[derive(Debug)]
// On wasm32 its pointers are half as long, and it is not that large.
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "the large one is made once in a device's life"
    )
)]
pub enum JoinEffect {
    /// Open a connection to the relay; an older one is forgotten.
    Connect,
    /// Close the connection and forget it.
    Close,
    /// Send a message over it.
    Send(Vec<u8>),
    /// Say [`JoinEvent::Woken`] in so many milliseconds; replaces an earlier wish.
    Wake(u64),
    /// In: the chain with the newcomer on it, and the team's keys. The last effect.
    Joined {
        /// The membership chain, verified from the entry that the link names.
        chain: Chain,
        /// The team's keys.
        keyring: Keyring,
    },
    /// Not in. The last effect.
    Failed(JoinFailure),
}

/// Why a newcomer is not in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinFailure {
    /// The relay cannot be reached, or cannot store at present.
    RelayAway,
    /// Whatever answers there is no relay.
    NotARelay,
    /// The invitation is unknown to the relay, used up, closed or expired.
    InviteGone,
    /// The relay's membership chain is not the one of the link, or does not hold.
    ChainMismatch,
    /// The link does not open the team's keys.
    Damaged,
}
