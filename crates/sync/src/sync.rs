use crate::clock::{Clock, LONGEST};
use crate::line::{Line, Trouble};
use crate::pace::Pace;
use crate::reading::Reading;
use crate::session::Session;
use crate::{AppendFailure, Effect, Event, State};
use std::rc::Rc;
use tendero_protocol::{
    Chain, ClientMessage, DeviceId, LogPosition, RelayMessage, Seq, Signer, WorkspaceId,
};
use tendero_vault::Random;

/// Who this device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The device.
    pub device: DeviceId,
    /// The app's version, for the relay's operator.
    pub app: String,
}

/// A device of a workspace and its relay.
///
/// Reads the log page by page, one of them on its way into the store and at most one more in memory; sends the outbox frame
/// by frame, a few of them unacknowledged; keeps the membership chain in step; and comes back when the connection breaks.
pub struct Sync {
    pub(crate) me: Me,
    pub(crate) signer: Rc<dyn Signer>,
    pub(crate) chain: Chain,
    pub(crate) reading: Reading,
    /// Items that wait for the relay, as told.
    pub(crate) pending: u32,
    pub(crate) line: Line,
    /// The last number that a relay told of in this log, over all connections.
    pub(crate) seen: Seq,
    /// What the relay has does not continue what was seen.
    pub(crate) damaged: bool,
    /// The relay would not take back entries of the chain that it lost.
    pub(crate) unrestorable: bool,
    /// Bytes to have on the way.
    pub(crate) sending_pace: Pace,
    /// Entries to ask for.
    pub(crate) reading_pace: Pace,
    /// Effects of the event at hand.
    pub(crate) out: Vec<Effect>,
    /// The clock on the wall, for the time in entries.
    pub(crate) now_ms: u64,
    clock: Clock,
    pub(crate) attempts: u32,
    pub(crate) trouble: Option<Trouble>,
    told: State,
    /// When a wake-up is due.
    pub(crate) armed: Option<u64>,
}

impl Sync {
    /// Continues from what the device has stored; nothing happens before [`Event::Start`].
    #[must_use]
    pub fn new(me: Me, signer: Rc<dyn Signer>, chain: Chain, position: LogPosition) -> Self {
        Self {
            me,
            signer,
            chain,
            reading: Reading::new(position),
            pending: 0,
            line: Line::Off,
            seen: Seq(0),
            damaged: false,
            unrestorable: false,
            sending_pace: Pace::new(32 * 1024, 128 * 1024, 2 * 1024 * 1024),
            reading_pace: Pace::new(16, 256, 1000),
            out: Vec::new(),
            now_ms: 0,
            clock: Clock::default(),
            attempts: 0,
            trouble: None,
            told: State::Idle,
            armed: None,
        }
    }

    /// Takes an event in and says what is to be done, in order. `now_ms` is milliseconds since 1970 by this device's clock;
    /// it may be wrong and may be set.
    pub fn handle(&mut self, now_ms: u64, rng: &mut dyn Random, event: Event) -> Vec<Effect> {
        self.now_ms = now_ms;
        let now = self.clock.tell(now_ms);
        match event {
            Event::Start => self.start(now),
            Event::Stop => self.stop(),
            Event::Opened => self.opened(now),
            Event::Received(bytes) => self.received(now, rng, &bytes),
            Event::Closed => self.closed(now, rng),
            Event::NotARelay if self.is_connected() => self.give_up(now, rng, Trouble::NotARelay),
            Event::NotARelay => {}
            Event::Woken => self.armed = None,
            Event::Pending(pending) => self.pending_is(pending),
            Event::Items { items, salts } => self.send_items(now, rng, items, salts),
            Event::Applied => self.reading.applied(),
            Event::NotApplied => self.reading.not_applied(now),
            Event::Append(body) => self.want_appended(body),
        }
        self.look_at_the_time(now, rng);
        self.pursue(now);
        self.tell();
        self.arm(now);
        core::mem::take(&mut self.out)
    }

    /// The membership chain, as far as it is known and verified.
    #[must_use]
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Where things stand.
    #[must_use]
    pub fn state(&self) -> State {
        match (&self.line, self.trouble) {
            (Line::Off, _) => State::Idle,
            (Line::Open(session), _) => self.state_of(session),
            (_, Some(Trouble::Away)) => State::Offline,
            (_, Some(Trouble::NotARelay)) => State::NotARelay,
            (_, Some(Trouble::Refused(reason))) => State::Refused(reason),
            (_, None) if self.damaged => State::Damaged,
            (_, None) => State::Connecting,
        }
    }

    /// How far the log is durable here.
    #[must_use]
    pub const fn position(&self) -> LogPosition {
        self.reading.position()
    }

    /// How far the log goes, as far as the relay has said; for showing progress.
    #[must_use]
    pub const fn head(&self) -> Seq {
        self.seen
    }

    fn state_of(&self, session: &Session) -> State {
        let seq = self.reading.position().cursor;
        let read = self.reading.is_idle() && seq >= session.head;
        match session.sending.trouble() {
            _ if self.damaged => State::Damaged,
            Some(reason) => State::Refused(reason),
            None if self.pending == 0 && read => State::Synced { seq },
            None => State::Waiting {
                pending: self.pending,
            },
        }
    }

    fn received(&mut self, now: u64, rng: &mut dyn Random, bytes: &[u8]) {
        let message = RelayMessage::decode(bytes);
        match (&mut self.line, message) {
            (Line::Greeting { step, .. }, Ok(message)) => {
                let step = *step;
                self.greeted_with(now, rng, step, message);
            }
            (Line::Greeting { .. }, Err(_)) => self.give_up(now, rng, Trouble::NotARelay),
            (Line::Open(session), Ok(message)) => {
                session.heard(now, !matches!(message, RelayMessage::Pong(_)));
                self.told_by_relay(now, rng, message);
            }
            (Line::Open(_), Err(_)) => self.give_up(now, rng, Trouble::Away),
            // Of an earlier connection.
            (Line::Off | Line::Resting { .. } | Line::Dialling { .. }, _) => {}
        }
    }

    fn told_by_relay(&mut self, now: u64, rng: &mut dyn Random, message: RelayMessage) {
        match message {
            RelayMessage::Acks(acks) => self.acknowledged(now, rng, &acks),
            RelayMessage::LogItems(page) => self.page_came(now, page),
            RelayMessage::Notify(head) => self.saw(head),
            RelayMessage::ChainEntries(entries) => self.entries_came(now, entries),
            RelayMessage::Appended(tip) => self.chain_has_grown(now, tip),
            RelayMessage::AppendConflict(tip) => self.somebody_was_faster(now, tip),
            RelayMessage::Refused(refused) => self.refused(now, rng, refused),
            // A newer relay's, or one that is late: skipped.
            RelayMessage::Pong(_)
            | RelayMessage::Unknown(_)
            | RelayMessage::Challenge(_)
            | RelayMessage::Welcome(_) => {}
        }
    }

    /// Whatever can be done now is done, in this order. Nothing is done twice: each part knows what it has under way.
    fn pursue(&mut self, now: u64) {
        self.pursue_chain();
        self.pursue_log(now);
        self.pursue_outbox(now);
        if let Line::Open(session) = &mut self.line {
            if session.is_owed() {
                session.busy_since.get_or_insert(now);
            } else {
                session.busy_since = None;
            }
        }
    }

    pub(crate) fn send(&mut self, message: &ClientMessage) {
        self.out.push(Effect::Send(message.encode()));
    }

    /// The log goes at least to there.
    pub(crate) fn saw(&mut self, head: Seq) {
        if let Line::Open(session) = &mut self.line
            && session.distrusted_until.is_none()
        {
            session.head = session.head.max(head);
            self.seen = self.seen.max(head);
        }
    }

    /// The relay's log is not what this device has seen. Nothing of it is read in this conversation any more; own items are
    /// still offered, and the relay is looked at anew after a while.
    pub(crate) fn distrust(&mut self, now: u64) {
        self.damaged = true;
        if let Line::Open(session) = &mut self.line {
            let until = now.saturating_add(2 * LONGEST);
            session.distrusted_until.get_or_insert(until);
            session.asked = None;
            session.held = None;
        }
    }

    /// The relay's membership chain is not this device's: its log cannot be checked then either.
    pub(crate) fn distrust_chain(&mut self, now: u64) {
        self.distrust(now);
        self.fail_appends(AppendFailure::Disconnected);
        if let Line::Open(session) = &mut self.line {
            session.chain_fits = false;
        }
    }

    fn tell(&mut self) {
        let state = self.state();
        if state != self.told {
            self.told = state;
            self.out.push(Effect::State(state));
        }
    }
}
