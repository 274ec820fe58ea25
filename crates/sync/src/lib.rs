//! Sync without sockets, clocks or storage: events in, effects out.
//!
//! - [`Sync`]: a device of a workspace and its relay, from the first greeting to the last acknowledged item;
//! - [`Joining`]: a newcomer with an invitation's link, before there is a [`Sync`];
//! - [`create`]: the first entry of a new workspace's membership chain.
//!
//! **Architecture invariants.** One entry point takes an event, the time and a source of randomness, and returns what is to
//! be done, in order. The clock only decides when to wait and when to give up. Whatever comes from the relay is checked
//! against the membership chain and the log's hash chain before it leaves this crate; nothing a relay sends makes this code
//! panic, or forget something that the device has. Nothing here opens an item.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod clock;
mod create;
mod effect;
mod event;
mod greeting;
mod join_effect;
mod joining;
mod line;
mod membership;
mod pace;
mod page;
mod reading;
mod sending;
mod session;
mod state;
mod stretch;
mod sync;

pub use create::create;
pub use effect::{Ack, AppendFailure, Effect};
pub use event::Event;
pub use join_effect::{JoinEffect, JoinEvent, JoinFailure};
pub use joining::Joining;
pub use state::State;
pub use stretch::{Arrived, Stretch};
pub use sync::{Me, Sync};
