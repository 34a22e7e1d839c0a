//! What is bound to a statement, and how a Rust type is to the database.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::row::NamedRow;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;
use serde_json::Value;
use uuid::Uuid;

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::store::values::{Day, Json, Moment, TimeOfDay, UniqueId};

/// A Rust type and the SQL type that it is bound and read as.
pub trait Typed {
    /// The SQL type, the same for both databases.
    type Sql: Send + 'static;
}

/// Pairs Rust types with their SQL types.
macro_rules! typed {
    ($($rust:ty: $sql:ty;)+) => {
        $(impl Typed for $rust {
            type Sql = $sql;
        })+
    };
}

typed! {
    bool: Bool;
    i32: Integer;
    i64: BigInt;
    &str: Text;
    String: Text;
    NaiveDate: Day;
    NaiveTime: TimeOfDay;
    DateTime<Utc>: Moment;
    Value: Json;
    Uuid: UniqueId;
    SyncType: Text;
    Scope: Text;
}

impl<T: Typed> Typed for Option<T> {
    type Sql = Nullable<T::Sql>;
}

/// A statement for PostgreSQL with its parameters.
pub type PostgresStatement<'a> = BoxedSqlQuery<'a, Pg, SqlQuery>;
/// A statement for SQLite with its parameters.
pub type SqliteStatement<'a> = BoxedSqlQuery<'a, Sqlite, SqlQuery>;

/// A value that either kind of database takes for a parameter; null is `None`.
pub trait Parameter {
    /// Binds it to the next parameter of a statement for PostgreSQL.
    fn bind_postgres<'a>(&'a self, statement: PostgresStatement<'a>) -> PostgresStatement<'a>;
    /// Binds it to the next parameter of a statement for SQLite.
    fn bind_sqlite<'a>(&'a self, statement: SqliteStatement<'a>) -> SqliteStatement<'a>;
}

impl<T> Parameter for T
where
    T: Typed + ToSql<T::Sql, Pg> + ToSql<T::Sql, Sqlite> + Sync,
    Pg: HasSqlType<T::Sql>,
    Sqlite: HasSqlType<T::Sql>,
{
    fn bind_postgres<'a>(&'a self, statement: PostgresStatement<'a>) -> PostgresStatement<'a> {
        statement.bind::<T::Sql, _>(self)
    }

    fn bind_sqlite<'a>(&'a self, statement: SqliteStatement<'a>) -> SqliteStatement<'a> {
        statement.bind::<T::Sql, _>(self)
    }
}

/// A row of one column, which is called `value`.
pub(super) struct OneColumn<T>(pub(super) T);

impl<DB, T> QueryableByName<DB> for OneColumn<T>
where
    DB: Backend,
    T: Typed + FromSql<T::Sql, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        NamedRow::get::<T::Sql, T>(row, "value").map(Self)
    }
}
