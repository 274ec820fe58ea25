//! The texts of a segment's rows, one after the other in one piece, so that all of them are searched in one sweep.

use crate::SEGMENT_ROWS;
use memchr::memmem::Finder;

/// Text that lost its row is dropped when there is more than this, and more than an eighth of all.
const WASTE_FLOOR: usize = 4096;

/// Rows in succession that are gone through although they are not wanted.
const MOST_UNWANTED: usize = 3;

/// A text for every row of a segment.
///
/// A changed text goes to the end and leaves a gap; gaps are closed once they are an eighth of the whole, so a change
/// costs time in proportion to its own text. Callers keep texts short enough for offsets of 32 bits
/// ([`CustomerRow::MAX_TEXT`](crate::CustomerRow::MAX_TEXT)) and end or begin each with a character no search holds.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    text: String,
    /// Where each row's text lies.
    spans: Vec<Span>,
    /// The rows that have a text, in the order of their texts.
    layout: Vec<u16>,
    wasted: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

impl Arena {
    /// Gives a row its text; a row beyond the last one is appended.
    pub(crate) fn set(&mut self, row: usize, text: &str) {
        if self.get(row) == text && row < self.spans.len() {
            return;
        }
        self.forget(row);
        let start = self.text.len();
        self.make_room(text.len());
        self.text.push_str(text);
        let span = Span {
            start: start as u32,
            end: self.text.len() as u32,
        };
        match self.spans.get_mut(row) {
            Some(place) => *place = span,
            None => self.spans.push(span),
        }
        if row + 1 == SEGMENT_ROWS && start > 0 && self.text.len() < self.text.capacity() / 16 * 15
        {
            self.text.shrink_to(self.text.len() + self.text.len() / 16);
        }
        if !text.is_empty() {
            self.layout.push(row as u16);
        }
        if self.wasted > WASTE_FLOOR.max(self.text.len() / 8) {
            self.close_gaps();
        }
    }

    /// A row's text; empty for a row that is not there.
    pub(crate) fn get(&self, row: usize) -> &str {
        let span = self.spans.get(row).copied().unwrap_or_default();
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Calls back for each wanted row that contains what is looked for, with row, text and place of the first hit in it.
    pub(crate) fn sweep(
        &self,
        finder: &Finder<'_>,
        wanted: impl Fn(usize) -> bool,
        mut hit: impl FnMut(usize, &str, usize),
    ) {
        let mut rest = self.layout.as_slice();
        while let Some((run, after)) = self.run(rest, &wanted) {
            rest = after;
            self.sweep_run(run, finder, |row, text, place| {
                if wanted(row) {
                    hit(row, text, place);
                }
            });
        }
    }

    /// The next rows to go through at once, the first of them wanted, and the rows after them.
    ///
    /// Their texts follow each other without a gap. A few among them that are not wanted cost less than starting anew.
    fn run<'a>(
        &self,
        rows: &'a [u16],
        wanted: impl Fn(usize) -> bool,
    ) -> Option<(&'a [u16], &'a [u16])> {
        let wanted = |row: &u16| wanted(usize::from(*row));
        let (_, rows) = rows.split_at_checked(rows.iter().position(wanted)?)?;
        let mut length = 0;
        let mut end = None;
        for (n, row) in rows.iter().enumerate() {
            let span = self.span(*row);
            if end.is_some_and(|end| end != span.start) || n - length > MOST_UNWANTED {
                break;
            }
            end = Some(span.end);
            if wanted(row) {
                length = n + 1;
            }
        }
        rows.split_at_checked(length)
    }

    fn sweep_run(&self, run: &[u16], finder: &Finder<'_>, mut hit: impl FnMut(usize, &str, usize)) {
        let end = run.last().map_or(0, |row| self.span(*row).end as usize);
        let mut from = run.first().map_or(0, |row| self.span(*row).start as usize);
        let mut rest = run;
        let find = |from| {
            let text: &[u8] = self.text.as_bytes().get(from..end)?;
            finder.find(text).map(|found| from + found)
        };
        while let Some(at) = find(from) {
            let begins = |row: &u16| self.span(*row).start as usize <= at;
            // Hits are close together or rare: gallop, then halve.
            let mut step = 1;
            while rest.get(step).is_some_and(begins) {
                step *= 2;
            }
            let near = rest.get(step / 2..step.min(rest.len())).unwrap_or(rest);
            let n = step / 2 + near.partition_point(begins);
            let Some(row) = n.checked_sub(1).and_then(|n| rest.get(n)) else {
                return;
            };
            let span = self.span(*row);
            let text = self.text.get(span.range()).unwrap_or_default();
            hit(usize::from(*row), text, at - span.start as usize);
            from = span.end as usize;
            rest = rest.get(n..).unwrap_or_default();
        }
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.text.capacity()
            + self.spans.capacity() * size_of::<Span>()
            + self.layout.capacity() * size_of::<u16>()
    }

    fn span(&self, row: u16) -> Span {
        self.spans
            .get(usize::from(row))
            .copied()
            .unwrap_or_default()
    }

    fn forget(&mut self, row: usize) {
        let old = self.spans.get(row).copied().unwrap_or_default();
        if old.start < old.end {
            let place = self
                .layout
                .partition_point(|other| self.span(*other).start < old.start);
            if place < self.layout.len() {
                self.layout.remove(place);
            }
            self.wasted += old.range().len();
        }
    }

    /// Grows by a half while rows are being added, then by a sixteenth: a full segment seldom changes.
    fn make_room(&mut self, more: usize) {
        if self.text.capacity() - self.text.len() < more {
            let growing = self.spans.len() < SEGMENT_ROWS;
            let spare = self.text.len() / if growing { 2 } else { 16 };
            self.text.reserve_exact(more + spare);
        }
    }

    fn close_gaps(&mut self) {
        let live = self.text.len() - self.wasted;
        let mut text = String::with_capacity(live + live / 16);
        for row in &self.layout {
            if let Some(span) = self.spans.get_mut(usize::from(*row)) {
                let start = text.len() as u32;
                text.push_str(self.text.get(span.range()).unwrap_or_default());
                *span = Span {
                    start,
                    end: text.len() as u32,
                };
            }
        }
        // Rows without text hold a place in the old text.
        for span in self.spans.iter_mut().filter(|span| span.start == span.end) {
            *span = Span::default();
        }
        self.text = text;
        self.wasted = 0;
    }
}

impl Span {
    fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
