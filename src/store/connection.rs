//! One connection to the local database, whichever kind it is: opening it, and transactions.

use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;
use secrecy::SecretString;

use super::error::StoreError;
use super::postgres::{self, PostgresLimits, Session};
use super::sqlite;

mod dialect;
mod existence;
mod parameters;
mod statements;
mod unreadable;

pub use parameters::{Parameter, PostgresStatement, SqliteStatement, Typed};
pub(crate) use unreadable::{PASSED_OVER, report_passed_over};

/// Where the local database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A PostgreSQL server, or several of which one is the primary.
    Postgres {
        /// `postgres://` or `postgresql://`; may hold a password.
        url: SecretString,
        /// The schema that holds our tables; else the one of the search path that does.
        schema: Option<String>,
        /// Time limits.
        limits: PostgresLimits,
    },
    /// One SQLite file.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Whether it is the default file, whose folder is then made too, for the user only.
        default: bool,
        /// The id of the group that may read the file once it is made; else only the user may.
        group: Option<u32>,
        /// How long a statement waits for another writer.
        busy_timeout: Duration,
    },
}

impl Location {
    /// How long a command waits for a connection (`SYNC_TIMEOUT`).
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Location::Postgres { limits, .. } => limits.connect_timeout,
            Location::Sqlite { busy_timeout, .. } => *busy_timeout,
        }
    }
}

/// A connection to the local database.
pub enum Connection {
    /// To PostgreSQL, with what is known of its server.
    Postgres(PgConnection, Box<Session>),
    /// To a SQLite file.
    Sqlite(SqliteConnection),
}

/// Runs `$body` with `$connection` bound to diesel's own connection of either kind.
macro_rules! either {
    ($self:expr, $connection:ident => $body:expr) => {
        match $self {
            Connection::Postgres($connection, _) => $body,
            Connection::Sqlite($connection) => $body,
        }
    };
}
use either;

impl Connection {
    /// Opens the database at `location`, which must exist; [`Location::make`] makes a SQLite file.
    ///
    /// # Errors
    /// Whatever keeps the database from being opened, see [`StoreError`].
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        Self::open_within(location, None)
    }

    /// As [`Connection::open`], where a server lets us in within `at_most`.
    ///
    /// # Errors
    /// As of [`Connection::open`]; [`StoreError::TooManyConnections`] after `at_most`.
    pub(crate) fn open_within(location: &Location, at_most: Option<Duration>) -> Result<Self, StoreError> {
        match location {
            Location::Postgres { url, schema, limits } => {
                let (connection, session) = postgres::connect(url, schema.as_deref(), *limits, at_most)?;
                Ok(Connection::Postgres(connection, Box::new(session)))
            }
            Location::Sqlite { path, busy_timeout, .. } => {
                sqlite::connect(path, *busy_timeout).map(Connection::Sqlite)
            }
        }
    }

    /// As [`Connection::open_within`], to the database of which `session` is known: its server is not asked again.
    ///
    /// # Errors
    /// As of [`Connection::open_within`].
    pub(crate) fn open_like(
        location: &Location,
        session: Box<Session>,
        at_most: Duration,
    ) -> Result<Self, StoreError> {
        let Location::Postgres { url, limits, .. } = location else { return Self::open(location) };
        let connection = postgres::connect_again(url, *limits, at_most)?;
        Ok(Connection::Postgres(connection, session))
    }

    /// Has SQLite keep few pages, and sort in as little memory: for what passes many rows through.
    ///
    /// # Errors
    /// What the database said.
    pub(crate) fn spare_memory(&mut self) -> Result<(), StoreError> {
        match self {
            Connection::Postgres(..) => Ok(()),
            Connection::Sqlite(connection) => {
                connection.batch_execute("PRAGMA cache_size = -2048").map_err(StoreError::from)
            }
        }
    }

    /// Runs `work` in a transaction: committed when it returns Ok, rolled back otherwise. Inside another
    /// one it is a savepoint. On SQLite it takes the write lock at once, so that it can't fail half-way for
    /// want of it. Work must not swallow a database error and return Ok: PostgreSQL would then roll back.
    ///
    /// # Errors
    /// The error of `work`, or of beginning or committing.
    pub fn transaction<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.begin()?;
        match work(self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to report; a connection that can't roll back is lost anyway.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// Runs `work` in a transaction that only reads: all of it sees the database as it was at one moment,
    /// locks no one out, and changes nothing. Not inside another transaction.
    ///
    /// # Errors
    /// The error of `work`, or of beginning or ending.
    pub fn read<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.begin_reading()?;
        let read = work(self);
        // There is nothing to keep; the first error is the one to report.
        let ended = self.roll_back();
        let value = read?;
        ended?;
        Ok(value)
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        type Manager = AnsiTransactionManager;
        let begun = match self {
            Connection::Postgres(connection, session) => {
                let begin =
                    format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", session.begin_sql());
                Manager::begin_transaction_sql(connection, &begin)
            }
            Connection::Sqlite(connection) => Manager::begin_transaction_sql(connection, "BEGIN"),
        };
        begun.map_err(|error| self.not_begun(error.into()))
    }

    /// Begins a transaction, or a savepoint inside one; prefer [`Connection::transaction`].
    ///
    /// # Errors
    /// What the database said.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        type Manager = AnsiTransactionManager;
        let nested = self.is_in_transaction()?;
        let begun = match self {
            Connection::Postgres(connection, session) if !nested => {
                // Whatever the database's default is: a merge looks again at what others committed meanwhile.
                let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {}", session.begin_sql());
                Manager::begin_transaction_sql(connection, &begin)
            }
            Connection::Sqlite(connection) if !nested => {
                Manager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
            Connection::Postgres(connection, _) => Manager::begin_transaction(connection),
            Connection::Sqlite(connection) => Manager::begin_transaction(connection),
        };
        begun.map_err(|error| self.not_begun(error.into()))
    }

    /// Begins a transaction on a connection that has none, where the server, or a pooler before it, lets it within `limit`.
    ///
    /// # Errors
    /// What the database said; [`StoreError::TooManyConnections`] after `limit`. The connection is then gone.
    pub(crate) fn begun_within(mut self, limit: Duration) -> Result<Self, StoreError> {
        postgres::within::within(limit, move || {
            self.begin()?;
            Ok(self)
        })?
    }

    /// Begins a transaction that sees the database as it was at one moment, and may write. On SQLite it keeps other writers
    /// out, as every one does.
    ///
    /// # Errors
    /// What the database said.
    pub fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        let Connection::Postgres(connection, session) = self else { return self.begin() };
        let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ; {}", session.begin_sql());
        let begun = AnsiTransactionManager::begin_transaction_sql(connection, &begin);
        begun.map_err(|error| self.not_begun(error.into()))
    }

    /// Commits the innermost transaction or savepoint.
    ///
    /// # Errors
    /// What the database said; after [`StoreError::Gone`] it may have been committed all the same.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let committed = either!(self, connection => AnsiTransactionManager::commit_transaction(connection));
        committed.map_err(|error| self.reported(error.into()))
    }

    /// Rolls the innermost transaction or savepoint back.
    ///
    /// # Errors
    /// What the database said.
    pub fn roll_back(&mut self) -> Result<(), StoreError> {
        let rolled_back =
            either!(self, connection => AnsiTransactionManager::rollback_transaction(connection));
        rolled_back.map_err(|error| self.reported(error.into()))
    }

    /// Runs `work` in a transaction of its own where there is none on PostgreSQL: without one it would have
    /// no time limit, and wait for a foreign lock for ever.
    fn limited<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let worked = if matches!(self, Connection::Postgres(..)) && !self.is_in_transaction()? {
            self.transaction(work)
        } else {
            work(self)
        };
        worked.map_err(|error| self.reported(error))
    }

    /// Why a transaction could not begin.
    fn not_begun(&self, error: StoreError) -> StoreError {
        match self {
            Connection::Postgres(_, session) => session.not_begun(error),
            Connection::Sqlite(_) => error,
        }
    }

    /// What the server said, as it is reported.
    pub(super) fn reported(&self, error: StoreError) -> StoreError {
        match self {
            Connection::Postgres(_, session) => session.reported(error),
            Connection::Sqlite(_) => error,
        }
    }

    /// The process id of the PostgreSQL backend that works for the transaction under way; None on SQLite.
    ///
    /// # Errors
    /// What the database said.
    pub fn backend_pid(&mut self) -> Result<Option<i32>, StoreError> {
        if let Connection::Sqlite(_) = self {
            return Ok(None);
        }
        Ok(self.values("SELECT pg_backend_pid() AS value", &[])?.pop())
    }

    /// Whether a transaction is under way.
    ///
    /// # Errors
    /// Where the connection is lost.
    pub(crate) fn is_in_transaction(&mut self) -> Result<bool, StoreError> {
        let depth = either!(self, connection => {
            AnsiTransactionManager::transaction_manager_status_mut(connection).transaction_depth()
        })?;
        Ok(depth.is_some())
    }
}
