//! The database is another program's, too (contract §6): what it put on our tables, or took from them, is named.

use serde_json::json;

use crate::scene::DATE;
use crate::support::{Database, Examsync, MockApi, data};

mod columns;
mod constraints;
mod limits;
pub(crate) mod locks;
mod place;
mod refused;
mod types;
mod undone;

/// An API with two halls and a date of a count and a seat.
fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([
        data::hall(1, "Bakı", vec![data::room(11, "101", 30)]),
        data::hall(2, "North Campus of the University", vec![data::room(21, "201", 30)]),
    ]));
    let entries = vec![data::count(1, 11, 5), data::seat(2, 21, 501, 1, "Ayten Quliyeva")];
    api.participants(DATE, json!([data::slot("09:00", entries)]));
    api
}

/// What a command that fails says on stderr, but for where it happened.
#[track_caller]
fn message(program: &Examsync, arguments: &str, code: i32) -> String {
    let outcome = program.run(arguments).expect(code);
    assert!(!outcome.whole_stderr.contains("report it"), "{}", outcome.whole_stderr);
    if code == 10 {
        assert!(!outcome.whole_stderr.contains("tries again"), "{}", outcome.whole_stderr);
    }
    let snapshot = outcome.snapshot();
    let (_, stderr) =
        snapshot.split_once("stderr:\nexamsync: error: ").unwrap_or_else(|| panic!("{outcome:?}"));
    stderr.split("\nexamsync: in ").next().unwrap_or_default().to_owned()
}

/// The program on the cluster's database, as another role.
fn as_role(database: &Database, api: &MockApi, role: &str) -> Examsync {
    let url = database.url().replace("postgres@", &format!("{role}@"));
    Examsync::new(database, api).env("DATABASE_URL", &url)
}
