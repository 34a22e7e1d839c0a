//! What the metrics say that no log row holds: how the last try of each command ended, pass or not.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};

use crate::model::sync_type::{ScopeKind, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// How the tries of one sync type ended, also those that failed before their pass.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Tries {
    /// Which one.
    #[diesel(sql_type = Text)]
    pub sync_type: SyncType,
    /// When the last one ended.
    #[diesel(sql_type = Nullable<Moment>)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Its exit code; of participants the highest of the dates from today on.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub exit_code: Option<i64>,
    /// Failures in a row; of participants the most of any date from today on.
    #[diesel(sql_type = BigInt)]
    pub consecutive_failures: i64,
}

/// Reads them, in the order of [`SyncType::of_every_site`]; `today` is in `SYNC_TIMEZONE`.
pub(crate) fn tries(connection: &mut Connection, today: NaiveDate) -> Result<Vec<Tries>, StoreError> {
    SyncType::of_every_site()
        .map(|sync_type| match sync_type.scope_kind() {
            ScopeKind::All | ScopeKind::Halls => of_latest_command(connection, sync_type),
            ScopeKind::Dates | ScopeKind::Sources => of_dates(connection, sync_type, today),
        })
        .collect()
}

/// Rooms are brought by two commands, of which the later one counts.
fn of_latest_command(connection: &mut Connection, sync_type: SyncType) -> Result<Tries, StoreError> {
    let commands: Value = sync_type.commands().map(|command| json!({ "name": command })).collect();
    connection.row(
        "SELECT $1 AS sync_type, max(ended_at) AS ended_at, CAST(max(exit_code) AS bigint) AS exit_code,
                CAST(coalesce(max(failures), 0) AS bigint) AS consecutive_failures
         FROM (SELECT failures, exit_code, ended_at FROM alert_scopes
               WHERE command IN (SELECT item.value ->> 'name' FROM json_each($2) AS item)
               ORDER BY ended_at DESC LIMIT 1) AS latest",
        &[&sync_type, &commands],
    )
}

fn of_dates(connection: &mut Connection, sync_type: SyncType, today: NaiveDate) -> Result<Tries, StoreError> {
    connection.row(
        "SELECT $1 AS sync_type, max(ended_at) AS ended_at, CAST(max(exit_code) AS bigint) AS exit_code,
                CAST(coalesce(max(failures), 0) AS bigint) AS consecutive_failures
         FROM alert_scopes WHERE command = $2 AND scope >= $3",
        &[&sync_type, &sync_type.command(), &today.to_string()],
    )
}
