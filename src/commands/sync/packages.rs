//! The commands of packages: what they are given, and their passes (contract §11.2).

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{Invocation, SyncCommand, context};
use crate::cli::{self, ExportArguments, ImportArguments, Side, SyncOptions, TakeArguments};
use crate::exit::{Failure, FailureKind};
use crate::model::scope::Scope;
use crate::package::key_file::KeyFile;
use crate::package::reader::Limits;
use crate::pass::Context;
use crate::pass::export::{self, ExportRequest, Exported, Since};
use crate::pass::import::{self, ImportRequest};
use crate::pass::resolve::{self, ResolveRequest};
use crate::report::Sync;
use crate::settings::{DatabaseLocation, Settings};

/// The options of `export` that the other commands have, too.
pub(in crate::commands) fn export_options(arguments: &ExportArguments) -> SyncOptions {
    SyncOptions { dry_run: arguments.dry_run, ..SyncOptions::default() }
}

/// The options of `import` that the other commands have, too. The package is where they have a feed.
pub(in crate::commands) fn import_options(arguments: &ImportArguments) -> SyncOptions {
    SyncOptions {
        from: Some(arguments.file.clone()),
        dry_run: arguments.dry_run,
        approve: arguments.approve.clone(),
        lock_wait: arguments.lock_wait,
        ..SyncOptions::default()
    }
}

/// The options of `conflicts take` that the other commands have, too.
pub(in crate::commands) fn take_options(arguments: &TakeArguments) -> SyncOptions {
    SyncOptions { dry_run: arguments.dry_run, lock_wait: arguments.lock_wait, ..SyncOptions::default() }
}

/// What the alerts of a command belong to that failed before its passes.
pub(super) fn scope(settings: &Settings) -> Scope {
    let owner = settings.centres.keys.as_ref().map(|keys| keys.owner());
    owner.and_then(|owner| owner.hall()).map_or(Scope::All, Scope::Hall)
}

/// Runs the passes. Failures are in the syncs.
///
/// # Errors
/// [`FailureKind::Setup`](crate::exit::FailureKind::Setup) when there are no keys.
pub(super) async fn run(
    invocation: &Invocation,
    settings: &Settings,
    context: &Context,
    options: &SyncOptions,
    work: &SyncCommand,
    dates: Vec<NaiveDate>,
) -> Result<Vec<Sync>, Failure> {
    if let SyncCommand::Resolve(arguments) = work {
        return Ok(resolve::run(context, resolve_request(arguments)?).await);
    }
    let keys = settings.centres.require_keys()?.clone();
    let SyncCommand::Export(arguments) = work else {
        let request = import_request(invocation, settings, options, keys);
        return Ok(import::run(context, request).await);
    };
    let centres = &settings.centres;
    let exported = match (arguments.results, arguments.all) {
        (true, _) => Exported::Results,
        (false, true) => Exported::Halls(centres.peers.halls()),
        (false, false) => Exported::Halls(arguments.halls.clone()),
    };
    let in_folder = |path: &PathBuf| invocation.working_folder.join(path);
    let request = ExportRequest {
        exported,
        to: in_folder(&arguments.to),
        dates,
        since: arguments.since.map(|since| match since {
            cli::Since::Acked => Since::Acked,
            cli::Since::Full => Since::Full,
            cli::Since::Version(version) => Since::Version(version),
        }),
        above: arguments.above,
        again: arguments.again,
        attach: arguments.attach.iter().map(in_folder).collect(),
        keys,
        peers: centres.peers.clone(),
        site: settings.site_name().to_owned(),
        files_folder: centres.files_folder.clone(),
        max_file_bytes: centres.max_file_bytes,
        file_group: settings.file_group,
    };
    Ok(export::run(context, request).await)
}

fn resolve_request(arguments: &TakeArguments) -> Result<ResolveRequest, Failure> {
    let (named, side) = arguments.asked().map_err(|message| Failure::new(FailureKind::Usage, message))?;
    Ok(ResolveRequest {
        named: named.to_vec(),
        hall: arguments.hall,
        side: match side {
            Side::Head => "head",
            Side::Centre => "centre",
        },
        reason: arguments.reason.clone(),
    })
}

fn import_request(
    invocation: &Invocation,
    settings: &Settings,
    options: &SyncOptions,
    keys: KeyFile,
) -> ImportRequest {
    let centres = &settings.centres;
    let file = options.from.as_ref().map(context::path).unwrap_or_default();
    let is_stdin = file.as_os_str() == "-";
    let spool_folder = match &settings.database {
        DatabaseLocation::Sqlite { path, .. } => path.parent().map(Path::to_owned).unwrap_or_default(),
        DatabaseLocation::Postgres(_) => centres.files_folder.clone().unwrap_or_else(std::env::temp_dir),
    };
    ImportRequest {
        file: if is_stdin { file } else { invocation.working_folder.join(file) },
        spool_folder,
        keys,
        peers: centres.peers.clone(),
        limits: Limits { json_bytes: settings.max_body_bytes, file_bytes: centres.max_file_bytes },
        files_folder: centres.files_folder.clone(),
    }
}
