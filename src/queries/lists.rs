//! Who sits where on one date, in the order of the paper for the door.

use chrono::{NaiveDate, NaiveTime};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Time};
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The people of one room at one start time: what one sheet is about.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ListedSlot {
    /// The hall's external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The room's external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// The room's name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// Its seats, where they are known.
    #[diesel(sql_type = Nullable<Integer>)]
    pub capacity: Option<i32>,
    /// The start time.
    #[diesel(sql_type = Time)]
    pub start_time: NaiveTime,
    /// The people.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// The rooms and start times of one date that have people, in no order.
pub(crate) fn slots(connection: &mut Connection, date: NaiveDate) -> Result<Vec<ListedSlot>, StoreError> {
    connection.rows_with(
        "SELECT b.external_id AS hall_external_id, b.name AS hall, r.external_id AS room_external_id, r.name AS room,
                r.capacity, used.start_time, used.people
         FROM (SELECT room_id, start_time, CAST(sum(participant_count) AS bigint) AS people
               FROM participants WHERE exam_date = $1 AND is_active
               GROUP BY room_id, start_time) AS used
         JOIN rooms AS r ON r.id = used.room_id
         JOIN buildings AS b ON b.id = r.building_id",
        &[&date],
    )
}

/// A room as it is called, whether or not people sit in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct NamedRoom {
    /// The room's external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// The room's name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// The hall's name.
    #[diesel(sql_type = Text)]
    pub hall: String,
}

/// The names of these rooms.
pub(crate) fn rooms(connection: &mut Connection, ids: &[i64]) -> Result<Vec<NamedRoom>, StoreError> {
    let ids: Value = ids.iter().map(|id| json!({ "id": id })).collect();
    connection.rows_with(
        "SELECT r.external_id AS room_external_id, r.name AS room, b.name AS hall
         FROM json_each($1) AS item
         JOIN rooms AS r ON r.external_id = CAST(item.value ->> 'id' AS bigint)
         JOIN buildings AS b ON b.id = r.building_id",
        &[&ids],
    )
}

/// One hall by its external id and name.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct NamedHall {
    /// The external id.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// The name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// Every hall, open or closed.
pub(crate) fn halls(connection: &mut Connection) -> Result<Vec<NamedHall>, StoreError> {
    connection.rows("SELECT external_id, name FROM buildings ORDER BY external_id")
}

/// One active participants row.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ListedRow {
    /// The room: its place in the order that was asked for.
    #[diesel(sql_type = Integer)]
    pub nth: i32,
    /// The start time.
    #[diesel(sql_type = Time)]
    pub start_time: NaiveTime,
    /// The seat.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub seat: Option<i64>,
    /// The person's number.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    /// The person's name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// How many people it is.
    #[diesel(sql_type = Integer)]
    pub people: i32,
    /// Whether it is one person on a seat.
    #[diesel(sql_type = Bool)]
    pub is_seat: bool,
}

/// Shows `visit` the people of these rooms on one date, room after room in this order, by start time and seat.
pub(crate) fn rows<E: From<StoreError>>(
    connection: &mut Connection,
    date: NaiveDate,
    rooms: &[i64],
    visit: impl FnMut(ListedRow) -> Result<(), E>,
) -> Result<(), E> {
    // Pairs, because an object of each of 40,000 rooms would take 25 MB.
    let rooms: Value = rooms.iter().enumerate().map(|(nth, id)| json!([nth, id])).collect();
    connection.for_each(
        "SELECT CAST(item.value ->> 0 AS integer) AS nth, p.start_time, p.place_id AS seat,
                p.participant_id AS number, p.participant_name AS name, p.participant_count AS people,
                (p.external_profile_exam_id IS NOT NULL) AS is_seat
         FROM json_each($1) AS item
         JOIN rooms AS r ON r.external_id = CAST(item.value ->> 1 AS bigint)
         JOIN participants AS p ON p.room_id = r.id
         WHERE p.exam_date = $2 AND p.is_active
         ORDER BY 1, p.start_time, p.place_id IS NULL, p.place_id, p.external_profile_exam_id",
        &[&rooms, &date],
        visit,
    )
}
