//! RFM over everybody in an index: the map of scores, the named groups with the rule that lists each, and the cut-offs.
//!
//! Scores follow [`ScoreRule::Ties`](crate::rfm::ScoreRule::Ties), under which a score is a range of the number behind it:
//! so a group is a rule over days, purchases and amounts like any other, and can be kept as a segment.

use crate::Index;
use crate::rfm::{Group, Rfm, ScoreRule, Scores, ranges, scores};
use crate::segment::day_out;
use tendero_domain::{Condition, Day, DayTest, NumberTest, Rule};

/// Customers and the sum of their purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many.
    pub customers: u64,
    /// Of how much, in minor units; stays at the end of the range when it does not fit.
    pub total_minor: i64,
}

impl Share {
    fn add(&mut self, minor: i64) {
        self.customers += 1;
        self.total_minor = self.total_minor.saturating_add(minor);
    }
}

/// The least and the greatest number behind each score from 1 to 5; none for a score that nobody has.
pub type Cuts = [Option<(i64, i64)>; 5];

/// RFM over everybody. See the module.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RfmMap {
    /// Customers with a purchase: those who have scores.
    pub scored: u64,
    /// Customers without one.
    pub unscored: u64,
    /// By recency score less 1, then frequency score less 1.
    pub cells: [[Share; 5]; 5],
    /// The groups in the order of [`Group::ALL`]; the rule holds for exactly its customers, and is none where there are none.
    pub groups: Vec<(Group, Share, Option<Rule>)>,
    /// Whole days since the last purchase; a day to come counts as today.
    pub recency: Cuts,
    /// Purchases.
    pub frequency: Cuts,
    /// Sum of purchases in minor units, refunds taken off.
    pub monetary: Cuts,
}

impl Index {
    /// RFM over everybody who is not deleted, as of a day.
    #[must_use]
    pub fn rfm(&self, today: Day) -> RfmMap {
        let mut map = RfmMap::default();
        let mut numbers = Vec::new();
        for segment in self.segments_of_rows() {
            segment.live.each(|row| {
                let last = segment.last_purchase.get(row).copied().and_then(day_out);
                let (Some(last), Some(orders), Some(total)) =
                    (last, segment.orders.get(row), segment.totals.get(row))
                else {
                    map.unscored += 1;
                    return;
                };
                numbers.push(Rfm {
                    recency_days: u32::try_from(today.0.saturating_sub(last.0)).unwrap_or(0),
                    frequency: *orders,
                    monetary_minor: *total,
                });
            });
        }
        map.scored = numbers.len() as u64;
        let scores = scores(&numbers, ScoreRule::Ties);
        let mut shares = [Share::default(); Group::ALL.len()];
        for (number, score) in numbers.iter().zip(&scores) {
            let cell = map
                .cells
                .get_mut(usize::from(score.recency) - 1)
                .and_then(|cells| cells.get_mut(usize::from(score.frequency) - 1));
            let group = Group::of(*score);
            let place = Group::ALL.iter().position(|(known, ..)| *known == group);
            let share = place.and_then(|place| shares.get_mut(place));
            for share in cell.into_iter().chain(share) {
                share.add(number.monetary_minor);
            }
        }
        let cuts = |number: fn(&Rfm) -> i64, score: fn(&Scores) -> u8| {
            ranges(numbers.iter().map(number).zip(scores.iter().map(score)))
        };
        map.recency = cuts(|n| n.recency_days.into(), |s| s.recency);
        map.frequency = cuts(|n| n.frequency.into(), |s| s.frequency);
        map.monetary = cuts(|n| n.monetary_minor, |s| s.monetary);
        map.groups = Group::ALL
            .iter()
            .zip(shares)
            .map(|((group, ..), share)| {
                let rule = (share.customers > 0).then(|| map.rule_of(*group));
                (*group, share, rule)
            })
            .collect();
        map
    }
}

impl RfmMap {
    /// The rule that holds for the customers of one cell of the map, by their scores of recency and frequency; none where the
    /// cell is empty.
    #[must_use]
    pub fn rule_of_cell(&self, recency: u8, frequency: u8) -> Option<Rule> {
        self.within((recency, recency), (frequency, frequency), (1, 5))
    }

    /// The rule that holds for a group: its ranges, and not those of the groups that come first.
    fn rule_of(&self, group: Group) -> Rule {
        let mut earlier = Vec::new();
        for (known, recency, frequency, monetary) in Group::ALL {
            let Some(rule) = self.within(recency, frequency, monetary) else {
                continue;
            };
            if known == group {
                return match earlier.is_empty() {
                    true => rule,
                    false => Rule::All(vec![rule, Rule::Not(Box::new(Rule::Any(earlier)))]),
                };
            }
            earlier.push(rule);
        }
        Rule::Any(Vec::new())
    }

    /// The rule for these scores, from and to, both included; none where nobody has one of them.
    fn within(&self, recency: (u8, u8), frequency: (u8, u8), monetary: (u8, u8)) -> Option<Rule> {
        let (nearest, farthest) = span(&self.recency, recency)?;
        let (fewest, most) = span(&self.frequency, frequency)?;
        let (least, greatest) = span(&self.monetary, monetary)?;
        let days = |days: i64| u32::try_from(days).unwrap_or(u32::MAX);
        let mut parts = vec![Condition::LastPurchase(DayTest::WithinDays(days(farthest)))];
        if nearest > 0 {
            let test = DayTest::NotWithinDays(days(nearest - 1));
            parts.push(Condition::LastPurchase(test));
        }
        if frequency != (1, 5) {
            parts.push(Condition::Orders(NumberTest::Between(fewest, most)));
        }
        if monetary != (1, 5) {
            parts.push(Condition::Total(NumberTest::Between(least, greatest)));
        }
        Some(Rule::All(parts.into_iter().map(Rule::Is).collect()))
    }
}

/// The least and the greatest number behind these scores.
fn span(cuts: &Cuts, (from, to): (u8, u8)) -> Option<(i64, i64)> {
    let wanted = usize::from(from).saturating_sub(1)..usize::from(to);
    let found = cuts.get(wanted)?.iter().flatten();
    found
        .copied()
        .reduce(|(low, high), (l, h)| (low.min(l), high.max(h)))
}
