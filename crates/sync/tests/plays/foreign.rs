//! Bytes that are none of ours.

use crate::stage::{ALICE, BOB, Newcomer, World, alice_and_bob, invite};
use proptest::prelude::*;
use tendero_sync::{Event, JoinEvent, State};

/// Messages that a relay really sent.
fn real_messages() -> Vec<Vec<u8>> {
    let mut world = alice_and_bob();
    let mut seen = Vec::new();
    world.cut(BOB);
    world.write(ALICE, 1, "Pepe wants rye");
    invite(&mut world, ALICE, 1);
    world.sellers[BOB].start(world.now);
    loop {
        let down = world.wires.iter().flat_map(|wire| &wire.down).flatten();
        seen.extend(down.cloned());
        if !world.step() {
            return seen;
        }
    }
}

/// Alice in some state of a conversation: none, greeting, or open.
fn alice_at(stage: u8) -> World {
    let mut world = alice_and_bob();
    world.cut(ALICE);
    world.sellers[ALICE].write(world.now, 1, "Pepe wants rye");
    if stage > 0 {
        world.sellers[ALICE].feed(world.now, Event::Start);
        (0..stage).for_each(|_| {
            world.step_of(ALICE);
        });
    }
    world
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let messages = real_messages();
    (
        proptest::sample::select(messages),
        proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        any::<proptest::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut bytes, changes, cut, whole)| {
            for (at, byte) in changes {
                // The envelope's own fields stay, so that most changes get past it.
                let at = 6 + at.index(bytes.len().saturating_sub(6).max(1));
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            if !whole {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            bytes
        })
}

fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..200),
        1 => (0_u8..4, 0x7f_u8..0x8c, proptest::collection::vec(any::<u8>(), 0..80))
            .prop_map(|(version, kind, body)| tendero_protocol::wire::seal(version, kind, &body)),
        4 => mutated(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_relay_says_nothing_breaks_or_gets_lost(
        stage in 0_u8..14,
        messages in proptest::collection::vec(anything(), 1..6),
    ) {
        let mut world = alice_at(stage);
        for bytes in messages {
            let now = world.now;
            world.sellers[ALICE].feed(now, Event::Received(bytes));
            world.step_of(ALICE);
        }
        // Notes are here, and an honest relay gets and gives all of them in the end.
        prop_assert!(world.sellers[ALICE].disk.notes.len() == 1);
        world.pass(200_000);
        let synced = matches!(world.state(ALICE), State::Synced { .. });
        // A foreign message may have acknowledged the note, or told of a number that never was.
        prop_assert!(synced || world.state(ALICE) == State::Damaged, "{:?}", world.state(ALICE));
    }

    #[test]
    fn whatever_a_relay_says_a_newcomer_gets_an_answer(
        honest in 0_usize..5,
        messages in proptest::collection::vec(anything(), 1..6),
    ) {
        let mut world = alice_and_bob();
        let link = invite(&mut world, ALICE, 1);
        let mut carla = Newcomer::new("carla", link, 3);
        carla.cut_at = (honest > 0).then_some(honest);
        let now = world.now;
        carla.hears(now, JoinEvent::Opened);
        for bytes in messages {
            carla.hears(now, JoinEvent::Received(bytes));
        }
    }
}
