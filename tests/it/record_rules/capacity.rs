//! Rooms whose capacity the feed does not know: stored as unknown, warned of once, never judged as full.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, noon, told};
use crate::support::data::{count, hall, room, slot, with};
use crate::support::on_both_databases;

/// One hall with three rooms, the second with this capacity.
fn feed(capacity: Value) -> Value {
    json!([hall(
        1,
        "One",
        vec![room(11, "A", 50), with(room(12, "B", 0), "capacity", capacity), room(13, "C", 50)]
    )])
}

fn without_capacity() -> Value {
    let mut feed = feed(json!(null));
    feed[0]["rooms"][1].as_object_mut().unwrap().remove("capacity");
    feed
}

const UNKNOWN: &str = "  warning capacity_unknown 12 at data[0].rooms[1]: room 12 (B, One) has no capacity in the feed: \
                       it is never judged as full";
const ROWS: &str = "SELECT external_id, capacity, is_active, sync_status FROM rooms ORDER BY 1";
const AUDIT: &str = "SELECT old_value, new_value, metadata FROM audit_logs WHERE action = 'room_capacity_changed' ORDER BY id";

on_both_databases! {
    fn a_room_of_unknown_capacity_is_made_used_and_warned_of_once(database) {
        let scene = Scene::new(database);
        assert_eq!(
            told(&scene.halls(without_capacity())),
            ["0 completed", "exam_halls completed: 1 created", "hall_rooms completed: 3 created", UNKNOWN]
        );
        let rows = ["11|50|1|synced", "12|null|1|synced", "13|50|1|synced"];
        assert_eq!(scene.rows(ROWS), rows);
        let unchanged = ["0 completed", "exam_halls completed: 1 unchanged", "hall_rooms completed: 3 unchanged"];
        assert_eq!(told(&scene.halls(feed(json!(null)))), unchanged, "null is as absent");
        assert_eq!(told(&scene.rooms(1, without_capacity()[0]["rooms"].take())), [unchanged[0], unchanged[2]]);

        let day = json!([slot("09:00", vec![count(1, 11, 5), count(1, 12, 2_147_483_647), count(1, 13, 5)])]);
        assert_eq!(told(&scene.participants(DATE, day.clone())), ["0 completed", "2099-06-01 completed: 3 created"]);
        let day = json!([day[0], slot("10:00", vec![count(1, 12, 7)])]);
        assert_eq!(
            told(&scene.participants(DATE, day)),
            ["0 completed", "2099-06-01 completed: 1 created, 3 unchanged"]
        );

        // Another change of the room is no news of its capacity, and one that is out of order is not either.
        let mut renamed = feed(json!(null));
        renamed[0]["rooms"][1]["name"] = json!("B2");
        renamed[0]["rooms"].as_array_mut().unwrap().reverse();
        assert_eq!(told(&scene.halls(renamed))[2..], ["hall_rooms completed: 1 updated, 2 unchanged"]);
        assert_eq!(scene.rows(AUDIT), [""; 0]);
        assert_eq!(scene.rows(ROWS), rows);
        assert_eq!(database.number("SELECT count(*) FROM notifications WHERE recipient_role = 'building_manager'"), 0);
    }

    fn a_capacity_that_becomes_known_or_unknown_is_audited_and_judged_as_it_becomes_known(database) {
        let scene = Scene::with_halls(database, feed(json!(null)));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 12, 30)])])).expect(0);
        scene.api.halls(feed(json!(30)));
        let dry = scene.program.run("halls --dry-run -v").expect(0).stdout;
        assert!(dry.lines().any(|line| line.trim() == "12 \u{2068}B\u{2069}: unknown → 30 seats"), "{dry}");
        let updated = "hall_rooms completed: 1 updated, 2 unchanged";
        assert_eq!(told(&scene.run("halls"))[2..], [updated], "exactly enough");
        assert_eq!(told(&scene.halls(without_capacity()))[2..], [updated, UNKNOWN]);
        assert_eq!(
            told(&scene.halls(feed(json!(29))))[2..],
            [
                updated,
                "  warning capacity_below_assigned 12: room 12 (B, One) now has 29 seats, but 30 people are assigned to it \
                 at one time"
            ]
        );
        let rooms = |feed: Value| feed[0]["rooms"].clone();
        let unknown = UNKNOWN.replace("data[0].rooms[1]", "data[1]");
        assert_eq!(told(&scene.rooms(1, rooms(feed(json!(null)))))[1..], [updated, unknown.as_str()]);
        assert_eq!(told(&scene.rooms(1, rooms(feed(json!(null)))))[1..], ["hall_rooms completed: 3 unchanged"]);
        let room = r#"{"external_id":12,"name":"B"}"#;
        assert_eq!(
            scene.rows(AUDIT),
            [("null", "30"), ("30", "null"), ("null", "29"), ("29", "null")]
                .map(|(old, new)| format!(r#"{{"capacity":{old}}}|{{"capacity":{new}}}|{room}"#))
        );
    }

    fn off_a_terminal_an_unknown_capacity_is_printed_once(database) {
        let scene = Scene::new(database);
        scene.api.halls(feed(json!(null)));
        let printed = || {
            let outcome = scene.program.run("halls").expect(0);
            (outcome.stdout, outcome.stderr)
        };
        let warning = "examsync: warning: rooms: room 12 (\u{2068}B\u{2069}, \u{2068}One\u{2069}) has no capacity in the feed: it is never judged as full \
                       (capacity_unknown, id 12, data[0].rooms[1])\n";
        assert_eq!(printed(), (String::new(), warning.to_owned()));
        assert_eq!(printed(), (String::new(), String::new()));
    }

    fn status_shows_the_seats_of_a_hall_as_unknown_where_those_of_a_room_in_use_are(database) {
        let (zone, today) = noon();
        let mut scene = Scene::with_halls(database, json!([
            feed(json!(null))[0],
            hall(2, "Two", vec![room(21, "D", 40)]),
        ]));
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        let entries = vec![count(1, 11, 5), count(1, 12, 600), count(2, 21, 4)];
        scene.participants(&today, json!([slot("00:30", entries), slot("23:30", vec![count(1, 11, 5)])])).expect(0);
        let day = scene.run(&format!("status --date {today}")).expect(0).json();
        let seats = |slot: usize| -> Vec<Value> {
            day["slots"][slot]["halls"].as_array().unwrap().iter().map(|hall| hall["capacity"].clone()).collect()
        };
        assert_eq!((seats(0), seats(1)), (vec![json!(null), json!(40)], vec![json!(50)]));
        assert_eq!(day["over_capacity"]["count"], json!(0));
        let text = scene.program.run(&format!("status --date {today} -v")).expect(0).stdout;
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        let shown: Vec<&[&str]> = lines.iter().filter_map(|line| line.get(line.len().saturating_sub(3)..)).collect();
        let first = shown.iter().position(|numbers| *numbers == ["rooms", "people", "seats"]).unwrap_or_default();
        assert_eq!(shown[first + 1..first + 4], [["2", "605", "unknown"], ["1", "4", "40"], ["3", "609", "unknown"]], "{text}");
        assert_eq!(shown[first + 6..first + 7], [["1", "5", "50"]], "{text}");
    }
}
