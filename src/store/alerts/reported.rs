//! Which rows of alerts a message named, and which changes of them a run has looked at.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Says that the message of `run_id` names these.
pub(crate) fn mark_reported(
    connection: &mut Connection,
    ids: &[i64],
    (run_id, now): (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET reported = $1, last_sent_at = $2, run_id = coalesce(run_id, $3)
         WHERE id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($4) AS item)",
        &[&true, &now, &run_id, &list(ids)],
    )?;
    Ok(())
}

/// Says that a message names the recovery of these, or that it is not to be reported.
pub(crate) fn mark_recovered(connection: &mut Connection, ids: &[i64]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    connection.run(
        "UPDATE alerts SET recovery_due = $1
         WHERE id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($2) AS item)",
        &[&false, &list(ids)],
    )?;
    Ok(())
}

/// Says that no message names these any more.
pub(crate) fn mark_unreported(connection: &mut Connection, ids: &[i64]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    connection.run(
        "UPDATE alerts SET reported = $1
         WHERE id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($2) AS item)",
        &[&false, &list(ids)],
    )?;
    Ok(())
}

fn list(ids: &[i64]) -> Value {
    ids.iter().map(|id| json!({ "id": id })).collect()
}

/// Says that a run has looked at all that it changed, and at what dead runs changed before `dead_before`.
pub(crate) fn settle(
    connection: &mut Connection,
    run_id: Uuid,
    dead_before: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET changed_by = NULL WHERE changed_by = $1 OR changed_by IS NOT NULL AND changed_at < $2",
        &[&run_id, &dead_before],
    )?;
    Ok(())
}
