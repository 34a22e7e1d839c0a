//! One connection to the local database, whichever kind it is: statements, rows, transactions.

use std::path::PathBuf;
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::deserialize::QueryableByName;
use diesel::pg::{Pg, PgConnection};
use diesel::sql_types::{Integer, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use secrecy::SecretString;

use super::error::StoreError;
use super::postgres::{self, BeginSettings, PostgresLimits};
use super::sqlite;

mod dialect;
mod existence;

/// Where the local database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A PostgreSQL server, or several of which one is the primary.
    Postgres {
        /// `postgres://` or `postgresql://`; may hold a password.
        url: SecretString,
        /// Time limits.
        limits: PostgresLimits,
    },
    /// One SQLite file.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Whether it is the default file: its folder is then made too, and both are for the user only.
        private: bool,
        /// How long a statement waits for another writer.
        busy_timeout: Duration,
    },
}

/// A connection to the local database.
pub enum Connection {
    /// To PostgreSQL, with what every transaction sets at its start.
    Postgres(PgConnection, BeginSettings),
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

/// A statement with text parameters, for either kind of connection.
macro_rules! bound {
    ($sql:expr, $parameters:expr) => {
        $parameters.iter().fold(diesel::sql_query($sql).into_boxed(), |query, parameter| {
            query.bind::<Nullable<Text>, _>(parameter.clone())
        })
    };
}

#[derive(QueryableByName)]
struct Pid {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl Connection {
    /// Opens the database at `location`, which must exist; [`Location::make`] makes a SQLite file.
    ///
    /// # Errors
    /// Whatever keeps the database from being opened, see [`StoreError`].
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Postgres { url, limits } => {
                let (connection, begin) = postgres::connect(url, *limits)?;
                Ok(Connection::Postgres(connection, begin))
            }
            Location::Sqlite { path, busy_timeout, .. } => {
                sqlite::connect(path, *busy_timeout).map(Connection::Sqlite)
            }
        }
    }

    /// Runs one or several statements that return nothing. On PostgreSQL several of them outside a
    /// transaction are one by themselves.
    ///
    /// # Errors
    /// What the database said.
    pub fn execute(&mut self, sql: &str) -> Result<(), StoreError> {
        self.limited(|connection| {
            let sql = connection.in_dialect(sql);
            Ok(either!(connection, connection => connection.batch_execute(&sql))?)
        })
    }

    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// What the database said, or a row that does not fit `T`.
    pub fn rows<T>(&mut self, sql: &str) -> Result<Vec<T>, StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        self.limited(|connection| {
            let query = diesel::sql_query(connection.in_dialect(sql));
            Ok(either!(connection, connection => query.load(connection))?)
        })
    }

    /// Runs one statement with parameters and returns how many rows it changed.
    ///
    /// All parameters are bound as text and written `$1::type` in order, each once: PostgreSQL casts
    /// them, and SQLite, for which `::type` is cut out, gives them the column's affinity.
    ///
    /// # Errors
    /// What the database said.
    pub fn run(&mut self, sql: &str, parameters: &[Option<String>]) -> Result<usize, StoreError> {
        self.limited(|connection| {
            let sql = connection.in_dialect(sql);
            Ok(either!(connection, connection => bound!(sql, parameters).execute(connection))?)
        })
    }

    /// As [`Connection::run`], and returns the statement's rows.
    ///
    /// # Errors
    /// What the database said, or a row that does not fit `T`.
    pub fn rows_with<T>(&mut self, sql: &str, parameters: &[Option<String>]) -> Result<Vec<T>, StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        self.limited(|connection| {
            let sql = connection.in_dialect(sql);
            Ok(either!(connection, connection => bound!(sql, parameters).load(connection))?)
        })
    }

    /// Drops temporary tables where they exist, and never a table of the same name that is not temporary.
    ///
    /// # Errors
    /// What the database said.
    pub fn drop_temporary(&mut self, tables: &[&str]) -> Result<(), StoreError> {
        let sql = match self {
            Connection::Postgres(..) => {
                let named: Vec<String> = tables.iter().map(|table| format!("pg_temp.{table}")).collect();
                format!("DROP TABLE IF EXISTS {}", named.join(", "))
            }
            Connection::Sqlite(_) => {
                tables.iter().map(|table| format!("DROP TABLE IF EXISTS temp.{table};\n")).collect()
            }
        };
        self.execute(&sql)
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
                // The first error is the one to tell; a connection that can't roll back is lost anyway.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// Runs `work` in a transaction that only reads: all of it sees the database as it was at one moment,
    /// locks nobody out, and changes nothing. Not inside another transaction.
    ///
    /// # Errors
    /// The error of `work`, or of beginning or ending.
    pub fn read<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.begin_reading()?;
        let read = work(self);
        // There is nothing to keep; the first error is the one to tell.
        let ended = self.roll_back();
        let value = read?;
        ended?;
        Ok(value)
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        type Manager = AnsiTransactionManager;
        match self {
            Connection::Postgres(connection, begin) => {
                let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", begin.sql());
                Manager::begin_transaction_sql(connection, &begin)?;
            }
            Connection::Sqlite(connection) => Manager::begin_transaction_sql(connection, "BEGIN")?,
        }
        Ok(())
    }

    /// Begins a transaction, or a savepoint inside one; prefer [`Connection::transaction`].
    ///
    /// # Errors
    /// What the database said.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        type Manager = AnsiTransactionManager;
        let nested = self.depth()? > 0;
        match self {
            Connection::Postgres(connection, begin) if !nested => {
                // Whatever the database's default is: a merge looks again at what others committed meanwhile.
                let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {}", begin.sql());
                Manager::begin_transaction_sql(connection, &begin)?;
            }
            Connection::Sqlite(connection) if !nested => {
                Manager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")?;
            }
            Connection::Postgres(connection, _) => Manager::begin_transaction(connection)?,
            Connection::Sqlite(connection) => Manager::begin_transaction(connection)?,
        }
        Ok(())
    }

    /// Commits the innermost transaction or savepoint.
    ///
    /// # Errors
    /// What the database said; after [`StoreError::Gone`] it may have been committed all the same.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        Ok(either!(self, connection => AnsiTransactionManager::commit_transaction(connection))?)
    }

    /// Rolls the innermost transaction or savepoint back.
    ///
    /// # Errors
    /// What the database said.
    pub fn roll_back(&mut self) -> Result<(), StoreError> {
        Ok(either!(self, connection => AnsiTransactionManager::rollback_transaction(connection))?)
    }

    /// Runs `work` in a transaction of its own where there is none on PostgreSQL: without one it would have
    /// no time limit, and wait for a foreign lock for ever.
    fn limited<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(self, Connection::Postgres(..)) && self.depth()? == 0 {
            self.transaction(work)
        } else {
            work(self)
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
        let rows: Vec<Pid> = self.rows("SELECT pg_backend_pid() AS pid")?;
        Ok(rows.first().map(|row| row.pid))
    }

    fn depth(&mut self) -> Result<u32, StoreError> {
        let depth = either!(self, connection => {
            AnsiTransactionManager::transaction_manager_status_mut(connection).transaction_depth()
        })?;
        Ok(depth.map_or(0, std::num::NonZeroU32::get))
    }
}
