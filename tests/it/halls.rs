//! `examsync halls`, the main job, on both databases.

mod at_size;
mod changed;
mod kept;
mod logs;
mod marks;
mod names;
mod passes;

use serde_json::Value;

use crate::support::{Database, Examsync, Outcome};

/// Of one sync: processed, created, updated, unchanged, deleted, errored.
type Counts = [i64; 6];

/// Pulls the halls, which must go well and silently; the counts of the halls and of the rooms.
#[track_caller]
fn pull(program: &Examsync) -> [Counts; 2] {
    let outcome = program.run("halls --json").expect(0);
    assert_eq!(outcome.stderr, "");
    counts(&outcome)
}

/// The counts of the halls and of the rooms, as `--json` told them.
#[track_caller]
fn counts(outcome: &Outcome) -> [Counts; 2] {
    let document = outcome.json();
    let syncs = document["syncs"].as_array().unwrap();
    let types: Vec<&Value> = syncs.iter().map(|sync| &sync["sync_type"]).collect();
    assert_eq!(types, ["exam_halls", "hall_rooms"]);
    let names = ["processed", "created", "updated", "unchanged", "deleted", "errored"];
    [0, 1].map(|sync| names.map(|name| syncs[sync]["records"][name].as_i64().unwrap()))
}

/// What the external system says of each hall and room, as it is stored.
fn external_columns(database: &Database) -> [Vec<String>; 2] {
    let halls = database.rows(
        "SELECT external_id, external_uid, name, address, place_limit, region_id, is_active, deleted_at, \
         sync_status, sync_error FROM buildings ORDER BY external_id",
    );
    let rooms = database.rows(
        "SELECT r.external_id, b.external_id AS hall, r.name, r.capacity, r.is_active, r.deleted_at, \
         r.sync_status, r.sync_error FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id \
         ORDER BY r.external_id",
    );
    [halls, rooms]
}

/// What no pass may ever change of a row that exists: identity and local columns (contract §7).
fn kept_columns(database: &Database) -> [Vec<String>; 2] {
    let of = |table: &str, local: &str| {
        database.rows(&format!(
            "SELECT external_id, id, uid, created_at, {local} FROM {table} ORDER BY external_id"
        ))
    };
    [of("buildings", "code, description"), of("rooms", "hall_id, description")]
}

/// When each row was last confirmed and last changed.
fn stamps(database: &Database) -> Vec<Vec<Option<String>>> {
    database.cells(
        "SELECT 'hall' AS kind, external_id, last_synced_at, updated_at FROM buildings UNION ALL \
         SELECT 'room', external_id, last_synced_at, updated_at FROM rooms ORDER BY 1, 2",
    )
}
