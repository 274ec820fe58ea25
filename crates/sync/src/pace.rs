//! How much to have on the way at once. A slow line must not be filled so far that the answer to a ping comes too late.

/// Answers faster than this ask for more. Milliseconds.
const FAST: u64 = 1_000;
/// Answers slower than this ask for less; well below the time after which a silent relay is given up. Milliseconds.
const SLOW: u64 = 4_000;

/// An amount that follows the line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    size: usize,
    least: usize,
    most: usize,
}

impl Pace {
    /// Begins with an amount between the bounds.
    pub(crate) const fn new(least: usize, size: usize, most: usize) -> Self {
        Self { size, least, most }
    }

    /// The amount.
    pub(crate) const fn size(self) -> usize {
        self.size
    }

    /// An answer took so long.
    pub(crate) fn took(&mut self, ms: u64) {
        if ms < FAST {
            self.size = self.size.saturating_mul(2).min(self.most);
        } else if ms > SLOW {
            self.size = (self.size / 2).max(self.least);
        }
    }

    /// The connection was lost while an answer was awaited.
    pub(crate) fn choked(&mut self) {
        self.size = (self.size / 4).max(self.least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amount_follows_the_line() {
        let mut pace = Pace::new(16, 256, 1000);
        pace.took(50);
        assert_eq!(pace.size(), 512);
        pace.took(50);
        assert_eq!(pace.size(), 1000);
        pace.took(2_000);
        assert_eq!(pace.size(), 1000);
        pace.took(9_000);
        assert_eq!(pace.size(), 500);
        for _ in 0..5 {
            pace.choked();
        }
        assert_eq!(pace.size(), 16);
    }
}
