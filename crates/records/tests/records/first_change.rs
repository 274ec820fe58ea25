use crate::common::*;
use proptest::prelude::*;
use tendero_domain::{Field, NewCustomer};
use tendero_records::{Customer, CustomerEdit, CustomerRecord, first_change};

/// The same through a transaction.
fn edits_of(new: &NewCustomer) -> Vec<CustomerEdit> {
    let mut edits: Vec<_> = new
        .fields
        .iter()
        .map(|(field, text)| CustomerEdit::SetField(*field, text.clone()))
        .collect();
    edits.extend(
        new.tags
            .iter()
            .map(|tag| CustomerEdit::SetTag(tag.clone(), true)),
    );
    edits.extend(new.entries.iter().cloned().map(CustomerEdit::AddEntry));
    edits.extend(new.orders.iter().cloned().map(CustomerEdit::AddOrder));
    edits.extend(new.before.map(CustomerEdit::SetBefore));
    edits
}

/// A record without who and when, which a first change leaves open.
fn values(mut record: CustomerRecord) -> CustomerRecord {
    for value in &mut record.fields {
        (value.by, value.at) = (None, None);
    }
    for (_, by) in &mut record.entries {
        *by = None;
    }
    record
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn it_says_what_a_transaction_says(new in any_customer(), made in any::<bool>()) {
        let created = made.then(|| moment(3));
        let (bytes, hash) = first_change(&new, created).unwrap();
        let (imported, parked) = Customer::from_changes(ID, &[bytes]).unwrap();
        prop_assert_eq!(parked, []);
        prop_assert_eq!(imported.heads(), [hash]);
        let mut written = self::new();
        let mut edits = edits_of(&new);
        edits.extend(made.then_some(CustomerEdit::Create));
        written.edit(&hand(ANA, 1, 3), &edits).unwrap();
        let record = imported.read();
        prop_assert_eq!(record.flagged, 0);
        prop_assert_eq!(&record, &values(written.read()));
        // Nothing differs, so a transaction upon it writes nothing.
        let mut imported = imported;
        prop_assert_eq!(imported.edit(&hand(ANA, 1, 4), &edits).unwrap(), None);
    }

    #[test]
    fn the_same_row_gives_the_same_bytes_in_whatever_order_it_is_given(new in any_customer()) {
        let once = first_change(&new, None).unwrap();
        prop_assert_eq!(&first_change(&new, None).unwrap(), &once);
        let mut turned = new.clone();
        turned.fields.reverse();
        turned.entries.reverse();
        turned.orders.reverse();
        prop_assert_eq!(&first_change(&turned, None).unwrap(), &once);
    }
}

#[test]
fn the_same_row_on_two_devices_is_one_change() {
    let row = row("600");
    let (a, _) = first_change(&row, None).unwrap();
    let (b, _) = first_change(&row, None).unwrap();
    let mut ana = opened(&[a]);
    let applied = ana.apply(&[b]);
    assert!(!applied.changed && applied.parked.is_empty());
}

#[test]
fn two_rows_under_one_identifier_are_a_visible_conflict() {
    let (a, _) = first_change(&row("600"), None).unwrap();
    let (b, _) = first_change(&row("601"), None).unwrap();
    let record = opened(&[a.clone(), b.clone()]).read();
    assert_eq!(record, opened(&[b, a]).read());
    let phone = record
        .fields
        .iter()
        .find(|value| value.field == Field::Phone)
        .unwrap();
    let mut both = vec![phone.text.as_str(), phone.others[0].text.as_str()];
    both.sort_unstable();
    assert_eq!(both, ["600", "601"]);
    let name = record
        .fields
        .iter()
        .find(|value| value.field == Field::Name)
        .unwrap();
    assert_eq!(name.others, []);
    // What is the same in both is there once.
    assert_eq!(record.entries.len(), 1);
    assert_eq!(record.orders, [order(1)]);
    assert_eq!(record.tags, ["Hotel"]);
}

#[test]
fn a_purchase_imported_twice_is_taken_out_once_and_for_all() {
    let (a, _) = first_change(&row("600"), None).unwrap();
    let (b, _) = first_change(&row("601"), None).unwrap();
    let mut ana = opened(&[a]);
    edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[CustomerEdit::SetOrderDeleted(order(1).id, true)],
    );
    ana.apply(&[b]);
    assert!(ana.read().orders.is_empty());
}

fn row(phone: &str) -> NewCustomer {
    NewCustomer {
        id: ID,
        fields: vec![
            (Field::Name, "Bar Lola".into()),
            (Field::Phone, phone.into()),
        ],
        tags: vec!["Hotel".into()],
        entries: vec![visit(1, "likes it cold")],
        orders: vec![order(1)],
        before: None,
    }
}
