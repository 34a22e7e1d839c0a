//! The log row of one package, and the alerts that follow from it: what a pass of packages shares.

use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Context;
use crate::alerts::rules;
use crate::exit::Failure;
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::logs::{self, Ending};

/// A package that is being written; a dry run has no log row.
pub(super) struct PackageLog<'a> {
    context: &'a Context,
    sync_type: SyncType,
    scope: Scope,
    started: Instant,
    /// When it began, for everything that it writes.
    pub(super) now: DateTime<Utc>,
    id: Option<i64>,
    /// What the row says besides counts.
    pub(super) metadata: Value,
}

impl<'a> PackageLog<'a> {
    pub(super) fn new(context: &'a Context, sync_type: SyncType, scope: Scope) -> Self {
        let metadata = context.origin.metadata(&scope);
        let (started, now) = (Instant::now(), Utc::now());
        Self { context, sync_type, scope, started, now, id: None, metadata }
    }

    /// A sync of which nothing is known yet.
    pub(super) fn sync(&self) -> Sync {
        // Its volume can't be compared with that of the package before.
        Sync { partly_not_modified: true, ..Sync::new(self.sync_type, self.scope.clone()) }
    }

    /// Writes the `in_progress` row.
    pub(super) fn begin(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let name = self.sync_type.name();
        tracing::info!(event = "sync_start", sync_type = name, scope = %self.scope, "pass started");
        if self.context.dry_run {
            return Ok(());
        }
        let (run_id, scope) = (self.context.run_id, &self.scope);
        self.id = Some(logs::begin(connection, run_id, self.sync_type, scope, self.now, &self.metadata)?);
        Ok(())
    }

    /// Completes the row, and opens and closes alerts, in the transaction under way.
    pub(super) fn complete(&self, connection: &mut Connection, sync: &Sync) -> Result<(), StoreError> {
        self.end(connection, sync.records, None)?;
        if !self.context.dry_run {
            let (subject, took) = (rules::subject(self.sync_type, &self.scope), self.started.elapsed());
            let syncs = std::slice::from_ref(sync);
            self.context.alerts.completed(connection, &subject, syncs, (self.now, took))?;
        }
        tracing::info!(event = "sync_ok", sync_type = self.sync_type.name(), scope = %self.scope, "pass completed");
        Ok(())
    }

    /// Rolls back what is under way, closes the row as failed with its alert, and returns the failed sync.
    pub(super) fn fail(&self, connection: &mut Connection, failure: Failure) -> Sync {
        // An error means that nothing was begun, or that the connection is lost.
        let _ = connection.roll_back();
        tracing::error!(event = "sync_fail", sync_type = self.sync_type.name(), scope = %self.scope, error = %failure, "pass failed");
        if self.id.is_some()
            && let Err(error) = connection.transaction(|connection| self.write_failure(connection, &failure))
        {
            tracing::warn!(%error, "the log row of the failed pass could not be closed");
        }
        self.sync().failed(failure)
    }

    fn write_failure(&self, connection: &mut Connection, failure: &Failure) -> Result<(), StoreError> {
        self.end(connection, Records::default(), Some(failure))?;
        let subject = rules::subject(self.sync_type, &self.scope);
        self.context.alerts.failed(connection, &subject, failure)?;
        self.context.alerts.mark(subject);
        Ok(())
    }

    fn end(
        &self,
        connection: &mut Connection,
        records: Records,
        failure: Option<&Failure>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.id else { return Ok(()) };
        logs::end(connection, id, &Ending::new(failure, records, self.metadata.clone()))
    }
}
