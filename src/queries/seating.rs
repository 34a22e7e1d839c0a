//! People who can't sit where they are said to: in closed halls or rooms, or two on one seat.

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text};
use serde::Serialize;

use super::{Counted, Listed, MAX_NAMED};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// The people of one start time in a room that is closed, or whose hall is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct ClosedInUse {
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start time.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Whether the hall is open, so that only the room is closed.
    #[diesel(sql_type = Bool)]
    pub hall_is_active: bool,
    /// The room's name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// The room's external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// Its people.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// The people of all such rooms and times together.
    #[diesel(sql_type = BigInt)]
    #[serde(skip)]
    pub all_participants: i64,
}

/// Active people in inactive halls or rooms on the dates from `from` to `to`.
pub(crate) fn closed_in_use(
    connection: &mut Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Listed<ClosedInUse>, StoreError> {
    let rows: Vec<Counted<ClosedInUse>> = connection.rows_with(
        "WITH closed AS (
             SELECT r.id, r.name AS room, r.external_id AS room_external_id, b.name AS hall,
                    b.external_id AS hall_external_id, b.is_active AS hall_is_active
             FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id
             WHERE NOT r.is_active OR NOT b.is_active
         ),
         used AS (
             SELECT exam_date, start_time, room_id, sum(participant_count) AS people
             FROM participants
             WHERE exam_date BETWEEN $1 AND $2 AND is_active AND room_id IN (SELECT id FROM closed)
             GROUP BY exam_date, start_time, room_id
             HAVING sum(participant_count) > 0
         )
         SELECT count(*) OVER () AS total, used.exam_date, used.start_time, hall, hall_external_id, hall_is_active, room,
                room_external_id, CAST(used.people AS bigint) AS participants,
                CAST(sum(used.people) OVER () AS bigint) AS all_participants
         FROM used JOIN closed ON closed.id = used.room_id
         ORDER BY used.exam_date, used.start_time, hall, hall_external_id, room, room_external_id LIMIT $3",
        &[&from, &to, &MAX_NAMED],
    )?;
    Ok(rows.into())
}

/// One seat that several people have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct SeatTaken {
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
    /// The seat.
    #[diesel(sql_type = BigInt)]
    pub place_id: i64,
    /// How many have it.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
}

/// The seats that more than one active person has at one start time, from `from` to `to`.
pub(crate) fn seats_taken(
    connection: &mut Connection,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Result<Listed<SeatTaken>, StoreError> {
    let rows: Vec<Counted<SeatTaken>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, taken.exam_date, taken.start_time, b.name AS hall, r.name AS room,
                r.external_id AS room_external_id, CAST(taken.place_id AS bigint) AS place_id,
                taken.people AS participants
         FROM (SELECT exam_date, start_time, room_id, place_id, count(*) AS people
               FROM participants
               WHERE exam_date BETWEEN $1 AND coalesce($2, '9999-12-31'::date) AND is_active
                 AND external_profile_exam_id IS NOT NULL AND place_id IS NOT NULL
               GROUP BY exam_date, start_time, room_id, place_id
               HAVING count(*) > 1) AS taken
         JOIN rooms AS r ON r.id = taken.room_id
         JOIN buildings AS b ON b.id = r.building_id
         ORDER BY taken.exam_date, taken.start_time, b.name, r.name, r.external_id, taken.place_id LIMIT $3",
        &[&from, &to, &MAX_NAMED],
    )?;
    Ok(rows.into())
}
