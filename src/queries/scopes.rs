//! Where each sync type and each exam date stands, read from the log rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};

use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// Where the passes of one sync type, or of one exam date, stand.
#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct LoggedScope {
    /// The sync type.
    #[diesel(sql_type = Text)]
    pub sync_type: SyncType,
    /// The date, where each date stands by itself; everything, of the other types.
    #[diesel(sql_type = Text)]
    pub scope: Scope,
    /// The newest log row.
    #[diesel(sql_type = BigInt)]
    pub last_id: i64,
    /// The newest completed one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub completed_id: Option<i64>,
    #[diesel(sql_type = Nullable<Moment>)]
    completed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Moment>)]
    looked_at: Option<DateTime<Utc>>,
    /// Failed ones that began after it.
    #[diesel(sql_type = BigInt)]
    pub consecutive_failures: i64,
    /// Those of them that no person ran on a terminal.
    #[diesel(sql_type = BigInt)]
    pub failures_of_cron: i64,
}

impl LoggedScope {
    /// When the newest completed pass ended, or when a later command looked and found nothing to do.
    pub(crate) fn last_success_at(&self) -> Option<DateTime<Utc>> {
        self.completed_at.max(self.looked_at)
    }
}

/// Every sync type, and every exam date from `from` on, that has a log row. By the order in which passes
/// began: rows of one scope never overlap.
pub(crate) fn scopes(connection: &mut Connection, from: NaiveDate) -> Result<Vec<LoggedScope>, StoreError> {
    let as_whole = SyncType::all().filter(|sync_type| sync_type.scope_kind() != ScopeKind::Dates);
    let as_whole: Value = as_whole.map(|sync_type| json!({ "name": sync_type.name() })).collect();
    connection.rows_with(
        "WITH as_whole AS (SELECT item.value ->> 'name' AS name FROM json_each($1) AS item),
         run AS (
             SELECT id, sync_type, CASE WHEN sync_type IN (SELECT name FROM as_whole) THEN 'all' ELSE scope END AS scope,
                    status, started_at, completed_at, metadata
             FROM sync_logs
             WHERE sync_type IN (SELECT name FROM as_whole) OR scope >= $2
         ),
         aged AS (
             SELECT *, row_number() OVER (PARTITION BY sync_type, scope ORDER BY started_at DESC, id DESC) AS age FROM run
         ),
         known AS (
             SELECT sync_type, scope, min(age) FILTER (WHERE status = 'completed') AS completed_age
             FROM aged GROUP BY sync_type, scope
         )
         SELECT k.sync_type, k.scope,
                max(r.id) FILTER (WHERE r.age = 1) AS last_id,
                max(r.id) FILTER (WHERE r.age = k.completed_age) AS completed_id,
                max(r.completed_at) FILTER (WHERE r.age = k.completed_age) AS completed_at,
                max((r.metadata ->> 'looked_at')::timestamptz) FILTER (WHERE r.age = k.completed_age) AS looked_at,
                count(*) FILTER (WHERE r.status = 'failed' AND (k.completed_age IS NULL OR r.age < k.completed_age))
                    AS consecutive_failures,
                count(*) FILTER (WHERE r.status = 'failed' AND (k.completed_age IS NULL OR r.age < k.completed_age)
                                   AND (r.metadata ->> 'trigger' IS NULL OR r.metadata ->> 'trigger' <> 'manual'))
                    AS failures_of_cron
         FROM known AS k
         JOIN aged AS r ON r.sync_type = k.sync_type AND r.scope = k.scope
         GROUP BY k.sync_type, k.scope
         ORDER BY k.sync_type, k.scope",
        &[&as_whole, &Scope::Date(from)],
    )
}
