//! What has begun stays on record: it may change, but it is never deactivated by absence.

use chrono::{NaiveDate, Utc};
use serde_json::json;

use super::prepared;
use crate::scene::noon;
use crate::support::data::{count, seat, slot};
use crate::support::on_both_databases;
use crate::syncs::{fine, line, rows_of, said, synced};

on_both_databases! {
    fn a_row_that_has_begun_is_kept_when_it_vanishes_and_that_is_told_once(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone);
        let whole = json!([
            slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), seat(2, 201, 7, 1, "Əli")]),
            slot("18:00", vec![count(1, 101, 4), count(1, 102, 3)]),
        ]);
        api.participants(&today, whole.clone());
        let created = format!("participants {today} completed: 5 processed, 5 created");
        fine(&program, "participants --date today", &[&created]);
        api.participants(&today, json!([
            slot("09:00", vec![count(1, 101, 5)]), slot("18:00", vec![count(1, 102, 3)]),
        ]));
        let told = format!(
            "participants {today} completed: 2 processed, 2 unchanged, 1 deleted; \
             warning absent_after_start 102; warning absent_after_start 7"
        );
        let outcome = program.run("participants --date today --json").expect(0);
        assert_eq!(line(&outcome.json()["syncs"][0]), told);
        let label = NaiveDate::parse_from_str(&today, "%Y-%m-%d").unwrap().format("%Y-%m-%d %a");
        assert_eq!(said(&outcome), [
            format!(
                "warning: {label}: room 102 (⟨B⟩) at 09:00:00 is gone from the feed, but it has begun: it stays \
                 (absent_after_start, id 102)"
            ),
            format!(
                "warning: {label}: seat of 7 in room 201 (⟨C⟩) at 09:00:00 is gone from the feed, but it has begun: \
                 it stays (absent_after_start, id 7)"
            ),
        ]);
        let kept = [
            "101 09:00:00 5 people active",
            "102 09:00:00 6 people active: absent from the feed after its start",
            "201 09:00:00 seat of 7 at 1 active: absent from the feed after its start",
            "101 18:00:00 4 people gone",
            "102 18:00:00 3 people active",
        ];
        assert_eq!(rows_of(database, &today), kept);
        let quiet = format!("participants {today} completed: 2 processed, 2 unchanged");
        fine(&program, "participants --date today", &[&quiet]);
        assert_eq!(rows_of(database, &today), kept);
        // What comes back is in order again: the mark goes, which is no change of an external column.
        api.participants(&today, whole);
        let back = format!("participants {today} completed: 5 processed, 1 updated, 4 unchanged");
        fine(&program, "participants --date today", &[&back]);
        assert_eq!(rows_of(database, &today), [
            "101 09:00:00 5 people active",
            "102 09:00:00 6 people active",
            "201 09:00:00 seat of 7 at 1 active",
            "101 18:00:00 4 people active",
            "102 18:00:00 3 people active",
        ]);
    }

    fn a_broken_row_that_then_vanishes_is_told_as_absent(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone);
        api.participants(&today, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, 6), count(2, 201, 1)])]));
        program.run("participants --date today").expect(0);
        api.participants(&today, json!([slot("09:00", vec![count(1, 101, 5), count(1, 102, -6), count(2, 201, 1)])]));
        program.run("participants --date today").expect(3);
        api.participants(&today, json!([slot("09:00", vec![count(1, 101, 5), count(2, 201, 1)])]));
        let told = ["; warning absent_after_start 102", ""];
        for warning in told {
            let outcome = program.run("participants --date today --json").expect(0);
            let expected = format!("participants {today} completed: 2 processed, 2 unchanged{warning}");
            assert_eq!(line(&outcome.json()["syncs"][0]), expected);
            assert_eq!(rows_of(database, &today)[1], "102 09:00:00 6 people active: absent from the feed after its start");
        }
    }

    fn a_day_that_is_over_is_never_emptied_and_no_guard_is_needed_for_it(database) {
        let (api, program) = prepared(database);
        api.participants("2020-06-01", json!([slot("09:00", vec![count(1, 101, 25), count(1, 102, 20)])]));
        fine(&program, "participants --date 2020-06-01", &["participants 2020-06-01 completed: 2 processed, 2 created"]);
        // Corrections of what was are taken.
        api.participants("2020-06-01", json!([slot("09:00", vec![count(1, 101, 24)])]));
        synced(
            &program,
            "participants --date 2020-06-01",
            0,
            &["participants 2020-06-01 completed: 1 processed, 1 updated; warning absent_after_start 102"],
            &["warning: 2020-06-01 Mon: room 102 (⟨B⟩) at 09:00:00 is gone from the feed, but it has begun: it stays \
               (absent_after_start, id 102)"],
        );
        api.participants("2020-06-01", json!([]));
        synced(
            &program,
            "participants --date 2020-06-01",
            0,
            &["participants 2020-06-01 completed: nothing; warning absent_after_start 101"],
            &["warning: 2020-06-01 Mon: room 101 (⟨A⟩) at 09:00:00 is gone from the feed, but it has begun: it stays \
               (absent_after_start, id 101)"],
        );
        fine(&program, "participants --date 2020-06-01", &["participants 2020-06-01 completed: nothing"]);
        assert_eq!(rows_of(database, "2020-06-01"), [
            "101 09:00:00 24 people active: absent from the feed after its start",
            "102 09:00:00 20 people active: absent from the feed after its start",
        ]);
        assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 0, "a day that is over leaves no audit");
    }

    fn what_has_begun_may_lose_most_of_its_people_under_the_usual_guard(database) {
        let (api, program) = prepared(database);
        let program = program.without("SYNC_MAX_DEACTIVATE_PERCENT");
        let day = |people: i64| json!([slot("09:00", vec![count(1, 101, people), count(1, 102, 20)])]);
        let run = "participants --date 2020-06-01";
        api.participants("2020-06-01", day(40));
        fine(&program, run, &["participants 2020-06-01 completed: 2 processed, 2 created"]);
        api.participants("2020-06-01", day(5));
        fine(&program, run, &["participants 2020-06-01 completed: 2 processed, 1 updated, 1 unchanged"]);
    }

    fn what_moves_from_one_start_that_has_begun_to_another_takes_nothing_from_the_evening(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone);
        let day = |start: &str| {
            json!([slot(start, vec![seat(1, 101, 7, 1, "Əli")]), slot("23:30", vec![count(1, 101, 5)])])
        };
        api.participants(&today, day("00:30"));
        fine(&program, "participants --date today", &[&format!("participants {today} completed: 2 processed, 2 created")]);
        api.participants(&today, day("01:00"));
        let moved = format!("participants {today} completed: 2 processed, 1 updated, 1 unchanged");
        fine(&program, "participants --date today", &[&moved]);
    }

    fn what_has_begun_depends_on_the_zone(database) {
        let (api, program) = prepared(database);
        // In the first zone this day has begun, in the last it begins in some hours yet, whatever time it is.
        let day = Utc::now().with_timezone(&chrono_tz::Pacific::Kiritimati).format("%Y-%m-%d").to_string();
        let arguments = format!("participants --date {day}");
        api.participants(&day, json!([slot("00:00", vec![count(1, 101, 5), count(1, 102, 6)])]));
        let program = program.env("SYNC_TIMEZONE", "Pacific/Kiritimati");
        fine(&program, &arguments, &[&format!("participants {day} completed: 2 processed, 2 created")]);
        api.participants(&day, json!([slot("00:00", vec![count(1, 102, 6)])]));
        let begun = format!("participants {day} completed: 1 processed, 1 unchanged; warning absent_after_start 101");
        assert_eq!(line(&program.run(&format!("{arguments} --json")).expect(0).json()["syncs"][0]), begun);
        let program = program.env("SYNC_TIMEZONE", "Etc/GMT+12");
        fine(&program, &arguments, &[&format!("participants {day} completed: 1 processed, 1 unchanged, 1 deleted")]);
        assert_eq!(rows_of(database, &day), [
            "101 00:00:00 5 people gone: absent from the feed after its start",
            "102 00:00:00 6 people active",
        ]);
    }
}
