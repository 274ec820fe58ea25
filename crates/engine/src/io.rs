//! What goes into the engine and what comes out.

use tendero_domain::ActionId;
use tendero_messages::{FromEngine, ToEngine};
use tendero_vault::Random;

/// What the engine cannot know by itself.
pub trait Host: Random {
    /// Milliseconds since 1970 by this device's clock. It decides nothing but display, waiting times and new identifiers.
    fn now_ms(&self) -> u64;
    /// Milliseconds that never go back, for cutting work into slices.
    fn steady_ms(&self) -> f64;
}

/// A file that a person chose.
#[allow(async_fn_in_trait)] // one thread, by design, as with the store
pub trait Source {
    /// Reads at most `len` bytes from `offset`; fewer only at the end. `None` when the file cannot be read (any more).
    async fn read(&self, offset: u64, len: usize) -> Option<Vec<u8>>;
}

/// Something that happened.
#[derive(Debug)]
pub enum Input<F> {
    /// The page said something. For [`ToEngine::OpenFile`] use [`Input::File`] instead.
    Page(ToEngine),
    /// The page said [`ToEngine::OpenFile`], and this is the file.
    File {
        /// Its id.
        id: ActionId,
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// Its bytes.
        source: F,
    },
    /// The socket asked for by [`Output::Connect`] is open.
    Opened,
    /// A message came over it.
    Received(Vec<u8>),
    /// It is closed, or was refused.
    Closed,
    /// It was refused, by a server that answers and is not a relay.
    NotARelay,
    /// The time named by [`Output::Wake`] has come.
    Woken,
    /// This tab may use the network and tidy the store (`true`), or another one does now (`false`).
    Leader(bool),
    /// Another tab's engine said this with [`Output::Tell`].
    Told(Vec<u8>),
}

/// Something to be done.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Tell the page.
    Page(FromEngine),
    /// Open a socket to this address; an older one is forgotten.
    Connect(String),
    /// Send this over the socket.
    Send(Vec<u8>),
    /// Close the socket.
    Close,
    /// Feed [`Input::Woken`] in so many milliseconds; replaces an earlier wish.
    Wake(u64),
    /// Try to become the tab that uses the network, and answer with [`Input::Leader`] when it is so. Asked once.
    Lead,
    /// Tell the engines of the other tabs.
    Tell(Vec<u8>),
}
