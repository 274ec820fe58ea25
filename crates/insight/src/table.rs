//! The columns of all rows, by segment, and the values they share.

use crate::intern::{TagLists, Texts};
use crate::segment::{Codes, RowRef, Segment, Tools, clip, day_out};
use crate::{CustomerRow, SEGMENT_ROWS};
use tendero_domain::CustomerId;

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) segments: Vec<Segment>,
    pub(crate) cities: Texts,
    pub(crate) countries: Texts,
    pub(crate) tags: TagLists,
    tools: Tools,
}

impl Table {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.segments.last().map_or(0, |last| {
            (self.segments.len() - 1) * SEGMENT_ROWS + last.len()
        })
    }

    /// Fills a row; the one after the last is appended.
    pub(crate) fn set(&mut self, at: u32, row: &RowRef<'_>) {
        let (n, at) = place(at);
        if n == self.segments.len() {
            self.segments.push(Segment::default());
        }
        let Some(segment) = self.segments.get_mut(n) else {
            return;
        };
        let tags: Vec<&str> = row.tags.iter().map(|tag| clip(tag)).collect();
        let codes = Codes {
            city: self.cities.hold(clip(row.city)),
            country: self.countries.hold(clip(row.country)),
            tags: self.tags.hold(&tags),
        };
        // Only after the new values are held, so that one that stays keeps its code.
        if let Some(city) = segment.cities.get(at) {
            self.cities.release(*city);
        }
        if let Some(country) = segment.countries.get(at) {
            self.countries.release(*country);
        }
        if let Some(tags) = segment.tags.get(at) {
            self.tags.release(*tags);
        }
        segment.set(at, row, codes, &mut self.tools);
        segment.dirty = true;
    }

    /// A row as it was put.
    pub(crate) fn row(&self, at: u32) -> Option<CustomerRow> {
        let (segment, at) = self.find(at)?;
        let [name, person, phone, email, key, notes] = segment.written(at).map(str::to_owned);
        let tags = self.tags.list(*segment.tags.get(at)?);
        let tags = tags.iter().map(|tag| self.tags.tags().get(*tag).to_owned());
        Some(CustomerRow {
            id: *segment.ids.get(at)?,
            home: *segment.homes.get(at)?,
            name,
            person,
            phone,
            email,
            city: self.cities.get(*segment.cities.get(at)?).to_owned(),
            country: self.countries.get(*segment.countries.get(at)?).to_owned(),
            key,
            tags: tags.collect(),
            notes,
            orders: *segment.orders.get(at)?,
            total_minor: *segment.totals.get(at)?,
            last_purchase: day_out(*segment.last_purchase.get(at)?),
            last_contact: day_out(*segment.last_contact.get(at)?),
            created: day_out(*segment.created.get(at)?),
            conflicts: *segment.conflicts.get(at)?,
            deleted: !segment.live.has(at),
        })
    }

    /// Who is in a row.
    pub(crate) fn id(&self, at: u32) -> Option<CustomerId> {
        let (segment, at) = self.find(at)?;
        segment.ids.get(at).copied()
    }

    /// The segment a row is in, and where there.
    pub(crate) fn find(&self, at: u32) -> Option<(&Segment, usize)> {
        let (n, at) = place(at);
        self.segments.get(n).map(|segment| (segment, at))
    }

    /// Number of rows not deleted.
    pub(crate) fn live(&self) -> usize {
        let live = self.segments.iter().map(|segment| segment.live.count());
        live.sum::<u64>() as usize
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        let segments: usize = self.segments.iter().map(Segment::bytes).sum();
        let spare = self.segments.capacity() - self.segments.len();
        segments
            + spare * size_of::<Segment>()
            + self.cities.bytes()
            + self.countries.bytes()
            + self.tags.bytes()
            + self.tools.bytes()
    }
}

/// Number of the segment, and of the row in it.
pub(crate) fn place(at: u32) -> (usize, usize) {
    let at = at as usize;
    (at / SEGMENT_ROWS, at % SEGMENT_ROWS)
}
