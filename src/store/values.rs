//! The values that a statement takes and a row gives: one SQL type for each, whatever the database stores it as.
//!
//! PostgreSQL has types of its own for moments, JSON and UUIDs. SQLite has text, in the forms of contract §6. This is
//! the only file that writes a moment for a database, or reads one.

mod by_position;
mod days;
mod digits;
mod names;

use std::error::Error;

use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::row::NamedRow;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, BigInt};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde_json::Value;
use uuid::Uuid;

use crate::model::outcome::Records;

pub(crate) use by_position::ByPosition;
pub(crate) use days::{Day, TimeOfDay};

/// 2000-01-01 UTC, from which PostgreSQL counts the microseconds of a `timestamptz` (manual, "Date/Time Types").
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// What SQLite holds of a moment, to be written.
const WRITTEN: &str = "%Y-%m-%d %H:%M:%S%.3f";
/// The same to be read: an application may have written it with other fractions of a second.
const READ: &str = "%Y-%m-%d %H:%M:%S%.f";

/// A UTC timestamp to the millisecond: `timestamptz`, or `YYYY-MM-DD HH:MM:SS.SSS`.
#[derive(Debug, Clone, Copy, sql_types::SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
pub struct Moment;

/// A JSON document: `jsonb`, or its text.
#[derive(Debug, Clone, Copy, sql_types::SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Json;

/// A UUID: `uuid`, or its text in lower case with hyphens.
#[derive(Debug, Clone, Copy, sql_types::SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
pub struct UniqueId;

/// A moment as PostgreSQL counts it. Milliseconds, as on SQLite: what was written compares equal to what is read.
pub(super) fn postgres_microseconds(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis() * 1_000 - EPOCH_MICROSECONDS
}

/// A moment inside a JSON parameter, which the statement casts where PostgreSQL needs it: its zone is UTC.
pub(super) fn moment_in_json(at: DateTime<Utc>) -> String {
    at.format(WRITTEN).to_string()
}

/// The moment that [`moment_in_json`] wrote.
pub(crate) fn moment_from_json(text: &str) -> Option<DateTime<Utc>> {
    let read = digits::moment(text).or_else(|| NaiveDateTime::parse_from_str(text, READ).ok());
    read.filter(|at| is_in_range(at.year())).map(|at| at.and_utc())
}

impl ToSql<Moment, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<BigInt, Pg>::to_sql(&postgres_microseconds(*self), &mut out.reborrow())
    }
}

impl ToSql<Moment, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(WRITTEN).to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        // diesel fails of a moment beyond what chrono can hold, and of infinity.
        let read = <DateTime<Utc> as FromSql<sql_types::Timestamptz, Pg>>::from_sql(value).ok();
        read.filter(|at| is_in_range(at.year())).ok_or_else(|| out_of_range("a timestamp"))
    }
}

impl FromSql<Moment, Sqlite> for DateTime<Utc> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        moment_from_json(text).ok_or_else(|| unreadable("a timestamp", text))
    }
}

impl ToSql<UniqueId, Sqlite> for Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.hyphenated().to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<UniqueId, Sqlite> for Uuid {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        Uuid::parse_str(text).map_err(|_| unreadable("a UUID", text))
    }
}

impl ToSql<Json, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Json, Sqlite> for Value {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        // The text is not shown: a document may hold a person's name.
        serde_json::from_str(value.read_text()).map_err(|_| {
            Unreadable("the database holds text that is no JSON where JSON should be".into()).into()
        })
    }
}

/// Has PostgreSQL take and give a type as diesel's type for it does.
macro_rules! in_postgres {
    ($($value:ty: $ours:ty as $theirs:ty;)+) => {$(
        impl ToSql<$ours, Pg> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<$theirs, Pg>::to_sql(self, out)
            }
        }

        impl FromSql<$ours, Pg> for $value {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                FromSql::<$theirs, Pg>::from_sql(value)
            }
        }
    )+};
}

in_postgres! {
    Uuid: UniqueId as sql_types::Uuid;
    Value: Json as sql_types::Jsonb;
}

impl<DB: Backend> QueryableByName<DB> for Records
where
    i64: FromSql<BigInt, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let count = |name: &str| NamedRow::get::<BigInt, i64>(row, name);
        let [created, updated, unchanged] = [count("created")?, count("updated")?, count("unchanged")?];
        let [deleted, errored] = [count("deleted")?, count("errored")?];
        // As contract §5 defines it.
        let processed = created + updated + unchanged + errored;
        Ok(Records { processed, created, updated, unchanged, deleted, errored })
    }
}

/// What another program wrote into a column of ours, and what is not of the column's type. The row is passed over.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

/// The years that have four digits: what contract §6 says of dates holds in them, and they are far from the limits of
/// all that counts with them.
fn is_in_range(year: i32) -> bool {
    (1..=9999).contains(&year)
}

fn unreadable(what: &str, text: &str) -> Box<dyn Error + Send + Sync> {
    Unreadable(format!("the database holds {text:?} where {what} should be")).into()
}

fn out_of_range(what: &str) -> Box<dyn Error + Send + Sync> {
    Unreadable(format!(
        "the database holds infinity, or a year that is not from 1 to 9999, where {what} should be"
    ))
    .into()
}
