//! sync_logs: two rows with one run id tell how a pass goes and how it went (contract §6).

use serde_json::{Value, json};

use super::{external_columns, pull};
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};

/// The counts and the end of each row, oldest first.
fn ends(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT sync_type, status, records_processed, records_created, records_updated, records_deleted, \
         records_errored, error_message FROM sync_logs ORDER BY id",
    )
}

/// The metadata of each row, oldest first, with what differs from run to run made 0.
fn metadata(database: &Database) -> Vec<Value> {
    let rows = database.cells("SELECT metadata FROM sync_logs ORDER BY id");
    let documents = rows.into_iter().map(|row| serde_json::from_str(row[0].as_ref().unwrap()).unwrap());
    let fixed = |mut document: Value| {
        assert!(document["fetch_ms"].is_u64() && document["merge_ms"].is_u64(), "{document}");
        document["fetch_ms"] = json!(0);
        document["merge_ms"] = json!(0);
        for time in document["response_times_ms"].as_array_mut().unwrap() {
            assert!(time.is_u64());
            *time = json!(0);
        }
        document
    };
    documents.map(fixed).collect()
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim_end().to_owned()
}

on_both_databases! {
    fn a_pass_leaves_two_rows_with_one_run_id_that_the_report_and_the_api_know(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls --json").expect(0);

        let run_id = outcome.json()["run_id"].as_str().unwrap().to_owned();
        assert_eq!(database.rows("SELECT run_id FROM sync_logs"), [run_id.as_str(), run_id.as_str()]);
        assert_eq!(api.requests()[0].header("x-request-id"), Some(run_id.as_str()));
        assert_eq!(ends(database), ["exam_halls|completed|3|3|0|0|0|null", "hall_rooms|completed|12|12|0|0|0|null"]);
        let in_order = "SELECT count(*) FROM sync_logs WHERE created_at = started_at \
                        AND started_at <= completed_at AND updated_at = completed_at AND error_details IS NULL";
        assert_eq!(database.number(in_order), 2);
    }

    fn log_rows_and_alerts_name_the_scope_of_their_pass(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(2, 1));
        database.migrate();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        for arguments in ["rooms", "rooms --hall 1", "participants --date 2099-06-01"] {
            program.run(arguments).expect(12);
        }
        assert_eq!(
            database.rows("SELECT sync_type, scope, status FROM sync_logs ORDER BY id"),
            [
                "exam_halls|all|completed", "hall_rooms|all|completed", "hall_rooms|all|failed",
                "hall_rooms|hall:1|failed", "participants|2099-06-01|failed",
            ]
        );
        // Rooms have one alert, whichever halls were asked.
        assert_eq!(
            database.rows("SELECT command, scope, exam_date FROM alerts ORDER BY id"),
            ["rooms|all|null", "participants|2099-06-01|2099-06-01"]
        );
    }

    fn metadata_says_who_ran_it_where_and_what_it_took(database) {
        let api = MockApi::start();
        api.with_the_same_bytes();
        let feed = data::halls_feed(3, 4);
        let bytes = feed.len();
        api.halls(feed);
        api.answer(HALLS, vec![Answer::status(503), Answer::status(500)]);
        database.migrate();
        pull(&Examsync::new(database, &api).env("USER", "operator-7").env("SUDO_USER", "alice"));

        let expected = json!({
            "exam_date": null, "host": host(), "operator": "alice", "trigger": "cron",
            "program_version": env!("CARGO_PKG_VERSION"), "bytes": bytes, "requests": 3, "retries": 2,
            "response_times_ms": [0, 0, 0], "fetch_ms": 0, "merge_ms": 0,
        });
        assert_eq!(metadata(database), [expected.clone(), expected]);
    }

    fn the_operator_is_the_first_name_that_is_known(database) {
        let api = MockApi::start();
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        // Debian's cron sets LOGNAME only.
        let program = program.env("LOGNAME", "operator-8");
        pull(&program);
        pull(&program.env("USER", "operator-7"));
        let operators: Vec<_> = metadata(database).iter().map(|one| one["operator"].as_str().unwrap().to_owned()).collect();
        let name = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
        let name = String::from_utf8(name).unwrap();
        let name = name.trim();
        assert_eq!(operators, [name, name, "operator-8", "operator-8", "operator-7", "operator-7"]);
    }

    fn both_rows_are_in_progress_for_everyone_to_see_while_the_pass_runs(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(1, 1));
        database.migrate();
        let hold = api.hold(HALLS);
        let program = Examsync::new(database, &api);
        let running = program.spawn("halls");
        hold.arrived();
        assert_eq!(ends(database), ["exam_halls|in_progress|0|0|0|0|0|null", "hall_rooms|in_progress|0|0|0|0|0|null"]);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE completed_at IS NULL"), 2);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
        hold.release();
        running.wait().expect(0);
        assert_eq!(ends(database), ["exam_halls|completed|1|1|0|0|0|null", "hall_rooms|completed|1|1|0|0|0|null"]);
    }

    fn a_pass_that_fails_says_why_in_both_rows_and_touches_no_hall(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        let before = external_columns(database);

        api.answer(HALLS, vec![Answer::status(404)]);
        program.run("halls").expect(13);
        let why = "halls: the API does not know them (HTTP 404 Not Found, code NOT_FOUND); check EXTERNAL_HALL_API_URL";
        assert_eq!(ends(database)[2..], [
            format!("exam_halls|failed|0|0|0|0|0|{why}"),
            format!("hall_rooms|failed|0|0|0|0|0|{why}"),
        ]);
        let details = "SELECT error_details FROM sync_logs WHERE status = 'failed'";
        let contract = r#"{"errors":[],"kind":"contract","plan":null,"status":"failed"}"#;
        assert_eq!(database.rows(details), [contract, contract]);
        assert_eq!(external_columns(database), before);
    }

    fn records_that_were_left_out_are_counted_and_listed_in_a_completed_row(database) {
        let api = MockApi::start();
        let rooms = vec![data::room(10, "A", 1), data::room(11, "B", 2), data::room(12, "C", -1)];
        api.halls(json!([data::hall(1, "One", rooms), data::hall(2, "Two", vec![]), data::hall(3, " ", vec![])]));
        database.migrate();
        Examsync::new(database, &api).run("halls").expect(3);
        assert_eq!(ends(database), ["exam_halls|completed|3|2|0|0|1|null", "hall_rooms|completed|3|2|0|0|1|null"]);
        let codes: Vec<String> = database
            .cells("SELECT error_details FROM sync_logs ORDER BY id")
            .into_iter()
            .map(|row| serde_json::from_str::<Value>(row[0].as_ref().unwrap()).unwrap()["errors"].to_string())
            .collect();
        assert_eq!(codes, [
            r#"[{"at":"data[2]","code":"bad_record","external_id":3,"message":"hall 3: name is blank"}]"#,
            r#"[{"at":"data[0].rooms[2]","code":"bad_record","external_id":12,"message":"room 12: capacity is not an integer from 0 to 2147483647"}]"#,
        ]);
    }
}
