//! Keys and envelopes: everything that may be read only by members is sealed and opened here.
//!
//! - [`LocalKey`]: what lies in this device's store;
//! - [`DeviceKey`]: who a device is;
//! - [`Keyring`]: the team's keys, and with them items, names, tags and derived identifiers;
//! - [`InviteSecret`], [`InviteLink`]: how the keyring reaches a newcomer.
//!
//! **Architecture invariants.** Constructors named `make` draw from the [`Random`] that is handed in, everything else is
//! deterministic. What is derived for one purpose never fits another: each has a label of its own. Ciphers, hashes and
//! padding are private to this crate; nobody else combines them. Nothing here prints a secret, and what holds one wipes it
//! when dropped.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

extern crate alloc;

mod cipher;
mod derive;
mod device;
mod error;
mod invite;
mod item;
mod keyring;
mod link;
mod local;
mod padding;
mod squeeze;

pub use device::DeviceKey;
pub use error::VaultError;
pub use invite::InviteSecret;
pub use item::{ItemDraft, MAX_PLAIN};
pub use keyring::Keyring;
pub use link::{InviteLink, LinkError};
pub use local::LocalKey;

/// Randomness that is handed in: the browser's, or a test's.
pub trait Random {
    /// Fills the bytes; cryptographically strong everywhere but in tests.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// Fresh bytes.
fn random<const N: usize>(rng: &mut dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod testing;
