//! The first change of every document, as literal bytes.
//!
//! Two devices that make the same document while offline both begin with these bytes, so their containers are the same ones
//! and a merge hides nothing. **Invariant:** never changed; a test makes them anew from [`crate::layout`] and compares.

/// A customer's.
pub(crate) const CUSTOMER: [u8; 0] = [];
/// The hash of [`CUSTOMER`].
pub(crate) const CUSTOMER_HASH: [u8; 32] = [0; 32];
/// A segment's.
pub(crate) const SEGMENT: [u8; 0] = [];
/// The hash of [`SEGMENT`].
pub(crate) const SEGMENT_HASH: [u8; 32] = [0; 32];
/// A workspace's settings'.
pub(crate) const SETTINGS: [u8; 0] = [];
/// The hash of [`SETTINGS`].
pub(crate) const SETTINGS_HASH: [u8; 32] = [0; 32];

#[cfg(test)]
mod tests {
    use crate::layout::{Container, Kind, customer, segment, settings};
    use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
    use automerge::{ActorId, Change, ExpandedChange, ObjType, ScalarValue};
    use std::fmt::Write;
    use std::num::NonZeroU64;

    fn op(obj: ObjectId, key: &str, action: OpType) -> Op {
        Op { action, obj, key: Key::Map(key.into()), pred: SortedVec::new(), insert: false }
    }

    fn made(word: &str, kind: &Kind) -> Change {
        let actor = ActorId::from(kind.actor);
        let object = |path: &str| match path.rsplit_once('.') {
            None => (ObjectId::Root, path.to_owned()),
            Some((outer, inner)) => {
                let outer: Container = kind.container(outer).unwrap();
                (ObjectId::Id(OpId::new(outer.number, &actor)), inner.to_owned())
            }
        };
        let mut operations = vec![
            op(ObjectId::Root, "kind", OpType::Put(ScalarValue::Str(word.into()))),
            op(ObjectId::Root, "schema", OpType::Put(ScalarValue::Int(1))),
        ];
        for container in kind.containers {
            let (obj, key) = object(container.path);
            operations.push(op(obj, &key, OpType::Make(ObjType::Map)));
        }
        assert_eq!(operations.len() as u64 + 1, kind.next_number());
        Change::from(ExpandedChange {
            operations,
            actor_id: actor,
            hash: None,
            seq: 1,
            start_op: NonZeroU64::MIN,
            time: 0,
            message: None,
            deps: Vec::new(),
            extra_bytes: Vec::new(),
            author: None,
        })
    }

    /// The source lines that belong above.
    fn literal(name: &str, bytes: &[u8]) -> String {
        let mut text = format!("pub(crate) const {name}: [u8; {}] = [\n", bytes.len());
        for line in bytes.chunks(20) {
            text.push_str("   ");
            for byte in line {
                write!(text, " {byte},").unwrap();
            }
            text.push('\n');
        }
        text.push_str("];");
        text
    }

    #[test]
    fn bytes_in_the_source_are_those_of_the_layout() {
        for (word, kind) in [("customer", &customer::KIND), ("segment", &segment::KIND), ("settings", &settings::KIND)] {
            let change = made(word, kind);
            let name = word.to_uppercase();
            let lines = [
                literal(&name, change.raw_bytes()),
                literal(&format!("{name}_HASH"), &change.hash().0),
            ];
            assert!(kind.genesis == change.raw_bytes() && kind.hash() == change.hash(), "{}", lines.join("\n"));
        }
    }
}
