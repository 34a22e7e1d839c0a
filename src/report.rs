//! What a sync command did, as `--json` says it (contract §5).

pub(crate) mod causes;
pub(crate) mod subjects;
mod sync;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

pub(crate) use self::sync::{EntityLeft, ExportedPackage, LeftOut, Sync};
use crate::exit::{Failure, FailureKind, PARTIAL, SUCCESS};
use crate::model::sync_type::SyncType;
use crate::text::serialize::at;

/// How one sync, or the command, ended (contract §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Committed; of a command: exit code 0.
    Completed,
    /// Of a command only: exit code 3.
    Partial,
    /// The guard refused: exit code 4.
    Refused,
    /// Failed, nothing written.
    Failed,
    /// Not run on purpose.
    Skipped,
}

/// The whole report of one sync command: the one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Of this shape: 1.
    pub version: u32,
    /// One per command; the API sees it as `X-Request-Id`.
    pub run_id: Uuid,
    /// `halls`, `rooms`, `participants`.
    pub command: String,
    /// How it ended.
    pub status: Status,
    /// The process's exit code.
    pub exit_code: u8,
    /// Whether everything was rolled back on purpose.
    pub dry_run: bool,
    /// Start, UTC.
    #[serde(serialize_with = "at")]
    pub started_at: DateTime<Utc>,
    /// End, UTC.
    #[serde(serialize_with = "at")]
    pub completed_at: DateTime<Utc>,
    /// End minus start.
    pub duration_ms: i64,
    /// One per pass and type, in order.
    pub syncs: Vec<Sync>,
    /// The packages that `export` wrote; no other command has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Vec<ExportedPackage>>,
    /// Set when the command failed as a whole.
    pub error: Option<Failure>,
}

impl Report {
    /// The report of a command that came to `syncs`: its status and exit code follow from theirs.
    pub(crate) fn from_syncs(
        run_id: Uuid,
        command: &str,
        dry_run: bool,
        started_at: DateTime<Utc>,
        mut syncs: Vec<Sync>,
        failure: Option<&Failure>,
    ) -> Self {
        let completed_at = Utc::now();
        let exit_code = exit_code(&syncs, failure);
        let whole = failure.or_else(|| {
            let mut failures = syncs.iter().filter_map(|sync| {
                let told = |failure: &&Failure| {
                    !sync.halls_refresh || matches!(failure.kind, FailureKind::Interrupted(_))
                };
                sync.failure.as_ref().filter(told)
            });
            failures.find(|failure| failure.kind.exit_code() == exit_code)
        });
        let error = whole.cloned();
        for sync in &mut syncs {
            sync.error = sync.failure.clone().filter(|own| error.as_ref() != Some(own));
        }
        let all_skipped = !syncs.is_empty() && syncs.iter().all(|sync| sync.status == Status::Skipped);
        let status = match exit_code {
            SUCCESS if all_skipped => Status::Skipped,
            SUCCESS => Status::Completed,
            PARTIAL => Status::Partial,
            code if code == FailureKind::Guard.exit_code() => Status::Refused,
            _ => Status::Failed,
        };
        let packages = (command == SyncType::PackageExport.command())
            .then(|| syncs.iter().filter_map(|sync| sync.package.clone()).collect());
        Self {
            version: 1,
            run_id,
            command: command.to_string(),
            status,
            exit_code,
            dry_run,
            started_at,
            completed_at,
            duration_ms: (completed_at - started_at).num_milliseconds(),
            syncs,
            packages,
            error,
        }
    }
}

impl Report {
    /// The dates that were pulled or tried, in order.
    pub(crate) fn tried_dates(&self) -> Vec<NaiveDate> {
        self.dates(|status| status != Status::Skipped)
    }

    /// The dates that were skipped on purpose, in order.
    pub(crate) fn skipped_dates(&self) -> Vec<NaiveDate> {
        self.dates(|status| status == Status::Skipped)
    }

    fn dates(&self, of: impl Fn(Status) -> bool) -> Vec<NaiveDate> {
        let syncs = self.syncs.iter().filter(|sync| of(sync.status));
        syncs.filter_map(|sync| sync.scope.date()).collect()
    }
}

/// The exit code of a command: 0 if all passes are 0, the common code if all end alike, otherwise 3
/// (contract §4). A signal ends the command as a whole, whatever was committed before.
fn exit_code(syncs: &[Sync], failure: Option<&Failure>) -> u8 {
    if let Some(failure) = failure {
        return failure.kind.exit_code();
    }
    let mut kinds = syncs.iter().filter_map(|sync| Some(sync.failure.as_ref()?.kind));
    if let Some(signal) = kinds.find(|kind| matches!(kind, FailureKind::Interrupted(_))) {
        return signal.exit_code();
    }
    let mut codes = syncs.iter().filter(|sync| !sync.halls_refresh).filter_map(Sync::exit_code);
    let Some(first) = codes.next() else { return SUCCESS };
    if codes.all(|code| code == first) { first } else { PARTIAL }
}
