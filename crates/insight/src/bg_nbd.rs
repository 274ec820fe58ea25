//! BG/NBD: how often somebody will buy, and whether they are still a customer at all.
//!
//! Fader, Hardie, Lee: "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science
//! 24 (2005) 275–284. While alive a customer buys at random with a rate of their own (the rates are Gamma-distributed:
//! `r`, `alpha`), and after each purchase is lost with a chance of their own (Beta-distributed: `a`, `b`).

mod expected;

use crate::optimum::{Bounds, Optimum, best};
use crate::purchases::History;
use tendero_domain::Day;

/// Fewer customers than this say nothing about four parameters.
pub const LEAST_CUSTOMERS: usize = 50;

/// Fewer customers who came again say nothing about how often they come.
pub const LEAST_REPEATERS: usize = 20;

/// The unit of time of a model. Parameters, expectations and likelihood depend on it; chances do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// One day.
    Day,
    /// Seven days.
    #[default]
    Week,
}

impl Period {
    /// Days in one.
    #[must_use]
    pub const fn days(self) -> u32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
        }
    }

    /// So many days in this unit.
    #[must_use]
    pub fn of_days(self, days: u32) -> f64 {
        f64::from(days) / f64::from(self.days())
    }
}

/// What the model has to know of a customer. Purchases of one day count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Summary {
    /// Days with purchases after the first one: x.
    pub repeats: u32,
    /// Days from the first to the last purchase: t_x.
    pub last_days: u32,
    /// Days from the first purchase to the end of the observation, not less than `last_days`: T.
    pub age_days: u32,
}

impl Summary {
    /// The summary of a history that was collected up to `as_of`; none for somebody who never bought.
    #[must_use]
    pub fn of(history: &History, as_of: Day) -> Option<Self> {
        let (first, last) = (history.first()?, history.last()?);
        Some(Self {
            repeats: history.repeats(),
            last_days: last.0.abs_diff(first.0),
            age_days: as_of.0.abs_diff(first.0),
        })
    }
}

/// The model with its parameters, all above zero, and the unit of time they are in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    /// Shape of the rates: the smaller, the more they differ.
    pub r: f64,
    /// Scale of the rates in periods: r / alpha is the mean rate.
    pub alpha: f64,
    /// First parameter of the chances to be lost: a / (a + b) is the mean chance.
    pub a: f64,
    /// Second parameter of them.
    pub b: f64,
    /// The unit of time.
    pub period: Period,
}

impl BgNbd {
    /// The chance that a customer will buy again, between 0 and 1.
    ///
    /// Who bought once is alive with certainty in this model, since it loses customers only after a repeated purchase: say
    /// so where it is shown. Source: Fader, Hardie, Lee: Computing P(alive) Using the BG/NBD Model (2008), (1).
    #[must_use]
    pub fn p_alive(&self, customer: Summary) -> f64 {
        if customer.repeats == 0 {
            return 1.0;
        }
        let x = f64::from(customer.repeats);
        let (last, age) = self.times(customer);
        let odds = (self.a / (self.b + x - 1.0)).ln()
            + (self.r + x) * ((age - last) / (self.alpha + last)).ln_1p();
        1.0 / (1.0 + odds.exp())
    }

    /// Purchases to be expected of a customer in the next `ahead` periods; (10) of the paper.
    #[must_use]
    pub fn expected(&self, customer: Summary, ahead: f64) -> f64 {
        let (_, age) = self.times(customer);
        self.p_alive(customer) * self.if_alive(customer.repeats, age, ahead)
    }

    /// Purchases to be expected of somebody in the `ahead` periods after their first purchase; (9) of the paper.
    #[must_use]
    pub fn expected_of_new(&self, ahead: f64) -> f64 {
        self.if_alive(0, 0.0, ahead)
    }

    /// The logarithm of the likelihood of these customers: a density in periods, so it depends on the unit of time.
    #[must_use]
    pub fn log_likelihood(&self, customers: &[Summary]) -> f64 {
        let rows = Rows::new(customers, 1.0 / f64::from(self.period.days()));
        rows.log_likelihood(&[self.r, self.alpha, self.a, self.b]).0
    }

    fn times(&self, customer: Summary) -> (f64, f64) {
        (
            self.period.of_days(customer.last_days),
            self.period.of_days(customer.age_days),
        )
    }

    fn if_alive(&self, repeats: u32, age: f64, ahead: f64) -> f64 {
        let x = f64::from(repeats);
        expected::if_alive(
            self.r + x,
            self.a,
            self.b + x,
            ahead.max(0.0) / (self.alpha + age),
        )
    }
}

/// A model fitted to customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: BgNbd,
    /// Its log-likelihood, a density in the model's unit of time.
    pub log_likelihood: f64,
    /// The customers it was fitted to.
    pub customers: usize,
    /// Those of them who came again.
    pub repeaters: usize,
    /// Whether the search ended at a bound of a parameter: the customers differ less, or are lost less, than the model can
    /// say, and the parameters are not to be interpreted one by one.
    pub at_bound: bool,
}

/// Why a model was not fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too few customers who bought, or who came again.
    #[error(
        "{customers} customers, {repeaters} of whom came again: at least {least} and {least_repeaters} are needed"
    )]
    TooFew {
        /// Customers who bought.
        customers: usize,
        /// Those who came again.
        repeaters: usize,
        /// How many are needed.
        least: usize,
        /// How many who came again are needed.
        least_repeaters: usize,
    },
    /// No set of parameters was found from which every other is worse.
    #[error("the likelihood has no optimum that can be trusted")]
    NoOptimum,
}

/// The parameters under which the customers' purchases are most likely. Nothing is added to the likelihood.
///
/// The search runs over the logarithms of the parameters, from several starts (on a part of many customers, then on all), in a unit of time of the longest
/// observation, and within bounds: without them a search has run to b ≈ 6e16. Customers with the same numbers are looked
/// at once, and differences of ln Γ are sums, as x is whole.
///
/// # Errors
/// [`Unfit`] where there are fewer than [`LEAST_CUSTOMERS`] or [`LEAST_REPEATERS`], and where no optimum can be trusted:
/// also one whose density in days is above 1, since nobody has more than one buying day a day.
pub fn fit(customers: &[Summary], period: Period) -> Result<Fit, Unfit> {
    let repeaters = customers.iter().filter(|c| c.repeats > 0).count();
    if customers.len() < LEAST_CUSTOMERS || repeaters < LEAST_REPEATERS {
        return Err(Unfit::TooFew {
            customers: customers.len(),
            repeaters,
            least: LEAST_CUSTOMERS,
            least_repeaters: LEAST_REPEATERS,
        });
    }
    let longest = customers.iter().map(|c| c.age_days).max().unwrap_or(0);
    let longest = f64::from(longest.max(1));
    let rows = Rows::new(customers, 1.0 / longest);
    let found = rows.optimum().ok_or(Unfit::NoOptimum)?;
    let [r, alpha, a, b] = found.at.map(f64::exp);
    // From the unit of the search to days, and to periods: each of the purchases is a density in time.
    let log_likelihood = -found.value * rows.customers;
    let in_days = log_likelihood - rows.purchases * longest.ln();
    if !in_days.is_finite() || in_days > 0.0 {
        return Err(Unfit::NoOptimum);
    }
    Ok(Fit {
        model: BgNbd {
            r,
            alpha: alpha * longest / f64::from(period.days()),
            a,
            b,
            period,
        },
        log_likelihood: in_days + rows.purchases * f64::from(period.days()).ln(),
        customers: customers.len(),
        repeaters,
        at_bound: found
            .at
            .iter()
            .zip(BOUNDS)
            .any(|(at, bound)| bound.stopped(*at)),
    })
}

/// What the logarithms of r, alpha (in the longest observation), a and b may be: a ten-thousandth to ten thousand.
const BOUNDS: [Bounds; 4] = [Bounds {
    least: -9.21,
    most: 9.21,
}; 4];

/// Where searches begin: r, alpha, a, b.
const STARTS: [[f64; 4]; 5] = [
    [0.5, 0.2, 0.5, 2.0],
    [2.0, 0.5, 0.1, 3.0],
    [1.0, 0.05, 2.0, 2.0],
    [10.0, 1.0, 1.0, 20.0],
    [1.0, 0.2, 0.01, 2.0],
];

/// Rows on which the search looks for where to begin.
const ROUGH_ROWS: usize = 20_000;

/// Customers with the same numbers, once.
#[derive(Clone, Copy)]
struct Row {
    repeats: u32,
    last: f64,
    age: f64,
    weight: f64,
}

struct Rows {
    rows: Vec<Row>,
    most_repeats: u32,
    customers: f64,
    /// All repeated purchases.
    purchases: f64,
}

impl Rows {
    /// Times are multiplied by `scale`.
    fn new(customers: &[Summary], scale: f64) -> Self {
        let mut sorted = customers.to_vec();
        sorted.sort_unstable();
        let row = |same: &[Summary]| {
            same.first().map(|one| Row {
                repeats: one.repeats,
                last: f64::from(one.last_days) * scale,
                age: f64::from(one.age_days) * scale,
                weight: same.len() as f64,
            })
        };
        Self {
            rows: sorted.chunk_by(|a, b| a == b).filter_map(row).collect(),
            most_repeats: sorted.last().map_or(0, |most| most.repeats),
            customers: sorted.len() as f64,
            purchases: sorted.iter().map(|c| f64::from(c.repeats)).sum(),
        }
    }

    fn optimum(&self) -> Option<Optimum<4>> {
        let rough = self.part();
        best(
            &STARTS.map(|start| start.map(f64::ln)),
            BOUNDS,
            |logs| rough.loss(logs),
            |logs| self.loss(logs),
        )
    }

    /// Every so many of the rows, which are sorted, so that about [`ROUGH_ROWS`] are left.
    fn part(&self) -> Self {
        let step = self.rows.len() / ROUGH_ROWS + 1;
        let rows: Vec<Row> = self.rows.iter().step_by(step).copied().collect();
        Self {
            most_repeats: self.most_repeats,
            customers: rows.iter().map(|row| row.weight).sum(),
            purchases: rows
                .iter()
                .map(|row| row.weight * f64::from(row.repeats))
                .sum(),
            rows,
        }
    }

    /// The negative log-likelihood of a customer on average, and its slopes by the logarithms of the parameters.
    fn loss(&self, logs: &[f64; 4]) -> (f64, [f64; 4]) {
        let parameters = logs.map(f64::exp);
        let (value, mut slopes) = self.log_likelihood(&parameters);
        for (slope, parameter) in slopes.iter_mut().zip(parameters) {
            *slope *= -parameter / self.customers;
        }
        (-value / self.customers, slopes)
    }

    /// The log-likelihood, (6) of the paper, and its slopes by r, alpha, a and b.
    ///
    /// Written with ln(1 + T / α) throughout, so that nothing large is taken from something large where customers hardly
    /// differ and r and α run to ten thousand.
    fn log_likelihood(&self, &[r, alpha, a, b]: &[f64; 4]) -> (f64, [f64; 4]) {
        let sums = Sums::up_to(self.most_repeats, r, a, b);
        let (ln_alpha, ln_a) = (alpha.ln(), a.ln());
        let mut value = 0.0;
        let mut slopes = [0.0; 4];
        for row in &self.rows {
            let x = f64::from(row.repeats);
            let sum = sums.at(row.repeats);
            let ln_age = (row.age / alpha).ln_1p();
            // ln of the part of those who are alive, and the share of the others in both parts.
            let alive = -(r + x) * ln_age;
            let (both, lost, ln_last) = if row.repeats == 0 {
                (alive, 0.0, 0.0)
            } else {
                let ln_last = (row.last / alpha).ln_1p();
                let lost = ln_a - (b + x - 1.0).ln() - (r + x) * ln_last;
                let more = (lost - alive).exp();
                if more.is_finite() {
                    (alive + more.ln_1p(), more / (1.0 + more), ln_last)
                } else {
                    (lost, 1.0, ln_last)
                }
            };
            value += row.weight * (sum.ln_rate - x * ln_alpha - sum.ln_kept + both);
            let kept = 1.0 - lost;
            let by_alpha = |time: f64| (r * time - x * alpha) / (alpha * (alpha + time));
            let row_slopes = [
                sum.rate_r - kept * ln_age - lost * ln_last,
                kept * by_alpha(row.age) + lost * by_alpha(row.last),
                lost / a - sum.kept_a,
                sum.kept_b
                    - if row.repeats == 0 {
                        0.0
                    } else {
                        lost / (b + x - 1.0)
                    },
            ];
            for (slope, part) in slopes.iter_mut().zip(row_slopes) {
                *slope += row.weight * part;
            }
        }
        (value, slopes)
    }
}

/// What the likelihood takes of the gamma function, as sums over the purchases 0 … x − 1.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// ln Γ(r + x) − ln Γ(r) and its slope by r.
    ln_rate: f64,
    rate_r: f64,
    /// ln B(a, b) − ln B(a, b + x) and its slopes by a and, with the sign turned, by b.
    ln_kept: f64,
    kept_a: f64,
    kept_b: f64,
}

struct Sums(Vec<Sum>);

impl Sums {
    fn up_to(most: u32, r: f64, a: f64, b: f64) -> Self {
        let mut sum = Sum::default();
        let mut all = vec![sum];
        for n in 0..most {
            let n = f64::from(n);
            sum.ln_rate += (r + n).ln();
            sum.rate_r += 1.0 / (r + n);
            sum.ln_kept += (a / (b + n)).ln_1p();
            sum.kept_a += 1.0 / (a + b + n);
            sum.kept_b += a / ((b + n) * (a + b + n));
            all.push(sum);
        }
        Self(all)
    }

    fn at(&self, repeats: u32) -> Sum {
        let at = usize::try_from(repeats).unwrap_or(usize::MAX);
        self.0.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn summary() -> impl Strategy<Value = Summary> {
        (0..30u32, 0..400u32, 0..400u32).prop_map(|(repeats, before, after)| Summary {
            repeats,
            last_days: if repeats == 0 { 0 } else { before.max(repeats) },
            age_days: before.max(repeats) + after,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_slopes_are_those_of_the_likelihood(
            customers in prop::collection::vec(summary(), 1..8),
            at in prop::array::uniform4(-2.0..2.0f64),
        ) {
            let rows = Rows::new(&customers, 1.0 / 400.0);
            let at = at.map(f64::exp);
            let (_, slopes) = rows.log_likelihood(&at);
            for (n, slope) in slopes.into_iter().enumerate() {
                let moved = |by: f64| {
                    let mut at = at;
                    at[n] += by;
                    rows.log_likelihood(&at).0
                };
                let step = at[n] * 1e-5;
                let measured = (moved(step) - moved(-step)) / (2.0 * step);
                prop_assert!((measured - slope).abs() <= 1e-5 * slope.abs().max(1.0), "{n}: {measured} {slope}");
            }
        }
    }
}
