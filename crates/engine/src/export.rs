//! Customers on their way out into a file.

use crate::stored::DocId;
use tendero_domain::{CustomerId, DecimalSign, PurchasesBefore};
use tendero_interchange::{Contact, CustomerKey, CustomersCsv, ImportedCustomer};
use tendero_messages::ExportFormat;
use tendero_records::CustomerRecord;

/// Writes one customer after the other, in any order.
pub(crate) struct Exporter {
    writer: Writer,
    /// What stands before the customers.
    head: String,
    /// A customer's place in the file, and how it is written there.
    pieces: Vec<(u32, String)>,
}

enum Writer {
    Csv(CustomersCsv),
    Cards,
}

impl Exporter {
    pub(crate) fn new(format: ExportFormat) -> Self {
        let (writer, head) = match format {
            ExportFormat::Csv { columns, decimal } => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(column, name)| (*column, name.as_str()))
                    .collect();
                let delimiter = match decimal {
                    DecimalSign::Comma => ';',
                    DecimalSign::Point => ',',
                };
                let mut csv = CustomersCsv::new(&names, delimiter, decimal);
                let head = csv.take();
                (Writer::Csv(csv), head)
            }
            ExportFormat::Cards => (Writer::Cards, String::new()),
        };
        Self {
            writer,
            head,
            pieces: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, place: u32, record: &CustomerRecord) {
        let customer = leaving(record);
        let piece = match &mut self.writer {
            Writer::Csv(csv) => {
                csv.push(&customer);
                csv.take()
            }
            Writer::Cards => {
                let mut card = String::new();
                Contact::of(&customer).write_vcard(&mut card);
                card
            }
        };
        self.pieces.push((place, piece));
    }

    /// The file.
    pub(crate) fn finish(&mut self) -> String {
        self.pieces.sort_by_key(|(place, _)| *place);
        let mut file = std::mem::take(&mut self.head);
        for (_, piece) in self.pieces.drain(..) {
            file.push_str(&piece);
        }
        file
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
