//! What a command has to know of the live rows before it pulls: which halls, and which dates to skip.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};
use serde_json::{Value, json};

use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

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

/// Whether there is no row yet of what a pass brings: of the date, or any room.
pub(crate) fn is_first_load(
    connection: &mut Connection,
    exam_date: Option<NaiveDate>,
) -> Result<bool, StoreError> {
    let any = match exam_date {
        Some(date) => connection.any("participants WHERE exam_date = $1", &[&date])?,
        None => connection.any("rooms", &[])?,
    };
    Ok(!any)
}

/// What `--idle-interval` and `--starting-within` look at, of one date.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct DateHistory {
    /// Active participants rows.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// When the last completed pass of the date ended.
    #[diesel(sql_type = Nullable<Moment>)]
    pub last_completed: Option<DateTime<Utc>>,
}

/// The state of one date.
pub(crate) fn date_state(connection: &mut Connection, date: NaiveDate) -> Result<DateHistory, StoreError> {
    connection.row(
        "SELECT (SELECT count(*) FROM participants WHERE exam_date = $1 AND is_active) AS active,
                (SELECT completed_at FROM sync_logs
                 WHERE sync_type = 'participants' AND status = 'completed' AND scope = $2
                 ORDER BY started_at DESC, id DESC LIMIT 1) AS last_completed",
        &[&date, &Scope::Date(date)],
    )
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
