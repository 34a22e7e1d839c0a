//! The roster pass: the entities of one source, merged in one transaction with one plan (contract §13).

mod guard;
mod merge;
mod stage;

use std::collections::BTreeSet;

use super::Context;
use super::alone::run_alone;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::source::roster::RosterSource;
use crate::source::roster_facts::Reading;

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

/// Runs the pass. A failure is in the sync.
pub(crate) async fn run(context: &Context, pull: RosterPull) -> Vec<Sync> {
    let (working, scope) = (context.clone(), Scope::Source(pull.name.clone()));
    run_alone(context, TYPES, TYPES, scope, move |begun| {
        let tables = begun.staging_tables();
        begun.run(
            |connection| {
                tables.open(connection)?;
                stage::stage(&working, connection, &pull, tables.facts.first_load)
            },
            |connection, staged| merge::merge(&working, connection, &pull, staged),
            &|| pull.source.traffic(),
        )
    })
    .await
}
