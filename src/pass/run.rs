//! Runs one pass on the blocking side: log rows, transaction, staging, merge, and the end.

use std::time::Instant;

use chrono::{NaiveDate, Utc};
use serde_json::{Value, json};

use super::acquire_lock::Held;
use super::cancel::Backend;
use super::reconnect::reopen;
use super::{Context, PassError};
use crate::exit::Failure;
use crate::feed::Traffic;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::queries::preflight::{self, Beforehand};
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::logs;
use crate::store::staging::{self, PassFacts};
use crate::store::sync_events;
use crate::store::tables::{self, refused_record};

mod answered_events;
mod finish;
mod log_details;
mod retry;
mod staging_tables;

use log_details::describe_traffic;
use retry::merge_retrying;
pub(super) use staging_tables::StagingTables;
use staging_tables::begin_cancellable;

/// A pass that has begun: its log rows are written.
pub(super) struct PassRun {
    context: Context,
    connection: Connection,
    types: Vec<SyncType>,
    /// The ids of its log rows, one per type; none in a dry run.
    log_ids: Vec<i64>,
    scope: Scope,
    started: Instant,
    facts: PassFacts,
    may_be_adopted: bool,
    /// Whether it is one of several passes in the single transaction of a dry run.
    nested: bool,
    /// The locks that it holds.
    held: Held,
    backend: Backend,
}

/// The outcome of the merge.
pub(super) enum MergeOutcome {
    /// Merged: to be committed, unless this is a dry run.
    Merged(Vec<Sync>),
    /// Not to be committed: the guard refused, or no hall answered. The syncs hold what was compared.
    NotKept(Vec<Sync>, Failure),
}

/// How a pass ended, with its connection for the next pass of a dry run.
pub(super) struct RunOutcome {
    pub(super) syncs: Vec<Sync>,
    pub(super) connection: Connection,
    /// See [`PassError::NeedsHalls`].
    pub(super) needs_halls: bool,
    /// Its log rows, for a pass that begins once more.
    pub(super) log_ids: Vec<i64>,
    /// Whether its connection was lost, so that it may be rerun.
    pub(super) lost: bool,
}

impl PassRun {
    /// Writes the `in_progress` rows, unless there are `log_ids`; a dry run does not.
    /// The caller holds the locks of `types`.
    pub(super) fn begin(
        context: Context,
        mut connection: Connection,
        types: &[SyncType],
        scope: Scope,
        nested: bool,
        log_ids: Vec<i64>,
        held: Held,
    ) -> Result<Self, PassError> {
        context.stop.check()?;
        let now = Utc::now();
        let is_resumed = !log_ids.is_empty();
        let metadata = context.origin.metadata(&scope);
        let logged = if context.dry_run || is_resumed { &[] } else { types };
        let begin = |connection: &mut Connection| {
            let rows = logged
                .iter()
                .map(|sync_type| logs::begin(connection, context.run_id, *sync_type, &scope, now, &metadata));
            let begun = rows.collect::<Result<Vec<i64>, StoreError>>()?;
            // Before the transaction of the pass, so that no table lock is held while the feed is pulled.
            Ok::<_, StoreError>((begun, preflight::beforehand(connection, &scope)?))
        };
        let (begun, Beforehand { first_load, may_be_adopted }) = connection.transaction(begin)?;
        let log_ids = if is_resumed { log_ids } else { begun };
        for sync_type in types.iter().filter(|_| !is_resumed) {
            tracing::info!(
                event = "sync_start",
                sync_type = sync_type.name(),
                exam_date = shown(&scope),
                "pass started"
            );
        }
        let facts = context.facts(now, &scope, first_load);
        Ok(Self {
            context,
            connection,
            types: types.to_vec(),
            log_ids,
            scope,
            started: Instant::now(),
            facts,
            may_be_adopted,
            nested,
            held,
            backend: Backend::default(),
        })
    }

    /// The backend that works for this pass; it is cancelled when the command is stopped.
    pub(super) fn backend(&self) -> Backend {
        self.backend.clone()
    }

    /// What is known of it, and what makes its staging tables.
    pub(super) fn staging_tables(&self) -> StagingTables {
        StagingTables { facts: self.facts.clone(), backend: self.backend.clone() }
    }

    /// Whether an application's tables may be adopted, so that what is applied is projected, too.
    pub(super) fn may_be_adopted(&self) -> bool {
        self.may_be_adopted
    }

    /// Stages with `stage`, merges with `merge`, and completes the log rows, in one transaction. `stage` opens the staging
    /// tables, where there is anything to stage, and may begin the transaction; else it begins after it.
    pub(super) fn run<A>(
        mut self,
        stage: impl FnOnce(&mut Connection) -> Result<A, PassError>,
        merge: impl FnMut(&mut Connection, &A) -> Result<MergeOutcome, PassError>,
        traffic: &dyn Fn() -> Traffic,
    ) -> RunOutcome {
        let mut metadata = self.context.origin.metadata(&self.scope);
        let (mut needs_halls, mut lost) = (false, false);
        let syncs = match self.work(stage, merge, traffic, &mut metadata) {
            Ok(MergeOutcome::Merged(syncs)) => syncs,
            Ok(MergeOutcome::NotKept(syncs, failure)) => {
                let syncs: Vec<Sync> = syncs.into_iter().map(|sync| sync.failed(failure.clone())).collect();
                self.abort(&failure, &syncs, &metadata, false);
                syncs
            }
            Err(PassError::NeedsHalls) => {
                needs_halls = true;
                self.backend.set(None);
                // Nothing is lost: it begins once more, when the halls are pulled.
                let _ = self.connection.roll_back();
                Vec::new()
            }
            Err(error) => {
                lost = error.is_lost();
                let failure = match (error, self.context.stop.check()) {
                    // A statement that was cancelled by the stop has no message of its own.
                    (PassError::Store(_), Err(stopped)) => stopped,
                    (error, _) => error.explained(self.context.connections.location()).into(),
                };
                let syncs: Vec<Sync> = (self.types.iter())
                    .map(|sync_type| Sync::new(*sync_type, self.scope.clone()).failed(failure.clone()))
                    .collect();
                self.abort(&failure, &syncs, &metadata, lost);
                syncs
            }
        };
        if !needs_halls {
            self.log_result(&syncs);
        }
        RunOutcome { syncs, connection: self.connection, needs_halls, log_ids: self.log_ids, lost }
    }

    fn work<A>(
        &mut self,
        stage: impl FnOnce(&mut Connection) -> Result<A, PassError>,
        merge: impl FnMut(&mut Connection, &A) -> Result<MergeOutcome, PassError>,
        traffic: &dyn Fn() -> Traffic,
        metadata: &mut Value,
    ) -> Result<MergeOutcome, PassError> {
        if self.nested {
            // It ends like any other, within the one of the dry run.
            self.connection.begin()?;
            begin_cancellable(&mut self.connection, &self.backend)?;
        }
        let staged = stage(&mut self.connection);
        let fetch_ms = milliseconds(self.started);
        describe_traffic(metadata, &traffic(), fetch_ms);
        let answer = staged?;
        begin_cancellable(&mut self.connection, &self.backend)?;
        let merging = Instant::now();
        let worked = merge_retrying(&mut self.connection, &answer, merge)
            .map_err(|error| self.naming_the_record(error))?;
        metadata["merge_ms"] = json!(milliseconds(merging));
        let MergeOutcome::Merged(mut syncs) = worked else { return Ok(worked) };
        staging::close(&mut self.connection)?;
        self.end_logs(&syncs, None, metadata)?;
        if self.context.takes_events && !self.context.dry_run {
            let answered = answered_events::answered(&self.types, &self.scope, &syncs);
            sync_events::pulled(&mut self.connection, &answered, (self.facts.now, Utc::now()))?;
        }
        if !self.context.dry_run {
            let (lasted, subject) = ((self.facts.now, self.started.elapsed()), self.subject());
            let late = self.context.alerts.completed(&mut self.connection, &subject, &syncs, lasted)?;
            if let Some(first) = syncs.first_mut() {
                first.warnings.extend(late);
            }
        }
        self.held.confirm(&mut self.connection)?;
        self.backend.set(None);
        self.context.stop.check()?;
        if self.context.dry_run && !self.nested {
            self.connection.roll_back()?;
        } else if let Err(error) = self.connection.commit()
            && !self.was_committed(&error)
        {
            return Err(error.into());
        }
        Ok(MergeOutcome::Merged(syncs))
    }

    /// The error with the record that another program's doing on the tables refuses, where it can be found among those
    /// that are staged.
    fn naming_the_record(&mut self, error: PassError) -> PassError {
        let PassError::Store(error) = error else { return error };
        let explained = tables::explain(self.context.connections.location(), error.clone());
        let StoreError::Stopped(text) = explained else { return error.into() };
        let stop = &self.context.stop;
        let found =
            refused_record::find(&mut self.connection, &self.facts, &error, &|| stop.check().is_err());
        match found {
            Ok(Some(record)) => StoreError::Stopped(format!("{text}; it refuses {record}")).into(),
            Ok(None) => StoreError::Stopped(text).into(),
            Err(unfound) => {
                tracing::debug!(error = %unfound, "the record that was refused can't be found");
                StoreError::Stopped(text).into()
            }
        }
    }

    /// Whether a commit whose answer was lost took place, which its log rows show.
    fn was_committed(&mut self, error: &StoreError) -> bool {
        if !matches!(error, StoreError::Gone(_)) || self.log_ids.is_empty() {
            return false;
        }
        let Some(connection) = reopen(&self.context) else { return false };
        self.connection = connection;
        self.log_ids.iter().all(|id| logs::is_completed(&mut self.connection, *id).unwrap_or(false))
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn shown(scope: &Scope) -> Option<tracing::field::DisplayValue<NaiveDate>> {
    scope.date().map(tracing::field::display)
}
