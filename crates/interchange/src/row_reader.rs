//! Rows to customers and purchases.

use crate::RawRow;
use tendero_domain::{Day, Field, ImportPlan, PurchasesBefore, RowProblem};

/// By what the same customer is known again, within one file and in the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerKey {
    /// The value of the key column.
    External(String),
    /// Where that has no value: the customer's fields, folded and joined.
    Content(String),
}

/// A customer as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCustomer {
    /// By what it is known again.
    pub key: CustomerKey,
    /// Values of its fields: at most one per field, none empty, [`Field::Name`] always among them, [`Field::ExternalKey`] where there is one.
    pub fields: Vec<(Field, String)>,
    /// Its tags, each once.
    pub tags: Vec<String>,
    /// A note for the timeline.
    pub note: Option<String>,
    /// What it bought before.
    pub before: Option<PurchasesBefore>,
}

/// A purchase as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedOrder {
    /// Who bought; `None` without a customer, which happens only where the plan has `counter_sales`.
    pub customer: Option<ImportedCustomer>,
    /// The number of the purchase; may be empty.
    pub number: String,
    /// Its day.
    pub day: Day,
    /// Its amount in minor units of the workspace's currency.
    pub amount_minor: i64,
    /// The number of lines; 0 when it is not known.
    pub lines: u32,
}

/// What a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportedRow {
    /// Nothing.
    Blank,
    /// A customer.
    Customer(ImportedCustomer),
    /// A purchase, with its customer.
    Order(ImportedOrder),
}

/// Reads rows as a plan says.
#[derive(Debug, Clone)]
pub struct RowReader {
    plan: ImportPlan,
}

impl RowReader {
    /// A reader for this plan.
    #[must_use]
    pub fn new(plan: &ImportPlan) -> Self {
        Self { plan: plan.clone() }
    }

    /// What the row holds.
    ///
    /// # Errors
    /// [`RowProblem`] when it is refused.
    pub fn read(&self, row: &RawRow) -> Result<ImportedRow, RowProblem> {
        let _ = (row, &self.plan);
        Ok(ImportedRow::Blank)
    }
}
