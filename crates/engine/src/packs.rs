//! Packs of documents, and a document put together from its pack and its tail.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::outbox::tail_range;
use crate::stored::{self, DocId, DocKind, OutboxItem, Pack, Tail};
use std::rc::Rc;
use tendero_protocol::Bytes;
use tendero_store::{Store, Table};

/// Packs never change once they are written, so the last ones are kept: an import and a scroll through the list ask for
/// the same one again and again.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    kept: Vec<(DocId, Rc<Pack>)>,
}

/// Packs kept in memory.
const KEPT: usize = 4;
/// Rows of a tail read at once.
const PAGE: usize = 1024;

/// A document as it lies in the store.
#[derive(Debug)]
pub(crate) struct Parts {
    pub kind: DocKind,
    pub salt: [u8; 16],
    pub changes: Vec<Bytes>,
    /// Number the next piece of the tail gets.
    pub next: u32,
}

impl Packs {
    /// A pack; `None` when there is none of that name.
    pub(crate) async fn get<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        pack: DocId,
    ) -> Result<Option<Rc<Pack>>, EngineError> {
        if let Some(at) = self.kept.iter().position(|(key, _)| *key == pack) {
            let found = self.kept.remove(at);
            let pack = Rc::clone(&found.1);
            self.kept.push(found);
            return Ok(Some(pack));
        }
        let Some(read) = desk.shelf.get::<Pack>(Table::Packs, &pack).await? else {
            return Ok(None);
        };
        let read = Rc::new(read);
        if self.kept.len() == KEPT {
            self.kept.remove(0);
        }
        self.kept.push((pack, Rc::clone(&read)));
        Ok(Some(read))
    }

    /// The item that makes a pack's document known to others.
    pub(crate) async fn item<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        pack: DocId,
        number: usize,
    ) -> Result<Option<OutboxItem>, EngineError> {
        let pack = self.get(desk, pack).await?;
        let packed = pack.as_ref().and_then(|pack| pack.documents.get(number));
        Ok(packed.map(|packed| OutboxItem {
            doc: packed.doc,
            kind: packed.kind,
            salt: packed.salt,
            first: true,
            changes: packed.changes.clone(),
        }))
    }

    /// A document's parts; `None` when it is not here. `home` is its pack.
    pub(crate) async fn parts<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        home: DocId,
        doc: DocId,
    ) -> Result<Option<Parts>, EngineError> {
        let Some(pack) = self.get(desk, home).await? else {
            return Ok(None);
        };
        let Some(packed) = pack.find(&doc) else {
            return Ok(None);
        };
        let mut parts = Parts {
            kind: DocKind::from_code(packed.kind),
            salt: packed.salt,
            changes: packed.changes.clone(),
            next: 0,
        };
        let (mut from, to) = tail_range(&doc);
        loop {
            let rows = desk
                .shelf
                .scan(Table::Tails, &from, to.as_deref(), PAGE)
                .await?;
            let Some((last, _)) = rows.last() else { break };
            parts.next = tail_number(last)?.saturating_add(1);
            from.clone_from(last);
            from.push(0);
            for (_, bytes) in &rows {
                parts.changes.extend(stored::decode::<Tail>(bytes)?.changes);
            }
        }
        Ok(Some(parts))
    }
}

fn tail_number(key: &[u8]) -> Result<u32, EngineError> {
    let number = key
        .get(size_of::<DocId>()..)
        .and_then(|number| number.try_into().ok());
    number.map(u32::from_be_bytes).ok_or(EngineError::Damaged)
}
