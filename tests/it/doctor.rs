//! `examsync doctor`: what it reports as wrong is what a pass ends with, and it changes nothing (contract §10.3).

mod adoption;
mod alerts;
mod api;
mod clock;
mod cron;
mod database;
mod output;
mod settings;
mod sqlite;

use serde_json::Value;

use crate::support::{Examsync, MockApi, Outcome, data, without_sudo};

/// An API with halls.
fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(data::halls_feed(2, 2));
    api
}

/// The checks of the document on stdout.
fn checks(outcome: &Outcome) -> Vec<Value> {
    let document = outcome.json();
    assert_eq!(
        (&document["version"], &document["command"], &document["exit_code"]),
        (&1.into(), &"doctor".into(), &outcome.code.into()),
        "{outcome:?}"
    );
    document["checks"].as_array().unwrap().clone()
}

/// Those of one group that are not well, as `verdict name: message | advice`.
fn not_ok(outcome: &Outcome, group: &str) -> Vec<String> {
    let not_ok =
        checks(outcome).into_iter().filter(|check| check["group"] == group && check["verdict"] != "ok");
    let line = |check: Value| {
        let text =
            |name: &str| check[name].as_str().unwrap_or_else(|| panic!("no {name}: {check}")).to_owned();
        let hidden = outcome.without_hidden(&format!("{} | {}", text("message"), text("advice")));
        format!("{} {}: {}", text("verdict"), text("name"), without_sudo(&hidden))
    };
    not_ok.map(line).collect()
}

/// One check.
#[track_caller]
fn one(outcome: &Outcome, group: &str, name: &str) -> Value {
    let found = checks(outcome).into_iter().find(|check| check["group"] == group && check["name"] == name);
    found.unwrap_or_else(|| panic!("no check {name} of {group}: {outcome:?}"))
}

/// Fails unless this check fails with the code with which a pass ends, which is this.
#[track_caller]
fn stops_a_pass(program: &Examsync, group: &str, name: &str, code: i32) -> Outcome {
    let outcome = program.run("doctor --json").expect(code);
    let failing = one(&outcome, group, name);
    assert_eq!((&failing["verdict"], &failing["exit_code"]), (&"fail".into(), &code.into()), "{failing}");
    program.run("halls").expect(code);
    outcome
}
