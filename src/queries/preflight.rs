//! What a command has to know of the live rows before it pulls: which halls, and which dates to skip.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::Bool;
use serde_json::{Value, json};

use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The external ids of all active halls, or which of the named ones are known here.
pub(crate) fn known_halls(connection: &mut Connection, named: &[i64]) -> Result<Vec<i64>, StoreError> {
    if named.is_empty() {
        return connection
            .values("SELECT external_id AS value FROM buildings WHERE is_active ORDER BY external_id", &[]);
    }
    let named: Value = named.iter().map(|id| json!({ "id": id })).collect();
    connection.values(
        "SELECT external_id AS value FROM buildings
         WHERE external_id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)
         ORDER BY external_id",
        &[&named],
    )
}

/// Whether there is any hall, active or not.
pub(crate) fn has_halls(connection: &mut Connection) -> Result<bool, StoreError> {
    connection.any("buildings", &[])
}

/// What a pass has to know before its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct Beforehand {
    /// Whether there is no row yet of what it brings: of the date, any person of the source, or any room.
    #[diesel(sql_type = Bool)]
    pub first_load: bool,
    /// Whether an application's tables may be adopted. A table without a page holds no map, and to ask for its size needs no
    /// right on it.
    #[diesel(sql_type = Bool)]
    pub may_be_adopted: bool,
}

/// As of [`Beforehand::may_be_adopted`], with no right on any table.
pub(crate) fn may_be_adopted(connection: &mut Connection) -> Result<bool, StoreError> {
    let found: Vec<bool> = connection.values(
        "SELECT coalesce(pg_relation_size(to_regclass(quote_ident(our_schema()) || '.adoption_map')) > 0, false) AS value",
        &[],
    )?;
    Ok(found.contains(&true))
}

/// Looks at what decides how a pass works.
pub(crate) fn beforehand(connection: &mut Connection, scope: &Scope) -> Result<Beforehand, StoreError> {
    let without_date = match connection {
        Connection::Postgres(..) => {
            "SELECT NOT EXISTS (SELECT 1 FROM rooms) AS first_load,
                    coalesce(pg_relation_size(to_regclass(quote_ident(our_schema()) || '.adoption_map')) > 0, false)
                        AS may_be_adopted"
        }
        Connection::Sqlite(_) => {
            "SELECT NOT EXISTS (SELECT 1 FROM rooms) AS first_load, (1 = 0) AS may_be_adopted"
        }
    };
    match (scope.date(), scope.source()) {
        (Some(date), _) => connection.row(
            "SELECT NOT EXISTS (SELECT 1 FROM participants WHERE exam_date = $1) AS first_load,
                    (1 = 0) AS may_be_adopted",
            &[&date],
        ),
        (None, Some(source)) => connection.row(
            "SELECT NOT EXISTS (SELECT 1 FROM roster_users WHERE source = $1) AS first_load,
                    (1 = 0) AS may_be_adopted",
            &[&source],
        ),
        (None, None) => connection.row(without_date, &[]),
    }
}

/// What `--idle-interval` and `--starting-within` look at, of one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateHistory {
    /// Active participants rows.
    pub active: i64,
    /// When the last completed pass of the date ended.
    pub last_completed: Option<DateTime<Utc>>,
}

/// The state of one date.
pub(crate) fn date_state(connection: &mut Connection, date: NaiveDate) -> Result<DateHistory, StoreError> {
    let active: Vec<i64> = connection
        .values("SELECT count(*) AS value FROM participants WHERE exam_date = $1 AND is_active", &[&date])?;
    let last_completed = connection.values(
        "SELECT completed_at AS value FROM sync_logs
         WHERE sync_type = 'participants' AND status = 'completed' AND completed_at IS NOT NULL AND scope = $1
         ORDER BY started_at DESC, id DESC LIMIT 1",
        &[&Scope::Date(date)],
    )?;
    Ok(DateHistory { active: active.into_iter().sum(), last_completed: last_completed.first().copied() })
}

/// The start times of a date's active rows, rising.
pub(crate) fn start_times(
    connection: &mut Connection,
    date: NaiveDate,
) -> Result<Vec<NaiveTime>, StoreError> {
    connection.values(
        "SELECT DISTINCT start_time AS value FROM participants WHERE exam_date = $1 AND is_active ORDER BY 1",
        &[&date],
    )
}
