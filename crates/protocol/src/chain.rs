//! The membership chain folded: who may do what. Relay and devices run the same code over the same entries.

use crate::entry::{Acceptance, Entry, EntryBody, Invitation, Newcomer, join_digest};
use crate::{
    Bytes, DeviceId, Hash, InviteId, MemberId, PublicKey, Role, SignedEntry, Signer, WorkspaceId,
};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The most entries a chain takes; a bound for memory, far above any team's need.
pub const MAX_ENTRIES: usize = 100_000;

/// A person of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the person may do.
    pub role: Role,
    /// The name, sealed.
    pub sealed_name: Bytes,
    /// When the person came, by the clock of that device, milliseconds.
    pub since_ms: u64,
}

/// A device of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whose it is.
    pub member: MemberId,
    /// Its Ed25519 key.
    pub key: PublicKey,
    /// Its X25519 key.
    pub sealing_key: Option<[u8; 32]>,
}

/// An invitation and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// As it was made.
    pub invitation: Invitation,
    /// Who made it.
    pub inviter: MemberId,
    /// How many devices used it.
    pub uses: u16,
    /// Closed by an admin.
    pub revoked: bool,
}

impl Invite {
    /// Whether another device may use it, expiry aside.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.revoked && self.uses < self.invitation.max_uses
    }

    /// Whether it is over at that time (milliseconds since 1970). The relay's clock decides.
    #[must_use]
    pub const fn is_expired(&self, now_ms: u64) -> bool {
        self.invitation.expires_ms != 0 && now_ms > self.invitation.expires_ms
    }
}

/// Why an entry does not continue a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Its bytes cannot be read.
    #[error("the entry is malformed")]
    Malformed,
    /// It does not follow the last entry: somebody was faster, or it is for another chain.
    #[error("the entry does not follow the last one")]
    Link,
    /// It belongs to another workspace.
    #[error("the entry belongs to another workspace")]
    Workspace,
    /// A first entry that creates nothing, or a later one that does.
    #[error("a chain begins with one Create entry and has no other")]
    Create,
    /// Its signature is not the named device's, or the invitation's is missing.
    #[error("the entry's signature does not verify")]
    Signature,
    /// The signer may not do that.
    #[error("the signer's role does not allow this")]
    Role,
    /// The invitation is unknown, closed, used up, or for somebody else.
    #[error("the invitation is not open")]
    Invite,
    /// A device, member or invitation of that name exists.
    #[error("the name is taken")]
    Taken,
    /// Over [`MAX_ENTRIES`].
    #[error("the chain is full")]
    Full,
    /// The first entry is not the one that was promised.
    #[error("the chain is not the one of the invitation")]
    Foreign,
}

/// A verified chain: every entry was checked against those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    workspace: WorkspaceId,
    first: Hash,
    head: Hash,
    entries: Vec<SignedEntry>,
    members: BTreeMap<MemberId, Member>,
    devices: BTreeMap<DeviceId, Device>,
    invites: BTreeMap<InviteId, Invite>,
}

impl Chain {
    /// Begins a chain with its Create entry.
    ///
    /// # Errors
    /// [`ChainError`] when it is not one, or not signed by the device it names.
    pub fn begin(first: SignedEntry) -> Result<Self, ChainError> {
        let entry = first.read().map_err(|_| ChainError::Malformed)?;
        let EntryBody::Create(newcomer) = entry.body else {
            return Err(ChainError::Create);
        };
        if entry.prev != Hash::ZERO || entry.index != 0 {
            return Err(ChainError::Link);
        }
        if entry.device != newcomer.device || !first.is_signed_by(&newcomer.key) {
            return Err(ChainError::Signature);
        }
        Ok(Self::founded(
            entry.workspace,
            first,
            newcomer,
            entry.time_ms,
        ))
    }

    /// Makes a chain by its Create entry, signed by the owner's device (whose key is put in).
    #[must_use]
    pub fn create(
        workspace: WorkspaceId,
        mut owner: Newcomer,
        time_ms: u64,
        signer: &(impl Signer + ?Sized),
    ) -> Self {
        owner.key = signer.public_key();
        let entry = Entry {
            prev: Hash::ZERO,
            index: 0,
            workspace,
            device: owner.device,
            time_ms,
            body: EntryBody::Create(owner.clone()),
        };
        Self::founded(workspace, entry.sign(signer), owner, time_ms)
    }

    /// Folds entries from the first.
    ///
    /// # Errors
    /// The first [`ChainError`]; [`ChainError::Create`] when there are none.
    pub fn from_entries(
        entries: impl IntoIterator<Item = SignedEntry>,
    ) -> Result<Self, ChainError> {
        let mut entries = entries.into_iter();
        let mut chain = Self::begin(entries.next().ok_or(ChainError::Create)?)?;
        for entry in entries {
            chain.append(entry)?;
        }
        Ok(chain)
    }

    /// Checks that this is the chain that begins with the entry of that hash (from an invitation link).
    ///
    /// # Errors
    /// [`ChainError::Foreign`].
    pub fn verify(&self, first_hash: Hash) -> Result<(), ChainError> {
        if self.first == first_hash {
            Ok(())
        } else {
            Err(ChainError::Foreign)
        }
    }

    /// Takes the next entry if it follows and its signer may say that. The chain is unchanged on error.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn append(&mut self, signed: SignedEntry) -> Result<(), ChainError> {
        let entry = signed.read().map_err(|_| ChainError::Malformed)?;
        if self.entries.len() >= MAX_ENTRIES {
            return Err(ChainError::Full);
        }
        if entry.workspace != self.workspace {
            return Err(ChainError::Workspace);
        }
        if entry.prev != self.head || entry.index != self.length() {
            return Err(ChainError::Link);
        }
        let hash = signed.hash();
        match self.judge(&signed, &entry)? {
            Outcome::Kept => {}
            Outcome::Invited(invitation, inviter) => {
                let invite = Invite {
                    invitation,
                    inviter,
                    uses: 0,
                    revoked: false,
                };
                self.invites.insert(invite.invitation.invite_id, invite);
            }
            Outcome::Revoked(invite_id) => {
                if let Some(invite) = self.invites.get_mut(&invite_id) {
                    invite.revoked = true;
                }
            }
            Outcome::Joined(acceptance, role) => {
                if let Some(invite) = self.invites.get_mut(&acceptance.invite_id) {
                    invite.uses = invite.uses.saturating_add(1);
                }
                self.admit(acceptance.newcomer, role, entry.time_ms);
            }
        }
        self.head = hash;
        self.entries.push(signed);
        Ok(())
    }

    /// Whose chain it is.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Hash of the first entry.
    #[must_use]
    pub const fn first(&self) -> Hash {
        self.first
    }

    /// Hash of the last entry.
    #[must_use]
    pub const fn head(&self) -> Hash {
        self.head
    }

    /// Number of entries.
    #[must_use]
    pub fn length(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[SignedEntry] {
        &self.entries
    }

    /// Entries from an index on; empty when there are none.
    #[must_use]
    pub fn entries_from(&self, index: u32) -> &[SignedEntry] {
        usize::try_from(index)
            .ok()
            .and_then(|index| self.entries.get(index..))
            .unwrap_or_default()
    }

    /// The team, by id.
    #[must_use]
    pub const fn members(&self) -> &BTreeMap<MemberId, Member> {
        &self.members
    }

    /// All devices, by id.
    #[must_use]
    pub const fn devices(&self) -> &BTreeMap<DeviceId, Device> {
        &self.devices
    }

    /// All invitations, open or not.
    #[must_use]
    pub const fn invites(&self) -> &BTreeMap<InviteId, Invite> {
        &self.invites
    }

    /// A device.
    #[must_use]
    pub fn device(&self, device: DeviceId) -> Option<&Device> {
        self.devices.get(&device)
    }

    /// The role of a device's member.
    #[must_use]
    pub fn role_of(&self, device: DeviceId) -> Option<Role> {
        let member = self.devices.get(&device)?.member;
        self.members.get(&member).map(|member| member.role)
    }

    /// The next entry of this chain, to be signed by the device.
    #[must_use]
    pub fn next_entry(&self, device: DeviceId, time_ms: u64, body: EntryBody) -> Entry {
        Entry {
            prev: self.head,
            index: self.length(),
            workspace: self.workspace,
            device,
            time_ms,
            body,
        }
    }

    fn founded(workspace: WorkspaceId, first: SignedEntry, owner: Newcomer, since_ms: u64) -> Self {
        let hash = first.hash();
        let mut chain = Self {
            workspace,
            first: hash,
            head: hash,
            entries: alloc::vec![first],
            members: BTreeMap::new(),
            devices: BTreeMap::new(),
            invites: BTreeMap::new(),
        };
        chain.admit(owner, Role::Owner, since_ms);
        chain
    }

    fn admit(&mut self, newcomer: Newcomer, role: Role, since_ms: u64) {
        self.devices.insert(
            newcomer.device,
            Device {
                member: newcomer.member,
                key: newcomer.key,
                sealing_key: newcomer.sealing_key,
            },
        );
        self.members.entry(newcomer.member).or_insert(Member {
            role,
            sealed_name: newcomer.sealed_name,
            since_ms,
        });
    }

    /// What an entry would do, if it may.
    fn judge(&self, signed: &SignedEntry, entry: &Entry) -> Result<Outcome, ChainError> {
        match &entry.body {
            EntryBody::Create(_) => Err(ChainError::Create),
            EntryBody::Join(acceptance) => self.judge_join(signed, entry, acceptance),
            EntryBody::Invite(invitation) => {
                let (inviter, role) = self.signer(signed, entry)?;
                let for_self = invitation.member == Some(inviter);
                // Nobody hands out more than they have; a further device of one's own needs no right.
                if !(for_self || invitation.member.is_none() && role.may_invite())
                    || invitation.role > role
                {
                    return Err(ChainError::Role);
                }
                if self.invites.contains_key(&invitation.invite_id) {
                    return Err(ChainError::Taken);
                }
                Ok(Outcome::Invited(invitation.clone(), inviter))
            }
            EntryBody::RevokeInvite(invite_id) => {
                let (member, role) = self.signer(signed, entry)?;
                let invite = self.invites.get(invite_id).ok_or(ChainError::Invite)?;
                if !role.may_invite() && invite.inviter != member {
                    return Err(ChainError::Role);
                }
                Ok(Outcome::Revoked(*invite_id))
            }
            EntryBody::Unknown { .. } => self.signer(signed, entry).map(|_| Outcome::Kept),
        }
    }

    fn judge_join(
        &self,
        signed: &SignedEntry,
        entry: &Entry,
        acceptance: &Acceptance,
    ) -> Result<Outcome, ChainError> {
        let newcomer = &acceptance.newcomer;
        if entry.device != newcomer.device || !signed.is_signed_by(&newcomer.key) {
            return Err(ChainError::Signature);
        }
        let invite = self
            .invites
            .get(&acceptance.invite_id)
            .filter(|invite| invite.is_open())
            .ok_or(ChainError::Invite)?;
        let digest = join_digest(
            self.workspace,
            acceptance.invite_id,
            newcomer.member,
            newcomer.device,
            &newcomer.key,
        );
        if !invite
            .invitation
            .key
            .verifies(&digest.0, &acceptance.invite_signature)
        {
            return Err(ChainError::Signature);
        }
        let known_key = self
            .devices
            .values()
            .any(|device| device.key == newcomer.key);
        if self.devices.contains_key(&newcomer.device) || known_key {
            return Err(ChainError::Taken);
        }
        match invite.invitation.member {
            Some(member) if member != newcomer.member => return Err(ChainError::Invite),
            None if self.members.contains_key(&newcomer.member) => return Err(ChainError::Taken),
            _ => {}
        }
        Ok(Outcome::Joined(acceptance.clone(), invite.invitation.role))
    }

    /// The member and role behind a signature by a known device.
    fn signer(&self, signed: &SignedEntry, entry: &Entry) -> Result<(MemberId, Role), ChainError> {
        let device = self
            .devices
            .get(&entry.device)
            .ok_or(ChainError::Signature)?;
        if !signed.is_signed_by(&device.key) {
            return Err(ChainError::Signature);
        }
        let role = self.role_of(entry.device).ok_or(ChainError::Role)?;
        Ok((device.member, role))
    }
}

enum Outcome {
    Kept,
    Invited(Invitation, MemberId),
    Revoked(InviteId),
    Joined(Acceptance, Role),
}
