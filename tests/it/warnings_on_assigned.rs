//! Warnings that the building manager also finds in the application, once per change (contract §7).

mod assigned;
mod recreated;

use serde_json::{Value, json};

use crate::scene::{DATE, PAST, Scene, told, without_isolates};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::on_both_databases;

fn places(capacity: i64) -> Value {
    json!([
        hall(1, "One", vec![room(11, "A", capacity), room(12, "B", 50)]),
        hall(2, "Two", vec![room(21, "C", 50)]),
        hall(3, "Three", vec![room(31, "D", 50)]),
    ])
}

fn notified(scene: &Scene<'_>) -> Vec<String> {
    scene
        .rows(
            "SELECT type, priority, title, message, metadata, read, email_sent FROM notifications
        WHERE recipient_role = 'building_manager' ORDER BY id",
        )
        .into_iter()
        .map(|row| {
            regex::Regex::new(r#","run_id":"[^"]*""#)
                .unwrap()
                .replace(&without_isolates(&row), "")
                .into_owned()
        })
        .collect()
}

on_both_databases! {
    fn a_capacity_that_falls_below_what_is_assigned_is_told_once_per_change(database) {
        let scene = Scene::with_halls(database, places(50));
        let day = json!([slot("09:00", vec![count(1, 11, 30)]), slot("12:00", vec![seat(1, 11, 1, 1, "A"), seat(1, 11, 2, 2, "B")])]);
        scene.participants(DATE, day).expect(0);
        scene.participants(PAST, json!([slot("09:00", vec![count(1, 11, 45)])])).expect(0);
        assert_eq!(told(&scene.halls(places(30)))[2..], ["hall_rooms completed: 1 updated, 3 unchanged"], "exactly enough");
        assert_eq!(
            told(&scene.halls(places(29))),
            [
                "0 completed",
                "exam_halls completed: 3 unchanged",
                "hall_rooms completed: 1 updated, 3 unchanged",
                "  warning capacity_below_assigned 11: room 11 (A, One) now has 29 seats, but 30 people are assigned to it \
                 at one time",
            ]
        );
        let once = ["capacity_below_assigned|high|A room became too small|room 11 (A, One) now has 29 seats, but 30 people are \
                     assigned to it at one time|{\"exam_date\":null,\"external_id\":11}|0|0"];
        assert_eq!(notified(&scene), once);
        assert_eq!(told(&scene.halls(places(29))).len(), 3);
        assert_eq!(notified(&scene), once, "not again");
        assert_eq!(told(&scene.halls(places(28))).len(), 4);
        assert_eq!(notified(&scene).len(), 2, "another change");
        scene.halls(places(29)).expect(0);
        assert_eq!(notified(&scene).len(), 2, "more seats are no loss");
        scene.rooms(1, places(20)[0]["rooms"].take()).expect(0);
        assert_eq!(notified(&scene).len(), 3, "a rooms pass tells it too");
    }

    fn a_sum_that_a_pass_raises_above_the_capacity_is_told_once_per_change(database) {
        let scene = Scene::with_halls(database, places(50));
        let day = |counted: i64| json!([slot("09:00", vec![count(1, 11, counted)]), slot("12:00", vec![count(1, 11, 1)])]);
        assert_eq!(told(&scene.participants(DATE, day(50))), ["0 completed", "2099-06-01 completed: 2 created"]);
        let warning = "room 11 (A) at 09:00:00 has 51 people for 50 seats";
        assert_eq!(
            told(&scene.participants(DATE, day(51))),
            [
                "0 completed".to_owned(),
                "2099-06-01 completed: 1 updated, 1 unchanged".to_owned(),
                format!("  warning over_capacity 11: {warning}")
            ]
        );
        let once = [format!("over_capacity|high|A room has more people than seats|{warning}|\
                             {{\"exam_date\":\"2099-06-01\",\"external_id\":11}}|0|0")];
        assert_eq!(notified(&scene), once);
        assert_eq!(told(&scene.participants(DATE, day(51))).len(), 2);
        assert_eq!(notified(&scene), once, "not again");
        assert_eq!(told(&scene.participants(DATE, day(52))).len(), 3);
        assert_eq!(notified(&scene).len(), 2, "another change");
        assert_eq!(told(&scene.participants(DATE, day(51))).len(), 2);
        assert_eq!(notified(&scene).len(), 2, "fewer people raise nothing");
        // What is over on a day gone by is nobody's work any more.
        assert_eq!(told(&scene.participants(PAST, day(60))).len(), 2);
        assert_eq!(notified(&scene).len(), 2);
    }

    fn people_who_change_places_raise_only_the_room_that_they_come_to(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "One", vec![room(11, "A", 2), room(12, "B", 1)])]));
        let seats = |rooms: [i64; 3]| {
            json!([slot("09:00", (1..=3).map(|n| seat(1, rooms[n as usize - 1], n, n, "A")).collect())])
        };
        scene.participants(DATE, seats([11, 11, 12])).expect(0);
        assert_eq!(told(&scene.participants(DATE, seats([12, 11, 11])))[1..], ["2099-06-01 completed: 2 updated, 1 unchanged"]);
        assert_eq!(
            told(&scene.participants(DATE, seats([12, 12, 11])))[1..],
            [
                "2099-06-01 completed: 1 updated, 2 unchanged",
                "  warning over_capacity 12: room 12 (B) at 09:00:00 has 2 people for 1 seats"
            ]
        );
        assert_eq!(notified(&scene).len(), 1);
    }

    fn a_hall_or_room_that_goes_with_people_in_it_is_told_once(database) {
        let scene = Scene::with_halls(database, places(50));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 7), count(1, 12, 5), count(2, 21, 3)])])).expect(0);
        scene.participants(PAST, json!([slot("09:00", vec![count(3, 31, 9)])])).expect(0);
        let mut closed = places(50);
        closed[0]["rooms"].as_array_mut().unwrap().remove(0);
        closed.as_array_mut().unwrap().truncate(1);
        let told_by = |kind: &str, id: i64, name: &str, people: i64| {
            format!("{kind} {id} ({name}) is deactivated, but {people} people are still assigned to it today or later")
        };
        let warnings = [told_by("hall", 2, "Two", 3), told_by("room", 11, "A", 7), told_by("room", 21, "C", 3)];
        let warning = |nth: usize, id: i64| format!("  warning deactivated_with_participants {id}: {}", warnings[nth]);
        assert_eq!(
            told(&scene.halls(closed.clone())),
            [
                "0 completed".to_owned(),
                "exam_halls completed: 1 unchanged, 2 deleted".to_owned(),
                warning(0, 2),
                "hall_rooms completed: 1 unchanged, 3 deleted".to_owned(),
                warning(1, 11),
                warning(2, 21),
            ]
        );
        let mut rows = notified(&scene);
        rows.sort();
        let expected: Vec<String> = [2, 11, 21].iter().zip(&warnings).map(|(id, warning)| format!(
            "deactivated_with_participants|high|Deactivated, but people are assigned|{warning}|\
             {{\"exam_date\":null,\"external_id\":{id}}}|0|0"
        )).collect();
        assert_eq!(rows, expected);
        assert_eq!(told(&scene.halls(closed)).len(), 3);
        assert_eq!(notified(&scene).len(), 3, "not again");
        assert_eq!(
            database.number("SELECT count(*) FROM participants WHERE is_active"),
            4,
            "participants go with their own feed only"
        );
    }

    fn a_hall_that_closes_after_its_rooms_moved_leaves_nobody_behind(database) {
        let scene = Scene::with_halls(database, places(50));
        scene.participants(DATE, json!([slot("09:00", vec![count(2, 21, 3)])])).expect(0);
        let moved = json!([
            places(50)[0],
            hall(3, "Three", vec![room(31, "D", 50), room(21, "C", 50)]),
        ]);
        assert_eq!(
            told(&scene.halls(moved)),
            ["0 completed", "exam_halls completed: 2 unchanged, 1 deleted", "hall_rooms completed: 1 updated, 3 unchanged"]
        );
        assert_eq!(notified(&scene), [""; 0]);
    }

    fn off_a_terminal_each_is_printed_once(database) {
        let scene = Scene::with_halls(database, places(50));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 30)])])).expect(0);
        scene.api.halls(places(20));
        let first = scene.program.run("halls").expect(0);
        assert_eq!(
            (first.stdout.as_str(), first.stderr.as_str()),
            ("", "examsync: warning: rooms: room 11 (\u{2068}A\u{2069}, \u{2068}One\u{2069}) now has 20 seats, but 30 people are assigned to it at one time \
                  (capacity_below_assigned, id 11)\n")
        );
        let second = scene.program.run("halls").expect(0);
        assert_eq!((second.stdout.as_str(), second.stderr.as_str()), ("", ""));
    }
}
