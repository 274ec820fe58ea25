//! Why a document cannot be read or edited.

/// Why a document cannot be read or edited.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Bytes are not a change: cut off, or of a format this version does not know.
    #[error("not a change")]
    NotAChange(#[from] automerge::LoadChangeError),
    /// The checksum of a change does not fit: its bytes were damaged on the way.
    #[error("a damaged change")]
    Damaged,
    /// The author of a change is not a member's identifier.
    #[error("the author of the change is not a member")]
    NotAMember,
    /// A value does not go into its written form.
    #[error("a value cannot be written down")]
    Value(#[from] serde_json::Error),
    /// The document did not take an edit.
    #[error("the document did not take it")]
    Document(#[from] automerge::AutomergeError),
    /// A change was made and is not to be found: the document is not to be used any further.
    #[error("a change was lost in the document")]
    Lost,
}
