//! Imports the results of a centre at head office: attendance, violations and answer files, all in one transaction
//! (contract §11.7). With nothing marked they are a receipt: they acknowledge a package.

mod lineage;
mod messages;
mod records;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use self::lineage::Verdict;
use self::records::LeftOut;
use super::ImportRequest;
use super::contents::{another_number, parse_files};
use super::files::{self, ReceivedFiles};
use super::notices::of_file;
use super::open::open;
use crate::feed::Traffic;
use crate::model::outcome::{MAX_LISTED, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::manifest::Manifest;
use crate::package::member::{Member, MemberSum};
use crate::package::reader::{Package, damaged};
use crate::pass::plan::plan;
use crate::pass::run::{MergeOutcome, PassRun, RunOutcome};
use crate::pass::{Context, PassError};
use crate::queries::packages::{self, FileRecord};
use crate::queries::results as known;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::merge::results::{self as merge, ResultsFacts};
use crate::store::migrations::optional;
use crate::store::{packages as store, results};

/// What was found out before the transaction.
struct Staged {
    package: Package,
    verdict: Verdict,
    /// The copy of the centre's database; of an approved one an id of its own.
    branch: Uuid,
    /// The package that the centre has, where it was made here.
    acknowledged: Option<i64>,
    /// None where they are not taken.
    read: Option<ReadResults>,
}

/// What was read of the file; the rows are staged.
struct ReadResults {
    left_out: LeftOut,
    files: Vec<FileRecord>,
    /// The files whose content came along.
    sums: BTreeSet<String>,
    received: RefCell<Option<ReceivedFiles>>,
}

/// The import of one file.
struct ResultsImport<'a> {
    context: &'a Context,
    request: &'a ImportRequest,
    now: DateTime<Utc>,
}

/// Runs the pass that has begun.
pub(super) fn run(begun: PassRun, context: &Context, request: &ImportRequest) -> RunOutcome {
    let tables = begun.staging_tables();
    let import = ResultsImport { context, request, now: tables.facts.now };
    begun.run(
        |connection| {
            tables.open(connection)?;
            import.stage(connection)
        },
        |connection, staged| import.merge(connection, staged),
        &Traffic::default,
    )
}

impl ResultsImport<'_> {
    fn stage(&self, connection: &mut Connection) -> Result<Staged, PassError> {
        optional::require(connection, optional::OF_RESULTS)?;
        let package = open(self.request)?;
        let manifest = package.manifest();
        let hall = manifest.hall;
        let known = known::known(connection, hall, manifest.instance.unwrap_or_default())?;
        let verdict = lineage::judge(&known, manifest);
        let branch = match verdict {
            Verdict::Take(branch) | Verdict::Superseded(branch) => branch,
            Verdict::Known | Verdict::Forked { .. } => manifest.id,
        };
        let acknowledged = match manifest.package {
            Some(package) if packages::is_numbered(connection, hall, package)? => Some(package.version),
            _ => None,
        };
        let is_taken = match verdict {
            Verdict::Known => false,
            Verdict::Forked { .. } => self.context.approval.holds(&fork_plan(manifest)),
            Verdict::Superseded(_) | Verdict::Take(_) => true,
        };
        let mut staged = Staged { package, verdict, branch, acknowledged, read: None };
        if is_taken {
            staged.read = Some(self.read(connection, &staged)?);
        }
        self.context.stop.check()?;
        Ok(staged)
    }

    /// Reads all of the file and stages its rows.
    fn read(&self, connection: &mut Connection, staged: &Staged) -> Result<ReadResults, PassError> {
        let manifest = staged.package.manifest();
        connection.spare_memory()?;
        merge::open(
            connection,
            &ResultsFacts {
                run_id: self.context.run_id,
                now: self.now,
                hall: manifest.hall,
                branch: staged.branch,
                seq: manifest.seq.unwrap_or_default(),
                results_id: manifest.id,
                version: staged.acknowledged,
            },
        )?;
        let mut contents = staged.package.contents(&self.request.keys, self.request.limits)?;
        let (mut left_out, mut files, mut sums) = (LeftOut::default(), Vec::new(), BTreeSet::new());
        let (mut received, mut rows) = (None, BTreeMap::new());
        while let Some(member) = contents.next_member()? {
            self.context.stop.check()?;
            let counted = match &member {
                Member::Attendance(_) => {
                    records::stage_decisions(connection, &mut contents, &member, &mut left_out)?
                }
                Member::Violations(_) => {
                    records::stage_violations(connection, &mut contents, &member, &mut left_out)?
                }
                Member::Files => {
                    files = parse_files(&contents.read_json()?)?;
                    received = Some(ReceivedFiles::new(self.request, &files, self.context.dry_run)?);
                    files.len() as u64
                }
                Member::File(sum) => {
                    sums.insert(sum.clone());
                    if let Some(received) = &mut received {
                        received.read(&mut contents, sum.clone())?;
                    }
                    0
                }
                other => return Err(damaged(&format!("results hold no {other}")).into()),
            };
            rows.insert(member.to_string(), counted);
        }
        let is_wrong = |sum: &&MemberSum| rows.get(&sum.name).is_some_and(|counted| *counted != sum.rows);
        if let Some(wrong) = contents.sums().iter().find(is_wrong) {
            return Err(another_number(&wrong.name).into());
        }
        if sums.iter().any(|sum| files.iter().all(|file| file.sha256 != *sum)) {
            return Err(damaged("files.json does not list the files that are there").into());
        }
        merge::staged(connection)?;
        Ok(ReadResults { left_out, files, sums, received: RefCell::new(received) })
    }

    fn merge(&self, connection: &mut Connection, staged: &Staged) -> Result<MergeOutcome, PassError> {
        let manifest = staged.package.manifest();
        let hall = manifest.hall;
        let mut sync =
            Sync { partly_not_modified: true, ..Sync::new(SyncType::ResultsImport, Scope::Hall(hall)) };
        match staged.verdict {
            Verdict::Known => {
                sync.not_modified = true;
                return Ok(MergeOutcome::Merged(vec![sync]));
            }
            Verdict::Superseded(_) => sync.warnings.push(of_file(
                "superseded",
                format!("{} came after newer ones of this centre", manifest.label()),
            )),
            Verdict::Take(_) => {}
            Verdict::Forked { of, common } => {
                let plan = fork_plan(manifest);
                sync.plan = Some(plan.clone());
                if staged.read.is_none() {
                    let refused = messages::forked(self.context, manifest, &plan);
                    return Ok(MergeOutcome::NotKept(vec![sync], refused));
                }
                results::branch_off(connection, staged.branch, of, common)?;
            }
        }
        let superseded = matches!(staged.verdict, Verdict::Superseded(_));
        self.acknowledge(connection, staged, &mut sync)?;
        results::note_taken(connection, manifest, staged.branch, superseded, self.now)?;
        if let (Some(read), false) = (&staged.read, superseded) {
            self.merge_rows(connection, (manifest, read), &mut sync)?;
            self.keep_files(connection, (manifest, read), &mut sync)?;
        }
        let value = json!({
            "seq": manifest.seq, "results_id": manifest.id, "acknowledged": staged.acknowledged,
            "records": sync.records, "conflicts": sync.conflicts,
        });
        store::audit(connection, (self.context.run_id, self.now), "results_imported", hall, &value)?;
        Ok(MergeOutcome::Merged(vec![sync]))
    }

    /// Notes which package the centre has.
    fn acknowledge(
        &self,
        connection: &mut Connection,
        staged: &Staged,
        sync: &mut Sync,
    ) -> Result<(), PassError> {
        let manifest = staged.package.manifest();
        let Some(package) = manifest.package else { return Ok(()) };
        if let Some(version) = staged.acknowledged {
            results::note_acknowledged(connection, manifest.hall, version, self.now)?;
            return Ok(());
        }
        store::lift_number(connection, manifest.hall, package.version)?;
        sync.warnings.push(of_file(
            "unknown_package",
            format!(
                "{} name package {}, which this database did not make: it was restored from a backup, or copied; the \
                 next packages get numbers above it",
                manifest.label(),
                package.version
            ),
        ));
        Ok(())
    }

    fn merge_rows(
        &self,
        connection: &mut Connection,
        (manifest, read): (&Manifest, &ReadResults),
        sync: &mut Sync,
    ) -> Result<(), PassError> {
        let outcome = merge::apply(connection)?;
        let errored = outcome.left_out + read.left_out.count;
        sync.records = Records {
            processed: outcome.violations + outcome.taken + outcome.unchanged + errored,
            created: outcome.violations,
            updated: outcome.taken,
            unchanged: outcome.unchanged,
            deleted: 0,
            errored,
        };
        sync.conflicts = outcome.conflicts;
        sync.errors.extend(read.left_out.errors.iter().cloned());
        for found in merge::notices(connection)? {
            let list = if messages::is_error(&found) { &mut sync.errors } else { &mut sync.warnings };
            list.push(messages::notice(manifest.hall, found));
        }
        sync.errors.truncate(MAX_LISTED);
        sync.warnings.truncate(MAX_LISTED);
        Ok(())
    }

    /// Keeps the answer files, and says which of them are announced and nowhere.
    fn keep_files(
        &self,
        connection: &mut Connection,
        (manifest, read): (&Manifest, &ReadResults),
        sync: &mut Sync,
    ) -> Result<(), PassError> {
        let (hall, by) = (manifest.hall, (self.context.run_id, self.now));
        for file in &read.files {
            if !read.sums.contains(&file.sha256) && !packages::is_kept(connection, hall, &file.sha256)? {
                let message = format!(
                    "the file {} of {} is announced and not there; have it attached once more",
                    file.name,
                    manifest.label()
                );
                sync.errors.push(of_file("file_missing", message));
                continue;
            }
            files::note(connection, (hall, None), file, by)?;
        }
        if let Some(received) = read.received.borrow_mut().as_mut() {
            received.keep()?;
        }
        Ok(())
    }
}

/// The plan that lets results of a second copy through.
fn fork_plan(manifest: &Manifest) -> String {
    let (seq, instance) = (manifest.seq.unwrap_or_default(), manifest.instance.unwrap_or_default());
    let keys = [format!("results {seq} {instance} {}", manifest.id)];
    plan(SyncType::ResultsImport, &format!("hall:{}", manifest.hall), keys)
}
