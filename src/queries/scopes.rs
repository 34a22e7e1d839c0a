//! Where each sync type and each exam date stands, read from the log rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;

/// Where the passes of one sync type, or of one exam date, stand.
#[derive(Debug, Clone, QueryableByName)]
pub struct AlertScope {
    /// The sync type.
    #[diesel(sql_type = Text)]
    pub sync_type: SyncType,
    /// The date, for participants.
    #[diesel(sql_type = Nullable<Date>)]
    pub exam_date: Option<NaiveDate>,
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
}

impl AlertScope {
    /// When the newest completed pass ended, or when a later command looked and found nothing to do.
    pub fn last_success_at(&self) -> Option<DateTime<Utc>> {
        self.completed_at.max(self.looked_at)
    }
}

/// Every sync type, and every exam date from `from` on, that has a log row. By the order in which passes
/// began: rows of one scope never overlap.
pub fn scopes(connection: &mut Connection, from: NaiveDate) -> Result<Vec<AlertScope>, StoreError> {
    connection.rows_with(
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
         SELECT s.sync_type, s.exam_date::date AS exam_date,
                max(r.id) FILTER (WHERE r.age = 1) AS last_id,
                max(r.id) FILTER (WHERE r.age = s.completed_age) AS completed_id,
                max(r.completed_at) FILTER (WHERE r.age = s.completed_age) AS completed_at,
                max((r.metadata ->> 'looked_at')::timestamptz) FILTER (WHERE r.age = s.completed_age) AS looked_at,
                count(*) FILTER (WHERE r.status = 'failed' AND (s.completed_age IS NULL OR r.age < s.completed_age))
                    AS consecutive_failures
         FROM scope AS s
         JOIN run AS r ON r.sync_type = s.sync_type AND coalesce(r.exam_date, '') = coalesce(s.exam_date, '')
         GROUP BY s.sync_type, s.exam_date
         ORDER BY s.sync_type, s.exam_date",
        &[&from.to_string()],
    )
}
