//! Exports one hall: takes the number, writes the file, and notes what was sent with it.

use std::path::PathBuf;

use serde_json::json;
use uuid::Uuid;

use super::ExportRequest;
use super::attached::AttachedFile;
use super::plan::{ExportPlan, plan};
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::Records;
use crate::package::card::{Card, Owner};
use crate::package::feed_json::{self, Lists, Slots};
use crate::package::manifest::{Kind, Manifest};
use crate::package::member::Member;
use crate::package::stored_file;
use crate::package::writer::{PackageWriter, WrittenPackage};
use crate::pass::Context;
use crate::pass::acquire_lock::Held;
use crate::pass::package_log::PackageLog;
use crate::queries::package_rows::{self, GoneRow, Selection};
use crate::queries::{packages, preflight};
use crate::report::{ExportedPackage, Sync};
use crate::store::connection::Connection;
use crate::store::packages as store;

/// With more rows gone than this a package is a full one: all that went has to fit into one member.
const MAX_GONE: usize = 50_000;

/// The export of one hall.
pub(super) struct HallExport<'a> {
    pub(super) context: &'a Context,
    pub(super) held: &'a Held,
    pub(super) request: &'a ExportRequest,
    pub(super) attached: &'a [AttachedFile],
    pub(super) hall: i64,
}

/// A written package and what was counted.
struct Outcome {
    manifest: Manifest,
    written: WrittenPackage,
    rows: i64,
    gone: i64,
}

impl HallExport<'_> {
    pub(super) fn run(&self, log: &mut PackageLog<'_>, connection: &mut Connection) -> Result<Sync, Failure> {
        let hall = self.hall;
        let cards: Vec<Card> = self.request.peers.of(Owner::Hall(hall)).cloned().collect();
        if cards.is_empty() {
            let message =
                format!("hall {hall} has no card in SYNC_PEERS_FILE; ask its centre for one, and add it");
            return Err(Failure::new(FailureKind::Setup, message).by_arguments());
        }
        if preflight::known_halls(connection, &[hall])?.is_empty() {
            let message =
                format!("hall {hall} is not known here: pull the halls first, or correct its number");
            return Err(Failure::new(FailureKind::Setup, message).by_arguments());
        }
        if self.context.dry_run {
            connection.begin_snapshot()?;
            let sync = match self.number(log, connection)? {
                Some((version, id, plan)) => {
                    let outcome = self.write(log, connection, &cards, (version, id), plan)?;
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
            let numbered = self.number(log, connection)?;
            if numbered.is_none() {
                log.complete(connection, &log.sync())?;
            }
            Ok::<_, Failure>(numbered)
        })?;
        let Some((version, id, plan)) = numbered else {
            tracing::info!(hall, "nothing is new for this hall; no package is written");
            return Ok(log.sync());
        };
        connection.begin_snapshot()?;
        let outcome = self.write(log, connection, &cards, (version, id), plan)?;
        let sync = self.sync(log, &outcome);
        log.complete(connection, &sync)?;
        self.held.confirm(connection)?;
        self.context.stop.check()?;
        self.keep(outcome)?;
        connection.commit()?;
        Ok(sync)
    }

    /// The number and id of the next package, where there is anything new.
    fn number(
        &self,
        log: &PackageLog<'_>,
        connection: &mut Connection,
    ) -> Result<Option<(i64, Uuid, ExportPlan)>, Failure> {
        let plan = plan(self.context, connection, self.request, self.hall, self.attached)?;
        if !plan.is_new {
            return Ok(None);
        }
        let (id, above) = (Uuid::new_v4(), self.request.above.unwrap_or(0));
        let dates = packages::dates_in_json(&plan.dates);
        let version = store::take_number(connection, self.hall, above, (id, plan.since), &dates, log.now)?;
        Ok(Some((version, id, plan)))
    }

    /// Writes the package under a name that nothing reads, and notes what it holds.
    fn write(
        &self,
        log: &mut PackageLog<'_>,
        connection: &mut Connection,
        cards: &[Card],
        (version, id): (i64, Uuid),
        mut plan: ExportPlan,
    ) -> Result<Outcome, Failure> {
        let (hall, keys) = (self.hall, &self.request.keys);
        store::note_sent(connection, hall, version, &plan.dates, plan.first)?;
        for AttachedFile { name, stored } in self.attached {
            store::note_file(connection, hall, Some(version), (&stored.sha256, name, stored.bytes), log.now)?;
        }
        let mut selection = Selection {
            hall,
            dates: plan.dates.clone(),
            since: plan.since.map(|since| (since.version, std::mem::take(&mut plan.whole))),
        };
        let mut gone = package_rows::gone(connection, &selection, MAX_GONE + 1)?;
        if gone.len() > MAX_GONE {
            (plan.since, selection.since) = (None, None);
            gone.clear();
        }
        let mut manifest = Manifest::new(Kind::Package, hall, id, &self.request.site, log.now);
        manifest.version = Some(version);
        (manifest.since, manifest.line, manifest.dates) = (plan.since, plan.line, plan.dates);
        let zone = self.context.timezone.name();
        let mut writer = PackageWriter::new(&self.request.to, manifest, zone, &columns(), keys, cards)?;
        let manifest = writer.manifest().clone();
        feed_json::whole(&mut writer, &Member::Halls, &package_rows::hall(connection, hall)?)?;
        feed_json::whole(&mut writer, &Member::Rooms, &package_rows::rooms(connection, hall)?)?;
        let rows = self.write_participants(connection, &selection, &mut writer)?;
        write_gone(&mut writer, &gone)?;
        self.write_files(connection, &selection, &mut writer)?;
        let written = writer.finish(keys)?;
        let since = manifest.since.map(|since| since.version);
        store::note_written(connection, (hall, version), since, (rows, written.bytes), log.now)?;
        let value = json!({ "version": version, "package_id": id, "since": since, "rows": rows });
        store::audit(connection, (self.context.run_id, log.now), "package_exported", hall, &value)?;
        log.metadata["version"] = json!(version);
        log.metadata["rows"] = json!(rows);
        log.metadata["bytes"] = json!(written.bytes);
        Ok(Outcome { manifest, written, rows, gone: i64::try_from(gone.len()).unwrap_or(i64::MAX) })
    }

    fn write_participants(
        &self,
        connection: &mut Connection,
        selection: &Selection,
        writer: &mut PackageWriter,
    ) -> Result<i64, Failure> {
        let (mut rows, mut slots) = (0, Slots::default());
        package_rows::each_participant(connection, selection, |slot, record| {
            rows += 1;
            slots.push(writer, slot, &record)
        })?;
        slots.flush(writer)?;
        self.context.stop.check()?;
        let mut attendance = Lists::new(Member::Attendance);
        package_rows::each_attendance(connection, selection, |record| attendance.push(writer, &record))?;
        attendance.flush(writer)?;
        Ok(rows)
    }

    fn write_files(
        &self,
        connection: &mut Connection,
        selection: &Selection,
        writer: &mut PackageWriter,
    ) -> Result<(), Failure> {
        let since = selection.since.as_ref().map(|(since, _)| *since);
        let files = packages::files(connection, self.hall, since)?;
        feed_json::whole(writer, &Member::Files, &files)?;
        if files.is_empty() || self.context.dry_run {
            return Ok(());
        }
        let folder = self.request.files_folder.as_deref().ok_or_else(|| {
            Failure::new(FailureKind::Setup, "SYNC_FILES_DIR is not set, and the package takes files from it")
        })?;
        let mut sums: Vec<(&str, i64)> =
            files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
        sums.dedup();
        for (sum, bytes) in sums {
            let file = stored_file::open(folder, sum).map_err(|error| {
                let message =
                    format!("the file {sum} in SYNC_FILES_DIR can't be read: {error}; attach it once more");
                Failure::new(FailureKind::Setup, message)
            })?;
            writer.member(&Member::File(sum.to_owned()), 0, bytes.unsigned_abs(), file)?;
        }
        Ok(())
    }

    /// Gives the file its name.
    fn keep(&self, outcome: Outcome) -> Result<(), Failure> {
        let path = self.path(&outcome.manifest);
        super::keep(outcome.written.file, &path, self.request.file_group)
    }

    fn path(&self, manifest: &Manifest) -> PathBuf {
        self.request.to.join(manifest.file_name())
    }

    fn sync(&self, log: &PackageLog<'_>, outcome: &Outcome) -> Sync {
        let Outcome { manifest, written, rows, gone } = outcome;
        Sync {
            records: Records { processed: *rows, unchanged: *rows, deleted: *gone, ..Records::default() },
            package: Some(ExportedPackage {
                hall: self.hall,
                version: manifest.version,
                seq: None,
                since: manifest.since.map(|since| since.version),
                file: self.path(manifest).display().to_string(),
                bytes: written.bytes,
                rows: *rows,
            }),
            ..log.sync()
        }
    }
}

/// `gone.json`: the uids of rooms, and of participants by date.
fn write_gone(writer: &mut PackageWriter, gone: &[GoneRow]) -> Result<(), Failure> {
    let rooms: Vec<Uuid> = gone.iter().filter(|row| row.exam_date.is_none()).map(|row| row.uid).collect();
    let of_dates = gone.iter().filter(|row| row.exam_date.is_some());
    let of_dates: Vec<&GoneRow> = of_dates.collect();
    let participants: Vec<_> = of_dates
        .chunk_by(|one, next| one.exam_date == next.exam_date)
        .map(|rows| json!({ "date": rows[0].exam_date, "uids": rows.iter().map(|row| row.uid).collect::<Vec<_>>() }))
        .collect();
    let text = json!({ "rooms": rooms, "participants": participants }).to_string();
    writer.json(&Member::Gone, gone.len() as u64, text.as_bytes())
}

/// What the members hold, for a person who opens a package with other tools.
fn columns() -> serde_json::Value {
    json!({
        "participants": ["hallId", "roomId", "profileExamId", "placeId", "participantId", "participantName",
                         "examTitle", "participantCount", "localUid"],
        "attendance": ["uid", "marked", "status", "markedAt", "markedBy", "seen"],
    })
}
