//! Whose hand a change that arrives is: nobody writes in another member's name.
//!
//! Automerge names the author in an actor's first change only; the later ones belong to it by their number. So an actor
//! belongs to the member who sent its first change, and what comes from another member under that actor is not let in.
//! The first change of an import names nobody; its actor is bound to its content instead.

use std::collections::HashMap;
use tendero_domain::MemberId;
use tendero_protocol::{Bytes, Seq};
use tendero_records::change_facts;

/// An item's changes for one document, and who sent them.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Its number in the log.
    pub(crate) seq: Seq,
    /// Whose device signed the frame.
    pub(crate) sender: MemberId,
    pub(crate) changes: Vec<Bytes>,
    /// The actor of every change that is not bound to its content, and whether it is the actor's first.
    hands: Vec<(Vec<u8>, bool)>,
}

impl Sent {
    /// Reads whose hands these are; `None` when bytes are no change or a change names another author than its sender, or
    /// nobody where it should.
    pub(crate) fn read(seq: Seq, sender: MemberId, changes: Vec<Bytes>) -> Option<Self> {
        let mut hands = Vec::new();
        for change in &changes {
            let facts = change_facts(change.as_ref()).ok()?;
            let first = facts.seq == 1;
            match facts.author {
                Some(author) if author != sender => return None,
                None if first && !facts.of_content => return None,
                _ => {}
            }
            if !facts.of_content {
                hands.push((facts.actor, first));
            }
        }
        Some(Self {
            seq,
            sender,
            changes,
            hands,
        })
    }
}

/// Parts what arrived for one document, in the order of the log, into what its senders may write and what not. `known` is
/// the member to whom an actor belongs in the document as it is.
pub(crate) fn part(
    sent: Vec<Sent>,
    known: impl Fn(&[u8]) -> Option<MemberId>,
) -> (Vec<Sent>, Vec<Sent>) {
    let mut bound: HashMap<Vec<u8>, MemberId> = HashMap::new();
    sent.into_iter().partition(|item| {
        let mut fresh: Vec<&[u8]> = Vec::new();
        let own = item.hands.iter().all(|(actor, first)| {
            match known(actor).or_else(|| bound.get(actor).copied()) {
                Some(member) => member == item.sender,
                None if *first => {
                    fresh.push(actor);
                    true
                }
                None => fresh.contains(&actor.as_slice()),
            }
        });
        if own {
            bound.extend(fresh.into_iter().map(|actor| (actor.to_vec(), item.sender)));
        }
        own
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendero_domain::{ActionId, CustomerId, Field, NewCustomer, Timestamp};
    use tendero_records::{Author, Customer, CustomerEdit, first_change};

    const ANA: MemberId = MemberId::from_bytes([1; 16]);
    const EVA: MemberId = MemberId::from_bytes([2; 16]);
    const ID: CustomerId = CustomerId::from_bytes([9; 16]);

    fn edit(customer: &mut Customer, member: MemberId, actor: u8, text: &str) -> Bytes {
        let author = Author {
            member,
            action: ActionId::from_bytes([actor; 16]),
            at: Timestamp {
                ms: 0,
                offset_minutes: 0,
            },
            actor: [actor; 16],
        };
        let edits = [CustomerEdit::SetField(Field::Name, text.into())];
        let edited = customer.edit(&author, &edits).unwrap().unwrap();
        Bytes::from(edited.change)
    }

    fn sent(seq: u64, sender: MemberId, change: &Bytes) -> Option<Sent> {
        Sent::read(Seq(seq), sender, vec![change.clone()])
    }

    fn numbers(items: &[Sent]) -> Vec<u64> {
        items.iter().map(|item| item.seq.0).collect()
    }

    #[test]
    fn nobody_sends_what_names_another() {
        let mut ana = Customer::new(ID).unwrap();
        let change = edit(&mut ana, ANA, 7, "a");
        assert!(sent(1, ANA, &change).is_some());
        assert!(sent(1, EVA, &change).is_none());
        assert!(Sent::read(Seq(1), ANA, vec![Bytes::from(b"no change".to_vec())]).is_none());
    }

    #[test]
    fn an_actor_stays_with_the_member_who_brought_it() {
        // Eva goes on under Ana's actor: her change says no author, so it would pass for Ana's.
        let mut ana = Customer::new(ID).unwrap();
        let first = edit(&mut ana, ANA, 7, "a");
        let (mut eva, _) = Customer::from_changes(ID, &[&first]).unwrap();
        let forged = edit(&mut eva, ANA, 7, "forged");
        let own = edit(&mut ana, ANA, 7, "b");

        // In one stretch.
        let all = [(1, ANA, &first), (2, EVA, &forged), (3, ANA, &own)];
        let items = all.map(|(seq, sender, change)| sent(seq, sender, change).unwrap());
        let (good, foreign) = part(items.to_vec(), |_| None);
        assert_eq!((numbers(&good), numbers(&foreign)), (vec![1, 3], vec![2]));

        // After the first is in the document.
        let (known, _) = Customer::from_changes(ID, &[&first]).unwrap();
        let later = vec![items[1].clone(), items[2].clone()];
        let (good, foreign) = part(later, |actor| known.member_of_actor(actor));
        assert_eq!((numbers(&good), numbers(&foreign)), (vec![3], vec![2]));

        // Without the first, nobody knows whose it is.
        let (good, foreign) = part(vec![items[2].clone()], |_| None);
        assert_eq!((numbers(&good), numbers(&foreign)), (vec![], vec![3]));
    }

    #[test]
    fn several_changes_of_one_item_stand_together() {
        let mut ana = Customer::new(ID).unwrap();
        let changes = vec![edit(&mut ana, ANA, 7, "a"), edit(&mut ana, ANA, 7, "b")];
        let item = Sent::read(Seq(1), ANA, changes).unwrap();
        let (good, foreign) = part(vec![item], |_| None);
        assert_eq!((good.len(), foreign.len()), (1, 0));
    }

    #[test]
    fn an_import_is_nobodys_and_anybody_may_send_it() {
        let new = NewCustomer {
            id: ID,
            fields: vec![(Field::Name, "a".into())],
            tags: vec![],
            entries: vec![],
            orders: vec![],
            before: None,
        };
        let change = Bytes::from(first_change(&new, None).unwrap().0);
        let items = vec![
            sent(1, ANA, &change).unwrap(),
            sent(2, EVA, &change).unwrap(),
        ];
        let (good, foreign) = part(items, |_| None);
        assert_eq!((good.len(), foreign.len()), (2, 0));
    }
}
