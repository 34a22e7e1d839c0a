//! `examsync settings`: every setting with its value and source, and an env file to begin with.

use serde_json::{Value, json};

use super::files;
use crate::support::Examsync;

const CANARY: &str = "canary-Zx81";

/// The program with a database, in a zone.
fn program() -> Examsync {
    Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_TIMEZONE", "Asia/Baku")
}

/// One setting of the document: its value, whether it is set, and its source.
fn listed<'a>(document: &'a Value, name: &str) -> (&'a Value, bool, &'a str) {
    let settings = document["settings"].as_array().unwrap();
    let setting = settings.iter().find(|setting| setting["name"] == name).unwrap();
    (&setting["value"], setting["set"].as_bool().unwrap(), setting["source"].as_str().unwrap())
}

#[test]
fn each_setting_is_listed_with_its_source_and_value() {
    let program = Examsync::bare()
        .env("SYNC_TIMEOUT", "5s")
        .env("EXTERNAL_HALL_API_TOKEN_FILE", "token")
        .env("XDG_DATA_HOME", "/data")
        .env("TZ", "Asia/Baku");
    program.write("token", 0o600, CANARY);
    program.write(".env", 0o600, &format!("SMTP_USER=u\nSMTP_PASSWORD={CANARY}\nSYNC_SLOW_AFTER='2m'\n"));
    let outcome = program.run("settings").expect(0);
    assert_eq!(outcome.stderr, "");
    let file = format!("env file: {}/.env", program.folder().display());
    assert_eq!(outcome.stdout.lines().next(), Some(file.as_str()));
    for line in [
        "DATABASE_URL                   default      sqlite:///data/examsync/examsync.db",
        "EXTERNAL_HALL_API_URL          default      not set",
        "EXTERNAL_HALL_API_TOKEN        file         set, not shown",
        "SYNC_TIMEZONE                  default      Asia/Baku",
        "TZ                             environment  Asia/Baku",
        "SYNC_TIMEOUT                   environment  5s",
        "SYNC_SLOW_AFTER                env file     2m",
        "SMTP_PASSWORD                  env file     set, not shown",
        "SYNC_PARTICIPANTS_CRON         default      */30 * * * *",
    ] {
        assert_eq!(outcome.stdout.lines().filter(|shown| *shown == line).count(), 1, "{line}: {outcome:?}");
    }
    assert_eq!(files(&program), [".env", "token"]);
}

#[test]
fn a_document_has_version_command_status_and_the_list() {
    let program = program().arg("--database-url").arg("postgres://u@127.0.0.1/db?sslmode=require");
    program.write(".env", 0o600, &format!("SYNC_WEBHOOK_URL=https://hooks.example.com/{CANARY}\n"));
    let outcome = program.run("settings --json").expect(0);
    assert_eq!(outcome.stderr, "");
    let document = outcome.json();
    for (name, value) in [
        ("version", json!(1)),
        ("command", json!("settings")),
        ("status", json!("completed")),
        ("exit_code", json!(0)),
        ("error", Value::Null),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    assert_eq!(listed(&document, "DATABASE_URL"), (&json!("postgres://127.0.0.1/db"), true, "flag"));
    assert_eq!(listed(&document, "SYNC_TIMEZONE"), (&json!("Asia/Baku"), true, "environment"));
    assert_eq!(listed(&document, "SYNC_WEBHOOK_URL"), (&Value::Null, true, "env file"));
    assert_eq!(listed(&document, "SYNC_DEADLINE"), (&json!("10m"), false, "default"));
    assert_eq!(listed(&document, "SMTP_HOST"), (&Value::Null, false, "default"));
    assert_eq!(listed(&document, "EXTERNAL_HALL_API_TOKEN"), (&Value::Null, false, "default"));
    let fields: Vec<&str> = document["settings"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["name", "secret", "set", "source", "value"]);
}

#[test]
fn a_default_that_other_settings_decide_is_listed_as_it_came_out() {
    let program = Examsync::bare()
        .env("HOME", "/home/u")
        .env("TZ", "Asia/Tokyo")
        .env("SYNC_ERROR_EMAIL", "a@example.com")
        .env("SMTP_HOST", "h")
        .env("SMTP_USER", "u@example.com")
        .env("SMTP_PASSWORD", CANARY)
        .env("SMTP_TLS", "tls");
    let document = program.run("settings --json").expect(0).json();
    for (name, value) in [
        ("DATABASE_URL", "sqlite:///home/u/.local/share/examsync/examsync.db"),
        ("SYNC_TIMEZONE", "Asia/Tokyo"),
        ("SMTP_FROM", "u@example.com"),
        ("SMTP_PORT", "465"),
    ] {
        assert_eq!(listed(&document, name), (&json!(value), false, "default"), "{name}");
    }
}

#[test]
fn wrong_settings_are_listed_too_and_end_with_10() {
    let program = program()
        .without("SYNC_TIMEZONE")
        .env("DATABASE_URL", &format!("mysql://u:{CANARY}@h/db"))
        .env("EXTERNAL_HALL_API_URL", &format!("https://u:{CANARY}@h/?key={CANARY}"))
        .env("SMTP_PASSWORD", CANARY)
        .env("SMTP_HOST", &format!("smtp://u:{CANARY}@h:25"))
        .env("SYNC_TIMEOUT", "soon")
        .env("TZ", "Mars/Base");
    for arguments in ["settings", "settings --json", "settings -vv"] {
        let outcome = program.run(arguments).expect(10);
        assert!(!format!("{outcome:?}").contains(CANARY), "{outcome:?}");
        assert!(
            outcome.stderr.starts_with("examsync: error: DATABASE_URL begins with mysql:"),
            "{outcome:?}"
        );
    }
    let document = program.run("settings --json").expect(10).json();
    assert_eq!((&document["status"], &document["error"]["kind"]), (&json!("failed"), &json!("setup")));
    assert_eq!(listed(&document, "DATABASE_URL"), (&Value::Null, true, "environment"));
    assert_eq!(listed(&document, "EXTERNAL_HALL_API_URL"), (&json!("https://h/"), true, "environment"));
    assert_eq!(listed(&document, "SMTP_HOST"), (&json!("smtp://h:25"), true, "environment"));
    assert_eq!(listed(&document, "SYNC_TIMEOUT"), (&json!("soon"), true, "environment"));
    assert_eq!(listed(&document, "SYNC_TIMEZONE"), (&Value::Null, false, "default"));
}

#[test]
fn settings_that_can_not_be_known_are_not_listed() {
    let program = program();
    for (arguments, code, kind) in [
        ("settings --json --env-file nowhere.env", 10, "setup"),
        ("settings --json --database-url postgres://u:canary@h/db", 2, "usage"),
    ] {
        let document = program.run(arguments).expect(code).json();
        assert_eq!((&document["error"]["kind"], &document["settings"]), (&json!(kind), &json!([])));
    }
    assert_eq!(program.run("settings --env-file nowhere.env").expect(10).stdout, "");
}

#[test]
fn the_example_sets_nothing_until_its_marks_are_taken_away() {
    let example = Examsync::bare().run("settings --example").expect(0);
    assert_eq!(example.stderr, "");
    let program = program();
    program.write("example", 0o600, &example.stdout);
    let all = |document: &Value| document["settings"].as_array().unwrap().clone();
    let bare = program.run("settings --json").expect(0).json();
    let commented = program.run("settings --json --env-file example").expect(0).json();
    assert_eq!(all(&commented), all(&bare));

    // Of the settings with a default the line says just that.
    let assignment = |line: &str| {
        let (name, _) = line.strip_prefix('#')?.split_once('=')?;
        let setting = all(&bare).into_iter().find(|setting| setting["name"] == name)?;
        let default = format!("\n# Default: {}\n#{name}=", setting["value"].as_str()?);
        example.stdout.contains(&default).then(|| line[1..].to_owned())
    };
    let lines: Vec<String> = example.stdout.lines().filter_map(assignment).collect();
    assert!(lines.len() >= 15, "{lines:?}");
    program.write("example", 0o600, &lines.join("\n"));
    let defaults = program.run("settings --json --env-file example").expect(0).json();
    for (set, default) in all(&defaults).into_iter().zip(all(&bare)) {
        assert_eq!(set["value"], default["value"], "{set}");
    }
    let from_file = all(&defaults).into_iter().filter(|setting| setting["source"] == "env file");
    assert_eq!(from_file.count(), lines.len());
}
