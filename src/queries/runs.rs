//! The passes one by one, as their log rows tell.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;

use super::{date, moment, sync_type};
use crate::report::{Records, SyncType};
use crate::status::model::{Run, RunError};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// A pass that ended, without what only its own line needs.
#[derive(Debug, Clone)]
pub struct EndedRun {
    /// The sync type.
    pub sync_type: SyncType,
    /// The date, for participants.
    pub exam_date: Option<NaiveDate>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// From start to end.
    pub duration_ms: Option<i64>,
    /// Completed rather than failed.
    pub completed: bool,
    /// Why it failed, where it could say.
    pub kind: Option<String>,
    /// Records in its feed.
    pub processed: i64,
}

#[derive(QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = Text)]
    sync_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    exam_date: Option<String>,
    #[diesel(sql_type = Text)]
    started_at: String,
    #[diesel(sql_type = Nullable<Text>)]
    completed_at: Option<String>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    message: Option<String>,
    #[diesel(sql_type = BigInt)]
    processed: i64,
}

/// The passes that began since then and have ended, oldest first.
///
/// # Errors
/// When the database fails.
pub fn ended_since(connection: &mut Connection, since: DateTime<Utc>) -> Result<Vec<EndedRun>, StoreError> {
    let rows: Vec<EndedRow> = connection.rows_with(
        "SELECT sync_type, metadata ->> 'exam_date' AS exam_date, CAST(started_at AS text) AS started_at,
                CAST(completed_at AS text) AS completed_at, status, error_details ->> 'kind' AS kind,
                error_message AS message, CAST(records_processed AS bigint) AS processed
         FROM sync_logs
         WHERE status <> 'in_progress' AND started_at >= $1
         ORDER BY sync_logs.started_at, id",
        &[&since],
    )?;
    rows.into_iter()
        .map(|row| {
            let started_at = moment(&row.started_at)?;
            let completed = row.status == "completed";
            Ok(EndedRun {
                sync_type: sync_type(&row.sync_type)?,
                exam_date: row.exam_date.as_deref().map(date).transpose()?,
                started_at,
                duration_ms: duration_ms(started_at, row.completed_at.as_deref())?,
                completed,
                kind: (!completed).then(|| kind(row.kind.as_deref(), row.message.as_deref())),
                processed: row.processed,
            })
        })
        .collect()
}

/// Which runs to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this sync type.
    pub sync_type: Option<SyncType>,
    /// Only this exam date.
    pub exam_date: Option<NaiveDate>,
    /// Only failed ones.
    pub failed: bool,
    /// Only ones that began since then.
    pub since: Option<DateTime<Utc>>,
    /// Only those with these log rows.
    pub ids: Option<Vec<i64>>,
    /// At most so many.
    pub most: u32,
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    run_id: String,
    #[diesel(sql_type = Text)]
    sync_type: String,
    #[diesel(sql_type = Text)]
    started_at: String,
    #[diesel(sql_type = Nullable<Text>)]
    completed_at: Option<String>,
    #[diesel(sql_type = Text)]
    status: String,
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
    error_message: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    error_details: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    metadata: Option<String>,
}

/// The runs that the filter lets through, newest first, each with the id of its log row.
///
/// # Errors
/// When the database fails.
pub fn runs(connection: &mut Connection, filter: &Filter) -> Result<Vec<(i64, Run)>, StoreError> {
    let mut conditions = vec!["($1 IS NULL OR started_at >= $1)".to_owned()];
    if let Some(sync_type) = filter.sync_type {
        conditions.push(format!("sync_type = '{}'", sync_type.name()));
    }
    if let Some(exam_date) = filter.exam_date {
        conditions.push(format!("metadata ->> 'exam_date' = '{exam_date}'"));
    }
    if filter.failed {
        conditions.push("status = 'failed'".to_owned());
    }
    if let Some(ids) = &filter.ids {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        conditions.push(format!("id IN ({})", if ids.is_empty() { "NULL".into() } else { ids.join(", ") }));
    }
    let rows: Vec<RunRow> = connection.rows_with(
        &format!(
            "SELECT id, CAST(run_id AS text) AS run_id, sync_type, CAST(started_at AS text) AS started_at,
                CAST(completed_at AS text) AS completed_at, status,
                CAST(records_processed AS bigint) AS processed, CAST(records_created AS bigint) AS created,
                CAST(records_updated AS bigint) AS updated, CAST(records_deleted AS bigint) AS deleted,
                CAST(records_errored AS bigint) AS errored, error_message,
                CAST(error_details AS text) AS error_details, CAST(metadata AS text) AS metadata
         FROM sync_logs
         WHERE {}
         ORDER BY sync_logs.started_at DESC, id DESC LIMIT {}",
            conditions.join(" AND "),
            filter.most
        ),
        &[&filter.since],
    )?;
    rows.into_iter().map(|row| Ok((row.id, run(row)?))).collect()
}

fn run(row: RunRow) -> Result<Run, StoreError> {
    let metadata = document(row.metadata.as_deref());
    let details = document(row.error_details.as_deref());
    let text = |name: &str| metadata[name].as_str().map(str::to_owned);
    let started_at = moment(&row.started_at)?;
    let error = (row.status == "failed").then(|| RunError {
        kind: kind(details["kind"].as_str(), row.error_message.as_deref()),
        message: row.error_message.unwrap_or_else(|| "it does not say why".to_owned()),
        plan: details["plan"].as_str().map(str::to_owned),
    });
    Ok(Run {
        run_id: Uuid::parse_str(&row.run_id)
            .map_err(|_| StoreError::Other(format!("sync_logs {} has no readable run_id", row.id)))?,
        sync_type: sync_type(&row.sync_type)?,
        exam_date: metadata["exam_date"].as_str().map(date).transpose()?,
        duration_ms: duration_ms(started_at, row.completed_at.as_deref())?,
        status: row.status,
        started_at,
        completed_at: row.completed_at.as_deref().map(moment).transpose()?,
        records: Records {
            processed: row.processed,
            created: row.created,
            updated: row.updated,
            unchanged: row.processed - row.created - row.updated - row.errored,
            deleted: row.deleted,
            errored: row.errored,
        },
        error,
        record_errors: details["errors"].as_array().cloned().unwrap_or_default(),
        trigger: text("trigger"),
        operator: text("operator"),
        host: text("host"),
        mean_response_ms: mean(&metadata["response_times_ms"]),
    })
}

/// What a failed pass calls its failure. Who closed the row of one that was killed could only write a message.
fn kind(kind: Option<&str>, message: Option<&str>) -> String {
    let interrupted = message.is_some_and(|message| message.starts_with("interrupted"));
    kind.unwrap_or(if interrupted { "interrupted" } else { "internal" }).to_owned()
}

/// JSON that somebody else may have written: what can't be read is null.
fn document(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Of an array of numbers; none of an empty one.
fn mean(numbers: &Value) -> Option<f64> {
    let numbers: Vec<f64> = numbers.as_array()?.iter().filter_map(Value::as_f64).collect();
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn duration_ms(started_at: DateTime<Utc>, completed_at: Option<&str>) -> Result<Option<i64>, StoreError> {
    let completed_at = completed_at.map(moment).transpose()?;
    Ok(completed_at.map(|at| at.signed_duration_since(started_at).num_milliseconds().max(0)))
}
