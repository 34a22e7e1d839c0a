//! Alerts of `rooms` passes that leave halls out: refused by the guard, or without a good answer.

use serde_json::{Value, json};

use super::{HOOK, hooks, told};
use crate::support::data::{hall, room};
use crate::support::mock_api::hall_rooms;
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases, without_sudo};

/// Halls of three rooms each, pulled, and the program told to tell a webhook.
fn pulled(database: &Database, halls: i64) -> (MockApi, Examsync) {
    let api = MockApi::start();
    let rooms = |id: i64| [1, 2, 3].map(|nth| room(id * 10 + nth, &format!("R{nth}"), 30)).to_vec();
    api.halls((1..=halls).map(|id| hall(id, &format!("Hall {id}"), rooms(id))).collect::<Value>());
    for id in 1..=halls {
        api.hall_rooms(id, Value::from(rooms(id)));
    }
    api.always(HOOK, Answer::body("ok"));
    database.migrate();
    let program = Examsync::new(database, &api).env("SYNC_RETRY_ATTEMPTS", "0");
    program.run("halls").expect(0);
    let program = program.env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url()));
    (api, program)
}

/// Title and message of the newest alert.
fn newest(api: &MockApi) -> [String; 2] {
    let [title, message] = super::newest(api).swap_remove(0);
    [without_sudo(&title), without_sudo(&message)]
}

on_both_databases! {
    fn the_alert_of_refused_halls_tells_all_that_the_plan_lets_through(database) {
        let (api, program) = pulled(database, 3);
        for id in [2, 3] {
            api.hall_rooms(id, json!([]));
        }
        let outcome = program.run("rooms --json").expect(3);
        let plan = outcome.json()["syncs"][0]["plan"].as_str().unwrap().to_owned();
        let message = format!(
            "3 of 3 active rooms of hall 2 (\u{2068}Hall 2\u{2069}), 3 of 3 active rooms of hall 3 (\u{2068}Hall 3\u{2069}) would be deactivated; left out; \
             to let all of them through: `examsync rooms --approve {plan}`"
        );
        assert_eq!(newest(&api), ["rooms: the guard refused".to_owned(), message]);
        program.run(&format!("rooms --approve {plan}")).expect(0);
        let [title, message] = newest(&api);
        assert_eq!(title, "rooms: recovered");
        assert!(message.starts_with("recovered after ") && !message.contains("in a row"), "{message}");
    }

    fn a_hall_without_an_answer_is_not_told_as_bad_data_and_its_pass_has_no_volume(database) {
        let (api, program) = pulled(database, 4);
        for id in [2, 3, 4] {
            api.answer(&hall_rooms(id), vec![Answer::status(500), Answer::data(&json!([room(id * 10 + 1, "R1", 30),
                room(id * 10 + 2, "R2", 30), room(id * 10 + 3, "R3", 30)]))]);
        }
        program.run("rooms").expect(3);
        let [title, message] = newest(&api);
        assert_eq!(title, "rooms: 3 halls left out without a good answer");
        assert!(message.ends_with("ask those who run the exam system when this stays"), "{message}");
        // All answer again: four times the records of the pass before, and no other volume.
        program.run("rooms").expect(0);
        assert_eq!(told(&api), ["opened data_inconsistency rooms -"]);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
    }

    fn a_refusal_is_told_and_the_exit_code_true_however_many_halls_fail(database) {
        let (api, program) = pulled(database, 130);
        for id in 1..=110 {
            api.hall_rooms(id, Answer::status(404));
        }
        api.hall_rooms(120, json!([]));
        let outcome = program.run("rooms --json").expect(3);
        let errors = &outcome.json()["syncs"][0]["errors"];
        assert_eq!((errors.as_array().unwrap().len(), &errors[99]["code"]), (100, &json!("guard")));
        let open = database.rows("SELECT kind FROM alerts WHERE closed_at IS NULL ORDER BY kind");
        assert_eq!(open, ["data_inconsistency", "refused"]);
        assert!(hooks(&api).iter().any(|hook| String::from_utf8_lossy(&hook.body).contains("110 halls left out")));
        // Halls that all fail, not all alike: the first hundred are.
        for id in 111..=130 {
            api.hall_rooms(id, Answer::status(503));
        }
        program.run("rooms").expect(3);
    }
}
