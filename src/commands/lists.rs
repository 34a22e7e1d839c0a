//! `examsync lists`: paper for the door, and who moved since it was printed (contract §14.2).

mod asked;

use std::path::Path;

use serde::Serialize;

use self::asked::{pulled, request};
use super::{Invocation, existing, name_default_database, status_basis};
use crate::cli::ListsArguments;
use crate::exit::{Failure, FailureKind, SHEETS_DIFFER, SUCCESS};
use crate::lists::{self, Change, Outcome, Request, Since};
use crate::output::time;
use crate::queries::prints;
use crate::settings::{Settings, open_folder};
use crate::store::connection::Connection;
use crate::store::migrations;
use crate::text::numbers::grouped;

/// What `--json` prints.
#[derive(Serialize)]
struct ListsDocument<'a> {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    exam_date: String,
    print_id: Option<&'a str>,
    replaces: Option<&'a str>,
    files: &'a [String],
    halls: usize,
    sheets: usize,
    participants: i64,
    changes: &'a [Change],
    change_count: i64,
    warnings: Vec<&'a str>,
    error: Option<Failure>,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// When the database is not there, not current or can't be read, the date was never pulled, a hall, time or print does
/// not exist, or the folder is not private or can't be written.
pub(crate) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &ListsArguments,
) -> Result<u8, Failure> {
    let location = existing(settings)?;
    name_default_database(&invocation.printer, settings, false);
    let basis = status_basis(settings);
    let mut connection = Connection::open(&location)?;
    let (request, pulled, replaces) = connection.read(|connection| {
        migrations::check(connection)?.require_current(&settings.program)?;
        let date = arguments.date.resolve(basis.today());
        let pulled = pulled(connection, &basis, date, &settings.program)?;
        let request = request(connection, settings, &basis, arguments, date)?;
        let replaces = match &request.since {
            Some(Since::Print(print)) => Some(print.head.clone()),
            _ => prints::newest(connection, date, 1)?.into_iter().next(),
        };
        Ok::<_, Failure>((request, pulled, replaces))
    })?;
    let outcome = lists::make(&mut connection, &request, &pulled, replaces)?;
    let open = request.folder.as_deref().and_then(open_to_others);
    let warnings = [&pulled.warning, &outcome.without_people, &open];
    let warnings: Vec<&str> = warnings.into_iter().filter_map(Option::as_deref).collect();
    for warning in &warnings {
        invocation.printer.warn(warning);
    }
    let differing = (arguments.check && outcome.differing > 0).then(|| {
        let message = format!("{} differ since {}", sheets(outcome.differing), since_of(&request));
        Failure::new(FailureKind::Internal, message)
    });
    if let Some(failure) = &differing {
        invocation.printer.failure(failure);
    }
    print(invocation, &request, &outcome, &warnings, differing)
}

/// A sentence where others may put a folder of theirs into the place of this one.
fn open_to_others(folder: &Path) -> Option<String> {
    let around = folder.canonicalize().ok()?.parent()?.to_owned();
    open_folder::is_open(&around).then(|| {
        let around = around.display();
        format!("every user may replace the folders in {around}, the lists' too; run: chmod o-w {around}")
    })
}

fn print(
    invocation: &Invocation,
    request: &Request,
    outcome: &Outcome,
    warnings: &[&str],
    differing: Option<Failure>,
) -> Result<u8, Failure> {
    let exit_code = if differing.is_some() { SHEETS_DIFFER } else { SUCCESS };
    let printer = &invocation.printer;
    if invocation.options.json {
        invocation.printed(printer.json(&ListsDocument {
            version: 1,
            command: "lists",
            status: if differing.is_none() { "completed" } else { "failed" },
            exit_code,
            exam_date: request.date.to_string(),
            print_id: outcome.is_printed.then_some(request.print_id.as_str()),
            replaces: outcome.replaces.as_ref().map(|print| print.id.as_str()),
            files: &outcome.files,
            halls: outcome.halls,
            sheets: outcome.sheets,
            participants: outcome.people,
            changes: &outcome.changes,
            change_count: outcome.change_count,
            warnings: warnings.to_vec(),
            error: differing,
        }))?;
        return Ok(exit_code);
    }
    // A monitor that asks quietly wants the exit code, and the reason on stderr.
    if request.since.is_some() && !(invocation.options.quiet && differing.is_some()) {
        let all = invocation.options.verbose > 0;
        let report = lists::text::report(outcome, &since_of(request), all, printer.screen());
        invocation.printed(printer.text(&report))?;
    }
    if let Some(folder) = &request.folder {
        invocation.printed(printer.summary(&summary(request, outcome, &folder.display().to_string())))?;
    }
    Ok(exit_code)
}

/// `print 0badcafe of 2027-05-24: 40 halls, 160 sheets, 3,840 people in /srv/lists`.
fn summary(request: &Request, outcome: &Outcome, folder: &str) -> String {
    let print = match outcome.is_printed {
        true => format!("print {} of {}", request.print_id, request.date),
        false => format!("nothing to print of {}", request.date),
    };
    format!(
        "{print}: {} halls, {}, {} people in {folder}",
        grouped(outcome.halls as i64),
        sheets(outcome.sheets),
        grouped(outcome.people)
    )
}

fn sheets(count: usize) -> String {
    format!("{} {}", grouped(count as i64), if count == 1 { "sheet" } else { "sheets" })
}

/// `print 0badcafe (2027-05-24 18:00:00 +04:00)`, or the moment.
fn since_of(request: &Request) -> String {
    match &request.since {
        Some(Since::Print(print)) => {
            format!("print {} ({})", print.head.id, time::local(print.head.printed_at, request.timezone))
        }
        Some(Since::Moment(at)) => time::local(*at, request.timezone),
        None => String::new(),
    }
}
