//! How `status`, the metrics and `--check` show what is pushed.

use serde_json::{Value, json};

use super::scene::{HOOK, Pushing};
use crate::support::{Answer, on_both_databases};

fn state(pushing: &Pushing<'_>) -> Value {
    let report = pushing.program.run("status --format json").expect(0).json();
    let [state] = &report["push"].as_array().unwrap()[..] else {
        panic!("not one destination: {}", report["push"])
    };
    let mut state = state.clone();
    state.as_object_mut().unwrap().remove("destination");
    state
}

/// The reasons of `--check` that are about push.
fn reasons(pushing: &Pushing<'_>) -> Vec<String> {
    let report = pushing.program.run("status --format json").expect(0).json();
    let problems =
        report["problems"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap().to_owned());
    problems.filter(|reason| reason.starts_with("push: ")).collect()
}

on_both_databases! {
    fn a_destination_says_what_waits_was_delivered_and_refused(database) {
        let pushing = Pushing::new(database);
        let nothing = json!({
            "waiting": 0, "oldest_waiting": null, "delivered": 0, "put_aside": 0, "given_up": 0, "failures": [],
            "average_tries": null, "stopped_since": null,
        });
        assert_eq!(state(&pushing), nothing);
        pushing.write(12);
        assert_eq!(state(&pushing)["waiting"], json!(12));
        pushing.receiver.answer(HOOK, vec![Answer::status(500)]);
        pushing.push().expect(0);
        let after = state(&pushing);
        assert_eq!((&after["waiting"], &after["delivered"], &after["average_tries"]), (&json!(0), &json!(12), &json!(1.5)));
        pushing.receiver.always(HOOK, Answer::body("no").with_status(422));
        pushing.write_of("bad");
        pushing.push().expect(3);
        let failures = json!([{"type": "note.written", "resource": "note bad", "records": 1, "error": "HTTP 422: no"}]);
        let after = state(&pushing);
        assert_eq!((&after["put_aside"], &after["failures"]), (&json!(1), &failures));
        let metrics = pushing.program.run("status --format prometheus").expect(0).stdout;
        let ours: Vec<&str> = metrics.lines().filter(|line| line.contains("examsync_push") && !line.contains("HELP")).collect();
        let destination = pushing.receiver.url().replace("http://", "");
        let expected = [
            ("gauge", "waiting", "waiting", 0), ("gauge", "oldest_waiting_seconds", "oldest_waiting_seconds", 0),
            ("gauge", "put_aside", "put_aside", 1), ("gauge", "given_up", "given_up", 0), ("gauge", "stopped", "stopped", 0),
            ("counter", "delivered", "delivered_total", 12),
        ];
        let expected: Vec<String> = expected.iter().flat_map(|(kind, name, sample, value)| [
            format!("# TYPE examsync_push_{name} {kind}"),
            format!("examsync_push_{sample}{{destination=\"{destination}\"}} {value}"),
        ]).collect();
        assert_eq!(ours, expected);
        let text = pushing.program.run("status").expect(0).stdout;
        assert!(text.lines().any(|line| line.contains("push to") && line.contains("delivered")), "{text}");
        assert_eq!(reasons(&pushing), [""; 0]);
    }

    fn what_waits_for_more_than_an_hour_is_a_reason(database) {
        let pushing = Pushing::new(database);
        pushing.push().expect(0);
        pushing.write_of("a");
        assert_eq!(reasons(&pushing), [""; 0]);
        let ago = |span: &str| database.pick(
            "UPDATE change_events SET created_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-61 minutes')",
            "UPDATE change_events SET created_at = now() - interval '61 minutes'",
        ).replace("61", span);
        pushing.scene.database.execute(database.pick(
            "UPDATE push_destinations SET since = '2020-01-01 00:00:00.000'", "UPDATE push_destinations SET since = '2020-01-01'",
        ));
        database.execute(&ago("59"));
        assert_eq!(reasons(&pushing), [""; 0]);
        database.execute(&ago("61"));
        let destination = pushing.receiver.url().replace("http://", "");
        assert_eq!(reasons(&pushing), [format!("push: 1 record waits for {destination}, since 1 h 1 min ago")]);
        // A batch keeps since when its oldest record waits.
        pushing.receiver.always(HOOK, Answer::status(503));
        pushing.program.clone().env("SYNC_RETRY_ATTEMPTS", "0").run("push").expect(75);
        assert_eq!(reasons(&pushing), [format!("push: 1 record waits for {destination}, since 1 h 1 min ago")]);
        // One that is no longer set is not counted.
        let elsewhere = pushing.program.clone().env("SYNC_PUSH_URL", "http://127.0.0.1:9/other");
        let report = elsewhere.run("status --format json").expect(0).json();
        assert_eq!((report["push"].as_array().unwrap().len(), &report["push"][0]["waiting"]), (1, &json!(0)));
        let none = pushing.program.clone().without("SYNC_PUSH_URL").run("status --format json").expect(0).json();
        assert_eq!(none["push"], Value::Null);
    }

    fn a_stopped_destination_is_a_reason(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::status(410));
        pushing.write_of("a");
        pushing.push().expect(13);
        assert!(state(&pushing)["stopped_since"].is_string());
        let [reason] = &reasons(&pushing)[..] else { panic!("not one reason") };
        assert!(reason.starts_with("push: nothing is sent to ") && reason.ends_with("run `examsync push --again`"), "{reason}");
    }
}
