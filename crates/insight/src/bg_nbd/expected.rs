//! What a customer who is alive will buy, by two ways that check each other.

/// Terms after which the series is left for the integral.
const MAX_TERMS: u32 = 2_000;

/// The series is left where it would lose more digits than this to cancellation.
const MAX_LOSS: f64 = 1e4;

/// Purchases to be expected in a time ahead, given that the customer is alive: their rate is Gamma(`rate`, 1)-distributed in
/// units of time of which `ahead` lie before us, their chance to be lost after each purchase Beta(`a`, `b`).
pub(super) fn if_alive(rate: f64, a: f64, b: f64, ahead: f64) -> f64 {
    if ahead <= 0.0 {
        return 0.0;
    }
    series(rate, a, b, ahead).unwrap_or_else(|| integral(rate, a, b, ahead))
}

/// By Gauss's hypergeometric function: (10) of the paper without the chance to be alive, turned by Euler's transformation
/// so that it has no pole at a = 1. None where it converges slowly or loses digits.
///
/// With z = t / (α + T + t), A = a + b + x − 1 − (r + x), C = a + b + x − 1:
/// C · (1 − (1 − z)^(a − 1)) / (a − 1) − (1 − z)^(a − 1) · Σ (A)ₙ (a)ₙ₋₁ / ((C + 1)ₙ₋₁ n!) zⁿ.
fn series(rate: f64, a: f64, b: f64, ahead: f64) -> Option<f64> {
    let z = ahead / (1.0 + ahead);
    // ln(1 − z)
    let ln_rest = -ahead.ln_1p();
    let c = a + b - 1.0;
    let shift = c - rate;
    let power = (a - 1.0) * ln_rest;
    let whole = if power.abs() < 1e-8 {
        -ln_rest * (1.0 + power / 2.0)
    } else {
        -power.exp_m1() / (a - 1.0)
    };
    let mut term = shift * z;
    let (mut sum, mut size) = (term, term.abs());
    let mut is_done = false;
    for n in 1..MAX_TERMS {
        let n = f64::from(n);
        term *= (shift + n) * (a + n - 1.0) / ((c + n) * (n + 1.0)) * z;
        sum += term;
        size += term.abs();
        // Beyond this the terms shrink at least as fast as a geometric series by z.
        if term.abs() <= 1e-17 * size * (1.0 - z) && n > 2.0 {
            is_done = true;
            break;
        }
    }
    let (plus, minus) = (c * whole, power.exp() * sum);
    let value = plus - minus;
    let loss = plus.abs() + power.exp() * size;
    (is_done && value > 0.0 && loss.is_finite() && loss <= MAX_LOSS * value).then_some(value)
}

/// By the mean over the chance p to be lost: ∫ (1 − (1 + p t)^−rate) / p · Beta(p; a, b) dp.
///
/// Every part is positive, so no digits are lost for any parameters. With p = 1 / (1 + e⁻ˢ) the integrand falls off at both
/// ends and is analytic around the line, where the trapezoidal rule converges exponentially (Trefethen and Weideman, SIAM
/// Review 56 (2014) 385–458).
fn integral(rate: f64, a: f64, b: f64, ahead: f64) -> f64 {
    // Beyond this p or 1 − p is as good as 0, and what is left is a geometric series.
    let end = 45.0 + (ahead * (rate + 1.0)).ln_1p();
    let spread = (1.0 / a + 1.0 / b).sqrt();
    let step = (0.5 * spread).min(0.2);
    let peak = (a / b).ln().clamp(-end, end);
    let ln_weight = |s: f64| -a * ln_1p_exp(-s) - b * ln_1p_exp(s);
    let top = ln_weight(peak);
    let mut all = Mean::default();
    all.add((ln_weight(peak) - top).exp(), purchases(rate, ahead, peak));
    for (direction, slope) in [(-1.0, a), (1.0, b)] {
        let mut s = peak;
        loop {
            s += direction * step;
            let weight = (ln_weight(s) - top).exp();
            let value = purchases(rate, ahead, s);
            if direction * s >= end {
                // From here on each weight is the one before by e^(−slope · step).
                all.add(weight / -(-slope * step).exp_m1(), value);
                break;
            }
            all.add(weight, value);
            if weight <= 1e-19 * all.weight {
                break;
            }
        }
    }
    all.sum / all.weight
}

#[derive(Default)]
struct Mean {
    weight: f64,
    sum: f64,
}

impl Mean {
    fn add(&mut self, weight: f64, value: f64) {
        self.weight += weight;
        self.sum += weight * value;
    }
}

/// (1 − (1 + p t)^−rate) / p at p = 1 / (1 + e⁻ˢ).
fn purchases(rate: f64, ahead: f64, s: f64) -> f64 {
    let p = 1.0 / (1.0 + (-s).exp());
    -(-rate * (p * ahead).ln_1p()).exp_m1() / p
}

/// ln(1 + eˢ) without overflow.
fn ln_1p_exp(s: f64) -> f64 {
    if s > 0.0 {
        s + (-s).exp().ln_1p()
    } else {
        s.exp().ln_1p()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn series_and_integral_agree(
            logs in (-5.0..5.0f64, -5.0..4.0f64, -4.0..5.0f64, -6.0..4.0f64),
        ) {
            let (rate, a, b, ahead) = (logs.0.exp(), logs.1.exp(), logs.2.exp(), logs.3.exp());
            if let Some(series) = series(rate, a, b, ahead) {
                let integral = integral(rate, a, b, ahead);
                prop_assert!((series / integral - 1.0).abs() < 1e-10, "{series} {integral}");
            }
        }

        #[test]
        fn more_time_brings_more_purchases(
            logs in (-8.0..8.0f64, -8.0..8.0f64, -8.0..8.0f64, -8.0..6.0f64),
        ) {
            let (rate, a, b, ahead) = (logs.0.exp(), logs.1.exp(), logs.2.exp(), logs.3.exp());
            let (now, later) = (if_alive(rate, a, b, ahead), if_alive(rate, a, b, ahead * 1.1));
            prop_assert!(now.is_finite() && now > 0.0 && later >= now * (1.0 - 1e-12), "{now} {later}");
            prop_assert!(now <= rate * ahead * (1.0 + 1e-9), "as many as without anybody lost");
        }
    }

    #[test]
    fn the_pole_at_a_equal_to_one_is_none() {
        for (rate, b) in [(0.5, 3.0), (8.0, 2.0), (3.0, 40.0)] {
            for near in [1.0 - 1e-3, 1.0 - 1e-9, 1.0, 1.0 + 1e-12, 1.0 + 1e-3] {
                let value = if_alive(rate, near, b, 1.3);
                let expect = integral(rate, near, b, 1.3);
                assert!((value / expect - 1.0).abs() < 1e-11, "{rate} {b} {near}");
            }
        }
    }

    #[test]
    fn without_losses_purchases_come_at_their_rate() {
        let value = if_alive(4.0, 1e-4, 1e4, 0.7);
        assert!((value / 2.8 - 1.0).abs() < 1e-6, "{value}");
    }
}
