//! Violations that were not frozen yet, found by one join (contract §12.1). Their table may be another program's.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, Moment, TimeOfDay, UniqueId};

/// One violation, and what the exam system knows its person and room by.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Violation {
    /// What names it.
    #[diesel(sql_type = UniqueId)]
    pub uid: Uuid,
    /// The one that it corrects.
    #[diesel(sql_type = Nullable<UniqueId>)]
    pub replaces: Option<Uuid>,
    /// Of the seat.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub profile_exam_id: Option<i64>,
    /// The hall, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub hall: Option<i64>,
    /// The room, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room: Option<i64>,
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start.
    #[diesel(sql_type = Nullable<TimeOfDay>)]
    pub start_time: Option<NaiveTime>,
    /// What it was.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// How bad.
    #[diesel(sql_type = Text)]
    pub severity: String,
    /// In words.
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    /// When it happened.
    #[diesel(sql_type = Moment)]
    pub happened_at: DateTime<Utc>,
    /// When it was written.
    #[diesel(sql_type = Moment)]
    pub created_at: DateTime<Utc>,
}

/// Whether the table is there and has the columns of ours.
pub(crate) fn is_ours(connection: &mut Connection) -> Result<bool, StoreError> {
    let sql = match connection {
        Connection::Postgres(..) => {
            "SELECT count(*) = 6 AS value
             FROM pg_catalog.pg_attribute AS a
             JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = our_schema()
             WHERE c.relname = $1 AND NOT a.attisdropped
               AND a.attname IN ('uid', 'participant_id', 'room_id', 'severity', 'happened_at', 'replaces')"
        }
        Connection::Sqlite(_) => {
            "SELECT count(*) = 6 AS value FROM pragma_table_info($1)
             WHERE name IN ('uid', 'participant_id', 'room_id', 'severity', 'happened_at', 'replaces')"
        }
    };
    Ok(connection.values::<bool>(sql, &[&"violations"])?.contains(&true))
}

/// Takes at most so many violations that were never frozen, oldest first, and remembers them in the transaction under way.
pub(crate) fn take(connection: &mut Connection, most: i64) -> Result<Vec<Violation>, StoreError> {
    let taken: Vec<Violation> = connection.rows_with(
        "SELECT v.uid, v.replaces, p.external_profile_exam_id AS profile_exam_id, b.external_id AS hall,
                r.external_id AS room, v.exam_date, v.start_time, v.kind, v.severity, v.note,
                coalesce(v.happened_at, v.created_at) AS happened_at, v.created_at
         FROM violations AS v
         LEFT JOIN violations_sent AS s ON s.uid = v.uid
         LEFT JOIN participants AS p ON p.id = v.participant_id
         LEFT JOIN rooms AS r ON r.id = coalesce(v.room_id, p.room_id)
         LEFT JOIN buildings AS b ON b.id = r.building_id
         WHERE s.uid IS NULL
         ORDER BY v.id LIMIT $1",
        &[&most],
    )?;
    let uids: Value = taken.iter().map(|violation| json!({ "uid": violation.uid })).collect();
    if !taken.is_empty() {
        connection.run(
            "INSERT INTO violations_sent (uid) SELECT (item.value ->> 'uid')::uuid FROM json_each($1) AS item",
            &[&uids],
        )?;
    }
    Ok(taken)
}

#[derive(QueryableByName)]
struct Unsent {
    #[diesel(sql_type = BigInt)]
    violations: i64,
    #[diesel(sql_type = Nullable<Moment>)]
    oldest: Option<DateTime<Utc>>,
}

/// How many were never frozen, and when the oldest of them was written.
pub(crate) fn unsent(connection: &mut Connection) -> Result<(i64, Option<DateTime<Utc>>), StoreError> {
    let Unsent { violations, oldest } = connection.row(
        "SELECT count(*) AS violations, min(v.created_at) AS oldest
         FROM violations AS v LEFT JOIN violations_sent AS s ON s.uid = v.uid WHERE s.uid IS NULL",
        &[],
    )?;
    Ok((violations, oldest))
}
