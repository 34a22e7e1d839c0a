//! Closes the log rows that interrupted passes left, and counts their failures. The next holder of the lock does this.

use chrono::Utc;

use super::Context;
use crate::alerts::rules;
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::{alerts, logs};

/// Closes the rows of these types, whose locks the caller holds.
///
/// # Errors
/// When the database fails.
pub(super) fn close(
    context: &Context,
    connection: &mut Connection,
    types: &[SyncType],
) -> Result<(), StoreError> {
    let Err(error) = connection.transaction(|connection| close_within(context, connection, types, true))
    else {
        return Ok(());
    };
    // The log row is closed even if the alert can't be written: a role may lack grants on the alert tables.
    tracing::warn!(%error, "interrupted passes can't be counted as failures");
    connection.transaction(|connection| close_within(context, connection, types, false))
}

fn close_within(
    context: &Context,
    connection: &mut Connection,
    types: &[SyncType],
    counting: bool,
) -> Result<(), StoreError> {
    for row in logs::close_interrupted(connection, types, Utc::now())? {
        if !counting || row.run_id == context.run_id {
            continue;
        }
        // What another pass brought along is no pass of its own.
        if let Some(outer) = row.sync_type.nested_in()
            && logs::has_begun(connection, row.run_id, outer)?
        {
            continue;
        }
        let subject = rules::subject(row.sync_type, &row.scope);
        // A command whose worker did not end in time has already counted this failure.
        if alerts::ended_since(connection, &subject, row.started_at)? {
            continue;
        }
        let failure = Failure::new(FailureKind::Internal, logs::INTERRUPTED);
        context.alerts.failed(connection, &subject, &failure)?;
    }
    Ok(())
}
