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

use super::Context;
use super::alone::run_alone;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::card::{Owner, Peers};
use crate::package::key_file::KeyFile;
use crate::package::reader::Limits;
use crate::report::Sync;

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
    let (types, locks) = match request.keys.owner() {
        Owner::Hall(_) => (PACKAGE, PACKAGE_LOCKS),
        Owner::Head => (RESULTS, RESULTS_LOCKS),
    };
    let working = context.clone();
    run_alone(context, locks, types, request.scope(), move |begun| match request.keys.owner() {
        Owner::Hall(hall) => package::run(begun, &working, &request, hall),
        Owner::Head => results::run(begun, &working, &request),
    })
    .await
}
