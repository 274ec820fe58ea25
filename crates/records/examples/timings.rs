//! How long documents take: `cargo run --release -p tendero-records --example timings`.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool that measures"
)]

use std::hint::black_box;
use std::time::Instant;
use tendero_domain::{
    ActionId, Currency, CustomerId, Day, Entry, EntryId, EntryKind, Field, MemberId, Money,
    NewCustomer, Order, OrderId, Timestamp,
};
use tendero_records::{Author, Customer, CustomerEdit, first_change};

fn main() {
    let plain = row(0, 0);
    let typical = row(5, 8);
    let large = row(200, 400);
    for (name, row) in [("plain", &plain), ("typical", &typical), ("large", &large)] {
        let (first, _) = first_change(row, None).unwrap();
        println!("{name}: first change of {} bytes", first.len());
        measure("first_change", || first_change(row, None).unwrap());
        let imported = vec![first];
        measure("from_changes", || {
            Customer::from_changes(row.id, &imported).unwrap()
        });
        let mut edited = imported.clone();
        edited.extend(ten_edits(row.id, &imported));
        measure("from_changes, ten edits later", || {
            Customer::from_changes(row.id, &edited).unwrap()
        });
        let (customer, _) = Customer::from_changes(row.id, &edited).unwrap();
        measure("read", || customer.read());
        measure("load and edit a field", || {
            let (mut customer, _) = Customer::from_changes(row.id, &imported).unwrap();
            customer
                .edit(
                    &author(1, 0),
                    &[CustomerEdit::SetField(Field::Phone, "1".into())],
                )
                .unwrap()
        });
    }
}

/// The fastest round and the middle one: other work on the machine makes the mean tell little.
fn measure<T>(name: &str, mut work: impl FnMut() -> T) {
    let start = Instant::now();
    let mut rounds = Vec::new();
    while start.elapsed().as_millis() < 300 {
        let round = Instant::now();
        black_box(work());
        rounds.push(round.elapsed());
    }
    rounds.sort_unstable();
    let micros = |at: usize| {
        rounds
            .get(at)
            .map_or(0.0, |round| round.as_secs_f64() * 1e6)
    };
    let (fastest, middle) = (micros(0), micros(rounds.len() / 2));
    println!("  {name}: {fastest:.1} µs (median {middle:.1})");
}

fn ten_edits(id: CustomerId, changes: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (mut customer, _) = Customer::from_changes(id, changes).unwrap();
    let mut edit = |n: u8| {
        let edits = [
            CustomerEdit::SetField(Field::Phone, format!("+34 600 {n}")),
            CustomerEdit::AddEntry(entry(200, n)),
        ];
        customer
            .edit(&author(n / 3, i64::from(n)), &edits)
            .unwrap()
            .unwrap()
            .change
    };
    (0..10).map(&mut edit).collect()
}

fn author(actor: u8, second: i64) -> Author {
    Author {
        member: MemberId::from_bytes([actor; 16]),
        action: ActionId::from_bytes([2; 16]),
        at: Timestamp {
            ms: 1_790_000_000_000 + second * 1000,
            offset_minutes: 60,
        },
        actor: [actor + 1; 16],
    }
}

fn entry(kind: u8, n: u8) -> Entry {
    Entry {
        id: EntryId::make(1_790_000_000_000 + u64::from(n), [kind; 10]),
        kind: EntryKind::Visit,
        text: "Prefiere los martes; pidió más manzanilla".into(),
        outcome: None,
        at: author(0, 0).at,
    }
}

fn row(entries: u8, orders: u16) -> NewCustomer {
    NewCustomer {
        id: CustomerId::from_bytes([1; 16]),
        fields: Field::ALL
            .iter()
            .map(|field| (*field, format!("a value of {}", field.key())))
            .collect(),
        tags: vec!["Hostelería".into(), "VIP".into()],
        entries: (0..entries).map(|n| entry(1, n)).collect(),
        orders: (0..orders)
            .map(|n| Order {
                id: OrderId::make(u64::from(n), [3; 10]),
                number: format!("A-{n}"),
                day: Day(20_000 + i32::from(n)),
                amount: Money {
                    minor: 12_345,
                    currency: Currency::EUR,
                },
                lines: 3,
            })
            .collect(),
        before: None,
    }
}
