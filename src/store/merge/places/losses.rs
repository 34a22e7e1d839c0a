//! What a pass of halls or rooms would do, for the guard: how many rows of what, and which.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text};

use super::PlaceScope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::change::PlanRow;

/// What would be done in one place: to one kind in a `halls` pass, to the rooms of one hall in a `rooms` pass.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PlaceLoss {
    /// `hall` or `room`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The hall's external id in a `rooms` pass, else 0.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// The hall's name in a `rooms` pass, else empty.
    #[diesel(sql_type = Text)]
    pub hall: String,
    /// Active rows now.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// Active rows that would be deactivated.
    #[diesel(sql_type = BigInt)]
    pub going: i64,
    /// Active rows now, with those that would move here and without those that would move away.
    #[diesel(sql_type = BigInt)]
    pub listed: i64,
    /// Those of them that would get another name.
    #[diesel(sql_type = BigInt)]
    pub renamed: i64,
    /// Those of them that would be moved to another hall.
    #[diesel(sql_type = BigInt)]
    pub moved: i64,
    /// Those of them that would get fewer seats; seats that become unknown are not fewer.
    #[diesel(sql_type = BigInt)]
    pub smaller: i64,
    /// Rows that would be created.
    #[diesel(sql_type = BigInt)]
    pub created: i64,
    /// Whether any row of the kind is active, wherever it is: else this is a first load.
    #[diesel(sql_type = Bool)]
    pub any_active: bool,
}

impl PlaceLoss {
    /// Whether a row is judged with it that goes, or changes, by the word of this hall.
    pub fn covers(&self, hall_external_id: i64) -> bool {
        self.hall_external_id == 0 || self.hall_external_id == hall_external_id
    }
}

/// What else than a deactivation too much of can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Rows get another name.
    Renamed,
    /// Rooms get into another hall.
    Moved,
    /// Rooms get fewer seats.
    Smaller,
    /// Rows are created.
    Created,
}

impl Ground {
    /// All of them, in the order in which they are named.
    pub const ALL: [Self; 4] = [Self::Renamed, Self::Moved, Self::Smaller, Self::Created];

    /// The word for it in a plan, which outlives an update.
    pub fn name(self) -> &'static str {
        match self {
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Smaller => "smaller",
            Self::Created => "created",
        }
    }
}

/// One row that would be changed or created.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ChangedRow {
    /// Its external id.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// The external id of the hall that says so.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// What it would become, as far as the hall does not say it.
    #[diesel(sql_type = Text)]
    pub value: String,
    /// The row as people read it.
    #[diesel(sql_type = Text)]
    pub label: String,
}

/// The most rows that [`changed_rows`] returns: a feed may hold any number of them.
pub const PAGE: usize = 50_000;

/// What the guard weighs: halls and rooms in a `halls` pass, the rooms of each hall in a `rooms` pass.
pub fn losses(connection: &mut Connection, scope: PlaceScope) -> Result<Vec<PlaceLoss>, StoreError> {
    connection.rows(match scope {
        PlaceScope::AllHalls | PlaceScope::ListedHalls => include_str!("losses_of_halls.sql"),
        PlaceScope::AskedHalls => include_str!("losses_by_hall.sql"),
    })
}

/// Every row that would be deactivated, by kind and external id.
pub fn plan_rows(connection: &mut Connection) -> Result<Vec<PlanRow>, StoreError> {
    connection.rows(include_str!("plan_rows.sql"))
}

/// The next [`PAGE`] halls, or rooms, of one ground, after an external id and in the order of these.
pub fn changed_rows(
    connection: &mut Connection,
    kind: &str,
    ground: Ground,
    after: i64,
) -> Result<Vec<ChangedRow>, StoreError> {
    let select = match (kind, ground) {
        ("hall", Ground::Renamed) => {
            "SELECT external_id, external_id AS hall_external_id, name AS value,
                    isolated(old_name) || ' → ' || isolated(name) || ' (hall ' || external_id || ')' AS label
             FROM src_hall WHERE was_active AND name <> old_name"
        }
        ("hall", Ground::Created) => {
            "SELECT external_id, external_id AS hall_external_id, name AS value,
                    isolated(name) || ' (hall ' || external_id || ')' AS label
             FROM src_hall WHERE building_id IS NULL"
        }
        (_, Ground::Renamed) => {
            "SELECT external_id, hall_external_id, name AS value,
                    isolated(old_name) || ' → ' || isolated(name) || ' (room ' || external_id || ')' AS label
             FROM src_room WHERE was_active AND name <> old_name"
        }
        (_, Ground::Moved) => {
            "SELECT external_id, hall_external_id, '' AS value,
                    isolated(name) || ' (room ' || external_id || '): ' || isolated(old_hall_name) || ' → '
                    || isolated(hall_name) AS label
             FROM src_room WHERE was_active AND hall_external_id <> old_hall_external_id"
        }
        (_, Ground::Smaller) => {
            "SELECT external_id, hall_external_id, CAST(capacity AS text) AS value,
                    isolated(name) || ' (room ' || external_id || '): ' || old_capacity || ' → ' || capacity AS label
             FROM src_room WHERE was_active AND capacity < old_capacity"
        }
        (_, Ground::Created) => {
            "SELECT external_id, hall_external_id,
                    coalesce(CAST(capacity AS text), 'unknown') || ' ' || name AS value,
                    isolated(name) || ' (room ' || external_id || ')' AS label
             FROM src_room WHERE room_id IS NULL"
        }
    };
    let page = format!("{select} AND external_id > $1::bigint ORDER BY external_id LIMIT {PAGE}");
    connection.rows_with(&page, &[&after])
}
