//! What a customer will bring, month by month, in money of today.

use crate::bg_nbd::{BgNbd, Period, Summary};
use crate::gamma_gamma::{GammaGamma, Spend};

/// Weeks in a month, as the common libraries count them; 30.415 days.
const WEEKS_IN_MONTH: f64 = 4.345;

/// How far is looked ahead and what money of later is worth today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Months ahead.
    pub months: u32,
    /// What a month takes off: 0.01 is one per cent.
    pub monthly_discount: f64,
}

impl Default for Horizon {
    /// A year at one per cent a month.
    fn default() -> Self {
        Self {
            months: 12,
            monthly_discount: 0.01,
        }
    }
}

/// The value in whole money units of the purchases to be expected of a customer within the horizon: turnover, not margin.
///
/// The sum over the months k of mean spend · (purchases up to month k − purchases up to month k − 1) / (1 + discount)ᵏ, a
/// month being 4.345 weeks whatever the model's period. Source: Fader, Hardie, Lee: RFM and CLV, Journal of Marketing Research 42
/// (2005) 415–430, with the sum over months of the package `lifetimes`. None where the mean spend is not finite.
#[must_use]
pub fn lifetime_value(
    purchases: &BgNbd,
    amounts: &GammaGamma,
    customer: Summary,
    spend: Spend,
    horizon: Horizon,
) -> Option<f64> {
    let mean = amounts.expected_mean(spend)?;
    let month = match purchases.period {
        Period::Week => WEEKS_IN_MONTH,
        Period::Day => WEEKS_IN_MONTH * 7.0,
    };
    let mut before = 0.0;
    let mut today = 1.0;
    let mut value = 0.0;
    for k in 1..=horizon.months {
        let until = purchases.expected(customer, f64::from(k) * month);
        today /= 1.0 + horizon.monthly_discount;
        value += (until - before) * today;
        before = until;
    }
    Some(mean * value)
}
