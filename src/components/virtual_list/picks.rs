//! Rows that were picked, to do something with all of them at once.

use leptos::prelude::*;
use std::collections::BTreeSet;
use tendero_domain::CustomerId;
use tendero_messages::{Filter, Target};

/// Who is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Picked {
    /// These.
    These(BTreeSet<CustomerId>),
    /// All that the filter lets through, but these.
    AllBut(BTreeSet<CustomerId>),
}

/// Who is picked in a list. Copied freely; all copies are the same.
#[derive(Debug, Clone, Copy)]
pub struct Picks {
    picked: RwSignal<Picked>,
    /// Whether the boxes stand there though nobody is picked yet.
    choosing: RwSignal<bool>,
}

impl Picks {
    /// Nobody yet. Whoever is picked is let go when another filter is set: one would not see any more who is meant.
    #[must_use]
    pub fn of(filter: Memo<Filter>) -> Self {
        let picks = Self {
            picked: RwSignal::new(Picked::These(BTreeSet::new())),
            choosing: RwSignal::new(false),
        };
        let unsorted = Memo::new(move |_| {
            filter.with(|filter| (filter.search.trim().to_owned(), filter.rule.clone()))
        });
        Effect::new(move |before: Option<()>| {
            unsorted.track();
            if before.is_some() {
                picks.let_go();
            }
        });
        picks
    }

    /// Whether this one is picked.
    #[must_use]
    pub fn has(self, id: CustomerId) -> bool {
        self.picked.with(|picked| match picked {
            Picked::These(these) => these.contains(&id),
            Picked::AllBut(others) => !others.contains(&id),
        })
    }

    /// Picks this one or lets it go.
    pub fn toggle(self, id: CustomerId) {
        self.picked.update(|picked| {
            let (Picked::These(set) | Picked::AllBut(set)) = picked;
            if !set.remove(&id) {
                set.insert(id);
            }
        });
    }

    /// Picks everybody who is listed.
    pub fn all(self) {
        self.picked.set(Picked::AllBut(BTreeSet::new()));
    }

    /// Shows the boxes.
    pub fn choose(self) {
        self.choosing.set(true);
    }

    /// Lets everybody go.
    pub fn let_go(self) {
        self.choosing.set(false);
        if self.picked.get_untracked() != Picked::These(BTreeSet::new()) {
            self.picked.set(Picked::These(BTreeSet::new()));
        }
    }

    /// Whether the boxes are shown on every row.
    #[must_use]
    pub fn is_choosing(self) -> bool {
        self.choosing.get()
            || self
                .picked
                .with(|picked| *picked != Picked::These(BTreeSet::new()))
    }

    /// How many are picked of so many listed.
    #[must_use]
    pub fn count(self, listed: u64) -> u64 {
        self.picked.with(|picked| match picked {
            Picked::These(these) => these.len() as u64,
            Picked::AllBut(others) => listed.saturating_sub(others.len() as u64),
        })
    }

    /// Those who are picked, for a command.
    #[must_use]
    pub fn target(self, filter: Filter) -> Target {
        match self.picked.get_untracked() {
            Picked::These(these) => Target::These(these.into_iter().collect()),
            Picked::AllBut(others) => Target::Found(filter, others.into_iter().collect()),
        }
    }
}
