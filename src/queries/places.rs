//! Halls and rooms as `find` looks through them: their names, who sits in them, what changed.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Time};
use serde_json::{Value, json};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment};

/// A hall or a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceKind {
    /// A hall.
    Hall,
    /// A room.
    Room,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceRow {
    /// Which of the two.
    pub kind: PlaceKind,
    /// Its external id.
    pub external_id: i64,
    /// Its name.
    pub name: String,
    /// The hall that it is, or is in, by external id.
    pub hall_external_id: i64,
    /// The hall's name.
    pub hall: String,
    /// The hall's address.
    pub address: Option<String>,
    /// What people may add to its name: the address of a hall, the hall of a room.
    pub around: Option<String>,
    /// Whether it is open.
    pub is_active: bool,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    hall_external_id: i64,
    #[diesel(sql_type = Text)]
    hall: String,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
}

/// Every hall and every room.
pub(crate) fn all(connection: &mut Connection) -> Result<Vec<PlaceRow>, StoreError> {
    let halls: Vec<Named> = connection.rows(
        "SELECT external_id, name, external_id AS hall_external_id, name AS hall, address, is_active FROM buildings",
    )?;
    let rooms: Vec<Named> = connection.rows(
        "SELECT r.external_id, r.name, b.external_id AS hall_external_id, b.name AS hall, b.address,
                (r.is_active AND b.is_active) AS is_active
         FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id",
    )?;
    let halls = halls.into_iter().map(|row| row.into_place(PlaceKind::Hall));
    Ok(halls.chain(rooms.into_iter().map(|row| row.into_place(PlaceKind::Room))).collect())
}

impl Named {
    fn into_place(self, kind: PlaceKind) -> PlaceRow {
        let around = match kind {
            PlaceKind::Hall => self.address.clone(),
            PlaceKind::Room => Some(self.hall.clone()),
        };
        PlaceRow {
            kind,
            around,
            external_id: self.external_id,
            name: self.name,
            hall_external_id: self.hall_external_id,
            hall: self.hall,
            address: self.address,
            is_active: self.is_active,
        }
    }
}

/// The people of a hall or a room at one start time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceSlot {
    /// Which of the two it is.
    pub kind: PlaceKind,
    /// Its external id.
    pub external_id: i64,
    /// The date.
    pub exam_date: NaiveDate,
    /// The start time.
    pub start_time: NaiveTime,
    /// How many rooms.
    pub rooms: i64,
    /// How many people.
    pub participants: i64,
}

#[derive(QueryableByName)]
struct Slot {
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = Date)]
    exam_date: NaiveDate,
    #[diesel(sql_type = Time)]
    start_time: NaiveTime,
    #[diesel(sql_type = BigInt)]
    rooms: i64,
    #[diesel(sql_type = BigInt)]
    participants: i64,
}

/// When people sit in these, from `from` to `to`, or from then on.
pub(crate) fn slots(
    connection: &mut Connection,
    kind: PlaceKind,
    ids: &[i64],
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Result<Vec<PlaceSlot>, StoreError> {
    let place = match kind {
        PlaceKind::Hall => "b",
        PlaceKind::Room => "r",
    };
    let rows: Vec<Slot> = connection.rows_with(
        &format!(
            "SELECT {place}.external_id, p.exam_date, p.start_time, count(DISTINCT p.room_id) AS rooms,
                    CAST(sum(p.participant_count) AS bigint) AS participants
             FROM json_each($1) AS item
             JOIN buildings AS b ON 1 = 1
             JOIN rooms AS r ON r.building_id = b.id
             JOIN participants AS p ON p.room_id = r.id AND p.is_active
             WHERE {place}.external_id = CAST(item.value ->> 'id' AS bigint)
               AND p.exam_date BETWEEN $2 AND coalesce($3, '9999-12-31'::date)
             GROUP BY {place}.external_id, p.exam_date, p.start_time ORDER BY 1, 2, 3"
        ),
        &[&listed(ids), &from, &to],
    )?;
    let slots = rows.into_iter().map(|row| PlaceSlot {
        kind,
        external_id: row.external_id,
        exam_date: row.exam_date,
        start_time: row.start_time,
        rooms: row.rooms,
        participants: row.participants,
    });
    Ok(slots.collect())
}

/// The newest change of a hall or a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceChange {
    /// Which of the two it is.
    pub kind: PlaceKind,
    /// Its external id.
    pub external_id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What (contract §6, audit_logs).
    pub action: String,
    /// What was.
    pub before: Value,
}

#[derive(QueryableByName)]
struct Change {
    #[diesel(sql_type = BigInt)]
    external_id: i64,
    #[diesel(sql_type = Moment)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Json)]
    before: Value,
}

/// The newest change since then of each of these that has one.
pub(crate) fn changes(
    connection: &mut Connection,
    kind: PlaceKind,
    ids: &[i64],
    since: DateTime<Utc>,
) -> Result<Vec<PlaceChange>, StoreError> {
    let (table, entity) = match kind {
        PlaceKind::Hall => ("buildings", "building"),
        PlaceKind::Room => ("rooms", "room"),
    };
    let rows: Vec<Change> = connection.rows_with(
        &format!(
            "SELECT place.external_id, a.created_at AS at, a.action, coalesce(readable_json(a.old_value), 'null') AS before
             FROM json_each($1) AS item
             JOIN {table} AS place ON place.external_id = CAST(item.value ->> 'id' AS bigint)
             JOIN audit_logs AS a ON a.id = (
                 SELECT max(newest.id) FROM audit_logs AS newest
                 WHERE newest.entity_type = '{entity}' AND newest.entity_id = place.id AND newest.created_at >= $2)"
        ),
        &[&listed(ids), &since],
    )?;
    let changes = rows.into_iter().map(|row| PlaceChange {
        kind,
        external_id: row.external_id,
        at: row.at,
        action: row.action,
        before: row.before,
    });
    Ok(changes.collect())
}

/// Ids as one parameter.
fn listed(ids: &[i64]) -> Value {
    ids.iter().map(|id| json!({ "id": id })).collect()
}
