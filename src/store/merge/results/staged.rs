//! The decisions of results on their way into the temporary table: copied into PostgreSQL, inserted into SQLite.

use chrono::{DateTime, NaiveTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging::in_one_savepoint;
use crate::store::values::{Moment, TimeOfDay, UniqueId};

diesel::table! {
    use diesel::sql_types::*;
    use super::{Moment, TimeOfDay, UniqueId};

    // The uid is never null; diesel binds a type of ours as an Option.
    stage_result (uid) {
        uid -> Nullable<UniqueId>, marked -> Bool, status -> Nullable<Text>, marked_at -> Nullable<Moment>,
        marked_by -> Nullable<BigInt>, base_marked -> Bool, base_status -> Nullable<Text>,
        base_marked_at -> Nullable<Moment>, base_marked_by -> Nullable<BigInt>, base_version -> Nullable<BigInt>,
        room_id -> Nullable<BigInt>, start_time -> Nullable<TimeOfDay>, place_id -> Nullable<BigInt>,
        participant_name -> Nullable<Text>, participant_count -> Nullable<Integer>,
    }
}

/// A decision of a centre, and what it has of the row.
#[derive(Debug, Insertable)]
#[diesel(table_name = stage_result, treat_none_as_default_value = false)]
pub(crate) struct StagedDecision {
    /// The row.
    pub uid: Option<Uuid>,
    /// Whether the person is marked.
    pub marked: bool,
    /// As what.
    pub status: Option<String>,
    /// When.
    pub marked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub marked_by: Option<i64>,
    /// The same four of the decision that a package had brought.
    pub base_marked: bool,
    pub base_status: Option<String>,
    pub base_marked_at: Option<DateTime<Utc>>,
    pub base_marked_by: Option<i64>,
    /// The package that the row took last.
    pub base_version: Option<i64>,
    /// The room, by external id.
    pub room_id: Option<i64>,
    /// The start time.
    pub start_time: Option<NaiveTime>,
    /// The seat.
    pub place_id: Option<i64>,
    /// The name.
    pub participant_name: Option<String>,
    /// How many people.
    pub participant_count: Option<i32>,
}

/// Stages decisions.
pub(super) fn insert(connection: &mut Connection, decisions: &[StagedDecision]) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(connection, _) => {
            diesel::copy_from(stage_result::table).from_insertable(decisions).execute(connection)?;
            Ok(())
        }
        // One by one, so that the statement is prepared once for all.
        Connection::Sqlite(connection) => in_one_savepoint(connection, |connection| {
            decisions.iter().try_for_each(|decision| {
                diesel::insert_into(stage_result::table).values(decision).execute(connection).map(drop)
            })
        }),
    }
}
