//! Dates are independent: one that fails takes nothing from the others, and the exit code says which is the case.

use std::time::Duration;

use serde_json::json;

use crate::participants::prepared;
use crate::support::data::{count, slot};
use crate::support::mock_api::participants;
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};
use crate::syncs::{logs, rows_of, synced};

const THREE: &str = "participants --date 2099-06-01..2099-06-03";

/// All three dates pulled once, then each with one person more, and no retries, for speed.
fn pulled_once(database: &Database) -> (MockApi, Examsync) {
    let (api, program) = prepared(database);
    let program = program.env("SYNC_RETRY_ATTEMPTS", "0");
    for people in [5, 6] {
        for day in ["2099-06-01", "2099-06-02", "2099-06-03"] {
            api.participants(day, json!([slot("09:00", vec![count(1, 101, people)])]));
        }
        if people == 5 {
            let _ = program.run(THREE).expect(0);
        }
    }
    (api, program)
}

/// What is said of a date that failed with `HTTP 500`.
const FAILED: &str = "participants of 2099-06-02: the API answered HTTP 500 Internal Server Error, code ERROR; \
    try again later, or ask those who run the API";

on_both_databases! {
    fn one_of_three_dates_that_fails_keeps_its_rows_and_the_others_are_committed(database) {
        let (api, program) = pulled_once(database);
        let before = database.rows("SELECT * FROM participants WHERE exam_date = '2099-06-02'");
        api.participants("2099-06-02", Answer::status(500));
        let outcome = synced(
            &program,
            THREE,
            3,
            &[
                "participants 2099-06-01 completed: 1 processed, 1 updated",
                "participants 2099-06-02 failed: nothing",
                "participants 2099-06-03 completed: 1 processed, 1 updated",
            ],
            &[&format!("error: {FAILED}"), "in participants, 2099-06-02 Tue, run [uuid]"],
        );
        assert_eq!((&outcome.json()["status"], &outcome.json()["error"]), (&json!("partial"), &json!(null)));
        assert_eq!(database.rows("SELECT * FROM participants WHERE exam_date = '2099-06-02'"), before);
        for day in ["2099-06-01", "2099-06-03"] {
            assert_eq!(rows_of(database, day), ["101 09:00:00 6 people active"]);
        }
        let mut logged = logs(database).split_off(5);
        // Each begins when its pull does, and those run ahead of each other.
        logged.sort_unstable();
        assert_eq!(logged, [
            "participants|2099-06-01|completed|1 0 1 0 0|fine",
            "participants|2099-06-02|failed|0 0 0 0 0|told",
            "participants|2099-06-03|completed|1 0 1 0 0|fine",
        ]);
        assert_eq!(
            database.text("SELECT error_message FROM sync_logs WHERE status = 'failed'"),
            FAILED
        );
    }

    fn dates_that_all_fail_alike_have_their_code_and_unlike_ones_have_3(database) {
        let (api, program) = pulled_once(database);
        let before = database.rows("SELECT * FROM participants ORDER BY id");
        let failed = ["2099-06-01", "2099-06-02", "2099-06-03"].map(|day| format!("participants {day} failed: nothing"));
        let failed = failed.each_ref().map(String::as_str);
        let three = |answers: [u16; 3]| {
            for (day, status) in ["2099-06-01", "2099-06-02", "2099-06-03"].into_iter().zip(answers) {
                api.participants(day, Answer::status(status));
            }
        };
        let code = |code: i32| {
            let outcome = program.run(&format!("{THREE} --json")).expect(code);
            let document = outcome.json();
            let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
            assert_eq!(lines, failed);
            document["error"]["kind"].clone()
        };
        three([500, 503, 502]);
        assert_eq!(code(75), "temporary");
        three([404, 404, 400]);
        assert_eq!(code(13), "contract");
        three([404, 503, 500]);
        assert_eq!(code(3), json!(null));
        assert_eq!(database.rows("SELECT * FROM participants ORDER BY id"), before);
    }

    fn after_a_refused_token_the_other_dates_fail_without_a_request(database) {
        let (api, program) = pulled_once(database);
        api.forget_requests();
        api.participants("2099-06-01", Answer::status(401));
        let outcome = synced(
            &program,
            &format!("{THREE} --concurrency 1"),
            12,
            &[
                "participants 2099-06-01 failed: nothing",
                "participants 2099-06-02 failed: nothing",
                "participants 2099-06-03 failed: nothing",
            ],
            &[
                "error: all 3 dates (2099-06-01 … 03): the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED); \
                 check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one",
                "in participants, run [uuid]",
            ],
        );
        assert_eq!(outcome.json()["error"]["kind"], "auth");
        assert_eq!(api.requests().len(), 1);
        assert_eq!(api.count(&participants("2099-06-01")), 1);
    }

    fn dates_are_pulled_ahead_and_merged_in_order(database) {
        let (api, program) = pulled_once(database);
        let hold = api.hold(&participants("2099-06-01"));
        let third = api.hold(&participants("2099-06-03"));
        let mut running = program.spawn(&format!("{THREE} --json -vv"));
        // The first date has not answered yet, and the others are asked for already.
        hold.arrived();
        third.arrived();
        third.release();
        running.wait_for_stderr("request=\"participants of 2099-06-03\" status=200");
        // Time enough to be written, were it not for its turn.
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(rows_of(database, "2099-06-03"), ["101 09:00:00 5 people active"], "not before its turn");
        hold.release();
        let outcome = running.wait().expect(0);
        // However long that took: what was written first has the first row of the audit.
        let date = database.pick("json_extract(metadata, '$.exam_date')", "metadata ->> 'exam_date'");
        let written = database.rows(&format!("SELECT {date} FROM audit_logs ORDER BY id"));
        assert_eq!(written, ["2099-06-01", "2099-06-02", "2099-06-03"]);
        let updated = |day: u32| format!("participants 2099-06-0{day} completed: 1 processed, 1 updated");
        let document = outcome.json();
        let lines: Vec<_> = document["syncs"].as_array().unwrap().iter().map(crate::syncs::line).collect();
        assert_eq!(lines, [updated(1), updated(2), updated(3)]);
    }
}
