//! A customer's row of the projection, computed from the document or straight from what a file gave.

use crate::stored::DocId;
use tendero_domain::{
    CustomerId, Day, Entry, Field, NewCustomer, Order, PurchasesBefore, Timestamp,
};
use tendero_insight::CustomerRow;
use tendero_records::CustomerRecord;

/// The most characters of notes that are searched for one customer; older notes are read by opening it.
const MOST_NOTES: usize = 4096;

/// The row of a loaded document.
pub(crate) fn of_record(id: CustomerId, home: DocId, record: &CustomerRecord) -> CustomerRow {
    let mut row = empty(id, home);
    for value in &record.fields {
        set_field(&mut row, value.field, &value.text);
        if !value.others.is_empty() {
            row.conflicts += 1;
        }
    }
    row.tags.clone_from(&record.tags);
    record
        .entries
        .iter()
        .for_each(|(entry, _)| add_entry(&mut row, entry));
    record
        .orders
        .iter()
        .for_each(|order| add_order(&mut row, order));
    add_before(&mut row, record.before);
    row.created = record.created.map(Timestamp::day);
    row.deleted = record.deleted;
    row
}

/// The row of a customer that is being made; equal to [`of_record`] of the document made from it.
pub(crate) fn of_new(new: &NewCustomer, home: DocId, created: Option<Timestamp>) -> CustomerRow {
    let mut row = empty(new.id, home);
    let mut fields: Vec<_> = new.fields.iter().collect();
    // The order of a record, since the notes are put together in it.
    fields.sort_by_key(|(field, _)| Field::ALL.iter().position(|known| known == field));
    for (field, text) in fields {
        set_field(&mut row, *field, text);
    }
    row.tags.clone_from(&new.tags);
    row.tags.sort();
    let mut entries: Vec<_> = new.entries.iter().collect();
    entries.sort_by_key(|entry| core::cmp::Reverse((entry.at.ms, entry.id)));
    entries
        .into_iter()
        .for_each(|entry| add_entry(&mut row, entry));
    new.orders
        .iter()
        .for_each(|order| add_order(&mut row, order));
    add_before(&mut row, new.before);
    row.created = created.map(Timestamp::day);
    row
}

fn empty(id: CustomerId, home: DocId) -> CustomerRow {
    CustomerRow {
        id,
        home,
        name: String::new(),
        person: String::new(),
        phone: String::new(),
        email: String::new(),
        city: String::new(),
        country: String::new(),
        key: String::new(),
        tags: Vec::new(),
        notes: String::new(),
        orders: 0,
        total_minor: 0,
        last_purchase: None,
        last_contact: None,
        created: None,
        conflicts: 0,
        deleted: false,
    }
}

fn set_field(row: &mut CustomerRow, field: Field, text: &str) {
    let place = match field {
        Field::Name => &mut row.name,
        Field::Person => &mut row.person,
        Field::Phone => &mut row.phone,
        Field::Email => &mut row.email,
        Field::City => &mut row.city,
        Field::Country => &mut row.country,
        Field::ExternalKey => &mut row.key,
        Field::About => return add_note(row, text),
        Field::LegalName
        | Field::TaxId
        | Field::Street
        | Field::PostalCode
        | Field::Region
        | Field::Source => return,
    };
    text.clone_into(place);
}

fn add_entry(row: &mut CustomerRow, entry: &Entry) {
    if entry.kind.is_contact() {
        row.last_contact = row.last_contact.max(Some(entry.at.day()));
    }
    add_note(row, &entry.text);
}

fn add_note(row: &mut CustomerRow, text: &str) {
    let left = MOST_NOTES.saturating_sub(row.notes.chars().count());
    if left == 0 || text.is_empty() {
        return;
    }
    if !row.notes.is_empty() {
        row.notes.push('\n');
    }
    row.notes.extend(text.chars().take(left));
}

fn add_order(row: &mut CustomerRow, order: &Order) {
    row.orders = row.orders.saturating_add(1);
    row.total_minor = row.total_minor.saturating_add(order.amount.minor);
    row.last_purchase = latest(row.last_purchase, Some(order.day));
}

fn add_before(row: &mut CustomerRow, before: Option<PurchasesBefore>) {
    let Some(before) = before else { return };
    row.orders = row.orders.saturating_add(before.count);
    row.total_minor = row.total_minor.saturating_add(before.total_minor);
    row.last_purchase = latest(row.last_purchase, before.last);
}

fn latest(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    a.max(b)
}
