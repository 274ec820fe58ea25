//! The conversation of [`crate::session`] over plain HTTP, for scripts and for networks that let no WebSocket through.
//!
//! A `POST` without a session opens one and brings the challenge; each `POST` with it carries messages one after
//! another and brings the answers. Nothing is stored: a session ends with the process, and a client begins another.

use crate::journal;
use crate::limits::{Pace, weight};
use crate::routes::Welcoming;
use crate::session::{Answer, Session};
use crate::store::LogStore;
use crate::visitors::{Connection, Place, Visitors};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tendero_protocol::message::RefusedReason;
use tendero_protocol::{ClientMessage, RelayMessage, wire};
use tokio::sync::{OwnedMutexGuard, watch};

/// Time for a newcomer to greet: one way there and back more than over a socket.
const GREETING: Duration = Duration::from_secs(10);
/// After this long without a request the client is gone.
const SILENCE: Duration = Duration::from_secs(65);
/// Between two looks at who is gone.
const SWEEP: Duration = Duration::from_secs(1);
/// Bytes of answers after which no more messages of a request are handled.
const ANSWER_BYTES: usize = 1024 * 1024;
const RATE_RETRY_MS: u32 = 1000;

/// A session's name, known to its client alone.
pub(crate) type Token = [u8; 16];

/// What a session holds while it is open.
pub(crate) struct Seat {
    /// Among those of the client's address.
    pub place: Place,
    /// Among all connections.
    pub connection: Connection,
    /// Until the client has greeted.
    pub greeting: Welcoming,
}

struct Talk<S> {
    session: Session<S>,
    pace: Pace,
    place: Place,
    _connection: Connection,
    greeting: Option<Welcoming>,
    opened: Instant,
    heard: Instant,
}

impl<S> Talk<S> {
    fn is_over(&self, now: Instant) -> bool {
        let since = |then| now.saturating_duration_since(then);
        since(self.heard) > SILENCE || self.greeting.is_some() && since(self.opened) > GREETING
    }
}

/// One session. Requests take turns; a later one ends the waiting of the one before.
pub(crate) struct Exchange<S> {
    talk: Arc<tokio::sync::Mutex<Option<Talk<S>>>>,
    greeted: AtomicBool,
    arrivals: watch::Sender<u64>,
}

/// What a request brought.
#[derive(Default)]
pub(crate) struct Turn {
    /// Answers and news, one after another.
    pub answers: Vec<u8>,
    /// How many messages of the request were handled; the rest have to be sent again.
    pub handled: usize,
    /// Whether the session is over.
    pub over: bool,
}

impl Turn {
    fn say(&mut self, message: &RelayMessage) {
        self.answers.extend(message.encode());
    }

    fn take(&mut self, answer: &Answer) {
        answer.messages.iter().for_each(|message| self.say(message));
        self.over |= answer.close;
    }
}

/// All sessions.
pub(crate) struct Exchanges<S> {
    open: Mutex<HashMap<Token, Arc<Exchange<S>>>>,
}

impl<S> Default for Exchanges<S> {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
        }
    }
}

impl<S: LogStore> Exchanges<S> {
    /// Begins a session under a new name.
    pub fn open(&self, token: Token, session: Session<S>, seat: Seat, visitors: &Visitors) {
        let now = Instant::now();
        let talk = Talk {
            session,
            pace: Pace::new(visitors.limits().messages, now),
            place: seat.place,
            _connection: seat.connection,
            greeting: Some(seat.greeting),
            opened: now,
            heard: now,
        };
        let exchange = Exchange {
            talk: Arc::new(tokio::sync::Mutex::new(Some(talk))),
            greeted: AtomicBool::new(false),
            arrivals: watch::Sender::new(0),
        };
        self.all().insert(token, Arc::new(exchange));
    }

    /// A session that is open.
    pub fn find(&self, token: &Token) -> Option<Arc<Exchange<S>>> {
        self.all().get(token).cloned()
    }

    /// Ends a session, whether it is open or not.
    pub async fn close(&self, token: &Token) -> bool {
        let exchange = self.all().remove(token);
        let Some(exchange) = exchange else {
            return false;
        };
        exchange.arrive();
        let talk = exchange.talk.lock().await.take();
        if let Some(talk) = talk {
            talk.session.end().await;
        }
        true
    }

    /// Ends sessions whose client is gone or does not greet, until told to stop.
    pub async fn sweep(&self, mut stopping: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(SWEEP) => {}
                () = crate::hub::stopped(&mut stopping) => return,
            }
            let now = Instant::now();
            // One that is in use is not over.
            let is_over = |exchange: &Exchange<S>| {
                let talk = exchange.talk.try_lock();
                talk.is_ok_and(|talk| talk.as_ref().is_none_or(|talk| talk.is_over(now)))
            };
            let over: Vec<Token> = self
                .all()
                .iter()
                .filter(|(_, exchange)| is_over(exchange))
                .map(|(token, _)| *token)
                .collect();
            for token in over {
                self.close(&token).await;
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Token, Arc<Exchange<S>>>> {
        // Nothing panics while the lock is held.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: LogStore> Exchange<S> {
    /// Answers the messages of one request; when there is nothing to say, waits so long for news. `None` when the session
    /// is over.
    pub async fn turn(
        &self,
        body: Vec<u8>,
        wait: Duration,
        visitors: Arc<Visitors>,
        mut stopping: watch::Receiver<bool>,
    ) -> Option<Turn> {
        let arrival = self.arrive();
        let guard = Arc::clone(&self.talk).lock_owned().await;
        // A client that hangs up must not leave a message half handled.
        let handling = tokio::spawn(handle(guard, body, visitors));
        let (mut guard, mut turn) = handling.await.ok()??;
        let is_greeted = |talk: &Talk<S>| talk.greeting.is_none();
        self.greeted
            .store(guard.as_ref().is_some_and(is_greeted), Ordering::Release);
        if turn.over || !turn.answers.is_empty() || wait.is_zero() {
            return Some(turn);
        }
        let talk = guard.as_mut()?;
        let mut arrivals = self.arrivals.subscribe();
        tokio::select! {
            news = talk.session.news() => turn.say(&news),
            _ = arrivals.wait_for(|latest| *latest > arrival) => {}
            () = tokio::time::sleep(wait) => {}
            () = crate::hub::stopped(&mut stopping) => {}
        }
        talk.heard = Instant::now();
        Some(turn)
    }

    /// Whether the client has shown who it is.
    pub fn is_greeted(&self) -> bool {
        self.greeted.load(Ordering::Acquire)
    }

    /// Tells a request that waits of another.
    fn arrive(&self) -> u64 {
        let mut arrival = 0;
        self.arrivals.send_modify(|latest| {
            *latest += 1;
            arrival = *latest;
        });
        arrival
    }
}

type Held<S> = OwnedMutexGuard<Option<Talk<S>>>;

/// Handles messages in their order until the answers are long enough, the pace is exceeded or the session ends.
async fn handle<S: LogStore>(
    mut guard: Held<S>,
    body: Vec<u8>,
    visitors: Arc<Visitors>,
) -> Option<(Held<S>, Turn)> {
    let talk = guard.as_mut()?;
    talk.heard = Instant::now();
    let mut turn = Turn::default();
    let mut rest = body.as_slice();
    while !rest.is_empty() && !turn.over && turn.answers.len() < ANSWER_BYTES {
        let Ok((message, after)) = wire::split_first(rest) else {
            turn.take(&Answer::refused(RefusedReason::Malformed, 0));
            break;
        };
        let (now, weight) = (Instant::now(), weight(message.len()));
        if !(talk.pace.take(now, weight) && talk.place.may_send(now, weight)) {
            visitors.turned_away(now);
            turn.take(&Answer::refused(RefusedReason::RateLimited, RATE_RETRY_MS));
            break;
        }
        let answer = match ClientMessage::decode(message) {
            Ok(message) => talk.session.handle(message, journal::now_ms()).await,
            Err(_) => Answer::refused(RefusedReason::Malformed, 0),
        };
        turn.take(&answer);
        turn.handled += 1;
        rest = after;
    }
    if talk.session.is_greeted() {
        talk.greeting = None;
    }
    while !turn.over {
        tokio::select! {
            biased;
            news = talk.session.news() => turn.say(&news),
            () = std::future::ready(()) => break,
        }
    }
    if turn.over
        && let Some(talk) = guard.take()
    {
        talk.session.end().await;
    }
    Some((guard, turn))
}
