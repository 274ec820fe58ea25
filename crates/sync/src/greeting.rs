//! The beginning of a conversation: who are you, who am I, what do we both know.

use crate::Effect;
use crate::line::Trouble;
use crate::line::{Line, Step};
use crate::sending::Sending;
use crate::session::Session;
use crate::sync::Sync;
use tendero_protocol::message::{
    Append, ChainTip, Challenge, Hello, PROTOCOL, RELAY_NAME, Refused, RefusedReason, Welcome,
    hello_digest,
};
use tendero_protocol::{ChallengeNonce, ClientMessage, Hash, RelayMessage, Seq, SignedEntry};
use tendero_vault::Random;

/// How long a relay may take to answer a greeting, milliseconds.
const ANSWER: u64 = 8_000;
/// The version of the data this app reads and writes, which a team may require to be newer.
const DATA_VERSION: u16 = 1;

impl Sync {
    /// A message before the conversation proper.
    pub(crate) fn greeted_with(
        &mut self,
        now: u64,
        rng: &mut dyn Random,
        step: Step,
        message: RelayMessage,
    ) {
        match (step, message) {
            (Step::Challenge, RelayMessage::Challenge(challenge)) => {
                self.challenged(now, rng, &challenge);
            }
            // An envelope of ours with a content that is not known: a relay of a later protocol.
            (Step::Challenge, RelayMessage::Unknown(_)) => {
                self.give_up(now, rng, Trouble::Refused(RefusedReason::NoProtocol));
            }
            (Step::Challenge, _) => self.give_up(now, rng, Trouble::NotARelay),
            (Step::Welcome { .. }, RelayMessage::Welcome(welcome)) => {
                self.welcomed(now, rng, &welcome);
            }
            (
                Step::Welcome {
                    nonce,
                    created: false,
                },
                RelayMessage::Refused(refused),
            ) if refused.reason == RefusedReason::UnknownWorkspace && self.is_founder() => {
                self.send_create(now, nonce);
            }
            (Step::Created { nonce }, RelayMessage::Appended(_)) => {
                self.send_hello(now, nonce, true);
            }
            (Step::Welcome { .. } | Step::Created { .. }, RelayMessage::Refused(refused)) => {
                self.refused(now, rng, refused);
            }
            // A newer relay's remark.
            (Step::Welcome { .. } | Step::Created { .. }, _) => {}
        }
    }

    fn challenged(&mut self, now: u64, rng: &mut dyn Random, challenge: &Challenge) {
        if challenge.name != RELAY_NAME {
            self.give_up(now, rng, Trouble::NotARelay);
        } else if !challenge.protocols.contains(&PROTOCOL) {
            self.give_up(now, rng, Trouble::Refused(RefusedReason::NoProtocol));
        } else {
            self.send_hello(now, challenge.nonce, false);
        }
    }

    fn send_hello(&mut self, now: u64, nonce: ChallengeNonce, created: bool) {
        let digest = hello_digest(nonce, self.me.workspace, self.me.device);
        let position = self.reading.position();
        let hello = Hello {
            protocols: vec![PROTOCOL],
            workspace: self.me.workspace,
            device: self.me.device,
            signature: self.signer.sign(&digest.0),
            incarnation: position.incarnation,
            cursor: position.cursor,
            h: position.h,
            app: self.me.app.clone(),
        };
        self.await_answer(now, Step::Welcome { nonce, created });
        self.send(&ClientMessage::Hello(hello));
    }

    /// The relay has never seen the workspace: it begins there with the chain's first entry. The rest of the chain follows
    /// once this device is greeted.
    fn send_create(&mut self, now: u64, nonce: ChallengeNonce) {
        let Some(entry) = self.chain.entries().first().cloned() else {
            return;
        };
        let digest = hello_digest(nonce, self.me.workspace, self.me.device);
        let append = Append {
            workspace: self.me.workspace,
            prev: Hash::ZERO,
            entry,
            proof: Some(self.signer.sign(&digest.0)),
        };
        self.await_answer(now, Step::Created { nonce });
        self.send(&ClientMessage::Append(append));
    }

    fn await_answer(&mut self, now: u64, step: Step) {
        self.line = Line::Greeting {
            until: now.saturating_add(ANSWER),
            step,
        };
    }

    /// Whether the chain's first entry is this device's: nobody else can prove it to a relay.
    fn is_founder(&self) -> bool {
        let first = self.chain.entries().first();
        first
            .and_then(|entry| entry.read().ok())
            .is_some_and(|entry| entry.device == self.me.device)
    }

    fn welcomed(&mut self, now: u64, rng: &mut dyn Random, welcome: &Welcome) {
        if welcome.min_reader > DATA_VERSION {
            self.give_up(now, rng, Trouble::Refused(RefusedReason::NoProtocol));
            return;
        }
        let sending = if welcome.min_writer > DATA_VERSION {
            Sending::barred(RefusedReason::NoProtocol)
        } else {
            Sending::default()
        };
        let tip = ChainTip {
            head: welcome.chain_head,
            length: welcome.chain_length,
        };
        self.begin(Session::new(
            now,
            tip,
            welcome.head,
            welcome.limits,
            sending,
        ));
        self.out.push(Effect::FromStart);
        if !self.fits_chain(tip) {
            self.distrust_chain(now);
        } else if self.continues(welcome) {
            let here = self.reading.end();
            self.reading.adopt(welcome.incarnation);
            self.saw(welcome.head);
            // With more in the log than was read, the pages will tell.
            self.damaged &= welcome.head > here.cursor;
        } else {
            self.distrust(now);
        }
    }

    /// Whether the relay's log can be a continuation of what this device has seen.
    fn continues(&self, welcome: &Welcome) -> bool {
        let here = self.reading.end();
        let unknown = here.cursor == Seq(0) && self.seen == Seq(0);
        let same_life = unknown || here.incarnation == welcome.incarnation;
        let same_end = welcome.head > here.cursor || welcome.h == here.h;
        let not_back = welcome.head >= here.cursor && welcome.head >= self.seen;
        same_life && same_end && not_back
    }

    /// Whether the end of the relay's chain is an entry of ours in its place; unknown, and so possible, when it is longer.
    pub(crate) fn fits_chain(&self, tip: ChainTip) -> bool {
        let Some(last) = tip.length.checked_sub(1) else {
            return false;
        };
        self.chain
            .entries_from(last)
            .first()
            .is_none_or(|entry| SignedEntry::hash(entry) == tip.head)
    }

    /// The relay will not.
    pub(crate) fn refused(&mut self, now: u64, rng: &mut dyn Random, refused: Refused) {
        let reason = refused.reason;
        let about_chain = matches!(
            reason,
            RefusedReason::EntryRejected | RefusedReason::Denied | RefusedReason::InviteClosed
        );
        if about_chain && self.append_refused(reason) {
            if reason == RefusedReason::InviteClosed {
                // The relay closes after that.
                self.give_up(now, rng, Trouble::Away);
            }
            return;
        }
        match reason {
            // Which of our messages was dropped is unknown: begin again, later.
            RefusedReason::RateLimited => {
                let wait = self.next_wait(now, rng).max(refused.retry_after_ms.into());
                self.give_up_for(now.saturating_add(wait), Some(Trouble::Away));
            }
            RefusedReason::Storage => {
                let wait = self.next_wait(now, rng).max(refused.retry_after_ms.into());
                let trouble = Trouble::Refused(reason);
                self.give_up_for(now.saturating_add(wait), Some(trouble));
            }
            _ => self.give_up(now, rng, Trouble::Refused(reason)),
        }
    }
}
