//! The rows of alerts: opened, seen again, closed, and reported.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use uuid::Uuid;

use super::{Streak, Subject};
use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Moment, UniqueId};

/// An alert of one date or command: open, or closed with a recovery that is yet to be reported.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct AlertRow {
    /// Its row.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The command that it belongs to.
    #[diesel(sql_type = Text)]
    pub command: String,
    /// The date that it belongs to, or everything of the command.
    #[diesel(sql_type = Text)]
    pub scope: Scope,
    /// What it is about, by name.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Since when it is open.
    #[diesel(sql_type = Moment)]
    pub opened_at: DateTime<Utc>,
    /// When a message last named it.
    #[diesel(sql_type = Moment)]
    pub last_sent_at: DateTime<Utc>,
    /// The first of the failures in a row.
    #[diesel(sql_type = Nullable<Moment>)]
    pub failing_since: Option<DateTime<Utc>>,
    /// Failures in a row.
    #[diesel(sql_type = BigInt)]
    pub failures: i64,
    /// What failed and what to do.
    #[diesel(sql_type = Text)]
    pub message: String,
    /// The title, without what it is about. Rows of earlier versions have none.
    #[diesel(sql_type = Nullable<Text>)]
    pub summary: Option<String>,
    /// Whether a message named it.
    #[diesel(sql_type = Bool)]
    pub reported: bool,
    /// Whether an exam of the date started within 24 h.
    #[diesel(sql_type = Bool)]
    pub urgent: bool,
    /// Whether it is closed, and that is yet to be reported.
    #[diesel(sql_type = Bool)]
    pub recovery_due: bool,
    /// The run that changed it and has not looked yet whether to report that.
    #[diesel(sql_type = Nullable<UniqueId>)]
    pub changed_by: Option<Uuid>,
    /// When it was changed.
    #[diesel(sql_type = Nullable<Moment>)]
    pub changed_at: Option<DateTime<Utc>>,
    /// When it closes by itself.
    #[diesel(sql_type = Nullable<Moment>)]
    pub closes_at: Option<DateTime<Utc>>,
    /// The run whose message named it first. Rows of earlier versions have none.
    #[diesel(sql_type = Nullable<UniqueId>)]
    pub run_id: Option<Uuid>,
    /// Whether the last try of what it belongs to failed, of whatever cause.
    #[diesel(sql_type = Bool)]
    pub still_failing: bool,
}

impl AlertRow {
    /// When what it is about began.
    pub(crate) fn since(&self) -> DateTime<Utc> {
        self.failing_since.map_or(self.opened_at, |since| since.min(self.opened_at))
    }
}

/// What a pass found that an alert is about.
#[derive(Debug, Clone)]
pub(crate) struct Finding<'a> {
    /// The title, without what it is about.
    pub summary: &'a str,
    /// What failed and what to do.
    pub message: &'a str,
    /// The failures in a row, of a failure.
    pub streak: Option<Streak>,
    /// Whether an exam of the date starts within 24 h.
    pub urgent: bool,
    /// When the alert closes by itself.
    pub closes_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT id, command, scope, kind, opened_at, last_sent_at, failing_since,
    CAST(failures AS bigint) AS failures, message, summary, reported, urgent, recovery_due, changed_by, changed_at,
    closes_at, run_id,
    EXISTS (SELECT 1 FROM alert_scopes AS s
            WHERE s.command = alerts.command AND s.scope = alerts.scope AND s.failures > 0) AS still_failing
    FROM alerts";

/// The subject's open alerts, oldest first.
pub(crate) fn open_of(connection: &mut Connection, subject: &Subject) -> Result<Vec<AlertRow>, StoreError> {
    connection.rows_with(
        &format!("{COLUMNS} WHERE closed_at IS NULL AND command = $1 AND scope = $2 ORDER BY id"),
        &[&subject.command, &subject.scope],
    )
}

/// All alerts that are open, or whose recovery is yet to be reported, oldest first.
pub(crate) fn all_live(connection: &mut Connection) -> Result<Vec<AlertRow>, StoreError> {
    connection.rows(&format!("{COLUMNS} WHERE closed_at IS NULL OR recovery_due ORDER BY id"))
}

/// Whether there is any of [`all_live`].
pub(crate) fn any_live(connection: &mut Connection) -> Result<bool, StoreError> {
    connection.any("alerts WHERE closed_at IS NULL OR recovery_due", &[])
}

/// Opens an alert that no message has named yet.
pub(crate) fn open(
    connection: &mut Connection,
    subject: &Subject,
    kind: &str,
    found: &Finding<'_>,
    (run_id, now): (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO alerts (command, scope, exam_date, kind, opened_at, last_sent_at, failing_since, failures, message,
                             summary, reported, urgent, changed_by, changed_at, closes_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            &subject.command,
            &subject.scope,
            &subject.scope.date(),
            &kind,
            &now,
            &now,
            &found.streak.map(|streak| streak.since),
            &found.streak.map_or(0, |streak| streak.failures),
            &found.message,
            &found.summary,
            &false,
            &found.urgent,
            &run_id,
            &now,
            &found.closes_at,
        ],
    )?;
    Ok(())
}

/// Says that what an open alert is about was found again.
pub(crate) fn renew(
    connection: &mut Connection,
    id: i64,
    found: &Finding<'_>,
    (run_id, now): (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET failing_since = $1, failures = $2, message = $3, summary = $4, urgent = $5, changed_by = $6,
                           changed_at = $7, closes_at = $8
         WHERE id = $9",
        &[
            &found.streak.map(|streak| streak.since),
            &found.streak.map_or(0, |streak| streak.failures),
            &found.message,
            &found.summary,
            &found.urgent,
            &run_id,
            &now,
            &found.closes_at,
            &id,
        ],
    )?;
    Ok(())
}

/// Closes an alert, without a message.
pub(crate) fn close(connection: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.run("UPDATE alerts SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL", &[&now, &id])?;
    Ok(())
}

/// Closes an alert whose recovery is to be reported.
pub(crate) fn recover(
    connection: &mut Connection,
    id: i64,
    streak: Option<Streak>,
    (run_id, now): (Uuid, DateTime<Utc>),
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET closed_at = $1, failing_since = $2, failures = $3, recovery_due = $4, changed_by = $5,
                           changed_at = $6
         WHERE id = $7 AND closed_at IS NULL",
        &[
            &now,
            &streak.map(|streak| streak.since),
            &streak.map_or(0, |streak| streak.failures),
            &true,
            &run_id,
            &now,
            &id,
        ],
    )?;
    Ok(())
}

/// Closes what closes by itself by now.
pub(crate) fn close_due(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection
        .run("UPDATE alerts SET closed_at = $1 WHERE closed_at IS NULL AND closes_at <= $2", &[&now, &now])?;
    Ok(())
}

/// Closes the alerts of dates before `today` silently, and forgets how those dates were doing. One that was
/// opened since `midnight`, today's, stays until tomorrow, so that it is not opened over and over. Where there is none,
/// as mostly, nothing is written.
pub(crate) fn close_past(
    connection: &mut Connection,
    today: NaiveDate,
    midnight: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let scope = Scope::Date(today);
    let past = connection.any(
        "(SELECT 1 FROM alerts WHERE closed_at IS NULL AND exam_date < $1 AND opened_at < $2
          UNION ALL
          SELECT 1 FROM alert_scopes WHERE command = 'participants' AND scope < $3 AND ended_at < $4) AS past",
        &[&today, &midnight, &scope, &midnight],
    )?;
    if !past {
        return Ok(());
    }
    connection.transaction(|connection| {
        connection.run(
            "UPDATE alerts SET closed_at = $1 WHERE closed_at IS NULL AND exam_date < $2 AND opened_at < $3",
            &[&now, &today, &midnight],
        )?;
        connection.run(
            "DELETE FROM alert_scopes WHERE command = 'participants' AND scope < $1 AND ended_at < $2",
            &[&scope, &midnight],
        )?;
        Ok(())
    })
}
