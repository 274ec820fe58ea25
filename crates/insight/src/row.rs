//! One customer as the projection holds it.

use crate::IndexError;
use serde::{Deserialize, Serialize};
use tendero_domain::{CustomerId, Day};

/// The version of [`CustomerRow::encode`]'s bytes.
const VERSION: u8 = 1;

/// Where a customer stands in one [`Index`](crate::Index); stays the same as long as that index lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowNo(pub(crate) u32);

/// What list, search and segments know of a customer.
///
/// Fields are encoded in this order: never reorder them, a new one asks for a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Who.
    pub id: CustomerId,
    /// Where the engine keeps the document; opaque here.
    pub home: [u8; 16],
    /// Name of the establishment, organisation or private person.
    pub name: String,
    /// The person one talks to.
    pub person: String,
    /// Telephone, as written.
    pub phone: String,
    /// Mail address.
    pub email: String,
    /// City of the main site.
    pub city: String,
    /// Country of the main site.
    pub country: String,
    /// The key under which another system knows the customer.
    pub key: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Text that is only searched: what is written about the customer and in the timeline.
    pub notes: String,
    /// Number of purchases.
    pub orders: u32,
    /// Total of all purchases, in minor units of the workspace's currency.
    pub total_minor: i64,
    /// Day of the last purchase.
    pub last_purchase: Option<Day>,
    /// Day of the last visit or call.
    pub last_contact: Option<Day>,
    /// Day on which the customer was made.
    pub created: Option<Day>,
    /// Fields with two values beside each other.
    pub conflicts: u32,
    /// Whether it was taken out of the lists.
    pub deleted: bool,
}

impl CustomerRow {
    /// The most bytes of one text that an index keeps; what is longer is cut at a character.
    pub const MAX_TEXT: usize = 65_535;

    /// A customer of whom nothing is known yet.
    #[must_use]
    pub const fn blank(id: CustomerId, home: [u8; 16]) -> Self {
        Self {
            id,
            home,
            name: String::new(),
            person: String::new(),
            phone: String::new(),
            email: String::new(),
            city: String::new(),
            country: String::new(),
            key: String::new(),
            tags: Vec::new(),
            notes: String::new(),
            orders: 0,
            total_minor: 0,
            last_purchase: None,
            last_contact: None,
            created: None,
            conflicts: 0,
            deleted: false,
        }
    }

    /// The row as bytes: a version byte, then its fields in postcard's format.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Writing into a growing vector has no way to fail for a type without maps or unsized sequences.
        postcard::to_extend(self, vec![VERSION]).unwrap_or_default()
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`IndexError`] when the version is not known or the bytes are damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, IndexError> {
        let (&version, body) = bytes.split_first().ok_or(IndexError::Damaged)?;
        if version != VERSION {
            return Err(IndexError::UnknownVersion(version));
        }
        match postcard::take_from_bytes(body) {
            Ok((row, [])) => Ok(row),
            _ => Err(IndexError::Damaged),
        }
    }
}
