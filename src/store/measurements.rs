//! What the metrics say, read from the database: per sync type the last runs, and rows by state.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;

use super::alerts::parse_timestamp;
use crate::report::{Records, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Everything that the metrics say.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// One per sync type, in the order of [`SyncType::ALL`].
    pub types: Vec<TypeMeasurements>,
    /// Rows by table and state: active, inactive, sync_error.
    pub rows: Vec<RowCount>,
}

/// How one sync type is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeMeasurements {
    /// Which one.
    pub sync_type: SyncType,
    /// When the last pass that completed did so.
    pub last_success: Option<DateTime<Utc>>,
    /// When it was last tried, also in vain before its pass.
    pub last_run: Option<DateTime<Utc>>,
    /// The exit code of the last try; of participants the highest of the dates from today on.
    pub exit_code: Option<i64>,
    /// Of the last pass that ended.
    pub duration_seconds: Option<f64>,
    /// Of the last pass that ended; all zero when it failed.
    pub records: Option<Records>,
    /// Mean time until the API answered, in the last pass that ended and asked it.
    pub response_seconds: Option<f64>,
    /// Failures in a row; of participants the most of any date from today on.
    pub consecutive_failures: i64,
    /// Passes that the guard refused, as far back as sync_logs goes.
    pub guard_refusals: i64,
}

/// How many rows of a table are in a state.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct RowCount {
    /// buildings, rooms, participants.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// active, inactive, sync_error.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Reads all of it; `today` is in `SYNC_TIMEZONE`.
///
/// # Errors
/// When the database fails.
pub fn measure(connection: &mut Connection, today: NaiveDate) -> Result<Measurements, StoreError> {
    let mut types = Vec::new();
    for sync_type in SyncType::ALL {
        types.push(measure_type(connection, sync_type, today)?);
    }
    let counts = ["buildings", "rooms", "participants"].map(|table| {
        format!(
            "SELECT '{table}' AS table_name, state, count FROM (
                 SELECT 'active' AS state, count(*) AS count FROM {table} WHERE is_active
                 UNION ALL SELECT 'inactive', count(*) FROM {table} WHERE NOT is_active
                 UNION ALL SELECT 'sync_error', count(*) FROM {table} WHERE sync_status = 'sync_error') AS counts"
        )
    });
    Ok(Measurements { types, rows: connection.rows(&counts.join(" UNION ALL "))? })
}

#[derive(QueryableByName)]
struct Totals {
    #[diesel(sql_type = Nullable<Text>)]
    last_success: Option<String>,
    #[diesel(sql_type = BigInt)]
    refusals: i64,
}

#[derive(QueryableByName)]
struct LastPass {
    #[diesel(sql_type = Text)]
    started_at: String,
    #[diesel(sql_type = Nullable<Text>)]
    completed_at: Option<String>,
    #[diesel(sql_type = BigInt)]
    processed: i64,
    #[diesel(sql_type = BigInt)]
    created: i64,
    #[diesel(sql_type = BigInt)]
    updated: i64,
    #[diesel(sql_type = BigInt)]
    deleted: i64,
    #[diesel(sql_type = BigInt)]
    errored: i64,
    #[diesel(sql_type = Nullable<Text>)]
    metadata: Option<String>,
}

#[derive(QueryableByName)]
struct Scope {
    #[diesel(sql_type = BigInt)]
    failures: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    exit_code: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    ended_at: Option<String>,
}

fn measure_type(
    connection: &mut Connection,
    sync_type: SyncType,
    today: NaiveDate,
) -> Result<TypeMeasurements, StoreError> {
    let name = sync_type.name();
    let totals: Vec<Totals> = connection.rows(&format!(
        "SELECT CAST(max(CASE WHEN status = 'completed' THEN completed_at END) AS text) AS last_success,
                count(CASE WHEN error_details ->> 'status' = 'refused' THEN 1 END) AS refusals
         FROM sync_logs WHERE sync_type = '{name}'"
    ))?;
    let last: Vec<LastPass> = connection.rows(&format!(
        "SELECT CAST(started_at AS text) AS started_at, CAST(completed_at AS text) AS completed_at,
                records_processed AS processed, records_created AS created, records_updated AS updated,
                records_deleted AS deleted, records_errored AS errored, CAST(metadata AS text) AS metadata
         FROM sync_logs WHERE sync_type = '{name}' AND status <> 'in_progress' ORDER BY id DESC LIMIT 1"
    ))?;
    let scopes: Vec<Scope> = connection.rows(&scope_query(sync_type, today))?;
    let last = last.first();
    let scope = scopes.first();
    let times = last.and_then(|last| {
        Some((parse_timestamp(&last.started_at)?, parse_timestamp(last.completed_at.as_deref()?)?))
    });
    let tried = scope.and_then(|scope| parse_timestamp(scope.ended_at.as_deref()?));
    let totals = totals.first();
    Ok(TypeMeasurements {
        sync_type,
        last_success: totals.and_then(|totals| parse_timestamp(totals.last_success.as_deref()?)),
        last_run: times.map(|(_, completed)| completed).max(tried),
        exit_code: scope.and_then(|scope| scope.exit_code),
        duration_seconds: times.map(|(started, completed)| (completed - started).as_seconds_f64().max(0.0)),
        records: last.map(|last| Records {
            processed: last.processed,
            created: last.created,
            updated: last.updated,
            unchanged: last.processed - last.created - last.updated - last.errored,
            deleted: last.deleted,
            errored: last.errored,
        }),
        response_seconds: last.and_then(|last| mean_response(last.metadata.as_deref()?)),
        consecutive_failures: scope.map_or(0, |scope| scope.failures),
        guard_refusals: totals.map_or(0, |totals| totals.refusals),
    })
}

/// The row that says how a type is doing: rooms are brought by two commands, of which the later one counts.
fn scope_query(sync_type: SyncType, today: NaiveDate) -> String {
    let one = |commands: &str| {
        format!(
            "SELECT CAST(failures AS bigint) AS failures, CAST(exit_code AS bigint) AS exit_code,
                    CAST(ended_at AS text) AS ended_at
             FROM alert_scopes WHERE command IN ({commands}) ORDER BY ended_at DESC LIMIT 1"
        )
    };
    match sync_type {
        SyncType::ExamHalls => one("'halls'"),
        SyncType::HallRooms => one("'halls', 'rooms'"),
        SyncType::Participants => format!(
            "SELECT CAST(coalesce(max(failures), 0) AS bigint) AS failures,
                    CAST(max(exit_code) AS bigint) AS exit_code, CAST(max(ended_at) AS text) AS ended_at
             FROM alert_scopes WHERE command = 'participants' AND scope >= '{today}'"
        ),
    }
}

fn mean_response(metadata: &str) -> Option<f64> {
    let metadata: Value = serde_json::from_str(metadata).ok()?;
    let times: Vec<f64> =
        metadata["response_times_ms"].as_array()?.iter().filter_map(Value::as_f64).collect();
    (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64 / 1000.0)
}
