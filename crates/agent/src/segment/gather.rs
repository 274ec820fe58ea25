//! The customers of a file, with their purchases, as the app would have them after importing it.

use crate::failure::Failure;
use crate::input::Input;
use std::collections::{HashMap, HashSet};
use tendero_domain::{CustomerId, Day, Field, ImportPlan, PurchasesBefore, RowProblem};
use tendero_insight::{CustomerRow, Index};
use tendero_interchange::{CustomerKey, ImportedCustomer, ImportedOrder, ImportedRow, RowReader};

/// The customers of a file.
pub(super) struct Gathered {
    pub(super) index: Index,
    /// The day of the newest purchase.
    pub(super) newest_purchase: Option<Day>,
    /// Rows that an import would not take: their lines, from 1, and why.
    pub(super) refused: Vec<(u64, RowProblem)>,
    lines: HashMap<CustomerId, u64>,
}

impl Gathered {
    /// Reads all rows.
    ///
    /// # Errors
    /// As [`Input::rows`].
    pub(super) fn read(input: Input, plan: &ImportPlan) -> Result<Self, Failure> {
        let reader = RowReader::new(plan);
        let mut customers = Customers::default();
        let mut refused = Vec::new();
        input.rows(plan, |raw| {
            match reader.read(&raw) {
                Ok(ImportedRow::Blank) => {}
                Ok(ImportedRow::Customer(customer)) => {
                    customers.place(raw.line, customer);
                }
                Ok(ImportedRow::Order(order)) => customers.add_order(raw.line, order, plan),
                Err(problem) => refused.push((raw.line, problem)),
            }
            Ok(())
        })?;
        let (mut index, mut lines) = (Index::default(), HashMap::new());
        let mut newest_purchase = None;
        for customer in customers.list {
            let (line, row) = customer.finish();
            lines.insert(row.id, line);
            newest_purchase = newest_purchase.max(row.last_purchase);
            index.put(row);
        }
        Ok(Self {
            index,
            newest_purchase,
            refused,
            lines,
        })
    }

    /// The line on which a customer is first named, from 1.
    pub(super) fn line(&self, id: CustomerId) -> u64 {
        self.lines.get(&id).copied().unwrap_or(0)
    }
}

/// Customers in the order in which the file names them.
#[derive(Default)]
struct Customers {
    list: Vec<Customer>,
    places: HashMap<CustomerKey, usize>,
}

/// One customer, with what several rows say of it.
struct Customer {
    line: u64,
    row: CustomerRow,
    before: Option<PurchasesBefore>,
    /// Numbers of the purchases that are counted.
    numbers: HashSet<String>,
}

impl Customers {
    /// The customer of a row. What a further row says fills what is blank and overwrites nothing.
    fn place(&mut self, line: u64, read: ImportedCustomer) -> Option<&mut Customer> {
        let next = self.list.len();
        let at = *self.places.entry(read.key).or_insert(next);
        if at == next {
            // Rising with the place, so that customers of one name stay in the order of the file.
            let id = CustomerId::from_bytes((next as u128).to_be_bytes());
            self.list.push(Customer {
                line,
                row: CustomerRow::blank(id, [0; 16]),
                before: None,
                numbers: HashSet::new(),
            });
        }
        let customer = self.list.get_mut(at)?;
        let row = &mut customer.row;
        for (field, value) in read.fields {
            if let Some(known) = field_of(row, field).filter(|known| known.is_empty()) {
                *known = value;
            }
        }
        for tag in read.tags {
            if !row.tags.contains(&tag) {
                row.tags.push(tag);
            }
        }
        customer.before = customer.before.or(read.before);
        Some(customer)
    }

    /// Counts a purchase; of several rows with one customer and one number only the first, as an import keeps it.
    fn add_order(&mut self, line: u64, order: ImportedOrder, plan: &ImportPlan) {
        let counter_sales = || ImportedCustomer {
            key: CustomerKey::Content("counter sales".to_owned()),
            fields: vec![(Field::Name, plan.counter_sales.clone().unwrap_or_default())],
            tags: Vec::new(),
            note: None,
            before: None,
        };
        let buyer = order.customer.unwrap_or_else(counter_sales);
        let Some(customer) = self.place(line, buyer) else {
            return;
        };
        if order.number.is_empty() || customer.numbers.insert(order.number) {
            customer.add(1, order.amount_minor, Some(order.day));
        }
    }
}

impl Customer {
    fn add(&mut self, orders: u32, total_minor: i64, last: Option<Day>) {
        let row = &mut self.row;
        row.orders = row.orders.saturating_add(orders);
        row.total_minor = row.total_minor.saturating_add(total_minor);
        row.last_purchase = row.last_purchase.max(last);
    }

    /// Its line, and its row with everything in it.
    fn finish(mut self) -> (u64, CustomerRow) {
        if let Some(before) = self.before {
            self.add(before.count, before.total_minor, before.last);
        }
        // The order of a record.
        self.row.tags.sort();
        (self.line, self.row)
    }
}

/// The fields that a segment can ask for or that are printed.
fn field_of(row: &mut CustomerRow, field: Field) -> Option<&mut String> {
    match field {
        Field::Name => Some(&mut row.name),
        Field::City => Some(&mut row.city),
        Field::Country => Some(&mut row.country),
        Field::ExternalKey => Some(&mut row.key),
        _ => None,
    }
}
