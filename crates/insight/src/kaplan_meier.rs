//! Kaplan–Meier: how many customers are still there after a time, when many have not been watched to their end.
//!
//! Kaplan, Meier: Nonparametric Estimation from Incomplete Observations, Journal of the American Statistical Association 53
//! (1958) 457–481; the error by Greenwood's formula.

/// One customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// For how long they were watched, in any unit.
    pub time: u32,
    /// Whether they left at the end of it; else nothing more is known of them.
    pub left: bool,
}

/// A time at which somebody left or was last seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The time.
    pub time: u32,
    /// Customers who were watched until here.
    pub at_risk: u32,
    /// Those of them who left now.
    pub left: u32,
    /// The share who stay longer than this, from 0 to 1.
    pub survival: f64,
    /// Its standard error.
    pub error: f64,
}

/// The steps of the survival function, the earliest first. Before the first one it is 1.
#[must_use]
pub fn kaplan_meier(observations: &[Observation]) -> Vec<Step> {
    let mut sorted = observations.to_vec();
    sorted.sort_unstable();
    let mut at_risk = sorted.len();
    let (mut survival, mut variance) = (1.0, 0.0);
    let mut steps = Vec::new();
    for same in sorted.chunk_by(|a, b| a.time == b.time) {
        let left = same.iter().filter(|one| one.left).count();
        let (all, gone) = (at_risk as f64, left as f64);
        survival *= 1.0 - gone / all;
        if at_risk > left {
            variance += gone / (all * (all - gone));
        }
        steps.push(Step {
            time: same.first().map_or(0, |one| one.time),
            at_risk: u32::try_from(at_risk).unwrap_or(u32::MAX),
            left: u32::try_from(left).unwrap_or(u32::MAX),
            survival,
            error: survival * variance.sqrt(),
        });
        at_risk -= same.len();
    }
    steps
}

/// The share who stay longer than `time`.
#[must_use]
pub fn survival_at(steps: &[Step], time: u32) -> f64 {
    let passed = steps.partition_point(|step| step.time <= time);
    let last = passed.checked_sub(1).and_then(|at| steps.get(at));
    last.map_or(1.0, |step| step.survival)
}

/// The first time after which no more than half stay; none where more than half stay to the end.
#[must_use]
pub fn median(steps: &[Step]) -> Option<u32> {
    steps
        .iter()
        .find(|step| step.survival <= 0.5)
        .map(|step| step.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classic_example_of_remissions() {
        // Freireich and others (1963), 21 patients under 6-MP; survival and error as in Cox and Oakes (1984), table 4.1.
        let left = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let of = |times: &[u32], left| -> Vec<Observation> {
            times
                .iter()
                .map(|time| Observation { time: *time, left })
                .collect()
        };
        let steps = kaplan_meier(&[of(&left, true), of(&watched, false)].concat());
        for (time, survival) in [
            (5, 1.0),
            (6, 0.8571),
            (7, 0.8067),
            (10, 0.7529),
            (13, 0.6902),
            (16, 0.6275),
            (22, 0.5378),
            (23, 0.4482),
            (40, 0.4482),
        ] {
            assert!(
                (survival_at(&steps, time) - survival).abs() < 5e-5,
                "{time}"
            );
        }
        let error = steps.iter().find(|step| step.time == 10).unwrap().error;
        assert!((error - 0.0963).abs() < 5e-5, "{error}");
        assert_eq!(median(&steps), Some(23));
        assert_eq!((median(&[]), survival_at(&[], 3)), (None, 1.0));
    }
}
