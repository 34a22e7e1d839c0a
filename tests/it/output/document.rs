//! `--json`: exactly one document on stdout, on failure too.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::mock_api::HALLS;
use crate::support::{Answer, Examsync, MockApi, Outcome, data, on_both_databases};

/// The document with its id and times checked and then made the same for every run.
fn settled(outcome: &Outcome) -> Value {
    let mut document = outcome.json();
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    let run_id = document["run_id"].as_str().unwrap();
    assert_eq!(run_id.parse::<Uuid>().unwrap().get_version_num(), 4);
    let time = |name: &str| {
        let text = document[name].as_str().unwrap();
        assert!(text.len() == 24 && text.ends_with('Z'), "{text}");
        chrono::DateTime::parse_from_rfc3339(text).unwrap()
    };
    let took = (time("completed_at") - time("started_at")).num_milliseconds();
    assert!((document["duration_ms"].as_i64().unwrap() - took).abs() <= 1, "{document}");
    let told = outcome.stderr.contains(run_id);
    assert_eq!(told, !document["error"].is_null() && document["error"]["kind"] != "usage", "{outcome:?}");
    for name in ["run_id", "started_at", "completed_at", "duration_ms"] {
        document[name] = json!(0);
    }
    document
}

fn sync(sync_type: &str, status: &str, created: i64) -> Value {
    json!({"sync_type": sync_type, "exam_date": null, "hall_external_id": null, "status": status, "not_modified": false,
        "records": {"processed": created, "created": created, "updated": 0, "unchanged": 0, "deleted": 0, "errored": 0},
        "plan": null, "warnings": [], "errors": []})
}

fn document(command: &str, status: &str, exit_code: u8, syncs: &[Value], error: Value) -> Value {
    json!({"version": 1, "run_id": 0, "command": command, "status": status, "exit_code": exit_code, "dry_run": false,
        "started_at": 0, "completed_at": 0, "duration_ms": 0, "syncs": syncs, "error": error})
}

on_both_databases! {
    fn success_is_one_document(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls --json").expect(0);
        let syncs = [sync("exam_halls", "completed", 3), sync("hall_rooms", "completed", 12)];
        assert_eq!(settled(&outcome), document("halls", "completed", 0, &syncs, Value::Null));
        assert_eq!(outcome.stderr, "");
    }

    fn left_out_records_are_in_the_document_with_their_place(database) {
        let api = MockApi::start();
        api.halls(json!([data::hall(1, "A", vec![data::room(9, "", 1), data::room(8, "r", 1)])]));
        database.migrate();
        let document = settled(&Examsync::new(database, &api).run("halls --json").expect(3));
        assert_eq!((&document["status"], &document["error"]), (&json!("partial"), &Value::Null));
        assert_eq!(document["syncs"][1]["records"],
            json!({"processed": 2, "created": 1, "updated": 0, "unchanged": 0, "deleted": 0, "errored": 1}));
        assert_eq!(document["syncs"][1]["errors"], json!([{"code": "bad_record", "message": "room 9: name is blank",
            "external_id": 9, "at": "data[0].rooms[0]"}]));
    }

    fn a_failed_pass_is_one_document_and_a_story(database) {
        let api = MockApi::start();
        api.answer(HALLS, vec![Answer::status(401)]);
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls --json").expect(12);
        let message = "halls: the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED); check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one";
        let syncs = [sync("exam_halls", "failed", 0), sync("hall_rooms", "failed", 0)];
        let error = json!({"kind": "auth", "message": message});
        assert_eq!(settled(&outcome), document("halls", "failed", 12, &syncs, error));
        let run_id = outcome.json()["run_id"].as_str().unwrap().to_owned();
        assert_eq!(outcome.stderr, format!("examsync: error: {message}\nexamsync: in halls, run {run_id}\n"));
    }
}

#[test]
fn each_kind_of_failure_is_named() {
    let program = Examsync::bare();
    let kind = |outcome: Outcome| settled(&outcome)["error"]["kind"].as_str().unwrap().to_owned();
    assert_eq!(kind(program.run("halls --json --no-such-option").expect(2)), "usage");
    assert_eq!(kind(program.run("halls --json").expect(10)), "setup");
    let program = program.env("DATABASE_URL", "postgres://u@127.0.0.1:1/x");
    assert_eq!(kind(program.stdin("").run("halls --json --from -").expect(75)), "temporary");
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").stdin("x");
    assert_eq!(kind(program.run("halls --json --from -").expect(13)), "contract");
}

#[test]
fn usage_errors_are_answered_with_a_document_too() {
    for arguments in [
        "--json",
        "--json hals",
        "participants --date never --json",
        "rooms --hall 0 --json",
        "status --since x --json",
    ] {
        let outcome = Examsync::bare().run(arguments).expect(2);
        let said = settled(&outcome);
        let message = said["error"]["message"].as_str().unwrap().to_owned();
        let error = json!({"kind": "usage", "message": message});
        assert_eq!(said, document("", "failed", 2, &[], error), "{arguments}");
        assert_eq!(outcome.stderr, format!("examsync: error: {message}\n"), "{arguments}");
    }
}

#[test]
fn a_text_is_in_a_document_when_one_is_asked_for() {
    for (arguments, command, start) in [
        ("crontab", "crontab", "PATH="),
        ("completions bash", "completions", "_examsync"),
        ("man", "man", ".ie"),
        ("settings --example", "settings", "# Settings of examsync."),
    ] {
        let outcome =
            Examsync::bare().env("DATABASE_URL", "sqlite:x.db").run(&format!("{arguments} --json")).expect(0);
        let document = outcome.json();
        assert_eq!((&document["command"], &document["exit_code"]), (&json!(command), &json!(0)));
        let text = document["text"].as_str().unwrap();
        assert!(text.starts_with(start) && text.ends_with('\n'), "{text}");
    }
}
