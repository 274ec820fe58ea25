//! Identifiers: 16 bytes, written as the 26 characters of a ULID.

use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: 26 characters of Crockford's base 32 are expected")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The identifier with exactly these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// A new identifier from the time in milliseconds and ten random bytes (ULID specification).
            #[must_use]
            pub fn make(now_ms: u64, random: [u8; 10]) -> Self {
                let mut wide = [0u8; 16];
                for (to, from) in wide.iter_mut().skip(6).zip(random) {
                    *to = from;
                }
                Self(ulid::Ulid::from_parts(now_ms, u128::from_be_bytes(wide)).to_bytes())
            }

            /// The sixteen bytes.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                ulid::Ulid::from_bytes(self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                ulid::Ulid::from_string(text).map(|id| Self(id.to_bytes())).map_err(|_| IdError)
            }
        }
    };
}

id!(
    /// A team's data.
    WorkspaceId
);
id!(
    /// A customer; also the identifier of the customer's document.
    CustomerId
);
id!(
    /// Something that happened with a customer: a note, a visit, a call.
    EntryId
);
id!(
    /// A purchase.
    OrderId
);
id!(
    /// A saved segment; also the identifier of its document.
    SegmentId
);
id!(
    /// A person of the team.
    MemberId
);
id!(
    /// One action of a person, which can be undone as a whole.
    ActionId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_a_ulid_and_comes_back() {
        let id = CustomerId::make(1_700_000_000_000, [7; 10]);
        let text = id.to_string();
        assert_eq!(text.len(), 26);
        assert_eq!(text.parse::<CustomerId>().unwrap(), id);
        assert_eq!("nonsense".parse::<CustomerId>(), Err(IdError));
    }

    #[test]
    fn later_identifiers_sort_after_earlier_ones() {
        assert!(EntryId::make(1, [255; 10]) < EntryId::make(2, [0; 10]));
    }
}
