//! PostgreSQL as operators have it: counters after a restore, policies, poolers, event triggers (contract §10.4).

mod connections;
mod poolers;

use serde_json::json;

use crate::support::mock_api::HALLS;
use crate::support::postgres::{Cluster, Pgbouncer};
use crate::support::{Database, Examsync, MockApi, data};

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30), data::room(12, "B", 30)])]));
    api
}

/// The error of a run that ends with this code.
fn said(program: &Examsync, arguments: &str, code: i32) -> String {
    let outcome = program.run(arguments).expect(code);
    outcome.stderr.lines().next().unwrap().trim_start_matches("examsync: error: ").to_owned()
}

/// A role that may do what passes need, and its URL.
fn clerk(database: &Database) -> (String, String) {
    let role = format!("clerk_{}", database.text("SELECT current_database()"));
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    ));
    let url = database.url().replace("postgres@", &format!("{role}@"));
    (role, url)
}

const COUNTS: &str =
    "SELECT (SELECT count(*) FROM sync_logs), (SELECT count(*) FROM alerts), (SELECT count(*) FROM rooms)";

#[test]
fn identity_counters_behind_their_tables_are_found_before_anything_is_written() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    let before = database.rows(COUNTS);
    database.execute("ALTER TABLE rooms ALTER id RESTART; ALTER TABLE sync_logs ALTER id RESTART");
    let lines = "SELECT setval(pg_get_serial_sequence('\"public\".rooms', 'id'), 2); \
                 SELECT setval(pg_get_serial_sequence('\"public\".sync_logs', 'id'), 2);";
    let expected = format!(
        "the identity counters of rooms, sync_logs are behind their rows, as after a restore or a switch to a replica; run \
         in psql: {lines}"
    );
    assert_eq!(said(&program, "halls --full", 10), expected);
    let pending = said(&program, "migrate --check", 1);
    assert!(pending.ends_with(&expected), "{pending}");
    assert!(program.run("doctor").expect(10).stdout.contains("setval(pg_get_serial_sequence("));
    // What only reads goes on.
    program.run("status").expect(0);
    // But for the alert that says so.
    let after = database.rows("SELECT (SELECT count(*) FROM sync_logs), (SELECT count(*) FROM rooms)");
    assert_eq!(after, ["2|2"], "{before:?}");
    assert_eq!(api.count(HALLS), 1);
    database.execute(lines);
    program.run("halls --full").expect(0);
    program.run("migrate --check").expect(0);
}

#[test]
fn a_counter_that_is_behind_alone_or_may_not_be_looked_at_is_found_when_its_row_is_refused() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let (_, url_of_clerk) = clerk(&database);
    let owner = Examsync::new(&database, &api);
    owner.run("halls").expect(0);
    database.execute("ALTER TABLE rooms ALTER id RESTART");
    let rooms = [(11, "A"), (12, "B"), (13, "C")].map(|(id, name)| data::room(id, name, 30));
    api.halls(json!([data::hall(1, "Bakı", rooms.to_vec())]));
    let clerk = Examsync::new(&database, &api).env("DATABASE_URL", &url_of_clerk);
    for program in [owner, clerk] {
        let said = said(&program, "halls --full", 10);
        assert!(said.starts_with("the identity counter of rooms is behind its rows, "), "{said}");
        assert!(
            said.ends_with(
                "SELECT setval(pg_get_serial_sequence('rooms', 'id'), (SELECT max(id) FROM rooms));"
            ),
            "{said}"
        );
        database.execute("ALTER TABLE rooms ALTER id RESTART");
    }
}

#[test]
fn a_policy_on_a_table_is_an_error_that_names_table_and_role_and_not_missing_rows() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let (role, url) = clerk(&database);
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    program.run("halls").expect(0);
    database
        .execute("ALTER TABLE rooms ENABLE ROW LEVEL SECURITY; CREATE POLICY all_rows ON rooms USING (true)");
    for arguments in ["halls --full", "status"] {
        let said = said(&program, arguments, 10);
        assert!(said.contains("row-level security policy for table \"rooms\""), "{said}");
        assert!(
            said.contains(&format!("ALTER ROLE {role} BYPASSRLS; or let this role own the tables")),
            "{said}"
        );
    }
    database.execute(&format!("ALTER ROLE {role} BYPASSRLS"));
    program.run("halls --full").expect(0);
}

#[test]
fn a_pooler_in_statement_mode_is_10_with_the_cure() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let Some(pooler) = Pgbouncer::start_in("statement", &cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    let url = pooler.url(&database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    for arguments in ["halls", "migrate", "status"] {
        let said = said(&program, arguments, 10);
        assert!(said.starts_with("the pooler is in statement mode, and a pass is a transaction: "), "{said}");
        assert!(said.ends_with("set pool_mode = transaction for this database in pgbouncer.ini"), "{said}");
    }
}

#[test]
fn an_event_trigger_that_forbids_temporary_tables_is_10_and_named() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    database.execute(
        "CREATE FUNCTION not_now() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'not today'; END$$;
         CREATE EVENT TRIGGER no_ddl ON ddl_command_start EXECUTE FUNCTION not_now()",
    );
    let api = api();
    let said = said(&Examsync::new(&database, &api), "halls", 10);
    assert!(
        said.starts_with(
            "something that another program put on the tables stops the pass: event trigger no_ddl: "
        ),
        "{said}"
    );
    assert!(said.contains("not today"), "{said}");
}

#[test]
fn a_role_that_is_read_only_by_default_is_10_with_the_line_that_ends_it() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let (role, url) = clerk(&database);
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    database.execute(&format!("ALTER ROLE {role} SET default_transaction_read_only = on"));
    let said = said(&program, "halls", 10);
    assert!(said.starts_with("the database is read-only: "), "{said}");
    let line = format!("ALTER ROLE {role} SET default_transaction_read_only = off");
    assert!(said.ends_with(&format!("(where it is the primary, run in psql: {line})")), "{said}");
    database.execute(&line);
    program.run("halls").expect(0);
}

#[test]
fn hosts_that_are_balanced_without_asking_for_the_primary_are_10() {
    let url = "postgres://exams@127.0.0.1:9,127.0.0.1:8/x?load_balance_hosts=random";
    assert_eq!(
        said(&Examsync::bare().env("DATABASE_URL", url), "migrate", 10),
        "load_balance_hosts in DATABASE_URL spreads connections over servers, and a pass would hold its lock on one and write \
         to another; add target_session_attrs=read-write"
    );
    Examsync::bare()
        .env("DATABASE_URL", &format!("{url}&target_session_attrs=read-write"))
        .run("migrate")
        .expect(75);
}

#[test]
fn a_standby_gives_no_pass_its_lock() {
    let Some(primary) = Cluster::start(&["wal_level = replica"]) else { return };
    let database = Database::in_cluster(&primary);
    database.migrate();
    let standby = primary.start_standby();
    let url = standby.url(&database.text("SELECT current_database()"));
    let api = api();
    let said = said(&Examsync::new(&database, &api).env("DATABASE_URL", &url), "halls --dry-run", 10);
    assert_eq!(
        said,
        "the database is read-only: this server is a standby, which gives no pass its lock; point DATABASE_URL at the primary, \
         with several hosts add target_session_attrs=read-write"
    );
}
