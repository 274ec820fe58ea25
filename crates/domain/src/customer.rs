//! A customer's fields.

use crate::{CustomerId, Entry, Order, PurchasesBefore};
use serde::{Deserialize, Serialize};

/// A field of a customer that holds one text value and is edited on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The name that leads everywhere: the establishment's trade name, or the person's name where there is no establishment.
    Name,
    /// The legal name.
    LegalName,
    /// The tax identifier.
    TaxId,
    /// The person who stands beneath the establishment.
    Person,
    /// The main telephone number, as it was written.
    Phone,
    /// The main mail address.
    Email,
    /// Street and number of the main site.
    Street,
    /// City of the main site.
    City,
    /// Postal code of the main site.
    PostalCode,
    /// Province or region of the main site.
    Region,
    /// Country of the main site, as it was written.
    Country,
    /// Where the customer came from.
    Source,
    /// Needs, preferences and habits, in free words.
    About,
    /// The key of the customer in another program; empty for one made by hand.
    ExternalKey,
}

impl Field {
    /// All fields, in the order in which a record shows them.
    pub const ALL: [Self; 14] = [
        Self::Name,
        Self::Person,
        Self::Phone,
        Self::Email,
        Self::Street,
        Self::PostalCode,
        Self::City,
        Self::Region,
        Self::Country,
        Self::LegalName,
        Self::TaxId,
        Self::Source,
        Self::About,
        Self::ExternalKey,
    ];

    /// The place of the field in the customer's document: container, entry of it (empty for none), key.
    ///
    /// Stored and sent: never changed, only added to.
    #[must_use]
    pub const fn path(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Name => ("identity", "", "name"),
            Self::LegalName => ("identity", "", "legalName"),
            Self::TaxId => ("identity", "", "taxId"),
            Self::Source => ("identity", "", "source"),
            Self::About => ("identity", "", "about"),
            Self::ExternalKey => ("identity", "", "externalKey"),
            Self::Person => ("people", "main", "name"),
            Self::Phone => ("contacts", "phone", "value"),
            Self::Email => ("contacts", "email", "value"),
            Self::Street => ("sites", "main", "street"),
            Self::City => ("sites", "main", "city"),
            Self::PostalCode => ("sites", "main", "postalCode"),
            Self::Region => ("sites", "main", "region"),
            Self::Country => ("sites", "main", "country"),
        }
    }

    /// The word for the field in locale files, file headers and the undo log; never changed.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LegalName => "legalName",
            Self::TaxId => "taxId",
            Self::Person => "person",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Street => "street",
            Self::City => "city",
            Self::PostalCode => "postalCode",
            Self::Region => "region",
            Self::Country => "country",
            Self::Source => "source",
            Self::About => "about",
            Self::ExternalKey => "externalKey",
        }
    }

    /// The field with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// The most characters a value may have; longer input is refused with a message.
    #[must_use]
    pub const fn max_chars(self) -> usize {
        match self {
            Self::About => 20_000,
            _ => 500,
        }
    }
}

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contact {
    /// By telephone.
    Phone,
    /// By mail.
    Email,
}

/// A customer as a form or a file gives it, before there is a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    /// Its identifier.
    pub id: CustomerId,
    /// Values of its fields; at most one per field, none empty.
    pub fields: Vec<(Field, String)>,
    /// Tags.
    pub tags: Vec<String>,
    /// Notes, visits, calls.
    pub entries: Vec<Entry>,
    /// Purchases.
    pub orders: Vec<Order>,
    /// Purchases from before, where only their sum is known.
    pub before: Option<PurchasesBefore>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_own_place_and_key() {
        for (i, a) in Field::ALL.iter().enumerate() {
            for b in Field::ALL.iter().skip(i + 1) {
                assert_ne!(a.path(), b.path());
                assert_ne!(a.key(), b.key());
            }
            assert_eq!(Field::from_key(a.key()), Some(*a));
        }
    }
}
