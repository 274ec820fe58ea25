use crate::common::*;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ReadDoc};
use tendero_domain::{Field, NewCustomer};
use tendero_records::{RecordError, change_facts, first_change};

#[test]
fn a_change_says_who_when_and_by_which_action() {
    let mut ana = new();
    let author = hand(ANA, 1, 7);
    let edited = ana
        .edit(&author, &[set(Field::Name, "a")])
        .unwrap()
        .unwrap();
    let facts = change_facts(&edited.change).unwrap();
    assert_eq!(facts.hash, edited.hash);
    assert_eq!(facts.actor, author.actor);
    assert_eq!(facts.author, Some(ANA));
    assert_eq!(facts.action, Some(author.action));
    assert_eq!(facts.time, author.at.ms / 1000);
    assert_eq!(facts.deps.len(), 1);
    assert_eq!(ana.heads(), [edited.hash]);
}

/// Automerge writes the author into the first change of an actor only; the later ones belong to it by their number.
#[test]
fn later_changes_of_an_actor_leave_the_author_to_the_first() {
    let mut ana = new();
    let first = edit(&mut ana, &hand(ANA, 1, 0), &[set(Field::Name, "a")]);
    let later = edit(&mut ana, &hand(ANA, 1, 1), &[set(Field::Name, "b")]);
    let (first, later) = (change_facts(&first).unwrap(), change_facts(&later).unwrap());
    assert_eq!((first.seq, first.author), (1, Some(ANA)));
    assert_eq!((later.seq, later.author), (2, None));
    assert_eq!(first.actor, later.actor);
    assert_eq!(ana.read().fields[0].by, Some(ANA));
}

#[test]
fn the_first_change_of_an_import_names_nobody() {
    let new = NewCustomer {
        id: ID,
        fields: vec![(Field::Name, "a".into())],
        tags: vec![],
        entries: vec![],
        orders: vec![],
        before: None,
    };
    let (bytes, hash) = first_change(&new, None).unwrap();
    let facts = change_facts(&bytes).unwrap();
    assert_eq!(
        (
            facts.hash,
            facts.seq,
            facts.author,
            facts.action,
            facts.time
        ),
        (hash, 1, None, None, 0)
    );
}

/// Nobody signs an import's first change, so it must not be able to pass for another one.
#[test]
fn the_actor_of_an_import_is_bound_to_its_content() {
    let new = |name: &str| NewCustomer {
        id: ID,
        fields: vec![(Field::Name, name.into())],
        tags: vec![],
        entries: vec![],
        orders: vec![],
        before: None,
    };
    let (bytes, _) = first_change(&new("a"), None).unwrap();
    assert!(change_facts(&bytes).unwrap().of_content);
    // The same actor over other content: what a forger would send.
    let mut forged = Change::try_from(&bytes[..]).unwrap().decode();
    let (other, _) = first_change(&new("b"), None).unwrap();
    forged.operations = Change::try_from(&other[..]).unwrap().decode().operations;
    let forged = Change::from(forged);
    assert!(!change_facts(forged.raw_bytes()).unwrap().of_content);
    // What a member writes is named, not bound.
    let edited = edit(
        &mut crate::common::new(),
        &hand(ANA, 1, 0),
        &[set(Field::Name, "a")],
    );
    assert!(!change_facts(&edited).unwrap().of_content);
}

#[test]
fn an_author_who_cannot_be_a_member_is_an_error() {
    let mut doc = Automerge::new().with_author(Some(b"somebody".to_vec().into()));
    doc.set_actor(ActorId::from([9; 16]));
    let mut tx = doc.transaction();
    tx.put(automerge::ROOT, "a", 1).unwrap();
    let hash = tx.commit_with(CommitOptions::default()).0.unwrap();
    let change = doc.get_change_by_hash(&hash).unwrap();
    assert!(matches!(
        change_facts(change.raw_bytes()),
        Err(RecordError::NotAMember)
    ));
    assert!(matches!(
        change_facts(b"nonsense"),
        Err(RecordError::NotAChange(_))
    ));
}
