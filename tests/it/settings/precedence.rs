//! Flag over environment over env file over default.

use super::files;
use crate::support::mock_api::{HALLS, unreachable_url};
use crate::support::{Database, Examsync, MockApi};

/// Where the tables went: which of the files there are after `migrate`.
fn migrated(program: &Examsync, options: &str) -> Vec<String> {
    let outcome = program.run(&format!("migrate {options}")).expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    files(program).into_iter().filter(|name| name.ends_with(".db")).collect()
}

#[test]
fn a_flag_beats_the_environment() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:environment.db");
    program.write(".env", 0o600, "DATABASE_URL=sqlite:file.db\n");
    assert_eq!(migrated(&program, "--database-url sqlite:flag.db"), ["flag.db"]);
}

#[test]
fn the_environment_beats_the_env_file() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:environment.db");
    program.write(".env", 0o600, "DATABASE_URL=sqlite:file.db\n");
    assert_eq!(migrated(&program, ""), ["environment.db"]);
}

#[test]
fn the_env_file_beats_the_default() {
    let program = Examsync::bare().env("HOME", "/nonexistent");
    program.write(".env", 0o600, "DATABASE_URL=sqlite:file.db\n");
    assert_eq!(migrated(&program, ""), ["file.db"]);
}

#[test]
fn a_named_env_file_stands_in_for_the_one_in_the_working_folder() {
    let program = Examsync::bare();
    program.write(".env", 0o600, "DATABASE_URL=sqlite:file.db\nSYNC_TIMEOUT=never read\n");
    program.write("other env", 0o600, "# comment\n\nexport DATABASE_URL='sqlite:named file.db'\n");
    assert_eq!(migrated(&program.arg("--env-file").arg("other env"), ""), ["named file.db"]);
}

#[test]
fn an_empty_value_means_not_set_at_every_level() {
    let program = Examsync::bare().env("DATABASE_URL", "").arg("--database-url").arg("");
    program.write(".env", 0o600, "DATABASE_URL=sqlite:file.db\nSYNC_TIMEOUT=\n");
    assert_eq!(migrated(&program, ""), ["file.db"]);
}

#[test]
fn settings_of_one_command_may_come_from_all_places() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = Examsync::bare()
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "")
        .env("SYNC_TIMEZONE", "UTC");
    let elsewhere = unreachable_url();
    let lines = format!("EXTERNAL_HALL_API_URL={elsewhere}\nEXTERNAL_HALL_API_TOKEN=test-token\nOTHER=1\n");
    program.write(".env", 0o600, &lines);
    let outcome = program.arg("--database-url").arg(database.url()).run("halls").expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    assert_eq!(api.count(HALLS), 1);
    assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'completed'"), 2);
}

#[test]
fn cron_lines_run_when_the_settings_say() {
    let program = Examsync::bare().env("SYNC_HALLS_CRON", "15 3 * * *").env("DATABASE_URL", "sqlite:x.db");
    program.write(".env", 0o600, "SYNC_PARTICIPANTS_CRON='*/20 6-20 * * *'\n");
    let lines = program.run("crontab").expect(0).stdout;
    let times: Vec<&str> = lines.lines().filter_map(|line| Some(line.split_once(" /")?.0)).collect();
    assert_eq!(times, ["15 3 * * *", "*/20 6-20 * * *"], "{lines}");
}

#[test]
fn cron_lines_name_the_file_that_was_named_wherever_cron_starts() {
    let program = Examsync::bare();
    let lines = program.run("crontab --database-url sqlite:x.db").expect(0).stdout;
    let named = format!("--database-url sqlite://{}/x.db ", program.folder().display());
    assert_eq!(lines.matches(&named).count(), 2, "{lines}");
}

#[test]
fn an_env_file_that_is_asked_for_must_be_there() {
    let program = Examsync::bare();
    insta::assert_snapshot!(program.run("status --env-file nowhere.env").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: the env file [folder]/nowhere.env can't be read: No such file or directory (os error 2); name one that can with --env-file
    examsync: in status, run [uuid]
    ");
}

#[test]
fn a_malformed_env_file_is_told_by_line_without_its_content() {
    let program = Examsync::bare();
    program.write(".env", 0o600, "SYNC_TIMEOUT=1s\nSMTP_PASSWORD=canary with spaces\n");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: the env file [folder]/.env is malformed in line 2; write NAME=value, one a line, a value with spaces or $ in single quotes
    examsync: in halls, run [uuid]
    ");
}

#[test]
fn a_wrong_value_in_an_env_file_is_told_with_the_file() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    program.write(".env", 0o644, "SYNC_TIMEOUT=30\n");
    insta::assert_snapshot!(program.run("halls").snapshot(), @r#"
    exit code 10
    stdout:

    stderr:
    examsync: error: SYNC_TIMEOUT in [folder]/.env is "30", which is not a duration; write it like 30s, 5m, 6h or 2d
    examsync: in halls, run [uuid]
    "#);
}

#[test]
fn the_default_database_is_made_in_the_data_folder_and_named_once() {
    use std::os::unix::fs::PermissionsExt;
    let api = MockApi::start();
    let program = Examsync::bare()
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "test-token");
    let folder = program.folder().join("data");
    let program = program.env("XDG_DATA_HOME", &folder.display().to_string());
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 0
    stdout:

    stderr:
    examsync: DATABASE_URL is not set: created the local database [folder]/data/examsync/examsync.db
    ");
    assert_eq!(program.run("halls").snapshot(), "exit code 0\nstdout:\n\nstderr:");

    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let file = folder.join("examsync/examsync.db");
    assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o700, 0o600));
    assert_eq!(program.run("migrate --check").snapshot(), "exit code 0\nstdout:\n\nstderr:");
}

#[test]
fn the_default_database_is_under_home_without_xdg_and_quiet_is_quiet() {
    let api = MockApi::start();
    let program = Examsync::bare()
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "test-token");
    let home = program.folder().display().to_string();
    // A relative data folder is to be ignored by the XDG rules.
    let program = program.env("HOME", &home).env("XDG_DATA_HOME", "relative");
    assert_eq!(program.run("halls -q").snapshot(), "exit code 0\nstdout:\n\nstderr:");
    assert!(program.folder().join(".local/share/examsync/examsync.db").is_file());
    assert!(!program.folder().join("relative").exists());
}

#[test]
fn without_a_home_there_is_no_default_database() {
    insta::assert_snapshot!(Examsync::bare().run("migrate").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: DATABASE_URL is not set, and without HOME there is no data folder for the default database; set DATABASE_URL
    examsync: in migrate, run [uuid]
    ");
}
