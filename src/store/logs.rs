//! sync_logs: the row that says a pass is under way, and how it ended.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::values::{Json, Moment, UniqueId};
use crate::exit::Failure;
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Writes the `in_progress` row, visible to others at once, and returns its id.
pub(crate) fn begin(
    connection: &mut Connection,
    run_id: Uuid,
    sync_type: SyncType,
    scope: &Scope,
    started_at: DateTime<Utc>,
    metadata: &Value,
) -> Result<i64, StoreError> {
    let ids = connection.values(
        "INSERT INTO sync_logs (run_id, sync_type, scope, status, started_at, metadata, created_at, updated_at)
         VALUES ($1, $2, $3, 'in_progress', $4, $5, $6, $7) RETURNING id AS value",
        &[&run_id, &sync_type, scope, &started_at, metadata, &started_at, &started_at],
    )?;
    ids.first().copied().ok_or_else(|| StoreError::Other("the new sync_logs row has no id".into()))
}

/// What the row of a pass says that died (contract §7, item 1).
pub(crate) const INTERRUPTED: &str = "interrupted: the pass was killed before it could record its outcome";

/// A row of a pass that died.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct InterruptedRow {
    /// Its run.
    #[diesel(sql_type = UniqueId)]
    pub run_id: Uuid,
    /// What it was to sync.
    #[diesel(sql_type = Text)]
    pub sync_type: SyncType,
    /// The scope of its pass.
    #[diesel(sql_type = Text)]
    pub scope: Scope,
    /// When the pass began.
    #[diesel(sql_type = Moment)]
    pub started_at: DateTime<Utc>,
}

/// Closes the rows of these types that a dead pass left behind, and returns them. Only the holder of the types' locks
/// may call this: its being able to is what proves them dead (contract §7, item 1).
pub(crate) fn close_interrupted(
    connection: &mut Connection,
    types: &[SyncType],
    now: DateTime<Utc>,
) -> Result<Vec<InterruptedRow>, StoreError> {
    let types: Value = types.iter().map(|sync_type| json!({ "name": sync_type.name() })).collect();
    connection.rows_with(
        "UPDATE sync_logs SET status = 'failed', completed_at = $1, updated_at = $2, error_message = $3
         WHERE status = 'in_progress' AND sync_type IN (SELECT item.value ->> 'name' FROM json_each($4) AS item)
         RETURNING run_id, sync_type, scope, started_at",
        &[&now, &now, &INTERRUPTED, &types],
    )
}

/// Whether a run began a pass of this type.
pub(crate) fn has_begun(
    connection: &mut Connection,
    run_id: Uuid,
    sync_type: SyncType,
) -> Result<bool, StoreError> {
    connection.any("sync_logs WHERE run_id = $1 AND sync_type = $2", &[&run_id, &sync_type])
}

/// How a pass ended, for its row.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
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

impl Ending {
    /// Now, of a pass whose failure, where there is one, is all that it has to say.
    pub(crate) fn new(failure: Option<&Failure>, records: Records, metadata: Value) -> Self {
        Self {
            at: Utc::now(),
            error_message: failure.map(|failure| failure.message.clone()),
            error_details: failure.map_or(Value::Null, |failure| json!({ "kind": failure.kind.name() })),
            records,
            metadata,
        }
    }
}

/// Ends a row that is still `in_progress`. A row that another process closed stays as it is.
///
/// # Errors
/// What the database said; [`StoreError::Gone`] where a pass that completed finds its row closed: it must not commit.
pub(crate) fn end(connection: &mut Connection, id: i64, ending: &Ending) -> Result<(), StoreError> {
    let status = if ending.error_message.is_some() { "failed" } else { "completed" };
    let details = (!ending.error_details.is_null()).then(|| ending.error_details.clone());
    let Records { processed, created, updated, deleted, errored, .. } = ending.records;
    let changed = connection.run(
        "UPDATE sync_logs
         SET status = $1, completed_at = $2, updated_at = $3, records_processed = $4, records_created = $5,
             records_updated = $6, records_deleted = $7, records_errored = $8, error_message = $9,
             error_details = $10, metadata = $11
         WHERE id = $12 AND status = 'in_progress'",
        &[
            &status,
            &ending.at,
            &ending.at,
            &processed,
            &created,
            &updated,
            &deleted,
            &errored,
            &ending.error_message,
            &details,
            &ending.metadata,
            &id,
        ],
    )?;
    if changed == 0 && ending.error_message.is_none() {
        return Err(StoreError::Gone("the lock was lost and another pass closed this one's log row".into()));
    }
    Ok(())
}

/// Whether a row says that its pass completed: after a lost connection, whether the commit had happened.
pub(crate) fn is_completed(connection: &mut Connection, id: i64) -> Result<bool, StoreError> {
    connection.any("sync_logs WHERE id = $1 AND status = 'completed'", &[&id])
}

/// Notes in the row of the date's last completed pass that a command looked at the date since and found
/// nothing to pull, which counts for its freshness (contract §9).
pub(crate) fn note_look(
    connection: &mut Connection,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let update = match connection {
        Connection::Postgres(..) => {
            "UPDATE sync_logs
             SET metadata = jsonb_set(metadata, '{looked_at}', to_jsonb(to_char($1::timestamptz, 'YYYY-MM-DD HH24:MI:SS.MS')))
             WHERE jsonb_typeof(metadata) = 'object'
               AND id = (SELECT id FROM sync_logs
                         WHERE sync_type = 'participants' AND status = 'completed' AND scope = $2
                         ORDER BY started_at DESC, id DESC LIMIT 1)"
        }
        Connection::Sqlite(_) => {
            "UPDATE sync_logs SET metadata = json_set(metadata, '$.looked_at', $1)
             WHERE json_valid(metadata)
               AND id = (SELECT id FROM sync_logs
                         WHERE sync_type = 'participants' AND status = 'completed' AND scope = $2
                         ORDER BY started_at DESC, id DESC LIMIT 1)"
        }
    };
    connection.run(update, &[&now, &Scope::Date(date)])?;
    Ok(())
}

/// A pass that is under way, read from its log row.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Running {
    /// Since when.
    #[diesel(sql_type = Moment)]
    pub started_at: DateTime<Utc>,
    /// The row's metadata: host, operator, trigger.
    #[diesel(sql_type = Nullable<Json>)]
    pub metadata: Option<Value>,
}

/// The newest pass of this type that is under way, for a message to whom it locks out.
pub(crate) fn running(
    connection: &mut Connection,
    sync_type: SyncType,
) -> Result<Option<Running>, StoreError> {
    let rows = connection.rows_with(
        "SELECT started_at, metadata FROM sync_logs
         WHERE status = 'in_progress' AND sync_type = $1 ORDER BY id DESC LIMIT 1",
        &[&sync_type],
    )?;
    Ok(rows.into_iter().next())
}
