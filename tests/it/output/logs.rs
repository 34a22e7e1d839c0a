//! The log on stderr: text with `-v`, JSON lines for machines.

use serde_json::Value;

use crate::support::mock_api::HALLS;
use crate::support::{Answer, Examsync, MockApi, data, on_both_databases};

/// Each line of stderr, which must be one JSON object with the keys of every line.
fn lines(stderr: &str) -> Vec<Value> {
    let lines = stderr
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}")));
    let checked = |line: Value| {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        for key in ["timestamp", "level", "message", "run_id"] {
            assert!(line[key].is_string() && keys.contains(&&key.to_owned()), "{line}");
        }
        assert!(chrono::DateTime::parse_from_rfc3339(line["timestamp"].as_str().unwrap()).is_ok(), "{line}");
        line
    };
    lines.map(checked).collect()
}

/// The event of each line with what it is about.
fn events(lines: &[Value]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{} {}", line["event"].as_str().unwrap(), line["sync_type"].as_str().unwrap()))
        .collect()
}

on_both_databases! {
    fn json_lines_tell_the_life_of_a_pass_with_its_counts(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls -v --log-format json").expect(0);
        let lines = lines(&outcome.stderr);
        assert_eq!(events(&lines), ["sync_start exam_halls", "sync_start hall_rooms", "sync_ok exam_halls", "sync_ok hall_rooms"]);
        let run_id = database.text("SELECT DISTINCT run_id FROM sync_logs");
        assert!(lines.iter().all(|line| line["run_id"] == run_id.as_str() && line["level"] == "INFO"), "{lines:?}");
        for (line, created) in lines[2..].iter().zip([3, 12]) {
            assert_eq!((&line["processed"], &line["created"]), (&created.into(), &created.into()));
            for name in ["updated", "unchanged", "deleted", "errored"] {
                assert_eq!(line[name], 0, "{name}");
            }
            assert!(line["duration_ms"].is_u64(), "{line}");
        }
        assert!(outcome.stdout.starts_with("halls  3 created; rooms: 12 created"), "{outcome:?}");
    }

    fn a_failed_pass_is_logged_with_its_kind(database) {
        let api = MockApi::start();
        api.answer(HALLS, vec![Answer::status(404)]);
        database.migrate();
        let outcome = Examsync::new(database, &api).run("halls --json --log-format json").expect(13);
        let (story, log): (Vec<&str>, Vec<&str>) = outcome.stderr.lines().partition(|line| line.starts_with("examsync: "));
        assert_eq!(story.len(), 2, "{outcome:?}");
        assert_eq!((outcome.advice.as_str(), outcome.trail.as_str()), ("", ""), "the log is there already");
        let lines = lines(&log.join("\n"));
        assert_eq!(events(&lines), ["sync_start exam_halls", "sync_start hall_rooms", "sync_fail exam_halls", "sync_fail hall_rooms"]);
        for line in &lines[2..] {
            assert_eq!(line["kind"], "contract");
            assert!(line["error"].as_str().unwrap().contains("HTTP 404 Not Found"), "{line}");
            assert_eq!((&line["processed"], &line["errored"]), (&0.into(), &0.into()));
            assert!(line["duration_ms"].is_u64(), "{line}");
        }
    }
}

#[test]
fn the_debug_log_has_requests_and_no_secret() {
    let (api, database) = (MockApi::start(), crate::support::Database::sqlite());
    api.answer(HALLS, vec![Answer::status(503)]);
    let outcome = Examsync::new(&database, &api).run("halls -vv").expect(0);
    assert!(outcome.stderr.lines().any(|line| line.contains(" DEBUG ")), "{outcome:?}");
    assert!(outcome.stderr.lines().all(|line| line.contains(" run_id=")), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("test-token"), "{outcome:?}");
}
