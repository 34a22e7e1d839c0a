//! The group cron: lines of the user and of the system, the daemon, env files, and the age of the last pass.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use chrono::{TimeDelta, Utc};

use super::{api, checks, not_ok, one};
use crate::support::postgres::say_skipped;
use crate::support::{Database, Examsync, MockApi, on_both_databases};

const NO_LINES: &str = "warn lines: no line of this user's crontab, of /etc/crontab or of /etc/cron.d pulls";

/// The program with an env file, and with this crontab of its user.
fn with_crontab(database: &Database, api: &MockApi, crontab: &str) -> Examsync {
    let path = std::env::var("PATH").unwrap_or_default();
    let program = Examsync::new(database, api);
    let bin = program.folder().join("bin").display().to_string();
    program.write("env", 0o600, "SYNC_SITE=here\n");
    program.write("bin/examsync", 0o755, "#!/bin/sh\n");
    program.write("bin/tab", 0o600, &crontab.replace("$folder", &program.folder().display().to_string()));
    program.write("bin/crontab", 0o755, "#!/bin/sh\n[ \"$1\" = -l ] && exec cat \"${0%/*}/tab\"\n");
    program.env("PATH", &format!("{bin}:{path}"))
}

/// What is not well but for the daemon, which may run on this machine or not.
fn not_ok_but_daemon(outcome: &crate::support::Outcome) -> Vec<String> {
    not_ok(outcome, "cron").into_iter().filter(|line| !line.starts_with("warn cron daemon: ")).collect()
}

const LINES: &str = "0 2 * * * $folder/bin/examsync --env-file $folder/env halls --full\n\
                     */30 * * * * $folder/bin/examsync --env-file $folder/env participants\n";

on_both_databases! {
    fn lines_of_the_user_are_found_and_missing_ones_are_warned_of(database) {
        database.migrate();
        let api = api();
        let none = Examsync::new(database, &api).run("doctor --json").expect(0);
        let told = not_ok_but_daemon(&none);
        assert!(told.len() == 1 && told[0].starts_with(&format!("{NO_LINES} halls or participants | run `")), "{told:?}");
        let half = with_crontab(database, &api, LINES.lines().next().unwrap()).run("doctor --json").expect(0);
        assert!(not_ok_but_daemon(&half)[0].starts_with(&format!("{NO_LINES} participants | ")), "{half:?}");
        let program = with_crontab(database, &api, LINES);
        program.run("halls --env-file env").expect(0);
        let outcome = program.run("doctor --json --env-file env").expect(0);
        let said = one(&outcome, "cron", "halls line")["message"].as_str().unwrap().to_owned();
        assert!(said.starts_with("0 2 * * * in the crontab of ") && said.ends_with(" pulls halls"), "{said}");
        assert_eq!(one(&outcome, "cron", "last halls pass")["verdict"], "ok");
        let told = not_ok_but_daemon(&outcome);
        assert!(told.len() == 1 && told[0].starts_with("warn last participants pass: there was none yet | run `"), "{told:?}");
    }

    fn a_roster_with_a_source_needs_a_line_of_its_own(database) {
        database.migrate();
        let api = api();
        let without = with_crontab(database, &api, LINES).env("ROSTER_URL", "export").run("doctor --json --env-file env");
        let told = not_ok_but_daemon(&without);
        assert!(told.iter().any(|line| line.starts_with(&format!("{NO_LINES} the roster | run `"))), "{told:?}");
        let lines = format!("{LINES}* * * * * $folder/bin/examsync --env-file $folder/env roster --lock-wait 5m\n");
        let program = with_crontab(database, &api, &lines).env("ROSTER_URL", "export");
        let outcome = program.run("doctor --json --env-file env");
        let said = one(&outcome, "cron", "roster line")["message"].as_str().unwrap().to_owned();
        assert!(said.starts_with("* * * * * in the crontab of ") && said.ends_with(" pulls the roster"), "{said}");
        let told = not_ok_but_daemon(&outcome);
        assert!(told.iter().any(|line| line.starts_with("warn last roster pass: there was none yet | run `")), "{told:?}");
        for (name, text) in [
            ("manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"),
            ("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\ns,,,School,school,,\n"),
        ] {
            program.write(&format!("export/{name}"), 0o600, text);
        }
        program.run("roster --env-file env").expect(0);
        assert_eq!(one(&program.run("doctor --json --env-file env"), "cron", "last roster pass")["verdict"], "ok");
        let old = (Utc::now() - TimeDelta::hours(2)).format("%Y-%m-%d %H:%M:%S.000");
        database.execute(&format!("UPDATE alert_scopes SET ended_at = '{old}' WHERE command = 'roster'"));
        let told = not_ok_but_daemon(&program.run("doctor --json --env-file env"));
        assert!(told.iter().any(|line| line.starts_with("warn last roster pass: it ended at ")), "{told:?}");
    }

    fn a_pass_that_is_older_than_its_line_says_is_warned_of(database) {
        database.migrate();
        let api = api();
        let line = "*/30 * * * * $folder/bin/examsync --env-file $folder/env halls\n* * * * * $folder/bin/examsync participants --env-file /nowhere\n";
        let program = with_crontab(database, &api, line);
        program.run("halls --env-file env").expect(0);
        let outcome = program.run("doctor --json --env-file env");
        assert_eq!(one(&outcome, "cron", "last halls pass")["verdict"], "ok");
        // Passes of another env file are another installation's.
        assert!(checks(&outcome).iter().all(|check| check["name"] != "last participants pass"), "{outcome:?}");
        let old = (Utc::now() - TimeDelta::hours(2)).format("%Y-%m-%d %H:%M:%S.000");
        database.execute(&format!("UPDATE alert_scopes SET ended_at = '{old}'"));
        let outcome = program.run("doctor --json --env-file env");
        let told = not_ok_but_daemon(&outcome);
        let told = told.iter().find(|line| line.starts_with("warn last halls pass: it ended at ")).unwrap();
        assert!(told.contains(", and the line */30 * * * * has been due at "), "{told}");
    }
}

#[test]
fn a_program_that_cron_does_not_find_is_10() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    for (line, why) in [
        ("0 2 * * * examsync halls\n", "cron finds no examsync in /usr/bin:/bin"),
        (
            "PATH=/nowhere:/nor/here\n0 2 * * * examsync halls\n",
            "cron finds no examsync in /nowhere:/nor/here",
        ),
        ("0 2 * * * /nowhere/examsync halls\n", "/nowhere/examsync can't be run"),
    ] {
        let outcome = with_crontab(&database, &api, line).run("doctor --json").expect(10);
        let check = one(&outcome, "cron", "program");
        let said = check["message"].as_str().unwrap();
        assert!(said.starts_with("the line 0 2 * * * in the crontab of ") && said.ends_with(why), "{said}");
        let cure = check["advice"].as_str().unwrap();
        let written = cure.strip_prefix("write ").unwrap().split(' ').next().unwrap();
        assert!(Path::new(written).is_file(), "{cure}");
    }
    let path = "PATH=$folder/bin\n0 2 * * * examsync halls\n0 3 * * * sudo examsync participants\n";
    let outcome = with_crontab(&database, &api, path).run("doctor --json").expect(0);
    assert!(checks(&outcome).iter().all(|check| check["name"] != "program"), "{outcome:?}");
}

#[test]
fn an_env_file_that_a_line_names_and_can_not_be_read_is_10_as_of_its_pass() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    let program = with_crontab(&database, &api, LINES);
    program.run("doctor --env-file env").expect(0);
    fs::set_permissions(program.folder().join("env"), Permissions::from_mode(0o622)).unwrap();
    for (arguments, named) in [("halls --env-file env", true), ("doctor --json", false)] {
        let outcome = program.run(arguments).expect(10);
        if !named {
            let failing = one(&outcome, "cron", "env file");
            assert_eq!(
                (&failing["verdict"], &failing["exit_code"]),
                (&"fail".into(), &10.into()),
                "{failing}"
            );
            assert!(failing["advice"].as_str().unwrap().starts_with("run: chmod go-w "), "{failing}");
        }
    }
    fs::remove_file(program.folder().join("env")).unwrap();
    let outcome = program.run("doctor --json").expect(10);
    assert!(
        not_ok_but_daemon(&outcome).iter().any(|line| line.starts_with("fail env file: ")),
        "{outcome:?}"
    );
}

/// The program where `/etc/cron.d` is this folder; `None` where this may not be arranged (said loudly).
fn with_system_folder(program: &Examsync, folder: &Path) -> Option<std::process::Output> {
    let script = "mount --bind \"$0\" /etc/cron.d && exec \"$@\"";
    let given = program.command("doctor --json");
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script]).arg(folder).arg(given.get_program()).args(given.get_args());
    command.env_clear().envs(given.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(program.folder());
    let output = command.output().unwrap();
    if output.stdout.is_empty() {
        say_skipped("right to mount in a namespace", "running the tests as root");
        return None;
    }
    Some(output)
}

#[test]
fn lines_of_the_system_name_a_user_who_must_be_able_to_read_the_env_file() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    let program = with_crontab(&database, &api, "");
    let folder = tempfile::tempdir().unwrap();
    let env = program.folder().join("env").display().to_string();
    let own = program.folder().join("bin/examsync").display().to_string();
    let lines = |user: &str| {
        format!(
            "0 2 * * * {user} {own} --env-file {env} halls\n*/30 * * * * {user} {own} --env-file {env} participants\n"
        )
    };
    let told = |name: &str, text: String| {
        fs::write(folder.path().join(name), text).unwrap();
        let output = with_system_folder(&program, folder.path())?;
        fs::remove_file(folder.path().join(name)).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let own = document["checks"].as_array().unwrap().iter().filter(|check| check["group"] == "cron");
        let line = |check: &serde_json::Value| {
            format!("{} {}: {}", check["verdict"], check["name"], check["message"])
        };
        Some(own.map(line).map(|line| line.replace('"', "").replace(&env, "[env]")).collect::<Vec<_>>())
    };
    let Some(of_other) = told("examsync", lines("nobody")) else { return };
    assert_eq!(of_other[0], "ok halls line: 0 2 * * * in /etc/cron.d/examsync pulls halls");
    let refused = "fail env file: in /etc/cron.d/examsync: the env file [env] can't be read by nobody, the user of the line";
    assert!(of_other.iter().any(|line| line == refused), "{of_other:?}");
    let of_root = told("examsync", lines("root")).unwrap();
    assert!(of_root.iter().any(|line| line == "ok env file: [env] can be read"), "{of_root:?}");
    let of_none = told("examsync", lines("no_such_user")).unwrap();
    assert!(
        of_none.iter().any(|line| line.contains("the line runs as the user no_such_user")),
        "{of_none:?}"
    );
    let passed_over = told("examsync.cron", lines("root")).unwrap();
    assert_eq!(
        passed_over[0],
        "warn halls line: /etc/cron.d/examsync.cron pulls halls, and cron skips files with a dot in their \
         name"
    );
}

#[test]
fn a_cron_daemon_is_known_by_its_name() {
    let database = Database::sqlite();
    let program = Examsync::new(&database, &api());
    let runs = |program: &Examsync| {
        let outcome = program.run("doctor --json").expect(0);
        one(&outcome, "cron", "cron daemon")["verdict"] == "ok"
    };
    let folder = tempfile::tempdir().unwrap();
    let daemon = folder.path().join("crond");
    assert!(Command::new("cp").arg("/bin/sleep").arg(&daemon).status().unwrap().success());
    let mut child = Command::new(&daemon).arg("60").spawn().unwrap();
    let found = runs(&program);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(found);
}
