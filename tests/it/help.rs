//! `examsync help` and `examsync man`: what a command says of itself, and the manual (contract §2).

use insta::assert_snapshot;
use serde_json::json;

use crate::support::terminal::{on_a_terminal, seen};
use crate::support::{Database, Examsync};

/// The names that `help` or `man` takes, from what it says of one that there is not.
fn names(command: &str) -> Vec<String> {
    let stderr = Examsync::bare().run(&format!("{command} no-such-name")).expect(2).stderr;
    let list = stderr.split("possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    list.expect("a list of names").split(", ").map(str::to_owned).collect()
}

fn help(arguments: &str) -> String {
    let outcome = Examsync::bare().run(&format!("help {arguments}")).expect(0);
    assert_eq!(outcome.stderr, "", "{arguments}");
    outcome.stdout
}

#[test]
fn a_commands_help_is_what_its_option_says() {
    let topics = names("man");
    let commands: Vec<_> = names("help").into_iter().filter(|name| !topics.contains(name)).collect();
    assert!(commands.len() > 8, "{commands:?}");
    for command in &commands {
        assert_eq!(help(command), Examsync::bare().run(&format!("{command} --help")).expect(0).stdout);
    }
    assert_eq!(help(""), Examsync::bare().run("--help").expect(0).stdout);
}

#[test]
fn a_topic_is_plain_text_for_80_columns_off_a_terminal() {
    assert_snapshot!(help("exit-codes").lines().take(19).collect::<Vec<_>>().join("\n"), @r#"
    Exit codes

      code  meaning                                        written?
      ────  ─────────────────────────────────────────────  ────────────────────────
      0     success, also when nothing changed, also with  as needed
            warnings
      1     unexpected error; `status --check`:            no, unless only stdout
            unhealthy; `migrate --check`: pending; `lists  failed
            --check`: a sheet differs; `find`: nothing
            matches
      2     wrong command line                             no
      3     some records, halls or dates were left out     some
            with an error, the rest is committed
      4     the guard refused; 3 when other dates or       no
            halls of the command went well
      10    a setting is missing or wrong, migrations are  no
            pending or newer than the program, tables of
            another program are in the way, or `rooms`
            has no halls yet
    "#);
    for topic in &names("man") {
        let text = help(topic);
        // A name of both is the command's, and then the topic's.
        let option = Examsync::bare().run(&format!("{topic} --help"));
        let text = if option.code == 0 { text.strip_prefix(&(option.stdout + "\n")).unwrap() } else { &text };
        assert!(!text.contains('\u{1b}') && !text.contains("<!--"), "{topic}: {text}");
        // Lines of code stand four columns to the right, and are not broken.
        let wide = text.lines().filter(|line| line.chars().count() > 80 && !line.starts_with("    "));
        assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "{topic}");
    }
}

#[test]
fn a_name_that_there_is_not_is_a_usage_error_that_lists_all() {
    let (all, topics) = (names("help"), names("man"));
    assert!(["halls", "status", "help"].iter().all(|name| all.iter().any(|each| each == name)), "{all:?}");
    assert!(["recovery", "contract"].iter().all(|name| topics.iter().any(|each| each == name)), "{topics:?}");
    assert!(topics.iter().all(|topic| all.contains(topic)), "{all:?} {topics:?}");
    let said = Examsync::bare().run("help hals").snapshot();
    assert_snapshot!(said.replace(&all.join(", "), "[names]"), @r#"
    exit code 2
    stdout:

    stderr:
    examsync: error: invalid value 'hals' for '[COMMAND|TOPIC]'
      [possible values: [names]]

      tip: a similar value exists: 'halls'

    For more information, try '--help'.
    "#);
    let document = Examsync::bare().run("help nosuch --json").expect(2).json();
    assert_eq!(document["error"]["kind"], "usage");
}

#[test]
fn the_manual_has_every_setting() {
    let page = help("settings");
    let list = Examsync::bare().env("HOME", "/nowhere").run("settings --json").expect(0).json();
    let names: Vec<_> =
        list["settings"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let entry = format!("  `{name}`");
        let entries = page.lines().filter(|line| line.trim_end_matches(" 🔒") == entry);
        assert_eq!(entries.count(), 1, "{name}: {page}");
    }
}

#[test]
fn json_is_one_document_with_the_plain_text() {
    let program = Examsync::bare();
    for arguments in ["help recovery --json --color always", "man recovery --json", "help halls --json"] {
        let document = program.run(arguments).expect(0).json();
        let text = program.run(arguments.split(" --json").next().unwrap()).expect(0).stdout;
        assert_eq!((&document["exit_code"], &document["text"]), (&0.into(), &text.into()), "{arguments}");
    }
    let Some((code, text)) = on_a_terminal(&program, "help recovery --json", &[("PAGER", "rev")]) else {
        return;
    };
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &document["command"]), (0, &"help".into()));
}

#[test]
fn a_topic_is_a_man_page_of_its_own() {
    for topic in &names("man") {
        let page = Examsync::bare().run(&format!("man {topic}")).expect(0).stdout;
        let title = format!("\n.TH examsync-{topic} 7 ");
        assert_eq!(page.matches(&title).count(), 1, "{topic}: {page}");
        assert!(!page.contains("<!--") && page.matches(".SH ").count() > 1, "{topic}: {page}");
    }
}

#[test]
fn a_topic_goes_through_the_readers_pager_on_a_terminal() {
    let program = Examsync::bare();
    // It is a command line for the shell.
    let pager = ("PAGER", "tr a-z A-Z | sed 's/^/| /'");
    let Some((code, text)) = on_a_terminal(&program, "help recovery", &[pager]) else { return };
    let lines = seen(&text);
    assert_eq!((code, lines[0].as_str()), (0, "| RECOVERY"), "{text:?}");
    assert!(lines.iter().all(|line| line.starts_with('|')), "{text:?}");
    assert!(text.contains("| \u{1b}[1MRECOVERY\u{1b}[0M"), "in bold: {text:?}");
    let plain = seen(&help("recovery")).len();
    assert!(lines.len() > plain, "the end is missing: {text:?}");
    // Off a terminal nothing is paged, whatever the variable says.
    let piped = Examsync::bare().env("PAGER", "false").run("help recovery").expect(0);
    assert_eq!(piped.stdout, help("recovery"));
    // A command's help alone is no topic.
    let (code, text) = on_a_terminal(&program, "help halls", &[pager]).unwrap();
    assert_eq!((code, seen(&text)[0].as_str()), (0, "Pull exam halls and the rooms nested in them"));
}

#[test]
fn without_a_pager_of_the_readers_own_it_is_less() {
    let program = Examsync::bare();
    program.write("bin/less", 0o755, "#!/bin/sh\necho \"less $*\"\nexec /bin/cat\n");
    let path = format!("{}/bin:{}", program.folder().display(), std::env::var("PATH").unwrap_or_default());
    for pager in ["", "no-such-pager"] {
        let variables = [("PAGER", pager), ("PATH", path.as_str())];
        let Some((code, text)) = on_a_terminal(&program, "help recovery", &variables) else { return };
        let lines = seen(&text);
        let first = if pager.is_empty() { "less -R" } else { "sh: 1: no-such-pager: not found" };
        assert_eq!((code, lines[0].as_str(), lines[1].as_str()), (0, first, "Recovery"), "{text:?}");
        assert!(lines.last().unwrap().ends_with("consequential change."), "{text:?}");
    }
}

#[test]
fn a_terminal_that_can_not_page_gets_plain_text() {
    let program = Examsync::bare();
    let plain = seen(&help("recovery"));
    let dumb = [("TERM", "dumb"), ("PAGER", "rev")];
    let Some((code, text)) = on_a_terminal(&program, "help recovery", &dumb) else { return };
    assert_eq!((code, seen(&text)), (0, plain.clone()));
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let path = env!("CARGO_BIN_EXE_examsync");
    let nowhere = format!("--version >/dev/null; PATH=/nowhere '{path}' help recovery --color never");
    let (code, text) = on_a_terminal(&program, &nowhere, &[]).unwrap();
    assert_eq!((code, seen(&text)), (0, plain.clone()));
    for (arguments, variable) in
        [("help recovery", ("NO_COLOR", "1")), ("help recovery --color never", ("X", ""))]
    {
        let (code, text) = on_a_terminal(&program, arguments, &[("PAGER", "cat"), variable]).unwrap();
        assert_eq!((code, seen(&text)), (0, plain.clone()), "{arguments}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

#[test]
fn a_topic_is_laid_out_for_the_terminals_width() {
    let program = Examsync::bare();
    let path = env!("CARGO_BIN_EXE_examsync");
    for (columns, widest) in [(50, 50), (100, 100), (250, 100), (0, 80)] {
        let arguments = format!(
            "--version >/dev/null; stty rows 40 cols {columns} </dev/tty; '{path}' help alerts --color never"
        );
        let Some((code, text)) = on_a_terminal(&program, &arguments, &[("PAGER", "cat")]) else { return };
        let prose = seen(&text).into_iter().filter(|line| !line.starts_with("    ")).collect::<Vec<_>>();
        let width = prose.iter().map(|line| line.chars().count()).max().unwrap();
        assert_eq!(code, 0, "{text:?}");
        assert!((widest - 8..=widest).contains(&width), "{columns}: {width}: {prose:?}");
    }
}

#[test]
fn the_feeds_that_the_manual_shows_are_taken() {
    let database = Database::sqlite();
    let program = Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_TIMEZONE", "Asia/Baku");
    let shown: Vec<_> = include_str!("../../src/docs/api.md").split("```json\n").skip(1).collect();
    let [halls, participants] = &shown[..] else { panic!("a feed of halls and one of a date are shown") };
    for (name, text) in [("halls.json", halls), ("day.json", participants)] {
        program.write(name, 0o600, text.split("```").next().unwrap());
    }
    let halls = program.run("halls --from halls.json --json").expect(0);
    let records = &halls.json()["syncs"][0]["records"];
    assert_eq!((&records["created"], &records["errored"]), (&json!(1), &json!(0)), "{}", halls.stdout);
    let day = program.run("participants --date 2099-06-01 --from day.json --json").expect(0);
    let records = &day.json()["syncs"][0]["records"];
    assert_eq!((&records["created"], &records["errored"]), (&json!(2), &json!(0)), "{}", day.stdout);
}
