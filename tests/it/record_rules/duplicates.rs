//! Two records with one key: equal ones count once, of different ones the first is kept. Counts are added up.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, halls, room, seat, slot, with};
use crate::support::on_both_databases;

const TWICE: &str = "listed more than once with different content; the first one is kept";

on_both_databases! {
    fn equal_halls_and_rooms_count_once(database) {
        let scene = Scene::new(database);
        let one = hall(1, "H", vec![room(11, "A", 5), room(11, "A", 5)]);
        // What is not stored makes no difference, nor do two ways to say the same.
        let same = with(with(one.clone(), "isActive", json!(true)), "unknown", json!(1));
        let feed = json!([one, same, with(hall(1, "H", vec![room(12, "B", 5)]), "uid", json!(null))]);
        assert_eq!(
            told(&scene.halls(feed.clone())),
            ["0 completed", "exam_halls completed: 1 created", "hall_rooms completed: 2 created"]
        );
        assert_eq!(
            told(&scene.halls(feed)),
            ["0 completed", "exam_halls completed: 1 unchanged", "hall_rooms completed: 2 unchanged"]
        );
        assert_eq!(scene.rows("SELECT external_id FROM rooms ORDER BY 1"), ["11", "12"]);
    }

    fn of_different_halls_and_rooms_the_first_is_kept_and_its_row_is_not_marked(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "H", vec![room(11, "A", 5)]), hall(2, "I", vec![])]));
        let feed = json!([
            hall(1, "H", vec![room(11, "A", 5)]),
            hall(2, "I", vec![room(11, "A", 5), room(12, "B", 5)]),
            hall(1, "H", vec![room(12, "B", 6), room(13, "C", 5)]),
            hall(1, "other", vec![]),
        ]);
        let expected = |halls: &str, rooms: &str| {
            vec![
                "3 partial".to_owned(),
                format!("exam_halls completed: {halls}, 1 errored"),
                format!("  error duplicate 1 at data[3]: hall 1: {TWICE}"),
                format!("hall_rooms completed: {rooms}, 2 errored"),
                format!("  error duplicate 11 at data[1].rooms[0]: room 11: {TWICE}"),
                format!("  error duplicate 12 at data[2].rooms[0]: room 12: {TWICE}"),
            ]
        };
        assert_eq!(told(&scene.halls(feed.clone())), expected("2 unchanged", "2 created, 1 unchanged"));
        assert_eq!(told(&scene.halls(feed)), expected("2 unchanged", "3 unchanged"));
        assert_eq!(
            scene.rows("SELECT external_id, name, is_active, sync_status FROM buildings ORDER BY 1"),
            ["1|H|1|synced", "2|I|1|synced"]
        );
        assert_eq!(
            scene.rows("SELECT r.external_id, b.external_id, capacity, r.sync_status FROM rooms r JOIN buildings b ON b.id = r.building_id ORDER BY 1"),
            ["11|1|5|synced", "12|2|5|synced", "13|1|5|synced"]
        );
    }

    fn the_rooms_of_a_duplicate_hall_are_left_out_and_those_that_are_here_stay(database) {
        let scene = Scene::with_halls(database, json!([
            hall(1, "H", vec![room(11, "A", 5), room(12, "B", 5), room(13, "C", 5), room(14, "D", 5)]),
            hall(2, "I", vec![room(21, "E", 5)]),
            hall(3, "J", vec![]),
        ]));
        // Room 11 is in the first record as it was and in the second as another, room 12 only in the second, 13 in the
        // second and in another hall, 14 in none; 15 and 16 are new, 16 is broken.
        let feed = json!([
            hall(1, "H", vec![room(11, "A", 5)]),
            hall(1, "other", vec![room(11, "X", 6), room(12, "Y", 7), room(13, "Z", 8), room(15, "F", 5), room(16, " ", 5)]),
            hall(2, "I", vec![room(21, "E", 5), room(13, "C", 5)]),
            hall(3, "J", vec![]),
        ]);
        let expected = |rooms: &str| {
            vec![
                "3 partial".to_owned(),
                "exam_halls completed: 3 unchanged, 1 errored".to_owned(),
                format!("  error duplicate 1 at data[1]: hall 1: {TWICE}"),
                format!("hall_rooms completed: {rooms}"),
            ]
        };
        assert_eq!(told(&scene.halls(feed.clone())), expected("1 updated, 2 unchanged, 1 deleted"));
        assert_eq!(told(&scene.halls(feed)), expected("3 unchanged"));
        assert_eq!(
            scene.rows("SELECT r.external_id, b.external_id, r.name, capacity, r.is_active, r.sync_status FROM rooms r
                JOIN buildings b ON b.id = r.building_id ORDER BY 1"),
            ["11|1|A|5|1|synced", "12|1|B|5|1|synced", "13|2|C|5|1|synced", "14|1|D|5|0|synced", "21|2|E|5|1|synced"]
        );
        // The hall goes by its first record, and takes all of its rooms along.
        let gone = json!([
            with(hall(1, "H", vec![]), "isActive", json!(0)),
            hall(1, "H", vec![room(11, "A", 5), room(12, "B", 5)]),
            hall(2, "I", vec![room(21, "E", 5), room(13, "C", 5)]),
            hall(3, "J", vec![]),
        ]);
        assert_eq!(told(&scene.halls(gone)), [
            "3 partial".to_owned(),
            "exam_halls completed: 1 updated, 2 unchanged, 1 deleted, 1 errored".to_owned(),
            format!("  error duplicate 1 at data[1]: hall 1: {TWICE}"),
            "hall_rooms completed: 2 unchanged, 2 deleted".to_owned(),
        ]);
    }

    fn different_rooms_of_one_answer_or_of_two_keep_the_first_and_the_row_that_is_here(database) {
        let scene = Scene::with_halls(database, json!([
            hall(1, "H", vec![room(11, "A", 5), room(12, "B", 5)]),
            hall(2, "I", vec![room(21, "C", 5)]),
        ]));
        scene.api.hall_rooms(1, json!([room(11, "A", 5), room(11, "X", 6), room(12, "B", 5)]));
        scene.api.hall_rooms(2, json!([room(21, "C", 5), room(12, "B", 6)]));
        assert_eq!(told(&scene.run("rooms")), [
            "3 partial".to_owned(),
            "hall_rooms completed: 3 unchanged, 2 errored".to_owned(),
            format!("  error duplicate 11 at data[1]: room 11: {TWICE}"),
            format!("  error duplicate 12 at data[1]: room 12: {TWICE}"),
        ]);
        assert_eq!(
            scene.rows("SELECT r.external_id, b.external_id, r.name, capacity, r.sync_status FROM rooms r
                JOIN buildings b ON b.id = r.building_id ORDER BY 1"),
            ["11|1|A|5|synced", "12|1|B|5|synced", "21|2|C|5|synced"]
        );
    }

    fn a_bad_record_beside_a_good_one_with_its_key_leaves_the_row_unmarked(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "H", vec![]), hall(2, "I", vec![])]));
        assert_eq!(
            told(&scene.halls(json!([hall(1, " ", vec![]), hall(1, "H", vec![]), hall(2, "I", vec![])]))),
            [
                "3 partial",
                "exam_halls completed: 2 unchanged, 1 errored",
                "  error bad_record 1 at data[0]: hall 1: name is blank",
                "hall_rooms completed: nothing"
            ]
        );
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE sync_status = 'synced'"), 2);
    }

    fn equal_seats_count_once_and_of_different_ones_the_first_is_kept_but_counts_are_added_up(database) {
        let scene = Scene::with_halls(database, halls(1, 4));
        let feed = json!([
            slot("09:00", vec![
                count(1, 1000, 5),
                with(count(1, 1000, 5), "hallName", json!("x")),
                seat(1, 1001, 7, 1, "A"),
                with(seat(1, 1001, 7, 1, "A"), "hallName", json!("x")),
            ]),
            slot("09:00:00", vec![count(1, 1000, 6), count(1, 1000, 5), seat(1, 1001, 7, 2, "A")]),
            slot("10:00", vec![seat(1, 1001, 7, 1, "A"), count(1, 1000, 5)]),
        ]);
        let expected = |counts: &str, warnings: &[&str]| -> Vec<String> {
            let errors = [
                format!("  error duplicate 7 at data[1].participants[2]: seat of 7: {TWICE}"),
                format!("  error duplicate 7 at data[2].participants[0]: seat of 7: {TWICE}"),
            ];
            let first = ["3 partial".to_owned(), format!("2099-06-01 completed: {counts}, 2 errored")];
            first.into_iter().chain(warnings.iter().map(|text| (*text).to_owned())).chain(errors).collect()
        };
        let shared = "  warning shared_room 1000: room 1000 (Otaq 101) at 09:00:00 is shared: 4 entries have 21 people together";
        assert_eq!(told(&scene.participants(DATE, feed.clone())), expected("3 created", &[shared]));
        assert_eq!(told(&scene.participants(DATE, feed)), expected("3 unchanged", &[]));
        assert_eq!(
            scene.rows("SELECT external_profile_exam_id, start_time, participant_count, place_id, sync_status FROM participants
                ORDER BY external_profile_exam_id IS NULL, start_time"),
            ["7|09:00:00|1|1|synced", "null|09:00:00|21|null|synced", "null|10:00:00|5|null|synced"]
        );
    }

    fn each_field_that_is_stored_tells_two_halls_apart(database) {
        let scene = Scene::new(database);
        let one = json!({"id": 1, "name": "H", "uid": "u", "address": "a", "placeLimit": 5, "regionId": 6, "rooms": []});
        let gone = with(one.clone(), "deletedAt", json!("2025-01-02T03:04:05Z"));
        let cases = [
            (&one, "name", json!("I")),
            (&one, "uid", json!("v")),
            (&one, "uid", json!(null)),
            (&one, "address", json!("b")),
            (&one, "placeLimit", json!(7)),
            (&one, "regionId", json!(8)),
            (&one, "isActive", json!(0)),
            (&gone, "deletedAt", json!("2025-01-02T03:04:06Z")),
        ];
        for (kept, field, value) in cases {
            let other = with(kept.clone(), field, value);
            // Hall 2 stays, so that the guard has nothing to say when hall 1 goes.
            let lines = told(&scene.halls(json!([kept, other, hall(2, "I", vec![])])));
            assert_eq!(lines[2..3], [format!("  error duplicate 1 at data[1]: hall 1: {TWICE}")], "{field}: {lines:?}");
        }
    }

    fn each_field_that_is_stored_tells_two_rooms_apart(database) {
        let scene = Scene::new(database);
        let one = room(11, "A", 5);
        let gone = with(one.clone(), "deletedAt", json!("2025-01-02T03:04:05Z"));
        let cases = [
            (&one, "name", json!("B")),
            (&one, "capacity", json!(6)),
            (&one, "isActive", json!(0)),
            (&gone, "deletedAt", json!("2025-01-02T03:04:06Z")),
        ];
        for (kept, field, value) in cases {
            let other = with(kept.clone(), field, value);
            let rooms = vec![kept.clone(), other, room(12, "C", 5)];
            let lines = told(&scene.halls(json!([hall(1, "H", rooms)])));
            let expected = format!("  error duplicate 11 at data[0].rooms[1]: room 11: {TWICE}");
            assert_eq!(lines[3..], [expected], "{field}: {lines:?}");
        }
    }

    fn each_field_that_is_stored_tells_two_seats_apart(database) {
        let scene = Scene::with_halls(database, halls(1, 2));
        let one = with(seat(1, 1000, 7, 1, "A"), "examTitle", json!("t"));
        let cases = [
            ("roomId", json!(1001)),
            ("placeId", json!(2)),
            ("participantId", json!("P8")),
            ("participantName", json!("B")),
            ("participantName", json!(null)),
            ("examTitle", json!("u")),
        ];
        for (field, value) in cases {
            let feed = json!([slot("09:00", vec![one.clone(), with(one.clone(), field, value)])]);
            let lines = told(&scene.participants(DATE, feed));
            let expected = format!("  error duplicate 7 at data[0].participants[1]: seat of 7: {TWICE}");
            assert_eq!(lines[2..], [expected], "{field}: {lines:?}");
        }
    }

    fn one_person_may_sit_in_one_seat_with_another_but_it_is_told_once(database) {
        let scene = Scene::with_halls(database, halls(1, 1));
        let feed: Value = json!([slot("09:00", vec![seat(1, 1000, 7, 3, "A"), seat(1, 1000, 8, 3, "B")])]);
        let warning = "  warning seat_taken 1000: seat 3 of room 1000 (Otaq 101) at 09:00:00 is given to 2 people";
        assert_eq!(
            told(&scene.participants(DATE, feed.clone())),
            ["0 completed", "2099-06-01 completed: 2 created", warning]
        );
        scene.api.participants(DATE, feed);
        let quiet = scene.program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
        assert_eq!(database.number("SELECT count(*) FROM notifications WHERE recipient_role = 'building_manager'"), 0);
    }
}
