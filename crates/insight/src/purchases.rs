//! What each customer bought, day by day: what every analysis of purchases begins with.

use tendero_domain::Day;

/// One row of a list of purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// Who bought: the place in the list of customers.
    pub customer: u32,
    /// When.
    pub day: Day,
    /// For how much, in minor units; negative for what was given back.
    pub amount_minor: i64,
    /// Which order the row is a line of, numbered by whoever asks. Rows of one customer and order are added before
    /// anything else; a row without is an order of its own.
    pub order: Option<u32>,
}

/// A day on which a customer bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuyingDay {
    /// The day.
    pub day: Day,
    /// Orders of that day, at least one.
    pub orders: u32,
    /// Their sum in minor units.
    pub amount_minor: i64,
}

/// What one customer bought up to a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    days: Vec<BuyingDay>,
    refunds: u32,
    refunds_minor: i64,
}

impl History {
    /// The days with purchases, the earliest first, none twice.
    #[must_use]
    pub fn days(&self) -> &[BuyingDay] {
        &self.days
    }

    /// The first purchase; none for a customer who never bought.
    #[must_use]
    pub fn first(&self) -> Option<Day> {
        self.days.first().map(|bought| bought.day)
    }

    /// The last purchase.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        self.days.last().map(|bought| bought.day)
    }

    /// How many orders there were, refunds left out.
    #[must_use]
    pub fn orders(&self) -> u32 {
        self.days
            .iter()
            .fold(0, |sum, bought| sum.saturating_add(bought.orders))
    }

    /// The sum of all orders in minor units, refunds left out.
    #[must_use]
    pub fn total_minor(&self) -> i64 {
        sum(self.days.iter().map(|bought| bought.amount_minor))
    }

    /// How many orders gave money back.
    #[must_use]
    pub fn refunds(&self) -> u32 {
        self.refunds
    }

    /// What was given back in minor units; zero or negative.
    #[must_use]
    pub fn refunds_minor(&self) -> i64 {
        self.refunds_minor
    }

    /// Days with purchases after the first one.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        u32::try_from(self.days.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// What the days after the first one brought, in minor units.
    #[must_use]
    pub fn repeat_total_minor(&self) -> i64 {
        sum(self.days.iter().skip(1).map(|bought| bought.amount_minor))
    }

    fn add(&mut self, day: Day, amount_minor: i64) {
        match self.days.last_mut().filter(|last| last.day == day) {
            Some(last) => {
                last.orders = last.orders.saturating_add(1);
                last.amount_minor = last.amount_minor.saturating_add(amount_minor);
            }
            None => self.days.push(BuyingDay {
                day,
                orders: 1,
                amount_minor,
            }),
        }
    }
}

/// Every customer's purchases up to a day, with what was left out and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histories {
    /// One for each customer, in the order of their numbers; empty for those who did not buy.
    pub of: Vec<History>,
    /// Rows after the day: left out.
    pub later_rows: usize,
    /// Orders that sum to less than zero: no purchases, kept apart as refunds.
    pub refunds: usize,
    /// Orders that sum to exactly zero: purchases like others.
    pub zero_orders: usize,
    /// Rows of customers whose number is not below the count given: left out.
    pub unknown_rows: usize,
}

impl Histories {
    /// Adds the rows of each order, merges the orders of each day, and leaves out what lies after `as_of`.
    ///
    /// An order is of the day of its earliest row. It is a purchase when its rows sum to zero or more, else a refund:
    /// refunds count in nothing but [`History::refunds`]. The order of the rows changes nothing. Sums saturate at the
    /// bounds of `i64`.
    #[must_use]
    pub fn new(purchases: &[Purchase], customers: usize, as_of: Day) -> Self {
        let mut all = Self {
            of: vec![History::default(); customers],
            ..Self::default()
        };
        let is_known = |row: &&Purchase| index(row.customer) < customers;
        let mut rows: Vec<Purchase> = purchases.iter().filter(is_known).copied().collect();
        all.unknown_rows = purchases.len() - rows.len();
        let known = rows.len();
        rows.retain(|row| row.day <= as_of);
        all.later_rows = known - rows.len();
        let mut orders = whole_orders(rows);
        orders.sort_unstable_by_key(|row| (row.customer, row.day, row.amount_minor));
        for order in orders {
            if let Some(history) = all.of.get_mut(index(order.customer)) {
                if order.amount_minor < 0 {
                    history.refunds = history.refunds.saturating_add(1);
                    history.refunds_minor =
                        history.refunds_minor.saturating_add(order.amount_minor);
                    all.refunds += 1;
                } else {
                    history.add(order.day, order.amount_minor);
                    all.zero_orders += usize::from(order.amount_minor == 0);
                }
            }
        }
        all
    }

    /// How many customers bought at least once.
    #[must_use]
    pub fn buyers(&self) -> usize {
        self.of
            .iter()
            .filter(|history| !history.days.is_empty())
            .count()
    }
}

/// One row for each order: its earliest day, the sum of its rows.
fn whole_orders(mut rows: Vec<Purchase>) -> Vec<Purchase> {
    rows.sort_unstable_by_key(|row| (row.customer, row.order, row.day));
    rows.chunk_by(|a, b| a.order.is_some() && (a.customer, a.order) == (b.customer, b.order))
        .filter_map(|lines| {
            let first = *lines.first()?;
            Some(Purchase {
                amount_minor: sum(lines.iter().map(|line| line.amount_minor)),
                ..first
            })
        })
        .collect()
}

fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

fn index(customer: u32) -> usize {
    usize::try_from(customer).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(customer: u32, day: i32, amount_minor: i64, order: Option<u32>) -> Purchase {
        Purchase {
            customer,
            day: Day(day),
            amount_minor,
            order,
        }
    }

    #[test]
    fn the_lines_of_an_order_are_added_before_it_counts_as_purchase_or_refund() {
        let rows = [
            row(0, 5, 1_000, Some(7)),
            row(0, 6, -300, Some(7)),
            row(0, 5, -200, Some(8)),
            row(0, 9, 50, None),
            row(0, 9, 50, None),
            row(0, 20, 1, None),
            row(1, 9, -5, None),
            row(2, 9, 5, None),
        ];
        let all = Histories::new(&rows, 2, Day(10));
        let [first, second] = all.of.as_slice() else {
            panic!("two customers");
        };
        let days: Vec<(i32, u32, i64)> = first
            .days()
            .iter()
            .map(|d| (d.day.0, d.orders, d.amount_minor))
            .collect();
        assert_eq!(days, [(5, 1, 700), (9, 2, 100)]);
        assert_eq!((first.orders(), first.total_minor()), (3, 800));
        assert_eq!((first.repeats(), first.repeat_total_minor()), (1, 100));
        assert_eq!((first.refunds(), first.refunds_minor()), (1, -200));
        assert_eq!((second.first(), second.refunds_minor()), (None, -5));
        assert_eq!((all.later_rows, all.refunds, all.unknown_rows), (1, 2, 1));
        assert_eq!(all.buyers(), 1);
    }

    #[test]
    fn a_gift_is_a_purchase_and_is_counted() {
        let all = Histories::new(&[row(0, 1, 0, None)], 1, Day(1));
        assert_eq!((all.zero_orders, all.buyers()), (1, 1));
    }
}
