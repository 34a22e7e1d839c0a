//! Change events: batches, retries between runs, several receivers, what is given out and when.

use serde_json::json;

use super::scene::{HOOK, Pushing, arrived, times};
use crate::support::mock_api::unreachable_url;
use crate::support::{Answer, MockApi, on_both_databases};

on_both_databases! {
    fn twenty_five_events_arrive_once_in_envelopes_of_ten_ten_and_five(database) {
        let pushing = Pushing::new(database);
        pushing.write(25);
        let report = pushing.push().expect(0).json();
        assert_eq!(report["syncs"][0]["records"]["updated"], json!(25));
        let arrived = pushing.arrived();
        let mut sizes: Vec<usize> = arrived.iter().map(|one| one.events().len()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [5, 10, 10]);
        assert!(arrived.iter().all(|one| one.body.len() <= 20_000));
        assert_eq!(times(&arrived).values().sum::<usize>(), 25);
        assert_eq!(times(&arrived).len(), 25);
        // A second run has nothing to do, and says nothing.
        let silent = pushing.program.run("push").expect(0);
        assert_eq!((silent.stdout.as_str(), silent.whole_stderr.as_str()), ("", ""));
        assert_eq!(pushing.arrived().len(), 3);
    }

    fn an_event_is_as_the_contract_says(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("a");
        pushing.write_of("a");
        pushing.push().expect(0);
        let [one] = &pushing.arrived()[..] else { panic!("not one envelope") };
        let uids = pushing.scene.rows("SELECT uid FROM change_events ORDER BY id");
        let events = one.events();
        for (nth, event) in events.iter().enumerate() {
            assert_eq!(event["id"], json!(uids[nth]));
            assert_eq!(event["type"], json!("note.written"));
            assert_eq!(event["resourceType"], json!("note"));
            assert_eq!(event["resourceId"], json!("a"));
            assert_eq!(event["revision"], json!(nth + 1));
            assert_eq!(event["data"], json!({"text": "a"}));
            assert!(event["timestamp"].as_str().unwrap().ends_with('Z'));
        }
        pushing.write_of("a");
        pushing.push().expect(0);
        assert_eq!(pushing.arrived()[1].events()[0]["revision"], json!(3));
    }

    fn what_a_receiver_that_is_down_did_not_get_arrives_later_as_it_was(database) {
        let pushing = Pushing::new(database);
        pushing.receiver.always(HOOK, Answer::status(503));
        pushing.write(12);
        let outcome = pushing.program.clone().env("SYNC_RETRY_ATTEMPTS", "1").run("push --json").expect(75);
        assert_eq!(outcome.json()["error"]["kind"], json!("temporary"));
        let failed = pushing.arrived();
        assert_eq!(pushing.states(), ["2 waiting"]);
        pushing.receiver.always(HOOK, Answer::body("").with_status(200));
        pushing.receiver.forget_requests();
        // It is not due for five minutes, which is no failure.
        let silent = pushing.program.run("push").expect(0);
        assert_eq!((silent.whole_stderr.as_str(), pushing.arrived().len()), ("", 0));
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        pushing.run("push --again").expect(0);
        let taken = pushing.arrived();
        assert_eq!(times(&taken).values().copied().collect::<Vec<_>>(), [1; 12]);
        for one in &taken {
            let before = failed.iter().filter(|before| before.id == one.id).collect::<Vec<_>>();
            assert!(!before.is_empty() && before.iter().all(|before| before.body == one.body), "{one:?}");
            assert!(before.iter().all(|before| before.timestamp < one.timestamp));
        }
        assert_eq!(pushing.states(), ["2 delivered"]);
    }

    fn a_dead_receiver_does_not_hold_up_another(database) {
        let pushing = Pushing::new(database);
        let urls = format!("{}/dead, {}{HOOK}", unreachable_url(), pushing.receiver.url());
        let program = pushing.program.clone().env("SYNC_PUSH_URL", &urls).env("SYNC_RETRY_ATTEMPTS", "0");
        pushing.write(25);
        let report = program.run("push --json").expect(3).json();
        let statuses: Vec<_> = report["syncs"].as_array().unwrap().iter().map(|sync| &sync["status"]).collect();
        assert_eq!(statuses, ["failed", "completed"]);
        assert_eq!(times(&pushing.arrived()).values().copied().collect::<Vec<_>>(), [1; 25]);
        assert_eq!(pushing.states(), ["3 delivered", "3 waiting"]);
        // What is left alone is left to the dead one.
        let report = program.run("push --again --json").expect(75).json();
        assert_eq!(report["syncs"][1]["records"]["updated"], json!(0));
        assert_eq!(pushing.arrived().len(), 3);
    }

    fn a_new_receiver_begins_with_what_is_written_from_then_on(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("before");
        pushing.push().expect(0);
        pushing.write_of("while");
        let second = MockApi::start();
        second.always(HOOK, Answer::body("").with_status(200));
        let urls = format!("{0}{HOOK},{1}{HOOK}", pushing.receiver.url(), second.url());
        let both = pushing.program.clone().env("SYNC_PUSH_URL", &urls);
        both.run("push").expect(0);
        assert_eq!(arrived(&second), []);
        pushing.write_of("after");
        both.run("push").expect(0);
        assert_eq!(times(&arrived(&second)).into_keys().collect::<Vec<_>>(), ["after"]);
        assert_eq!(times(&pushing.arrived()).into_keys().collect::<Vec<_>>(), ["after", "before", "while"]);
    }

    fn a_dry_run_says_what_would_be_sent_and_sends_nothing(database) {
        let pushing = Pushing::new(database);
        pushing.write(3);
        let report = pushing.run("push --dry-run").expect(0).json();
        assert_eq!(report["syncs"][0]["changes"], json!([{"action": "sent", "entity": "event", "count": 3, "first": []}]));
        assert_eq!((pushing.arrived(), pushing.states()), (vec![], vec![]));
        assert_eq!(pushing.scene.database.number("SELECT count(*) FROM sync_logs"), 0);
        pushing.push().expect(0);
        assert_eq!(times(&pushing.arrived()).len(), 3);
        assert_eq!(pushing.scene.rows("SELECT sync_type || ' ' || status FROM sync_logs"), ["push completed"]);
    }

    fn a_large_event_goes_alone(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("a");
        let large = "x".repeat(30_000);
        pushing.scene.database.execute(&format!(
            "INSERT INTO change_events (type, resource_type, resource_id, data)
             VALUES ('note.written', 'note', 'large', '{{\"text\": \"{large}\"}}')"
        ));
        pushing.write_of("b");
        pushing.push().expect(0);
        let mut sizes: Vec<usize> = pushing.arrived().iter().map(|one| one.events().len()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 1, 1]);
    }
}
