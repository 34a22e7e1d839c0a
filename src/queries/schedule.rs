//! Who sits when and where: the schedule, by date and start time, and of one date by hall.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use super::{date, time};
use crate::status::model::day::{Created, HallOfSlot};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The active participants of one date and start time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The date.
    pub exam_date: NaiveDate,
    /// The start time.
    pub start_time: NaiveTime,
    /// Halls with active participants.
    pub halls: i64,
    /// Rooms with active participants.
    pub rooms: i64,
    /// People.
    pub participants: i64,
}

#[derive(QueryableByName)]
struct SlotRow {
    #[diesel(sql_type = Text)]
    exam_date: String,
    #[diesel(sql_type = Text)]
    start_time: String,
    #[diesel(sql_type = BigInt)]
    halls: i64,
    #[diesel(sql_type = BigInt)]
    rooms: i64,
    #[diesel(sql_type = BigInt)]
    participants: i64,
}

/// Every slot from `from` on, in order.
///
/// # Errors
/// When the database fails.
pub fn from(connection: &mut Connection, from: NaiveDate) -> Result<Vec<Slot>, StoreError> {
    slots(connection, &format!("exam_date >= '{from}'"))
}

/// Every slot of one date, in order.
///
/// # Errors
/// When the database fails.
pub fn slots_of_date(connection: &mut Connection, exam_date: NaiveDate) -> Result<Vec<Slot>, StoreError> {
    slots(connection, &format!("exam_date = '{exam_date}'"))
}

fn slots(connection: &mut Connection, condition: &str) -> Result<Vec<Slot>, StoreError> {
    let rows: Vec<SlotRow> = connection.rows(&format!(
        "SELECT CAST(exam_date AS text) AS exam_date, CAST(start_time AS text) AS start_time, halls, rooms,
                CAST(participants AS bigint) AS participants
         FROM exam_schedules WHERE {condition} ORDER BY 1, 2"
    ))?;
    rows.into_iter()
        .map(|row| {
            Ok(Slot {
                exam_date: date(&row.exam_date)?,
                start_time: time(&row.start_time)?,
                halls: row.halls,
                rooms: row.rooms,
                participants: row.participants,
            })
        })
        .collect()
}

#[derive(QueryableByName)]
struct HallRow {
    #[diesel(sql_type = Text)]
    start_time: String,
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    rooms: i64,
    #[diesel(sql_type = BigInt)]
    participants: i64,
    #[diesel(sql_type = BigInt)]
    seats: i64,
    #[diesel(sql_type = BigInt)]
    over_capacity: i64,
}

/// The halls of each slot of one date, by start time and name.
///
/// # Errors
/// When the database fails.
pub fn halls_of(
    connection: &mut Connection,
    exam_date: NaiveDate,
) -> Result<Vec<(NaiveTime, HallOfSlot)>, StoreError> {
    let rows: Vec<HallRow> = connection.rows(&format!(
        "SELECT CAST(used.start_time AS text) AS start_time, b.external_id, b.name, count(*) AS rooms,
                CAST(sum(used.people) AS bigint) AS participants, CAST(sum(r.capacity) AS bigint) AS seats,
                count(*) FILTER (WHERE used.people > r.capacity) AS over_capacity
         FROM (SELECT start_time, room_id, building_id, sum(participant_count) AS people
               FROM participants WHERE exam_date = '{exam_date}' AND is_active
               GROUP BY start_time, room_id, building_id) AS used
         JOIN rooms AS r ON r.id = used.room_id
         JOIN buildings AS b ON b.id = used.building_id
         GROUP BY used.start_time, b.id, b.external_id, b.name
         ORDER BY used.start_time, b.name, b.external_id"
    ))?;
    rows.into_iter()
        .map(|row| {
            let hall = HallOfSlot {
                hall: row.name,
                hall_external_id: row.external_id,
                rooms: row.rooms,
                participants: row.participants,
                capacity: row.seats,
                rooms_over_capacity: row.over_capacity,
            };
            Ok((time(&row.start_time)?, hall))
        })
        .collect()
}

/// The active rows of one date that were made since then.
///
/// # Errors
/// When the database fails.
pub fn created(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Created, StoreError> {
    let rows: Vec<Created> = connection.rows_with(
        "SELECT count(*) AS rows, CAST(coalesce(sum(participant_count), 0) AS bigint) AS participants
         FROM participants WHERE exam_date = $1 AND is_active AND created_at >= $2",
        &[&exam_date, &since],
    )?;
    rows.into_iter().next().ok_or_else(|| StoreError::Other("counting the new rows gave no row".into()))
}
