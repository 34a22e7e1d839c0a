//! Attendance and violations to the exam system: what differs from what was sent, verdicts one by one.

use serde_json::{Value, json};

use super::scene::Pushing;
use crate::scene::DATE;
use crate::support::mock_api::{ATTENDANCE, TOKEN, VIOLATIONS};
use crate::support::{Answer, Examsync, on_both_databases};

/// An installation with one room of a count and three seats, which pushes attendance only.
fn marking(pushing: &Pushing<'_>) -> Examsync {
    let scene = &pushing.scene;
    scene.halls(json!([{"id": 4, "name": "Four", "rooms": [{"id": 10, "name": "A", "capacity": 50}, {"id": 11, "name": "B"}]}])).expect(0);
    let seat = |id: i64| json!({"hallId": 4, "roomId": 10, "profileExamId": id});
    let count = json!({"hallId": 4, "roomId": 11, "participantCount": 20});
    scene
        .participants(
            DATE,
            json!([{"startTime": "09:00", "participants": [seat(1), seat(2), seat(3), count]}]),
        )
        .expect(0);
    let program = &pushing.program;
    program
        .clone()
        .without("SYNC_PUSH_URL")
        .without("SYNC_PUSH_SECRET")
        .env("EXTERNAL_HALL_API_PUSH", "attendance")
}

/// Marks a seat as the application does.
fn mark(pushing: &Pushing<'_>, seat: i64, status: &str, at: &str) {
    let at =
        pushing.scene.database.pick("2099-06-01 05:1X:00.000", "2099-06-01 05:1X:00+00").replace('X', at);
    pushing.scene.database.execute(&format!(
        "UPDATE participants SET attendance_marked = (1 = 1), attendance_status = '{status}', attendance_marked_at = '{at}'
         WHERE external_profile_exam_id = {seat}"
    ));
}

fn unmark(pushing: &Pushing<'_>, seat: i64) {
    pushing.scene.database.execute(&format!(
        "UPDATE participants SET attendance_marked = (1 = 0), attendance_status = NULL WHERE external_profile_exam_id = {seat}"
    ));
}

/// The records that the exam system got, request by request.
fn sent(pushing: &Pushing<'_>) -> Vec<Value> {
    let requests = pushing.scene.api.requests();
    let attendance = requests.iter().filter(|request| request.path == ATTENDANCE);
    attendance
        .map(|request| serde_json::from_slice::<Value>(&request.body).unwrap()["data"].clone())
        .collect()
}

fn pending(pushing: &Pushing<'_>) -> Vec<String> {
    pushing.scene.rows(
        "SELECT external_profile_exam_id FROM participants WHERE sync_status = 'sync_pending' ORDER BY 1",
    )
}

on_both_databases! {
    fn what_was_marked_unmarked_and_marked_the_same_is_one_record(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing);
        program.run("push").expect(0);
        assert_eq!(sent(&pushing), [json!(null); 0]);
        mark(&pushing, 1, "present", "1");
        unmark(&pushing, 1);
        mark(&pushing, 1, "present", "2");
        program.run("push").expect(0);
        let one = json!({"profileExamId": 1, "examDate": DATE, "attendanceStatus": "present", "markedAt": "2099-06-01T05:12:00.000Z"});
        assert_eq!(sent(&pushing), [json!([one])]);
        program.run("push").expect(0);
        assert_eq!(sent(&pushing).len(), 1);
        unmark(&pushing, 1);
        program.run("push").expect(0);
        let back = json!({"profileExamId": 1, "examDate": DATE, "attendanceStatus": null, "markedAt": null});
        assert_eq!(sent(&pushing)[1..], [json!([back])]);
        let requests = pushing.scene.api.requests();
        let last = requests.iter().rev().find(|request| request.path == ATTENDANCE).unwrap();
        assert_eq!(last.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
        assert!(last.header("idempotency-key").is_some_and(|key| key.len() == 36));
        assert_eq!(last.header("webhook-signature"), None);
    }

    fn a_count_is_named_by_its_room_and_start(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing);
        pushing.scene.database.execute(
            "UPDATE participants SET attendance_marked = (1 = 1), attendance_status = 'late'
             WHERE external_profile_exam_id IS NULL",
        );
        program.run("push --what attendance").expect(0);
        let record = json!({"hallId": 4, "roomId": 11, "examDate": DATE, "startTime": "09:00:00", "attendanceStatus": "late", "markedAt": null});
        assert_eq!(sent(&pushing), [json!([record])]);
    }

    fn a_row_is_pending_while_its_mark_waits_and_passes_leave_it_so(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing);
        let updated = "SELECT max(updated_at) FROM participants";
        let before = pushing.scene.rows(updated);
        mark(&pushing, 1, "present", "1");
        pushing.scene.api.always(ATTENDANCE, Answer::status(503));
        let failing = program.clone().env("SYNC_RETRY_ATTEMPTS", "0");
        failing.run("push").expect(75);
        assert_eq!(pending(&pushing), ["1"]);
        pushing.scene.run(&format!("participants --date {DATE} --full")).expect(0);
        assert_eq!(pending(&pushing), ["1"]);
        pushing.scene.api.always(ATTENDANCE, Answer::body("{}"));
        program.run("push --again").expect(0);
        assert_eq!(pending(&pushing), [""; 0]);
        assert_eq!(pushing.scene.rows(updated), before);
        // Of a row in error that stays.
        pushing.scene.database.execute("UPDATE participants SET sync_status = 'sync_error' WHERE external_profile_exam_id = 1");
        mark(&pushing, 1, "late", "2");
        program.run("push").expect(0);
        assert_eq!(pushing.scene.rows("SELECT sync_status FROM participants WHERE external_profile_exam_id = 1"), ["sync_error"]);
    }

    fn verdicts_put_aside_what_is_rejected(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing);
        for seat in 1..=3 {
            mark(&pushing, seat, "present", "1");
        }
        let verdicts = json!([{"status": "accepted"}, {"status": "rejected", "message": "no such seat"}, {"status": "accepted"}]);
        pushing.scene.api.answer(ATTENDANCE, vec![Answer::data(&verdicts)]);
        let report = program.run("push --json").expect(3).json();
        let sync = &report["syncs"][0];
        assert_eq!((&sync["records"]["updated"], &sync["records"]["errored"]), (&json!(2), &json!(1)));
        let message = sync["errors"][0]["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("put aside: attendance of seat 2 on {DATE}: no such seat")), "{message}");
        assert_eq!(pending(&pushing), ["2"]);
        program.run("push").expect(0);
        program.run("push --again").expect(0);
        assert_eq!(pending(&pushing), [""; 0]);
    }

    fn broken_verdicts_are_thirteen_and_the_batch_waits(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing);
        mark(&pushing, 1, "present", "1");
        mark(&pushing, 2, "present", "1");
        pushing.scene.api.answer(ATTENDANCE, vec![Answer::data(&json!([{"status": "accepted"}]))]);
        let report = program.run("push --json").expect(13).json();
        let message = report["error"]["message"].as_str().unwrap();
        assert!(message.contains(": HTTP 200: 1 verdicts on 2 records;"), "{message}");
        assert_eq!((pending(&pushing), pushing.states()), (vec!["1".to_owned(), "2".to_owned()], vec!["1 waiting".to_owned()]));
        program.run("push --again").expect(0);
        let batches = sent(&pushing);
        assert_eq!(batches[0], batches[1]);
        let keys: Vec<_> = pushing.scene.api.requests().iter().filter_map(|request| request.header("idempotency-key").map(str::to_owned)).collect();
        assert_eq!(keys[0], keys[1]);
    }

    fn violations_are_sent_once_and_named_by_what_the_exam_system_knows(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing).env("EXTERNAL_HALL_API_PUSH", "attendance,violations");
        let report = |rest: &str| format!(
            "INSERT INTO violations (participant_id, room_id, exam_date, start_time, kind, severity, note, happened_at{}",
            rest.replace('@', database.pick("2099-06-01 05:20:00.000", "2099-06-01 05:20:00+00"))
        );
        database.execute(&report(
            ") SELECT id, NULL, exam_date, start_time, 'telephone', 'high', 'rang', '@' FROM participants WHERE external_profile_exam_id = 2",
        ));
        database.execute(&report(") SELECT NULL, id, '2099-06-01', NULL, 'noise', 'low', NULL, NULL FROM rooms WHERE external_id = 11"));
        mark(&pushing, 1, "present", "1");
        let dry = program.run("push --dry-run --json").expect(0).json();
        assert_eq!(dry["syncs"][0]["records"]["updated"], json!(3));
        program.run("push").expect(0);
        program.run("push").expect(0);
        let requests = pushing.scene.api.requests();
        let bodies: Vec<Value> = requests.iter().filter(|request| request.path == VIOLATIONS)
            .map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
        let [body] = &bodies[..] else { panic!("{} requests", bodies.len()) };
        let uids = pushing.scene.rows("SELECT uid FROM violations ORDER BY id");
        assert_eq!(body["data"][0], json!({
            "uid": uids[0], "replaces": null, "profileExamId": 2, "hallId": 4, "roomId": 10, "examDate": DATE, "startTime": "09:00:00",
            "kind": "telephone", "severity": "high", "note": "rang", "happenedAt": "2099-06-01T05:20:00.000Z",
        }));
        let room = &body["data"][1];
        assert_eq!((&room["profileExamId"], &room["roomId"], &room["startTime"]), (&json!(null), &json!(11), &json!(null)));
        assert_eq!((sent(&pushing).len(), pushing.states()), (1, vec!["2 delivered".to_owned()]));
    }

    fn a_foreign_table_of_violations_is_ten_of_what_needs_it_alone(database) {
        let pushing = Pushing::new(database);
        let program = marking(&pushing).env("EXTERNAL_HALL_API_PUSH", "attendance,violations");
        database.execute("DROP TABLE violations");
        database.execute("CREATE TABLE violations (id integer, what text)");
        mark(&pushing, 1, "present", "1");
        let outcome = program.run("push --what violations --json").expect(10).json();
        let message = outcome["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("there is no table violations that examsync made"), "{message}");
        program.run("push --what attendance").expect(0);
        assert_eq!(sent(&pushing).len(), 1);
        program.run("migrate").expect(0);
        program.run("status --format json").expect(0);
    }
}
