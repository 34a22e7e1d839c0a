//! Killed: signals and the deadline in every phase, `kill -9` at any moment (contract §4, §7; tests/FAULTS.md).

use std::time::Duration;

use serde_json::{Value, json};

use crate::scene::assert_told;
use crate::support::database::Session;
use crate::support::mock_api::{HALLS, Hold};
use crate::support::program::{Running, sockets};
use crate::support::{Database, Examsync, MockApi, data, on_both_databases, wait_until};

/// Longer than a stopped pass may take, shorter than what it is stopped in: a pass that did not stop
/// would be killed at this limit, and the test fail.
const STOPS_WITHIN: Duration = Duration::from_secs(20);

const INTERRUPTED: &str = "interrupted by SIGTERM; nothing of the running pass was kept";

fn halls() -> Value {
    json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)])])
}

fn logs(database: &Database) -> Vec<String> {
    database.rows("SELECT sync_type, status, error_message FROM sync_logs ORDER BY id")
}

fn failed(message: &str) -> Vec<String> {
    ["exam_halls", "hall_rooms"].map(|sync_type| format!("{sync_type}|failed|{message}")).to_vec()
}

/// Waits until a backend of this database runs something in which `text` occurs.
fn wait_for_statement(database: &Database, text: &str) {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
         AND pid <> pg_backend_pid() AND (query ILIKE '%{text}%' OR wait_event = '{text}')"
    );
    let mut session = database.session();
    wait_until(&format!("a statement with {text}"), || session.number(&sql) > 0);
}

/// Waits until nobody else is connected to this database: a backend goes a moment after its client.
fn wait_for_no_backend(database: &Database) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut session = database.session();
    wait_until("all backends are gone", || session.number(sql) == 0);
}

/// Makes every new hall take a minute.
fn make_slow(database: &Database) {
    database.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
         CREATE TRIGGER slow BEFORE INSERT ON buildings FOR EACH ROW EXECUTE FUNCTION slow()",
    );
}

on_both_databases! {
    fn a_signal_while_pulling_rolls_back_and_closes_the_log_rows(database) {
        database.migrate();
        let before = database.dump();
        let api = MockApi::start();
        api.halls(halls());
        for (signal, name, code) in [("TERM", "SIGTERM", 143), ("INT", "SIGINT", 130)] {
            database.execute("DELETE FROM sync_logs");
            let hold = api.hold(HALLS);
            let program = Examsync::new(database, &api).limit(STOPS_WITHIN);
            let running = program.spawn("halls");
            hold.arrived();
            running.signal(signal);
            let message = format!("interrupted by {name}; nothing of the running pass was kept");
            assert_told(running.wait(), code, &message);
            assert_eq!(database.dump(), before);
            assert_eq!(logs(database), failed(&message));
            let running = program.spawn("halls --json");
            hold.arrived_times(2);
            running.signal(signal);
            let document = running.wait().expect(code).json();
            assert_eq!(
                (&document["exit_code"], &document["status"], &document["error"]["kind"]),
                (&json!(code), &json!("failed"), &json!("interrupted"))
            );
            drop(hold);
        }
        Examsync::new(database, &api).run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 1);
    }

    fn a_signal_while_waiting_for_the_lock_ends_the_waiting_and_leaves_the_other_alone(database) {
        database.migrate();
        let api = MockApi::start();
        api.halls(halls());
        let hold = api.hold(HALLS);
        let program = Examsync::new(database, &api).limit(STOPS_WITHIN);
        let first = program.spawn("halls");
        hold.arrived();
        let mut second = program.spawn("halls --lock-wait 1h -vv");
        second.wait_for_stderr("waiting for the lock");
        second.signal("TERM");
        let outcome = second.wait().expect(143);
        assert!(outcome.stdout.starts_with("halls  failed (interrupted), nothing written"), "{}", outcome.stdout);
        assert!(outcome.stderr.contains(&format!("examsync: error: {INTERRUPTED}\n")), "{}", outcome.stderr);
        hold.release();
        first.wait().expect(0);
        assert_eq!(logs(database), ["exam_halls|completed|null", "hall_rooms|completed|null"]);
    }

    fn the_deadline_ends_a_pass_that_waits_for_the_api(database) {
        database.migrate();
        let before = database.dump();
        let api = MockApi::start();
        let _hold = api.hold(HALLS);
        let program = Examsync::new(database, &api).env("SYNC_DEADLINE", "5s").limit(STOPS_WITHIN);
        let message = "not done within SYNC_DEADLINE (5s); run it again, or raise SYNC_DEADLINE";
        assert_told(program.run("halls"), 75, message);
        assert_eq!(logs(database), failed(message));
        assert_eq!(database.dump(), before);
    }

    fn a_kill_at_any_moment_leaves_no_half_state_and_the_next_pass_makes_it_whole(database) {
        const KILLS: u32 = 100;
        database.migrate();
        let api = MockApi::start();
        let program = Examsync::new(database, &api);
        let feeds = ["A", "B"].map(version);
        // A pass that ends before it is killed tells how long one takes here, and so where the moments lie.
        let mut takes = Duration::ZERO;
        let (mut killed, mut passes) = (0, 0);
        while killed < KILLS {
            api.halls(feeds[passes % 2].clone());
            let mut running = program.spawn("halls --lock-wait 20s");
            if passes >= feeds.len() {
                // A step that has no common divisor with the number of kills meets every moment once.
                std::thread::sleep(takes * (killed * 37 % KILLS) / KILLS);
                running.kill();
            }
            let outcome = running.wait();
            match outcome.code {
                -9 => killed += 1,
                0 => takes = if takes.is_zero() { outcome.took } else { (takes * 3 + outcome.took) / 4 },
                _ => panic!("{outcome:?}"),
            }
            passes += 1;
            whole(database);
            assert!(passes < 4 * KILLS as usize, "only {killed} of {passes} passes were killed in time");
        }
        api.halls(feeds[1].clone());
        program.run("halls --lock-wait 20s").expect(0);
        whole(database);
        assert_eq!(database.rows("SELECT DISTINCT address FROM buildings"), ["B"]);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'"), 0);
        assert_eq!(
            database.rows(
                "SELECT DISTINCT error_message FROM sync_logs WHERE status = 'failed'"
            ),
            ["interrupted: the pass was killed before it could record its outcome"]
        );
        program.run("halls").expect(0);
    }
}

const HALL_COUNT: u32 = 40;

/// A feed of which every record says its version.
fn version(version: &str) -> Value {
    let mut feed = data::halls(HALL_COUNT, 5);
    // Seats that become unknown are not fewer, which the guard would refuse.
    let capacity = if version == "A" { Some(10) } else { None };
    for hall in feed.as_array_mut().unwrap() {
        hall["address"] = json!(version);
        for room in hall["rooms"].as_array_mut().unwrap() {
            room["capacity"] = json!(capacity);
        }
    }
    feed
}

/// All halls and rooms are of one version of the feed.
fn whole(database: &Database) {
    let seen = database.text(
        "SELECT (SELECT count(*) FROM buildings), (SELECT count(*) FROM rooms),
                (SELECT count(DISTINCT address) FROM buildings), (SELECT count(DISTINCT coalesce(capacity, 0)) FROM rooms),
                (SELECT count(*) FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id
                 WHERE (b.address = 'A') <> (coalesce(r.capacity, 0) = 10))",
    );
    assert_eq!(seen, format!("{HALL_COUNT}|{}|1|1|0", HALL_COUNT * 5));
}

#[test]
fn a_signal_inside_a_long_statement_cancels_it_on_the_server() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    make_slow(&database);
    let before = database.dump();
    let api = MockApi::start();
    api.halls(halls());
    let program = Examsync::new(&database, &api).limit(STOPS_WITHIN);
    let running = program.spawn("halls");
    wait_for_statement(&database, "PgSleep");
    running.signal("TERM");
    assert_told(running.wait(), 143, INTERRUPTED);
    assert_eq!(logs(&database), failed(INTERRUPTED));
    assert_eq!(database.dump(), before);
    wait_for_no_backend(&database);
}

#[test]
fn the_deadline_inside_a_long_statement_cancels_it_on_the_server() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    make_slow(&database);
    let before = database.dump();
    let api = MockApi::start();
    api.halls(halls());
    // Long enough to come to the statement on any machine; that it came there is seen.
    let program = Examsync::new(&database, &api).env("SYNC_DEADLINE", "5s").limit(STOPS_WITHIN);
    let message = "not done within SYNC_DEADLINE (5s); run it again, or raise SYNC_DEADLINE";
    let running = program.spawn("halls");
    wait_for_statement(&database, "PgSleep");
    assert_told(running.wait(), 75, message);
    assert_eq!(logs(&database), failed(message));
    assert_eq!(database.dump(), before);
    wait_for_no_backend(&database);
}

/// A program that waits for a busy file as long as it is let.
fn patient(database: &Database, api: &MockApi) -> Examsync {
    Examsync::new(database, api).env("SYNC_TIMEOUT", "1h").limit(STOPS_WITHIN)
}

/// A pass under way whose answer is held, and somebody else in the middle of writing to its SQLite file.
fn busy(program: &Examsync, database: &Database, api: &MockApi) -> (Running, Hold, Session) {
    database.migrate();
    api.halls(halls());
    let hold = api.hold(HALLS);
    let running = program.spawn("halls");
    hold.arrived();
    let mut other = database.session();
    other.execute("BEGIN IMMEDIATE");
    (running, hold, other)
}

#[test]
fn a_signal_while_the_sqlite_file_is_busy_is_not_waited_out() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    let program = patient(&database, &api);
    let (running, hold, mut other) = busy(&program, &database, &api);
    let before = database.dump();
    hold.release();
    running.signal("TERM");
    assert_told(running.wait(), 143, INTERRUPTED);
    other.execute("COMMIT");
    assert_eq!(database.dump(), before);
    Examsync::new(&database, &api).run("halls").expect(0);
    assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'"), 0);
    assert_eq!(
        database.rows("SELECT status, substr(error_message, 1, 11) FROM sync_logs ORDER BY id"),
        ["failed|interrupted", "failed|interrupted", "completed|null", "completed|null"]
    );
}

#[test]
fn a_signal_while_connecting_to_a_server_that_does_not_answer_ends_it() {
    let api = MockApi::start();
    for command in ["halls", "status", "migrate"] {
        // A listener that nobody accepts from: the connection is made, and no word comes.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://u@127.0.0.1:{}/x", silent.local_addr().unwrap().port());
        let program = Examsync::new(&Database::sqlite(), &api).env("DATABASE_URL", &url).limit(STOPS_WITHIN);
        let program = program.env("SYNC_TIMEOUT", "1h");
        let running = program.spawn(command);
        let _connection = silent.accept().unwrap();
        running.signal("TERM");
        let outcome = running.wait().expect(143).snapshot();
        assert_eq!(
            outcome,
            format!(
                "exit code 143\nstdout:\n\nstderr:\nexamsync: error: {INTERRUPTED}\nexamsync: in {command}, run [uuid]"
            )
        );
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    let program = patient(&database, &api);
    let (running, _hold, mut other) = busy(&program, &database, &api);
    let before = database.dump();
    let open = sockets(running.id());
    running.signal("TERM");
    // Of two that are heard at once either may be the second.
    wait_until("it has hung up on the API", || sockets(running.id()) < open);
    running.signal("INT");
    let outcome = running.wait();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (130, ""), "{}", outcome.stderr);
    assert!(outcome.stderr.starts_with("examsync: error: interrupted twice; "), "{}", outcome.stderr);
    other.execute("COMMIT");
    assert_eq!(database.dump(), before);
}
