//! Names and codes from outside never steer the terminal that shows them (contract §5).

use serde_json::{Value, json};

use crate::support::mock_api::HALLS;
use crate::support::{Answer, Examsync, MockApi, Outcome, data, on_both_databases};

/// Clears the screen, sets the title, rings, goes back, overrides the direction, is C1, and hides signs in the name.
const EVIL: &str = "Zal\u{1b}[2J\u{1b}]0;owned\u{7}\r\u{8}\u{7f}\u{9b}31m\u{202e}\u{2066}\u{2028}\n\t\u{61c}\u{200b}\u{2060}\u{feff}İ";

#[track_caller]
fn is_harmless(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.whole_stderr] {
        let evil: Vec<char> = text
            .chars()
            .filter(|c| {
                // U+2068 and U+2069 are the program's own: they set a name apart (contract §5).
                *c != '\n'
                    && (c.is_control()
                        || matches!(
                            c,
                            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                                | '\u{2060}'..='\u{2067}' | '\u{feff}'
                        ))
            })
            .collect();
        assert!(evil.is_empty(), "{evil:?} in {text:?}");
        assert_eq!(text.matches('\u{2068}').count(), text.matches('\u{2069}').count(), "{text:?}");
        assert!(
            !text.contains("\nİ") && !text.contains("\n\u{fffd}İ"),
            "a line break came through: {text:?}"
        );
    }
}

fn evil_halls(count: i64) -> Value {
    (1..=count).map(|id| data::hall(id, EVIL, vec![data::room(id, EVIL, 2)])).collect()
}

on_both_databases! {
    fn names_are_stored_as_they_are_and_shown_without_control_characters(database) {
        database.migrate();
        let api = MockApi::start();
        let program = Examsync::new(database, &api);
        api.halls(evil_halls(3));
        is_harmless(&without_colors(program.run("halls --dry-run -vv --color always").expect(0)));
        is_harmless(&program.run("halls --log-format json -vv").expect(0));
        assert_eq!(
            database.cells("SELECT DISTINCT name FROM buildings UNION SELECT name FROM rooms"),
            [[Some(EVIL.to_owned())]]
        );
        // Renamed, in a warning, in an error, in the guard's refusal, and in the document.
        api.halls(json!([
            data::with(data::hall(1, &format!("{EVIL}!"), vec![data::room(1, EVIL, 1)]), "uid", json!({"a": EVIL})),
            data::hall(2, EVIL, vec![data::room(2, EVIL, 2), data::with(data::room(3, EVIL, 3), "examHallId", json!(EVIL))]),
            data::hall(3, EVIL, vec![]),
        ]));
        for arguments in ["halls --dry-run -v", "halls --dry-run --json", "halls -v"] {
            let outcome = program.run(arguments);
            assert_ne!(outcome.stderr, "", "something is told");
            is_harmless(&outcome);
        }
        api.halls(json!([]));
        for arguments in ["halls", "halls --json"] {
            let outcome = program.run(arguments).expect(4);
            assert!(outcome.stderr.contains("Zal\u{fffd}[2J"), "the hall is named: {outcome:?}");
            is_harmless(&outcome);
        }
        for arguments in ["status", "status --json"] {
            is_harmless(&program.run(arguments));
        }
    }

    fn what_the_api_says_of_an_error_is_shown_without_control_characters(database) {
        database.migrate();
        let api = MockApi::start();
        let program = Examsync::new(database, &api).env("SYNC_RETRY_ATTEMPTS", "0");
        let code = "DOWN\u{1b}[31m\u{202e}\u{7}\nexamsync: all is well";
        for answer in [
            Answer::error(503, 1, code),
            Answer::error(404, 1, code),
            Answer::error(403, 1, code),
            Answer::body("x").header("content-type", "text/\u{9b}2J\u{202e}html"),
            Answer::body("x").header("content-type", "application/json; charset=\u{9b}2J\u{202e}"),
            Answer::redirect(302, "http://h\u{202e}\u{9b}.example/"),
            Answer::body(format!("{{\"data\":[{{\"{code}\":1")),
        ] {
            api.always(HALLS, answer);
            for arguments in ["halls", "halls -vv", "halls --json", "halls --log-format json"] {
                let outcome = program.run(arguments);
                assert!(outcome.code > 10, "{outcome:?}");
                is_harmless(&outcome);
                assert!(!outcome.stderr.contains("\nexamsync: all is well"), "{outcome:?}");
            }
        }
    }
}

#[test]
fn what_stands_on_the_command_line_and_in_settings_is_shown_without_control_characters() {
    let program = Examsync::bare()
        .env("DATABASE_URL", "sqlite:/nonexistent/\u{1b}[2J/x.db")
        .env("SYNC_TIMEZONE", "Asia/\u{1b}[31mBaku")
        .env("SYNC_TIMEOUT", "\u{9b}5s");
    is_harmless(&program.run("status").expect(10));
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:/nonexistent/\u{1b}[2J\u{202e}/x.db");
    is_harmless(&program.run("status").expect(10));
    for argument in ["--\u{1b}[2J", "\u{1b}]0;x\u{7}", "--date=\u{202e}x"] {
        is_harmless(&Examsync::bare().arg(argument).run("participants").expect(2));
    }
}

/// The same without the colours that we set ourselves.
fn without_colors(mut outcome: Outcome) -> Outcome {
    let colors = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern of ours");
    for text in [&mut outcome.stdout, &mut outcome.whole_stderr] {
        *text = colors.replace_all(text, "").into_owned();
    }
    outcome
}
