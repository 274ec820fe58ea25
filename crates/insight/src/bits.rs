//! A bit for every row of a segment.

use crate::SEGMENT_ROWS;

/// 64-bit words of a segment's bits.
pub(crate) const WORDS: usize = SEGMENT_ROWS / 64;

/// A set of rows of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bits([u64; WORDS]);

impl Default for Bits {
    fn default() -> Self {
        Self::NONE
    }
}

impl Bits {
    /// No row.
    pub(crate) const NONE: Self = Self([0; WORDS]);
    /// Every row, also those a short segment does not have.
    pub(crate) const EVERY: Self = Self([u64::MAX; WORDS]);

    /// The first so many rows.
    pub(crate) fn first(n: usize) -> Self {
        let mut bits = Self::NONE;
        let mut left = n;
        for word in &mut bits.0 {
            *word = match left {
                0 => break,
                1..64 => (1 << left) - 1,
                _ => u64::MAX,
            };
            left = left.saturating_sub(64);
        }
        bits
    }

    /// The rows whose value passes.
    #[inline]
    pub(crate) fn of<T: Copy>(values: &[T], passes: impl Fn(T) -> bool) -> Self {
        let mut bits = Self::NONE;
        for (word, values) in bits.0.iter_mut().zip(values.chunks(64)) {
            let mut packed = 0;
            for (n, value) in values.iter().enumerate() {
                packed |= u64::from(passes(*value)) << n;
            }
            *word = packed;
        }
        bits
    }

    pub(crate) fn has(&self, row: usize) -> bool {
        self.0
            .get(row / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, row: usize, on: bool) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word = *word & !(1 << (row % 64)) | u64::from(on) << (row % 64);
        }
    }

    pub(crate) fn and(self, other: &Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    pub(crate) fn or(self, other: &Self) -> Self {
        self.with(other, |a, b| a | b)
    }

    pub(crate) fn and_not(self, other: &Self) -> Self {
        self.with(other, |a, b| a & !b)
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Calls back with the number of each row in the set, in rising order.
    #[inline]
    pub(crate) fn each(&self, mut visit: impl FnMut(usize)) {
        for (at, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                visit(at * 64 + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    fn with(mut self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a = join(*a, *b);
        }
        self
    }
}
