//! The results of a centre. With nothing marked they are a receipt: they name the package that the centre has.

use uuid::Uuid;

use super::ExportRequest;
use crate::exit::{Failure, FailureKind};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::card::{Card, Owner};
use crate::package::feed_json;
use crate::package::manifest::{Kind, Manifest, VersionId};
use crate::package::member::Member;
use crate::package::writer::{PackageWriter, WrittenPackage};
use crate::pass::Context;
use crate::pass::acquire_lock::Held;
use crate::pass::package_log::PackageLog;
use crate::queries::packages;
use crate::report::{ExportedPackage, Sync};
use crate::store::connection::Connection;
use crate::store::packages as store;

/// Runs the pass. A failure is in the sync.
pub(super) fn export(
    context: &Context,
    held: &Held,
    request: &ExportRequest,
    connection: &mut Connection,
) -> Sync {
    let hall = match request.keys.owner() {
        Owner::Hall(hall) => hall,
        Owner::Head => {
            let message =
                "SYNC_KEY_FILE is that of head office, and results come from centres; name --hall or --all";
            let failure = Failure::new(FailureKind::Setup, message).by_arguments();
            return Sync::new(SyncType::PackageExport, Scope::All).failed(failure);
        }
    };
    let mut log = PackageLog::new(context, SyncType::PackageExport, Scope::Hall(hall));
    match run(context, held, request, hall, &mut log, connection) {
        Ok(sync) => sync,
        Err(failure) => log.fail(connection, failure),
    }
}

fn run(
    context: &Context,
    held: &Held,
    request: &ExportRequest,
    hall: i64,
    log: &mut PackageLog<'_>,
    connection: &mut Connection,
) -> Result<Sync, Failure> {
    let cards: Vec<Card> = request.peers.of(Owner::Head).cloned().collect();
    if cards.is_empty() {
        let message = "SYNC_PEERS_FILE has no card of head office; ask for it, and add it";
        return Err(Failure::new(FailureKind::Setup, message));
    }
    let Some(last) = packages::last_import(connection)? else {
        let message = "no package of head office was imported here yet; import one first";
        return Err(Failure::new(FailureKind::Setup, message));
    };
    let package = last.version_id();
    let told = packages::instance(connection)?.and_then(|instance| instance.last_package_id);
    let is_new = request.again || told != Some(package.id);
    if context.dry_run {
        connection.begin_snapshot()?;
    }
    let begun = |connection: &mut Connection, log: &mut PackageLog<'_>| {
        log.begin(connection)?;
        if is_new {
            return Ok(Some(store::take_seq(connection)?));
        }
        log.complete(connection, &log.sync())?;
        Ok::<_, Failure>(None)
    };
    let numbered = match context.dry_run {
        true => begun(connection, log)?,
        false => connection.transaction(|connection| begun(connection, log))?,
    };
    let Some((instance, seq)) = numbered else {
        if context.dry_run {
            connection.roll_back()?;
        }
        tracing::info!("nothing is new since the last results; no file is written");
        return Ok(log.sync());
    };
    let mut manifest = Manifest::new(Kind::Results, hall, Uuid::new_v4(), &request.site, log.now);
    (manifest.instance, manifest.seq, manifest.package) = (Some(instance), Some(seq), Some(package));
    let (manifest, written) = write(context, request, &cards, manifest)?;
    let path = request.to.join(manifest.file_name());
    let exported = ExportedPackage {
        hall,
        version: None,
        seq: Some(seq),
        since: None,
        file: path.display().to_string(),
        bytes: written.bytes,
        rows: 0,
    };
    let sync = Sync { package: Some(exported), ..log.sync() };
    if context.dry_run {
        connection.roll_back()?;
        return Ok(sync);
    }
    connection.transaction(|connection| {
        note(connection, log, package, &sync)?;
        held.confirm(connection)?;
        context.stop.check()?;
        super::keep(written.file, &path, request.file_group)
    })?;
    Ok(sync)
}

fn note(
    connection: &mut Connection,
    log: &mut PackageLog<'_>,
    package: VersionId,
    sync: &Sync,
) -> Result<(), Failure> {
    store::note_results_written(connection, package, log.now)?;
    Ok(log.complete(connection, sync)?)
}

fn write(
    context: &Context,
    request: &ExportRequest,
    cards: &[Card],
    manifest: Manifest,
) -> Result<(Manifest, WrittenPackage), Failure> {
    let zone = context.timezone.name();
    let columns = serde_json::json!({});
    let mut writer = PackageWriter::new(&request.to, manifest, zone, &columns, &request.keys, cards)?;
    let manifest = writer.manifest().clone();
    feed_json::whole::<packages::FileRecord>(&mut writer, &Member::Files, &[])?;
    Ok((manifest, writer.finish(&request.keys)?))
}
