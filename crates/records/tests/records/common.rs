//! Two sellers, and what they write.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ObjId, ReadDoc, TextEncoding, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tendero_domain::{
    ActionId, Currency, CustomerId, Day, Entry, EntryId, EntryKind, Field, MemberId, Money,
    NewCustomer, Order, OrderId, Outcome, PurchasesBefore, Timestamp,
};
use tendero_records::{Author, Customer, CustomerEdit, CustomerRecord};

pub const ID: CustomerId = CustomerId::from_bytes([1; 16]);
pub const ANA: MemberId = MemberId::from_bytes([0xA; 16]);
pub const BEN: MemberId = MemberId::from_bytes([0xB; 16]);

/// A member's hand at a minute; every document that is loaded needs another actor.
pub fn hand(member: MemberId, actor: u8, minute: i64) -> Author {
    let mut action = [actor; 16];
    action[0] = 1;
    action[15] = minute as u8;
    Author {
        member,
        action: ActionId::from_bytes(action),
        at: moment(minute),
        actor: [actor; 16],
    }
}

pub fn moment(minute: i64) -> Timestamp {
    Timestamp {
        ms: 1_790_000_000_000 + minute * 60_000,
        offset_minutes: 120,
    }
}

/// The moment as a change keeps it.
pub fn second(minute: i64) -> Timestamp {
    Timestamp {
        offset_minutes: 0,
        ..moment(minute)
    }
}

pub fn new() -> Customer {
    Customer::new(ID).unwrap()
}

pub fn opened(changes: &[Vec<u8>]) -> Customer {
    let (customer, parked) = Customer::from_changes(ID, changes).unwrap();
    assert_eq!(parked, []);
    customer
}

/// Edits, expecting that something changes; the change.
pub fn edit(customer: &mut Customer, author: &Author, edits: &[CustomerEdit]) -> Vec<u8> {
    customer.edit(author, edits).unwrap().unwrap().change
}

pub fn set(field: Field, text: &str) -> CustomerEdit {
    CustomerEdit::SetField(field, text.to_owned())
}

pub fn text_of(record: &CustomerRecord, field: Field) -> Option<&str> {
    record
        .fields
        .iter()
        .find(|value| value.field == field)
        .map(|value| value.text.as_str())
}

pub fn visit(number: u8, text: &str) -> Entry {
    Entry {
        id: EntryId::from_bytes([number; 16]),
        kind: EntryKind::Visit,
        text: text.to_owned(),
        outcome: Some(Outcome::Ordered),
        at: moment(5),
    }
}

pub fn order(number: u8) -> Order {
    Order {
        id: OrderId::from_bytes([number; 16]),
        number: format!("A-{number}"),
        day: Day::from_ymd(2026, 11, number.clamp(1, 28)).unwrap(),
        amount: Money {
            minor: 1_000 + i64::from(number),
            currency: Currency::EUR,
        },
        lines: 3,
    }
}

/// What another program, such as a newer version, writes into a customer's document.
pub fn other_program(
    changes: &[Vec<u8>],
    actor: u8,
    write: impl FnOnce(&mut Transaction<'_>),
) -> Vec<u8> {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
    let all = core::iter::once(Customer::GENESIS).chain(changes.iter().map(Vec::as_slice));
    doc.apply_changes(
        all.map(|bytes| Change::try_from(bytes).unwrap())
            .collect::<Vec<_>>(),
    )
    .unwrap();
    doc.set_actor(ActorId::from([actor; 16]));
    let mut tx = doc.transaction();
    write(&mut tx);
    let hash = tx
        .commit_with(CommitOptions::default().with_time(1))
        .0
        .unwrap();
    doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec()
}

/// The map at a path joined with points.
pub fn map_at(doc: &impl ReadDoc, path: &str) -> ObjId {
    path.split('.').fold(automerge::ROOT, |object, key| {
        match doc.get(&object, key).unwrap() {
            Some((Value::Object(_), id)) => id,
            other => panic!("{path}: {other:?}"),
        }
    })
}

/// The whole document as another program sees it.
pub fn plain(changes: &[Vec<u8>]) -> Automerge {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
    let all = core::iter::once(Customer::GENESIS).chain(changes.iter().map(Vec::as_slice));
    doc.apply_changes(
        all.map(|bytes| Change::try_from(bytes).unwrap())
            .collect::<Vec<_>>(),
    )
    .unwrap();
    doc
}

/// Puts a value under a key of a map given by its path.
pub fn put(
    tx: &mut Transaction<'_>,
    path: &str,
    key: &str,
    value: impl Into<automerge::ScalarValue>,
) {
    let map = if path.is_empty() {
        automerge::ROOT
    } else {
        map_at(tx, path)
    };
    tx.put(map, key, value).unwrap();
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    (any::<i64>(), -840i16..=840).prop_map(|(ms, offset_minutes)| Timestamp { ms, offset_minutes })
}

/// Any day that has an ISO form: years 1 to 9999.
fn any_day() -> impl Strategy<Value = Day> {
    (1i32..=9999, 1u8..=12, 1u8..=28)
        .prop_map(|(year, month, day)| Day::from_ymd(year, month, day).unwrap())
}

pub fn any_entry() -> impl Strategy<Value = Entry> {
    let kind = proptest::sample::select(&EntryKind::ALL[..]);
    let outcome = option::of(proptest::sample::select(&Outcome::ALL[..]));
    (any::<[u8; 16]>(), kind, ".{0,12}", outcome, any_moment()).prop_map(
        |(id, kind, text, outcome, at)| Entry {
            // The highest bits of a ULID's text are free, so that every identifier has one text.
            id: EntryId::from_bytes(id),
            kind,
            text,
            outcome,
            at,
        },
    )
}

pub fn any_order() -> impl Strategy<Value = Order> {
    (
        any::<[u8; 16]>(),
        ".{0,8}",
        any_day(),
        any::<i64>(),
        "[A-Z]{3}",
        any::<u32>(),
    )
        .prop_map(|(id, number, day, minor, currency, lines)| Order {
            id: OrderId::from_bytes(id),
            number,
            day,
            amount: Money {
                minor,
                currency: Currency::new(&currency).unwrap(),
            },
            lines,
        })
}

pub fn any_before() -> impl Strategy<Value = PurchasesBefore> {
    (any::<u32>(), any::<i64>(), option::of(any_day())).prop_map(|(count, total_minor, last)| {
        PurchasesBefore {
            count,
            total_minor,
            last,
        }
    })
}

pub fn any_fields() -> impl Strategy<Value = Vec<(Field, String)>> {
    let fields = proptest::sample::subsequence(&Field::ALL[..], 0..=Field::ALL.len());
    fields.prop_flat_map(|fields| {
        let texts = vec(".{1,20}", fields.len());
        texts.prop_map(move |texts| fields.iter().copied().zip(texts).collect())
    })
}

pub fn any_customer() -> impl Strategy<Value = NewCustomer> {
    let tags = vec(".{0,10}", 0..4);
    let before = option::of(any_before());
    (
        any_fields(),
        tags,
        vec(any_entry(), 0..4),
        vec(any_order(), 0..6),
        before,
    )
        .prop_map(|(fields, tags, entries, orders, before)| NewCustomer {
            id: ID,
            fields,
            tags,
            entries,
            orders,
            before,
        })
}
