use crate::common::*;
use tendero_domain::{Entry, EntryKind, Field};
use tendero_records::CustomerEdit;

#[test]
fn entries_and_orders_come_back_as_they_were_written() {
    let mut ana = new();
    let plain = Entry {
        outcome: None,
        kind: EntryKind::Note,
        ..visit(2, "")
    };
    let edits = [
        CustomerEdit::AddEntry(visit(1, "línea 1\n\"dos\"")),
        CustomerEdit::AddEntry(plain.clone()),
        CustomerEdit::AddOrder(order(3)),
        CustomerEdit::AddOrder(order(2)),
    ];
    let change = edit(&mut ana, &hand(ANA, 1, 0), &edits);
    let record = opened(&[change]).read();
    assert_eq!(
        record.entries,
        [
            (visit(1, "línea 1\n\"dos\""), Some(ANA)),
            (plain, Some(ANA))
        ]
    );
    assert_eq!(record.orders, [order(2), order(3)]);
    assert_eq!(record.flagged, 0);
}

#[test]
fn an_item_that_was_taken_out_comes_back_by_adding_it_again() {
    let mut ana = new();
    let add = [
        CustomerEdit::AddEntry(visit(1, "x")),
        CustomerEdit::AddOrder(order(1)),
    ];
    edit(&mut ana, &hand(ANA, 1, 0), &add);
    let out = [
        CustomerEdit::SetEntryDeleted(visit(1, "").id, true),
        CustomerEdit::SetOrderDeleted(order(1).id, true),
    ];
    edit(&mut ana, &hand(ANA, 1, 1), &out);
    assert_eq!((ana.read().entries.len(), ana.read().orders.len()), (0, 0));
    edit(&mut ana, &hand(ANA, 1, 2), &add);
    assert_eq!((ana.read().entries.len(), ana.read().orders.len()), (1, 1));
}

#[test]
fn adding_an_item_again_changes_nothing_of_what_was_written_first() {
    let mut ana = new();
    edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[CustomerEdit::AddEntry(visit(1, "first"))],
    );
    edit(
        &mut ana,
        &hand(ANA, 1, 1),
        &[
            CustomerEdit::AddEntry(visit(1, "second")),
            set(Field::Name, "n"),
        ],
    );
    assert_eq!(ana.read().entries[0].0.text, "first");
}

#[test]
fn all_of_a_customer_in_its_own_right_is_seen_by_other_programs() {
    let mut ana = new();
    let change = edit(
        &mut ana,
        &hand(ANA, 1, 0),
        &[
            set(Field::Name, "Bar Lola"),
            CustomerEdit::SetTag("Vip".into(), true),
            CustomerEdit::AddOrder(order(1)),
        ],
    );
    let doc = plain(&[change]);
    let text = serde_json::to_string(&automerge::AutoSerde::from(&doc)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["kind"], "customer");
    assert_eq!(json["schema"], 1);
    assert_eq!(json["identity"]["name"], "Bar Lola");
    assert_eq!(json["tags"]["vip"], "Vip");
    let facts = json["orders"][order(1).id.to_string()].as_str().unwrap();
    assert_eq!(
        facts,
        r#"{"number":"A-1","day":"2026-11-01","minor":1001,"currency":"EUR","lines":3}"#
    );
}
