//! What a sync command did, as `--json` says it (contract §5).

mod sync;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

pub use self::sync::{ChangeSummary, LeftOut, Sync};
use crate::exit::{Failure, FailureKind, PARTIAL, SUCCESS};

/// At most this many warnings and errors are listed per sync; the counts are always true (contract §5).
pub const MAX_LISTED: usize = 100;

/// The three kinds of data, each with its own lock and log rows (contract §6, `sync_logs.sync_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncType {
    /// The halls of a `halls` pass.
    ExamHalls,
    /// The rooms of a `halls` or `rooms` pass.
    HallRooms,
    /// The participants of one date.
    Participants,
}

impl SyncType {
    /// All of them, in the order in which locks are taken.
    pub const ALL: [SyncType; 3] = [SyncType::ExamHalls, SyncType::HallRooms, SyncType::Participants];

    /// The name in tables, JSON and metrics.
    pub fn name(self) -> &'static str {
        match self {
            SyncType::ExamHalls => "exam_halls",
            SyncType::HallRooms => "hall_rooms",
            SyncType::Participants => "participants",
        }
    }
}

/// How one sync, or the command, ended (contract §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
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

/// How many records, by what became of them (contract §5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// Records in the feed: created + updated + unchanged + errored.
    pub processed: i64,
    /// New rows.
    pub created: i64,
    /// Rows whose external columns changed.
    pub updated: i64,
    /// Rows that were already as the feed says.
    pub unchanged: i64,
    /// Rows that this pass deactivated, for whatever reason.
    pub deleted: i64,
    /// Records that were left out with an error.
    pub errored: i64,
}

/// One warning or error about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A stable code, such as `bad_record` (contract §7).
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// The external id that it is about, where one could be read.
    pub external_id: Option<i64>,
    /// Where in the feed, such as `data[3].rooms[0]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whether this pass created, changed or newly marked the row, so that a person must hear of it
    /// even when all went well (contract §5).
    #[serde(skip)]
    pub news: bool,
}

/// The whole report of one sync command: the one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
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
    #[serde(serialize_with = "milliseconds")]
    pub started_at: DateTime<Utc>,
    /// End, UTC.
    #[serde(serialize_with = "milliseconds")]
    pub completed_at: DateTime<Utc>,
    /// End minus start.
    pub duration_ms: i64,
    /// One per pass and type, in order.
    pub syncs: Vec<Sync>,
    /// Set when the command failed as a whole.
    pub error: Option<Failure>,
}

fn milliseconds<S: serde::Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

impl Report {
    /// The report of a command that came to `syncs`: its status and exit code follow from theirs.
    pub fn from_syncs(
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
            error,
        }
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
