use tendero_protocol::{EntryBody, Item, SaltRow};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The network may be used. Said again, for instance when the browser comes online, it means: try at once.
    Start,
    /// The network may not be used any more.
    Stop,
    /// The connection asked for with [`crate::Effect::Connect`] is open.
    Opened,
    /// A message came over it.
    Received(Vec<u8>),
    /// It is closed, or could not be opened.
    Closed,
    /// It could not be opened, and what answers there in other ways is not a relay.
    NotARelay,
    /// The time named by [`crate::Effect::Wake`] has come.
    Woken,
    /// So many items wait for the relay now, those already on their way included.
    Pending(u32),
    /// Answer to [`crate::Effect::NextItems`].
    Items {
        /// The items, in order; none means that there is nothing more now.
        items: Vec<Item>,
        /// Salts of documents that begin with one of them.
        salts: Vec<SaltRow>,
    },
    /// Answer to [`crate::Effect::Apply`]: durable now.
    Applied,
    /// Answer to [`crate::Effect::Apply`]: it could not be stored. It is fetched again later.
    NotApplied,
    /// Sign this and add it to the membership chain. Needs a connection; answered by
    /// [`crate::Effect::Appended`] or [`crate::Effect::AppendFailed`], in order.
    Append(EntryBody),
}
