//! Retention: what is older than `SYNC_LOG_RETENTION` is deleted at the end of a halls pass (contract §3).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::clock;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Kind;

/// Deletes what is older than `before`: log rows of other runs, and the validators of which these would say whether
/// they are still good; closed alerts, messages that are done with, events.
pub(crate) fn forget_before(
    connection: &mut Connection,
    (before, now): (DateTime<Utc>, DateTime<Utc>),
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
        "DELETE FROM outbox
         WHERE created_at < $1
           AND (delivered_at IS NOT NULL OR given_up_at IS NOT NULL OR put_aside_at IS NOT NULL)",
        &[&before],
    )?;
    forget_events(connection, before, now)
}

/// The same of events, on which a role that neither pushes nor takes any may have no rights.
fn forget_events(
    connection: &mut Connection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // An event that is in no batch by the time when batches are given up has no destination.
    let given_up = clock::before(now, Kind::Event.policy().given_up_after);
    // In a savepoint, because a refusal ends the transaction.
    let forgotten = connection.transaction(|connection| {
        connection.run(
            "DELETE FROM change_events WHERE created_at < $1 AND (frozen_at IS NOT NULL OR created_at < $2)",
            &[&before, &given_up],
        )?;
        connection.run("DELETE FROM sync_events WHERE received_at < $1", &[&before])
    });
    match forgotten {
        Err(error @ (StoreError::Setup(_) | StoreError::Stopped(_))) => {
            tracing::debug!(%error, "old events can't be deleted");
            Ok(())
        }
        forgotten => forgotten.map(drop),
    }
}
