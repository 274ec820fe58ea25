use crate::common::*;
use proptest::prelude::*;
use tendero_domain::{Field, fold};
use tendero_records::{Customer, CustomerEdit, ParkReason, Parked};

#[test]
fn two_devices_make_one_customer_offline_and_nothing_is_hidden() {
    let (mut ana, mut ben) = (new(), new());
    let a = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[
            CustomerEdit::Create,
            set(Field::Name, "Bar Lola"),
            set(Field::Phone, "+34 600"),
            CustomerEdit::AddEntry(visit(1, "a")),
        ],
    );
    let b = edit(
        &mut ben,
        &hand(BEN, 2, 1),
        &[
            CustomerEdit::Create,
            set(Field::City, "Cádiz"),
            set(Field::Email, "l@x.es"),
            CustomerEdit::AddEntry(visit(2, "b")),
        ],
    );
    assert!(ana.apply(&[&b]).changed);
    assert!(ben.apply(&[&a]).changed);
    let record = ana.read();
    assert_eq!(record, ben.read());
    assert_eq!(ana.heads(), ben.heads());
    assert_eq!(text_of(&record, Field::Name), Some("Bar Lola"));
    assert_eq!(text_of(&record, Field::Phone), Some("+34 600"));
    assert_eq!(text_of(&record, Field::City), Some("Cádiz"));
    assert_eq!(text_of(&record, Field::Email), Some("l@x.es"));
    assert_eq!(record.entries.len(), 2);
    assert_eq!(record.flagged, 0);
}

#[test]
fn an_entry_that_two_devices_made_alike_is_one_and_is_taken_out_on_both() {
    let (mut ana, mut ben) = (new(), new());
    let a = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[CustomerEdit::AddEntry(visit(1, "same"))],
    );
    let b = edit(
        &mut ben,
        &hand(BEN, 2, 1),
        &[
            CustomerEdit::AddEntry(visit(1, "same")),
            set(Field::Name, "x"),
        ],
    );
    let gone = edit(
        &mut ben,
        &hand(BEN, 2, 2),
        &[CustomerEdit::SetEntryDeleted(visit(1, "").id, true)],
    );
    for order in [[&a, &b, &gone], [&gone, &b, &a]] {
        let (customer, parked) = Customer::from_changes(ID, &order).unwrap();
        assert_eq!(parked, []);
        assert!(customer.read().entries.is_empty());
    }
}

#[test]
fn a_tag_that_is_put_on_while_another_takes_it_off_stays_on() {
    let mut ana = new();
    let base = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[CustomerEdit::SetTag("Hotel".into(), true)],
    );
    let off = edit(
        &mut ana,
        &hand(ANA, 1, 1),
        &[CustomerEdit::SetTag("HOTEL".into(), false)],
    );
    let mut ben = opened(&[base.clone(), off.clone()]);
    let on = edit(
        &mut ben,
        &hand(BEN, 2, 2),
        &[CustomerEdit::SetTag("hotel".into(), true)],
    );
    assert!(ana.apply(&[&on]).changed);
    // Both see it; now one takes it off while the other takes it off and puts it on again.
    let off_again = edit(
        &mut ana,
        &hand(ANA, 1, 3),
        &[CustomerEdit::SetTag("hotel".into(), false)],
    );
    let _ = edit(
        &mut ben,
        &hand(BEN, 2, 3),
        &[CustomerEdit::SetTag("hotel".into(), false)],
    );
    let _ = edit(
        &mut ben,
        &hand(BEN, 2, 4),
        &[CustomerEdit::SetTag("Hotel".into(), true)],
    );
    assert!(ben.apply(&[&off_again]).changed);
    assert_eq!(ben.read().tags, ["Hotel"]);
    assert_eq!(ben.read().flagged, 0);
}

#[test]
fn bringing_back_wins_over_taking_out() {
    let mut ana = new();
    let base = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[
            CustomerEdit::AddOrder(order(1)),
            CustomerEdit::SetDeleted(true),
        ],
    );
    let mut ben = opened(&[base]);
    let id = order(1).id;
    let a = edit(
        &mut ana,
        &hand(ANA, 1, 1),
        &[
            CustomerEdit::SetOrderDeleted(id, true),
            CustomerEdit::SetDeleted(false),
        ],
    );
    let again = edit(
        &mut ana,
        &hand(ANA, 1, 2),
        &[CustomerEdit::SetDeleted(true)],
    );
    let b1 = edit(
        &mut ben,
        &hand(BEN, 2, 1),
        &[CustomerEdit::SetOrderDeleted(id, true)],
    );
    let b2 = edit(
        &mut ben,
        &hand(BEN, 2, 2),
        &[
            CustomerEdit::SetOrderDeleted(id, false),
            CustomerEdit::SetDeleted(false),
        ],
    );
    assert!(ben.apply(&[a, again]).changed);
    assert!(ana.apply(&[b1, b2]).changed);
    for customer in [&ana, &ben] {
        let record = customer.read();
        assert_eq!(record.orders, [order(1)]);
        assert!(!record.deleted);
    }
}

#[test]
fn a_change_whose_forerunner_is_missing_waits_and_goes_in_by_itself() {
    let mut ana = new();
    let first = edit(&mut ana, &hand(ANA, 1, 0), &[set(Field::Name, "a")]);
    let second = edit(&mut ana, &hand(ANA, 1, 1), &[set(Field::Name, "b")]);
    let waiting = Parked {
        index: 0,
        reason: ParkReason::MissingDependency,
    };
    let (mut ben, parked) = Customer::from_changes(ID, &[&second]).unwrap();
    assert_eq!(parked, [waiting]);
    assert!(!ben.has_changes());
    let applied = ben.apply(&[&second]);
    assert_eq!((applied.changed, applied.parked), (false, vec![waiting]));
    assert!(ben.apply(&[&first]).changed);
    assert_eq!(ben.heads(), ana.heads());
    assert_eq!(ben.read(), ana.read());
}

#[test]
fn only_the_offender_is_parked() {
    let mut ana = new();
    let good = edit(&mut ana, &hand(ANA, 1, 0), &[set(Field::Name, "a")]);
    // A tab with the same actor: two changes of one number.
    let twin = edit(&mut new(), &hand(ANA, 1, 0), &[set(Field::Name, "z")]);
    let upon_twin = {
        let mut tab = opened(std::slice::from_ref(&twin));
        edit(&mut tab, &hand(BEN, 3, 0), &[set(Field::City, "z")])
    };
    let other = edit(&mut new(), &hand(BEN, 2, 0), &[set(Field::City, "c")]);
    let cut = good[..good.len() - 3].to_vec();
    let (customer, parked) =
        Customer::from_changes(ID, &[good, cut, twin, upon_twin, other]).unwrap();
    let reasons: Vec<_> = parked
        .iter()
        .map(|parked| (parked.index, parked.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            (1, ParkReason::Malformed),
            (2, ParkReason::Rejected),
            (3, ParkReason::MissingDependency)
        ]
    );
    let record = customer.read();
    assert_eq!(text_of(&record, Field::Name), Some("a"));
    assert_eq!(text_of(&record, Field::City), Some("c"));
}

#[test]
fn nothing_differs_makes_no_change() {
    let mut ana = new();
    assert!(!ana.has_changes());
    let author = hand(ANA, 1, 0);
    assert_eq!(ana.edit(&author, &[]).unwrap(), None);
    assert_eq!(
        ana.edit(
            &author,
            &[set(Field::Name, ""), CustomerEdit::SetDeleted(false)]
        )
        .unwrap(),
        None
    );
    let edits = [
        CustomerEdit::Create,
        set(Field::Name, "Bar Lola"),
        CustomerEdit::SetTag("Vip".into(), true),
        CustomerEdit::AddEntry(visit(1, "x")),
        CustomerEdit::AddOrder(order(1)),
        CustomerEdit::SetBefore(Default::default()),
    ];
    edit(&mut ana, &author, &edits);
    let heads = ana.heads();
    assert_eq!(ana.edit(&hand(BEN, 2, 9), &edits).unwrap(), None);
    assert_eq!(
        ana.edit(
            &hand(BEN, 2, 9),
            &[CustomerEdit::SetTag("VIP".into(), true)]
        )
        .unwrap(),
        None
    );
    assert_eq!(
        ana.edit(
            &hand(BEN, 2, 9),
            &[CustomerEdit::SetEntryDeleted(visit(9, "").id, true)]
        )
        .unwrap(),
        None
    );
    assert_eq!(ana.heads(), heads);
    assert!(ana.has_changes());
}

fn any_edit() -> impl Strategy<Value = CustomerEdit> {
    prop_oneof![
        (proptest::sample::select(&Field::ALL[..]), "[a-c]{0,2}")
            .prop_map(|(field, text)| CustomerEdit::SetField(field, text)),
        ("[a-cA-C]", any::<bool>()).prop_map(|(tag, on)| CustomerEdit::SetTag(tag, on)),
        (1u8..5).prop_map(|number| CustomerEdit::AddEntry(visit(number, "text"))),
        (1u8..5, any::<bool>()).prop_map(|(number, deleted)| CustomerEdit::SetEntryDeleted(
            visit(number, "").id,
            deleted
        )),
        (1u8..5).prop_map(|number| CustomerEdit::AddOrder(order(number))),
        (1u8..5, any::<bool>())
            .prop_map(|(number, deleted)| CustomerEdit::SetOrderDeleted(order(number).id, deleted)),
        any::<bool>().prop_map(CustomerEdit::SetDeleted),
        any_before().prop_map(CustomerEdit::SetBefore),
        Just(CustomerEdit::Create),
    ]
}

/// What devices do: one edits, or one hears what the other one has.
fn any_story() -> impl Strategy<Value = Vec<(usize, Option<Vec<CustomerEdit>>)>> {
    let step = (
        0..3usize,
        proptest::option::weighted(0.7, proptest::collection::vec(any_edit(), 1..4)),
    );
    proptest::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn changes_in_any_order_and_repeated_make_the_same_customer(
        story in any_story(),
        order in proptest::collection::vec((any::<u32>(), any::<bool>()), 64),
    ) {
        let mut devices = [new(), new(), new()];
        let mut log: Vec<Vec<u8>> = Vec::new();
        for (step, (who, what)) in story.into_iter().enumerate() {
            let device = &mut devices[who];
            match what {
                Some(edits) => {
                    let author = hand(if who == 0 { ANA } else { BEN }, who as u8 + 1, step as i64);
                    log.extend(device.edit(&author, &edits).unwrap().map(|edited| edited.change));
                }
                None => {
                    device.apply(&log);
                }
            }
        }
        for device in &mut devices {
            prop_assert_eq!(device.apply(&log).parked, []);
        }
        let expected = devices[0].read();
        prop_assert_eq!(expected.flagged, 0);
        // Shuffled, some twice.
        let mut keyed: Vec<_> = log.iter().zip(&order).map(|(change, (key, _))| (*key, change)).collect();
        keyed.extend(log.iter().zip(&order).filter(|(_, (_, twice))| *twice).map(|(change, (key, _))| (key.rotate_left(9), change)));
        keyed.sort_by_key(|(key, _)| *key);
        let shuffled: Vec<_> = keyed.iter().map(|(_, change)| change).collect();
        let (at_once, parked) = Customer::from_changes(ID, &shuffled).unwrap();
        prop_assert_eq!(parked, []);
        let mut one_by_one = new();
        for change in &shuffled {
            one_by_one.apply(&[change]);
        }
        for customer in [&devices[1], &devices[2], &at_once, &one_by_one] {
            prop_assert_eq!(customer.heads(), devices[0].heads());
            prop_assert_eq!(&customer.read(), &expected);
        }
        let folded: Vec<_> = expected.tags.iter().map(|tag| fold(tag)).collect();
        prop_assert!(folded.is_sorted());
    }
}
