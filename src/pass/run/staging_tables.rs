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
    /// Begins the transaction of the pass on PostgreSQL, where there is none yet. On SQLite it begins after staging, so that a
    /// slow feed does not block other writers.
    ///
    /// # Errors
    /// What the database said.
    pub(in crate::pass) fn begin(&self, connection: &mut Connection) -> Result<(), StoreError> {
        match connection {
            Connection::Postgres(..) => begin_cancellable(connection, &self.backend),
            Connection::Sqlite(_) => Ok(()),
        }
    }

    /// Makes them within the transaction, so that behind a pooler in transaction mode none outlives it.
    ///
    /// # Errors
    /// What the database said.
    pub(in crate::pass) fn open(&self, connection: &mut Connection) -> Result<(), StoreError> {
        self.begin(connection)?;
        staging::open(connection, &self.facts)
    }
}

/// Begins the transaction, where there is none yet, and notes the backend that works for it, which is cancelled when the
/// command is stopped.
pub(super) fn begin_cancellable(connection: &mut Connection, backend: &Backend) -> Result<(), StoreError> {
    if !connection.is_in_transaction()? {
        connection.begin()?;
    }
    // Where a pooler has ended the transaction meanwhile, this statement gets its reason; a simple query does not.
    backend.set(connection.backend_pid()?);
    Ok(())
}
