//! What dead passes left: their log rows are closed and their failures counted, by the next holder of the lock.

use chrono::{NaiveDate, Utc};

use super::Context;
use crate::alerts::rules;
use crate::exit::{Failure, Kind};
use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::logs;

/// Closes the rows of these types, whose locks the caller holds.
///
/// # Errors
/// When the database fails.
pub(super) fn close(
    context: &Context,
    connection: &mut Connection,
    types: &[SyncType],
) -> Result<(), StoreError> {
    let counted = connection.transaction(|connection| close_within(context, connection, types, true));
    // An alert that can't be written must not leave a log row open: a role may lack grants on its tables.
    counted.or_else(|_| connection.transaction(|connection| close_within(context, connection, types, false)))
}

fn close_within(
    context: &Context,
    connection: &mut Connection,
    types: &[SyncType],
    counting: bool,
) -> Result<(), StoreError> {
    for sync_type in types {
        let dead = logs::interrupted(connection, *sync_type, context.run_id)?;
        logs::close_interrupted(connection, *sync_type, Utc::now())?;
        for pass in dead.iter().filter(|_| counting) {
            let date = pass.exam_date.as_deref().and_then(|date| date.parse::<NaiveDate>().ok());
            let failure = Failure::new(Kind::Internal, logs::INTERRUPTED);
            context.alerts.failed(connection, rules::subject(*sync_type, date), &failure)?;
        }
    }
    Ok(())
}
