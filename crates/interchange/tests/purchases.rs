//! Lists of purchases and customers as the measurements use them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{customers, field, guesses, inspected, outcomes};
use std::collections::HashSet;
use tendero_domain::{Day, Field};
use tendero_interchange::{CustomerKey, ImportedOrder, ImportedRow};

const INVOICES: &str = "externalKey orderNumber orderDay country orderLines orderAmount";

fn orders(bytes: &[u8]) -> Vec<ImportedOrder> {
    let (inspection, outcomes) = outcomes(bytes).unwrap();
    assert_eq!(guesses(&inspection).join(" "), INVOICES);
    assert!(inspection.plan.is_orders() && inspection.plan.names_customers());
    assert!(!inspection.rows_without_customer);
    let order = |(line, row)| match row {
        Ok(ImportedRow::Order(order)) => order,
        other => panic!("line {line}: {other:?}"),
    };
    outcomes.into_iter().map(order).collect()
}

fn buyers(orders: &[ImportedOrder]) -> HashSet<&CustomerKey> {
    let customers = orders.iter().filter_map(|o| o.customer.as_ref());
    customers.map(|c| &c.key).collect()
}

fn total(orders: &[ImportedOrder]) -> i64 {
    orders.iter().map(|o| o.amount_minor).sum()
}

/// The UCI Online Retail list, one line an invoice; it lies outside of the project, which may not contain it.
#[test]
fn online_retail_is_recognised_by_itself() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/online_retail/online_retail_invoices.csv"
    );
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: {path} is not here; the sample below has the same layout");
        return;
    };
    let orders = orders(&bytes);
    assert_eq!(orders.len(), 18_532);
    assert_eq!(buyers(&orders).len(), 4_338);
    assert_eq!(total(&orders), 891_140_790);
}

/// Invented, in the same layout.
const SAMPLE: &str = "id,InvoiceNo,day,country,lines,amt
17850,900001,2010-12-01,United Kingdom,7,139.12
17850,900002,2010-12-01,United Kingdom,2,22.2
13047.0,900003,2010-12-02,France,12,278.730000000001
12583,900004,2011-01-15,EIRE,1,1000
13047,900005,2011-02-01,France,3,0.85
";

#[test]
fn a_sample_in_the_layout_of_online_retail_is_recognised_by_itself() {
    let orders = orders(SAMPLE.as_bytes());
    assert_eq!(orders.len(), 5);
    assert_eq!(buyers(&orders).len(), 3);
    assert_eq!(total(&orders), 144_090);
    let third = &orders[2];
    assert_eq!((third.number.as_str(), third.lines), ("900003", 12));
    assert_eq!(third.day, Day::parse_iso("2010-12-02").unwrap());
    let customer = third.customer.as_ref().unwrap();
    assert_eq!(field(customer, Field::Name), "Cliente 13047");
    assert_eq!(field(customer, Field::Country), "France");
}

#[test]
fn purchases_without_a_customer_are_noticed() {
    let text = SAMPLE.replace("12583,", ",");
    assert!(inspected(text.as_bytes()).unwrap().rows_without_customer);
}

#[test]
fn generated_customers_are_recognised_by_themselves() {
    let mut bytes = Vec::new();
    tendero_testkit::customers_csv(3000, &mut bytes).unwrap();
    let inspection = inspected(&bytes).unwrap();
    assert_eq!(
        guesses(&inspection).join(" "),
        "externalKey name person email phone street postalCode city country tags note - beforeCount beforeTotal beforeLast - - - - - -"
    );
    assert!(!inspection.plan.is_orders());
    let customers = customers(&bytes);
    assert_eq!(customers.len(), 3000);
    for (id, customer) in customers.iter().enumerate() {
        let row = tendero_testkit::Columns::of(id as u64);
        let before = customer.before.unwrap_or_default();
        assert_eq!(before.count, row.n_orders);
        assert_eq!(before.total_minor, row.total_cents);
        assert_eq!(before.last.is_some(), row.recency_days >= 0);
        assert_eq!(customer.tags.len() as u32, row.tags.count_ones());
        assert_eq!(customer.key, CustomerKey::External(id.to_string()));
    }
}
