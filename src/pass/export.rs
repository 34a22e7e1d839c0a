//! The export pass: a package for each hall's centre, each a pass of its own, under one lock (contract §11.2).

mod attached;
mod package;
mod plan;
mod results;

use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chrono::NaiveDate;

use self::attached::AttachedFile;
use self::package::HallExport;
use super::acquire_lock::Held;
use super::cancel::Backend;
use super::package_log::PackageLog;
use super::{Context, acquire_lock, cancel, failed_all};
use crate::exit::{Failure, FailureKind};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::card::{Owner, Peers};
use crate::package::key_file::KeyFile;
use crate::package::private_file::{self, PrivateFile};
use crate::report::Sync;
use crate::store::connection::{Connection, Location};

const TYPES: &[SyncType] = &[SyncType::PackageExport];
/// From this many halls on, two connections share them.
const SHARED_FROM: usize = 8;

/// The package from which changes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// The newest that the centre acknowledged.
    Acked,
    /// None: everything is sent.
    Full,
    /// The one of this number.
    Version(i64),
}

/// What is exported.
#[derive(Debug, Clone)]
pub(crate) enum Exported {
    /// Packages for the centres of these halls.
    Halls(Vec<i64>),
    /// The results of this centre.
    Results,
}

/// What `export` was asked for.
#[derive(Debug, Clone)]
pub(crate) struct ExportRequest {
    /// Of what.
    pub exported: Exported,
    /// The folder to write into.
    pub to: PathBuf,
    /// The dates; empty for those that have participants.
    pub dates: Vec<NaiveDate>,
    /// From which package on; none where it was not asked for, which is [`Since::Acked`].
    pub since: Option<Since>,
    /// The number gets above this one.
    pub above: Option<i64>,
    /// Whether a package is written though nothing is new.
    pub again: bool,
    /// Files that go along.
    pub attach: Vec<PathBuf>,
    /// This installation's keys.
    pub keys: KeyFile,
    /// The cards of others.
    pub peers: Peers,
    /// The name of this installation.
    pub site: String,
    /// `SYNC_FILES_DIR`.
    pub files_folder: Option<PathBuf>,
    /// `SYNC_MAX_FILE`.
    pub max_file_bytes: u64,
    /// `SYNC_FILE_GROUP`.
    pub file_group: Option<u32>,
}

impl ExportRequest {
    /// The scopes of its passes.
    fn scopes(&self) -> Vec<Scope> {
        match (&self.exported, self.keys.owner()) {
            (Exported::Halls(halls), _) => halls.iter().map(|hall| Scope::Hall(*hall)).collect(),
            (Exported::Results, Owner::Hall(hall)) => vec![Scope::Hall(hall)],
            (Exported::Results, Owner::Head) => vec![Scope::All],
        }
    }
}

/// Runs the passes. Failures are in the syncs.
pub(crate) async fn run(context: &Context, request: ExportRequest) -> Vec<Sync> {
    let scopes = request.scopes();
    let all_failed = |failure: &Failure| {
        scopes.iter().flat_map(|scope| failed_all(context, TYPES, scope, failure)).collect()
    };
    let held = match acquire_lock::take(context, TYPES, context.lock_wait).await {
        Ok(held) => held,
        Err(error) => return all_failed(&error.into()),
    };
    let worker = {
        let (context, held) = (context.clone(), held.clone());
        tokio::task::spawn_blocking(move || all(&context, &held, &request))
    };
    // Between two halls it looks at the stop itself; the statement of one is short.
    match cancel::wait_or_cancel(&context.stop, &held, &Backend::default(), worker).await {
        Ok(Ok(syncs)) => syncs,
        Ok(Err(failure)) | Err(failure) => all_failed(&failure),
    }
}

/// One pass after the other, on one connection.
fn all(context: &Context, held: &Held, request: &ExportRequest) -> Result<Vec<Sync>, Failure> {
    if !request.to.is_dir() {
        let message = format!("--to {} is not a folder; create it, or name another", request.to.display());
        return Err(Failure::new(FailureKind::Setup, message).by_arguments());
    }
    if !context.dry_run {
        private_file::remove_leftovers(&request.to).map_err(|error| {
            let to = request.to.display();
            Failure::new(FailureKind::Setup, format!("--to {to} can't be used: {error}")).by_arguments()
        })?;
    }
    let mut connection = context.connections.take()?;
    connection.spare_memory()?;
    let halls = match &request.exported {
        Exported::Results => return Ok(vec![results::export(context, held, request, &mut connection)]),
        Exported::Halls(halls) => halls,
    };
    if let Owner::Hall(hall) = request.keys.owner() {
        let message = format!(
            "SYNC_KEY_FILE belongs to the centre of hall {hall}, and packages come from head office; for \
             results add --results"
        );
        return Err(Failure::new(FailureKind::Setup, message));
    }
    let attached = attached::read(request, context.dry_run)?;
    let bar = context.progress.pass("export", Some(halls.len() as u64));
    let next = AtomicUsize::new(0);
    let work = |connection: &mut Connection| {
        let mut syncs = Vec::new();
        while let Some((nth, hall)) = turn(&next, halls) {
            let sync = match context.stop.check() {
                Err(stopped) => Sync::new(SyncType::PackageExport, Scope::Hall(hall)).failed(stopped),
                Ok(()) => one_hall(context, held, request, &attached, hall, connection),
            };
            syncs.push((nth, sync));
            bar.step_done();
        }
        syncs
    };
    let mut syncs = match second_connection(context, halls) {
        None => work(&mut connection),
        Some(mut second) => thread::scope(|scope| {
            let helper = scope.spawn(|| work(&mut second));
            let mut syncs = work(&mut connection);
            // A panic there is one here.
            syncs.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
            syncs
        }),
    };
    bar.finish();
    syncs.sort_by_key(|(nth, _)| *nth);
    Ok(syncs.into_iter().map(|(_, sync)| sync).collect())
}

/// The next hall, and its place among all.
fn turn(next: &AtomicUsize, halls: &[i64]) -> Option<(usize, i64)> {
    let nth = next.fetch_add(1, Ordering::Relaxed);
    halls.get(nth).map(|hall| (nth, *hall))
}

/// A connection that shares the work, where the database takes two writers and there is much: each package waits for the
/// disk several times. Where there is none to be had, one does it all.
fn second_connection(context: &Context, halls: &[i64]) -> Option<Connection> {
    let is_worth_it = halls.len() >= SHARED_FROM && !context.dry_run;
    match (is_worth_it, context.connections.location()) {
        (true, Location::Postgres { .. }) => context.connections.take().ok(),
        _ => None,
    }
}

fn one_hall(
    context: &Context,
    held: &Held,
    request: &ExportRequest,
    attached: &[AttachedFile],
    hall: i64,
    connection: &mut Connection,
) -> Sync {
    let mut log = PackageLog::new(context, SyncType::PackageExport, Scope::Hall(hall));
    let export = HallExport { context, held, request, attached, hall };
    match export.run(&mut log, connection) {
        Ok(sync) => sync,
        Err(failure) => log.fail(connection, failure),
    }
}

/// Gives a written package its name.
fn keep(file: PrivateFile, path: &Path, group: Option<u32>) -> Result<(), Failure> {
    let unkept = |error: io::Error| {
        let what = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "there is another file of this name; move it, or name another folder"
            }
            _ => "check the folder",
        };
        Failure::new(FailureKind::Setup, format!("{} can't be written: {error}; {what}", path.display()))
    };
    if let Some(group) = group {
        // A stick may have no groups; the file is then for this user alone.
        if let Err(error) = file.let_group_read(group) {
            tracing::info!(%error, "SYNC_FILE_GROUP can't read the package");
        }
    }
    file.keep_as(path).map_err(unkept)
}
