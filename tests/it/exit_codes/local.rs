//! What is wrong on this side decides: 2, 10, 12 and 75 before anything is asked of the API.

use insta::assert_snapshot;

use crate::support::mock_api::unreachable_url;
use crate::support::{Database, Examsync, MockApi};

#[test]
fn a_wrong_command_line_is_2() {
    let program = Examsync::bare();
    assert_snapshot!(program.run("").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: no command is given; see `examsync --help`
    ");
    assert_snapshot!(program.run("hals").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: unrecognized subcommand 'hals'

      tip: a similar subcommand exists: 'halls'

    Usage: examsync [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(program.run("halls --concurrency 0").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: invalid value '0' for '--concurrency <N>': 0 is not in 1..=64

    For more information, try '--help'.
    ");
    assert_snapshot!(program.run("participants --date 2025-06-02..2025-06-01").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: invalid value '2025-06-02..2025-06-01' for '--date <DATE|FROM..TO>': 2025-06-02..2025-06-01 is reversed; write the earlier date first

    For more information, try '--help'.
    ");
    assert_snapshot!(program.run("rooms --from rooms.json").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: --from holds the rooms of one hall; name it with exactly one --hall ID

    Usage: examsync [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn usage_comes_before_settings_and_settings_before_the_database() {
    let program =
        Examsync::bare().env("SYNC_TIMEOUT", "30").env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x");
    assert_eq!(program.run("halls --no-such-option").code, 2);
    assert_eq!(program.run("halls").code, 10);
    assert_eq!(program.without("SYNC_TIMEOUT").run("migrate").code, 75);
}

#[test]
fn what_is_not_set_up_is_10() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: EXTERNAL_HALL_API_URL and EXTERNAL_HALL_API_TOKEN are not set; set them to the external system's base URL and token
    examsync: in halls, run [uuid]
    ");
}

#[test]
fn a_damaged_database_file_is_10() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    std::fs::write(program.folder().join("x.db"), "not a database, but long enough ".repeat(10)).unwrap();
    assert_snapshot!(program.run("migrate").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: the file is damaged or not a SQLite database: [folder]/x.db: file is not a database; check the path in DATABASE_URL, or restore a backup
    examsync: in migrate, run [uuid]
    ");
}

#[test]
fn a_database_login_that_is_refused_is_12() {
    let Some(database) = Database::postgres() else { return };
    let api = MockApi::start();
    let url = database.url().replace("postgres://postgres@", "postgres://stranger:canary@");
    let mut program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    let socket = database.url().split(['@', ':']).nth(2).unwrap().replace("%2F", "/");
    program.hide(&socket, "[socket folder]");
    assert_snapshot!(program.run("halls").snapshot(), @r#"
    exit code 12
    stdout:

    stderr:
    examsync: error: the database refused the login: connection to server on socket "[socket folder]/.s.PGSQL.5432" failed: FATAL: role "stranger" does not exist; check user and password in DATABASE_URL
    examsync: in halls, run [uuid]
    "#);
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_database_that_does_not_exist_is_10() {
    let Some(database) = Database::postgres() else { return };
    let api = MockApi::start();
    let url = format!("{}_missing", database.url());
    let mut program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    let socket = database.url().split(['@', ':']).nth(2).unwrap().replace("%2F", "/");
    program.hide(&socket, "[socket folder]");
    program.hide(database.url().rsplit('/').next().unwrap(), "[name]");
    assert_snapshot!(program.run("halls").snapshot(), @r#"
    exit code 10
    stdout:

    stderr:
    examsync: error: connection to server on socket "[socket folder]/.s.PGSQL.5432" failed: FATAL: database "[name]_missing" does not exist; create the database, or correct DATABASE_URL
    examsync: in halls, run [uuid]
    "#);
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_database_server_that_can_not_be_reached_is_75() {
    let api = MockApi::start();
    let address = unreachable_url().replace("http://", "");
    let url = format!("postgres://operator:canary@{address}/exams");
    let mut program = Examsync::bare()
        .env("DATABASE_URL", &url)
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "test-token");
    program.hide(address.rsplit(':').next().unwrap(), "[port]");
    assert_snapshot!(program.run("halls").snapshot(), @r#"
    exit code 75
    stdout:

    stderr:
    examsync: error: the database can't be reached: connection to server at "127.0.0.1", port [port] failed: Connection refused Is the server running on that host and accepting TCP/IP connections?; check that it runs
    examsync: in halls, run [uuid]
    "#);
    assert_eq!(api.requests().len(), 0);
}
