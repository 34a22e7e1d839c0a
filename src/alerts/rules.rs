//! The rules of alerts (contract §8): what opens and closes one; written with the pass, in its transaction. What of it
//! a message reports is decided after the passes (see [`super::announce`]).

mod called;
mod conflicts;
mod failure_kind;
mod late_change;
mod own_arguments;
mod push_stopped;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

pub(crate) use self::called::Called;
use self::failure_kind::{FAILURES, is_over, kind_of, summary};
use self::late_change::LateChanges;
use super::message::AlertKind;
use super::thresholds;
use crate::clock;
use crate::exit::{Failure, SUCCESS};
use crate::model::outcome::Notice;
use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::queries::preflight;
use crate::report::{LeftOut, Sync};
use crate::store::alerts::rows::{self, AlertRow, Finding};
use crate::store::alerts::{self, Streak, Subject};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Outbox;
use crate::store::retention;

/// A failing date with an exam that starts within this time is urgent.
const SOON: TimeDelta = TimeDelta::hours(24);

/// The longest that a command runs after its deadline.
pub(crate) const AFTER_DEADLINE: Duration = Duration::from_secs(60);

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
    /// Which changes come late.
    pub late_changes: LateChanges,
    /// The halls whose centres packages go to.
    pub centres: Vec<i64>,
    /// When the API token ends, where it says so.
    pub token_ends_at: Option<DateTime<Utc>>,
    /// `SYNC_LOG_RETENTION`.
    pub log_retention: Duration,
    /// Where messages go, in addition to the application.
    pub outbox: Outbox,
    /// The longest that a command runs. What one has changed and not reported after this time, it left behind.
    pub longest_command: Duration,
    /// How the command was called.
    pub called: Called,
    /// The subjects whose failure is already written.
    written: Arc<Mutex<BTreeSet<Subject>>>,
    /// Whether all passes so far left nothing to announce; `None` before the first one.
    quiet: Arc<Mutex<Option<bool>>>,
}

/// The subject of a pass whose first type is this one. Where a type has one state, so do its alerts.
pub(crate) fn subject(first_type: SyncType, scope: &Scope) -> Subject {
    let scope = match first_type.scope_kind() {
        ScopeKind::Dates | ScopeKind::Sources | ScopeKind::Centres => scope.clone(),
        ScopeKind::All | ScopeKind::Halls | ScopeKind::Destinations => Scope::All,
    };
    Subject { command: first_type.command(), scope }
}

impl Rules {
    /// The rules of one command.
    pub(crate) fn new(run_id: Uuid, settings: &crate::settings::Settings, called: Called) -> Self {
        Self {
            run_id,
            host: settings.host_name.clone(),
            site: settings.site_name().to_owned(),
            timezone: settings.timezone,
            change_percent: settings.alerts.change_percent,
            slow_after: settings.alerts.slow_after,
            late_changes: LateChanges {
                within: settings.alerts.late_change_within,
                people: settings.alerts.late_change_people,
            },
            centres: settings.centres.halls(),
            token_ends_at: settings.token_ends_at(),
            log_retention: settings.log_retention,
            outbox: super::destinations::outbox(&settings.alerts),
            longest_command: settings.deadline + AFTER_DEADLINE,
            called,
            written: Arc::default(),
            quiet: Arc::default(),
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

    /// Whether the command had passes, none failed, and each found that there is nothing to announce.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(false)
    }

    fn note(&self, quiet: bool) {
        let mut all = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        *all = Some(all.unwrap_or(true) && quiet);
    }

    /// Counts a failure and opens its alert. To be called in a transaction, and [`Rules::mark`] after its commit.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn failed(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        self.note(false);
        if self.is_own_doing(connection, subject, failure)? {
            return Ok(());
        }
        let now = Utc::now();
        let streak = alerts::count_failure(connection, subject, failure.kind.exit_code(), now)?;
        let kind = kind_of(failure);
        let urgent = self.starts_soon(connection, subject, now)?;
        let summary = summary(kind, streak.failures);
        let found = Finding {
            summary: &summary,
            message: &failure.message,
            streak: Some(streak),
            urgent,
            closes_at: None,
        };
        let open = rows::open_of(connection, subject)?;
        // An open alert of another kind stays as it is, with its own cause, unless this failure shows that it is over.
        for alert in open.iter().filter(|alert| is_over(&alert.kind, failure.kind)) {
            self.end(connection, alert, Some(streak), now)?;
        }
        let known = open.into_iter().find(|alert| alert.kind == kind.name());
        let at_once = kind != AlertKind::Failure || streak.failures >= FAILURES || urgent;
        match known {
            // Of several failures that one run counts, the one that opens the alert is reported.
            Some(alert) if !alert.reported && alert.changed_by == Some(self.run_id) => Ok(()),
            Some(alert) => rows::renew(connection, alert.id, &found, (self.run_id, now)),
            None if at_once => rows::open(connection, subject, kind.name(), &found, (self.run_id, now)),
            None => Ok(()),
        }
    }

    /// Ends the failures in a row, closes open alerts, and opens those that a completed pass gives cause for, and
    /// returns what is to be warned of. To be called in its transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn completed(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        syncs: &[Sync],
        (started_at, took): (DateTime<Utc>, Duration),
    ) -> Result<Option<Notice>, StoreError> {
        if self.called.some_people {
            self.note(!self.has_anything_to_announce(connection)?);
            return Ok(None);
        }
        let now = Utc::now();
        let processed = syncs.iter().map(|sync| sync.records.processed).sum();
        // A 304 counts only active rows, and a hall that is left out counts none: neither volume can be compared with
        // that of a feed.
        let whole = syncs.iter().all(|sync| {
            !sync.not_modified && !sync.partly_not_modified && sync.left_out == LeftOut::default()
        }) && (!self.called.some_halls || subject.command != "rooms");
        let volume = whole.then_some(processed);
        let exit_code = syncs.iter().filter_map(Sync::exit_code).max().unwrap_or(SUCCESS);
        let before = alerts::count_success(connection, subject, exit_code, volume, now)?;
        let open = rows::open_of(connection, subject)?;
        let volumes = volume.zip(before.volume);
        let causes = thresholds::causes(syncs, volumes, self.change_percent, (took, self.slow_after));
        for (kind, cause) in &causes {
            let known = open.iter().find(|alert| alert.kind == kind.name());
            match (known, cause) {
                (None, None) => {}
                (Some(alert), None) if AlertKind::is_failure(&alert.kind) => {}
                (Some(alert), None) => rows::close(connection, alert.id, now)?,
                (known, Some((summary, message))) => {
                    self.found(connection, subject, *kind, known, (summary, message), now)?;
                }
            }
        }
        let is_found = |name: &str| causes.iter().any(|(kind, cause)| kind.name() == name && cause.is_some());
        let ended = open.iter().filter(|alert| AlertKind::is_failure(&alert.kind) && !is_found(&alert.kind));
        for alert in ended {
            self.end(connection, alert, before.streak, now)?;
        }
        self.conflicts(connection, syncs, now)?;
        let late = self.late_changes(connection, subject, syncs, started_at)?;
        if matches!(subject.command, "halls" | "roster" | "import") {
            let before = clock::before(now, self.log_retention);
            retention::forget_before(connection, (before, now), self.run_id)?;
        }
        // The packages of one command are many: whether a centre is late is looked at once, after all of them.
        let quiet = subject.command != "export" && !self.has_anything_to_announce(connection)?;
        self.note(quiet);
        Ok(late)
    }

    /// Closes the alert of a failure that is over; its recovery is reported where the failure was.
    fn end(
        &self,
        connection: &mut Connection,
        alert: &AlertRow,
        streak: Option<Streak>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let past = alert.scope.date().is_some_and(|date| date < clock::today(now, self.timezone));
        match alert.reported && !past {
            true => rows::recover(connection, alert.id, streak, (self.run_id, now)),
            false => rows::close(connection, alert.id, now),
        }
    }

    /// Opens the alert of a cause that a completed pass gave, or renews it.
    fn found(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        kind: AlertKind,
        known: Option<&AlertRow>,
        (summary, message): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let found = Finding { summary, message, streak: None, urgent: false, closes_at: None };
        match known {
            Some(alert) => rows::renew(connection, alert.id, &found, (self.run_id, now)),
            None => rows::open(connection, subject, kind.name(), &found, (self.run_id, now)),
        }
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
