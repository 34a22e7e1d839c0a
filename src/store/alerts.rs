//! What alerts belong to and how that is doing: failures in a row, volume, the last try.

pub(crate) mod reported;
pub(crate) mod rows;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};
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
    let failures = connection.values(
        "INSERT INTO alert_scopes AS s (command, scope, failures, failing_since, exit_code, ended_at)
         VALUES ($1, $2, 1, $3, $4, $5)
         ON CONFLICT (command, scope) DO UPDATE
         SET failures = s.failures + 1, failing_since = coalesce(s.failing_since, excluded.failing_since),
             exit_code = excluded.exit_code, ended_at = excluded.ended_at
         RETURNING CAST(failures AS bigint) AS value",
        &[&subject.command, &subject.scope, &now, &i32::from(exit_code), &now],
    )?;
    // By itself: where another program made it unreadable, the failures count all the same.
    let since = connection.values(
        "SELECT failing_since AS value FROM alert_scopes WHERE command = $1 AND scope = $2",
        &[&subject.command, &subject.scope],
    )?;
    let (failures, since) = (failures.first().copied().unwrap_or(1), since.first().copied().unwrap_or(now));
    Ok(Streak { failures, since })
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
