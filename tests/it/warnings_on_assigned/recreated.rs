//! A hall that goes and comes back under another id in the same feed is one thing that happens, not two.

use serde_json::{Value, json};

use super::notified;
use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, room, slot, with};
use crate::support::{Database, on_both_databases};

fn with_uid(id: i64, uid: &str, rooms: Vec<Value>) -> Value {
    with(hall(id, "One", rooms), "uid", json!(uid))
}

/// Hall 1 with uid U, code C and 20 people, and hall 2, which is in every feed, with 5.
fn prepared(database: &Database) -> Scene<'_> {
    let scene = Scene::with_halls(database, json!([with_uid(1, "U", vec![room(11, "A", 30)]), other()]));
    database.execute("UPDATE buildings SET code = 'C' WHERE external_id = 1");
    scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 20), count(2, 21, 5)])])).expect(0);
    scene
}

fn other() -> Value {
    with(hall(2, "Two", vec![room(21, "B", 30)]), "uid", json!("V"))
}

fn recreated(old: i64, new: i64, at: usize, people: &str) -> String {
    format!(
        "  warning hall_recreated {new} at data[{at}]: hall {old} (One) is gone and comes back as hall {new} (One) with the \
         same uid: what is entered for it here (code, description) stays with the old one{people}"
    )
}

const PEOPLE: &str = ", and so do 20 people until their participants are pulled";

on_both_databases! {
    fn a_hall_that_comes_back_under_another_id_is_told_once_and_names_both(database) {
        let scene = prepared(database);
        let feed = json!([other(), with_uid(101, "U", vec![room(1011, "A", 30)])]);
        assert_eq!(
            told(&scene.halls(feed.clone())),
            [
                "0 completed",
                "exam_halls completed: 1 created, 1 unchanged, 1 deleted",
                &recreated(1, 101, 1, PEOPLE),
                "hall_rooms completed: 1 created, 1 unchanged, 1 deleted",
            ]
        );
        assert_eq!(
            told(&scene.halls(feed)),
            ["0 completed", "exam_halls completed: 2 unchanged", "hall_rooms completed: 2 unchanged"]
        );
        assert_eq!(notified(&scene), [""; 0]);
        assert_eq!(
            scene.rows("SELECT external_id, external_uid, code, is_active FROM buildings ORDER BY 1"),
            ["1|U|C|0", "2|V|null|1", "101|U|null|1"]
        );
        // The participants follow with their own feed.
        scene.participants(DATE, json!([slot("09:00", vec![count(101, 1011, 20), count(2, 21, 5)])])).expect(0);
        assert_eq!(database.number("SELECT sum(participant_count) FROM participants WHERE is_active"), 25);
    }

    fn also_by_the_halls_pass_that_participants_of_a_new_room_make_necessary(database) {
        let scene = prepared(database);
        scene.api.halls(json!([other(), with_uid(101, "U", vec![room(1011, "A", 30)])]));
        let day = json!([slot("09:00", vec![count(101, 1011, 20), count(2, 21, 5)])]);
        for date in [DATE, "2099-06-02"] {
            scene.api.participants(date, day.clone());
        }
        for arguments in [" --dry-run", ""] {
            let outcome = scene.run(&format!("participants --date {DATE}..2099-06-02{arguments}"));
            assert_eq!(
                told(&outcome),
                [
                    "0 completed",
                    "exam_halls completed: 1 created, 1 unchanged, 1 deleted",
                    &recreated(1, 101, 1, PEOPLE),
                    "hall_rooms completed: 1 created, 1 unchanged, 1 deleted",
                    "2099-06-01 completed: 1 created, 1 unchanged, 1 deleted",
                    "2099-06-02 completed: 2 created",
                ],
                "{arguments}"
            );
        }
    }

    fn also_where_the_old_one_is_still_listed_or_the_new_one_was_here_before(database) {
        let scene = prepared(database);
        let (old, new) = (with_uid(1, "U", vec![room(11, "A", 30)]), with_uid(101, "U", vec![room(1011, "A", 30)]));
        let closed = |hall: &Value| with(hall.clone(), "isActive", json!(0));
        assert_eq!(
            told(&scene.halls(json!([closed(&old), new, other()]))),
            [
                "0 completed",
                "exam_halls completed: 1 created, 1 updated, 1 unchanged, 1 deleted",
                &recreated(1, 101, 1, PEOPLE),
                "hall_rooms completed: 1 created, 1 updated, 1 unchanged, 1 deleted",
            ]
        );
        assert_eq!(
            told(&scene.halls(json!([old, other()]))),
            [
                "0 completed",
                "exam_halls completed: 1 updated, 1 unchanged, 1 deleted",
                &recreated(101, 1, 0, ""),
                "hall_rooms completed: 1 updated, 1 unchanged, 1 deleted",
            ]
        );
    }

    fn people_whose_room_comes_along_are_not_left_behind(database) {
        let scene = prepared(database);
        assert_eq!(
            told(&scene.halls(json!([with_uid(101, "U", vec![room(11, "A", 30)]), other()]))),
            [
                "0 completed",
                "exam_halls completed: 1 created, 1 unchanged, 1 deleted",
                &recreated(1, 101, 0, ""),
                "hall_rooms completed: 1 updated, 1 unchanged",
            ]
        );
    }

    fn another_uid_or_none_is_another_hall_and_so_is_one_that_was_here(database) {
        let alarms = [
            "  warning deactivated_with_participants 1: hall 1 (One) is deactivated, but 20 people are still assigned to it \
             today or later",
            "  warning deactivated_with_participants 11: room 11 (A) is deactivated, but 20 people are still assigned to it \
             today or later",
        ];
        let scene = prepared(database);
        let two = with(other(), "uid", json!("U"));
        let news = [
            json!([other(), with_uid(101, "W", vec![])]),
            json!([other(), with(hall(102, "One", vec![]), "uid", json!(null))]),
            json!([two]),
        ];
        for feed in news {
            let lines = told(&scene.halls(feed));
            assert_eq!([&lines[2], lines.last().unwrap()], alarms, "{lines:?}");
            scene.halls(json!([with_uid(1, "U", vec![room(11, "A", 30)]), other()])).expect(0);
        }
    }
}
