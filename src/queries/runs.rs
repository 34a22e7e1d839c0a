//! The passes one by one, read from their log rows.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::outcome::Records;
use crate::model::scope::{self, Scope};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment, UniqueId};
use crate::text::serialize::{at, maybe_at};

/// A pass that ended, without what only its own line needs.
#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct EndedRun {
    /// The sync type.
    #[diesel(sql_type = Text)]
    pub sync_type: SyncType,
    /// The scope of the pass.
    #[diesel(sql_type = Text)]
    pub scope: Scope,
    /// When it began.
    #[diesel(sql_type = Moment)]
    pub started_at: DateTime<Utc>,
    /// When it ended.
    #[diesel(sql_type = Nullable<Moment>)]
    pub completed_at: Option<DateTime<Utc>>,
    /// Completed rather than failed.
    #[diesel(sql_type = Bool)]
    pub completed: bool,
    /// The kind of its failure (contract §5, `error.kind`). The row of a pass that was killed holds only a message.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    /// Records in its feed.
    #[diesel(sql_type = BigInt)]
    pub processed: i64,
}

impl EndedRun {
    /// From start to end.
    pub(crate) fn duration_ms(&self) -> Option<i64> {
        duration_ms(self.started_at, self.completed_at)
    }
}

/// The passes that began since then and have ended, oldest first.
pub(crate) fn ended_since(
    connection: &mut Connection,
    since: DateTime<Utc>,
) -> Result<Vec<EndedRun>, StoreError> {
    connection.rows_with(
        "SELECT sync_type, scope, started_at, completed_at,
                status = 'completed' AS completed,
                CASE WHEN status <> 'failed' THEN NULL
                     WHEN readable_json(error_details) ->> 'kind' IS NOT NULL
                         THEN readable_json(error_details) ->> 'kind'
                     WHEN error_message LIKE 'interrupted%' THEN 'interrupted'
                     ELSE 'internal' END AS kind,
                records_processed AS processed
         FROM sync_logs WHERE status <> 'in_progress' AND started_at >= $1 ORDER BY started_at, id",
        &[&since],
    )
}

/// One pass, read from its log row.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Run {
    /// The command that it was part of.
    pub run_id: Uuid,
    /// What was synced.
    pub sync_type: SyncType,
    /// The scope of the pass.
    #[serde(rename = "exam_date", serialize_with = "scope::serialize_date")]
    pub scope: Scope,
    /// `in_progress`, `completed` or `failed`.
    pub status: String,
    /// Start, UTC.
    #[serde(serialize_with = "at")]
    pub started_at: DateTime<Utc>,
    /// End, UTC.
    #[serde(serialize_with = "maybe_at")]
    pub completed_at: Option<DateTime<Utc>>,
    /// From start to end.
    pub duration_ms: Option<i64>,
    /// The counts.
    pub records: Records,
    /// Of a failed pass.
    pub error: Option<RunError>,
    /// Records that were left out, as listed.
    pub record_errors: Vec<Value>,
    /// `cron` or `manual`.
    pub trigger: Option<String>,
    /// Who ran it.
    pub operator: Option<String>,
    /// Where it ran.
    pub host: Option<String>,
    /// Milliseconds until an answer of the API began, the mean of its requests.
    pub mean_response_ms: Option<f64>,
}

/// Why a pass failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RunError {
    /// The kind (contract §5, `error.kind`); a pass that was killed could not say it.
    pub kind: String,
    /// The sentence.
    pub message: String,
    /// What `--approve` takes, of a refusal.
    pub plan: Option<String>,
}

/// Which runs to list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    /// Only this sync type.
    pub sync_type: Option<SyncType>,
    /// Only failed ones.
    pub failed: bool,
    /// Only ones that began since then.
    pub since: Option<DateTime<Utc>>,
    /// The most runs that are returned.
    pub most: u32,
}

/// The runs that the filter lets through, newest first.
pub(crate) fn runs(connection: &mut Connection, filter: &Filter) -> Result<Vec<Run>, StoreError> {
    let Filter { sync_type, failed, since, most } = filter;
    let rows: Vec<RunRow> = connection.rows_with(
        concat!(
            include_str!("runs/columns.part.sql"),
            "WHERE ($1::text IS NULL OR sync_type = $1) AND (NOT $2 OR status = 'failed')
               AND ($3::timestamptz IS NULL OR started_at >= $3)
             ORDER BY started_at DESC, id DESC LIMIT $4"
        ),
        &[sync_type, failed, since, &i64::from(*most)],
    )?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// The failed passes of one exam date that began since then, newest first.
pub(crate) fn failures_of_date(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: Option<DateTime<Utc>>,
    most: u32,
) -> Result<Vec<Run>, StoreError> {
    let rows: Vec<RunRow> = connection.rows_with(
        concat!(
            include_str!("runs/columns.part.sql"),
            "WHERE sync_type = 'participants' AND scope = $1 AND status = 'failed'
               AND ($2::timestamptz IS NULL OR started_at >= $2)
             ORDER BY started_at DESC, id DESC LIMIT $3"
        ),
        &[&Scope::Date(exam_date), &since, &i64::from(most)],
    )?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// The runs of these log rows.
pub(crate) fn of_rows(
    connection: &mut Connection,
    ids: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, Run>, StoreError> {
    let ids: Value = ids.map(|id| json!({ "id": id })).collect();
    let rows: Vec<RunRow> = connection.rows_with(
        concat!(
            include_str!("runs/columns.part.sql"),
            "WHERE id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)"
        ),
        &[&ids],
    )?;
    Ok(rows.into_iter().map(|row| (row.id, Run::from(row))).collect())
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = UniqueId)]
    run_id: Uuid,
    #[diesel(sql_type = Text)]
    sync_type: SyncType,
    #[diesel(sql_type = Text)]
    scope: Scope,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Moment)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Moment>)]
    completed_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    records: Records,
    /// Of a failed pass only.
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    error_message: Option<String>,
    #[diesel(sql_type = Nullable<Json>)]
    error_details: Option<Value>,
    #[diesel(sql_type = Nullable<Json>)]
    metadata: Option<Value>,
}

impl From<RunRow> for Run {
    /// What the two documents of the row hold has fields of its own in the run.
    fn from(row: RunRow) -> Self {
        let metadata = row.metadata.unwrap_or_default();
        let details = row.error_details.unwrap_or_default();
        let text = |name: &str| metadata[name].as_str().map(str::to_owned);
        let message = row.error_message;
        let error = row.kind.map(|kind| RunError {
            kind,
            message: message.unwrap_or_else(|| "it does not say why".to_owned()),
            plan: details["plan"].as_str().map(str::to_owned),
        });
        Run {
            run_id: row.run_id,
            sync_type: row.sync_type,
            scope: row.scope,
            duration_ms: duration_ms(row.started_at, row.completed_at),
            status: row.status,
            started_at: row.started_at,
            completed_at: row.completed_at,
            records: row.records,
            error,
            record_errors: details["errors"].as_array().cloned().unwrap_or_default(),
            trigger: text("trigger"),
            operator: text("operator"),
            host: text("host"),
            mean_response_ms: mean(&metadata["response_times_ms"]),
        }
    }
}

/// Of an array of numbers; none of an empty one.
fn mean(numbers: &Value) -> Option<f64> {
    let numbers: Vec<f64> = numbers.as_array()?.iter().filter_map(Value::as_f64).collect();
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn duration_ms(started_at: DateTime<Utc>, completed_at: Option<DateTime<Utc>>) -> Option<i64> {
    Some(completed_at?.signed_duration_since(started_at).num_milliseconds().max(0))
}
