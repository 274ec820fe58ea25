use tendero_protocol::{DeviceId, DocTag, Hash, Item, ItemId, LogPosition, MemberId, SaltRow, Seq};

/// Consecutive entries of the log, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The entries, ascending.
    pub entries: Vec<Arrived>,
    /// Salts of their documents. Unsigned: a false one opens nothing.
    pub salts: Vec<SaltRow>,
    /// The position after them.
    pub position: LogPosition,
}

/// An entry of the log and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its number.
    pub seq: Seq,
    /// Its name.
    pub item_id: ItemId,
    /// Its document.
    pub doc_tag: DocTag,
    /// Its hash.
    pub hash: Hash,
    /// The item; `None` for this device's own, and for what the relay no longer has.
    pub item: Option<Item>,
    /// The device that signed it.
    pub device: DeviceId,
    /// The device's member.
    pub member: MemberId,
}
