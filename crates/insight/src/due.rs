//! Due to order: who should have ordered by now, going by their own rhythm.
//!
//! The same for a customer and for one product of a customer: a list of days with purchases. The rhythm is the median of the
//! latest gaps between them, so one long holiday does not change it; the next order is expected that long after the last.

use crate::purchases::BuyingDay;
use tendero_domain::Day;

/// With fewer days with purchases there is no rhythm of one's own.
pub const LEAST_DAYS: usize = 4;

/// The latest gaps that make the rhythm.
const LATEST_GAPS: usize = 12;

/// How regularly somebody orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Days between two orders: the median of the latest twelve gaps, the lower one of two; at least one.
    pub gap_days: u32,
    /// The longest of these gaps.
    pub longest_days: u32,
}

impl Rhythm {
    /// One's own rhythm, from at least [`LEAST_DAYS`] days with purchases.
    #[must_use]
    pub fn of(days: &[BuyingDay]) -> Option<Self> {
        (days.len() >= LEAST_DAYS)
            .then(|| Self::of_gaps(gaps(days).rev().take(LATEST_GAPS).collect()))
            .flatten()
    }

    /// The rhythm of a tier or of all: the median of every gap in it, for those who have none of their own. None where nobody came twice.
    #[must_use]
    pub fn of_all<'d>(customers: impl IntoIterator<Item = &'d [BuyingDay]>) -> Option<Self> {
        Self::of_gaps(customers.into_iter().flat_map(gaps).collect())
    }

    fn of_gaps(mut gaps: Vec<u32>) -> Option<Self> {
        gaps.sort_unstable();
        let middle = gaps.len().checked_sub(1)? / 2;
        Some(Self {
            gap_days: *gaps.get(middle)?,
            longest_days: *gaps.last()?,
        })
    }
}

/// Where somebody stands in the rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The next order is not expected yet.
    Early,
    /// It is expected by now.
    Due,
    /// More than three gaps without an order, and longer than the longest of them: stopped buying.
    Stopped,
}

/// When the next order is expected, and what is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day of the next order.
    pub expected: Day,
    /// Where they stand.
    pub state: State,
    /// What the orders that did not come would have brought, in minor units: the median of the latest twelve buying days'
    /// amounts for each gap that has passed. Zero while it is early.
    pub at_stake_minor: i64,
}

impl Due {
    /// Where days with purchases stand in a rhythm on the day `as_of`; none for somebody who never bought.
    #[must_use]
    pub fn of(days: &[BuyingDay], rhythm: Rhythm, as_of: Day) -> Option<Self> {
        let last = days.last()?.day;
        let gap = rhythm.gap_days.max(1);
        let silent = u32::try_from(as_of.0.saturating_sub(last.0)).unwrap_or(0);
        let missed = silent / gap;
        let state = match missed {
            0 => State::Early,
            _ if silent > gap.saturating_mul(3) && silent > rhythm.longest_days => State::Stopped,
            _ => State::Due,
        };
        let mut amounts: Vec<i64> = days
            .iter()
            .rev()
            .take(LATEST_GAPS)
            .map(|d| d.amount_minor)
            .collect();
        amounts.sort_unstable();
        let usual = amounts
            .get(amounts.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(0);
        Some(Self {
            expected: Day(last
                .0
                .saturating_add(i32::try_from(gap).unwrap_or(i32::MAX))),
            state,
            at_stake_minor: usual.saturating_mul(i64::from(missed)),
        })
    }
}

/// What a list of people to call would have been worth on a day in the past.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// How many it names.
    pub named: u32,
    /// Those of them who ordered within the time ahead.
    pub ordered: u32,
}

/// Two lists on a day in the past, and what came of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DueTest {
    /// Those whose next order by their own rhythm fell in the time ahead, or was due and had not come.
    pub by_rhythm: Calls,
    /// Those who had not ordered for 30 days: what one does without a rhythm.
    pub by_silence: Calls,
    /// How many of all who had a rhythm ordered within the time ahead.
    pub ordered: u32,
}

impl DueTest {
    /// Compares both lists for those who had a rhythm on the day `on`, over the `ahead_days` after it.
    #[must_use]
    pub fn new<'d>(
        customers: impl IntoIterator<Item = &'d [BuyingDay]>,
        on: Day,
        ahead_days: u32,
    ) -> Self {
        let ahead = Day(on
            .0
            .saturating_add(i32::try_from(ahead_days).unwrap_or(i32::MAX)));
        let mut test = Self::default();
        for days in customers {
            let (before, after) = days.split_at(days.partition_point(|bought| bought.day <= on));
            let due = Rhythm::of(before).and_then(|rhythm| Due::of(before, rhythm, on));
            let Some((due, last)) = due.zip(before.last()) else {
                continue;
            };
            let came = after.first().is_some_and(|bought| bought.day <= ahead);
            test.ordered += u32::from(came);
            let is_named = due.state != State::Stopped && due.expected <= ahead;
            test.by_rhythm.count(is_named, came);
            test.by_silence.count(on.0.abs_diff(last.day.0) >= 30, came);
        }
        test
    }
}

impl Calls {
    /// Of those named, the share who ordered; none where nobody was named.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.named > 0).then(|| f64::from(self.ordered) / f64::from(self.named))
    }

    fn count(&mut self, is_named: bool, came: bool) {
        self.named += u32::from(is_named);
        self.ordered += u32::from(is_named && came);
    }
}

fn gaps(days: &[BuyingDay]) -> impl DoubleEndedIterator<Item = u32> {
    days.windows(2).filter_map(|pair| match pair {
        [before, after] => Some(after.day.0.abs_diff(before.day.0)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i32]) -> Vec<BuyingDay> {
        days.iter()
            .map(|day| BuyingDay {
                day: Day(*day),
                orders: 1,
                amount_minor: 1_000 + i64::from(*day),
            })
            .collect()
    }

    #[test]
    fn a_holiday_does_not_change_a_weekly_rhythm() {
        let bought = days(&[0, 7, 14, 50, 57, 64]);
        let rhythm = Rhythm::of(&bought).unwrap();
        assert_eq!((rhythm.gap_days, rhythm.longest_days), (7, 36));
        let on = |day| Due::of(&bought, rhythm, Day(day)).unwrap();
        assert_eq!(
            (on(70).expected, on(70).state, on(70).at_stake_minor),
            (Day(71), State::Early, 0)
        );
        assert_eq!((on(71).state, on(71).at_stake_minor), (State::Due, 1_014));
        assert_eq!(
            (on(90).state, on(90).at_stake_minor),
            (State::Due, 3 * 1_014)
        );
        assert_eq!(on(101).state, State::Stopped);
        assert_eq!(Rhythm::of(&bought[..3]), None);
        assert_eq!(
            Rhythm::of_all([&bought[..2], &bought[..1]])
                .unwrap()
                .gap_days,
            7
        );
        assert_eq!(Due::of(&[], rhythm, Day(1)), None);
    }

    #[test]
    fn the_test_counts_who_ordered_of_those_each_list_names() {
        let weekly = days(&[0, 7, 14, 21, 28, 36]);
        let monthly = days(&[-120, -90, -60, -30, 0, 90]);
        let new = days(&[20, 29]);
        let all = [&weekly[..], &monthly[..], &new[..]];
        // On day 31: weekly is due on 35 and comes; monthly was due on 30 and does not come within a week.
        let test = DueTest::new(all, Day(31), 7);
        assert_eq!(
            test.by_rhythm,
            Calls {
                named: 2,
                ordered: 1
            }
        );
        assert_eq!(
            test.by_silence,
            Calls {
                named: 1,
                ordered: 0
            }
        );
        assert_eq!(test.ordered, 1);
        assert_eq!(test.by_rhythm.precision(), Some(0.5));
    }
}
