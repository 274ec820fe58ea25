//! A segment that is not saved yet, noted in `history.state`: "back" and a reload find it, and nothing of it is in the address.

use crate::state::Address;
use tendero_domain::{Rule, SegmentId};
use tendero_messages::{decode, encode};

const NAME: &str = "segment";

/// What was built so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// Which.
    pub id: SegmentId,
    /// Its name so far.
    pub name: String,
    /// Its rule so far.
    pub rule: Rule,
}

impl Noted {
    /// What is noted of this segment.
    #[must_use]
    pub fn read(address: Address, id: SegmentId) -> Option<Self> {
        Self::from_text(&address.noted(NAME)).filter(|noted| noted.id == id)
    }

    /// Notes it in place of what was noted before.
    pub fn write(&self, address: Address) {
        address.note(NAME, &self.to_text());
    }

    /// Nothing is to be noted any more.
    pub fn clear(address: Address) {
        address.note(NAME, "");
    }

    fn to_text(&self) -> String {
        let rule: String = encode(&self.rule)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{} {rule} {}", self.id, self.name)
    }

    /// `None` for what an older version has noted: it is forgotten.
    fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let id = parts.next()?.parse().ok()?;
        let hex = parts.next()?;
        let name = parts.next()?.to_owned();
        let bytes: Option<Vec<u8>> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
            .collect();
        let rule = decode(&bytes?).ok()?;
        Some(Self { id, name, rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendero_domain::{Condition, TextTest};

    #[test]
    fn what_is_noted_comes_back() {
        let noted = Noted {
            id: SegmentId::make(1, [3; 10]),
            name: "Los de Toro".into(),
            rule: Rule::Any(vec![Rule::Is(Condition::City(TextTest::Contains(
                "ñ".into(),
            )))]),
        };
        assert_eq!(Noted::from_text(&noted.to_text()), Some(noted));
        for text in [
            "",
            "x",
            "01 zz",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV 0 a",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV 09ff a",
        ] {
            assert_eq!(Noted::from_text(text), None, "{text}");
        }
    }
}
