use crate::clock::{Clock, back_off};
use crate::{JoinEffect, JoinEvent, JoinFailure};
use std::rc::Rc;
use tendero_protocol::entry::{Acceptance, Newcomer, join_digest};
use tendero_protocol::message::{
    Append, ChainEntries, ChainTip, Challenge, Hello, HelloInvite, PROTOCOL, RELAY_NAME, Refused,
    RefusedReason, hello_digest, invite_digest,
};
use tendero_protocol::{
    Chain, ChallengeNonce, ClientMessage, DeviceId, EntryBody, Hash, Incarnation, MemberId,
    RelayMessage, Seq, SignedEntry, Signer,
};
use tendero_vault::{InviteLink, Keyring, Random};

/// How long it may take in all. Milliseconds, like all that follow.
const DEADLINE: u64 = 15_000;
/// How long a relay may take with its challenge.
const CHALLENGE: u64 = 5_000;
/// Connections tried; a relay that is away is known as such after a few seconds.
const ATTEMPTS: u32 = 4;
/// How often others may be faster.
const CONFLICTS: u8 = 8;

/// A newcomer with an invitation's link.
pub struct Joining {
    link: InviteLink,
    name: String,
    member: MemberId,
    device: DeviceId,
    signer: Rc<dyn Signer>,
    clock: Clock,
    now_ms: u64,
    began: Option<u64>,
    attempts: u32,
    conflicts: u8,
    step: Step,
    /// An entry of ours was sent: it may be on the chain, whatever was heard of it.
    sent: bool,
    /// Greet as a member, since the entry may be there and the invitation used up.
    as_member: bool,
    chain: Option<Chain>,
    out: Vec<JoinEffect>,
}

/// What is awaited. Times are the clock's.
enum Step {
    /// The connection.
    Dialling,
    /// The next attempt.
    Resting {
        until: u64,
    },
    Challenge {
        until: u64,
    },
    Welcome,
    /// Entries of the chain.
    Entries,
    /// The answer to our entry.
    Answer {
        joined: Box<(Chain, Keyring)>,
    },
    /// All was said.
    Over,
}

impl Joining {
    /// Begins with a connection that whoever calls this is opening. `name` is the newcomer's; device and signer are new.
    #[must_use]
    pub fn new(
        link: InviteLink,
        name: String,
        member: MemberId,
        device: DeviceId,
        signer: Rc<dyn Signer>,
    ) -> Self {
        Self {
            link,
            name,
            member,
            device,
            signer,
            clock: Clock::default(),
            now_ms: 0,
            began: None,
            attempts: 1,
            conflicts: 0,
            step: Step::Dialling,
            sent: false,
            as_member: false,
            chain: None,
            out: Vec::new(),
        }
    }

    /// Takes an event in and says what is to be done, in order. The time begins with the first event; after
    /// [`JoinEffect::Joined`] or [`JoinEffect::Failed`] nothing follows.
    pub fn handle(
        &mut self,
        now_ms: u64,
        rng: &mut dyn Random,
        event: JoinEvent,
    ) -> Vec<JoinEffect> {
        self.now_ms = now_ms;
        let now = self.clock.tell(now_ms);
        let began = *self.began.get_or_insert(now);
        match (event, &self.step) {
            (_, Step::Over) => return Vec::new(),
            (JoinEvent::Opened, Step::Dialling) => {
                self.step = Step::Challenge {
                    until: now.saturating_add(CHALLENGE),
                };
            }
            (JoinEvent::Closed, Step::Resting { .. }) => {}
            (JoinEvent::Closed, _) => self.again(now, 0, rng),
            (JoinEvent::NotARelay, _) => self.fail(JoinFailure::NotARelay),
            (JoinEvent::Received(bytes), _) => match RelayMessage::decode(&bytes) {
                Ok(message) => self.received(now, rng, message),
                Err(_) => self.fail(JoinFailure::NotARelay),
            },
            (JoinEvent::Woken | JoinEvent::Opened, _) => {}
        }
        self.look_at_the_time(now, began);
        core::mem::take(&mut self.out)
    }

    fn look_at_the_time(&mut self, now: u64, began: u64) {
        let deadline = began.saturating_add(DEADLINE);
        match self.step {
            Step::Over => return,
            _ if now >= deadline => return self.fail(JoinFailure::RelayAway),
            Step::Challenge { until } if now >= until => {
                return self.fail(JoinFailure::NotARelay);
            }
            Step::Resting { until } if now >= until => {
                self.step = Step::Dialling;
                self.out.push(JoinEffect::Connect);
            }
            _ => {}
        }
        let due = match self.step {
            Step::Challenge { until } | Step::Resting { until } => until.min(deadline),
            _ => deadline,
        };
        self.out.push(JoinEffect::Wake(due - now));
    }

    fn received(&mut self, now: u64, rng: &mut dyn Random, message: RelayMessage) {
        match (&self.step, message) {
            (Step::Challenge { .. }, RelayMessage::Challenge(challenge)) => self.greet(&challenge),
            (Step::Challenge { .. }, _) => self.fail(JoinFailure::NotARelay),
            (Step::Welcome, RelayMessage::Welcome(_)) => {
                self.chain = None;
                self.ask_for_entries();
            }
            (Step::Entries, RelayMessage::ChainEntries(entries)) => {
                self.entries_came(rng, entries);
            }
            (Step::Answer { .. }, RelayMessage::Appended(tip)) => self.appended(tip),
            (Step::Answer { .. }, RelayMessage::AppendConflict(_)) => self.overtaken(),
            (Step::Welcome | Step::Entries | Step::Answer { .. }, RelayMessage::Refused(no)) => {
                self.refused(now, rng, no);
            }
            // A newer relay's remark, or news for members.
            _ => {}
        }
    }

    fn greet(&mut self, challenge: &Challenge) {
        if challenge.name != RELAY_NAME || !challenge.protocols.contains(&PROTOCOL) {
            return self.fail(JoinFailure::NotARelay);
        }
        self.step = Step::Welcome;
        let message = if self.as_member {
            self.hello(challenge.nonce)
        } else {
            self.hello_invite(challenge.nonce)
        };
        self.send(&message);
    }

    fn hello_invite(&self, nonce: ChallengeNonce) -> ClientMessage {
        let (workspace, secret) = (self.link.workspace, &self.link.secret);
        let digest = invite_digest(nonce, workspace, secret.id());
        ClientMessage::HelloInvite(HelloInvite {
            protocols: vec![PROTOCOL],
            workspace,
            invite_id: secret.id(),
            signature: secret.signer().sign(&digest.0),
        })
    }

    fn hello(&self, nonce: ChallengeNonce) -> ClientMessage {
        let workspace = self.link.workspace;
        let digest = hello_digest(nonce, workspace, self.device);
        ClientMessage::Hello(Hello {
            protocols: vec![PROTOCOL],
            workspace,
            device: self.device,
            signature: self.signer.sign(&digest.0),
            incarnation: Incarnation::default(),
            cursor: Seq(0),
            h: Hash::ZERO,
            app: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    fn ask_for_entries(&mut self) {
        self.step = Step::Entries;
        let length = self.chain.as_ref().map_or(0, Chain::length);
        self.send(&ClientMessage::Chain(length));
    }

    fn entries_came(&mut self, rng: &mut dyn Random, came: ChainEntries) {
        let before = self.chain.as_ref().map_or(0, Chain::length);
        let Some(chain) = self.extended(came.from, came.entries) else {
            return self.fail(JoinFailure::ChainMismatch);
        };
        let length = chain.length();
        if length < came.chain_length {
            self.chain = Some(chain);
            if length == before {
                return self.fail(JoinFailure::ChainMismatch);
            }
            return self.ask_for_entries();
        }
        self.join(rng, chain);
    }

    /// The chain with these entries on it, if they hold and it is the link's.
    fn extended(&mut self, from: u32, entries: Vec<SignedEntry>) -> Option<Chain> {
        let mut entries = entries.into_iter();
        let mut chain = match self.chain.take() {
            Some(chain) => chain,
            None => Chain::begin(entries.next()?).ok()?,
        };
        let whole = from == 0 || from == chain.length();
        if !whole || chain.workspace() != self.link.workspace {
            return None;
        }
        chain.verify(self.link.first).ok()?;
        entries.try_for_each(|entry| chain.append(entry)).ok()?;
        Some(chain)
    }

    /// The whole chain is here: opens the keys, and signs our entry unless it is there.
    fn join(&mut self, rng: &mut dyn Random, chain: Chain) {
        let secret = &self.link.secret;
        let Some(invite) = chain.invites().get(&secret.id()) else {
            // The relay let us in with an invitation that is not on its chain, or is one that forgot.
            return self.fail(JoinFailure::ChainMismatch);
        };
        let Ok(keyring) = secret.open_keyring(&invite.invitation.sealed_keyring) else {
            return self.fail(JoinFailure::Damaged);
        };
        if chain.device(self.device).is_some() {
            return self.joined(chain, keyring);
        }
        if !invite.is_open() {
            return self.fail(JoinFailure::InviteGone);
        }
        let entry = self.signed_entry(rng, &chain, &keyring);
        let mut joined = chain.clone();
        if joined.append(entry.clone()).is_err() {
            return self.fail(JoinFailure::ChainMismatch);
        }
        self.sent = true;
        self.step = Step::Answer {
            joined: Box::new((joined, keyring)),
        };
        self.send(&ClientMessage::Append(Append {
            workspace: self.link.workspace,
            prev: chain.head(),
            entry,
            proof: None,
        }));
        self.chain = Some(chain);
    }

    fn signed_entry(&self, rng: &mut dyn Random, chain: &Chain, keyring: &Keyring) -> SignedEntry {
        let secret = &self.link.secret;
        let key = self.signer.public_key();
        let digest = join_digest(
            self.link.workspace,
            secret.id(),
            self.member,
            self.device,
            &key,
        );
        let body = EntryBody::Join(Acceptance {
            invite_id: secret.id(),
            invite_signature: secret.signer().sign(&digest.0),
            newcomer: Newcomer {
                member: self.member,
                device: self.device,
                key,
                sealing_key: None,
                sealed_name: keyring.seal_name(rng, self.member, &self.name),
            },
        });
        chain
            .next_entry(self.device, self.now_ms, body)
            .sign(&*self.signer)
    }

    fn appended(&mut self, tip: ChainTip) {
        match core::mem::replace(&mut self.step, Step::Entries) {
            Step::Answer { joined } if joined.0.head() == tip.head => {
                let (chain, keyring) = *joined;
                self.joined(chain, keyring);
            }
            // Taken, and the chain has grown further: see how it goes on.
            _ => self.ask_for_entries(),
        }
    }

    fn overtaken(&mut self) {
        self.conflicts = self.conflicts.saturating_add(1);
        if self.conflicts > CONFLICTS {
            return self.fail(JoinFailure::RelayAway);
        }
        self.ask_for_entries();
    }

    fn refused(&mut self, now: u64, rng: &mut dyn Random, refused: Refused) {
        match refused.reason {
            // Our entry is not there after all: with the invitation again.
            RefusedReason::UnknownDevice if self.as_member => {
                self.as_member = false;
                self.sent = false;
                self.again(now, 0, rng);
            }
            RefusedReason::RateLimited => self.again(now, refused.retry_after_ms.into(), rng),
            RefusedReason::UnknownWorkspace
            | RefusedReason::InviteClosed
            | RefusedReason::Denied => self.fail(JoinFailure::InviteGone),
            RefusedReason::BadSignature => self.fail(JoinFailure::Damaged),
            RefusedReason::EntryRejected => self.fail(JoinFailure::ChainMismatch),
            RefusedReason::NoProtocol => self.fail(JoinFailure::NotARelay),
            _ => self.fail(JoinFailure::RelayAway),
        }
    }

    /// Another connection, a little later.
    fn again(&mut self, now: u64, at_least: u64, rng: &mut dyn Random) {
        if self.attempts >= ATTEMPTS {
            return self.fail(JoinFailure::RelayAway);
        }
        let wait = back_off(self.attempts, rng).max(at_least);
        self.attempts = self.attempts.saturating_add(1);
        self.as_member = self.sent;
        self.out.push(JoinEffect::Close);
        self.step = Step::Resting {
            until: now.saturating_add(wait),
        };
    }

    fn joined(&mut self, chain: Chain, keyring: Keyring) {
        self.step = Step::Over;
        self.out.push(JoinEffect::Joined { chain, keyring });
    }

    fn fail(&mut self, failure: JoinFailure) {
        self.step = Step::Over;
        self.out.push(JoinEffect::Close);
        self.out.push(JoinEffect::Failed(failure));
    }

    fn send(&mut self, message: &ClientMessage) {
        self.out.push(JoinEffect::Send(message.encode()));
    }
}
