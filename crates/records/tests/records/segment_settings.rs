use crate::common::{ANA, BEN, hand};
use tendero_domain::{Condition, Currency, Rule, TextTest};
use tendero_records::{Segment, SegmentRecord, Settings, SettingsRecord};

fn in_city(city: &str) -> Rule {
    Rule::Is(Condition::City(TextTest::OneOf(vec![city.to_owned()])))
}

#[test]
fn a_segment_is_saved_taken_out_and_taken_back() {
    let mut ana = Segment::new().unwrap();
    assert_eq!(ana.read(), SegmentRecord::default());
    let saved = ana
        .save(&hand(ANA, 1, 0), "Cádiz", &in_city("Cádiz"))
        .unwrap()
        .unwrap();
    let expected = SegmentRecord {
        name: "Cádiz".into(),
        rule: Some(in_city("Cádiz")),
        deleted: false,
    };
    assert_eq!(ana.read(), expected);
    assert_eq!(
        ana.save(&hand(ANA, 1, 1), "Cádiz", &in_city("Cádiz"))
            .unwrap(),
        None
    );
    let renamed = ana
        .save(&hand(ANA, 1, 2), "Bahía", &in_city("Rota"))
        .unwrap()
        .unwrap();
    assert_eq!(
        ana.undo(&hand(ANA, 1, 3), &renamed.inverses).unwrap().kept,
        0
    );
    assert_eq!(ana.read(), expected);
    assert!(ana.set_deleted(&hand(ANA, 1, 4), true).unwrap().is_some());
    assert!(ana.set_deleted(&hand(ANA, 1, 5), true).unwrap().is_none());
    assert!(ana.read().deleted);
    // Saving brings it back.
    assert!(
        ana.save(&hand(ANA, 1, 6), "Cádiz", &in_city("Cádiz"))
            .unwrap()
            .is_some()
    );
    assert_eq!(ana.read(), expected);
    let (copy, parked) = Segment::from_changes(&[saved.change]).unwrap();
    assert_eq!(parked, []);
    assert_eq!(copy.read(), expected);
    assert_eq!(copy.heads(), [saved.hash]);
}

#[test]
fn two_devices_name_a_workspace_and_agree() {
    let (mut ana, mut ben) = (Settings::new().unwrap(), Settings::new().unwrap());
    assert_eq!(ana.read(), SettingsRecord::default());
    let a = ana
        .set_name(&hand(ANA, 1, 0), "Vinos del Sur")
        .unwrap()
        .unwrap();
    let b = ben
        .set_currency(&hand(BEN, 2, 0), Currency::new("MXN").unwrap())
        .unwrap()
        .unwrap();
    assert!(ana.apply(&[&b.change]).changed);
    assert!(ben.apply(&[&a.change]).changed);
    let expected = SettingsRecord {
        name: "Vinos del Sur".into(),
        currency: Currency::new("MXN").unwrap(),
    };
    assert_eq!((ana.read(), ben.read()), (expected.clone(), expected));
    assert_eq!(ana.heads(), ben.heads());
    assert_eq!(
        ana.set_name(&hand(ANA, 1, 1), "Vinos del Sur").unwrap(),
        None
    );
    assert_eq!(ana.undo(&hand(ANA, 1, 2), &a.inverses).unwrap().kept, 0);
    assert_eq!(ana.read().name, "");
}
