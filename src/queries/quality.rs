//! Rows by state, and what is doubtful in them.

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use super::{Counted, Listed, MAX_NAMED};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// The rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct TableRows {
    /// Which.
    #[diesel(sql_type = Text)]
    pub table: String,
    /// Active ones.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// The others.
    #[diesel(sql_type = BigInt)]
    pub inactive: i64,
    /// Active or not, with a newest record that was invalid; of participants from today on.
    #[diesel(sql_type = BigInt)]
    pub sync_error: i64,
}

/// How many rows the three tables have in each state. Rows in error of dates before `today` are over.
pub(crate) fn tables(connection: &mut Connection, today: NaiveDate) -> Result<Vec<TableRows>, StoreError> {
    connection.rows_with(
        "SELECT 1 AS position, 'buildings' AS \"table\", count(*) FILTER (WHERE is_active) AS active,
                count(*) FILTER (WHERE NOT is_active) AS inactive,
                count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
         FROM buildings
         UNION ALL
         SELECT 2, 'rooms', count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active),
                count(*) FILTER (WHERE sync_status = 'sync_error')
         FROM rooms
         UNION ALL
         SELECT 3, 'participants', count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active),
                count(*) FILTER (WHERE sync_status = 'sync_error' AND exam_date >= $1)
         FROM participants
         ORDER BY position",
        &[&today],
    )
}

/// A room with more people than seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct OverCapacity {
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start time.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The room's name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// The room's external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// Active people.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// Seats.
    #[diesel(sql_type = BigInt)]
    pub capacity: i64,
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
}

/// The rooms with more people than seats at one start time, from `from` to `to`; at most `most` are named.
pub(crate) fn over_capacity(
    connection: &mut Connection,
    from: NaiveDate,
    to: Option<NaiveDate>,
    most: i64,
) -> Result<Listed<OverCapacity>, StoreError> {
    let rows: Vec<Counted<OverCapacity>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, used.exam_date, used.start_time, b.name AS hall, r.name AS room,
                r.external_id AS room_external_id, CAST(used.people AS bigint) AS participants,
                CAST(r.capacity AS bigint) AS capacity, b.external_id AS hall_external_id
         FROM (SELECT exam_date, start_time, room_id, sum(participant_count) AS people
               FROM participants WHERE exam_date BETWEEN $1 AND coalesce($2, '9999-12-31'::date) AND is_active
               GROUP BY exam_date, start_time, room_id) AS used
         JOIN rooms AS r ON r.id = used.room_id
         JOIN buildings AS b ON b.id = r.building_id
         WHERE used.people > r.capacity
         ORDER BY used.exam_date, used.start_time, b.name, r.name, r.external_id LIMIT $3",
        &[&from, &to, &most],
    )?;
    Ok(rows.into())
}

/// A row whose newest record was invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct RowError {
    /// `hall`, `room` or `participants`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Of a hall or room its own, of participants the room's.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// What a person calls it; no person's name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Why.
    #[diesel(sql_type = Text)]
    pub reason: String,
}

/// All rows whose newest record was invalid, of participants those from `today` on. No person is named, only where they
/// sit.
pub(crate) fn sync_errors(
    connection: &mut Connection,
    today: NaiveDate,
) -> Result<Listed<RowError>, StoreError> {
    let rows: Vec<Counted<RowError>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, entity, external_id, name, reason
         FROM (SELECT 1 AS position, 'hall' AS entity, external_id, name, coalesce(sync_error, '') AS reason
               FROM buildings WHERE sync_status = 'sync_error'
               UNION ALL
               SELECT 2, 'room', r.external_id, r.name || ', ' || b.name, coalesce(r.sync_error, '')
               FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id WHERE r.sync_status = 'sync_error'
               UNION ALL
               SELECT 3, 'participants', r.external_id,
                      CAST(p.exam_date AS text) || ' ' || substr(CAST(p.start_time AS text), 1, 5) || ', ' || r.name
                          || ', ' || b.name,
                      coalesce(p.sync_error, '')
               FROM participants AS p
               JOIN rooms AS r ON r.id = p.room_id
               JOIN buildings AS b ON b.id = p.building_id
               WHERE p.sync_status = 'sync_error' AND p.exam_date >= $1) AS errors
         ORDER BY position, name, external_id LIMIT $2",
        &[&today, &MAX_NAMED],
    )?;
    Ok(rows.into())
}

/// The participants rows of one date whose newest record was invalid; as of [`sync_errors`].
pub(crate) fn sync_errors_of_date(
    connection: &mut Connection,
    exam_date: NaiveDate,
) -> Result<Listed<RowError>, StoreError> {
    let rows: Vec<Counted<RowError>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, 'participants' AS entity, r.external_id,
                CAST(p.exam_date AS text) || ' ' || substr(CAST(p.start_time AS text), 1, 5) || ', ' || r.name
                    || ', ' || b.name AS name,
                coalesce(p.sync_error, '') AS reason
         FROM participants AS p
         JOIN rooms AS r ON r.id = p.room_id
         JOIN buildings AS b ON b.id = p.building_id
         WHERE p.exam_date = $1 AND p.sync_status = 'sync_error'
         ORDER BY 4, 3 LIMIT $2",
        &[&exam_date, &MAX_NAMED],
    )?;
    Ok(rows.into())
}
