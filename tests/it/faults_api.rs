//! What the API may do wrong, and that none of it harms what is here (contract §4, §5; tests/FAULTS.md).

mod body;
mod connecting;
mod content;
mod outage;
mod proxies;
mod refusing;
mod retry_after;
mod reused;
mod self_report;
mod sick;
mod volume;

use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, MockApi, Outcome, data};

/// A migrated database that holds three halls with two rooms each, the API that they came from, and the
/// program with short limits.
struct Ground<'a> {
    database: &'a Database,
    api: MockApi,
    program: Examsync,
}

impl<'a> Ground<'a> {
    fn new(database: &'a Database) -> Self {
        let api = MockApi::start();
        api.halls(data::halls(3, 2));
        database.migrate();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        api.forget_requests();
        Self { database, api, program }
    }

    fn with(self, name: &str, value: &str) -> Self {
        Self { program: self.program.env(name, value), ..self }
    }

    /// The next answers to a request for all halls; what the API usually says comes after them.
    fn answers(&self, script: Vec<Answer>) {
        self.api.forget_requests();
        self.api.answer(HALLS, script);
    }

    /// What `halls` says when this is all that the API ever answers, and how many requests that took.
    #[track_caller]
    fn halls_fail(&self, answer: Answer, code: i32, message: &str) -> usize {
        self.api.forget_requests();
        self.api.always(HALLS, answer);
        fails(self.database, &self.program, "halls", code, message);
        self.api.count(HALLS)
    }
}

/// Runs a command that fails with `message` and this code, silent on stdout, and writes nothing but
/// failed log rows without a count.
#[track_caller]
fn fails(database: &Database, program: &Examsync, command: &str, code: i32, message: &str) -> Outcome {
    let (before, logs_before) = (database.dump(), database.log_rows());
    let outcome = program.run(command);
    // A pass of one date is named beside the command.
    let place = match command.split_once(" --date ") {
        Some((name, date)) => format!("{name}, {date} {}", weekday(date)),
        None => command.to_owned(),
    };
    assert_eq!(
        outcome.snapshot(),
        format!(
            "exit code {code}\nstdout:\n\nstderr:\nexamsync: error: {message}\nexamsync: in {place}, run [uuid]"
        )
    );
    assert_eq!(database.dump(), before, "rows changed");
    assert!(database.log_rows().starts_with(&logs_before), "an earlier log row changed");
    let added = database.rows(&format!(
        "SELECT status, records_processed + records_created + records_updated + records_deleted
            + records_errored, error_message IS NOT NULL, completed_at IS NOT NULL
         FROM sync_logs ORDER BY id LIMIT 1000 OFFSET {}",
        logs_before.len()
    ));
    assert!(!added.is_empty(), "no log row tells of the failure");
    assert!(added.iter().all(|row| row == "failed|0|1|1"), "{added:?}");
    outcome
}

fn weekday(date: &str) -> String {
    date.parse::<chrono::NaiveDate>().expect("a date").format("%a").to_string()
}
