//! What a command has to know of the live rows before it pulls: which halls, and which dates to skip.

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

#[derive(QueryableByName)]
struct ExternalId {
    #[diesel(sql_type = BigInt)]
    external_id: i64,
}

/// The external ids of all active halls, or which of the named ones are known here.
///
/// # Errors
/// When the database fails.
pub fn known_halls(connection: &mut Connection, named: &[i64]) -> Result<Vec<i64>, StoreError> {
    let condition = if named.is_empty() {
        "is_active".to_string()
    } else {
        format!("external_id IN ({})", named.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<ExternalId> = connection
        .rows(&format!("SELECT external_id FROM buildings WHERE {condition} ORDER BY external_id"))?;
    Ok(rows.into_iter().map(|row| row.external_id).collect())
}

/// Whether there is no row yet of what a pass brings: of the date, or any room.
///
/// # Errors
/// When the database fails.
pub fn is_first_load(connection: &mut Connection, exam_date: Option<NaiveDate>) -> Result<bool, StoreError> {
    let of = match exam_date {
        Some(date) => format!("participants WHERE exam_date = '{date}'"),
        None => "rooms".to_owned(),
    };
    Ok(!connection.any(&of, &[])?)
}

/// What `--idle-interval` and `--starting-within` look at, of one date.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DateHistory {
    /// Active participants rows.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// When the last completed pass of the date ended, UTC, as the database prints it.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_completed: Option<String>,
}

/// The state of one date.
///
/// # Errors
/// When the database fails.
pub fn date_state(connection: &mut Connection, date: NaiveDate) -> Result<DateHistory, StoreError> {
    let rows: Vec<DateHistory> = connection.rows(&format!(
        "SELECT (SELECT count(*) FROM participants WHERE exam_date = '{date}' AND is_active) AS active,
                (SELECT CAST(completed_at AS text) FROM sync_logs
                 WHERE sync_type = 'participants' AND status = 'completed' AND metadata ->> 'exam_date' = '{date}'
                 ORDER BY started_at DESC, id DESC LIMIT 1) AS last_completed"
    ))?;
    rows.into_iter().next().ok_or_else(|| StoreError::Other("the date has no state".into()))
}

#[derive(QueryableByName)]
struct StartTime {
    #[diesel(sql_type = Text)]
    start_time: String,
}

/// The start times of a date's active rows, rising.
///
/// # Errors
/// When the database fails, or tells what is no time.
pub fn start_times(connection: &mut Connection, date: NaiveDate) -> Result<Vec<NaiveTime>, StoreError> {
    let rows: Vec<StartTime> = connection.rows(&format!(
        "SELECT DISTINCT CAST(start_time AS text) AS start_time FROM participants
         WHERE exam_date = '{date}' AND is_active ORDER BY 1"
    ))?;
    let time = |row: StartTime| {
        row.start_time
            .parse()
            .map_err(|_| StoreError::Other(format!("start_time {:?} of {date} is no time", row.start_time)))
    };
    rows.into_iter().map(time).collect()
}
