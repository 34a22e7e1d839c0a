//! What counts as a change of a hall or room, and which of its times move with it.

use serde_json::{Value, json};

use super::external_columns;
use crate::scene::{Scene, told};
use crate::support::data::{hall, room, with};
use crate::support::on_both_databases;

const LONG_AGO: &str = "2000-01-01 00:00:00.000";

on_both_databases! {
    fn each_field_of_a_hall_that_changes_alone_is_an_update(database) {
        let mut one =
            json!({"id": 1, "name": "One", "uid": "u", "address": "a", "placeLimit": 5, "regionId": 6, "rooms": []});
        let scene = Scene::with_halls(database, json!([one, hall(2, "Two", vec![])]));
        let cases = [
            ("uid", json!("v")),
            ("uid", json!(null)),
            ("name", json!("Another")),
            ("address", json!("b")),
            ("placeLimit", json!(7)),
            ("regionId", json!(8)),
        ];
        for (field, value) in cases {
            one[field] = value;
            let halls = told(&scene.halls(json!([one, hall(2, "Two", vec![])]))).swap_remove(1);
            assert_eq!(halls, "exam_halls completed: 1 updated, 1 unchanged", "{field}");
        }
        assert_eq!(external_columns(database)[0][0], "1|null|Another|b|7|8|1|null|synced|null");
    }

    fn what_changes_of_an_inactive_row_leaves_the_time_when_it_went(database) {
        let feed = |suffix: &str| json!([
            with(hall(1, &format!("One{suffix}"), vec![room(11, "A", 5)]), "isActive", json!(0)),
            hall(2, "Two", vec![room(21, "B", 5), with(room(22, &format!("C{suffix}"), 5), "isActive", json!(0))]),
        ]);
        let scene = Scene::with_halls(database, feed(""));
        for table in ["buildings", "rooms"] {
            database.execute(&format!("UPDATE {table} SET deleted_at = '{LONG_AGO}' WHERE NOT is_active"));
        }
        assert_eq!(
            told(&scene.halls(feed(" renamed")))[1..],
            ["exam_halls completed: 1 updated, 1 unchanged", "hall_rooms completed: 1 updated, 2 unchanged"]
        );
        assert_eq!(
            scene.rows("SELECT name, deleted_at FROM buildings UNION ALL SELECT name, deleted_at FROM rooms ORDER BY 1"),
            [
                format!("A|{LONG_AGO}"),
                "B|null".to_owned(),
                format!("C renamed|{LONG_AGO}"),
                format!("One renamed|{LONG_AGO}"),
                "Two|null".to_owned()
            ]
        );
    }

    fn another_time_that_an_inactive_room_is_given_is_a_change(database) {
        let feed = |deleted_at: &str| {
            json!([hall(1, "One", vec![room(11, "A", 5), with(room(12, "B", 5), "deletedAt", json!(deleted_at))])])
        };
        let scene = Scene::with_halls(database, feed("2025-01-02T03:04:05Z"));
        let rooms = |feed: Value| told(&scene.halls(feed)).swap_remove(2);
        assert_eq!(rooms(feed("2025-01-02T03:04:06Z")), "hall_rooms completed: 1 updated, 1 unchanged");
        assert_eq!(rooms(feed("2025-01-02T03:04:06Z")), "hall_rooms completed: 2 unchanged");
        assert_eq!(scene.rows("SELECT deleted_at FROM rooms WHERE NOT is_active"), ["2025-01-02 03:04:06.000"]);
    }

    fn a_row_that_vanishes_was_changed_then_and_the_others_were_not(database) {
        let all = json!([
            hall(1, "One", vec![room(11, "A", 5), room(12, "B", 5)]),
            hall(2, "Two", vec![room(21, "C", 5)]),
        ]);
        let scene = Scene::with_halls(database, all);
        for table in ["buildings", "rooms"] {
            database.execute(&format!("UPDATE {table} SET updated_at = '{LONG_AGO}'"));
        }
        scene.halls(json!([hall(1, "One", vec![room(11, "A", 5)])])).expect(0);
        let changed = format!(
            "SELECT name, updated_at > '{LONG_AGO}' AS changed, deleted_at IS NOT NULL FROM buildings
             UNION ALL SELECT name, updated_at > '{LONG_AGO}', deleted_at IS NOT NULL FROM rooms ORDER BY 1"
        );
        assert_eq!(scene.rows(&changed), ["A|0|0", "B|1|1", "C|1|1", "One|0|0", "Two|1|1"]);
    }
}
