//! New halls and rooms in a date's feed: the halls are pulled once per command, and what is still unknown is told.

use std::time::Duration;

use serde_json::json;

use crate::participants::{DAY, prepared, two_halls};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, on_both_databases};
use crate::syncs::{fine, logs, rows_of, synced};

const ONE_DAY: &str = "participants --date 2099-06-01";
const TWO_DAYS: &str = "participants --date 2099-06-01..2099-06-02";
const NEW_ROOM_PULLED: [&str; 2] = [
    "exam_halls completed: 3 processed, 1 created, 2 unchanged",
    "hall_rooms completed: 4 processed, 1 created, 3 unchanged",
];

/// The halls as they were, and a third one with room 301.
fn three_halls() -> serde_json::Value {
    let mut halls = two_halls();
    halls.as_array_mut().unwrap().push(hall(3, "Şəki", vec![room(301, "D", 30)]));
    halls
}

/// Everything that a pass may write.
fn everything(database: &crate::support::Database) -> Vec<String> {
    ["buildings", "rooms", "participants", "sync_logs", "audit_logs", "notifications"]
        .iter()
        .flat_map(|table| database.rows(&format!("SELECT * FROM {table} ORDER BY id")))
        .collect()
}

on_both_databases! {
    fn a_new_room_appears_with_its_participants_in_one_command(database) {
        let (api, program) = prepared(database);
        api.halls(three_halls());
        for day in [DAY, "2099-06-02"] {
            api.participants(day, json!([slot("09:00", vec![count(3, 301, 5), count(1, 101, 6), seat(3, 301, 7, 1, "Əli")])]));
        }
        let day = "completed: 3 processed, 2 created, 1 unchanged; warning count_differs 301";
        let days = [format!("participants 2099-06-01 {day}"), format!("participants 2099-06-02 {day}")];
        let said = |day: &str| format!(
            "warning: {day}: room 301 at 09:00:00: the feed counts 5 people and seats 1 (count_differs, id 301, data[0].participants[0])"
        );
        synced(
            &program,
            TWO_DAYS,
            0,
            &[NEW_ROOM_PULLED[0], NEW_ROOM_PULLED[1], &days[0], &days[1]],
            &[&said("2099-06-01 Mon"), &said("2099-06-02 Tue")],
        );
        assert_eq!(api.count(HALLS), 1, "once per command, not per date");
        let mut logged = logs(database).split_off(2);
        logged.sort_unstable();
        assert_eq!(logged, [
            "exam_halls|null|completed|3 1 0 0 0|fine",
            "hall_rooms|null|completed|4 1 0 0 0|fine",
            "participants|2099-06-01|completed|3 2 0 0 0|fine",
            "participants|2099-06-02|completed|3 2 0 0 0|fine",
        ]);
        assert_eq!(database.number("SELECT count(DISTINCT run_id) FROM sync_logs"), 2);
        for day in [DAY, "2099-06-02"] {
            assert_eq!(rows_of(database, day), ["101 09:00:00 6 people active", "301 09:00:00 seat of 7 at 1 active"]);
        }
    }

    fn only_what_is_still_unknown_is_an_error(database) {
        let (api, program) = prepared(database);
        api.halls(three_halls());
        api.participants(DAY, json!([
            slot("09:00", vec![count(3, 301, 5), count(9, 901, 6), seat(9, 101, 7, 1, "Əli"), count(1, 101, 2)]),
        ]));
        let errors = [
            "error: 2099-06-01 Mon: room 901 is not known here (unknown_room, id 901, data[0].participants[1])",
            "error: 2099-06-01 Mon: seat of 7: hall 9 is not known here (unknown_room, id 7, data[0].participants[2])",
        ];
        let date = |counts: &str| format!(
            "participants 2099-06-01 completed: 4 processed, {counts}, 2 errored; error unknown_room 901; error unknown_room 7"
        );
        synced(&program, ONE_DAY, 3, &[NEW_ROOM_PULLED[0], NEW_ROOM_PULLED[1], &date("2 created")], &errors);
        // The next command asks again: by then somebody may have added the hall.
        let unchanged = ["exam_halls completed: 3 processed, 3 unchanged", "hall_rooms completed: 4 processed, 4 unchanged"];
        synced(&program, ONE_DAY, 3, &[unchanged[0], unchanged[1], &date("2 unchanged")], &errors);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 2 people active", "301 09:00:00 5 people active"]);
    }

    fn a_date_is_merged_with_the_halls_that_one_before_it_had_pulled(database) {
        let (api, program) = prepared(database);
        for day in [DAY, "2099-06-02"] {
            api.participants(day, json!([slot("09:00", vec![count(1, 101, 5)])]));
        }
        program.run(TWO_DAYS).expect(0);
        // The room is in the other hall now, which only the first day's new room makes known here.
        let halls = json!([hall(1, "Bakı", vec![room(102, "B", 20)]), hall(2, "Gəncə", vec![room(201, "C", 10), room(101, "A", 30)]),
                           hall(3, "Şəki", vec![room(301, "D", 30)])]);
        api.halls(Answer::data(&halls).delay(Duration::from_secs(1)));
        api.participants(DAY, json!([slot("09:00", vec![count(2, 101, 5), count(3, 301, 5)])]));
        api.participants("2099-06-02", json!([slot("09:00", vec![count(2, 101, 5)])]));
        let document = program.run(&format!("{TWO_DAYS} --json")).expect(0).json();
        let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
        assert_eq!(lines[2..], [
            "participants 2099-06-01 completed: 2 processed, 1 created, 1 unchanged",
            "participants 2099-06-02 completed: 1 processed, 1 unchanged",
        ]);
    }

    fn whatever_isolation_the_database_has_by_default_the_pulled_halls_are_seen(database) {
        let (api, program) = prepared(database);
        // What PostgreSQL's own library reads; SQLite has no such thing.
        let program = program.env("PGOPTIONS", "-c default_transaction_isolation=serializable");
        api.halls(three_halls());
        api.participants(DAY, json!([slot("09:00", vec![count(3, 301, 5)])]));
        let day = "participants 2099-06-01 completed: 1 processed, 1 created";
        synced(&program, ONE_DAY, 0, &[NEW_ROOM_PULLED[0], NEW_ROOM_PULLED[1], day], &[]);
    }

    fn halls_that_can_not_be_pulled_are_no_dates_verdict(database) {
        let (api, program) = prepared(database);
        let program = program.env("SYNC_RETRY_ATTEMPTS", "0");
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(9, 901, 6)])]));
        api.participants("2099-06-02", json!([slot("09:00", vec![count(1, 101, 5)])]));
        api.halls(Answer::status(503));
        let outcome = synced(
            &program,
            TWO_DAYS,
            3,
            &[
                "exam_halls failed: nothing",
                "hall_rooms failed: nothing",
                "participants 2099-06-01 completed: 2 processed, 1 created, 1 errored; error unknown_room 901",
                "participants 2099-06-02 completed: 1 processed, 1 created",
            ],
            &[
                "error: 2099-06-01 Mon: room 901 is not known here (unknown_room, id 901, data[0].participants[1])",
                "error: halls: the API answered HTTP 503 Service Unavailable, code SERVICE_UNAVAILABLE; try again later, or ask those who run the API",
                "in participants, halls, run [uuid]",
            ],
        );
        assert_eq!((&outcome.json()["status"], &outcome.json()["error"]), (&json!("partial"), &json!(null)));
        assert_eq!(api.count(HALLS), 1);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active"]);
    }

    fn a_feed_from_a_file_has_no_halls_to_pull(database) {
        let (api, program) = prepared(database);
        api.halls(three_halls());
        let feed = json!({"data": [slot("09:00", vec![count(3, 301, 5), count(1, 101, 6)])]});
        std::fs::write(program.folder().join("feed.json"), feed.to_string()).unwrap();
        synced(
            &program,
            "participants --date 2099-06-01 --from feed.json",
            3,
            &["participants 2099-06-01 completed: 2 processed, 1 created, 1 errored; error unknown_room 301"],
            &["error: 2099-06-01 Mon: room 301 is not known here (unknown_room, id 301, data[0].participants[0])"],
        );
        assert_eq!(api.requests().len(), 0);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 6 people active"]);
    }

    fn the_guard_judges_the_halls_that_heal_as_always(database) {
        let (api, program) = prepared(database);
        api.halls(json!([hall(3, "Şəki", vec![room(301, "D", 30)])]));
        api.participants(DAY, json!([slot("09:00", vec![count(3, 301, 5), count(1, 101, 6)])]));
        let outcome = program.run(&format!("{ONE_DAY} --json")).expect(3);
        let document = outcome.json();
        let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
        assert_eq!(lines, [
            "exam_halls refused: 1 processed, 1 created, 2 deleted",
            "hall_rooms refused: 1 processed, 1 created, 3 deleted",
            "participants 2099-06-01 completed: 2 processed, 1 created, 1 errored; error unknown_room 301",
        ]);
        assert_eq!(database.rows("SELECT external_id FROM rooms WHERE is_active ORDER BY 1"), ["101", "102", "201"]);
        // The plan that the refusal names lets it through, also from here.
        let plan = document["syncs"][0]["plan"].as_str().unwrap();
        let outcome = program.run(&format!("{ONE_DAY} --json --approve {plan}")).expect(0);
        let document = outcome.json();
        let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
        assert_eq!(lines[..2], [
            "exam_halls completed: 1 processed, 1 created, 2 deleted; warning deactivated_with_participants 1",
            "hall_rooms completed: 1 processed, 1 created, 3 deleted; warning deactivated_with_participants 101",
        ]);
        assert_eq!(
            lines[2..],
            ["participants 2099-06-01 completed: 2 processed, 1 created, 1 unchanged; warning inactive_room 101"]
        );
    }

    fn a_date_waits_for_a_halls_pass_of_another_process_though_no_lock_wait_was_asked_for(database) {
        let (api, program) = prepared(database);
        api.halls(three_halls());
        api.participants(DAY, json!([slot("09:00", vec![count(3, 301, 5)])]));
        let hold = api.hold(HALLS);
        let other = program.spawn("halls");
        hold.arrived();
        let mut date = program.spawn(&format!("{ONE_DAY} --json -vv"));
        date.wait_for_stderr("waiting for the lock");
        hold.release();
        other.wait().expect(0);
        let document = date.wait().expect(0).json();
        let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
        assert_eq!(lines, [
            "exam_halls completed: 3 processed, 3 unchanged",
            "hall_rooms completed: 4 processed, 4 unchanged",
            "participants 2099-06-01 completed: 1 processed, 1 created",
        ]);
    }

    fn a_dry_run_heals_and_rolls_all_of_it_back(database) {
        let (api, program) = prepared(database);
        api.halls(three_halls());
        for day in [DAY, "2099-06-02"] {
            api.participants(day, json!([slot("09:00", vec![count(3, 301, 5), count(1, 101, 6)])]));
        }
        let before = everything(database);
        let syncs = [
            NEW_ROOM_PULLED[0],
            NEW_ROOM_PULLED[1],
            "participants 2099-06-01 completed: 2 processed, 2 created",
            "participants 2099-06-02 completed: 2 processed, 2 created",
        ];
        for _ in 0..2 {
            let outcome = fine(&program, &format!("{TWO_DAYS} --dry-run"), &syncs);
            assert_eq!(outcome.json()["dry_run"], true);
        }
        assert_eq!(everything(database), before);
        assert_eq!(api.count(HALLS), 2, "once per command");
        fine(&program, TWO_DAYS, &syncs);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 6 people active", "301 09:00:00 5 people active"]);
    }
}

#[test]
fn a_dry_run_that_can_not_have_the_lock_of_the_halls_ends_as_a_real_run_does() {
    let database = Database::sqlite();
    let (api, program) = prepared(&database);
    api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(9, 901, 6)])]));
    api.participants("2099-06-02", json!([slot("09:00", vec![count(1, 101, 5)])]));
    let hold = api.hold(HALLS);
    let program = program.limit(Duration::from_secs(180));
    let other = program.spawn("halls");
    hold.arrived();
    let outcome = program.run(&format!("{TWO_DAYS} --dry-run --json")).expect(3);
    assert!(
        outcome.took >= Duration::from_secs(30),
        "it waits whatever --lock-wait says: {:?}",
        outcome.took
    );
    let document = outcome.json();
    let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
    // As in halls_that_can_not_be_pulled_are_no_dates_verdict.
    assert_eq!(
        lines,
        [
            "exam_halls failed: nothing",
            "hall_rooms failed: nothing",
            "participants 2099-06-01 completed: 2 processed, 1 created, 1 errored; error unknown_room 901",
            "participants 2099-06-02 completed: 1 processed, 1 created",
        ]
    );
    hold.release();
    other.wait().expect(0);
}
