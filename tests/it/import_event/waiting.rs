//! Events that wait: a pass takes up those of what it pulled, and no others.

use serde_json::{Value, json};

use super::people::export;
use super::scene::{Taking, incoming};
use crate::support::mock_api::hall_rooms;
use crate::support::{Answer, on_both_databases};

on_both_databases! {
    fn an_event_that_names_no_person_waits_for_the_next_whole_roster_pass(database) {
        let taking = Taking::new(database);
        for (id, event) in [
            ("a", json!({"type": "enrollment.created", "resourceId": "7"})),
            ("b", json!({"type": "profile.updated", "resourceType": "profile"})),
        ] {
            let document = taking.take(&incoming(id, &event)).expect(0).json();
            assert_eq!((&document["events"][0]["pull"], &document["events"][0]["done"]), (&json!("roster"), &json!(false)));
        }
        let done = "SELECT new_value FROM audit_logs WHERE action = 'event_received'";
        for audit in taking.scene.rows(done) {
            let audit: Value = serde_json::from_str(&audit).unwrap();
            assert_eq!((&audit["pull"], &audit["done"]), (&json!("roster"), &json!("waits")));
        }
        let waiting = ["a/0 enrollment.created: roster, waits", "b/0 profile.updated: roster, waits"];
        // None of these brings both people.
        taking.program.run("halls").expect(0);
        assert_eq!(taking.rows(), waiting);
        export(&taking, "export", &[("1", "Ada"), ("2", "Cher")]);
        taking.program.run("roster --from export --dry-run").expect(0);
        taking.program.run("roster --from export --user 1").expect(0);
        assert_eq!(taking.rows(), waiting);
        taking.program.run("roster --from export").expect(0);
        assert_eq!(taking.rows(), waiting.map(|row| row.replace("waits", "done")));
    }

    fn a_pass_of_some_halls_takes_up_the_events_of_these_alone(database) {
        let taking = Taking::new(database);
        let room = |hall: i64| json!([{"id": hall * 10 - 30, "name": "A", "capacity": 50}]);
        let halls = [4, 5, 6].map(|hall| json!({"id": hall, "name": format!("Hall {hall}"), "rooms": room(hall)}));
        taking.scene.halls(json!(halls)).expect(0);
        for hall in [4, 5, 6] {
            taking.scene.api.always(&hall_rooms(hall), Answer::status(404));
            taking.take(&incoming(&format!("r{hall}"), &json!({"type": "room.updated", "data": {"hallId": hall}}))).expect(0);
        }
        let states = || taking.rows().iter().map(|row| row.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(states(), ["waits", "waits", "waits"]);
        for hall in [4, 5, 6] {
            taking.scene.api.hall_rooms(hall, room(hall));
        }
        taking.program.run("rooms --hall 4 --hall 5").expect(0);
        assert_eq!(states(), ["done", "done", "waits"]);
        taking.program.run("rooms").expect(0);
        assert_eq!(states(), ["done", "done", "done"]);
    }
}
