//! A conversation with the relay.

use crate::membership::Appending;
use crate::reading::Asked;
use crate::sending::Sending;
use std::collections::VecDeque;
use tendero_protocol::message::{ChainTip, Limits};
use tendero_protocol::{EntryBody, Hash, LogItems, Seq};

/// Silence after which the relay is asked whether it is there, milliseconds.
pub(crate) const SILENCE: u64 = 10_000;

/// From the welcome until the connection breaks. Times are those of [`crate::clock::Clock`].
pub(crate) struct Session {
    /// What the relay takes.
    pub limits: Limits,
    pub since: u64,
    /// When to ask whether the relay is there.
    pub ask_at: u64,
    /// There is a ping that was not answered yet; when that is too late.
    pub ping: Option<u64>,
    pub pings: u64,
    /// Since when an answer other than to a ping is awaited.
    pub busy_since: Option<u64>,
    /// The relay's end of the membership chain.
    pub tip: ChainTip,
    pub chain_asked: bool,
    /// Hash of the entry that is being given back to a relay that lost it.
    pub restoring: Option<Hash>,
    pub appending: Option<Appending>,
    pub to_append: VecDeque<ToAppend>,
    /// The log's last number as far as the relay told.
    pub head: Seq,
    pub asked: Option<Asked>,
    /// A page that waits for the entry of a device it is signed by.
    pub held: Option<LogItems>,
    /// The relay's log or chain does not fit; nothing of the log is read until then, when all is tried anew.
    pub distrusted_until: Option<u64>,
    /// Whether the relay's chain can be ours; else nothing of it is taken, and nothing is added to it.
    pub chain_fits: bool,
    /// The cursor that the relay was told.
    pub cursor_told: Seq,
    pub sending: Sending,
}

/// An entry that somebody wants on the membership chain.
pub(crate) struct ToAppend {
    pub body: EntryBody,
    /// How often another entry was faster.
    pub conflicts: u8,
}

impl Session {
    pub(crate) fn new(
        now: u64,
        tip: ChainTip,
        head: Seq,
        limits: Limits,
        sending: Sending,
    ) -> Self {
        Self {
            limits,
            since: now,
            ask_at: now.saturating_add(SILENCE),
            ping: None,
            pings: 0,
            busy_since: None,
            tip,
            chain_asked: false,
            restoring: None,
            appending: None,
            to_append: VecDeque::new(),
            head,
            asked: None,
            held: None,
            distrusted_until: None,
            chain_fits: true,
            cursor_told: Seq(0),
            sending,
        }
    }

    /// The relay spoke.
    pub(crate) fn heard(&mut self, now: u64, answered: bool) {
        self.ask_at = now.saturating_add(SILENCE);
        self.ping = None;
        if answered {
            self.busy_since = None;
        }
    }

    /// Whether the relay owes an answer.
    pub(crate) fn is_owed(&self) -> bool {
        self.chain_asked
            || self.restoring.is_some()
            || self.appending.is_some()
            || self.asked.is_some()
            || self.sending.is_owed()
    }
}
