//! Settings are read once, before any work: a file may be a pipe, may block, or may be no file.

use std::os::unix::fs::FileTypeExt as _;
use std::time::Duration;

use serde_json::json;

use super::files;
use crate::support::program::catches_term;
use crate::support::{Answer, Database, Examsync, MockApi, wait_until};

/// Fills a pipe once somebody reads it.
fn fill(program: &Examsync, name: &str, text: String) {
    let path = program.folder().join(name);
    std::thread::spawn(move || std::fs::write(path, text));
}

#[test]
fn an_env_file_and_the_file_of_a_secret_may_be_pipes() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(json!([]));
    api.always("/beat/start", Answer::body("OK"));
    api.always("/beat/0", Answer::body("OK"));
    let program = Examsync::new(&database, &api)
        .without("DATABASE_URL")
        .without("EXTERNAL_HALL_API_TOKEN")
        .env("SYNC_HEARTBEAT_URL_FILE", "heartbeat")
        .limit(Duration::from_secs(20));
    program.make_pipe("env");
    program.make_pipe("heartbeat");
    fill(&program, "env", format!("DATABASE_URL={}\nEXTERNAL_HALL_API_TOKEN=test-token\n", database.url()));
    fill(&program, "heartbeat", format!("{}/beat\n", api.url()));
    let outcome = program.run("halls --env-file env").expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 2);
    assert_eq!((api.count("/beat/start"), api.count("/beat/0")), (1, 1));
}

#[test]
fn a_signal_is_heard_while_an_env_file_blocks() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = Examsync::new(&database, &api).limit(Duration::from_secs(20));
    program.make_pipe("env");
    for command in ["halls --env-file env -vv", "status --env-file env"] {
        let running = program.spawn(command);
        wait_until("it hears signals", || catches_term(running.id()));
        running.signal("TERM");
        running.wait().expect(143);
    }
}

#[test]
fn certificates_that_are_none_are_told_before_the_database_is_made() {
    let program = Examsync::bare()
        .env("DATABASE_URL", "sqlite:x.db")
        .env("EXTERNAL_HALL_API_URL", "https://127.0.0.1:9")
        .env("EXTERNAL_HALL_API_TOKEN", "t")
        .env("EXTERNAL_HALL_API_CA_FILE", "ca.pem");
    program.write("ca.pem", 0o644, "no certificate\n");
    let outcome = program.run("halls").expect(10);
    assert!(outcome.stderr.contains("ca.pem holds no certificate; it must be PEM"), "{}", outcome.stderr);
    assert_eq!(files(&program), ["ca.pem"]);
}

#[test]
fn the_metrics_file_replaces_a_file_and_nothing_else() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(json!([]));
    let program = Examsync::new(&database, &api);
    program.make_pipe("pipe");
    let outcome = Examsync::new(&database, &api)
        .env("SYNC_METRICS_FILE", &program.folder().join("pipe").display().to_string())
        .run("halls")
        .expect(10);
    assert!(
        outcome.stderr.contains("which is not a plain file and would be replaced by one"),
        "{}",
        outcome.stderr
    );
    assert!(std::fs::metadata(program.folder().join("pipe")).unwrap().file_type().is_fifo());
    // What a link points to is replaced, and the link stays.
    program.write("real.prom", 0o644, "");
    std::os::unix::fs::symlink("real.prom", program.folder().join("link.prom")).unwrap();
    let program = program.env("SYNC_METRICS_FILE", "link.prom");
    program.run("halls").expect(0);
    assert!(program.folder().join("link.prom").is_symlink());
    let text = std::fs::read_to_string(program.folder().join("real.prom")).unwrap();
    assert!(text.contains("examsync_healthy"), "{text}");
}
