//! The import pass: a package of head office at a centre, or the results of a centre at head office (contract §11.4).

mod attendance;
mod contents;
mod decoded;
mod files;
mod members;
mod notices;
mod open;
mod package;
mod results;
mod version;

use std::path::PathBuf;

use super::run::{PassRun, RunOutcome};
use super::{Context, PassError, acquire_lock, cancel, failed_all};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::card::{Owner, Peers};
use crate::package::key_file::KeyFile;
use crate::package::reader::Limits;
use crate::report::Sync;
use crate::tasks::blocking;

/// What is locked for a package, in this order; the log row is of the last.
const PACKAGE_LOCKS: &[SyncType] =
    &[SyncType::ExamHalls, SyncType::HallRooms, SyncType::Participants, SyncType::PackageImport];
const PACKAGE: &[SyncType] = &[SyncType::PackageImport];
/// What is locked for results.
pub(super) const RESULTS_LOCKS: &[SyncType] = &[SyncType::Participants, SyncType::ResultsImport];
const RESULTS: &[SyncType] = &[SyncType::ResultsImport];

/// What `import` was asked for.
#[derive(Debug, Clone)]
pub(crate) struct ImportRequest {
    /// The file, or `-` for stdin.
    pub file: PathBuf,
    /// Where the encrypted file is spooled that comes from stdin.
    pub spool_folder: PathBuf,
    /// This installation's keys.
    pub keys: KeyFile,
    /// The cards of others.
    pub peers: Peers,
    /// What a package may take.
    pub limits: Limits,
    /// `SYNC_FILES_DIR`.
    pub files_folder: Option<PathBuf>,
}

impl ImportRequest {
    fn scope(&self) -> Scope {
        self.keys.owner().hall().map_or(Scope::All, Scope::Hall)
    }
}

/// Runs the pass. A failure is in the sync.
pub(crate) async fn run(context: &Context, request: ImportRequest) -> Vec<Sync> {
    let scope = request.scope();
    let (types, locks) = match request.keys.owner() {
        Owner::Hall(_) => (PACKAGE, PACKAGE_LOCKS),
        Owner::Head => (RESULTS, RESULTS_LOCKS),
    };
    match once(context, request, types, locks).await {
        Ok(ended) => ended.syncs,
        Err(error) => failed_all(context, types, &scope, &error.into()),
    }
}

async fn once(
    context: &Context,
    request: ImportRequest,
    types: &'static [SyncType],
    locks: &'static [SyncType],
) -> Result<RunOutcome, PassError> {
    let held = acquire_lock::take(context, locks, context.lock_wait).await?;
    let connection = context.connection().await?;
    let begun = {
        let (begun_with, held, scope) = (context.clone(), held.clone(), request.scope());
        blocking(&context.stop, move || {
            let connections = begun_with.connections.clone();
            PassRun::begin(begun_with, connection, types, scope, false, Vec::new(), held)
                .map_err(|error| error.explained(connections.location()))
        })
        .await??
    };
    let backend = begun.backend();
    let (context, stop) = (context.clone(), context.stop.clone());
    let worker = tokio::task::spawn_blocking(move || match request.keys.owner() {
        Owner::Hall(hall) => package::run(begun, &context, &request, hall),
        Owner::Head => results::run(begun, &context, &request),
    });
    Ok(cancel::wait_or_cancel(&stop, &held, &backend, worker).await?)
}
