//! Carries a session over a WebSocket: deadlines, heartbeats, limits. One task a connection, and one message in hand:
//! a client that does not read stops being served, and is dropped when the write does not end.

use crate::hub::stopped;
use crate::journal;
use crate::session::{Answer, Session};
use crate::store::LogStore;
use axum::extract::ws::{Message, WebSocket};
use std::time::Duration;
use tendero_protocol::message::RefusedReason;
use tendero_protocol::{ClientMessage, RelayMessage};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, interval_at, timeout};

/// The longest message: a full frame with its hashes, salts and envelope. Bytes.
pub(crate) const MAX_MESSAGE: usize = 1024 * 1024 + 160 * 1024;
/// Time for a newcomer to greet.
const GREETING: Duration = Duration::from_secs(5);
/// Time for one message to leave.
const WRITE: Duration = Duration::from_secs(20);
/// Between the relay's pings.
const PING: Duration = Duration::from_secs(20);
/// After this long without a sign of life the client is gone.
const SILENCE: Duration = Duration::from_secs(65);
/// Messages a client may send at once, and each second.
const BURST: f64 = 4000.0;
const RATE: f64 = 1000.0;
const RATE_RETRY_MS: u32 = 1000;

/// A bucket of tokens (<https://en.wikipedia.org/wiki/Token_bucket>).
struct Allowance {
    tokens: f64,
    since: Instant,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self {
            tokens: BURST,
            since: now,
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let gained = now.duration_since(self.since).as_secs_f64() * RATE;
        self.since = now;
        self.tokens = (self.tokens + gained).min(BURST);
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

/// Serves one connection to its end. `greeting` is held until the client has shown who it is.
pub(crate) async fn serve<S: LogStore>(
    mut socket: WebSocket,
    mut session: Session<S>,
    mut greeting: Option<OwnedSemaphorePermit>,
    mut stopping: watch::Receiver<bool>,
) {
    let reason = converse(&mut socket, &mut session, &mut greeting, &mut stopping).await;
    session.end().await;
    // The other side may be gone: closing is a courtesy.
    let _ = timeout(WRITE, socket.send(Message::Close(None))).await;
    journal::event("socket_closed", &[("reason", &reason)]);
}

async fn converse<S: LogStore>(
    socket: &mut WebSocket,
    session: &mut Session<S>,
    greeting: &mut Option<OwnedSemaphorePermit>,
    stopping: &mut watch::Receiver<bool>,
) -> &'static str {
    let start = Instant::now();
    let deadline = tokio::time::sleep_until(start + GREETING);
    tokio::pin!(deadline);
    let mut pings = interval_at(start + PING, PING);
    let mut heard = start;
    let mut allowance = Allowance::new(start);
    if !send(socket, &session.challenge()).await {
        return "gone";
    }
    loop {
        let received = tokio::select! {
            received = socket.recv() => received,
            news = session.news() => {
                if !send(socket, &news).await {
                    return "not_reading";
                }
                continue;
            }
            () = &mut deadline, if greeting.is_some() => return "no_greeting",
            _ = pings.tick() => {
                if heard.elapsed() > SILENCE {
                    return "silent";
                }
                if !write(socket, Message::Ping(Vec::new().into())).await {
                    return "not_reading";
                }
                continue;
            }
            () = stopped(stopping) => return "stopping",
        };
        let now = Instant::now();
        heard = now;
        let answer = match received {
            None => return "closed",
            Some(Ok(Message::Close(_))) => return "closed",
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(_)) if !allowance.take(now) => {
                Answer::refused(RefusedReason::RateLimited, RATE_RETRY_MS)
            }
            Some(Ok(Message::Binary(bytes))) => match ClientMessage::decode(&bytes) {
                Ok(message) => session.handle(message, journal::now_ms()).await,
                Err(_) => Answer::refused(RefusedReason::Malformed, 0),
            },
            Some(Ok(Message::Text(_))) => Answer::refused(RefusedReason::Malformed, 0),
            // Too long, or not WebSocket at all; the stream cannot be followed any further.
            Some(Err(_)) => Answer::refused(RefusedReason::TooLarge, 0),
        };
        for message in &answer.messages {
            if !send(socket, message).await {
                return "not_reading";
            }
        }
        if answer.close {
            return "refused";
        }
        if session.is_greeted() {
            *greeting = None;
        }
    }
}

async fn send(socket: &mut WebSocket, message: &RelayMessage) -> bool {
    write(socket, Message::Binary(message.encode().into())).await
}

async fn write(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(WRITE, socket.send(message)).await, Ok(Ok(())))
}
