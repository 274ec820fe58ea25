//! The pipeline: what became of opportunities.

use tendero_domain::Day;

/// Where an opportunity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Still open.
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

/// An opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// Where it stands.
    pub outcome: Outcome,
    /// What it brought, in minor units; only that of won ones counts.
    pub value_minor: i64,
    /// When work on it began.
    pub begun: Option<Day>,
    /// When it was won or lost.
    pub closed: Option<Day>,
}

/// The figures of some opportunities: all, or those of a seller, a product, an account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pipeline {
    /// How many are open.
    pub open: usize,
    /// How many were won.
    pub won: usize,
    /// How many were lost.
    pub lost: usize,
    /// What the won ones brought, in minor units.
    pub won_value_minor: i64,
    /// The median of what a won one brought, in minor units, a half of one rounded up; none where none was won.
    pub median_won_minor: Option<i64>,
    /// Days from beginning to close of won ones, on average; of those with both days.
    pub days_won: Option<f64>,
    /// The same of lost ones.
    pub days_lost: Option<f64>,
}

impl Pipeline {
    /// Counts opportunities; their order does not matter.
    #[must_use]
    pub fn new(deals: impl IntoIterator<Item = Deal>) -> Self {
        let mut figures = Self::default();
        let mut values = Vec::new();
        let (mut won, mut lost) = (Mean::default(), Mean::default());
        for deal in deals {
            match deal.outcome {
                Outcome::Open => figures.open += 1,
                Outcome::Won => {
                    figures.won += 1;
                    values.push(deal.value_minor);
                    won.add(&deal);
                }
                Outcome::Lost => {
                    figures.lost += 1;
                    lost.add(&deal);
                }
            }
        }
        figures.won_value_minor = values.iter().copied().fold(0, i64::saturating_add);
        figures.median_won_minor = median(values);
        figures.days_won = won.value();
        figures.days_lost = lost.value();
        figures
    }

    /// Won ones by those won or lost, from 0 to 1; none where none is closed.
    #[must_use]
    pub fn win_rate(&self) -> Option<f64> {
        let closed = self.won + self.lost;
        (closed > 0).then(|| self.won as f64 / closed as f64)
    }
}

#[derive(Default)]
struct Mean {
    sum: i64,
    count: i64,
}

impl Mean {
    fn add(&mut self, deal: &Deal) {
        if let (Some(begun), Some(closed)) = (deal.begun, deal.closed) {
            self.sum += i64::from(closed.0) - i64::from(begun.0);
            self.count += 1;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get(values.len().checked_sub(1)? / 2)?;
    let twice = i128::from(lower) + i128::from(upper);
    i64::try_from((twice + 1).div_euclid(2)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_opportunities_there_is_no_rate() {
        let none = Pipeline::new([]);
        assert_eq!(
            (none.win_rate(), none.median_won_minor, none.days_won),
            (None, None, None)
        );
        assert_eq!(median(vec![300, 101]), Some(201));
        assert_eq!(median(vec![5, 1, 9]), Some(5));
    }
}
