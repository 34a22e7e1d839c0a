//! Passes that died without a word count as failures, too.

use super::{fail_halls, feed, told, with_webhook};
use crate::support::mock_api::{HALLS, hall_rooms};
use crate::support::{Database, Examsync, MockApi, on_both_databases};

/// Kills a command while it waits for this answer.
fn kill(api: &MockApi, program: &Examsync, arguments: &str, path: &str) {
    let hold = api.hold(path);
    let mut running = program.spawn(arguments);
    hold.arrived();
    running.kill();
    let _ = running.wait();
}

fn failures(database: &Database) -> Vec<String> {
    database.rows("SELECT command, scope, failures FROM alert_scopes ORDER BY command, scope")
}

on_both_databases! {
    fn the_fourth_halls_pass_that_is_killed_opens_an_alert(database) {
        let (api, program) = with_webhook(database);
        // Whoever is killed holds the lock until the server has noticed.
        for _ in 0..4 {
            kill(&api, &program, "halls --lock-wait 20s", HALLS);
        }
        assert_eq!(failures(database), ["halls|all|3"]);
        fail_halls(&api);
        program.run("halls --lock-wait 20s").expect(75);
        assert_eq!((failures(database), told(&api)), (vec!["halls|all|5".to_owned()], vec!["opened failure halls -".to_owned()]));
        let message = database.text("SELECT message FROM notifications");
        assert_eq!(message, "interrupted: the pass was killed before it could record its outcome");
        api.halls(feed());
        program.run("halls").expect(0);
        assert_eq!(told(&api).last().unwrap(), "recovered failure halls -");
    }

    fn a_killed_rooms_pass_is_counted_for_rooms_and_a_date_for_the_date(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        kill(&api, &program, "rooms", &hall_rooms(1));
        kill(&api, &program, "participants --date 2099-06-01", &crate::support::mock_api::participants("2099-06-01"));
        fail_halls(&api);
        api.participants("2099-06-02", serde_json::json!([]));
        program.run("participants --date 2099-06-02 --lock-wait 20s").expect(0);
        program.run("halls --lock-wait 20s").expect(75);
        assert_eq!(
            failures(database),
            ["halls|all|1", "participants|2099-06-01|1", "participants|2099-06-02|0", "rooms|all|1"]
        );
    }

    fn a_failure_that_was_counted_in_time_is_not_counted_again_when_its_row_is_closed(database) {
        let (api, program) = with_webhook(database);
        fail_halls(&api);
        program.run("halls").expect(75);
        // As of a worker that was given up: its command counted the failure, and its rows stayed.
        database.execute("UPDATE sync_logs SET status = 'in_progress', completed_at = NULL");
        program.run("halls").expect(75);
        assert_eq!(failures(database), ["halls|all|2"]);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'"), 0);
    }
}
