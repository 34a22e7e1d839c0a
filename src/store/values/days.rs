//! Dates and times of day: PostgreSQL's own types, and on SQLite text in the forms of contract §6.

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Date, SqlType, Time};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::{digits, is_in_range, out_of_range, unreadable};

/// A date: `date`, or `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182), sqlite_type(name = "Text"))]
pub struct Day;

/// A time of day: `time`, or `HH:MM:SS`.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1083, array_oid = 1183), sqlite_type(name = "Text"))]
pub struct TimeOfDay;

/// Has both databases take a type as diesel's type for it does.
macro_rules! written_as {
    ($($value:ty: $ours:ty as $theirs:ty, $database:ty;)+) => {$(
        impl ToSql<$ours, $database> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $database>) -> serialize::Result {
                ToSql::<$theirs, $database>::to_sql(self, out)
            }
        }
    )+};
}

written_as! {
    NaiveDate: Day as Date, Pg;
    NaiveDate: Day as Date, Sqlite;
    NaiveTime: TimeOfDay as Time, Pg;
    NaiveTime: TimeOfDay as Time, Sqlite;
}

impl FromSql<Day, Pg> for NaiveDate {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        // diesel fails of a date beyond what chrono can hold, and of infinity.
        let read = <NaiveDate as FromSql<Date, Pg>>::from_sql(value).ok();
        read.filter(|date| is_in_range(date.year())).ok_or_else(|| out_of_range("a date"))
    }
}

impl FromSql<Day, Sqlite> for NaiveDate {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        read.filter(|date| is_in_range(date.year())).ok_or_else(|| unreadable("a date", text))
    }
}

impl FromSql<TimeOfDay, Pg> for NaiveTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Time, Pg>::from_sql(value)
    }
}

impl FromSql<TimeOfDay, Sqlite> for NaiveTime {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        let mut forms = ["%H:%M:%S%.f", "%H:%M"].into_iter();
        digits::time(text)
            .or_else(|| forms.find_map(|form| NaiveTime::parse_from_str(text, form).ok()))
            .ok_or_else(|| unreadable("a time of day", text))
    }
}
