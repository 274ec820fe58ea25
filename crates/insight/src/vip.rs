//! The VIP score: five criteria, weighted as the team decides, and the tiers made of it.

/// What a customer is measured by; more is better in each. None where it is not known: the criterion is then left out for
/// that customer, not taken for bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Criteria {
    /// How much is bought, in units or minor units.
    pub volume: Option<i64>,
    /// How often.
    pub frequency: Option<i64>,
    /// What an order is worth, in minor units.
    pub amount: Option<i64>,
    /// How well is paid, such as the negative of the days of delay.
    pub payment: Option<i64>,
    /// For how many days they have been a customer.
    pub seniority: Option<i64>,
}

/// How much each criterion counts; only their proportions matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Of the volume.
    pub volume: u32,
    /// Of the frequency.
    pub frequency: u32,
    /// Of the amount.
    pub amount: u32,
    /// Of how well is paid.
    pub payment: u32,
    /// Of the seniority.
    pub seniority: u32,
}

impl Default for Weights {
    /// All the same.
    fn default() -> Self {
        Self {
            volume: 1,
            frequency: 1,
            amount: 1,
            payment: 1,
            seniority: 1,
        }
    }
}

/// Scores from 0 to 100, in the order of the customers; none for whom nothing that counts is known.
///
/// A criterion gives the share of the other customers with a known value who are strictly worse, so equal customers have
/// equal scores and no unit matters; the score is the weighted mean of what is known.
#[must_use]
pub fn scores(customers: &[Criteria], weights: Weights) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0.0); customers.len()];
    let criteria: [(u32, Criterion); 5] = [
        (weights.volume, |c| c.volume),
        (weights.frequency, |c| c.frequency),
        (weights.amount, |c| c.amount),
        (weights.payment, |c| c.payment),
        (weights.seniority, |c| c.seniority),
    ];
    for (weight, of) in criteria {
        if weight == 0 {
            continue;
        }
        let mut sorted: Vec<i64> = customers.iter().filter_map(of).collect();
        sorted.sort_unstable();
        let others = sorted.len().saturating_sub(1).max(1) as f64;
        for (customer, (points, all)) in customers.iter().zip(&mut sums) {
            if let Some(value) = of(customer) {
                let worse = sorted.partition_point(|other| *other < value) as f64;
                *points += f64::from(weight) * worse / others;
                *all += f64::from(weight);
            }
        }
    }
    sums.into_iter()
        .map(|(points, all)| (all > 0.0).then(|| 100.0 * points / all))
        .collect()
}

type Criterion = fn(&Criteria) -> Option<i64>;

/// Where a score stands among tiers, each of which begins at a score: the number of tiers reached, and what is missing to the
/// next one; none in the highest. The least scores ascend.
#[must_use]
pub fn tier(score: f64, least_scores: &[f64]) -> (usize, Option<f64>) {
    let reached = least_scores.partition_point(|least| *least <= score);
    (
        reached,
        least_scores.get(reached).map(|least| least - score),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(volume: i64, payment: Option<i64>) -> Criteria {
        Criteria {
            volume: Some(volume),
            payment,
            ..Criteria::default()
        }
    }

    #[test]
    fn equal_customers_have_equal_scores_and_what_is_unknown_is_left_out() {
        let customers = [
            customer(10, Some(-30)),
            customer(20, Some(0)),
            customer(20, None),
            Criteria::default(),
        ];
        let of = |weights| scores(&customers, weights);
        assert_eq!(
            of(Weights::default()),
            [Some(0.0), Some(75.0), Some(50.0), None]
        );
        let payment_only = Weights {
            volume: 0,
            ..Weights::default()
        };
        assert_eq!(of(payment_only), [Some(0.0), Some(100.0), None, None]);
    }

    #[test]
    fn weights_in_proportion_give_the_same_scores() {
        let customers = [
            customer(1, Some(5)),
            customer(2, Some(3)),
            customer(3, Some(4)),
        ];
        let weights = |volume, payment| Weights {
            volume,
            payment,
            ..Weights::default()
        };
        let (one, ten) = (
            scores(&customers, weights(1, 3)),
            scores(&customers, weights(10, 30)),
        );
        for (one, ten) in one.into_iter().zip(ten) {
            assert!((one.unwrap() - ten.unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_missing_to_the_next_tier() {
        let tiers = [40.0, 70.0, 90.0];
        assert_eq!(tier(65.0, &tiers), (1, Some(5.0)));
        assert_eq!(tier(70.0, &tiers), (2, Some(20.0)));
        assert_eq!(tier(95.0, &tiers), (3, None));
        assert_eq!(tier(5.0, &[]), (0, None));
    }
}
