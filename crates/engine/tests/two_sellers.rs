//! Marta and Luis, each with a device, and a relay between them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::World;
use tendero_domain::{Condition, Field, NumberTest, Rule, SegmentId, TextTest};
use tendero_messages::{
    Answer, Command, Done, Event, Filter, FromEngine, Query, Refusal, SyncState,
};

fn all() -> Filter {
    Filter::default()
}

fn search(words: &str) -> Filter {
    Filter {
        search: words.into(),
        ..Filter::default()
    }
}

#[test]
fn the_first_customer_is_saved_without_any_relay() {
    let world = World::new();
    world.relay_is_up.set(false);
    let mut marta = world.device();
    marta.create_workspace(&world);
    let id = marta.create_customer(&world, "La Taberna de Carmen");
    assert_eq!(marta.rows(&world, all()).0, 1);
    assert_eq!(marta.text(&world, id, Field::Name), "La Taberna de Carmen");
    world.settle(&mut [&mut marta]);
    assert!(
        matches!(
            marta.sync,
            SyncState::Offline { pending: 2 } | SyncState::Connecting { pending: 2 }
        ),
        "{:?}",
        marta.sync
    );

    // Closed and opened again, all of it is there.
    let mut again = world.device_on(marta.store.clone());
    assert_eq!(again.facts.clone().unwrap().name, "Bodegas Olmedo");
    assert_eq!(again.rows(&world, search("taberna")).0, 1);
    assert_eq!(again.text(&world, id, Field::Name), "La Taberna de Carmen");
}

#[test]
fn a_second_device_joins_and_sees_the_same() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let id = marta.create_customer(&world, "Hotel Reina Juana");
    marta.set(&world, id, Field::City, "Tordesillas");
    marta.visit(&world, id, "quiere 3 cajas");
    let segment = SegmentId::from_bytes(marta.action(&world).to_bytes());
    let rule = Rule::Is(Condition::City(TextTest::OneOf(vec!["tordesillas".into()])));
    let save = Command::SaveSegment {
        segment,
        name: "Los de Tordesillas".into(),
        rule,
    };
    assert_eq!(marta.command(&world, save), Ok(Done::Saved));
    world.settle(&mut [&mut marta]);
    assert!(matches!(marta.sync, SyncState::Synced { .. }));
    let fragment = marta.invite(&world);

    let mut luis = world.device();
    assert_eq!(luis.join(&world, &fragment, "Luis"), Ok(Done::Saved));
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(luis.facts.clone().unwrap().name, "Bodegas Olmedo");
    assert_eq!(luis.rows(&world, all()), marta.rows(&world, all()));
    assert_eq!(luis.sheet(&world, id), marta.sheet(&world, id));
    assert_eq!(
        luis.sheet(&world, id).entries[0].by.as_deref(),
        Some("Marta")
    );
    let lines = luis.ask(&world, Query::Segments);
    assert_eq!(lines, marta.ask(&world, Query::Segments));
    let Answer::Segments(lines) = lines else {
        panic!()
    };
    assert_eq!(
        (lines[0].name.as_str(), lines[0].count),
        ("Los de Tordesillas", 1)
    );
    let Answer::Members(members) = marta.ask(&world, Query::Members) else {
        panic!()
    };
    let mut names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Luis", "Marta"]);
}

#[test]
fn a_segment_that_differs_is_told_on_both_devices() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    world.settle(&mut [&mut marta, &mut luis]);

    let segment = SegmentId::from_bytes(marta.action(&world).to_bytes());
    let save = Command::SaveSegment {
        segment,
        name: "Todos".into(),
        rule: Rule::everyone(),
    };
    for command in [save, Command::RemoveSegment { segment }] {
        marta.page.clear();
        luis.page.clear();
        assert_eq!(marta.command(&world, command), Ok(Done::Saved));
        world.settle(&mut [&mut marta, &mut luis]);
        for device in [&marta, &luis] {
            assert!(device.page.contains(&FromEngine::Event(Event::Changed)));
        }
    }
}

#[test]
fn offline_edits_of_both_come_together_and_a_field_edited_twice_shows_both_values() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let id = marta.create_customer(&world, "Vinoteca Otero");
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    world.settle(&mut [&mut marta, &mut luis]);

    world.relay_is_up.set(false);
    world.settle(&mut [&mut marta, &mut luis]);
    marta.set(&world, id, Field::Phone, "983 45 12 88");
    luis.set(&world, id, Field::Phone, "983 45 12 89");
    marta.set(&world, id, Field::Person, "Ana Belén Otero");
    luis.set(&world, id, Field::City, "León");
    marta.create_customer(&world, "Casa Matilde");
    luis.create_customer(&world, "Bar La Estación");
    // Both restart while away.
    let mut marta = world.device_on(marta.store.clone());
    let mut luis = world.device_on(luis.store.clone());
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(marta.rows(&world, all()).0, 2);

    world.relay_is_up.set(true);
    world.pass(40_000, &mut [&mut marta, &mut luis]);
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(marta.rows(&world, all()), luis.rows(&world, all()));
    assert_eq!(marta.rows(&world, all()).0, 3);
    let sheet = marta.sheet(&world, id);
    assert_eq!(sheet, luis.sheet(&world, id));
    let phone = sheet
        .fields
        .iter()
        .find(|value| value.field == Field::Phone)
        .unwrap();
    let mut both = vec![
        (phone.text.as_str(), phone.by.as_deref()),
        (phone.others[0].text.as_str(), phone.others[0].by.as_deref()),
    ];
    both.sort_unstable();
    assert_eq!(
        both,
        [
            ("983 45 12 88", Some("Marta")),
            ("983 45 12 89", Some("Luis"))
        ]
    );
    assert!(phone.at.is_some() && phone.others[0].at.is_some());
    assert_eq!(marta.text(&world, id, Field::City), "León");
    assert_eq!(luis.text(&world, id, Field::Person), "Ana Belén Otero");
    assert_eq!(marta.rows(&world, search("otero")).1[0].conflicts, 1);

    // Settled by one, settled for both.
    luis.set(&world, id, Field::Phone, "983 45 12 89");
    world.settle(&mut [&mut marta, &mut luis]);
    for device in [&mut marta, &mut luis] {
        let sheet = device.sheet(&world, id);
        let phone = sheet
            .fields
            .iter()
            .find(|value| value.field == Field::Phone)
            .unwrap();
        assert_eq!(
            (phone.text.as_str(), phone.others.len()),
            ("983 45 12 89", 0)
        );
        assert_eq!(device.rows(&world, search("otero")).1[0].conflicts, 0);
    }
}

#[test]
fn a_command_sent_twice_is_done_once() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let customer = marta.create_customer(&world, "Mesón del Cid");
    let id = marta.action(&world);
    let command = Command::SetField {
        customer,
        field: Field::City,
        value: "Burgos".into(),
    };
    assert_eq!(
        marta.command_as(&world, id, command.clone()),
        Ok(Done::Saved)
    );
    marta.set(&world, customer, Field::City, "Lerma");
    // The engine was replaced and the page repeats what it had no answer to.
    let mut again = world.device_on(marta.store.clone());
    assert_eq!(again.command_as(&world, id, command), Ok(Done::Saved));
    assert_eq!(again.text(&world, customer, Field::City), "Lerma");
}

#[test]
fn undo_takes_back_what_still_stands_and_can_be_undone() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let customer = marta.create_customer(&world, "Asador Rey");
    marta.set(&world, customer, Field::City, "Aranda");
    let id = marta.action(&world);
    let command = Command::SetField {
        customer,
        field: Field::City,
        value: "Roa".into(),
    };
    marta.command_as(&world, id, command).unwrap();
    let undo = marta.action(&world);
    assert_eq!(
        marta.command_as(&world, undo, Command::Undo(id)),
        Ok(Done::Undone { kept: 0 })
    );
    assert_eq!(marta.text(&world, customer, Field::City), "Aranda");
    assert_eq!(
        marta.command(&world, Command::Undo(id)),
        Err(Refusal::NothingToUndo)
    );
    assert_eq!(
        marta.command(&world, Command::Undo(undo)),
        Ok(Done::Undone { kept: 0 })
    );
    assert_eq!(marta.text(&world, customer, Field::City), "Roa");

    let gone = marta.action(&world);
    marta
        .command_as(
            &world,
            gone,
            Command::DeleteCustomer {
                customer,
                deleted: true,
            },
        )
        .unwrap();
    assert_eq!(marta.rows(&world, all()).0, 0);
    marta.command(&world, Command::Undo(gone)).unwrap();
    assert_eq!(marta.rows(&world, all()).0, 1);
    assert_eq!(marta.rows(&world, search("rey")).1[0].city, "Roa");
}

#[test]
fn taking_back_a_new_customer_takes_it_out_of_the_lists() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let id = marta.action(&world);
    let customer = tendero_domain::CustomerId::from_bytes([9; 16]);
    let new = tendero_domain::NewCustomer {
        id: customer,
        fields: vec![(Field::Name, "Por error".into())],
        tags: vec!["bar".into()],
        entries: Vec::new(),
        orders: Vec::new(),
        before: None,
    };
    marta
        .command_as(&world, id, Command::CreateCustomer(new))
        .unwrap();
    assert_eq!(
        marta.command(&world, Command::Undo(id)),
        Ok(Done::Undone { kept: 0 })
    );
    assert_eq!(marta.rows(&world, all()).0, 0);
}

#[test]
fn a_full_device_refuses_the_edit_and_keeps_what_was_saved() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let customer = marta.create_customer(&world, "Grupo Valdevaca");
    marta.store.fail_next_apply(tendero_store::StoreError::Full);
    let command = Command::SetField {
        customer,
        field: Field::City,
        value: "Medina".into(),
    };
    assert_eq!(
        marta.command(&world, command.clone()),
        Err(Refusal::StorageFull)
    );
    assert_eq!(marta.text(&world, customer, Field::City), "");
    // With room again the same edit goes through.
    assert_eq!(marta.command(&world, command), Ok(Done::Saved));
    assert_eq!(marta.text(&world, customer, Field::City), "Medina");
}

#[test]
fn two_tabs_of_one_device_edit_one_customer() {
    let world = World::new();
    let mut one = world.device();
    one.create_workspace(&world);
    let customer = one.create_customer(&world, "Gastronómica Duero");
    let mut two = world.device_on(one.store.clone());
    // Both have it loaded; neither has heard of the other.
    assert_eq!(two.text(&world, customer, Field::City), "");
    one.set(&world, customer, Field::City, "Zamora");
    two.set(&world, customer, Field::Person, "Luis");
    one.told.clear();
    let told: Vec<_> = two.told.drain(..).collect();
    for bytes in told {
        one.feed(&world, tendero_engine::Input::Told(bytes));
    }
    for device in [&mut one, &mut two] {
        assert_eq!(device.text(&world, customer, Field::City), "Zamora");
        assert_eq!(device.text(&world, customer, Field::Person), "Luis");
    }
    assert_eq!(one.rows(&world, search("luis")).0, 1);
}

#[test]
fn a_segment_counts_each_of_its_rules() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    for (name, city) in [("A", "Burgos"), ("B", "Burgos"), ("C", "León")] {
        let id = marta.create_customer(&world, name);
        marta.set(&world, id, Field::City, city);
    }
    let city = Rule::Is(Condition::City(TextTest::OneOf(vec!["burgos".into()])));
    let never = Rule::Is(Condition::Orders(NumberTest::AtMost(0)));
    let rule = Rule::All(vec![Rule::Not(Box::new(city)), never]);
    let Answer::Count(count) = marta.ask(&world, Query::Count(rule)) else {
        panic!()
    };
    assert_eq!((count.total, count.each), (1, vec![1, 1, 2, 3]));
}

#[test]
fn links_that_lead_nowhere_are_told_apart() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    assert_eq!(
        luis.join(&world, "hello", "Luis"),
        Err(Refusal::LinkDamaged)
    );
    assert_eq!(
        luis.join(&world, &fragment[..fragment.len() - 3], "Luis"),
        Err(Refusal::LinkDamaged)
    );
    assert_eq!(
        luis.join(&world, &fragment, "  "),
        Err(Refusal::NameMissing)
    );
    world.relay_is_up.set(false);
    assert_eq!(
        luis.join(&world, &fragment, "Luis"),
        Err(Refusal::RelayAway)
    );
    world.relay_is_up.set(true);
    assert_eq!(luis.join(&world, &fragment, "Luis"), Ok(Done::Saved));
    assert_eq!(
        luis.join(&world, &fragment, "Luis"),
        Err(Refusal::WorkspaceExists)
    );
    assert_eq!(
        marta.join(&world, &fragment, "Marta"),
        Err(Refusal::WorkspaceExists)
    );
    // A relay that lost everything does not know the invitation.
    let other = World::new();
    let mut nuria = other.device();
    assert_eq!(
        nuria.join(&other, &fragment, "Nuria"),
        Err(Refusal::InvitationGone)
    );
    // A writer may not invite.
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(
        luis.command(&world, Command::Invite),
        Err(Refusal::NotAllowed)
    );
}

#[test]
fn an_engine_that_ends_over_a_document_again_and_again_leaves_that_one_out() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    for number in 0..30 {
        marta.create_customer(&world, &format!("Cliente {number}"));
    }
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    // Three engines one after another end in the middle of the stretch, as a panic would end them.
    for _ in 0..3 {
        let mut slices = 0;
        while slices < 4 {
            if luis.is_working() {
                slices += 1;
            }
            assert!(luis.step(&world), "the stretch was over too soon");
        }
        luis = world.device_on(luis.store.clone());
    }
    world.settle(&mut [&mut marta, &mut luis]);
    // All but the one it ended with twice.
    assert_eq!(luis.rows(&world, all()).0, 29);
    assert!(matches!(luis.sync, SyncState::Synced { .. }));
    // Everything else goes on.
    marta.create_customer(&world, "Cliente 31");
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(luis.rows(&world, all()).0, 30);
}

#[test]
fn who_joins_a_team_without_customers_learns_its_name() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    assert_eq!(luis.join(&world, &fragment, "Luis"), Ok(Done::Saved));
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(luis.facts.clone().unwrap().name, "Bodegas Olmedo");
}
