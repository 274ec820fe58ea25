//! The membership chain: fetched where it has grown, given back where a relay lost it, added to.

use crate::line::Line;
use crate::session::ToAppend;
use crate::sync::Sync;
use crate::{AppendFailure, Effect};
use tendero_protocol::message::{Append, ChainEntries, ChainTip, RefusedReason};
use tendero_protocol::{Chain, ClientMessage, EntryBody, Hash};

/// How often others may be faster before an entry is given up.
const CONFLICTS: u8 = 8;

/// An entry on its way to the relay.
pub(crate) struct Appending {
    wanted: ToAppend,
    hash: Hash,
    /// Another entry was faster: to be signed again once that one is here.
    overtaken: bool,
}

impl Sync {
    pub(crate) fn want_appended(&mut self, body: EntryBody) {
        match &mut self.line {
            Line::Open(session) if session.chain_fits => {
                session.to_append.push_back(ToAppend { body, conflicts: 0 });
            }
            _ => {
                let failed = Effect::AppendFailed(AppendFailure::Disconnected);
                self.out.push(failed);
            }
        }
    }

    /// Fetches, gives back, or adds, one at a time.
    pub(crate) fn pursue_chain(&mut self) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let idle = session.chain_fits && !session.chain_asked && session.restoring.is_none();
        if !idle {
            return;
        }
        let (here, there) = (self.chain.length(), session.tip.length);
        if there > here {
            session.chain_asked = true;
            self.send(&ClientMessage::Chain(here));
        } else if there < here {
            if self.unrestorable {
                self.fail_appends(AppendFailure::Refused(RefusedReason::EntryRejected));
            } else {
                self.restore();
            }
        } else if session.appending.as_ref().is_none_or(|it| it.overtaken) {
            self.append_next();
        }
    }

    /// Gives the relay the first entry that it does not have.
    fn restore(&mut self) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let Some(entry) = self.chain.entries_from(session.tip.length).first() else {
            return;
        };
        session.restoring = Some(entry.hash());
        let append = Append {
            workspace: self.me.workspace,
            prev: session.tip.head,
            entry: entry.clone(),
            proof: None,
        };
        self.send(&ClientMessage::Append(append));
    }

    /// Signs the next wanted entry for the chain as it is now.
    fn append_next(&mut self) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let overtaken = session.appending.take().map(|appending| appending.wanted);
        let Some(wanted) = overtaken.or_else(|| session.to_append.pop_front()) else {
            return;
        };
        if wanted.conflicts > CONFLICTS {
            self.out.push(Effect::AppendFailed(AppendFailure::Busy));
            return;
        }
        let entry = self
            .chain
            .next_entry(self.me.device, self.now_ms, wanted.body.clone())
            .sign(&*self.signer);
        if let Err(error) = Chain::clone(&self.chain).append(entry.clone()) {
            let failed = Effect::AppendFailed(AppendFailure::Chain(error));
            self.out.push(failed);
            return;
        }
        let hash = entry.hash();
        let append = Append {
            workspace: self.me.workspace,
            prev: self.chain.head(),
            entry,
            proof: None,
        };
        session.appending = Some(Appending {
            wanted,
            hash,
            overtaken: false,
        });
        self.send(&ClientMessage::Append(append));
    }

    /// Entries that were asked for.
    pub(crate) fn entries_came(&mut self, now: u64, came: ChainEntries) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        if !core::mem::take(&mut session.chain_asked) || !session.chain_fits {
            return;
        }
        let before = self.chain.length();
        let mut sound = came.from == before;
        for entry in came.entries {
            sound = sound && self.chain.append(entry).is_ok();
        }
        let new = self.chain.entries_from(before).to_vec();
        let length = self.chain.length();
        let head = self.chain.head();
        let Line::Open(session) = &mut self.line else {
            return;
        };
        // It said that there was more, and with which entry it ends.
        sound &= !new.is_empty() || session.tip.length <= length;
        if came.chain_length > session.tip.length {
            session.tip.length = came.chain_length;
        } else {
            sound &= session.tip.length != length || session.tip.head == head;
        }
        if session.tip.length <= length {
            session.tip = ChainTip { head, length };
        }
        let whole = session.tip.length <= length;
        let own = session
            .appending
            .take_if(|it| new.iter().any(|entry| entry.hash() == it.hash));
        if !new.is_empty() {
            self.out.push(Effect::Chain(new));
        }
        if let Some(own) = own {
            self.out.push(Effect::Appended(own.hash));
        }
        if !sound {
            self.distrust_chain(now);
        } else if whole {
            self.take_up_held(now);
        }
    }

    /// An entry was taken, ours or another's: it comes with the chain, which is fetched for it.
    pub(crate) fn chain_has_grown(&mut self, now: u64, tip: ChainTip) {
        if let Line::Open(session) = &mut self.line {
            session.restoring = None;
            self.chain_ends_at(now, tip);
        }
    }

    /// An entry of ours does not follow the end any more.
    pub(crate) fn somebody_was_faster(&mut self, now: u64, tip: ChainTip) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        session.restoring = None;
        if let Some(appending) = &mut session.appending {
            appending.overtaken = true;
            appending.wanted.conflicts = appending.wanted.conflicts.saturating_add(1);
        }
        self.chain_ends_at(now, tip);
    }

    fn chain_ends_at(&mut self, now: u64, tip: ChainTip) {
        if !self.fits_chain(tip) {
            self.distrust_chain(now);
        } else if let Line::Open(session) = &mut self.line {
            session.tip = tip;
        }
    }

    /// A refusal that concerns the chain. Whether there was something to refuse.
    pub(crate) fn append_refused(&mut self, reason: RefusedReason) -> bool {
        let Line::Open(session) = &mut self.line else {
            return false;
        };
        if session.restoring.take().is_some() {
            self.unrestorable = true;
            return true;
        }
        let refused = session.appending.take().is_some();
        if refused {
            let failed = Effect::AppendFailed(AppendFailure::Refused(reason));
            self.out.push(failed);
        }
        refused
    }

    /// Nobody waits for an entry any more.
    pub(crate) fn fail_appends(&mut self, failure: AppendFailure) {
        if let Line::Open(session) = &mut self.line {
            let waiting = usize::from(session.appending.take().is_some()) + session.to_append.len();
            session.to_append.clear();
            let failed = core::iter::repeat_n(Effect::AppendFailed(failure), waiting);
            self.out.extend(failed);
        }
    }
}
