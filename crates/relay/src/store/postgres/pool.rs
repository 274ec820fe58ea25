//! Connections to PostgreSQL: kept while they work, made anew when they do not.

use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Error, NoTls, Row, Statement};

/// Connections at once; more writers wait their turn.
const CONNECTIONS: usize = 8;
/// Time to connect, and for all statements of one transaction.
const CONNECT: Duration = Duration::from_secs(5);
const WORK: Duration = Duration::from_secs(30);

/// What a statement is given.
pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection with its prepared statements. One that failed is dropped, and the server rolls back what it had begun.
pub(super) struct Connection {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Connection {
    /// Connects and asks for durable commits, whatever the server's default is.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        let connecting = async {
            let (client, connection) = config.connect(NoTls).await?;
            // It ends with the client; how it failed is what the client's calls say.
            tokio::spawn(connection);
            client
                .batch_execute(
                    "SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') IN ('off', 'local')",
                )
                .await?;
            Ok::<_, Error>(client)
        };
        let client = timeout(CONNECT, connecting)
            .await
            .map_err(|_| StoreError::Unavailable)?
            .map_err(|error| match error.as_db_error() {
                // Such as a wrong password: the operator has to hear it.
                Some(told) => StoreError::Failed(told.message().to_owned()),
                None => StoreError::Unavailable,
            })?;
        Ok(Self {
            client,
            prepared: HashMap::new(),
        })
    }

    /// Runs statements without parameters.
    pub async fn run(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).await
    }

    /// Runs a statement and gives its rows.
    pub async fn rows(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        let statement = match self.prepared.get(sql) {
            Some(statement) => statement.clone(),
            None => {
                let statement = self.client.prepare(sql).await?;
                self.prepared.insert(sql, statement.clone());
                statement
            }
        };
        self.client.query(&statement, parameters).await
    }

    /// The first row, if there is one.
    pub async fn row(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, Error> {
        Ok(self.rows(sql, parameters).await?.into_iter().next())
    }
}

/// How a transaction is meant.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// Writes; the row of the workspace is locked by the work itself.
    Write,
    /// Reads, all of it as of one moment.
    Read,
}

impl Mode {
    const fn begin(self) -> &'static str {
        match self {
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// The connections of a store.
pub(super) struct Pool {
    config: Config,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Pool {
    pub fn new(config: Config) -> Self {
        Self {
            config,
            idle: Mutex::default(),
            turns: Semaphore::new(CONNECTIONS),
        }
    }

    /// Runs the work in a transaction and commits it. Work that fails, or is abandoned, leaves nothing behind; when the
    /// answer to the commit itself is lost, the outcome is unknown to the caller, who has to repeat it.
    pub async fn transact<T>(
        &self,
        mode: Mode,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let _turn = self
            .turns
            .acquire()
            .await
            .map_err(|_| StoreError::Unavailable)?;
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.config).await?,
        };
        let all = async {
            connection.run(mode.begin()).await?;
            let value = work(&mut connection).await?;
            connection.run("COMMIT").await?;
            Ok(value)
        };
        let outcome = match timeout(WORK, all).await {
            Ok(outcome) => outcome.map_err(|error: Error| classify(&error)),
            Err(_) => Err(StoreError::Unavailable),
        };
        match &outcome {
            Ok(_) => self.idle().push(connection),
            // A server that went took the others' connections along.
            Err(StoreError::Unavailable) => self.idle().clear(),
            Err(_) => {}
        }
        outcome
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an error means to a client. Nothing of a failed transaction remains, so none of them ends writing for good.
pub(super) fn classify(error: &Error) -> StoreError {
    let Some(told) = error.as_db_error() else {
        // Not the server's word: the connection is gone, or its bytes are no rows of ours.
        return match error.is_closed() || std::error::Error::source(error).is_some_and(is_io) {
            true => StoreError::Unavailable,
            false => StoreError::Failed(error.to_string()),
        };
    };
    let code = told.code();
    if *code == SqlState::DISK_FULL {
        StoreError::Full
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        StoreError::ReadOnly
    } else if code.code().starts_with("57P") || code.code().starts_with("08") {
        // Shutting down, starting up, recovering; connection exceptions.
        StoreError::Unavailable
    } else {
        // Only the code: a message of the server may quote values.
        StoreError::Failed(format!("PostgreSQL error {}", code.code()))
    }
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}
