//! RFM: how recently, how often and for how much customers bought, as scores from 1 to 5.
//!
//! After Hughes: Strategic Database Marketing (1994). There is no single rule for ties, so there are three, by name.

use crate::purchases::History;
use tendero_domain::Day;

/// The three numbers of a customer who bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rfm {
    /// Whole days from the last purchase to the day asked about; fewer are better.
    pub recency_days: u32,
    /// How often: orders or days with purchases, see [`Frequency`].
    pub frequency: u32,
    /// For how much in all, in minor units, refunds left out.
    pub monetary_minor: i64,
}

/// What counts as once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Frequency {
    /// Every order.
    #[default]
    Orders,
    /// Every day with at least one order.
    Days,
}

impl Rfm {
    /// The numbers of a history that was collected up to `as_of`; none for somebody who never bought: no score.
    #[must_use]
    pub fn of(history: &History, as_of: Day, frequency: Frequency) -> Option<Self> {
        Some(Self {
            recency_days: as_of.0.abs_diff(history.last()?.0),
            frequency: match frequency {
                Frequency::Orders => history.orders(),
                Frequency::Days => history.repeats().saturating_add(1),
            },
            monetary_minor: history.total_minor(),
        })
    }
}

/// How numbers become scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScoreRule {
    /// 1 + ⌊5 · customers who are strictly worse / customers⌋. Equal numbers have equal scores, and neither the order of
    /// the customers nor of merges matters.
    #[default]
    Ties,
    /// SQL's `NTILE(5)`: five groups of the same size, the larger ones first (worst), ties in the order in which the customers
    /// are given. Equal customers may get different scores.
    Ntile,
    /// As the R package `rfm`: cuts at the quantiles of 20, 40, 60 and 80 % (type 7 of Hyndman and Fan), plus one day,
    /// purchase or whole money unit (100 minor ones); a number on a cut belongs above it.
    Rpk,
}

/// Scores from 1, the worst fifth, to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scores {
    /// Of recency.
    pub recency: u8,
    /// Of frequency.
    pub frequency: u8,
    /// Of monetary value.
    pub monetary: u8,
}

/// The scores of each customer, in their order.
#[must_use]
pub fn scores(customers: &[Rfm], rule: ScoreRule) -> Vec<Scores> {
    // More is better in each of these.
    let recency: Vec<i64> = customers
        .iter()
        .map(|c| -i64::from(c.recency_days))
        .collect();
    let frequency: Vec<i64> = customers.iter().map(|c| i64::from(c.frequency)).collect();
    let monetary: Vec<i64> = customers.iter().map(|c| c.monetary_minor).collect();
    let of = |values: &[i64], one: i64| match rule {
        ScoreRule::Ties => by_ties(values),
        ScoreRule::Ntile => by_ntile(values),
        ScoreRule::Rpk => by_quantiles(values, one),
    };
    let recency = match rule {
        ScoreRule::Rpk => {
            let days: Vec<i64> = recency.iter().map(|days| -days).collect();
            by_quantiles(&days, 1)
                .into_iter()
                .map(|score| 6 - score)
                .collect()
        }
        _ => of(&recency, 1),
    };
    recency
        .into_iter()
        .zip(of(&frequency, 1))
        .zip(of(&monetary, 100))
        .map(|((recency, frequency), monetary)| Scores {
            recency,
            frequency,
            monetary,
        })
        .collect()
}

/// A team's own thresholds, from score 2 to score 5: each has to be reached, and the highest that is gives the score. They are
/// the team's business: a list that does not ascend in quality leaves scores out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnCuts {
    /// The most days since the last purchase.
    pub recency_days: [u32; 4],
    /// The least count.
    pub frequency: [u32; 4],
    /// The least sum in minor units.
    pub monetary_minor: [i64; 4],
}

impl OwnCuts {
    /// The scores of one customer, whoever else there is.
    #[must_use]
    pub fn scores(&self, customer: Rfm) -> Scores {
        Scores {
            recency: highest(self.recency_days.map(|most| customer.recency_days <= most)),
            frequency: highest(self.frequency.map(|least| customer.frequency >= least)),
            monetary: highest(
                self.monetary_minor
                    .map(|least| customer.monetary_minor >= least),
            ),
        }
    }
}

/// The score of the last cut that is reached; 1 where none is.
fn highest(reached: [bool; 4]) -> u8 {
    let mut scores = (2..=5).zip(reached).rev();
    scores
        .find(|(_, is_reached)| *is_reached)
        .map_or(1, |(score, _)| score)
}

/// The least and the greatest number that got each score from 1 to 5: the cut-offs to show beside a map. None for a score
/// that nobody got.
#[must_use]
pub fn ranges(scored: impl IntoIterator<Item = (i64, u8)>) -> [Option<(i64, i64)>; 5] {
    let mut ranges = [None; 5];
    for (value, score) in scored {
        if let Some(range) = ranges.get_mut(usize::from(score).wrapping_sub(1)) {
            let (least, most) = range.unwrap_or((value, value));
            *range = Some((value.min(least), value.max(most)));
        }
    }
    ranges
}

fn by_ties(values: &[i64]) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let score = |value: &i64| {
        let worse = sorted.partition_point(|other| other < value);
        fifth(worse, values.len())
    };
    values.iter().map(score).collect()
}

fn by_ntile(values: &[i64]) -> Vec<u8> {
    let mut order: Vec<(i64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut scores = vec![1; values.len()];
    let (size, larger) = (values.len() / 5, values.len() % 5);
    let mut ranked = order.into_iter();
    for score in 1..=5 {
        let size = size + usize::from(usize::from(score) <= larger);
        for (_, at) in ranked.by_ref().take(size) {
            if let Some(cell) = scores.get_mut(at) {
                *cell = score;
            }
        }
    }
    scores
}

fn by_quantiles(values: &[i64], one: i64) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    // Five times the cut, so that it stays whole: a quantile lies some fifths of the way between two numbers.
    let cut = |fifths: usize| {
        let place = sorted.len().saturating_sub(1) * fifths;
        let at = |n: usize| i128::from(sorted.get(n).or(sorted.last()).copied().unwrap_or(0));
        let (below, above) = (at(place / 5), at(place / 5 + 1));
        let way = i128::try_from(place % 5).unwrap_or(0);
        5 * below + way * (above - below) + 5 * i128::from(one)
    };
    let cuts = [1, 2, 3, 4].map(cut);
    let score = |value: &i64| {
        let below = cuts.iter().filter(|cut| **cut <= 5 * i128::from(*value));
        u8::try_from(1 + below.count()).unwrap_or(5)
    };
    values.iter().map(score).collect()
}

/// 1 + ⌊5 · worse / all⌋.
fn fifth(worse: usize, all: usize) -> u8 {
    u8::try_from(1 + 5 * worse / all.max(1)).unwrap_or(5)
}

/// What a customer is called by their scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "the names say it; the ranges are in `Group::ALL`"
)]
pub enum Group {
    Champions,
    PotentialLoyalist,
    LoyalCustomers,
    Promising,
    NewCustomers,
    CantLoseThem,
    AtRisk,
    NeedAttention,
    AboutToSleep,
    Lost,
    Others,
}

/// From and to, both included.
type Range = (u8, u8);

impl Group {
    /// Each group with its ranges of recency, frequency and monetary scores; the first that fits is it.
    pub const ALL: [(Self, Range, Range, Range); 11] = [
        (Self::Champions, (5, 5), (5, 5), (5, 5)),
        (Self::PotentialLoyalist, (3, 5), (3, 5), (2, 5)),
        (Self::LoyalCustomers, (2, 4), (2, 4), (2, 4)),
        (Self::Promising, (3, 4), (1, 3), (3, 5)),
        (Self::NewCustomers, (4, 5), (1, 3), (1, 5)),
        (Self::CantLoseThem, (1, 2), (3, 4), (4, 5)),
        (Self::AtRisk, (1, 2), (2, 5), (4, 5)),
        (Self::NeedAttention, (1, 3), (3, 5), (3, 5)),
        (Self::AboutToSleep, (2, 3), (1, 3), (1, 4)),
        (Self::Lost, (1, 1), (1, 5), (1, 5)),
        (Self::Others, (1, 5), (1, 5), (1, 5)),
    ];

    /// The group of these scores.
    #[must_use]
    pub fn of(scores: Scores) -> Self {
        let within = |score: u8, (from, to): Range| (from..=to).contains(&score);
        let fits = |(_, r, f, m): &&(Self, Range, Range, Range)| {
            within(scores.recency, *r)
                && within(scores.frequency, *f)
                && within(scores.monetary, *m)
        };
        Self::ALL
            .iter()
            .find(fits)
            .map_or(Self::Others, |(group, ..)| *group)
    }

    /// Its English name, as analysts know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Champions => "Champions",
            Self::PotentialLoyalist => "Potential Loyalist",
            Self::LoyalCustomers => "Loyal Customers",
            Self::Promising => "Promising",
            Self::NewCustomers => "New Customers",
            Self::CantLoseThem => "Can't Lose Them",
            Self::AtRisk => "At Risk",
            Self::NeedAttention => "Need Attention",
            Self::AboutToSleep => "About To Sleep",
            Self::Lost => "Lost",
            Self::Others => "Others",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_share_a_score_only_where_the_rule_says_so() {
        let values = [7, 7, 7, 7, 1, 9, 9];
        assert_eq!(by_ties(&values), [1, 1, 1, 1, 1, 4, 4]);
        assert_eq!(by_ntile(&values), [1, 2, 2, 3, 1, 4, 5]);
        assert_eq!(by_ties(&[4, 4]), [1, 1]);
        assert_eq!(by_ntile(&[4, 4]), [1, 2]);
        assert!(by_ties(&[]).is_empty() && by_quantiles(&[], 1).is_empty());
    }

    #[test]
    fn own_thresholds_score_a_customer_alone() {
        let cuts = OwnCuts {
            recency_days: [365, 180, 90, 30],
            frequency: [2, 4, 8, 16],
            monetary_minor: [10_000, 50_000, 100_000, 500_000],
        };
        let scores = |recency_days, frequency, monetary_minor| {
            let Scores {
                recency,
                frequency,
                monetary,
            } = cuts.scores(Rfm {
                recency_days,
                frequency,
                monetary_minor,
            });
            (recency, frequency, monetary)
        };
        assert_eq!(scores(30, 16, 500_000), (5, 5, 5));
        assert_eq!(scores(31, 15, 499_999), (4, 4, 4));
        assert_eq!(scores(366, 1, 9_999), (1, 1, 1));
    }

    #[test]
    fn cut_offs_are_the_ends_of_each_score() {
        let ranges = ranges([(10, 1), (3, 1), (20, 3), (99, 5)]);
        assert_eq!(
            ranges,
            [Some((3, 10)), None, Some((20, 20)), None, Some((99, 99))]
        );
    }
}
