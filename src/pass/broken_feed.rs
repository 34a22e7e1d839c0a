//! A feed whose records are mostly bad is broken, and nothing of it is merged (contract §7).

use super::PassError;
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::{self, Compared, Severity};

/// Fails when more than half of a feed's records break a rule or contradict one with their key: that is a broken feed
/// (contract §7). `noun` is what the
/// records are called, and `collect` collects the notices, of which the message names the first.
pub(super) fn not_mostly_bad(
    connection: &mut Connection,
    sync_type: SyncType,
    noun: &str,
    compared: Compared,
    collect: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
) -> Result<(), PassError> {
    let Compared { records, bad_records, .. } = compared;
    if bad_records * 2 <= records.processed {
        return Ok(());
    }
    collect(connection)?;
    let errors = merge::notices(connection, Severity::Error, sync_type)?;
    let first = errors
        .into_iter()
        .find(|error| matches!(error.code.as_str(), "bad_record" | "duplicate"))
        .map(|error| {
            let at = error.at.map(|at| format!(" ({at})")).unwrap_or_default();
            format!("; the first: {}{at}", error.message)
        });
    let message = format!(
        "{bad_records} of {} {} in the feed break the record rules: nothing was merged; \
         tell who runs the exam management system{}",
        records.processed,
        noun,
        first.unwrap_or_default()
    );
    Err(Failure::new(FailureKind::Contract, message).into())
}
