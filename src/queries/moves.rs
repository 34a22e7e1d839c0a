//! Whom one pass gave another time, room or hall: where people were and are, read from what it wrote.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use uuid::Uuid;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Day, TimeOfDay};

/// People of one date that a pass found elsewhere than they were: one person on a seat, or the people of a room and time.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Step {
    /// Whether it is one person, who is the same before and after.
    #[diesel(sql_type = Bool)]
    pub is_seat: bool,
    /// The room before, by external id; none of what is new.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_room: Option<i64>,
    /// The start time before.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_start: Option<String>,
    /// The hall before, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_hall: Option<i64>,
    /// How many were there.
    #[diesel(sql_type = BigInt)]
    pub old_people: i64,
    /// The room after; none of what is gone.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub new_room: Option<i64>,
    /// The start time after.
    #[diesel(sql_type = Nullable<Text>)]
    pub new_start: Option<String>,
    /// The hall after.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub new_hall: Option<i64>,
    /// How many are there.
    #[diesel(sql_type = BigInt)]
    pub new_people: i64,
}

/// The steps of the pass of a run that began at `started_at`.
pub(crate) fn of_participants(
    connection: &mut Connection,
    run_id: Uuid,
    started_at: DateTime<Utc>,
    date: NaiveDate,
) -> Result<Vec<Step>, StoreError> {
    connection.rows_with(
        include_str!("moves/participants.sql"),
        &[&run_id, &started_at, &date.to_string(), &date, &started_at],
    )
}

/// The people of one time in a room that a pass moved to another hall.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct MovedRoom {
    /// The date.
    #[diesel(sql_type = Day)]
    pub exam_date: NaiveDate,
    /// The start time.
    #[diesel(sql_type = TimeOfDay)]
    pub start_time: NaiveTime,
    /// The room, by external id.
    #[diesel(sql_type = BigInt)]
    pub room: i64,
    /// The hall before, by external id.
    #[diesel(sql_type = BigInt)]
    pub old_hall: i64,
    /// The hall after.
    #[diesel(sql_type = BigInt)]
    pub new_hall: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// The rooms that the pass of a run that began at `started_at` moved, with their people of the dates from `from` to `to`.
pub(crate) fn of_rooms(
    connection: &mut Connection,
    run_id: Uuid,
    started_at: DateTime<Utc>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<MovedRoom>, StoreError> {
    connection.rows_with(include_str!("moves/rooms.sql"), &[&run_id, &started_at, &from, &to])
}
