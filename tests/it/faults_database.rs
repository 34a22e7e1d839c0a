//! Database: not there, refused, full, locked, lost in the middle of a pass (contract §4, §7; tests/FAULTS.md).

use std::os::unix::fs::MetadataExt;

use serde_json::{Value, json};

use crate::scene::{assert_told, plan};
use crate::support::mock_api::{HALLS, participants};
use crate::support::{Database, Examsync, Kind, MockApi, data, on_both_databases, postgres, wait_until};

mod lost;
pub(crate) mod setup;
pub(crate) mod tmpfs;

fn halls() -> Value {
    json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)])])
}

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(halls());
    api
}

fn statuses(database: &Database) -> Vec<String> {
    database.rows("SELECT status, count(*) FROM sync_logs GROUP BY status ORDER BY status")
}

#[test]
fn what_others_do_with_the_sqlite_file_during_a_pass_takes_nothing_from_it() {
    let (database, api) = (Database::sqlite(), api());
    database.migrate();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    let path = participants("2099-06-01");
    api.participants("2099-06-01", json!([data::slot("09:00", vec![data::count(1, 11, 5)])]));
    let hold = api.hold(&path);
    let running = program.spawn("participants --date 2099-06-01");
    hold.arrived();
    // Whoever is the last to close the file takes its log away, unless others are known to have it open: by a lock
    // that closing any other handle of it would give up (fcntl(2)).
    let inode = format!(":{} ", database.file().metadata().unwrap().ino());
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    assert!(locks.lines().any(|lock| lock.contains("POSIX") && lock.contains(&inode)), "{inode} in\n{locks}");
    let mut application = database.session();
    application.execute("UPDATE rooms SET description = 'by the door'");
    hold.release();
    running.wait().expect(0);
    drop(application);
    assert_eq!(
        database.rows("SELECT r.description, p.participant_count FROM rooms AS r JOIN participants AS p ON p.room_id = r.id"),
        ["by the door|5"]
    );
    assert_eq!(database.text("PRAGMA integrity_check"), "ok");
}

#[test]
fn limits_that_are_longer_than_postgresql_can_count_are_its_longest() {
    let Some(database) = Database::postgres() else { return };
    let api = api();
    database.migrate();
    let program = Examsync::new(&database, &api).env("SYNC_DEADLINE", "60d").env("SYNC_TIMEOUT", "60d");
    program.run("halls").expect(0);
}

#[test]
fn a_foreign_lock_on_a_table_is_waited_for_and_then_told() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api).env("SYNC_TIMEOUT", "2s");
    program.run("halls").expect(0);
    let before = database.dump();
    api.halls(json!([data::hall(1, "New", vec![data::room(11, "A", 31)])]));
    for table in ["rooms", "sync_logs"] {
        let mut other = database.session();
        let hold = api.hold(HALLS);
        let running = program.spawn("halls");
        hold.arrived();
        other.execute(&format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"));
        hold.release();
        assert_told(
            running.wait(),
            75,
            "another session holds a lock in the database: canceling statement due to lock timeout; \
             pg_locks shows which",
        );
        other.execute("ROLLBACK");
    }
    let mut other = database.session();
    other.execute("BEGIN; LOCK TABLE sync_logs IN ACCESS EXCLUSIVE MODE");
    let outcome = program.run("halls").expect(75);
    assert!(outcome.stderr.contains("due to lock timeout"), "{}", outcome.stderr);
    other.execute("ROLLBACK");
    assert_eq!(database.dump(), before);
    program.run("halls").expect(0);
    assert_eq!(database.rows("SELECT name FROM buildings"), ["New"]);
}

#[test]
fn a_busy_sqlite_file_is_waited_for_and_then_told() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api).env("SYNC_TIMEOUT", "2s");
    program.run("halls").expect(0);
    let before = database.dump();
    api.halls(json!([data::hall(1, "New", vec![data::room(11, "A", 31)])]));
    let mut other = database.session();
    let hold = api.hold(HALLS);
    let running = program.spawn("halls");
    hold.arrived();
    other.execute("BEGIN IMMEDIATE");
    hold.release();
    assert_told(
        running.wait(),
        75,
        "the SQLite file is busy, another program is writing to it: database is locked",
    );
    other.execute("COMMIT");
    assert_eq!(database.dump(), before);
    program.run("halls").expect(0);
    assert_eq!(statuses(&database), ["completed|4", "failed|2"]);
}

#[test]
fn a_serialization_failure_goes_back_to_the_staged_feed_three_times() {
    for (failures, code) in [(3, 0), (4, 75)] {
        let Some(database) = Database::postgres() else { return };
        database.migrate();
        // A sequence is not rolled back, so it counts the tries.
        database.execute(&format!(
            "CREATE SEQUENCE tries;
             CREATE FUNCTION contend() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
                 IF nextval(''tries'') <= {failures} THEN
                     RAISE EXCEPTION ''could not serialize access'' USING ERRCODE = ''40001'';
                 END IF; RETURN NULL; END';
             CREATE TRIGGER contend AFTER INSERT ON rooms FOR EACH STATEMENT EXECUTE FUNCTION contend()"
        ));
        let api = api();
        let outcome = Examsync::new(&database, &api).run("halls").expect(code);
        assert_eq!(database.number("SELECT last_value FROM tries"), 4);
        assert_eq!(api.count(HALLS), 1, "what was pulled is kept");
        assert_eq!(database.number("SELECT count(*) FROM rooms"), i64::from(code == 0));
        if code != 0 {
            assert_told(outcome, 75, "another transaction got in the way: could not serialize access");
        }
    }
}

#[test]
fn a_real_deadlock_is_merged_again() {
    // The pass is the one that looks for deadlocks, long after the other waits for it.
    let Some(cluster) = postgres::Cluster::start(&["deadlock_timeout = 5s"]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    api.halls(json!([data::hall(1, "New", vec![data::room(11, "A", 31)])]));
    let mut other = database.session();
    other.execute("SET deadlock_timeout = '1h'; BEGIN; UPDATE rooms SET description = 'x'");
    let running = program.spawn("halls");
    // The pass has updated the hall and waits for the room; now the other waits for the hall.
    let mut looking = database.session();
    wait_until("the pass waits for the room", || {
        looking.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
    });
    other.execute("UPDATE buildings SET description = 'x'; COMMIT");
    running.wait().expect(0);
    assert_eq!(
        database.rows("SELECT b.name, b.description, r.capacity, r.description FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id"),
        ["New|x|31|x"]
    );
    assert_eq!(api.count(HALLS), 2);
    assert!(std::fs::read_to_string(cluster.folder().join("log")).unwrap().contains("deadlock detected"));
}

on_both_databases! {
    fn a_full_disk_loses_nothing_and_is_told(database) {
        let Some(disk) = tmpfs::Tmpfs::mount(2) else { return };
        // The disk goes with the test: a cluster of its own is all that has a tablespace on it.
        let cluster = match database.kind() {
            Kind::Sqlite => None,
            Kind::Postgres => postgres::Cluster::start(&[]),
        };
        let kept = cluster.as_ref().map_or_else(|| Database::sqlite_in(disk.path()), Database::in_cluster);
        let (database, api) = (&kept, api());
        database.migrate();
        if cluster.is_some() {
            postgres::own(disk.path());
            database.execute(&format!("CREATE TABLESPACE tiny LOCATION '{}'", disk.path().display()));
            database.execute("ALTER TABLE buildings SET TABLESPACE tiny");
            database.execute("ALTER TABLE rooms SET TABLESPACE tiny");
        }
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        let before = database.dump();
        let mut many = data::halls(500, 40);
        many.as_array_mut().unwrap().push(data::hall(100_001, "x", vec![data::room(11, "A", 30)]));
        api.halls(many);
        // So many rooms where one is are let through by their plan only.
        let plan = plan(&program.run("halls --dry-run --json").expect(4));
        let outcome = program.run(&format!("halls --approve {plan}")).expect(75);
        assert!(outcome.stderr.contains("the database has run out of space"), "{}", outcome.stderr);
        assert_eq!(database.dump(), before);
        api.halls(halls());
        program.run("halls").expect(0);
        assert_eq!(statuses(database), ["completed|4", "failed|2"]);
    }
}
