//! What the answers of the halls do to their rooms.

use serde_json::json;

use super::{ROOMS, serve};
use crate::participants::prepared;
use crate::support::data::{room, with};
use crate::support::{Answer, on_both_databases};
use crate::syncs::{assert_consistent, fine, line, said, synced};

on_both_databases! {
    fn rooms_are_created_changed_taken_out_of_use_and_brought_back(database) {
        let (api, program) = prepared(database);
        serve(&api);
        database.execute("UPDATE rooms SET hall_id = 77, description = 'ours' WHERE external_id = 101");
        let same = "SELECT external_id, id, uid, created_at, hall_id, description FROM rooms WHERE external_id < 103 ORDER BY 1";
        let before = database.rows(same);
        api.hall_rooms(1, json!([room(101, "A renamed", 31), room(103, "E", 5)]));
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 1 created, 1 updated, 1 unchanged, 1 deleted"]);
        assert_eq!(
            database.rows(ROOMS),
            ["101|1|A renamed|31|1", "102|1|B|30|0", "103|1|E|5|1", "201|2|C|20|1"]
        );
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 3 unchanged"]);
        api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 30), with(room(103, "E", 5), "isActive", json!(false))]));
        fine(&program, "rooms", &["hall_rooms completed: 4 processed, 3 updated, 1 unchanged, 1 deleted"]);
        fine(&program, "rooms", &["hall_rooms completed: 4 processed, 4 unchanged"]);
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|1", "103|1|E|5|0", "201|2|C|20|1"]);
        assert_eq!(database.rows(same), before);
        assert_consistent(database);
        assert_eq!(
            database.rows("SELECT action, count(*) FROM audit_logs GROUP BY action ORDER BY action"),
            ["room_capacity_changed|2", "room_deactivated|2", "room_reactivated|1", "room_renamed|2"]
        );
    }

    fn absence_is_judged_hall_by_hall(database) {
        let (api, program) = prepared(database);
        serve(&api);
        // Hall 2 is not asked: its room is absent from nothing.
        api.hall_rooms(1, json!([room(101, "A", 30)]));
        fine(&program, "rooms --hall 1", &["hall_rooms of 1 completed: 1 processed, 1 unchanged, 1 deleted"]);
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|0", "201|2|C|20|1"]);
    }

    fn a_room_that_moves_to_another_hall_is_the_same_room(database) {
        let (api, program) = prepared(database);
        let same = "SELECT external_id, id, uid, created_at FROM rooms ORDER BY 1";
        let before = database.rows(same);
        api.hall_rooms(1, json!([room(102, "B", 30)]));
        api.hall_rooms(2, json!([room(101, "A", 30), with(room(201, "C", 20), "examHallId", json!(2))]));
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 1 updated, 2 unchanged"]);
        fine(&program, "rooms", &["hall_rooms completed: 3 processed, 3 unchanged"]);
        assert_eq!(database.rows(ROOMS), ["101|2|A|30|1", "102|1|B|30|1", "201|2|C|20|1"]);
        assert_eq!(database.rows(same), before);
        assert_eq!(
            database.rows("SELECT action, old_value, new_value FROM audit_logs"),
            [r#"room_moved|{"hall_external_id":1,"hall_name":"Bakı"}|{"hall_external_id":2,"hall_name":"Gəncə"}"#]
        );
    }

    fn a_room_that_two_halls_claim_stays_with_the_first_and_is_told(database) {
        let (api, program) = prepared(database);
        api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 30)]));
        api.hall_rooms(2, json!([room(201, "C", 20), room(102, "B", 30), with(room(202, "F", 9), "examHallId", json!(1))]));
        synced(
            &program,
            "rooms",
            3,
            &["hall_rooms completed: 5 processed, 3 unchanged, 2 errored; error duplicate 102; error bad_record 202"],
            &[
                "error: rooms: room 102: listed more than once with different content; the first one is kept \
                 (duplicate, id 102, data[1])",
                "error: rooms: room 202: examHallId is 1, but the room is listed in hall 2 (bad_record, id 202, data[2])",
            ],
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|1", "201|2|C|20|1"]);
    }

    fn a_hall_that_would_lose_all_its_rooms_is_left_out_until_that_is_approved(database) {
        let (api, program) = prepared(database);
        serve(&api);
        api.hall_rooms(1, json!([room(101, "A", 31), room(102, "B", 30)]));
        api.hall_rooms(2, json!([]));
        let outcome = program.run("rooms --json").expect(3);
        let sync = outcome.json()["syncs"][0].clone();
        assert_eq!(
            line(&sync),
            "hall_rooms completed: 2 processed, 1 updated, 1 unchanged; error guard 2"
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|31|1", "102|1|B|30|1", "201|2|C|20|1"]);
        let plan = sync["plan"].as_str().unwrap();
        assert_eq!(said(&outcome), [format!(
            "error: rooms: hall 2 (⟨Gəncə⟩): 1 of its 1 active rooms would be deactivated; left out; to let it through: \
             `examsync rooms --approve {plan}` (guard, id 2)"
        )]);
        let _ = program.run("rooms --hall 2").expect(4);
        fine(
            &program,
            &format!("rooms --approve {plan}"),
            &["hall_rooms completed: 2 processed, 2 unchanged, 1 deleted"],
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|31|1", "102|1|B|30|1", "201|2|C|20|0"]);
    }

    fn a_hall_that_is_left_out_does_not_cost_another_one_its_last_room(database) {
        let (api, program) = prepared(database);
        // Room 201 moves to hall 1, which the guard leaves out for its own two: hall 2 has it still.
        api.hall_rooms(1, json!([room(201, "C", 20)]));
        api.hall_rooms(2, json!([]));
        let outcome = program.run("rooms --json").expect(4);
        let sync = outcome.json()["syncs"][0].clone();
        assert_eq!(
            line(&sync),
            "hall_rooms refused: 1 processed, 1 updated, 2 deleted; error guard 1; error guard 2"
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|1", "201|2|C|20|1"]);
        let plan = sync["plan"].as_str().unwrap();
        fine(
            &program,
            &format!("rooms --approve {plan}"),
            &["hall_rooms completed: 1 processed, 1 updated, 2 deleted"],
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|0", "102|1|B|30|0", "201|1|C|20|1"]);
    }

    fn a_room_that_goes_by_the_word_of_its_new_hall_is_that_halls_loss(database) {
        let (api, program) = prepared(database);
        // Hall 2 fails, and is judged for nothing; hall 1 says that the room is its own and out of use.
        api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 30), with(room(201, "C", 20), "isActive", json!(0))]));
        api.hall_rooms(2, Answer::status(404));
        let outcome = program.run("rooms --json").expect(3);
        assert_eq!(
            line(&outcome.json()["syncs"][0]),
            "hall_rooms completed: 3 processed, 1 updated, 2 unchanged, 1 deleted; error contract 2"
        );
        assert_eq!(database.rows(ROOMS), ["101|1|A|30|1", "102|1|B|30|1", "201|1|C|20|0"]);
    }
}
