//! What one transaction of a job writes of customers that were edited: tails, items, rows, and how to take it all back.

use crate::desk::Desk;
use crate::io::Host;
use crate::outbox::RowKey;
use crate::row;
use crate::stored::{self, DocId, DocKind, OutboxItem, OutboxRow, Step, Tail};
use crate::team::{Loaded, Team};
use tendero_insight::CustomerRow;
use tendero_protocol::Bytes;
use tendero_records::{Customer, Edited};
use tendero_store::{Batch, Store, Table};

/// See the module. The documents behind it are ahead of the store until it is committed, so they are not kept loaded.
#[derive(Default)]
pub(crate) struct Bundle {
    /// Rows of the projection.
    pub rows: Vec<CustomerRow>,
    /// How to take it back.
    pub steps: Vec<Step>,
    tails: Vec<(DocId, [u8; 16], u32, Vec<u8>)>,
}

impl Bundle {
    /// Takes in an edit of a loaded customer.
    pub(crate) fn add(&mut self, loaded: &Loaded<Customer>, edited: Edited) {
        let document = &loaded.document;
        self.rows
            .push(row::of_record(document.id(), loaded.home, &document.read()));
        self.tails
            .push((loaded.doc, loaded.salt, loaded.next, edited.change));
        self.steps
            .push(crate::commands::step_of(loaded.doc, edited.inverses));
    }

    /// How many customers were edited.
    pub(crate) const fn len(&self) -> usize {
        self.tails.len()
    }

    /// Adds the tails and the items to be sent to a batch, and names the outbox's row: for [`Outbox::added`](crate::outbox::Outbox::added)
    /// after the commit.
    pub(crate) fn stage<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        team: &mut Team,
    ) -> Option<(RowKey, u32)> {
        let mut items = Vec::with_capacity(self.tails.len());
        for (doc, salt, next, change) in &self.tails {
            let changes = vec![Bytes(change.clone())];
            let key = stored::tail_key(doc, *next);
            batch.expect(Table::Tails, key.clone(), None);
            let tail = Tail {
                changes: changes.clone(),
            };
            desk.put(batch, Table::Tails, &key, &tail);
            items.push(OutboxItem {
                doc: *doc,
                kind: DocKind::Customer.code(),
                salt: *salt,
                first: false,
                changes,
            });
        }
        let len = u32::try_from(items.len()).ok().filter(|len| *len > 0)?;
        let key = team.outbox.make_key(desk);
        desk.put(batch, Table::Outbox, &key, &OutboxRow::Items(items));
        Some((key, len))
    }

    /// Tells others of the customers that were edited.
    pub(crate) fn committed(&self, team: &mut Team) {
        team.touched.extend(self.tails.iter().map(|(doc, ..)| *doc));
        team.bulk = true;
    }
}
