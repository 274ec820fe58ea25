//! Two sellers and a relay that behaves.

use crate::stage::{ALICE, BOB, Newcomer, alice_alone, alice_and_bob, invite};
use tendero_protocol::Seq;
use tendero_sync::{Event, State};

#[test]
fn a_workspace_made_offline_arrives_with_the_first_connection() {
    let mut world = alice_alone();
    for text in ["opened at nine", "flour sold out", "called Pepe"] {
        world.write(ALICE, 1, text);
    }
    assert_eq!(world.state(ALICE), State::Idle);
    world.start(ALICE);
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(3) });
    assert_eq!(world.relay.items().len(), 3);
    world.assert_all_the_same();
}

#[test]
fn a_newcomer_with_the_link_gets_everything() {
    let mut world = alice_alone();
    world.start(ALICE);
    world.write(ALICE, 1, "opened at nine");
    let link = invite(&mut world, ALICE, 5);
    assert_eq!(world.sellers[ALICE].appended, 1);

    let bob = Newcomer::new("bob", link, 2).join(&mut world).unwrap();
    let bob = world.join(bob);
    world.start(bob);

    assert_eq!(world.state(BOB), State::Synced { seq: Seq(1) });
    world.assert_all_the_same();
    for seller in &world.sellers {
        let chain = seller.sync.as_ref().unwrap().chain();
        let names: Vec<_> = chain
            .members()
            .iter()
            .filter_map(|(id, member)| seller.disk.keyring.open_name(*id, &member.sealed_name))
            .collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"alice".to_owned()) && names.contains(&"bob".to_owned()));
    }
}

#[test]
fn notes_go_both_ways() {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "Pepe wants rye");
    world.write(BOB, 1, "Pepe paid");
    world.write(BOB, 2, "new: Rosa");
    world.write(ALICE, 2, "Rosa is Pepe's sister");
    world.assert_all_the_same();
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(4) });
    assert_eq!(world.state(BOB), State::Synced { seq: Seq(4) });
}

#[test]
fn notes_written_apart_meet_when_both_are_back() {
    let mut world = alice_and_bob();
    world.stop_relay();
    world.write(ALICE, 1, "Pepe wants rye");
    world.write(BOB, 1, "Pepe paid");
    assert_eq!(world.state(ALICE), State::Offline);
    world.relay_up = true;
    world.pass(30_000);
    world.assert_all_the_same();
    assert_eq!(world.sellers[ALICE].disk.notes.len(), 2);
}

#[test]
fn a_lost_answer_leads_to_duplicates_and_to_nothing_twice() {
    let mut world = alice_and_bob();
    world.sellers[ALICE].write(world.now, 1, "Pepe wants rye");
    // The frame goes up; the answer never comes down.
    world.step_of(ALICE);
    assert_eq!(world.relay.items().len(), 1);
    world.cut(ALICE);
    assert_eq!(world.sellers[ALICE].pending(), 1);
    world.pass(5_000);
    assert_eq!(world.relay.duplicates, 1);
    world.assert_all_the_same();
}

#[test]
fn a_restart_goes_on_where_the_disk_is() {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "Pepe wants rye");
    world.sellers[BOB].crash();
    world.settle();
    world.write(ALICE, 2, "new: Rosa");
    world.sellers[BOB].boot();
    world.start(BOB);
    world.assert_all_the_same();
    assert_eq!(
        world.relay.cursors.get(&world.sellers[BOB].disk.device),
        Some(&Seq(2))
    );
}

#[test]
fn a_long_outbox_goes_in_frames_and_a_long_log_in_pages() {
    let mut world = alice_and_bob();
    world.stop_relay();
    let text: String = ('a'..='z')
        .cycle()
        .map(|letter| format!("{letter}"))
        .take(900)
        .collect();
    for number in 0..3_000_u32 {
        // Not to be squeezed much.
        let text = format!("{number} {:x} {text}", number.wrapping_mul(2_654_435_761));
        world.sellers[ALICE].write(world.now, (number % 50) as u8, &text);
    }
    world.relay_up = true;
    world.pass(30_000);
    world.assert_all_the_same();
    assert!(
        (4..100).contains(&world.relay.frames_pushed),
        "{}",
        world.relay.frames_pushed
    );
}

#[test]
fn at_most_four_frames_wait_for_their_answer() {
    let mut world = alice_and_bob();
    for number in 0..2_000 {
        world.sellers[ALICE].write(world.now, 1, &format!("note {number}"));
        assert!(world.sellers[ALICE].wishes.len() <= 4);
    }
    world.settle();
    world.assert_all_the_same();
}

#[test]
fn what_cannot_be_stored_is_fetched_again() {
    let mut world = alice_and_bob();
    world.sellers[BOB].stores_at_once = false;
    world.write(ALICE, 1, "Pepe wants rye");
    world.write(ALICE, 1, "two kilos");
    assert_eq!(world.state(BOB), State::Waiting { pending: 0 });
    world.sellers[BOB].fail_to_store(world.now);
    world.sellers[BOB].stores_at_once = true;
    world.settle();
    assert_eq!(world.sellers[BOB].disk.notes.len(), 0);
    world.pass(6_000);
    world.assert_all_the_same();
}

#[test]
fn a_page_after_one_that_could_not_be_stored_is_left_alone() {
    let mut world = alice_and_bob();
    world.relay.page = 1;
    world.cut(BOB);
    for text in ["one", "two", "three"] {
        world.write(ALICE, 1, text);
    }
    world.sellers[BOB].stores_at_once = false;
    world.sellers[BOB].start(world.now);
    while world.sellers[BOB].applying.is_none() {
        world.step_of(BOB);
    }
    // The second page was asked for, and comes when the first is gone.
    assert!(world.sellers[BOB].wishes.is_empty() && !world.wires[BOB].up.is_empty());
    world.sellers[BOB].fail_to_store(world.now);
    world.settle();
    assert!(world.sellers[BOB].applying.is_none());
    world.sellers[BOB].stores_at_once = true;
    world.pass(6_000);
    world.assert_all_the_same();
}

#[test]
fn a_stretch_stored_after_the_connection_broke_counts() {
    let mut world = alice_and_bob();
    world.sellers[BOB].stores_at_once = false;
    world.write(ALICE, 1, "Pepe wants rye");
    world.cut(BOB);
    world.sellers[BOB].store(world.now);
    world.sellers[BOB].stores_at_once = true;
    world.pass(5_000);
    world.assert_all_the_same();
}

#[test]
fn stopping_closes_and_starting_again_catches_up() {
    let mut world = alice_and_bob();
    world.sellers[BOB].feed(world.now, Event::Stop);
    world.settle();
    assert_eq!(world.state(BOB), State::Idle);
    assert_eq!(world.wires[BOB].conn, None);
    world.write(ALICE, 1, "Pepe wants rye");
    world.write(BOB, 1, "Pepe paid");
    world.pass(60_000);
    assert_eq!(world.state(BOB), State::Idle);
    world.start(BOB);
    world.assert_all_the_same();
}

#[test]
fn an_idle_connection_stays_alive() {
    let mut world = alice_and_bob();
    world.pass(600_000);
    let conn = world.wires[BOB].conn;
    assert_eq!(world.state(BOB), State::Synced { seq: Seq(0) });
    world.pass(600_000);
    assert_eq!(world.wires[BOB].conn, conn);
}

#[test]
fn a_clock_set_back_by_a_year_stops_nothing() {
    let mut world = alice_and_bob();
    world.now -= 900_000;
    world.write(ALICE, 1, "Pepe wants rye");
    world.assert_all_the_same();
}
