//! Counts, seats, both in one answer, and the ways to write a start time.

use serde_json::json;

use super::{DAY, ONE_DAY, prepared};
use crate::support::data::{count, seat, slot, with};
use crate::support::on_both_databases;
use crate::syncs::{fine, logs, rows_of, synced};

on_both_databases! {
    fn a_count_is_a_row_of_its_room_and_time(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![count(1, 101, 25), count(2, 201, 0)]),
            slot("14:30:15", vec![count(1, 101, 30)]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 unchanged"]);
        api.participants(DAY, json!([
            slot("09:00", vec![count(1, 101, 26), count(2, 201, 0)]),
            slot("14:30:15", vec![count(1, 101, 30), count(1, 102, 1)]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 4 processed, 1 created, 1 updated, 2 unchanged"]);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 4 processed, 4 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 26 people active",
            "201 09:00:00 0 people active",
            "101 14:30:15 30 people active",
            "102 14:30:15 1 people active",
        ]);
        assert_eq!(logs(database)[2..], [
            "participants|2099-06-01|completed|3 3 0 0 0|fine",
            "participants|2099-06-01|completed|3 0 0 0 0|fine",
            "participants|2099-06-01|completed|4 1 1 0 0|fine",
            "participants|2099-06-01|completed|4 0 0 0 0|fine",
        ]);
    }

    fn a_start_time_is_a_wall_clock_time_or_an_instant_that_is_converted(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![count(1, 101, 1)]),
            slot("10:00:30", vec![count(1, 101, 2)]),
            slot("2099-06-01T23:00:00+09:00", vec![count(1, 101, 3)]),
            slot("2099-06-01T15:00:00Z", vec![count(1, 101, 4)]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 4 processed, 4 created"]);
        // The same times written in other ways are the same rows.
        api.participants(DAY, json!([
            slot("09:00:00", vec![count(1, 101, 1)]),
            slot("2099-06-01T10:00:30+04:00", vec![count(1, 101, 2)]),
            slot("18:00", vec![count(1, 101, 3)]),
            slot("19:00", vec![count(1, 101, 4)]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 4 processed, 4 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 1 people active",
            "101 10:00:30 2 people active",
            "101 18:00:00 3 people active",
            "101 19:00:00 4 people active",
        ]);
    }

    fn a_bad_start_time_spoils_its_own_entries_only(database) {
        let (api, program) = prepared(database);
        let good = slot("09:00", vec![count(1, 101, 1), count(1, 102, 2), count(2, 201, 3)]);
        api.participants(DAY, json!([good, slot("18:00", vec![count(1, 101, 4), seat(2, 201, 7, 1, "Əli")])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 5 processed, 5 created"]);
        api.participants(DAY, json!([slot("25:61", vec![count(1, 101, 4), seat(2, 201, 7, 1, "Əli")]), good]));
        synced(
            &program,
            ONE_DAY,
            3,
            &["participants 2099-06-01 completed: 5 processed, 3 unchanged, 2 errored; \
               warning absence_not_judged; error bad_record 101; error bad_record 7"],
            &[
                "warning: 2099-06-01 Mon: the key of a record can't be read, so no missing participants are deactivated \
                 (absence_not_judged)",
                "error: 2099-06-01 Mon: room 101: startTime is not HH:MM, HH:MM:SS or an RFC 3339 date-time \
                 (bad_record, id 101, data[0].participants[0])",
                "error: 2099-06-01 Mon: seat of 7: startTime is not HH:MM, HH:MM:SS or an RFC 3339 date-time \
                 (bad_record, id 7, data[0].participants[1])",
            ],
        );
        // The seat is found by its person; whose row the count was can't be known.
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 1 people active",
            "102 09:00:00 2 people active",
            "201 09:00:00 3 people active",
            "101 18:00:00 4 people active",
            "201 18:00:00 seat of 7 at 1 active: startTime is not HH:MM, HH:MM:SS or an RFC 3339 date-time",
        ]);
    }

    fn a_person_who_moves_stays_the_same_row(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay")]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        let same = "SELECT id, uid, created_at FROM participants ORDER BY id";
        let before = database.rows(same);
        let moves = [
            ("09:00", seat(2, 201, 7, 1, "Əli")),
            ("14:00", seat(2, 201, 7, 1, "Əli")),
            ("14:00", seat(2, 201, 7, 5, "Əli")),
            ("14:00", seat(2, 201, 7, 5, "Əli Həsənov")),
            ("14:00", with(seat(2, 201, 7, 5, "Əli Həsənov"), "examTitle", json!("Riyaziyyat"))),
            ("14:00", with(seat(2, 201, 7, 5, "Əli Həsənov"), "participantId", json!(null))),
        ];
        for (time, entry) in moves {
            api.participants(DAY, json!([
                slot("09:00", vec![seat(1, 101, 8, 2, "Günay")]), slot(time, vec![entry]),
            ]));
            fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
            fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 unchanged"]);
        }
        assert_eq!(database.rows(same), before);
        assert_eq!(
            rows_of(database, DAY),
            ["101 09:00:00 seat of 8 at 2 active", "201 14:00:00 seat of 7 at 5 active"]
        );
        assert_eq!(
            database.text(
                "SELECT participant_id, participant_name, exam_title, participant_count FROM participants
                 WHERE external_profile_exam_id = 7"
            ),
            "null|Əli Həsənov|null|1"
        );
        // The rooms and times of two persons change places in one feed.
        api.participants(DAY, json!([
            slot("09:00", vec![seat(1, 101, 7, 2, "Əli")]), slot("14:00", vec![seat(2, 201, 8, 5, "Günay")]),
        ]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 updated"]);
        assert_eq!(
            rows_of(database, DAY),
            ["101 09:00:00 seat of 7 at 2 active", "201 14:00:00 seat of 8 at 5 active"]
        );
        assert_eq!(database.rows(same), before);
    }

    fn where_the_feed_has_the_seats_a_count_only_checks_them(database) {
        let (api, program) = prepared(database);
        let both = |count_of_101: i64| json!([
            slot("09:00", vec![
                count(1, 101, count_of_101), seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay"), count(2, 201, 9),
            ]),
            slot("14:00", vec![count(1, 101, 5)]),
        ]);
        api.participants(DAY, both(2));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 5 processed, 4 created, 1 unchanged"]);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 5 processed, 5 unchanged"]);
        // Nothing of the rows changed, so nobody is bothered off a terminal; the document has it.
        api.participants(DAY, both(3));
        fine(
            &program,
            ONE_DAY,
            &["participants 2099-06-01 completed: 5 processed, 5 unchanged; warning count_differs 101"],
        );
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 seat of 7 at 1 active",
            "101 09:00:00 seat of 8 at 2 active",
            "201 09:00:00 9 people active",
            "101 14:00:00 5 people active",
        ]);
    }

    fn a_date_may_change_from_counts_to_seats_and_back(database) {
        let (api, program) = prepared(database);
        let counts = json!([slot("09:00", vec![count(1, 101, 2)]), slot("14:00", vec![count(2, 201, 1)])]);
        let seats = json!([
            slot("09:00", vec![seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay")]),
            slot("14:00", vec![seat(2, 201, 9, 1, "Иван")]),
        ]);
        api.participants(DAY, counts.clone());
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        api.participants(DAY, seats);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created, 2 deleted"]);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 2 people gone",
            "101 09:00:00 seat of 7 at 1 active",
            "101 09:00:00 seat of 8 at 2 active",
            "201 14:00:00 1 people gone",
            "201 14:00:00 seat of 9 at 1 active",
        ]);
        api.participants(DAY, counts);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 updated, 3 deleted"]);
        assert_eq!(database.text("SELECT count(*), sum(participant_count) FROM participants WHERE is_active"), "2|3");
    }

    fn a_person_twice_counts_once_and_a_contradiction_is_an_error(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![count(1, 101, 5), seat(2, 201, 7, 1, "Əli"), seat(2, 201, 7, 1, "Əli")]),
            slot("09:00:00", vec![count(1, 102, 4), seat(2, 201, 7, 1, "Əli")]),
            slot("14:00", vec![seat(2, 201, 7, 1, "Əli")]),
        ]));
        synced(
            &program,
            ONE_DAY,
            3,
            &["participants 2099-06-01 completed: 4 processed, 3 created, 1 errored; error duplicate 7"],
            &[
                "error: 2099-06-01 Mon: seat of 7: listed more than once with different content; \
                 the first one is kept (duplicate, id 7, data[2].participants[0])",
            ],
        );
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 5 people active",
            "102 09:00:00 4 people active",
            "201 09:00:00 seat of 7 at 1 active",
        ]);
    }
}
