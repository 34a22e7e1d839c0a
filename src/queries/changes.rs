//! What became of one date since a moment, net: who sat where then and sits where now, and what happened to its places.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::{Value, json};

use super::{Counted, Listed};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Json;

/// People who were and are at the same places: of seats all of them together, of counts those of one room and start.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Transfer {
    /// Whether each of them is known, by a seat.
    #[diesel(sql_type = Bool)]
    pub is_seat: bool,
    /// Whether each has the seat, the number and the name as before; of counts, whether they were and are there.
    #[diesel(sql_type = Bool)]
    pub is_plain: bool,
    /// The room before, by external id; none of who is new.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_room: Option<i64>,
    /// What the room was called.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_room_name: Option<String>,
    /// The hall before, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_hall: Option<i64>,
    /// What the hall was called.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_hall_name: Option<String>,
    /// The start time before.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_start: Option<String>,
    /// How many they were.
    #[diesel(sql_type = BigInt)]
    pub old_people: i64,
    /// The room now; none of who is gone.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub room_name: Option<String>,
    /// The hall now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub hall: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub hall_name: Option<String>,
    /// The start time now.
    #[diesel(sql_type = Nullable<Text>)]
    pub start: Option<String>,
    /// How many they are.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// One person on a seat who is not where and what she was, but for the start.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PersonChange {
    /// The number; where the exam system gives none, the id of the exam's profile.
    #[diesel(sql_type = Text)]
    pub number: String,
    /// The number before.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_number: Option<String>,
    /// The name before.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_name: Option<String>,
    /// The name now.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// Whether she sat anywhere.
    #[diesel(sql_type = Bool)]
    pub was_there: bool,
    /// Whether she sits anywhere.
    #[diesel(sql_type = Bool)]
    pub is_there: bool,
    /// The room before, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_room: Option<i64>,
    /// What it was called.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_room_name: Option<String>,
    /// The hall before, by external id.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_hall: Option<i64>,
    /// What it was called.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_hall_name: Option<String>,
    /// The start before.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_start: Option<String>,
    /// The seat before.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_place: Option<i64>,
    /// The room now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub room_name: Option<String>,
    /// The hall now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub hall: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub hall_name: Option<String>,
    /// The start now.
    #[diesel(sql_type = Nullable<Text>)]
    pub start: Option<String>,
    /// The seat now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub place: Option<i64>,
}

/// One audit row of a hall or room.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PlaceChange {
    /// What happened (contract §6, audit_logs).
    #[diesel(sql_type = Text)]
    pub action: String,
    /// The hall, or that of the room, by external id.
    #[diesel(sql_type = BigInt)]
    pub hall: i64,
    /// What it is called now.
    #[diesel(sql_type = Text)]
    pub hall_name: String,
    /// The room, where it is about one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room: Option<i64>,
    /// What it is called now.
    #[diesel(sql_type = Nullable<Text>)]
    pub room_name: Option<String>,
    /// Before.
    #[diesel(sql_type = Json)]
    pub old_value: Value,
    /// After.
    #[diesel(sql_type = Json)]
    pub new_value: Value,
    /// Whether the date has or had people there.
    #[diesel(sql_type = Bool)]
    pub is_used: bool,
}

/// Which people are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeopleAsked<'a> {
    /// As many as this who changed their room together are not listed one by one.
    pub together: i64,
    /// Only those who were or are in one of these halls; all where there is none.
    pub halls: &'a [i64],
    /// The most that are listed.
    pub most: i64,
}

/// Everyone of the date who is not where she was at that moment, in groups.
pub(crate) fn transfers(
    connection: &mut Connection,
    date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Vec<Transfer>, StoreError> {
    connection.rows_with(
        concat!(include_str!("changes/touched.part.sql"), include_str!("changes/transfers.part.sql")),
        &[&since, &date.to_string(), &since, &date, &since],
    )
}

/// The people on seats who changed in more than their start, one by one.
pub(crate) fn people(
    connection: &mut Connection,
    date: NaiveDate,
    since: DateTime<Utc>,
    asked: PeopleAsked<'_>,
) -> Result<Listed<PersonChange>, StoreError> {
    let halls: Value = asked.halls.iter().map(|id| json!({ "id": id })).collect();
    let rows: Vec<Counted<PersonChange>> = connection.rows_with(
        concat!(include_str!("changes/touched.part.sql"), include_str!("changes/people.part.sql")),
        &[
            &since,
            &date.to_string(),
            &since,
            &date,
            &since,
            &asked.together,
            &!asked.halls.is_empty(),
            &halls,
            &asked.most,
        ],
    )?;
    Ok(rows.into())
}

/// What happened to halls and rooms, oldest first.
pub(crate) fn places(
    connection: &mut Connection,
    date: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Vec<PlaceChange>, StoreError> {
    connection.rows_with(include_str!("changes/places.sql"), &[&date, &since, &since, &since])
}
