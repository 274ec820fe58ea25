//! What lies in the store: keys of the tables and the values behind them, each led by a version byte.
//!
//! | table | key | value (sealed unless said) |
//! |---|---|---|
//! | `Keys` | `local` | the local key, in clear until a lock wraps it |
//! | `Keys` | `device`, `keyring` | the device's seed; the workspace's keys |
//! | `Meta` | `me` | [`Me`] |
//! | `Meta` | `position` | [`Position`] |
//! | `Meta` | `attempt` | [`Attempt`], while a stretch of the log is being put in |
//! | `Meta` | `import` ‖ action id | [`ImportNote`] |
//! | `Meta` | `projection` | a counter, in clear: see [`PROJECTION_REVISION`] |
//! | `Chain` | number of the entry, u32 big endian | the signed entry |
//! | `Packs` | pack id | [`Pack`] |
//! | `Tails` | document id ‖ number, u32 big endian | [`Tail`] |
//! | `Outbox` | row id (a ULID: in order of writing) | [`OutboxRow`] |
//! | `Log` | sequence, u64 big endian ‖ kind | [`LogRow`], or an item that could not be read yet |
//! | `Projection` | 1 ‖ number, u32 big endian | a segment of rows |
//! | `Projection` | 2 ‖ segment id | [`SavedSegment`] |
//! | `ProjectionLog` | customer id | a row that is newer than its segment |
//! | `Actions` | action id | [`Action`]; of a job the first of several |
//! | `Actions` | action id ‖ number, u32 big endian | [`Action`]: a further transaction of a job |
//!
//! A document is its home pack's entry, which never changes, and its tail. Two tabs that write the next number of a tail
//! at once are told apart by the store: the second is refused and replays its edit on what the first one wrote.

use crate::error::EngineError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tendero_protocol::Bytes;
use tendero_records::Inverse;

/// Version of every value below.
const VERSION: u8 = 1;

/// Sixteen bytes that name a document, whatever it is.
pub(crate) type DocId = [u8; 16];

pub(crate) const LOCAL_KEY: &[u8] = b"local";
pub(crate) const DEVICE_KEY: &[u8] = b"device";
pub(crate) const KEYRING: &[u8] = b"keyring";
pub(crate) const ME: &[u8] = b"me";
pub(crate) const POSITION: &[u8] = b"position";
pub(crate) const ATTEMPT: &[u8] = b"attempt";
/// Where segments are written from several tabs, the counter here rises with each writing, and each writing names the
/// value it knows: who is late reads the segments anew. It is in clear, since a condition compares bytes.
pub(crate) const PROJECTION_REVISION: &[u8] = b"projection";

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocKind {
    Customer,
    Segment,
    Settings,
    /// Of a newer version: its changes are kept, nothing else.
    Unknown(u8),
}

impl DocKind {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Customer => 1,
            Self::Segment => 2,
            Self::Settings => 3,
            Self::Unknown(code) => code,
        }
    }

    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Customer,
            2 => Self::Segment,
            3 => Self::Settings,
            other => Self::Unknown(other),
        }
    }
}

/// Who this device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Me {
    pub workspace: [u8; 16],
    pub device: [u8; 16],
    pub member: [u8; 16],
    pub name: String,
}

/// How far the log was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position(pub tendero_protocol::LogPosition);

/// Documents as they were made or arrived, up to [`Pack::MOST`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Pack {
    pub documents: Vec<Packed>,
}

impl Pack {
    /// The most documents in one pack.
    pub(crate) const MOST: usize = 512;

    pub(crate) fn find(&self, doc: &DocId) -> Option<&Packed> {
        self.documents.iter().find(|packed| packed.doc == *doc)
    }
}

/// A document's beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packed {
    pub doc: DocId,
    pub kind: u8,
    pub salt: [u8; 16],
    pub changes: Vec<Bytes>,
}

/// Changes that came after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tail {
    pub changes: Vec<Bytes>,
}

/// Items the relay has not acknowledged. Their boundaries are fixed here, so that their names never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OutboxRow {
    /// These.
    Items(Vec<OutboxItem>),
    /// One for each document of a pack, in its order.
    Pack { pack: [u8; 16], len: u32 },
}

impl OutboxRow {
    pub(crate) fn len(&self) -> u32 {
        match self {
            Self::Items(items) => u32::try_from(items.len()).unwrap_or(u32::MAX),
            Self::Pack { len, .. } => *len,
        }
    }
}

/// One item to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutboxItem {
    pub doc: DocId,
    pub kind: u8,
    pub salt: [u8; 16],
    /// Whether it is the document's first, with which the salt travels.
    pub first: bool,
    pub changes: Vec<Bytes>,
}

/// What an item holds once it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemBody {
    pub doc: DocId,
    pub kind: u8,
    pub changes: Vec<Bytes>,
}

/// Names of what stands in the log, so that a relay that lost it can be given it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogRow {
    /// Sequence, item id, document (zero for an item that could not be read).
    pub items: Vec<(u64, [u8; 16], DocId)>,
}

/// Last byte of a key in the log table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogKey {
    /// A stretch that was read.
    Read = 0,
    /// Own items that were acknowledged.
    Acknowledged = 1,
    /// An item that could not be read; a later version tries again.
    Parked = 2,
}

/// Lies in the store while a stretch of the log is being put in. Found at the start, it says that an engine ended in the
/// middle: the stretch is then gone through with care, and a document that ends the engine a second time is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// The document in hand, noted only when care is taken.
    pub suspect: Option<DocId>,
    /// Documents with which an engine ended once: it may have been closed by chance.
    pub ended: Vec<DocId>,
    /// Documents with which it ended twice: their items are parked.
    pub left_out: Vec<DocId>,
}

impl Attempt {
    /// An engine ended: judges the document it had in hand.
    pub(crate) fn ended(mut self) -> Self {
        if let Some(suspect) = self.suspect.take() {
            if self.ended.contains(&suspect) {
                self.left_out.push(suspect);
            } else {
                self.ended.push(suspect);
            }
        }
        self
    }
}

/// A saved segment as the list of segments shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedSegment {
    pub name: String,
    /// JSON of the rule; `None` when this version does not know it.
    pub rule: Option<String>,
    pub deleted: bool,
}

/// What a person did, kept for undo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Action {
    pub author: [u8; 16],
    pub at_ms: u64,
    pub undone: bool,
    pub steps: Vec<Step>,
    /// Packs of customers an import made.
    pub packs: Vec<[u8; 16]>,
}

/// What an action did to one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub doc: DocId,
    pub kind: u8,
    /// For a customer: how to take it back.
    pub inverses: Vec<Inverse>,
    /// For a segment: what it was before.
    pub segment: Option<SavedSegment>,
}

/// An import that was made on this device, as the list of imports shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportNote {
    /// The file's name.
    pub name: String,
    /// When it began.
    pub at_ms: u64,
    pub created: u64,
    pub updated: u64,
    pub orders: u64,
    pub undone: bool,
}

/// Where notes on imports begin.
pub(crate) const IMPORTS: &[u8] = b"import";

pub(crate) fn import_key(action: &[u8; 16]) -> Vec<u8> {
    [IMPORTS, action].concat()
}

/// The row of a job's transaction; the first one bears the action's id alone.
pub(crate) fn action_key(action: &[u8; 16], number: u32) -> Vec<u8> {
    match number {
        0 => action.to_vec(),
        further => [action.as_slice(), &further.to_be_bytes()].concat(),
    }
}

/// A value as bytes.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // The types above have a known length and serialise into a growing vector; empty bytes are refused on reading.
    postcard::to_extend(value, vec![VERSION]).unwrap_or_default()
}

/// Bytes as a value.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, EngineError> {
    match bytes.split_first() {
        Some((&VERSION, body)) => postcard::from_bytes(body).map_err(|_| EngineError::Damaged),
        Some(_) => Err(EngineError::Newer),
        None => Err(EngineError::Damaged),
    }
}

pub(crate) fn tail_key(doc: &DocId, number: u32) -> Vec<u8> {
    [doc.as_slice(), &number.to_be_bytes()].concat()
}

pub(crate) fn log_key(seq: u64, kind: LogKey) -> Vec<u8> {
    [seq.to_be_bytes().as_slice(), &[kind as u8]].concat()
}

const ROWS: u8 = 1;
const SEGMENTS: u8 = 2;

pub(crate) fn rows_key(number: u32) -> Vec<u8> {
    [[ROWS].as_slice(), &number.to_be_bytes()].concat()
}

pub(crate) fn segment_key(segment: &DocId) -> Vec<u8> {
    [[SEGMENTS].as_slice(), segment].concat()
}

/// Where the rows end and the segments begin in the projection's table.
pub(crate) const ROWS_RANGE: (&[u8], &[u8]) = (&[ROWS], &[SEGMENTS]);
/// Where the segments are.
pub(crate) const SEGMENTS_RANGE: (&[u8], &[u8]) = (&[SEGMENTS], &[SEGMENTS + 1]);

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What version 1 looks like, for ever: a changed line means that somebody's data no longer opens.
    #[test]
    fn version_1_stays_as_it_was() {
        let change = Bytes(vec![0xAA, 0xBB]);
        let me = Me {
            workspace: [1; 16],
            device: [2; 16],
            member: [3; 16],
            name: "Ana".into(),
        };
        let pack = Pack {
            documents: vec![Packed {
                doc: [4; 16],
                kind: 1,
                salt: [5; 16],
                changes: vec![change.clone()],
            }],
        };
        let item = OutboxItem {
            doc: [4; 16],
            kind: 1,
            salt: [5; 16],
            first: true,
            changes: vec![change.clone()],
        };
        let segment = SavedSegment {
            name: "VIP".into(),
            rule: Some("{}".into()),
            deleted: false,
        };
        let action = Action {
            author: [3; 16],
            at_ms: 300,
            undone: false,
            steps: vec![Step {
                doc: [4; 16],
                kind: 2,
                inverses: Vec::new(),
                segment: Some(segment.clone()),
            }],
            packs: vec![[6; 16]],
        };
        let note = ImportNote {
            name: "a.csv".into(),
            at_ms: 300,
            created: 1,
            updated: 2,
            orders: 3,
            undone: false,
        };
        let body = ItemBody {
            doc: [4; 16],
            kind: 1,
            changes: vec![change.clone()],
        };
        let golden = [
            (
                encode(&me),
                format!(
                    "01{}{}{}03416e61",
                    "01".repeat(16),
                    "02".repeat(16),
                    "03".repeat(16)
                ),
            ),
            (
                encode(&pack),
                format!("0101{}01{}0102aabb", "04".repeat(16), "05".repeat(16)),
            ),
            (
                encode(&Tail {
                    changes: vec![change],
                }),
                "010102aabb".to_owned(),
            ),
            (
                encode(&OutboxRow::Items(vec![item])),
                format!("010001{}01{}010102aabb", "04".repeat(16), "05".repeat(16)),
            ),
            (
                encode(&OutboxRow::Pack {
                    pack: [6; 16],
                    len: 300,
                }),
                format!("0101{}ac02", "06".repeat(16)),
            ),
            (encode(&body), format!("01{}010102aabb", "04".repeat(16))),
            (
                encode(&LogRow {
                    items: vec![(300, [7; 16], [4; 16])],
                }),
                format!("0101ac02{}{}", "07".repeat(16), "04".repeat(16)),
            ),
            (
                encode(&Attempt {
                    suspect: Some([4; 16]),
                    ended: vec![[5; 16]],
                    left_out: vec![[6; 16]],
                }),
                format!(
                    "0101{}01{}01{}",
                    "04".repeat(16),
                    "05".repeat(16),
                    "06".repeat(16)
                ),
            ),
            (encode(&segment), "010356495001027b7d00".to_owned()),
            (
                encode(&action),
                format!(
                    "01{}ac020001{}0200010356495001027b7d0001{}",
                    "03".repeat(16),
                    "04".repeat(16),
                    "06".repeat(16)
                ),
            ),
        ];
        let golden = golden
            .into_iter()
            .chain([(encode(&note), "0105612e637376ac0201020300".to_owned())]);
        for (bytes, expected) in golden {
            assert_eq!(hex(&bytes), expected);
        }
    }

    #[test]
    fn keys_sort_in_the_order_of_what_they_name() {
        assert!(tail_key(&[1; 16], 255) < tail_key(&[1; 16], 256));
        assert!(log_key(255, LogKey::Parked) < log_key(256, LogKey::Read));
        assert!(rows_key(u32::MAX).as_slice() < ROWS_RANGE.1);
    }

    #[test]
    fn what_is_newer_is_told_from_what_is_damaged() {
        let mut bytes = encode(&Tail {
            changes: Vec::new(),
        });
        assert!(decode::<Tail>(&bytes).is_ok());
        bytes[0] = 2;
        assert!(matches!(decode::<Tail>(&bytes), Err(EngineError::Newer)));
        assert!(matches!(decode::<Tail>(&[1, 9]), Err(EngineError::Damaged)));
        assert!(matches!(decode::<Tail>(&[]), Err(EngineError::Damaged)));
    }
}
