//! Who is due to order, and what of.

use super::sales::Sales;
use std::collections::{BTreeMap, HashMap};
use tendero_domain::Day;
use tendero_insight::due::{Due, DueTest, Rhythm, State};
use tendero_insight::purchases::{Histories, Purchase};
use tendero_insight::rfm::Group;

/// How many days after the day of the test count.
pub(super) const TEST_DAYS: u32 = 14;

/// A customer in the rhythm of their own, or of their group where they have none.
#[derive(Debug, Clone, Copy)]
pub(super) struct DueCustomer {
    pub(super) due: Due,
    pub(super) rhythm: Rhythm,
    pub(super) is_own: bool,
}

/// A product that a customer should have ordered by now.
#[derive(Debug, Clone, Copy)]
pub(super) struct DueProduct {
    pub(super) customer: u32,
    pub(super) product: u32,
    pub(super) due: Due,
    pub(super) rhythm: Rhythm,
}

/// Every customer, in their order; `groups` are theirs.
pub(super) fn customers(
    histories: &Histories,
    groups: &[Option<Group>],
    as_of: Day,
) -> Vec<Option<DueCustomer>> {
    let mut members: BTreeMap<Group, Vec<_>> = BTreeMap::new();
    for (history, group) in histories.of.iter().zip(groups) {
        if let Some(group) = group {
            members.entry(*group).or_default().push(history.days());
        }
    }
    let shared: BTreeMap<Group, Rhythm> = members
        .into_iter()
        .filter_map(|(group, days)| Some((group, Rhythm::of_all(days)?)))
        .collect();
    let of = |days, group: &Option<Group>| {
        let own = Rhythm::of(days);
        let rhythm = own.or_else(|| shared.get(group.as_ref()?).copied())?;
        Some(DueCustomer {
            due: Due::of(days, rhythm, as_of)?,
            rhythm,
            is_own: own.is_some(),
        })
    };
    let each = histories.of.iter().zip(groups);
    each.map(|(history, group)| of(history.days(), group))
        .collect()
}

/// The products that are due or not bought any more, by customers with a rhythm in them; the most money at stake first.
pub(super) fn products(sales: &Sales, as_of: Day) -> Vec<DueProduct> {
    let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
    let mut names = Vec::new();
    let mut purchases = Vec::new();
    for line in &sales.lines {
        let Some(product) = line.product else {
            continue;
        };
        let pair = (line.purchase.customer, product);
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let number = *pairs.entry(pair).or_insert_with(|| {
            names.push(pair);
            next
        });
        purchases.push(Purchase {
            customer: number,
            ..line.purchase
        });
    }
    let histories = Histories::new(&purchases, names.len(), as_of);
    let of = |((customer, product), days)| {
        let rhythm = Rhythm::of(days)?;
        let due = Due::of(days, rhythm, as_of)?;
        (due.state != State::Early).then_some(DueProduct {
            customer,
            product,
            due,
            rhythm,
        })
    };
    let days = histories.of.iter().map(|history| history.days());
    let mut found: Vec<DueProduct> = names.into_iter().zip(days).filter_map(of).collect();
    found.sort_by_key(|one| (-one.due.at_stake_minor, one.customer, one.product));
    found
}

/// What the list of those due would have been worth on an earlier day, beside "not for 30 days".
pub(super) fn test(histories: &Histories, on: Day) -> DueTest {
    DueTest::new(
        histories.of.iter().map(|history| history.days()),
        on,
        TEST_DAYS,
    )
}
