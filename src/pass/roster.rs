//! The roster pass: the entities of one source, merged in one transaction with one plan (contract §13).

mod guard;
mod merge;
mod stage;

use std::collections::BTreeSet;

use super::acquire_lock::Held;
use super::run::{PassRun, RunOutcome};
use super::{Context, PassError, acquire_lock, cancel, failed_all};
use crate::feed::Traffic;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::source::roster::RosterSource;
use crate::source::roster_facts::Reading;
use crate::store::connection::Connection;
use crate::tasks::blocking;

const TYPES: &[SyncType] = &[SyncType::Roster];

/// One source of a roster, and what of it is pulled.
#[derive(Debug, Clone)]
pub(crate) struct RosterPull {
    /// Its name, which is part of every key.
    pub name: String,
    /// Where it is.
    pub source: RosterSource,
    /// What it is asked for.
    pub reading: Reading,
    /// The people who alone are pulled, by sourced id; all of them where there are none.
    pub users: BTreeSet<String>,
}

/// Runs the pass. Failures are in the sync.
pub(crate) async fn run(context: &Context, pull: RosterPull) -> Vec<Sync> {
    let scope = Scope::Source(pull.name.clone());
    match once(context, pull).await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, TYPES, &scope, &error.into()),
    }
}

async fn once(context: &Context, pull: RosterPull) -> Result<RunOutcome, PassError> {
    let held = acquire_lock::take(context, TYPES, context.lock_wait).await?;
    let connection = context.connection().await?;
    let scope = Scope::Source(pull.name.clone());
    let begun = begin(context, connection, scope, &held).await?;
    let backend = begun.backend();
    let context = context.clone();
    let stop = context.stop.clone();
    let worker = tokio::task::spawn_blocking(move || {
        begun.run(
            |connection| stage::stage(&context, connection, &pull),
            |connection, facts| merge::merge(&context, connection, &pull, facts),
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
        PassRun::begin(begun_with, connection, TYPES, scope, false, Vec::new(), held)
            .map_err(|error| error.explained(connections.location()))
    })
    .await?
}
