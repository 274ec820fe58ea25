//! Carries a session over a WebSocket: deadlines, heartbeats, limits. One task a connection, and one message in hand:
//! a client that does not read stops being served, and is dropped when the write does not end.

use crate::hub::stopped;
use crate::journal;
use crate::limits::{Pace, weight};
use crate::patience::Readable;
use crate::routes::Welcoming;
use crate::session::{Answer, Session};
use crate::store::LogStore;
use crate::visitors::{Place, Visitors};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use std::sync::Arc;
use std::time::Duration;
use tendero_protocol::message::RefusedReason;
use tendero_protocol::{ClientMessage, RelayMessage};
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, timeout};

/// The longest message: a full frame with its hashes, salts and envelope. Bytes.
pub(crate) const MAX_MESSAGE: usize = 1024 * 1024 + 160 * 1024;
/// Time for a newcomer to greet.
const GREETING: Duration = Duration::from_secs(5);
/// Time for the other side to hear why the connection ends.
const LINGER: Duration = Duration::from_secs(2);
/// Time for one message to leave.
const WRITE: Duration = Duration::from_secs(20);
/// Between the relay's pings.
const PING: Duration = Duration::from_secs(20);
/// After this long without a sign of life the client is gone.
const SILENCE: Duration = Duration::from_secs(65);
const RATE_RETRY_MS: u32 = 1000;
/// Messages refused one after another before the connection is closed.
const PATIENCE: u32 = 100;

/// What a connection may send, by itself and together with others of its address.
struct Manners {
    own: Pace,
    place: Arc<Place>,
    visitors: Arc<Visitors>,
    /// Messages refused since the last that was taken.
    refused: u32,
}

impl Manners {
    fn allow(&mut self, bytes: usize) -> bool {
        let (now, weight) = (std::time::Instant::now(), weight(bytes));
        let allowed = self.own.take(now, weight) && self.place.may_send(now, weight);
        self.refused = if allowed { 0 } else { self.refused + 1 };
        if !allowed {
            self.visitors.turned_away(now);
        }
        allowed
    }
}

/// A client that has not greeted: it has few places, and not much is read from it.
pub(crate) struct Newcomer {
    pub _greeting: Welcoming,
    pub readable: Readable,
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        self.readable.lift();
    }
}

/// Serves one connection to its end. `newcomer` is held until the client has shown who it is.
pub(crate) async fn serve<S: LogStore>(
    mut socket: WebSocket,
    mut session: Session<S>,
    place: Arc<Place>,
    visitors: Arc<Visitors>,
    newcomer: Newcomer,
    mut stopping: watch::Receiver<bool>,
) {
    let manners = Manners {
        own: Pace::new(visitors.limits().messages, std::time::Instant::now()),
        place,
        visitors,
        refused: 0,
    };
    let reason = converse(&mut socket, &mut session, manners, newcomer, &mut stopping).await;
    session.end().await;
    let code = match reason {
        "rate_limited" => close_code::POLICY,
        "stopping" => close_code::AWAY,
        _ => close_code::NORMAL,
    };
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    // The other side may be gone: closing is a courtesy.
    let _ = timeout(WRITE, socket.send(Message::Close(Some(frame)))).await;
    // Closing on bytes that nobody has read would reset the connection, and the reason would not arrive (RFC 9112, 9.6).
    let _ = timeout(LINGER, async {
        while let Some(Ok(_)) = socket.recv().await {}
    })
    .await;
    journal::event("socket_closed", &[("reason", &reason)]);
}

async fn converse<S: LogStore>(
    socket: &mut WebSocket,
    session: &mut Session<S>,
    mut manners: Manners,
    newcomer: Newcomer,
    stopping: &mut watch::Receiver<bool>,
) -> &'static str {
    let start = Instant::now();
    let deadline = tokio::time::sleep_until(start + GREETING);
    tokio::pin!(deadline);
    let mut pings = interval_at(start + PING, PING);
    let mut heard = start;
    let mut newcomer = Some(newcomer);
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
            () = &mut deadline, if newcomer.is_some() => return "no_greeting",
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
            Some(Ok(Message::Pong(_))) => continue,
            Some(Ok(message)) if !manners.allow(length(&message)) => {
                if manners.refused > PATIENCE {
                    return "rate_limited";
                }
                Answer::refused(RefusedReason::RateLimited, RATE_RETRY_MS)
            }
            Some(Ok(Message::Ping(_))) => continue,
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
            newcomer = None;
        }
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Text(text) => text.len(),
        Message::Close(_) => 0,
    }
}

async fn send(socket: &mut WebSocket, message: &RelayMessage) -> bool {
    write(socket, Message::Binary(message.encode().into())).await
}

async fn write(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(WRITE, socket.send(message)).await, Ok(Ok(())))
}
