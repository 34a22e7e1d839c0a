//! `examsync migrate`: creates and updates the tables, checks whether they are current, reverts the newest migration.

mod adopt;

use serde::Serialize;

use super::{Invocation, location, make_or_open};
use crate::cli::MigrateArguments;
use crate::exit::{Failure, FailureKind, SUCCESS, UNHEALTHY};
use crate::queries::open_schema;
use crate::settings::Settings;
use crate::store::connection::{Connection, Location};
use crate::store::{migrations, reading};
use crate::text::program_line::ProgramLine;

/// What `--json` says.
#[derive(Serialize)]
struct MigrateDocument<'a> {
    version: u32,
    command: &'static str,
    exit_code: u8,
    /// `current` or `pending`.
    state: &'a str,
    applied: &'a [String],
    reverted: Option<String>,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// When the database can't be opened, is not ours or newer than the program, or holds rows that
/// `--revert` would drop.
pub(crate) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &MigrateArguments,
) -> Result<u8, Failure> {
    if arguments.adopt {
        return adopt::run(invocation, settings, arguments);
    }
    let shown = settings.database.shown();
    let location = location(settings);
    if arguments.check {
        return check(invocation, &settings.program, &location, &shown);
    }
    if arguments.revert {
        let reverted = match location.exists()? {
            true => migrations::revert_newest(&mut Connection::open(&location)?, arguments.yes)?,
            false => None,
        };
        let text = match &reverted {
            Some(name) => format!("{shown}: migration {name} was undone"),
            None => format!("{shown}: there is no migration to undo"),
        };
        return print_result(invocation, &text, SUCCESS, "pending", &[], reverted);
    }
    let (mut connection, _) = make_or_open(&invocation.printer, settings)?;
    let applied = migrations::migrate(&mut connection)?;
    if let Some(open) = open_schema::find(&mut connection)? {
        invocation.printer.warn_on_terminal(&format!("{}; {}", open.message, open.advice));
    }
    let text = match applied.len() {
        0 => format!("{shown}: the tables are current"),
        _ => format!("{shown}: applied {}", applied.join(", ")),
    };
    print_result(invocation, &text, SUCCESS, "current", &applied, None)
}

/// Makes nothing: not even the file.
fn check(
    invocation: &Invocation,
    program: &ProgramLine,
    location: &Location,
    shown: &str,
) -> Result<u8, Failure> {
    if !location.exists()? {
        return pending(invocation, &format!("{shown} does not exist; run `{}`", program.and(["migrate"])));
    }
    let schema = reading::read(location, migrations::check)?;
    schema.require_usable()?;
    let current = schema.require_current(program);
    match current.and_then(|()| reading::read(location, migrations::require_counters)) {
        Ok(()) => print_result(
            invocation,
            &format!("{shown}: the tables are current"),
            SUCCESS,
            "current",
            &[],
            None,
        ),
        Err(why) => pending(invocation, &format!("{shown}: {why}")),
    }
}

fn pending(invocation: &Invocation, text: &str) -> Result<u8, Failure> {
    // Also with -q: a non-zero exit code always leaves a line (contract §4).
    invocation.printer.failure(&Failure::new(FailureKind::Setup, text));
    print_result(invocation, "", UNHEALTHY, "pending", &[], None)
}

fn print_result(
    invocation: &Invocation,
    text: &str,
    exit_code: u8,
    state: &str,
    applied: &[String],
    reverted: Option<String>,
) -> Result<u8, Failure> {
    let printed = if invocation.options.json {
        let command = "migrate";
        invocation.printer.json(&MigrateDocument { version: 1, command, exit_code, state, applied, reverted })
    } else if text.is_empty() {
        Ok(())
    } else {
        invocation.printer.summary(text)
    };
    invocation.printed(printed)?;
    Ok(exit_code)
}
