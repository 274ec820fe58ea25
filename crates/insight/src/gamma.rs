//! The logarithm of the gamma function and its slope, which the standard library does not have.

/// From here on Stirling's series is right to the last digits.
const LARGE: f64 = 12.0;

/// ln Γ(x) for x > 0, to about 1e-14 of its size.
///
/// Stirling's series (Abramowitz and Stegun, 6.1.41) from 12 on, the recurrence Γ(x + 1) = x Γ(x) below.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let mut product = 1.0;
    let mut x = x;
    while x < LARGE {
        product *= x;
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + 0.5 * core::f64::consts::TAU.ln() + stirling(x) - f64::ln(product)
}

/// ln Γ(x + more) − ln Γ(x), without losing digits where x is large.
pub(crate) fn ln_gamma_rise(x: f64, more: f64) -> f64 {
    if x < LARGE {
        return ln_gamma(x + more) - ln_gamma(x);
    }
    let sum = x + more;
    (x - 0.5) * (more / x).ln_1p() + more * sum.ln() - more + stirling(sum) - stirling(x)
}

/// The slope of ln Γ at x > 0 (Abramowitz and Stegun, 6.3.18 and 6.3.5).
pub(crate) fn digamma(x: f64) -> f64 {
    let mut below = 0.0;
    let mut x = x;
    while x < LARGE {
        below += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0
                    - square
                        * (1.0 / 252.0
                            - square
                                * (1.0 / 240.0
                                    - square * (1.0 / 132.0 - square * 691.0 / 32_760.0)))));
    x.ln() - 0.5 / x - series - below
}

/// What Stirling's formula leaves out: 1/12x − 1/360x³ + …
fn stirling(x: f64) -> f64 {
    let square = 1.0 / (x * x);
    (1.0 / 12.0
        - square
            * (1.0 / 360.0
                - square
                    * (1.0 / 1260.0
                        - square
                            * (1.0 / 1680.0
                                - square * (1.0 / 1188.0 - square * 691.0 / 360_360.0)))))
        / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(value: f64, expect: f64) {
        let error = (value - expect).abs() / expect.abs().max(1.0);
        assert!(error < 3e-15 * 10.0, "{value} {expect}");
    }

    #[test]
    fn factorials_and_halves() {
        let mut factorial = 1.0_f64;
        for n in 1..60 {
            near(ln_gamma(f64::from(n)), factorial.ln());
            factorial *= f64::from(n);
        }
        near(ln_gamma(0.5), 0.5 * core::f64::consts::PI.ln());
        near(ln_gamma(1e-5), 11.512_919_692_895_826);
    }

    #[test]
    fn a_rise_is_the_sum_of_logarithms() {
        for start in [0.3, 5.0, 11.9, 12.0, 400.0, 1e9] {
            let sum: f64 = (0..7).map(|n| f64::ln(start + f64::from(n))).sum();
            near(ln_gamma_rise(start, 7.0), sum);
        }
    }

    #[test]
    fn digamma_is_the_slope() {
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(digamma(0.5), -1.963_510_026_021_423_5);
        near(digamma(1e6), 13.815_510_057_964_191);
    }
}
