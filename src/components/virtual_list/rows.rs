//! The rows of a [`super::VirtualList`] that are here, and those that are being asked for.
//!
//! Rows come in chunks. While the engine answers, what was there stays on the screen: a change in the middle of a scroll
//! shows the older rows for some milliseconds, never nothing.

use crate::state::{Engine, use_engine};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::sync::Arc;
use tendero_domain::CustomerId;
use tendero_messages::{Answer, Filter, Query, Row, WindowAnswer};

/// Rows in a chunk: a screen or two.
const CHUNK: u32 = 64;
/// Chunks that are kept; those farthest from what is in sight go first.
const KEPT: usize = 24;

type Chunks = BTreeMap<u32, Arc<Vec<Row>>>;

/// What is here. Copied freely; all copies are the same rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    engine: Engine,
    filter: Signal<Filter>,
    total: RwSignal<Option<u64>>,
    chunks: RwSignal<Chunks>,
    unreadable: RwSignal<bool>,
    /// First and last chunk wanted.
    wanted: StoredValue<(u32, u32)>,
    /// Whether what is here is out of date.
    stale: StoredValue<bool>,
    asking: StoredValue<bool>,
}

impl Rows {
    pub(super) fn new(filter: Signal<Filter>, total: RwSignal<Option<u64>>) -> Self {
        let rows = Self {
            engine: use_engine(),
            filter,
            total,
            chunks: RwSignal::default(),
            unreadable: RwSignal::new(false),
            wanted: StoredValue::new((0, 0)),
            stale: StoredValue::new(true),
            asking: StoredValue::new(false),
        };
        Effect::new(move |_| {
            rows.filter.track();
            rows.engine.changed();
            rows.stale.set_value(true);
            rows.ask();
        });
        rows
    }

    /// The row at this place, if it is here.
    pub(super) fn at(self, at: u32) -> Option<Row> {
        self.chunks.with(|chunks| {
            chunks
                .get(&(at / CHUNK))?
                .get((at % CHUNK) as usize)
                .cloned()
        })
    }

    /// Whether the device could not read them.
    pub(super) fn unreadable(self) -> bool {
        self.unreadable.get()
    }

    /// Asks for the rows of a range and those around it whenever it moves.
    pub(super) fn keep_around(self, range: Memo<(u32, u32)>) {
        let chunks = Memo::new(move |_| {
            let (from, to) = range.get();
            (
                from.saturating_sub(CHUNK / 2) / CHUNK,
                to.saturating_add(CHUNK / 2) / CHUNK,
            )
        });
        Effect::new(move |_| {
            self.wanted.set_value(chunks.get());
            self.ask();
        });
    }

    /// The place of the customer that is open; moves with it, and can be moved by keyboard.
    pub(super) fn follow(self, current: Signal<Option<CustomerId>>) -> RwSignal<Option<u32>> {
        let cursor = RwSignal::new(None);
        Effect::new(move |_| {
            self.chunks.track();
            let Some(id) = current.get() else { return };
            let here = |at: u32| untrack(|| self.at(at)).is_some_and(|row| row.id == id);
            if cursor.get_untracked().is_some_and(here) {
                return;
            }
            let found = self.chunks.with_untracked(|chunks| {
                let place = |(chunk, rows): (&u32, &Arc<Vec<Row>>)| {
                    let at = rows.iter().position(|row| row.id == id)?;
                    Some(chunk * CHUNK + u32::try_from(at).ok()?)
                };
                chunks.iter().find_map(place)
            });
            if found.is_some() {
                cursor.set(found);
                return;
            }
            let filter = self.filter.get_untracked();
            spawn_local(async move {
                let asked = Query::PositionOf {
                    filter: filter.clone(),
                    customer: id,
                };
                if let Answer::PositionOf(at) = self.engine.ask(asked).await
                    && current.try_get_untracked() == Some(Some(id))
                    && self.filter.try_get_untracked() == Some(filter)
                    && cursor.try_get_untracked().is_some_and(|now| now != at)
                {
                    cursor.try_set(at);
                }
            });
        });
        cursor
    }

    /// Asks for what is wanted and not here, one window after the other.
    fn ask(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            while let Some((filter, from, len, is_fresh)) = self.next_window() {
                let asked = Query::Window {
                    filter: filter.clone(),
                    from,
                    len,
                };
                let answer = self.engine.ask(asked).await;
                if self.filter.try_get_untracked() != Some(filter) {
                    continue;
                }
                match answer {
                    Answer::Window(window) => self.take_in(window, is_fresh),
                    _ => {
                        self.unreadable.try_set(true);
                        break;
                    }
                }
            }
            self.asking.try_update_value(|asking| *asking = false);
        });
    }

    /// The next window to ask for, and whether it replaces all that is here. `None`: all is here, or the list is gone.
    fn next_window(self) -> Option<(Filter, u32, u32, bool)> {
        let filter = self.filter.try_get_untracked()?;
        let (first, last) = self.wanted.try_get_value()?;
        let most = Query::MAX_WINDOW / CHUNK;
        if self.stale.try_get_value()? {
            self.stale.set_value(false);
            let chunks = (last - first + 1).min(most);
            return Some((filter, first * CHUNK, chunks * CHUNK, true));
        }
        let total = self.total.get_untracked()?;
        let missing = self.chunks.with_untracked(|chunks| {
            (first..=last)
                .find(|chunk| u64::from(chunk * CHUNK) < total && !chunks.contains_key(chunk))
        })?;
        Some((filter, missing * CHUNK, CHUNK, false))
    }

    fn take_in(self, window: WindowAnswer, is_fresh: bool) {
        let WindowAnswer { total, from, rows } = window;
        let (first, last) = self.wanted.get_value();
        self.unreadable.set(false);
        self.chunks.update(|chunks| {
            if is_fresh {
                chunks.clear();
            }
            let whole = total
                .saturating_sub(u64::from(from))
                .div_ceil(u64::from(CHUNK));
            for (n, part) in rows
                .chunks(CHUNK as usize)
                .enumerate()
                .take(usize::try_from(whole).unwrap_or(usize::MAX))
            {
                chunks.insert(from / CHUNK + n as u32, Arc::new(part.to_vec()));
            }
            while chunks.len() > KEPT {
                let far = |chunk: u32| first.saturating_sub(chunk).max(chunk.saturating_sub(last));
                let Some(farthest) = chunks.keys().copied().max_by_key(|chunk| far(*chunk)) else {
                    break;
                };
                chunks.remove(&farthest);
            }
        });
        if self.total.get_untracked() != Some(total) {
            self.total.set(Some(total));
        }
    }
}
