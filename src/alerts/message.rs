//! One event of an alert (opened, reminder, recovered), and its text for a person.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::queries::alerts::FAILURES;
use crate::text::program_line::ProgramLine;
use crate::text::sanitize::{clean, clean_lines};

/// What an alert is about (contract §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AlertKind {
    /// Failed for a reason that no other kind names.
    Failure,
    /// The guard refused.
    Refused,
    /// Credentials or TLS.
    Auth,
    /// Not set up.
    Setup,
    /// Completed with errored records.
    DataInconsistency,
    /// Completed with a volume that differs much from that of the last pass.
    Volume,
    /// Completed, slowly.
    Slow,
    /// Shortly before an exam, many people got another time, room or hall.
    LateChange,
    /// People are seated in halls or rooms that are closed.
    ClosedInUse,
    /// The API token ends soon.
    TokenEnds,
    /// A centre has not acknowledged its newest package by the day before its exam.
    CentreUnacknowledged,
    /// A destination of `push` takes nothing any more.
    PushStopped,
    /// Results of a centre disagree with head office.
    Conflict,
    /// Nothing: a person asked for it, to see whether it arrives.
    Test,
}

/// Every kind with its name in tables and messages.
const NAMES: [(AlertKind, &str); 14] = [
    (AlertKind::Failure, "failure"),
    (AlertKind::Refused, "refused"),
    (AlertKind::Auth, "auth"),
    (AlertKind::Setup, "setup"),
    (AlertKind::DataInconsistency, "data_inconsistency"),
    (AlertKind::Volume, "volume"),
    (AlertKind::Slow, "slow"),
    (AlertKind::LateChange, "late_change"),
    (AlertKind::ClosedInUse, "closed_in_use"),
    (AlertKind::TokenEnds, "token_ends"),
    (AlertKind::CentreUnacknowledged, "centre_unacknowledged"),
    (AlertKind::PushStopped, "push_stopped"),
    (AlertKind::Conflict, "conflict"),
    (AlertKind::Test, "test"),
];

impl AlertKind {
    /// The name in tables and messages.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("failure", |(_, name)| name)
    }

    /// The kind of this name; a newer version of the program may have written one that is not known here.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, own)| *own == name).map(|(kind, _)| *kind)
    }

    /// Whether its title names the command or date that it belongs to.
    pub(crate) fn has_subject(self) -> bool {
        !matches!(self, AlertKind::ClosedInUse | AlertKind::TokenEnds | AlertKind::CentreUnacknowledged)
    }

    /// Whether a person has to act soon although passes complete.
    pub(crate) fn is_urgent(self) -> bool {
        matches!(self, AlertKind::LateChange | AlertKind::ClosedInUse)
    }

    /// Whether it is about a failed pass, so that its recovery is reported.
    pub(crate) fn is_failure(name: &str) -> bool {
        FAILURES.contains(&name)
    }
}

/// What happened to the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happening {
    /// It opened.
    Opened,
    /// It is still open, a day later.
    Reminder,
    /// It closed.
    Recovered,
}

/// One part of a message, as the outbox keeps it and a JSON webhook sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// What happened.
    pub event: Happening,
    /// What the alert is about; of a recovery, what it was about.
    pub kind: AlertKind,
    /// `halls`, `rooms` or `participants`; of several the first.
    pub command: String,
    /// All of them. An event of an earlier version of the program has none, nor dates.
    #[serde(default)]
    pub commands: Vec<String>,
    /// The date, where it is about that alone.
    pub exam_date: Option<NaiveDate>,
    /// All dates.
    #[serde(default)]
    pub exam_dates: Vec<NaiveDate>,
    /// One line.
    pub title: String,
    /// What failed and what to do, in one or more lines.
    pub message: String,
    /// Failures in a row.
    pub failures: i64,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When this happened.
    pub at: DateTime<Utc>,
    /// The run in which it happened.
    pub run_id: String,
    /// The machine on which it happened.
    pub host: String,
    /// The installation's name. An event of an earlier version of the program has none.
    #[serde(default)]
    pub site: String,
    /// The ids of the messages that reported first what this repeats, or says to be over.
    #[serde(default)]
    pub threads: Vec<Uuid>,
}

/// A message that says of itself to be a test, from this machine and installation.
pub(crate) fn test_event(host: &str, site: &str, run_id: Uuid, at: DateTime<Utc>) -> Event {
    Event {
        event: Happening::Opened,
        kind: AlertKind::Test,
        command: "doctor".to_owned(),
        commands: vec!["doctor".to_owned()],
        exam_date: None,
        exam_dates: Vec::new(),
        title: "test: this is not an alarm".to_owned(),
        message: "A person ran `examsync doctor --send` to see whether alerts arrive here. They do. Nothing is wrong, and \
                  nothing has to be done."
            .to_owned(),
        failures: 0,
        since: at,
        at,
        run_id: run_id.to_string(),
        host: host.to_owned(),
        site: site.to_owned(),
        threads: Vec::new(),
    }
}

/// What the wording of a message depends on, in addition to its events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording<'a> {
    /// `SYNC_SITE`, where it is set.
    pub site: Option<&'a str>,
    /// The zone of the times.
    pub zone: chrono_tz::Tz,
    /// The program as it was run, for advice.
    pub program: &'a ProgramLine,
}

/// The subject of a message: begins `examsync:` (contract §8), one line.
pub(crate) fn subject_line(events: &[Event], wording: Wording<'_>) -> String {
    const LONGEST: usize = 120;
    let Some(first) = events.first() else { return "examsync: alert".to_owned() };
    let more = if events.len() > 1 { format!(" and {} more", events.len() - 1) } else { String::new() };
    let site = wording.site.map(|site| format!("[{site}] ")).unwrap_or_default();
    let line = format!("examsync: {site}{}", first.title);
    let line: String = clean(&line).chars().take(LONGEST).collect();
    format!("{line}{more} ({})", clean(&first.host))
}

/// The most events in one text: more help no reader. Channels that take less text cut it by bytes.
const MAX_EVENTS: usize = 50;

/// The message in plain text, without its subject.
pub(crate) fn text(events: &[Event], wording: Wording<'_>) -> String {
    let zone = wording.zone;
    let mut text = String::new();
    for event in events.iter().take(MAX_EVENTS) {
        text.push_str(&format!("{}\n", clean(&event.title)));
        for line in clean_lines(&event.message).lines() {
            text.push_str(&format!("  {line}\n"));
        }
        let since = crate::output::time::local(event.since, zone);
        if event.failures > 1 && event.event != Happening::Recovered {
            text.push_str(&format!("  {} failures in a row since {since}\n", event.failures));
        } else {
            text.push_str(&format!("  since {since}\n"));
        }
        text.push('\n');
    }
    if events.len() > MAX_EVENTS {
        text.push_str(&format!("and {} more\n\n", events.len() - MAX_EVENTS));
    }
    if let Some(first) = events.first() {
        let at = crate::output::time::local(first.at, zone);
        let site = wording.site.map(|site| format!(" ({})", clean(site))).unwrap_or_default();
        text.push_str(&format!("at {at} on {}{site}, run {}\n", clean(&first.host), first.run_id));
        let (status, history) =
            (wording.program.and(["status"]), wording.program.and(["status", "--history", "20"]));
        text.push_str(&format!("more: `{status}` and `{history}` on that machine\n"));
    }
    text
}

/// How long something lasted, for a person.
pub(crate) fn lasted(since: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let lasted = until.signed_duration_since(since).to_std().unwrap_or(Duration::ZERO);
    crate::output::time::age(lasted)
}
