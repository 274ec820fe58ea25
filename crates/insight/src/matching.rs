//! Which rows pass a selection, before they are put in order.

use crate::Selection;
use crate::bits::Bits;
use crate::rule::Compiled;
use crate::search::{Query, class};
use crate::table::{Table, place};
use tendero_domain::{Day, Rule};

/// The rows that pass.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    rows: Vec<Bits>,
    /// The class of every row; empty without a search.
    classes: Vec<u8>,
}

/// What was searched last: typing one more letter only looks at what was found before it.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    typed: String,
    circumstances: Option<Circumstances>,
    rows: Vec<Bits>,
}

/// What else decides who passes.
#[derive(Debug, PartialEq)]
struct Circumstances {
    revision: u64,
    rule: Option<Rule>,
    deleted: bool,
    today: Day,
}

impl Matches {
    /// The rows that pass a selection, whose rule fits, in the table as of a revision.
    pub(crate) fn of(
        table: &Table,
        revision: u64,
        wanted: &Selection<'_>,
        query: Option<&Query>,
        today: Day,
        searched: &mut Searched,
    ) -> Self {
        let Some(query) = query else {
            let rows = candidates(table, wanted, today).collect();
            let classes = Vec::new();
            return Self { rows, classes };
        };
        let circumstances = Some(Circumstances {
            revision,
            rule: wanted.rule.cloned(),
            deleted: wanted.deleted,
            today,
        });
        let narrows = searched.circumstances == circumstances && query.narrows(&searched.typed);
        let candidates = if narrows {
            core::mem::take(&mut searched.rows)
        } else {
            candidates(table, wanted, today).collect()
        };
        let mut matches = Self {
            rows: Vec::with_capacity(candidates.len()),
            classes: Vec::with_capacity(table.len()),
        };
        for (segment, candidates) in table.segments.iter().zip(&candidates) {
            let classes = query.classes(segment, candidates);
            matches
                .rows
                .push(Bits::of(&*classes, |class| class != class::NONE));
            matches.classes.extend_from_slice(&*classes);
        }
        query.typed().clone_into(&mut searched.typed);
        searched.circumstances = circumstances;
        searched.rows.clone_from(&matches.rows);
        matches
    }

    /// Whether a row passes.
    pub(crate) fn has(&self, row: u32) -> bool {
        let (segment, at) = place(row);
        self.rows.get(segment).is_some_and(|rows| rows.has(at))
    }

    /// How well a row matches the search.
    pub(crate) fn class(&self, row: u32) -> u8 {
        self.classes
            .get(row as usize)
            .copied()
            .unwrap_or(class::NONE)
    }

    pub(crate) fn count(&self) -> usize {
        self.rows.iter().map(Bits::count).sum::<u64>() as usize
    }
}

impl Searched {
    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.typed.capacity() + self.rows.capacity() * size_of::<Bits>()
    }
}

/// The rows of each segment for which all but the search holds.
fn candidates<'a>(
    table: &'a Table,
    wanted: &Selection<'_>,
    today: Day,
) -> impl Iterator<Item = Bits> + use<'a> {
    let rule = wanted.rule.map(|rule| Compiled::new(rule, table, today));
    let deleted = wanted.deleted;
    table.segments.iter().map(move |segment| {
        let present = if deleted {
            segment.deleted()
        } else {
            segment.live
        };
        match &rule {
            Some(rule) => present.and(&rule.rows(segment, &mut 0, &mut |_, _| {})),
            None => present,
        }
    })
}
