//! The first change of an imported customer, encoded without a transaction.

use crate::customer::{BEFORE_KEY, CREATED_KEY};
use crate::layout::{Container, TOP, customer};
use crate::{ChangeHash, RecordError, item};
use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ExpandedChange, ScalarValue};
use sha2::{Digest as _, Sha256};
use std::num::NonZeroU64;
use tendero_domain::{Field, NewCustomer, Timestamp, fold};

/// The first change of an imported customer.
///
/// It is made upon the genesis, has no time, no author and no action, and its actor is the first half of the hash (SHA-256)
/// it would have under an actor of zeros. So the same row gives the same bytes on every device, whoever imports it and in
/// whatever order fields, tags, entries and purchases are given; a row that differs has another actor, and both are merged
/// like any two edits. `created` has to follow from the row too.
///
/// # Errors
/// [`RecordError::Value`] when a value has no written form.
pub fn first_change(
    new: &NewCustomer,
    created: Option<Timestamp>,
) -> Result<(Vec<u8>, ChangeHash), RecordError> {
    let draft = ExpandedChange {
        operations: operations(new, created)?,
        actor_id: ActorId::from([0; 16]),
        hash: None,
        seq: 1,
        start_op: NonZeroU64::new(customer::KIND.next_number()).unwrap_or(NonZeroU64::MIN),
        time: 0,
        message: None,
        deps: vec![customer::KIND.hash()],
        extra_bytes: Vec::new(),
        author: None,
    };
    let content = Change::from(draft.clone()).hash();
    let [actor @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = content.0;
    let change = Change::from(ExpandedChange {
        actor_id: ActorId::from(actor),
        ..draft
    });
    Ok((change.raw_bytes().to_vec(), change.hash().0))
}

/// Whether the change's actor is what [`first_change`] would give it: half the hash it has under an actor of zeros.
pub(crate) fn is_of_content(change: &Change) -> bool {
    // Four bytes that mark the part, four of its sum; then what is hashed: its kind, its length, one dependency, the actor.
    const SUM: usize = 8;
    let actor = change.actor_id().to_bytes();
    if change.seq() != 1 || change.deps() != [customer::KIND.hash()] || actor.len() != 16 {
        return false;
    }
    let Some(hashed) = change.raw_bytes().get(SUM..) else {
        return false;
    };
    let Some(at) = hashed.windows(16).position(|window| window == actor) else {
        return false;
    };
    let mut hashed = hashed.to_vec();
    if let Some(place) = hashed.get_mut(at..at + 16) {
        place.fill(0);
    }
    Sha256::digest(&hashed).get(..16) == Some(actor)
}

/// What is written, in an order that does not depend on the one in which it is given.
fn operations(new: &NewCustomer, created: Option<Timestamp>) -> Result<Vec<Op>, RecordError> {
    let mut list = List::default();
    if let Some(at) = created {
        list.put(TOP, CREATED_KEY.to_owned(), item::moment_text(at)?);
    }
    for field in Field::ALL {
        let mut values = new
            .fields
            .iter()
            .filter(|(known, text)| *known == field && !text.is_empty());
        if let Some((_, text)) = values.next() {
            list.put(
                customer::of_field(field),
                field.path().2.to_owned(),
                text.clone(),
            );
        }
    }
    let tags = sorted(
        new.tags
            .iter()
            .map(|tag| (fold(tag), tag))
            .filter(|(key, _)| !key.is_empty()),
    );
    for (key, tag) in tags {
        list.put(customer::TAGS, key, tag.clone());
    }
    for (_, entry) in sorted(new.entries.iter().map(|entry| (entry.id, entry))) {
        let key = entry.id.to_string();
        list.put(customer::ACTIVITIES, key.clone(), item::entry_text(entry)?);
        if !entry.text.is_empty() {
            list.put(customer::ACTIVITIES, key + item::TEXT, entry.text.clone());
        }
    }
    for (_, order) in sorted(new.orders.iter().map(|order| (order.id, order))) {
        list.put(
            customer::ORDERS,
            order.id.to_string(),
            item::order_text(order)?,
        );
    }
    if let Some(before) = &new.before {
        list.put(
            customer::BEFORE,
            BEFORE_KEY.to_owned(),
            item::before_text(before)?,
        );
    }
    Ok(list.operations)
}

/// Values in the order of their keys; of those with one key only the first that was given.
fn sorted<K: Ord, V>(values: impl Iterator<Item = (K, V)>) -> Vec<(K, V)> {
    let mut list: Vec<_> = values.collect();
    // Keeps the order in which equal keys were given.
    list.sort_by(|(a, _), (b, _)| a.cmp(b));
    list.dedup_by(|(a, _), (b, _)| a == b);
    list
}

struct List {
    operations: Vec<Op>,
    genesis: ActorId,
}

impl Default for List {
    fn default() -> Self {
        Self {
            operations: Vec::new(),
            genesis: ActorId::from(customer::KIND.actor),
        }
    }
}

impl List {
    fn put(&mut self, container: Container, key: String, text: String) {
        let obj = if container.number == 0 {
            ObjectId::Root
        } else {
            ObjectId::Id(OpId::new(container.number, &self.genesis))
        };
        self.operations.push(Op {
            action: OpType::Put(ScalarValue::Str(text.into())),
            obj,
            key: Key::Map(key.into()),
            pred: SortedVec::new(),
            insert: false,
        });
    }
}
