use crate::common::*;
use tendero_domain::Field;
use tendero_records::{Customer, FieldValue};

fn phone(customer: &Customer) -> FieldValue {
    let record = customer.read();
    record
        .fields
        .into_iter()
        .find(|value| value.field == Field::Phone)
        .unwrap()
}

/// A customer whose phone was changed on two devices that did not hear of each other.
fn parted() -> (Customer, Customer, Vec<Vec<u8>>) {
    let mut ana = new();
    let base = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[set(Field::Name, "Bar Lola"), set(Field::Phone, "600")],
    );
    let mut ben = opened(std::slice::from_ref(&base));
    let a = edit(&mut ana, &hand(ANA, 1, 1), &[set(Field::Phone, "601")]);
    let b = edit(&mut ben, &hand(BEN, 2, 2), &[set(Field::Phone, "602")]);
    ana.apply(&[&b]);
    ben.apply(&[&a]);
    (ana, ben, vec![base, a, b])
}

#[test]
fn both_values_are_shown_with_who_and_when() {
    let (ana, ben, _) = parted();
    let value = phone(&ana);
    assert_eq!(value, phone(&ben));
    let mut seen = vec![(value.text, value.by, value.at)];
    seen.extend(
        value
            .others
            .into_iter()
            .map(|other| (other.text, other.by, other.at)),
    );
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        seen,
        [
            ("601".to_owned(), Some(ANA), Some(second(1))),
            ("602".to_owned(), Some(BEN), Some(second(2)))
        ]
    );
    let record = ana.read();
    let name = record
        .fields
        .iter()
        .find(|value| value.field == Field::Name)
        .unwrap();
    assert_eq!(
        (name.by, name.at, name.others.len()),
        (Some(ANA), Some(second(0)), 0)
    );
}

#[test]
fn settling_is_one_edit_that_reaches_everybody() {
    for keep_winner in [true, false] {
        let (mut ana, mut ben, _) = parted();
        let value = phone(&ana);
        let chosen = if keep_winner {
            value.text
        } else {
            value.others[0].text.clone()
        };
        let settled = edit(&mut ana, &hand(ANA, 1, 3), &[set(Field::Phone, &chosen)]);
        ben.apply(&[settled]);
        for customer in [&ana, &ben] {
            let value = phone(customer);
            assert_eq!((value.text, value.others), (chosen.clone(), vec![]));
        }
        assert_eq!(ana.heads(), ben.heads());
    }
}

#[test]
fn equal_values_are_no_conflict() {
    let mut ana = new();
    let base = edit(&mut ana, &hand(ANA, 1, 0), &[set(Field::Phone, "600")]);
    let mut ben = opened(&[base]);
    let a = edit(&mut ana, &hand(ANA, 1, 1), &[set(Field::Phone, "601")]);
    edit(&mut ben, &hand(BEN, 2, 2), &[set(Field::Phone, "601")]);
    ben.apply(&[a]);
    assert_eq!(phone(&ben).others, []);
    assert_eq!(
        ben.edit(&hand(BEN, 2, 3), &[set(Field::Phone, "601")])
            .unwrap(),
        None
    );
}

#[test]
fn a_value_written_while_another_takes_it_out_stays() {
    let mut ana = new();
    let base = edit(&mut ana, &hand(ANA, 1, 0), &[set(Field::Phone, "600")]);
    let mut ben = opened(&[base]);
    let gone = edit(&mut ana, &hand(ANA, 1, 1), &[set(Field::Phone, "")]);
    assert_eq!(ana.read().fields, []);
    let b = edit(&mut ben, &hand(BEN, 2, 2), &[set(Field::Phone, "602")]);
    ana.apply(&[b]);
    ben.apply(&[gone]);
    for customer in [&ana, &ben] {
        assert_eq!(
            (phone(customer).text.as_str(), phone(customer).others.len()),
            ("602", 0)
        );
    }
}

#[test]
fn three_values_are_all_shown() {
    let (mut ana, _, mut changes) = parted();
    let mut third = opened(&changes[..1]);
    let c = edit(&mut third, &hand(BEN, 3, 3), &[set(Field::Phone, "603")]);
    ana.apply(std::slice::from_ref(&c));
    changes.push(c);
    assert_eq!(phone(&ana).others.len(), 2);
    assert_eq!(phone(&opened(&changes)), phone(&ana));
}
