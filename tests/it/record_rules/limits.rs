//! How much may be bad, and how much of it is told.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, plan, told};
use crate::support::data::{count, hall, halls, room, seat, slot};
use crate::support::on_both_databases;

/// So many halls without rooms, the first of which have no name.
fn feed(bad: i64, all: i64) -> Value {
    (1..=all).map(|id| hall(id, if id <= bad { "" } else { "Hall" }, vec![])).collect()
}

on_both_databases! {
    fn half_of_the_halls_may_be_bad_and_one_more_may_not(database) {
        let scene = Scene::with_halls(database, feed(0, 4));
        let before = scene.database.dump();
        let refused = scene.halls(feed(3, 5));
        assert_eq!(told(&refused)[0], "13 failed (contract)");
        assert_eq!(
            refused.json()["error"]["message"],
            json!("3 of 5 halls in the feed break the record rules: nothing was merged; report it to those who run \
                   the exam system; the first: hall 1: name is blank (data[0])")
        );
        assert_eq!(scene.database.dump(), before);
        assert_eq!(
            scene.rows("SELECT sync_type, status, records_processed FROM sync_logs ORDER BY id DESC LIMIT 2"),
            ["hall_rooms|failed|0", "exam_halls|failed|0"]
        );
        assert_eq!(told(&scene.halls(feed(2, 4)))[..2], ["3 partial", "exam_halls completed: 2 unchanged, 2 errored"]);
        assert_eq!(told(&scene.halls(json!([hall(1, "", vec![])])))[0], "13 failed (contract)");
    }

    fn more_than_half_of_the_rooms_bad_is_a_broken_feed(database) {
        let rooms = |bad: i64| {
            let rooms = (11..=14).map(|id| room(id, "A", if id - 10 <= bad { -1 } else { 5 })).collect();
            json!([hall(1, "H", rooms)])
        };
        let scene = Scene::with_halls(database, rooms(0));
        let before = scene.database.dump();
        let message = "3 of 4 rooms in the feed break the record rules: nothing was merged; report it to those who \
                       run the exam system; the first: room 11: capacity is not an integer from 0 to \
                       2147483647 (data[0].rooms[0])";
        let refused = scene.halls(rooms(3));
        assert_eq!((refused.code, &refused.json()["error"]["message"]), (13, &json!(message)));
        let by_itself = scene.rooms(1, rooms(3)[0]["rooms"].take());
        let message = message.replace("data[0].rooms[0]", "data[0]");
        assert_eq!((by_itself.code, &by_itself.json()["error"]["message"]), (13, &json!(message)));
        assert_eq!(scene.database.dump(), before);
        assert_eq!(told(&scene.halls(rooms(2)))[2], "hall_rooms completed: 2 unchanged, 2 errored");
    }

    fn more_than_half_of_the_entries_bad_is_a_broken_feed(database) {
        let scene = Scene::with_halls(database, halls(1, 4));
        let entries = |bad: i64| json!([slot("09:00", (0..4).map(|n| count(1, 1000 + n, if n < bad { -1 } else { 5 })).collect())]);
        scene.participants(DATE, entries(0)).expect(0);
        let before = scene.database.dump();
        let refused = scene.participants(DATE, entries(3));
        assert_eq!(
            (refused.code, &refused.json()["error"]["message"]),
            (13, &json!("3 of 4 entries in the feed break the record rules: nothing was merged; report it to those \
                         who run the exam system; the first: room 1000: participantCount is not an integer \
                         from 0 to 2147483647 (data[0].participants[0])"))
        );
        assert_eq!(scene.database.dump(), before);
        assert_eq!(told(&scene.participants(DATE, entries(2)))[1], "2099-06-01 completed: 2 unchanged, 2 errored");
        // Entries of unknown rooms are errored too, but they break no rule of a record.
        let strange = json!([slot("09:00", vec![count(1, 1000, 5), count(1, 8, 5), count(1, 9, 5), count(1, 7, 5)])]);
        assert_eq!(scene.participants(DATE, strange).code, 4, "three of four rows would go");
    }

    fn more_than_half_of_the_records_doubled_is_a_broken_feed(database) {
        let scene = Scene::with_halls(database, halls(2, 2));
        let before = scene.database.dump();
        let message = |outcome: &crate::support::Outcome| {
            assert_eq!((outcome.code, scene.database.dump() == before), (13, true));
            outcome.json()["error"]["message"].clone()
        };
        let said = |what: &str, first: &str| {
            json!(format!(
                "{what} in the feed break the record rules: nothing was merged; report it to those who run the exam \
                 system; the first: {first}"
            ))
        };
        let twice = "listed more than once with different content; the first one is kept";
        let doubled = json!([hall(1, "A", vec![]), hall(1, "B", vec![]), hall(1, "C", vec![])]);
        let first = format!("hall 1: {twice} (data[1])");
        assert_eq!(message(&scene.halls(doubled)), said("2 of 3 halls", &first));
        let rooms = json!([room(1000, "A", 5), room(1000, "B", 5), room(1000, "C", 5), room(1001, "", 5), room(1001, "D", 5)]);
        let first = format!("room 1000: {twice} (data[1])");
        assert_eq!(message(&scene.rooms(1, rooms.clone())), said("3 of 5 rooms", &first));
        let first = format!("room 1000: {twice} (data[0].rooms[1])");
        let rooms = rooms.as_array().cloned().unwrap();
        assert_eq!(message(&scene.halls(json!([hall(1, "A", rooms)]))), said("3 of 5 rooms", &first));
        let seats = (1..=3).map(|place| seat(1, 1000, 7, place, "A")).collect();
        let first = format!("seat of 7: {twice} (data[0].participants[1])");
        assert_eq!(message(&scene.participants(DATE, json!([slot("09:00", seats)]))), said("2 of 3 entries", &first));
        // Half of them is not more than half.
        let halves = json!([hall(1, "A", vec![]), hall(1, "B", vec![]), hall(2, "C", vec![]), hall(2, "D", vec![])]);
        assert_eq!(told(&scene.halls(halves))[1], "exam_halls refused: 2 updated, 2 errored");
    }

    fn a_hundred_errors_are_told_and_all_are_counted(database) {
        let scene = Scene::with_halls(database, feed(0, 301));
        scene.api.halls(feed(150, 301));
        let outcome = scene.run("halls").expect(3);
        let sync = &outcome.json()["syncs"][0];
        assert_eq!(sync["records"]["errored"], json!(150));
        let ids: Vec<i64> = sync["errors"].as_array().unwrap().iter().map(|error| error["external_id"].as_i64().unwrap()).collect();
        assert_eq!(ids, (1..=100).collect::<Vec<_>>());
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert_eq!(lines.len(), 101, "{}", outcome.stderr);
        assert_eq!(lines[0], "examsync: error: halls: hall 1: name is blank (bad_record, id 1, data[0])");
        assert_eq!(lines[100], "examsync: error: halls: 50 more records left out with an error");
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE sync_status = 'sync_error'"), 150);
    }

    fn the_log_row_of_a_pass_with_bad_records_is_completed_and_holds_them(database) {
        let scene = Scene::with_halls(database, feed(0, 4));
        scene.halls(feed(1, 4)).expect(3);
        assert_eq!(
            scene.rows(
                "SELECT sync_type, status, records_processed, records_errored, error_message, error_details
                 FROM sync_logs ORDER BY id DESC LIMIT 2"
            ),
            [
                "hall_rooms|completed|0|0|null|null",
                "exam_halls|completed|4|1|null|{\"errors\":[{\"at\":\"data[0]\",\"code\":\"bad_record\",\"external_id\":1,\
                 \"message\":\"hall 1: name is blank\"}],\"kind\":null,\"plan\":null,\"status\":\"completed\"}"
            ]
        );
    }

    fn bad_records_do_not_hide_what_the_guard_sees(database) {
        let scene = Scene::with_halls(database, feed(0, 100));
        let mut feed = feed(5, 100);
        feed.as_array_mut().unwrap().truncate(75);
        let outcome = scene.halls(feed);
        assert_eq!(told(&outcome)[..2], ["4 refused (guard)", "exam_halls refused: 70 unchanged, 25 deleted, 5 errored"]);
        assert_eq!(told(&outcome)[2], "  error bad_record 1 at data[0]: hall 1: name is blank");
        assert_eq!(plan(&outcome).len(), 12);
    }
}
