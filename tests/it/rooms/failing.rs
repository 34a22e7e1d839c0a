//! A hall whose request fails loses no room; a token that is refused ends it all.

use serde_json::json;

use super::{ROOMS, generated, serve};
use crate::participants::prepared;
use crate::support::data::{self, room};
use crate::support::{Answer, Examsync, MockApi, on_both_databases};
use crate::syncs::{fine, line, logs, said, synced};

on_both_databases! {
    fn of_400_halls_one_fails_and_keeps_its_rooms(database) {
        database.migrate();
        let api = MockApi::start();
        let halls = data::halls(400, 5);
        api.halls(halls.clone());
        let program = Examsync::new(database, &api).env("SYNC_RETRY_ATTEMPTS", "0");
        let _ = program.run("halls").expect(0);
        for hall in 1..=400 {
            api.hall_rooms(i64::try_from(hall).unwrap(), generated(&halls, hall));
        }
        fine(&program, "rooms", &["hall_rooms completed: 2000 processed, 2000 unchanged"]);
        // Hall 7 would lose a room, if it only answered; hall 8 does.
        let four = |hall: usize| json!(generated(&halls, hall).as_array().unwrap()[..4]);
        api.hall_rooms(7, Answer::data(&four(7)).with_status(500));
        api.hall_rooms(8, four(8));
        let why = "rooms of hall 7: the API answered HTTP 500 Internal Server Error; \
                   try again later, or ask those who run the API";
        synced(
            &program,
            "rooms",
            3,
            &["hall_rooms completed: 1994 processed, 1994 unchanged, 1 deleted; error temporary 7"],
            &[&format!("error: rooms: {why} (temporary, id 7)")],
        );
        let active = |hall: i64| database.number(&format!(
            "SELECT count(*) FROM rooms WHERE is_active AND external_id / 1000 = {hall}"
        ));
        assert_eq!((active(7), active(8)), (5, 4));
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE is_active"), 1999);
        assert_eq!(logs(database)[3], "hall_rooms|null|completed|1994 0 0 1 0|fine");
    }

    fn a_hall_that_the_api_does_not_know_loses_no_room(database) {
        let (api, program) = prepared(database);
        serve(&api);
        api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 31)]));
        api.hall_rooms(2, Answer::status(404));
        let why = "rooms of hall 2: the API does not know them (HTTP 404 Not Found, code NOT_FOUND); \
                   check the hall's id and EXTERNAL_HALL_API_URL";
        synced(
            &program,
            "rooms",
            3,
            &["hall_rooms completed: 2 processed, 1 updated, 1 unchanged; error contract 2"],
            &[&format!("error: rooms: {why} (contract, id 2)")],
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|31|1", "201|2|C|20|1"]);
        // Alone it is the whole command.
        let outcome = synced(
            &program,
            "rooms --hall 2",
            13,
            &["hall_rooms of 2 failed: nothing; error contract 2"],
            &[&format!("error: {why}"), "in rooms, rooms of hall 2, run [uuid]"],
        );
        assert_eq!(outcome.json()["error"], json!({"kind": "contract", "message": why}));
        assert_eq!(logs(database)[3], "hall_rooms|null|failed|0 0 0 0 0|told");
    }

    fn halls_that_all_fail_alike_have_their_code_and_unlike_ones_have_3(database) {
        let (api, program) = prepared(database);
        let program = program.env("SYNC_RETRY_ATTEMPTS", "0");
        let before = database.rows("SELECT * FROM rooms ORDER BY id");
        for (first, second, code, errors) in [
            (500, 503, 75, "error temporary 1; error temporary 2"),
            (404, 410, 13, "error contract 1; error contract 2"),
            (404, 503, 3, "error contract 1; error temporary 2"),
        ] {
            api.hall_rooms(1, Answer::status(first));
            api.hall_rooms(2, Answer::status(second));
            let outcome = program.run("rooms --json").expect(code);
            assert_eq!(line(&outcome.json()["syncs"][0]), format!("hall_rooms failed: nothing; {errors}"));
            assert!(!said(&outcome).is_empty());
        }
        assert_eq!(database.rows("SELECT * FROM rooms ORDER BY id"), before);
    }

    fn after_a_refused_token_no_other_hall_is_asked(database) {
        let (api, program) = prepared(database);
        serve(&api);
        let before = database.rows("SELECT * FROM rooms ORDER BY id");
        api.hall_rooms(1, Answer::status(401));
        let outcome = program.run("rooms --concurrency 1 --json").expect(12);
        assert_eq!(
            line(&outcome.json()["syncs"][0]),
            "hall_rooms failed: nothing; error auth 1; error auth 2"
        );
        assert_eq!(outcome.json()["error"]["kind"], "auth");
        assert!(said(&outcome).concat().contains("check EXTERNAL_HALL_API_TOKEN"));
        assert_eq!(api.requests().len(), 1);
        assert_eq!(database.rows("SELECT * FROM rooms ORDER BY id"), before);
    }
}
