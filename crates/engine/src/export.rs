//! Customers on their way out into a file.

use crate::stored::DocId;
use tendero_domain::{CustomerId, DecimalSign, PurchasesBefore};
use tendero_interchange::{Contact, CustomerKey, CustomersCsv, ImportedCustomer};
use tendero_messages::ExportFormat;
use tendero_records::CustomerRecord;

/// Writes one customer after the other.
pub(crate) enum Exporter {
    Csv(CustomersCsv),
    Cards(String),
}

impl Exporter {
    pub(crate) fn new(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv { columns, decimal } => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(column, name)| (*column, name.as_str()))
                    .collect();
                let delimiter = match decimal {
                    DecimalSign::Comma => ';',
                    DecimalSign::Point => ',',
                };
                Self::Csv(CustomersCsv::new(&names, delimiter, decimal))
            }
            ExportFormat::Cards => Self::Cards(String::new()),
        }
    }

    pub(crate) fn push(&mut self, record: &CustomerRecord) {
        let customer = leaving(record);
        match self {
            Self::Csv(csv) => csv.push(&customer),
            Self::Cards(text) => Contact::of(&customer).write_vcard(text),
        }
    }

    /// What was written since the last time.
    pub(crate) fn take(&mut self) -> String {
        match self {
            Self::Csv(csv) => csv.take(),
            Self::Cards(text) => std::mem::take(text),
        }
    }
}

/// A record as a file holds it: its purchases as their sum.
fn leaving(record: &CustomerRecord) -> ImportedCustomer {
    let row = crate::row::of_record(
        CustomerId::from_bytes(DocId::default()),
        DocId::default(),
        record,
    );
    let before = PurchasesBefore {
        count: row.orders,
        total_minor: row.total_minor,
        last: row.last_purchase,
    };
    let fields = record.fields.iter();
    ImportedCustomer {
        // Nothing is looked up by it on the way out.
        key: CustomerKey::Content(String::new()),
        fields: fields
            .map(|value| (value.field, value.text.clone()))
            .collect(),
        tags: record.tags.clone(),
        note: None,
        before: (before.count > 0).then_some(before),
    }
}
