//! A relay that changes, hides, reorders, forgets or invents is found out, and nothing here is lost.

use crate::stage::{ALICE, BOB, Newcomer, World, alice_and_bob, bring, invitation};
use tendero_protocol::log::link;
use tendero_protocol::{
    Bytes, Hash, ItemKind, LogBody, LogItems, RelayMessage, Role, Salt, SaltRow, Seq,
};
use tendero_sync::State;

/// Bob was away while Alice wrote four notes and comes back to a relay that changes the page.
fn bob_reads(lie: impl FnMut(&mut LogItems) + 'static) -> World {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "before");
    world.cut(BOB);
    for text in ["one", "two", "three", "four"] {
        world.write(ALICE, 1, text);
    }
    let mut lie = lie;
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::LogItems(page) = message
            && page.entries.len() == 4
        {
            lie(page);
        }
    }));
    world.pass(1_000);
    world
}

/// Nothing of the page is taken, own notes still go out, and an honest relay is believed again.
fn assert_found_out(mut world: World) {
    assert_eq!(world.state(BOB), State::Damaged);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 1, "nothing was taken");
    assert_eq!(world.sellers[BOB].disk.position.cursor, Seq(1));
    let stored = world.relay.items().len();
    world.write(BOB, 1, "still writing");
    assert_eq!(world.relay.items().len(), stored + 1);
    assert_eq!(world.state(BOB), State::Damaged);
    world.relay.lie = None;
    world.pass(70_000);
    world.assert_all_the_same();
    assert!(matches!(world.state(BOB), State::Synced { .. }));
}

fn full(page: &mut LogItems, at: usize) -> &mut tendero_protocol::Item {
    match &mut page.entries[at].body {
        LogBody::Full(item) => item,
        LogBody::Omitted { .. } => panic!("Alice's items are whole for Bob"),
    }
}

#[test]
fn the_honest_page_is_taken() {
    let world = bob_reads(|_| {});
    world.assert_all_the_same();
}

#[test]
fn a_changed_item_is_found_out() {
    assert_found_out(bob_reads(|page| full(page, 1).ciphertext.0[7] ^= 1));
}

#[test]
fn a_changed_header_is_found_out() {
    assert_found_out(bob_reads(|page| full(page, 1).header.generation.0 = 9));
}

#[test]
fn a_changed_item_is_found_out_even_when_the_chain_is_made_to_fit() {
    let mut world = bob_reads(|_| {});
    let before = world.sellers[BOB].disk.position;
    world.cut(BOB);
    world.write(ALICE, 1, "five");
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::LogItems(page) = message {
            full(page, 0).ciphertext = Bytes(vec![0; 64]);
            page.h = link(before.h, Seq(6), page.entries[0].body.hash());
        }
    }));
    world.pass(1_000);
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn a_missing_item_is_found_out() {
    assert_found_out(bob_reads(|page| {
        page.entries.remove(1);
    }));
}

#[test]
fn a_missing_item_is_found_out_even_when_the_rest_is_renumbered() {
    assert_found_out(bob_reads(|page| {
        page.entries.remove(1);
        for (seq, entry) in (2..).zip(&mut page.entries) {
            entry.seq = Seq(seq);
        }
    }));
}

#[test]
fn two_items_in_the_other_order_are_found_out() {
    assert_found_out(bob_reads(|page| page.entries.swap(1, 2)));
    assert_found_out(bob_reads(|page| {
        let second = page.entries[2].body.clone();
        let first = std::mem::replace(&mut page.entries[1].body, second);
        page.entries[2].body = first;
    }));
}

#[test]
fn an_item_shown_twice_is_found_out_even_when_the_chain_is_made_to_fit() {
    let mut world = alice_and_bob();
    // Nothing was read before: the relay can make up a chain from the beginning.
    world.cut(BOB);
    world.write(ALICE, 1, "one");
    world.write(ALICE, 1, "two");
    let lie = |page: &mut LogItems| {
        let again = page.entries[0].clone();
        page.entries[1] = again;
        relink(page);
    };
    tell_bob(&mut world, lie);
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn a_frame_in_another_order_is_found_out_even_when_the_chain_is_made_to_fit() {
    let mut world = alice_and_bob();
    world.cut(BOB);
    world.cut(ALICE);
    // Both in one frame.
    world.write(ALICE, 1, "one");
    world.write(ALICE, 1, "two");
    world.start(ALICE);
    let lie = |page: &mut LogItems| {
        page.entries.swap(0, 1);
        relink(page);
    };
    tell_bob(&mut world, lie);
    assert_eq!(world.state(BOB), State::Damaged);
}

/// Bob comes back to a relay that changes pages of two entries.
fn tell_bob(world: &mut World, lie: impl Fn(&mut LogItems) + 'static) {
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::LogItems(page) = message
            && page.entries.len() == 2
        {
            lie(page);
        }
    }));
    world.sellers[BOB].start(world.now);
    world.settle();
    assert_eq!(world.sellers[BOB].disk.notes.len(), 0);
}

/// Numbers the page from the log's beginning and makes the hash chain fit.
fn relink(page: &mut LogItems) {
    page.h = Hash::ZERO;
    for (seq, entry) in (1..).zip(&mut page.entries) {
        entry.seq = Seq(seq);
        page.h = link(page.h, entry.seq, entry.body.hash());
    }
}

#[test]
fn a_skipped_number_is_found_out_even_when_the_chain_is_made_to_fit() {
    let mut world = alice_and_bob();
    world.cut(BOB);
    world.write(ALICE, 1, "one");
    world.write(ALICE, 1, "two");
    let lie = |page: &mut LogItems| {
        page.head = Seq(3);
        page.entries[1].seq = Seq(3);
        let first = link(Hash::ZERO, Seq(1), page.entries[0].body.hash());
        page.h = link(first, Seq(3), page.entries[1].body.hash());
    };
    tell_bob(&mut world, lie);
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn an_item_stored_twice_is_found_out() {
    let mut world = alice_and_bob();
    world.cut(BOB);
    world.relay.keeps_duplicates = true;
    world.sellers[ALICE].write(world.now, 1, "one");
    world.step_of(ALICE);
    world.cut(ALICE);
    world.start(ALICE);
    assert_eq!(world.relay.items().len(), 2);
    tell_bob(&mut world, |_| {});
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn an_empty_page_where_there_is_more_is_found_out() {
    let mut world = alice_and_bob();
    world.cut(BOB);
    world.write(ALICE, 1, "one");
    world.write(ALICE, 1, "two");
    let lie = |page: &mut LogItems| {
        page.entries.clear();
        page.h = Hash::ZERO;
    };
    tell_bob(&mut world, lie);
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn a_shorter_log_than_told_before_is_found_out() {
    assert_found_out(bob_reads(|page| page.head = Seq(2)));
}

#[test]
fn more_than_was_asked_for_is_found_out() {
    assert_found_out(bob_reads(|page| {
        let last = page.entries[3].clone();
        page.entries.resize(2_000, last);
    }));
}

#[test]
fn a_reference_into_nothing_is_found_out() {
    assert_found_out(bob_reads(|page| page.entries[0].signed.frame = 9));
    assert_found_out(bob_reads(|page| page.entries[0].signed.position = 9));
    assert_found_out(bob_reads(|page| page.frames.clear()));
}

#[test]
fn a_frame_of_a_device_that_is_not_on_the_chain_is_found_out() {
    // From another team altogether.
    let mut other = crate::stage::alice_alone();
    other.sellers[ALICE] = crate::stage::Seller::founder("mallory", 99);
    other.start(ALICE);
    let mut stolen = None;
    let taken = std::rc::Rc::new(std::cell::RefCell::new(None));
    let taking = std::rc::Rc::clone(&taken);
    other.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::LogItems(page) = message {
            *taking.borrow_mut() = Some(page.clone());
        }
    }));
    other.write(ALICE, 1, "let me in");
    let page = taken.borrow_mut().take().unwrap();
    assert_found_out(bob_reads(move |honest| {
        let stolen = stolen.get_or_insert_with(|| page.clone());
        honest.frames.clone_from(&stolen.frames);
        for entry in &mut honest.entries {
            entry.body = stolen.entries[0].body.clone();
        }
    }));
}

#[test]
fn a_log_that_was_rolled_back_is_found_out_and_nothing_is_discarded() {
    let mut world = alice_and_bob();
    for text in ["one", "two", "three"] {
        world.write(ALICE, 1, text);
    }
    world.stop_relay();
    world.relay.roll_back(1);
    world.write(BOB, 1, "written meanwhile");
    world.relay_up = true;
    world.pass(2_000);
    assert_eq!(world.state(BOB), State::Damaged);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 4);
    assert_eq!(world.sellers[BOB].disk.position.cursor, Seq(3));
    assert_eq!(world.relay.items().len(), 2, "the new note was stored");
    // The log grows beyond the cursor, with other items: still another log.
    world.write(ALICE, 1, "four");
    world.write(ALICE, 1, "five");
    world.cut(BOB);
    world.pass(2_000);
    assert_eq!(world.state(BOB), State::Damaged);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 4);
}

#[test]
fn another_log_of_the_same_length_is_found_out() {
    let mut world = alice_and_bob();
    for text in ["one", "two", "three"] {
        world.write(ALICE, 1, text);
    }
    world.stop_relay();
    world.sellers[BOB].crash();
    world.relay.roll_back(1);
    world.relay_up = true;
    world.pass(2_000);
    world.write(ALICE, 1, "four");
    world.write(ALICE, 1, "five");
    assert_eq!(world.relay.items().len(), 3);
    world.sellers[BOB].boot();
    world.start(BOB);
    assert_eq!(world.state(BOB), State::Damaged);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 3);
}

/// A restored log may lack what came after the backup: until it is refilled, that is said.
#[test]
fn the_same_log_under_another_name_is_not_taken_for_the_same() {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "one");
    world.stop_relay();
    world.relay.rename();
    world.relay_up = true;
    world.pass(2_000);
    assert_eq!(world.state(ALICE), State::Damaged);
    assert_eq!(world.state(BOB), State::Damaged);
}

#[test]
fn a_log_that_lost_what_it_acknowledged_is_found_out() {
    let mut world = alice_and_bob();
    // Acknowledged, not yet read back.
    world.sellers[ALICE].stores_at_once = false;
    world.write(ALICE, 1, "one");
    assert_eq!(world.sellers[ALICE].pending(), 0);
    world.sellers[ALICE].fail_to_store(world.now);
    world.stop_relay();
    world.relay.roll_back(0);
    world.relay_up = true;
    world.pass(2_000);
    assert_eq!(world.state(ALICE), State::Damaged);
}

#[test]
fn a_log_of_another_life_is_found_out() {
    let mut world = alice_and_bob();
    world.write(ALICE, 1, "one");
    world.stop_relay();
    world.relay.forget();
    world.relay_up = true;
    world.write(ALICE, 1, "two");
    world.pass(5_000);
    // Alice gave the workspace and its chain back, and what she has not sent.
    assert_eq!(world.state(ALICE), State::Damaged);
    assert_eq!(world.relay.chain().length(), 3);
    assert_eq!(world.relay.items().len(), 1);
    world.pass(60_000);
    assert_eq!(world.state(BOB), State::Damaged);
    world.write(BOB, 1, "three");
    assert_eq!(world.relay.items().len(), 2);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 2);
}

#[test]
fn a_membership_chain_that_was_rolled_back_is_mended() {
    let mut world = alice_and_bob();
    world.stop_relay();
    world.relay.roll_chain_back(1);
    world.relay_up = true;
    world.pass(60_000);
    assert_eq!(world.relay.chain().length(), 3);
    world.write(BOB, 1, "back again");
    world.assert_all_the_same();
}

#[test]
fn a_membership_chain_that_went_another_way_is_found_out() {
    let mut world = alice_and_bob();
    world.stop_relay();
    world.relay.roll_chain_back(2);
    world.relay_up = true;
    // Bob's Join is gone and another's is in its place.
    world.sellers[BOB].crash();
    let link = crate::stage::invite(&mut world, ALICE, 1);
    assert_eq!(link.len(), 114);
    let mut other = crate::stage::alice_alone();
    other.start(ALICE);
    bring(&mut other, "eve", 9);
    let foreign = other.relay.chain().entries()[2].clone();
    world.relay.lie = Some(Box::new(move |message| {
        if let RelayMessage::Welcome(welcome) = message {
            welcome.chain_head = foreign.hash();
            welcome.chain_length = 3;
        }
    }));
    world.cut(ALICE);
    world.pass(2_000);
    assert_eq!(world.state(ALICE), State::Damaged);
    assert_eq!(world.sellers[ALICE].disk.chain.len(), 3);
}

#[test]
fn a_readers_note_is_not_taken_even_when_the_relay_took_it() {
    let mut world = alice_and_bob();
    let (link, body) = invitation(&mut world.sellers[ALICE], 1, Role::Reader);
    world.sellers[ALICE].append(world.now, body);
    world.settle();
    let carla = Newcomer::new("carla", link, 3).join(&mut world).unwrap();
    let carla = world.join(carla);
    world.start(carla);
    world.relay.lenient = true;
    world.write(carla, 1, "may I?");
    assert_eq!(world.relay.items().len(), 1);
    assert_eq!(world.state(BOB), State::Damaged);
    assert_eq!(world.sellers[BOB].disk.notes.len(), 0);
}

#[test]
fn a_writer_erases_nothing_even_when_the_relay_took_it() {
    let mut world = alice_and_bob();
    let now = world.now;
    world.sellers[BOB].write_item(now, 1, "", ItemKind::Erase);
    world.settle();
    assert_eq!(world.relay.items().len(), 1);
    assert_eq!(world.state(ALICE), State::Damaged);
    // The owner may.
    let mut world = alice_and_bob();
    world.sellers[ALICE].write_item(now, 1, "", ItemKind::Erase);
    world.settle();
    world.assert_all_the_same();
}

#[test]
fn salts_that_a_relay_invents_are_bounded_and_do_no_harm() {
    let mut world = bob_reads(|page| {
        let real = page.salts.clone();
        let doc_tag = real[0].doc_tag;
        let invented = |n: u8| SaltRow {
            doc_tag,
            salt: Salt([n; 16]),
        };
        page.salts = (100..110).map(invented).chain(real).collect();
        page.salts.extend((110..250).map(invented));
        let foreign = tendero_protocol::DocTag([9; 16]);
        page.salts.extend((0..250).map(|n| SaltRow {
            doc_tag: foreign,
            salt: Salt([n; 16]),
        }));
    });
    world.settle();
    world.assert_all_the_same();
    assert_eq!(world.sellers[BOB].most_salts, 16);
}
