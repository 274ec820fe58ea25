//! A connection that ends when the other side does not take what is written to it for too long, or, while that is
//! bounded, sends too much. (While headers are read hyper has a deadline of its own; for answers it has none.)

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How many bytes may still be read; shared by a connection and who serves it.
#[derive(Clone)]
pub(crate) struct Readable(Arc<AtomicU64>);

impl Readable {
    /// Any number.
    pub(crate) fn without_bound() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }

    /// Only so many from now on.
    pub(crate) fn at_most(&self, bytes: usize) {
        let bytes = bytes.try_into().unwrap_or(u64::MAX);
        self.0.store(bytes, Ordering::Release);
    }

    /// Any number from now on.
    pub(crate) fn lift(&self) {
        self.0.store(u64::MAX, Ordering::Release);
    }

    fn left(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    fn took(&self, bytes: usize) {
        let bytes = bytes.try_into().unwrap_or(u64::MAX);
        let fewer = |left: u64| (left != u64::MAX).then(|| left.saturating_sub(bytes));
        // Without a bound there is nothing to count.
        let _ = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fewer);
    }
}

/// A stream with a bound on how long one write may wait and how much is read.
pub(crate) struct Patient<T> {
    inner: T,
    patience: Duration,
    readable: Readable,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<T> Patient<T> {
    /// Waits so long for each piece to be taken.
    pub(crate) const fn new(inner: T, patience: Duration, readable: Readable) -> Self {
        Self {
            readable,
            inner,
            patience,
            waiting: None,
        }
    }

    fn bound<R>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        waiting
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Patient<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.bound(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.bound(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(context);
        self.bound(context, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_shutdown(context);
        self.bound(context, outcome)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Patient<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.readable.left() == 0 {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.inner).poll_read(context, buffer);
        self.readable.took(buffer.filled().len() - before);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn what_is_bounded_ends_and_what_is_lifted_goes_on() {
        let (mut client, server) = tokio::io::duplex(1024);
        let readable = Readable::without_bound();
        let mut server = Patient::new(server, Duration::from_secs(1), readable.clone());
        client.write_all(&[1; 200]).await.unwrap();
        server.read_exact(&mut [0; 100]).await.unwrap();
        readable.at_most(50);
        server.read_exact(&mut [0; 50]).await.unwrap();
        assert!(server.read_exact(&mut [0; 1]).await.is_err());
        readable.lift();
        server.read_exact(&mut [0; 50]).await.unwrap();
    }

    #[tokio::test]
    async fn a_write_that_nobody_takes_ends() {
        let (_client, server) = tokio::io::duplex(64);
        let readable = Readable::without_bound();
        let mut server = Patient::new(server, Duration::from_millis(20), readable);
        let outcome = server.write_all(&[1; 65]).await;
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
