//! The audit (contract §6): every consequential change leaves one row with its old and new value, once.

use serde_json::{Value, json};

use crate::scene::{DATE, PAST, Scene, noon};
use crate::support::data::{count, hall, room, seat, slot, with};
use crate::support::{Database, on_both_databases};

fn places() -> Value {
    json!([
        hall(1, "One", vec![room(11, "A", 50), room(12, "B", 50), room(13, "C", 50)]),
        hall(2, "Two", vec![room(21, "D", 50)]),
        hall(3, "Three", vec![room(31, "E", 50)]),
    ])
}

/// The audit rows of the newest run that left any: action, external id, old, new, the rest.
fn newest(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT action, entity_type, CASE entity_type
                    WHEN 'building' THEN (SELECT external_id FROM buildings WHERE id = entity_id)
                    WHEN 'room' THEN (SELECT external_id FROM rooms WHERE id = entity_id)
                    ELSE (SELECT coalesce(external_profile_exam_id, 0) FROM participants WHERE id = entity_id) END,
                old_value, new_value, metadata
         FROM audit_logs
         WHERE run_id = (SELECT run_id FROM audit_logs ORDER BY id DESC LIMIT 1)
         ORDER BY 1, 3, 4",
    )
}

/// What a row of the audit holds of a person on a seat: the hall, the room, both by id and name, the start, number, place
/// and name.
fn seated(
    hall: (i64, &str),
    room: (i64, &str),
    start: &str,
    [number, place]: [i64; 2],
    name: &str,
) -> String {
    let ((hall, hall_name), (room, room_name)) = (hall, room);
    format!(
        r#"{{"hall_external_id":{hall},"hall_name":"{hall_name}","participant_count":1,"participant_id":"P{number}","participant_name":"{name}","place_id":{place},"room_external_id":{room},"room_name":"{room_name}","start_time":"{start}:00"}}"#
    )
}

fn total(database: &Database) -> i64 {
    database.number("SELECT count(*) FROM audit_logs")
}

on_both_databases! {
    fn halls_and_rooms_leave_a_row_for_each_change_and_none_for_their_creation(database) {
        let scene = Scene::with_halls(database, places());
        assert_eq!(total(database), 0, "creation leaves none");
        scene.run("halls").expect(0);
        assert_eq!(total(database), 0);

        let changed = json!([
            with(hall(1, "One", vec![room(11, "A", 40), room(13, "C2", 50)]), "address", json!("not audited")),
            hall(2, "Two \"new\"", vec![room(21, "D", 50), room(31, "E", 60)]),
            hall(4, "Four", vec![room(41, "F", 1)]),
        ]);
        let outcome = scene.halls(changed).expect(0);
        assert_eq!(
            newest(database),
            [
                r#"building_deactivated|building|3|{"is_active":true}|{"is_active":false}|{"external_id":3,"name":"Three"}"#,
                r#"building_renamed|building|2|{"name":"Two"}|{"name":"Two \"new\""}|{"external_id":2}"#,
                r#"room_capacity_changed|room|11|{"capacity":50}|{"capacity":40}|{"external_id":11,"name":"A"}"#,
                r#"room_capacity_changed|room|31|{"capacity":50}|{"capacity":60}|{"external_id":31,"name":"E"}"#,
                r#"room_deactivated|room|12|{"is_active":true}|{"is_active":false}|{"external_id":12,"name":"B"}"#,
                r#"room_moved|room|31|{"hall_external_id":3,"hall_name":"Three"}|{"hall_external_id":2,"hall_name":"Two \"new\""}|{"external_id":31,"name":"E"}"#,
                r#"room_renamed|room|13|{"name":"C"}|{"name":"C2"}|{"external_id":13,"hall_external_id":1}"#,
            ]
        );
        assert_eq!(
            database.text("SELECT run_id FROM audit_logs GROUP BY run_id"),
            outcome.json()["run_id"].as_str().unwrap()
        );
        scene.run("halls").expect(0);
        assert_eq!(total(database), 7, "a second pass leaves none");

        scene.halls(places()).expect(0);
        let back = newest(database);
        assert_eq!(
            back.iter().filter(|row| row.contains("activated")).collect::<Vec<_>>(),
            [
                r#"building_deactivated|building|4|{"is_active":true}|{"is_active":false}|{"external_id":4,"name":"Four"}"#,
                r#"building_reactivated|building|3|{"is_active":false}|{"is_active":true}|{"external_id":3,"name":"Three"}"#,
                r#"room_deactivated|room|41|{"is_active":true}|{"is_active":false}|{"external_id":41,"name":"F"}"#,
                r#"room_reactivated|room|12|{"is_active":false}|{"is_active":true}|{"external_id":12,"name":"B"}"#,
            ]
        );
        assert_eq!(back.len(), 9, "{back:?}");
    }

    fn a_hall_that_goes_leaves_a_row_for_each_room_that_it_takes_along(database) {
        let scene = Scene::with_halls(database, places());
        let mut closed = places();
        closed[0]["deletedAt"] = json!("2025-01-01T00:00:00Z");
        scene.halls(closed).expect(0);
        let actions: Vec<String> =
            newest(database).iter().map(|row| row.split('|').take(3).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            actions,
            ["building_deactivated building 1", "room_deactivated room 11", "room_deactivated room 12", "room_deactivated room 13"]
        );
    }

    fn rooms_pulled_by_themselves_leave_the_same_rows(database) {
        let scene = Scene::with_halls(database, places());
        scene.rooms(1, json!([room(11, "A", 40), room(13, "C", 50), room(31, "E", 50)])).expect(0);
        assert_eq!(
            newest(database),
            [
                r#"room_capacity_changed|room|11|{"capacity":50}|{"capacity":40}|{"external_id":11,"name":"A"}"#,
                r#"room_deactivated|room|12|{"is_active":true}|{"is_active":false}|{"external_id":12,"name":"B"}"#,
                r#"room_moved|room|31|{"hall_external_id":3,"hall_name":"Three"}|{"hall_external_id":1,"hall_name":"One"}|{"external_id":31,"name":"E"}"#,
            ]
        );
        scene.run("rooms --hall 1").expect(0);
        assert_eq!(total(database), 3);
    }

    fn participants_of_dates_to_come_leave_a_row_for_count_room_time_seat_name_and_coming_and_going(database) {
        let scene = Scene::with_halls(database, places());
        let first = json!([slot("09:00", vec![
            count(1, 11, 5), count(1, 12, 5), count(1, 13, 5), seat(2, 21, 1, 1, "A"), seat(2, 21, 2, 2, "B"), seat(2, 21, 3, 3, "C"),
        ])]);
        scene.participants(DATE, first.clone()).expect(0);
        assert_eq!(total(database), 0, "creation leaves none");

        let second = json!([
            slot("09:00", vec![count(1, 11, 6), count(1, 12, 5), seat(3, 31, 1, 1, "A"), seat(2, 21, 2, 9, "other name and place")]),
            slot("10:30", vec![seat(2, 21, 3, 3, "C"), count(3, 31, 2)]),
        ]);
        let outcome = scene.participants(DATE, second.clone()).expect(0);
        let changed = |id: i64, old: String, new: String| {
            format!(r#"participants_changed|participants|{id}|{old}|{new}|{{"exam_date":"2099-06-01","external_profile_exam_id":{id}}}"#)
        };
        assert_eq!(
            newest(database),
            [
                r#"participants_changed|participants|0|{"participant_count":5,"room_external_id":11,"start_time":"09:00:00"}|{"participant_count":6,"room_external_id":11,"start_time":"09:00:00"}|{"exam_date":"2099-06-01","external_profile_exam_id":null}"#.to_owned(),
                changed(1, seated((2, "Two"), (21, "D"), "09:00", [1, 1], "A"), seated((3, "Three"), (31, "E"), "09:00", [1, 1], "A")),
                changed(2, seated((2, "Two"), (21, "D"), "09:00", [2, 2], "B"), seated((2, "Two"), (21, "D"), "09:00", [2, 9], "other name and place")),
                changed(3, seated((2, "Two"), (21, "D"), "09:00", [3, 3], "C"), seated((2, "Two"), (21, "D"), "10:30", [3, 3], "C")),
                r#"participants_deactivated|participants|0|{"participant_count":5,"room_external_id":13,"start_time":"09:00:00"}|null|{"exam_date":"2099-06-01","external_profile_exam_id":null}"#.to_owned(),
            ]
        );
        assert_eq!(
            database.text("SELECT run_id FROM audit_logs GROUP BY run_id"),
            outcome.json()["run_id"].as_str().unwrap()
        );
        scene.participants(DATE, second).expect(0);
        assert_eq!(total(database), 5, "a second pass leaves none");

        scene.participants(DATE, first).expect(0);
        let back: Vec<String> = newest(database).into_iter().filter(|row| row.contains("activated")).collect();
        assert_eq!(
            back,
            [
                r#"participants_deactivated|participants|0|{"participant_count":2,"room_external_id":31,"start_time":"10:30:00"}|null|{"exam_date":"2099-06-01","external_profile_exam_id":null}"#,
                r#"participants_reactivated|participants|0|{"participant_count":5,"room_external_id":13,"start_time":"09:00:00"}|{"participant_count":5,"room_external_id":13,"start_time":"09:00:00"}|{"exam_date":"2099-06-01","external_profile_exam_id":null}"#,
            ]
        );
    }

    fn participants_of_dates_gone_by_leave_none(database) {
        let scene = Scene::with_halls(database, places());
        scene.participants(PAST, json!([slot("09:00", vec![count(1, 11, 5), count(1, 12, 5)])])).expect(0);
        scene.participants(PAST, json!([slot("09:00", vec![count(1, 11, 6)])])).expect(0);
        assert_eq!(total(database), 0);
        assert_eq!(
            scene.rows("SELECT participant_count, is_active, sync_status FROM participants ORDER BY 1"),
            ["5|1|sync_error", "6|1|synced"]
        );
    }

    fn of_today_what_changes_leaves_one_and_what_has_begun_none_by_its_absence(database) {
        let (zone, today) = noon();
        let mut scene = Scene::with_halls(database, places());
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        let day = |rooms: &[i64], people: i64| -> Value {
            let at = |start: &str| slot(start, rooms.iter().map(|room| count(1, *room, people)).collect());
            json!([at("00:30"), at("23:30")])
        };
        scene.participants(&today, day(&[11, 12], 5)).expect(0);
        scene.participants(&today, day(&[11], 5)).expect(0);
        assert_eq!(
            newest(database),
            [format!(
                r#"participants_deactivated|participants|0|{{"participant_count":5,"room_external_id":12,"start_time":"23:30:00"}}|null|{{"exam_date":"{today}","external_profile_exam_id":null}}"#
            )]
        );
        assert_eq!(total(database), 1);
        scene.participants(&today, day(&[11], 6)).expect(0);
        let changed = newest(database);
        assert!(changed.iter().all(|row| row.starts_with("participants_changed|")), "{changed:?}");
        assert_eq!(changed.len(), 2);
    }

    fn a_refused_pass_and_a_dry_run_leave_none(database) {
        let scene = Scene::with_halls(database, places());
        scene.halls(json!([hall(2, "renamed", vec![])])).expect(4);
        scene.api.halls(json!([hall(1, "renamed", places()[0]["rooms"].as_array().unwrap().clone()), places()[1], places()[2]]));
        scene.run("halls --dry-run").expect(0);
        assert_eq!(total(database), 0);
        scene.run("halls").expect(0);
        assert_eq!(total(database), 1);
    }
}
