//! What begins, moves over the line between begun and to come, or is listed twice: none of it empties a date.

use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::{DAY, ONE_DAY, prepared};
use crate::scene::noon;
use crate::support::data::{count, seat, slot};
use crate::support::mock_api::participants;
use crate::support::on_both_databases;
use crate::syncs::{fine, line, rows_of};

on_both_databases! {
    fn what_begins_while_the_feed_is_pulled_has_begun(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone);
        let starts = Utc::now() + TimeDelta::seconds(10);
        let local = starts.with_timezone(&zone.parse::<chrono_tz::Tz>().unwrap()).format("%H:%M:%S").to_string();
        let later = slot("18:00", vec![count(1, 101, 3)]);
        api.participants(&today, json!([slot(&local, vec![count(1, 101, 5), count(1, 102, 6)]), later]));
        fine(&program, "participants --date today", &[&format!("participants {today} completed: 3 processed, 3 created")]);
        // Asked before it starts, the API answers after it, and lists no more what has begun.
        api.participants(&today, json!([later]));
        let hold = api.hold(&participants(&today));
        let running = program.spawn("participants --date today --json");
        hold.arrived();
        assert!(Utc::now() < starts, "it was asked too late");
        std::thread::sleep((starts + TimeDelta::seconds(1) - Utc::now()).to_std().unwrap_or_default());
        hold.release();
        let outcome = running.wait().expect(0);
        assert_eq!(line(&outcome.json()["syncs"][0]), format!(
            "participants {today} completed: 1 processed, 1 unchanged; warning absent_after_start 101; \
             warning absent_after_start 102"
        ));
        let absent = "people active: absent from the feed after its start";
        let mut expected = vec![format!("101 {local} 5 {absent}"), format!("102 {local} 6 {absent}")];
        expected.push("101 18:00:00 3 people active".to_owned());
        assert_eq!(rows_of(database, &today), expected);
    }

    fn a_seat_that_is_put_off_is_what_the_date_is_left_with(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone).env("SYNC_MAX_DEACTIVATE_PERCENT", "20");
        let at = |time: &str, person: i64| slot(time, vec![seat(1, 101, person, person, "Əli")]);
        api.participants(&today, json!([at("09:00", 1), at("18:00", 2)]));
        program.run("participants --date today").expect(0);
        api.participants(&today, json!([at("18:00", 1)]));
        fine(&program, "participants --date today",
            &[&format!("participants {today} completed: 1 processed, 1 updated, 1 deleted")]);
        // Back to a start that has begun it is no row that the date has yet to come.
        api.participants(&today, json!([at("09:00", 1)]));
        let outcome = program.run("participants --date today --json").expect(4);
        let json = outcome.json();
        let (message, plan) = (json["error"]["message"].as_str().unwrap(), json["syncs"][0]["plan"].as_str().unwrap());
        let first = message.lines().next().unwrap();
        assert!(first.contains(", 1 of 1 halls would be empty, 1 of 1 people: 18:00 1; "), "{message}");
        program.run(&format!("participants --date today --approve {plan}")).expect(0);
        assert_eq!(rows_of(database, &today)[0], "101 09:00:00 seat of 1 at 1 active");
    }

    fn a_count_that_is_listed_twice_beside_seats_is_still_no_more_than_a_check(database) {
        let (api, program) = prepared(database);
        let other = slot("09:00", vec![count(1, 102, 2)]);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 2)]), other]));
        program.run(ONE_DAY).expect(0);
        let seats = [seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Leyla")];
        let beside = |counts: &[i64]| {
            let counts = counts.iter().map(|people| count(1, 101, *people));
            json!([slot("09:00", seats.iter().cloned().chain(counts).collect()), other])
        };
        api.participants(DAY, beside(&[2, 2]));
        let taken = format!(
            "participants {DAY} completed: 4 processed, 2 created, 2 unchanged, 1 deleted; warning repeated_entry 101"
        );
        fine(&program, ONE_DAY, &[&taken]);
        // Two that differ are added up, and no reason to keep the count.
        database.execute("UPDATE participants SET is_active = true, deleted_at = NULL");
        api.participants(DAY, beside(&[2, 3]));
        let outcome = program.run(&format!("{ONE_DAY} --json")).expect(0);
        assert_eq!(line(&outcome.json()["syncs"][0]), format!(
            "participants {DAY} completed: 4 processed, 4 unchanged, 1 deleted; warning count_differs 101"
        ));
        assert_eq!(database.number("SELECT participants FROM exam_schedules"), 4);
    }

    fn a_second_list_in_a_slot_keeps_everybody_whose_absence_it_may_hide(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 2), count(1, 102, 2)]), slot("10:00", vec![count(1, 101, 2)])]));
        program.run(ONE_DAY).expect(0);
        let entries = json!([count(1, 101, 2), count(1, 102, 2)]);
        api.participants(DAY, crate::support::Answer::body(format!(
            r#"{{"data":[{{"startTime":"09:00","participants":[],"participants":{entries}}},{}]}}"#,
            slot("10:00", vec![count(1, 101, 2)])
        )));
        let outcome = program.run(&format!("{ONE_DAY} --json")).expect(3);
        let said = line(&outcome.json()["syncs"][0]);
        assert!(said.starts_with(&format!("participants {DAY} completed: 2 processed, 1 unchanged, 1 errored; ")), "{said}");
        assert!(said.contains("warning absence_not_judged"), "{said}");
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 3);
    }
}
