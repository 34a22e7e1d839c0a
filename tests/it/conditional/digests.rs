//! A body that is byte for byte that of the last pass counts as a 304, though the API knows no validators.

use serde_json::json;

use super::confirmed::{OLD, age, mark, marked, old};
use super::{DATE, counts, two_halls};
use crate::support::mock_api::{HALLS, hall_rooms, participants};
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};

/// As `set_up`, of an API that sends no validators and always the same bytes.
fn set_up(database: &Database) -> (MockApi, Examsync) {
    let api = MockApi::start();
    api.with_the_same_bytes();
    api.halls(two_halls());
    api.hall_rooms(1, json!([data::room(11, "A", 30), data::room(12, "B", 30)]));
    api.hall_rooms(2, json!([data::room(21, "C", 30)]));
    api.participants(DATE, json!([data::slot("09:00", vec![data::count(1, 11, 40), data::count(2, 21, 5)])]));
    database.migrate();
    let examsync = Examsync::new(database, &api);
    (api, examsync)
}

fn pull() -> String {
    format!("participants --date {DATE} --json")
}

/// The bytes of an answer, with a space behind.
fn spaced(data: &serde_json::Value) -> Answer {
    Answer::body(format!("{{\"data\":{data}}} "))
}

on_both_databases! {
    fn the_same_body_confirms_every_row_and_repeats_no_warning(database) {
        let (api, examsync) = set_up(database);
        let first = examsync.run("halls --json").expect(0);
        assert_eq!((counts(&first, 0), counts(&first, 1)), ("2 2 0 0 0 0".into(), "3 3 0 0 0 0".into()));
        database.execute("UPDATE buildings SET last_synced_at = '2020-01-01 00:00:00.000'");
        let again = examsync.run("halls --json").expect(0);
        assert_eq!((counts(&again, 0), counts(&again, 1)), ("304 2 0 0 2 0 0".into(), "304 3 0 0 3 0 0".into()));
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE last_synced_at < '2021-01-01'"), 0);
        let first = examsync.run(&pull()).expect(0).json();
        assert_eq!(first["syncs"][0]["warnings"][0]["code"], "over_capacity");
        let again = examsync.run(&pull()).expect(0);
        assert_eq!(counts(&again, 0), "304 2 0 0 2 0 0");
        assert_eq!(again.json()["syncs"][0]["warnings"], json!([]));
        let asked = api.requests();
        assert_eq!(asked.len(), 4, "an answer is pulled whole each time");
        assert!(asked.iter().all(|request| request.header("if-none-match").is_none()));
    }

    fn a_body_that_differs_in_one_space_is_compared(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.halls(spaced(&two_halls()));
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 0), "2 0 0 2 0 0");
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 0), "304 2 0 0 2 0 0");
    }

    fn full_and_a_dry_run_compare_what_is_the_same(database) {
        let (_api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run(&pull()).expect(0);
        let dry = examsync.run(&format!("{} --dry-run", pull())).expect(0);
        assert_eq!(counts(&dry, 0), "2 0 0 2 0 0");
        database.execute("UPDATE buildings SET name = 'drifted' WHERE external_id = 1");
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 0), "304 2 0 0 2 0 0");
        assert_eq!(counts(&examsync.run("halls --full --json").expect(0), 0), "2 0 1 1 0 0");
        assert_eq!(database.text("SELECT name FROM buildings WHERE external_id = 1"), "Bakı");
    }

    fn another_zone_or_other_fields_that_are_ignored_make_the_same_body_be_read_again(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run(&pull()).expect(0);
        let elsewhere = Examsync::new(database, &api).env("SYNC_TIMEZONE", "Europe/Prague");
        assert_eq!(counts(&elsewhere.run(&pull()).expect(0), 0), "2 0 0 2 0 0");
        assert_eq!(counts(&elsewhere.run(&pull()).expect(0), 0), "304 2 0 0 2 0 0");
        let ignoring = elsewhere.env("SYNC_IGNORE_FIELDS", "total");
        assert_eq!(counts(&ignoring.run(&pull()).expect(0), 0), "2 0 0 2 0 0");
    }

    fn nothing_is_kept_of_a_pass_with_an_errored_record(database) {
        let (api, examsync) = set_up(database);
        let mut halls = two_halls();
        halls[1]["rooms"][0]["name"] = json!(null);
        api.halls(halls);
        for _ in 0..2 {
            let outcome = examsync.run("halls --json").expect(3);
            assert_eq!(outcome.json()["syncs"][1]["errors"].as_array().unwrap().len(), 1);
        }
    }

    fn the_same_body_is_compared_after_another_pass_changed_something(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run(&pull()).expect(0);
        api.hall_rooms(1, json!([data::room(11, "A", 31), data::room(12, "B", 30)]));
        examsync.run("rooms").expect(0);
        assert_eq!(counts(&examsync.run(&pull()).expect(0), 0), "2 0 0 2 0 0");
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 1), "3 0 1 2 0 0");
    }

    fn of_the_rooms_each_hall_is_known_by_itself(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run("rooms").expect(0);
        api.hall_rooms(2, json!([data::room(21, "C", 31)]));
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "3 0 1 2 0 0");
        // What was kept of hall 1 is older than this change.
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "3 0 0 3 0 0");
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "304 3 0 0 3 0 0");
        assert_eq!((api.count(&hall_rooms(1)), api.count(&hall_rooms(2))), (4, 4));
    }

    fn a_header_that_says_that_the_same_body_is_not_whole_is_heard(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.halls(Answer::data(&two_halls()).header("x-has-more", "true"));
        examsync.run("halls").expect(13);
        api.halls(two_halls());
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 0), "304 2 0 0 2 0 0");
    }

    fn a_body_that_breaks_where_it_was_the_same_is_asked_for_again(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.answer(HALLS, vec![Answer::data(&two_halls()).cut_after(20)]);
        assert_eq!(counts(&examsync.run("halls --json").expect(0), 0), "304 2 0 0 2 0 0");
        assert_eq!(api.count(HALLS), 3);
    }

    fn an_empty_date_is_as_it_was(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.participants(DATE, json!([]));
        assert_eq!(counts(&examsync.run(&pull()).expect(0), 0), "0 0 0 0 0 0");
        assert_eq!(counts(&examsync.run(&pull()).expect(0), 0), "304 0 0 0 0 0 0");
        assert_eq!(api.count(&participants(DATE)), 2);
    }

    fn of_the_halls_that_were_asked_alone_the_rooms_are_confirmed(database) {
        let (_api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run("rooms").expect(0);
        age(database);
        // Of hall 1, and as they come of both.
        assert_eq!(counts(&examsync.run("rooms --hall 1 --json").expect(0), 0), "304 2 0 0 2 0 0");
        assert_eq!(database.rows(&format!("SELECT external_id FROM rooms WHERE last_synced_at = '{OLD}'")), ["21"]);
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "304 3 0 0 3 0 0");
        assert_eq!((old(database, "rooms"), old(database, "buildings")), (0, 2));
    }

    fn within_the_stamp_interval_the_same_body_writes_no_row_but_takes_marks_away(database) {
        let (_api, examsync) = set_up(database);
        let examsync = examsync.env("SYNC_STAMP_INTERVAL", "1h");
        examsync.run("halls").expect(0);
        examsync.run(&pull()).expect(0);
        let rows = || database.rows("SELECT last_synced_at, sync_status FROM participants ORDER BY id");
        let before = rows();
        assert_eq!(counts(&examsync.run(&pull()).expect(0), 0), "304 2 0 0 2 0 0");
        assert_eq!(rows(), before);
        mark(database, "participants");
        assert_eq!(counts(&examsync.run(&pull()).expect(0), 0), "304 2 0 0 2 0 0");
        assert_eq!(marked(database), [""; 0]);
    }

    fn an_empty_date_that_is_as_it_was_counts_for_the_idle_interval(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.participants(DATE, json!([]));
        examsync.run(&pull()).expect(0);
        let idle = format!("participants --date {DATE} --idle-interval 6h --json");
        // Long ago, so that it is asked for; the pass that finds it as it was is the next that counts.
        database.execute("UPDATE sync_logs SET completed_at = '2020-01-01 00:00:00.000'");
        assert_eq!(counts(&examsync.run(&idle).expect(0), 0), "304 0 0 0 0 0 0");
        assert_eq!(examsync.run(&idle).expect(0).json()["syncs"][0]["status"], "skipped");
        assert_eq!(api.count(&participants(DATE)), 2);
    }
}
