//! `examsync status`: reads the state of the local data and prints it in the asked form (contract §9).

mod day;

use super::{Invocation, existing, name_default_database, status_basis, surroundings};
use crate::cli::{StatusArguments, StatusFormat};
use crate::exit::{Failure, FailureKind, SUCCESS, UNHEALTHY};
use crate::metrics::{self, Dialect, site};
use crate::queries::last_attempts;
use crate::queries::runs::{self, Filter};
use crate::settings::Settings;
use crate::status::html::Dashboard;
use crate::status::model::Head;
use crate::status::model::history::History;
use crate::status::{Basis, html, overview, text};
use crate::store::connection::Connection;
use crate::store::migrations;
use crate::store::reading;

/// The number of recent runs at the end of the overview.
const RECENT_RUNS: u32 = 10;

/// What was read, as text for stdout, and what it says about health.
struct StatusDocument {
    text: String,
    head: Head,
    /// How many things there are to act on, of one date.
    acts: usize,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// When the database is not there, not current, or can't be read.
pub(crate) fn run(
    invocation: &Invocation,
    settings: &Settings,
    arguments: &StatusArguments,
) -> Result<u8, Failure> {
    let format = arguments.format.unwrap_or(StatusFormat::Text);
    let location = existing(settings)?;
    name_default_database(&invocation.printer, settings, false);
    let basis = status_basis(settings);
    let answer = reading::read(&location, |connection| {
        migrations::check(connection)?.require_current(&settings.program)?;
        match arguments.date {
            Some(date) => day::document(invocation, settings, connection, arguments, &basis, date),
            None => overall(invocation, settings, connection, arguments, &basis, format),
        }
    })?;
    // A monitor that asks quietly wants the exit code, and the reason on stderr.
    if !(arguments.check && invocation.options.quiet && arguments.format.is_none()) {
        invocation.printed(invocation.printer.text(&answer.text))?;
    }
    if arguments.problems && answer.acts > 0 {
        let things = if answer.acts == 1 { "1 thing".to_owned() } else { format!("{} things", answer.acts) };
        invocation.printer.failure(&Failure::new(FailureKind::Internal, format!("{things} to act on")));
        return Ok(UNHEALTHY);
    }
    if arguments.check && !answer.head.healthy {
        let problems = format!("not healthy: {}", answer.head.problems.join("\n"));
        invocation.printer.failure(&Failure::new(FailureKind::Internal, problems));
        return Ok(UNHEALTHY);
    }
    Ok(SUCCESS)
}

fn overall(
    invocation: &Invocation,
    settings: &Settings,
    connection: &mut Connection,
    arguments: &StatusArguments,
    basis: &Basis,
    format: StatusFormat,
) -> Result<StatusDocument, Failure> {
    let recent = Filter {
        sync_type: arguments.sync_type,
        failed: arguments.failed,
        since: arguments.since.map(|since| basis.before(since)),
        most: arguments.history.unwrap_or(RECENT_RUNS),
    };
    let overview = overview::read(connection, basis, surroundings(settings, basis), &recent)?;
    let head = overview.head.clone();
    let screen = invocation.printer.screen();
    let text = match format {
        StatusFormat::Text if arguments.history.is_some() => {
            text::history(&overview.recent_runs, basis, screen)
        }
        StatusFormat::Json if arguments.history.is_some() => json(invocation, &History::from(overview))?,
        StatusFormat::Text => text::overview(&overview, basis, screen),
        StatusFormat::Json => json(invocation, &overview)?,
        StatusFormat::Prometheus => {
            let tries = last_attempts::tries(connection, basis.today())?;
            let text = metrics::render(&overview, &tries, Dialect::OpenMetrics);
            settings.site.as_ref().map(|site| site::labelled(&text, site)).unwrap_or(text)
        }
        StatusFormat::Html => {
            let month = runs::ended_since(connection, basis.before(html::CHARTED))?;
            let today = basis.today();
            let days = [today, today.succ_opt().unwrap_or(today)]
                .map(|date| day::read(invocation, settings, connection, arguments, basis, date));
            let days: Vec<_> = days.into_iter().collect::<Result<_, _>>()?;
            let (site, every) = (settings.site_name(), day::every(settings, arguments, basis));
            html::page(&overview, Dashboard { days: &days, month: &month, site, every }, basis)
        }
    };
    Ok(StatusDocument { text, head, acts: 0 })
}

fn json(invocation: &Invocation, document: &impl serde::Serialize) -> Result<String, Failure> {
    invocation.printer.json_text(document).map_err(|error| {
        Failure::new(FailureKind::Internal, format!("the status can't be written as JSON: {error}"))
    })
}
