//! README: every command in it runs as it is printed, and the session that it shows is a real one.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};

use crate::support::data::{count, hall, room, slot};
use crate::support::mock_api::TOKEN;
use crate::support::terminal::{on_a_terminal, seen};
use crate::support::{Database, Examsync, MockApi};

const README: &str = include_str!("../../README.md");
const DATE: &str = "2099-06-01";

/// What stands in the blocks of this language, block by block.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    README.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The exam system of README: ten halls, of which the first two are used.
fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(halls(10));
    for date in [DATE, "2099-06-02"] {
        api.participants(
            date,
            json!([slot("09:00", vec![count(7, 701, 28), count(7, 702, 24), count(8, 801, 65)])]),
        );
    }
    api.hall_rooms(7, json!([room(701, "101", 30), room(702, "102", 24)]));
    api
}

fn halls(count: i64) -> Value {
    let first = [
        hall(7, "28 saylı məktəb", vec![room(701, "101", 30), room(702, "102", 24)]),
        hall(8, "Gəncə Dövlət Universiteti", vec![room(801, "A1", 60)]),
    ];
    let others = (9..).map(|id| hall(id, &format!("Məktəb {id}"), vec![room(id * 100 + 1, "1", 30)]));
    first.into_iter().chain(others).take(usize::try_from(count).unwrap()).collect()
}

/// What differs from run to run, and what a terminal does not show.
fn masked(text: &str) -> String {
    let mut text = text.replace(['\u{2068}', '\u{2069}'], "");
    for (volatile, name) in [
        (r"[0-9a-f]{8}-[0-9a-f-]{27}", "RUN"),
        (r"plan [0-9a-f]{12}|--approve [0-9a-f]{12}", "PLAN"),
        (r"\(\d+\.\d s\)", "(TIME)"),
        (r"in \d+ days", "in DAYS"),
        (r"\d+ (?:s|min|h) ago", "AGE"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d \+04:00", "MOMENT"),
        (r"in \d+ (?:s|min)\b", "in MINUTES"),
    ] {
        text = Regex::new(volatile).unwrap().replace_all(&text, name).into_owned();
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn the_session_that_it_shows_is_a_real_one() {
    let database = Database::sqlite();
    let api = api();
    let program = Examsync::new(&database, &api)
        .env("SYNC_TIMEZONE", "Asia/Baku")
        .env("SYNC_ALERT_CHANGE_PERCENT", "100000");
    database.migrate();
    let [session_shown] = blocks("console")[..] else { panic!("there is one session") };
    let mut happened = String::new();
    for line in session_shown.lines().filter(|line| line.starts_with("$ examsync ")) {
        let (command, comment) = line.split_once("  # ").unwrap_or((line, ""));
        match comment {
            "" => {}
            "the exam system has lost six halls" => api.halls(halls(4)),
            other => panic!("nothing is known of {other}"),
        }
        let arguments = command.trim_end().strip_prefix("$ examsync ").unwrap();
        let Some((_, text)) = on_a_terminal(&program, arguments, &[("NO_COLOR", "1")]) else { return };
        happened += &format!("{line}\n{}\n", seen(&text).join("\n").trim_end());
    }
    assert_eq!(masked(&happened), masked(session_shown), "{happened}");
}

#[test]
fn its_commands_run_as_they_are_printed() {
    let api = api();
    let bare = Examsync::bare();
    let folder = bare.folder();
    let settings =
        blocks("sh").into_iter().find(|block| block.starts_with("EXTERNAL_HALL_API_URL=")).unwrap();
    let settings =
        settings.replace("https://exam-system.example.com", &api.url()).replace("the-token", TOKEN);
    bare.write(".env", 0o600, &settings);
    let path = Path::new(env!("CARGO_BIN_EXE_examsync")).parent().unwrap();
    let path = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    let mut elsewhere = BTreeSet::new();
    let mut run = 0;
    for line in blocks("sh").into_iter().flat_map(str::lines).filter(|line| !line.contains("=the-token")) {
        let is_ours = |line: &str| line.starts_with("examsync ") || line.starts_with("echo ");
        if !is_ours(line) {
            elsewhere.insert(line);
            continue;
        }
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().env("PATH", &path).env("HOME", folder).current_dir(folder).args(["-c", line]);
        let output = shell.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        run += 1;
    }
    assert!(run > 8, "{run}");
    // `.ci/run` and `.ci/more` run these, or they are about the machine.
    let known = [
        "cargo run --example quickstart",
        "sudo apt-get install -y postgresql pgbouncer mariadb-server age minisign zstd && cargo test",
        "cargo build --release",
        "sudo install target/release/examsync /usr/local/bin/",
        "sudo apt-get install -y postgresql mariadb-server curl python3 python3-venv age zstd sqlite3 && cargo bench",
        "EXTERNAL_HALL_API_URL=https://exam-system.example.com",
        "SYNC_TIMEZONE=Asia/Baku",
    ];
    assert_eq!(elsewhere, BTreeSet::from(known));
}

#[test]
fn it_is_read_in_a_few_minutes() {
    let (lines, words) = (README.lines().count(), README.split_whitespace().count());
    assert!(lines <= 200 && words <= 1_500, "{lines} lines, {words} words");
}
