//! Sync types and scopes, which the tables hold as text.

use std::io::Write as _;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

use super::unreadable;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;

/// Reads and writes types as the text that `$write` makes of them and `$read` takes.
macro_rules! as_text {
    ($($named:ty: $what:literal, $write:expr, $read:expr;)+) => {$(
        impl ToSql<Text, Pg> for $named {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                let write: fn(&$named) -> String = $write;
                out.write_all(write(self).as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, Sqlite> for $named {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                let write: fn(&$named) -> String = $write;
                out.set_value(write(self));
                Ok(IsNull::No)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $named
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let read: fn(&str) -> Option<$named> = $read;
                let text = String::from_sql(value)?;
                read(&text).ok_or_else(|| unreadable($what, &text))
            }
        }

        impl<DB: Backend> Queryable<Text, DB> for $named
        where
            Self: FromSql<Text, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    )+};
}

as_text! {
    SyncType: "a sync type", |sync_type| sync_type.name().to_owned(), SyncType::from_name;
    Scope: "a scope", Scope::to_string, |text| text.parse().ok();
}
