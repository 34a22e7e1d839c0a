//! A pass: one pull, compare, merge, log, in one transaction (contract §7), and what all kinds share.

pub mod acquire_lock;
mod cancel;
mod fetch;
pub mod guard;
pub mod halls;
mod http_cache;
mod interrupted;
mod merge_participants;
mod merge_places;
pub mod participants;
mod plan;
mod presorted;
mod reconnect;
mod rerun;
pub mod rooms;
mod run;
mod stage;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::alerts::rules::Rules;
use crate::clock;
use crate::exit::{Failure, FailureKind};
use crate::feed::{Pulled, Request};
use crate::model::Presorted;
use crate::output::Progress;
use crate::report::{Status, Sync, SyncType};
use crate::shutdown::Stop;
use crate::store::connection::Connection;
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::store::staging::PassFacts;
use crate::tasks::blocking;
use crate::text::sanitize::clean;

/// What every pass of one command works with.
#[derive(Clone)]
pub struct Context {
    /// One per command.
    pub run_id: Uuid,
    /// To the local database.
    pub connections: Connections,
    /// `SYNC_TIMEZONE`.
    pub timezone: Tz,
    /// `SYNC_MAX_DEACTIVATE_PERCENT`.
    pub max_deactivate_percent: u32,
    /// `SYNC_STAMP_INTERVAL`.
    pub stamp_interval: Duration,
    /// Do everything and roll it back.
    pub dry_run: bool,
    /// No conditional requests.
    pub full: bool,
    /// Plans that the guard lets through.
    pub approved: Vec<String>,
    /// How long to wait for a lock.
    pub lock_wait: Duration,
    /// Whether a held lock is a reason to skip rather than to fail.
    pub skip_if_locked: bool,
    /// How many requests, and passes, are under way at once.
    pub concurrency: usize,
    /// Who runs this, for the log rows.
    pub origin: Origin,
    /// What alerts its passes leave.
    pub alerts: Rules,
    /// Seen between steps.
    pub stop: Stop,
    /// Bars on a terminal, nothing elsewhere.
    pub progress: Progress,
}

/// Who runs the command, where and how (contract §6, `sync_logs.metadata`).
#[derive(Debug, Clone)]
pub struct Origin {
    /// The machine's name.
    pub host: String,
    /// `SUDO_USER`, else `USER`, else the uid.
    pub operator: String,
    /// `cron` when there is no terminal, else `manual`.
    pub trigger: &'static str,
}

impl Origin {
    /// The metadata of a log row, before anything is known of how the pass went.
    fn metadata(&self, exam_date: Option<NaiveDate>) -> Value {
        json!({
            "exam_date": exam_date,
            "host": self.host,
            "operator": self.operator,
            "trigger": self.trigger,
            "program_version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// Why a pass can't go on: told apart because a contended merge is tried again.
#[derive(Debug)]
enum PassError {
    Store(StoreError),
    Failed(Failure),
    /// In a dry run: entries name unknown rooms, and the halls have not been pulled yet.
    NeedsHalls,
}

impl PassError {
    /// Whether the connection to the database was lost, so that the pass may be run once more.
    fn is_lost(&self) -> bool {
        matches!(self, PassError::Store(StoreError::Gone(_) | StoreError::Unreachable(_)))
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
    /// A connection to work on, opened beside the async side.
    async fn connection(&self) -> Result<Connection, PassError> {
        let connections = self.connections.clone();
        Ok(blocking(&self.stop, move || connections.take()).await??)
    }

    fn facts(&self, now: DateTime<Utc>, exam_date: Option<NaiveDate>, first_load: bool) -> PassFacts {
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
            begun_through: exam_date.and_then(|date| clock::begun_through(date, now, self.timezone)),
            stamp_before,
            first_load,
        }
    }

    /// The records of a feed with no key twice, where that spares looking at all of them. A dry run does look at all:
    /// it tells by name what is new.
    fn may_leave_out(&self, records: Option<Presorted>) -> Option<Presorted> {
        records.filter(|_| !self.dry_run)
    }

    fn approves(&self, plan: &str) -> bool {
        self.approved.iter().any(|approved| approved == plan)
    }
}

/// Later than any stamp: with it every confirmed row is stamped, also when the clock once ran ahead.
fn far_future() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX).and_time(chrono::NaiveTime::MIN).and_utc()
}

/// One request's part in a pass: what was asked, where its records are staged, how the pull ended.
#[derive(Debug)]
pub struct RequestOutcome {
    /// What was asked.
    pub request: Request,
    /// The ordinal that comes before its records'.
    pub ordinal: i64,
    /// What came.
    pub pulled: Result<Pulled, Failure>,
}

/// The refusal of the guard, as the operator reads it at 02:05: what would go, whose, and what to do.
fn refused_because(what: &str, names: &str, plan: &str) -> Failure {
    // The names come from outside, and the message has line breaks of its own.
    let names = clean(names);
    Failure::new(
        FailureKind::Guard,
        format!(
            "refused, nothing was changed: {what}\n  \
             among them: {names}\n  \
             if the feed is wrong: do nothing, the next good feed will pass\n  \
             if it is right: run this again with --approve {plan}"
        ),
    )
}

/// One sync of each type, ended before its pass began.
fn failed_all(
    context: &Context,
    types: &[SyncType],
    exam_date: Option<NaiveDate>,
    failure: &Failure,
) -> Vec<Sync> {
    let end = |sync: Sync| {
        if failure.kind == FailureKind::Locked && context.skip_if_locked {
            Sync { status: Status::Skipped, ..sync }
        } else {
            sync.failed(failure.clone())
        }
    };
    types.iter().map(|sync_type| end(Sync::new(*sync_type, exam_date))).collect()
}
