//! A date that gives its people in another form once it has begun: seats after counts, or counts after seats.

use serde_json::{Value, json};

use super::{TODAY, at_noon};
use crate::support::data::{body_of, count, seat, slot, slot_text};
use crate::support::{Database, on_both_databases};
use crate::syncs::{fine, rows_of};

/// What the audit says of rows that went.
fn deactivated(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT action, old_value ->> 'room_external_id', new_value, metadata ->> 'external_profile_exam_id',
                metadata ->> 'superseded'
         FROM audit_logs WHERE action <> 'participants_reactivated' ORDER BY 2, 4",
    )
}

fn people(database: &Database) -> i64 {
    database.number("SELECT sum(participant_count) FROM participants WHERE is_active")
}

/// Three people of two rooms, as they are counted or seated.
fn counts() -> Vec<Value> {
    vec![count(1, 101, 2), count(1, 102, 1)]
}

fn seats() -> Vec<Value> {
    vec![seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay"), seat(1, 102, 9, 1, "Иван")]
}

on_both_databases! {
    fn seats_that_come_after_the_start_supersede_the_counts(database) {
        let (api, program, today) = at_noon(database);
        for with_checks in [false, true] {
            database.execute("DELETE FROM participants; DELETE FROM audit_logs");
            let other = count(2, 201, 5);
            api.participants(&today, json!([slot("09:00", [counts(), vec![other.clone()]].concat())]));
            program.run(TODAY).expect(0);
            let checks = if with_checks { counts() } else { vec![] };
            api.participants(&today, json!([slot("09:00", [seats(), checks, vec![other]].concat())]));
            let created = if with_checks { "6 processed, 3 created, 3 unchanged" } else { "4 processed, 3 created, 1 unchanged" };
            fine(&program, TODAY, &[&format!("participants {today} completed: {created}, 2 deleted")]);
            let rows = [
                "101 09:00:00 2 people gone",
                "101 09:00:00 seat of 7 at 1 active",
                "101 09:00:00 seat of 8 at 2 active",
                "102 09:00:00 1 people gone",
                "102 09:00:00 seat of 9 at 1 active",
                "201 09:00:00 5 people active",
            ];
            let superseded = ["101", "102"].map(|room| format!("participants_deactivated|{room}|null|null|{}", database.pick("1", "true")));
            for _ in 0..2 {
                assert_eq!(rows_of(database, &today), rows);
                assert_eq!(deactivated(database), superseded);
                let unchanged = if with_checks { 6 } else { 4 };
                fine(&program, TODAY, &[&format!("participants {today} completed: {unchanged} processed, {unchanged} unchanged")]);
            }
            assert_eq!(people(database), 8);
        }
    }

    fn counts_that_come_after_the_start_supersede_the_seats(database) {
        let (api, program, today) = at_noon(database);
        for tidy in [true, false] {
            database.execute("DELETE FROM participants; DELETE FROM audit_logs");
            let other = seat(2, 201, 10, 1, "Leyla");
            api.participants(&today, json!([slot("09:00", [seats(), vec![other]].concat())]));
            program.run(TODAY).expect(0);
            // The seat in room 201 has no successor: it stays on record.
            api.participants(&today, body_of(&[slot_text("09:00", &counts(), tidy)]));
            let outcome = program.run(&format!("{TODAY} --json")).expect(0);
            assert_eq!(
                outcome.json()["syncs"][0]["records"],
                json!({"processed": 2, "created": 2, "updated": 0, "unchanged": 0, "deleted": 3, "errored": 0})
            );
            let rows = [
                "101 09:00:00 2 people active",
                "101 09:00:00 seat of 7 at 1 gone",
                "101 09:00:00 seat of 8 at 2 gone",
                "102 09:00:00 1 people active",
                "102 09:00:00 seat of 9 at 1 gone",
                "201 09:00:00 seat of 10 at 1 active: absent from the feed after its start",
            ];
            for _ in 0..2 {
                assert_eq!(rows_of(database, &today), rows);
                assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 3);
                fine(&program, TODAY, &[&format!("participants {today} completed: 2 processed, 2 unchanged")]);
            }
            assert_eq!(people(database), 4);
            // And back: the seats are there already.
            api.participants(&today, json!([slot("09:00", seats())]));
            fine(&program, TODAY, &[&format!("participants {today} completed: 3 processed, 3 updated, 2 deleted")]);
            assert_eq!(people(database), 4);
        }
    }

    fn rows_that_an_earlier_version_left_in_both_forms_are_put_right(database) {
        let reversed = |mut entries: Vec<Value>| {
            entries.reverse();
            entries
        };
        let (api, program, today) = at_noon(database);
        for entries in [counts(), reversed(counts()), seats()] {
            database.execute("DELETE FROM participants");
            for form in [counts(), seats()] {
                api.participants(&today, json!([slot("09:00", form)]));
                program.run(TODAY).expect(0);
            }
            database.execute("UPDATE participants SET is_active = true, deleted_at = NULL");
            assert_eq!(people(database), 6);
            api.participants(&today, body_of(&[slot_text("09:00", &entries, true)]));
            program.run(TODAY).expect(0);
            assert_eq!(people(database), 3, "{entries:?}");
        }
    }

    fn what_is_superseded_hides_no_loss_from_the_guard(database) {
        let (api, program, today) = at_noon(database);
        let program = program.env("SYNC_MAX_DEACTIVATE_PERCENT", "20");
        let seated = || (1..=30).map(|person| seat(1, 101, person, person, "Əli")).collect::<Vec<_>>();
        let evening = |people: i64| slot("18:00", vec![count(1, 102, people), count(2, 201, 60)]);
        api.participants(&today, json!([slot("09:00", vec![count(1, 101, 30)]), evening(40)]));
        program.run(TODAY).expect(0);
        api.participants(&today, json!([slot("09:00", seated()), evening(19)]));
        let refused = program.run(TODAY).expect(4).stderr;
        assert!(refused.contains(&format!("on {today}, 21 of 100 people would be lost: 18:00 21; ")), "{refused}");
        assert!(refused.contains("\u{2068}Bakı\u{2069} (hall 1): 40 → 19\n"), "{refused}");
        api.participants(&today, json!([slot("09:00", seated()), evening(40)]));
        fine(&program, TODAY, &[&format!("participants {today} completed: 32 processed, 30 created, 2 unchanged, 1 deleted")]);
        assert_eq!(people(database), 130);
    }
}
