//! The team grows.

use crate::stage::{ALICE, BOB, Newcomer, alice_and_bob, bring, invitation, invite};
use tendero_protocol::message::RefusedReason;
use tendero_protocol::{ChainError, EntryBody, RelayMessage, Role, Seq};
use tendero_sync::{AppendFailure, State};

#[test]
fn notes_of_somebody_new_wait_for_the_chain() {
    let mut world = alice_and_bob();
    let link = invite(&mut world, ALICE, 5);
    // Bob hears nothing of the chain's growth, only of the note.
    world.relay.lie = Some(Box::new(|message| {
        if matches!(message, RelayMessage::Appended(_)) {
            *message = RelayMessage::Pong(0);
        }
    }));
    let carla = Newcomer::new("carla", link, 3);
    world.relay.lie = None;
    let mut carla = carla;
    let seller = carla.join(&mut world).unwrap();
    let carla = world.join(seller);
    world.start(carla);
    world.write(carla, 1, "hello, I am Carla");
    world.assert_all_the_same();
    assert_eq!(world.sellers[BOB].disk.chain.len(), 5);
}

#[test]
fn a_device_that_nobody_told_about_is_looked_up() {
    let mut world = alice_and_bob();
    let bobs = world.wires[BOB].conn;
    assert!(bobs.is_some());
    world.relay.lie = Some(Box::new(|message| {
        // Nobody is told that the chain has grown: only Alice's own answers are left, which name her entry.
        if matches!(message, RelayMessage::Appended(tip) if tip.length == 5) {
            *message = RelayMessage::Pong(0);
        }
    }));
    let link = invite(&mut world, ALICE, 5);
    let mut carla = Newcomer::new("carla", link, 3);
    // Her own answer is swallowed as well: she finds herself on the chain with the next connection.
    carla.cut_at = Some(5);
    let seller = carla.join(&mut world).unwrap();
    let carla = world.join(seller);
    assert_eq!(world.sellers[BOB].disk.chain.len(), 4);
    world.start(carla);
    world.write(carla, 1, "hello, I am Carla");
    assert_eq!(world.sellers[BOB].disk.chain.len(), 5);
    world.assert_all_the_same();
}

#[test]
fn two_who_invite_at_once_both_succeed() {
    let mut world = alice_and_bob();
    let (_, body) = invitation(&mut world.sellers[ALICE], 1, Role::Writer);
    let (_, bobs) = own_device(&mut world, BOB);
    world.sellers[ALICE].append(world.now, body);
    world.sellers[BOB].append(world.now, bobs);
    world.settle();
    assert_eq!(world.sellers[ALICE].appended, 2);
    assert_eq!(world.sellers[BOB].appended, 1);
    world.assert_all_the_same();
    assert_eq!(world.relay.chain().length(), 5);
}

/// An invitation for another device of that seller, which needs no right.
fn own_device(world: &mut crate::stage::World, who: usize) -> (String, EntryBody) {
    let (link, body) = invitation(&mut world.sellers[who], 1, Role::Writer);
    let EntryBody::Invite(mut invitation) = body else {
        unreachable!("an invitation is an invitation")
    };
    invitation.member = Some(world.sellers[who].disk.member);
    (link, EntryBody::Invite(invitation))
}

#[test]
fn inviting_without_a_connection_fails_at_once() {
    let mut world = alice_and_bob();
    world.stop_relay();
    invite(&mut world, ALICE, 1);
    assert_eq!(world.sellers[ALICE].failures, [AppendFailure::Disconnected]);
}

#[test]
fn an_invitation_whose_answer_is_lost_fails_and_is_on_the_chain_all_the_same() {
    let mut world = alice_and_bob();
    let (_, body) = invitation(&mut world.sellers[ALICE], 1, Role::Writer);
    world.sellers[ALICE].append(world.now, body);
    world.step_of(ALICE);
    world.cut(ALICE);
    assert_eq!(world.sellers[ALICE].failures, [AppendFailure::Disconnected]);
    world.pass(2_000);
    assert_eq!(world.sellers[ALICE].disk.chain.len(), 4);
    world.assert_all_the_same();
}

#[test]
fn what_the_chain_does_not_allow_is_not_sent() {
    let mut world = alice_and_bob();
    invite(&mut world, BOB, 1);
    let failure = AppendFailure::Chain(ChainError::Role);
    assert_eq!(world.sellers[BOB].failures, [failure]);
    assert_eq!(world.relay.chain().length(), 3);
}

#[test]
fn a_refused_entry_is_answered_and_the_connection_stays() {
    let mut world = alice_and_bob();
    world.relay.lie = Some(Box::new(|message| {
        if matches!(message, RelayMessage::Appended(_)) {
            *message = RelayMessage::Refused(tendero_protocol::message::Refused {
                reason: RefusedReason::EntryRejected,
                retry_after_ms: 0,
            });
        }
    }));
    let conn = world.wires[ALICE].conn;
    let (_, body) = invitation(&mut world.sellers[ALICE], 1, Role::Writer);
    world.sellers[ALICE].append(world.now, body);
    world.step_of(ALICE);
    world.step_of(ALICE);
    let failure = AppendFailure::Refused(RefusedReason::EntryRejected);
    assert_eq!(world.sellers[ALICE].failures, [failure]);
    assert_eq!(world.wires[ALICE].conn, conn);
}

#[test]
fn a_device_that_the_relay_does_not_know_is_refused_and_comes_back_slowly() {
    let mut world = alice_and_bob();
    world.stop_relay();
    world.sellers[ALICE].crash();
    world.settle();
    world.relay.roll_chain_back(1);
    world.relay_up = true;
    world.pass(3_000);
    assert_eq!(
        world.state(BOB),
        State::Refused(RefusedReason::UnknownDevice)
    );
    let wait = world.until_next_attempt(BOB);
    assert!(wait > 10_000, "{wait}");
}

#[test]
fn three_have_the_same() {
    let mut world = alice_and_bob();
    world.write(BOB, 1, "Pepe paid");
    let carla = bring(&mut world, "carla", 3);
    world.write(carla, 1, "Pepe is back");
    world.assert_all_the_same();
    assert_eq!(world.state(ALICE), State::Synced { seq: Seq(2) });
}
