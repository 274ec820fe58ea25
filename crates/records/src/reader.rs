//! Reading tolerantly: a value of another type is read as well as it can be, and counted.

use crate::author::member_of;
use crate::document::Document;
use crate::layout::{Container, Kind};
use automerge::iter::{MapRange, MapRangeItem};
use automerge::{Automerge, ChangeHash, ObjId, ObjType, ReadDoc, ScalarValue, Value};
use tendero_domain::{MemberId, Timestamp};

/// Reads one document.
pub(crate) struct Reader<'a> {
    doc: &'a Automerge,
    kind: &'static Kind,
    /// Values of another type or form than this version writes.
    pub flagged: u32,
    /// Times of changes that were looked up, since many values come from few changes.
    times: Vec<(ChangeHash, Option<Timestamp>)>,
}

/// A value with the operation that wrote it.
pub(crate) struct Found {
    value: Value<'static>,
    id: ObjId,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self {
            doc: &document.doc,
            kind: document.kind,
            flagged: 0,
            times: Vec::new(),
        }
    }

    /// What is in a container, in the order of the keys.
    pub(crate) fn items(&self, container: Container) -> MapRange<'a> {
        self.doc.map_range(self.kind.object(container), ..)
    }

    /// All values of a key: one, or several where they were written at the same time elsewhere, the winner last.
    pub(crate) fn values(&self, container: Container, item: &MapRangeItem<'_>) -> Vec<Found> {
        if item.conflict {
            let all = self
                .doc
                .get_all(self.kind.object(container), item.key.as_ref())
                .unwrap_or_default();
            return all
                .into_iter()
                .map(|(value, id)| Found {
                    value: value.into_owned(),
                    id,
                })
                .collect();
        }
        vec![Found {
            value: item.value.clone().into_value(),
            id: item.id(),
        }]
    }

    /// The value that every device shows.
    pub(crate) fn winner(&self, item: &MapRangeItem<'_>) -> Found {
        Found {
            value: item.value.clone().into_value(),
            id: item.id(),
        }
    }

    /// A value as text; `None` when it is none or is empty.
    pub(crate) fn text(&mut self, found: &Found) -> Option<String> {
        let text = match &found.value {
            Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Str(text) => text.to_string(),
                ScalarValue::Int(_)
                | ScalarValue::Uint(_)
                | ScalarValue::F64(_)
                | ScalarValue::Counter(_)
                | ScalarValue::Timestamp(_)
                | ScalarValue::Boolean(_) => {
                    self.flag();
                    loose_text(scalar)
                }
                ScalarValue::Null | ScalarValue::Bytes(_) | ScalarValue::Unknown { .. } => {
                    self.flag();
                    return None;
                }
            },
            // A later version may keep long texts like this.
            Value::Object(ObjType::Text) => self.doc.text(&found.id).unwrap_or_default(),
            Value::Object(_) => {
                self.flag();
                return None;
            }
        };
        (!text.is_empty()).then_some(text)
    }

    /// A value as yes or no; anything else is a no.
    pub(crate) fn is_set(&mut self, found: &Found) -> bool {
        if let Value::Scalar(scalar) = &found.value
            && let ScalarValue::Boolean(flag) = scalar.as_ref()
        {
            return *flag;
        }
        self.flag();
        false
    }

    /// A flag that hides something is up only when every value says so: where it was taken out and brought back at the same
    /// time, it is there.
    pub(crate) fn is_hidden(&mut self, container: Container, item: &MapRangeItem<'_>) -> bool {
        let values = self.values(container, item);
        // Every value is looked at, so that each odd one is counted.
        let shown = values.iter().filter(|value| !self.is_set(value)).count();
        shown == 0
    }

    /// Whether a value is yes or no, and which.
    pub(crate) fn as_flag(found: &Found) -> Option<bool> {
        match &found.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            Value::Object(_) => None,
        }
    }

    /// Counts a value of another type or form.
    pub(crate) fn flag(&mut self) {
        self.flagged = self.flagged.saturating_add(1);
    }

    /// Who wrote a value, where its change says so.
    pub(crate) fn by(&self, found: &Found) -> Option<MemberId> {
        let ObjId::Id(_, actor, _) = &found.id else {
            return None;
        };
        member_of(self.doc.get_author_for_actor(actor)?.as_bytes())
    }

    /// When a value was written, to the second, where its change says so.
    pub(crate) fn at(&mut self, found: &Found) -> Option<Timestamp> {
        let hash = self.doc.hash_for_opid(&found.id)?;
        if let Some((_, at)) = self.times.iter().find(|(known, _)| *known == hash) {
            return *at;
        }
        let seconds = self
            .doc
            .get_change_meta_by_hash(&hash)
            .map_or(0, |change| change.timestamp);
        let at = (seconds != 0).then(|| Timestamp {
            ms: seconds.saturating_mul(1000),
            offset_minutes: 0,
        });
        self.times.push((hash, at));
        at
    }
}

fn loose_text(scalar: &ScalarValue) -> String {
    match scalar {
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => number.to_string(),
        ScalarValue::Uint(number) => number.to_string(),
        ScalarValue::F64(number) => number.to_string(),
        ScalarValue::Boolean(flag) => flag.to_string(),
        ScalarValue::Counter(counter) => i64::from(counter).to_string(),
        _ => String::new(),
    }
}
