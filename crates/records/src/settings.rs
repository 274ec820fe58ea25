//! A workspace's settings as a document.

use crate::document::{Applied, Document, Parked};
use crate::layout::{TOP, settings};
use crate::pen::{Edited, Held, Inverse, Undone};
use crate::reader::Reader;
use crate::{Author, ChangeHash, RecordError};
use core::fmt;
use tendero_domain::{Currency, MemberId};

const NAME_KEY: &str = "name";
const CURRENCY_KEY: &str = "currency";

/// Loaded settings.
pub struct Settings {
    document: Document,
}

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsRecord {
    /// The workspace's name.
    pub name: String,
    /// The currency of all amounts; the euro as long as nobody chose one.
    pub currency: Currency,
}

impl Default for SettingsRecord {
    fn default() -> Self {
        Self {
            name: String::new(),
            currency: Currency::EUR,
        }
    }
}

impl Settings {
    /// Settings in which nothing is written.
    ///
    /// # Errors
    /// None in practice: only if Automerge refused the constant genesis.
    pub fn new() -> Result<Self, RecordError> {
        let document = Document::new(&settings::KIND)?;
        Ok(Self { document })
    }

    /// The settings that these changes make, in any order, and those of them that did not go in.
    ///
    /// # Errors
    /// As [`Settings::new`].
    pub fn from_changes(changes: &[impl AsRef<[u8]>]) -> Result<(Self, Vec<Parked>), RecordError> {
        let (document, parked) = Document::from_changes(&settings::KIND, changes)?;
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

    /// Writes the workspace's name; `None` when it does not differ.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn set_name(&mut self, author: &Author, name: &str) -> Result<Option<Edited>, RecordError> {
        self.put(author, NAME_KEY, name)
    }

    /// Writes the currency of all amounts; `None` when it does not differ.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn set_currency(
        &mut self,
        author: &Author,
        currency: Currency,
    ) -> Result<Option<Edited>, RecordError> {
        self.put(author, CURRENCY_KEY, currency.code())
    }

    fn put(
        &mut self,
        author: &Author,
        key: &str,
        text: &str,
    ) -> Result<Option<Edited>, RecordError> {
        self.document.edit(author, |pen| {
            pen.put(TOP, key, Some(Held::Text(text.to_owned())))
        })
    }

    /// Takes values back where they still are what the action left.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn undo(&mut self, author: &Author, inverses: &[Inverse]) -> Result<Undone, RecordError> {
        self.document.undo(author, inverses)
    }

    /// What the settings say.
    #[must_use]
    pub fn read(&self) -> SettingsRecord {
        let mut reader = Reader::new(&self.document);
        let mut record = SettingsRecord::default();
        for item in reader.items(TOP) {
            match item.key.as_ref() {
                NAME_KEY => record.name = reader.text(&reader.winner(&item)).unwrap_or_default(),
                CURRENCY_KEY => {
                    let code = reader.text(&reader.winner(&item));
                    let currency = code.and_then(|code| Currency::new(&code).ok());
                    record.currency = currency.unwrap_or(record.currency);
                }
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

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}
