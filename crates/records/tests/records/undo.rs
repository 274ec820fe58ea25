use crate::common::*;
use proptest::prelude::*;
use tendero_domain::{Field, PurchasesBefore};
use tendero_records::{CustomerEdit, CustomerRecord, Inverse};

/// A record without who and when: taking back restores values, and says who did.
fn values(mut record: CustomerRecord) -> CustomerRecord {
    for value in &mut record.fields {
        (value.by, value.at) = (None, None);
    }
    record
}

fn first() -> Vec<CustomerEdit> {
    vec![
        CustomerEdit::Create,
        set(Field::Name, "Bar Lola"),
        set(Field::Phone, "600"),
        CustomerEdit::SetTag("Vip".into(), true),
        CustomerEdit::AddEntry(visit(1, "x")),
        CustomerEdit::AddOrder(order(1)),
    ]
}

fn second() -> Vec<CustomerEdit> {
    vec![
        set(Field::Name, "Bar Lolita"),
        set(Field::Name, "Bar Lolota"),
        set(Field::Phone, ""),
        set(Field::City, "Cádiz"),
        CustomerEdit::SetTag("vip".into(), false),
        CustomerEdit::SetTag("Hotel".into(), true),
        CustomerEdit::AddEntry(visit(2, "y")),
        CustomerEdit::SetEntryDeleted(visit(1, "").id, true),
        CustomerEdit::AddOrder(order(2)),
        CustomerEdit::SetOrderDeleted(order(1).id, true),
        CustomerEdit::SetBefore(PurchasesBefore {
            count: 3,
            total_minor: 9,
            last: None,
        }),
        CustomerEdit::SetDeleted(true),
    ]
}

#[test]
fn undo_restores_exactly_and_can_be_undone() {
    let mut ana = new();
    edit(&mut ana, &hand(ANA, 1, 0), &first());
    let before = values(ana.read());
    let action = ana.edit(&hand(ANA, 1, 1), &second()).unwrap().unwrap();
    let after = values(ana.read());
    let undone = ana.undo(&hand(ANA, 1, 2), &action.inverses).unwrap();
    assert_eq!(undone.kept, 0);
    assert_eq!(values(ana.read()), before);
    let redone = ana
        .undo(&hand(ANA, 1, 3), &undone.edited.unwrap().inverses)
        .unwrap();
    assert_eq!(redone.kept, 0);
    assert_eq!(values(ana.read()), after);
}

#[test]
fn later_edits_are_left_alone() {
    let mut ana = new();
    let base = edit(&mut ana, &hand(ANA, 1, 0), &first());
    let mut ben = opened(&[base]);
    let action = ana
        .edit(
            &hand(ANA, 1, 1),
            &[
                set(Field::Name, "A"),
                set(Field::City, "B"),
                set(Field::About, "C"),
            ],
        )
        .unwrap()
        .unwrap();
    // One later edit is known, one was made at the same time elsewhere.
    let conflict = edit(&mut ben, &hand(BEN, 2, 1), &[set(Field::City, "Rota")]);
    edit(&mut ana, &hand(ANA, 1, 2), &[set(Field::Name, "later")]);
    ana.apply(&[conflict]);
    let cities = ana
        .read()
        .fields
        .into_iter()
        .find(|value| value.field == Field::City);
    let undone = ana.undo(&hand(ANA, 1, 3), &action.inverses).unwrap();
    assert_eq!(undone.kept, 2);
    let record = ana.read();
    assert_eq!(text_of(&record, Field::Name), Some("later"));
    assert_eq!(
        record
            .fields
            .iter()
            .find(|value| value.field == Field::City),
        cities.as_ref()
    );
    assert_eq!(text_of(&record, Field::About), None);
}

#[test]
fn undoing_twice_does_nothing_the_second_time() {
    let mut ana = new();
    edit(&mut ana, &hand(ANA, 1, 0), &first());
    let action = ana.edit(&hand(ANA, 1, 1), &second()).unwrap().unwrap();
    ana.undo(&hand(ANA, 1, 2), &action.inverses).unwrap();
    let again = ana.undo(&hand(ANA, 1, 3), &action.inverses).unwrap();
    assert_eq!((again.edited, again.kept), (None, 0));
}

#[test]
fn taking_back_the_making_of_a_customer_takes_it_out_of_the_lists() {
    let mut ana = new();
    let made = ana.edit(&hand(ANA, 1, 0), &first()).unwrap().unwrap();
    assert_eq!(made.inverses, [Inverse::deletion()]);
    let undone = ana.undo(&hand(ANA, 1, 1), &made.inverses).unwrap();
    assert!(ana.read().deleted);
    assert_eq!(ana.read().created, Some(moment(0)));
    assert_eq!(text_of(&ana.read(), Field::Name), Some("Bar Lola"));
    ana.undo(&hand(ANA, 1, 2), &undone.edited.unwrap().inverses)
        .unwrap();
    assert!(!ana.read().deleted);
    // It was brought back: taking it back again still can.
    assert_eq!(
        ana.undo(&hand(ANA, 1, 3), &[Inverse::deletion()])
            .unwrap()
            .kept,
        0
    );
    assert!(ana.read().deleted);
}

/// The log of actions keeps these bytes for 90 days, over new versions.
#[test]
fn inverses_keep_their_stored_form() {
    let mut ana = new();
    edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[
            set(Field::Phone, "600"),
            CustomerEdit::SetTag("Vip".into(), true),
        ],
    );
    let edits = [
        set(Field::Phone, "601"),
        CustomerEdit::SetTag("vip".into(), false),
        set(Field::City, "Rota"),
    ];
    let inverses = ana
        .edit(&hand(ANA, 1, 1), &edits)
        .unwrap()
        .unwrap()
        .inverses;
    let bytes = postcard::to_allocvec(&inverses).unwrap();
    let expected = b"\x03\x0econtacts.phone\x05value\x01\x00\x03600\x01\x00\x03601\
        \x04tags\x03vip\x01\x00\x03Vip\x01\x01\x00\
        \x0asites.main\x04city\x00\x01\x00\x04Rota";
    assert_eq!(
        bytes.escape_ascii().to_string(),
        expected.escape_ascii().to_string()
    );
    let read: Vec<Inverse> = postcard::from_bytes(expected).unwrap();
    assert_eq!(read, inverses);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn undo_restores_any_set_of_fields(old in any_fields(), new_fields in any_fields()) {
        let mut ana = new();
        ana.edit(&hand(ANA, 1, 0), &old.into_iter().map(|(field, text)| CustomerEdit::SetField(field, text)).collect::<Vec<_>>()).unwrap();
        let before = values(ana.read());
        let edits: Vec<_> = new_fields.into_iter().map(|(field, text)| CustomerEdit::SetField(field, text)).collect();
        if let Some(edited) = ana.edit(&hand(ANA, 1, 1), &edits).unwrap() {
            prop_assert_eq!(ana.undo(&hand(ANA, 1, 2), &edited.inverses).unwrap().kept, 0);
        }
        prop_assert_eq!(values(ana.read()), before);
    }
}
