//! Listening, TLS, connections with deadlines, and stopping in good order.

use crate::app_files::AppFiles;
use crate::hub::Hub;
use crate::journal;
use crate::limits::Limits;
use crate::metrics;
use crate::options::Listen;
use crate::patience::{Patient, Readable};
use crate::routes::{Relay, router};
use crate::store::LogStore;
use crate::visitors::{Connection, Full, Place, Visitors};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::{self, Write as _};
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

/// How long an answer may wait to be taken, as a multiple of the time for headers.
const WRITE_SHARE: u32 = 3;
/// Bytes of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// How long stopping waits for connections to end.
const GRACE: Duration = Duration::from_secs(5);
/// Ports tried after the default one.
const PORTS: u16 = 100;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The certificate or key cannot be used.
    #[error("the TLS certificate or key cannot be used: {0}")]
    Tls(String),
}

/// Begins to listen; a busy port is followed by the next ones when the user did not name it.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn listen(listen: Listen) -> Result<TcpListener, StartError> {
    let mut address = listen.address;
    let last = address
        .port()
        .saturating_add(if listen.search { PORTS } else { 0 });
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() < last => {
                address.set_port(address.port() + 1);
            }
            Err(error) => return Err(StartError::Listen(address, error)),
        }
    }
}

/// Reads certificate chain and key.
///
/// # Errors
/// [`StartError::Tls`].
pub fn read_tls(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, StartError> {
    let failed = |error: &dyn core::fmt::Display| StartError::Tls(error.to_string());
    let chain = CertificateDer::pem_file_iter(certificate)
        .map_err(|error| failed(&error))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| failed(&error))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(&error))?;
    // HTTP/1.1 only: WebSockets need it, and the app is a handful of files.
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map(Arc::new)
        .map_err(|error| failed(&error))
}

/// A running server.
pub struct Running {
    address: SocketAddr,
    tls: bool,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts to serve; the metrics, if at all, at an address of their own and without TLS.
    ///
    /// # Errors
    /// [`StartError::Listen`] when the listener has no address.
    pub fn start<S: LogStore>(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        hub: Hub<S>,
        app: AppFiles,
        limits: Limits,
        metrics: Option<TcpListener>,
    ) -> Result<Self, StartError> {
        let address = listener
            .local_addr()
            .map_err(|error| StartError::Listen(SocketAddr::from(([0, 0, 0, 0], 0)), error))?;
        let (stop, stopping) = watch::channel(false);
        let secure = tls.is_some();
        let visitors = Visitors::new(limits, Arc::clone(hub.metrics()));
        let relay = Arc::new(Relay::new(
            hub,
            app,
            secure,
            Arc::clone(&visitors),
            stopping.clone(),
        ));
        let alive = Arc::downgrade(&relay);
        let (hub, until) = (relay.hub(), stopping.clone());
        if let Some(listener) = metrics {
            let router = metrics::router(Arc::clone(&hub));
            let visitors = Visitors::new(Limits::default(), Arc::default());
            tokio::spawn(accept(listener, None, router, visitors, stopping.clone()));
        }
        tokio::spawn(async move { hub.follow(until).await });
        let sweeping = Arc::clone(&relay);
        tokio::spawn(async move { sweeping.sweep().await });
        let router = router(relay);
        let tls = tls.map(TlsAcceptor::from);
        Ok(Self {
            address,
            tls: secure,
            stop,
            task: tokio::spawn(async move {
                accept(listener, tls, router, visitors, stopping).await;
                drain(&alive).await;
            }),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address for a browser.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // Nobody can open 0.0.0.0; on this machine the loopback address leads to it.
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("{scheme}://{address}/")
    }

    /// Takes no more connections, closes those there are, and returns when they are gone or five seconds have passed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // A panicked task has stopped too.
        let _ = self.task.await;
    }
}

/// Waits until nothing uses the relay's state any more, so that the store is closed in good order.
async fn drain<S>(alive: &Weak<Relay<S>>) {
    let gone = async {
        while alive.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(GRACE, gone).await;
}

/// Where a connection comes from and the places it holds, as long as it or its socket lasts.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The other end of the connection: a client, or the proxy before it.
    pub peer: IpAddr,
    /// Among those of its address; `None` behind a proxy, where each request is looked at.
    pub place: Option<Arc<Place>>,
    /// What may be read from the connection.
    pub readable: Readable,
    _connection: Arc<Connection>,
}

impl Caller {
    fn admit(visitors: &Arc<Visitors>, peer: IpAddr) -> Result<Self, Full> {
        let connection = Arc::new(visitors.connection()?);
        let place = match visitors.limits().behind_proxy {
            true => None,
            false => Some(Arc::new(visitors.place(peer, Instant::now())?)),
        };
        Ok(Self {
            peer,
            place,
            readable: Readable::without_bound(),
            _connection: connection,
        })
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    visitors: Arc<Visitors>,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        match accepted {
            Ok((stream, peer)) => match Caller::admit(&visitors, peer.ip()) {
                Ok(caller) => {
                    let readable = caller.readable.clone();
                    let router = router.clone().layer(Extension(caller));
                    let serving = Serving {
                        router,
                        readable,
                        headers: visitors.limits().headers,
                        stopping: stopping.clone(),
                    };
                    let connection = connect(stream, tls.clone(), serving);
                    tokio::spawn(connection);
                }
                Err(full) => {
                    visitors.turned_away(Instant::now());
                    turn_away(stream, full, tls.is_some());
                }
            },
            Err(_) => {
                // Out of file descriptors, most likely: give connections time to end.
                journal::event("accept_failed", &[]);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Says no without waiting for the request; to a client that expects TLS a closed connection is all that can be said.
fn turn_away(stream: TcpStream, full: Full, tls: bool) {
    let answer = match full {
        Full::Relay => "HTTP/1.1 503 Service Unavailable",
        Full::Address => "HTTP/1.1 429 Too Many Requests",
    };
    let end = "retry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    if let Ok(mut stream) = stream.into_std()
        && !tls
    {
        // The other side may be gone; nobody waits for it.
        let _ = stream.write_all(format!("{answer}\r\n{end}").as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
    }
}

/// What a connection is served with.
struct Serving {
    router: Router,
    readable: Readable,
    /// Time for a request's headers, and for a TLS handshake.
    headers: Duration,
    stopping: watch::Receiver<bool>,
}

async fn connect(stream: TcpStream, tls: Option<TlsAcceptor>, serving: Serving) {
    // Small answers should not wait for more; failure only costs latency.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve(stream, serving).await,
        Some(acceptor) => {
            let handshake = acceptor.accept(stream);
            if let Ok(Ok(stream)) = tokio::time::timeout(serving.headers, handshake).await {
                serve(stream, serving).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, mut serving: Serving) {
    let patience = serving.headers * WRITE_SHARE;
    let stream = Patient::new(stream, patience, serving.readable);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(serving.headers)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(
            TokioIo::new(stream),
            TowerToHyperService::new(serving.router),
        )
        .with_upgrades();
    tokio::pin!(connection);
    // A broken connection is the client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = serving.stopping.wait_for(|stopping| *stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = tokio::time::timeout(GRACE, connection).await;
}
