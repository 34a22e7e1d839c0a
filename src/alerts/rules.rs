//! The rules of alerts (contract §8): what opens, is repeated and closes; written with the pass, in its transaction.

mod record;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::message::{AlertKind, Happening, lasted};
use super::thresholds;
use crate::clock;
use crate::exit::{self, Failure, SUCCESS};
use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::queries::preflight;
use crate::report::{LeftOut, Sync};
use crate::store::alerts::{self as rows, OpenAlertRow, Streak, Subject};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Destination;
use crate::store::retention;

/// The number of failures in a row that opens an alert which is not urgent.
const FAILURES: i64 = 4;
/// An open alert is repeated after this time.
const REPEATED: TimeDelta = TimeDelta::days(1);
/// A failing date with an exam that starts within this time is urgent.
const SOON: TimeDelta = TimeDelta::hours(24);

/// What the passes of one command need to write alerts.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// One per command; also the id of the message that the command leaves.
    pub run_id: Uuid,
    /// The machine's name.
    pub host: String,
    /// The installation's name.
    pub site: String,
    /// `SYNC_TIMEZONE`.
    pub timezone: Tz,
    /// `SYNC_ALERT_CHANGE_PERCENT`.
    pub change_percent: u32,
    /// `SYNC_SLOW_AFTER`.
    pub slow_after: Duration,
    /// `SYNC_LOG_RETENTION`.
    pub log_retention: Duration,
    /// Whether a `rooms` pass pulls only some halls, so that its volume says nothing.
    pub some_halls: bool,
    /// The destinations of messages, in addition to the application.
    pub destinations: Vec<Destination>,
    /// The subjects whose failure is already written.
    written: Arc<Mutex<BTreeSet<Subject>>>,
}

/// The subject of a pass whose first type is this one. Where a type stands as a whole, so do its alerts.
pub(crate) fn subject(first_type: SyncType, scope: &Scope) -> Subject {
    let scope = match first_type.scope_kind() {
        ScopeKind::Dates | ScopeKind::Sources => scope.clone(),
        ScopeKind::All | ScopeKind::Halls => Scope::All,
    };
    Subject { command: first_type.command(), scope }
}

impl Rules {
    /// The rules of one command.
    pub(crate) fn new(run_id: Uuid, settings: &crate::settings::Settings, some_halls: bool) -> Self {
        Self {
            run_id,
            host: settings.host_name.clone(),
            site: settings.site_name().to_owned(),
            timezone: settings.timezone,
            change_percent: settings.alerts.change_percent,
            slow_after: settings.alerts.slow_after,
            log_retention: settings.log_retention,
            some_halls,
            destinations: super::destinations::destinations(&settings.alerts),
            written: Arc::default(),
        }
    }

    /// Remembers that the failure of `subject` is committed.
    pub(crate) fn mark(&self, subject: Subject) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(subject);
    }

    /// Whether [`Rules::mark`] was called for `subject`.
    pub(crate) fn is_marked(&self, subject: &Subject) -> bool {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).contains(subject)
    }

    /// Counts a failure and opens or repeats its alert. To be called in a transaction, and [`Rules::mark`]
    /// after its commit.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn failed(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let streak = rows::count_failure(connection, subject, failure.kind.exit_code(), now)?;
        let open = rows::open_alerts(connection, subject)?;
        let kind = kind_of(failure.kind);
        let known = open.iter().find(|alert| alert.kind == kind.name()).or_else(|| {
            // While a failure alert is open, another cause opens none.
            open.iter().find(|alert| kind == AlertKind::Failure && AlertKind::is_failure(&alert.kind))
        });
        let at_once = kind != AlertKind::Failure
            || streak.failures >= FAILURES
            || self.starts_soon(connection, subject, now)?;
        let happening = match known {
            Some(alert) => Some(Happening::Reminder).filter(|_| now - alert.last_sent_at >= REPEATED),
            None => at_once.then_some(Happening::Opened),
        };
        let failures = streak.failures;
        if let Some(alert) = known {
            rows::update(connection, alert.id, failures, &failure.message, happening.map(|_| now))?;
        } else if happening.is_some() {
            rows::open(connection, subject, kind.name(), failures, &failure.message, now)?;
        }
        let Some(happening) = happening else { return Ok(()) };
        let about = subject.label();
        let what = match kind {
            AlertKind::Refused => "the guard refused".to_owned(),
            AlertKind::Auth => "credentials refused or TLS not trusted".to_owned(),
            AlertKind::Setup => "not set up".to_owned(),
            _ if failures < FAILURES => "failed, and an exam starts within 24 h".to_owned(),
            _ => format!("failed {failures} times in a row"),
        };
        let still = if happening == Happening::Reminder { "still: " } else { "" };
        let title = format!("{still}{about}: {what}");
        self.enqueue(
            connection,
            subject,
            kind,
            happening,
            (title, failure.message.clone()),
            (failures, streak.since),
        )
    }

    /// Ends the failures in a row, closes open alerts, and opens those that a completed pass gives cause for. To
    /// be called in the pass's transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn completed(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        syncs: &[Sync],
        took: Duration,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let processed = syncs.iter().map(|sync| sync.records.processed).sum();
        // A 304 counts only active rows, and a hall that is left out counts none: neither volume can be compared with
        // that of a feed.
        let whole = syncs.iter().all(|sync| {
            !sync.not_modified && !sync.partly_not_modified && sync.left_out == LeftOut::default()
        }) && (!self.some_halls || subject.command != "rooms");
        let volume = whole.then_some(processed);
        let exit_code = syncs.iter().filter_map(Sync::exit_code).max().unwrap_or(SUCCESS);
        let before = rows::count_success(connection, subject, exit_code, volume, now)?;
        let open = rows::open_alerts(connection, subject)?;
        let mut causes = vec![
            (AlertKind::DataInconsistency, thresholds::left_out(syncs)),
            (
                AlertKind::Volume,
                volume
                    .zip(before.volume)
                    .and_then(|(now, before)| thresholds::differs(now, before, self.change_percent)),
            ),
            (AlertKind::Slow, thresholds::slow(took, self.slow_after)),
        ];
        // A hall that the guard left out of a rooms pass is a refusal, too.
        let refused = syncs.iter().find_map(|sync| sync.left_out.refused.clone());
        causes.push((
            AlertKind::Refused,
            refused.as_ref().map(|sentence| ("the guard refused".into(), sentence.clone())),
        ));
        for (kind, cause) in &causes {
            let known = open.iter().find(|alert| alert.kind == kind.name());
            match (known, cause) {
                (None, None) => {}
                (Some(alert), None) if AlertKind::is_failure(&alert.kind) => {}
                (Some(alert), None) => rows::close(connection, alert.id, now)?,
                (known, Some(cause)) => self.update(connection, subject, *kind, known, cause, now)?,
            }
        }
        let ended: Vec<&OpenAlertRow> = open
            .iter()
            .filter(|alert| AlertKind::is_failure(&alert.kind))
            .filter(|alert| alert.kind != AlertKind::Refused.name() || refused.is_none())
            .collect();
        for alert in &ended {
            rows::close(connection, alert.id, now)?;
        }
        let past = subject.scope.date().is_some_and(|date| date < clock::today(now, self.timezone));
        if let Some(first) = ended.first().filter(|_| !past) {
            self.recovered(connection, subject, first, before.streak, now)?;
        }
        if subject.command == "halls" {
            retention::forget_before(connection, clock::before(now, self.log_retention), self.run_id)?;
        }
        Ok(())
    }

    /// Writes the message that what `first` is about works again after `streak`.
    fn recovered(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        first: &OpenAlertRow,
        streak: Option<Streak>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let since = streak.map_or(first.opened_at, |streak| streak.since.min(first.opened_at));
        let failures = streak.map_or(0, |streak| streak.failures);
        let title = format!("{}: recovered", subject.label());
        let in_a_row = match failures {
            // The guard refused some halls of passes that completed.
            0 => String::new(),
            1 => ", 1 failure in a row".to_owned(),
            failures => format!(", {failures} failures in a row"),
        };
        let message = format!("recovered after {}{in_a_row}", lasted(since, now));
        let kinds = [AlertKind::Refused, AlertKind::Auth, AlertKind::Setup];
        let kind = kinds.into_iter().find(|kind| kind.name() == first.kind).unwrap_or(AlertKind::Failure);
        self.enqueue(connection, subject, kind, Happening::Recovered, (title, message), (failures, since))
    }

    /// An alert about a past date closes silently (contract §8). To be called once by a command that looks at dates,
    /// before it counts anything of them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn close_past(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let today = clock::today(now, self.timezone);
        let midnight = clock::instant(today.and_time(NaiveTime::MIN), self.timezone);
        rows::close_past(connection, today, midnight, now)
    }

    fn starts_soon(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(date) = subject.scope.date() else { return Ok(false) };
        let times = preflight::start_times(connection, date)?;
        Ok(clock::starts_within(date, times.into_iter(), now, SOON, self.timezone))
    }
}

fn kind_of(kind: exit::FailureKind) -> AlertKind {
    match kind {
        exit::FailureKind::Guard => AlertKind::Refused,
        exit::FailureKind::Auth => AlertKind::Auth,
        exit::FailureKind::Setup => AlertKind::Setup,
        exit::FailureKind::Usage
        | exit::FailureKind::Locked
        | exit::FailureKind::Contract
        | exit::FailureKind::Temporary
        | exit::FailureKind::Internal
        | exit::FailureKind::Interrupted(_) => AlertKind::Failure,
    }
}
