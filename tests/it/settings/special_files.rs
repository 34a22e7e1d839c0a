//! A pipe in the place of a plain file: it ends a command at once, and nothing waits on it (contract §15.1).

use std::time::Duration;

use serde_json::json;

use crate::support::{Database, Examsync, MockApi};

/// Fails the test unless `halls` ends with 10 at once and says this.
#[track_caller]
fn assert_refused(program: &Examsync, said: &str) {
    let outcome = program.run("halls").expect(10);
    assert_eq!(outcome.stderr.lines().next().unwrap(), format!("examsync: error: {said}"), "{outcome:?}");
}

#[test]
fn a_pipe_in_place_of_certificates_is_not_waited_for() {
    let database = Database::sqlite();
    let program = Examsync::with_api_url(&database, "https://127.0.0.1:9")
        .env("EXTERNAL_HALL_API_CA_FILE", "pipe")
        .limit(Duration::from_secs(20));
    program.make_pipe("pipe");
    assert_refused(
        &program,
        "EXTERNAL_HALL_API_CA_FILE is \"pipe\", which can't be read: it is not a plain file; name a file of \
         PEM certificates",
    );
}

#[test]
fn a_pipe_in_place_of_the_database_is_not_waited_for() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program =
        Examsync::new(&database, &api).env("DATABASE_URL", "sqlite:pipe").limit(Duration::from_secs(20));
    program.make_pipe("pipe");
    let path = program.folder().canonicalize().unwrap().join("pipe");
    let said =
        format!("the SQLite file {} can't be used: it is not a plain file; see DATABASE_URL", path.display());
    assert_refused(&program, &said);
    let outcome = program.run("status").expect(10);
    assert_eq!(outcome.stderr.lines().next().unwrap(), format!("examsync: error: {said}"), "{outcome:?}");
}

#[test]
fn a_pipe_in_place_of_a_lock_is_not_waited_for() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(json!([]));
    let program =
        Examsync::new(&database, &api).env("DATABASE_URL", "sqlite:x.db").limit(Duration::from_secs(20));
    program.make_pipe("x.db.exam_halls.lock");
    let path = program.folder().canonicalize().unwrap().join("x.db.exam_halls.lock");
    // While it is only written no one reads it, which opening it says; else it would be taken for the lock.
    let said = |why: &str| {
        format!("the lock's file {} can't be used: {why}; check its owner and folder", path.display())
    };
    assert_refused(&program, &said("No such device or address (os error 6)"));
    let reader = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    assert_refused(&program, &said("it is not a plain file"));
    drop(reader);
}
