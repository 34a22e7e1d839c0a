//! Records whose key can't be read: nothing of their scope is deactivated by absence.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, halls, room, seat, slot};
use crate::support::on_both_databases;

const NO_KEY: &str = "is not a positive 64-bit integer";

fn three() -> Value {
    json!([
        hall(1, "A", vec![room(11, "A", 5), room(12, "B", 5)]),
        hall(2, "B", vec![room(21, "A", 5)]),
        hall(3, "C", vec![room(31, "A", 5), room(32, "B", 5)]),
    ])
}

fn active(scene: &Scene<'_>) -> Vec<String> {
    scene.rows("SELECT external_id FROM buildings WHERE is_active UNION ALL SELECT external_id FROM rooms WHERE is_active ORDER BY 1")
}

on_both_databases! {
    fn a_hall_without_a_key_keeps_every_absent_hall_and_room(database) {
        let scene = Scene::with_halls(database, three());
        for (key, problem) in [
            (json!(null), "is missing or null"),
            (json!(0), NO_KEY),
            (json!(-3), NO_KEY),
            (json!("3"), NO_KEY),
            (json!(3.0), NO_KEY),
            (json!(9_223_372_036_854_775_808_u64), NO_KEY),
        ] {
            let mut feed = three();
            feed[0]["rooms"].as_array_mut().unwrap().pop();
            feed[2]["id"] = key;
            assert_eq!(
                told(&scene.halls(feed)),
                [
                    "3 partial".to_owned(),
                    "exam_halls completed: 2 unchanged, 1 errored".to_owned(),
                    "  warning absence_not_judged: the key of a record can't be read, so no missing hall or room is \
                     deactivated".to_owned(),
                    format!("  error bad_record at data[2]: hall: id {problem}"),
                    "hall_rooms completed: 2 unchanged".to_owned(),
                ]
            );
            assert_eq!(active(&scene), ["1", "2", "3", "11", "12", "21", "31", "32"]);
        }
    }

    fn a_room_without_a_key_keeps_every_absent_one_but_not_what_says_that_it_is_gone(database) {
        let scene = Scene::with_halls(database, three());
        let mut feed = three();
        feed[0]["isActive"] = json!(0);
        feed[2]["rooms"] = json!([{"id": {}, "name": "A", "capacity": 5}]);
        feed.as_array_mut().unwrap().remove(1);
        assert_eq!(
            told(&scene.halls(feed)),
            [
                "3 partial",
                "exam_halls completed: 1 updated, 1 unchanged, 1 deleted",
                "  warning absence_not_judged: the key of a record can't be read, so no missing hall or room is deactivated",
                "hall_rooms completed: 2 updated, 2 deleted, 1 errored",
                "  error bad_record at data[1].rooms[0]: room: id is not a positive 64-bit integer",
            ]
        );
        assert_eq!(active(&scene), ["2", "3", "21", "31", "32"]);
    }

    fn a_room_without_a_key_keeps_the_rooms_of_its_own_hall_when_halls_are_pulled_one_by_one(database) {
        let scene = Scene::with_halls(database, three());
        scene.api.hall_rooms(1, json!([room(11, "A", 5)]));
        scene.api.hall_rooms(2, json!([room(21, "A", 5)]));
        scene.api.hall_rooms(3, json!([room(31, "A", 5), {"name": "B", "capacity": 5}]));
        assert_eq!(
            told(&scene.run("rooms")),
            [
                "3 partial",
                "hall_rooms completed: 3 unchanged, 1 deleted, 1 errored",
                "  warning absence_not_judged 3: the key of a room of hall 3 can't be read, so none of its missing rooms \
                 is deactivated",
                "  error bad_record at data[1]: room: id is missing or null",
            ]
        );
        assert_eq!(active(&scene), ["1", "2", "3", "11", "21", "31", "32"]);
    }

    fn records_that_are_no_objects_have_no_key_either(database) {
        let scene = Scene::with_halls(database, three());
        let mut feed = three();
        feed[2] = json!("a hall");
        assert_eq!(
            told(&scene.halls(feed))[1..4],
            [
                "exam_halls completed: 2 unchanged, 1 errored",
                "  warning absence_not_judged: the key of a record can't be read, so no missing hall or room is deactivated",
                "  error bad_record at data[2]: hall: the record is not an object",
            ]
        );
        assert_eq!(active(&scene), ["1", "2", "3", "11", "12", "21", "31", "32"]);
    }

    fn an_entry_without_a_key_keeps_every_absent_row_of_its_date(database) {
        let scene = Scene::with_halls(database, halls(1, 4));
        let (kept, absent) = (count(1, 1000, 5), count(1, 1001, 5));
        scene.participants(DATE, json!([slot("09:00", vec![kept.clone(), absent.clone()])])).expect(0);
        let warning = "  warning absence_not_judged: the key of a record can't be read, so no missing participants \
                       are deactivated";
        for (record, error) in [
            (json!(null), "  error bad_record at data[0].participants[1]: the record is not an object"),
            (count(1, 0, 5), "  error bad_record at data[0].participants[1]: roomId is not a positive 64-bit integer"),
            (seat(1, 1001, 0, 1, "A"), "  error bad_record 1001 at data[0].participants[1]: room 1001: profileExamId is not a positive 64-bit integer"),
            (json!({"hallId": 1, "roomId": 1001, "profileExamId": null}),
                "  error bad_record 1001 at data[0].participants[1]: room 1001: profileExamId is missing or null"),
        ] {
            assert_eq!(
                told(&scene.participants(DATE, json!([slot("09:00", vec![kept.clone(), record.clone()])]))),
                ["3 partial", "2099-06-01 completed: 1 unchanged, 1 errored", warning, error],
                "{record}"
            );
            assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 2);
        }
        for (broken_slot, at, problem) in [
            (json!(5), "data[1]", "the slot is not an object"),
            (json!({"startTime": "10:00"}), "data[1]", "participants is missing or null"),
            (json!({"startTime": "10:00", "participants": {}}), "data[1]", "participants is not a list"),
        ] {
            assert_eq!(
                told(&scene.participants(DATE, json!([slot("09:00", vec![kept.clone()]), broken_slot]))),
                [
                    "3 partial".to_owned(),
                    "2099-06-01 completed: 1 unchanged, 1 errored".to_owned(),
                    warning.to_owned(),
                    format!("  error bad_record at {at}: {problem}")
                ]
            );
            assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 2);
        }
    }
}
