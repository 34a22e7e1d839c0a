//! A feed as most are, in the order of its keys with the start of each slot first, of which only what differs is
//! looked at: it comes to what the same records in any order come to.

use serde_json::{Value, json};

use super::{DAY, ONE_DAY, prepared};
use crate::support::data::{body_of, count, slot_text};
use crate::support::{Examsync, MockApi, on_both_databases};
use crate::syncs::{fine, line, rows_of, synced};

/// Serves these entries of 09:00 as (hall, room, people), as they stand or from the last to the first.
fn serve(api: &MockApi, entries: &[(i64, i64, i64)], tidy: bool) {
    let mut entries: Vec<Value> =
        entries.iter().map(|(hall, room, people)| count(*hall, *room, *people)).collect();
    if !tidy {
        entries.reverse();
    }
    api.participants(DAY, body_of(&[slot_text("09:00", &entries, tidy)]));
}

/// Serves the entries and syncs them both ways in turn; the last is the tidy one.
fn both_ways(api: &MockApi, program: &Examsync, entries: &[(i64, i64, i64)], line: &str) {
    for tidy in [false, true] {
        serve(api, entries, tidy);
        fine(program, ONE_DAY, &[line]);
    }
}

on_both_databases! {
    fn what_is_as_it_was_is_counted_and_stamped(database) {
        let (api, program) = prepared(database);
        let entries = [(1, 101, 5), (1, 102, 6), (2, 201, 7)];
        serve(&api, &entries, true);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
        database.execute("UPDATE participants SET last_synced_at = '2000-01-01 00:00:00.000'");
        both_ways(&api, &program, &entries, "participants 2099-06-01 completed: 3 processed, 3 unchanged");
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE last_synced_at > '2001-01-01'"), 3);
        serve(&api, &[(1, 101, 5), (1, 102, 8), (2, 201, 7)], true);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 1 updated, 2 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 5 people active", "102 09:00:00 8 people active", "201 09:00:00 7 people active",
        ]);
    }

    fn a_first_load_tells_and_writes_all_of_it(database) {
        let (api, program) = prepared(database);
        // One that is plain, one too full, one of a hall it is not in, one of a room that nobody knows.
        let entries = [(1, 101, 5), (1, 102, 31), (2, 101, 7), (2, 999, 8)];
        let sync = "participants 2099-06-01 completed: 4 processed, 2 created, 2 errored; \
                    warning over_capacity 102; error hall_mismatch 101; error unknown_room 999";
        let other_order = sync.replace("hall_mismatch 101; error unknown_room 999", "unknown_room 999; error hall_mismatch 101");
        let first = json!([{"action": "created", "entity": "participants", "count": 2,
            "first": ["09:00:00 \u{2068}A\u{2069}, \u{2068}Bakı\u{2069}: 5", "09:00:00 \u{2068}B\u{2069}, \u{2068}Bakı\u{2069}: 31"]}]);
        for (tidy, sync) in [(false, other_order.as_str()), (true, sync)] {
            database.execute("DELETE FROM participants");
            serve(&api, &entries, tidy);
            // The halls are pulled before it, for the room that nobody knows.
            let last = |arguments: &str| program.run(arguments).expect(3).json()["syncs"][2].clone();
            assert_eq!(last(&format!("{ONE_DAY} --dry-run --json"))["changes"], first);
            assert_eq!(line(&last(&format!("{ONE_DAY} --json"))), sync);
            assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active", "102 09:00:00 31 people active"]);
        }
    }

    fn of_what_is_missing_only_that_goes(database) {
        let (api, program) = prepared(database);
        serve(&api, &[(1, 101, 5), (1, 102, 6), (2, 201, 7)], true);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
        serve(&api, &[(1, 101, 5), (2, 201, 7)], true);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 unchanged, 1 deleted"]);
        both_ways(
            &api, &program, &[(1, 101, 5), (2, 201, 7)],
            "participants 2099-06-01 completed: 2 processed, 2 unchanged",
        );
        // As many as there are, and yet not the same ones.
        serve(&api, &[(1, 102, 6), (2, 201, 7)], true);
        fine(&program, ONE_DAY, &[
            "participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged, 1 deleted",
        ]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 5 people gone", "102 09:00:00 6 people active", "201 09:00:00 7 people active",
        ]);
    }

    fn a_room_that_two_halls_list_is_its_own_halls(database) {
        let (api, program) = prepared(database);
        serve(&api, &[(1, 101, 5), (1, 102, 6)], true);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        for tidy in [true, false] {
            serve(&api, &[(1, 101, 5), (1, 102, 6), (2, 101, 9)], tidy);
            let position = if tidy { 2 } else { 0 };
            synced(
                &program,
                ONE_DAY,
                3,
                &["participants 2099-06-01 completed: 3 processed, 2 unchanged, 1 errored; error hall_mismatch 101"],
                &[&format!(
                    "error: 2099-06-01 Mon: room 101 is not in hall 2 (hall_mismatch, id 101, \
                     data[0].participants[{position}])"
                )],
            );
            assert_eq!(
                rows_of(database, DAY),
                ["101 09:00:00 5 people active", "102 09:00:00 6 people active"],
                "no mark: its own record is good"
            );
        }
    }

    fn a_start_that_is_told_twice_is_the_last_one(database) {
        let (api, program) = prepared(database);
        let entry = count(1, 101, 5);
        let slot = format!(r#"{{"startTime":"09:00","participants":[{entry}],"startTime":"10:00"}}"#);
        api.participants(DAY, body_of(&[slot]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 1 processed, 1 created"]);
        assert_eq!(rows_of(database, DAY), ["101 10:00:00 5 people active"]);
    }
}
