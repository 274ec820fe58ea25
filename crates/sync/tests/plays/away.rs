//! The relay is away, mute, full, or something else altogether.

use crate::stage::{ALICE, BOB, Newcomer, World, alice_alone, alice_and_bob, invitation};
use tendero_protocol::message::{Challenge, RefusedReason, Verdict};
use tendero_protocol::{RelayMessage, Role, Seq, wire};
use tendero_sync::{Event, State};

#[test]
fn a_relay_that_is_away_is_tried_again_ever_more_slowly() {
    let mut world = alice_and_bob();
    world.stop_relay();
    let mut waits = Vec::new();
    for _ in 0..12 {
        waits.push(world.until_next_attempt(ALICE));
        world.settle();
    }
    assert!((250..=500).contains(&waits[0]), "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 30_000), "{waits:?}");
    assert!(waits[8..].iter().all(|wait| *wait >= 15_000), "{waits:?}");
    assert_eq!(world.state(ALICE), State::Offline);
}

#[test]
fn being_told_that_the_network_is_back_means_trying_at_once() {
    let mut world = alice_and_bob();
    world.stop_relay();
    world.pass(600_000);
    world.relay_up = true;
    world.sellers[ALICE].feed(world.now, Event::Start);
    world.settle();
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(0) });
}

#[test]
fn a_mute_socket_is_noticed_within_twenty_seconds() {
    let mut world = alice_and_bob();
    world.pass(7_000);
    world.wires[ALICE].mute = true;
    let before = world.now;
    while world.wires[ALICE].mute {
        world.pass(100);
    }
    assert!(world.now - before <= 20_000, "{}", world.now - before);
    world.write(ALICE, 1, "Pepe wants rye");
    world.pass(1_000);
    world.assert_all_the_same();
}

#[test]
fn a_mute_socket_is_noticed_sooner_when_the_network_changed() {
    let mut world = alice_and_bob();
    world.wires[ALICE].mute = true;
    world.sellers[ALICE].feed(world.now, Event::Start);
    world.pass(9_000);
    assert!(!world.wires[ALICE].mute);
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(0) });
}

#[test]
fn a_relay_that_pings_but_never_answers_is_given_up() {
    let mut world = alice_and_bob();
    world.relay.lie = Some(Box::new(|message| {
        if matches!(message, RelayMessage::Acks(_)) {
            *message = RelayMessage::Pong(0);
        }
    }));
    world.write(ALICE, 1, "Pepe wants rye");
    let conn = world.wires[ALICE].conn;
    world.pass(50_000);
    assert_eq!(world.wires[ALICE].conn, conn);
    world.relay.lie = None;
    world.pass(30_000);
    world.assert_all_the_same();
}

/// What Alice makes of somebody who says that, and nothing more.
fn meeting(says: Option<Vec<u8>>) -> World {
    let mut world = alice_alone();
    world.write(ALICE, 1, "Pepe wants rye");
    world.sellers[ALICE].start(world.now);
    world.sellers[ALICE].wishes.clear();
    let now = world.now;
    let alice = &mut world.sellers[ALICE];
    alice.feed(now, Event::Opened);
    if let Some(bytes) = says {
        alice.feed(now, Event::Received(bytes));
    }
    world
}

fn challenge(name: &str, protocols: Vec<u8>) -> Vec<u8> {
    let challenge = Challenge {
        nonce: tendero_protocol::ChallengeNonce([1; 32]),
        protocols,
        name: name.to_owned(),
        version: "9".to_owned(),
    };
    RelayMessage::Challenge(challenge).encode()
}

#[test]
fn something_that_is_no_relay_is_known_as_such() {
    for says in [
        b"HTTP/1.1 400 Bad Request".to_vec(),
        Vec::new(),
        RelayMessage::Pong(1).encode(),
        challenge("chat", vec![1]),
    ] {
        let mut world = meeting(Some(says));
        assert_eq!(world.state(ALICE), State::NotARelay);
        let wait = world.until_next_attempt(ALICE);
        assert!(wait >= 15_000, "not to be bothered often: {wait}");
    }
}

#[test]
fn a_server_without_a_socket_is_no_relay() {
    let mut world = meeting(None);
    let now = world.now;
    world.sellers[ALICE].feed(now, Event::NotARelay);
    assert_eq!(world.state(ALICE), State::NotARelay);
    let wait = world.until_next_attempt(ALICE);
    assert!(wait >= 15_000, "not to be bothered often: {wait}");
}

#[test]
fn something_that_says_nothing_is_no_relay() {
    let mut world = meeting(None);
    assert_eq!(world.state(ALICE), State::Connecting);
    let now = world.now + 5_000;
    world.sellers[ALICE].feed(now, Event::Woken);
    assert_eq!(world.state(ALICE), State::NotARelay);
}

#[test]
fn a_relay_of_a_later_protocol_is_told_apart() {
    let newer = challenge("tendero-relay", vec![2]);
    let unknown = wire::seal(2, 0x81, b"whatever a later challenge is");
    for says in [newer, unknown] {
        let world = meeting(Some(says));
        assert_eq!(
            world.state(ALICE),
            State::Refused(RefusedReason::NoProtocol)
        );
    }
}

#[test]
fn a_full_relay_is_said_to_be_full_and_gets_the_notes_later() {
    let mut world = alice_and_bob();
    world.relay.verdict = Some(Verdict::Quota);
    world.write(ALICE, 1, "Pepe wants rye");
    assert_eq!(world.state(ALICE), State::Refused(RefusedReason::Storage));
    assert_eq!(world.sellers[ALICE].pending(), 1);
    // Reading goes on meanwhile, and so does writing.
    world.write(ALICE, 1, "two kilos");
    assert_eq!(world.state(BOB), State::Synced { seq: Seq(0) });
    world.relay.verdict = None;
    world.pass(31_000);
    world.assert_all_the_same();
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(2) });
}

#[test]
fn a_relay_that_cannot_store_is_tried_again_when_it_says() {
    let mut world = alice_and_bob();
    world.relay.refusal = Some(tendero_protocol::message::Refused {
        reason: RefusedReason::Storage,
        retry_after_ms: 30_000,
    });
    world.write(ALICE, 1, "Pepe wants rye");
    assert_eq!(world.state(ALICE), State::Refused(RefusedReason::Storage));
    world.relay.refusal = None;
    world.pass(29_000);
    assert_eq!(world.relay.items().len(), 0);
    world.pass(2_000);
    world.assert_all_the_same();
}

#[test]
fn too_much_at_once_is_tried_again_after_a_while() {
    let mut world = alice_and_bob();
    world.relay.refusal = Some(tendero_protocol::message::Refused {
        reason: RefusedReason::RateLimited,
        retry_after_ms: 10_000,
    });
    world.write(ALICE, 1, "Pepe wants rye");
    world.relay.refusal = None;
    world.pass(9_000);
    assert_eq!(world.relay.items().len(), 0);
    world.pass(2_000);
    world.assert_all_the_same();
}

#[test]
fn a_reader_reads_and_is_told_that_notes_are_not_taken() {
    let mut world = alice_and_bob();
    let (link, body) = invitation(&mut world.sellers[ALICE], 1, Role::Reader);
    world.sellers[ALICE].append(world.now, body);
    world.settle();
    let carla = Newcomer::new("carla", link, 3).join(&mut world).unwrap();
    let carla = world.join(carla);
    world.start(carla);
    world.write(ALICE, 1, "Pepe wants rye");
    assert_eq!(world.sellers[carla].disk.notes.len(), 1);
    world.write(carla, 1, "may I?");
    assert_eq!(world.state(carla), State::Refused(RefusedReason::Denied));
    assert_eq!(world.sellers[carla].refused.len(), 1);
    assert_eq!(world.sellers[carla].pending(), 1, "kept on the device");
}

#[test]
fn a_team_that_needs_a_newer_app_to_write_can_still_be_read() {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "Pepe wants rye");
    world.sellers[BOB].crash();
    world.settle();
    world.write(ALICE, 1, "two kilos");
    world.relay.min_writer = 2;
    world.sellers[BOB].boot();
    world.start(BOB);
    world.write(BOB, 1, "paid");
    assert_eq!(world.sellers[BOB].disk.notes.len(), 3);
    assert_eq!(world.state(BOB), State::Refused(RefusedReason::NoProtocol));
    assert_eq!(world.relay.items().len(), 2);
    world.relay.min_reader = 2;
    world.cut(BOB);
    world.pass(1_000);
    assert_eq!(world.wires[BOB].conn, None);
    assert_eq!(world.state(BOB), State::Refused(RefusedReason::NoProtocol));
}
