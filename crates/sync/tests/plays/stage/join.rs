//! How a newcomer gets in.

use super::dice::Dice;
use super::seller::Seller;
use super::world::World;
use std::rc::Rc;
use tendero_protocol::entry::Invitation;
use tendero_protocol::{ClientMessage, DeviceId, EntryBody, MemberId, Role, Signer as _};
use tendero_sync::{JoinEffect, JoinEvent, JoinFailure, Joining};
use tendero_vault::{DeviceKey, InviteLink, InviteSecret, Random as _};

pub type Outcome = Result<Seller, JoinFailure>;

/// An invitation by somebody who is connected; the link as it is sent to the newcomer.
pub fn invite(world: &mut World, who: usize, max_uses: u16) -> String {
    let (link, body) = invitation(&mut world.sellers[who], max_uses, Role::Writer);
    let now = world.now;
    world.sellers[who].append(now, body);
    world.settle();
    link
}

pub fn invitation(seller: &mut Seller, max_uses: u16, role: Role) -> (String, EntryBody) {
    let secret = InviteSecret::make(&mut seller.dice);
    let body = EntryBody::Invite(Invitation {
        invite_id: secret.id(),
        key: secret.signer().public_key(),
        role,
        member: None,
        expires_ms: 0,
        max_uses,
        sealed_keyring: secret.seal_keyring(&mut seller.dice, &seller.disk.keyring),
    });
    let link = InviteLink {
        workspace: seller.disk.workspace,
        first: seller.sync.as_ref().unwrap().chain().first(),
        secret,
    };
    (link.to_fragment(), body)
}

/// Somebody with a link.
pub struct Newcomer {
    name: &'static str,
    member: MemberId,
    device: DeviceId,
    key: DeviceKey,
    joining: Joining,
    dice: Dice,
    /// The connection breaks instead of the message of that number coming down.
    pub cut_at: Option<usize>,
    pub took: u64,
    pub connects: usize,
    /// Entries that were signed and sent.
    pub appends: usize,
}

impl Newcomer {
    pub fn new(name: &'static str, link: String, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut id = || {
            let mut bytes = [0; 16];
            dice.fill(&mut bytes);
            bytes
        };
        let (member, device) = (MemberId(id()), DeviceId(id()));
        let key = DeviceKey::make(&mut dice);
        let link = InviteLink::parse(&link).unwrap();
        let signer = Rc::new(key.clone());
        Self {
            name,
            member,
            device,
            key,
            joining: Joining::new(link, name.to_owned(), member, device, signer),
            dice,
            cut_at: None,
            took: 0,
            connects: 1,
            appends: 0,
        }
    }

    /// Plays it to the end, one seller's wire beside the others'.
    pub fn join(&mut self, world: &mut World) -> Outcome {
        const MINE: u64 = 1 << 40;
        let began = world.now;
        let mut conn = MINE;
        let mut wake_at = None;
        let mut received = 0;
        let mut events = std::collections::VecDeque::new();
        let mut connecting = true;
        loop {
            if std::mem::take(&mut connecting) {
                if world.relay_up {
                    conn += 1;
                    world.relay.connect(conn);
                    events.push_back(JoinEvent::Opened);
                } else {
                    events.push_back(JoinEvent::Closed);
                }
            }
            let (mine, others): (Vec<_>, Vec<_>) = std::mem::take(&mut world.relay.out)
                .into_iter()
                .partition(|(to, _)| *to >= MINE);
            world.relay.out = others;
            for (_, message) in mine.into_iter().filter(|(to, _)| *to == conn) {
                received += 1;
                let cut = self.cut_at == Some(received);
                match message {
                    Some(bytes) if !cut => events.push_back(JoinEvent::Received(bytes)),
                    _ => {
                        world.relay.disconnect(conn);
                        conn += 1;
                        events.push_back(JoinEvent::Closed);
                        break;
                    }
                }
            }
            world.settle();
            let event = events.pop_front().unwrap_or_else(|| {
                world.now = wake_at.take().expect("somebody wakes the newcomer");
                JoinEvent::Woken
            });
            let effects = self.joining.handle(world.now, &mut self.dice, event);
            self.took = world.now - began;
            for effect in effects {
                match effect {
                    JoinEffect::Connect => {
                        self.connects += 1;
                        connecting = true;
                    }
                    JoinEffect::Close => {
                        world.relay.disconnect(conn);
                        conn += 1;
                        events.clear();
                    }
                    JoinEffect::Send(bytes) => {
                        let message = ClientMessage::decode(&bytes).unwrap();
                        self.appends += usize::from(matches!(message, ClientMessage::Append(_)));
                        world.relay.received(conn, &bytes);
                    }
                    JoinEffect::Wake(ms) => wake_at = Some(world.now + ms),
                    JoinEffect::Joined { chain, keyring } => {
                        world.relay.disconnect(conn);
                        let ids = (self.member, self.device);
                        let dice = self.dice.clone();
                        let seller =
                            Seller::settled(self.name, &chain, keyring, ids, &self.key, dice);
                        return Ok(seller);
                    }
                    JoinEffect::Failed(failure) => return Err(failure),
                }
            }
        }
    }
}

impl Newcomer {
    /// One event, and what the core makes of it.
    pub fn hears(&mut self, now: u64, event: JoinEvent) -> Vec<JoinEffect> {
        self.joining.handle(now, &mut self.dice, event)
    }
}
