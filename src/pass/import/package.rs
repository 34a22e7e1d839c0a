//! Imports a package at its centre: halls, rooms and dates by the merges of every pass, attendance and files, all in one
//! transaction (contract §11.6).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::contents::{self, Summary};
use super::files::{self, ReceivedFiles};
use super::members::Members;
use super::open::open;
use super::version::{self, Verdict};
use super::{ImportRequest, attendance, decoded, notices};
use crate::decode::ExamDate;
use crate::exit::{Failure, FailureKind};
use crate::feed::Traffic;
use crate::model::Entry;
use crate::model::outcome::{MAX_LISTED, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::manifest::{Manifest, VersionId};
use crate::package::member::Member;
use crate::package::reader::{Package, damaged};
use crate::pass::merge_participants::{self, FeedIs};
use crate::pass::run::{MergeOutcome, PassRun, RunOutcome, StagingTables};
use crate::pass::stage::Starts;
use crate::pass::{Context, PassError, merge_places, projection};
use crate::queries::{packages, preflight};
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::merge::participants;
use crate::store::merge::places::{self, PlaceScope};
use crate::store::staging;
use crate::store::{merge, packages as store};

/// The part of the one body that a package is.
const PART: i32 = 1;
/// The ordinal of the hall, which is the first record.
const HALL_ORDINAL: i64 = 1;

/// What was found out before the transaction.
struct Staged {
    package: Package,
    last: Option<VersionId>,
    verdict: Verdict,
    /// None where it is not taken.
    summary: Option<Summary>,
}

/// The import of one package.
struct PackageImport<'a> {
    context: &'a Context,
    request: &'a ImportRequest,
    hall: i64,
    started_at: DateTime<Utc>,
    may_be_adopted: bool,
}

/// Runs the pass that has begun.
pub(super) fn run(begun: PassRun, context: &Context, request: &ImportRequest, hall: i64) -> RunOutcome {
    let (tables, may_be_adopted) = (begun.staging_tables(), begun.may_be_adopted());
    let import = PackageImport { context, request, hall, started_at: tables.facts.now, may_be_adopted };
    begun.run(
        |connection| import.stage(connection, &tables),
        |connection, staged| import.merge(connection, staged),
        &Traffic::default,
    )
}

impl PackageImport<'_> {
    fn stage(&self, connection: &mut Connection, tables: &StagingTables) -> Result<Staged, PassError> {
        let package = open(self.request)?;
        let last = packages::last_import(connection)?.map(|last| last.version_id());
        let verdict = version::judge(self.context, package.manifest(), last);
        if verdict != Verdict::Take {
            return Ok(Staged { package, last, verdict, summary: None });
        }
        connection.spare_memory()?;
        let (keys, limits) = (&self.request.keys, self.request.limits);
        let summary = contents::read(&package, keys, limits)?;
        self.context.stop.check()?;
        tables.open(connection)?;
        let gone = package.manifest().since.map(|_| summary.gone_rooms());
        staging::judge_absence(connection, self.hall, gone.as_ref())?;
        let mut contents = package.contents(keys, limits)?;
        let mut read = Ok(());
        staging::places(connection, tables.facts.first_load, &mut |sink| {
            read = [Member::Halls, Member::Rooms].iter().try_for_each(|member| {
                require_member(contents.next_member()?, member)?;
                decoded::places(&mut contents, member, &summary, self.hall, HALL_ORDINAL, &mut |place| {
                    sink(PART, place)
                })
            });
        })?;
        read?;
        Ok(Staged { package, last, verdict, summary: Some(summary) })
    }

    fn merge(&self, connection: &mut Connection, staged: &Staged) -> Result<MergeOutcome, PassError> {
        let Staged { package, last, verdict, summary } = staged;
        let manifest = package.manifest();
        // Its volume can't be compared with that of the package before.
        let mut sync =
            Sync { partly_not_modified: true, ..Sync::new(SyncType::PackageImport, Scope::Hall(self.hall)) };
        sync.warnings.extend(version::from_the_future(manifest, Utc::now()));
        let summary = match (verdict, summary) {
            (Verdict::Refuse { why, plan }, _) => {
                sync.plan = Some(plan.clone());
                let failure = version::refusal(self.context, manifest, *last, (why, plan));
                return Ok(MergeOutcome::NotKept(vec![sync], failure));
            }
            (Verdict::Take, Some(summary)) => summary,
            _ => {
                sync.not_modified = true;
                return Ok(MergeOutcome::Merged(vec![sync]));
            }
        };
        sync.warnings.extend(notices::other_zone(self.context, &summary.zone));
        if places::has_another_uid(connection)? {
            return Err(another_uid().into());
        }
        let places = merge_places::halls(self.context, connection, PlaceScope::ListedHalls, None)?;
        if let Some(refused) = add(&mut sync, places) {
            return Ok(MergeOutcome::NotKept(vec![sync], refused));
        }
        if self.may_be_adopted {
            // Before the participants: what changed of halls and rooms is known up to here.
            projection::run(self.context, connection, std::slice::from_mut(&mut sync))?;
        }
        staging::close(connection)?;
        let contents = package.contents(&self.request.keys, self.request.limits)?;
        let mut members = Members::new(contents)?;
        for date in &manifest.dates {
            self.context.stop.check()?;
            let merged = self.merge_date(connection, (manifest, summary), *date, &mut members)?;
            if let Some(refused) = merged.and_then(|merged| add(&mut sync, merged)) {
                return Ok(MergeOutcome::NotKept(vec![sync], refused));
            }
        }
        members.require_no_date()?;
        self.merge_rest(connection, (manifest, summary, *last), members, &mut sync)?;
        sync.errors.truncate(MAX_LISTED);
        sync.warnings.truncate(MAX_LISTED);
        Ok(MergeOutcome::Merged(vec![sync]))
    }

    /// Merges the members of one date; nothing where a delta has nothing of it.
    fn merge_date(
        &self,
        connection: &mut Connection,
        (manifest, summary): (&Manifest, &Summary),
        date: NaiveDate,
        members: &mut Members,
    ) -> Result<Option<MergeOutcome>, PassError> {
        let gone = summary.gone_of(date);
        let is_delta = manifest.since.is_some();
        if is_delta && gone.is_none() && !members.is_of(date) {
            return Ok(None);
        }
        let scope = Scope::Date(date);
        let first_load = preflight::beforehand(connection, &scope)?.first_load;
        let mut facts = self.context.facts(self.started_at, &scope, first_load);
        facts.absent_in_hall = Some(self.hall);
        facts.gone = is_delta.then(|| gone.unwrap_or_else(|| json!([])));
        staging::open(connection, &facts)?;
        let exam_date = ExamDate { date, timezone: self.context.timezone };
        let mut read = Ok(());
        let (mut slots, mut starts) = (0, Starts::default());
        staging::entries(connection, first_load, &mut |sink| {
            read = (|| {
                while members.is_of(date) {
                    let Some((member, begun)) = members.begun() else { break };
                    let contents = &mut members.contents;
                    let mut take = |entry: &Entry| {
                        starts.observe(entry);
                        sink(PART, entry)
                    };
                    let (of, at) = ((&member, begun), (exam_date, slots));
                    slots = decoded::participants(contents, of, summary, self.hall, at, &mut take)?;
                    members.advance()?;
                }
                Ok::<_, Failure>(())
            })();
        })?;
        read?;
        if starts.late {
            participants::late_starts(connection)?;
        }
        let feed_is = FeedIs { asked_at: self.started_at, resolved: false, presorted: None };
        let merged = merge_participants::date(self.context, connection, date, feed_is, &|| Ok(()))?;
        if participants::has_another_uid(connection)? {
            return Err(another_uid().into());
        }
        staging::close(connection)?;
        Ok(Some(merged))
    }

    /// Attendance, files, and the note that the package was taken.
    fn merge_rest(
        &self,
        connection: &mut Connection,
        (manifest, summary, last): (&Manifest, &Summary, Option<VersionId>),
        mut members: Members,
        sync: &mut Sync,
    ) -> Result<(), PassError> {
        let mut received = ReceivedFiles::new(self.request, &summary.files, self.context.dry_run)?;
        merge::attendance::open(connection)?;
        while let Some(member) = members.next.take() {
            match member {
                Member::Attendance(_) => {
                    attendance::stage(connection, &mut members.contents, &member, summary)?;
                }
                Member::File(sum) => received.read(&mut members.contents, sum)?,
                _ => {}
            }
            members.advance()?;
        }
        let (hall, version, now) = (self.hall, manifest.version.unwrap_or_default(), self.started_at);
        let brought = merge::attendance::Brought {
            hall,
            version,
            dates: &manifest.dates,
            whole: manifest.since.is_none(),
            restored: last.is_some_and(|last| !manifest.line.contains(&last)),
        };
        let outcome = merge::attendance::apply(connection, brought)?;
        sync.warnings.extend(notices::kept_attendance(outcome.kept));
        let by = (self.context.run_id, now);
        for file in &summary.files {
            files::note(connection, (hall, Some(version)), file, by)?;
        }
        store::note_imported(connection, manifest, now)?;
        let value = json!({ "version": version, "package_id": manifest.id, "records": sync.records });
        store::audit(connection, by, "package_imported", hall, &value)?;
        Ok(received.keep()?)
    }
}

/// Adds the syncs of one merge; returns why it was refused, where it was.
fn add(sync: &mut Sync, merged: MergeOutcome) -> Option<Failure> {
    let (syncs, refused) = match merged {
        MergeOutcome::Merged(syncs) => (syncs, None),
        MergeOutcome::NotKept(syncs, failure) => (syncs, Some(failure)),
    };
    for one in syncs {
        sync.records = sum(sync.records, one.records);
        let of_type = sync.entities.entry(one.sync_type.label()).or_default();
        *of_type = sum(*of_type, one.records);
        sync.warnings.extend(one.warnings);
        sync.errors.extend(one.errors);
        sync.changes.extend(one.changes);
        sync.plan = one.plan.or(sync.plan.take());
    }
    refused
}

fn sum(one: Records, other: Records) -> Records {
    Records {
        processed: one.processed + other.processed,
        created: one.created + other.created,
        updated: one.updated + other.updated,
        unchanged: one.unchanged + other.unchanged,
        deleted: one.deleted + other.deleted,
        errored: one.errored + other.errored,
    }
}

/// The failure of a database that has rows of its own.
fn another_uid() -> Failure {
    let message = "this database has rows of the package under another uid, because it pulled them by itself; begin \
                   with an empty database, named in DATABASE_URL";
    Failure::new(FailureKind::Setup, message)
}

fn require_member(found: Option<Member>, wanted: &Member) -> Result<(), Failure> {
    match found.as_ref() == Some(wanted) {
        true => Ok(()),
        false => Err(damaged(&format!("{wanted} does not stand where it should"))),
    }
}
