//! `examsync find`: answers who sits where, for the person at the telephone (contract §14.3).

use serde::Serialize;

use super::{Invocation, existing, name_default_database, status_basis};
use crate::cli::FindArguments;
use crate::exit::{Failure, FailureKind, NOT_FOUND, SUCCESS};
use crate::find::found::Match;
use crate::find::{self, Asked, Search};
use crate::settings::Settings;
use crate::store::{migrations, reading};

/// What `--json` prints.
#[derive(Serialize)]
struct FindDocument<'a> {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    matches: &'a [Match],
    left_off: usize,
    error: Option<Failure>,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// When the text has nothing to look for, or the database is not there, not current, or can't be read.
pub(crate) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &FindArguments,
) -> Result<u8, Failure> {
    let asked = Asked::new(&arguments.text.join(" "))
        .ok_or_else(|| Failure::new(FailureKind::Usage, "the text to find has no letter and no digit"))?;
    let location = existing(settings)?;
    name_default_database(&invocation.printer, settings, false);
    let basis = status_basis(settings);
    let date = arguments.date.map(|date| date.resolve(basis.today()));
    let search = Search { asked, date, today: basis.today(), now: basis.now };
    let (matches, left_off) = reading::read(&location, |connection| {
        migrations::check(connection)?.require_current(&settings.program)?;
        find::find(connection, &search).map_err(Failure::from)
    })?;
    let exit_code = if matches.is_empty() { NOT_FOUND } else { SUCCESS };
    // The text may be a name, which belongs on stdout only.
    let nothing = (exit_code != SUCCESS).then(|| Failure::new(FailureKind::Internal, "nothing matches"));
    if let Some(failure) = &nothing {
        invocation.printer.failure(failure);
    }
    let printed = match invocation.options.json {
        true => invocation.printer.json(&FindDocument {
            version: 1,
            command: "find",
            status: if nothing.is_none() { "completed" } else { "failed" },
            exit_code,
            matches: &matches,
            left_off,
            error: nothing,
        }),
        false => {
            let screen = invocation.printer.screen();
            let mut text = find::listed(&matches, settings.timezone, screen);
            if left_off > 0 {
                let more = format!("{left_off} more match; narrow it with --date or with more words");
                text.push_str(&format!("\n{}", screen.wrapped(&more, 0, 0)));
            }
            invocation.printer.text(&text)
        }
    };
    invocation.printed(printed)?;
    Ok(exit_code)
}
