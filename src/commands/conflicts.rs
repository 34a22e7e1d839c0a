//! `examsync conflicts`: lists where head office and centres decided differently (contract §11.7). It only reads;
//! `conflicts take` is a pass.

use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

use super::{Invocation, existing, name_default_database};
use crate::cli::ConflictsArguments;
use crate::exit::{Failure, SUCCESS};
use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::queries::conflicts::{self, Conflict};
use crate::settings::Settings;
use crate::store::migrations::{self, optional};
use crate::store::reading;
use crate::text::sanitize::clean;

/// What `--json` says.
#[derive(Serialize)]
struct ConflictsDocument<'a> {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    conflicts: &'a [Conflict],
    error: Option<Failure>,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// When the database is not there, not current, or can't be read.
pub(crate) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &ConflictsArguments,
) -> Result<u8, Failure> {
    let location = existing(settings)?;
    name_default_database(&invocation.printer, settings, false);
    let found = reading::read(&location, |connection| {
        migrations::check(connection)?.require_current(&settings.program)?;
        optional::require(connection, optional::OF_RESULTS)?;
        conflicts::list(connection, &arguments.halls, arguments.all).map_err(Failure::from)
    })?;
    let printed = match invocation.options.json {
        true => invocation.printer.json(&ConflictsDocument {
            version: 1,
            command: "conflicts",
            status: "completed",
            exit_code: SUCCESS,
            conflicts: &found,
            error: None,
        }),
        false => invocation.printer.text(&table(&found, invocation.printer.screen(), settings.timezone)),
    };
    invocation.printed(printed)?;
    Ok(SUCCESS)
}

/// A line for each; nothing where there is none.
fn table(found: &[Conflict], screen: Screen, zone: Tz) -> String {
    if found.is_empty() {
        return String::new();
    }
    let mut text = screen.row(&[
        right("id", 6),
        right("hall", 8),
        left("date", 10),
        left("start", 5),
        right("person", 10),
        left("head office", 11),
        left("centre", 10),
        left("state", 10),
        left("since", 26),
    ]);
    for conflict in found {
        let number = |field: &str| conflict.key[field].as_i64().map_or(String::new(), |id| id.to_string());
        let words = |field: &str| clean(conflict.key[field].as_str().unwrap_or_default()).into_owned();
        let start: String = words("start_time").chars().take(5).collect();
        let state = match &conflict.resolution {
            Some(side) => format!("{} {}", conflict.state, clean(side)),
            None => conflict.state.clone(),
        };
        text.push_str(&screen.row(&[
            right(&conflict.id.to_string(), 6),
            right(&conflict.hall_external_id.to_string(), 8),
            left(&words("exam_date"), 10),
            left(&start, 5),
            right(&number("external_profile_exam_id"), 10),
            left(&shown(conflict, conflict.head.as_ref()), 11),
            left(&shown(conflict, conflict.centre.as_ref()), 10),
            left(&clean(&state), 10),
            left(&time::local(conflict.opened_at, zone), 26),
        ]));
    }
    text
}

/// What one side decided, in a word.
fn shown(conflict: &Conflict, side: Option<&Value>) -> String {
    let Some(side) = side else { return String::new() };
    match (conflict.entity.as_str(), side["status"].as_str()) {
        ("participant", Some(status)) => clean(status).into_owned(),
        ("participant", None) => "not marked".to_owned(),
        _ => clean(side["kind"].as_str().unwrap_or_default()).into_owned(),
    }
}
