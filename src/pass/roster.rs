//! The roster pass: the entities of one source, merged in one transaction with one plan (contract §13).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::acquire_lock::Held;
use super::broken_feed::not_mostly_bad;
use super::plan::plan;
use super::refusal::first_few;
use super::run::{MergeOutcome, PassRun, RunOutcome};
use super::{Context, PassError, acquire_lock, cancel, failed_all, guard};
use crate::exit::Failure;
use crate::feed::Traffic;
use crate::model::Stopped;
use crate::model::entity::{Entity, KeyedRecord, ORGS};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::source::oneroster::OneRoster;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::keyed::{self, KeyedComparison};
use crate::store::merge::{self, Severity, change};
use crate::tasks::blocking;

const TYPES: &[SyncType] = &[SyncType::Roster];

/// The name of a OneRoster source that has none of its own (contract §13).
pub(crate) const ONEROSTER: &str = "oneroster";

/// Records that are staged by one statement.
const BATCH: usize = 500;

/// One source of a roster.
#[derive(Debug, Clone)]
pub(crate) struct RosterSource {
    /// Its name, which is part of every key.
    pub name: String,
    /// The OneRoster folder.
    pub folder: PathBuf,
    /// `SYNC_MAX_BODY`.
    pub max_bytes: u64,
}

/// Runs the pass. Failures are in the sync.
pub(crate) async fn run(context: &Context, source: RosterSource) -> Vec<Sync> {
    let scope = Scope::Source(source.name.clone());
    match once(context, source).await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, TYPES, &scope, &error.into()),
    }
}

async fn once(context: &Context, source: RosterSource) -> Result<RunOutcome, PassError> {
    let held = acquire_lock::take(context, TYPES, context.lock_wait).await?;
    let connection = context.connection().await?;
    let scope = Scope::Source(source.name.clone());
    let begun = begin(context, connection, scope, &held).await?;
    let backend = begun.backend();
    let context = context.clone();
    let stop = context.stop.clone();
    let worker = tokio::task::spawn_blocking(move || {
        begun.run(
            |connection| stage(&context, connection, &ORGS, &source),
            |connection, ()| merge_entity(&context, connection, &ORGS, &source.name),
            &Traffic::default,
        )
    });
    Ok(cancel::wait_or_cancel(&stop, &held, &backend, worker).await?)
}

async fn begin(
    context: &Context,
    connection: Connection,
    scope: Scope,
    held: &Held,
) -> Result<PassRun, PassError> {
    let (begun_with, held) = (context.clone(), held.clone());
    blocking(&context.stop, move || {
        let connections = begun_with.connections.clone();
        PassRun::begin(begun_with, connection, TYPES, scope, false, held)
            .map_err(|error| error.explained(connections.location()))
    })
    .await?
}

fn stage(
    context: &Context,
    connection: &mut Connection,
    entity: &'static Entity,
    source: &RosterSource,
) -> Result<(), PassError> {
    let folder: &Path = &source.folder;
    let opened = OneRoster::open(folder, entity, source.max_bytes)?;
    keyed::open(connection, entity)?;
    let mut batch: Vec<KeyedRecord> = Vec::with_capacity(BATCH);
    let mut broken: Option<PassError> = None;
    let mut flush = |batch: &mut Vec<KeyedRecord>| -> Result<(), PassError> {
        context.stop.check()?;
        keyed::stage(connection, entity, batch)?;
        batch.clear();
        Ok(())
    };
    let read = opened.read(entity, &mut |record| {
        batch.push(record);
        if batch.len() < BATCH {
            return Ok(());
        }
        flush(&mut batch).map_err(|error| {
            broken = Some(error);
            Stopped
        })
    });
    // A sink that stopped knows better why.
    if let Some(error) = broken {
        return Err(error);
    }
    read?;
    flush(&mut batch)
}

fn merge_entity(
    context: &Context,
    connection: &mut Connection,
    entity: &'static Entity,
    source: &str,
) -> Result<MergeOutcome, PassError> {
    let comparison = keyed::compare(connection, entity)?;
    context.stop.check()?;
    let records = comparison.compared.records;
    let report = |connection: &mut Connection| keyed::report(connection, entity, &comparison);
    not_mostly_bad(connection, SyncType::Roster, entity.name, comparison.compared, report)?;
    report(connection)?;
    let mut sync = Sync {
        records,
        entities: BTreeMap::from([(entity.name, records)]),
        ..Sync::new(SyncType::Roster, Scope::Source(source.to_owned()))
    };
    let noticed = comparison.compared.has_odd_records();
    if noticed {
        sync.errors = merge::notices(connection, Severity::Error, SyncType::Roster)?;
    }
    if context.dry_run {
        sync.changes = change::named(connection)?;
    }
    if let Some(refusal) = refusal(context, connection, entity, source, comparison, &mut sync)? {
        return Ok(MergeOutcome::NotKept(vec![sync], refusal));
    }
    keyed::apply(connection, entity)?;
    if noticed {
        sync.warnings = merge::notices(connection, Severity::Warning, SyncType::Roster)?;
    }
    Ok(MergeOutcome::Merged(vec![sync]))
}

/// The guard's refusal, where too much would go and its plan is not approved.
fn refusal(
    context: &Context,
    connection: &mut Connection,
    entity: &Entity,
    source: &str,
    comparison: KeyedComparison,
    sync: &mut Sync,
) -> Result<Option<Failure>, StoreError> {
    let (active, going) = (comparison.active, comparison.compared.records.deleted);
    if !guard::refuses_rows(active, going, context.max_deactivate_percent) {
        return Ok(None);
    }
    let keys = change::deactivated(connection)?;
    let scope = Scope::Source(source.to_owned()).to_string();
    let plan = plan(SyncType::Roster, &scope, keys.iter().cloned());
    sync.plan = Some(plan.clone());
    if context.approval.holds(&plan) {
        return Ok(None);
    }
    let named = first_few(keys.into_iter());
    let what = format!("{going} of {active} active {} would be deactivated; {named}", entity.name);
    Ok(Some(context.approval.refusal((SyncType::Roster, None), &what, &plan)))
}
