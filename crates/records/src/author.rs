//! Whose hand an edit is, and what a change says about that.

use crate::document::change_of;
use crate::{ChangeHash, RecordError, first};
use tendero_domain::{ActionId, MemberId, Timestamp};

/// Whose hand an edit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The person.
    pub member: MemberId,
    /// The action the edit belongs to; written into the change as its message.
    pub action: ActionId,
    /// The time by the clock of the device; the change keeps it to the second.
    pub at: Timestamp,
    /// Sixteen random bytes, fresh for every loading of the document and never stored: two tabs with the same ones would
    /// write two changes of one number, which no document takes.
    pub actor: [u8; 16],
}

/// What a change says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFacts {
    /// Its hash.
    pub hash: ChangeHash,
    /// The actor that numbered it.
    pub actor: Vec<u8>,
    /// Which change of this actor it is, from 1.
    pub seq: u64,
    /// The person, where the change names one: the first change of every actor does. Further changes of the same actor are
    /// by the same person. The first change of an import names nobody.
    pub author: Option<MemberId>,
    /// Whether its actor is the hash of its own content, as that of an import's first change is (see
    /// [`first_change`](crate::first_change)): whoever sends it, it can only say what it says.
    pub of_content: bool,
    /// Seconds since 1970-01-01 by the clock of the device; 0 where it is not known.
    pub time: i64,
    /// The action it belongs to.
    pub action: Option<ActionId>,
    /// The changes it was made upon.
    pub deps: Vec<ChangeHash>,
}

/// Reads what a change says about itself.
///
/// # Errors
/// [`RecordError::NotAChange`] or [`RecordError::Damaged`] when the bytes are none, [`RecordError::NotAMember`] when the author is nobody who could be a member.
pub fn change_facts(bytes: &[u8]) -> Result<ChangeFacts, RecordError> {
    let change = change_of(bytes)?;
    let author = change
        .author()
        .map(|author| member_of(author.as_bytes()).ok_or(RecordError::NotAMember))
        .transpose()?;
    Ok(ChangeFacts {
        hash: change.hash().0,
        actor: change.actor_id().to_bytes().to_vec(),
        seq: change.seq(),
        author,
        of_content: author.is_none() && first::is_of_content(&change),
        time: change.timestamp(),
        action: change.message().and_then(|message| message.parse().ok()),
        deps: change.deps().iter().map(|hash| hash.0).collect(),
    })
}

/// The member whose identifier these bytes are.
pub(crate) fn member_of(bytes: &[u8]) -> Option<MemberId> {
    bytes.try_into().ok().map(MemberId::from_bytes)
}
