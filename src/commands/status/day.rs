//! `examsync status --date`: the view of one exam morning (contract §14.1).

use std::time::Duration;

use chrono::NaiveDate;

use super::{StatusDocument, json};
use crate::cli::{DateArgument, StatusArguments, StatusFormat};
use crate::commands::Invocation;
use crate::exit::{Failure, FailureKind};
use crate::queries::schedule::{self, NamedHall};
use crate::settings::Settings;
use crate::status::exam_day::{self, DayRequest};
use crate::status::model::day::{ExamDay, Problems};
use crate::status::{Basis, html, text};
use crate::store::connection::Connection;
use crate::text::distance::distance;
use crate::text::sanitize::isolated;

/// `--since` where it is not given.
const CHANGES_SINCE: Duration = Duration::from_secs(2 * 60 * 60);
/// `--every` where neither it nor the schedule of pulls says anything.
const WRITTEN_EVERY: Duration = Duration::from_secs(30 * 60);

/// Reads and renders it.
pub(super) fn document(
    invocation: &Invocation,
    settings: &Settings,
    connection: &mut Connection,
    arguments: &StatusArguments,
    basis: &Basis,
    date: DateArgument,
) -> Result<StatusDocument, Failure> {
    require_known(connection, &arguments.halls, settings)?;
    let day = read(invocation, settings, connection, arguments, basis, date.resolve(basis.today()))?;
    let full = invocation.options.verbose > 0 || !arguments.halls.is_empty();
    let screen = invocation.printer.screen();
    let text = match arguments.format {
        Some(StatusFormat::Json) if arguments.problems => json(invocation, &Problems::from(&day))?,
        Some(StatusFormat::Json) => json(invocation, &day)?,
        Some(StatusFormat::Html) => {
            let every = every(settings, arguments, basis);
            html::day_page(&day, basis, settings.site_name(), every, full)
        }
        _ if arguments.problems => text::problems(&day, screen),
        _ => text::day(&day, basis, full, screen),
    };
    Ok(StatusDocument { text, acts: day.act_on.len(), head: day.head })
}

/// Reads the view of a date.
pub(super) fn read(
    invocation: &Invocation,
    settings: &Settings,
    connection: &mut Connection,
    arguments: &StatusArguments,
    basis: &Basis,
    exam_date: NaiveDate,
) -> Result<ExamDay, Failure> {
    let request = DayRequest {
        exam_date,
        since: arguments.since.unwrap_or(CHANGES_SINCE),
        halls: &arguments.halls,
        full: invocation.options.verbose > 0,
        names: arguments.names,
        late_within: settings.alerts.late_change_within,
        late_people: settings.alerts.late_change_people,
        next_pull_at: settings.participants_schedule.next_after(basis.now),
        has_centres: !settings.centres.halls().is_empty(),
        program: &settings.program,
    };
    Ok(exam_day::read(connection, basis, &request)?)
}

/// How often the page is written.
pub(super) fn every(settings: &Settings, arguments: &StatusArguments, basis: &Basis) -> Duration {
    let period = || settings.participants_schedule.period(basis.now);
    arguments.every.or_else(period).unwrap_or(WRITTEN_EVERY)
}

/// Fails for a hall that is not known here, with the nearest one that is.
fn require_known(connection: &mut Connection, halls: &[i64], settings: &Settings) -> Result<(), Failure> {
    if halls.is_empty() {
        return Ok(());
    }
    let known = schedule::halls(connection)?;
    let is_known = |id: &i64| known.iter().any(|hall| hall.external_id == *id);
    let Some(unknown) = halls.iter().find(|id| !is_known(id)) else { return Ok(()) };
    let typed = unknown.to_string();
    let away = |hall: &&NamedHall| {
        (distance(&typed, &hall.external_id.to_string()), (hall.external_id - unknown).abs())
    };
    let message = match known.iter().min_by_key(away) {
        Some(nearest) => format!(
            "hall {unknown} is not known here; the nearest is hall {} ({}): correct --hall",
            nearest.external_id,
            isolated(&nearest.name)
        ),
        None => format!("there are no halls here yet: run `{}` first", settings.program.and(["halls"])),
    };
    Err(Failure::new(FailureKind::Setup, message))
}
