//! The outbox on its way to the relay.

use crate::clock::LONGEST;
use crate::line::Line;
use crate::line::Trouble;
use crate::sync::Sync;
use crate::{Ack, Effect};
use std::collections::BTreeMap;
use tendero_protocol::message::{Acks, ItemAck, RefusedReason, Verdict};
use tendero_protocol::wire::{MAX_FRAME_BYTES, MAX_FRAME_ITEMS};
use tendero_protocol::{ClientMessage, Frame, FrameHeader, FrameId, Item, ItemId, SaltRow};
use tendero_vault::Random;

/// Frames that may be unacknowledged.
const FRAMES: usize = 4;
/// The largest frame this device makes, bytes of its items: it must go out between two signs of life, and the relay makes it
/// durable in one go.
const FRAME_BYTES: usize = 512 * 1024;

/// What is on its way in a conversation.
#[derive(Default)]
pub(crate) struct Sending {
    /// Times the outbox was asked and has not answered.
    asking: u32,
    /// The outbox has no more for now.
    exhausted: bool,
    in_flight: BTreeMap<FrameId, InFlight>,
    pause: Option<Pause>,
}

struct InFlight {
    items: Vec<ItemId>,
    bytes: usize,
    at: u64,
}

/// The relay takes no items.
#[derive(Clone, Copy)]
struct Pause {
    reason: RefusedReason,
    /// When to offer them again; `None`: not in this conversation.
    until: Option<u64>,
}

impl Sending {
    /// Nothing is sent in this conversation.
    pub(crate) fn barred(reason: RefusedReason) -> Self {
        Self {
            pause: Some(Pause {
                reason,
                until: None,
            }),
            ..Self::default()
        }
    }

    /// Whether frames are unacknowledged.
    pub(crate) fn is_owed(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Why nothing is sent.
    pub(crate) fn trouble(&self) -> Option<RefusedReason> {
        self.pause.map(|pause| pause.reason)
    }

    pub(crate) fn paused_until(&self) -> Option<u64> {
        self.pause.and_then(|pause| pause.until)
    }

    fn bytes_in_flight(&self) -> usize {
        self.in_flight.values().map(|frame| frame.bytes).sum()
    }

    fn items_in_flight(&self) -> usize {
        let items = self.in_flight.values().map(|frame| frame.items.len());
        items.sum()
    }
}

impl Sync {
    /// So many items wait, those in flight included.
    pub(crate) fn pending_is(&mut self, pending: u32) {
        self.pending = pending;
        if let Line::Open(session) = &mut self.line {
            let waiting = usize::try_from(pending).unwrap_or(usize::MAX);
            if waiting > session.sending.items_in_flight() {
                session.sending.exhausted = false;
            }
        }
    }

    /// Asks the outbox for more as long as there is room on the line.
    pub(crate) fn pursue_outbox(&mut self, now: u64) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let sending = &mut session.sending;
        if sending.paused_until().is_some_and(|until| now >= until) {
            sending.pause = None;
            sending.exhausted = false;
            self.out.push(Effect::FromStart);
        }
        let window = self.sending_pace.size();
        let may_ask = sending.pause.is_none()
            && sending.asking == 0
            && !sending.exhausted
            && self.pending > 0
            && sending.in_flight.len() < FRAMES
            && sending.bytes_in_flight() < window;
        if may_ask {
            sending.asking = 1;
            let limit = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX).max(1);
            self.out.push(Effect::NextItems {
                max_items: limit(session.limits.frame_items).min(MAX_FRAME_ITEMS),
                max_bytes: limit(session.limits.frame_bytes)
                    .min(FRAME_BYTES)
                    .min(window / 2),
            });
        }
    }

    /// The outbox answered: signs and sends.
    pub(crate) fn send_items(
        &mut self,
        now: u64,
        rng: &mut dyn Random,
        items: Vec<Item>,
        salts: Vec<SaltRow>,
    ) {
        let Line::Open(session) = &mut self.line else {
            // The connection broke meanwhile: with the next one they are handed out again.
            return;
        };
        session.sending.asking = session.sending.asking.saturating_sub(1);
        session.sending.exhausted = items.is_empty();
        let mut salts = salts;
        let (frames, too_large) = pack(items);
        for items in frames {
            let (own, other) = salts
                .into_iter()
                .partition(|row| items.iter().any(|it| it.header.doc_tag == row.doc_tag));
            salts = other;
            self.send_frame(now, rng, items, own);
        }
        // No relay would take these: said at once, so that nobody waits.
        let refused = |id| (id, Ack::Refused(Verdict::Denied));
        if !too_large.is_empty() {
            let acks = too_large.into_iter().map(refused).collect();
            self.out.push(Effect::Acked(acks));
        }
    }

    fn send_frame(
        &mut self,
        now: u64,
        rng: &mut dyn Random,
        items: Vec<Item>,
        mut salts: Vec<SaltRow>,
    ) {
        let mut frame_id = FrameId::default();
        rng.fill(&mut frame_id.0);
        // More salts than items are never needed, and no relay takes them.
        salts.truncate(items.len());
        let in_flight = InFlight {
            items: items.iter().map(|item| item.header.item_id).collect(),
            bytes: items.iter().map(Item::size).sum(),
            at: now,
        };
        let frame = Frame {
            header: FrameHeader {
                workspace: self.me.workspace,
                frame_id,
                device: self.me.device,
                chain_index: self.chain.length(),
            },
            items,
            salts,
        };
        // `pack` keeps the bounds that signing checks.
        if let (Ok(signed), Line::Open(session)) = (frame.sign(&*self.signer), &mut self.line) {
            session.sending.in_flight.insert(frame_id, in_flight);
            self.send(&ClientMessage::Push(signed));
        }
    }

    /// The relay says what became of a frame.
    pub(crate) fn acknowledged(&mut self, now: u64, rng: &mut dyn Random, acks: &Acks) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let Some(frame) = session.sending.in_flight.remove(&acks.frame_id) else {
            // Asked for in no way; nothing depends on it.
            return;
        };
        if frame.items.len() != acks.items.len() {
            self.give_up(now, rng, Trouble::Away);
            return;
        }
        self.sending_pace.took(now.saturating_sub(frame.at));
        if let Some(reason) = acks.items.iter().find_map(bars) {
            session.sending.pause = Some(Pause {
                reason,
                until: Some(now.saturating_add(LONGEST)),
            });
        }
        if let Some(last) = acks.items.iter().filter_map(stored).max() {
            self.saw(last);
        }
        let items = frame.items.into_iter().zip(&acks.items);
        let acks = items.map(|(id, ack)| {
            let ack = stored(ack).map_or(Ack::Refused(ack.verdict), Ack::Stored);
            (id, ack)
        });
        self.out.push(Effect::Acked(acks.collect()));
    }
}

/// The number under which the relay has an item.
fn stored(ack: &ItemAck) -> Option<tendero_protocol::Seq> {
    matches!(ack.verdict, Verdict::Stored | Verdict::Duplicate).then_some(ack.seq)
}

/// Whether further items would fare the same.
fn bars(ack: &ItemAck) -> Option<RefusedReason> {
    match ack.verdict {
        Verdict::Quota => Some(RefusedReason::Storage),
        Verdict::Denied => Some(RefusedReason::Denied),
        _ => None,
    }
}

/// Items in frames within the protocol's bounds, in their order, and those that fit in none.
fn pack(items: Vec<Item>) -> (Vec<Vec<Item>>, Vec<ItemId>) {
    let mut frames: Vec<Vec<Item>> = Vec::new();
    let mut too_large = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = item.size();
        if size > MAX_FRAME_BYTES {
            too_large.push(item.header.item_id);
            continue;
        }
        bytes += size;
        match frames.last_mut() {
            Some(last) if last.len() < MAX_FRAME_ITEMS && bytes <= MAX_FRAME_BYTES => {
                last.push(item);
            }
            _ => {
                bytes = size;
                frames.push(vec![item]);
            }
        }
    }
    (frames, too_large)
}
