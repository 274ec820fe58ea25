//! A saved segment as a document.

use crate::document::{Applied, Document, Parked};
use crate::layout::{TOP, segment};
use crate::pen::{Edited, Held, Inverse, Undone};
use crate::reader::Reader;
use crate::{Author, ChangeHash, RecordError};
use core::fmt;
use tendero_domain::{MemberId, Rule};

const NAME_KEY: &str = "name";
const RULE_KEY: &str = "rule";
const DELETED_KEY: &str = "deleted";

/// A loaded segment.
pub struct Segment {
    document: Document,
}

/// What a segment's document says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentRecord {
    /// Its name.
    pub name: String,
    /// Who belongs to it; `None` when there is no rule, or a newer version wrote one that this version does not know.
    pub rule: Option<Rule>,
    /// Whether it was taken out of the list.
    pub deleted: bool,
}

impl Segment {
    /// A segment without name and rule.
    ///
    /// # Errors
    /// None in practice: only if Automerge refused the constant genesis.
    pub fn new() -> Result<Self, RecordError> {
        let document = Document::new(&segment::KIND)?;
        Ok(Self { document })
    }

    /// The segment that these changes make, in any order, and those of them that did not go in.
    ///
    /// # Errors
    /// As [`Segment::new`].
    pub fn from_changes(changes: &[impl AsRef<[u8]>]) -> Result<(Self, Vec<Parked>), RecordError> {
        let (document, parked) = Document::from_changes(&segment::KIND, changes)?;
        Ok((Self { document }, parked))
    }

    /// The member whose first change introduced this actor; `None` when it is unknown.
    #[must_use]
    pub fn member_of_actor(&self, actor: &[u8]) -> Option<MemberId> {
        self.document.member_of_actor(actor)
    }

    /// Takes in changes, in any order; known ones are harmless.
    pub fn apply(&mut self, changes: &[impl AsRef<[u8]>]) -> Applied {
        self.document.apply(changes)
    }

    /// Writes name and rule and brings the segment back if it was taken out; `None` when nothing differs.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn save(
        &mut self,
        author: &Author,
        name: &str,
        rule: &Rule,
    ) -> Result<Option<Edited>, RecordError> {
        let now = self.read();
        let text = serde_json::to_string(rule)?;
        self.document.edit(author, |pen| {
            pen.put(TOP, NAME_KEY, Some(Held::Text(name.to_owned())))?;
            // An equal rule that a newer version wrote in another form stays as it is.
            if now.rule.as_ref() != Some(rule) || pen.values(TOP, RULE_KEY)?.len() > 1 {
                pen.put(TOP, RULE_KEY, Some(Held::Text(text)))?;
            }
            if now.deleted {
                pen.put(TOP, DELETED_KEY, Some(Held::Flag(false)))?;
            }
            Ok(())
        })
    }

    /// Takes the segment out of the list or brings it back; `None` when nothing differs.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn set_deleted(
        &mut self,
        author: &Author,
        deleted: bool,
    ) -> Result<Option<Edited>, RecordError> {
        if self.read().deleted == deleted {
            return Ok(None);
        }
        self.document.edit(author, |pen| {
            pen.put(TOP, DELETED_KEY, Some(Held::Flag(deleted)))
        })
    }

    /// Takes values back where they still are what the action left.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn undo(&mut self, author: &Author, inverses: &[Inverse]) -> Result<Undone, RecordError> {
        self.document.undo(author, inverses)
    }

    /// What the document says.
    #[must_use]
    pub fn read(&self) -> SegmentRecord {
        let mut reader = Reader::new(&self.document);
        let mut record = SegmentRecord::default();
        for item in reader.items(TOP) {
            match item.key.as_ref() {
                NAME_KEY => record.name = reader.text(&reader.winner(&item)).unwrap_or_default(),
                RULE_KEY => {
                    let text = reader.text(&reader.winner(&item));
                    record.rule = text.and_then(|text| serde_json::from_str(&text).ok());
                }
                DELETED_KEY => record.deleted = reader.is_hidden(TOP, &item),
                _ => {}
            }
        }
        record
    }

    /// The hashes of the changes upon which nothing was made yet, sorted: equal for equal documents.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.document.heads()
    }

    /// Whether there is anything beyond the genesis.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.document.has_changes()
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendero_domain::{ActionId, MemberId, Timestamp};

    #[test]
    fn a_rule_of_a_newer_version_is_no_rule_here_and_stays_until_somebody_writes_one() {
        let author = Author {
            member: MemberId::from_bytes([1; 16]),
            action: ActionId::from_bytes([2; 16]),
            at: Timestamp {
                ms: 0,
                offset_minutes: 0,
            },
            actor: [3; 16],
        };
        // A word this version does not know, and a rule nested beyond what is read.
        for newer in [r#"{"most":[]}"#.to_owned(), "{\"not\":".repeat(500)] {
            let mut segment = Segment::new().unwrap();
            segment.save(&author, "n", &Rule::everyone()).unwrap();
            let value = Some(Held::Text(newer.clone()));
            segment
                .document
                .edit(&author, |pen| pen.put(TOP, RULE_KEY, value.clone()))
                .unwrap();
            assert_eq!(segment.read().rule, None);
            segment.set_deleted(&author, true).unwrap();
            let mut stored = None;
            segment
                .document
                .edit(&author, |pen| {
                    stored = pen.values(TOP, RULE_KEY)?.pop();
                    Ok(())
                })
                .unwrap();
            assert_eq!(stored, value);
            segment.save(&author, "n", &Rule::everyone()).unwrap();
            assert_eq!(segment.read().rule, Some(Rule::everyone()));
        }
    }
}
