//! Who has been put elsewhere on one date since a moment: where they were then, and are now.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Time};
use serde_json::Value;

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Json;

/// A participants row that changed, or is new.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ChangedRow {
    /// Whether it is one person on a seat.
    #[diesel(sql_type = Bool)]
    pub is_seat: bool,
    /// Whether it was there at the moment.
    #[diesel(sql_type = Bool)]
    pub was_active: bool,
    /// Whether it is there now.
    #[diesel(sql_type = Bool)]
    pub is_active: bool,
    /// The hall of now, by external id.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// The room of now, by external id.
    #[diesel(sql_type = BigInt)]
    pub room_external_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub room: String,
    /// The start time of now.
    #[diesel(sql_type = Time)]
    pub start_time: NaiveTime,
    /// The seat of now.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub seat: Option<i64>,
    /// The number of now.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    /// The name of now.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// The people of now.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
    /// The hall of then.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_hall_external_id: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_hall: Option<String>,
    /// The room of then.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_room_external_id: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_room: Option<String>,
    /// The start time of then.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_start_time: Option<String>,
    /// The seat of then.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_seat: Option<i64>,
    /// The number of then.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_number: Option<String>,
    /// The name of then.
    #[diesel(sql_type = Nullable<Text>)]
    pub old_name: Option<String>,
    /// The people of then.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub old_people: Option<i64>,
}

/// Shows `visit` every row of the date that changed or is new since then.
pub(crate) fn people<E: From<StoreError>>(
    connection: &mut Connection,
    date: NaiveDate,
    since: DateTime<Utc>,
    visit: impl FnMut(ChangedRow) -> Result<(), E>,
) -> Result<(), E> {
    connection.for_each(
        include_str!("moved/people.sql"),
        &[&since, &date.to_string(), &since, &date, &since],
        visit,
    )
}

/// What was of a hall or a room before it changed.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ChangedPlace {
    /// The hall or room, by external id.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// What changed (contract §6, audit_logs).
    #[diesel(sql_type = Text)]
    pub action: String,
    /// What was.
    #[diesel(sql_type = Json)]
    pub old_value: Value,
}

/// The halls and rooms that were renamed, moved or got another capacity since then, each with its first such change.
pub(crate) fn places(
    connection: &mut Connection,
    since: DateTime<Utc>,
) -> Result<Vec<ChangedPlace>, StoreError> {
    connection.rows_with(
        "SELECT coalesce(b.external_id, r.external_id) AS external_id, a.action,
                coalesce(readable_json(a.old_value), 'null') AS old_value
         FROM (SELECT min(id) AS id FROM audit_logs
               WHERE created_at >= $1
                 AND action IN ('building_renamed', 'room_renamed', 'room_moved', 'room_capacity_changed')
               GROUP BY action, entity_id) AS first
         JOIN audit_logs AS a ON a.id = first.id
         LEFT JOIN buildings AS b ON a.entity_type = 'building' AND b.id = a.entity_id
         LEFT JOIN rooms AS r ON a.entity_type = 'room' AND r.id = a.entity_id
         WHERE coalesce(b.external_id, r.external_id) IS NOT NULL ORDER BY a.id",
        &[&since],
    )
}
