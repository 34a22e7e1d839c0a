//! The morning of an exam (contract §14.1): what to act on first, what comes next, and what changed.

mod asked;
mod changes;
mod closed;
mod page;
mod people;
mod size;

use chrono::{NaiveDate, TimeDelta};
use regex::Regex;
use serde_json::{Value, json};

use crate::scene::{noon, without_isolates};
use crate::support::data::{count, hall, room, slot};
use crate::support::{Database, Examsync, MockApi, Outcome};

/// An API, the program in a zone in which it is noon, and the date.
pub(crate) struct Morning<'a> {
    pub(crate) api: MockApi,
    pub(crate) database: &'a Database,
    pub(crate) program: Examsync,
    pub(crate) today: NaiveDate,
}

impl<'a> Morning<'a> {
    /// With these halls pulled.
    pub(crate) fn new(database: &'a Database, halls: Value) -> Self {
        let (zone, today) = noon();
        let api = MockApi::start();
        api.halls(halls);
        database.migrate();
        let program = Examsync::new(database, &api)
            .env("SYNC_TIMEZONE", &zone)
            .env("SYNC_ALERT_CHANGE_PERCENT", "100000")
            .env("SYNC_MAX_DEACTIVATE_PERCENT", "100");
        program.run("halls").expect(0);
        Self { api, database, program, today: today.parse().unwrap() }
    }

    /// With so many halls of so many rooms, which have the ids 101, 102 … and are called so.
    pub(crate) fn of(database: &'a Database, count: i64, rooms: i64) -> Self {
        Self::new(database, halls(count, rooms))
    }

    pub(crate) fn date(&self, days: i64) -> String {
        (self.today + TimeDelta::days(days)).to_string()
    }

    /// Serves these slots for a date and pulls it.
    pub(crate) fn sits(&self, days: i64, slots: Value) -> Outcome {
        let date = self.date(days);
        self.api.participants(&date, slots);
        self.program.run(&format!("participants --date {date}"))
    }

    /// What changed by now changed so many minutes ago, so that it is older than `--since`.
    pub(crate) fn age(&self, minutes: i64) {
        let moved = |column: &&str| {
            let sqlite = format!("{column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-{minutes} minutes')");
            let postgres = format!("{column} = {column} - interval '{minutes} minutes'");
            self.database.pick(&sqlite, &postgres).to_owned()
        };
        let set = |table: &str, columns: &[&str]| {
            let columns: Vec<String> = columns.iter().map(moved).collect();
            self.database.execute(&format!("UPDATE {table} SET {}", columns.join(", ")));
        };
        set("participants", &["created_at"]);
        set("audit_logs", &["created_at"]);
    }

    /// The pulls were so many minutes ago.
    pub(crate) fn age_pulls(&self, minutes: i64) {
        let moved = |column: &str| {
            let sqlite = format!("{column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-{minutes} minutes')");
            let postgres = format!("{column} = {column} - interval '{minutes} minutes'");
            self.database.pick(&sqlite, &postgres).to_owned()
        };
        self.database.execute(&format!(
            "UPDATE sync_logs SET {}, {}",
            moved("started_at"),
            moved("completed_at")
        ));
    }

    /// What `status` says, without isolates.
    pub(crate) fn status(&self, arguments: &str) -> String {
        without_isolates(&self.program.run(&format!("status {arguments}")).stdout)
    }

    /// The lines between this title and the next empty line.
    pub(crate) fn part(&self, arguments: &str, title: &str) -> Vec<String> {
        let text = self.status(arguments);
        let text = unfolded(&text);
        let lines = text.lines().skip_while(|line| !line.starts_with(title)).skip(1);
        lines.take_while(|line| !line.is_empty()).map(str::trim).map(str::to_owned).collect()
    }

    /// What changed of today.
    pub(crate) fn changed(&self, options: &str) -> Vec<String> {
        self.part(&format!("--date today {options}"), "Changed since")
    }

    /// What there is to act on today.
    pub(crate) fn problems(&self, code: i32) -> Vec<String> {
        let outcome = self.program.run("status --date today --problems").expect(code);
        unfolded(&without_times(&without_isolates(&outcome.stdout))).lines().map(str::to_owned).collect()
    }
}

/// What did not fit into a line stands in it, not in the next one; commands stay where they are.
pub(crate) fn unfolded(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut().filter(|_| line.starts_with("    ") && !line.contains(" examsync ")) {
            Some(last) => *last = format!("{last} {}", line.trim()),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// Moments as `[time]`.
pub(crate) fn without_times(text: &str) -> String {
    let moment = Regex::new(r"\d{4}-\d\d-\d\d\s+\d\d:\d\d(:\d\d)?\s+[+-]\d\d:\d\d|since \d\d:\d\d").unwrap();
    moment.replace_all(text, "[time]").into_owned()
}

/// Halls 1, 2 …, each with rooms whose ids are the hall's with two digits more, and who are called by these alone.
pub(crate) fn halls(count: i64, rooms: i64) -> Value {
    let rooms_of =
        |id: i64| (1..=rooms).map(move |nth| room(id * 100 + nth, &format!("1{nth:02}"), 30)).collect();
    json!((1..=count).map(|id| hall(id, &format!("Hall {id}"), rooms_of(id))).collect::<Vec<_>>())
}

/// One slot with so many people in each room of these halls.
pub(crate) fn counts(start: &str, halls: i64, rooms: i64, people: i64) -> Value {
    let ids = (1..=halls).flat_map(|hall| (1..=rooms).map(move |nth| (hall, hall * 100 + nth)));
    slot(start, ids.map(|(hall, room)| count(hall, room, people)).collect())
}
