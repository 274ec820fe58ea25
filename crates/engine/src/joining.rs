//! Coming to a workspace: making one, joining one by a link, inviting others to it.

use crate::commands::short;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::io::{Host, Output, Source};
use crate::network::Inviting;
use crate::stored::{DocKind, Me};
use crate::tabs::Tidings;
use crate::team::{Membership, Team};
use std::rc::Rc;
use tendero_domain::ActionId;
use tendero_messages::{Done, FromEngine, Refusal};
use tendero_protocol::entry::{EntryBody, Invitation};
use tendero_protocol::{DeviceId, MemberId, Role, Signer as _, WorkspaceId};
use tendero_records::{Author, Settings};
use tendero_store::{Batch, Store, StoreError};
use tendero_sync::{Event as SyncEvent, JoinEffect, JoinEvent, JoinFailure, Joining};
use tendero_vault::{DeviceKey, InviteLink, InviteSecret, Keyring, LinkError};

/// How long an invitation stands.
const INVITATION_MS: u64 = 7 * 24 * 3_600_000;
/// How many devices may use one.
const INVITATION_USES: u16 = 5;

/// Somebody who is on the way into a workspace.
pub(crate) struct Joiner {
    id: ActionId,
    me: Me,
    seed: [u8; 32],
    joining: Joining,
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Begins a workspace on this device; the relay hears of it with the first connection.
    pub(crate) async fn create_workspace(
        &mut self,
        name: &str,
        member: &str,
    ) -> Result<Done, EngineError> {
        let (name, member) = (short(name)?, short(member)?);
        if self.team.is_some() {
            return Err(Refusal::WorkspaceExists.into());
        }
        let desk = &mut self.desk;
        let me = Me {
            workspace: desk.random(),
            device: desk.random(),
            member: desk.random(),
            name: member,
        };
        let device_key = DeviceKey::make(&mut desk.host);
        let keyring = Keyring::make(&mut desk.host);
        let now = desk.host.now_ms();
        let chain = tendero_sync::create(
            WorkspaceId(me.workspace),
            MemberId(me.member),
            DeviceId(me.device),
            &me.name,
            &device_key,
            &keyring,
            now,
            &mut desk.host,
        );
        let membership = Membership {
            me,
            device_key,
            keyring,
            chain,
        };
        let doc = membership.me.workspace;
        let mut settings = Settings::new()?;
        let author = Author {
            member: tendero_domain::MemberId::from_bytes(membership.me.member),
            action: ActionId::from_bytes(desk.random()),
            at: desk.now(),
            actor: desk.random(),
        };
        let named = settings
            .set_name(&author, &name)?
            .ok_or(EngineError::Damaged)?;
        let mut batch = Batch::new();
        membership.stage(desk, &mut batch);
        let mut team = Team::with(desk, membership).await?;
        let key = team.stage_new(desk, &mut batch, doc, DocKind::Settings, named.change);
        desk.shelf.apply(batch).await.map_err(exists)?;
        team.outbox.added(key, 1);
        team.settings = settings.read();
        self.team = Some(team);
        self.desk
            .out
            .push(Output::Tell(Tidings::Workspace.encode()));
        self.tell_workspace();
        Ok(Done::Saved)
    }

    /// Makes an invitation; answered when the relay has taken it.
    pub(crate) async fn invite(&mut self, id: ActionId) -> Result<(), EngineError> {
        let team = self.team.as_ref().ok_or(Refusal::NoWorkspace)?;
        if self
            .inviting
            .as_ref()
            .is_some_and(|inviting| inviting.id == id)
        {
            return Ok(());
        }
        let device = DeviceId(team.me.device);
        if !team
            .sync
            .chain()
            .role_of(device)
            .is_some_and(Role::may_invite)
        {
            return Err(Refusal::NotAllowed.into());
        }
        if !self.is_connected() || self.inviting.is_some() {
            return Err(Refusal::RelayAway.into());
        }
        let secret = InviteSecret::make(&mut self.desk.host);
        let invitation = Invitation {
            invite_id: secret.id(),
            key: secret.signer().public_key(),
            role: Role::Writer,
            member: None,
            expires_ms: self.desk.host.now_ms().saturating_add(INVITATION_MS),
            max_uses: INVITATION_USES,
            sealed_keyring: secret.seal_keyring(&mut self.desk.host, &team.keyring),
        };
        let link = InviteLink {
            workspace: WorkspaceId(team.me.workspace),
            first: team.sync.chain().first(),
            secret,
        };
        self.inviting = Some(Inviting {
            id,
            fragment: link.to_fragment(),
        });
        self.sync(SyncEvent::Append(EntryBody::Invite(invitation)))
            .await;
        Ok(())
    }

    /// Sets out to join by a link's fragment; answered when the relay has let us in, or not.
    pub(crate) async fn begin_join(
        &mut self,
        id: ActionId,
        fragment: &str,
        member: &str,
    ) -> Result<(), EngineError> {
        let member = short(member)?;
        if self.joining.as_ref().is_some_and(|joiner| joiner.id == id) {
            return Ok(());
        }
        let link = InviteLink::parse(fragment).map_err(|error| match error {
            LinkError::Damaged => Refusal::LinkDamaged,
            LinkError::Newer => Refusal::LinkNewer,
        })?;
        if self.team.is_some() {
            return Err(Refusal::WorkspaceExists.into());
        }
        if !self.online {
            return Err(Refusal::RelayAway.into());
        }
        let desk = &mut self.desk;
        let me = Me {
            workspace: link.workspace.0,
            device: desk.random(),
            member: desk.random(),
            name: member.clone(),
        };
        let device_key = DeviceKey::make(&mut desk.host);
        let seed = *device_key.seed();
        let joining = Joining::new(
            link,
            member,
            MemberId(me.member),
            DeviceId(me.device),
            Rc::new(device_key),
        );
        self.joining = Some(Joiner {
            id,
            me,
            seed,
            joining,
        });
        self.desk.out.push(Output::Connect(self.relay.clone()));
        // The core's own wish for a connection is the one above; it only sets its deadline.
        self.desk.out.push(Output::Wake(1_000));
        Ok(())
    }

    /// Feeds what the socket said to the joining core.
    pub(crate) async fn join_event(&mut self, event: SyncEvent) {
        let event = match event {
            SyncEvent::Opened => JoinEvent::Opened,
            SyncEvent::Received(bytes) => JoinEvent::Received(bytes),
            SyncEvent::Closed => JoinEvent::Closed,
            SyncEvent::NotARelay => JoinEvent::NotARelay,
            _ => JoinEvent::Woken,
        };
        let Some(joiner) = &mut self.joining else {
            return;
        };
        let now = self.desk.host.now_ms();
        let effects = joiner.joining.handle(now, &mut self.desk.host, event);
        for effect in effects {
            match effect {
                JoinEffect::Connect => self.desk.out.push(Output::Connect(self.relay.clone())),
                JoinEffect::Close => self.desk.out.push(Output::Close),
                JoinEffect::Send(bytes) => self.desk.out.push(Output::Send(bytes)),
                JoinEffect::Wake(ms) => self.desk.out.push(Output::Wake(ms)),
                JoinEffect::Joined { chain, keyring } => {
                    let Some(Joiner { id, me, seed, .. }) = self.joining.take() else {
                        return;
                    };
                    self.desk.out.push(Output::Close);
                    let device_key = DeviceKey::from_seed(seed);
                    let membership = Membership {
                        me,
                        device_key,
                        keyring,
                        chain,
                    };
                    let result = settle_in(&mut self.desk, membership).await;
                    let result = match result {
                        Ok(team) => {
                            self.team = Some(team);
                            Ok(Done::Saved)
                        }
                        Err(error) => Err(error.refusal()),
                    };
                    self.desk.tell_page(FromEngine::Done { id, result });
                    self.desk
                        .out
                        .push(Output::Tell(Tidings::Workspace.encode()));
                    self.tell_workspace();
                    return;
                }
                JoinEffect::Failed(failure) => {
                    let Some(joiner) = self.joining.take() else {
                        return;
                    };
                    self.desk.out.push(Output::Close);
                    let refusal = match failure {
                        JoinFailure::RelayAway => Refusal::RelayAway,
                        JoinFailure::NotARelay => Refusal::NotARelay,
                        JoinFailure::InviteGone => Refusal::InvitationGone,
                        JoinFailure::ChainMismatch => Refusal::ChainMismatch,
                        JoinFailure::Damaged => Refusal::LinkDamaged,
                    };
                    let result = Err(refusal);
                    self.desk.tell_page(FromEngine::Done {
                        id: joiner.id,
                        result,
                    });
                    return;
                }
            }
        }
    }
}

/// Keeps the membership and takes up work.
async fn settle_in<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    membership: Membership,
) -> Result<Team, EngineError> {
    let mut batch = Batch::new();
    membership.stage(desk, &mut batch);
    desk.shelf.apply(batch).await.map_err(exists)?;
    Team::with(desk, membership).await
}

/// A conflict means that another tab made or joined a workspace meanwhile.
fn exists(error: StoreError) -> EngineError {
    match error {
        StoreError::Conflict => Refusal::WorkspaceExists.into(),
        other => other.into(),
    }
}
