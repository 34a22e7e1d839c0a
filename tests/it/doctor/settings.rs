//! The group settings: values and sources, names that are none, files of secrets, zones.

use serde_json::json;

use super::{api, checks, not_ok, one, stops_a_pass};
use crate::support::{Database, Examsync, on_both_databases};

on_both_databases! {
    fn every_setting_is_told_with_its_source_and_no_secret(database) {
        database.migrate();
        let program = Examsync::new(database, &api()).env("SYNC_SITE", "Baku");
        program.write("env", 0o600, "SMTP_USER=u@example.com\nSMTP_PASSWORD=canary\nSYNC_WEBHOOK_SECRET_FILE=secret\n");
        program.write("secret", 0o600, "canary");
        let outcome = program.run("doctor --json --env-file env").expect(0);
        assert!(!outcome.whole_stderr.contains("canary") && !outcome.stdout.contains("canary"), "{outcome:?}");
        let said = |name: &str| one(&outcome, "settings", name)["message"].clone();
        assert_eq!(said("SYNC_SITE"), "Baku, from the environment");
        assert_eq!(said("SMTP_USER"), "u@example.com, from the env file");
        assert_eq!(said("SMTP_PASSWORD"), "set and not shown, from the env file");
        assert_eq!(said("SYNC_WEBHOOK_SECRET"), "set and not shown, from a file of its own, which no other user may read");
        assert_eq!(said("EXTERNAL_HALL_API_TOKEN"), "set and not shown, from the environment");
        assert_eq!(said("SYNC_TIMEOUT"), "30s, by default");
        assert_eq!(said("SYNC_ERROR_EMAIL"), "not set");
        let settings = program.run("settings --json").expect(0).json();
        let names: Vec<_> = settings["settings"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        let all = checks(&outcome);
        for name in names {
            let own = all.iter().filter(|check| check["group"] == "settings" && check["name"] == name);
            assert_eq!(own.count(), 1, "{name}");
        }
        let fields: Vec<&str> = all[0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["advice", "exit_code", "group", "message", "name", "verdict"]);
        assert_eq!(not_ok(&outcome, "settings"), [""; 0]);
    }

    fn what_is_wrong_is_10_as_of_a_pass_and_the_database_is_looked_at_all_the_same(database) {
        database.migrate();
        let program = Examsync::new(database, &api());
        for (name, value) in [("SYNC_TIMEOUT", "soon"), ("SYNC_TIMEZONE", "Asia/Bakoo"), ("SYNC_MAX_BODY", "-1")] {
            let outcome = stops_a_pass(&program.clone().env(name, value), "settings", name, 10);
            let refusal = program.clone().env(name, value).run("halls").expect(10);
            let failing = one(&outcome, "settings", name);
            let whole = format!("{}; {}", failing["message"].as_str().unwrap(), failing["advice"].as_str().unwrap());
            assert!(refusal.stderr.starts_with(&format!("examsync: error: {whole}\n")), "{refusal:?}");
            assert_eq!(not_ok(&outcome, "database"), [""; 0], "{name}");
        }
    }
}

#[test]
fn a_misspelt_name_fails_and_another_unknown_one_is_warned_of() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::new(&database, &api());
    program.write("env", 0o600, "SYNC_TIMEZON=UTC\nSYNC_SOMETHING_ELSE=1\nOTHERS=1\n");
    let outcome = program.run("doctor --json --env-file env").expect(10);
    assert_eq!(
        not_ok(&outcome, "settings"),
        [
            "warn SYNC_SOMETHING_ELSE: it is in [folder]/env and is not a setting | remove it, or correct \
             it; the nearest setting is SYNC_METRICS_FILE",
            "fail SYNC_TIMEZON: it is in [folder]/env and is not a setting | did you mean SYNC_TIMEZONE? Correct the \
             name",
        ]
    );
    assert_eq!(outcome.stderr, "examsync: error: 1 check fails: SYNC_TIMEZON (settings)\n");
}

#[test]
fn files_that_others_may_read_or_write_fail_as_a_pass_does() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::new(&database, &api())
        .without("EXTERNAL_HALL_API_TOKEN")
        .env("EXTERNAL_HALL_API_TOKEN_FILE", "t");
    for mode in [0o644, 0o622] {
        program.write("t", mode, "test-token");
        let outcome = stops_a_pass(&program, "settings", "EXTERNAL_HALL_API_TOKEN", 10);
        assert!(
            one(&outcome, "settings", "EXTERNAL_HALL_API_TOKEN")["advice"]
                .as_str()
                .is_some_and(|advice| advice.starts_with("run: chmod "))
        );
    }
    let program = Examsync::new(&database, &api());
    program.write(".env", 0o622, "SYNC_SITE=x\n");
    let outcome = stops_a_pass(&program, "settings", "env file", 10);
    assert_eq!(
        not_ok(&outcome, "settings"),
        [
            "fail env file: the env file [folder]/.env may be changed by other users | run: chmod go-w [folder]/.env"
        ]
    );
}

#[test]
fn the_zone_of_the_exams_is_told_wherever_it_comes_from() {
    let database = Database::sqlite();
    let program = Examsync::new(&database, &api());
    let told = |program: &Examsync| {
        let outcome = program.run("doctor --json").expect(0);
        one(&outcome, "settings", "zone")["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(told(&program), "exam dates and start times are in Asia/Baku");
    assert_eq!(told(&program.clone().env("SYNC_TIMEZONE", "UTC")), "exam dates and start times are in UTC");
    let by_machine = told(&program.without("SYNC_TIMEZONE").env("TZ", "Europe/Berlin"));
    assert_eq!(by_machine, "exam dates and start times are in Europe/Berlin");
}

#[test]
fn schedules_that_cron_daemons_read_differently_are_10_as_of_crontab() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::new(&database, &api()).env("SYNC_HALLS_CRON", "5/15 * * * *");
    let outcome = program.run("doctor --json").expect(10);
    program.run("crontab").expect(10);
    assert_eq!(
        not_ok(&outcome, "settings"),
        [
            "fail SYNC_HALLS_CRON: SYNC_HALLS_CRON is \"5/15 * * * *\": cron daemons differ on 5/15, a step without a range | \
          write 5-59/15"
        ]
    );
}

#[test]
fn secrets_in_clear_are_a_failure_until_they_are_meant() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::with_api_url(&database, "http://exams.example.com")
        .env("SYNC_ERROR_EMAIL", "a@example.com")
        .env("SMTP_HOST", "mail.example.com")
        .env("SMTP_USER", "a@example.com")
        .env("SMTP_PASSWORD", "canary")
        .env("SMTP_TLS", "none");
    let outcome = program.run("doctor --json").expect(10);
    let told = not_ok(&outcome, "settings");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("fail SYNC_ALLOW_PLAINTEXT: the token goes to [api host] over http")
            || told[0]
                .starts_with("fail SYNC_ALLOW_PLAINTEXT: the token goes to exams.example.com over http"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("fail SYNC_ALLOW_PLAINTEXT: the password of the mail server goes to"),
        "{told:?}"
    );
    let meant = program.env("SYNC_ALLOW_PLAINTEXT", "api,mail").run("doctor --json").expect(0);
    assert_eq!(not_ok(&meant, "settings"), [""; 0]);
}

#[test]
fn a_password_on_the_command_line_is_a_usage_error() {
    let outcome = Examsync::bare().run("doctor --json --database-url postgres://u:canary@h/db").expect(2);
    assert_eq!(
        (outcome.json()["error"]["kind"].clone(), outcome.stdout.contains("canary")),
        (json!("usage"), false)
    );
}
