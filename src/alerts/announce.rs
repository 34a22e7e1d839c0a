//! Reports what a command's passes did to alerts: in-app notifications, and messages for every channel.

mod select;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use self::select::{Announcement, Look, left_behind, past_recoveries, select};
use super::message::{AlertKind, Event, Happening, lasted};
use super::rules::Rules;
use super::states;
use crate::clock;
use crate::report::causes;
use crate::report::subjects::Subjects;
use crate::store::alerts::rows::{self, AlertRow};
use crate::store::alerts::{self, reported};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox;

/// The exam dates that a command was about.
#[derive(Debug, Clone, Default)]
pub(crate) struct AskedDates {
    /// Those that it pulled, or tried to.
    pub tried: Vec<NaiveDate>,
    /// Those that it skipped on purpose.
    pub skipped: Vec<NaiveDate>,
}

impl Rules {
    /// Whether [`Rules::announce`] may have something to do.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn has_anything_to_announce(&self, connection: &mut Connection) -> Result<bool, StoreError> {
        Ok(rows::any_live(connection)? || self.has_states(connection, Utc::now())?)
    }

    /// Reports what this command, and those that died before they could, have changed: one event per cause. `dates`
    /// are those that the command was about. To be called in a transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn announce(&self, connection: &mut Connection, dates: &AskedDates) -> Result<(), StoreError> {
        let now = Utc::now();
        rows::close_due(connection, now)?;
        self.states(connection, now)?;
        let live = rows::all_live(connection)?;
        let look = Look {
            run_id: self.run_id,
            dead_before: clock::before(now, self.longest_command),
            now,
            today: clock::today(now, self.timezone),
            skipped: &dates.skipped,
        };
        let selected = select(&live, look);
        for announcement in &selected {
            let event = self.event(announcement, &dates.tried, now);
            self.write(connection, &event, now)?;
            let ids: Vec<i64> = announcement.rows.iter().map(|row| row.id).collect();
            match announcement.happening {
                Happening::Opened | Happening::Reminder => {
                    reported::mark_reported(connection, &ids, (self.run_id, now))?;
                }
                Happening::Recovered => reported::mark_recovered(connection, &ids)?,
            }
        }
        reported::mark_recovered(connection, &past_recoveries(&live, look))?;
        reported::mark_unreported(connection, &left_behind(&live, &selected))?;
        reported::settle(connection, self.run_id, look.dead_before)?;
        outbox::ready(connection, self.run_id, now)
    }

    fn event(&self, announcement: &Announcement<'_>, tried: &[NaiveDate], now: DateTime<Utc>) -> Event {
        let Announcement { happening, kind, rows } = announcement;
        let subjects = Subjects::of(rows.iter().map(|row| (row.command.as_str(), &row.scope)));
        let label = subjects.label(tried);
        let failures = rows.iter().map(|row| row.failures).max().unwrap_or_default();
        let since = rows.iter().map(|row| row.since()).min().unwrap_or(now);
        let (title, message) = match happening {
            Happening::Recovered if !kind.has_subject() => states::over(*kind),
            Happening::Recovered => {
                let message = format!("recovered after {}{}", lasted(since, now), in_a_row(rows));
                (format!("{label}: recovered"), message)
            }
            Happening::Opened | Happening::Reminder => {
                let repeated = *happening == Happening::Reminder && *kind != AlertKind::TokenEnds;
                let still = if repeated { "still: " } else { "" };
                let summary = summary(*kind, rows);
                let title = if kind.has_subject() { format!("{label}: {summary}") } else { summary };
                (format!("{still}{title}"), message(*kind, &subjects, rows))
            }
        };
        let commands: Vec<String> = subjects.commands().into_iter().map(str::to_owned).collect();
        Event {
            event: *happening,
            kind: *kind,
            command: commands.first().cloned().unwrap_or_default(),
            commands,
            exam_date: subjects.single_date(),
            exam_dates: subjects.dates(),
            title,
            message,
            failures,
            since,
            at: now,
            run_id: self.run_id.to_string(),
            host: self.host.clone(),
            site: self.site.clone(),
            threads: threads(rows),
        }
    }

    /// Writes the event for the application, and to the outbox of every destination.
    fn write(
        &self,
        connection: &mut Connection,
        event: &Event,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let name = event.kind.name();
        let (kind, priority) = match event.event {
            Happening::Recovered => ("sync_recovered".to_owned(), "normal"),
            _ if AlertKind::is_failure(name) || event.kind.is_urgent() => (format!("sync_{name}"), "high"),
            _ => (format!("sync_{name}"), "normal"),
        };
        let metadata = json!({"run_id": event.run_id, "command": event.command, "commands": event.commands,
            "exam_date": event.exam_date, "exam_dates": event.exam_dates, "event": event.event,
            "failures": event.failures, "since": event.since, "site": event.site});
        alerts::notify_director(connection, &kind, priority, &event.title, &event.message, &metadata, now)?;
        outbox::add(connection, &self.outbox, self.run_id, &json!(event), now)
    }
}

/// The messages that named these alerts first, each once.
fn threads(rows: &[&AlertRow]) -> Vec<Uuid> {
    let mut threads: Vec<Uuid> = Vec::new();
    for run_id in rows.iter().filter_map(|row| row.run_id) {
        if !threads.contains(&run_id) {
            threads.push(run_id);
        }
    }
    threads
}

/// What happened, in a few words that are true of all rows.
fn summary(kind: AlertKind, rows: &[&AlertRow]) -> String {
    let mut summaries = rows.iter().map(|row| row.summary.as_deref().unwrap_or(&row.kind));
    let first = summaries.next().unwrap_or_default();
    if summaries.all(|summary| summary == first) {
        return first.to_owned();
    }
    match kind {
        AlertKind::LateChange => "people got another time, room or hall shortly before their exam".to_owned(),
        AlertKind::Failure if rows.iter().any(|row| row.urgent) => {
            "failed, and an exam starts within 24 h".to_owned()
        }
        AlertKind::Failure => {
            let least = rows.iter().map(|row| row.failures).min().unwrap_or_default();
            format!("failed at least {least} times in a row")
        }
        _ => first.to_owned(),
    }
}

/// Why and what to do: of one subject in its own words, of several once.
fn message(kind: AlertKind, subjects: &Subjects, rows: &[&AlertRow]) -> String {
    let Some(first) = rows.first().map(|row| &row.message) else { return String::new() };
    if kind == AlertKind::LateChange {
        return rows.iter().map(|row| row.message.as_str()).collect::<Vec<_>>().join("\n");
    }
    if subjects.len() == 1 {
        return first.clone();
    }
    let whys = || rows.iter().map(|row| causes::why(&row.message));
    let why = causes::why(first);
    // How often it was tried is the same for all, or of no use.
    if whys().all(|other| other == why) { why.to_owned() } else { causes::reason(why).to_owned() }
}

/// The failures in a row, as the end of a sentence. The guard refused some halls of passes that completed: there are none.
fn in_a_row(rows: &[&AlertRow]) -> String {
    let counts = || rows.iter().map(|row| row.failures);
    let most = counts().max().unwrap_or_default();
    let up_to = if counts().all(|count| count == most) { "" } else { "up to " };
    match most {
        0 => String::new(),
        1 => ", 1 failure in a row".to_owned(),
        most => format!(", {up_to}{most} failures in a row"),
    }
}
