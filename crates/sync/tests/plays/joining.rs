//! Coming in by a link, and not.

use crate::stage::{
    ALICE, BOB, Newcomer as Joiner, World, alice_alone, alice_and_bob, invitation, invite,
};
use tendero_protocol::entry::Newcomer;
use tendero_protocol::message::{Refused, RefusedReason};
use tendero_protocol::{
    Bytes, Chain, DeviceId, EntryBody, MemberId, RelayMessage, Role, Signer as _,
};
use tendero_sync::{JoinEvent, JoinFailure};
use tendero_vault::DeviceKey;

fn alice_online() -> World {
    let mut world = alice_alone();
    world.start(ALICE);
    world
}

fn failure(newcomer: &mut Joiner, world: &mut World) -> JoinFailure {
    match newcomer.join(world) {
        Ok(_) => panic!("nobody should get in like that"),
        Err(failure) => failure,
    }
}

#[test]
fn a_used_up_link_lets_nobody_in() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    Joiner::new("bob", link.clone(), 2)
        .join(&mut world)
        .unwrap();
    let second = failure(&mut Joiner::new("carla", link, 3), &mut world);
    assert_eq!(second, JoinFailure::InviteGone);
}

#[test]
fn a_closed_link_lets_nobody_in() {
    let mut world = alice_online();
    let (link, body) = invitation(&mut world.sellers[ALICE], 5, Role::Writer);
    let EntryBody::Invite(made) = &body else {
        unreachable!("an invitation is an invitation")
    };
    let closing = EntryBody::RevokeInvite(made.invite_id);
    world.sellers[ALICE].append(world.now, body);
    world.sellers[ALICE].append(world.now, closing);
    world.settle();
    assert_eq!(world.sellers[ALICE].appended, 2);
    let closed = failure(&mut Joiner::new("bob", link, 2), &mut world);
    assert_eq!(closed, JoinFailure::InviteGone);
}

#[test]
fn a_relay_that_does_not_have_the_workspace_knows_no_invitation() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.relay.forget();
    let gone = failure(&mut Joiner::new("bob", link, 2), &mut world);
    assert_eq!(gone, JoinFailure::InviteGone);
}

#[test]
fn a_relay_that_is_away_is_known_within_seconds() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.stop_relay();
    let mut bob = Joiner::new("bob", link, 2);
    assert_eq!(failure(&mut bob, &mut world), JoinFailure::RelayAway);
    assert!(
        bob.took <= 15_000 && bob.connects == 4,
        "{} ms, {}",
        bob.took,
        bob.connects
    );
}

#[test]
fn a_relay_that_falls_silent_costs_fifteen_seconds() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.relay.lie = Some(Box::new(|message| {
        if matches!(message, RelayMessage::ChainEntries(_)) {
            *message = RelayMessage::Pong(0);
        }
    }));
    let mut bob = Joiner::new("bob", link, 2);
    assert_eq!(failure(&mut bob, &mut world), JoinFailure::RelayAway);
    assert_eq!(bob.took, 15_000);
}

#[test]
fn something_that_is_no_relay_lets_nobody_in() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.relay.lie = Some(Box::new(|message| {
        if let RelayMessage::Challenge(challenge) = message {
            challenge.name = "chat".to_owned();
        }
    }));
    let no_relay = failure(&mut Joiner::new("bob", link.clone(), 2), &mut world);
    assert_eq!(no_relay, JoinFailure::NotARelay);
    // Or says something that is no challenge.
    world.relay.lie = Some(Box::new(|message| *message = RelayMessage::Pong(1)));
    let no_relay = failure(&mut Joiner::new("bob", link, 2), &mut world);
    assert_eq!(no_relay, JoinFailure::NotARelay);
}

/// The relay knows everything of an invitation but the secret: it can put it on a chain of its own.
#[test]
fn a_chain_that_a_relay_invented_is_found_out() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    let copied = world.relay.chain().entries()[1].read().unwrap().body;
    let key = DeviceKey::from_seed([6; 32]);
    let mallory = Newcomer {
        member: MemberId([6; 16]),
        device: DeviceId([6; 16]),
        key: key.public_key(),
        sealing_key: None,
        sealed_name: Bytes(Vec::new()),
    };
    let device = mallory.device;
    let mut invented = Chain::create(world.relay.chain().workspace(), mallory, 0, &key);
    let entry = invented.next_entry(device, 0, copied).sign(&key);
    invented.append(entry).unwrap();
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::ChainEntries(entries) = message {
            entries.entries = invented.entries().to_vec();
        }
    }));
    let mut bob = Joiner::new("bob", link, 2);
    assert_eq!(failure(&mut bob, &mut world), JoinFailure::ChainMismatch);
    assert_eq!(bob.appends, 0, "nothing was signed for it");
}

#[test]
fn a_chain_without_the_invitation_is_found_out() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::ChainEntries(entries) = message {
            entries.chain_length = 1;
            entries.entries.truncate(1);
        }
    }));
    let mismatch = failure(&mut Joiner::new("bob", link, 2), &mut world);
    assert_eq!(mismatch, JoinFailure::ChainMismatch);
}

#[test]
fn a_connection_that_breaks_anywhere_still_leads_in_once() {
    for cut_at in 1..=5 {
        let mut world = alice_online();
        // With a single use: the second attempt must find that the first was through.
        let link = invite(&mut world, ALICE, 1);
        let mut bob = Joiner::new("bob", link, 2);
        bob.cut_at = Some(cut_at);
        let bob = bob.join(&mut world).unwrap();
        assert_eq!(world.relay.chain().members().len(), 2, "cut at {cut_at}");
        world.join(bob);
        world.start(BOB);
        world.write(BOB, 1, "hello");
        world.assert_all_the_same();
    }
}

#[test]
fn somebody_who_is_faster_does_not_keep_a_newcomer_out() {
    let mut world = alice_and_bob();
    let link = invite(&mut world, ALICE, 2);
    let mut carla = Joiner::new("carla", link.clone(), 3);
    let mut dan = Joiner::new("dan", link, 4);
    // Dan's chain is one behind when his entry arrives: the relay answers the request for it with less.
    carla.join(&mut world).unwrap();
    let mut short = true;
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::ChainEntries(entries) = message
            && entries.from == 4
            && std::mem::take(&mut short)
        {
            entries.entries.clear();
            entries.chain_length = 4;
        }
    }));
    dan.join(&mut world).unwrap();
    assert_eq!(world.relay.chain().members().len(), 4);
}

#[test]
fn a_busy_relay_is_asked_again() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    let mut busy = true;
    world.relay.lie = Some(Box::new(move |message| {
        if matches!(message, RelayMessage::Welcome(_)) && std::mem::take(&mut busy) {
            *message = RelayMessage::Refused(Refused {
                reason: RefusedReason::RateLimited,
                retry_after_ms: 2_000,
            });
        }
    }));
    let mut bob = Joiner::new("bob", link, 2);
    bob.join(&mut world).unwrap();
    assert!(bob.took >= 2_000);
}

#[test]
fn after_the_end_nothing_follows() {
    let mut world = alice_online();
    let link = invite(&mut world, ALICE, 1);
    world.stop_relay();
    let mut bob = Joiner::new("bob", link, 2);
    failure(&mut bob, &mut world);
    for event in [JoinEvent::Opened, JoinEvent::Closed, JoinEvent::Woken] {
        assert!(bob.hears(world.now, event).is_empty());
    }
}
