//! Imports the results of a centre at head office. With nothing marked they are a receipt: they acknowledge a package.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::ImportRequest;
use super::open::{OpenedPackage, open};
use crate::exit::{Failure, FailureKind};
use crate::feed::Traffic;
use crate::model::outcome::Notice;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::package::manifest::{Kind, Manifest};
use crate::package::member::Member;
use crate::pass::plan::plan;
use crate::pass::run::{MergeOutcome, PassRun, RunOutcome};
use crate::pass::{Context, PassError};
use crate::queries::packages::{self, TakenResults};
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::packages as store;

/// What is to be done with results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// They were taken before.
    Known,
    /// Newer ones were taken before.
    Superseded,
    /// They are the newest.
    Take,
    /// Others of the same number were taken: there are two copies of the centre's database.
    Forked,
}

/// Runs the pass that has begun.
pub(super) fn run(begun: PassRun, context: &Context, request: &ImportRequest) -> RunOutcome {
    let started_at = begun.started_at();
    begun.run(
        |_| stage(context, request),
        |connection, opened| merge(context, connection, opened, started_at),
        &Traffic::default,
    )
}

/// Reads all of the file. Results with more than a receipt are not taken yet: nothing of them is to be lost.
fn stage(context: &Context, request: &ImportRequest) -> Result<OpenedPackage, PassError> {
    let opened = open(request, Kind::Results)?;
    let mut contents = opened.package.contents(&request.keys, request.limits)?;
    while let Some(member) = contents.next_member()? {
        if member != Member::Files {
            let message = format!(
                "{} holds {member}, which this version of examsync does not take; update examsync",
                opened.package.manifest().label()
            );
            return Err(Failure::new(FailureKind::Contract, message).into());
        }
    }
    context.stop.check()?;
    Ok(opened)
}

fn merge(
    context: &Context,
    connection: &mut Connection,
    opened: &OpenedPackage,
    now: DateTime<Utc>,
) -> Result<MergeOutcome, PassError> {
    let manifest = opened.package.manifest();
    let hall = manifest.hall;
    let mut sync =
        Sync { partly_not_modified: true, ..Sync::new(SyncType::ResultsImport, Scope::Hall(hall)) };
    let (instance, seq) = (manifest.instance.unwrap_or_default(), manifest.seq.unwrap_or_default());
    let taken = packages::taken_results(connection, (hall, instance), seq)?;
    let verdict = judge(&taken, seq, manifest.id);
    if verdict == Verdict::Known {
        sync.not_modified = true;
        return Ok(MergeOutcome::Merged(vec![sync]));
    }
    if verdict == Verdict::Forked {
        let keys = [format!("results {seq} {instance} {}", manifest.id)];
        let plan = plan(SyncType::ResultsImport, &format!("hall:{hall}"), keys);
        sync.plan = Some(plan.clone());
        if !context.approval.holds(&plan) {
            return Ok(MergeOutcome::NotKept(vec![sync], forked(context, manifest, &plan)));
        }
    }
    let superseded = verdict == Verdict::Superseded;
    if superseded {
        sync.warnings
            .push(notice("superseded", format!("{} came after newer ones of this centre", manifest.label())));
    }
    let acknowledged = match manifest.package {
        Some(package) if packages::is_numbered(connection, hall, package)? => Some(package.version),
        Some(package) => {
            store::lift_number(connection, hall, package.version)?;
            sync.warnings.push(notice(
                "unknown_package",
                format!(
                    "{} name package {}, which this database did not make: it was restored from a backup, or copied; the \
                     next packages get numbers above it",
                    manifest.label(),
                    package.version
                ),
            ));
            None
        }
        None => None,
    };
    store::note_results(connection, manifest, acknowledged, superseded, now)?;
    let value = json!({ "seq": seq, "results_id": manifest.id, "acknowledged": acknowledged });
    store::audit(connection, (context.run_id, now), "results_imported", hall, &value)?;
    Ok(MergeOutcome::Merged(vec![sync]))
}

/// `taken` are the newest results of the instance, and those of this number.
fn judge(taken: &[TakenResults], seq: i64, id: Uuid) -> Verdict {
    let newest = taken.iter().map(|taken| taken.seq).max();
    match taken.iter().find(|taken| taken.seq == seq) {
        Some(_) if taken.iter().any(|taken| taken.results_id == id) => Verdict::Known,
        Some(_) => Verdict::Forked,
        None if newest.is_some_and(|newest| newest > seq) => Verdict::Superseded,
        None => Verdict::Take,
    }
}

fn forked(context: &Context, manifest: &Manifest, plan: &str) -> Failure {
    let line = context.approval.line(SyncType::ResultsImport, None, plan);
    let another =
        context.approval.names_another().map(|another| format!("\n  {another}")).unwrap_or_default();
    Failure::new(
        FailureKind::Guard,
        format!(
            "refused, nothing was changed: forked: other {} were taken before, so there are two copies of the centre's \
             database{another}\n  \
             ask the centre which machine is the right one, and keep the file\n  \
             if both are to be taken, approve plan {plan}:\n    \
             {line}",
            manifest.label()
        ),
    )
}

fn notice(code: &str, message: String) -> Notice {
    Notice { code: code.to_owned(), message, external_id: None, entity: None, at: None, news: true }
}
