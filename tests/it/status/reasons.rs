//! What is red anywhere is a reason for being unhealthy, and what is past is none.

use serde_json::json;

use super::World;
use crate::support::{Answer, on_both_databases};

/// The colour of errors on a terminal.
const RED: &str = "\u{1b}[31m";

/// How many red words and badges the two pages for people have.
fn reds(world: &World<'_>) -> [usize; 2] {
    let text = world.status().run("status --color always").expect(0).stdout;
    let page = world.status().run("status --format html").expect(0).stdout;
    [text.matches(RED).count(), page.matches("badge bad").count()]
}

on_both_databases! {
    fn nothing_is_red_while_all_is_well(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(2, &[("09:00", 5)]);
        world.pull("participants --days 3", 0);
        // One failure of a fresh date, and a date that is old because nobody asks for it.
        world.api.participants(&world.date(1), Answer::status(404));
        world.pull("participants --date tomorrow", 13);
        world.age(200, &format!("metadata ->> 'exam_date' = '{}'", world.date(2)));
        assert_eq!(world.json("")["healthy"], json!(true));
        assert_eq!(world.json("")["exam_dates"][2]["freshness"], json!("critical"));
        assert_eq!(world.json("")["exam_dates"][2]["judged"], json!(false));
        assert_eq!(reds(&world), [0, 0]);
        world.age(27 * 60, "sync_type = 'exam_halls'");
        assert_eq!(world.json("")["problems"], json!(["exam_halls: stale, the last good pass was 27 h ago"]));
        // The head and the row of the halls.
        assert_eq!(reds(&world), [2, 1]);
    }

    fn dates_that_fail_of_the_same_are_one_reason(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(2, &[("09:00", 5)]);
        world.sits(3, &[("09:00", 5)]);
        world.pull("participants --days 4", 0);
        world.age(100, &format!("scope IN ('{}', '{}')", world.date(2), world.date(3)));
        for days in [2, 3] {
            world.api.participants(&world.date(days), Answer::status(404));
        }
        world.pull("participants --days 4", 3);
        let dates = format!("{}, {}", world.date(2), world.date(3).rsplit_once('-').unwrap().1);
        let expected = format!(
            "participants of 2 of 4 dates ({dates}): stale, the last good pass was 1 h 40 min ago, 1 pass failed since"
        );
        let problems = &world.json("")["problems"];
        // At the end of a month the second date is longer.
        assert_eq!(problems.as_array().unwrap().len(), 1, "{problems}");
        assert_eq!(problems[0].as_str().unwrap().split_once("): "), expected.split_once("): ").map(|(_, why)| {
            (problems[0].as_str().unwrap().split_once("): ").unwrap().0, why)
        }));
    }

    fn what_is_past_is_not_shown(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(-1, &[("09:00", 5)]);
        world.pull(&format!("participants --date {} --date today", world.date(-1)), 0);
        database.execute("UPDATE participants SET sync_status = 'sync_error', sync_error = 'absent'");
        let opened = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        database.execute(&format!(
            "INSERT INTO alerts (command, scope, exam_date, kind, opened_at, last_sent_at, failures, message)
             VALUES ('participants', '{date}', '{date}', 'failure', {opened}, {opened}, 9, 'old')",
            date = world.date(-1)
        ));
        let state = world.json("");
        assert_eq!((&state["healthy"], &state["alerts"]), (&json!(true), &json!([])));
        assert_eq!(state["quality"]["sync_errors"]["count"], json!(0));
        assert_eq!(state["tables"][2], json!({"table": "participants", "active": 1, "inactive": 0, "sync_error": 0}));
        let text = world.status().run("status").expect(0).stdout;
        assert!(!text.contains("Rows in error:") && !text.contains("Open alerts"), "{text}");
        // Whoever asks for the date sees it.
        let day = world.json(&format!("--date {}", world.date(-1)));
        assert_eq!((&day["sync_errors"]["count"], &day["alerts"][0]["message"]), (&json!(1), &json!("old")));
    }

    fn a_date_that_was_never_pulled_is_not_mixed_with_one_that_is_old(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(2, &[("09:00", 5)]);
        world.pull("participants --days 3", 0);
        world.age(100, &format!("scope = '{}'", world.date(2)));
        for days in [2, 3] {
            world.api.participants(&world.date(days), Answer::status(404));
        }
        world.pull("participants --days 4", 3);
        assert_eq!(world.json("")["problems"], json!([
            format!("participants of {}: stale, the last good pass was 1 h 40 min ago, 1 pass failed since", world.date(2)),
            format!("participants of {}: never synced, 1 pass failed", world.date(3)),
        ]));
    }

    fn what_an_alert_says_of_a_row_stands_there_alone(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(2, &[("09:00", 5), ("14:00", 6)]);
        world.pull("participants --days 3", 0);
        world.sits(2, &[("09:00", 5), ("14:00", -1)]);
        world.pull("participants --days 3", 3);
        for format in ["text", "html"] {
            let page = world.status().run(&format!("status --format {format}")).expect(0).stdout;
            assert_eq!(page.matches("participantCount").count(), 1, "{page}");
            assert!(page.contains("Rows in error: 1") && page.contains("participants 11 ("), "{page}");
        }
        // Without the alert the row says why.
        world.database.execute("DELETE FROM alerts");
        let page = world.status().run("status").expect(0).stdout;
        assert_eq!(page.matches("participantCount").count(), 1, "{page}");
    }
}
