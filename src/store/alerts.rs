//! Alerts and the state of what they are about: failures in a row, open alerts, opened and closed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::staging::timestamp;
use crate::clock::parse_utc;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What alerts belong to: a command, or one exam date of `participants` (contract §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// `halls`, `rooms` or `participants`.
    pub command: &'static str,
    /// The date, of `participants`.
    pub exam_date: Option<NaiveDate>,
}

impl Subject {
    fn parameters(&self) -> [Option<String>; 2] {
        [Some(self.command.to_owned()), Some(self.exam_date.map(|date| date.to_string()).unwrap_or_default())]
    }
}

/// Failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// How many.
    pub failures: i64,
    /// Since the first of them.
    pub since: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct SubjectRow {
    #[diesel(sql_type = BigInt)]
    failures: i64,
    #[diesel(sql_type = Nullable<Text>)]
    failing_since: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    volume: Option<i64>,
}

/// Counts one more failure, and returns all in a row.
///
/// # Errors
/// When the database fails.
pub fn count_failure(
    connection: &mut Connection,
    subject: Subject,
    exit_code: u8,
    now: DateTime<Utc>,
) -> Result<Streak, StoreError> {
    let [command, scope] = subject.parameters();
    let rows: Vec<SubjectRow> = connection.rows_with(
        "INSERT INTO alert_scopes AS s (command, scope, failures, failing_since, exit_code, ended_at)
         VALUES ($1, $2, 1, $3::timestamptz, $4::integer, $5::timestamptz)
         ON CONFLICT (command, scope) DO UPDATE
         SET failures = s.failures + 1, failing_since = coalesce(s.failing_since, excluded.failing_since),
             exit_code = excluded.exit_code, ended_at = excluded.ended_at
         RETURNING CAST(failures AS bigint) AS failures, CAST(failing_since AS text) AS failing_since, volume",
        &[command, scope, Some(timestamp(now)), Some(exit_code.to_string()), Some(timestamp(now))],
    )?;
    let row = rows.first();
    Ok(Streak {
        failures: row.map_or(1, |row| row.failures),
        since: row.and_then(|row| parse_utc(row.failing_since.as_deref()?)).unwrap_or(now),
    })
}

/// Whether a pass or try of it ended after that, however it did; `since` as the database prints it.
///
/// # Errors
/// When the database fails.
pub fn ended_since(connection: &mut Connection, subject: Subject, since: &str) -> Result<bool, StoreError> {
    let [command, scope] = subject.parameters();
    connection.any(
        "alert_scopes WHERE command = $1 AND scope = $2 AND ended_at > $3::timestamptz",
        &[command, scope, Some(since.to_owned())],
    )
}

/// What was before a pass that completed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// The failures that it ended.
    pub streak: Option<Streak>,
    /// The records of the last completed pass.
    pub volume: Option<i64>,
}

/// Ends the failures in a row; without `volume` the known one stays.
///
/// # Errors
/// When the database fails.
pub fn count_success(
    connection: &mut Connection,
    subject: Subject,
    exit_code: u8,
    volume: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Before, StoreError> {
    let [command, scope] = subject.parameters();
    let before: Vec<SubjectRow> = connection.rows_with(
        "SELECT CAST(failures AS bigint) AS failures, CAST(failing_since AS text) AS failing_since, volume
         FROM alert_scopes WHERE command = $1 AND scope = $2",
        &[command.clone(), scope.clone()],
    )?;
    connection.run(
        "INSERT INTO alert_scopes AS s (command, scope, volume, exit_code, ended_at)
         VALUES ($1, $2, $3::bigint, $4::integer, $5::timestamptz)
         ON CONFLICT (command, scope) DO UPDATE
         SET failures = 0, failing_since = NULL, volume = coalesce(excluded.volume, s.volume),
             exit_code = excluded.exit_code, ended_at = excluded.ended_at",
        &[
            command,
            scope,
            volume.map(|volume| volume.to_string()),
            Some(exit_code.to_string()),
            Some(timestamp(now)),
        ],
    )?;
    let Some(before) = before.into_iter().next() else { return Ok(Before::default()) };
    let since = before.failing_since.as_deref().and_then(parse_utc);
    let streak = since.map(|since| Streak { failures: before.failures, since });
    Ok(Before { streak, volume: before.volume })
}

/// An alert that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlertRow {
    /// Its row.
    pub id: i64,
    /// What it is about, by name.
    pub kind: String,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// When it was last told.
    pub last_sent_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct AlertRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    opened_at: String,
    #[diesel(sql_type = Text)]
    last_sent_at: String,
}

/// The subject's open alerts, oldest first.
///
/// # Errors
/// When the database fails.
pub fn open_alerts(connection: &mut Connection, subject: Subject) -> Result<Vec<OpenAlertRow>, StoreError> {
    let rows: Vec<AlertRow> = connection.rows_with(
        "SELECT id, kind, CAST(opened_at AS text) AS opened_at, CAST(last_sent_at AS text) AS last_sent_at
         FROM alerts WHERE closed_at IS NULL AND command = $1
           AND coalesce(CAST(exam_date AS text), '') = $2 ORDER BY id",
        &subject.parameters(),
    )?;
    let read = |row: AlertRow| {
        let (opened_at, last_sent_at) = (parse_utc(&row.opened_at), parse_utc(&row.last_sent_at));
        opened_at
            .zip(last_sent_at)
            .map(|(opened_at, last_sent_at)| OpenAlertRow {
                id: row.id,
                kind: row.kind,
                opened_at,
                last_sent_at,
            })
            .ok_or_else(|| StoreError::Other("a time in the table alerts can't be read".into()))
    };
    rows.into_iter().map(read).collect()
}

/// Opens an alert, told now.
///
/// # Errors
/// When the database fails.
pub fn open(
    connection: &mut Connection,
    subject: Subject,
    kind: &str,
    failures: i64,
    message: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO alerts (command, exam_date, kind, opened_at, last_sent_at, failures, message)
         VALUES ($1, $2::date, $3, $4::timestamptz, $5::timestamptz, $6::integer, $7)",
        &[
            Some(subject.command.to_owned()),
            subject.exam_date.map(|date| date.to_string()),
            Some(kind.to_owned()),
            Some(timestamp(now)),
            Some(timestamp(now)),
            Some(failures.to_string()),
            Some(message.to_owned()),
        ],
    )?;
    Ok(())
}

/// Says what an open alert is about now, and that it was told again when `told`.
///
/// # Errors
/// When the database fails.
pub fn update(
    connection: &mut Connection,
    id: i64,
    failures: i64,
    message: &str,
    told: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET failures = $1::integer, message = $2,
                last_sent_at = coalesce($3::timestamptz, last_sent_at) WHERE id = $4::bigint",
        &[Some(failures.to_string()), Some(message.to_owned()), told.map(timestamp), Some(id.to_string())],
    )?;
    Ok(())
}

/// Closes an alert.
///
/// # Errors
/// When the database fails.
pub fn close(connection: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.run(
        "UPDATE alerts SET closed_at = $1::timestamptz WHERE id = $2::bigint AND closed_at IS NULL",
        &[Some(timestamp(now)), Some(id.to_string())],
    )?;
    Ok(())
}

/// Closes the alerts of dates before `today` silently, and forgets how those dates were doing. One that was
/// opened since `midnight`, today's, stays until tomorrow, so that it is not opened over and over. Where there is none,
/// as mostly, nothing is written.
///
/// # Errors
/// When the database fails.
pub fn close_past(
    connection: &mut Connection,
    today: NaiveDate,
    midnight: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let midnight = timestamp(midnight);
    let alerts = format!("closed_at IS NULL AND exam_date < '{today}' AND opened_at < '{midnight}'");
    let scopes = format!("command = 'participants' AND scope < '{today}' AND ended_at < '{midnight}'");
    let past = format!(
        "(SELECT 1 FROM alerts WHERE {alerts} UNION ALL SELECT 1 FROM alert_scopes WHERE {scopes}) AS past"
    );
    if !connection.any(&past, &[])? {
        return Ok(());
    }
    connection.transaction(|connection| {
        let now = Some(timestamp(now));
        connection.run(&format!("UPDATE alerts SET closed_at = $1::timestamptz WHERE {alerts}"), &[now])?;
        connection.run(&format!("DELETE FROM alert_scopes WHERE {scopes}"), &[])?;
        Ok(())
    })
}

/// An in-app notification to the exam director (contract §6, notifications).
///
/// # Errors
/// When the database fails.
pub fn notify_director(
    connection: &mut Connection,
    kind: &str,
    priority: &str,
    title: &str,
    message: &str,
    metadata: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.run(
        "INSERT INTO notifications
             (recipient_role, type, priority, title, message, metadata, created_at, updated_at)
         VALUES ('exam_director', $1, $2, $3, $4, $5::jsonb, $6::timestamptz, $7::timestamptz)",
        &[
            Some(kind.to_owned()),
            Some(priority.to_owned()),
            Some(title.to_owned()),
            Some(message.to_owned()),
            Some(metadata.to_string()),
            Some(timestamp(now)),
            Some(timestamp(now)),
        ],
    )?;
    Ok(())
}
