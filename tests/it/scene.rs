//! What the tests of whole passes share: an API, a database with its tables, the program, and what a run told.

use chrono::{TimeDelta, Timelike, Utc};
use serde_json::{Value, json};

use crate::support::{Database, Examsync, MockApi, Outcome, without_sudo};

/// A date on which nothing has begun.
pub(crate) const DATE: &str = "2099-06-01";
/// A date on which everything has begun.
pub(crate) const PAST: &str = "2020-06-01";

/// One test's world.
pub(crate) struct Scene<'a> {
    pub(crate) api: MockApi,
    pub(crate) database: &'a Database,
    pub(crate) program: Examsync,
}

impl<'a> Scene<'a> {
    /// With empty tables.
    pub(crate) fn new(database: &'a Database) -> Self {
        let api = MockApi::start();
        database.migrate();
        Self { program: Examsync::new(database, &api), api, database }
    }

    /// With these halls in it.
    pub(crate) fn with_halls(database: &'a Database, halls: Value) -> Self {
        let scene = Self::new(database);
        scene.halls(halls).expect(0);
        scene
    }

    /// Sets the halls feed and pulls it.
    pub(crate) fn halls(&self, feed: Value) -> Outcome {
        self.api.halls(feed);
        self.run("halls")
    }

    /// Sets one hall's rooms feed and pulls it.
    pub(crate) fn rooms(&self, hall: i64, feed: Value) -> Outcome {
        self.api.hall_rooms(hall, feed);
        self.run(&format!("rooms --hall {hall}"))
    }

    /// Sets the feed of a date and pulls it.
    pub(crate) fn participants(&self, date: &str, feed: Value) -> Outcome {
        self.api.participants(date, feed);
        self.run(&format!("participants --date {date}"))
    }

    /// Runs the program with `--json`.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        self.program.run(&format!("{arguments} --json"))
    }

    /// Rows of a SELECT.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        self.database.rows(sql)
    }
}

/// What the document on stdout says, but for ids, times and isolates: a line for the command, one per sync with the
/// counts that are not zero, one per warning and error.
pub(crate) fn told(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    assert_eq!(report["exit_code"], json!(outcome.code), "{outcome:?}");
    let error = report["error"]["kind"].as_str().map(|kind| format!(" ({kind})")).unwrap_or_default();
    let mut lines = vec![format!("{} {}{error}", outcome.code, text(&report["status"]))];
    for sync in report["syncs"].as_array().unwrap() {
        let records = &sync["records"];
        let count = |name: &str| records[name].as_i64().unwrap();
        assert_eq!(
            count("processed"),
            count("created") + count("updated") + count("unchanged") + count("errored"),
            "{records}"
        );
        let counts: Vec<String> = ["created", "updated", "unchanged", "deleted", "errored"]
            .into_iter()
            .filter(|name| count(name) != 0)
            .map(|name| format!("{} {name}", count(name)))
            .collect();
        let what = sync["exam_date"].as_str().unwrap_or(sync["sync_type"].as_str().unwrap());
        let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
        lines.push(format!("{what} {}: {counts}", text(&sync["status"])));
        for (kind, list) in [("warning", &sync["warnings"]), ("error", &sync["errors"])] {
            lines.extend(list.as_array().unwrap().iter().map(|notice| notice_line(kind, notice)));
        }
    }
    lines
}

fn notice_line(kind: &str, notice: &Value) -> String {
    let id = notice["external_id"].as_i64().map(|id| format!(" {id}")).unwrap_or_default();
    let at = notice["at"].as_str().map(|at| format!(" at {at}")).unwrap_or_default();
    format!(
        "  {kind} {}{id}{at}: {}",
        text(&notice["code"]),
        without_sudo(&without_isolates(text(&notice["message"])))
    )
}

/// A text whose names are not set in isolates.
pub(crate) fn without_isolates(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

/// The plan of the first sync that has one.
pub(crate) fn plan(outcome: &Outcome) -> String {
    let report = outcome.json();
    let plans = report["syncs"].as_array().unwrap().iter().filter_map(|sync| sync["plan"].as_str());
    plans.map(str::to_owned).next().unwrap_or_else(|| panic!("no plan in {outcome:?}"))
}

/// Fails the test unless `halls` failed with this code, told this and where it happened, and nothing else.
#[track_caller]
pub(crate) fn assert_told(outcome: Outcome, code: i32, message: &str) {
    let expected = format!(
        "exit code {code}\nstdout:\n\nstderr:\nexamsync: error: {message}\nexamsync: in halls, run [uuid]"
    );
    assert_eq!(outcome.expect(code).snapshot(), expected);
}

/// A JSON text without its quotes.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text was expected, not {value}"))
}

/// A zone in which it is between noon and one o'clock now, and the date that it is there: slots of the
/// morning have begun, those of the evening have not, and midnight is far.
pub(crate) fn noon() -> (String, String) {
    let now = Utc::now();
    let ahead = 12 - i64::from(now.hour());
    // The signs of these zones are the other way round.
    (format!("Etc/GMT{:+}", -ahead), (now + TimeDelta::hours(ahead)).date_naive().to_string())
}
