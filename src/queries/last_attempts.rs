//! What the metrics say that no log row holds: how the last try of each command ended, pass or not.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::clock::parse_utc;
use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// How the tries of one sync type ended, also those that failed before their pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tries {
    /// Which one.
    pub sync_type: SyncType,
    /// When the last one ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its exit code; of participants the highest of the dates from today on.
    pub exit_code: Option<i64>,
    /// Failures in a row; of participants the most of any date from today on.
    pub consecutive_failures: i64,
}

#[derive(QueryableByName)]
struct AttemptRow {
    #[diesel(sql_type = BigInt)]
    failures: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    exit_code: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    ended_at: Option<String>,
}

/// Reads them, in the order of [`SyncType::ALL`]; `today` is in `SYNC_TIMEZONE`.
///
/// # Errors
/// When the database fails.
pub fn tries(connection: &mut Connection, today: NaiveDate) -> Result<Vec<Tries>, StoreError> {
    let mut all = Vec::new();
    for sync_type in SyncType::ALL {
        let rows: Vec<AttemptRow> = connection.rows(&query(sync_type, today))?;
        let row = rows.first();
        all.push(Tries {
            sync_type,
            ended_at: row.and_then(|row| parse_utc(row.ended_at.as_deref()?)),
            exit_code: row.and_then(|row| row.exit_code),
            consecutive_failures: row.map_or(0, |row| row.failures),
        });
    }
    Ok(all)
}

/// One row: rooms are brought by two commands, of which the later one counts.
fn query(sync_type: SyncType, today: NaiveDate) -> String {
    let latest = |commands: &str| {
        format!(
            "SELECT failures, exit_code, ended_at FROM alert_scopes
             WHERE command IN ({commands}) ORDER BY ended_at DESC LIMIT 1"
        )
    };
    let scopes = match sync_type {
        SyncType::ExamHalls => latest("'halls'"),
        SyncType::HallRooms => latest("'halls', 'rooms'"),
        SyncType::Participants => format!(
            "SELECT failures, exit_code, ended_at FROM alert_scopes
             WHERE command = 'participants' AND scope >= '{today}'"
        ),
    };
    format!(
        "SELECT CAST(coalesce(max(failures), 0) AS bigint) AS failures, CAST(max(exit_code) AS bigint) AS exit_code,
                CAST(max(ended_at) AS text) AS ended_at
         FROM ({scopes}) AS scope"
    )
}
