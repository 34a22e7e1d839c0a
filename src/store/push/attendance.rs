//! Attendance that differs from what was last frozen of it, found by one join (contract §12.2).

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// One mark, and what the exam system knows its row by.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Mark {
    /// The row of participants.
    #[diesel(sql_type = BigInt)]
    pub row_id: i64,
    /// Of a seat.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub profile_exam_id: Option<i64>,
    /// The hall, by external id.
    #[diesel(sql_type = BigInt)]
    pub hall: i64,
    /// The room, by external id.
    #[diesel(sql_type = BigInt)]
    pub room: i64,
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// None takes a mark back.
    #[diesel(sql_type = Nullable<Text>)]
    pub status: Option<String>,
    /// When it was marked, as RFC 3339.
    #[diesel(sql_type = Nullable<Text>)]
    pub marked_at: Option<String>,
}

/// The rows after `$1` whose `attendance_*` come to something else than was last frozen of them: to null where nothing is
/// marked, and of what was never sent that is nothing to send.
const DIFFERING: &str = "
    FROM participants AS p
    LEFT JOIN attendance_sent AS s ON s.row_id = p.id
    WHERE p.id > $1
      AND CASE WHEN s.row_id IS NULL THEN p.attendance_marked AND p.attendance_status IS NOT NULL
               ELSE CASE WHEN p.attendance_marked THEN p.attendance_status END IS DISTINCT FROM s.status
                    OR CASE WHEN p.attendance_marked THEN p.attendance_marked_at END IS DISTINCT FROM s.marked_at END";

/// Takes at most so many marks that differ from what was last frozen, of rows after `after`, which becomes the last of them.
/// In the transaction under way they are remembered, and their rows are `sync_pending`, unless they are in error.
pub(crate) fn take(connection: &mut Connection, after: &mut i64, most: i64) -> Result<Vec<Mark>, StoreError> {
    // What is remembered and what is sent are read in one statement: the application may write meanwhile.
    let remembered = format!(
        "INSERT INTO attendance_sent AS sent (row_id, status, marked_at)
         SELECT p.id, CASE WHEN p.attendance_marked THEN p.attendance_status END,
                CASE WHEN p.attendance_marked THEN p.attendance_marked_at END {DIFFERING}
         ORDER BY p.id LIMIT $2
         ON CONFLICT (row_id) DO UPDATE SET status = excluded.status, marked_at = excluded.marked_at
         RETURNING row_id AS value"
    );
    let ids: Vec<i64> = connection.values(&remembered, &[&*after, &most])?;
    *after = ids.iter().copied().max().unwrap_or(*after);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Value = ids.into_iter().map(|id| json!({ "id": id })).collect();
    connection.run(
        "UPDATE participants SET sync_status = 'sync_pending'
         WHERE sync_status = 'synced' AND id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)",
        &[&ids],
    )?;
    let moment = match connection {
        Connection::Postgres(..) => {
            "to_char(s.marked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        }
        Connection::Sqlite(_) => "strftime('%Y-%m-%dT%H:%M:%fZ', s.marked_at)",
    };
    connection.rows_with(
        &format!(
            "SELECT p.id AS row_id, p.external_profile_exam_id AS profile_exam_id, b.external_id AS hall,
                    r.external_id AS room, p.exam_date, p.start_time, s.status, {moment} AS marked_at
             FROM json_each($1) AS item
             JOIN attendance_sent AS s ON s.row_id = (item.value ->> 'id')::bigint
             JOIN participants AS p ON p.id = s.row_id
             JOIN rooms AS r ON r.id = p.room_id
             JOIN buildings AS b ON b.id = p.building_id
             ORDER BY p.id"
        ),
        &[&ids],
    )
}

/// The rows of these marks are synced again, unless they are in error.
pub(crate) fn taken(connection: &mut Connection, rows: &[u64]) -> Result<(), StoreError> {
    let ids: Value = rows.iter().map(|id| json!({ "id": id })).collect();
    connection.run(
        "UPDATE participants SET sync_status = 'synced'
         WHERE sync_status = 'sync_pending'
           AND id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)",
        &[&ids],
    )?;
    Ok(())
}

#[derive(QueryableByName)]
struct Differing {
    #[diesel(sql_type = BigInt)]
    marks: i64,
    #[diesel(sql_type = Nullable<crate::store::values::Moment>)]
    oldest: Option<chrono::DateTime<chrono::Utc>>,
}

/// How many marks differ, and when the oldest of them was made.
pub(crate) fn differing(
    connection: &mut Connection,
) -> Result<(i64, Option<chrono::DateTime<chrono::Utc>>), StoreError> {
    let sql = format!("SELECT count(*) AS marks, min(p.attendance_marked_at) AS oldest {DIFFERING}");
    let Differing { marks, oldest } = connection.row(&sql, &[&0_i64])?;
    Ok((marks, oldest))
}
