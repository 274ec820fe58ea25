//! How well a model foresaw what is known by now: to be shown before anything it says of the future.

use crate::bg_nbd::{BgNbd, Summary};

/// Less than this was bought after the day of the fit: nothing can be said about the model.
pub const LEAST_PURCHASES: u64 = 30;

/// A customer known at the day of the fit, and what they did afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What the model was told.
    pub before: Summary,
    /// Days with purchases after the day of the fit.
    pub bought: u32,
}

/// Customers with the same number of repeated purchases before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// How many repeated purchases; the last bin of a test holds those with more, too.
    pub repeats: u32,
    /// How many customers.
    pub customers: usize,
    /// What they bought on average.
    pub bought: f64,
    /// What was expected of them on average.
    pub expected: f64,
}

/// The comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct BackTest {
    /// Length of the time after the fit, in the model's periods.
    pub ahead: f64,
    /// Buying days in it, of all customers known before.
    pub bought: u64,
    /// Buying days that the model expected.
    pub expected: f64,
    /// Mean of the differences per customer, without their signs.
    pub mean_error: f64,
    /// Root of the mean of the squared differences.
    pub root_mean_square: f64,
    /// The same for "everyone goes on at their own rate", x / T · time ahead: a model that is not better is not worth its
    /// parameters.
    pub naive_root_mean_square: f64,
    /// By the number of repeated purchases before.
    pub bins: Vec<Bin>,
}

impl BackTest {
    /// Compares over `ahead` periods after the day of the fit; the last bin is that of `last_bin` repeated purchases or more.
    #[must_use]
    pub fn new(model: &BgNbd, customers: &[Known], ahead: f64, last_bin: u32) -> Self {
        let mut test = Self {
            ahead,
            bought: 0,
            expected: 0.0,
            mean_error: 0.0,
            root_mean_square: 0.0,
            naive_root_mean_square: 0.0,
            bins: (0..=last_bin)
                .map(|repeats| Bin {
                    repeats,
                    customers: 0,
                    bought: 0.0,
                    expected: 0.0,
                })
                .collect(),
        };
        for customer in customers {
            test.add(model, *customer);
        }
        let all = customers.len().max(1) as f64;
        test.mean_error /= all;
        test.root_mean_square = (test.root_mean_square / all).sqrt();
        test.naive_root_mean_square = (test.naive_root_mean_square / all).sqrt();
        test.bins.retain(|bin| bin.customers > 0);
        for bin in &mut test.bins {
            bin.bought /= bin.customers as f64;
            bin.expected /= bin.customers as f64;
        }
        test
    }

    fn add(&mut self, model: &BgNbd, customer: Known) {
        let bought = f64::from(customer.bought);
        let expected = model.expected(customer.before, self.ahead);
        let age = model.period.of_days(customer.before.age_days);
        let naive = if customer.before.repeats == 0 || age == 0.0 {
            0.0
        } else {
            f64::from(customer.before.repeats) / age * self.ahead
        };
        self.bought = self.bought.saturating_add(u64::from(customer.bought));
        self.expected += expected;
        self.mean_error += (bought - expected).abs();
        self.root_mean_square += (bought - expected).powi(2);
        self.naive_root_mean_square += (bought - naive).powi(2);
        let last = self.bins.len().saturating_sub(1);
        let at = usize::try_from(customer.before.repeats)
            .unwrap_or(last)
            .min(last);
        if let Some(bin) = self.bins.get_mut(at) {
            bin.customers += 1;
            bin.bought += bought;
            bin.expected += expected;
        }
    }

    /// Whether the model is plainly wrong for these customers: less than half or more than double of what it expected came.
    /// Never where fewer than [`LEAST_PURCHASES`] came and were expected, since then chance decides.
    #[must_use]
    pub fn is_plainly_wrong(&self) -> bool {
        let bought = self.bought as f64;
        let enough = self.bought >= LEAST_PURCHASES || self.expected >= LEAST_PURCHASES as f64;
        enough && !(0.5..=2.0).contains(&(bought / self.expected))
    }
}
