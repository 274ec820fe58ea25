//! What the relay counts, in Prometheus' text format (version 0.0.4). Sums only: nothing tells one team from another.

use crate::app_files::text;
use crate::hub::Hub;
use crate::store::{Condition, LogStore};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tendero_protocol::message::{ItemAck, Verdict};

/// Sums since the start, and what is open now.
#[derive(Default)]
pub struct Metrics {
    requests: AtomicU64,
    sockets: AtomicU64,
    sockets_closed: AtomicU64,
    stored: AtomicU64,
    duplicates: AtomicU64,
    failed_pushes: AtomicU64,
    pages: AtomicU64,
    turned_away: AtomicU64,
    connections: AtomicU64,
    connections_closed: AtomicU64,
}

fn add(counter: &AtomicU64, number: usize) {
    counter.fetch_add(u64::try_from(number).unwrap_or(0), Ordering::Relaxed);
}

impl Metrics {
    /// An HTTP request was answered.
    pub fn request(&self) {
        add(&self.requests, 1);
    }

    /// A socket was opened; it counts as open until what is returned is dropped.
    #[must_use]
    pub fn socket(self: &Arc<Self>) -> OpenSocket {
        add(&self.sockets, 1);
        OpenSocket(Arc::clone(self))
    }

    /// Items of a frame were stored or known.
    pub fn pushed(&self, acks: &[ItemAck]) {
        let count = |verdict| acks.iter().filter(|ack| ack.verdict == verdict).count();
        add(&self.stored, count(Verdict::Stored));
        add(&self.duplicates, count(Verdict::Duplicate));
    }

    /// A frame could not be stored.
    pub fn push_failed(&self) {
        add(&self.failed_pushes, 1);
    }

    /// A stretch of the log was read.
    pub fn page(&self) {
        add(&self.pages, 1);
    }

    /// A connection or an HTTP session began.
    pub fn connection_opened(&self) {
        add(&self.connections, 1);
    }

    /// It ended.
    pub fn connection_closed(&self) {
        add(&self.connections_closed, 1);
    }

    /// A connection, request or message was refused because of a limit.
    pub fn turned_away(&self) {
        add(&self.turned_away, 1);
    }

    fn write(&self, writable: bool, workspaces: usize) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        // Closed first: a socket that opens in between must not make the difference negative.
        let closed = read(&self.sockets_closed);
        let sockets = read(&self.sockets);
        let connections_closed = read(&self.connections_closed);
        let connections = read(&self.connections);
        let rows = [
            (
                "http_requests_total",
                "counter",
                "HTTP requests answered",
                read(&self.requests),
            ),
            (
                "connections_open",
                "gauge",
                "Connections and HTTP sessions open now",
                connections.saturating_sub(connections_closed),
            ),
            (
                "workspaces_open",
                "gauge",
                "Workspaces that somebody is connected to",
                u64::try_from(workspaces).unwrap_or(u64::MAX),
            ),
            ("sockets_total", "counter", "WebSockets opened", sockets),
            (
                "sockets_open",
                "gauge",
                "WebSockets open now",
                sockets.saturating_sub(closed),
            ),
            (
                "items_stored_total",
                "counter",
                "Items stored durably",
                read(&self.stored),
            ),
            (
                "items_duplicate_total",
                "counter",
                "Items that were there already",
                read(&self.duplicates),
            ),
            (
                "pushes_failed_total",
                "counter",
                "Frames that could not be stored",
                read(&self.failed_pushes),
            ),
            (
                "log_pages_total",
                "counter",
                "Stretches of the log read",
                read(&self.pages),
            ),
            (
                "turned_away_total",
                "counter",
                "Connections, requests and messages refused because of a limit",
                read(&self.turned_away),
            ),
            (
                "store_writable",
                "gauge",
                "1 while the store takes items",
                u64::from(writable),
            ),
        ];
        let row = |(name, kind, help, value)| {
            format!(
                "# HELP tendero_{name} {help}\n# TYPE tendero_{name} {kind}\ntendero_{name} {value}\n"
            )
        };
        rows.map(row).concat()
    }
}

/// A socket that is open.
pub struct OpenSocket(Arc<Metrics>);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        add(&self.0.sockets_closed, 1);
    }
}

/// The one route of the metrics' own address.
pub fn router<S: LogStore>(hub: Arc<Hub<S>>) -> Router {
    Router::new()
        .route("/metrics", get(show::<S>))
        .with_state(hub)
}

async fn show<S: LogStore>(State(hub): State<Arc<Hub<S>>>) -> Response<Body> {
    let is_writable = hub.condition() == Condition::Writable;
    let body = hub.metrics().write(is_writable, hub.in_use().await);
    let mut response = text(StatusCode::OK, body);
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    response
}
