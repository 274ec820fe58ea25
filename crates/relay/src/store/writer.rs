//! The one thread that writes. Writes of many clients are gathered into one transaction, so that one `fsync` serves
//! them all; each learns its outcome after the commit.

use super::StoreError;
use crate::journal;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// The most writes of one transaction.
const GROUP: usize = 256;
/// Writes that may wait; beyond it the writers wait, and with them their sockets.
const QUEUE: usize = 1024;

/// Something to write. It may run more than once: each run begins from the state before the group.
trait Work: Send {
    fn run(&mut self, database: &Connection) -> rusqlite::Result<()>;
    fn finish(self: Box<Self>, result: Result<(), StoreError>);
}

struct Task<T, F> {
    work: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: FnMut(&Connection) -> rusqlite::Result<T> + Send> Work for Task<T, F> {
    fn run(&mut self, database: &Connection) -> rusqlite::Result<()> {
        self.value = Some((self.work)(database)?);
        Ok(())
    }

    fn finish(self: Box<Self>, result: Result<(), StoreError>) {
        let outcome = result.and(self.value.ok_or(StoreError::ReadOnly));
        // A client that has gone needs no answer.
        let _ = self.reply.send(outcome);
    }
}

/// Hands writes to the thread.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    writable: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the thread; it owns the connection.
    pub fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let writable = Arc::new(AtomicBool::new(true));
        let flag = Arc::clone(&writable);
        let thread = std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || run(connection, waiting, &flag))?;
        Ok(Self {
            queue: Some(queue),
            thread: Mutex::new(Some(thread)),
            writable,
        })
    }

    pub fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Acquire)
    }

    /// Runs the work in the next group and answers after its commit.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Task {
            work,
            value: None,
            reply,
        });
        let queue = self.queue.as_ref().ok_or(StoreError::ReadOnly)?;
        queue.send(task).await.map_err(|_| StoreError::ReadOnly)?;
        answer.await.map_err(|_| StoreError::ReadOnly)?
    }
}

impl Drop for Writer {
    /// Waits until everything that was queued is committed.
    fn drop(&mut self) {
        self.queue = None;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

fn run(
    mut connection: Connection,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    writable: &AtomicBool,
) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        settle(&mut connection, group, writable);
    }
}

/// Commits a group and answers it. When the group fails and the store is sound, each write is tried alone, so that one
/// that does not fit fails for itself only.
fn settle(connection: &mut Connection, mut group: Vec<Box<dyn Work>>, writable: &AtomicBool) {
    let result = if writable.load(Ordering::Acquire) {
        commit(connection, &mut group)
    } else {
        Err(StoreError::ReadOnly)
    };
    match result {
        Err(StoreError::ReadOnly) if writable.swap(false, Ordering::AcqRel) => {
            journal::event("store_read_only", &[]);
        }
        // Said already; none of the group can be written.
        Err(StoreError::ReadOnly) => {}
        Err(_) if group.len() > 1 => {
            for work in group {
                settle(connection, vec![work], writable);
            }
            return;
        }
        _ => {}
    }
    for work in group {
        work.finish(result.clone());
    }
}

fn commit(connection: &mut Connection, group: &mut [Box<dyn Work>]) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| classify(&error))?;
    for work in group {
        work.run(&transaction).map_err(|error| classify(&error))?;
    }
    transaction.commit().map_err(|error| classify(&error))
}

/// After an error of the disk nobody knows what a later `fsync` would still cover (fsync(2) reports an error once), so
/// such an error ends writing for this process; a full disk does not.
pub(super) fn classify(error: &rusqlite::Error) -> StoreError {
    use rusqlite::Error;
    if let Error::FromSqlConversionFailure(..)
    | Error::InvalidColumnType(..)
    | Error::IntegralValueOutOfRange(..) = error
    {
        return StoreError::Damaged;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen,
        ) => StoreError::ReadOnly,
        // SQLite's own words name tables and limits, never values.
        _ => StoreError::Failed(error.to_string()),
    }
}
