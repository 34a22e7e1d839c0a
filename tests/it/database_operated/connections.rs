//! Few connections: two are enough for whatever a command does, and what is not to be had is waited for (contract §10.4).

use serde_json::json;

use super::{clerk, said};
use crate::participants::{DAY, two_halls};
use crate::support::data::{count, hall, room, slot};
use crate::support::mock_api::{HALLS, participants};
use crate::support::postgres::{Cluster, Pgbouncer};
use crate::support::{Database, Examsync, MockApi};
use crate::syncs::{fine, logs};

const DAYS: &str = "participants --date 2099-06-01..2099-06-06";
/// What needs room 301, which comes with the halls.
const SECOND: &str = "2099-06-02";

/// Six dates, of which the second has a room that only the next halls feed has.
fn six_dates(api: &MockApi) {
    let mut halls = two_halls();
    halls.as_array_mut().unwrap().push(hall(3, "Şəki", vec![room(301, "D", 30)]));
    api.halls(halls);
    for day in 1..=6 {
        let (hall, room) = if day == 2 { (3, 301) } else { (1, 101) };
        api.participants(&format!("2099-06-0{day}"), json!([slot("09:00", vec![count(hall, room, day)])]));
    }
}

/// Halls that are pulled, then [`six_dates`].
fn all_that_needs_connections(program: &Examsync, api: &MockApi, database: &Database) {
    api.halls(two_halls());
    program.run("halls").expect(0);
    api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 30)]));
    program.run("rooms --hall 1").expect(0);
    six_dates(api);
    api.forget_requests();
    let pulled = [
        "exam_halls completed: 3 processed, 1 created, 2 unchanged",
        "hall_rooms completed: 4 processed, 1 created, 3 unchanged",
    ];
    let dates: Vec<String> =
        (1..=6).map(|day| format!("participants 2099-06-0{day} completed: 1 processed, 1 created")).collect();
    let expected: Vec<&str> = pulled.into_iter().chain(dates.iter().map(String::as_str)).collect();
    fine(program, &format!("{DAYS} --dry-run"), &expected);
    api.forget_requests();
    let before = logs(database).len();
    fine(program, DAYS, &expected);
    assert_eq!(api.count(HALLS), 1);
    assert_eq!(api.count(&participants(SECOND)), 2, "it is pulled once more after the halls");
    let mut logged = logs(database).split_off(before);
    logged.sort_unstable();
    let mut expected: Vec<String> =
        (1..=6).map(|day| format!("participants|2099-06-0{day}|completed|1 1 0 0 0|fine")).collect();
    expected.insert(0, "hall_rooms|null|completed|4 1 0 0 0|fine".to_owned());
    expected.insert(0, "exam_halls|null|completed|3 1 0 0 0|fine".to_owned());
    assert_eq!(logged, expected);
    assert_eq!(database.number("SELECT sum(participant_count) FROM participants"), 21);
}

#[test]
fn two_of_a_role_are_enough_for_dates_and_the_halls_that_they_need() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let (role, url) = clerk(&database);
    database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 2"));
    let api = MockApi::start();
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    all_that_needs_connections(&program, &api, &database);
}

#[test]
fn two_of_a_pooler_are_enough_for_dates_and_the_halls_that_they_need() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let lines = "pool_mode = transaction\ndefault_pool_size = 2";
    let Some(pooler) = Pgbouncer::start_with(lines, &cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = MockApi::start();
    let url = pooler.url(&database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    all_that_needs_connections(&program, &api, &database);
    assert_eq!(database.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), 0);
}

#[test]
fn a_pool_of_one_is_75_that_names_it() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let lines = "pool_mode = transaction\ndefault_pool_size = 1";
    let Some(pooler) = Pgbouncer::start_with(lines, &cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = MockApi::start();
    api.halls(two_halls());
    let url = pooler.url(&database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url).env("SYNC_TIMEOUT", "2s");
    let said = said(&program, "halls", 75);
    assert!(
        said.starts_with(
            "all connections that the database allows are in use: no connection to the server answered within "
        ) && said.ends_with(
            "; behind a pooler its pool is too small (default_pool_size of pgbouncer); close others, or raise the limit (a \
             pass needs two)"
        ),
        "{said}"
    );
    assert_eq!(api.count(HALLS), 0);
    assert_eq!(database.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), 0);
}

#[test]
fn of_two_commands_that_want_the_last_connections_both_get_through() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let (role, url) = clerk(&database);
    let api = MockApi::start();
    api.halls(two_halls());
    api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 5)])]));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    program.run("halls").expect(0);
    for limit in [2, 3] {
        database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT {limit}"));
        for _ in 0..3 {
            let both = ["halls --full", "participants --date 2099-06-01 --full"];
            for running in both.map(|arguments| program.spawn(arguments)) {
                running.wait().expect(0);
            }
        }
    }
}

#[test]
fn a_connection_that_others_have_is_waited_for() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let (role, url) = clerk(&database);
    database.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 2"));
    let api = MockApi::start();
    api.halls(two_halls());
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    let other = crate::support::database::Session::postgres(&url);
    let mut waiting = program.spawn("halls -vv");
    waiting.wait_for_stderr("a connection is waited for");
    assert_eq!(api.count(HALLS), 0);
    drop(other);
    waiting.wait().expect(0);
}
