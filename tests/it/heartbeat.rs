//! The heartbeat: a dead-man service hears of every sync command, however it ends.

use serde_json::json;

use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, MockApi, wait_until};

fn beats(api: &MockApi) -> Vec<String> {
    let paths = api.requests().into_iter().map(|request| request.path);
    paths.filter(|path| path.starts_with("/beat/")).collect()
}

fn program(database: &Database, api: &MockApi) -> Examsync {
    api.always("/beat/id/start", Answer::body("OK"));
    Examsync::new(database, api).env("SYNC_HEARTBEAT_URL", &format!("{}/beat/id", api.url()))
}

#[test]
fn start_and_exit_code_are_told_in_order() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(json!([]));
    let program = program(&database, &api);
    program.run("halls").expect(0);
    program.env("EXTERNAL_HALL_API_TOKEN", "wrong").run("halls").expect(12);
    assert_eq!(beats(&api), ["/beat/id/start", "/beat/id/0", "/beat/id/start", "/beat/id/12"]);
}

#[test]
fn a_pass_that_is_locked_out_or_interrupted_is_told() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = program(&database, &api);
    let hold = api.hold(HALLS);
    let running = program.spawn("halls");
    hold.arrived();
    wait_until("its start is told", || beats(&api) == ["/beat/id/start"]);
    program.run("halls").expect(11);
    running.signal("TERM");
    running.wait().expect(143);
    assert_eq!(beats(&api), ["/beat/id/start", "/beat/id/start", "/beat/id/11", "/beat/id/143"]);
}

#[test]
fn wrong_settings_are_told_as_well() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    program(&database, &api).env("SYNC_TIMEOUT", "soon").run("halls").expect(10);
    assert_eq!(beats(&api), ["/beat/id/start", "/beat/id/10"]);
    assert!(!database.file().exists(), "an alert makes no database");
}

#[test]
fn a_dry_run_and_other_commands_are_not_told() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = program(&database, &api);
    program.run("halls --dry-run").expect(0);
    program.run("status").expect(0);
    assert_eq!(beats(&api), [""; 0]);
}

#[test]
fn a_heartbeat_that_fails_is_a_warning_in_the_log_and_no_more() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    database.migrate();
    let program = Examsync::new(&database, &api).env("SYNC_HEARTBEAT_URL", &format!("{}/nowhere", api.url()));
    let outcome = program.run("halls").expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    let outcome = program.run("halls -v").expect(0);
    let warnings =
        outcome.stderr.lines().filter(|line| line.contains(" WARN the heartbeat could not be sent"));
    assert_eq!(warnings.count(), 2, "{}", outcome.stderr);
}
