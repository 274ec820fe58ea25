//! Bytes that are not changes, or are changes made to do harm.

use crate::common::*;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
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
        let list = tx.put_object(automerge::ROOT, "list", ObjType::List).unwrap();
        tx.insert(&list, 0, 1).unwrap();
        tx.insert(&list, 1, 2).unwrap();
        tx.delete(&list, 0).unwrap();
        let text = tx.put_object(automerge::ROOT, "text", ObjType::Text).unwrap();
        tx.splice_text(&text, 0, 0, "abc").unwrap();
        tx.put(automerge::ROOT, "count", automerge::ScalarValue::counter(1)).unwrap();
        tx.increment(automerge::ROOT, "count", 2).unwrap();
    })
}

/// Makes the checksum fit again: magic 4, checksum 4, then what is summed.
fn checked(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > 8 {
        let sum = Sha256::digest(&bytes[8..]);
        bytes[4..8].copy_from_slice(&sum[..4]);
    }
    bytes
}

fn take_in(bytes: &[u8]) {
    let _ = change_facts(bytes);
    let (mut customer, _) = Customer::from_changes(ID, &[bytes]).unwrap();
    let _ = customer.read();
    let _ = customer.edit(&hand(BEN, 9, 9), &[set(Field::Name, "still works")]).unwrap();
    let mut known = opened(&[change()]);
    known.apply(&[bytes]);
    let _ = known.read();
    let _ = known.edit(&hand(BEN, 9, 9), &[set(Field::Name, "still works")]).unwrap();
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

/// How often a change that was bent and given a fitting checksum makes Automerge panic; a search by hand, not a test.
#[test]
#[ignore = "a search, not a test"]
fn search_for_changes_that_do_harm() {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    let places: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
    let noted = places.clone();
    std::panic::set_hook(Box::new(move |info| {
        let place = format!("{:?} {}", info.location().map(ToString::to_string), info.payload().downcast_ref::<String>().cloned().unwrap_or_default().chars().take(100).collect::<String>());
        *noted.lock().unwrap().entry(place).or_default() += 1;
    }));
    let mut accepted = 0;
    for original in [change(), later_change()] {
        for at in 9..original.len() {
            for flip in 1..=255u8 {
                let mut bytes = original.clone();
                bytes[at] ^= flip;
                let bytes = checked(bytes);
                if std::panic::catch_unwind(|| take_in(&bytes)).is_ok() {
                    accepted += 1;
                }
            }
        }
    }
    let _ = std::panic::take_hook();
    println!("fine: {accepted}; {:#?}", places.lock().unwrap());
}
