//! The first change of every document, as literal bytes.
//!
//! Two devices that make the same document while offline both begin with these bytes, so their containers are the same ones
//! and a merge hides nothing. **Invariant:** never changed; a test makes them anew from [`crate::layout`] and compares.

/// A customer's.
pub(crate) const CUSTOMER: [u8; 301] = [
    133, 111, 74, 131, 104, 123, 219, 54, 1, 162, 2, 0, 16, 116, 101, 110, 100, 101, 114, 111, 46,
    99, 117, 115, 116, 111, 109, 101, 114, 1, 1, 0, 0, 0, 8, 1, 14, 2, 14, 21, 199, 1, 52, 1, 66,
    4, 86, 6, 87, 9, 112, 2, 0, 4, 127, 0, 0, 1, 127, 0, 0, 1, 2, 0, 0, 15, 0, 4, 127, 4, 0, 1,
    127, 6, 0, 1, 2, 8, 0, 15, 103, 4, 107, 105, 110, 100, 6, 115, 99, 104, 101, 109, 97, 8, 105,
    100, 101, 110, 116, 105, 116, 121, 5, 115, 105, 116, 101, 115, 4, 109, 97, 105, 110, 6, 112,
    101, 111, 112, 108, 101, 4, 109, 97, 105, 110, 8, 99, 111, 110, 116, 97, 99, 116, 115, 5, 112,
    104, 111, 110, 101, 5, 101, 109, 97, 105, 108, 6, 99, 117, 115, 116, 111, 109, 4, 116, 97, 103,
    115, 9, 114, 101, 108, 97, 116, 105, 111, 110, 115, 10, 108, 101, 103, 97, 108, 66, 97, 115,
    105, 115, 10, 99, 111, 110, 100, 105, 116, 105, 111, 110, 115, 10, 97, 99, 116, 105, 118, 105,
    116, 105, 101, 115, 13, 111, 112, 112, 111, 114, 116, 117, 110, 105, 116, 105, 101, 115, 6,
    113, 117, 111, 116, 101, 115, 6, 111, 114, 100, 101, 114, 115, 8, 112, 97, 121, 109, 101, 110,
    116, 115, 5, 99, 97, 115, 101, 115, 7, 108, 111, 121, 97, 108, 116, 121, 11, 97, 116, 116, 97,
    99, 104, 109, 101, 110, 116, 115, 7, 97, 108, 105, 97, 115, 101, 115, 6, 98, 101, 102, 111,
    114, 101, 25, 2, 1, 23, 0, 126, 134, 1, 20, 23, 0, 99, 117, 115, 116, 111, 109, 101, 114, 1,
    25, 0,
];

/// The hash of [`CUSTOMER`].
pub(crate) const CUSTOMER_HASH: [u8; 32] = [
    104, 123, 219, 54, 225, 186, 205, 2, 208, 149, 1, 193, 158, 45, 71, 199, 89, 46, 12, 145, 227,
    235, 88, 96, 137, 52, 12, 196, 49, 120, 184, 11,
];

/// A segment's.
pub(crate) const SEGMENT: [u8; 85] = [
    133, 111, 74, 131, 222, 188, 120, 63, 1, 75, 0, 16, 116, 101, 110, 100, 101, 114, 111, 46, 115,
    101, 103, 109, 101, 110, 116, 0, 1, 1, 0, 0, 0, 6, 21, 20, 52, 1, 66, 4, 86, 4, 87, 8, 112, 2,
    125, 4, 107, 105, 110, 100, 6, 115, 99, 104, 101, 109, 97, 6, 99, 117, 115, 116, 111, 109, 3,
    2, 1, 127, 0, 125, 118, 20, 0, 115, 101, 103, 109, 101, 110, 116, 1, 3, 0,
];

/// The hash of [`SEGMENT`].
pub(crate) const SEGMENT_HASH: [u8; 32] = [
    222, 188, 120, 63, 197, 182, 127, 155, 57, 134, 165, 116, 165, 61, 91, 229, 14, 176, 134, 224,
    10, 94, 215, 53, 91, 126, 147, 183, 42, 80, 253, 253,
];

/// A workspace's settings'.
pub(crate) const SETTINGS: [u8; 117] = [
    133, 111, 74, 131, 244, 84, 148, 103, 1, 107, 0, 16, 116, 101, 110, 100, 101, 114, 111, 46,
    115, 101, 116, 116, 105, 110, 103, 115, 1, 1, 0, 0, 0, 6, 21, 49, 52, 1, 66, 4, 86, 6, 87, 9,
    112, 2, 121, 4, 107, 105, 110, 100, 6, 115, 99, 104, 101, 109, 97, 6, 102, 105, 101, 108, 100,
    115, 4, 116, 97, 103, 115, 6, 115, 116, 97, 103, 101, 115, 9, 110, 117, 109, 98, 101, 114, 105,
    110, 103, 6, 99, 117, 115, 116, 111, 109, 7, 2, 1, 5, 0, 126, 134, 1, 20, 5, 0, 115, 101, 116,
    116, 105, 110, 103, 115, 1, 7, 0,
];

/// The hash of [`SETTINGS`].
pub(crate) const SETTINGS_HASH: [u8; 32] = [
    244, 84, 148, 103, 232, 53, 179, 188, 222, 117, 204, 203, 51, 231, 180, 71, 242, 230, 177, 175,
    204, 188, 224, 229, 65, 155, 206, 136, 193, 25, 217, 140,
];

#[cfg(test)]
mod tests {
    use crate::layout::{Container, Kind, customer, segment, settings};
    use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
    use automerge::{ActorId, Change, ExpandedChange, ObjType, ScalarValue};
    use std::fmt::Write;
    use std::num::NonZeroU64;

    fn op(obj: ObjectId, key: &str, action: OpType) -> Op {
        Op {
            action,
            obj,
            key: Key::Map(key.into()),
            pred: SortedVec::new(),
            insert: false,
        }
    }

    fn made(word: &str, kind: &Kind) -> Change {
        let actor = ActorId::from(kind.actor);
        let object = |path: &str| match path.rsplit_once('.') {
            None => (ObjectId::Root, path.to_owned()),
            Some((outer, inner)) => {
                let outer: Container = kind.container(outer).unwrap();
                (
                    ObjectId::Id(OpId::new(outer.number, &actor)),
                    inner.to_owned(),
                )
            }
        };
        let mut operations = vec![
            op(
                ObjectId::Root,
                "kind",
                OpType::Put(ScalarValue::Str(word.into())),
            ),
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
        let mut wrong = Vec::new();
        for (word, kind) in [
            ("customer", &customer::KIND),
            ("segment", &segment::KIND),
            ("settings", &settings::KIND),
        ] {
            let change = made(word, kind);
            let name = word.to_uppercase();
            if kind.genesis != change.raw_bytes() || kind.hash() != change.hash() {
                wrong.push(literal(&name, change.raw_bytes()));
                wrong.push(literal(&format!("{name}_HASH"), &change.hash().0));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
