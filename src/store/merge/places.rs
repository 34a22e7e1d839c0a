//! The merge of halls and rooms, for a `halls` pass and for a `rooms` pass.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use super::{Compared, changes, compared, leave_out_unchanged, open_notices};
use crate::model::Presorted;
use crate::report::ChangeSummary;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Within what absence is judged (contract §1, "scope").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceScope {
    /// A `halls` pass: all halls with their rooms.
    AllHalls,
    /// A `rooms` pass: the rooms of each hall that was asked and answered.
    AskedHalls,
}

/// What stands to be deactivated in one place, for the guard: of one kind in a `halls` pass, of the
/// rooms of one hall in a `rooms` pass.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PlaceLoss {
    /// `hall` or `room`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The hall's external id in a `rooms` pass, else 0.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
    /// Active rows now.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// Active rows that would be deactivated.
    #[diesel(sql_type = BigInt)]
    pub going: i64,
}

#[derive(QueryableByName)]
struct Active {
    #[diesel(sql_type = BigInt)]
    halls: i64,
    #[diesel(sql_type = BigInt)]
    rooms: i64,
}

/// One row that would be deactivated.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Deactivation {
    /// `hall` or `room`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its external id.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// Its name as it stands.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The external id of the hall that says so, or that it is in.
    #[diesel(sql_type = BigInt)]
    pub hall_external_id: i64,
}

/// Decides which staged records count. All do of a feed that `presorted` gives the number of rooms of: where it was seen
/// while reading that nothing is wrong with any record and no key comes twice.
///
/// # Errors
/// When the database fails.
pub fn screen(connection: &mut Connection, presorted: Option<Presorted>) -> Result<(), StoreError> {
    connection.execute(match connection {
        // That most are rooms, and good: they are not to be taken for few, and hashed in place of the halls.
        Connection::Postgres(..) => "ANALYZE stage_place (kind, verdict)",
        Connection::Sqlite(_) => "ANALYZE stage_place",
    })?;
    if presorted.is_some() {
        return Ok(());
    }
    connection.execute(include_str!("places/01_screen.sql"))?;
    if connection.any("twice", &[])? {
        connection.execute(include_str!("places/02_deduplicate.sql"))?;
    }
    Ok(())
}

/// Compares what is staged with the live rows; call it again after [`leave_out`]. Where `presorted` is given (see
/// [`screen`]), rooms that are as they are here are left out.
///
/// # Errors
/// When the database fails.
pub fn compare(
    connection: &mut Connection,
    scope: PlaceScope,
    presorted: Option<Presorted>,
) -> Result<(), StoreError> {
    connection.drop_temporary(&["src_hall", "gone_hall", "judged", "closing", "gone_room", "going"])?;
    connection.execute(match scope {
        PlaceScope::AllHalls => include_str!("places/03_compare_halls.sql"),
        PlaceScope::AskedHalls => include_str!("places/03_asked_halls.sql"),
    })?;
    analyze(connection, "src_hall")?;
    if let Connection::Sqlite(_) = connection {
        connection.execute("CREATE INDEX src_hall_external_id ON src_hall (external_id)")?;
    }
    compare_rooms(connection, presorted)?;
    if presorted.is_some() && connection.any("weighed WHERE active > seen", &[])? {
        // Which ones, only all of the feed can tell.
        compare_rooms(connection, None)?;
    }
    connection.execute(include_str!("places/05_deactivations.sql"))?;
    if scope == PlaceScope::AskedHalls && presorted.is_none() {
        connection.execute(include_str!("places/06_not_modified.sql"))?;
    }
    Ok(())
}

fn compare_rooms(connection: &mut Connection, presorted: Option<Presorted>) -> Result<(), StoreError> {
    connection.drop_temporary(&["src_room", "weighed"])?;
    leave_out_unchanged(connection, presorted)?;
    connection.execute(include_str!("places/04_compare_rooms.sql"))?;
    analyze(connection, "src_room")
}

/// The counts of halls and of rooms.
///
/// # Errors
/// When the database fails.
pub fn counts(connection: &mut Connection) -> Result<(Compared, Compared), StoreError> {
    let rows = compared(connection, include_str!("places/07_counts.sql"))?;
    match rows.as_slice() {
        [halls, rooms] => Ok((*halls, *rooms)),
        _ => Err(StoreError::Other("the comparison of halls gave no counts".into())),
    }
}

/// What the guard weighs: halls and rooms in a `halls` pass, each hall's rooms in a `rooms` pass.
///
/// # Errors
/// When the database fails.
pub fn losses(connection: &mut Connection, scope: PlaceScope) -> Result<Vec<PlaceLoss>, StoreError> {
    connection.rows(match scope {
        PlaceScope::AllHalls => {
            "SELECT 'hall' AS kind, CAST(0 AS bigint) AS hall_external_id,
                    (SELECT count(*) FROM buildings WHERE is_active) AS active,
                    (SELECT count(*) FROM going WHERE kind = 'hall') AS going
             UNION ALL
             SELECT 'room', CAST(0 AS bigint),
                    (SELECT active FROM weighed),
                    (SELECT count(*) FROM going WHERE kind = 'room')"
        }
        PlaceScope::AskedHalls => {
            // A room that goes by the word of another hall than its own is that hall's loss, which can be
            // left out; so no hall that did not answer is ever judged.
            "SELECT 'room' AS kind, told.hall_external_id, count(*) AS active, sum(told.goes) AS going
             FROM (SELECT coalesce(s.hall_external_id, b.external_id) AS hall_external_id,
                          CASE WHEN g.id IS NULL THEN 0 ELSE 1 END AS goes
                   FROM rooms AS r
                   JOIN buildings AS b ON b.id = r.building_id
                   LEFT JOIN going AS g ON g.kind = 'room' AND g.id = r.id
                   LEFT JOIN src_room AS s ON s.room_id = g.id
                   WHERE r.is_active) AS told
             GROUP BY told.hall_external_id
             HAVING sum(told.goes) > 0
             ORDER BY told.hall_external_id"
        }
    })
}

/// Every row that would be deactivated, by kind and external id.
///
/// # Errors
/// When the database fails.
pub fn deactivations(connection: &mut Connection) -> Result<Vec<Deactivation>, StoreError> {
    connection.rows(
        "SELECT g.kind, g.external_id, g.name, coalesce(s.hall_external_id, b.external_id) AS hall_external_id
         FROM going AS g
         JOIN buildings AS b ON b.id = g.building_id
         LEFT JOIN src_room AS s ON g.kind = 'room' AND s.room_id = g.id
         ORDER BY g.kind, g.external_id",
    )
}

/// Forgets what these halls answered, as if they had not been asked.
///
/// # Errors
/// When the database fails.
pub fn leave_out(connection: &mut Connection, hall_external_ids: &[i64]) -> Result<(), StoreError> {
    let list = hall_external_ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    connection.execute(&format!(
        "DELETE FROM stage_place WHERE parent IN
            (SELECT ordinal FROM stage_place WHERE kind = 'asked' AND external_id IN ({list}));
         DELETE FROM stage_place WHERE kind = 'asked' AND external_id IN ({list});"
    ))
}

/// Collects the notices, while old and new stand side by side; nothing that others see is touched.
///
/// # Errors
/// When the database fails.
pub fn insert_notices(
    connection: &mut Connection,
    scope: PlaceScope,
    all: &[Compared],
) -> Result<(), StoreError> {
    if !all.iter().any(Compared::is_news) {
        return Ok(());
    }
    open_notices(connection)?;
    if all.iter().any(Compared::has_odd_records) {
        not_judged(connection, scope)?;
        connection.execute(include_str!("places/08_record_notices.sql"))?;
    }
    if all.iter().any(|compared| compared.records.updated > 0) {
        connection.execute(include_str!("places/09_capacity_notices.sql"))?;
    }
    if all.iter().any(|compared| compared.records.deleted > 0) {
        connection.execute(include_str!("places/10_deactivation_notices.sql"))?;
    }
    Ok(())
}

/// SQLite knows nothing of a table without; PostgreSQL sees how large it is, and is told in staging/postgres.sql
/// to join by hashing.
fn analyze(connection: &mut Connection, table: &str) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(..) => Ok(()),
        Connection::Sqlite(_) => connection.execute(&format!("ANALYZE {table}")),
    }
}

fn not_judged(connection: &mut Connection, scope: PlaceScope) -> Result<(), StoreError> {
    connection.execute(match scope {
        PlaceScope::AllHalls => {
            "INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
             SELECT 'warning', 'exam_halls', 'absence_not_judged',
                    'the key of a record can''t be read, so no missing hall or room is deactivated',
                    NULL, NULL, NULL, (1 = 1), (1 = 0)
             FROM pass
             WHERE EXISTS (SELECT 1 FROM stage_place WHERE external_id IS NULL)"
        }
        PlaceScope::AskedHalls => {
            "INSERT INTO notice (severity, sync_type, code, message, external_id, path, ordinal, news, notify)
             SELECT 'warning', 'hall_rooms', 'absence_not_judged',
                    'the key of a room of hall ' || asked.external_id
                    || ' can''t be read, so none of its missing rooms is deactivated',
                    asked.external_id, NULL, asked.ordinal, (1 = 1), (1 = 0)
             FROM stage_place AS asked
             WHERE asked.kind = 'asked'
               AND asked.ordinal IN (SELECT parent FROM stage_place WHERE kind = 'room' AND external_id IS NULL)"
        }
    })
}

/// Applies everything, and writes the audit where live rows change or go.
///
/// # Errors
/// When the database fails.
pub fn apply(connection: &mut Connection, scope: PlaceScope, changes: bool) -> Result<(), StoreError> {
    if changes {
        connection.execute(include_str!("places/12_audit.sql"))?;
    }
    if scope == PlaceScope::AllHalls {
        connection.execute(include_str!("places/13_apply_halls.sql"))?;
    }
    connection.execute(include_str!("places/14_apply_rooms.sql"))
}

/// Confirms every active hall and room, and returns how many there are of each.
///
/// # Errors
/// When the database fails.
pub fn confirm(connection: &mut Connection) -> Result<(i64, i64), StoreError> {
    connection.execute(include_str!("places/confirm.sql"))?;
    let rows: Vec<Active> = connection.rows(
        "SELECT (SELECT count(*) FROM buildings WHERE is_active) AS halls,
                (SELECT count(*) FROM rooms WHERE is_active) AS rooms",
    )?;
    Ok(rows.first().map_or((0, 0), |active| (active.halls, active.rooms)))
}

/// What would change, by name.
///
/// # Errors
/// When the database fails.
pub fn named_changes(connection: &mut Connection) -> Result<Vec<ChangeSummary>, StoreError> {
    changes(connection, include_str!("places/11_named_changes.sql"))
}
