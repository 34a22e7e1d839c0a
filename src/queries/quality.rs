//! Rows by state, and what is doubtful in them.

use chrono::NaiveDate;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use super::{date, time};
use crate::status::model::{Listed, OverCapacity, RowError, TableRows};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// At most so many are named.
const MAX_NAMED: i64 = 20;

#[derive(QueryableByName)]
struct StateRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    inactive: i64,
    #[diesel(sql_type = BigInt)]
    sync_error: i64,
}

/// How many rows the three tables have in each state.
///
/// # Errors
/// When the database fails.
pub fn tables(connection: &mut Connection) -> Result<Vec<TableRows>, StoreError> {
    let of = |table: &str, position: u8| {
        format!(
            "SELECT {position} AS position, '{table}' AS name, count(*) FILTER (WHERE is_active) AS active,
                    count(*) FILTER (WHERE NOT is_active) AS inactive,
                    count(*) FILTER (WHERE sync_status = 'sync_error') AS sync_error
             FROM {table}"
        )
    };
    let rows: Vec<StateRow> = connection.rows(&format!(
        "{} UNION ALL {} UNION ALL {} ORDER BY position",
        of("buildings", 1),
        of("rooms", 2),
        of("participants", 3)
    ))?;
    let state = |StateRow { name, active, inactive, sync_error }| TableRows {
        table: name,
        active,
        inactive,
        sync_error,
    };
    Ok(rows.into_iter().map(state).collect())
}

#[derive(QueryableByName)]
struct OverRow {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = Text)]
    exam_date: String,
    #[diesel(sql_type = Text)]
    start_time: String,
    #[diesel(sql_type = Text)]
    hall: String,
    #[diesel(sql_type = Text)]
    room: String,
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = BigInt)]
    participants: i64,
    #[diesel(sql_type = BigInt)]
    capacity: i64,
}

/// The rooms with more people than seats at one start time, from `from` to `to`.
///
/// # Errors
/// When the database fails.
pub fn over_capacity(
    connection: &mut Connection,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Result<Listed<OverCapacity>, StoreError> {
    let until = to.map(|to| format!("AND exam_date <= '{to}'")).unwrap_or_default();
    let rows: Vec<OverRow> = connection.rows(&format!(
        "SELECT count(*) OVER () AS total, CAST(used.exam_date AS text) AS exam_date,
                CAST(used.start_time AS text) AS start_time, b.name AS hall, r.name AS room, r.external_id,
                CAST(used.people AS bigint) AS participants, CAST(r.capacity AS bigint) AS capacity
         FROM (SELECT exam_date, start_time, room_id, sum(participant_count) AS people
               FROM participants WHERE exam_date >= '{from}' {until} AND is_active
               GROUP BY exam_date, start_time, room_id) AS used
         JOIN rooms AS r ON r.id = used.room_id
         JOIN buildings AS b ON b.id = r.building_id
         WHERE used.people > r.capacity
         ORDER BY used.exam_date, used.start_time, b.name, r.name, r.external_id LIMIT {MAX_NAMED}"
    ))?;
    let count = rows.first().map_or(0, |row| row.total);
    let first = rows.into_iter().map(|row| {
        Ok(OverCapacity {
            exam_date: date(&row.exam_date)?,
            start_time: time(&row.start_time)?,
            hall: row.hall,
            room: row.room,
            room_external_id: row.external_id,
            participants: row.participants,
            capacity: row.capacity,
        })
    });
    Ok(Listed { count, first: first.collect::<Result<_, StoreError>>()? })
}

#[derive(QueryableByName)]
struct ErrorRow {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = Text)]
    entity: String,
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    reason: String,
}

const PLACES_IN_ERROR: &str = "
    SELECT 1 AS position, 'hall' AS entity, external_id, name, coalesce(sync_error, '') AS reason
    FROM buildings WHERE sync_status = 'sync_error'
    UNION ALL
    SELECT 2, 'room', r.external_id, r.name || ', ' || b.name, coalesce(r.sync_error, '')
    FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id WHERE r.sync_status = 'sync_error'
    UNION ALL";

/// The rows whose newest record was invalid: all of them, or the participants of one date. No person is
/// named, only where they sit.
///
/// # Errors
/// When the database fails.
pub fn sync_errors(
    connection: &mut Connection,
    exam_date: Option<NaiveDate>,
) -> Result<Listed<RowError>, StoreError> {
    let places = if exam_date.is_some() { "" } else { PLACES_IN_ERROR };
    let on_date = exam_date.map(|date| format!("AND p.exam_date = '{date}'")).unwrap_or_default();
    let rows: Vec<ErrorRow> = connection.rows(&format!(
        "SELECT count(*) OVER () AS total, entity, external_id, name, reason
         FROM ({places}
               SELECT 3 AS position, 'participants' AS entity, r.external_id,
                      CAST(p.exam_date AS text) || ' ' || substr(CAST(p.start_time AS text), 1, 5) || ', ' || r.name
                          || ', ' || b.name AS name,
                      coalesce(p.sync_error, '') AS reason
               FROM participants AS p
               JOIN rooms AS r ON r.id = p.room_id
               JOIN buildings AS b ON b.id = p.building_id
               WHERE p.sync_status = 'sync_error' {on_date}) AS errors
         ORDER BY position, name, external_id LIMIT {MAX_NAMED}"
    ))?;
    let count = rows.first().map_or(0, |row| row.total);
    let named =
        |ErrorRow { entity, external_id, name, reason, .. }| RowError { entity, external_id, name, reason };
    Ok(Listed { count, first: rows.into_iter().map(named).collect() })
}
