//! The net promoter score: would they recommend us, from 0 to 10?
//!
//! Reichheld: The One Number You Need to Grow, Harvard Business Review 81 (2003) 46–54.

/// Answers by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nps {
    /// 9 and 10.
    pub promoters: u32,
    /// 7 and 8.
    pub passives: u32,
    /// 0 to 6.
    pub detractors: u32,
}

impl Nps {
    /// Counts answers; who did not answer, or with more than 10, is left out.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = Option<u8>>) -> Self {
        let mut nps = Self::default();
        for answer in answers.into_iter().flatten() {
            match answer {
                0..=6 => nps.detractors += 1,
                7 | 8 => nps.passives += 1,
                9 | 10 => nps.promoters += 1,
                _ => {}
            }
        }
        nps
    }

    /// How many answered.
    #[must_use]
    pub const fn answers(&self) -> u32 {
        self.promoters + self.passives + self.detractors
    }

    /// 100 · (promoters − detractors) / answers, from −100 to 100; none without an answer.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let answers = self.answers();
        let net = f64::from(self.promoters) - f64::from(self.detractors);
        (answers > 0).then(|| 100.0 * net / f64::from(answers))
    }
}
