//! A pass that asks no API: it takes its locks, begins, and works on one blocking thread.

use super::run::{PassRun, RunOutcome};
use super::{Context, PassError, acquire_lock, cancel, failed_all};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::tasks::blocking;

/// Runs a pass of `types` under `locks`, which hold all of them. A failure is in the syncs.
pub(super) async fn run_alone(
    context: &Context,
    locks: &'static [SyncType],
    types: &'static [SyncType],
    scope: Scope,
    work: impl FnOnce(PassRun) -> RunOutcome + Send + 'static,
) -> Vec<Sync> {
    let once = async {
        let held = acquire_lock::take(context, locks, context.lock_wait).await?;
        let connection = context.connection().await?;
        let begun = {
            let (begun_with, held, scope) = (context.clone(), held.clone(), scope.clone());
            blocking(&context.stop, move || {
                let connections = begun_with.connections.clone();
                PassRun::begin(begun_with, connection, types, scope, false, Vec::new(), held)
                    .map_err(|error| error.explained(connections.location()))
            })
            .await??
        };
        let backend = begun.backend();
        let worker = tokio::task::spawn_blocking(move || work(begun));
        Ok::<_, PassError>(cancel::wait_or_cancel(&context.stop, &held, &backend, worker).await?)
    };
    match once.await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, types, &scope, &error.into()),
    }
}
