//! Retries a merge after a conflict with another transaction, from a savepoint taken after staging.

use super::MergeOutcome;
use crate::pass::PassError;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The number of tries of a merge that conflicts with another transaction.
const MERGE_TRIES: u32 = 4;

/// Rolls a conflicting merge back to the savepoint after staging, so that the staged records are kept, and retries.
pub(super) fn merge_retrying<A>(
    connection: &mut Connection,
    answer: &A,
    mut merge: impl FnMut(&mut Connection, &A) -> Result<MergeOutcome, PassError>,
) -> Result<MergeOutcome, PassError> {
    let mut tries = 1;
    loop {
        connection.begin()?;
        match merge(connection, answer) {
            Err(PassError::Store(StoreError::Contended(text))) if tries < MERGE_TRIES => {
                tracing::debug!(text, tries, "another transaction got in the way, merging again");
                connection.roll_back()?;
                tries += 1;
            }
            Err(error) => {
                // The first error is the one to report; a lost connection has rolled back already.
                let _ = connection.roll_back();
                return Err(error);
            }
            Ok(worked) => {
                connection.commit()?;
                return Ok(worked);
            }
        }
    }
}
