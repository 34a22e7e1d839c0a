//! The exam season from one cron line: dates that are left for later cost no request.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::json;

use crate::participants::prepared;
use crate::scene::noon;
use crate::support::data::{count, slot};
use crate::support::program::catches_term;
use crate::support::{Answer, Database, on_both_databases, wait_until};
use crate::syncs::{fine, logs};

const ALERT_OF_THE_PAST: &str =
    "INSERT INTO alerts (command, exam_date, kind, opened_at, last_sent_at, failures, message)
     VALUES ('participants', '2020-06-01', 'failure', '2020-05-31 08:00:00.000', '2020-05-31 08:00:00.000', 4, 'x')";

on_both_databases! {
    fn a_date_without_participants_is_looked_at_again_only_after_the_idle_interval(database) {
        let (api, program) = prepared(database);
        api.participants("2099-06-02", json!([slot("09:00", vec![count(1, 101, 5)])]));
        let both = "participants --date 2099-06-01..2099-06-02 --idle-interval 6h";
        // Never pulled: not idle, whatever is known of it.
        fine(&program, both, &[
            "participants 2099-06-01 completed: nothing",
            "participants 2099-06-02 completed: 1 processed, 1 created",
        ]);
        api.forget_requests();
        let outcome = fine(&program, both, &[
            "participants 2099-06-01 skipped: nothing",
            "participants 2099-06-02 completed: 1 processed, 1 unchanged",
        ]);
        assert_eq!(outcome.json()["status"], "completed");
        assert_eq!(api.requests().len(), 1);
        let outcome = fine(
            &program,
            "participants --date 2099-06-01 --idle-interval 6h",
            &["participants 2099-06-01 skipped: nothing"],
        );
        assert_eq!(outcome.json()["status"], "skipped");
        assert_eq!(program.run("participants --date 2099-06-01 --idle-interval 6h").expect(0).stdout, "");
        assert_eq!(api.requests().len(), 1);
        let log_rows = logs(database).len();
        // A pass that failed does not count as a look, and six hours on it is time again.
        let old = (Utc::now() - TimeDelta::hours(6)).format("%Y-%m-%d %H:%M:%S%.3f");
        database.execute(&format!("UPDATE sync_logs SET completed_at = '{old}'"));
        api.participants("2099-06-01", Answer::status(404));
        let _ = program.run("participants --date 2099-06-01 --idle-interval 6h").expect(13);
        api.participants("2099-06-01", json!([]));
        fine(
            &program,
            "participants --date 2099-06-01 --idle-interval 6h",
            &["participants 2099-06-01 completed: nothing"],
        );
        assert_eq!(api.requests().len(), 3);
        assert_eq!(logs(database).len(), log_rows + 2, "a date that is skipped leaves no log row");
    }

    fn a_pass_of_when_the_clock_was_ahead_makes_no_date_idle(database) {
        let (_api, program) = prepared(database);
        let idle = "participants --date 2099-06-01 --idle-interval 6h";
        fine(&program, idle, &["participants 2099-06-01 completed: nothing"]);
        database.execute("UPDATE sync_logs SET completed_at = '2098-01-01 00:00:00.000'");
        fine(&program, idle, &["participants 2099-06-01 completed: nothing"]);
        fine(&program, idle, &["participants 2099-06-01 skipped: nothing"]);
    }

    fn a_date_that_is_skipped_waits_for_no_lock_and_closes_what_is_open_of_the_past(database) {
        let (api, program) = prepared(database);
        let idle = "participants --date 2099-06-01 --idle-interval 6h --lock-wait 1h";
        fine(&program, idle, &["participants 2099-06-01 completed: nothing"]);
        let hold = api.hold("/api/external-app/room-participants/2099-06-02");
        let other = program.spawn("participants --date 2099-06-02");
        hold.arrived();
        database.execute(ALERT_OF_THE_PAST);
        fine(&program, idle, &["participants 2099-06-01 skipped: nothing"]);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
        drop(hold);
        let _ = other.wait();
    }

    fn a_date_whose_participants_all_went_is_idle_too(database) {
        let (api, program) = prepared(database);
        api.participants("2099-06-01", json!([slot("09:00", vec![count(1, 101, 5)])]));
        let idle = "participants --date 2099-06-01 --idle-interval 6h";
        fine(&program, idle, &["participants 2099-06-01 completed: 1 processed, 1 created"]);
        fine(&program, idle, &["participants 2099-06-01 completed: 1 processed, 1 unchanged"]);
        database.execute("UPDATE participants SET is_active = false, deleted_at = '2026-01-01 00:00:00.000'");
        fine(&program, idle, &["participants 2099-06-01 skipped: nothing"]);
    }

    fn only_dates_on_which_an_exam_starts_soon_are_taken(database) {
        let (api, program) = prepared(database);
        let (zone, today) = noon();
        let program = program.env("SYNC_TIMEZONE", &zone);
        // It is between 12:00 and 13:00.
        let feed = |time: &str| json!([slot(time, vec![count(1, 101, 5)]), slot("09:00", vec![count(1, 102, 5)])]);
        api.participants(&today, feed("15:00"));
        let arguments = "participants --date today --date 2099-06-01 --starting-within";
        let skipped = [format!("participants {today} skipped: nothing"), "participants 2099-06-01 skipped: nothing".to_owned()];
        let skipped = skipped.each_ref().map(String::as_str);
        fine(&program, &format!("{arguments} 4h"), &skipped);
        assert_eq!(api.requests().len(), 0, "nothing is known of the day yet, so nothing starts");
        fine(&program, "participants --date today", &[&format!("participants {today} completed: 2 processed, 2 created")]);
        api.forget_requests();
        let taken = format!("participants {today} completed: 2 processed, 2 unchanged");
        fine(&program, &format!("{arguments} 4h"), &[&taken, skipped[1]]);
        assert_eq!(api.requests().len(), 1);
        fine(&program, &format!("{arguments} 1h"), &skipped);
        // An exam that is not active does not start.
        database.execute("UPDATE participants SET is_active = false, deleted_at = '2026-01-01 00:00:00.000'
            WHERE start_time = '15:00:00'");
        fine(&program, &format!("{arguments} 4h"), &skipped);
        assert_eq!(api.requests().len(), 1);
    }
}

#[test]
fn a_look_that_skips_every_date_waits_for_no_writer_and_hears_a_signal() {
    let database = Database::sqlite();
    let (_api, program) = prepared(&database);
    database.execute(ALERT_OF_THE_PAST);
    let mut other = database.session();
    other.execute("BEGIN IMMEDIATE");
    // What is left to tidy up is no reason to fail.
    let program = program.env("SYNC_TIMEOUT", "300ms");
    program.run("participants --date 2099-06-01 --starting-within 1h").expect(0);
    let program = program.env("SYNC_TIMEOUT", "1h").limit(Duration::from_secs(20));
    let running = program.spawn("participants --date 2099-06-01 --starting-within 1h");
    wait_until("it hears signals", || catches_term(running.id()));
    running.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    other.execute("COMMIT");
    running.wait().expect(143);
}
