//! Why stored bytes could not be read.

/// Why a stored row or segment cannot be used; the projection is then rebuilt from the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Written by a version of Tendero this one does not know.
    #[error("version {0} of a stored row or segment is not known")]
    UnknownVersion(u8),
    /// The bytes are cut off, carry something after their end, or contradict themselves.
    #[error("a stored row or segment is damaged")]
    Damaged,
}
