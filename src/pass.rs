//! A pass: pull, compare, merge and log in one transaction (contract §7). This module holds what all kinds share.

pub(crate) mod acquire_lock;
mod alone;
mod approval;
mod broken_feed;
mod cancel;
pub(crate) mod export;
mod fetch;
pub(crate) mod guard;
pub(crate) mod halls;
mod hashed_body;
mod http_cache;
pub(crate) mod import;
mod interrupted;
mod judged_places;
mod merge_participants;
mod merge_places;
mod package_log;
pub(crate) mod participants;
mod plan;
mod presorted;
mod projection;
pub(crate) mod push;
mod reconnect;
mod refusal;
mod refused_places;
mod rerun;
pub(crate) mod resolve;
pub(crate) mod rooms;
pub(crate) mod roster;
mod run;
mod stage;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use self::approval::Approval;
use crate::alerts::rules::Rules;
use crate::clock;
use crate::exit::{Failure, FailureKind};
use crate::feed::{Pulled, Request};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::Progress;
use crate::report::{Status, Sync};
use crate::shutdown::Stop;
use crate::store::connection::{Connection, Location};
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::store::staging::PassFacts;
use crate::store::tables;
use crate::tasks::blocking;

/// The settings, options and connections that all passes of one command share.
#[derive(Clone)]
pub(crate) struct Context {
    /// The id of the command's run.
    pub run_id: Uuid,
    /// Connections to the local database.
    pub connections: Connections,
    /// `SYNC_TIMEZONE`.
    pub timezone: Tz,
    /// `SYNC_MAX_DEACTIVATE_PERCENT`.
    pub max_deactivate_percent: u32,
    /// `SYNC_STAMP_INTERVAL`.
    pub stamp_interval: Duration,
    /// Whether everything is rolled back at the end (`--dry-run`).
    pub dry_run: bool,
    /// Whether conditional requests are turned off (`--full`).
    pub full: bool,
    /// Plans that the guard lets through, and the line that approves another.
    pub approval: Approval,
    /// Whether passes write change events: `SYNC_PUSH_URL` is set.
    pub writes_events: bool,
    /// Whether events that came in may wait for passes: `SYNC_EVENT_SECRET` is set.
    pub takes_events: bool,
    /// How long to wait for a lock.
    pub lock_wait: Duration,
    /// Whether a held lock is a reason to skip rather than to fail.
    pub skip_if_locked: bool,
    /// The largest number of requests, and of passes, that are under way at once.
    pub concurrency: usize,
    /// The operator and host, for the log rows.
    pub origin: Origin,
    /// The rules by which its passes open and close alerts.
    pub alerts: Rules,
    /// The stop signal, checked between steps.
    pub stop: Stop,
    /// The progress bars; hidden off a terminal.
    pub progress: Progress,
}

/// The operator, the host and the trigger of the command (contract §6, `sync_logs.metadata`).
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The machine's name.
    pub host: String,
    /// `SUDO_USER`, else `USER`, else the uid.
    pub operator: String,
    /// `cron` when there is no terminal, else `manual`.
    pub trigger: &'static str,
}

impl Origin {
    /// The metadata of a log row at the start of the pass.
    fn metadata(&self, scope: &Scope) -> Value {
        json!({
            "exam_date": scope.date(),
            "host": self.host,
            "operator": self.operator,
            "trigger": self.trigger,
            "program_version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// Why a pass failed. The variants are separate because a contended merge is retried.
#[derive(Debug)]
enum PassError {
    Store(StoreError),
    Failed(Failure),
    /// Entries name unknown rooms, the halls have not been pulled yet, and are to be pulled on the connection of this pass:
    /// in a dry run, and where no other one can be had.
    NeedsHalls,
}

impl PassError {
    /// The error with its cause where another program's doing on the tables is behind it.
    fn explained(self, location: &Location) -> Self {
        match self {
            PassError::Store(error) => PassError::Store(tables::explain(location, error)),
            other => other,
        }
    }

    /// Whether the connection to the database was lost, so that the pass may be run once more.
    fn is_lost(&self) -> bool {
        let PassError::Store(error) = self else { return false };
        matches!(error, StoreError::Gone(_) | StoreError::Unreachable(_) | StoreError::TooManyConnections(_))
    }
}

impl From<StoreError> for PassError {
    fn from(error: StoreError) -> Self {
        PassError::Store(error)
    }
}

impl From<Failure> for PassError {
    fn from(failure: Failure) -> Self {
        PassError::Failed(failure)
    }
}

impl From<PassError> for Failure {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Store(error) => error.into(),
            PassError::Failed(failure) => failure,
            PassError::NeedsHalls => Failure::new(FailureKind::Internal, "the halls were not pulled"),
        }
    }
}

impl Context {
    /// A connection for one pass, opened on a blocking thread.
    async fn connection(&self) -> Result<Connection, PassError> {
        let connections = self.connections.clone();
        Ok(blocking(&self.stop, move || connections.take()).await??)
    }

    fn facts(&self, now: DateTime<Utc>, scope: &Scope, first_load: bool) -> PassFacts {
        let exam_date = scope.date();
        let stamp_before = if self.stamp_interval.is_zero() {
            far_future()
        } else {
            TimeDelta::from_std(self.stamp_interval)
                .ok()
                .and_then(|interval| now.checked_sub_signed(interval))
                .unwrap_or(now)
        };
        PassFacts {
            run_id: self.run_id,
            now,
            today: clock::today(now, self.timezone),
            exam_date,
            source: scope.source().map(str::to_owned),
            begun_through: exam_date.and_then(|date| clock::begun_through(date, now, self.timezone)),
            stamp_before,
            first_load,
            // A dry run lists them by name.
            lists_created: self.dry_run,
            writes_events: self.writes_events,
            absent_in_hall: None,
            gone: None,
        }
    }
}

/// A time later than any stamp, so that every confirmed row is stamped even if the clock was once ahead.
fn far_future() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX).and_time(chrono::NaiveTime::MIN).and_utc()
}

/// One request of a pass, the ordinal at which its records are staged, and how the pull ended.
#[derive(Debug)]
pub(crate) struct RequestOutcome {
    /// The request.
    pub request: Request,
    /// The ordinal before that of its first record.
    pub ordinal: i64,
    /// The result of the pull. It has no part where it brings nothing new.
    pub pulled: Result<Pulled, Failure>,
    /// The SHA-256 of its body, in hexadecimal digits, where it is to be kept.
    pub body_sha256: Option<String>,
}

/// One failed or skipped sync per type, for a pass that could not begin.
fn failed_all(context: &Context, types: &[SyncType], scope: &Scope, failure: &Failure) -> Vec<Sync> {
    let end = |sync: Sync| {
        if failure.kind == FailureKind::Locked && !failure.by_outsider && context.skip_if_locked {
            Sync { status: Status::Skipped, ..sync }
        } else {
            sync.failed(failure.clone())
        }
    };
    types.iter().map(|sync_type| end(Sync::new(*sync_type, scope.clone()))).collect()
}
