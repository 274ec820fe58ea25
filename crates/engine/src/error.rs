//! What can go wrong inside the engine, and the word the page gets for it.

use tendero_messages::Refusal;
use tendero_records::RecordError;
use tendero_store::StoreError;
use tendero_vault::VaultError;

/// Why the engine could not do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value does not open under this device's key: it was damaged or put elsewhere.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A document did not take it.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Bytes in the store are not what they should be.
    #[error("a stored value is damaged")]
    Damaged,
    /// Bytes in the store were written by a newer version of the app.
    #[error("a stored value is of a newer version")]
    Newer,
    /// A command cannot be carried out as it is.
    #[error("refused: {0:?}")]
    Refused(Refusal),
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl EngineError {
    /// The page's word for it.
    pub(crate) fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => *refusal,
            Self::Store(StoreError::Full) => Refusal::StorageFull,
            _ => Refusal::StorageFailed,
        }
    }
}
