//! What is refused: with which exit code, and without a row.

use serde_json::json;

use super::scene::{Incoming, SECRET, Taking, incoming, sent_in, signature};
use crate::support::{Outcome, on_both_databases};

/// Fails unless the event was refused with this code, and nothing was stored or pulled.
#[track_caller]
fn refused(taking: &Taking<'_>, outcome: Outcome, code: i32, message: &str) {
    let document = outcome.json();
    assert_eq!(outcome.code, code, "{document}");
    let said = document["error"]["message"].as_str().unwrap();
    assert!(said.starts_with(message), "{said}");
    assert_eq!(taking.rows(), [""; 0]);
    assert_eq!(taking.scene.api.requests().len(), 0);
    assert!(!outcome.stdout.contains(SECRET) && !outcome.whole_stderr.contains(SECRET));
}

on_both_databases! {
    fn a_wrong_signature_or_time_is_twelve(database) {
        let taking = Taking::new(database);
        let event = json!({"type": "hall.created", "data": {"id": 4}});
        const UNSIGNED: &str = "no secret of SYNC_EVENT_SECRET made this signature";
        let good = incoming("a", &event);
        let mut longer = good.clone();
        longer.body.push(b' ');
        refused(&taking, taking.take(&longer), 12, UNSIGNED);
        // The second is nearer by the time that it is looked at.
        for seconds in [-301, 360] {
            let outcome = taking.take(&sent_in("a", &event, seconds));
            refused(&taking, outcome, 12, "the event is older than SYNC_EVENT_TOLERANCE");
        }
        for signature in [
            signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a", good.sent, &good.body),
            good.signature.replace("v1,", "v2,"), good.signature.replace("v1,", "v1a,"), good.signature[3..].to_owned(),
            "v1,".to_owned(), "garbage".to_owned(),
        ] {
            refused(&taking, taking.take(&Incoming { signature, ..good.clone() }), 12, UNSIGNED);
        }
        refused(&taking, taking.take(&Incoming { id: "b".to_owned(), ..good.clone() }), 12, UNSIGNED);
        refused(&taking, taking.take(&Incoming { sent: good.sent - 1, ..good.clone() }), 12, UNSIGNED);
        for (name, header) in [
            ("WEBHOOK_ID", "webhook-id"), ("WEBHOOK_TIMESTAMP", "webhook-timestamp"), ("WEBHOOK_SIGNATURE", "webhook-signature"),
        ] {
            let outcome = taking.given(&good).without(name).run("import --event - --json");
            refused(&taking, outcome, 12, &format!("the header {header} is missing"));
        }
        let outcome = taking.given(&good).env("WEBHOOK_TIMESTAMP", "soon").run("import --event - --json");
        refused(&taking, outcome, 12, "webhook-timestamp is no number of seconds");
    }

    fn what_is_no_event_is_thirteen(database) {
        let taking = Taking::new(database);
        for (body, message) in [
            ("", "the event is no JSON"), ("{", "the event is no JSON"), ("[]", "the event says no type"), ("{}", "the event says no type"),
            (r#"{"type": 7}"#, "the event says no type"), (r#"{"type": ""}"#, "the event says no type"), ("\u{0}", "the event is no JSON"),
        ] {
            let mut request = incoming("a", &json!({}));
            request.body = body.as_bytes().to_vec();
            request.signature = signature(SECRET, "a", request.sent, &request.body);
            refused(&taking, taking.take(&request), 13, message);
        }
    }

    fn another_body_under_a_known_id_is_thirteen(database) {
        let taking = Taking::new(database);
        taking.take(&incoming("a", &json!({"type": "hall.created"}))).expect(0);
        let outcome = taking.take(&incoming("a", &json!({"type": "hall.deleted"})));
        let message = outcome.expect(13).json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(message, "an event with this id came before and said something else: a");
        assert_eq!(taking.rows(), ["a/0 hall.created: halls, done"]);
    }

    fn a_body_that_is_too_large_is_two(database) {
        let taking = Taking::new(database);
        let large = incoming("a", &json!({"type": "t", "data": "x".repeat(1 << 20)}));
        refused(&taking, taking.take(&large), 2, "the event is larger than 1 MiB");
        let outcome = taking.given(&incoming("a", &json!({"type": "t"}))).env("REQUEST_METHOD", "GET").run("import --event - --json");
        refused(&taking, outcome, 2, "an event comes as a POST");
    }

    fn what_is_not_set_up_is_ten_and_names_the_setting(database) {
        let taking = Taking::new(database);
        let request = incoming("a", &json!({"type": "t"}));
        for (secret, message) in [
            ("", "SYNC_EVENT_SECRET is not set"),
            ("v1,whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "SYNC_EVENT_SECRET begins with v1, which is of a signature"),
            ("C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "SYNC_EVENT_SECRET has a secret that does not begin with whsec_"),
            ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o", "SYNC_EVENT_SECRET has a secret that begins with whsec_, but what follows is no"),
            ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspo", "SYNC_EVENT_SECRET has a secret of 21 bytes; at least 24 are needed"),
        ] {
            let outcome = taking.given(&request).env("SYNC_EVENT_SECRET", secret).run("import --event - --json");
            refused(&taking, outcome, 10, message);
        }
        let same = taking.given(&request).env("SYNC_PUSH_SECRET", SECRET).run("import --event - --json");
        refused(&taking, same, 10, "SYNC_EVENT_SECRET is the same as SYNC_PUSH_SECRET");
        let short = taking.given(&request).env("SYNC_EVENT_SCHEME", "hex").env("SYNC_EVENT_SECRET", "short").run("import --event - --json");
        refused(&taking, short, 10, "SYNC_EVENT_SECRET has a secret of 5 characters; at least 24 are needed");
        let nowhere = taking.given(&request).env("DATABASE_URL", "sqlite:nowhere.db").run("import --event - --json");
        refused(&taking, nowhere, 10, "there is no database yet");
    }
}
