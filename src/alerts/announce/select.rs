//! Which alerts a message reports: several dates or commands that fail for the same reason are one alert (contract §8).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::alerts::message::{AlertKind, Happening};
use crate::model::scope::Scope;
use crate::report::causes;
use crate::store::alerts::rows::AlertRow;

/// An open alert is repeated after this time.
const REPEATED: TimeDelta = TimeDelta::days(1);
/// So much earlier a pass may come than that of the day before: else every second repeat of a daily pass would be left
/// out for some seconds.
const EARLIER: TimeDelta = TimeDelta::minutes(5);
/// One that was not tried for this time says nothing of the others any more: no recovery waits for it, and what fails
/// of the same is news.
const TRIED_WITHIN: TimeDelta = TimeDelta::days(2);

/// The command that looks, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    /// Its run.
    pub(super) run_id: Uuid,
    /// What another run changed before that and did not report, it left behind.
    pub(super) dead_before: DateTime<Utc>,
    /// Now.
    pub(super) now: DateTime<Utc>,
    /// The date that it is.
    pub(super) today: NaiveDate,
    /// The dates that it skipped on purpose.
    pub(super) skipped: &'a [NaiveDate],
}

/// One alert as a message reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announcement<'a> {
    /// What happened to it.
    pub(super) happening: Happening,
    /// What it is about; of a recovery, what it was about.
    pub(super) kind: AlertKind,
    /// Its rows, oldest first: of one cause, unless it is a recovery.
    pub(super) rows: Vec<&'a AlertRow>,
}

/// What is to be reported of these rows, what a person must act on first.
pub(super) fn select<'a>(rows: &'a [AlertRow], look: Look<'_>) -> Vec<Announcement<'a>> {
    let mut selected = opened(rows, look);
    selected.extend(reminders(rows, look));
    selected.extend(recoveries(rows, look));
    selected
}

/// The closed rows whose date is past: their recovery is not reported.
pub(super) fn past_recoveries(rows: &[AlertRow], look: Look<'_>) -> Vec<i64> {
    let past = rows.iter().filter(|row| row.recovery_due && is_past(row, look));
    past.map(|row| row.id).collect()
}

/// Rows that fail of the same have the same key. Other findings are alike where they say the same, and the late changes
/// of a command are one.
fn key(row: &AlertRow) -> (&str, String) {
    let late_change = row.kind == AlertKind::LateChange.name();
    (&row.kind, if late_change { String::new() } else { causes::cause(&row.message) })
}

fn is_news(row: &AlertRow, look: Look<'_>) -> bool {
    let left_behind = || row.changed_at.is_some_and(|at| at < look.dead_before);
    row.changed_by.is_some_and(|run_id| run_id == look.run_id || left_behind())
}

fn is_past(row: &AlertRow, look: Look<'_>) -> bool {
    row.scope.date().is_some_and(|date| date < look.today)
}

/// Whether it is open and a message named it, and what it is about was tried lately.
fn is_known(row: &AlertRow, look: Look<'_>) -> bool {
    let tried_at = row.changed_at.unwrap_or(row.last_sent_at);
    !row.recovery_due && row.reported && look.now - tried_at < TRIED_WITHIN
}

/// Puts rows together by key, in the order of their first rows.
fn grouped<'a>(rows: impl Iterator<Item = &'a AlertRow>) -> Vec<(AlertKind, Vec<&'a AlertRow>)> {
    let mut groups: Vec<((&str, String), AlertKind, Vec<&AlertRow>)> = Vec::new();
    for row in rows {
        // A newer version of the program may have written a kind that is not known here: it reports that itself.
        let Some(kind) = AlertKind::from_name(&row.kind) else { continue };
        let key = key(row);
        match groups.iter_mut().find(|(own, ..)| *own == key) {
            Some((.., rows)) => rows.push(row),
            None => groups.push((key, kind, vec![row])),
        }
    }
    groups.into_iter().map(|(_, kind, rows)| (kind, rows)).collect()
}

/// What opened, unless the same failure is reported of another date or command. What had not been urgent is.
fn opened<'a>(rows: &'a [AlertRow], look: Look<'_>) -> Vec<Announcement<'a>> {
    let is_new = |row: &&AlertRow| !row.recovery_due && !row.reported && is_news(row, look);
    let known = |of: &AlertRow, urgent: bool| {
        let mut open = rows.iter().filter(|row| is_known(row, look) && (row.urgent || !urgent));
        open.any(|row| key(row) == key(of))
    };
    let is_quiet = |kind: AlertKind, rows: &[&AlertRow]| {
        let urgent = kind == AlertKind::Failure && rows.iter().any(|row| row.urgent);
        AlertKind::is_failure(kind.name()) && rows.first().is_some_and(|first| known(first, urgent))
    };
    grouped(rows.iter().filter(is_new))
        .into_iter()
        .filter(|(kind, rows)| !is_quiet(*kind, rows))
        .map(|(kind, rows)| Announcement { happening: Happening::Opened, kind, rows })
        .collect()
}

/// What was found again a day after it was last reported, with all that is of the same cause.
fn reminders<'a>(rows: &'a [AlertRow], look: Look<'_>) -> Vec<Announcement<'a>> {
    let is_due = |row: &&AlertRow| row.reported && is_news(row, look) && is_repeated(row, look);
    grouped(rows.iter().filter(|row| !row.recovery_due && !is_past(row, look)))
        .into_iter()
        .filter(|(_, rows)| rows.iter().any(&is_due))
        .map(|(kind, rows)| Announcement { happening: Happening::Reminder, kind, rows })
        .collect()
}

/// Whether it was reported long enough ago.
fn is_repeated(row: &AlertRow, look: Look<'_>) -> bool {
    match AlertKind::from_name(&row.kind) {
        Some(AlertKind::LateChange) => false,
        // Once more on the day before the token ends.
        Some(AlertKind::TokenEnds) => row.closes_at.is_some_and(|ends_at| {
            let day_before = ends_at - REPEATED;
            row.last_sent_at < day_before && day_before <= look.now
        }),
        _ => look.now - row.last_sent_at >= REPEATED - EARLIER,
    }
}

/// What works again, unless it fails of another cause now, or something else still fails of the same. Several dates and
/// commands are one recovery.
fn recoveries<'a>(rows: &'a [AlertRow], look: Look<'_>) -> Vec<Announcement<'a>> {
    let is_held = |of: &AlertRow| {
        let mut open = rows.iter().filter(|row| is_known(row, look) && !is_past(row, look));
        open.any(|row| !is_skipped(row, look) && key(row) == key(of))
    };
    let subject = |row: &'a AlertRow| -> (&'a str, &'a Scope) { (row.command.as_str(), &row.scope) };
    let due: Vec<&AlertRow> = (rows.iter())
        .filter(|row| row.recovery_due && (row.changed_by.is_none() || is_news(row, look)))
        .filter(|row| !is_past(row, look) && !row.still_failing)
        .collect();
    let held: Vec<_> = due.iter().filter(|row| is_held(row)).map(|row| subject(row)).collect();
    let mut recovered: Vec<Announcement<'a>> = Vec::new();
    for row in due.iter().filter(|row| !held.contains(&subject(row))) {
        // One that failed of two causes recovers once, from the first.
        let first = due.iter().find(|other| subject(other) == subject(row)).unwrap_or(row);
        let kind = AlertKind::from_name(&first.kind).unwrap_or(AlertKind::Failure);
        match recovered.iter_mut().find(|announcement| announcement.kind == kind) {
            Some(announcement) => announcement.rows.push(row),
            None => {
                recovered.push(Announcement { happening: Happening::Recovered, kind, rows: vec![row] });
            }
        }
    }
    recovered
}

/// Whether the command skipped its date on purpose, so that it says nothing of whether the cause is gone.
fn is_skipped(row: &AlertRow, look: Look<'_>) -> bool {
    row.scope.date().is_some_and(|date| look.skipped.contains(&date))
}

/// The rows that stay open although the recovery of what they are about is reported: they end in silence or, when they
/// fail again, are news.
pub(super) fn left_behind(rows: &[AlertRow], selected: &[Announcement<'_>]) -> Vec<i64> {
    let recovered = selected.iter().filter(|announcement| announcement.happening == Happening::Recovered);
    let keys: Vec<_> = recovered.flat_map(|announcement| &announcement.rows).map(|row| key(row)).collect();
    let open = rows.iter().filter(|row| !row.recovery_due && row.reported && keys.contains(&key(row)));
    open.map(|row| row.id).collect()
}

#[cfg(test)]
mod tests;
