//! Failover: a URL with two hosts follows the primary (contract §6; tests/FAULTS.md).

use serde_json::json;

use crate::support::{Database, Examsync, MockApi, data, postgres};

#[test]
fn the_next_pass_after_a_failover_goes_to_the_new_primary() {
    let Some(primary) = postgres::Cluster::start(&["wal_level = replica"]) else { return };
    let database = Database::in_cluster(&primary);
    let name = database.text("SELECT current_database()");
    let standby = primary.start_standby();
    let host = |cluster: &postgres::Cluster| cluster.folder().display().to_string().replace('/', "%2F");
    // The standby first, so that a host that is only read is passed by.
    let url = format!(
        "postgres://postgres@{}:5432,{}:5432/{name}?target_session_attrs=read-write",
        host(&standby),
        host(&primary)
    );
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)])]));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    program.run("migrate").expect(0);
    program.run("halls").expect(0);
    wait_for_replay(&database, &standby.url(&name));

    let alone = Examsync::new(&database, &api).env("DATABASE_URL", &standby.url(&name));
    let refused = alone.run("halls").expect(10);
    assert!(refused.stderr.contains("the database is read-only"), "{}", refused.stderr);

    primary.stop_server("fast");
    let outcome = program.env("SYNC_TIMEOUT", "2s");
    let nobody = outcome.run("halls").expect(75);
    assert!(nobody.stderr.contains("the database can't be reached"), "{}", nobody.stderr);

    standby.promote();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "A", 31)])]));
    outcome.run("halls").expect(0);
    let mut new = postgres_session(&standby.url(&name));
    assert_eq!(new.rows("SELECT external_id, capacity FROM rooms"), ["11|31"]);
    assert_eq!(new.rows("SELECT status, count(*) FROM sync_logs GROUP BY status"), ["completed|4"]);
}

fn postgres_session(url: &str) -> crate::support::database::Session {
    crate::support::database::Session::postgres(url)
}

/// The primary is stopped only once the standby has all of it: replication here is asynchronous.
fn wait_for_replay(primary: &Database, standby: &str) {
    let position = primary.text("SELECT pg_current_wal_lsn()::text AS at");
    let mut session = postgres_session(standby);
    let reached = format!("SELECT (pg_last_wal_replay_lsn() >= '{position}'::pg_lsn)::int AS reached");
    for _ in 0..1000 {
        if session.number(&reached) == 1 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the standby does not come to {position}");
}
