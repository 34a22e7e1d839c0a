//! Whether a package may follow the one that a centre has (contract §11.5). Nothing is ordered by a clock.

use chrono::{DateTime, TimeDelta, Utc};

use super::notices::of_file;
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::Notice;
use crate::model::sync_type::SyncType;
use crate::package::manifest::{Manifest, VersionId};
use crate::pass::Context;
use crate::pass::plan::plan;

/// A package from further ahead is warned of.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// What is to be done with a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the one that this centre has.
    Known,
    /// It follows, or was approved all the same.
    Take,
    /// It does not follow.
    Refuse {
        /// Why not.
        why: String,
        /// The plan that lets it through.
        plan: String,
    },
}

/// Judges a package of this manifest, where `last` is the newest that was taken here.
pub(super) fn judge(context: &Context, manifest: &Manifest, last: Option<VersionId>) -> Verdict {
    let Some(own) = manifest.version_id() else { return Verdict::Known };
    if last == Some(own) {
        return Verdict::Known;
    }
    let Some(why) = obstacle(manifest, own, last) else { return Verdict::Take };
    let keys = [Some(own), last]
        .into_iter()
        .flatten()
        .map(|package| format!("package {} {}", package.version, package.id));
    let plan = plan(SyncType::PackageImport, &format!("hall:{}", manifest.hall), keys);
    match context.approval.holds(&plan) {
        true => Verdict::Take,
        false => Verdict::Refuse { why, plan },
    }
}

fn obstacle(manifest: &Manifest, own: VersionId, last: Option<VersionId>) -> Option<String> {
    let hall = manifest.hall;
    let here = match last {
        Some(last) => format!("this centre has package {}", last.version),
        None => "this centre has no package yet".to_owned(),
    };
    let version = last.map_or(0, |last| last.version);
    if own.version < version {
        return Some(format!("{here}, and this is the older package {} for hall {hall}", own.version));
    }
    if own.version == version {
        return Some(format!(
            "{here}, and this is another package {} for hall {hall}: head office made two with one number",
            own.version
        ));
    }
    let since = manifest.since?;
    if since.version > version {
        return Some(format!(
            "{here}, and this package {} for hall {hall} holds only what changed since package {}",
            own.version, since.version
        ));
    }
    let follows = last.is_some_and(|last| manifest.line.contains(&last));
    (!follows).then(|| {
        format!(
            "{here}, which is not among those that package {} for hall {hall} was made to follow: head office was \
             restored from a backup, or copied",
            own.version
        )
    })
}

/// The failure of a package that does not follow, with the sentence for the telephone.
pub(super) fn refusal(
    context: &Context,
    manifest: &Manifest,
    last: Option<VersionId>,
    (why, plan): (&str, &str),
) -> Failure {
    let (hall, above) = (manifest.hall, last.map_or(0, |last| last.version));
    let above = if above > 0 { format!(" --above {above}") } else { String::new() };
    let another =
        context.approval.names_another().map(|another| format!("\n  {another}")).unwrap_or_default();
    let line = context.approval.line(SyncType::PackageImport, None, plan);
    Failure::new(
        FailureKind::Guard,
        format!(
            "refused, nothing was changed: {why}{another}\n  \
             ask head office on the telephone to run: examsync export --hall {hall} --since full{above} --to DIR\n  \
             if this package is meant all the same, approve plan {plan}:\n    \
             {line}"
        ),
    )
}

/// A warning where the package says that it was made later than now.
pub(super) fn from_the_future(manifest: &Manifest, now: DateTime<Utc>) -> Option<Notice> {
    let ahead = manifest.created_at - now;
    (ahead > CLOCK_TOLERANCE).then(|| {
        let (label, minutes) = (manifest.label(), ahead.num_minutes());
        let message = format!(
            "{label} was made {minutes} minutes after the time of this machine; set the clock of one of them"
        );
        of_file("package_from_the_future", message)
    })
}
