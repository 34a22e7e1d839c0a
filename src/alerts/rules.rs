//! The rules of alerts (contract §8): what opens, is repeated and closes; written with the pass, in its transaction.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::json;
use uuid::Uuid;

use super::event::{Event, Happening, Kind, lasted};
use crate::clock;
use crate::exit::{self, Failure, SUCCESS};
use crate::report::{Records, Sync, SyncType};
use crate::store::alerts::{self as rows, OpenAlert, Subject};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::{self, Destination};
use crate::store::{alerts, lookups};

/// Failures in a row that open an alert which can wait.
const FAILURES: i64 = 4;
/// An open alert is told again when it was last told so long ago.
const REPEATED: TimeDelta = TimeDelta::days(1);
/// A failing date on which an exam starts so soon can't wait.
const SOON: TimeDelta = TimeDelta::hours(24);

/// What the passes of one command need to know to write alerts.
#[derive(Debug, Clone)]
pub struct Rules {
    /// One per command; also the id of the message that the command leaves.
    pub run_id: Uuid,
    /// The machine's name.
    pub host: String,
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
    /// Where messages go, besides the application.
    pub destinations: Vec<Destination>,
    /// Whose failure is written already.
    written: Arc<Mutex<BTreeSet<Subject>>>,
}

/// What a pass of these types and date belongs to.
pub fn subject(first_type: SyncType, exam_date: Option<NaiveDate>) -> Subject {
    let command = match first_type {
        SyncType::ExamHalls => "halls",
        SyncType::HallRooms => "rooms",
        SyncType::Participants => "participants",
    };
    Subject { command, exam_date }
}

impl Rules {
    /// The rules of one command.
    pub fn new(run_id: Uuid, settings: &crate::settings::Settings, some_halls: bool) -> Self {
        Self {
            run_id,
            host: settings.host_name.clone(),
            timezone: settings.timezone,
            change_percent: settings.alerts.change_percent,
            slow_after: settings.alerts.slow_after,
            log_retention: settings.log_retention,
            some_halls,
            destinations: super::destinations(&settings.alerts),
            written: Arc::default(),
        }
    }

    /// Remembers that the failure of `subject` is committed.
    pub fn mark(&self, subject: Subject) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(subject);
    }

    /// Whether [`Rules::mark`] was told of `subject`.
    pub fn is_marked(&self, subject: Subject) -> bool {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).contains(&subject)
    }

    /// Counts a failure and opens or repeats its alert. To be called in a transaction, and [`Rules::mark`]
    /// after its commit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn failed(
        &self,
        connection: &mut Connection,
        subject: Subject,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let streak = rows::count_failure(connection, subject, failure.kind.exit_code(), now)?;
        let open = rows::open_alerts(connection, subject)?;
        let kind = kind_of(failure.kind);
        let known = open.iter().find(|alert| alert.kind == kind.name()).or_else(|| {
            // Whatever else fails meanwhile is no news.
            open.iter().find(|alert| kind == Kind::Failure && Kind::is_failure(&alert.kind))
        });
        let at_once = kind != Kind::Failure
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
        let about = Event::subject(subject.command, subject.exam_date);
        let what = match kind {
            Kind::Refused => "the guard refused".to_owned(),
            Kind::Auth => "credentials refused or TLS not trusted".to_owned(),
            Kind::Setup => "not set up".to_owned(),
            _ if failures < FAILURES => "failed, and an exam starts within 24 h".to_owned(),
            _ => format!("failed {failures} times in a row"),
        };
        let still = if happening == Happening::Reminder { "still: " } else { "" };
        let title = format!("{still}{about}: {what}");
        self.tell(
            connection,
            subject,
            kind,
            happening,
            (title, failure.message.clone()),
            (failures, streak.since),
        )
    }

    /// Ends the failures in a row, closes what was open, and opens what a completed pass gives cause for. To
    /// be called in the pass's transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn completed(
        &self,
        connection: &mut Connection,
        subject: Subject,
        syncs: &[Sync],
        took: Duration,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let processed = syncs.iter().map(|sync| sync.records.processed).sum();
        let volume = (!self.some_halls || subject.command != "rooms").then_some(processed);
        let exit_code = syncs.iter().filter_map(Sync::exit_code).max().unwrap_or(SUCCESS);
        let before = rows::count_success(connection, subject, exit_code, volume, now)?;
        let open = rows::open_alerts(connection, subject)?;
        let mut causes = vec![
            (Kind::DataInconsistency, left_out(syncs)),
            (Kind::Volume, volume.zip(before.volume).and_then(|(now, before)| self.differs(now, before))),
            (Kind::Slow, self.slow(took)),
        ];
        // A hall that the guard left out of a rooms pass is a refusal all the same.
        let refused = syncs.iter().flat_map(|sync| &sync.errors).find(|error| error.code == "guard");
        causes
            .push((Kind::Refused, refused.map(|error| ("the guard refused".into(), error.message.clone()))));
        for (kind, cause) in &causes {
            let known = open.iter().find(|alert| alert.kind == kind.name());
            match (known, cause) {
                (None, None) => {}
                (Some(alert), None) if Kind::is_failure(&alert.kind) => {}
                (Some(alert), None) => rows::close(connection, alert.id, now)?,
                (known, Some(cause)) => self.go_on(connection, subject, *kind, known, cause, now)?,
            }
        }
        let ended: Vec<&OpenAlert> = open
            .iter()
            .filter(|alert| Kind::is_failure(&alert.kind))
            .filter(|alert| alert.kind != Kind::Refused.name() || refused.is_none())
            .collect();
        for alert in &ended {
            rows::close(connection, alert.id, now)?;
        }
        let past = subject.exam_date.is_some_and(|date| date < clock::today(now, self.timezone));
        if let Some(first) = ended.first().filter(|_| !past) {
            let since = before.streak.map_or(first.opened_at, |streak| streak.since.min(first.opened_at));
            let failures = before.streak.map_or(0, |streak| streak.failures);
            let title = format!("{}: recovered", Event::subject(subject.command, subject.exam_date));
            let plural = if failures == 1 { "failure" } else { "failures" };
            let message = format!("recovered after {}, {failures} {plural} in a row", lasted(since, now));
            let kind =
                [Kind::Refused, Kind::Auth, Kind::Setup].into_iter().find(|kind| kind.name() == first.kind);
            let kind = kind.unwrap_or(Kind::Failure);
            self.tell(connection, subject, kind, Happening::Recovered, (title, message), (failures, since))?;
        }
        if let Some(today) = subject.exam_date.map(|_| clock::today(now, self.timezone)) {
            let midnight = clock::instant(today.and_time(NaiveTime::MIN), self.timezone);
            rows::close_past(connection, today, midnight, now)?;
        }
        if subject.command == "halls" {
            rows::forget_before(connection, alerts::before(now, self.log_retention), self.run_id)?;
        }
        Ok(())
    }

    /// Opens or repeats the alert of a cause that a completed pass gave.
    fn go_on(
        &self,
        connection: &mut Connection,
        subject: Subject,
        kind: Kind,
        known: Option<&OpenAlert>,
        (what, message): &(String, String),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let happening = match known {
            Some(alert) => Some(Happening::Reminder).filter(|_| now - alert.last_sent_at >= REPEATED),
            None => Some(Happening::Opened),
        };
        match known {
            Some(alert) => rows::update(connection, alert.id, 0, message, happening.map(|_| now))?,
            None => rows::open(connection, subject, kind.name(), 0, message, now)?,
        }
        let Some(happening) = happening else { return Ok(()) };
        let about = Event::subject(subject.command, subject.exam_date);
        let still = if happening == Happening::Reminder { "still: " } else { "" };
        let title = format!("{still}{about}: {what}");
        let since = known.map_or(now, |alert| alert.opened_at);
        self.tell(connection, subject, kind, happening, (title, message.clone()), (0, since))
    }

    /// Leaves the event for every channel.
    fn tell(
        &self,
        connection: &mut Connection,
        subject: Subject,
        kind: Kind,
        event: Happening,
        (title, message): (String, String),
        (failures, since): (i64, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let event = Event {
            event,
            kind,
            command: subject.command.to_owned(),
            exam_date: subject.exam_date,
            title,
            message,
            failures,
            since,
            at: now,
            run_id: self.run_id.to_string(),
            host: self.host.clone(),
        };
        let (kind, priority) = match event.event {
            Happening::Recovered => ("sync_recovered".to_owned(), "normal"),
            _ if Kind::is_failure(event.kind.name()) => (format!("sync_{}", event.kind.name()), "high"),
            _ => (format!("sync_{}", event.kind.name()), "normal"),
        };
        let metadata = json!({"run_id": event.run_id, "command": event.command, "exam_date": event.exam_date,
            "event": event.event, "failures": event.failures, "since": event.since});
        rows::notify_director(connection, &kind, priority, &event.title, &event.message, &metadata, now)?;
        outbox::add(connection, self.run_id, &self.destinations, &json!(event), now)
    }

    fn starts_soon(
        &self,
        connection: &mut Connection,
        subject: Subject,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(date) = subject.exam_date else { return Ok(false) };
        let times = lookups::start_times(connection, date)?;
        Ok(times.iter().filter_map(|time| time.parse::<NaiveTime>().ok()).any(|time| {
            let until = clock::instant(date.and_time(time), self.timezone) - now;
            until >= TimeDelta::zero() && until <= SOON
        }))
    }

    fn differs(&self, now: i64, before: i64) -> Option<(String, String)> {
        let differs =
            i128::from((now - before).abs()) * 100 > i128::from(before) * i128::from(self.change_percent);
        // From none to some is how every date begins, and no percentage.
        (before > 0 && differs).then(|| {
            let what = format!("{now} records instead of {before}");
            let message = format!(
                "the last completed pass had {before} records, this one {now}: more than {} % apart \
                 (SYNC_ALERT_CHANGE_PERCENT); check with who runs the exam management system",
                self.change_percent
            );
            (what, message)
        })
    }

    fn slow(&self, took: Duration) -> Option<(String, String)> {
        (took > self.slow_after).then(|| {
            let took = crate::output::time::took(took);
            let limit = humantime::format_duration(self.slow_after);
            let message = format!(
                "the pass took {took}, more than SYNC_SLOW_AFTER ({limit}); see how long the API takes to answer, and \
                 what else the database does"
            );
            (format!("took {took}"), message)
        })
    }
}

fn left_out(syncs: &[Sync]) -> Option<(String, String)> {
    let errored: i64 = syncs.iter().map(|sync| sync.records.errored).sum();
    let errors: Vec<_> =
        syncs.iter().flat_map(|sync| &sync.errors).filter(|error| error.code != "guard").collect();
    if errored == 0 && errors.is_empty() {
        return None;
    }
    let Records { processed, .. } = syncs.iter().fold(Records::default(), |sum, sync| Records {
        processed: sum.processed + sync.records.processed,
        ..sum
    });
    let what = if errored > 0 {
        format!("{errored} of {processed} records left out with an error")
    } else {
        format!("{} halls left out with an error", errors.len())
    };
    let first: Vec<&str> = errors.iter().take(5).map(|error| error.message.as_str()).collect();
    let message = format!(
        "{}\nthe rest was merged; have the records mended in the exam management system",
        first.join("\n")
    );
    Some((what, message))
}

fn kind_of(kind: exit::Kind) -> Kind {
    match kind {
        exit::Kind::Guard => Kind::Refused,
        exit::Kind::Auth => Kind::Auth,
        exit::Kind::Setup => Kind::Setup,
        exit::Kind::Usage
        | exit::Kind::Locked
        | exit::Kind::Contract
        | exit::Kind::Temporary
        | exit::Kind::Internal
        | exit::Kind::Interrupted(_) => Kind::Failure,
    }
}
