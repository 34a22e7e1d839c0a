//! Moving into the tables of an application: the look, the plan, and what passes write there (contract §10.2).

mod checks;
mod faults;
pub(crate) mod fixtures;
mod linking;
mod projection;
mod rights;
mod shapes;
mod told;

use serde_json::Value;

use crate::support::{Database, Examsync, MockApi, Outcome};

/// One test's world: an application's tables, and examsync's own in another schema of the same database.
pub(crate) struct Moving {
    pub(crate) api: MockApi,
    pub(crate) database: Database,
    pub(crate) program: Examsync,
}

impl Moving {
    /// With these tables and rows of the application, and this feed of halls pulled; `None` without PostgreSQL.
    pub(crate) fn new(application: &str, halls: Value) -> Option<Self> {
        let database = Database::postgres()?;
        database.execute(application);
        let api = MockApi::start();
        let program = Examsync::new(&database, &api).env("DATABASE_SCHEMA", "exams");
        program.run("migrate").expect(0);
        let moving = Self { api, database, program };
        moving.halls(halls).expect(0);
        Some(moving)
    }

    /// Sets the halls feed and pulls it.
    pub(crate) fn halls(&self, feed: Value) -> Outcome {
        self.api.halls(feed);
        self.program.run("halls --json")
    }

    /// Writes the map.
    pub(crate) fn map(&self, map: &str) {
        self.program.write("map.toml", 0o644, map);
    }

    /// Looks; the document.
    pub(crate) fn look(&self, code: i32) -> Value {
        self.program.run("migrate --adopt --map map.toml --json").expect(code).json()
    }

    /// Looks, and approves what was shown; the document of the approval.
    pub(crate) fn adopt(&self, map: &str) -> Value {
        self.map(map);
        let plan = self.look(4)["plan"].as_str().unwrap().to_owned();
        self.program.run(&format!("migrate --adopt --map map.toml --approve {plan} --json")).expect(0).json()
    }

    /// Rows of a SELECT.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        self.database.rows(sql)
    }
}

/// The count of one kind of projected rows in a document of a pass: created, updated, left out.
pub(crate) fn projected(outcome: &Outcome, sync: usize) -> [i64; 3] {
    let document = outcome.json();
    let projected = &document["syncs"][sync]["projected"];
    ["created", "updated", "left_out"].map(|name| projected[name].as_i64().unwrap_or(-1))
}

/// The warnings of a document of a pass: code and external id.
pub(crate) fn warned(outcome: &Outcome) -> Vec<String> {
    let document = outcome.json();
    let syncs = document["syncs"].as_array().unwrap();
    let warnings = syncs.iter().flat_map(|sync| sync["warnings"].as_array().unwrap());
    warnings
        .map(|warning| format!("{} {}", warning["code"].as_str().unwrap(), warning["external_id"]))
        .collect()
}

/// The lists of a document.
pub(crate) fn texts(document: &Value, list: &str) -> Vec<String> {
    document[list].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}
