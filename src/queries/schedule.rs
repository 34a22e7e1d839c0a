//! Who sits when and where: the schedule, by date and start time, and of one date by hall.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// The active participants of one date and start time.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Slot {
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start time.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// Halls with active participants.
    #[diesel(sql_type = BigInt)]
    pub halls: i64,
    /// Rooms with active participants.
    #[diesel(sql_type = BigInt)]
    pub rooms: i64,
    /// People.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
}

/// Every slot from `from` on, in order.
pub(crate) fn from(connection: &mut Connection, from: NaiveDate) -> Result<Vec<Slot>, StoreError> {
    connection.rows_with(
        "SELECT exam_date, start_time, count(DISTINCT building_id) AS halls, count(DISTINCT room_id) AS rooms,
                CAST(sum(participant_count) AS bigint) AS participants
         FROM participants WHERE is_active AND exam_date >= $1
         GROUP BY exam_date, start_time ORDER BY 1, 2",
        &[&from],
    )
}

/// Every slot of one date, in order.
pub(crate) fn slots_of_date(
    connection: &mut Connection,
    exam_date: NaiveDate,
) -> Result<Vec<Slot>, StoreError> {
    connection.rows_with(
        "SELECT exam_date, start_time, count(DISTINCT building_id) AS halls, count(DISTINCT room_id) AS rooms,
                CAST(sum(participant_count) AS bigint) AS participants
         FROM participants WHERE is_active AND exam_date = $1
         GROUP BY exam_date, start_time ORDER BY 1, 2",
        &[&exam_date],
    )
}

/// One hall at one start time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct HallOfSlot {
    /// When.
    #[diesel(sql_type = TimeOfDay)]
    #[serde(skip)]
    pub start_time: NaiveTime,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// Its external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Rooms that are used.
    #[diesel(sql_type = BigInt)]
    pub rooms: i64,
    /// People in them.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// Seats in them; `None` where those of a room are unknown.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub capacity: Option<i64>,
    /// Rooms with more people than seats.
    #[diesel(sql_type = BigInt)]
    pub rooms_over_capacity: i64,
}

/// The halls of each slot of one date, by start time and name.
pub(crate) fn halls_of(
    connection: &mut Connection,
    exam_date: NaiveDate,
) -> Result<Vec<HallOfSlot>, StoreError> {
    connection.rows_with(
        "SELECT used.start_time, b.name AS hall, b.external_id AS hall_external_id, count(*) AS rooms,
                CAST(sum(used.people) AS bigint) AS participants,
                CASE WHEN count(r.capacity) = count(*) THEN CAST(sum(r.capacity) AS bigint) END AS capacity,
                count(*) FILTER (WHERE used.people > r.capacity) AS rooms_over_capacity
         FROM (SELECT start_time, room_id, building_id, sum(participant_count) AS people
               FROM participants WHERE exam_date = $1 AND is_active
               GROUP BY start_time, room_id, building_id) AS used
         JOIN rooms AS r ON r.id = used.room_id
         JOIN buildings AS b ON b.id = used.building_id
         GROUP BY used.start_time, b.id, b.external_id, b.name
         ORDER BY used.start_time, b.name, b.external_id",
        &[&exam_date],
    )
}

/// One room at one start time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct RoomOfSlot {
    /// When.
    #[diesel(sql_type = TimeOfDay)]
    #[serde(skip)]
    pub start_time: NaiveTime,
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// Its external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// People in it.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// Its seats, where they are known.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub capacity: Option<i64>,
}

/// The rooms of some halls on one date, by start time and name.
pub(crate) fn rooms_of(
    connection: &mut Connection,
    exam_date: NaiveDate,
    halls: &[i64],
) -> Result<Vec<RoomOfSlot>, StoreError> {
    let halls: Value = halls.iter().map(|id| json!({ "id": id })).collect();
    connection.rows_with(
        "SELECT p.start_time, b.external_id AS hall_external_id, r.name AS room, r.external_id AS room_external_id,
                CAST(sum(p.participant_count) AS bigint) AS participants, CAST(r.capacity AS bigint) AS capacity
         FROM participants AS p
         JOIN rooms AS r ON r.id = p.room_id
         JOIN buildings AS b ON b.id = r.building_id
         WHERE p.exam_date = $1 AND p.is_active
           AND b.external_id IN (SELECT (item.value ->> 'id')::bigint FROM json_each($2) AS item)
         GROUP BY p.start_time, b.external_id, r.name, r.external_id, r.capacity
         ORDER BY p.start_time, b.external_id, r.name, r.external_id",
        &[&exam_date, &halls],
    )
}

/// What a hall is called that is asked for by its external id, and the others.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct NamedHall {
    /// Its external id.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// All halls, active or not, by external id.
pub(crate) fn halls(connection: &mut Connection) -> Result<Vec<NamedHall>, StoreError> {
    connection.rows_with("SELECT external_id, name FROM buildings ORDER BY external_id", &[])
}

/// Rows of a date that are new and active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct Created {
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// People in them.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
}

/// The active rows of one date that were made since then.
pub(crate) fn created(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Created, StoreError> {
    connection.row(
        "SELECT count(*) AS rows, CAST(coalesce(sum(participant_count), 0) AS bigint) AS participants
         FROM participants WHERE exam_date = $1 AND is_active AND created_at >= $2",
        &[&exam_date, &since],
    )
}

/// Whether the date has rows, and all of them were made since then.
pub(crate) fn is_new(
    connection: &mut Connection,
    exam_date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let is_old =
        connection.any("participants WHERE exam_date = $1 AND created_at < $2", &[&exam_date, &since])?;
    Ok(!is_old && connection.any("participants WHERE exam_date = $1", &[&exam_date])?)
}
