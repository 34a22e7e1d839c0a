//! Which halls are asked for their rooms, how many at a time, and the feed from a file.

use std::time::Duration;

use serde_json::json;

use super::{ROOMS, serve};
use crate::participants::prepared;
use crate::support::data::{self, room};
use crate::support::mock_api::{Hold, hall_rooms};
use crate::support::{Database, Examsync, MockApi, on_both_databases};
use crate::syncs::{fine, line, logs, synced};

on_both_databases! {
    fn all_active_halls_are_asked_or_the_ones_that_are_named(database) {
        let (api, program) = prepared(database);
        serve(&api);
        let mut halls = crate::participants::two_halls();
        halls.as_array_mut().unwrap().push(data::with(data::hall(3, "Şəki", vec![]), "isActive", json!(0)));
        api.halls(halls);
        fine(&program, "halls", &[
            "exam_halls completed: 3 processed, 1 created, 2 unchanged",
            "hall_rooms completed: 3 processed, 3 unchanged",
        ]);
        api.forget_requests();
        let asked = || {
            let mut paths: Vec<_> = api.requests().into_iter().map(|request| request.path).collect();
            paths.sort_unstable();
            api.forget_requests();
            paths
        };
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 3 unchanged"]);
        assert_eq!(asked(), [hall_rooms(1), hall_rooms(2)]);
        fine(&program, "rooms --hall 2 --hall 1 --hall 2", &["hall_rooms completed: 3 processed, 3 unchanged"]);
        assert_eq!(asked(), [hall_rooms(1), hall_rooms(2)]);
        fine(&program, "rooms --hall 2", &["hall_rooms of 2 completed: 1 processed, 1 unchanged"]);
        assert_eq!(asked(), [hall_rooms(2)]);
        // One that is inactive may be named; its rooms are inactive whatever they say.
        api.hall_rooms(3, json!([room(301, "D", 10)]));
        fine(&program, "rooms --hall 3", &["hall_rooms of 3 completed: 1 processed, 1 created"]);
        assert_eq!(database.rows(ROOMS)[3], "301|3|D|10|0");
        assert_eq!(logs(database)[4..], [
            "hall_rooms|null|completed|3 0 0 0 0|fine",
            "hall_rooms|null|completed|3 0 0 0 0|fine",
            "hall_rooms|null|completed|1 0 0 0 0|fine",
            "hall_rooms|null|completed|1 1 0 0 0|fine",
        ]);
    }

    fn without_halls_there_is_nothing_to_ask_for(database) {
        database.migrate();
        let api = MockApi::start();
        let program = Examsync::new(database, &api);
        let outcome = synced(
            &program,
            "rooms",
            10,
            &[],
            &["error: there are no halls here yet: run `examsync halls` first", "in rooms, run [uuid]"],
        );
        assert_eq!(outcome.json()["error"]["kind"], "setup");
        assert_eq!(api.requests().len(), 0);
    }

    fn a_hall_that_is_not_known_is_a_matter_of_setup(database) {
        let (api, program) = prepared(database);
        let why = "error: hall 9 is not known here: run `examsync halls` first, or correct --hall";
        synced(&program, "rooms --hall 1 --hall 9", 10, &[], &[why, "in rooms, run [uuid]"]);
        assert_eq!(api.requests().len(), 0);
    }

    fn the_rooms_of_one_hall_may_come_from_a_file_or_from_stdin(database) {
        let (api, program) = prepared(database);
        let feed = json!({"data": [room(101, "A", 31), room(102, "B", 30), room(103, "E", 5)]}).to_string();
        std::fs::write(program.folder().join("rooms.json"), &feed).unwrap();
        fine(
            &program,
            "rooms --hall 1 --from rooms.json",
            &["hall_rooms of 1 completed: 3 processed, 1 created, 1 updated, 1 unchanged"],
        );
        let outcome = program.run("rooms --from rooms.json --json").expect(2);
        assert_eq!(outcome.json()["error"]["kind"], "usage");
        let _ = program.run("rooms --hall 1 --hall 2 --from rooms.json").expect(2);
        let outcome = program.run("rooms --hall 1 --from nowhere.json --json").expect(10);
        assert_eq!(outcome.json()["error"]["kind"], "setup");
        assert!(outcome.stderr.contains("nowhere.json"), "{outcome:?}");
        let program = program.stdin(feed);
        fine(&program, "rooms --hall 1 --from -", &["hall_rooms of 1 completed: 3 processed, 3 unchanged"]);
        assert_eq!(api.requests().len(), 0);
        assert_eq!(database.rows(ROOMS), ["101|1|A|31|1", "102|1|B|30|1", "103|1|E|5|1", "201|2|C|20|1"]);
    }
}

#[test]
fn so_many_halls_are_asked_at_a_time() {
    let database = Database::sqlite();
    let halls = data::halls(12, 1);
    for (arguments, at_once) in [("--concurrency 1", 1), ("--concurrency 3", 3), ("", 8)] {
        let api = MockApi::start();
        api.halls(halls.clone());
        let program = Examsync::new(&database, &api);
        let _ = program.run("halls").expect(0);
        for hall in 1..=12 {
            api.hall_rooms(i64::try_from(hall).unwrap(), super::generated(&halls, hall));
        }
        // None is answered before as many as may come at a time are there.
        let holds: Vec<_> = (1..=12).map(|hall| api.hold(&hall_rooms(hall))).collect();
        let running = program.spawn(&format!("rooms --json {arguments}"));
        holds[..at_once].iter().for_each(Hold::arrived);
        // One too many would come now.
        std::thread::sleep(Duration::from_millis(100));
        holds.iter().for_each(Hold::release);
        let outcome = running.wait().expect(0);
        assert_eq!(line(&outcome.json()["syncs"][0]), "hall_rooms completed: 12 processed, 12 unchanged");
        assert_eq!(api.most_at_once(), at_once, "{arguments}");
    }
}

#[test]
fn a_hall_named_by_its_name_is_told_that_its_id_is_asked_for() {
    for name in ["Zefer", "0", "-3", "1.5", "99999999999999999999"] {
        let outcome = crate::support::Examsync::bare().arg("rooms").arg(&format!("--hall={name}")).run("");
        assert_eq!(
            outcome.expect(2).stderr.lines().next(),
            Some(&*format!(
                "examsync: error: invalid value '{name}' for '--hall <ID>': a hall is named by its external id, the \
                 number above zero that it has in the exam system (buildings.external_id here), not by its name"
            ))
        );
    }
}
