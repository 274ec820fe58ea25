use tendero_protocol::Epoch;

/// Why something sealed does not open, or stored keys cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Sealed by a newer version of the app, in a form this one does not know.
    #[error("sealed in the newer form {0}")]
    Newer(u8),
    /// Cut short, changed, put in another place, or sealed with another key. Which of these cannot be told apart.
    #[error("damaged, or sealed with another key")]
    Damaged,
    /// The keyring has no such key.
    #[error("no key for epoch {epoch} of keyring {keyring}")]
    NoKey {
        /// Which keyring; 0 is the team's.
        keyring: u8,
        /// Which key of it.
        epoch: Epoch,
    },
    /// Compressed with a dictionary that a newer version brought.
    #[error("compressed with the unknown dictionary {0}")]
    Dictionary(u8),
    /// Grows beyond [`crate::MAX_PLAIN`] when opened.
    #[error("too large when opened")]
    TooLarge,
}
