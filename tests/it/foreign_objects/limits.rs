//! How many connections a role or database may have.

use serde_json::json;

use super::{api, as_role, message};
use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::{Database, MockApi, data, postgres, wait_until};

/// A role of this database that may do what a pass needs, with a limit.
fn limited_role(database: &Database, limit: i32) -> String {
    let role = format!("clerk_{}", database.text("SELECT current_database()"));
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT {limit};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    ));
    role
}

#[test]
fn a_role_that_may_have_one_connection_is_told_that_a_pass_needs_two() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let role = limited_role(&database, 1);
    let api = api();
    let program = as_role(&database, &api, &role);
    let expected = format!(
        "a pass needs two connections, one of them for its lock, and CONNECTION LIMIT allows one; run in psql: ALTER ROLE \
         {role} CONNECTION LIMIT 10;"
    );
    for arguments in ["halls", "halls --dry-run"] {
        assert_eq!(message(&program, arguments, 10), expected, "{arguments}");
    }
    let said = message(&program, &format!("participants --date {DATE}"), 10);
    assert!(said.ends_with(&expected), "{said}");
    // The server notices a moment later that the others are closed.
    let open = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'");
    wait_until("no connection is left", || database.number(&open) == 0);
    program.run("status").expect(0);
    assert_eq!(api.count(HALLS), 0);
    database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 10"));
    program.run("halls").expect(0);
}

#[test]
fn a_database_that_may_have_one_connection_is_told_likewise() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let role = limited_role(&database, -1);
    let name = database.text("SELECT current_database()");
    let api = api();
    database.execute(&format!("ALTER DATABASE {name} CONNECTION LIMIT 1"));
    let said = message(&as_role(&database, &api, &role), "halls", 10);
    assert!(said.ends_with(&format!("run in psql: ALTER DATABASE {name} CONNECTION LIMIT 10;")), "{said}");
    database.execute(&format!("ALTER DATABASE {name} CONNECTION LIMIT -1"));
}

#[test]
fn two_connections_are_enough_for_any_number_of_dates() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let role = limited_role(&database, 2);
    let api: MockApi = api();
    for day in 1..=6 {
        let slots = json!([data::slot("09:00", vec![data::count(1, 11, day)])]);
        api.participants(&format!("2099-07-0{day}"), slots);
    }
    let program = as_role(&database, &api, &role);
    program.run("halls").expect(0);
    program.run("participants --date 2099-07-01..2099-07-06").expect(0);
    assert_eq!(database.number("SELECT sum(participant_count) FROM participants"), 21);
}

#[test]
fn connections_that_others_have_at_the_moment_are_temporary() {
    let Some(cluster) = postgres::Cluster::start(&[]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let role = limited_role(&database, 4);
    let api = api();
    let program = as_role(&database, &api, &role).env("SYNC_TIMEOUT", "1s");
    let url = database.url().replace("postgres@", &format!("{role}@"));
    let others: Vec<_> = (0..4).map(|_| crate::support::database::Session::postgres(&url)).collect();
    let said = message(&program, "halls", 75);
    assert!(
        said.starts_with(
            "all connections that the database allows are in use: connection to server on socket"
        ) && said.ends_with("; close others, or raise the limit (a pass needs two)"),
        "{said}"
    );
    drop(others);
    program.run("halls").expect(0);
}
