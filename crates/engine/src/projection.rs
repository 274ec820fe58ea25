//! The projection in the store: segments of rows, a log of rows newer than those, and the saved segments.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::stored::{self, DocId, PROJECTION_REVISION, ROWS_RANGE, SEGMENTS_RANGE, SavedSegment};
use std::collections::BTreeMap;
use tendero_domain::{CustomerId, SegmentId};
use tendero_insight::{CustomerRow, Index};
use tendero_store::{Batch, Store, Table};

/// Rows in the log before they are folded into segments.
pub(crate) const LOG_ROWS: usize = 2_000;
/// Rows changed at once from which segments are written instead of single rows of the log.
pub(crate) const BULK: usize = 64;
const PAGE: usize = 1_024;

/// The columns of all customers, and what is known of their persisted form.
#[derive(Default)]
pub(crate) struct Projection {
    pub index: Index,
    pub segments: BTreeMap<SegmentId, SavedSegment>,
    /// The counter as it lies in the store.
    revision: Option<Vec<u8>>,
    /// Rows in the log, about.
    pub log_rows: usize,
}

impl Projection {
    /// One without rows that may write in the place of what the store has.
    pub(crate) async fn empty<S: Store, H: Host>(desk: &Desk<S, H>) -> Result<Self, EngineError> {
        Ok(Self {
            revision: desk.shelf.clear(Table::Meta, PROJECTION_REVISION).await?,
            ..Self::default()
        })
    }

    /// Reads the persisted form. [`EngineError::Damaged`] or [`EngineError::Newer`] means: rebuild it from the documents.
    pub(crate) async fn load<S: Store, H: Host>(desk: &Desk<S, H>) -> Result<Self, EngineError> {
        let mut projection = Self::empty(desk).await?;
        let (from, to) = ROWS_RANGE;
        for (number, (key, bytes)) in desk
            .shelf
            .scan(Table::Projection, from, Some(to), usize::MAX)
            .await?
            .into_iter()
            .enumerate()
        {
            let expected = u32::try_from(number).map(stored::rows_key);
            if expected.is_ok_and(|expected| expected != key) {
                return Err(EngineError::Damaged);
            }
            projection
                .index
                .load_segment(&bytes)
                .map_err(|_| EngineError::Damaged)?;
        }
        (0..projection.index.segments()).for_each(|number| projection.index.set_clean(number));
        projection.log_rows = projection.read_log(desk).await?;
        projection.read_saved(desk).await?;
        Ok(projection)
    }

    /// Takes in what another tab wrote and perhaps did not live to tell; `false` when that is too much and all has to be
    /// loaded again.
    pub(crate) async fn catch_up<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<bool, EngineError> {
        let revision = desk.shelf.clear(Table::Meta, PROJECTION_REVISION).await?;
        if revision != self.revision {
            return Ok(false);
        }
        self.log_rows = self.read_log(desk).await?;
        self.read_saved(desk).await?;
        Ok(true)
    }

    /// Takes in the log's rows; how many there are.
    async fn read_log<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<usize, EngineError> {
        let mut from = Vec::new();
        let mut count = 0;
        loop {
            let rows = desk
                .shelf
                .scan(Table::ProjectionLog, &from, None, PAGE)
                .await?;
            let Some((last, _)) = rows.last() else {
                return Ok(count);
            };
            from.clone_from(last);
            from.push(0);
            count += rows.len();
            for (_, bytes) in &rows {
                let row = CustomerRow::decode(bytes).map_err(|_| EngineError::Damaged)?;
                self.put_if_other(row);
            }
        }
    }

    /// Takes in the saved segments.
    async fn read_saved<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        let (from, to) = SEGMENTS_RANGE;
        let rows = desk
            .shelf
            .scan(Table::Projection, from, Some(to), usize::MAX);
        for (key, bytes) in rows.await? {
            let id = key
                .get(1..)
                .and_then(|id| id.try_into().ok())
                .ok_or(EngineError::Damaged)?;
            self.segments
                .insert(SegmentId::from_bytes(id), stored::decode(&bytes)?);
        }
        Ok(())
    }

    /// A row that is as it was changes nothing, and nobody has to hear of it.
    fn put_if_other(&mut self, row: CustomerRow) {
        let known = self.index.find(row.id).map(|at| self.index.row(at));
        if known.as_ref() != Some(&row) {
            self.index.put(row);
        }
    }

    fn stage_row<S: Store, H: Host>(desk: &mut Desk<S, H>, batch: &mut Batch, row: &CustomerRow) {
        desk.put_bytes(
            batch,
            Table::ProjectionLog,
            &row.id.to_bytes(),
            &row.encode(),
        );
    }

    /// Whether there is a row of this customer.
    pub(crate) fn knows(&self, doc: &DocId) -> bool {
        self.index.find(CustomerId::from_bytes(*doc)).is_some()
    }

    /// Adds a saved segment to a batch.
    pub(crate) fn stage_segment<S: Store, H: Host>(
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        id: SegmentId,
        segment: &SavedSegment,
    ) {
        desk.put(
            batch,
            Table::Projection,
            &stored::segment_key(&id.to_bytes()),
            segment,
        );
    }

    /// Adds changed rows to a batch: few to the log, many as segments. The answer goes to [`Projection::committed`] after
    /// the commit; when the batch with many fails, the projection has to be loaded again, since the index holds them already.
    pub(crate) fn stage_rows<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        rows: Vec<CustomerRow>,
    ) -> Staged {
        if rows.len() < BULK {
            rows.iter()
                .for_each(|row| Self::stage_row(desk, batch, row));
            return Staged::Rows(rows);
        }
        for row in rows {
            // The log is read after the segments: an older row there must not win.
            batch.delete(Table::ProjectionLog, row.id.to_bytes());
            self.index.put(row);
        }
        Staged::Segments(self.stage_dirty(desk, batch))
    }

    /// The batch is committed.
    pub(crate) fn committed(&mut self, staged: Staged) {
        match staged {
            Staged::Rows(rows) => {
                self.log_rows += rows.len();
                rows.into_iter().for_each(|row| self.index.put(row));
            }
            Staged::Segments(written) => self.wrote_segments(written),
        }
    }

    /// Adds every segment of rows that changed to a batch. The index holds the rows already: when the batch fails, the
    /// projection has to be loaded again. The answer goes to [`Projection::wrote_segments`] after the commit.
    pub(crate) fn stage_dirty<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
    ) -> Written {
        let next = next_revision(self.revision.as_deref());
        batch
            .expect(Table::Meta, PROJECTION_REVISION, self.revision.clone())
            .put(Table::Meta, PROJECTION_REVISION, next.clone());
        let numbers = self.index.dirty();
        for number in &numbers {
            let bytes = self.index.encode_segment(*number);
            desk.put_bytes(batch, Table::Projection, &stored::rows_key(*number), &bytes);
        }
        Written {
            revision: next,
            numbers,
        }
    }

    /// The batch with these segments is committed.
    pub(crate) fn wrote_segments(&mut self, written: Written) {
        self.revision = Some(written.revision);
        written
            .numbers
            .into_iter()
            .for_each(|number| self.index.set_clean(number));
    }

    /// Puts another index in the place of this one, all of it to be written.
    pub(crate) fn stage_all<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
    ) -> Written {
        let (from, to) = ROWS_RANGE;
        batch.delete_range(Table::Projection, from, Some(to.to_vec()));
        batch.delete_range(Table::ProjectionLog, Vec::new(), None);
        let next = next_revision(self.revision.as_deref());
        batch
            .expect(Table::Meta, PROJECTION_REVISION, self.revision.clone())
            .put(Table::Meta, PROJECTION_REVISION, next.clone());
        let numbers: Vec<u32> = (0..self.index.segments()).collect();
        for number in &numbers {
            let bytes = self.index.encode_segment(*number);
            desk.put_bytes(batch, Table::Projection, &stored::rows_key(*number), &bytes);
        }
        for (id, segment) in &self.segments {
            Self::stage_segment(desk, batch, *id, segment);
        }
        Written {
            revision: next,
            numbers,
        }
    }

    /// Takes over what is known of the store from the projection this one replaces.
    pub(crate) fn replaces(&mut self, older: &Self) {
        self.revision.clone_from(&older.revision);
    }

    /// Folds the log into the segments, in one transaction. A row that changed meanwhile makes it fail with a conflict;
    /// nothing is lost then, and it is tried again later.
    pub(crate) async fn fold<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
    ) -> Result<(), EngineError> {
        let rows = desk
            .shelf
            .sealed(Table::ProjectionLog, &[], None, 4 * LOG_ROWS)
            .await?;
        let mut batch = Batch::new();
        for (key, sealed) in rows {
            let bytes = desk.shelf.unseal(Table::ProjectionLog, &key, &sealed)?;
            let row = CustomerRow::decode(&bytes).map_err(|_| EngineError::Damaged)?;
            self.put_if_other(row);
            batch
                .expect(Table::ProjectionLog, key.clone(), Some(sealed))
                .delete(Table::ProjectionLog, key);
        }
        let folded = batch.deletes.len();
        let written = self.stage_dirty(desk, &mut batch);
        desk.shelf.apply(batch).await?;
        self.wrote_segments(written);
        self.log_rows = self.log_rows.saturating_sub(folded);
        Ok(())
    }

    /// The row of a customer as the store has it now; another tab wrote it.
    pub(crate) async fn refresh_row<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        id: CustomerId,
    ) -> Result<bool, EngineError> {
        let Some(bytes) = desk
            .shelf
            .bytes(Table::ProjectionLog, &id.to_bytes())
            .await?
        else {
            return Ok(false);
        };
        self.index
            .put(CustomerRow::decode(&bytes).map_err(|_| EngineError::Damaged)?);
        self.log_rows += 1;
        Ok(true)
    }
}

/// Rows in a batch.
#[derive(Debug)]
pub(crate) enum Staged {
    /// In the log.
    Rows(Vec<CustomerRow>),
    /// In segments.
    Segments(Written),
}

/// What a batch writes of the segments.
#[derive(Debug)]
pub(crate) struct Written {
    revision: Vec<u8>,
    numbers: Vec<u32>,
}

fn next_revision(now: Option<&[u8]>) -> Vec<u8> {
    let now = now
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u64::from_be_bytes);
    now.wrapping_add(1).to_be_bytes().to_vec()
}
