//! Alerts and the state of what they are about: failures in a row, open alerts, opened and closed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;

use super::values::Moment;
use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What alerts belong to: a command, or one exam date of `participants` (contract §8).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subject {
    /// `halls`, `rooms` or `participants`.
    pub command: &'static str,
    /// The date, of `participants`; everything, of the others.
    pub scope: Scope,
}

impl Subject {
    /// As a person names it.
    pub(crate) fn label(&self) -> String {
        self.scope.labelled(self.command)
    }
}

/// Failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(crate) struct Streak {
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub failures: i64,
    /// Since the first of them.
    #[diesel(sql_type = Moment)]
    pub since: DateTime<Utc>,
}

/// Counts one more failure, and returns all in a row.
pub(crate) fn count_failure(
    connection: &mut Connection,
    subject: &Subject,
    exit_code: u8,
    now: DateTime<Utc>,
) -> Result<Streak, StoreError> {
    connection.row(
        "INSERT INTO alert_scopes AS s (command, scope, failures, failing_since, exit_code, ended_at)
         VALUES ($1, $2, 1, $3, $4, $5)
         ON CONFLICT (command, scope) DO UPDATE
         SET failures = s.failures + 1, failing_since = coalesce(s.failing_since, excluded.failing_since),
             exit_code = excluded.exit_code, ended_at = excluded.ended_at
         RETURNING CAST(failures AS bigint) AS failures, failing_since AS since",
        &[&subject.command, &subject.scope, &now, &i32::from(exit_code), &now],
    )
}

/// Whether a pass or try of it ended after that, however it did.
pub(crate) fn ended_since(
    connection: &mut Connection,
    subject: &Subject,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    connection.any(
        "alert_scopes WHERE command = $1 AND scope = $2 AND ended_at > $3",
        &[&subject.command, &subject.scope, &since],
    )
}

/// What was before a pass that completed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub(crate) struct Before {
    /// The failures that it ended.
    #[diesel(embed)]
    pub streak: Option<Streak>,
    /// The records of the last completed pass.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub volume: Option<i64>,
}

/// Ends the failures in a row; without `volume` the known one stays.
pub(crate) fn count_success(
    connection: &mut Connection,
    subject: &Subject,
    exit_code: u8,
    volume: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Before, StoreError> {
    let before: Vec<Before> = connection.rows_with(
        "SELECT CAST(failures AS bigint) AS failures, failing_since AS since, volume
         FROM alert_scopes WHERE command = $1 AND scope = $2",
        &[&subject.command, &subject.scope],
    )?;
    connection.run(
        "INSERT INTO alert_scopes AS s (command, scope, volume, exit_code, ended_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (command, scope) DO UPDATE
         SET failures = 0, failing_since = NULL, volume = coalesce(excluded.volume, s.volume),
             exit_code = excluded.exit_code, ended_at = excluded.ended_at",
        &[&subject.command, &subject.scope, &volume, &i32::from(exit_code), &now],
    )?;
    Ok(before.into_iter().next().unwrap_or_default())
}

/// An alert that is open.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct OpenAlertRow {
    /// Its row.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// What it is about, by name.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Since when.
    #[diesel(sql_type = Moment)]
    pub opened_at: DateTime<Utc>,
    /// When it was last sent.
    #[diesel(sql_type = Moment)]
    pub last_sent_at: DateTime<Utc>,
}

/// The subject's open alerts, oldest first.
pub(crate) fn open_alerts(
    connection: &mut Connection,
    subject: &Subject,
) -> Result<Vec<OpenAlertRow>, StoreError> {
    connection.rows_with(
        "SELECT id, kind, opened_at, last_sent_at FROM alerts
         WHERE closed_at IS NULL AND command = $1 AND scope = $2 ORDER BY id",
        &[&subject.command, &subject.scope],
    )
}

/// Opens an alert that is sent now.
pub(crate) fn open(
    connection: &mut Connection,
    subject: &Subject,
    kind: &str,
    failures: i64,
    message: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO alerts (command, scope, exam_date, kind, opened_at, last_sent_at, failures, message)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&subject.command, &subject.scope, &subject.scope.date(), &kind, &now, &now, &failures, &message],
    )?;
    Ok(())
}

/// Updates the text of an open alert, and marks it as sent again if `told`.
pub(crate) fn update(
    connection: &mut Connection,
    id: i64,
    failures: i64,
    message: &str,
    told: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET failures = $1, message = $2, last_sent_at = coalesce($3, last_sent_at) WHERE id = $4",
        &[&failures, &message, &told, &id],
    )?;
    Ok(())
}

/// Closes an alert.
pub(crate) fn close(connection: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.run("UPDATE alerts SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL", &[&now, &id])?;
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

/// An in-app notification to the exam director (contract §6, notifications).
pub(crate) fn notify_director(
    connection: &mut Connection,
    kind: &str,
    priority: &str,
    title: &str,
    message: &str,
    metadata: &Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO notifications
             (recipient_role, type, priority, title, message, metadata, created_at, updated_at)
         VALUES ('exam_director', $1, $2, $3, $4, $5, $6, $7)",
        &[&kind, &priority, &title, &message, metadata, &now, &now],
    )?;
    Ok(())
}
