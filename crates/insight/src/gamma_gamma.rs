//! Gamma-Gamma: what a purchase of a customer is worth on average.
//!
//! Fader, Hardie: The Gamma-Gamma Model of Monetary Value (2013), <https://www.brucehardie.com/notes/025/>. Amounts of one
//! customer scatter around their own mean (`p`), the means around a common one (`q`, `v`). It assumes that who buys more
//! often does not spend more at once: look at [`Fit::correlation`].

use crate::gamma::{digamma, ln_gamma, ln_gamma_rise};
use crate::optimum::{Bounds, Optimum, best};
use crate::purchases::History;
use core::cmp::Ordering;

/// Fewer customers than this who came again say nothing about three parameters.
pub const LEAST_REPEATERS: usize = 20;

/// What the model has to know of a customer who came again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    /// Days with purchases after the first one: x.
    pub repeats: u32,
    /// What one of them brought on average, in whole money units (not minor ones): z.
    pub mean: f64,
}

impl Spend {
    /// The first purchase is left out, as first purchases are special. A mean of 0 for who did not come again.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let repeats = history.repeats();
        let total = history.repeat_total_minor() as f64 / 100.0;
        Self {
            repeats,
            mean: total / f64::from(repeats.max(1)),
        }
    }
}

/// The model with its parameters, all above zero; `v` is in whole money units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of the amounts of one customer: the larger, the less they scatter.
    pub p: f64,
    /// Shape of what customers spend on average.
    pub q: f64,
    /// Scale of it.
    pub v: f64,
}

impl GammaGamma {
    /// The mean of a purchase to be expected, in whole money units: between the customer's own mean and that of all, the
    /// nearer to the own the more purchases there are; (5) of the note. None where the mean of all is not finite
    /// (`q` ≤ 1) and the customer's own purchases do not help.
    #[must_use]
    pub fn expected_mean(&self, spend: Spend) -> Option<f64> {
        let x = f64::from(spend.repeats);
        let own = if spend.repeats == 0 {
            0.0
        } else {
            x * spend.mean
        };
        let share = self.p * x + self.q - 1.0;
        (share > 0.0).then(|| self.p * (self.v + own) / share)
    }

    /// The mean of a purchase over all customers, in whole money units; none where it is not finite (`q` ≤ 1).
    #[must_use]
    pub fn population_mean(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.v / (self.q - 1.0))
    }

    /// The logarithm of the likelihood of these means, a density in whole money units; (1a) of the note.
    #[must_use]
    pub fn log_likelihood(&self, customers: &[Spend]) -> f64 {
        let classes = Classes::new(usable(customers));
        classes.log_likelihood(&[self.p, self.q, self.v]).0
    }
}

/// A model fitted to customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: GammaGamma,
    /// Its log-likelihood, a density in whole money units.
    pub log_likelihood: f64,
    /// The customers it was fitted to: those who came again and spent something.
    pub customers: usize,
    /// Pearson's correlation between how often those customers came again and what they spent on average: the model
    /// takes it for zero. Zero too where one of both does not vary.
    pub correlation: f64,
    /// Whether the search ended at a bound of a parameter.
    pub at_bound: bool,
}

/// Why a model was not fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too few customers who came again and spent something.
    #[error("{repeaters} customers came again and spent something: at least {least} are needed")]
    TooFew {
        /// Customers who came again and spent something.
        repeaters: usize,
        /// How many are needed.
        least: usize,
    },
    /// No set of parameters was found from which every other is worse.
    #[error("the likelihood has no optimum that can be trusted")]
    NoOptimum,
    /// The amounts differ so much that their mean is infinite under the model (`q` ≤ 1).
    #[error("the amounts differ so much that the model knows no mean of them")]
    NoMean,
}

/// The parameters under which the customers' means are most likely. Who did not come again, or spent nothing, is left out.
///
/// # Errors
/// [`Unfit`] where there are fewer than [`LEAST_REPEATERS`], where no optimum was found or where it has no mean.
pub fn fit(customers: &[Spend]) -> Result<Fit, Unfit> {
    let customers = usable(customers);
    if customers.len() < LEAST_REPEATERS {
        return Err(Unfit::TooFew {
            repeaters: customers.len(),
            least: LEAST_REPEATERS,
        });
    }
    let count = customers.len() as f64;
    let usual = customers.iter().map(|c| c.mean).sum::<f64>() / count;
    let scaled: Vec<Spend> = customers
        .iter()
        .map(|c| Spend {
            mean: c.mean / usual,
            ..*c
        })
        .collect();
    let found = optimum(scaled).ok_or(Unfit::NoOptimum)?;
    let [p, q, v] = found.at.map(f64::exp);
    if q <= 1.0 {
        return Err(Unfit::NoMean);
    }
    Ok(Fit {
        model: GammaGamma { p, q, v: v * usual },
        log_likelihood: -found.value * count - count * usual.ln(),
        customers: customers.len(),
        correlation: correlation(&customers),
        at_bound: found
            .at
            .iter()
            .zip(BOUNDS)
            .any(|(at, bound)| bound.stopped(*at)),
    })
}

/// What the logarithms of p, q and v (in usual amounts) may be: a ten-thousandth to ten thousand.
const BOUNDS: [Bounds; 3] = [Bounds {
    least: -9.21,
    most: 9.21,
}; 3];

/// Where searches begin: p, q, v.
const STARTS: [[f64; 3]; 3] = [[6.0, 4.0, 0.5], [1.0, 2.0, 1.0], [20.0, 20.0, 1.0]];

/// Customers on whom the search looks for where to begin.
const ROUGH_CUSTOMERS: usize = 20_000;

fn usable(customers: &[Spend]) -> Vec<Spend> {
    let is_usable = |c: &&Spend| c.repeats > 0 && c.mean > 0.0;
    customers.iter().filter(is_usable).copied().collect()
}

fn optimum(mut customers: Vec<Spend>) -> Option<Optimum<3>> {
    customers.sort_unstable_by(by_numbers);
    let step = customers.len() / ROUGH_CUSTOMERS + 1;
    let rough = Classes::new(customers.iter().step_by(step).copied().collect());
    let whole = Classes::new(customers);
    best(
        &STARTS.map(|start| start.map(f64::ln)),
        BOUNDS,
        |logs| rough.loss(logs),
        |logs| whole.loss(logs),
    )
}

/// Customers by how often they came again: all that needs the gamma function is the same within a class.
struct Classes {
    classes: Vec<Class>,
    customers: f64,
}

struct Class {
    /// How often they came again: x.
    repeats: f64,
    customers: f64,
    /// The sum of ln z.
    ln_means: f64,
    /// x · z of each.
    totals: Vec<f64>,
}

impl Classes {
    fn new(mut customers: Vec<Spend>) -> Self {
        customers.sort_unstable_by(by_numbers);
        let class = |same: &[Spend]| {
            let repeats = f64::from(same.first()?.repeats);
            Some(Class {
                repeats,
                customers: same.len() as f64,
                ln_means: same.iter().map(|one| one.mean.ln()).sum(),
                totals: same.iter().map(|one| repeats * one.mean).collect(),
            })
        };
        Self {
            customers: customers.len() as f64,
            classes: customers
                .chunk_by(|a, b| a.repeats == b.repeats)
                .filter_map(class)
                .collect(),
        }
    }

    /// The negative log-likelihood of a customer on average, and its slopes by the logarithms of the parameters.
    fn loss(&self, logs: &[f64; 3]) -> (f64, [f64; 3]) {
        let parameters = logs.map(f64::exp);
        let (value, mut slopes) = self.log_likelihood(&parameters);
        for (slope, parameter) in slopes.iter_mut().zip(parameters) {
            *slope *= -parameter / self.customers;
        }
        (-value / self.customers, slopes)
    }

    /// The log-likelihood and its slopes by p, q and v.
    ///
    /// With t = x z, ln vᵠ zᵖˣ⁻¹ xᵖˣ / (v + t)ᵖˣ⁺ᵠ is written as −p x ln(1 + v / t) − q ln(1 + t / v) − ln z, so that nothing
    /// large is taken from something large where customers hardly differ and q and v run to ten thousand.
    fn log_likelihood(&self, &[p, q, v]: &[f64; 3]) -> (f64, [f64; 3]) {
        let (ln_gamma_q, digamma_q) = (ln_gamma(q), digamma(q));
        let mut value = 0.0;
        let mut slopes = [0.0; 3];
        for class in &self.classes {
            let (x, n) = (class.repeats, class.customers);
            let shape = p * x;
            let (mut own, mut common, mut by_v) = (0.0, 0.0, 0.0);
            for total in &class.totals {
                own += (v / total).ln_1p();
                common += (total / v).ln_1p();
                by_v += (q * total - shape * v) / (v * (v + total));
            }
            // ln Γ(p x + q) − ln Γ(p x) − ln Γ(q)
            let gammas = if q > shape {
                ln_gamma_rise(q, shape) - ln_gamma(shape)
            } else {
                ln_gamma_rise(shape, q) - ln_gamma_q
            };
            value += n * gammas - shape * own - q * common - class.ln_means;
            let both = digamma(shape + q);
            let parts = [
                x * (n * (both - digamma(shape)) - own),
                n * (both - digamma_q) - common,
                by_v,
            ];
            for (slope, part) in slopes.iter_mut().zip(parts) {
                *slope += part;
            }
        }
        (value, slopes)
    }
}

fn by_numbers(a: &Spend, b: &Spend) -> Ordering {
    (a.repeats.cmp(&b.repeats)).then(a.mean.total_cmp(&b.mean))
}

fn correlation(customers: &[Spend]) -> f64 {
    let count = customers.len() as f64;
    let mean = |of: fn(&Spend) -> f64| customers.iter().map(of).sum::<f64>() / count;
    let (repeats, spend) = (mean(|c| f64::from(c.repeats)), mean(|c| c.mean));
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for customer in customers {
        let (a, b) = (f64::from(customer.repeats) - repeats, customer.mean - spend);
        both += a * b;
        first += a * a;
        second += b * b;
    }
    let spread = (first * second).sqrt();
    if spread > 0.0 { both / spread } else { 0.0 }
}
