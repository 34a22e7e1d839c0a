//! People who can't sit where the data says: in closed halls or rooms, or two on one seat.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use super::{Counted, Listed};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, Moment, TimeOfDay};

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
}

/// Active people in inactive halls or rooms on the dates from `from` to `to`; at most so many rooms are named.
pub(crate) fn closed_in_use(
    connection: &mut Connection,
    from: NaiveDate,
    to: NaiveDate,
    most: i64,
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
                room_external_id, CAST(used.people AS bigint) AS participants
         FROM used JOIN closed ON closed.id = used.room_id
         ORDER BY used.exam_date, used.start_time, hall, hall_external_id, room, room_external_id LIMIT $3",
        &[&from, &to, &most],
    )?;
    Ok(rows.into())
}

/// A closed hall, or a closed room of an open one, with its people.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ClosedPlace {
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The room's name, where the hall is open.
    #[diesel(sql_type = Nullable<Text>)]
    pub room: Option<String>,
    /// The room's external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room_external_id: Option<i64>,
    /// Since when it is closed.
    #[diesel(sql_type = Nullable<Moment>)]
    pub closed_at: Option<DateTime<Utc>>,
    /// Its people, over all dates.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
    /// The first date on which it has some.
    #[diesel(sql_type = Day)]
    pub first_date: NaiveDate,
    /// The last one.
    #[diesel(sql_type = Day)]
    pub last_date: NaiveDate,
}

/// The closed halls and rooms that have active people on the dates from `from` to `to`, those with most people first.
pub(crate) fn closed_places(
    connection: &mut Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<ClosedPlace>, StoreError> {
    connection.rows_with(
        "WITH closed AS (
             SELECT r.id, b.name AS hall, b.external_id AS hall_external_id,
                    CASE WHEN b.is_active THEN r.name END AS room,
                    CASE WHEN b.is_active THEN r.external_id END AS room_external_id,
                    CASE WHEN b.is_active THEN r.deleted_at ELSE b.deleted_at END AS closed_at
             FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id
             WHERE NOT r.is_active OR NOT b.is_active
         )
         SELECT hall, hall_external_id, room, room_external_id, closed_at,
                CAST(sum(p.participant_count) AS bigint) AS participants,
                min(p.exam_date) AS first_date, max(p.exam_date) AS last_date
         FROM participants AS p JOIN closed ON closed.id = p.room_id
         WHERE p.exam_date BETWEEN $1 AND $2 AND p.is_active
         GROUP BY hall, hall_external_id, room, room_external_id, closed_at
         HAVING sum(p.participant_count) > 0
         ORDER BY 6 DESC, hall_external_id, room_external_id",
        &[&from, &to],
    )
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
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The number of one of them.
    #[diesel(sql_type = Text)]
    pub first_number: String,
    /// That of another.
    #[diesel(sql_type = Text)]
    pub last_number: String,
}

/// The seats that more than one active person has at one start time, from `from` to `to`; at most so many
/// are named.
pub(crate) fn seats_taken(
    connection: &mut Connection,
    from: NaiveDate,
    to: Option<NaiveDate>,
    most: i64,
) -> Result<Listed<SeatTaken>, StoreError> {
    let rows: Vec<Counted<SeatTaken>> = connection.rows_with(
        "SELECT count(*) OVER () AS total, taken.exam_date, taken.start_time, b.name AS hall, r.name AS room,
                r.external_id AS room_external_id, CAST(taken.place_id AS bigint) AS place_id,
                taken.people AS participants, b.external_id AS hall_external_id, first_number, last_number
         FROM (SELECT exam_date, start_time, room_id, place_id, count(*) AS people,
                      min(coalesce(participant_id, CAST(external_profile_exam_id AS text))) AS first_number,
                      max(coalesce(participant_id, CAST(external_profile_exam_id AS text))) AS last_number
               FROM participants
               WHERE exam_date BETWEEN $1 AND coalesce($2, '9999-12-31'::date) AND is_active
                 AND external_profile_exam_id IS NOT NULL AND place_id IS NOT NULL
               GROUP BY exam_date, start_time, room_id, place_id
               HAVING count(*) > 1) AS taken
         JOIN rooms AS r ON r.id = taken.room_id
         JOIN buildings AS b ON b.id = r.building_id
         ORDER BY taken.exam_date, taken.start_time, b.name, r.name, r.external_id, taken.place_id LIMIT $3",
        &[&from, &to, &most],
    )?;
    Ok(rows.into())
}
