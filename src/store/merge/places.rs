//! The merge of halls and rooms, for a `halls` pass and for a `rooms` pass.

mod confirm;
mod losses;

use serde_json::{Value, json};

pub(crate) use confirm::{confirm_halls, confirm_rooms, confirm_rooms_of};
pub use losses::{ChangedRow, Ground, PAGE, PlaceLoss, changed_rows, losses, plan_rows};

use super::change;
use super::{Compared, Steps, events, leave_out_unchanged, open_notices, require_inserted};
use crate::model::Presorted;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The scope within which absence is judged (contract §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceScope {
    /// A `halls` pass: all halls with their rooms.
    AllHalls,
    /// A package: its hall with its rooms; no other is absent.
    ListedHalls,
    /// A `rooms` pass: the rooms of each hall that was asked and answered.
    AskedHalls,
}

/// Decides which staged records count. All records of a presorted feed do: reading it has shown that no record is wrong
/// and that no key comes twice. `presorted` is the number of its rooms.
pub fn screen(connection: &mut Connection, presorted: Option<Presorted>) -> Result<(), StoreError> {
    connection.execute(match connection {
        // Most records are good rooms. Without statistics they are taken for few and hashed in place of the halls.
        Connection::Postgres(..) => "ANALYZE stage_place (kind, verdict)",
        Connection::Sqlite(_) => "ANALYZE stage_place",
    })?;
    if presorted.is_some() {
        return Ok(());
    }
    connection.execute(include_str!("places/01_screen.sql"))?;
    // Halls first: the rooms of a hall record that is left out are not compared with others.
    for twice in [
        concat!(include_str!("places/02_twice.part.sql"), "AND kind = 'hall'"),
        concat!(include_str!("places/02_twice.part.sql"), "AND kind = 'room'"),
    ] {
        connection.drop_temporary(&["twice"])?;
        connection.execute(twice)?;
        if connection.any("twice", &[])? {
            connection.execute(include_str!("places/02_deduplicate.sql"))?;
        }
    }
    Ok(())
}

/// Compares what is staged with the live rows and fills the change set, which is there only where rows change or those
/// that are created are listed. Call it again after [`leave_out`]. Of a presorted feed (see [`screen`]) unchanged rooms
/// are left out. Returns what the halls and the rooms came to.
pub fn compare(
    connection: &mut Connection,
    scope: PlaceScope,
    presorted: Option<Presorted>,
) -> Result<[Compared; 2], StoreError> {
    connection.drop_temporary(&["src_hall", "gone_hall", "judged", "closing", "gone_room", "change"])?;
    connection.execute(match scope {
        PlaceScope::AllHalls | PlaceScope::ListedHalls => include_str!("places/03_compare_halls.sql"),
        PlaceScope::AskedHalls => include_str!("places/03_asked_halls.sql"),
    })?;
    if scope == PlaceScope::ListedHalls {
        connection.execute(include_str!("places/03_listed_only.sql"))?;
    }
    analyze(connection, "src_hall")?;
    if let Connection::Sqlite(_) = connection {
        connection.execute("CREATE INDEX src_hall_external_id ON src_hall (external_id)")?;
    }
    let mut steps = compare_rooms(connection, presorted)?;
    if presorted.is_some() && connection.any("weighed WHERE active > seen", &[])? {
        // Which ones can be seen only in the whole feed.
        steps = compare_rooms(connection, None)?;
    }
    connection.execute(include_str!("places/05_missing_rooms.sql"))?;
    if scope == PlaceScope::ListedHalls {
        connection.execute(include_str!("places/05_named_rooms.sql"))?;
    }
    if scope == PlaceScope::AskedHalls && presorted.is_none() {
        connection.execute(include_str!("places/06_not_modified.sql"))?;
    }
    let rows: Vec<Compared> = connection.rows(include_str!("places/07_counts.sql"))?;
    let all: [Compared; 2] =
        rows.try_into().map_err(|_| StoreError::Other("the comparison of halls gave no counts".into()))?;
    // Where nothing can be in it, it is not read: most passes change nothing, and a table costs PostgreSQL
    // milliseconds.
    if steps.lists_created || all.iter().any(Compared::changes) {
        change::open(connection)?;
        connection.execute(include_str!("places/08_changes.sql"))?;
    }
    Ok(all)
}

fn compare_rooms(connection: &mut Connection, presorted: Option<Presorted>) -> Result<Steps, StoreError> {
    connection.drop_temporary(&["src_room", "weighed"])?;
    let steps = leave_out_unchanged(connection, presorted)?;
    connection.execute(include_str!("places/04_compare_rooms.sql"))?;
    analyze(connection, "src_room")?;
    Ok(steps)
}

/// Drops the answers of these halls, as if they had not been asked.
pub fn leave_out(connection: &mut Connection, hall_external_ids: &[i64]) -> Result<(), StoreError> {
    let halls: Value = hall_external_ids.iter().map(|hall| json!({ "hall": hall })).collect();
    connection.run(
        "DELETE FROM stage_place
         WHERE coalesce(parent, ordinal) IN
               (SELECT ordinal FROM stage_place
                WHERE kind = 'asked'
                  AND external_id IN (SELECT (item.value ->> 'hall')::bigint FROM json_each($1) AS item))",
        &[&halls],
    )?;
    Ok(())
}

/// Collects the notices before anything is applied.
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
        connection.execute(include_str!("places/09_record_notices.sql"))?;
    }
    if all.iter().any(|compared| compared.records.updated > 0) {
        connection.execute(include_str!("places/10_capacity_notices.sql"))?;
    }
    if all.iter().any(|compared| compared.records.deleted > 0) {
        connection.execute(include_str!("places/11_deactivation_notices.sql"))?;
    }
    Ok(())
}

/// SQLite knows nothing of a table without; PostgreSQL sees how large it is, and staging/postgres.sql makes
/// it join by hashing.
fn analyze(connection: &mut Connection, table: &str) -> Result<(), StoreError> {
    match connection {
        Connection::Postgres(..) => Ok(()),
        Connection::Sqlite(_) => connection.execute(&format!("ANALYZE {table}")),
    }
}

fn not_judged(connection: &mut Connection, scope: PlaceScope) -> Result<(), StoreError> {
    connection.execute(match scope {
        PlaceScope::AllHalls | PlaceScope::ListedHalls => {
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

/// Applies everything, and writes the audit rows where live rows change or go.
pub fn apply(connection: &mut Connection, scope: PlaceScope, changes: bool) -> Result<(), StoreError> {
    if changes {
        change::audit(connection)?;
    }
    if scope != PlaceScope::AskedHalls {
        connection.execute(include_str!("places/12_apply_halls.sql"))?;
    }
    connection.execute(include_str!("places/13_apply_rooms.sql"))
}

/// Writes the change events, where they are wanted: `created` says whether any hall or room is new, `changes` is as of
/// [`apply`]. After it.
pub fn write_events(connection: &mut Connection, created: bool, changes: bool) -> Result<(), StoreError> {
    events::of_places(connection, created, changes)
}

/// Ok when the new halls and rooms are there; `new` is how many there are of each.
pub fn require_all_inserted(
    connection: &mut Connection,
    scope: PlaceScope,
    [new_halls, new_rooms]: [i64; 2],
) -> Result<(), StoreError> {
    if scope != PlaceScope::AskedHalls && new_halls > 0 {
        let missing: Vec<i64> = connection.values(
            "SELECT count(*) AS value FROM src_hall
             WHERE building_id IS NULL AND external_id NOT IN (SELECT external_id FROM buildings)",
            &[],
        )?;
        require_inserted("buildings", new_halls, new_halls - missing.iter().sum::<i64>())?;
    }
    if new_rooms > 0 {
        // Of a first load, those that leave no notice are not in src_room.
        let missing: Vec<i64> = connection.values(
            "SELECT CASE WHEN first_load THEN $1::bigint - (SELECT count(*) FROM rooms)
                         ELSE (SELECT count(*) FROM src_room
                               WHERE room_id IS NULL AND external_id NOT IN (SELECT external_id FROM rooms))
                    END AS value
             FROM pass",
            &[&new_rooms],
        )?;
        require_inserted("rooms", new_rooms, new_rooms - missing.iter().sum::<i64>())?;
    }
    Ok(())
}

/// Whether any hall or room has another uid here than its record says.
pub fn has_another_uid(connection: &mut Connection) -> Result<bool, StoreError> {
    connection.any(
        "stage_place AS s
         LEFT JOIN buildings AS b ON s.kind = 'hall' AND b.external_id = s.external_id
         LEFT JOIN rooms AS r ON s.kind = 'room' AND r.external_id = s.external_id
         WHERE s.uid <> coalesce(b.uid, r.uid)",
        &[],
    )
}
