//! A metrics folder that is missing or can't be written stops no pass; it is told once a command, and by `status --check`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::scene::DATE;
use crate::support::{Database, Examsync, MockApi, data, on_both_databases, postgres};

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "A", vec![data::room(11, "A", 3)])]));
    api
}

/// The reasons of `status --check` that are about metrics.
#[track_caller]
fn reasons(program: &Examsync) -> Vec<String> {
    let outcome = program.run("status --check -q");
    let lines = outcome.stderr.lines().map(|line| line.trim_start_matches("examsync: error: not healthy: "));
    let lines: Vec<String> = lines.filter(|line| line.starts_with("metrics: ")).map(str::to_owned).collect();
    assert!(lines.is_empty() || outcome.code == 1, "{outcome:?}");
    let page = program.run("status --json").expect(0).json();
    let problems = page["problems"].as_array().unwrap().iter().map(|problem| problem.as_str().unwrap());
    let problems: Vec<&str> = problems.filter(|problem| problem.starts_with("metrics: ")).collect();
    assert_eq!(lines, problems);
    assert!(lines.is_empty() || page["healthy"] == json!(false));
    lines
}

on_both_databases! {
    fn a_folder_that_is_missing_stops_no_pass_and_is_told_once_a_command(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api).env("SYNC_METRICS_FILE", "metrics/examsync.prom");
        let folder = program.folder().join("metrics");
        let said = format!(
            "{0}/examsync.prom can't be written: No such file or directory (os error 2); create its folder \
             {0}",
            folder.display()
        );
        for arguments in ["halls", "rooms", &format!("participants --date {DATE} --date 2099-06-02")] {
            let outcome = program.run(arguments);
            // The rooms of the halls have no answer of their own here.
            assert_eq!(outcome.code, if arguments == "rooms" { 13 } else { 0 }, "{outcome:?}");
            let warnings: Vec<&str> =
                outcome.stderr.lines().filter(|line| line.contains("SYNC_METRICS_FILE")).collect();
            assert_eq!(warnings, [format!("examsync: warning: SYNC_METRICS_FILE: {said}")], "{arguments}");
        }
        assert_eq!(program.run("halls -q").expect(0).stderr, "");
        assert_eq!(program.run("halls --dry-run").expect(0).stderr, "");
        assert_eq!(program.run("migrate").expect(0).stderr, "");
        assert_eq!(reasons(&program), [format!("metrics: {said}")]);
        let settings = program.run("settings").expect(0);
        assert!(!settings.stderr.contains("SYNC_METRICS_FILE"), "{}", settings.stderr);

        std::fs::create_dir(&folder).unwrap();
        assert_eq!(reasons(&program), [""; 0]);
        assert_eq!(program.run("halls").expect(0).stderr, "");
        assert!(folder.join("examsync.prom").exists());
        assert_eq!(reasons(&program), [""; 0]);
    }
}

#[test]
fn a_folder_that_can_not_be_written_is_told_and_the_pass_is_kept() {
    let database = Database::sqlite();
    let api = api();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("examsync.prom");
    let program = Examsync::new(&database, &api)
        .env("SYNC_METRICS_FILE", &file.display().to_string())
        .env("USER", "examsync")
        .unprivileged();
    postgres::own(database.folder());
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let said = format!(
        "{} can't be written: Permission denied (os error 13); let the user of the passes write its folder {}",
        file.display(),
        folder.path().display()
    );
    let outcome = program.run("halls").expect(0);
    assert_eq!(outcome.stderr, format!("examsync: warning: SYNC_METRICS_FILE: {said}\n"));
    assert_eq!(database.number("SELECT count(*) FROM rooms"), 1);
    assert_eq!(reasons(&program), [format!("metrics: {said}")]);
}

#[test]
fn a_reader_who_may_not_write_the_folder_is_no_reason_while_the_file_is_fresh() {
    let database = Database::sqlite();
    let api = api();
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(database.folder(), Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("examsync.prom");
    let of = |user: &str| {
        Examsync::new(&database, &api).env("SYNC_METRICS_FILE", &file.display().to_string()).env("USER", user)
    };
    of("examsync").run("halls").expect(0);
    // A database is made for its user only.
    std::fs::set_permissions(database.file(), Permissions::from_mode(0o644)).unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let monitor = of("monitor").unprivileged();
    assert_eq!(reasons(&monitor), [""; 0]);
    // A pass of two minutes ago came after the file that is there.
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(old).unwrap();
    database
        .execute("UPDATE sync_logs SET completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-2 minutes')");
    let reasons = reasons(&monitor);
    assert!(reasons.len() == 1 && reasons[0].contains("Permission denied"), "{reasons:?}");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_folder_that_every_user_may_write_is_a_warning_once_a_command() {
    let (api, database) = (api(), Database::sqlite());
    let program = Examsync::new(&database, &api).env("SYNC_METRICS_FILE", "metrics/examsync.prom");
    let folder = program.folder().join("metrics");
    std::fs::create_dir(&folder).unwrap();
    for (mode, warned) in [(0o777, true), (0o757, true), (0o1777, false), (0o775, false)] {
        std::fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        let outcome = program.run("halls").expect(0);
        let said = format!(
            "examsync: warning: SYNC_METRICS_FILE: every user may replace the files in {0}, the metrics too; \
             run: chmod o-w {0}\n",
            folder.display()
        );
        assert_eq!(outcome.stderr, if warned { said.as_str() } else { "" }, "{mode:o}");
        let made: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(made, ["examsync.prom"]);
        let mode = folder.join("examsync.prom").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
}
