//! Overlap: two passes at once, dead holders, poolers (contract §4, §7; tests/FAULTS.md).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::mock_api::{HALLS, hall_rooms, participants};
use crate::support::postgres::{self, Pgbouncer};
use crate::support::{Database, Examsync, MockApi, data, on_both_databases};

const DATE: &str = "2099-06-01";

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)])]));
    api.hall_rooms(1, json!([data::room(11, "A", 30)]));
    api.participants(DATE, day());
    api
}

fn day() -> Value {
    json!([data::slot("09:00", vec![data::count(1, 11, 20)])])
}

/// What the second of two is told, volatile parts replaced.
fn told_locked(database: &Database, sync_type: &str, command: &str) -> String {
    let session = database.pick(
        "",
        "; in the database role postgres on the server's own machine, application examsync, since [time]",
    );
    format!(
        "exit code 11\nstdout:\n\nstderr:\nexamsync: error: another {sync_type} pass has been running since \
         [time] on [host] (by [operator], cron{session}); wait for it with --lock-wait, or skip this one with \
         --skip-if-locked\nexamsync: in {command}, run [uuid]"
    )
}

fn program(database: &Database, api: &MockApi) -> Examsync {
    // A pass that waits at a hold is not to give up and ask again.
    Examsync::new(database, api).env("USER", "clerk-of-this-test").env("SYNC_TIMEOUT", "5m")
}

fn shown(snapshot: &str) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    snapshot
        .replace(&format!("on {} ", host.trim()), "on [host] ")
        .replace("clerk-of-this-test", "[operator]")
}

on_both_databases! {
    fn the_second_of_two_passes_is_told_since_when_and_where_the_first_runs(database) {
        database.migrate();
        let api = api();
        let hold = api.hold(HALLS);
        let program = program(database, &api);
        let first = program.spawn("halls");
        hold.arrived();
        assert_eq!(shown(&program.run("halls").expect(11).snapshot()), told_locked(database, "exam_halls", "halls"));
        let skipped = program.run("halls --skip-if-locked").expect(0);
        assert_eq!((skipped.stdout.as_str(), skipped.stderr.as_str()), ("", ""));
        let skipped = program.run("halls --skip-if-locked --json").expect(0).json();
        assert_eq!(
            (&skipped["status"], &skipped["syncs"][0]["status"], &skipped["syncs"][1]["status"]),
            (&json!("skipped"), &json!("skipped"), &json!("skipped"))
        );
        let document = program.run("halls --json").expect(11).json();
        assert_eq!(
            (&document["exit_code"], &document["status"], &document["error"]["kind"]),
            (&json!(11), &json!("failed"), &json!("locked"))
        );
        let gave_up = program.run("halls --lock-wait 300ms").expect(11);
        assert!(gave_up.took >= Duration::from_millis(300), "it did not wait: {:?}", gave_up.took);
        assert_eq!(api.count(HALLS), 1, "who is locked out asks nothing");
        let mut waiting = program.spawn("halls --lock-wait 1m -vv");
        waiting.wait_for_stderr("waiting for the lock");
        hold.release();
        first.wait().expect(0);
        waiting.wait().expect(0);
        assert_eq!(
            database.rows("SELECT status, count(*) FROM sync_logs GROUP BY status"),
            ["completed|4"]
        );
    }

    fn halls_and_rooms_exclude_each_other_and_participants_neither(database) {
        database.migrate();
        let api = api();
        let program = program(database, &api);
        program.run("halls").expect(0);
        let hold = api.hold(&hall_rooms(1));
        let rooms = program.spawn("rooms");
        hold.arrived();
        assert_eq!(shown(&program.run("halls").expect(11).snapshot()), told_locked(database, "hall_rooms", "halls"));
        program.run(&format!("participants --date {DATE}")).expect(0);
        hold.release();
        rooms.wait().expect(0);

        let hold = api.hold(HALLS);
        let halls = program.spawn("halls");
        hold.arrived();
        assert_eq!(shown(&program.run("rooms").expect(11).snapshot()), told_locked(database, "hall_rooms", "rooms"));
        program.run(&format!("participants --date {DATE}")).expect(0);
        hold.release();
        halls.wait().expect(0);

        let hold = api.hold(&participants(DATE));
        let date = program.spawn(&format!("participants --date {DATE}"));
        hold.arrived();
        program.run("halls").expect(0);
        program.run("rooms").expect(0);
        program.run(&format!("participants --date {DATE}")).expect(11);
        hold.release();
        date.wait().expect(0);
    }

    fn the_lock_of_a_killed_pass_is_free_and_its_log_rows_are_closed_by_the_next(database) {
        database.migrate();
        let api = api();
        let program = program(database, &api);
        let hold = api.hold(HALLS);
        let mut first = program.spawn("halls");
        hold.arrived();
        first.kill();
        first.wait().expect(-9);
        hold.release();
        program.run("halls --lock-wait 10s").expect(0);
        let died = "interrupted: the pass was killed before it could record its outcome";
        assert_eq!(
            database.rows("SELECT sync_type, status, error_message FROM sync_logs ORDER BY id"),
            [
                format!("exam_halls|failed|{died}"),
                format!("hall_rooms|failed|{died}"),
                "exam_halls|completed|null".into(),
                "hall_rooms|completed|null".into(),
            ]
        );
    }

    fn a_row_that_a_dead_halls_pass_left_is_not_taken_for_the_pass_that_locks(database) {
        database.migrate();
        let api = api();
        let program = program(database, &api);
        program.run("halls").expect(0);
        // Of a type that the rooms pass does not lock, and so does not close.
        database.execute(
            "INSERT INTO sync_logs (run_id, sync_type, status, started_at, created_at, updated_at)
             VALUES ('00000000-0000-4000-8000-000000000000', 'exam_halls', 'in_progress',
                     '2001-01-01 00:00:00.000', '2001-01-01 00:00:00.000', '2001-01-01 00:00:00.000')",
        );
        let hold = api.hold(&hall_rooms(1));
        let rooms = program.spawn("rooms");
        hold.arrived();
        assert_eq!(shown(&program.run("halls").expect(11).snapshot()), told_locked(database, "hall_rooms", "halls"));
        hold.release();
        rooms.wait().expect(0);
    }
}

#[test]
fn behind_pgbouncer_in_transaction_mode_passes_work_and_nothing_strands() {
    let Some(cluster) = postgres::Cluster::start(&[]) else { return };
    let Some(pooler) = Pgbouncer::start(&cluster) else { return };
    let database = Database::in_cluster(&cluster);
    let name = database.text("SELECT current_database()");
    let api = api();
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &pooler.url(&name));
    program.run("migrate").expect(0);
    program.run("halls").expect(0);
    program.run("halls").expect(0);
    program.run("rooms").expect(0);
    let dates = "participants --date 2099-06-01..2099-06-05";
    program.run(dates).expect(0);
    program.run(dates).expect(0);
    assert_eq!(nothing_strands(&database), ["0|0"]);
    assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 1);

    let hold = api.hold(HALLS);
    let mut killed = program.spawn("halls");
    hold.arrived();
    program.run("halls").expect(11);
    killed.kill();
    killed.wait().expect(-9);
    hold.release();
    program.run("halls --lock-wait 10s").expect(0);
    assert_eq!(nothing_strands(&database), ["0|0"]);
    assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'"), 0);
}

/// Advisory locks and temporary tables, of whichever connection.
fn nothing_strands(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks,
                (SELECT count(*) FROM pg_class WHERE relpersistence = 't') AS tables",
    )
}
