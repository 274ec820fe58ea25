//! What goes with what: association rules over baskets, with one product on the right.
//!
//! Agrawal, Srikant: Fast Algorithms for Mining Association Rules, VLDB 1994; frequent sets by Zaki's Eclat (IEEE Transactions
//! on Knowledge and Data Engineering 12 (2000) 372–390). Thresholds are compared in whole numbers: a confidence of 12 of 15 is
//! not below 0.8, as it is for programs that divide first.

use std::collections::BTreeMap;

/// The most sets of products that are looked at.
pub const MOST_SETS: usize = 1_000_000;

/// A threshold as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    part: u64,
    of: u64,
}

impl Ratio {
    /// Reads a decimal number from 0 to 1 with a point and at most twelve decimals, such as ".001", "0.8" or "1"; exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole)
            || !digits(decimals)
            || decimals.len() > 12
            || text.trim_matches('.').is_empty()
        {
            return None;
        }
        let of = 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let number = |text: &str| -> Option<u64> {
            if text.is_empty() {
                Some(0)
            } else {
                text.parse().ok()
            }
        };
        let part = number(whole)?
            .checked_mul(of)?
            .checked_add(number(decimals)?)?;
        (part <= of).then_some(Self { part, of })
    }

    /// Whether `part` of `of` is at least this.
    fn is_reached(self, part: u32, of: u32) -> bool {
        u128::from(part) * u128::from(self.of) >= u128::from(self.part) * u128::from(of)
    }

    /// The least count of `of` that reaches this, at least one.
    fn least(self, of: u32) -> u32 {
        let least = (u128::from(self.part) * u128::from(of)).div_ceil(u128::from(self.of));
        u32::try_from(least).unwrap_or(u32::MAX).max(1)
    }
}

/// "Who bought these bought that."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What was bought, ascending.
    pub given: Vec<u32>,
    /// What else.
    pub then: u32,
    /// Baskets with all of it.
    pub count: u32,
    /// Baskets with what was bought.
    pub count_given: u32,
    /// Baskets with what else.
    pub count_then: u32,
    /// All baskets.
    pub baskets: u32,
}

impl Rule {
    /// The share of all baskets that hold all of it.
    #[must_use]
    pub fn support(&self) -> f64 {
        f64::from(self.count) / f64::from(self.baskets)
    }

    /// Of those who bought these, the share who bought that.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        f64::from(self.count) / f64::from(self.count_given)
    }

    /// How much more often than by chance; 1 where they have nothing to do with each other.
    #[must_use]
    pub fn lift(&self) -> f64 {
        let expected = f64::from(self.count_given) * f64::from(self.count_then);
        f64::from(self.count) * f64::from(self.baskets) / expected
    }

    /// How much larger the support is than by chance; 0 where they have nothing to do with each other.
    #[must_use]
    pub fn leverage(&self) -> f64 {
        let all = f64::from(self.baskets);
        self.support() - f64::from(self.count_given) / all * (f64::from(self.count_then) / all)
    }

    /// How much more often the rule would fail by chance; 1 where they have nothing to do with each other, none where
    /// it never fails.
    #[must_use]
    pub fn conviction(&self) -> Option<f64> {
        let misses = f64::from(self.count_given - self.count);
        let others = f64::from(self.baskets - self.count_then) / f64::from(self.baskets);
        (misses > 0.0).then(|| others * f64::from(self.count_given) / misses)
    }
}

/// More than [`MOST_SETS`] sets of products are frequent: a higher support is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST_SETS} sets of products are that frequent: ask for a higher support")]
pub struct TooMany;

/// The rules that reach both thresholds, those with the greatest lift first. A product counts once in a basket; empty baskets
/// count as baskets.
///
/// # Errors
/// [`TooMany`] sets are frequent.
pub fn rules(
    baskets: &[Vec<u32>],
    support: Ratio,
    confidence: Ratio,
) -> Result<Vec<Rule>, TooMany> {
    let all = u32::try_from(baskets.len()).unwrap_or(u32::MAX);
    let mut found = Sets {
        least: support.least(all),
        counts: BTreeMap::new(),
    };
    found.grow(&[], &found.single(baskets))?;
    let mut rules = Vec::new();
    for (set, count) in &found.counts {
        for then in set {
            let given: Vec<u32> = set.iter().copied().filter(|item| item != then).collect();
            // Every part of a frequent set is frequent.
            let parts = found
                .counts
                .get(&given)
                .zip(found.counts.get([*then].as_slice()));
            let Some((count_given, count_then)) = parts else {
                continue;
            };
            if confidence.is_reached(*count, *count_given) {
                rules.push(Rule {
                    given,
                    then: *then,
                    count: *count,
                    count_given: *count_given,
                    count_then: *count_then,
                    baskets: all,
                });
            }
        }
    }
    rules.sort_by(|a, b| {
        (b.lift().total_cmp(&a.lift()))
            .then(b.count.cmp(&a.count))
            .then_with(|| (&a.given, a.then).cmp(&(&b.given, b.then)))
    });
    Ok(rules)
}

/// What somebody who has bought these products may want next: for each product they do not have the rule with the greatest
/// confidence, the surest first. The rule is the reason to be given.
#[must_use]
pub fn suggestions<'r>(bought: &[u32], rules: &'r [Rule]) -> Vec<&'r Rule> {
    let fits = |rule: &&Rule| {
        !bought.contains(&rule.then) && rule.given.iter().all(|item| bought.contains(item))
    };
    let mut best: BTreeMap<u32, &Rule> = BTreeMap::new();
    for rule in rules.iter().filter(fits) {
        let kept = best.entry(rule.then).or_insert(rule);
        if rule.confidence() > kept.confidence() {
            *kept = rule;
        }
    }
    let mut best: Vec<&Rule> = best.into_values().collect();
    best.sort_by(|a, b| {
        b.confidence()
            .total_cmp(&a.confidence())
            .then(a.then.cmp(&b.then))
    });
    best
}

/// A product and the baskets it is in, ascending.
type Column = (u32, Vec<u32>);

struct Sets {
    least: u32,
    /// How many baskets hold each frequent set; its products ascend.
    counts: BTreeMap<Vec<u32>, u32>,
}

impl Sets {
    fn single(&self, baskets: &[Vec<u32>]) -> Vec<Column> {
        let mut columns: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (at, basket) in (0..).zip(baskets) {
            for item in basket {
                let column = columns.entry(*item).or_default();
                if column.last() != Some(&at) {
                    column.push(at);
                }
            }
        }
        columns.retain(|_, baskets| baskets.len() >= self.least_len());
        columns.into_iter().collect()
    }

    /// Adds each product to `set`, and to that each of the products behind it, as long as enough baskets hold all.
    fn grow(&mut self, set: &[u32], columns: &[Column]) -> Result<(), TooMany> {
        for (at, (item, baskets)) in columns.iter().enumerate() {
            let larger = [set, &[*item]].concat();
            if self.counts.len() == MOST_SETS {
                return Err(TooMany);
            }
            let count = u32::try_from(baskets.len()).unwrap_or(u32::MAX);
            self.counts.insert(larger.clone(), count);
            let behind = columns.get(at + 1..).unwrap_or_default();
            let both: Vec<Column> = behind
                .iter()
                .map(|(other, others)| (*other, common(baskets, others)))
                .filter(|(_, common)| common.len() >= self.least_len())
                .collect();
            self.grow(&larger, &both)?;
        }
        Ok(())
    }

    fn least_len(&self) -> usize {
        usize::try_from(self.least).unwrap_or(usize::MAX)
    }
}

/// The numbers of two ascending lists that are in both.
fn common(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut common = Vec::new();
    let mut others = b.iter().peekable();
    for number in a {
        while others.next_if(|other| *other < number).is_some() {}
        if others.next_if_eq(&number).is_some() {
            common.push(*number);
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse(text).unwrap()
    }

    #[test]
    fn thresholds_are_read_exactly_or_not_at_all() {
        assert_eq!(ratio(".001"), Ratio { part: 1, of: 1_000 });
        assert_eq!(ratio("0.80"), Ratio { part: 80, of: 100 });
        assert_eq!(ratio("1"), Ratio { part: 1, of: 1 });
        for wrong in [
            "",
            ".",
            "1.1",
            "-0.1",
            "0,1",
            "1e-3",
            "5%",
            "2",
            "0.0000000000001",
        ] {
            assert_eq!(Ratio::parse(wrong), None, "{wrong}");
        }
        assert!(ratio("0.8").is_reached(12, 15) && !ratio("0.8").is_reached(11, 14));
    }

    proptest! {
        #[test]
        fn rules_are_those_that_counting_finds(
            baskets in prop::collection::vec(prop::collection::vec(0..6u32, 0..5), 1..20),
            support in 1..6u32,
            confidence in 1..10u32,
        ) {
            let support = ratio(&format!("0.{support}"));
            let confidence = ratio(&format!("0.{confidence}"));
            let holds = |basket: &Vec<u32>, set: &[u32]| set.iter().all(|item| basket.contains(item));
            let count = |set: &[u32]| baskets.iter().filter(|basket| holds(basket, set)).count() as u32;
            let all = baskets.len() as u32;
            let mut expect = Vec::new();
            for bits in 1_u32..64 {
                let given: Vec<u32> = (0..6).filter(|item| bits >> item & 1 == 1).collect();
                for then in (0..6).filter(|item| bits >> item & 1 == 0) {
                    let both = count(&[&given[..], &[then]].concat());
                    if both > 0 && support.is_reached(both, all) && confidence.is_reached(both, count(&given)) {
                        expect.push((given.clone(), then, both));
                    }
                }
            }
            let mut found: Vec<_> = rules(&baskets, support, confidence)
                .unwrap()
                .into_iter()
                .map(|rule| (rule.given, rule.then, rule.count))
                .collect();
            found.sort();
            expect.sort();
            prop_assert_eq!(found, expect);
        }
    }

    #[test]
    fn what_is_suggested_was_not_bought_yet_and_comes_with_its_reason() {
        let baskets: Vec<Vec<u32>> = vec![
            vec![1, 2, 3],
            vec![1, 2],
            vec![1, 2, 4],
            vec![1, 3],
            vec![5],
        ];
        let rules = rules(&baskets, ratio("0.2"), ratio("0.3")).unwrap();
        let told: Vec<(u32, u32, u32)> = suggestions(&[1], &rules)
            .into_iter()
            .map(|rule| (rule.then, rule.count, rule.count_given))
            .collect();
        assert_eq!(told, [(2, 3, 4), (3, 2, 4)]);
    }
}
