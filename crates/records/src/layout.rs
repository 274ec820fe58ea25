//! Where things stand in a document: the kinds of documents and the containers their genesis makes.
//!
//! The genesis is one constant change. Its operations are numbered from 1 in the order below, so a container is known by
//! its number and found without looking up its name: a change that writes something else under the same name hides
//! nothing from this program.
//!
//! **Invariant:** what is listed here is stored in every document; nothing is renamed, moved or taken out. A further
//! container needs a further constant change of an actor of its own (a schema upgrade), never a longer genesis.

use automerge::{ActorId, ChangeHash, ObjId, ROOT};

/// Operations of a genesis before its first container: they say of which kind and schema version the document is.
const BEFORE_CONTAINERS: u64 = 2;

/// A map in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Container {
    /// Its path from the root, joined with points; empty for the root.
    pub path: &'static str,
    /// The number of the operation that makes it; 0 for the root.
    pub number: u64,
}

/// The root map of a document.
pub(crate) const TOP: Container = Container {
    path: "",
    number: 0,
};

/// A kind of document.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The reserved actor of its genesis.
    pub actor: [u8; 16],
    /// The genesis as stored bytes.
    pub genesis: &'static [u8],
    /// The hash of the genesis.
    pub genesis_hash: [u8; 32],
    /// Its containers, in the order of their numbers.
    pub containers: &'static [Container],
}

impl Kind {
    /// The object of a container.
    pub(crate) fn object(&self, container: Container) -> ObjId {
        if container.number == 0 {
            ROOT
        } else {
            // The genesis' actor has no fixed place among the actors of a document; Automerge looks it up when the hint is wrong.
            ObjId::Id(container.number, ActorId::from(self.actor), 0)
        }
    }

    /// The container with this path, if this version knows it.
    pub(crate) fn container(&self, path: &str) -> Option<Container> {
        if path.is_empty() {
            return Some(TOP);
        }
        self.containers
            .iter()
            .copied()
            .find(|container| container.path == path)
    }

    /// The number of the first operation after the genesis.
    pub(crate) const fn next_number(&self) -> u64 {
        BEFORE_CONTAINERS + self.containers.len() as u64 + 1
    }

    pub(crate) const fn hash(&self) -> ChangeHash {
        ChangeHash(self.genesis_hash)
    }
}

/// A container that is the work of this operation of the genesis.
const fn made_by(number: u64, path: &'static str) -> Container {
    Container { path, number }
}

/// Containers of a customer. What no screen uses yet is here too, since a genesis never grows.
pub(crate) mod customer {
    use super::{Container, Kind, made_by};
    use crate::genesis;
    use tendero_domain::Field;

    /// Names, tax identifier, source, free words.
    pub(crate) const IDENTITY: Container = made_by(3, "identity");
    /// Establishments.
    pub(crate) const SITES: Container = made_by(4, "sites");
    /// The main establishment: its address.
    pub(crate) const SITES_MAIN: Container = made_by(5, "sites.main");
    /// People in roles.
    pub(crate) const PEOPLE: Container = made_by(6, "people");
    /// The person who stands first.
    pub(crate) const PEOPLE_MAIN: Container = made_by(7, "people.main");
    /// Ways to reach somebody.
    pub(crate) const CONTACTS: Container = made_by(8, "contacts");
    /// The main telephone.
    pub(crate) const CONTACTS_PHONE: Container = made_by(9, "contacts.phone");
    /// The main mail address.
    pub(crate) const CONTACTS_EMAIL: Container = made_by(10, "contacts.email");
    /// Fields of the team's own.
    pub(crate) const CUSTOM: Container = made_by(11, "custom");
    /// Tags: folded form to written form, or `false` once taken off.
    pub(crate) const TAGS: Container = made_by(12, "tags");
    /// Relations to other customers.
    pub(crate) const RELATIONS: Container = made_by(13, "relations");
    /// Consent and other grounds, as a log.
    pub(crate) const LEGAL_BASIS: Container = made_by(14, "legalBasis");
    /// Prices, payment terms.
    pub(crate) const CONDITIONS: Container = made_by(15, "conditions");
    /// Notes, visits, calls, tasks: an [item](crate::item) each.
    pub(crate) const ACTIVITIES: Container = made_by(16, "activities");
    /// Opportunities.
    pub(crate) const OPPORTUNITIES: Container = made_by(17, "opportunities");
    /// Quotes.
    pub(crate) const QUOTES: Container = made_by(18, "quotes");
    /// Purchases: an [item](crate::item) each.
    pub(crate) const ORDERS: Container = made_by(19, "orders");
    /// Payments.
    pub(crate) const PAYMENTS: Container = made_by(20, "payments");
    /// Complaints and questions.
    pub(crate) const CASES: Container = made_by(21, "cases");
    /// The ledger of points.
    pub(crate) const LOYALTY: Container = made_by(22, "loyalty");
    /// References to files.
    pub(crate) const ATTACHMENTS: Container = made_by(23, "attachments");
    /// Records this one was merged with.
    pub(crate) const ALIASES: Container = made_by(24, "aliases");
    /// Purchases from before, where only their sum is known.
    pub(crate) const BEFORE: Container = made_by(25, "before");

    /// The container a field stands in: what [`Field::path`] says, without a search.
    pub(crate) const fn of_field(field: Field) -> Container {
        match field {
            Field::Name
            | Field::LegalName
            | Field::TaxId
            | Field::Source
            | Field::About
            | Field::ExternalKey => IDENTITY,
            Field::Person => PEOPLE_MAIN,
            Field::Phone => CONTACTS_PHONE,
            Field::Email => CONTACTS_EMAIL,
            Field::Street | Field::City | Field::PostalCode | Field::Region | Field::Country => {
                SITES_MAIN
            }
        }
    }

    const ALL: [Container; 23] = [
        IDENTITY,
        SITES,
        SITES_MAIN,
        PEOPLE,
        PEOPLE_MAIN,
        CONTACTS,
        CONTACTS_PHONE,
        CONTACTS_EMAIL,
        CUSTOM,
        TAGS,
        RELATIONS,
        LEGAL_BASIS,
        CONDITIONS,
        ACTIVITIES,
        OPPORTUNITIES,
        QUOTES,
        ORDERS,
        PAYMENTS,
        CASES,
        LOYALTY,
        ATTACHMENTS,
        ALIASES,
        BEFORE,
    ];

    /// The kind.
    pub(crate) static KIND: Kind = Kind {
        actor: *b"tendero.customer",
        genesis: &genesis::CUSTOMER,
        genesis_hash: genesis::CUSTOMER_HASH,
        containers: &ALL,
    };
}

/// Containers of a segment.
pub(crate) mod segment {
    use super::{Container, Kind, made_by};
    use crate::genesis;

    /// For what later versions add.
    pub(crate) const CUSTOM: Container = made_by(3, "custom");

    const ALL: [Container; 1] = [CUSTOM];

    /// The kind.
    pub(crate) static KIND: Kind = Kind {
        actor: *b"tendero.segment\0",
        genesis: &genesis::SEGMENT,
        genesis_hash: genesis::SEGMENT_HASH,
        containers: &ALL,
    };
}

/// Containers of a workspace's settings.
pub(crate) mod settings {
    use super::{Container, Kind, made_by};
    use crate::genesis;

    /// Fields of the team's own: what they are.
    pub(crate) const FIELDS: Container = made_by(3, "fields");
    /// Tags: their colours and groups.
    pub(crate) const TAGS: Container = made_by(4, "tags");
    /// Stages of the pipeline.
    pub(crate) const STAGES: Container = made_by(5, "stages");
    /// How orders and quotes are numbered.
    pub(crate) const NUMBERING: Container = made_by(6, "numbering");
    /// For what later versions add.
    pub(crate) const CUSTOM: Container = made_by(7, "custom");

    const ALL: [Container; 5] = [FIELDS, TAGS, STAGES, NUMBERING, CUSTOM];

    /// The kind.
    pub(crate) static KIND: Kind = Kind {
        actor: *b"tendero.settings",
        genesis: &genesis::SETTINGS,
        genesis_hash: genesis::SETTINGS_HASH,
        containers: &ALL,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_numbered_without_a_gap() {
        for kind in [&customer::KIND, &segment::KIND, &settings::KIND] {
            for (i, container) in kind.containers.iter().enumerate() {
                assert_eq!(container.number, BEFORE_CONTAINERS + 1 + i as u64);
                assert_eq!(kind.container(container.path), Some(*container));
            }
        }
    }

    #[test]
    fn every_field_stands_where_its_path_says() {
        for field in tendero_domain::Field::ALL {
            let path = match field.path() {
                (outer, "", _) => outer.to_owned(),
                (outer, inner, _) => format!("{outer}.{inner}"),
            };
            assert_eq!(customer::of_field(field).path, path);
        }
    }
}
