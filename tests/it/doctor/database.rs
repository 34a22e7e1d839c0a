//! The group database on PostgreSQL: each right by name, standbys, limits, poolers, encodings, languages.

use super::{api, not_ok, one, stops_a_pass};
use crate::support::{Database, Examsync, MockApi, data, on_both_databases, postgres};

/// The program on the cluster's database, as another role.
fn as_role(database: &Database, api: &MockApi, role: &str) -> Examsync {
    let url = database.url().replace("postgres@", &format!("{role}@"));
    Examsync::new(database, api).env("DATABASE_URL", &url)
}

/// A role that may do this in a database, by a name of its own.
fn role(database: &Database, grants: &str) -> String {
    let role = format!("doctor_{}", database.text("SELECT current_database()"));
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    database.execute(&grants.replace("$role", &role));
    role
}

const ALL: &str = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $role";

on_both_databases! {
    fn a_database_that_a_pass_can_work_on_is_well_and_is_left_as_it_is(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        let before = database.dump_with_logs();
        let outcome = program.run("doctor --json").expect(0);
        assert_eq!(not_ok(&outcome, "database"), [""; 0]);
        assert_eq!(database.dump_with_logs(), before);
    }

    fn tables_that_are_not_current_stop_a_pass(database) {
        database.migrate();
        let program = Examsync::new(database, &api());
        program.run("migrate --revert").expect(0);
        let outcome = stops_a_pass(&program, "database", "tables", 10);
        let told = not_ok(&outcome, "database");
        assert!(told[0].starts_with("fail tables: migrations are pending") && told[0].ends_with("migrate`"), "{told:?}");
        program.run("migrate").expect(0);
        database.execute("ALTER TABLE rooms RENAME COLUMN capacity TO seats");
        let outcome = stops_a_pass(&program, "database", "tables", 10);
        assert!(not_ok(&outcome, "database")[0].contains("column rooms.capacity"), "{outcome:?}");
    }

    fn tables_of_another_program_stop_a_pass(database) {
        database.execute("CREATE TABLE rooms (x text)");
        let outcome = stops_a_pass(&Examsync::new(database, &api()), "database", "tables", 10);
        assert!(not_ok(&outcome, "database")[0].contains("examsync did not make: rooms"), "{outcome:?}");
    }
}

/// What passes do with each table, and of it what a pass of halls, with nothing new to it, ends with 10 without.
const RIGHTS: [(&str, &str, &str); 10] = [
    ("buildings", "SELECT INSERT UPDATE", "SELECT UPDATE"),
    ("rooms", "SELECT INSERT UPDATE", "SELECT UPDATE"),
    ("participants", "SELECT INSERT UPDATE", "SELECT"),
    ("sync_logs", "SELECT INSERT UPDATE DELETE", "SELECT INSERT UPDATE DELETE"),
    ("audit_logs", "INSERT", ""),
    ("notifications", "INSERT", ""),
    ("alerts", "SELECT INSERT UPDATE DELETE", "SELECT DELETE"),
    ("alert_scopes", "SELECT INSERT UPDATE DELETE", "SELECT INSERT UPDATE"),
    ("outbox", "SELECT INSERT UPDATE DELETE", "SELECT DELETE"),
    ("validators", "SELECT INSERT DELETE", "SELECT DELETE"),
];

#[test]
fn each_right_that_is_missing_is_10_as_of_a_pass_and_is_named_with_its_grant() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    api.with_etags();
    let role = role(&database, ALL);
    let program = as_role(&database, &api, &role);
    program.run("halls").expect(0);
    assert_eq!(not_ok(&program.run("doctor --json").expect(0), "database"), [""; 0]);
    for (table, needed, by_halls) in RIGHTS {
        for right in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            let (is_needed, stops) =
                (needed.split(' ').any(|one| one == right), by_halls.split(' ').any(|one| one == right));
            database.execute(&format!("REVOKE {right} ON {table} FROM {role}"));
            let outcome = program.run("doctor --json").expect(if is_needed { 10 } else { 0 });
            let grant = format!("run as the owner of the tables: `GRANT {right} ON {table} TO {role};`");
            let told = format!("fail rights: {role} has no {right} on {table} | {grant}");
            assert_eq!(not_ok(&outcome, "database"), vec![told; usize::from(is_needed)], "{right} {table}");
            program.run("halls").expect(if stops { 10 } else { 0 });
            database.execute(&format!("GRANT {right} ON {table} TO {role}"));
        }
    }
    let name = database.text("SELECT current_database()");
    database.execute(&format!("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"));
    // Where nothing is new there is nothing to stage.
    program.run("halls").expect(0);
    api.halls(data::halls_feed(2, 3));
    stops_a_pass(&program, "database", "rights", 10);
}

#[test]
fn a_database_that_is_read_only_stops_a_pass() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let name = database.text("SELECT current_database()");
    database.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    let outcome = stops_a_pass(&Examsync::new(&database, &api()), "database", "read-only", 10);
    assert_eq!(
        not_ok(&outcome, "database"),
        [
            "fail read-only: the database is read-only: cannot execute SELECT FOR UPDATE in a read-only transaction | point \
          DATABASE_URL at the primary, with several hosts add target_session_attrs=read-write (where it is the primary, run \
          in psql: ALTER ROLE postgres SET default_transaction_read_only = off)"
        ]
    );
}

#[test]
fn a_hot_standby_stops_a_pass() {
    let Some(primary) = postgres::Cluster::start(&["wal_level = replica"]) else { return };
    let database = Database::in_cluster(&primary);
    database.migrate();
    let standby = primary.start_standby();
    let url = standby.url(&database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api()).env("DATABASE_URL", &url);
    let outcome = stops_a_pass(&program, "database", "read-only", 10);
    assert_eq!(not_ok(&outcome, "database").len(), 1, "{outcome:?}");
}

#[test]
fn a_server_that_is_not_there_or_refuses_ends_as_a_pass_does() {
    let Some(cluster) = postgres::shared() else { return };
    let Some(database) = Database::postgres() else { return };
    let api = api();
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().display().to_string().replace('/', "%2F");
    for (url, code) in [
        (format!("postgres://u@{nowhere}/x"), 75),
        (database.url().replace("postgres@", "no_such_role:canary@"), 12),
        (cluster.url("no_such_database"), 10),
        (format!("{}?sslmode=require", database.url()), 0),
    ] {
        let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
        if code == 0 {
            database.migrate();
            program.run("doctor").expect(0);
            continue;
        }
        let outcome = stops_a_pass(&program, "database", "reachable", code);
        assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
        assert_eq!(not_ok(&outcome, "database").len(), 1, "{outcome:?}");
    }
}

#[test]
fn a_role_that_may_have_one_connection_only_stops_a_pass() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let role = role(&database, ALL);
    database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 1"));
    let outcome = stops_a_pass(&as_role(&database, &api(), &role), "database", "two connections", 10);
    assert_eq!(
        not_ok(&outcome, "database"),
        [format!(
            "fail two connections: a pass needs two connections, one of them for its lock, and CONNECTION LIMIT allows one \
             | run in psql: ALTER ROLE {role} CONNECTION LIMIT 10;"
        )]
    );
}

#[test]
fn another_encoding_than_utf8_stops_a_pass() {
    let Some(cluster) = postgres::shared() else { return };
    let Some(database) = Database::postgres() else { return };
    let name = format!("{}_latin1", database.text("SELECT current_database()"));
    database.execute(&format!(
        "CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    ));
    let program = Examsync::new(&database, &api()).env("DATABASE_URL", &cluster.url(&name));
    stops_a_pass(&program, "database", "encoding", 10);
}

#[test]
fn a_pooler_is_seen_and_stops_nothing() {
    let Some(cluster) = postgres::Cluster::start(&[]) else { return };
    let Some(pooler) = postgres::Pgbouncer::start(&cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let direct = Examsync::new(&database, &api());
    let pooled = direct.clone().env("DATABASE_URL", &pooler.url(&database.text("SELECT current_database()")));
    let said = |program: &Examsync| {
        let outcome = program.run("doctor --json").expect(0);
        assert_eq!(not_ok(&outcome, "database"), [""; 0]);
        one(&outcome, "database", "pooler")["message"].clone()
    };
    assert_eq!(said(&direct), "none was seen");
    assert_eq!(said(&pooled), "there is a pooler in transaction mode, which suits passes");
}

#[test]
fn messages_in_another_language_stop_no_pass_and_policies_do() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let role = role(&database, ALL);
    let name = database.text("SELECT current_database()");
    database.execute(&format!("ALTER DATABASE {name} SET lc_messages = 'C.UTF-8'"));
    let program = as_role(&database, &api(), &role);
    assert_eq!(not_ok(&program.run("doctor --json").expect(0), "database"), [""; 0]);
    database.execute(&format!(
        "ALTER TABLE rooms ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON rooms TO {role} USING (true)"
    ));
    let outcome = program.run("doctor --json").expect(10);
    let told = not_ok(&outcome, "database");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("row security") && told[0].contains(&format!("ALTER ROLE {role} BYPASSRLS")),
        "{told:?}"
    );
}
