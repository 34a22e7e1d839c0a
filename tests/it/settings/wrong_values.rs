//! Every setting of contract §3 with a wrong value: exit 10, and a line that names it, before any work.

use super::files;
use crate::support::{Examsync, MockApi};

/// Each setting with a value that it can't have.
const WRONG: [(&str, &str); 35] = [
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
    ("SYNC_IGNORE_FIELDS", "total,,page"),
    ("SYNC_ALLOW_PLAINTEXT", "all"),
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
    ("SYNC_FILE_GROUP", "no such group"),
    ("SYNC_METRICS_FILE", "no/such/folder/"),
    ("SYNC_STALE_AFTER_HALLS", "1 day and a bit"),
    ("SYNC_STALE_AFTER_PARTICIPANTS", "1000years"),
    ("SYNC_LOG_RETENTION", "400"),
    ("SYNC_SITE", "two\nlines"),
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
    insta::assert_snapshot!(told, @r#"
    DATABASE_URL begins with mysql:, which is not supported; write postgres://USER@HOST/NAME, sqlite:///ABSOLUTE/PATH or sqlite:PATH
    EXTERNAL_HALL_API_URL has no scheme, and is not shown, as it may be a secret; write an http or https URL such as https://exams.example.com
    EXTERNAL_HALL_API_TOKEN begins with the word Bearer; write the token alone
    EXTERNAL_HALL_API_CA_FILE is "nowhere.pem", which can't be read: No such file or directory (os error 2); name a file of PEM certificates
    SYNC_TIMEZONE is "Baku", which is not a time zone; write an IANA name such as Asia/Baku or UTC
    SYNC_TIMEOUT is "30", which is not a duration; write it like 30s, 5m, 6h or 2d
    SYNC_DEADLINE is "0s"; it must be more than zero, such as 30s
    SYNC_RETRY_ATTEMPTS is "-1"; write a whole number from 0 to 20
    SYNC_RETRY_DELAY is "soon"; write milliseconds, such as 1000, or a duration, such as 2s
    SYNC_MAX_BODY is "much"; write a size above zero, such as 1GiB, 500MB or a number of bytes
    SYNC_IGNORE_FIELDS holds an empty name; write names of fields, comma separated, such as total,hasMore
    SYNC_ALLOW_PLAINTEXT names "all"; write api, mail or api,mail
    SYNC_MAX_DEACTIVATE_PERCENT is "101"; write a whole number from 0 to 100
    SYNC_STAMP_INTERVAL is "hourly", which is not a duration; write it like 30s, 5m, 6h or 2d
    SYNC_ALERT_CHANGE_PERCENT is "50%"; write a whole number from 0 on
    SYNC_SLOW_AFTER is "-1s", which is not a duration; write it like 30s, 5m, 6h or 2d
    SYNC_ERROR_EMAIL is "exams at example.com"; write a mail address such as exams@example.com
    SYNC_ERROR_EMAIL is set but SMTP_HOST is not; set it to your mail server
    SYNC_ERROR_EMAIL is set but SMTP_FROM is not; set it to the sender's address
    SMTP_HOST is "smtp.example.com:25"; write a host name alone, such as smtp.example.com (a port goes into SMTP_PORT)
    SMTP_PORT is "0"; write a whole number from 1 to 65535
    SMTP_USER is set but SMTP_PASSWORD is not; set both or neither
    SMTP_PASSWORD is set but SMTP_USER is not; set both or neither
    SMTP_FROM is "nobody"; write a mail address such as exams@example.com
    SMTP_TLS is "yes"; write starttls, tls or none
    SYNC_WEBHOOK_URL is not a list of http or https URLs; write one, or several with commas between
    SYNC_WEBHOOK_SECRET begins with whsec_ but no base64 text follows; copy it again from the receiver
    SYNC_WEBHOOK_FORMAT is "xml"; write slack, teams or json
    SYNC_HEARTBEAT_URL is not an http or https URL; write it like https://host/path
    SYNC_FILE_GROUP is "no such group", which is not a group of this machine; write its name or number
    SYNC_METRICS_FILE is "no/such/folder/", a folder; name a file in it, such as examsync.prom
    SYNC_STALE_AFTER_HALLS is "1 day and a bit", which is not a duration; write it like 30s, 5m, 6h or 2d
    SYNC_STALE_AFTER_PARTICIPANTS is "1000years"; at most 100 years make sense
    SYNC_LOG_RETENTION is "400", which is not a duration; write it like 30s, 5m, 6h or 2d
    SYNC_SITE is "two\nlines"; write a name of at most 60 characters on one line
    SYNC_HALLS_CRON is "0 25 * * *": the hour "25" can't be read; write five cron fields such as 0 2 * * *
    SYNC_PARTICIPANTS_CRON is "@hourly"; write five cron fields such as 0 2 * * *
    "#);
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
    // A user and a password are both there, and so neither is wrong.
    for (name, _) in WRONG.into_iter().filter(|(name, _)| !matches!(*name, "SMTP_USER" | "SMTP_PASSWORD")) {
        assert!(message.contains(name), "{name} is not named in:\n{message}");
        assert!(outcome.stderr.contains(name), "{name} is not named in:\n{}", outcome.stderr);
    }
    assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
    assert_eq!((files(&program), api.requests().len()), (vec![], 0));
}

#[test]
fn every_command_that_reads_settings_refuses_a_wrong_one() {
    for arguments in
        ["halls", "rooms", "participants", "status", "migrate", "migrate --check", "crontab", "settings"]
    {
        let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SMTP_PORT", "x");
        let outcome = program.run(arguments).expect(10);
        assert!(
            outcome
                .stderr
                .starts_with("examsync: error: SMTP_PORT is \"x\"; write a whole number from 1 to 65535\n"),
            "{outcome:?}"
        );
        assert_eq!(files(&program), [""; 0]);
    }
}

#[test]
fn the_zone_of_the_machine_must_be_one_too_when_it_is_used() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("TZ", "Mars/Base");
    insta::assert_snapshot!(program.run("halls").snapshot(), @r#"
    exit code 10
    stdout:

    stderr:
    examsync: error: TZ is "Mars/Base", which is not an IANA time zone; set SYNC_TIMEZONE to one, such as Asia/Baku
    examsync: in halls, run [uuid]
    "#);
    program.env("SYNC_TIMEZONE", "Asia/Baku").run("migrate").expect(0);
}

#[test]
fn what_is_needed_to_pull_is_told_before_the_database_is_made() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: EXTERNAL_HALL_API_URL and EXTERNAL_HALL_API_TOKEN are not set; set them to the external system's base URL and token
    examsync: in halls, run [uuid]
    ");
    let program = program.env("EXTERNAL_HALL_API_URL", "http://127.0.0.1:1");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: EXTERNAL_HALL_API_TOKEN is not set; set it (or EXTERNAL_HALL_API_TOKEN_FILE) to the external system's token
    examsync: in halls, run [uuid]
    ");
    assert_eq!(files(&program), [""; 0]);
}
