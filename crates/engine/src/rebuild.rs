//! The projection made anew from all documents, in slices; the old one, if there is any, stays usable meanwhile.

use crate::commands::saved_segment;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::io::{Host, Source};
use crate::projection::Projection;
use crate::row;
use crate::stored::{self, DocId, DocKind, Pack};
use std::collections::VecDeque;
use tendero_domain::{CustomerId, SegmentId};
use tendero_records::{Customer, Segment};
use tendero_store::{Batch, Store, Table};

/// How far it is.
#[derive(Default)]
pub(crate) struct Rebuild {
    fresh: Projection,
    /// Where to read the next pack.
    from: Vec<u8>,
    /// Documents to be read: the name of the pack, theirs.
    documents: VecDeque<(DocId, DocId)>,
    read_all: bool,
}

impl Rebuild {
    /// A document was edited meanwhile: it is read (again) at the end.
    pub(crate) fn edited(&mut self, home: DocId, doc: DocId) {
        self.documents.push_back((home, doc));
    }
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// One slice. Imports and stretches of the log wait until it is over; edits are followed up.
    pub(crate) async fn work_rebuild(&mut self, until: f64) {
        let Some(mut rebuild) = self.rebuild.take() else {
            return;
        };
        match self.rebuild_slice(&mut rebuild, until).await {
            Ok(true) => {}
            Ok(false) => self.rebuild = Some(rebuild),
            // No room, or another tab was faster: the rows in memory are right, the next start tries again.
            Err(_) => {
                if let Some(team) = &mut self.team {
                    rebuild.fresh.replaces(&team.projection);
                    team.projection = rebuild.fresh;
                }
            }
        }
    }

    async fn rebuild_slice(
        &mut self,
        rebuild: &mut Rebuild,
        until: f64,
    ) -> Result<bool, EngineError> {
        let Some(team) = &mut self.team else {
            return Ok(true);
        };
        let desk = &mut self.desk;
        loop {
            if let Some((home, doc)) = rebuild.documents.pop_front() {
                let Some(parts) = team.packs.parts(desk, home, doc).await? else {
                    continue;
                };
                match parts.kind {
                    DocKind::Customer => {
                        let id = CustomerId::from_bytes(doc);
                        let record = Customer::from_changes(id, &parts.changes)?.0.read();
                        rebuild.fresh.index.put(row::of_record(id, home, &record));
                    }
                    DocKind::Segment => {
                        let document = Segment::from_changes(&parts.changes)?.0;
                        rebuild
                            .fresh
                            .segments
                            .insert(SegmentId::from_bytes(doc), saved_segment(&document));
                    }
                    DocKind::Settings | DocKind::Unknown(_) => {}
                }
            } else if rebuild.read_all {
                break;
            } else {
                let rows = desk
                    .shelf
                    .scan(Table::Packs, &rebuild.from, None, 1)
                    .await?;
                match rows.into_iter().next() {
                    Some((key, bytes)) => {
                        let home: DocId = key
                            .as_slice()
                            .try_into()
                            .map_err(|_| EngineError::Damaged)?;
                        rebuild.from = key;
                        rebuild.from.push(0);
                        let pack: Pack = stored::decode(&bytes)?;
                        let documents = pack.documents.iter();
                        rebuild
                            .documents
                            .extend(documents.map(|packed| (home, packed.doc)));
                    }
                    None => rebuild.read_all = true,
                }
            }
            if desk.host.steady_ms() > until {
                return Ok(false);
            }
        }
        let mut batch = Batch::new();
        rebuild.fresh.replaces(&team.projection);
        let written = rebuild.fresh.stage_all(desk, &mut batch);
        desk.shelf.apply(batch).await?;
        team.projection = std::mem::take(&mut rebuild.fresh);
        team.projection.wrote_segments(written);
        team.selection = None;
        self.desk.event(tendero_messages::Event::Changed);
        Ok(true)
    }
}
