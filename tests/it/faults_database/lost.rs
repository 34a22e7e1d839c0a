//! The connection is lost in the middle of a pass: once more, lock included, and then 75.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{api, halls, statuses};
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, data, postgres, wait_until};

/// Waits until so many backends of this database have as their last statement one like these, and ends them.
fn terminate(database: &Database, statements: &str, backends: i64) {
    let those = format!(
        "FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~* '{statements}'"
    );
    // One session: the backend of another would be one of them, until it is gone.
    let mut session = database.session();
    let (count, end) =
        (format!("SELECT count(*) {those}"), format!("SELECT count(pg_terminate_backend(pid)) {those}"));
    wait_until(&format!("{backends} run {statements}"), || session.number(&count) == backends);
    assert_eq!(session.number(&end), backends);
}

/// From now on whoever inserts rooms loses the connection.
fn make_leave(database: &Database) {
    database.execute(
        "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
         CREATE TRIGGER leave AFTER INSERT ON rooms FOR EACH STATEMENT EXECUTE FUNCTION leave()",
    );
}

#[test]
fn a_pass_whose_backend_or_lock_was_ended_runs_once_more() {
    // While the API is waited for, the last that the working one did was to commit the log rows; the other one holds the
    // lock. COPY works while the feed comes.
    let slow = Duration::from_millis(100);
    for (statement, backends, many, piece) in [
        ("^commit", 1, 2, None),
        ("advisory", 1, 2, None),
        ("^commit|advisory", 2, 2, None),
        ("^copy", 1, 2000, Some(16 << 10)),
    ] {
        let Some(database) = Database::postgres() else { return };
        database.migrate();
        let api = api();
        let feed = data::halls(many, 5);
        api.halls(feed.clone());
        if let Some(bytes) = piece {
            api.answer(HALLS, vec![Answer::data(&feed).slowly(bytes, slow), Answer::data(&feed)]);
        }
        let hold = api.hold(HALLS);
        let program = Examsync::new(&database, &api);
        let running = program.spawn("halls");
        hold.arrived();
        if piece.is_some() {
            hold.release();
        }
        terminate(&database, statement, backends);
        hold.release();
        let outcome = running.wait().expect(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{statement} {many}");
        assert_eq!(api.count(HALLS), 2, "{statement} {many}");
        assert_eq!(database.number("SELECT count(*) FROM rooms"), i64::from(many) * 5);
        assert_eq!(statuses(&database), ["completed|2", "failed|2"]);
    }
}

#[test]
fn a_server_that_restarts_during_participants_of_several_dates_costs_none_of_them() {
    let Some(cluster) = postgres::Cluster::start(&[]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    let dates = ["2099-06-01", "2099-06-02", "2099-06-03", "2099-06-04"];
    for date in dates {
        api.participants(date, serde_json::json!([data::slot("09:00", vec![data::count(1, 11, 20)])]));
    }
    let hold = api.hold(&crate::support::mock_api::participants(dates[1]));
    let running = program.spawn("participants --date 2099-06-01..2099-06-04 --json");
    hold.arrived();
    cluster.stop_server("immediate");
    cluster.start_server();
    hold.release();
    let report = running.wait().expect(0).json();
    let seen: Vec<_> = report["syncs"].as_array().unwrap().iter().map(|sync| &sync["exam_date"]).collect();
    assert_eq!(seen, dates);
    assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 4);
    assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'"), 0);
}

#[test]
fn a_server_that_stays_away_is_temporary_and_its_log_rows_are_closed_by_the_next_pass() {
    let Some(cluster) = postgres::Cluster::start(&[]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api).env("SYNC_TIMEOUT", "500ms");
    program.run("halls").expect(0);
    let before = database.dump();
    let hold = api.hold(HALLS);
    let running = program.spawn("halls");
    hold.arrived();
    cluster.stop_server("immediate");
    hold.release();
    let outcome = running.wait().expect(75);
    assert!(
        outcome.stderr.starts_with("examsync: error: the connection to the database was lost: "),
        "{}",
        outcome.stderr
    );
    cluster.start_server();
    assert_eq!(database.dump(), before);
    program.run("halls").expect(0);
    assert_eq!(statuses(&database), ["completed|4", "failed|2"]);
}

#[test]
fn a_pass_that_loses_its_connection_twice_is_temporary() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    make_leave(&database);
    let (before, api) = (database.dump(), api());
    let outcome = Examsync::new(&database, &api).run("halls").expect(75);
    assert!(outcome.stderr.contains("the connection to the database was lost: "), "{}", outcome.stderr);
    assert_eq!(api.count(HALLS), 2, "the whole pass once more, and no more than once");
    assert_eq!((database.dump(), statuses(&database)), (before, vec!["failed|4".to_string()]));
}

#[test]
fn stdin_can_not_be_read_again_so_the_pass_is_not_run_again() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    make_leave(&database);
    let api = api();
    let feed = serde_json::json!({ "data": halls() }).to_string();
    Examsync::new(&database, &api).stdin(feed).run("halls --from -").expect(75);
    assert_eq!(statuses(&database), ["failed|2"]);
}

#[test]
fn a_commit_whose_answer_was_lost_is_not_done_twice() {
    let Some(cluster) = postgres::shared() else { return };
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let server = cluster.folder().join(".s.PGSQL.5432");
    let lossy = Lossy::start(server);
    let name = database.text("SELECT current_database()");
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &lossy.url(&name));
    let document = program.run("halls --json").expect(0).json();
    assert!(lossy.lost.load(Ordering::SeqCst), "an answer was lost");
    assert_eq!(document["syncs"][1]["records"]["created"], 1);
    assert_eq!(api.count(HALLS), 1);
    assert_eq!(statuses(&database), ["completed|2"]);
}

/// Stands before the server, and loses the answer to the commit of the one transaction that staged.
struct Lossy {
    folder: tempfile::TempDir,
    lost: Arc<AtomicBool>,
}

impl Lossy {
    fn start(server: std::path::PathBuf) -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let lost = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&lost);
        // The thread ends with the process: nothing else waits on this socket.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = UnixStream::connect(&server).unwrap();
                let lost = Arc::clone(&shared);
                std::thread::spawn(move || relay(client, server, &lost));
            }
        });
        Self { folder, lost }
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{host}:5432/{database}")
    }
}

fn relay(mut client: UnixStream, mut server: UnixStream, lost: &AtomicBool) {
    let (mut to_client, mut from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let silent = Arc::new(AtomicBool::new(false));
    let back = {
        let silent = Arc::clone(&silent);
        std::thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            while let Ok(read @ 1..) = from_server.read(&mut bytes) {
                // The server has committed by the time that it answers.
                if silent.load(Ordering::SeqCst) || to_client.write_all(&bytes[..read]).is_err() {
                    break;
                }
            }
            drop(to_client.shutdown(std::net::Shutdown::Both));
        })
    };
    let (mut staged, mut bytes) = (false, [0; 16 * 1024]);
    while let Ok(read @ 1..) = client.read(&mut bytes) {
        let text = String::from_utf8_lossy(&bytes[..read]);
        staged |= text.contains("CREATE TEMP TABLE");
        if staged && text.contains("COMMIT\0") && !lost.swap(true, Ordering::SeqCst) {
            silent.store(true, Ordering::SeqCst);
        }
        if server.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    drop(server.shutdown(std::net::Shutdown::Write));
    drop(back.join());
}

#[test]
fn a_body_that_never_ends_does_not_hide_that_the_database_is_gone() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let whole = data::halls_feed(2000, 5);
    let half = whole.len() / 2;
    api.answer(HALLS, vec![Answer::from(whole).stall_after(half)]);
    let program = Examsync::new(&database, &api).env("SYNC_TIMEOUT", "5s").env("SYNC_RETRY_ATTEMPTS", "0");
    let running = program.spawn("halls");
    terminate(&database, "^copy", 1);
    // The first run ends when the body is given up; the second gets the usual answer.
    running.wait().expect(0);
    assert_eq!(database.number("SELECT count(*) FROM rooms"), 1);
}
