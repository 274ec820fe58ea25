//! A stretch of the log on its way into the store: opened, put into its documents, written in one transaction with the
//! position. Slices of it are worked off between commands, so a long one does not hold up a keystroke.

use crate::commands::saved_segment;
use crate::desk::Desk;
use crate::error::EngineError;
use crate::hands::{self, Sent};
use crate::io::Host;
use crate::packs::Parts;
use crate::projection::{Projection, Staged};
use crate::row;
use crate::stored::{
    self, ATTEMPT, DocId, DocKind, ItemBody, LogKey, LogRow, POSITION, Pack, Packed, Position,
    SavedSegment, Tail,
};
use crate::team::Team;
use std::collections::{BTreeMap, HashMap};
use tendero_domain::{CustomerId, MemberId, SegmentId};
use tendero_insight::CustomerRow;
use tendero_protocol::{Bytes, DocTag, Item, Salt, Seq};
use tendero_records::{Customer, Segment, Settings};
use tendero_store::{Batch, Store, StoreError, Table};
use tendero_sync::Stretch;

/// New documents from which they share packs instead of having one each.
const SHARED: usize = 8;

/// See the module.
#[derive(Debug)]
pub(crate) struct Arriving {
    stretch: Stretch,
    /// Documents still to be done, in the order of their first item.
    waiting: Vec<(DocId, DocKind, Vec<Sent>)>,
    opened: bool,
    noted: bool,
    /// Finished pieces.
    tails: Vec<(DocId, u32, Vec<Bytes>)>,
    packed: Vec<Packed>,
    rows: Vec<CustomerRow>,
    segments: Vec<(SegmentId, SavedSegment)>,
    settings: bool,
    names: Vec<(u64, [u8; 16], DocId)>,
    parked: Vec<(Seq, Item)>,
    salts: HashMap<DocTag, Vec<Salt>>,
}

impl Arriving {
    pub(crate) fn new(stretch: Stretch) -> Self {
        let mut salts: HashMap<DocTag, Vec<Salt>> = HashMap::new();
        for row in &stretch.salts {
            salts.entry(row.doc_tag).or_default().push(row.salt);
        }
        Self {
            stretch,
            waiting: Vec::new(),
            opened: false,
            noted: false,
            tails: Vec::new(),
            packed: Vec::new(),
            rows: Vec::new(),
            segments: Vec::new(),
            settings: false,
            names: Vec::new(),
            parked: Vec::new(),
            salts,
        }
    }

    /// The same stretch from its beginning: a document has moved on meanwhile.
    pub(crate) fn again(self) -> Self {
        Self::new(self.stretch)
    }

    /// Whether the store knows that this stretch is being put in.
    pub(crate) const fn is_noted(&self) -> bool {
        self.noted
    }

    pub(crate) const fn noted(&mut self) {
        self.noted = true;
    }

    pub(crate) const fn is_done(&self) -> bool {
        self.opened && self.waiting.is_empty()
    }

    /// The document that comes next.
    pub(crate) fn next_document(&self) -> Option<DocId> {
        self.waiting.last().map(|(doc, ..)| *doc)
    }

    /// Leaves a document out: its items are kept as they came, for a later version to try.
    pub(crate) fn park(&mut self, doc: DocId) {
        self.waiting.retain(|(waiting, ..)| *waiting != doc);
        for (seq, _, of) in &self.names {
            let arrived = self
                .stretch
                .entries
                .iter()
                .find(|arrived| arrived.seq.0 == *seq);
            if let (true, Some(item)) = (
                *of == doc,
                arrived.and_then(|arrived| arrived.item.as_ref()),
            ) {
                self.parked.push((Seq(*seq), item.clone()));
            }
        }
    }

    /// Opens all items: what cannot be read is parked, never dropped.
    fn open(&mut self, team: &Team) {
        let mut order: Vec<DocId> = Vec::new();
        let mut documents: HashMap<DocId, (DocKind, Vec<Sent>)> = HashMap::new();
        for arrived in &self.stretch.entries {
            let Some(item) = &arrived.item else {
                self.names
                    .push((arrived.seq.0, arrived.item_id.0, DocId::default()));
                continue;
            };
            let salts = self
                .salts
                .get(&arrived.doc_tag)
                .map_or(&[][..], Vec::as_slice);
            let author = MemberId::from_bytes(arrived.member.0);
            match open_item(team, item, salts) {
                Some(body) => {
                    self.names
                        .push((arrived.seq.0, arrived.item_id.0, body.doc));
                    let Some(sent) = Sent::read(arrived.seq, author, body.changes) else {
                        self.parked.push((arrived.seq, item.clone()));
                        continue;
                    };
                    let document = documents.entry(body.doc).or_insert_with(|| {
                        order.push(body.doc);
                        (DocKind::from_code(body.kind), Vec::new())
                    });
                    document.1.push(sent);
                }
                None => {
                    self.names
                        .push((arrived.seq.0, arrived.item_id.0, DocId::default()));
                    self.parked.push((arrived.seq, item.clone()));
                }
            }
        }
        // Worked off from the end.
        self.waiting = order
            .into_iter()
            .rev()
            .filter_map(|doc| documents.remove(&doc).map(|(kind, sent)| (doc, kind, sent)))
            .collect();
        self.opened = true;
    }

    /// Does one piece: opens the items, or puts one document's changes in.
    pub(crate) async fn step<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
    ) -> Result<(), EngineError> {
        if !self.opened {
            self.open(team);
            return Ok(());
        }
        let Some((doc, kind, sent)) = self.waiting.pop() else {
            return Ok(());
        };
        if kind == DocKind::Customer {
            return self.step_customer(desk, team, doc, sent).await;
        }
        let parts = team.packs.parts(desk, doc, doc).await?;
        let known = parts
            .as_ref()
            .map_or(&[][..], |parts| parts.changes.as_slice());
        let changes;
        match kind {
            DocKind::Segment => {
                let (mut document, _parked) = Segment::from_changes(known)?;
                changes = self.admit(sent, |actor| document.member_of_actor(actor));
                document.apply(&changes);
                self.segments
                    .push((SegmentId::from_bytes(doc), saved_segment(&document)));
            }
            DocKind::Settings => {
                let (document, _parked) = Settings::from_changes(known)?;
                changes = self.admit(sent, |actor| document.member_of_actor(actor));
                self.settings = true;
            }
            // A later version knows what it is and whose hands it may hold.
            DocKind::Customer | DocKind::Unknown(_) => {
                changes = sent.into_iter().flat_map(|sent| sent.changes).collect();
            }
        }
        if !changes.is_empty() {
            self.file(doc, kind, parts.as_ref(), changes, team);
        }
        Ok(())
    }

    /// The changes that their senders may write; the items of the others are parked.
    fn admit(&mut self, sent: Vec<Sent>, known: impl Fn(&[u8]) -> Option<MemberId>) -> Vec<Bytes> {
        let (own, foreign) = hands::part(sent, known);
        for sent in foreign {
            let arrived = self.stretch.entries.iter().find(|row| row.seq == sent.seq);
            if let Some(item) = arrived.and_then(|arrived| arrived.item.as_ref()) {
                self.parked.push((sent.seq, item.clone()));
            }
        }
        own.into_iter().flat_map(|sent| sent.changes).collect()
    }

    async fn step_customer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
        doc: DocId,
        sent: Vec<Sent>,
    ) -> Result<(), EngineError> {
        let id = CustomerId::from_bytes(doc);
        if let Some(mut loaded) = team.take(desk, id).await? {
            let changes = self.admit(sent, |actor| loaded.document.member_of_actor(actor));
            let applied = loaded.document.apply(&changes);
            let next = loaded.next;
            if applied.changed {
                self.rows
                    .push(row::of_record(id, loaded.home, &loaded.document.read()));
            } else if applied.parked.is_empty() {
                // Known already: the same import on two devices.
                team.keep(loaded);
                return Ok(());
            }
            // Not kept: it is ahead of the store until the stretch is written.
            self.tails.push((doc, next, changes));
            return Ok(());
        }
        let changes = self.admit(sent, |_| None);
        if changes.is_empty() {
            return Ok(());
        }
        let (document, _parked) = Customer::from_changes(id, &changes)?;
        // The home is filled in once it is known which pack it is.
        self.rows.push(row::of_record(id, doc, &document.read()));
        self.file(doc, DocKind::Customer, None, changes, team);
        Ok(())
    }

    fn file(
        &mut self,
        doc: DocId,
        kind: DocKind,
        parts: Option<&Parts>,
        changes: Vec<Bytes>,
        team: &Team,
    ) {
        match parts {
            Some(parts) => self.tails.push((doc, parts.next, changes)),
            None => {
                let tag = team.keyring.doc_tag(&doc);
                let salt = self
                    .salts
                    .get(&tag)
                    .and_then(|salts| salts.first())
                    .map(|salt| salt.0);
                self.packed.push(Packed {
                    doc,
                    kind: kind.code(),
                    // An item that was opened had its salt beside it.
                    salt: salt.unwrap_or_default(),
                    changes,
                });
            }
        }
    }

    /// Writes everything and the position in one transaction. Answers which documents changed.
    pub(crate) async fn commit<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
    ) -> Result<Vec<DocId>, EngineError> {
        // An import may have made the same customers since they were looked for: they must not get a second beginning.
        let is_here = |packed: &Packed| {
            DocKind::from_code(packed.kind) == DocKind::Customer
                && team.projection.knows(&packed.doc)
        };
        if self.packed.iter().any(is_here) {
            return Err(StoreError::Conflict.into());
        }
        let mut batch = Batch::new();
        let mut touched: Vec<DocId> = Vec::new();
        for (doc, next, changes) in &self.tails {
            let key = stored::tail_key(doc, *next);
            batch.expect(Table::Tails, key.clone(), None);
            desk.put(
                &mut batch,
                Table::Tails,
                &key,
                &Tail {
                    changes: changes.clone(),
                },
            );
            touched.push(*doc);
        }
        let homes = self.stage_packs(desk, &mut batch);
        touched.extend(homes.keys());
        let mut rows = self.rows.clone();
        for row in &mut rows {
            if let Some(home) = homes.get(&row.id.to_bytes()) {
                row.home = *home;
            }
        }
        for (id, segment) in &self.segments {
            Projection::stage_segment(desk, &mut batch, *id, segment);
        }
        for (seq, item) in &self.parked {
            desk.put(
                &mut batch,
                Table::Log,
                &stored::log_key(seq.0, LogKey::Parked),
                item,
            );
        }
        if let Some((first, ..)) = self.names.first() {
            let items = LogRow {
                items: self.names.clone(),
            };
            desk.put(
                &mut batch,
                Table::Log,
                &stored::log_key(*first, LogKey::Read),
                &items,
            );
        }
        desk.put(
            &mut batch,
            Table::Meta,
            POSITION,
            &Position(self.stretch.position),
        );
        batch.delete(Table::Meta, ATTEMPT);
        let staged: Staged = team.projection.stage_rows(desk, &mut batch, rows);
        desk.shelf.apply(batch).await?;
        team.projection.committed(staged);
        for (id, segment) in self.segments.drain(..) {
            team.projection.segments.insert(id, segment);
        }
        touched.iter().for_each(|doc| team.forget(doc));
        if self.settings {
            team.read_settings(desk).await?;
        }
        Ok(touched)
    }

    /// Many new customers share packs; few, and all other documents, have one each.
    fn stage_packs<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
    ) -> BTreeMap<DocId, DocId> {
        let mut homes = BTreeMap::new();
        let customers = |packed: &&Packed| DocKind::from_code(packed.kind) == DocKind::Customer;
        let many = self.packed.iter().filter(customers).count() >= SHARED;
        let (shared, single): (Vec<_>, Vec<_>) = self
            .packed
            .iter()
            .partition(|packed| many && customers(packed));
        for packed in single {
            batch.expect(Table::Packs, packed.doc, None);
            let pack = Pack {
                documents: vec![packed.clone()],
            };
            desk.put(batch, Table::Packs, &packed.doc, &pack);
            homes.insert(packed.doc, packed.doc);
        }
        for chunk in shared.chunks(Pack::MOST) {
            let home: DocId = desk.random();
            let pack = Pack {
                documents: chunk.iter().map(|packed| (*packed).clone()).collect(),
            };
            desk.put(batch, Table::Packs, &home, &pack);
            homes.extend(chunk.iter().map(|packed| (packed.doc, home)));
        }
        homes
    }
}

/// What an item holds; `None` when it does not open or names another document.
fn open_item(team: &Team, item: &Item, salts: &[Salt]) -> Option<ItemBody> {
    let plain = team.keyring.open_item(item, salts).ok()?;
    let body: ItemBody = stored::decode(&plain).ok()?;
    (team.keyring.doc_tag(&body.doc) == item.header.doc_tag).then_some(body)
}
