//! What is taken and told: too many people, one seat for two, a room that is out of use, a wrong hall.

use serde_json::json;

use super::{DAY, ONE_DAY, prepared, two_halls};
use crate::support::data::{count, hall, room, seat, slot, with};
use crate::support::on_both_databases;
use crate::syncs::{fine, rows_of, synced};

const NOTIFIED: &str = "SELECT recipient_role, type, message FROM notifications ORDER BY id";

on_both_databases! {
    fn a_room_with_more_people_than_seats_is_told_once_per_rise(database) {
        let (api, program) = prepared(database);
        let people = |of_201: i64| json!([slot("09:00", vec![count(1, 101, 30), count(2, 201, of_201)])]);
        api.participants(DAY, people(20));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        api.participants(DAY, people(21));
        synced(
            &program,
            ONE_DAY,
            0,
            &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged; warning over_capacity 201"],
            &["warning: 2099-06-01 Mon: room 201 (⟨C⟩) at 09:00:00 has 21 people for 20 seats (over_capacity, id 201)"],
        );
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 unchanged"]);
        let first = "building_manager|over_capacity|room 201 (\u{2068}C\u{2069}) at 09:00:00 has 21 people for 20 seats";
        assert_eq!(database.rows(NOTIFIED), [first]);
        // Fewer, but still too many: not raised by this pass.
        api.participants(DAY, people(25));
        assert_eq!(program.run(ONE_DAY).expect(0).stdout, "");
        api.participants(DAY, people(22));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
        assert_eq!(
            database.rows(NOTIFIED),
            [first, "building_manager|over_capacity|room 201 (\u{2068}C\u{2069}) at 09:00:00 has 25 people for 20 seats"]
        );
    }

    fn seats_are_summed_with_counts_and_a_move_within_the_room_raises_nothing(database) {
        let (api, program) = prepared(database);
        let small = json!([hall(1, "Bakı", vec![with(room(101, "A", 2), "isActive", json!(1)), room(102, "B", 30)]),
            hall(2, "Gəncə", vec![room(201, "C", 20)])]);
        api.halls(small);
        fine(&program, "halls", &[
            "exam_halls completed: 2 processed, 2 unchanged",
            "hall_rooms completed: 3 processed, 1 updated, 2 unchanged",
        ]);
        let seats = |third: &str, fourth_room: i64| json!([
            slot("09:00", vec![
                seat(1, 101, 1, 1, "Əli"), seat(1, 101, 2, 2, "Günay"), seat(1, 101, 3, 3, third),
                seat(1, fourth_room, 4, 4, "Nərgiz"),
            ]),
        ]);
        let over = "warning: 2099-06-01 Mon: room 101 (⟨A⟩) at 09:00:00 has 3 people for 2 seats (over_capacity, id 101)";
        api.participants(DAY, seats("Иван", 102));
        synced(
            &program,
            ONE_DAY,
            0,
            &["participants 2099-06-01 completed: 4 processed, 4 created; warning over_capacity 101"],
            &[over],
        );
        api.participants(DAY, seats("Иван Петров", 102));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 4 processed, 1 updated, 3 unchanged"]);
        api.participants(DAY, seats("Иван Петров", 101));
        synced(
            &program,
            ONE_DAY,
            0,
            &["participants 2099-06-01 completed: 4 processed, 1 updated, 3 unchanged; warning over_capacity 101"],
            &[&over.replace("3 people", "4 people")],
        );
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 2);
    }

    fn a_seat_given_to_two_people_warns_only(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![seat(1, 101, 7, 3, "Əli"), seat(1, 101, 8, 3, "Günay"), seat(1, 102, 9, 3, "Иван")]),
            slot("14:00", vec![seat(1, 101, 10, 3, "Nərgiz")]),
        ]));
        let sync = |counts: &str| format!("participants 2099-06-01 completed: 4 processed, {counts}; warning seat_taken 101");
        synced(
            &program,
            ONE_DAY,
            0,
            &[&sync("4 created")],
            &["warning: 2099-06-01 Mon: seat 3 of room 101 (⟨A⟩) at 09:00:00 is given to 2 people (seat_taken, id 101)"],
        );
        fine(&program, ONE_DAY, &[&sync("4 unchanged")]);
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 0);
    }

    fn a_room_out_of_use_is_used_with_a_warning(database) {
        let (api, program) = prepared(database);
        let mut halls = two_halls();
        halls[0]["rooms"][1]["isActive"] = json!(0);
        api.halls(halls);
        fine(&program, "halls", &[
            "exam_halls completed: 2 processed, 2 unchanged",
            "hall_rooms completed: 3 processed, 1 updated, 2 unchanged, 1 deleted",
        ]);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6)])]));
        let sync = |counts: &str| format!("participants 2099-06-01 completed: 2 processed, {counts}; warning inactive_room 102");
        synced(
            &program,
            ONE_DAY,
            0,
            &[&sync("2 created")],
            &["warning: 2099-06-01 Mon: room 102 (⟨B⟩) is used, but it is inactive (inactive_room, id 102)"],
        );
        fine(&program, ONE_DAY, &[&sync("2 unchanged")]);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active", "102 09:00:00 6 people active"]);
        assert_eq!(api.count(crate::support::mock_api::HALLS), 1, "it is known: no halls are pulled for it");
    }

    fn a_room_in_another_hall_than_stated_is_an_error_and_its_row_is_kept(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), seat(2, 201, 7, 1, "Əli")])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
        api.participants(DAY, json!([slot("09:00", vec![count(2, 101, 9), count(1, 102, 6), seat(1, 201, 7, 1, "Əli")])]));
        let errors = [
            "error: 2099-06-01 Mon: room 101 is not in hall 2 (hall_mismatch, id 101, data[0].participants[0])",
            "error: 2099-06-01 Mon: seat of 7: room 201 is not in hall 1 (hall_mismatch, id 7, data[0].participants[2])",
        ];
        for _ in 0..2 {
            synced(
                &program,
                ONE_DAY,
                3,
                &["participants 2099-06-01 completed: 3 processed, 1 unchanged, 2 errored; \
                   error hall_mismatch 101; error hall_mismatch 7"],
                &errors,
            );
            assert_eq!(rows_of(database, DAY), [
                "101 09:00:00 5 people active: room 101 is not in hall 2",
                "102 09:00:00 6 people active",
                "201 09:00:00 seat of 7 at 1 active: room 201 is not in hall 1",
            ]);
        }
        // The next good record clears the mark, which changes no external column.
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), seat(2, 201, 7, 1, "Əli")])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 5 people active", "102 09:00:00 6 people active", "201 09:00:00 seat of 7 at 1 active",
        ]);
    }
}
