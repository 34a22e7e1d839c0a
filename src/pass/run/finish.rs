//! Closes the log rows of a pass, completed or failed, and logs the result.

use super::log_details::{error_details, with_entities};
use super::{PassRun, milliseconds, shown};
use crate::alerts::rules;
use crate::exit::Failure;
use crate::model::outcome::Records;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::alerts::Subject;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::logs::{self, Ending};
use chrono::Utc;
use serde_json::Value;

impl PassRun {
    /// Rolls back and closes the log rows as failed, on a new connection if this one is lost. Rows that can't be written
    /// are closed by the next holder of the lock. A `lost` pass opens no alert yet, because it may be rerun; what is
    /// still unwritten in the end is written after all passes.
    pub(super) fn abort(&mut self, failure: &Failure, syncs: &[Sync], metadata: &Value, lost: bool) {
        self.backend.set(None);
        // An error means that nothing was begun or the connection is lost; the latter is handled below.
        let _ = self.connection.roll_back();
        if let Err(first) = self.end_failed(syncs, failure, metadata, lost) {
            let again = Connection::open(self.context.connections.location()).and_then(|connection| {
                self.connection = connection;
                self.end_failed(syncs, failure, metadata, lost)
            });
            // The log row is closed even if the alert can't be written: a role may lack grants on the alert tables.
            let again = again.or_else(|_| self.end_logs(syncs, Some(failure), metadata));
            if let Err(error) = again {
                tracing::warn!(%first, %error, "the log row of the failed pass could not be closed");
            }
        }
    }

    /// Writes the failed log rows and their alert in one transaction.
    fn end_failed(
        &mut self,
        syncs: &[Sync],
        failure: &Failure,
        metadata: &Value,
        lost: bool,
    ) -> Result<(), StoreError> {
        if self.context.dry_run {
            return Ok(());
        }
        if lost {
            return self.end_logs(syncs, Some(failure), metadata);
        }
        let subject = self.subject();
        self.connection.begin()?;
        let written = self
            .end_logs(syncs, Some(failure), metadata)
            .and_then(|()| self.context.alerts.failed(&mut self.connection, &subject, failure));
        if let Err(error) = written {
            // The first error is the one to report.
            let _ = self.connection.roll_back();
            return Err(error);
        }
        self.connection.commit()?;
        self.context.alerts.mark(subject);
        Ok(())
    }

    /// The command or date that the pass's alerts belong to.
    pub(super) fn subject(&self) -> Subject {
        rules::subject(self.types.first().copied().unwrap_or(SyncType::Participants), &self.scope)
    }

    pub(super) fn end_logs(
        &mut self,
        syncs: &[Sync],
        failure: Option<&Failure>,
        metadata: &Value,
    ) -> Result<(), StoreError> {
        for (id, sync) in self.log_ids.iter().zip(syncs) {
            let ending = Ending {
                at: Utc::now(),
                error_message: failure.map(|failure| failure.message.clone()),
                error_details: error_details(sync, failure),
                records: if failure.is_some() { Records::default() } else { sync.records },
                metadata: with_entities(metadata, sync),
            };
            logs::end(&mut self.connection, *id, &ending)?;
        }
        Ok(())
    }

    pub(super) fn log_result(&self, syncs: &[Sync]) {
        let duration_ms = milliseconds(self.started);
        for sync in syncs {
            let Records { processed, created, updated, unchanged, deleted, errored } = sync.records;
            let (sync_type, exam_date) = (sync.sync_type.name(), shown(&sync.scope));
            match &sync.failure {
                None => tracing::info!(
                    event = "sync_ok",
                    sync_type,
                    exam_date,
                    processed,
                    created,
                    updated,
                    unchanged,
                    deleted,
                    errored,
                    duration_ms,
                    dry_run = self.context.dry_run,
                    "pass completed"
                ),
                Some(failure) => tracing::error!(
                    event = "sync_fail", sync_type, exam_date, processed, created, updated, unchanged, deleted, errored,
                    duration_ms, kind = failure.kind.name(), error = %failure, "pass failed"
                ),
            }
        }
    }
}
