//! Bytes that are not changes: damaged ones are refused by their checksum, which Automerge leaves unread in a single change.

use crate::common::*;
use proptest::prelude::*;
use tendero_domain::Field;
use tendero_records::{Customer, CustomerEdit, change_facts};

/// A change with many kinds of operations.
fn change() -> Vec<u8> {
    edit(
        &mut new(),
        &hand(ANA, 1, 0),
        &[
            CustomerEdit::Create,
            set(Field::Name, "Bar Lola"),
            set(Field::Phone, "600"),
            CustomerEdit::SetTag("Vip".into(), true),
            CustomerEdit::AddEntry(visit(1, "x")),
            CustomerEdit::AddOrder(order(1)),
        ],
    )
}

/// A change that writes over what is there, and has a list and a text.
fn later_change() -> Vec<u8> {
    let first = change();
    other_program(&[first], 7, |tx| {
        use automerge::ObjType;
        use automerge::transaction::Transactable;
        put(tx, "identity", "name", "other");
        let list = tx
            .put_object(automerge::ROOT, "list", ObjType::List)
            .unwrap();
        tx.insert(&list, 0, 1).unwrap();
        tx.insert(&list, 1, 2).unwrap();
        tx.delete(&list, 0).unwrap();
        let text = tx
            .put_object(automerge::ROOT, "text", ObjType::Text)
            .unwrap();
        tx.splice_text(&text, 0, 0, "abc").unwrap();
        tx.put(automerge::ROOT, "count", automerge::ScalarValue::counter(1))
            .unwrap();
        tx.increment(automerge::ROOT, "count", 2).unwrap();
    })
}

fn take_in(bytes: &[u8]) {
    let _ = change_facts(bytes);
    let (mut customer, _) = Customer::from_changes(ID, &[bytes]).unwrap();
    let _ = customer.read();
    let _ = customer
        .edit(&hand(BEN, 9, 9), &[set(Field::Name, "still works")])
        .unwrap();
    let mut known = opened(&[change()]);
    known.apply(&[bytes]);
    let _ = known.read();
    let _ = known
        .edit(&hand(BEN, 9, 9), &[set(Field::Name, "still works")])
        .unwrap();
    assert_eq!(text_of(&known.read(), Field::Name), Some("still works"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        take_in(&bytes);
    }

    #[test]
    fn damaged_changes_are_harmless(at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<Option<prop::sample::Index>>()) {
        for mut bytes in [change(), later_change()] {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            take_in(&bytes);
        }
    }
}
