//! The projection, whatever was done: the same after reopening, and the same when made anew from the documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, World};
use futures::executor::block_on;
use proptest::prelude::*;
use tendero_domain::{ActionId, Condition, CustomerId, Field, NumberTest, Rule, SegmentId};
use tendero_messages::{Answer, Column, Command, Filter, ManyEdit, Query, Row, Sort, Target};
use tendero_store::{Batch, Store as _, StoreError, Table};

/// Something a person does; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    Create(u8),
    Set(u8, u8, u8),
    Tag(u8, u8, bool),
    Visit(u8),
    Delete(u8, bool),
    Undo(u8),
    Segment(u8),
    Import(u8),
    TagAll(u8, bool),
    /// The store refuses the next writing.
    Fail,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<u8>().prop_map(Step::Create),
        6 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(a, b, c)| Step::Set(a, b, c)),
        3 => (any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(a, b, c)| Step::Tag(a, b, c)),
        2 => any::<u8>().prop_map(Step::Visit),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(a, b)| Step::Delete(a, b)),
        2 => any::<u8>().prop_map(Step::Undo),
        1 => any::<u8>().prop_map(Step::Segment),
        2 => any::<u8>().prop_map(Step::Import),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(a, b)| Step::TagAll(a, b)),
        1 => Just(Step::Fail),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..30)
}

/// Everything that can be seen of the projection.
fn seen(world: &World, device: &mut Device) -> (Vec<Row>, Vec<Row>, Answer, Answer) {
    let sort = Sort {
        column: Column::Name,
        descending: false,
    };
    let live = device
        .rows(
            world,
            Filter {
                sort,
                ..Filter::default()
            },
        )
        .1;
    let deleted = device
        .rows(
            world,
            Filter {
                deleted: true,
                sort,
                ..Filter::default()
            },
        )
        .1;
    let segments = device.ask(world, Query::Segments);
    let facets = device.ask(world, Query::Facets);
    (live, deleted, segments, facets)
}

fn run(world: &World, steps: &[Step]) -> Device {
    let mut device = world.device();
    device.create_workspace(world);
    let mut customers: Vec<CustomerId> = Vec::new();
    let mut actions: Vec<ActionId> = Vec::new();
    for step in steps {
        let pick = |number: &u8| {
            customers
                .get(usize::from(*number) % customers.len().max(1))
                .copied()
        };
        let command = match step {
            Step::Create(name) => {
                let id = CustomerId::from_bytes(device.action(world).to_bytes());
                customers.push(id);
                Some(Command::CreateCustomer(tendero_domain::NewCustomer {
                    id,
                    fields: vec![(Field::Name, format!("Cliente {name}"))],
                    tags: vec!["nuevo".into()],
                    entries: Vec::new(),
                    orders: Vec::new(),
                    before: None,
                }))
            }
            Step::Set(who, field, value) => pick(who).map(|customer| Command::SetField {
                customer,
                field: Field::ALL[usize::from(*field) % Field::ALL.len()],
                // Every fourth takes the value out.
                value: if value % 4 == 0 {
                    String::new()
                } else {
                    format!("válör {value}")
                },
            }),
            Step::Tag(who, tag, on) => pick(who).map(|customer| Command::SetTag {
                customer,
                tag: format!("T{}", tag % 3),
                on: *on,
            }),
            Step::Visit(who) => {
                if let Some(customer) = pick(who) {
                    let id = tendero_domain::EntryId::from_bytes(device.action(world).to_bytes());
                    let at = tendero_domain::Timestamp {
                        ms: world.now.get() as i64,
                        offset_minutes: 60,
                    };
                    let entry = tendero_domain::Entry {
                        id,
                        kind: tendero_domain::EntryKind::Visit,
                        text: "pidió".into(),
                        outcome: None,
                        at,
                    };
                    Some(Command::LogEntry { customer, entry })
                } else {
                    None
                }
            }
            Step::Delete(who, deleted) => pick(who).map(|customer| Command::DeleteCustomer {
                customer,
                deleted: *deleted,
            }),
            Step::Undo(which) => actions
                .get(usize::from(*which) % actions.len().max(1))
                .map(|id| Command::Undo(*id)),
            Step::Segment(number) => Some(Command::SaveSegment {
                segment: SegmentId::from_bytes([number % 2; 16]),
                name: format!("Grupo {number}"),
                rule: Rule::Is(Condition::Orders(NumberTest::AtLeast(i64::from(*number)))),
            }),
            Step::Import(number) => {
                // Sometimes few rows, sometimes so many that segments are written.
                let rows = if number % 2 == 0 { 5 } else { 90 };
                let mut file = String::from("código,nombre,factura,fecha,importe\n");
                for row in 0..rows {
                    file.push_str(&format!(
                        "{},Bar {row},F{row},2025-03-0{},10.50\n",
                        row + usize::from(number % 3),
                        row % 9 + 1
                    ));
                }
                let id = device.action(world);
                actions.push(id);
                device.import_as(world, id, file.as_bytes());
                None
            }
            Step::TagAll(tag, on) => Some(Command::EditMany {
                target: Target::Found(Filter::default(), Vec::new()),
                edit: ManyEdit::Tags {
                    tags: vec![format!("T{}", tag % 3)],
                    on: *on,
                },
            }),
            Step::Fail => {
                device.store.fail_next_apply(StoreError::Full);
                None
            }
            Step::Reopen => {
                device = world.device_on(device.store.clone());
                None
            }
        };
        if let Some(command) = command {
            let id = device.action(world);
            actions.push(id);
            // Refusals (nothing to undo, no room) are part of the game.
            let _ = device.command_as(world, id, command);
            device.work(world);
        }
    }
    device
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn equals_what_reopening_reads_and_what_the_documents_say(steps in steps()) {
        let world = World::new();
        world.relay_is_up.set(false);
        let mut device = run(&world, &steps);
        // A fault that nothing has met yet is over now.
        let _ = block_on(device.store.apply(Batch::new()));
        let now = seen(&world, &mut device);

        let mut reopened = world.device_on(device.store.clone());
        prop_assert_eq!(&seen(&world, &mut reopened), &now);

        // A segment that cannot be read: everything is made anew from the documents.
        let mut batch = Batch::new();
        batch.put(Table::Projection, vec![1, 0, 0, 0, 0], vec![1, 2, 3]);
        block_on(device.store.apply(batch)).unwrap();
        let mut rebuilt = world.device_on(device.store.clone());
        prop_assert!(rebuilt.engine.has_work());
        rebuilt.work(&world);
        prop_assert_eq!(&seen(&world, &mut rebuilt), &now);

        // And that was written.
        let mut again = world.device_on(device.store.clone());
        prop_assert_eq!(&seen(&world, &mut again), &now);
    }
}
