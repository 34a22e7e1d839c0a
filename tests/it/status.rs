//! `examsync status` tells how fresh and healthy the local data is, in four forms, and changes nothing.

mod doubtful;
mod formats;
mod health;
mod reading;
mod reasons;
mod views;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::scene::noon;
use crate::support::{Database, Examsync, MockApi, data};

/// A world in which it is between 12:00 and 13:00, whenever the test runs: midnight is far.
struct World<'a> {
    api: MockApi,
    database: &'a Database,
    zone: String,
    today: NaiveDate,
}

impl<'a> World<'a> {
    fn new(database: &'a Database) -> Self {
        let (zone, today) = noon();
        let api = MockApi::start();
        api.halls(json!([data::hall(
            1,
            "Bakı <script>alert(1)</script>",
            vec![data::room(11, "Otaq 1", 30), data::room(12, "Otaq 2", 30)]
        )]));
        Self { api, database, zone, today: today.parse().unwrap() }
    }

    /// The same with the tables made.
    fn migrated(database: &'a Database) -> Self {
        database.migrate();
        Self::new(database)
    }

    fn date(&self, days: i64) -> String {
        (self.today + TimeDelta::days(days)).to_string()
    }

    fn program(&self) -> Examsync {
        Examsync::new(self.database, &self.api)
            .env("SYNC_TIMEZONE", &self.zone)
            // So few records would differ by more than half at every change.
            .env("SYNC_ALERT_CHANGE_PERCENT", "100000")
    }

    /// The program without anything of the API: `status` needs none.
    fn status(&self) -> Examsync {
        self.program().without("EXTERNAL_HALL_API_URL").without("EXTERNAL_HALL_API_TOKEN")
    }

    fn json(&self, arguments: &str) -> Value {
        let outcome = self.status().run(&format!("status --json {arguments}")).expect(0);
        assert_eq!(outcome.stderr, "");
        outcome.json()
    }

    /// Sets who sits on a date: for each start time the people in room 11.
    fn sits(&self, days: i64, slots: &[(&str, i64)]) {
        let slots: Vec<Value> = slots
            .iter()
            .map(|(start, people)| data::slot(start, vec![data::count(1, 11, *people)]))
            .collect();
        self.api.participants(&self.date(days), json!(slots));
    }

    /// Pulls, and expects this exit code.
    fn pull(&self, arguments: &str, code: i32) {
        self.program().run(arguments).expect(code);
    }

    /// Moves all passes, or those that the condition lets through, to so many minutes (and a half) ago.
    fn age(&self, minutes: i64, condition: &str) {
        let ended = Utc::now() - TimeDelta::minutes(minutes) - TimeDelta::seconds(30);
        let text = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
        let (started, ended) = (text(ended - TimeDelta::milliseconds(1500)), text(ended));
        self.database.execute(&format!(
            "UPDATE sync_logs SET started_at = '{started}', completed_at = '{ended}' WHERE {condition}"
        ));
    }
}
