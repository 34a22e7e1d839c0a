//! What follows from what a receiver answers: splitting, putting aside, stopping, resting, trying again.

use serde_json::{Value, json};

use super::scene::{HOOK, Pushing, times};
use crate::support::{Answer, on_both_databases};

/// A receiver that refuses what is about `bad` with 422, and takes the rest.
fn refusing(pushing: &Pushing<'_>, bad: &'static str) {
    pushing.receiver.forget_requests();
    pushing.receiver.otherwise(move |request| {
        let envelope: Value = serde_json::from_slice(&request.body).ok()?;
        let is_bad = envelope["data"].as_array()?.iter().any(|event| event["resourceId"] == json!(bad));
        Some(if is_bad {
            Answer::body("no such note: canary").with_status(422)
        } else {
            Answer::body("").with_status(200)
        })
    });
}

/// Sends to a path that has no usual answer.
fn at(pushing: &Pushing<'_>, path: &str) -> crate::support::Examsync {
    pushing.program.clone().env("SYNC_PUSH_URL", &format!("{}{path}", pushing.receiver.url()))
}

on_both_databases! {
    fn of_ten_of_which_one_is_refused_nine_arrive_and_one_is_put_aside(database) {
        let pushing = Pushing::new(database);
        refusing(&pushing, "r4");
        let program = at(&pushing, "/some");
        pushing.write(10);
        let outcome = program.run("push --json").expect(3);
        let sync = &outcome.json()["syncs"][0];
        assert_eq!((&sync["records"]["updated"], &sync["records"]["errored"]), (&json!(9), &json!(1)));
        let [error] = &sync["errors"].as_array().unwrap()[..] else { panic!("not one error") };
        assert_eq!(error["code"], json!("put_aside"));
        let message = error["message"].as_str().unwrap();
        assert!(message.ends_with(": put aside: event note.written of r4: HTTP 422: no such note: canary"), "{message}");
        let aside = "SELECT tries || ' ' || last_error FROM outbox WHERE put_aside_at IS NOT NULL";
        assert_eq!(pushing.scene.rows(aside), ["1 HTTP 422: no such note: canary"]);
        // Each part is a batch of its own, with an id of its own.
        let ids: std::collections::BTreeSet<_> =
            pushing.receiver.requests().iter().map(|request| request.header("webhook-id").map(str::to_owned)).collect();
        assert_eq!(ids.len(), pushing.receiver.count("/some"));
        // Later events of its resource go on.
        pushing.receiver.always("/some", Answer::body("").with_status(200));
        pushing.write_of("r4");
        program.run("push").expect(0);
        let last: Value = serde_json::from_slice(&pushing.receiver.requests().last().unwrap().body).unwrap();
        assert_eq!((&last["data"][0]["resourceId"], &last["data"][0]["revision"]), (&json!("r4"), &json!(2)));
        // It is kept, until a person has it taken up.
        program.run("push").expect(0);
        program.run("push --again").expect(0);
        let last: Value = serde_json::from_slice(&pushing.receiver.requests().last().unwrap().body).unwrap();
        assert_eq!(last["data"][0]["revision"], json!(1));
    }

    fn an_address_that_is_gone_stops_its_destination(database) {
        for (status, answer) in [
            (404, Answer::status(404)), (410, Answer::status(410)), (302, Answer::redirect(302, "/other")),
        ] {
            let pushing = Pushing::new(database);
            let program = at(&pushing, &format!("/gone{status}"));
            pushing.receiver.always(&format!("/gone{status}"), answer);
            pushing.receiver.always("/other", Answer::body("").with_status(200));
            program.run("push").expect(0);
            pushing.write_of("a");
            let outcome = program.run("push --json").expect(13);
            assert_eq!(outcome.json()["error"]["kind"], json!("contract"));
            assert_eq!((pushing.receiver.count(&format!("/gone{status}")), pushing.receiver.count("/other")), (1, 0));
            let alerts = "SELECT kind FROM alerts WHERE closed_at IS NULL";
            assert_eq!(pushing.scene.rows(alerts), ["push_stopped"], "{status}");
            // It stays so, and is silent.
            pushing.write_of("b");
            program.run("push").expect(0);
            assert_eq!(pushing.receiver.count(&format!("/gone{status}")), 1);
            pushing.receiver.always(&format!("/gone{status}"), Answer::body("").with_status(200));
            program.run("push --again").expect(0);
            assert_eq!(pushing.receiver.count(&format!("/gone{status}")), 3);
            assert_eq!(pushing.scene.rows(alerts), [""; 0]);
        }
    }

    fn a_destination_that_is_no_longer_set_keeps_no_alert_open(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always("/gone", Answer::status(410));
        pushing.write_of("a");
        at(&pushing, "/gone").run("push").expect(13);
        let open = "SELECT kind FROM alerts WHERE closed_at IS NULL";
        assert_eq!(pushing.scene.rows(open), ["push_stopped"]);
        pushing.push().expect(0);
        assert_eq!(pushing.scene.rows(open), [""; 0]);
    }

    fn refused_credentials_let_a_destination_rest(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::status(401));
        pushing.write(25);
        let outcome = pushing.push().expect(12);
        assert_eq!(outcome.json()["error"]["kind"], json!("auth"));
        // Of those under way at once no batch is tried twice.
        assert_eq!(pushing.arrived().len(), 3);
        pushing.receiver.always(HOOK, Answer::body("").with_status(200));
        pushing.write_of("later");
        pushing.push().expect(0);
        assert_eq!(pushing.arrived().len(), 3);
        pushing.run("push --again").expect(0);
        assert_eq!(pushing.states(), ["4 delivered"]);
    }

    fn a_passing_trouble_is_tried_again_within_the_run(database) {
        let pushing = Pushing::new(database);
        let [busy, slow] = [429, 503].map(|status| Answer::status(status).header("retry-after", "1"));
        pushing.receiver.answer(HOOK, vec![Answer::status(500), busy, Answer::raw(""), slow]);
        pushing.write_of("a");
        let outcome = pushing.program.clone().env("SYNC_RETRY_ATTEMPTS", "4").run("push --json").expect(0);
        assert_eq!(outcome.json()["syncs"][0]["records"]["updated"], json!(1));
        let arrived = pushing.arrived();
        assert_eq!(arrived.len(), 5);
        assert!(arrived.windows(2).all(|pair| pair[0].id == pair[1].id && pair[0].body == pair[1].body));
        // Retry-After is the least wait.
        let at: Vec<_> = pushing.receiver.requests().iter().map(|request| request.at).collect();
        assert!(at[2] - at[1] >= std::time::Duration::from_secs(1) && at[4] - at[3] >= std::time::Duration::from_secs(1));
        assert_eq!(pushing.scene.rows("SELECT tries FROM outbox"), ["5"]);
    }

    fn a_wait_that_is_longer_than_the_run_is_left_to_a_later_one(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::status(503).header("retry-after", "7200"));
        pushing.write_of("a");
        pushing.push().expect(75);
        assert_eq!(pushing.arrived().len(), 1);
        // Without the header it would be five minutes.
        let waits = database.pick(
            "SELECT CAST(round((julianday(next_try_at) - julianday(last_tried_at)) * 24) AS integer) FROM outbox",
            "SELECT round(extract(epoch FROM next_try_at - last_tried_at) / 3600) FROM outbox",
        );
        assert_eq!(pushing.scene.rows(waits), ["2"]);
    }

    fn a_try_ends_after_its_time(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.answer(HOOK, vec![Answer::never()]);
        pushing.write_of("a");
        pushing.program.clone().env("SYNC_PUSH_TIMEOUT", "300ms").run("push").expect(0);
        assert_eq!(pushing.arrived().len(), 2);
    }

    fn a_batch_that_always_fails_does_not_hold_up_the_others_and_is_given_up_after_three_days(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.otherwise(|request| {
            let bad = String::from_utf8_lossy(&request.body).contains("poison");
            Some(if bad { Answer::status(500) } else { Answer::body("").with_status(200) })
        });
        let program = at(&pushing, "/some").env("SYNC_RETRY_ATTEMPTS", "0");
        pushing.write_of("poison");
        program.run("push").expect(75);
        let waits = "SELECT count(*) FROM outbox WHERE next_try_at IS NOT NULL AND failures = 1";
        assert_eq!(pushing.scene.database.number(waits), 1);
        pushing.write(12);
        program.run("push").expect(0);
        assert_eq!(pushing.states(), ["1 waiting", "2 delivered"]);
        pushing.scene.database.execute(database.pick(
            "UPDATE outbox SET created_at = '2020-01-01 00:00:00.000', next_try_at = NULL",
            "UPDATE outbox SET created_at = '2020-01-01 00:00:00+00', next_try_at = NULL",
        ));
        program.run("push").expect(75);
        assert_eq!(pushing.states(), ["1 given up", "2 delivered"]);
        program.run("push").expect(0);
    }

    fn a_test_is_one_event_outside_the_queue(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("a");
        pushing.run("push --test").expect(0);
        let [one] = &pushing.arrived()[..] else { panic!("not one request") };
        let events = one.events();
        assert_eq!((events.len(), &events[0]["type"]), (1, &json!("examsync.test")));
        assert_eq!(pushing.states(), [""; 0]);
        pushing.receiver.always(HOOK, Answer::status(404));
        pushing.push().expect(13);
        // To a stopped one, too.
        pushing.run("push --test").expect(13);
        pushing.receiver.always(HOOK, Answer::body("").with_status(200));
        pushing.run("push --test").expect(0);
        assert_eq!(times(&pushing.arrived()).get("test"), Some(&3));
    }

    fn the_deadline_ends_the_run_and_what_is_left_waits(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::never());
        pushing.write(3);
        let outcome = pushing.program.clone().env("SYNC_DEADLINE", "1s").run("push --json").expect(75);
        assert_eq!(outcome.json()["error"]["kind"], json!("temporary"));
        assert_eq!(pushing.states(), ["1 waiting"]);
        pushing.receiver.always(HOOK, Answer::body("").with_status(200));
        // It may have arrived: the same batch is sent again, and is due at once.
        pushing.push().expect(0);
        let arrived = pushing.arrived();
        assert_eq!((arrived.len(), arrived[0].id == arrived[1].id), (2, true));
    }
}
