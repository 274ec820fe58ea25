//! What all documents have in common: opening, taking in changes, writing with a pen.

use crate::author::member_of;
use crate::layout::Kind;
use crate::pen::{Edited, Inverse, Pen, Undone};
use crate::{Author, ChangeHash, RecordError};
use automerge::transaction::CommitOptions;
use automerge::{ActorId, Automerge, Change, ReadDoc, TextEncoding};
use tendero_domain::{ActionId, MemberId};

/// What taking in changes did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Whether the document is another one than before.
    pub changed: bool,
    /// The changes that did not go in, in the order in which they were given.
    pub parked: Vec<Parked>,
}

/// A change that did not go into a document. Its bytes are to be kept: a later version, or a later change, may let it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// Its place among the changes given.
    pub index: usize,
    /// Why.
    pub reason: ParkReason,
}

/// Why a change did not go into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkReason {
    /// The bytes are not a change.
    Malformed,
    /// It was made upon a change that has not arrived. It goes in by itself once that one is taken in, as long as the
    /// document is loaded; afterwards it has to be given again.
    MissingDependency,
    /// The document cannot take it: it bends what is there, or another change has its number.
    Rejected,
}

/// A loaded document of any kind.
pub(crate) struct Document {
    pub(crate) doc: Automerge,
    pub(crate) kind: &'static Kind,
}

impl Document {
    /// A document with nothing but its genesis.
    pub(crate) fn new(kind: &'static Kind) -> Result<Self, RecordError> {
        Self::open(kind, Vec::new()).map(|(document, _)| document)
    }

    pub(crate) fn from_changes(
        kind: &'static Kind,
        changes: &[impl AsRef<[u8]>],
    ) -> Result<(Self, Vec<Parked>), RecordError> {
        let (decoded, malformed) = decode(changes);
        let (document, parked) = Self::open(kind, decoded)?;
        Ok((document, in_order(malformed, parked)))
    }

    pub(crate) fn apply(&mut self, changes: &[impl AsRef<[u8]>]) -> Applied {
        let before = self.doc.get_heads();
        let (decoded, malformed) = decode(changes);
        let parked = self.take_in(decoded);
        Applied {
            changed: self.doc.get_heads() != before,
            parked: in_order(malformed, parked),
        }
    }

    /// Whether anything was written after the genesis.
    pub(crate) fn has_changes(&self) -> bool {
        self.doc.get_heads() != [self.kind.hash()]
    }

    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        self.doc
            .get_heads()
            .into_iter()
            .map(|hash| hash.0)
            .collect()
    }

    /// The member whose first change introduced this actor; `None` when it is unknown or an import's.
    pub(crate) fn member_of_actor(&self, actor: &[u8]) -> Option<MemberId> {
        let author = self.doc.get_author_for_actor(&ActorId::from(actor))?;
        member_of(author.as_bytes())
    }

    /// Whether everything in it was written by one of these actions, or by nobody (the genesis, an import's first change).
    pub(crate) fn is_only_by(&self, actions: &[ActionId]) -> bool {
        self.doc.get_changes_meta(&[]).iter().all(|change| {
            let action = change.message.as_deref().map(str::parse::<ActionId>);
            match action {
                None => true,
                Some(action) => action.is_ok_and(|action| actions.contains(&action)),
            }
        })
    }

    /// One change with everything the pen writes; `None` when it writes nothing.
    pub(crate) fn edit(
        &mut self,
        author: &Author,
        write: impl FnOnce(&mut Pen<'_>) -> Result<(), RecordError>,
    ) -> Result<Option<Edited>, RecordError> {
        self.write(author, write).map(|undone| undone.edited)
    }

    /// Takes values back where they still are what the action left.
    pub(crate) fn undo(
        &mut self,
        author: &Author,
        inverses: &[Inverse],
    ) -> Result<Undone, RecordError> {
        self.write(author, |pen| pen.take_back(inverses))
    }

    fn write(
        &mut self,
        author: &Author,
        write: impl FnOnce(&mut Pen<'_>) -> Result<(), RecordError>,
    ) -> Result<Undone, RecordError> {
        // In this order: a new author gets an actor of Automerge's choice.
        self.doc
            .set_author(Some(author.member.to_bytes().to_vec().into()));
        self.doc.set_actor(ActorId::from(author.actor));
        let mut pen = Pen::new(self.doc.transaction(), self.kind);
        // On an error the transaction is dropped, which takes everything back.
        write(&mut pen)?;
        let unused = pen.is_unused();
        let (tx, inverses, kept) = pen.into_parts();
        if unused {
            tx.rollback();
            return Ok(Undone { edited: None, kept });
        }
        let options = CommitOptions::default()
            .with_message(author.action.to_string())
            .with_time(author.at.ms.div_euclid(1000));
        let hash = tx.commit_with(options).0.ok_or(RecordError::Lost)?;
        let change = self
            .doc
            .get_change_by_hash(&hash)
            .ok_or(RecordError::Lost)?;
        let edited = Edited {
            change: change.raw_bytes().to_vec(),
            hash: hash.0,
            inverses,
        };
        Ok(Undone {
            edited: Some(edited),
            kept,
        })
    }

    /// A document with these changes, and those of them that did not go in.
    fn open(
        kind: &'static Kind,
        changes: Vec<(usize, Change)>,
    ) -> Result<(Self, Vec<Parked>), RecordError> {
        let genesis = Change::try_from(kind.genesis)?;
        let empty = || Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
        let mut document = Self { doc: empty(), kind };
        let all = core::iter::once(&genesis).chain(changes.iter().map(|(_, change)| change));
        if document
            .doc
            .apply_changes(all.cloned().collect::<Vec<_>>())
            .is_ok()
        {
            let parked = document.missing(&changes);
            return Ok((document, parked));
        }
        document.doc = empty();
        document.doc.apply_changes([genesis])?;
        let parked = document.one_by_one(changes);
        Ok((document, parked))
    }

    /// All changes at once; where that fails, one after the other, so that only the offender stays out.
    fn take_in(&mut self, changes: Vec<(usize, Change)>) -> Vec<Parked> {
        let all: Vec<Change> = changes.iter().map(|(_, change)| change.clone()).collect();
        match self.doc.apply_changes(all) {
            Ok(()) => self.missing(&changes),
            Err(_) => self.one_by_one(changes),
        }
    }

    fn one_by_one(&mut self, changes: Vec<(usize, Change)>) -> Vec<Parked> {
        let mut parked = Vec::new();
        let mut taken = Vec::new();
        for (index, change) in changes {
            match self.doc.apply_changes([change.clone()]) {
                Ok(()) => taken.push((index, change)),
                Err(_) => parked.push(Parked {
                    index,
                    reason: ParkReason::Rejected,
                }),
            }
        }
        in_order(parked, self.missing(&taken))
    }

    /// Those of the changes that wait for another one.
    fn missing(&self, changes: &[(usize, Change)]) -> Vec<Parked> {
        if self.doc.get_missing_deps(&[]).is_empty() {
            return Vec::new();
        }
        changes
            .iter()
            .filter(|(_, change)| self.doc.get_change_meta_by_hash(&change.hash()).is_none())
            .map(|(index, _)| Parked {
                index: *index,
                reason: ParkReason::MissingDependency,
            })
            .collect()
    }
}

/// The changes that can be read, with their places, and those that cannot.
fn decode(changes: &[impl AsRef<[u8]>]) -> (Vec<(usize, Change)>, Vec<Parked>) {
    let mut decoded = Vec::with_capacity(changes.len());
    let mut malformed = Vec::new();
    for (index, bytes) in changes.iter().enumerate() {
        match change_of(bytes.as_ref()) {
            Ok(change) => decoded.push((index, change)),
            Err(_) => malformed.push(Parked {
                index,
                reason: ParkReason::Malformed,
            }),
        }
    }
    (decoded, malformed)
}

/// The change these bytes are. Automerge checks the sum of a document's parts, yet not of a single change.
pub(crate) fn change_of(bytes: &[u8]) -> Result<Change, RecordError> {
    let change = Change::try_from(bytes)?;
    // Four bytes that mark a part, then the beginning of the hash.
    if bytes.get(4..8) == change.hash().0.get(..4) {
        Ok(change)
    } else {
        Err(RecordError::Damaged)
    }
}

fn in_order(mut parked: Vec<Parked>, more: Vec<Parked>) -> Vec<Parked> {
    parked.extend(more);
    parked.sort_by_key(|parked| parked.index);
    parked
}
