//! The staging tables of a pass, made when there is something to stage.

use crate::pass::cancel::Backend;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging::{self, PassFacts};

/// What makes the staging tables of a pass.
#[derive(Clone)]
pub(in crate::pass) struct StagingTables {
    /// What is known of the pass.
    pub(in crate::pass) facts: PassFacts,
    pub(super) backend: Backend,
}

impl StagingTables {
    /// Makes them. On PostgreSQL the transaction of the pass begins with them, so that behind a pooler in transaction mode no
    /// temporary table outlives it, and no transaction waits for the feed. On SQLite it begins after staging, so that a slow
    /// feed does not block other writers.
    ///
    /// # Errors
    /// What the database said.
    pub(in crate::pass) fn open(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if matches!(connection, Connection::Postgres(..)) && !connection.is_in_transaction()? {
            connection.begin()?;
            self.backend.set(connection.backend_pid()?);
        }
        staging::open(connection, &self.facts)
    }
}
