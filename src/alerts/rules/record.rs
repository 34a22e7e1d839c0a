//! Writes what the rules decided: notifications for the application, and outbox rows for every channel.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{REPEATED, Rules};
use crate::alerts::message::{AlertKind, Event, Happening};
use crate::store::alerts::{self as rows, OpenAlertRow, Subject};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox;

impl Rules {
    /// Opens or repeats the alert of a cause that a completed pass gave.
    pub(super) fn update(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        kind: AlertKind,
        known: Option<&OpenAlertRow>,
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
        let about = subject.label();
        let still = if happening == Happening::Reminder { "still: " } else { "" };
        let title = format!("{still}{about}: {what}");
        let since = known.map_or(now, |alert| alert.opened_at);
        self.enqueue(connection, subject, kind, happening, (title, message.clone()), (0, since))
    }

    /// Writes the event to the outbox of every destination.
    pub(super) fn enqueue(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        kind: AlertKind,
        event: Happening,
        (title, message): (String, String),
        (failures, since): (i64, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let event = Event {
            event,
            kind,
            command: subject.command.to_owned(),
            exam_date: subject.scope.date(),
            title,
            message,
            failures,
            since,
            at: now,
            run_id: self.run_id.to_string(),
            host: self.host.clone(),
            site: self.site.clone(),
        };
        let (kind, priority) = match event.event {
            Happening::Recovered => ("sync_recovered".to_owned(), "normal"),
            _ if AlertKind::is_failure(event.kind.name()) => (format!("sync_{}", event.kind.name()), "high"),
            _ => (format!("sync_{}", event.kind.name()), "normal"),
        };
        let metadata = json!({"run_id": event.run_id, "command": event.command, "exam_date": event.exam_date,
            "event": event.event, "failures": event.failures, "since": event.since, "site": event.site});
        rows::notify_director(connection, &kind, priority, &event.title, &event.message, &metadata, now)?;
        outbox::add(connection, self.run_id, &self.destinations, &json!(event), now)
    }
}
