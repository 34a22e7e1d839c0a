//! Retention: what is older than `SYNC_LOG_RETENTION` is deleted at the end of a halls pass (contract §3).

use chrono::{DateTime, Utc};

use super::staging::timestamp;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Deletes what is older than `before`: log rows of other runs, and the validators of which these would say whether
/// they are still good; closed alerts, messages that are done with.
///
/// # Errors
/// When the database fails.
pub fn forget_before(
    connection: &mut Connection,
    before: DateTime<Utc>,
    run_id: uuid::Uuid,
) -> Result<(), StoreError> {
    let old =
        "sync_logs WHERE started_at < $1::timestamptz AND status <> 'in_progress' AND run_id <> $2::uuid";
    let of_old = [Some(timestamp(before)), Some(run_id.to_string())];
    connection.run(
        &format!("DELETE FROM validators WHERE started_at <= (SELECT max(completed_at) FROM {old})"),
        &of_old,
    )?;
    connection.run(&format!("DELETE FROM {old}"), &of_old)?;
    connection.run("DELETE FROM alerts WHERE closed_at < $1::timestamptz", &[Some(timestamp(before))])?;
    connection.run(
        "DELETE FROM outbox WHERE created_at < $1::timestamptz
           AND (delivered_at IS NOT NULL OR given_up_at IS NOT NULL)",
        &[Some(timestamp(before))],
    )?;
    Ok(())
}
