//! On a real terminal, made by script(1): a bar while it works, then a summary of one line.

use serde_json::json;

use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::terminal::{at_width, on_a_terminal, seen, watched};
use crate::support::{Answer, Database, Examsync, MockApi, data};

#[test]
fn a_pass_ends_with_a_summary_of_one_line() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(data::halls_feed(3, 4));
    let program = Examsync::new(&database, &api);
    let Some((code, text)) = on_a_terminal(&program, "halls", &[]) else { return };
    let lines = seen(&text);
    assert_eq!(code, 0, "{text:?}");
    assert!(lines.last().unwrap().starts_with("halls  3 created; rooms: 12 created  ("), "{text:?}");
    assert!(text.contains('\u{1b}'), "no colour and no bar: {text:?}");
    assert_eq!(
        database.text("SELECT DISTINCT metadata FROM sync_logs").matches(r#""trigger":"manual""#).count(),
        1
    );
}

#[test]
fn a_failure_is_told_without_the_log_that_led_to_it() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(Answer::status(404));
    let program = Examsync::new(&database, &api);
    let Some((code, text)) = on_a_terminal(&program, "halls", &[]) else { return };
    let lines = seen(&text);
    assert_eq!(code, 13, "{text:?}");
    assert!(lines.iter().any(|line| line.starts_with("examsync: error: halls: ")), "{text:?}");
    // That is for cron's mail; whoever sits here can ask again with -vv.
    assert!(!text.contains("the log that led to it") && !text.contains("what now"), "{text:?}");
    assert!(!text.contains("DEBUG"), "{text:?}");
}

#[test]
fn a_terminal_that_is_not_known_is_a_terminal() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(data::halls_feed(3, 4));
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    for variable in [("TERM", ""), ("TERM", "no-such-terminal"), ("COLUMNS", "0")] {
        let Some((code, text)) = on_a_terminal(&program, "halls", &[variable]) else { return };
        assert_eq!(code, 0, "{variable:?}: {text:?}");
        assert!(seen(&text).last().unwrap().starts_with("halls  3 unchanged"), "{variable:?}: {text:?}");
    }
}

#[test]
fn a_bar_is_drawn_while_the_pass_works() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(data::halls_feed(300, 4));
    let program = Examsync::new(&database, &api);
    let hold = api.hold(HALLS);
    // The answer comes once the bar is there: without one the hold would end in a failure of the pull.
    let bar = regex::Regex::new(r"halls 0 records, 0/s, \d+ s").unwrap();
    let look = |seen: &str| {
        if bar.is_match(seen) {
            hold.release();
        }
    };
    let program = program.env("SYNC_DEADLINE", "30s");
    let Some((code, text)) = watched(&program, "halls", &[], look) else { return };
    assert_eq!(code, 0, "{text:?}");
    assert!(bar.is_match(&text), "{text:?}");
}

#[test]
fn colour_is_left_out_where_it_is_not_wanted() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(data::halls_feed(3, 4));
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    for (arguments, variable) in
        [("halls", ("NO_COLOR", "1")), ("halls --color never", ("X", "")), ("halls", ("TERM", "dumb"))]
    {
        let Some((code, text)) = on_a_terminal(&program, arguments, &[variable]) else { return };
        assert_eq!(code, 0);
        assert!(!text.contains("\u{1b}[3"), "{arguments} {variable:?}: {text:?}");
        if variable.1 == "dumb" {
            assert!(!text.contains('\u{1b}') && text.starts_with("halls  3 unchanged"), "{text:?}");
        }
    }
    assert!(program.run("halls -v --color always").expect(0).stdout.contains("\u{1b}[32mhalls\u{1b}[0m"));
}

#[test]
fn quiet_is_silent_and_json_is_one_document_on_a_terminal_too() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = Examsync::new(&database, &api);
    let Some((code, text)) = on_a_terminal(&program, "halls -q", &[]) else { return };
    assert_eq!((code, text.as_str()), (0, ""));
    let (code, text) = on_a_terminal(&program, "halls > redirected", &[]).unwrap();
    assert_eq!((code, text.as_str()), (0, ""), "stdout is no terminal");
    let (code, text) = on_a_terminal(&program, "halls --json", &[]).unwrap();
    assert!(text.starts_with('{') && text.ends_with("}\r\n"), "{text:?}");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &document["exit_code"]), (0, &0.into()));
}

#[test]
fn the_default_database_is_named_on_a_terminal_every_time() {
    let api = MockApi::start();
    let program = Examsync::bare()
        .env("EXTERNAL_HALL_API_URL", &api.url())
        .env("EXTERNAL_HALL_API_TOKEN", "test-token");
    let home = program.folder().display().to_string();
    let program = program.env("HOME", &home);
    let file = format!("{home}/.local/share/examsync/examsync.db");
    let foreign = Database::sqlite();
    foreign.execute("CREATE TABLE rooms (id INTEGER)");
    for (arguments, verb, expected) in [
        ("halls", "created", 0),
        ("halls", "using", 0),
        ("migrate", "using", 0),
        ("status", "using", 0),
        ("migrate", "using", 10),
        ("status", "using", 10),
    ] {
        if expected == 10 {
            std::fs::copy(foreign.file(), &file).unwrap();
        }
        let Some((code, text)) = on_a_terminal(&program, arguments, &[]) else { return };
        let name = format!("examsync: DATABASE_URL is not set: {verb} the local database {file}");
        assert_eq!((code, seen(&text).first()), (expected, Some(&name)), "{arguments}");
    }
}

#[test]
fn a_schedule_that_cron_daemons_differ_on_is_a_warning_once_a_command() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.halls(data::halls_feed(1, 1));
    let program = Examsync::new(&database, &api)
        .env("SYNC_HALLS_CRON", "0 2 * * fri-sun")
        .env("SYNC_PARTICIPANTS_CRON", "5/15 * * * *");
    for arguments in ["migrate", "halls", "status"] {
        let Some((code, text)) = on_a_terminal(&program, arguments, &[]) else { return };
        assert_eq!(code, 0, "{text:?}");
        let warnings: Vec<String> = seen(&text).into_iter().filter(|line| line.contains("_CRON")).collect();
        assert_eq!(
            warnings,
            [
                "examsync: warning: SYNC_HALLS_CRON is \"0 2 * * fri-sun\": cron daemons differ on fri-sun, a range \
                 that ends in Sunday; write 0,5,6; examsync crontab refuses it",
                "examsync: warning: SYNC_PARTICIPANTS_CRON is \"5/15 * * * *\": cron daemons differ on 5/15, a step \
                 without a range; write 5-59/15; examsync crontab refuses it",
            ],
            "{arguments}"
        );
    }
    let Some((_, text)) = on_a_terminal(&program, "halls -q", &[]) else { return };
    assert_eq!(seen(&text), [""; 0]);
}

#[test]
fn text_takes_the_terminals_own_width() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let name = "Azərbaycan Dövlət Neft və Sənaye Universiteti, ikinci tədris korpusu";
    api.halls(json!([data::hall(16, name, vec![data::room(11, "Otaq 1", 30)])]));
    api.participants(DATE, json!([data::slot("09:00", vec![data::count(16, 11, 31)])]));
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    program.run(&format!("participants --date {DATE}")).expect(0);
    let day = format!("status --date {DATE}");
    let line = |lines: &[String]| {
        let found = lines.iter().find(|line| line.contains("(hall 16) ")).unwrap();
        found.split_once(" (hall 16) ").unwrap().0.trim().to_owned()
    };
    let Some(wide) = at_width(120, &program, &day) else { return };
    assert_eq!(line(&wide), format!("\u{2068}{name}\u{2069}"));
    let narrow = at_width(60, &program, &day).unwrap();
    assert_eq!(line(&narrow), "\u{2068}Azərbaycan Dövlət Neft…\u{2069}");
    let piped = program.run(&day).expect(0).stdout;
    let piped: Vec<String> = piped.lines().map(str::to_owned).collect();
    assert_eq!(line(&piped), "\u{2068}Azərbaycan Dövlət Neft və Sənaye Universit…\u{2069}");
    for (columns, arguments) in [(60, day.as_str()), (60, "status"), (120, "status"), (120, day.as_str())] {
        let lines = at_width(columns, &program, arguments).unwrap();
        let width = |line: &String| line.replace(['\u{2068}', '\u{2069}'], "").chars().count();
        let widest = lines.iter().map(width).max().unwrap();
        assert!(widest <= usize::from(columns), "{widest} columns: {lines:#?}");
    }
}
