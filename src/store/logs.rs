//! sync_logs: the row that says a pass is under way, and how it ended.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;

use super::staging::timestamp;
use crate::report::{Records, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Writes the `in_progress` row, visible to others at once, and returns its id.
///
/// # Errors
/// When the database fails.
pub fn begin(
    connection: &mut Connection,
    run_id: Uuid,
    sync_type: SyncType,
    started_at: DateTime<Utc>,
    metadata: &Value,
) -> Result<i64, StoreError> {
    let rows: Vec<Id> = connection.rows_with(
        "INSERT INTO sync_logs (run_id, sync_type, status, started_at, metadata, created_at, updated_at)
         VALUES ($1::uuid, $2, 'in_progress', $3::timestamptz, $4::jsonb, $5::timestamptz, $6::timestamptz)
         RETURNING id",
        &[
            Some(run_id.to_string()),
            Some(sync_type.name().to_string()),
            Some(timestamp(started_at)),
            Some(metadata.to_string()),
            Some(timestamp(started_at)),
            Some(timestamp(started_at)),
        ],
    )?;
    rows.first().map(|row| row.id).ok_or_else(|| StoreError::Other("the new sync_logs row has no id".into()))
}

/// What the row of a pass says that died (contract §7, item 1).
pub const INTERRUPTED: &str = "interrupted: the pass died before it could say how it ended";

/// A row of a pass that died.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct InterruptedRow {
    /// Its run, as text.
    #[diesel(sql_type = Text)]
    pub run_id: String,
    /// [`SyncType::name`].
    #[diesel(sql_type = Text)]
    pub sync_type: String,
    /// The date, of participants, as `YYYY-MM-DD`.
    #[diesel(sql_type = Nullable<Text>)]
    pub exam_date: Option<String>,
    /// When the pass began, UTC, as the database prints it.
    #[diesel(sql_type = Text)]
    pub started_at: String,
}

/// Closes the rows of these types that a dead pass left behind, and returns them. Only the holder of the types' locks
/// may call this: its being able to is what proves them dead (contract §7, item 1).
///
/// # Errors
/// When the database fails.
pub fn close_interrupted(
    connection: &mut Connection,
    types: &[SyncType],
    now: DateTime<Utc>,
) -> Result<Vec<InterruptedRow>, StoreError> {
    let types: Vec<String> = types.iter().map(|sync_type| format!("'{}'", sync_type.name())).collect();
    connection.rows_with(
        &format!(
            "UPDATE sync_logs
             SET status = 'failed', completed_at = $1::timestamptz, updated_at = $2::timestamptz,
                 error_message = $3
             WHERE status = 'in_progress' AND sync_type IN ({})
             RETURNING CAST(run_id AS text) AS run_id, sync_type, metadata ->> 'exam_date' AS exam_date,
                       CAST(started_at AS text) AS started_at",
            types.join(", ")
        ),
        &[Some(timestamp(now)), Some(timestamp(now)), Some(INTERRUPTED.to_string())],
    )
}

/// Whether a run began a pass of all halls, whose rooms are no pass of their own.
///
/// # Errors
/// When the database fails.
pub fn is_of_halls(connection: &mut Connection, run_id: &str) -> Result<bool, StoreError> {
    connection
        .any("sync_logs WHERE sync_type = 'exam_halls' AND run_id = $1::uuid", &[Some(run_id.to_string())])
}

/// How a pass ended, for its row.
#[derive(Debug, Clone)]
pub struct Ending {
    /// When.
    pub at: DateTime<Utc>,
    /// `None` when it completed.
    pub error_message: Option<String>,
    /// Listed errors, the plan of a refusal; JSON null for nothing.
    pub error_details: Value,
    /// The counts; all zero when nothing was written.
    pub records: Records,
    /// Everything that contract §6 lists.
    pub metadata: Value,
}

/// Ends a row that is still `in_progress`; says whether it was. A row that somebody else closed stays
/// as it is, and then the pass must not commit.
///
/// # Errors
/// When the database fails.
pub fn end(connection: &mut Connection, id: i64, ending: &Ending) -> Result<bool, StoreError> {
    let status = if ending.error_message.is_some() { "failed" } else { "completed" };
    let details = (!ending.error_details.is_null()).then(|| ending.error_details.to_string());
    let changed = connection.run(
        "UPDATE sync_logs
         SET status = $1, completed_at = $2::timestamptz, updated_at = $3::timestamptz,
             records_processed = $4::bigint, records_created = $5::bigint, records_updated = $6::bigint,
             records_deleted = $7::bigint, records_errored = $8::bigint,
             error_message = $9, error_details = $10::jsonb, metadata = $11::jsonb
         WHERE id = $12::bigint AND status = 'in_progress'",
        &[
            Some(status.to_string()),
            Some(timestamp(ending.at)),
            Some(timestamp(ending.at)),
            Some(ending.records.processed.to_string()),
            Some(ending.records.created.to_string()),
            Some(ending.records.updated.to_string()),
            Some(ending.records.deleted.to_string()),
            Some(ending.records.errored.to_string()),
            ending.error_message.clone(),
            details,
            Some(ending.metadata.to_string()),
            Some(id.to_string()),
        ],
    )?;
    Ok(changed > 0)
}

#[derive(QueryableByName)]
struct StatusRow {
    #[diesel(sql_type = Text)]
    status: String,
}

/// Whether a row says that its pass completed: after a lost connection, whether the commit had happened.
///
/// # Errors
/// When the database fails.
pub fn is_completed(connection: &mut Connection, id: i64) -> Result<bool, StoreError> {
    let rows: Vec<StatusRow> = connection.rows(&format!("SELECT status FROM sync_logs WHERE id = {id}"))?;
    Ok(rows.iter().any(|row| row.status == "completed"))
}

/// Notes in the row of the date's last completed pass that a command looked at the date since and found
/// nothing to pull, which counts for its freshness (contract §9).
///
/// # Errors
/// When the database fails.
pub fn note_look(connection: &mut Connection, date: NaiveDate, now: DateTime<Utc>) -> Result<(), StoreError> {
    let noted = match connection {
        Connection::Postgres(..) => "jsonb_set(metadata, '{looked_at}', to_jsonb($1::text))",
        Connection::Sqlite(_) => "json_set(metadata, '$.looked_at', $1)",
    };
    connection.run(
        &format!(
            "UPDATE sync_logs SET metadata = {noted}
             WHERE id = (SELECT id FROM sync_logs
                         WHERE sync_type = 'participants' AND status = 'completed'
                           AND metadata ->> 'exam_date' = $2
                         ORDER BY sync_logs.started_at DESC, id DESC LIMIT 1)"
        ),
        &[Some(timestamp(now)), Some(date.to_string())],
    )?;
    Ok(())
}

/// A pass that is under way, as its log row tells.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Running {
    /// Since when, UTC, as the database prints it.
    #[diesel(sql_type = Text)]
    pub started_at: String,
    /// The row's metadata, JSON: host, operator, trigger.
    #[diesel(sql_type = Nullable<Text>)]
    pub metadata: Option<String>,
}

/// The newest pass of this type that is under way, for a message to whom it locks out.
///
/// # Errors
/// When the database fails.
pub fn running(connection: &mut Connection, sync_type: SyncType) -> Result<Option<Running>, StoreError> {
    let rows: Vec<Running> = connection.rows(&format!(
        "SELECT CAST(started_at AS text) AS started_at, CAST(metadata AS text) AS metadata FROM sync_logs
         WHERE status = 'in_progress' AND sync_type = '{}' ORDER BY id DESC LIMIT 1",
        sync_type.name()
    ))?;
    Ok(rows.into_iter().next())
}
