//! Where each sync type and each exam date stands, as the log rows tell.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::{date, moment, sync_type};
use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Where the passes of one sync type, or of one exam date, stand.
#[derive(Debug, Clone)]
pub struct AlertScope {
    /// The sync type.
    pub sync_type: SyncType,
    /// The date, for participants.
    pub exam_date: Option<NaiveDate>,
    /// The newest log row.
    pub last_id: i64,
    /// The newest completed one.
    pub completed_id: Option<i64>,
    /// When it ended, or when a later command looked and found nothing to do.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Failed ones that began after it.
    pub consecutive_failures: i64,
}

#[derive(QueryableByName)]
struct AlertScopeRow {
    #[diesel(sql_type = Text)]
    sync_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    exam_date: Option<String>,
    #[diesel(sql_type = BigInt)]
    last_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    completed_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    completed_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    looked_at: Option<String>,
    #[diesel(sql_type = BigInt)]
    failures: i64,
}

/// Every sync type, and every exam date from `from` on, that has a log row. By the order in which passes
/// began: rows of one scope never overlap.
///
/// # Errors
/// When the database fails.
pub fn scopes(connection: &mut Connection, from: NaiveDate) -> Result<Vec<AlertScope>, StoreError> {
    let rows: Vec<AlertScopeRow> = connection.rows_with(
        "WITH run AS (
             SELECT id, sync_type, metadata ->> 'exam_date' AS exam_date, status, completed_at, metadata,
                    row_number() OVER (PARTITION BY sync_type, metadata ->> 'exam_date'
                                       ORDER BY started_at DESC, id DESC) AS age
             FROM sync_logs
             WHERE sync_type IN ('exam_halls', 'hall_rooms') OR metadata ->> 'exam_date' >= $1
         ),
         scope AS (
             SELECT sync_type, exam_date, min(age) FILTER (WHERE status = 'completed') AS completed_age
             FROM run GROUP BY sync_type, exam_date
         )
         SELECT s.sync_type, s.exam_date,
                max(r.id) FILTER (WHERE r.age = 1) AS last_id,
                max(r.id) FILTER (WHERE r.age = s.completed_age) AS completed_id,
                CAST(max(r.completed_at) FILTER (WHERE r.age = s.completed_age) AS text) AS completed_at,
                max(r.metadata ->> 'looked_at') FILTER (WHERE r.age = s.completed_age) AS looked_at,
                count(*) FILTER (WHERE r.status = 'failed' AND (s.completed_age IS NULL OR r.age < s.completed_age))
                    AS failures
         FROM scope AS s
         JOIN run AS r ON r.sync_type = s.sync_type AND coalesce(r.exam_date, '') = coalesce(s.exam_date, '')
         GROUP BY s.sync_type, s.exam_date
         ORDER BY s.sync_type, s.exam_date",
        &[&from.to_string()],
    )?;
    rows.into_iter()
        .map(|row| {
            let completed_at = row.completed_at.as_deref().map(moment).transpose()?;
            let looked_at = row.looked_at.as_deref().map(moment).transpose()?;
            Ok(AlertScope {
                sync_type: sync_type(&row.sync_type)?,
                exam_date: row.exam_date.as_deref().map(date).transpose()?,
                last_id: row.last_id,
                completed_id: row.completed_id,
                last_success_at: completed_at.max(looked_at),
                consecutive_failures: row.failures,
            })
        })
        .collect()
}
