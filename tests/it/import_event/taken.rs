//! What is taken: stored once, pulled, and known again; what waits, and until when.

use serde_json::json;

use super::scene::{DATE, SECRET, Taking, halls, hex, incoming, sent_in, signature};
use crate::support::mock_api::{HALLS, hall_rooms, participants};
use crate::support::{Answer, on_both_databases};

on_both_databases! {
    fn an_exam_of_a_date_never_seen_brings_its_participants_once(database) {
        let taking = Taking::new(database);
        let request = incoming("e1", &json!({"type": "exam.created", "resourceType": "exam", "resourceId": "77", "data": {"examDate": DATE}}));
        let document = taking.take(&request).expect(0).json();
        assert_eq!(document["events"][0]["done"], json!(true));
        assert_eq!(taking.scene.rows("SELECT participant_count FROM participants"), ["20"]);
        let rows = [format!("e1/0 exam.created: participants {DATE}, done")];
        assert_eq!(taking.rows(), rows);
        let asked = taking.scene.api.count(&participants(DATE));
        // The same again is known, and asks for nothing.
        taking.take(&request).expect(0);
        assert_eq!((taking.rows(), taking.scene.api.count(&participants(DATE))), (rows.to_vec(), asked));
        let audit = taking.scene.database.text("SELECT new_value FROM audit_logs WHERE action = 'event_received'");
        let audit: serde_json::Value = serde_json::from_str(&audit).unwrap();
        assert_eq!(audit, json!({
            "id": "e1", "type": "exam.created", "resource": "exam 77", "pull": format!("participants {DATE}"), "done": "pulled",
        }));
    }

    fn an_event_says_only_what_to_pull(database) {
        let taking = Taking::new(database);
        let api = &taking.scene.api;
        // It claims another name than the exam system has.
        api.halls(halls("Quatre"));
        taking.take(&incoming("h", &json!({"type": "hall.updated", "data": {"id": 4, "name": "Canary"}}))).expect(0);
        assert_eq!((taking.scene.rows("SELECT name FROM buildings"), api.count(HALLS)), (vec!["Quatre".to_owned()], 1));
        api.hall_rooms(4, json!([{"id": 10, "name": "A", "capacity": 60}]));
        taking.take(&incoming("r", &json!({"type": "room.updated", "data": {"hallId": 4}}))).expect(0);
        assert_eq!((taking.scene.rows("SELECT capacity FROM rooms"), api.count(&hall_rooms(4))), (vec!["60".to_owned()], 1));
        api.halls(json!([{"id": 4, "name": "Quatre", "rooms": [{"id": 10, "name": "A", "capacity": 60}]}]));
        taking.take(&incoming("n", &json!({"type": "room.created", "data": {"hallId": 5}}))).expect(0);
        assert_eq!(api.count(HALLS), 2);
        api.forget_requests();
        for (id, event) in [
            ("p", json!({"type": "progress.saved", "data": {"examDate": DATE}})),
            ("s", json!({"type": "strange"})),
            ("d", json!({"type": "exam.created", "data": {}})),
            ("e", json!({"type": "enrollment.created", "data": {"userId": 3}})),
        ] {
            taking.take(&incoming(id, &event)).expect(0);
        }
        assert_eq!(api.requests().len(), 0);
        assert_eq!(taking.rows()[3..], [
            "p/0 progress.saved: nothing, done", "s/0 strange: nothing, done", "d/0 exam.created: nothing, done",
            "e/0 enrollment.created: roster 3, waits",
        ]);
        let said = taking.scene.rows("SELECT new_value FROM audit_logs WHERE action = 'event_received'").join(" ");
        assert!(!said.contains("Canary") && said.contains("kept: it asks for nothing that is pulled"), "{said}");
    }

    fn our_own_envelope_is_taken_apart(database) {
        let taking = Taking::new(database);
        let event = |kind: &str, data| json!({"id": "x", "type": kind, "resourceType": "t", "resourceId": "r", "data": data});
        let envelope = json!({"id": "env", "type": "examsync.events", "timestamp": "2027-01-01T00:00:00Z", "data": [
            event("hall.updated", json!({"id": 4})), event("participants.changed", json!({"examDate": DATE})), event("note", json!({})),
        ]});
        taking.take(&incoming("env", &envelope)).expect(0);
        assert_eq!(taking.rows(), [
            "env/0 hall.updated: halls, done".to_owned(), format!("env/1 participants.changed: participants {DATE}, done"),
            "env/2 note: nothing, done".to_owned(),
        ]);
    }

    fn what_can_not_be_pulled_now_waits_for_the_next_pass_of_its_scope(database) {
        let taking = Taking::new(database);
        let path = participants(DATE);
        taking.scene.api.always(&path, Answer::status(404));
        let request = incoming("e1", &json!({"type": "exam.updated", "data": {"examDate": DATE}}));
        let other = incoming("e2", &json!({"type": "exam.updated", "data": {"examDate": "2099-06-02"}}));
        taking.scene.api.always(&participants("2099-06-02"), Answer::status(404));
        let document = taking.take(&request).expect(0).json();
        assert_eq!(document["events"][0]["done"], json!(false));
        taking.take(&other).expect(0);
        // The same while it waits is tried again.
        let asked = taking.scene.api.count(&path);
        taking.take(&request).expect(0);
        assert!(taking.scene.api.count(&path) > asked);
        taking.scene.api.participants(DATE, json!([]));
        taking.program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!(taking.rows(), [
            format!("e1/0 exam.updated: participants {DATE}, done"),
            "e2/0 exam.updated: participants 2099-06-02, waits".to_owned(),
        ]);
    }

    fn under_a_held_lock_an_event_waits_and_the_pass_that_holds_it_does_not_answer_it(database) {
        let taking = Taking::new(database);
        let hold = taking.scene.api.hold(HALLS);
        let pass = taking.program.spawn("halls");
        hold.arrived();
        std::thread::sleep(std::time::Duration::from_millis(5));
        taking.take(&incoming("h", &json!({"type": "hall.created", "data": {"id": 5}}))).expect(0);
        hold.release();
        pass.wait().expect(0);
        // It asked before the event came.
        assert_eq!(taking.rows(), ["h/0 hall.created: halls, waits"]);
        assert_eq!(taking.scene.rows("SELECT count(*) FROM alerts"), ["0"]);
        taking.program.run("halls").expect(0);
        assert_eq!(taking.rows(), ["h/0 hall.created: halls, done"]);
    }

    fn twenty_at_once_are_all_taken_and_applied_once(database) {
        let taking = Taking::new(database);
        let request = incoming("e1", &json!({"type": "exam.created", "data": {"examDate": DATE}}));
        let running: Vec<_> = (0..20).map(|_| taking.given(&request).spawn("import --event -")).collect();
        for one in running {
            one.wait().expect(0);
        }
        assert_eq!(taking.scene.rows("SELECT count(*) FROM participants"), ["1"]);
        assert_eq!(taking.rows(), [format!("e1/0 exam.created: participants {DATE}, done")]);
    }

    fn of_twenty_different_ones_at_once_none_is_lost(database) {
        let taking = Taking::new(database);
        let ids: Vec<String> = (10..30).map(|nth| format!("e{nth}")).collect();
        let request = |id: &String| incoming(id, &json!({"type": "exam.updated", "data": {"examDate": DATE}}));
        let running: Vec<_> = ids.iter().map(|id| taking.given(&request(id)).spawn("import --event -")).collect();
        for one in running {
            one.wait().expect(0);
        }
        assert_eq!(taking.scene.rows("SELECT event_id FROM sync_events ORDER BY event_id"), ids);
        assert_eq!(taking.scene.rows("SELECT count(*) FROM audit_logs WHERE action = 'event_received'"), ["20"]);
        // Those that came while another pulled wait for the next pass.
        taking.program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!(taking.scene.rows("SELECT count(*) FROM sync_events WHERE done_at IS NULL"), ["0"]);
        assert_eq!(taking.scene.rows("SELECT participant_count FROM participants"), ["20"]);
    }

    fn a_file_several_signatures_and_several_secrets_are_taken(database) {
        let taking = Taking::new(database);
        let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let request = incoming("a", &json!({"type": "hall.created"}));
        let path = taking.program.write("event.json", 0o600, std::str::from_utf8(&request.body).unwrap());
        let by_other = signature(other, "a", request.sent, &request.body);
        for (number, (secrets, signatures)) in [
            (SECRET.to_owned(), format!("v1,AAAA {}", request.signature)),
            (SECRET.to_owned(), format!("{by_other}, {}", request.signature)),
            (format!("{other} {}", SECRET), request.signature.clone()),
            (format!("{}  {other}", SECRET), by_other.clone()),
        ].into_iter().enumerate() {
            let program = taking.given(&request).env("SYNC_EVENT_SECRET", &secrets).env("WEBHOOK_SIGNATURE", &signatures);
            let outcome = program.run(&format!("import --event {}", path.display()));
            assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.whole_stderr.as_str()), (0, "", ""), "{number}");
        }
    }

    fn in_the_scheme_hex_the_body_holds_id_and_time(database) {
        let taking = Taking::new(database);
        let secret = "a-secret-of-a-receiver-built-so";
        let program = taking.program.clone().env("SYNC_EVENT_SECRET", secret).env("SYNC_EVENT_SCHEME", "hex");
        let body = json!({"id": "x1", "timestamp": chrono::Utc::now().to_rfc3339(), "type": "hall.created"}).to_string();
        let signed = |body: &str| program.clone().stdin(body.as_bytes().to_vec()).env("X_WEBHOOK_SIGNATURE", &hex(secret, body.as_bytes()).to_uppercase());
        signed(&body).run("import --event -").expect(0);
        signed(&body).run("import --event -").expect(0);
        assert_eq!(taking.rows(), ["x1/0 hall.created: halls, done"]);
        let old = json!({"id": "x2", "timestamp": "2020-01-01T00:00:00Z", "type": "hall.created"}).to_string();
        signed(&old).run("import --event -").expect(12);
        for (fields, code) in [(json!({"id": "x3", "type": "t"}), 13), (json!({"timestamp": 1, "type": "t"}), 13)] {
            signed(&fields.to_string()).run("import --event -").expect(code);
        }
        // And nothing else.
        let standard = sent_in("x4", &json!({"type": "hall.created"}), 0);
        taking.given(&standard).env("SYNC_EVENT_SECRET", secret).env("SYNC_EVENT_SCHEME", "hex").run("import --event -").expect(12);
    }
}
