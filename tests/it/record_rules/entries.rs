//! What an entry of a date may hold, rule by rule.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, halls, room, seat, slot};
use crate::support::on_both_databases;

const ROWS: &str = "SELECT external_profile_exam_id, room_id, start_time, participant_count, participant_name, is_active,
    updated_at, sync_status, sync_error FROM participants ORDER BY room_id, start_time, external_profile_exam_id";

on_both_databases! {
    fn a_bad_seat_keeps_its_row_until_it_is_good_again(database) {
        let scene = Scene::with_halls(database, halls(1, 2));
        let cases: [(&str, Value, &str); 7] = [
            ("hallId", json!(null), "hallId is missing or null"),
            ("hallId", json!("1"), "hallId is not a positive 64-bit integer"),
            ("roomId", json!(-1), "roomId is not a positive 64-bit integer"),
            ("roomId", json!(1e3), "roomId is not a positive 64-bit integer"),
            ("participantName", json!("a\0b"), "participantName holds a NUL character"),
            ("participantId", json!("\0"), "participantId holds a NUL character"),
            ("examTitle", json!("\0"), "examTitle holds a NUL character"),
        ];
        let bad = cases.len() as i64;
        let all = 2 * bad + 1;
        let feed: Vec<Value> = (1..=all).map(|n| seat(1, 1000, n, n, "A")).collect();
        let good = json!([slot("09:00", feed.clone())]);
        scene.participants(DATE, good.clone()).expect(0);
        let before = scene.rows(ROWS);

        let mut broken = feed;
        for ((field, value, _), seat) in cases.iter().zip(&mut broken) {
            seat[*field] = value.clone();
        }
        let broken = json!([slot("09:00", broken)]);
        let mut expected = vec![
            "3 partial".to_owned(),
            format!("2099-06-01 completed: {} unchanged, {bad} errored", bad + 1),
        ];
        expected.extend(cases.iter().zip(1..).map(|((_, _, problem), n)| {
            format!("  error bad_record {n} at data[0].participants[{}]: seat of {n}: {problem}", n - 1)
        }));
        assert_eq!(told(&scene.participants(DATE, broken.clone())), expected);
        let mut marked = before.clone();
        for ((_, _, problem), row) in cases.iter().zip(&mut marked) {
            *row = row.replace("synced|null", &format!("sync_error|{problem}"));
        }
        assert_eq!(scene.rows(ROWS), marked);
        assert_eq!(told(&scene.participants(DATE, broken)), expected, "again");
        assert_eq!(scene.rows(ROWS), marked, "again");
        assert_eq!(told(&scene.participants(DATE, good))[1..], [format!("2099-06-01 completed: {all} unchanged")]);
        assert_eq!(scene.rows(ROWS), before);
    }

    fn a_bad_count_keeps_its_row_until_it_is_good_again(database) {
        let scene = Scene::with_halls(database, halls(1, 9));
        let wrong = "participantCount is not an integer from 0 to 2147483647";
        let cases: [(&str, Value, &str); 4] = [
            ("participantCount", json!(null), "participantCount is missing or null"),
            ("participantCount", json!(-1), wrong),
            ("participantCount", json!(2_147_483_648_i64), wrong),
            ("hallId", json!(0), "hallId is not a positive 64-bit integer"),
        ];
        let feed: Vec<Value> = (0..9).map(|n| count(1, 1000 + n, 5)).collect();
        let good = json!([slot("09:00", feed.clone())]);
        scene.participants(DATE, good.clone()).expect(0);
        let before = scene.rows(ROWS);

        let mut broken = feed;
        for ((field, value, _), count) in cases.iter().zip(&mut broken) {
            count[*field] = value.clone();
        }
        let mut expected =
            vec!["3 partial".to_owned(), "2099-06-01 completed: 5 unchanged, 4 errored".to_owned()];
        expected.extend(cases.iter().zip(0..).map(|((_, _, problem), n)| {
            format!("  error bad_record {} at data[0].participants[{n}]: room {}: {problem}", 1000 + n, 1000 + n)
        }));
        assert_eq!(told(&scene.participants(DATE, json!([slot("09:00", broken)]))), expected);
        let mut marked = before.clone();
        for ((_, _, problem), row) in cases.iter().zip(&mut marked) {
            *row = row.replace("synced|null", &format!("sync_error|{problem}"));
        }
        assert_eq!(scene.rows(ROWS), marked);
        assert_eq!(told(&scene.participants(DATE, good))[1..], ["2099-06-01 completed: 9 unchanged"]);
        assert_eq!(scene.rows(ROWS), before);
    }

    fn an_entry_is_the_same_among_many_others(database) {
        let scene = Scene::with_halls(database, halls(1, 50));
        let entry = |n: i64| match n {
            20 => seat(1, 1020, 7, 3, "A"),
            25 => json!({"hallId": 1, "roomId": 1025}),
            _ => count(1, 1000 + n, n % 10),
        };
        let feed = json!([slot("09:00", (0..50).map(entry).collect()), slot("14:00", (0..19).map(entry).collect())]);
        assert_eq!(told(&scene.participants(DATE, feed)), [
            "3 partial",
            "2099-06-01 completed: 68 created, 1 errored",
            "  error bad_record 1025 at data[0].participants[25]: room 1025: participantCount is missing or null",
        ]);
        let row = |n: i64, start: &str| match n {
            20 => format!("{}|{start}|1|7|3|P7|A", 1000 + n),
            _ => format!("{}|{start}|{}|null|null|null|null", 1000 + n, n % 10),
        };
        let morning = (0..50).filter(|n| *n != 25).map(|n| row(n, "09:00:00"));
        let expected: Vec<String> = morning.chain((0..19).map(|n| row(n, "14:00:00"))).collect();
        assert_eq!(scene.rows(
            "SELECT r.external_id, p.start_time, p.participant_count, p.external_profile_exam_id, p.place_id,
                    p.participant_id, p.participant_name
             FROM participants AS p JOIN rooms AS r ON r.id = p.room_id ORDER BY p.start_time, r.external_id"
        ), expected);
    }

    fn a_bad_start_time_makes_the_entries_of_its_slot_errored_and_deactivates_nothing(database) {
        let scene = Scene::with_halls(database, halls(1, 9));
        let morning = slot("09:00", (0..4).map(|n| count(1, 1000 + n, 5)).collect());
        let noon = slot("12:00", vec![seat(1, 1005, 7, 1, "A"), count(1, 1006, 5), count(1, 1007, 5)]);
        scene.participants(DATE, json!([morning, noon])).expect(0);
        for wrong in [json!("24:00"), json!("9:00"), json!("09.00"), json!(900), json!(null), json!("09:00:60")] {
            let broken = json!([morning, {"startTime": wrong, "participants": noon["participants"]}]);
            let problem = if wrong.is_null() {
                "startTime is missing or null"
            } else {
                "startTime is not HH:MM, HH:MM:SS or an RFC 3339 date-time"
            };
            assert_eq!(
                told(&scene.participants(DATE, broken)),
                [
                    "3 partial".to_owned(),
                    "2099-06-01 completed: 4 unchanged, 3 errored".to_owned(),
                    "  warning absence_not_judged: the key of a record can't be read, so no missing participants are \
                     deactivated".to_owned(),
                    format!("  error bad_record 7 at data[1].participants[0]: seat of 7: {problem}"),
                    format!("  error bad_record 1006 at data[1].participants[1]: room 1006: {problem}"),
                    format!("  error bad_record 1007 at data[1].participants[2]: room 1007: {problem}"),
                ],
                "{wrong}"
            );
        }
        assert_eq!(
            scene.rows("SELECT sync_status, is_active, count(*) FROM participants GROUP BY 1, 2 ORDER BY 1"),
            ["sync_error|1|1", "synced|1|6"],
            "only the seat's key is known without the time"
        );
    }

    fn every_form_of_a_start_time_is_the_same_time(database) {
        let scene = Scene::with_halls(database, halls(1, 1));
        for (form, created) in [("09:30", "1 created"), ("09:30:00", "1 unchanged"),
            ("2099-06-01T09:30", "1 unchanged"), ("2099-06-01T09:30:00+04:00", "1 unchanged"),
            ("2099-06-01T05:30:00.999Z", "1 unchanged")] {
            assert_eq!(
                told(&scene.participants(DATE, json!([slot(form, vec![count(1, 1000, 2_147_483_647)])])))[1],
                format!("2099-06-01 completed: {created}"),
                "{form}"
            );
        }
        assert_eq!(database.text("SELECT start_time, participant_count FROM participants"), "09:30:00|2147483647");
    }

    fn a_start_of_another_date_in_the_zone_spoils_the_entries_of_its_slot_only(database) {
        let scene = Scene::with_halls(database, halls(1, 5));
        let day = slot("2099-06-01T05:00:00Z", (0..3).map(|n| count(1, 1000 + n, 5)).collect());
        let night = vec![seat(1, 1003, 7, 1, "A"), count(1, 1004, 5)];
        scene.participants(DATE, json!([day, slot("23:00", night.clone())])).expect(0);
        let problem = "startTime is on another date in SYNC_TIMEZONE than the one that was asked for";
        // 00:32 of 2 June in Baku.
        let late = json!([day, slot("2099-06-01T20:32:00.000Z", night.clone())]);
        assert_eq!(told(&scene.participants(DATE, late)), [
            "3 partial".to_owned(),
            "2099-06-01 completed: 3 unchanged, 2 errored".to_owned(),
            "  warning absence_not_judged: the key of a record can't be read, so no missing participants are \
             deactivated".to_owned(),
            format!("  error bad_record 7 at data[1].participants[0]: seat of 7: {problem}"),
            format!("  error bad_record 1004 at data[1].participants[1]: room 1004: {problem}"),
        ]);
        assert_eq!(
            scene.rows("SELECT start_time, is_active, sync_status, count(*) FROM participants GROUP BY 1, 2, 3 ORDER BY 1, 3"),
            ["09:00:00|1|synced|3", "23:00:00|1|sync_error|1", "23:00:00|1|synced|1"]
        );
        let only = json!([slot("2099-05-31T19:59:59Z", night)]);
        assert_eq!(told(&scene.participants(DATE, only))[0], "13 failed (contract)");
    }

    fn an_instant_on_the_day_that_clocks_change_is_the_wall_clock_time_of_then(database) {
        let mut scene = Scene::with_halls(database, halls(1, 4));
        scene.program = scene.program.env("SYNC_TIMEZONE", "Europe/Berlin");
        // 2027-03-28: 02:00 becomes 03:00 at 01:00 UTC. 2027-10-31: 03:00 becomes 02:00 at 01:00 UTC.
        for (date, starts, stored) in [
            ("2027-03-28", ["2027-03-28T00:59:00Z", "2027-03-28T01:00:00Z", "02:30"], ["01:59:00", "03:00:00", "02:30:00"]),
            ("2027-10-31", ["2027-10-31T00:30:00Z", "2027-10-31T01:31:00Z", "02:32"], ["02:30:00", "02:31:00", "02:32:00"]),
        ] {
            let slots: Vec<Value> = (starts.iter().zip(0..)).map(|(start, n)| slot(start, vec![count(1, 1000 + n, 5)])).collect();
            assert_eq!(
                told(&scene.participants(date, json!(slots))),
                ["0 completed".to_owned(), format!("{date} completed: 3 created")]
            );
            let rows = scene.rows(&format!(
                "SELECT p.start_time FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
                 WHERE p.exam_date = '{date}' ORDER BY r.external_id"
            ));
            assert_eq!(rows, stored, "{date}");
        }
    }

    fn unknown_and_mismatched_rooms_are_errored_and_mark_the_row_that_is_theirs(database) {
        let scene = Scene::with_halls(
            database,
            json!([hall(1, "H", vec![room(11, "A", 50), room(12, "B", 50)]), hall(2, "I", vec![room(21, "C", 50)])]),
        );
        let good = json!([slot("09:00", vec![seat(1, 11, 1, 1, "A"), seat(1, 11, 2, 2, "B"), count(1, 12, 3), count(2, 21, 4)])]);
        scene.participants(DATE, good.clone()).expect(0);
        let strange = json!([slot(
            "09:00",
            vec![seat(1, 99, 1, 1, "A"), seat(2, 11, 2, 2, "B"), count(9, 12, 3), count(2, 21, 4), count(1, 98, 1)]
        )]);
        let lines = told(&scene.participants(DATE, strange));
        assert_eq!(
            lines[lines.len() - 5..],
            [
                "2099-06-01 completed: 1 unchanged, 4 errored",
                "  error unknown_room 1 at data[0].participants[0]: seat of 1: room 99 is not known here",
                "  error hall_mismatch 2 at data[0].participants[1]: seat of 2: room 11 is not in hall 2",
                "  error unknown_room 12 at data[0].participants[2]: hall 9 is not known here",
                "  error unknown_room 98 at data[0].participants[4]: room 98 is not known here",
            ]
        );
        assert_eq!(
            scene.rows("SELECT coalesce(external_profile_exam_id, 0), participant_count, is_active, sync_status, sync_error
                FROM participants ORDER BY 1, 2"),
            [
                "0|3|1|sync_error|hall 9 is not known here",
                "0|4|1|synced|null",
                "1|1|1|sync_error|room 99 is not known here",
                "2|1|1|sync_error|room 11 is not in hall 2"
            ]
        );
        assert_eq!(told(&scene.participants(DATE, good)), ["0 completed", "2099-06-01 completed: 4 unchanged"]);
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE sync_error IS NULL"), 4);
    }
}
