//! Draws that follow from a number alone.

use crate::hash;

/// A row's own endless series of draws. What a row looks like depends on nothing but its number and the order of its draws.
pub struct Lot {
    seed: u64,
    drawn: u64,
}

impl Lot {
    /// The series that belongs to this number.
    pub const fn of(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// A number below the bound, which is above 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let value = hash(self.seed, self.drawn);
        self.drawn += 1;
        value % bound.max(1)
    }

    /// One of a list that is not empty.
    pub fn pick(&mut self, list: &[&'static str]) -> &'static str {
        let at = self.below(list.len() as u64) as usize;
        list.get(at).copied().unwrap_or_default()
    }
}
