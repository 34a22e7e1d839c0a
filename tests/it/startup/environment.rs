//! Started without a home, a terminal, a locale, a zone, a folder, or files to open.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{Database, Examsync, MockApi, data, on_both_databases};

/// Runs a shell script that starts the program as `"$1"`; exit code, stdout and stderr.
fn shell(script: &str, environment: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new("/bin/sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_examsync")])
        .env_clear()
        .envs(environment.iter().copied())
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn without_a_home_the_default_database_is_asked_for_in_a_sentence() {
    for home in [None, Some(""), Some("relative/home")] {
        let mut program = Examsync::bare();
        if let Some(home) = home {
            program = program.env("HOME", home);
        }
        for command in ["status", "migrate"] {
            assert_eq!(
                program.run(command).snapshot(),
                format!(
                    "exit code 10\nstdout:\n\nstderr:\nexamsync: error: DATABASE_URL is not set, and without \
                     HOME there is no data folder for the default database; set DATABASE_URL\nexamsync: in {command}, run [uuid]"
                )
            );
        }
    }
}

#[test]
fn a_home_that_can_not_be_written_is_told() {
    let program = Examsync::bare().env("HOME", "/proc/nothing");
    let outcome = program.run("migrate").expect(10);
    assert_eq!(
        outcome.snapshot(),
        "exit code 10\nstdout:\n\nstderr:\nexamsync: error: the SQLite file \
         /proc/nothing/.local/share/examsync can't be used: No such file or directory (os error 2); see DATABASE_URL\nexamsync: in migrate, run [uuid]"
    );
}

on_both_databases! {
    fn a_pass_needs_no_terminal_no_locale_and_no_path(database) {
        let api = MockApi::start();
        api.halls(serde_json::json!([data::hall(1, "Şəki Ələskər 🎓 Школа", vec![data::room(1, "№1", 3)])]));
        database.migrate();
        for (name, value) in [("LC_ALL", "C"), ("LC_ALL", "xx_YY.KOI8-R"), ("LANG", "tr_TR.UTF-8"), ("PATH", "/nonexistent"),
            ("TMPDIR", "/nonexistent"), ("PGCLIENTENCODING", "LATIN1")] {
            let outcome = Examsync::new(database, &api).env(name, value).run("halls").expect(0);
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{name}={value}");
        }
        assert_eq!(database.text("SELECT name FROM buildings"), "Şəki Ələskər 🎓 Школа");
    }

    fn an_unknown_time_zone_is_10_and_one_that_is_not_needed_is_ignored(database) {
        let api = MockApi::start();
        database.migrate();
        let program = Examsync::new(database, &api);
        let outcome = program.env("SYNC_TIMEZONE", "Nowhere/Land").run("halls");
        assert_eq!(outcome.snapshot(),
            "exit code 10\nstdout:\n\nstderr:\nexamsync: error: SYNC_TIMEZONE is \"Nowhere/Land\", which is not a time \
             zone; write an IANA name such as Asia/Baku or UTC\nexamsync: in halls, run [uuid]");
        let outcome = Examsync::new(database, &api).without("SYNC_TIMEZONE").env("TZ", "Nowhere/Land").run("halls").expect(10);
        assert!(outcome.stderr.starts_with("examsync: error: TZ is \"Nowhere/Land\""), "{outcome:?}");
        let outcome = Examsync::new(database, &api).env("TZ", "Nowhere/Land").run("halls").expect(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        assert_eq!(api.requests().len(), 1);
    }
}

#[test]
fn a_working_folder_that_is_gone_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).expect("a folder");
    let environment = [("GONE", gone.to_str().expect("a plain path")), ("DATABASE_URL", "sqlite::memory:")];
    let (code, stdout, stderr) = shell(r#"cd "$GONE" && rmdir "$GONE" && exec "$1" status"#, &environment);
    let first = stderr.lines().next().unwrap_or_default();
    assert_eq!(
        (code, stdout.as_str(), first),
        (
            Some(10),
            "",
            "examsync: error: the working directory is gone: No such file or directory (os error 2)"
        )
    );
    let (code, stdout, _) =
        shell(r#"mkdir "$GONE"; cd "$GONE" && rmdir "$GONE" && exec "$1" --version"#, &environment);
    assert_eq!((code, stdout), (Some(0), format!("examsync {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn too_few_files_to_open_is_a_sentence() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    database.migrate();
    let environment = [
        ("DATABASE_URL", database.url()),
        ("EXTERNAL_HALL_API_URL", &api.url()),
        ("EXTERNAL_HALL_API_TOKEN", "test-token"),
        ("SYNC_TIMEZONE", "UTC"),
        ("SYNC_RETRY_DELAY", "1"),
    ];
    for limit in 3..20 {
        let (code, stdout, stderr) = shell(&format!(r#"ulimit -n {limit}; exec "$1" halls"#), &environment);
        assert!(!stderr.contains("panicked"), "{limit}: {stderr}");
        match code {
            Some(0) => assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""), "{limit}"),
            // The dynamic linker itself needs a file or two.
            Some(127) => assert!(limit < 5, "{limit}"),
            code => {
                assert!(matches!(code, Some(1 | 10 | 75)), "{limit}: {code:?} {stderr}");
                assert!(stderr.starts_with("examsync: "), "{limit}: {code:?} {stderr}");
            }
        }
    }
}
