//! What the metrics say that no log row holds: how the last try of each command ended, pass or not.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};
use serde_json::{Value, json};

use crate::model::sync_type::{ScopeKind, SyncType};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// How the tries of one sync type ended, also those that failed before their pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tries {
    /// Which one.
    pub sync_type: SyncType,
    /// When the last one ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its exit code; of participants the highest of the dates from today on.
    pub exit_code: Option<i64>,
    /// Failures in a row; of participants the most of any date from today on.
    pub consecutive_failures: i64,
}

/// How the tries of one command, or of one date, ended.
#[derive(Debug, Clone, QueryableByName)]
struct OfScope {
    #[diesel(sql_type = Nullable<Moment>)]
    ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    exit_code: Option<i64>,
    #[diesel(sql_type = BigInt)]
    failures: i64,
}

/// Reads those of the types that every site pulls, in their order; `today` is in `SYNC_TIMEZONE`.
pub(crate) fn tries(connection: &mut Connection, today: NaiveDate) -> Result<Vec<Tries>, StoreError> {
    SyncType::of_every_site().map(|sync_type| tries_of(connection, sync_type, today)).collect()
}

/// The same of the types that cron pulls where they are set up, too.
pub(crate) fn tries_of_cron(connection: &mut Connection, today: NaiveDate) -> Result<Vec<Tries>, StoreError> {
    let types = SyncType::of_every_site().chain([SyncType::Roster]);
    types.map(|sync_type| tries_of(connection, sync_type, today)).collect()
}

fn tries_of(connection: &mut Connection, sync_type: SyncType, today: NaiveDate) -> Result<Tries, StoreError> {
    let scopes = match sync_type.scope_kind() {
        ScopeKind::All | ScopeKind::Halls | ScopeKind::Destinations => {
            of_latest_command(connection, sync_type)
        }
        ScopeKind::Dates => of_scopes_from(connection, sync_type, &today.to_string()),
        ScopeKind::Sources | ScopeKind::Centres => of_scopes_from(connection, sync_type, ""),
    }?;
    Ok(Tries {
        sync_type,
        ended_at: scopes.iter().filter_map(|scope| scope.ended_at).max(),
        exit_code: scopes.iter().filter_map(|scope| scope.exit_code).max(),
        consecutive_failures: scopes.iter().map(|scope| scope.failures).max().unwrap_or(0),
    })
}

/// Rooms are brought by two commands, of which the later one counts.
fn of_latest_command(connection: &mut Connection, sync_type: SyncType) -> Result<Vec<OfScope>, StoreError> {
    let commands: Value = sync_type.commands().map(|command| json!({ "name": command })).collect();
    let scopes: Vec<OfScope> = connection.rows_with(
        "SELECT ended_at, CAST(exit_code AS bigint) AS exit_code, CAST(failures AS bigint) AS failures
         FROM alert_scopes WHERE command IN (SELECT item.value ->> 'name' FROM json_each($1) AS item)",
        &[&commands],
    )?;
    Ok(scopes.into_iter().max_by_key(|scope| scope.ended_at).into_iter().collect())
}

/// Of those whose scope is not before this one.
fn of_scopes_from(
    connection: &mut Connection,
    sync_type: SyncType,
    first: &str,
) -> Result<Vec<OfScope>, StoreError> {
    connection.rows_with(
        "SELECT ended_at, CAST(exit_code AS bigint) AS exit_code, CAST(failures AS bigint) AS failures
         FROM alert_scopes WHERE command = $1 AND scope >= $2",
        &[&sync_type.command(), &first],
    )
}
