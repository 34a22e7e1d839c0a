//! Gone and back again: the same row, in its own date only, with the attendance that people marked.

use serde_json::json;

use super::{DAY, ONE_DAY, prepared};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::on_both_databases;
use crate::syncs::{fine, rows_of};

const ATTENDANCE: &str =
    "SELECT id, uid, created_at, attendance_marked, attendance_status, attendance_marked_at,
    attendance_marked_by FROM participants ORDER BY id";

on_both_databases! {
    fn a_row_that_vanishes_and_returns_is_the_same_row_and_other_dates_keep_theirs(database) {
        let (api, program) = prepared(database);
        let whole = json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), seat(2, 201, 7, 1, "Əli")])]);
        for day in [DAY, "2099-06-02"] {
            api.participants(day, whole.clone());
        }
        let both = "participants --date 2099-06-01..2099-06-02";
        fine(&program, both, &[
            "participants 2099-06-01 completed: 3 processed, 3 created",
            "participants 2099-06-02 completed: 3 processed, 3 created",
        ]);
        let same = "SELECT id, uid, created_at FROM participants ORDER BY id";
        let before = database.rows(same);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 102, 6)])]));
        fine(&program, both, &[
            "participants 2099-06-01 completed: 1 processed, 1 unchanged, 2 deleted",
            "participants 2099-06-02 completed: 3 processed, 3 unchanged",
        ]);
        fine(&program, both, &[
            "participants 2099-06-01 completed: 1 processed, 1 unchanged",
            "participants 2099-06-02 completed: 3 processed, 3 unchanged",
        ]);
        assert_eq!(
            rows_of(database, DAY),
            ["101 09:00:00 5 people gone", "102 09:00:00 6 people active", "201 09:00:00 seat of 7 at 1 gone"]
        );
        assert_eq!(
            rows_of(database, "2099-06-02"),
            ["101 09:00:00 5 people active", "102 09:00:00 6 people active", "201 09:00:00 seat of 7 at 1 active"]
        );
        api.participants(DAY, whole);
        fine(&program, both, &[
            "participants 2099-06-01 completed: 3 processed, 2 updated, 1 unchanged",
            "participants 2099-06-02 completed: 3 processed, 3 unchanged",
        ]);
        assert_eq!(rows_of(database, DAY), rows_of(database, "2099-06-02"));
        assert_eq!(database.rows(same), before);
    }

    fn attendance_that_people_marked_survives_whatever_happens_to_the_row(database) {
        let (api, program) = prepared(database);
        let feed = |count_of_101: i64, time: &str| json!([
            slot("09:00", vec![count(1, 101, count_of_101), count(1, 102, 1)]), slot(time, vec![seat(2, 201, 7, 1, "Əli")]),
        ]);
        api.participants(DAY, feed(5, "09:00"));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
        database.execute(
            "UPDATE participants SET attendance_marked = true, attendance_status = 'late',
                 attendance_marked_at = '2099-06-01 05:01:02.345', attendance_marked_by = 42",
        );
        let marked = database.rows(ATTENDANCE);
        assert!(marked[2].ends_with("|1|late|2099-06-01 05:01:02.345|42"), "{marked:?}");
        api.participants(DAY, feed(6, "14:00"));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 2 updated, 1 unchanged"]);
        assert_eq!(database.rows(ATTENDANCE), marked, "changed and moved");
        api.participants(DAY, json!([slot("09:00", vec![count(1, 102, 1)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 1 processed, 1 unchanged, 2 deleted"]);
        assert_eq!(database.rows(ATTENDANCE), marked, "gone");
        api.participants(DAY, feed(5, "09:00"));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 2 updated, 1 unchanged"]);
        assert_eq!(database.rows(ATTENDANCE), marked, "back");
    }

    fn a_stamp_moves_with_every_pass_and_a_change_only_with_a_change(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        assert_eq!(
            database.number("SELECT count(*) FROM participants WHERE updated_at = created_at AND last_synced_at = created_at"),
            2
        );
        let long_ago = "UPDATE participants SET created_at = '2000-01-01 00:00:00.000',
            updated_at = '2000-01-01 00:00:00.000', last_synced_at = '2000-01-01 00:00:00.000'";
        let moved = "SELECT r.external_id, p.updated_at > '2001-01-01', p.last_synced_at > '2001-01-01',
            p.created_at > '2001-01-01' FROM participants AS p JOIN rooms AS r ON r.id = p.room_id ORDER BY 1";
        database.execute(long_ago);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 7)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
        assert_eq!(database.rows(moved), ["101|0|1|0", "102|1|1|0"]);
        database.execute(long_ago);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 1 processed, 1 unchanged, 1 deleted"]);
        assert_eq!(database.rows(moved), ["101|0|1|0", "102|1|0|0"], "who is gone was not confirmed");
    }

    fn participants_of_a_room_that_moves_are_in_its_new_hall(database) {
        let (api, program) = prepared(database);
        let feed = |hall: i64| json!([
            slot("09:00", vec![seat(hall, 101, 7, 1, "Əli")]), slot("14:00", vec![count(hall, 101, 5)]),
        ]);
        api.participants(DAY, feed(1));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        api.halls(json!([
            hall(1, "Bakı", vec![room(102, "B", 30)]),
            hall(2, "Gəncə", vec![room(101, "A", 30), room(201, "C", 20)]),
        ]));
        fine(&program, "halls", &[
            "exam_halls completed: 2 processed, 2 unchanged",
            "hall_rooms completed: 3 processed, 1 updated, 2 unchanged",
        ]);
        let halls = "SELECT b.external_id FROM participants AS p JOIN buildings AS b ON b.id = p.building_id";
        assert_eq!(database.rows(halls), ["2", "2"]);
        api.participants(DAY, feed(2));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 unchanged"]);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 seat of 7 at 1 active", "101 14:00:00 5 people active"]);
    }
}
