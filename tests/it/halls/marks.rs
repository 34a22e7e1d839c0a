//! The mark that a bad record leaves on its row: which row has it, with which reason, and what ends it.

use serde_json::{Value, json};

use crate::scene::Scene;
use crate::support::data::{hall, room};
use crate::support::{Database, on_both_databases};
use crate::syncs::assert_consistent;

/// Two halls, of which the second has two rooms; with the name of the first and the seats of the last room.
fn feed(name: Value, seats: Value) -> Value {
    json!([
        {"id": 1, "name": name, "rooms": []},
        {"id": 2, "name": "Two", "rooms": [room(21, "A", 5), {"id": 22, "name": "B", "capacity": seats}]},
    ])
}

fn good() -> Value {
    feed(json!("One"), json!(5))
}

/// What hall 1 and room 22 say, after a look that the others say nothing.
fn reasons(database: &Database) -> Vec<String> {
    assert_consistent(database);
    let others = "SELECT (SELECT count(*) FROM buildings WHERE external_id <> 1 AND sync_status <> 'synced')
                       + (SELECT count(*) FROM rooms WHERE external_id <> 22 AND sync_status <> 'synced')";
    assert_eq!(database.number(others), 0);
    database.rows(
        "SELECT sync_status, sync_error FROM buildings WHERE external_id = 1
         UNION ALL SELECT sync_status, sync_error FROM rooms WHERE external_id = 22",
    )
}

on_both_databases! {
    fn the_newest_reason_is_the_one_that_a_row_has(database) {
        let scene = Scene::with_halls(database, good());
        scene.halls(feed(json!(" "), json!(-5))).expect(3);
        let capacity = "sync_error|capacity is not an integer from 0 to 2147483647";
        assert_eq!(reasons(database), ["sync_error|name is blank", capacity]);
        let mut other = feed(json!(7), json!(5));
        other[1]["rooms"][1]["name"] = json!(" ");
        scene.halls(other).expect(3);
        assert_eq!(reasons(database), ["sync_error|name is not a text", "sync_error|name is blank"]);
    }

    fn a_good_record_ends_it_at_once_and_not_when_the_stamp_is_due(database) {
        let mut scene = Scene::with_halls(database, good());
        scene.program = scene.program.env("SYNC_STAMP_INTERVAL", "1h");
        scene.halls(feed(json!(" "), json!(-5))).expect(3);
        scene.halls(good()).expect(0);
        assert_eq!(reasons(database), ["synced|null", "synced|null"]);
    }

    fn a_good_record_that_changes_the_row_ends_it_too(database) {
        let scene = Scene::with_halls(database, good());
        scene.halls(feed(json!(" "), json!(-5))).expect(3);
        // Room 21 is missing: where nothing is, all that is active counts as seen, whatever its record said.
        let mut changed = feed(json!("Renamed"), json!(6));
        changed[1]["rooms"].as_array_mut().unwrap().remove(0);
        scene.halls(changed).expect(0);
        assert_eq!(reasons(database), ["synced|null", "synced|null"]);
        assert_eq!(
            scene.rows("SELECT name FROM buildings WHERE external_id = 1
                        UNION ALL SELECT CAST(capacity AS text) FROM rooms WHERE external_id = 22"),
            ["Renamed", "6"]
        );
    }

    fn a_bad_room_beside_a_good_one_with_its_key_leaves_the_row_unmarked(database) {
        let rooms = |last: Value| json!([hall(1, "One", vec![room(11, "A", 5), room(12, "B", 5), last])]);
        let scene = Scene::with_halls(database, rooms(room(11, "A", 5)));
        scene.halls(rooms(room(11, "A", -5))).expect(3);
        assert_eq!(scene.rows("SELECT sync_status, sync_error FROM rooms"), ["synced|null", "synced|null"]);
    }

    fn what_waits_to_be_sent_back_still_does_after_a_pass(database) {
        let scene = Scene::with_halls(database, good());
        database.execute("UPDATE buildings SET sync_status = 'sync_pending'; UPDATE rooms SET sync_status = 'sync_pending'");
        scene.halls(feed(json!("Renamed"), json!(6))).expect(0);
        let pending = "SELECT (SELECT count(*) FROM buildings WHERE sync_status = 'sync_pending')
                            + (SELECT count(*) FROM rooms WHERE sync_status = 'sync_pending')";
        assert_eq!(database.number(pending), 4);
    }
}
