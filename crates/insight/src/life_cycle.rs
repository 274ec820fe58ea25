//! The life cycle: where a customer stands between the first purchase and the last.

use crate::purchases::History;
use tendero_domain::Day;

/// A customer's stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Has not bought.
    Prospect,
    /// First bought a short while ago.
    New,
    /// Buys as before.
    Active,
    /// Buys less often or for less than before: at risk.
    Dropping,
    /// Has not bought for long.
    Lapsed,
    /// Had lapsed and bought again a short while ago.
    Recovered,
}

impl Stage {
    /// Its English name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::New => "new",
            Self::Active => "active",
            Self::Dropping => "dropping",
            Self::Lapsed => "lapsed",
            Self::Recovered => "recovered",
        }
    }
}

/// What "short", "long" and "less" mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A first purchase, or one after a lapse, makes new or recovered for so many days.
    pub new_days: u32,
    /// After more days than this without a purchase a customer has lapsed.
    pub lapsed_days: u32,
    /// The last so many days are compared with as many before.
    pub window_days: u32,
    /// Below this share of the orders or of the amount before, a customer is dropping; per cent.
    pub kept_percent: u32,
}

impl Default for Thresholds {
    /// Three months, half a year, three months, half.
    fn default() -> Self {
        Self {
            new_days: 90,
            lapsed_days: 180,
            window_days: 90,
            kept_percent: 50,
        }
    }
}

/// The stage of a history that was collected up to `as_of`; the first that fits of: prospect, lapsed, new, recovered,
/// dropping, active.
#[must_use]
pub fn stage(history: &History, as_of: Day, thresholds: Thresholds) -> Stage {
    let (Some(first), Some(last)) = (history.first(), history.last()) else {
        return Stage::Prospect;
    };
    let ago = |day: Day| as_of.0.abs_diff(day.0);
    if ago(last) > thresholds.lapsed_days {
        Stage::Lapsed
    } else if ago(first) <= thresholds.new_days {
        Stage::New
    } else if returned(history, thresholds.lapsed_days)
        .is_some_and(|day| ago(day) <= thresholds.new_days)
    {
        Stage::Recovered
    } else if is_dropping(history, as_of, thresholds) {
        Stage::Dropping
    } else {
        Stage::Active
    }
}

/// The first day after the latest lapse.
fn returned(history: &History, lapsed_days: u32) -> Option<Day> {
    let mut pairs = history.days().windows(2).rev();
    pairs.find_map(|pair| match pair {
        [before, after] => (before.day.0.abs_diff(after.day.0) > lapsed_days).then_some(after.day),
        _ => None,
    })
}

fn is_dropping(history: &History, as_of: Day, thresholds: Thresholds) -> bool {
    let window = thresholds.window_days.max(1);
    let (mut now, mut before) = ((0_u64, 0_i128), (0_u64, 0_i128));
    for bought in history.days() {
        let part = match as_of.0.abs_diff(bought.day.0) / window {
            0 => &mut now,
            1 => &mut before,
            _ => continue,
        };
        part.0 += u64::from(bought.orders);
        part.1 += i128::from(bought.amount_minor);
    }
    let percent = thresholds.kept_percent;
    now.0 == 0
        || now.0 * 100 < before.0 * u64::from(percent)
        || now.1 * 100 < before.1 * i128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purchases::{Histories, Purchase};

    #[track_caller]
    fn check(days_ago_and_amount: &[(i32, i64)], expect: Stage) {
        let rows: Vec<Purchase> = days_ago_and_amount
            .iter()
            .map(|(ago, amount_minor)| Purchase {
                customer: 0,
                day: Day(1_000 - ago),
                amount_minor: *amount_minor,
                order: None,
            })
            .collect();
        let all = Histories::new(&rows, 1, Day(1_000));
        let found = stage(&all.of[0], Day(1_000), Thresholds::default());
        assert_eq!(found, expect, "{days_ago_and_amount:?}");
    }

    #[test]
    fn each_stage_begins_and_ends_at_its_threshold() {
        check(&[], Stage::Prospect);
        check(&[(5, -100)], Stage::Prospect);
        check(&[(90, 5)], Stage::New);
        check(&[(91, 5), (3, 5)], Stage::Active);
        check(&[(181, 5)], Stage::Lapsed);
        check(&[(180, 5)], Stage::Dropping);
        check(&[(300, 5), (119, 5), (90, 5)], Stage::Dropping);
        check(&[(270, 5), (89, 5)], Stage::Recovered);
        check(&[(400, 5), (200, 5), (100, 5), (2, 5)], Stage::Active);
    }

    #[test]
    fn fewer_orders_or_less_money_is_dropping() {
        let often = [(170, 5), (150, 5), (130, 5), (110, 5), (95, 5)];
        let with = |more: &[(i32, i64)]| [&often[..], more].concat();
        check(&with(&[(10, 25), (5, 25)]), Stage::Dropping);
        check(&with(&[(10, 4), (5, 4), (1, 4)]), Stage::Dropping);
        check(&with(&[(10, 5), (5, 5), (1, 5)]), Stage::Active);
    }
}
