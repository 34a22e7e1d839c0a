//! The state of each sync type and each exam date, read from the log rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};

use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::store::connection::{Connection, report_passed_over};
use crate::store::error::StoreError;
use crate::store::values::{Moment, moment_from_json};

/// The state of the passes of one sync type, or of one exam date.
#[derive(Debug, Clone)]
pub(crate) struct LoggedScope {
    /// The sync type.
    pub sync_type: SyncType,
    /// The date, where each date has its own state; everything, of the other types.
    pub scope: Scope,
    /// The newest log row.
    pub last_id: i64,
    /// The newest completed one.
    pub completed_id: Option<i64>,
    /// When the newest completed pass ended, or when a later command looked and found nothing to do.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Failed ones that began after it.
    pub consecutive_failures: i64,
    /// Those of them that no person ran on a terminal.
    pub failures_of_cron: i64,
}

#[derive(QueryableByName)]
struct ScopeRow {
    #[diesel(sql_type = Text)]
    sync_type: SyncType,
    #[diesel(sql_type = Text)]
    scope: Scope,
    #[diesel(sql_type = BigInt)]
    last_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    completed_id: Option<i64>,
    #[diesel(sql_type = Nullable<Moment>)]
    completed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    looked_at: Option<String>,
    #[diesel(sql_type = BigInt)]
    consecutive_failures: i64,
    #[diesel(sql_type = BigInt)]
    failures_of_cron: i64,
    /// Of all rows: it is read so that one that can't be read shows.
    #[diesel(sql_type = Moment)]
    #[expect(dead_code, reason = "it is only read")]
    newest_at: DateTime<Utc>,
}

impl From<ScopeRow> for LoggedScope {
    fn from(row: ScopeRow) -> Self {
        let looked_at = row.looked_at.and_then(|text| {
            let at = moment_from_json(&text);
            if let (None, Some(id)) = (at, row.completed_id) {
                report_passed_over(&format!(
                    "sync_logs {id}: the value of looked_at in metadata can't be read"
                ));
            }
            at
        });
        LoggedScope {
            sync_type: row.sync_type,
            scope: row.scope,
            last_id: row.last_id,
            completed_id: row.completed_id,
            last_success_at: row.completed_at.max(looked_at),
            consecutive_failures: row.consecutive_failures,
            failures_of_cron: row.failures_of_cron,
        }
    }
}

/// Every sync type, and every exam date from `from` on, that has a log row. By the order in which passes
/// began: rows of one scope never overlap.
pub(crate) fn scopes(connection: &mut Connection, from: NaiveDate) -> Result<Vec<LoggedScope>, StoreError> {
    let as_whole = SyncType::all().filter(|sync_type| sync_type.scope_kind() != ScopeKind::Dates);
    let as_whole: Value = as_whole.map(|sync_type| json!({ "name": sync_type.name() })).collect();
    let from = Scope::Date(from);
    let (mut rows, whole) = connection.readable_rows(include_str!("scopes.sql"), &[&as_whole, &from])?;
    if !whole {
        // One row that can't be read made its whole scope so. The others of the scope are read without it.
        let [started, completed] =
            ["started_at", "completed_at"].map(|name| connection.unreadable_moment(name));
        let readable = format!("WHERE NOT ({started}) AND NOT ({completed}) AND (");
        let sql = include_str!("scopes.sql").replacen("WHERE (", &readable, 1);
        rows = connection.rows_with(&sql, &[&as_whole, &from])?;
    }
    Ok(rows.into_iter().map(|row: ScopeRow| row.into()).collect())
}
