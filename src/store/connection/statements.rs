//! Running statements, with and without parameters, and reading their rows.
//!
//! Parameters are written `$1`, `$2`, … in order: SQLite numbers them by their first appearance. Each has the type of
//! what is bound to it. Where PostgreSQL needs a cast, it is written `::type`, which is cut out for SQLite.

use diesel::RunQueryDsl;
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::deserialize::{FromSql, QueryableByName};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::sql_query;
use diesel::sqlite::Sqlite;

use super::parameters::{OneColumn, Parameter, Typed};
use super::unreadable::Read;
use super::{Connection, either};
use crate::store::error::StoreError;

/// The cursor of [`Connection::each`], and how many rows are fetched from it at once.
const CURSOR: &str = "examsync_rows";
const BATCH: usize = 1_000;
/// Else the planner takes it that only the first rows are wanted.
const CURSOR_IS_READ_WHOLE: &str = "SET LOCAL cursor_tuple_fraction = 1";

/// Runs `$method` of diesel's own connection of either kind with a statement and its parameters.
macro_rules! bound {
    ($self:expr, $sql:expr, $parameters:expr, $method:ident) => {
        match $self {
            Connection::Postgres(connection, _) => {
                let statement = sql_query($sql).into_boxed();
                $parameters
                    .iter()
                    .fold(statement, |bound, next| next.bind_postgres(bound))
                    .$method(connection)
            }
            Connection::Sqlite(connection) => {
                let statement = sql_query($sql).into_boxed();
                $parameters.iter().fold(statement, |bound, next| next.bind_sqlite(bound)).$method(connection)
            }
        }
    };
}

impl Connection {
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

    /// Runs one statement with parameters and returns how many rows it changed.
    ///
    /// # Errors
    /// What the database said.
    pub fn run(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Result<usize, StoreError> {
        self.limited(|connection| {
            let sql = connection.in_dialect(sql);
            Ok(bound!(connection, sql, parameters, execute)?)
        })
    }

    /// Runs one statement and returns its rows. One that holds what can't be read, which another program wrote, is
    /// passed over and reported.
    ///
    /// # Errors
    /// What the database said, or a row that does not fit `T`.
    pub fn rows<T>(&mut self, sql: &str) -> Result<Vec<T>, StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        self.rows_with(sql, &[])
    }

    /// As [`Connection::rows`], of a statement with parameters.
    ///
    /// # Errors
    /// What the database said, or a row that does not fit `T`.
    pub fn rows_with<T>(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Result<Vec<T>, StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        Ok(self.readable_rows(sql, parameters)?.0)
    }

    /// As [`Connection::rows_with`], and whether these are all rows.
    ///
    /// # Errors
    /// What the database said, or a row that does not fit `T`.
    pub fn readable_rows<T>(
        &mut self,
        sql: &str,
        parameters: &[&dyn Parameter],
    ) -> Result<(Vec<T>, bool), StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        self.limited(|connection| {
            let in_dialect = connection.in_dialect(sql);
            let rows: Vec<Read<T>> = bound!(connection, in_dialect, parameters, load)?;
            connection.readable(sql, rows)
        })
    }

    /// Shows `visit` the rows of a statement one by one, so that they are never all in memory, until it returns an
    /// error. Only inside a transaction, whose connection does nothing else meanwhile.
    ///
    /// # Errors
    /// The error of `visit`, what the database said, or a row that does not fit `T`.
    pub fn for_each<T, E>(
        &mut self,
        sql: &str,
        parameters: &[&dyn Parameter],
        mut visit: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
        E: From<StoreError>,
    {
        let sql = self.in_dialect(sql);
        let failed = |error: diesel::result::Error| E::from(StoreError::from(error));
        match self {
            Connection::Postgres(connection, _) => {
                let statement = sql_query(sql).into_boxed();
                let statement = parameters.iter().fold(statement, |bound, next| next.bind_postgres(bound));
                let rows = statement.load_iter::<T, PgRowByRowLoadingMode>(connection).map_err(failed)?;
                rows.into_iter().try_for_each(|row| visit(row.map_err(failed)?))
            }
            Connection::Sqlite(connection) => {
                let statement = sql_query(sql).into_boxed();
                let statement = parameters.iter().fold(statement, |bound, next| next.bind_sqlite(bound));
                let rows = statement.load_iter::<T, DefaultLoadingMode>(connection).map_err(failed)?;
                rows.into_iter().try_for_each(|row| visit(row.map_err(failed)?))
            }
        }
    }

    /// The one row of a statement that always has one, such as an aggregate over all rows.
    ///
    /// # Errors
    /// What the database said, no row, or one that does not fit `T`.
    pub fn row<T>(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Result<T, StoreError>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
    {
        let first = self.rows_with(sql, parameters)?.into_iter().next();
        first.ok_or_else(|| StoreError::Other("a statement that always has a row gave none".into()))
    }

    /// The column that the statement calls `value`, of each of its rows.
    ///
    /// # Errors
    /// What the database said, or a value that is no `T`.
    pub fn values<T>(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Result<Vec<T>, StoreError>
    where
        T: Typed + FromSql<T::Sql, Pg> + FromSql<T::Sql, Sqlite> + 'static,
    {
        let rows: Vec<OneColumn<T>> = self.rows_with(sql, parameters)?;
        Ok(rows.into_iter().map(|OneColumn(value)| value).collect())
    }

    /// Whether there is any row in what follows FROM.
    ///
    /// # Errors
    /// What the database said.
    pub fn any(&mut self, from: &str, parameters: &[&dyn Parameter]) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {from}) AS value");
        Ok(self.values(&sql, parameters)?.contains(&true))
    }

    /// Runs one statement in the transaction under way, and gives each of its rows to `row` as it comes, so that memory
    /// does not grow with their number.
    ///
    /// # Errors
    /// What the database said, a row that does not fit `T`, and the error of `row`.
    pub fn each<T, E>(
        &mut self,
        sql: &str,
        parameters: &[&dyn Parameter],
        mut row: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E>
    where
        T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
        E: From<StoreError>,
    {
        let sql = self.in_dialect(sql);
        match self {
            Connection::Postgres(connection, _) => {
                // Row by row libpq would make a whole result of each.
                connection.batch_execute(CURSOR_IS_READ_WHOLE).map_err(StoreError::from)?;
                let declare = sql_query(format!("DECLARE {CURSOR} NO SCROLL CURSOR FOR {sql}")).into_boxed();
                let bound = parameters.iter().fold(declare, |bound, next| next.bind_postgres(bound));
                bound.execute(connection).map_err(StoreError::from)?;
                loop {
                    let mut fetched = 0;
                    let batch = sql_query(format!("FETCH {BATCH} FROM {CURSOR}"));
                    let rows =
                        batch.load_iter::<T, DefaultLoadingMode>(connection).map_err(StoreError::from)?;
                    for read in rows {
                        row(read.map_err(StoreError::from)?)?;
                        fetched += 1;
                    }
                    if fetched < BATCH {
                        break;
                    }
                }
                connection.batch_execute(&format!("CLOSE {CURSOR}")).map_err(StoreError::from)?;
            }
            Connection::Sqlite(connection) => {
                let statement = sql_query(sql).into_boxed();
                let bound = parameters.iter().fold(statement, |bound, next| next.bind_sqlite(bound));
                let rows = bound.load_iter::<T, DefaultLoadingMode>(connection).map_err(StoreError::from)?;
                for read in rows {
                    row(read.map_err(StoreError::from)?)?;
                }
            }
        }
        Ok(())
    }

    /// Drops temporary tables where they exist, and never a table of the same name that is not temporary.
    ///
    /// # Errors
    /// What the database said.
    pub fn drop_temporary(&mut self, tables: &[&str]) -> Result<(), StoreError> {
        self.drop_temporary_all("TABLE", tables)
    }

    /// The same of views.
    ///
    /// # Errors
    /// What the database said.
    pub fn drop_temporary_views(&mut self, views: &[&str]) -> Result<(), StoreError> {
        self.drop_temporary_all("VIEW", views)
    }

    fn drop_temporary_all(&mut self, what: &str, names: &[&str]) -> Result<(), StoreError> {
        let sql = match self {
            Connection::Postgres(..) => {
                let named: Vec<String> = names.iter().map(|name| format!("pg_temp.{name}")).collect();
                format!("DROP {what} IF EXISTS {}", named.join(", "))
            }
            Connection::Sqlite(_) => {
                names.iter().map(|name| format!("DROP {what} IF EXISTS temp.{name};\n")).collect()
            }
        };
        self.execute(&sql)
    }
}
