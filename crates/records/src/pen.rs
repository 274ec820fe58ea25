//! Writing into a document, one value at a time, and taking it back.

use crate::layout::{Container, Kind};
use crate::{ChangeHash, RecordError};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ReadDoc, ScalarValue, Value};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What an edit made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The change as bytes: what is stored and sent.
    pub change: Vec<u8>,
    /// Its hash.
    pub hash: ChangeHash,
    /// How to take it back, a place at a time.
    pub inverses: Vec<Inverse>,
}

/// What became of taking an action back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What it made; `None` when nothing was left to take back.
    pub edited: Option<Edited>,
    /// Values that stay because somebody changed them since.
    pub kept: u32,
}

/// How to take one written value back: it applies only where the value is still what the action left.
///
/// Stored in the log of actions: fields are never renamed or reordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inverse {
    /// Path of the container.
    container: String,
    /// Key in it.
    key: String,
    /// The value that comes back; `None` takes the value out.
    before: Option<Held>,
    /// The value the action left.
    after: Option<Held>,
}

impl Inverse {
    pub(crate) fn new(
        container: Container,
        key: &str,
        before: Option<Held>,
        after: Option<Held>,
    ) -> Self {
        Self {
            container: container.path.to_owned(),
            key: key.to_owned(),
            before,
            after,
        }
    }
}

/// A scalar value as it stands in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Held {
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Something this version writes nowhere; it is compared by nothing and cannot be put back.
    Other,
}

impl Held {
    fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Str(text) => Self::Text(text.to_string()),
                ScalarValue::Boolean(flag) => Self::Flag(*flag),
                ScalarValue::Int(number) => Self::Number(*number),
                _ => Self::Other,
            },
            Value::Object(_) => Self::Other,
        }
    }

    fn scalar(&self) -> Option<ScalarValue> {
        Some(match self {
            Self::Text(text) => ScalarValue::Str(text.as_str().into()),
            Self::Flag(flag) => ScalarValue::Boolean(*flag),
            Self::Number(number) => ScalarValue::Int(*number),
            Self::Other => return None,
        })
    }
}

/// A pen over one document, within one transaction: it notes how to take back what it writes.
pub(crate) struct Pen<'a> {
    tx: Transaction<'a>,
    kind: &'static Kind,
    inverses: Vec<Inverse>,
    /// Where in `inverses` a place stands: one that is written twice is taken back in one step.
    places: HashMap<(u64, String), usize>,
    kept: u32,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(tx: Transaction<'a>, kind: &'static Kind) -> Self {
        Self {
            tx,
            kind,
            inverses: Vec::new(),
            places: HashMap::new(),
            kept: 0,
        }
    }

    /// The values under a key: one, several where they were written at the same time elsewhere (the winner last), or none.
    pub(crate) fn values(&self, container: Container, key: &str) -> Result<Vec<Held>, RecordError> {
        let all = self.tx.get_all(self.kind.object(container), key)?;
        Ok(all.iter().map(|(value, _)| Held::of(value)).collect())
    }

    /// Writes a value, unless it is the only one there; `None` takes out what is there.
    ///
    /// A scalar is taken out with a delete: unlike the delete of a map it hides nothing, since a value written at the same
    /// time elsewhere stays.
    pub(crate) fn put(
        &mut self,
        container: Container,
        key: &str,
        value: Option<Held>,
    ) -> Result<(), RecordError> {
        let mut now = self.values(container, key)?;
        let before = now.pop();
        if before == value && now.iter().all(|other| Some(other) == value.as_ref()) {
            return Ok(());
        }
        let object = self.kind.object(container);
        match value.as_ref().map(Held::scalar) {
            None => self.tx.delete(object, key)?,
            Some(Some(scalar)) => self.tx.put(object, key, scalar)?,
            Some(None) => return Ok(()),
        }
        self.note(container, key, before, value);
        Ok(())
    }

    /// Takes out every value of every container; the root stays.
    pub(crate) fn clear(&mut self) -> Result<(), RecordError> {
        for container in self.kind.containers {
            let keys: Vec<String> = self.tx.keys(self.kind.object(*container)).collect();
            for key in keys {
                let values = self.values(*container, &key)?;
                if values.iter().all(|value| *value != Held::Other) {
                    self.put(*container, &key, None)?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, container: Container, key: &str, before: Option<Held>, after: Option<Held>) {
        let next = self.inverses.len();
        let place = *self
            .places
            .entry((container.number, key.to_owned()))
            .or_insert(next);
        match self.inverses.get_mut(place) {
            Some(noted) => noted.after = after,
            None => self
                .inverses
                .push(Inverse::new(container, key, before, after)),
        }
    }

    /// Takes values back where they still are what the action left.
    pub(crate) fn take_back(&mut self, inverses: &[Inverse]) -> Result<(), RecordError> {
        for inverse in inverses {
            let Some(container) = self.kind.container(&inverse.container) else {
                self.kept = self.kept.saturating_add(1);
                continue;
            };
            let mut now = self.values(container, &inverse.key)?;
            let winner = now.pop();
            let alone = now.iter().all(|other| Some(other) == winner.as_ref());
            if alone && same(winner.as_ref(), inverse.before.as_ref()) {
                continue;
            }
            let ours = alone && same(winner.as_ref(), inverse.after.as_ref());
            if ours && inverse.before != Some(Held::Other) && winner != Some(Held::Other) {
                self.put(container, &inverse.key, inverse.before.clone())?;
            } else {
                self.kept = self.kept.saturating_add(1);
            }
        }
        Ok(())
    }

    pub(crate) fn is_unused(&self) -> bool {
        self.inverses.is_empty()
    }

    /// The transaction, how to take it back, and the number of values that were kept.
    pub(crate) fn into_parts(self) -> (Transaction<'a>, Vec<Inverse>, u32) {
        (self.tx, self.inverses, self.kept)
    }
}

/// Whether two values mean the same: a flag that was never set is one that is down.
fn same(a: Option<&Held>, b: Option<&Held>) -> bool {
    let down = |value: Option<&Held>| matches!(value, None | Some(Held::Flag(false)));
    a == b || (down(a) && down(b))
}
