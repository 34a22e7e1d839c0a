//! What a pass says of the rows themselves: when each was confirmed, and whether its newest record was good.

use serde_json::json;

use super::{DAY, ONE_DAY, TODAY, at_noon, prepared};
use crate::support::data::{count, seat, slot, with};
use crate::support::{Database, on_both_databases};
use crate::syncs::{fine, rows_of};

const OLD: &str = "2000-01-01 00:00:00.000";

/// Makes every row look as if it was confirmed long ago.
fn age(database: &Database) {
    database.execute(&format!("UPDATE participants SET last_synced_at = '{OLD}'"));
}

/// The rows that were confirmed since [`age`], as date and room.
fn confirmed(database: &Database) -> Vec<String> {
    database.rows(&format!(
        "SELECT p.exam_date, r.external_id FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
         WHERE p.last_synced_at > '{OLD}' ORDER BY 1, 2"
    ))
}

on_both_databases! {
    fn only_a_row_with_a_good_record_is_stamped(database) {
        const PAST: &str = "2020-06-01";
        let (api, program) = prepared(database);
        let command = format!("participants --date {PAST}");
        api.participants(PAST, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), count(2, 201, 7)])]));
        program.run(&command).expect(0);
        age(database);
        api.participants(PAST, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, -6)])]));
        program.run(&command).expect(3);
        assert_eq!(confirmed(database), ["2020-06-01|101"]);
    }

    fn a_count_with_a_bad_entry_among_good_ones_is_stamped_and_stays_marked(database) {
        let (api, program) = prepared(database);
        let two = [count(1, 101, 5), with(count(1, 101, 5), "examTitle", json!("B"))];
        api.participants(DAY, json!([slot("09:00", [two.as_slice(), &[count(1, 101, -5), count(1, 102, 6)]].concat())]));
        program.run(ONE_DAY).expect(3);
        age(database);
        program.run(ONE_DAY).expect(3);
        assert_eq!(confirmed(database), ["2099-06-01|101", "2099-06-01|102"]);
        let marked = "101 09:00:00 10 people active: participantCount is not an integer from 0 to 2147483647";
        assert_eq!(rows_of(database, DAY), [marked, "102 09:00:00 6 people active"]);
    }

    fn within_the_interval_nothing_is_written_of_rooms_that_are_shared_and_rows_that_moved(database) {
        let (api, program, today) = at_noon(database);
        let program = program.env("SYNC_STAMP_INTERVAL", "1h");
        let day = |start: &str| json!([
            slot("08:00", vec![count(1, 102, 4), count(1, 102, 5), count(1, 102, 5)]),
            slot(start, vec![count(1, 101, 20)]),
            slot("19:00", vec![count(2, 201, 1), count(2, 201, 2)]),
        ]);
        api.participants(&today, day("09:00"));
        program.run(TODAY).expect(0);
        api.participants(&today, day("18:00"));
        program.run(TODAY).expect(0);
        let rows = [
            "102 08:00:00 9 people active",
            "101 09:00:00 20 people gone",
            "101 18:00:00 20 people active",
            "201 19:00:00 3 people active",
        ];
        assert_eq!(rows_of(database, &today), rows);
        let whole = || database.rows("SELECT * FROM participants ORDER BY id");
        let (before, audited) = (whole(), database.number("SELECT count(*) FROM audit_logs"));
        let again = format!("participants {today} completed: 3 processed, 3 unchanged; warning repeated_entry 102");
        fine(&program, TODAY, &[&again]);
        assert_eq!((whole(), database.number("SELECT count(*) FROM audit_logs")), (before, audited));
    }

    fn within_the_interval_a_stamp_stays(database) {
        let (api, program) = prepared(database);
        let program = program.env("SYNC_STAMP_INTERVAL", "1h");
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6)])]));
        program.run(ONE_DAY).expect(0);
        let younger = "SELECT max(last_synced_at) FROM participants WHERE participant_count = 6";
        let before = database.text(younger);
        database.execute(&format!("UPDATE participants SET last_synced_at = '{OLD}' WHERE participant_count = 5"));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 unchanged"]);
        assert_eq!(confirmed(database), ["2099-06-01|101", "2099-06-01|102"]);
        assert_eq!(database.text(younger), before);
    }

    fn a_pass_says_nothing_of_the_rows_of_other_dates(database) {
        let (api, program) = prepared(database);
        let feed = json!([slot("09:00", vec![count(1, 101, 5)])]);
        for day in [DAY, "2099-06-02"] {
            api.participants(day, feed.clone());
        }
        program.run("participants --date 2099-06-01..2099-06-02").expect(0);
        age(database);
        database.execute("UPDATE participants SET sync_status = 'sync_error', sync_error = 'x'");
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 1 processed, 1 unchanged"]);
        assert_eq!(confirmed(database), ["2099-06-01|101"]);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active"]);
        assert_eq!(rows_of(database, "2099-06-02"), ["101 09:00:00 5 people active: x"]);
    }

    fn the_newest_reason_is_the_one_that_a_row_has(database) {
        let (api, program) = prepared(database);
        let day = |entry| json!([slot("09:00", vec![count(1, 101, 5), entry])]);
        api.participants(DAY, day(seat(1, 102, 7, 1, "Əli")));
        program.run(ONE_DAY).expect(0);
        let cases = [
            (seat(2, 102, 7, 1, "Əli"), "room 102 is not in hall 2"),
            (seat(1, 999, 7, 1, "Əli"), "room 999 is not known here"),
        ];
        for (entry, reason) in cases {
            api.participants(DAY, day(entry));
            program.run(ONE_DAY).expect(3);
            let expected = format!("102 09:00:00 seat of 7 at 1 active: {reason}");
            assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active", &expected]);
        }
        // A good record ends it, also one that changes the row.
        api.participants(DAY, day(seat(1, 102, 7, 2, "Əli")));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
        assert_eq!(rows_of(database, DAY)[1], "102 09:00:00 seat of 7 at 2 active");
    }

    fn a_row_that_comes_back_leaves_behind_what_was_wrong_with_it(database) {
        let (api, program) = prepared(database);
        let [stays, goes] = [count(1, 101, 5), count(1, 102, 6)];
        let both = json!([slot("09:00", vec![stays.clone(), goes])]);
        api.participants(DAY, both.clone());
        program.run(ONE_DAY).expect(0);
        database.execute("UPDATE participants SET sync_status = 'sync_error', sync_error = 'x' WHERE participant_count = 6");
        api.participants(DAY, json!([slot("09:00", vec![stays])]));
        program.run(ONE_DAY).expect(0);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active", "102 09:00:00 6 people gone: x"]);
        api.participants(DAY, both);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 5 people active", "102 09:00:00 6 people active"]);
    }

    fn what_waits_to_be_sent_back_still_does_after_a_pass(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6)])]));
        program.run(ONE_DAY).expect(0);
        database.execute("UPDATE participants SET sync_status = 'sync_pending'");
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 4), count(1, 102, 6)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
        assert_eq!(
            database.rows("SELECT participant_count, sync_status FROM participants ORDER BY 1"),
            ["4|sync_pending", "6|sync_pending"]
        );
    }
}
