//! A customer as a document.

use crate::document::{Applied, Document, Parked};
use crate::layout::{Container, TOP, customer};
use crate::pen::{Edited, Held, Inverse, Pen, Undone};
use crate::{Author, ChangeHash, CustomerRecord, RecordError, genesis, item};
use core::fmt;
use serde::{Deserialize, Serialize};
use tendero_domain::{
    ActionId, CustomerId, Entry, EntryId, Field, MemberId, Order, OrderId, PurchasesBefore, fold,
};

/// The key of the root for the flag that takes a customer out of the lists.
pub(crate) const DELETED_KEY: &str = "deleted";
/// The key of the root for when a customer was made.
pub(crate) const CREATED_KEY: &str = "created";
/// The key of what is known of purchases from before, in its container.
pub(crate) const BEFORE_KEY: &str = "main";

/// A loaded customer.
pub struct Customer {
    id: CustomerId,
    document: Document,
}

/// One thing that is done to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerEdit {
    /// Writes a field; an empty text takes the value out. It settles what was written at the same time elsewhere.
    SetField(Field, String),
    /// Puts a tag on or takes it off. Case and accents make no difference; the form written first is shown.
    SetTag(String, bool),
    /// Adds an entry, unless it is there; brings it back if it was taken out.
    AddEntry(Entry),
    /// Takes an entry out or brings it back.
    SetEntryDeleted(EntryId, bool),
    /// Takes the customer out of the lists or brings it back.
    SetDeleted(bool),
    /// Adds a purchase, unless it is there; brings it back if it was taken out.
    AddOrder(Order),
    /// Writes what is known of purchases from before.
    SetBefore(PurchasesBefore),
    /// Says that the customer was made at the author's time; nothing happens when that is known already. To be taken back
    /// as a whole: see [`Inverse::deletion`].
    Create,
    /// Takes a purchase out or brings it back.
    SetOrderDeleted(OrderId, bool),
    /// Takes the customer out of the lists with everything that is written on it, as if it had never been made.
    Unmake,
}

impl Inverse {
    /// Takes back the making of a customer: it goes out of the lists, nothing is unmade.
    #[must_use]
    pub fn deletion() -> Self {
        Self::new(TOP, DELETED_KEY, Some(Held::Flag(true)), None)
    }
}

impl Customer {
    /// The change every customer begins with: what other programs need besides the stored changes to open one.
    pub const GENESIS: &'static [u8] = &genesis::CUSTOMER;

    /// A customer of whom nothing is known.
    ///
    /// # Errors
    /// None in practice: only if Automerge refused the constant genesis.
    pub fn new(id: CustomerId) -> Result<Self, RecordError> {
        let document = Document::new(&customer::KIND)?;
        Ok(Self { id, document })
    }

    /// The customer that these changes make, in any order, and those of them that did not go in. The genesis is implied.
    ///
    /// # Errors
    /// As [`Customer::new`]: a change that cannot be taken in is no error.
    pub fn from_changes(
        id: CustomerId,
        changes: &[impl AsRef<[u8]>],
    ) -> Result<(Self, Vec<Parked>), RecordError> {
        let (document, parked) = Document::from_changes(&customer::KIND, changes)?;
        Ok((Self { id, document }, parked))
    }

    /// Takes in changes, in any order; known ones are harmless.
    pub fn apply(&mut self, changes: &[impl AsRef<[u8]>]) -> Applied {
        self.document.apply(changes)
    }

    /// The member whose first change introduced this actor; `None` when it is unknown or an import's.
    #[must_use]
    pub fn member_of_actor(&self, actor: &[u8]) -> Option<MemberId> {
        self.document.member_of_actor(actor)
    }

    /// Whether everything on the customer was written by one of these actions or by an import's first change: nobody has
    /// touched it otherwise.
    #[must_use]
    pub fn is_only_by(&self, actions: &[ActionId]) -> bool {
        self.document.is_only_by(actions)
    }

    /// Makes one change of all edits; `None` when nothing differs.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn edit(
        &mut self,
        author: &Author,
        edits: &[CustomerEdit],
    ) -> Result<Option<Edited>, RecordError> {
        let mut created = false;
        let edited = self.document.edit(author, |pen| {
            for edit in edits {
                created |= write(pen, author, edit)?;
            }
            Ok(())
        })?;
        Ok(edited.map(|mut edited| {
            if created {
                edited.inverses = vec![Inverse::deletion()];
            }
            edited
        }))
    }

    /// Takes values back where they still are what the action left.
    ///
    /// # Errors
    /// [`RecordError`] when Automerge refuses; the document is then as it was.
    pub fn undo(&mut self, author: &Author, inverses: &[Inverse]) -> Result<Undone, RecordError> {
        self.document.undo(author, inverses)
    }

    /// Everything on the customer that this version knows.
    #[must_use]
    pub fn read(&self) -> CustomerRecord {
        CustomerRecord::of(&self.document)
    }

    /// The hashes of the changes upon which nothing was made yet, sorted: equal for equal documents.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.document.heads()
    }

    /// Who.
    #[must_use]
    pub fn id(&self) -> CustomerId {
        self.id
    }

    /// Whether there is anything beyond the genesis.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.document.has_changes()
    }
}

/// Without what is in it: that is nobody's business in a log.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Customer")
            .field(&self.id)
            .finish_non_exhaustive()
    }
}

/// Writes one edit; whether it said when the customer was made.
fn write(pen: &mut Pen<'_>, author: &Author, edit: &CustomerEdit) -> Result<bool, RecordError> {
    match edit {
        CustomerEdit::SetField(field, text) => {
            let value = (!text.is_empty()).then(|| Held::Text(text.clone()));
            pen.put(customer::of_field(*field), field.path().2, value)?;
        }
        CustomerEdit::SetTag(tag, on) => set_tag(pen, tag, *on)?,
        CustomerEdit::AddEntry(entry) => {
            let key = entry.id.to_string();
            if pen.values(customer::ACTIVITIES, &key)?.is_empty() {
                pen.put(
                    customer::ACTIVITIES,
                    &key,
                    Some(Held::Text(item::entry_text(entry)?)),
                )?;
                if !entry.text.is_empty() {
                    let text = Held::Text(entry.text.clone());
                    pen.put(
                        customer::ACTIVITIES,
                        &(key.clone() + item::TEXT),
                        Some(text),
                    )?;
                }
            }
            set_deleted(pen, customer::ACTIVITIES, &(key + item::DELETED), false)?;
        }
        CustomerEdit::SetEntryDeleted(id, deleted) => {
            set_item_deleted(pen, customer::ACTIVITIES, &id.to_string(), *deleted)?;
        }
        CustomerEdit::SetDeleted(deleted) => set_deleted(pen, TOP, DELETED_KEY, *deleted)?,
        CustomerEdit::AddOrder(order) => {
            let key = order.id.to_string();
            if pen.values(customer::ORDERS, &key)?.is_empty() {
                pen.put(
                    customer::ORDERS,
                    &key,
                    Some(Held::Text(item::order_text(order)?)),
                )?;
            }
            set_deleted(pen, customer::ORDERS, &(key + item::DELETED), false)?;
        }
        CustomerEdit::SetBefore(before) => {
            let text = item::before_text(before)?;
            pen.put(customer::BEFORE, BEFORE_KEY, Some(Held::Text(text)))?;
        }
        CustomerEdit::Create => {
            if pen.values(TOP, CREATED_KEY)?.is_empty() {
                pen.put(
                    TOP,
                    CREATED_KEY,
                    Some(Held::Text(item::moment_text(author.at)?)),
                )?;
                return Ok(true);
            }
        }
        CustomerEdit::SetOrderDeleted(id, deleted) => {
            set_item_deleted(pen, customer::ORDERS, &id.to_string(), *deleted)?;
        }
        CustomerEdit::Unmake => {
            pen.clear()?;
            set_deleted(pen, TOP, DELETED_KEY, true)?;
        }
    }
    Ok(false)
}

fn set_tag(pen: &mut Pen<'_>, tag: &str, on: bool) -> Result<(), RecordError> {
    let key = fold(tag);
    if key.is_empty() {
        return Ok(());
    }
    let is_on = pen.values(customer::TAGS, &key)?.iter().any(is_tag);
    if is_on != on {
        let value = if on {
            Held::Text(tag.to_owned())
        } else {
            Held::Flag(false)
        };
        pen.put(customer::TAGS, &key, Some(value))?;
    }
    Ok(())
}

/// Whether a value under a tag's key says that it is on. Where it was put on and taken off at the same time, it stays on.
fn is_tag(value: &Held) -> bool {
    !matches!(value, Held::Flag(false)) && *value != Held::Text(String::new())
}

/// Takes an item out or brings it back; nothing happens when it is not there.
fn set_item_deleted(
    pen: &mut Pen<'_>,
    container: Container,
    id: &str,
    deleted: bool,
) -> Result<(), RecordError> {
    if pen.values(container, id)?.is_empty() {
        return Ok(());
    }
    set_deleted(pen, container, &format!("{id}{}", item::DELETED), deleted)
}

/// Where something was taken out and brought back at the same time, it is there.
fn set_deleted(
    pen: &mut Pen<'_>,
    container: Container,
    key: &str,
    deleted: bool,
) -> Result<(), RecordError> {
    let values = pen.values(container, key)?;
    let is_deleted = !values.is_empty() && values.iter().all(|value| *value == Held::Flag(true));
    if is_deleted == deleted {
        return Ok(());
    }
    pen.put(container, key, Some(Held::Flag(deleted)))
}
