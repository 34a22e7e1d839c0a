//! stdout is the result, stderr is the story (contract §5).

mod document;
mod isolates;
mod logs;
mod terminal;

use serde_json::json;

use crate::support::mock_api::HALLS;
use crate::support::tools::judge;
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};

const SILENT: &str = "exit code 0\nstdout:\n\nstderr:";

on_both_databases! {
    fn off_a_terminal_success_is_silent_whatever_changed(database) {
        let api = MockApi::start();
        database.migrate();
        let program = Examsync::new(database, &api);
        let mut halls = data::halls(12, 2);
        for change in ["created", "updated", "deactivated", "reactivated"] {
            api.halls(halls.clone());
            assert_eq!(program.run("halls").snapshot(), SILENT, "{change}");
            match change {
                "created" => halls[0]["name"] = json!("another"),
                "updated" => halls[11]["isActive"] = json!(0),
                _ => halls[11]["isActive"] = json!(1),
            }
        }
        api.answer(HALLS, vec![Answer::status(503)]);
        assert_eq!(program.run("halls").snapshot(), SILENT, "a retry is nothing that a person must know");
    }

    fn a_warning_is_told_when_its_row_is_new_or_changed_and_not_again(database) {
        let api = MockApi::start();
        database.migrate();
        let program = Examsync::new(database, &api);
        let hall = |name: &str| json!([data::with(data::hall(1, name, vec![]), "regionId", json!("r-1"))]);
        let warning = "exit code 0\nstdout:\n\nstderr:\nexamsync: warning: halls: hall 1: regionId is not a 64-bit integer; \
                       stored as null (bad_optional_field, id 1, data[0])";
        api.halls(hall("A"));
        assert_eq!(program.run("halls").snapshot(), warning);
        assert_eq!(program.run("halls").snapshot(), SILENT);
        let document = program.run("halls --json").expect(0).json();
        assert_eq!(document["syncs"][0]["warnings"][0]["code"], "bad_optional_field");
        api.halls(hall("B"));
        assert_eq!(program.run("halls -q").snapshot(), SILENT);
        api.halls(hall("C"));
        assert_eq!(program.run("halls").snapshot(), warning);
    }

    fn what_fails_all_dates_alike_is_told_once(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(1, 1));
        database.migrate();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        for day in 24..=30 {
            api.participants(&format!("2099-05-{day}"), Answer::status(404));
        }
        let why = "the API does not know them (HTTP 404 Not Found, code NOT_FOUND); check EXTERNAL_HALL_API_URL";
        let told = format!("examsync: error: all 7 dates (2099-05-24 … 30): {why}\nexamsync: in participants, run [uuid]");
        let outcome = program.run("participants --date 2099-05-24..2099-05-30").expect(13);
        assert_eq!(outcome.snapshot(), format!("exit code 13\nstdout:\n\nstderr:\n{told}"));
        api.participants("2099-05-27", json!([]));
        let told = format!(
            "examsync: error: 6 of 7 dates (2099-05-24, 25, 26, 28, 29, 30): {why}\nexamsync: in participants, run [uuid]"
        );
        let outcome = program.run("participants --date 2099-05-24..2099-05-30").expect(3);
        assert_eq!(outcome.snapshot(), format!("exit code 3\nstdout:\n\nstderr:\n{told}"));
    }

    fn verbose_does_not_print_a_log_line_twice(database) {
        let api = MockApi::start();
        api.halls(Answer::status(404));
        database.migrate();
        let program = Examsync::new(database, &api);
        for (arguments, times) in [("halls", 1), ("halls -v", 1), ("halls -vv", 1), ("halls -q", 0)] {
            let outcome = program.run(arguments).expect(13);
            let lines = outcome.whole_stderr.lines().filter(|line| line.contains(" sync_type=exam_halls "));
            assert_eq!(lines.filter(|line| line.contains(" event=sync_fail ")).count(), times, "{arguments}: {outcome:?}");
        }
        assert!(!program.run("halls -v").expect(13).advice.is_empty());
    }

    fn verbose_prints_the_summary_and_quiet_prints_errors_only(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let program = Examsync::new(database, &api);
        let outcome = program.run("halls -v").expect(0);
        assert!(outcome.stdout.starts_with("halls  3 created; rooms: 12 created  ("), "{outcome:?}");
        assert_eq!(outcome.stdout.lines().count(), 1);
        assert_eq!(program.run("halls -q").snapshot(), SILENT);
        assert_eq!(program.run("halls -v -q").code, 2);
        api.answer(HALLS, vec![Answer::status(404)]);
        let outcome = program.run("halls -q").expect(13);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.lines().count()), ("", 2));
    }
}

#[test]
fn text_from_outside_reaches_no_terminal_with_its_control_characters() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let name = "A\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\r\nB";
    let mut halls: Vec<_> = (2..14).map(|id| data::hall(id, name, vec![])).collect();
    api.halls(json!(halls));
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    halls.truncate(1);
    api.halls(json!(halls));
    for arguments in
        ["halls", "halls -v", "halls -vv --log-format json", "halls --json", "halls --dry-run -v"]
    {
        let outcome = program.run(arguments).expect(4);
        let all = format!("{}{}", outcome.stdout, outcome.whole_stderr);
        let bad: Vec<char> =
            all.chars().filter(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}').collect();
        assert!(bad.is_empty(), "{bad:?} in {arguments}: {all}");
        assert!(all.contains("owned"), "{arguments}: {all}");
    }
    api.answer(HALLS, vec![Answer::error(404, 1, "\u{1b}[2Jcode")]);
    let outcome = program.run("halls").expect(13);
    assert!(!outcome.whole_stderr.contains('\u{1b}'), "{outcome:?}");
}

#[test]
fn help_and_version_go_to_stdout_and_need_nothing() {
    let program = Examsync::bare();
    assert_eq!(
        program.run("--version").snapshot(),
        format!("exit code 0\nstdout:\nexamsync {}\n\nstderr:", env!("CARGO_PKG_VERSION"))
    );
    for command in [
        "",
        "halls",
        "rooms",
        "participants",
        "status",
        "migrate",
        "crontab",
        "settings",
        "completions",
        "man",
    ] {
        let outcome = program.run(&format!("{command} --help")).expect(0);
        assert_eq!(outcome.stderr, "");
        assert!(outcome.stdout.contains("Usage: examsync"), "{command}");
        assert!(!outcome.stdout.contains('\u{1b}'), "{command}");
    }
}

#[test]
fn the_man_page_is_rendered_without_a_warning() {
    let page = Examsync::bare().run("man").expect(0).stdout;
    let arguments = ["-man", "-ww", "-Tutf8", "-P-c", "-P-b", "-P-u"];
    let Some(shown) = judge("groff", &arguments, "apt-get install -y groff-base", &page) else { return };
    assert_eq!(String::from_utf8_lossy(&shown.stderr), "");
    let shown = String::from_utf8_lossy(&shown.stdout);
    for line in ["NAME", "COMMANDS", "   examsync participants", "       --idle-interval <DURATION>"] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
}
