//! From pairs to groups: what is the same as the same is the same, as long as a group does not contradict itself.

use std::collections::{HashMap, HashSet};

/// Two records and the evidence that they are the same customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub(crate) first: u32,
    pub(crate) second: u32,
    /// Logarithm of the odds, to base 2.
    pub(crate) bits: f64,
}

/// Evidence of a pair about which nothing is known, in bits.
const UNKNOWN: f64 = -8.0;

/// No pair counts for more or less than this in a group, in bits.
const MOST: f64 = 8.0;

/// The evidence of a pair that others join is at least this, in bits.
const LEAST: f64 = 0.01;

/// Evidence of a pair that counts when partners are counted, in bits.
const STRONG: f64 = 7.0;

/// One record in so many may have several partners in the other source before all may.
const ONE_IN: usize = 5;

/// The links that speak for the same customer, the strongest first.
fn strongest_first(links: &[Link]) -> Vec<Link> {
    let mut links: Vec<Link> = links
        .iter()
        .copied()
        .filter(|link| link.bits > 0.0)
        .collect();
    links.sort_by(|a, b| {
        b.bits
            .total_cmp(&a.bits)
            .then((a.first, a.second).cmp(&(b.first, b.second)))
    });
    links
}

/// All pairs of the groups that the links make. Groups are joined by their strongest link when all pairs between them speak for it
/// on average. A pair that others join has the evidence of the link that joined them, less what speaks against the pair itself.
pub(crate) fn closed(records: usize, links: &[Link]) -> Vec<Link> {
    let known: HashMap<(u32, u32), f64> = links
        .iter()
        .map(|link| ((link.first, link.second), link.bits))
        .collect();
    let bits = |a: u32, b: u32| known.get(&(a.min(b), a.max(b))).copied().unwrap_or(UNKNOWN);
    let mut group_of: Vec<u32> = (0..records as u32).collect();
    let mut groups: Vec<Vec<u32>> = group_of.iter().map(|record| vec![*record]).collect();
    let mut pairs = Vec::new();
    for link in strongest_first(links) {
        let group = |record: u32| group_of.get(record as usize).copied().unwrap_or(record);
        let (one, other) = (group(link.first), group(link.second));
        let members = groups.get(one as usize).zip(groups.get(other as usize));
        let Some((a, b)) = members.filter(|_| one != other) else {
            continue;
        };
        let between = || a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
        let sum: f64 = between().map(|(x, y)| bits(x, y).clamp(-MOST, MOST)).sum();
        if sum < 0.0 {
            continue;
        }
        pairs.extend(between().map(|(x, y)| Link {
            first: x.min(y),
            second: x.max(y),
            bits: if bits(x, y) > 0.0 {
                bits(x, y)
            } else {
                (link.bits + bits(x, y)).max(LEAST)
            },
        }));
        let moved = groups
            .get_mut(other as usize)
            .map(std::mem::take)
            .unwrap_or_default();
        for record in &moved {
            if let Some(group) = group_of.get_mut(*record as usize) {
                *group = one;
            }
        }
        if let Some(group) = groups.get_mut(one as usize) {
            group.extend(moved);
        }
    }
    pairs.sort_by_key(|link| (link.first, link.second));
    pairs
}

/// Pairs between two sources: each record once, the strongest links first; all links where many records have several strong ones.
pub(crate) fn across(links: &[Link]) -> Vec<Link> {
    let links = strongest_first(links);
    let mut partners: HashMap<u32, usize> = HashMap::new();
    for link in links.iter().filter(|link| link.bits >= STRONG) {
        *partners.entry(link.first).or_default() += 1;
        *partners.entry(link.second).or_default() += 1;
    }
    let several = partners.values().filter(|count| **count > 1).count();
    let one_to_one = several * ONE_IN <= partners.len();
    let mut taken = HashSet::new();
    let mut pairs = links;
    pairs.retain(|link| {
        let is_free = !taken.contains(&link.first) && !taken.contains(&link.second);
        if is_free {
            taken.extend([link.first, link.second]);
        }
        is_free || !one_to_one
    });
    pairs.sort_by_key(|link| (link.first, link.second));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(first: u32, second: u32, bits: f64) -> Link {
        Link {
            first,
            second,
            bits,
        }
    }

    #[test]
    fn what_is_the_same_as_the_same_is_the_same() {
        let links = [
            link(0, 1, 9.0),
            link(1, 2, 5.0),
            link(0, 2, -2.0),
            link(3, 4, -1.0),
        ];
        assert_eq!(
            closed(5, &links),
            [link(0, 1, 9.0), link(0, 2, 3.0), link(1, 2, 5.0)]
        );
    }

    #[test]
    fn a_chance_likeness_does_not_join_two_groups() {
        let links = [link(0, 1, 9.0), link(2, 3, 9.0), link(1, 2, 3.0)];
        assert_eq!(closed(4, &links), [link(0, 1, 9.0), link(2, 3, 9.0)]);
    }

    #[test]
    fn between_two_lists_the_best_partner_wins() {
        let links = [
            link(0, 10, 3.0),
            link(0, 11, 9.0),
            link(1, 11, 8.0),
            link(2, 12, 8.0),
            link(3, 13, 9.0),
            link(4, 14, 9.0),
        ];
        let links = across(&links);
        assert_eq!(
            links,
            [
                link(0, 11, 9.0),
                link(2, 12, 8.0),
                link(3, 13, 9.0),
                link(4, 14, 9.0)
            ]
        );
    }

    #[test]
    fn a_list_that_has_everybody_twice_keeps_all_partners() {
        let links = [
            link(0, 10, 9.0),
            link(0, 11, 9.0),
            link(1, 12, 9.0),
            link(1, 13, 9.0),
        ];
        assert_eq!(across(&links), links);
    }
}
