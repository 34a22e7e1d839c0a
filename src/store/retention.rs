//! Retention: what is older than `SYNC_LOG_RETENTION` is deleted at the end of a halls pass (contract §3).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Deletes what is older than `before`: log rows of other runs, and the validators of which these would say whether
/// they are still good; closed alerts, messages that are done with.
pub(crate) fn forget_before(
    connection: &mut Connection,
    before: DateTime<Utc>,
    run_id: Uuid,
) -> Result<(), StoreError> {
    connection.run(
        "DELETE FROM validators WHERE started_at <= (
             SELECT max(completed_at) FROM sync_logs
             WHERE started_at < $1 AND status <> 'in_progress' AND run_id <> $2)",
        &[&before, &run_id],
    )?;
    connection.run(
        "DELETE FROM sync_logs WHERE started_at < $1 AND status <> 'in_progress' AND run_id <> $2",
        &[&before, &run_id],
    )?;
    connection.run("DELETE FROM alerts WHERE closed_at < $1", &[&before])?;
    connection.run(
        "DELETE FROM outbox WHERE created_at < $1 AND (delivered_at IS NOT NULL OR given_up_at IS NOT NULL)",
        &[&before],
    )?;
    Ok(())
}
