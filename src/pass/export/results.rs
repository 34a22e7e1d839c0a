//! The results of a centre: every decision and violation that there is, and its answer files. With nothing marked they are
//! a receipt: they name the package that the centre has.

use std::path::Path;

use serde_json::json;
use uuid::Uuid;

use super::ExportRequest;
use super::attached::{self, AttachedFile};
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::card::{Card, Owner};
use crate::package::feed_json::{self, Lists};
use crate::package::manifest::{Kind, Manifest, VersionId};
use crate::package::member::Member;
use crate::package::stored_file;
use crate::package::writer::{PackageWriter, WrittenPackage};
use crate::pass::Context;
use crate::pass::acquire_lock::Held;
use crate::pass::package_log::PackageLog;
use crate::queries::packages::FileRecord;
use crate::queries::{packages, results};
use crate::report::{ExportedPackage, Sync};
use crate::store::connection::Connection;
use crate::store::migrations::optional;
use crate::store::results as store;

/// As many of the results before it are named: enough for `package.json`, and for sticks that are late.
const MAX_NAMED: usize = 100;

/// The export of a centre's results.
struct ResultsExport<'a> {
    context: &'a Context,
    held: &'a Held,
    request: &'a ExportRequest,
    hall: i64,
    cards: Vec<Card>,
    attached: Vec<AttachedFile>,
}

/// What was written.
struct Outcome {
    manifest: Manifest,
    written: WrittenPackage,
    rows: i64,
}

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
                "SYNC_KEY_FILE belongs to head office, and results come from centres; name --hall or --all";
            let failure = Failure::new(FailureKind::Setup, message).by_arguments();
            return Sync::new(SyncType::PackageExport, Scope::All).failed(failure);
        }
    };
    let mut log = PackageLog::new(context, SyncType::PackageExport, Scope::Hall(hall));
    let cards: Vec<Card> = request.peers.of(Owner::Head).cloned().collect();
    let exported = attached::read(request, context.dry_run).and_then(|attached| {
        ResultsExport { context, held, request, hall, cards, attached }.run(&mut log, connection)
    });
    exported.unwrap_or_else(|failure| log.fail(connection, failure))
}

impl ResultsExport<'_> {
    fn run(&self, log: &mut PackageLog<'_>, connection: &mut Connection) -> Result<Sync, Failure> {
        if self.cards.is_empty() {
            let message = "SYNC_PEERS_FILE has no card of head office; ask for it, and add it";
            return Err(Failure::new(FailureKind::Setup, message));
        }
        optional::require(connection, optional::OF_RESULTS)?;
        let Some(last) = packages::last_import(connection)? else {
            let message = "no package of head office was imported here yet; import one first";
            return Err(Failure::new(FailureKind::Setup, message));
        };
        let package = last.version_id();
        if self.context.dry_run {
            connection.begin_snapshot()?;
            let sync = match self.number(log, connection, package)? {
                Some(manifest) => {
                    let outcome = self.write(log, connection, manifest)?;
                    self.sync(log, &outcome)
                }
                None => log.sync(),
            };
            connection.roll_back()?;
            return Ok(sync);
        }
        // A transaction of its own: a number without a file is harmless, a file without a number is not.
        let numbered = connection.transaction(|connection| {
            log.begin(connection)?;
            let numbered = self.number(log, connection, package)?;
            if numbered.is_none() {
                log.complete(connection, &log.sync())?;
            }
            Ok::<_, Failure>(numbered)
        })?;
        let Some(manifest) = numbered else {
            tracing::info!("nothing is new since the last results; no file is written");
            return Ok(log.sync());
        };
        connection.begin_snapshot()?;
        let outcome = self.write(log, connection, manifest)?;
        let sync = self.sync(log, &outcome);
        store::note_written(connection, package, log.now)?;
        log.complete(connection, &sync)?;
        self.held.confirm(connection)?;
        self.context.stop.check()?;
        let path = self.request.to.join(outcome.manifest.file_name());
        super::keep(outcome.written.file, &path, self.request.file_group)?;
        connection.commit()?;
        Ok(sync)
    }

    /// The next results with their number, where there is anything new.
    fn number(
        &self,
        log: &PackageLog<'_>,
        connection: &mut Connection,
        package: VersionId,
    ) -> Result<Option<Manifest>, Failure> {
        let told = packages::instance(connection)?.and_then(|instance| instance.last_package_id);
        let files = results::files(connection)?;
        let is_new_file = |file: &AttachedFile| {
            files.iter().all(|known| (&known.sha256, &known.name) != (&file.stored.sha256, &file.name))
        };
        let is_new = self.request.again
            || told != Some(package.id)
            || self.attached.iter().any(is_new_file)
            || results::differs(connection)?;
        if !is_new {
            return Ok(None);
        }
        let line = results::written(connection, MAX_NAMED)?;
        let id = Uuid::new_v4();
        let (instance, seq) = store::take_seq(connection, id, log.now)?;
        let mut manifest = Manifest::new(Kind::Results, self.hall, id, &self.request.site, log.now);
        (manifest.instance, manifest.seq, manifest.package) = (Some(instance), Some(seq), Some(package));
        manifest.line = line;
        Ok(Some(manifest))
    }

    /// Writes the results under a name that nothing reads.
    fn write(
        &self,
        log: &mut PackageLog<'_>,
        connection: &mut Connection,
        manifest: Manifest,
    ) -> Result<Outcome, Failure> {
        let seq = manifest.seq.unwrap_or_default();
        for AttachedFile { name, stored } in &self.attached {
            let of = (stored.sha256.as_str(), name.as_str(), stored.bytes);
            store::note_answer_file(connection, self.hall, seq, of, log.now)?;
        }
        let (keys, zone) = (&self.request.keys, self.context.timezone.name());
        let mut writer = PackageWriter::new(&self.request.to, manifest, zone, &columns(), keys, &self.cards)?;
        let manifest = writer.manifest().clone();
        let mut rows = 0;
        let mut attendance = Lists::new(Member::Attendance);
        results::each_decision(connection, |record| {
            rows += 1;
            attendance.push(&mut writer, &record)
        })?;
        attendance.flush(&mut writer)?;
        self.context.stop.check()?;
        let mut violations = Lists::new(Member::Violations);
        results::each_violation(connection, |record| violations.push(&mut writer, &record))?;
        violations.flush(&mut writer)?;
        self.write_files(&results::files(connection)?, &mut writer)?;
        let written = writer.finish(keys)?;
        log.metadata["seq"] = json!(seq);
        log.metadata["rows"] = json!(rows);
        log.metadata["bytes"] = json!(written.bytes);
        Ok(Outcome { manifest, written, rows })
    }

    /// Writes the names of all answer files, and those that are still in their folder: the others are announced only.
    fn write_files(&self, files: &[FileRecord], writer: &mut PackageWriter) -> Result<(), Failure> {
        feed_json::whole(writer, &Member::Files, files)?;
        let Some(folder) = self.request.files_folder.as_deref().filter(|_| !self.context.dry_run) else {
            return Ok(());
        };
        let mut sums: Vec<(&str, i64)> =
            files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
        sums.dedup();
        for (sum, bytes) in sums {
            match stored_file::open(folder, sum) {
                Ok(file) => writer.member(&Member::File(sum.to_owned()), 0, bytes.unsigned_abs(), file)?,
                Err(error) => warn_unread(folder, sum, &error),
            }
        }
        Ok(())
    }

    fn sync(&self, log: &PackageLog<'_>, outcome: &Outcome) -> Sync {
        let Outcome { manifest, written, rows } = outcome;
        Sync {
            records: Records { processed: *rows, unchanged: *rows, ..Records::default() },
            package: Some(ExportedPackage {
                hall: self.hall,
                version: None,
                seq: manifest.seq,
                since: None,
                file: self.request.to.join(manifest.file_name()).display().to_string(),
                bytes: written.bytes,
                rows: *rows,
            }),
            ..log.sync()
        }
    }
}

fn warn_unread(folder: &Path, sum: &str, error: &std::io::Error) {
    let folder = folder.display();
    tracing::warn!(%error, "the file {sum} in SYNC_FILES_DIR {folder} can't be read, and head office will miss it");
}

/// What the members hold, for a person who opens results with other tools.
fn columns() -> serde_json::Value {
    json!({
        "attendance": ["uid", "marked", "status", "markedAt", "markedBy", "base", "baseVersion", "conflict", "roomId",
                       "startTime", "placeId", "participantName", "participantCount"],
        "violations": ["uid", "participantUid", "roomUid", "examDate", "startTime", "kind", "severity", "note",
                       "happenedAt", "recordedBy", "replaces", "createdAt"],
    })
}
