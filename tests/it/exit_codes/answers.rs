//! What the API answers decides: 12, 13, 75; and 3 when only some of it can be used.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;

use super::unchanged_by;
use crate::support::mock_api::{HALLS, unreachable_url};
use crate::support::{Answer, Examsync, MockApi, data, on_both_databases, wait_until};

on_both_databases! {
    fn success_is_0_and_silent_also_when_nothing_changed(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 2));
        database.migrate();
        let program = Examsync::new(database, &api);
        for arguments in ["halls", "halls", "halls -q"] {
            assert_eq!(program.run(arguments).snapshot(), "exit code 0\nstdout:\n\nstderr:", "{arguments}");
        }
        allow_duplicates! { assert_snapshot!(program.run("halls -v").snapshot(), @"
        exit code 0
        stdout:
        halls  3 unchanged; rooms: 6 unchanged  ([duration])

        stderr:
        [time]  INFO pass started event=sync_start sync_type=exam_halls run_id=[uuid]
        [time]  INFO pass started event=sync_start sync_type=hall_rooms run_id=[uuid]
        [time]  INFO pass completed event=sync_ok sync_type=exam_halls processed=3 created=0 updated=0 unchanged=3 deleted=0 errored=0 duration_ms=[ms] dry_run=false run_id=[uuid]
        [time]  INFO pass completed event=sync_ok sync_type=hall_rooms processed=6 created=0 updated=0 unchanged=6 deleted=0 errored=0 duration_ms=[ms] dry_run=false run_id=[uuid]
        "); }
    }

    fn records_that_can_not_be_used_are_3_and_the_rest_is_committed(database) {
        let api = MockApi::start();
        let rooms = vec![data::room(10, "A", 1), data::room(11, "B", 2), data::room(12, "C\u{1b}[31m", -1)];
        api.halls(json!([data::hall(1, "One", rooms), data::hall(2, "Two", vec![]), data::hall(3, " ", vec![])]));
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls -v");
        allow_duplicates! { assert_snapshot!(outcome.snapshot(), @"
        exit code 3
        stdout:
        halls  2 created, 1 errored; rooms: 2 created, 1 errored  ([duration])

        stderr:
        [time]  INFO pass started event=sync_start sync_type=exam_halls run_id=[uuid]
        [time]  INFO pass started event=sync_start sync_type=hall_rooms run_id=[uuid]
        [time]  INFO pass completed event=sync_ok sync_type=exam_halls processed=3 created=2 updated=0 unchanged=0 deleted=0 errored=1 duration_ms=[ms] dry_run=false run_id=[uuid]
        [time]  INFO pass completed event=sync_ok sync_type=hall_rooms processed=3 created=2 updated=0 unchanged=0 deleted=0 errored=1 duration_ms=[ms] dry_run=false run_id=[uuid]
        examsync: error: halls: hall 3: name is blank (bad_record, id 3, data[2])
        examsync: error: rooms: room 12: capacity is not an integer from 0 to 2147483647 (bad_record, id 12, data[0].rooms[2])
        "); }
        assert_eq!(database.rows("SELECT external_id FROM buildings UNION ALL SELECT external_id FROM rooms ORDER BY 1"), ["1", "2", "10", "11"]);
    }

    fn refused_credentials_are_12_after_one_request(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::status(401)]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 12
            stdout:

            stderr:
            examsync: error: halls: the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED); check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one
            examsync: in halls, run [uuid]
            "); }
        });
        assert_eq!(api.count(HALLS), 2);
        api.answer(HALLS, vec![Answer::status(403)]);
        allow_duplicates! { assert_snapshot!(Examsync::new(database, &api).run("halls").snapshot(), @"
        exit code 12
        stdout:

        stderr:
        examsync: error: halls: the API does not let this token read it (HTTP 403 Forbidden, code FORBIDDEN); check EXTERNAL_HALL_API_TOKEN and what it may do
        examsync: in halls, run [uuid]
        "); }
        assert_eq!(api.count(HALLS), 3);
    }

    fn an_answer_that_is_not_json_is_13(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::body("<html>Maintenance</html>").header("content-type", "text/html")]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 13
            stdout:

            stderr:
            examsync: error: halls: the answer (HTTP 200) is text/html, not JSON; check EXTERNAL_HALL_API_URL
            examsync: in halls, run [uuid]
            "); }
        });
        assert_eq!(api.count(HALLS), 2);
    }

    fn an_answer_that_only_says_that_it_is_json_is_13(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::body("Maintenance")]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 13
            stdout:

            stderr:
            examsync: error: halls: the answer (HTTP 200 OK) breaks the API contract: the answer is not JSON: expected value at line 1 column 1; report it to those who run the API
            examsync: in halls, run [uuid]
            "); }
        });
    }

    fn an_answer_in_another_envelope_is_13(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::body(r#"{"halls": []}"#)]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 13
            stdout:

            stderr:
            examsync: error: halls: the answer (HTTP 200 OK) breaks the API contract: the answer has no `data` list; report it to those who run the API
            examsync: in halls, run [uuid]
            "); }
        });
    }

    fn an_answer_that_is_cut_off_is_13_after_all_retries(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            let cut = Answer::from(data::halls_feed(3, 2)).cut_after(100);
            api.answer(HALLS, vec![cut; 4]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 13
            stdout:

            stderr:
            examsync: error: halls: the answer (HTTP 200) was cut off: end of file before message length reached; try again later, or look at the API and what is between it and here (tried 4 times)
            examsync: in halls, run [uuid]
            "); }
        });
        assert_eq!(api.count(HALLS), 5);
    }

    fn an_unknown_path_and_a_redirect_are_13(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::status(404)]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 13
            stdout:

            stderr:
            examsync: error: halls: the API does not know them (HTTP 404 Not Found, code NOT_FOUND); check EXTERNAL_HALL_API_URL
            examsync: in halls, run [uuid]
            "); }
        });
        api.answer(HALLS, vec![Answer::redirect(302, "https://other.example/login?token=canary")]);
        allow_duplicates! { assert_snapshot!(Examsync::new(database, &api).run("halls").snapshot(), @"
        exit code 13
        stdout:

        stderr:
        examsync: error: halls: the API redirects to https://other.example (HTTP 302 Found), which is not followed; set EXTERNAL_HALL_API_URL to the API's own address
        examsync: in halls, run [uuid]
        "); }
    }

    fn too_large_an_answer_is_13(database) {
        let api = MockApi::start();
        api.halls(Answer::from(data::halls_feed(300, 10)).gzip());
        database.migrate();
        let outcome = Examsync::new(database, &api).env("SYNC_MAX_BODY", "10KiB").run("halls");
        allow_duplicates! { assert_snapshot!(outcome.snapshot(), @"
        exit code 13
        stdout:

        stderr:
        examsync: error: halls: the answer (HTTP 200) is larger than SYNC_MAX_BODY (10.0 KiB); raise it when that is right
        examsync: in halls, run [uuid]
        "); }
        assert_eq!((api.count(HALLS), database.number("SELECT count(*) FROM buildings")), (1, 0));
    }

    fn a_sick_api_is_75_after_all_retries(database) {
        let api = MockApi::start();
        unchanged_by(database, &api, |program| {
            api.answer(HALLS, vec![Answer::status(503); 4]);
            allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
            exit code 75
            stdout:

            stderr:
            examsync: error: halls: the API answered HTTP 503 Service Unavailable, code SERVICE_UNAVAILABLE; try again later, or ask those who run the API (tried 4 times)
            examsync: in halls, run [uuid]
            "); }
        });
        assert_eq!(api.count(HALLS), 5);
    }

    fn an_api_that_can_not_be_reached_is_75(database) {
        database.migrate();
        let outcome = Examsync::with_api_url(database, &unreachable_url()).run("halls");
        let message = outcome.snapshot();
        allow_duplicates! { assert_snapshot!(message, @"
        exit code 75
        stdout:

        stderr:
        examsync: error: halls: 127.0.0.1:[port] can't be reached: Connection refused (os error 111); check EXTERNAL_HALL_API_URL and the network, or try again later (tried 4 times)
        examsync: in halls, run [uuid]
        "); }
    }

    fn an_api_that_says_nothing_is_75(database) {
        let api = MockApi::start();
        api.halls(Answer::never());
        database.migrate();
        let program = Examsync::new(database, &api).env("SYNC_TIMEOUT", "1s").env("SYNC_RETRY_ATTEMPTS", "1");
        allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
        exit code 75
        stdout:

        stderr:
        examsync: error: halls: no answer from 127.0.0.1:[port] within SYNC_TIMEOUT (1s); try again later, or raise SYNC_TIMEOUT (tried 2 times)
        examsync: in halls, run [uuid]
        "); }
        // Nothing was said that would tell that the last one has been recorded.
        wait_until("both came", || api.count(HALLS) == 2);
    }

    fn a_deadline_that_passes_is_75(database) {
        let api = MockApi::start();
        api.halls(Answer::never());
        database.migrate();
        let program = Examsync::new(database, &api).env("SYNC_DEADLINE", "5s");
        allow_duplicates! { assert_snapshot!(program.run("halls").snapshot(), @"
        exit code 75
        stdout:

        stderr:
        examsync: error: not done within SYNC_DEADLINE (5s); run it again, or raise SYNC_DEADLINE
        examsync: in halls, run [uuid]
        "); }
        assert_eq!(database.rows("SELECT status FROM sync_logs"), ["failed", "failed"]);
    }
}
