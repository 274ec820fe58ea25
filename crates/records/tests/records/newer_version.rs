use crate::common::*;
use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc, ScalarValue};
use tendero_domain::{EntryKind, Field};
use tendero_records::CustomerEdit;

#[test]
fn unknown_keys_and_values_survive_an_edit() {
    let mut changes = vec![edit(
        &mut new(),
        &hand(ANA, 1, 0),
        &[
            set(Field::Name, "Bar Lola"),
            CustomerEdit::AddEntry(visit(1, "x")),
        ],
    )];
    let id = visit(7, "").id.to_string();
    changes.push(other_program(&changes, 8, |tx| {
        put(tx, "identity", "nickname", "Lola");
        put(tx, "", "mood", "good");
        put(tx, "contacts.phone", "label", "shop");
        put(
            tx,
            "activities",
            &id,
            r#"{"kind":"videoCall","at":5,"offset":60,"outcome":"agreed","length":12}"#,
        );
        put(tx, "activities", &format!("{id}.text"), "by camera");
        put(tx, "activities", &format!("{id}.mood"), "good");
        put(tx, "activities", "settings", true);
        let sites = map_at(tx, "sites");
        let second = tx.put_object(sites, "second", ObjType::Map).unwrap();
        tx.put(second, "city", "Rota").unwrap();
    }));
    let mut ana = opened(&changes);
    let record = ana.read();
    assert_eq!(record.flagged, 0);
    let (entry, _) = record
        .entries
        .iter()
        .find(|(entry, _)| entry.id == visit(7, "").id)
        .unwrap();
    assert_eq!(
        (entry.kind, entry.text.as_str(), entry.outcome, entry.at.ms),
        (EntryKind::Note, "by camera", None, 5)
    );
    changes.push(edit(
        &mut ana,
        &hand(ANA, 2, 1),
        &[
            set(Field::Name, "Bar Lolita"),
            set(Field::Phone, "600"),
            CustomerEdit::SetEntryDeleted(visit(7, "").id, true),
        ],
    ));
    let doc = plain(&changes);
    let has = |path: &str, key: &str| {
        let map = if path.is_empty() {
            ROOT
        } else {
            map_at(&doc, path)
        };
        doc.get(map, key)
            .unwrap()
            .map(|(value, _)| value.to_string())
    };
    assert_eq!(has("identity", "nickname"), Some("\"Lola\"".into()));
    assert_eq!(has("", "mood"), Some("\"good\"".into()));
    assert_eq!(has("contacts.phone", "label"), Some("\"shop\"".into()));
    assert_eq!(has("sites.second", "city"), Some("\"Rota\"".into()));
    assert_eq!(
        has("activities", &format!("{id}.mood")),
        Some("\"good\"".into())
    );
    assert!(has("activities", &id).unwrap().contains("videoCall"));
}

#[test]
fn values_of_another_type_are_read_as_well_as_can_be_and_counted() {
    let changes = vec![edit(
        &mut new(),
        &hand(ANA, 1, 0),
        &[set(Field::Name, "Bar Lola")],
    )];
    let (entry, bare, purchase) = (
        visit(3, "").id.to_string(),
        visit(4, "").id.to_string(),
        order(5).id.to_string(),
    );
    let other = other_program(&changes, 8, |tx| {
        put(tx, "contacts.phone", "value", 600_123_456_i64);
        put(tx, "contacts.email", "value", ScalarValue::Null);
        put(tx, "identity", "taxId", vec![1_u8, 2]);
        put(tx, "sites.main", "city", true);
        let sites = map_at(tx, "sites.main");
        tx.put_object(sites, "street", ObjType::Map).unwrap();
        let about = map_at(tx, "identity");
        let about = tx.put_object(about, "about", ObjType::Text).unwrap();
        tx.splice_text(about, 0, 0, "a long note").unwrap();
        put(tx, "tags", "vip", true);
        put(tx, "tags", "old", 3_i64);
        put(
            tx,
            "activities",
            &entry,
            r#"{"kind":"visit","at":"7","offset":"60"}"#,
        );
        put(tx, "activities", &format!("{bare}.text"), "no facts");
        put(
            tx,
            "orders",
            &purchase,
            r#"{"number":7,"day":"2026-01-02","minor":"5","currency":"EUR","lines":-1}"#,
        );
        put(tx, "orders", &order(6).id.to_string(), "nonsense");
        put(tx, "before", "main", 5_i64);
        put(tx, "", "deleted", "yes");
        put(tx, "", "created", "once");
    });
    let record = opened(&[changes[0].clone(), other]).read();
    assert_eq!(text_of(&record, Field::Name), Some("Bar Lola"));
    assert_eq!(text_of(&record, Field::Phone), Some("600123456"));
    assert_eq!(text_of(&record, Field::City), Some("true"));
    assert_eq!(text_of(&record, Field::About), Some("a long note"));
    for field in [Field::Email, Field::TaxId, Field::Street] {
        assert_eq!(text_of(&record, field), None);
    }
    assert_eq!(record.tags, ["3", "vip"]);
    let entries: Vec<_> = record
        .entries
        .iter()
        .map(|(entry, _)| (entry.kind, entry.at.ms, entry.text.as_str()))
        .collect();
    assert_eq!(
        entries,
        [(EntryKind::Visit, 7, ""), (EntryKind::Note, 0, "no facts")]
    );
    assert_eq!(
        (
            record.orders[0].number.as_str(),
            record.orders[0].amount.minor,
            record.orders[0].lines
        ),
        ("7", 5, 0)
    );
    assert_eq!(record.orders.len(), 1);
    assert_eq!(
        (record.before, record.deleted, record.created),
        (None, false, None)
    );
    // Phone, mail, tax id, city, street; tag; two entries; two orders; before, deleted, created.
    assert!(record.flagged >= 13, "{}", record.flagged);
}

/// A container is known by the operation that made it, not by its name.
#[test]
fn a_container_that_is_written_over_is_still_there() {
    let mut changes = vec![edit(
        &mut new(),
        &hand(ANA, 1, 0),
        &[set(Field::Name, "Bar Lola")],
    )];
    changes.push(other_program(&changes, 8, |tx| {
        tx.put(ROOT, "identity", "gone").unwrap();
        let sites = tx.put_object(ROOT, "sites", ObjType::Map).unwrap();
        tx.put_object(sites, "main", ObjType::Map).unwrap();
    }));
    let mut ana = opened(&changes);
    changes.push(edit(
        &mut ana,
        &hand(ANA, 2, 1),
        &[set(Field::LegalName, "Lola SL"), set(Field::City, "Cádiz")],
    ));
    let record = opened(&changes).read();
    assert_eq!(text_of(&record, Field::Name), Some("Bar Lola"));
    assert_eq!(text_of(&record, Field::LegalName), Some("Lola SL"));
    assert_eq!(text_of(&record, Field::City), Some("Cádiz"));
}
