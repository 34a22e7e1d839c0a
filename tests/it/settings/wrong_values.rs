//! Every setting of contract §3 with a wrong value: exit 10, and a line that names it, before any work.

use super::files;
use crate::support::{Examsync, MockApi};

/// Each setting with a value that it can't have.
const WRONG: [(&str, &str); 31] = [
    ("DATABASE_URL", "mysql://h/db"),
    ("EXTERNAL_HALL_API_URL", "exams.example.com"),
    ("EXTERNAL_HALL_API_TOKEN", "Bearer abc"),
    ("EXTERNAL_HALL_API_CA_FILE", "nowhere.pem"),
    ("SYNC_TIMEZONE", "Baku"),
    ("SYNC_TIMEOUT", "30"),
    ("SYNC_DEADLINE", "0s"),
    ("SYNC_RETRY_ATTEMPTS", "-1"),
    ("SYNC_RETRY_DELAY", "soon"),
    ("SYNC_MAX_BODY", "much"),
    ("SYNC_MAX_DEACTIVATE_PERCENT", "101"),
    ("SYNC_STAMP_INTERVAL", "hourly"),
    ("SYNC_ALERT_CHANGE_PERCENT", "50%"),
    ("SYNC_SLOW_AFTER", "-1s"),
    ("SYNC_ERROR_EMAIL", "exams at example.com"),
    ("SMTP_HOST", "smtp.example.com:25"),
    ("SMTP_PORT", "0"),
    ("SMTP_USER", "u"),
    ("SMTP_PASSWORD", "canary"),
    ("SMTP_FROM", "nobody"),
    ("SMTP_TLS", "yes"),
    ("SYNC_WEBHOOK_URL", "hooks.example.com/canary"),
    ("SYNC_WEBHOOK_SECRET", "whsec_"),
    ("SYNC_WEBHOOK_FORMAT", "xml"),
    ("SYNC_HEARTBEAT_URL", "ping.example.com/canary"),
    ("SYNC_METRICS_FILE", "no/such/folder/x.prom"),
    ("SYNC_STALE_AFTER_HALLS", "1 day and a bit"),
    ("SYNC_STALE_AFTER_PARTICIPANTS", "1000years"),
    ("SYNC_LOG_RETENTION", "400"),
    ("SYNC_HALLS_CRON", "0 25 * * *"),
    ("SYNC_PARTICIPANTS_CRON", "@hourly"),
];

/// A program that would pull well if nothing were wrong.
fn program(api: &MockApi) -> Examsync {
    Examsync::bare()
        .env("DATABASE_URL", "sqlite:x.db")
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "test-token")
        .env("SYNC_TIMEZONE", "Asia/Baku")
}

#[test]
fn each_wrong_value_is_told_by_name_with_what_would_be_right() {
    let api = MockApi::start();
    let mut told = String::new();
    for (name, value) in WRONG {
        let program = program(&api).env(name, value);
        let outcome = program.run("halls").expect(10);
        assert_eq!(outcome.stdout, "", "{name}");
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert!(lines.last().unwrap().starts_with("examsync: in halls, run "), "{outcome:?}");
        for line in &lines[..lines.len() - 1] {
            assert!(line.contains(name), "{name} is not named in {line}");
            told.push_str(&line.replace("examsync: error: ", ""));
            told.push('\n');
        }
        assert_eq!(files(&program), [""; 0], "{name}");
    }
    assert_eq!(api.requests().len(), 0);
    insta::assert_snapshot!(told, @"");
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_as_a_document_too() {
    let api = MockApi::start();
    let mut program = program(&api);
    for (name, value) in WRONG {
        program = program.env(name, value);
    }
    let outcome = program.run("halls --json").expect(10);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "setup");
    let message = document["error"]["message"].as_str().unwrap();
    for (name, _) in WRONG {
        assert!(message.contains(name), "{name} is not named in:\n{message}");
        assert!(outcome.stderr.contains(name), "{name} is not named in:\n{}", outcome.stderr);
    }
    assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
    assert_eq!((files(&program), api.requests().len()), (vec![], 0));
}

#[test]
fn every_command_that_reads_settings_refuses_a_wrong_one() {
    for arguments in ["halls", "rooms", "participants", "status", "migrate", "migrate --check", "crontab"] {
        let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SMTP_PORT", "x");
        let outcome = program.run(arguments).expect(10);
        assert!(
            outcome.stderr.starts_with("examsync: error: SMTP_PORT is \"x\"; write a whole number from 1 to 65535\n"),
            "{outcome:?}"
        );
        assert_eq!(files(&program), [""; 0]);
    }
}

#[test]
fn the_zone_of_the_machine_must_be_one_too_when_it_is_used() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("TZ", "Mars/Base");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"");
    program.env("SYNC_TIMEZONE", "Asia/Baku").run("migrate").expect(0);
}

#[test]
fn what_is_needed_to_pull_is_told_before_the_database_is_made() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"");
    let program = program.env("EXTERNAL_HALL_API_URL", "http://127.0.0.1:1");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"");
    assert_eq!(files(&program), [""; 0]);
}
