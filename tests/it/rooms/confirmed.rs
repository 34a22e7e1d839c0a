//! Which rooms a `rooms` pass confirms: those that its answers list, whole answers only.

use serde_json::json;

use super::{ROOMS, generated, serve};
use crate::participants::prepared;
use crate::support::data::{self, room};
use crate::support::mock_api::hall_rooms;
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};
use crate::syncs::{assert_consistent, fine};

/// The rooms that were confirmed since this was asked last.
fn confirmed(database: &Database) -> Vec<String> {
    let since = database.rows(
        "SELECT external_id FROM rooms WHERE last_synced_at > '2001-01-01 00:00:00.000' ORDER BY external_id",
    );
    database
        .execute("UPDATE rooms SET last_synced_at = '2000-01-01 00:00:00.000', sync_status = 'sync_error'");
    since
}

on_both_databases! {
    fn a_pass_stamps_the_rooms_that_its_answers_list_and_no_others(database) {
        let (api, program) = prepared(database);
        serve(&api);
        assert_eq!(confirmed(database), ["101", "102", "201"]);
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 3 unchanged"]);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE sync_status = 'synced'"), 3);
        assert_eq!(confirmed(database), ["101", "102", "201"]);
        fine(&program, "rooms --hall 1", &["hall_rooms of 1 completed: 2 processed, 2 unchanged"]);
        assert_eq!(confirmed(database), ["101", "102"]);
        // As many as are active, but one of them is new: 102 is not confirmed.
        api.hall_rooms(1, json!([room(101, "A", 30), room(103, "E", 5)]));
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 1 created, 2 unchanged, 1 deleted"]);
        assert_eq!(confirmed(database), ["101", "103", "201"]);
        api.hall_rooms(2, Answer::status(404));
        let _ = program.run("rooms").expect(3);
        assert_eq!(confirmed(database), ["101", "103"]);
    }

    fn what_only_a_broken_answer_listed_is_not_confirmed(database) {
        let (api, program) = prepared(database);
        serve(&api);
        let broken = Answer::data(&json!([room(102, "B", 30), room(101, "A", 30)])).cut_after(60);
        api.answer(&hall_rooms(1), vec![broken, Answer::data(&json!([room(101, "A", 30)]))]);
        fine(&program, "rooms", &["hall_rooms completed: 2 processed, 2 unchanged, 1 deleted"]);
        assert_eq!(api.count(&hall_rooms(1)), 2);
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|0", "201|2|C|20|1"]);
    }

    fn all_rooms_may_come_hall_by_hall_from_the_first_on(database) {
        database.migrate();
        let api = MockApi::start();
        let halls = data::halls(30, 4);
        api.halls(data::halls(30, 0));
        let program = Examsync::new(database, &api);
        fine(&program, "halls", &["exam_halls completed: 30 processed, 30 created", "hall_rooms completed: nothing"]);
        for hall in 1..=30 {
            api.hall_rooms(i64::try_from(hall).unwrap(), generated(&halls, hall));
        }
        fine(&program, "rooms", &["hall_rooms completed: 120 processed, 120 created"]);
        let by_hall = database.rows(ROOMS);
        assert_consistent(database);
        api.halls(halls);
        fine(&program, "halls", &[
            "exam_halls completed: 30 processed, 30 updated",
            "hall_rooms completed: 120 processed, 120 unchanged",
        ]);
        assert_eq!(database.rows(ROOMS), by_hall);
    }
}
