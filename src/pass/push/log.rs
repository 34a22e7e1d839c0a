//! The log row of a push pass, and the alerts that follow from how it ended.

use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::alerts::rules;
use crate::exit::Failure;
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::pass::Context;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::logs::{self, Ending};

/// The row of a pass that began; a dry run has none.
pub(super) struct PushLog {
    id: Option<i64>,
    now: DateTime<Utc>,
    started: Instant,
}

impl PushLog {
    /// Writes the `in_progress` row.
    pub(super) fn begin(context: &Context, connection: &mut Connection) -> Result<Self, StoreError> {
        let (now, started) = (Utc::now(), Instant::now());
        tracing::info!(event = "sync_start", sync_type = SyncType::Push.name(), "pass started");
        let metadata = context.origin.metadata(&Scope::All);
        let begin = || logs::begin(connection, context.run_id, SyncType::Push, &Scope::All, now, &metadata);
        let id = (!context.dry_run).then(begin).transpose()?;
        Ok(Self { id, now, started })
    }

    /// Ends the row: completed where every destination took what was due, with what was left out.
    pub(super) fn end(
        &self,
        context: &Context,
        connection: &mut Connection,
        syncs: &[Sync],
    ) -> Result<(), Failure> {
        let failures: Vec<&Failure> = syncs.iter().filter_map(|sync| sync.failure.as_ref()).collect();
        if let Some(first) = failures.first() {
            let messages: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
            self.fail(context, connection, &Failure::new(first.kind, messages.join("\n")));
            return Ok(());
        }
        // The volume of a push can't be compared with that of the one before.
        let mut whole = Sync { partly_not_modified: true, ..Sync::new(SyncType::Push, Scope::All) };
        for sync in syncs {
            whole.records.processed += sync.records.processed;
            whole.records.updated += sync.records.updated;
            whole.records.errored += sync.records.errored;
            whole.errors.extend(sync.errors.iter().cloned());
        }
        connection.transaction(|connection| {
            self.write(context, connection, whole.records, None)?;
            let subject = rules::subject(SyncType::Push, &Scope::All);
            let took = (self.now, self.started.elapsed());
            context.alerts.completed(connection, &subject, std::slice::from_ref(&whole), took)?;
            Ok::<_, Failure>(())
        })?;
        tracing::info!(event = "sync_ok", sync_type = SyncType::Push.name(), "pass completed");
        Ok(())
    }

    /// Ends the row as failed, with the alert.
    pub(super) fn fail(&self, context: &Context, connection: &mut Connection, failure: &Failure) {
        tracing::error!(event = "sync_fail", sync_type = SyncType::Push.name(), error = %failure, "pass failed");
        if self.id.is_none() {
            return;
        }
        let subject = rules::subject(SyncType::Push, &Scope::All);
        let written = connection.transaction(|connection| {
            self.write(context, connection, Records::default(), Some(failure))?;
            context.alerts.failed(connection, &subject, failure)
        });
        match written {
            Ok(()) => context.alerts.mark(subject),
            Err(error) => tracing::warn!(%error, "the log row of the failed pass could not be closed"),
        }
    }

    fn write(
        &self,
        context: &Context,
        connection: &mut Connection,
        records: Records,
        failure: Option<&Failure>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.id else { return Ok(()) };
        logs::end(connection, id, &Ending::new(failure, records, context.origin.metadata(&Scope::All)))
    }
}
