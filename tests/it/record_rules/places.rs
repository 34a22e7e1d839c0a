//! What a hall or room may hold, rule by rule.

use serde_json::{Value, json};

use crate::scene::{Scene, told};
use crate::support::data::{hall, room};
use crate::support::on_both_databases;

const ROWS: &str = "SELECT 'hall', external_id, name, NULL, is_active, updated_at, sync_status, sync_error FROM buildings
    UNION ALL SELECT 'room', external_id, name, capacity, is_active, updated_at, sync_status, sync_error FROM rooms
    ORDER BY 1, 2";

const BLANK: &str = "is blank";
const NO_DATE: &str = "is not an RFC 3339 date-time of the years 1 to 9999";
const NO_FLAG: &str = "is not 0, 1, true or false";
const NO_COUNT: &str = "is not an integer from 0 to 2147483647";
const MISSING: &str = "is missing or null";
const NO_KEY: &str = "is not a positive 64-bit integer";

/// Field, value, and what is wrong with it: what halls and rooms share.
fn shared() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("name", json!(null), MISSING),
        ("name", json!(""), BLANK),
        ("name", json!(" \t\u{a0}"), BLANK),
        ("name", json!("\u{200b}\u{feff}\u{ad}"), BLANK),
        ("name", json!(5), "is not a text"),
        ("name", json!("ə".repeat(256)), "is longer than 255 characters"),
        ("name", json!("a\0b"), "holds a NUL character"),
        ("isActive", json!(2), NO_FLAG),
        ("isActive", json!("1"), NO_FLAG),
        ("isActive", json!([]), NO_FLAG),
        ("deletedAt", json!("yesterday"), NO_DATE),
        ("deletedAt", json!(""), NO_DATE),
        ("deletedAt", json!("2025-02-30T00:00:00Z"), NO_DATE),
        ("deletedAt", json!(1_700_000_000), NO_DATE),
    ]
}

/// Halls numbered from 1, each with a room of a thousand times its number.
fn feed(halls: i64) -> Value {
    (1..=halls).map(|id| hall(id, &format!("Hall {id}"), vec![room(id * 1000, "A", 5)])).collect()
}

fn lines(outcome_lines: &[String]) -> Vec<&str> {
    outcome_lines.iter().map(String::as_str).collect()
}

on_both_databases! {
    fn a_bad_hall_and_its_rooms_are_left_as_they_are_until_it_is_good_again(database) {
        let mut cases = shared();
        cases.push(("uid", json!("a\0"), "holds a NUL character"));
        cases.push(("address", json!("a\0"), "holds a NUL character"));
        cases.push(("rooms", json!({}), "is not a list"));
        let bad = cases.len() as i64;
        let all = 2 * bad + 1;
        let scene = Scene::with_halls(database, feed(all));
        let before = scene.rows(ROWS);

        let mut broken = feed(all);
        for ((field, value, _), hall) in cases.iter().zip(broken.as_array_mut().unwrap()) {
            hall["rooms"][0]["capacity"] = json!(77);
            hall[*field] = value.clone();
        }
        let mut expected = vec![
            "3 partial".to_owned(),
            format!("exam_halls completed: {} unchanged, {bad} errored", bad + 1),
        ];
        expected.extend(cases.iter().zip(1..).map(|((field, _, reason), id)| {
            format!("  error bad_record {id} at data[{}]: hall {id}: {field} {reason}", id - 1)
        }));
        expected.push(format!("hall_rooms completed: {} unchanged", bad + 1));
        assert_eq!(told(&scene.halls(broken.clone())), expected);

        let mut marked = before.clone();
        for ((field, _, reason), row) in cases.iter().zip(marked.iter_mut()) {
            *row = row.replace("synced|null", &format!("sync_error|{field} {reason}"));
        }
        assert_eq!(scene.rows(ROWS), marked);
        assert_eq!(told(&scene.halls(broken)), expected, "again");
        assert_eq!(scene.rows(ROWS), marked, "again");

        assert_eq!(
            lines(&told(&scene.halls(feed(all)))),
            [
                "0 completed",
                format!("exam_halls completed: {all} unchanged").as_str(),
                format!("hall_rooms completed: {all} unchanged").as_str()
            ]
        );
        assert_eq!(scene.rows(ROWS), before);
    }

    fn a_bad_room_keeps_its_row_until_it_is_good_again(database) {
        let mut cases = shared();
        cases.extend([
            ("capacity", json!(-1), NO_COUNT),
            ("capacity", json!(2_147_483_648_i64), NO_COUNT),
            ("capacity", json!(1.5), NO_COUNT),
            ("capacity", json!("5"), NO_COUNT),
            ("examHallId", json!("1"), NO_KEY),
            ("examHallId", json!(0), NO_KEY),
            ("examHallId", json!(9999), "is 9999, but the room is listed in hall 21"),
        ]);
        let bad = cases.len() as i64;
        let all = 2 * bad + 1;
        let scene = Scene::with_halls(database, feed(all));
        let before = scene.rows(ROWS);

        let mut broken = feed(all);
        for ((field, value, _), hall) in cases.iter().zip(broken.as_array_mut().unwrap()) {
            hall["rooms"][0][*field] = value.clone();
        }
        let mut expected = vec![
            "3 partial".to_owned(),
            format!("exam_halls completed: {all} unchanged"),
            format!("hall_rooms completed: {} unchanged, {bad} errored", bad + 1),
        ];
        expected.extend(cases.iter().zip(1..).map(|((field, _, reason), id)| {
            format!("  error bad_record {id}000 at data[{}].rooms[0]: room {id}000: {field} {reason}", id - 1)
        }));
        assert_eq!(told(&scene.halls(broken.clone())), expected);

        let mut marked = before.clone();
        for ((field, _, reason), row) in cases.iter().zip(marked[all as usize..].iter_mut()) {
            *row = row.replace("synced|null", &format!("sync_error|{field} {reason}"));
        }
        assert_eq!(scene.rows(ROWS), marked);
        assert_eq!(told(&scene.halls(broken)), expected, "again");
        assert_eq!(scene.rows(ROWS), marked, "again");
        scene.halls(feed(all)).expect(0);
        assert_eq!(scene.rows(ROWS), before);
    }

    fn the_extremes_that_a_record_may_hold_are_stored(database) {
        let scene = Scene::new(database);
        let long = "ə".repeat(255);
        let feed = json!([
            {"id": i64::MAX, "name": long, "uid": long, "isActive": null, "deletedAt": null, "unknown": {"a": [1]},
             "placeLimit": i64::MIN, "regionId": i64::MAX,
             "rooms": [
                {"id": i64::MAX, "name": "x", "capacity": 2_147_483_647, "isActive": true, "examHallId": i64::MAX},
                {"id": 1, "name": " y ", "capacity": 0, "examHallId": null}
             ]},
            {"id": 1, "name": "z"},
            {"id": 2, "name": "z", "rooms": null},
        ]);
        assert_eq!(
            told(&scene.halls(feed.clone())),
            ["0 completed", "exam_halls completed: 3 created", "hall_rooms completed: 2 created"]
        );
        assert_eq!(
            scene.rows("SELECT external_id, name, external_uid, place_limit, region_id FROM buildings ORDER BY 1"),
            [
                "1|z|null|null|null".to_owned(),
                "2|z|null|null|null".to_owned(),
                format!("{}|{long}|{long}|{}|{}", i64::MAX, i64::MIN, i64::MAX)
            ]
        );
        assert_eq!(
            scene.rows("SELECT external_id, name, capacity FROM rooms ORDER BY 1"),
            ["1| y |0".to_owned(), format!("{}|x|2147483647", i64::MAX)]
        );
        assert_eq!(
            told(&scene.halls(feed))[1..],
            ["exam_halls completed: 3 unchanged", "hall_rooms completed: 2 unchanged"]
        );
    }

    fn a_room_that_moves_into_a_bad_hall_stays_where_it_is(database) {
        let scene = Scene::with_halls(database, feed(3));
        let moved = json!([
            hall(1, "Hall 1", vec![]),
            hall(2, " ", vec![room(1000, "A", 5), room(2000, "A", 5)]),
            hall(3, "Hall 3", vec![room(3000, "A", 5)]),
        ]);
        assert_eq!(
            told(&scene.halls(moved)),
            [
                "3 partial",
                "exam_halls completed: 2 unchanged, 1 errored",
                "  error bad_record 2 at data[1]: hall 2: name is blank",
                "hall_rooms completed: 1 unchanged"
            ]
        );
        assert_eq!(
            scene.rows("SELECT r.external_id, b.external_id, r.is_active FROM rooms r JOIN buildings b ON b.id = r.building_id ORDER BY 1"),
            ["1000|1|1", "2000|2|1", "3000|3|1"]
        );
    }

    fn a_bad_room_pulled_by_itself_is_told_with_its_place(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "H", vec![room(11, "A", 5), room(12, "B", 5)])]));
        assert_eq!(
            told(&scene.rooms(1, json!([room(11, "A", 5), room(12, "B", -5)]))),
            [
                "3 partial",
                "hall_rooms completed: 1 unchanged, 1 errored",
                "  error bad_record 12 at data[1]: room 12: capacity is not an integer from 0 to 2147483647"
            ]
        );
        assert_eq!(
            scene.rows("SELECT external_id, is_active, capacity, sync_status FROM rooms ORDER BY 1"),
            ["11|1|5|synced", "12|1|5|sync_error"]
        );
    }
}
