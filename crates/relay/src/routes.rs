//! The relay's addresses: `/relay/ws`, `/relay/http`, `/relay/health`, `/relay/csp-report` and its count; all else is the app.

use crate::app_files::{AppFiles, text};
use crate::exchange::{Exchanges, Seat, Token, Turn};
use crate::headers;
use crate::hub::Hub;
use crate::journal;
use crate::limits::GREETING_BYTES;
use crate::server::Caller;
use crate::session::Session;
use crate::socket::{self, MAX_MESSAGE};
use crate::store::{Condition, LogStore};
use crate::visitors::{Full, Greeting, Place, Visitors};
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tendero_protocol::ChallengeNonce;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Sockets at once whose client has not greeted.
const GREETINGS: usize = 1024;
/// Bytes of a policy report that are read at all.
const REPORT_BYTES: usize = 16 * 1024;
/// Time for the messages of a request.
const BODY: Duration = Duration::from_secs(60);
/// The longest that a request waits for news; proxies cut off what is silent for a minute.
const MAX_WAIT: Duration = Duration::from_secs(25);
/// Names the session of a request over plain HTTP.
const SESSION: HeaderName = HeaderName::from_static("tendero-session");
/// How many messages of a request were handled.
const HANDLED: HeaderName = HeaderName::from_static("tendero-handled");
/// What every socket holds even when nothing is said on it; most of a small message at once.
const READ_BUFFER: usize = 8 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;
/// Above the longest answer, so that one message always fits and a second never waits.
const MAX_WRITE_BUFFER: usize = 4 * 1024 * 1024;

/// What the handlers share.
pub struct Relay<S> {
    hub: Arc<Hub<S>>,
    app: AppFiles,
    tls: bool,
    stopping: watch::Receiver<bool>,
    visitors: Arc<Visitors>,
    greetings: Arc<Semaphore>,
    exchanges: Exchanges<S>,
    policy_reports: AtomicU64,
}

impl<S: LogStore> Relay<S> {
    /// The state of a server that has not begun.
    #[must_use]
    pub fn new(
        hub: Hub<S>,
        app: AppFiles,
        tls: bool,
        visitors: Arc<Visitors>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            hub: Arc::new(hub),
            app,
            tls,
            stopping,
            visitors,
            greetings: Arc::new(Semaphore::new(GREETINGS)),
            exchanges: Exchanges::default(),
            policy_reports: AtomicU64::new(0),
        }
    }

    /// Ends HTTP sessions that are over, until told to stop.
    pub(crate) async fn sweep(&self) {
        self.exchanges.sweep(self.stopping.clone()).await;
    }

    /// What listens and answers.
    #[must_use]
    pub fn hub(&self) -> Arc<Hub<S>> {
        Arc::clone(&self.hub)
    }
}

type Shared<S> = State<Arc<Relay<S>>>;

/// All routes, with headers and a log line around each.
pub fn router<S: LogStore>(relay: Arc<Relay<S>>) -> Router {
    Router::new()
        .route("/relay/ws", any(open_socket::<S>))
        .route("/relay/http", post(exchange::<S>).delete(end_exchange::<S>))
        .route("/relay/health", get(health::<S>))
        .route("/relay/csp-report", post(policy_report::<S>))
        .route("/relay/csp-report/count", get(policy_report_count::<S>))
        .route("/v/{*file}", any(app::<S>))
        .fallback(app::<S>)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&relay),
            around::<S>,
        ))
        .with_state(relay)
}

async fn around<S: LogStore>(
    State(relay): Shared<S>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let start = Instant::now();
    match admit(&relay.visitors, &request, start) {
        Ok(visit) => request.extensions_mut().insert(visit),
        Err(_) => return too_many(&relay, start),
    };
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    headers::set(response.headers_mut(), relay.tls);
    relay.hub.metrics().request();
    journal::event(
        "http",
        &[
            ("method", &known_method(&method)),
            ("route", &route.as_ref().map_or("app", MatchedPath::as_str)),
            ("status", &response.status().as_u16()),
            ("us", &start.elapsed().as_micros()),
        ],
    );
    response
}

/// A made-up method is the client's text, which is not logged.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// The places a request holds, and its socket after it.
#[derive(Clone)]
pub(crate) struct Visit {
    pub place: Arc<Place>,
    caller: Caller,
}

/// Gives a request its place, and counts it.
fn admit(visitors: &Arc<Visitors>, request: &Request, now: Instant) -> Result<Visit, Full> {
    let caller = request.extensions().get::<Caller>().cloned();
    // Each connection has one: without it nobody could be told from anybody.
    let caller = caller.ok_or(Full::Relay)?;
    let place = match &caller.place {
        Some(place) => Arc::clone(place),
        None => {
            let address = forwarded_for(request.headers()).unwrap_or(caller.peer);
            Arc::new(visitors.place(address, now)?)
        }
    };
    if !place.may_send(now, 1) {
        return Err(Full::Address);
    }
    Ok(Visit { place, caller })
}

/// The address that the nearest proxy saw, which is the last one; those before it are the client's word.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let with_port = || last.parse().map(|address: SocketAddr| address.ip());
    last.parse().or_else(|_| with_port()).ok()
}

/// Said without a line in the log, which a flood would fill.
fn too_many<S: LogStore>(relay: &Relay<S>, now: Instant) -> Response<Body> {
    relay.visitors.turned_away(now);
    let mut response = text(StatusCode::TOO_MANY_REQUESTS, "too many\n");
    headers::set(response.headers_mut(), relay.tls);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

async fn app<S: LogStore>(
    State(relay): Shared<S>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    relay.app.respond(&method, uri.path(), &headers)
}

async fn health<S: LogStore>(State(relay): Shared<S>) -> Response<Body> {
    let (status, storage) = match relay.hub.condition() {
        Condition::Writable => (StatusCode::OK, "ok"),
        Condition::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "read-only"),
        Condition::Unreachable => (StatusCode::SERVICE_UNAVAILABLE, "database unreachable"),
    };
    let version = env!("CARGO_PKG_VERSION");
    let body = format!(
        "{{\"name\":\"tendero-relay\",\"version\":\"{version}\",\"storage\":\"{storage}\"}}\n"
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Counts a violation. What it says holds an address of the app, so it is neither kept nor logged.
async fn policy_report<S: LogStore>(State(relay): Shared<S>, body: Body) -> Response<Body> {
    if axum::body::to_bytes(body, REPORT_BYTES).await.is_err() {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "too long\n");
    }
    let count = relay.policy_reports.fetch_add(1, Ordering::Relaxed) + 1;
    journal::event("csp_report", &[("count", &count)]);
    text(StatusCode::NO_CONTENT, Body::empty())
}

async fn policy_report_count<S: LogStore>(State(relay): Shared<S>) -> Response<Body> {
    let count = relay.policy_reports.load(Ordering::Relaxed);
    text(StatusCode::OK, count.to_string())
}

async fn open_socket<S: LogStore>(
    State(relay): Shared<S>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response<Body> {
    if !is_same_origin(&headers) {
        return text(StatusCode::FORBIDDEN, "another origin\n");
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Ok(greeting) = Welcoming::admit(&relay.greetings, &visit.place) else {
        return too_many(&relay, Instant::now());
    };
    let mut nonce = ChallengeNonce::default();
    if getrandom::fill(&mut nonce.0).is_err() {
        return text(StatusCode::SERVICE_UNAVAILABLE, "no randomness\n");
    }
    let session = Session::new(Arc::clone(&relay.hub), nonce);
    let stopping = relay.stopping.clone();
    let metrics = Arc::clone(relay.hub.metrics());
    let visitors = Arc::clone(&relay.visitors);
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(async move |socket| {
            let _open = metrics.socket();
            let place = Arc::clone(&visit.place);
            let newcomer = socket::Newcomer {
                _greeting: greeting,
                readable: visit.caller.readable.clone(),
            };
            newcomer.readable.at_most(GREETING_BYTES);
            socket::serve(socket, session, place, visitors, newcomer, stopping).await;
            drop(visit);
        })
}

/// Opens a session, or carries messages of one.
async fn exchange<S: LogStore>(
    State(relay): Shared<S>,
    Extension(visit): Extension<Visit>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    if !is_same_origin(&headers) {
        return text(StatusCode::FORBIDDEN, "another origin\n");
    }
    let exchange = token(&headers).and_then(|token| relay.exchanges.find(&token));
    if exchange.is_none() && headers.contains_key(SESSION) {
        return text(StatusCode::NOT_FOUND, "no such session\n");
    }
    // A stranger's bytes are not worth the memory.
    let most = match &exchange {
        None => 0,
        Some(exchange) if exchange.is_greeted() => MAX_MESSAGE,
        Some(_) => GREETING_BYTES,
    };
    let body = axum::body::to_bytes(body, most);
    let body = match tokio::time::timeout(BODY, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return text(StatusCode::PAYLOAD_TOO_LARGE, "too long or cut off\n"),
        Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "too slow\n"),
    };
    let Some(exchange) = exchange else {
        return open_exchange(&relay, &visit);
    };
    let stopping = relay.stopping.clone();
    let visitors = Arc::clone(&relay.visitors);
    match exchange
        .turn(body.into(), wait(&uri), visitors, stopping)
        .await
    {
        Some(turn) => messages(turn),
        None => text(StatusCode::NOT_FOUND, "no such session\n"),
    }
}

fn open_exchange<S: LogStore>(relay: &Relay<S>, visit: &Visit) -> Response<Body> {
    let now = Instant::now();
    let seat = || {
        let place = visit.place.another(now)?;
        Ok::<_, Full>(Seat {
            greeting: Welcoming::admit(&relay.greetings, &visit.place)?,
            connection: relay.visitors.connection()?,
            place,
        })
    };
    let Ok(seat) = seat() else {
        return too_many(relay, now);
    };
    let (mut nonce, mut token) = (ChallengeNonce::default(), Token::default());
    if getrandom::fill(&mut nonce.0).is_err() || getrandom::fill(&mut token).is_err() {
        return text(StatusCode::SERVICE_UNAVAILABLE, "no randomness\n");
    }
    let session = Session::new(Arc::clone(&relay.hub), nonce);
    let mut response = messages(Turn {
        answers: session.challenge().encode(),
        ..Turn::default()
    });
    relay.exchanges.open(token, session, seat, &relay.visitors);
    let name: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(SESSION, name);
    }
    response
}

async fn end_exchange<S: LogStore>(State(relay): Shared<S>, headers: HeaderMap) -> Response<Body> {
    match token(&headers) {
        Some(token) if relay.exchanges.close(&token).await => {
            text(StatusCode::NO_CONTENT, Body::empty())
        }
        _ => text(StatusCode::NOT_FOUND, "no such session\n"),
    }
}

fn messages(turn: Turn) -> Response<Body> {
    let mut response = text(StatusCode::OK, turn.answers);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(HANDLED, turn.handled.into());
    response
}

/// The session that a request names.
fn token(headers: &HeaderMap) -> Option<Token> {
    let hex = headers.get(SESSION)?.to_str().ok()?;
    let mut token = Token::default();
    if hex.len() != 2 * token.len() {
        return None;
    }
    for (byte, place) in token.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(place..place + 2)?, 16).ok()?;
    }
    Some(token)
}

/// How long a request wants to wait for news: `?wait=` seconds.
fn wait(uri: &Uri) -> Duration {
    let query = uri.query().unwrap_or_default();
    let asked = query.split('&').find_map(|part| part.strip_prefix("wait="));
    let asked = asked
        .and_then(|text| text.parse().ok())
        .map(Duration::from_secs);
    asked.unwrap_or_default().min(MAX_WAIT)
}

/// Places of a client that has not greeted.
pub(crate) struct Welcoming {
    _among_all: OwnedSemaphorePermit,
    _of_address: Greeting,
}

impl Welcoming {
    fn admit(all: &Arc<Semaphore>, place: &Arc<Place>) -> Result<Self, Full> {
        Ok(Self {
            _of_address: place.greeting()?,
            _among_all: Arc::clone(all)
                .try_acquire_owned()
                .map_err(|_| Full::Relay)?,
        })
    }
}

/// Whether the request comes from a page of this relay, or from no page at all. Browsers always send `Origin` with a
/// WebSocket, so a page elsewhere cannot use a visitor's network place.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
    });
    matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nearest_proxys_word_counts() {
        for (lines, expected) in [
            (&["10.0.0.1"][..], Some("10.0.0.1")),
            (&["10.0.0.1, 10.0.0.2"], Some("10.0.0.2")),
            (&["10.0.0.1", "10.0.0.3,10.0.0.2:4711"], Some("10.0.0.2")),
            (&["[2001:db8::1]:443"], Some("2001:db8::1")),
            (&["2001:db8::1"], Some("2001:db8::1")),
            (&["somebody"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(forwarded_for(&headers), expected, "{lines:?}");
        }
    }
}
