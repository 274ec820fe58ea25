//! The schema: which tables there are, and since when.

/// Version of the schema this code opens. It rises with every table added, and never falls.
pub const SCHEMA_VERSION: u32 = 1;

/// A table of the store.
///
/// The list is append-only: a table is never renamed, renumbered or taken out, since a browser's database that was
/// upgraded from a manifest lacking a table loses that table with all it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Facts about this database: format versions, this device, the workspace, the cursor.
    Meta,
    /// Wrapped keys: the local sealing key, the device's keys, the workspace's epochs.
    Keys,
    /// Bulk documents, up to 512 in a pack.
    Packs,
    /// Changes of documents since they were packed.
    Tails,
    /// Changes made here that the relay has not acknowledged.
    Outbox,
    /// Items of the workspace's log as they came, kept until they are covered by a pack.
    Log,
    /// Segments of the columnar projection.
    Projection,
    /// Rows of the projection that changed since its segments were written.
    ProjectionLog,
    /// What people did and what it replaced, kept for undo.
    Actions,
    /// The signed membership chain.
    Chain,
}

impl Table {
    /// Every table there is, in the order they were added.
    pub const ALL: [Table; 10] = [
        Table::Meta,
        Table::Keys,
        Table::Packs,
        Table::Tails,
        Table::Outbox,
        Table::Log,
        Table::Projection,
        Table::ProjectionLog,
        Table::Actions,
        Table::Chain,
    ];

    /// The name under which a back end keeps the table. It is part of the format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Table::Meta => "meta",
            Table::Keys => "keys",
            Table::Packs => "packs",
            Table::Tails => "tails",
            Table::Outbox => "outbox",
            Table::Log => "log",
            Table::Projection => "projection",
            Table::ProjectionLog => "projection_log",
            Table::Actions => "actions",
            Table::Chain => "chain",
        }
    }

    /// The schema version that brought the table.
    #[must_use]
    pub const fn since(self) -> u32 {
        match self {
            Table::Meta
            | Table::Keys
            | Table::Packs
            | Table::Tails
            | Table::Outbox
            | Table::Log
            | Table::Projection
            | Table::ProjectionLog
            | Table::Actions
            | Table::Chain => 1,
        }
    }

    /// The tables of schema `version`, in the order they were added.
    pub fn of_version(version: u32) -> impl Iterator<Item = Table> {
        Table::ALL
            .into_iter()
            .filter(move |table| table.since() <= version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was released. Lines are added, never changed: a changed one means lost data on somebody's device.
    const RELEASED: &[(u32, &str)] = &[(
        1,
        "meta keys packs tails outbox log projection projection_log actions chain",
    )];

    #[test]
    fn released_schemas_stay_as_they_were() {
        for (version, names) in RELEASED {
            let now: Vec<_> = Table::of_version(*version).map(Table::name).collect();
            assert_eq!(now.join(" "), *names, "schema {version}");
        }
    }

    #[test]
    fn newest_schema_is_recorded_and_holds_every_table() {
        assert_eq!(RELEASED.last().unwrap().0, SCHEMA_VERSION);
        assert_eq!(Table::of_version(SCHEMA_VERSION).count(), Table::ALL.len());
    }
}
