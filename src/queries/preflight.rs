//! What a command has to know of the live rows before it pulls: which halls, and which dates to skip.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
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
