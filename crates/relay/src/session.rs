//! One client's conversation: messages in, messages out. It knows no socket and no clock; [`crate::routes`] and the
//! socket loop carry it.

use crate::hub::{Hub, HubError, Workspace, tip_of};
use crate::store::{LogRange, LogStore, PAGE_BYTES, StoreError, Swapped};
use std::sync::Arc;
use tendero_protocol::entry::EntryBody;
use tendero_protocol::message::{
    Acks, Append, ChainEntries, ChainTip, Challenge, Hello, HelloInvite, ItemAck, Limits, Log,
    PROTOCOL, RELAY_NAME, Refused, RefusedReason, Verdict, Welcome, hello_digest, invite_digest,
};
use tendero_protocol::{
    ChainError, ChallengeNonce, ClientMessage, DeviceId, FrameError, Hash, InviteId, ItemKind,
    RelayMessage, Role, Seq, SignedFrame,
};
use tokio::sync::watch;

/// Milliseconds a client should wait when the store cannot take more.
const RETRY_STORAGE_MS: u32 = 30_000;
/// Milliseconds a client should wait when the database does not answer: a restart takes seconds.
const RETRY_UNAVAILABLE_MS: u32 = 2_000;

/// What to do after a message.
#[derive(Debug, Default)]
pub struct Answer {
    /// To send, in order.
    pub messages: Vec<RelayMessage>,
    /// Whether to close the connection after that.
    pub close: bool,
}

impl Answer {
    fn with(message: RelayMessage) -> Self {
        Self {
            messages: vec![message],
            close: false,
        }
    }

    /// A refusal; closes the connection unless the protocol says it stays open.
    #[must_use]
    pub fn refused(reason: RefusedReason, retry_after_ms: u32) -> Self {
        let stays = matches!(
            reason,
            RefusedReason::UnknownWorkspace
                | RefusedReason::EntryRejected
                | RefusedReason::Denied
                | RefusedReason::RateLimited
        );
        Self {
            messages: vec![RelayMessage::Refused(Refused {
                reason,
                retry_after_ms,
            })],
            close: !stays,
        }
    }
}

impl From<StoreError> for Answer {
    fn from(error: StoreError) -> Self {
        let retry = match error {
            StoreError::Unavailable => RETRY_UNAVAILABLE_MS,
            _ => RETRY_STORAGE_MS,
        };
        Self::refused(RefusedReason::Storage, retry)
    }
}

impl From<HubError> for Answer {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Store(error) => error.into(),
            HubError::Chain(_) => Self::refused(RefusedReason::EntryRejected, 0),
            HubError::Closed => Self::refused(RefusedReason::NotOpen, 0),
            HubError::TooLong => Self::refused(RefusedReason::TooLarge, 0),
            HubError::Randomness => Self::refused(RefusedReason::Storage, RETRY_STORAGE_MS),
        }
    }
}

/// A greeted member's device.
struct Member {
    workspace: Arc<Workspace>,
    device: DeviceId,
    head: watch::Receiver<Seq>,
    tip: watch::Receiver<ChainTip>,
    /// Length of the chain this client has been told of.
    told_chain: u32,
}

/// The bearer of an invitation.
struct Guest {
    workspace: Arc<Workspace>,
    invite: InviteId,
}

enum Standing {
    Stranger,
    Guest(Guest),
    Member(Member),
}

/// A conversation from the challenge on.
pub struct Session<S> {
    hub: Arc<Hub<S>>,
    nonce: ChallengeNonce,
    standing: Standing,
}

impl<S: LogStore> Session<S> {
    /// A conversation under a challenge that was never used before.
    pub const fn new(hub: Arc<Hub<S>>, nonce: ChallengeNonce) -> Self {
        Self {
            hub,
            nonce,
            standing: Standing::Stranger,
        }
    }

    /// What the relay says first.
    #[must_use]
    pub fn challenge(&self) -> RelayMessage {
        RelayMessage::Challenge(Challenge {
            nonce: self.nonce,
            protocols: vec![PROTOCOL],
            name: RELAY_NAME.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Whether the client has shown who it is.
    #[must_use]
    pub const fn is_greeted(&self) -> bool {
        !matches!(self.standing, Standing::Stranger)
    }

    /// Waits for something the client should hear of without asking. Never ends for a client that is no member.
    pub async fn news(&mut self) -> RelayMessage {
        let Standing::Member(member) = &mut self.standing else {
            return std::future::pending().await;
        };
        loop {
            tokio::select! {
                Ok(()) = member.head.changed() => {
                    return RelayMessage::Notify(*member.head.borrow_and_update());
                }
                Ok(()) = member.tip.changed() => {
                    let tip = *member.tip.borrow_and_update();
                    if tip.length > member.told_chain {
                        member.told_chain = tip.length;
                        return RelayMessage::Appended(tip);
                    }
                }
                else => return std::future::pending().await,
            }
        }
    }

    /// Ends the conversation.
    pub async fn end(self) {
        let workspace = match self.standing {
            Standing::Stranger => return,
            Standing::Guest(guest) => guest.workspace,
            Standing::Member(member) => member.workspace,
        };
        self.hub.release(workspace).await;
    }

    /// Answers one message. `now_ms` is the relay's clock (for expiry of invitations).
    pub async fn handle(&mut self, message: ClientMessage, now_ms: u64) -> Answer {
        let outcome = match message {
            ClientMessage::Hello(hello) => self.hello(&hello).await,
            ClientMessage::HelloInvite(hello) => self.hello_invite(&hello, now_ms).await,
            ClientMessage::Push(frame) => self.push(frame).await,
            ClientMessage::Log(log) => self.log(log).await,
            ClientMessage::CursorAck(cursor) => self.cursor(cursor).await,
            ClientMessage::Append(append) => self.append(append, now_ms).await,
            ClientMessage::Chain(from) => self.chain(from),
            ClientMessage::Ping(number) => Ok(Answer::with(RelayMessage::Pong(number))),
            // A newer client's message: skipped, it will notice by our protocols.
            ClientMessage::Unknown(_) => Ok(Answer::default()),
        };
        outcome.unwrap_or_else(|refusal| refusal)
    }

    async fn hello(&mut self, hello: &Hello) -> Result<Answer, Answer> {
        if matches!(self.standing, Standing::Member(_)) {
            return Err(Answer::refused(RefusedReason::Malformed, 0));
        }
        let workspace = self.greet(&hello.protocols, hello.workspace).await?;
        if workspace.chain().device(hello.device).is_none() {
            // It may have joined at another relay a moment ago.
            self.hub.refresh(&workspace).await?;
        }
        let chain = workspace.chain();
        let digest = hello_digest(self.nonce, hello.workspace, hello.device);
        let checked = match chain.device(hello.device) {
            None => Err(RefusedReason::UnknownDevice),
            Some(device) if !device.key.verifies(&digest.0, &hello.signature) => {
                Err(RefusedReason::BadSignature)
            }
            Some(_) => Ok(()),
        };
        if let Err(reason) = checked {
            self.hub.release(workspace).await;
            return Err(Answer::refused(reason, 0));
        }
        // Listening begins before the state is read, so that nothing falls between.
        let member = Member {
            device: hello.device,
            head: workspace.watch_head(),
            tip: workspace.watch_chain(),
            told_chain: chain.length(),
            workspace: Arc::clone(&workspace),
        };
        self.standing = Standing::Member(member);
        let state = self.hub.state(&workspace).await?;
        Ok(Answer::with(welcome(
            tip_of(&chain),
            state.incarnation,
            state.head,
            state.h,
        )))
    }

    async fn hello_invite(&mut self, hello: &HelloInvite, now_ms: u64) -> Result<Answer, Answer> {
        if self.is_greeted() {
            return Err(Answer::refused(RefusedReason::Malformed, 0));
        }
        let workspace = self.greet(&hello.protocols, hello.workspace).await?;
        // The invitation may have been made, used or revoked at another relay a moment ago.
        self.hub.refresh(&workspace).await?;
        let chain = workspace.chain();
        let digest = invite_digest(self.nonce, hello.workspace, hello.invite_id);
        let invite = chain.invites().get(&hello.invite_id);
        let checked = match invite.filter(|invite| invite.is_open() && !invite.is_expired(now_ms)) {
            None => Err(RefusedReason::InviteClosed),
            Some(invite) if !invite.invitation.key.verifies(&digest.0, &hello.signature) => {
                Err(RefusedReason::BadSignature)
            }
            Some(_) => Ok(()),
        };
        if let Err(reason) = checked {
            self.hub.release(workspace).await;
            return Err(Answer::refused(reason, 0));
        }
        let state = self.hub.state(&workspace).await?;
        self.standing = Standing::Guest(Guest {
            workspace,
            invite: hello.invite_id,
        });
        // How much the team has written is none of a guest's business.
        Ok(Answer::with(welcome(
            tip_of(&chain),
            state.incarnation,
            Seq(0),
            Hash::ZERO,
        )))
    }

    async fn greet(
        &self,
        protocols: &[u8],
        workspace: tendero_protocol::WorkspaceId,
    ) -> Result<Arc<Workspace>, Answer> {
        if !protocols.contains(&PROTOCOL) {
            return Err(Answer::refused(RefusedReason::NoProtocol, 0));
        }
        let found = self.hub.open(workspace).await?;
        found.ok_or_else(|| Answer::refused(RefusedReason::UnknownWorkspace, 0))
    }

    fn member(&self) -> Result<&Member, Answer> {
        match &self.standing {
            Standing::Member(member) => Ok(member),
            Standing::Guest(_) => Err(Answer::refused(RefusedReason::Denied, 0)),
            Standing::Stranger => Err(Answer::refused(RefusedReason::Malformed, 0)),
        }
    }

    async fn push(&self, frame: SignedFrame) -> Result<Answer, Answer> {
        let member = self.member()?;
        let chain = member.workspace.chain();
        let header = frame.head().header();
        let frame_id = header.frame_id;
        let (Some(device), Some(role)) =
            (chain.device(member.device), chain.role_of(member.device))
        else {
            return Err(Answer::refused(RefusedReason::UnknownDevice, 0));
        };
        if header.device != member.device {
            return Err(Answer::refused(RefusedReason::Denied, 0));
        }
        let count = frame.items().len();
        let all = |verdict| {
            let ack = ItemAck {
                verdict,
                seq: Seq(0),
            };
            Answer::with(RelayMessage::Acks(Acks {
                frame_id,
                items: vec![ack; count],
            }))
        };
        let frame = frame
            .verify(member.workspace.id(), &device.key)
            .map_err(|error| {
                let reason = match error {
                    FrameError::Size => RefusedReason::TooLarge,
                    FrameError::Signature => RefusedReason::BadSignature,
                    FrameError::Workspace | FrameError::Item => RefusedReason::Malformed,
                };
                Answer::refused(reason, 0)
            })?;
        let erases = frame
            .items()
            .iter()
            .any(|item| item.header.kind == ItemKind::Erase);
        if !role.may_write() || erases && role < Role::Admin {
            return Ok(all(Verdict::Denied));
        }
        match self.hub.push(&member.workspace, frame).await {
            Ok(pushed) => Ok(Answer::with(RelayMessage::Acks(Acks {
                frame_id,
                items: pushed.acks,
            }))),
            Err(StoreError::Full) => Ok(all(Verdict::Quota)),
            Err(error) => Err(error.into()),
        }
    }

    async fn log(&self, log: Log) -> Result<Answer, Answer> {
        let member = self.member()?;
        let range = LogRange {
            after: log.after,
            limit: usize::try_from(log.limit).unwrap_or(usize::MAX),
            omit: log.skip_own.then_some(member.device),
        };
        let items = self.hub.log(&member.workspace, range).await?;
        Ok(Answer::with(RelayMessage::LogItems(items)))
    }

    async fn cursor(&self, cursor: Seq) -> Result<Answer, Answer> {
        let member = self.member()?;
        // A relay that cannot write still serves readers: the cursor is only advice for later trimming.
        let _ = self
            .hub
            .set_cursor(&member.workspace, member.device, cursor)
            .await;
        Ok(Answer::default())
    }

    fn chain(&self, from: u32) -> Result<Answer, Answer> {
        let workspace = match &self.standing {
            Standing::Member(member) => &member.workspace,
            Standing::Guest(guest) => &guest.workspace,
            Standing::Stranger => return Err(Answer::refused(RefusedReason::Malformed, 0)),
        };
        let chain = workspace.chain();
        let mut bytes = 0;
        let entries = chain.entries_from(from).iter().take_while(|entry| {
            let first = bytes == 0;
            bytes += entry.encode().len();
            first || bytes <= PAGE_BYTES
        });
        Ok(Answer::with(RelayMessage::ChainEntries(ChainEntries {
            from,
            entries: entries.cloned().collect(),
            chain_length: chain.length(),
        })))
    }

    async fn append(&mut self, append: Append, now_ms: u64) -> Result<Answer, Answer> {
        let rejected = || Answer::refused(RefusedReason::EntryRejected, 0);
        let entry = append.entry.read().map_err(|_| rejected())?;
        let workspace = match (&self.standing, &entry.body) {
            (Standing::Stranger, EntryBody::Create(newcomer)) => {
                let digest = hello_digest(self.nonce, append.workspace, newcomer.device);
                let proven = append
                    .proof
                    .is_some_and(|proof| newcomer.key.verifies(&digest.0, &proof));
                if !proven {
                    return Err(Answer::refused(RefusedReason::BadSignature, 0));
                }
                if append.prev != Hash::ZERO {
                    return Err(rejected());
                }
                let tip = self.hub.create(append.workspace, append.entry).await?;
                return Ok(Answer::with(RelayMessage::Appended(tip)));
            }
            (Standing::Stranger, _) => return Err(Answer::refused(RefusedReason::Malformed, 0)),
            (Standing::Guest(guest), EntryBody::Join(acceptance))
                if acceptance.invite_id == guest.invite =>
            {
                Arc::clone(&guest.workspace)
            }
            (Standing::Guest(_), _) => return Err(Answer::refused(RefusedReason::Denied, 0)),
            (Standing::Member(member), _) => Arc::clone(&member.workspace),
        };
        if append.workspace != workspace.id() {
            return Err(rejected());
        }
        let appended = self
            .hub
            .append(&workspace, append.prev, append.entry, now_ms)
            .await;
        match appended {
            Ok(Swapped::Done(tip)) => {
                if let Standing::Member(member) = &mut self.standing {
                    member.told_chain = member.told_chain.max(tip.length);
                }
                Ok(Answer::with(RelayMessage::Appended(tip)))
            }
            Ok(Swapped::Conflict(tip)) => Ok(Answer::with(RelayMessage::AppendConflict(tip))),
            Err(HubError::Chain(ChainError::Invite)) => {
                Err(Answer::refused(RefusedReason::InviteClosed, 0))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn welcome(
    tip: ChainTip,
    incarnation: tendero_protocol::Incarnation,
    head: Seq,
    h: Hash,
) -> RelayMessage {
    RelayMessage::Welcome(Welcome {
        incarnation,
        head,
        h,
        // Nothing is trimmed yet.
        min_seq: Seq(1),
        chain_head: tip.head,
        chain_length: tip.length,
        limits: Limits::default(),
        // Version 1 of the data is all there is.
        min_reader: 1,
        min_writer: 1,
    })
}
