//! Exit 11 names the session that holds the lock.

use serde_json::json;

use crate::support::database::Session;
use crate::support::{Database, Examsync, MockApi, data};

/// The first half of the lock's key, and the second of halls passes (src/store/lock.rs).
const LOCK: &str = "SELECT pg_advisory_lock(1702388077, 1)";

#[test]
fn another_program_that_holds_the_lock_is_named_and_opens_an_alert_at_once() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![])]));
    let program = Examsync::new(&database, &api);
    let mut other = database.session();
    other.execute("SET application_name = 'nightly\u{1b}[2J'");
    other.rows(LOCK);
    let pid = other.number("SELECT pg_backend_pid()");

    let outcome = program.run("halls").expect(11);
    let (begins, ends) = (
        "examsync: error: another program holds the lock of exam_halls passes: role postgres on the server's own machine, \
         application nightly",
        format!("; let it release the lock, or end it in psql: SELECT pg_terminate_backend({pid});"),
    );
    let line = outcome.stderr.lines().next().unwrap();
    assert!(line.starts_with(begins) && line.ends_with(&ends), "{line}");
    assert!(line.contains(", since 20") && !outcome.stderr.contains('\u{1b}'), "{line}");
    assert!(
        outcome.advice.contains("every run will fail until that program releases the lock"),
        "{}",
        outcome.advice
    );
    assert_eq!(
        database.rows("SELECT command, kind, failures FROM alerts WHERE closed_at IS NULL"),
        ["halls|setup|1"]
    );
    // Nor is it let go in silence: no pass does the work.
    program.run("halls --skip-if-locked").expect(11);

    drop(other);
    program.run("halls --lock-wait 10s").expect(0);
    assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
}

#[test]
fn another_role_that_calls_itself_a_pass_and_may_record_none_is_none() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = MockApi::start();
    let program = Examsync::new(&database, &api);
    let name = database.text("SELECT current_database()");
    database.execute(&format!("CREATE ROLE {name}_app LOGIN"));
    let mut other = Session::postgres(&database.url().replace("//postgres@", &format!("//{name}_app@")));
    other.execute("SET application_name = 'examsync'");
    other.rows(LOCK);
    let outcome = program.run("halls --skip-if-locked").expect(11);
    let line = outcome.stderr.lines().next().unwrap();
    let begins =
        format!("examsync: error: another program holds the lock of exam_halls passes: role {name}_app on ");
    assert!(line.starts_with(&begins), "{line}");

    // One that may record a pass is taken for one.
    database.execute(&format!("GRANT INSERT ON sync_logs TO {name}_app"));
    program.run("halls --skip-if-locked").expect(0);
}
