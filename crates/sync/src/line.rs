//! The connection to the relay: made, kept alive, given up, made again.

use crate::clock::back_off;
use crate::session::Session;
use crate::sync::Sync;
use crate::{AppendFailure, Effect};
use tendero_protocol::message::RefusedReason;
use tendero_protocol::{ChallengeNonce, ClientMessage};
use tendero_vault::Random;

/// How long a connection may take to open. Milliseconds, like all that follow.
const DIALLING: u64 = 10_000;
/// How long a relay may take with its challenge; what says nothing by then is none.
const CHALLENGE: u64 = 5_000;
/// How long it may take to answer; with [`crate::session::SILENCE`] before, a mute socket is noticed within 20 s.
const PONG: u64 = 8_000;
/// How long a relay that answers pings may owe another answer.
const STALLED: u64 = 60_000;
/// A conversation of this length counts as success: the next attempt after it comes soon.
const LASTING: u64 = 10_000;

/// Where the connection stands. Times are those of [`crate::clock::Clock`].
pub(crate) enum Line {
    /// The network is not used.
    Off,
    /// Waiting to try again.
    Resting { until: u64 },
    /// A connection is being opened.
    Dialling { until: u64 },
    /// Open, not yet greeted.
    Greeting { until: u64, step: Step },
    /// Greeted.
    Open(Box<Session>),
}

/// What is awaited while greeting.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Challenge,
    /// The answer to a `Hello`. `created`: the relay was given the workspace in this conversation already.
    Welcome {
        nonce: ChallengeNonce,
        created: bool,
    },
    /// The answer to the Create entry.
    Created {
        nonce: ChallengeNonce,
    },
}

/// Why there is no conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It broke, or did not come about.
    Away,
    NotARelay,
    Refused(RefusedReason),
}

impl Sync {
    pub(crate) fn start(&mut self, now: u64) {
        match &mut self.line {
            Line::Off | Line::Resting { .. } => {
                self.attempts = 0;
                self.dial(now);
            }
            // Perhaps the network is another one and the socket a dead one: ask.
            Line::Open(session) if session.ping.is_none() => session.ask_at = now,
            Line::Dialling { .. } | Line::Greeting { .. } | Line::Open(_) => {}
        }
    }

    pub(crate) fn stop(&mut self) {
        if self.is_connected() {
            self.out.push(Effect::Close);
        }
        self.hang_up(Line::Off);
        self.trouble = None;
    }

    pub(crate) fn opened(&mut self, now: u64) {
        if matches!(self.line, Line::Dialling { .. }) {
            self.line = Line::Greeting {
                until: now.saturating_add(CHALLENGE),
                step: Step::Challenge,
            };
        }
    }

    pub(crate) fn closed(&mut self, now: u64, rng: &mut dyn Random) {
        if self.is_connected() {
            let until = now.saturating_add(self.next_wait(now, rng));
            self.trouble = Some(Trouble::Away);
            self.hang_up(Line::Resting { until });
        }
    }

    /// Does what is due.
    pub(crate) fn look_at_the_time(&mut self, now: u64, rng: &mut dyn Random) {
        match &mut self.line {
            Line::Off => {}
            Line::Resting { until } => {
                if now >= *until {
                    self.dial(now);
                }
            }
            Line::Dialling { until } => {
                if now >= *until {
                    self.give_up(now, rng, Trouble::Away);
                }
            }
            Line::Greeting { until, step } => {
                if now >= *until {
                    let trouble = match step {
                        Step::Challenge => Trouble::NotARelay,
                        Step::Welcome { .. } | Step::Created { .. } => Trouble::Away,
                    };
                    self.give_up(now, rng, trouble);
                }
            }
            Line::Open(session) => {
                let mute = session.ping.is_some_and(|until| now >= until);
                let stalled = session
                    .busy_since
                    .is_some_and(|since| now >= since.saturating_add(STALLED));
                if mute || stalled {
                    self.choked();
                    self.give_up(now, rng, Trouble::Away);
                } else if session.distrusted_until.is_some_and(|until| now >= until) {
                    self.out.push(Effect::Close);
                    self.hang_up(Line::Off);
                    self.dial(now);
                } else if session.ping.is_none() && now >= session.ask_at {
                    session.pings = session.pings.saturating_add(1);
                    session.ping = Some(now.saturating_add(PONG));
                    let number = session.pings;
                    self.send(&ClientMessage::Ping(number));
                }
            }
        }
    }

    /// Asks to be woken when the next thing is due, unless that is asked for already.
    pub(crate) fn arm(&mut self, now: u64) {
        let Some(due) = self.next_due() else { return };
        let due = due.max(now.saturating_add(1));
        if self.armed.is_none_or(|armed| due < armed || armed <= now) {
            self.armed = Some(due);
            self.out.push(Effect::Wake(due - now));
        }
    }

    fn next_due(&self) -> Option<u64> {
        let line = match &self.line {
            Line::Off => None,
            Line::Resting { until } | Line::Dialling { until } | Line::Greeting { until, .. } => {
                Some(*until)
            }
            Line::Open(session) => [
                Some(session.ping.unwrap_or(session.ask_at)),
                session
                    .busy_since
                    .map(|since| since.saturating_add(STALLED)),
                session.distrusted_until,
                session.sending.paused_until(),
            ]
            .into_iter()
            .flatten()
            .min(),
        };
        // A page that could not be stored is fetched again; without a connection that is no news.
        let reading = self
            .reading
            .retry_at()
            .filter(|_| matches!(self.line, Line::Open(_)));
        line.into_iter().chain(reading).min()
    }

    fn dial(&mut self, now: u64) {
        self.line = Line::Dialling {
            until: now.saturating_add(DIALLING),
        };
        self.out.push(Effect::Connect);
    }

    /// Closes the connection and comes back later: soon after a lasting conversation, else later each time; slowly to
    /// whoever will not talk to us.
    pub(crate) fn give_up(&mut self, now: u64, rng: &mut dyn Random, trouble: Trouble) {
        let wait = match trouble {
            Trouble::Away => self.next_wait(now, rng),
            Trouble::NotARelay | Trouble::Refused(_) => back_off(u32::MAX, rng),
        };
        self.give_up_for(now.saturating_add(wait), Some(trouble));
    }

    /// Closes the connection and comes back at that time.
    pub(crate) fn give_up_for(&mut self, until: u64, trouble: Option<Trouble>) {
        self.out.push(Effect::Close);
        self.trouble = trouble;
        self.hang_up(Line::Resting { until });
    }

    /// How long to wait before the next attempt; counts it.
    pub(crate) fn next_wait(&mut self, now: u64, rng: &mut dyn Random) -> u64 {
        if let Line::Open(session) = &self.line
            && now >= session.since.saturating_add(LASTING)
        {
            self.attempts = 0;
        }
        let wait = back_off(self.attempts, rng);
        self.attempts = self.attempts.saturating_add(1);
        wait
    }

    /// The conversation is over: whoever waits for the chain is told.
    fn hang_up(&mut self, line: Line) {
        self.fail_appends(AppendFailure::Disconnected);
        self.line = line;
    }

    /// A conversation begins.
    pub(crate) fn begin(&mut self, session: Session) {
        self.trouble = None;
        self.line = Line::Open(Box::new(session));
    }

    pub(crate) const fn is_connected(&self) -> bool {
        !matches!(self.line, Line::Off | Line::Resting { .. })
    }

    /// The relay went silent with something on the way: next time less.
    fn choked(&mut self) {
        if let Line::Open(session) = &self.line {
            if session.asked.is_some() {
                self.reading_pace.choked();
            }
            if session.sending.is_owed() {
                self.sending_pace.choked();
            }
        }
    }
}
