//! The events that passes write: what changed, from the change set, and nothing where nothing did.

use serde_json::{Value, json};

use super::scene::Pushing;
use crate::scene::DATE;
use crate::support::{MockApi, on_both_databases};

/// The events of the table since the last look: type, resource, data.
fn written(pushing: &Pushing<'_>) -> Vec<String> {
    let rows =
        pushing.scene.rows("SELECT type || ' ' || resource_id || ' ' || data FROM change_events ORDER BY id");
    pushing.scene.database.execute("DELETE FROM change_events");
    let spaceless = |row: String| {
        let (start, data) = row.split_at(row.find('{').unwrap());
        format!("{start}{}", serde_json::from_str::<Value>(data).unwrap())
    };
    rows.into_iter().map(spaceless).collect()
}

fn halls(api: &MockApi, halls: Value) {
    api.halls(halls);
}

on_both_databases! {
    fn halls_and_rooms_are_events_of_what_happened_to_them(database) {
        let pushing = Pushing::new(database);
        let hall = |name: &str, active: bool, rooms: Value| json!([
            {"id": 4, "name": name, "address": "Nizami 1", "placeLimit": 90, "isActive": active, "rooms": rooms},
            {"id": 5, "name": "Five", "rooms": []},
        ]);
        let room = |name: &str, capacity: i64| json!({"id": 10, "name": name, "capacity": capacity});
        halls(&pushing.scene.api, hall("Four", true, json!([room("A", 30)])));
        pushing.run("halls").expect(0);
        assert_eq!(written(&pushing), [
            r#"hall.created 4 {"address":"Nizami 1","id":4,"isActive":true,"name":"Four","placeLimit":90,"regionId":null,"uid":null}"#,
            r#"hall.created 5 {"address":null,"id":5,"isActive":true,"name":"Five","placeLimit":null,"regionId":null,"uid":null}"#,
            r#"room.created 10 {"capacity":30,"hallId":4,"id":10,"isActive":true,"name":"A"}"#,
        ]);
        pushing.run("halls --full").expect(0);
        assert_eq!(written(&pushing), [""; 0]);
        halls(&pushing.scene.api, hall("Quatre", true, json!([room("B", 40)])));
        pushing.run("halls").expect(0);
        assert_eq!(written(&pushing), [
            r#"hall.updated 4 {"address":"Nizami 1","id":4,"isActive":true,"name":"Quatre","placeLimit":90,"regionId":null,"uid":null}"#,
            r#"room.updated 10 {"capacity":40,"hallId":4,"id":10,"isActive":true,"name":"B"}"#,
        ]);
        halls(&pushing.scene.api, hall("Quatre", false, json!([room("B", 40)])));
        let plan = pushing.run("halls").expect(4).json()["syncs"][0]["plan"].as_str().unwrap().to_owned();
        assert_eq!(written(&pushing), [""; 0]);
        pushing.run(&format!("halls --approve {plan}")).expect(0);
        let types: Vec<String> = written(&pushing).iter().map(|row| row.split(" {").next().unwrap().to_owned()).collect();
        assert!(types.contains(&"hall.deactivated 4".to_owned()), "{types:?}");
        halls(&pushing.scene.api, hall("Quatre", true, json!([room("B", 40)])));
        pushing.run("halls").expect(0);
        let types: Vec<String> = written(&pushing).iter().map(|row| row.split(" {").next().unwrap().to_owned()).collect();
        assert!(types.contains(&"hall.reactivated 4".to_owned()), "{types:?}");
    }

    fn participants_are_one_event_a_hall_and_date(database) {
        let pushing = Pushing::new(database);
        halls(&pushing.scene.api, json!([
            {"id": 4, "name": "Four", "rooms": [{"id": 10, "name": "A", "capacity": 50}, {"id": 11, "name": "B", "capacity": 50}]},
            {"id": 5, "name": "Five", "rooms": [{"id": 20, "name": "C", "capacity": 50}, {"id": 21, "name": "E"}]},
            {"id": 6, "name": "Six", "rooms": [{"id": 30, "name": "D", "capacity": 50}]},
        ]));
        pushing.run("halls").expect(0);
        written(&pushing);
        let feed = |entries: Value| json!([{"startTime": "09:00", "participants": entries}]);
        let pull = |entries: Value| {
            pushing.scene.api.participants(DATE, feed(entries));
            pushing.run(&format!("participants --date {DATE}"))
        };
        let count = |hall: i64, room: i64, people: i64| json!({"hallId": hall, "roomId": room, "participantCount": people});
        let seat = |hall: i64, room: i64, id: i64| json!({"hallId": hall, "roomId": room, "profileExamId": id, "participantName": "Canary"});
        let all = [count(4, 10, 20), count(4, 11, 3), count(5, 20, 7), seat(6, 30, 1), seat(6, 30, 2)];
        pull(json!(all)).expect(0);
        assert_eq!(written(&pushing), [
            format!(r#"participants.changed 4/{DATE} {{"created":2,"deleted":0,"examDate":"{DATE}","hallId":4,"people":23,"updated":0}}"#),
            format!(r#"participants.changed 5/{DATE} {{"created":1,"deleted":0,"examDate":"{DATE}","hallId":5,"people":7,"updated":0}}"#),
            format!(r#"participants.changed 6/{DATE} {{"created":2,"deleted":0,"examDate":"{DATE}","hallId":6,"people":2,"updated":0}}"#),
        ]);
        pull(json!(all)).expect(0);
        assert_eq!(written(&pushing), [""; 0]);
        // One count changes, one goes, one seat moves to another hall.
        pull(json!([count(4, 10, 25), count(5, 20, 7), seat(6, 30, 1), seat(5, 21, 2)])).expect(0);
        assert_eq!(written(&pushing), [
            format!(r#"participants.changed 4/{DATE} {{"created":0,"deleted":1,"examDate":"{DATE}","hallId":4,"people":25,"updated":1}}"#),
            format!(r#"participants.changed 5/{DATE} {{"created":0,"deleted":0,"examDate":"{DATE}","hallId":5,"people":8,"updated":1}}"#),
            format!(r#"participants.changed 6/{DATE} {{"created":0,"deleted":0,"examDate":"{DATE}","hallId":6,"people":1,"updated":1}}"#),
        ]);
    }

    fn without_a_destination_and_in_a_dry_run_none_is_written(database) {
        let pushing = Pushing::new(database);
        halls(&pushing.scene.api, json!([{"id": 4, "name": "Four", "rooms": []}]));
        pushing.run("halls --dry-run").expect(0);
        pushing.scene.run("halls").expect(0);
        assert_eq!(written(&pushing), [""; 0]);
    }
}
