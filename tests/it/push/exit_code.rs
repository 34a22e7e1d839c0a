//! The exit code of one destination to which several batches went at once, each with another answer (contract §12.2).

use serde_json::{Value, json};

use super::scene::Pushing;
use crate::support::{Answer, on_both_databases};

/// The resource whose event is a batch of its own, after ten others.
const ALONE: &str = "r10";

on_both_databases! {
    fn one_destination_has_one_code_whatever_its_batches_were_answered(database) {
        for (of_ten, of_one, code, states) in [
            (200, 200, 0, &["2 delivered"][..]),
            (200, 422, 3, &["1 delivered", "1 put aside"]),
            (500, 422, 75, &["1 put aside", "1 waiting"]),
            (401, 422, 12, &["1 put aside", "1 waiting"]),
            (404, 422, 13, &["1 put aside", "1 waiting"]),
            (200, 500, 75, &["1 delivered", "1 waiting"]),
            // What a person has to see to goes before what may pass by itself.
            (500, 401, 12, &["2 waiting"]),
            (401, 500, 12, &["2 waiting"]),
            (404, 500, 13, &["2 waiting"]),
            (401, 404, 13, &["2 waiting"]),
        ] {
            let pushing = Pushing::new(database);
            database.execute("DELETE FROM outbox");
            pushing.receiver.forget_requests();
            pushing.receiver.otherwise(move |request| {
                let envelope: Value = serde_json::from_slice(&request.body).ok()?;
                let is_alone = envelope["data"][0]["resourceId"] == json!(ALONE);
                Some(Answer::status(if is_alone { of_one } else { of_ten }))
            });
            let url = format!("{}/mixed", pushing.receiver.url());
            let program = pushing.program.clone().env("SYNC_PUSH_URL", &url).env("SYNC_RETRY_ATTEMPTS", "0");
            program.run("push").expect(0);
            pushing.write(11);
            program.run("push").expect(code);
            assert_eq!(pushing.states(), states, "{of_ten} and {of_one}");
        }
    }
}
