//! The arguments of `lists`, checked against the data.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::cli::{ChangedSince, ListFormat, ListsArguments};
use crate::clock;
use crate::exit::{Failure, FailureKind};
use crate::lists::{Digests, PrintScope, Printed, Pulled, Request, Since};
use crate::output::time;
use crate::queries::prints::PrintHead;
use crate::queries::{lists, prints, schedule};
use crate::settings::Settings;
use crate::status::Basis;
use crate::status::freshness::Freshness;
use crate::status::pulled::standing_of_date;
use crate::store::connection::Connection;
use crate::store::prints::Print;
use crate::text::distance::distance;
use crate::text::program_line::ProgramLine;
use crate::text::sanitize::isolated;

/// The most prints that are named when another one is asked for.
const MAX_PRINTS: i64 = 5;

/// When the date was last pulled.
///
/// # Errors
/// [`FailureKind::Setup`] when it never was.
pub(super) fn pulled(
    connection: &mut Connection,
    basis: &Basis,
    date: NaiveDate,
    program: &ProgramLine,
) -> Result<Pulled, Failure> {
    let standing = standing_of_date(connection, basis, date)?;
    let Some(at) = standing.last_success_at else {
        let line = program.and(["participants", "--date", &date.to_string()]);
        return Err(wrong(format!("{date} was never pulled; run `{line}` first")));
    };
    let is_old = date >= basis.today() && standing.freshness != Freshness::Fresh;
    let age = standing.age_seconds.map(std::time::Duration::from_secs).unwrap_or_default();
    let limit = std::time::Duration::from_secs(standing.stale_after_seconds);
    let warning = is_old.then(|| {
        format!(
            "this is {} old, and should not be older than {}: pull {date} again",
            time::age(age),
            time::age(limit)
        )
    });
    Ok(Pulled { at, warning })
}

/// The request that the arguments make.
///
/// # Errors
/// [`FailureKind::Setup`] when a hall, a time or a print does not exist, [`FailureKind::Usage`] when a time is yet to
/// come.
pub(super) fn request(
    connection: &mut Connection,
    settings: &Settings,
    basis: &Basis,
    arguments: &ListsArguments,
    date: NaiveDate,
) -> Result<Request, Failure> {
    require_halls(connection, &arguments.halls)?;
    if let Some(start) = arguments.time {
        let slots = schedule::slots_of_date(connection, date)?;
        if !slots.iter().any(|slot| slot.start_time == start) {
            let starts: Vec<String> =
                slots.iter().map(|slot| slot.start_time.format("%H:%M").to_string()).collect();
            let there = if starts.is_empty() {
                "no one sits".to_owned()
            } else {
                format!("exams start at {}", starts.join(", "))
            };
            return Err(wrong(format!(
                "nothing starts at {} on {date}; on that date {there}",
                start.format("%H:%M")
            )));
        }
    }
    let mut scope = PrintScope {
        halls: (!arguments.halls.is_empty()).then(|| arguments.halls.clone()),
        start_time: arguments.time,
    };
    let since = match &arguments.changed_since {
        None => None,
        Some(asked) => Some(since(connection, basis, asked, date, &mut scope)?),
    };
    Ok(Request {
        print_id: Uuid::new_v4().simple().to_string()[..8].to_owned(),
        date,
        scope,
        folder: arguments.to.clone(),
        with_html: arguments.format == ListFormat::Html,
        since,
        now: basis.now,
        timezone: settings.timezone,
        site: settings.site_name().to_owned(),
        forgotten: basis.before(settings.log_retention),
    })
}

/// Since when changes are asked for; of a print, the scope is that of both.
fn since(
    connection: &mut Connection,
    basis: &Basis,
    asked: &ChangedSince,
    date: NaiveDate,
    scope: &mut PrintScope,
) -> Result<Since, Failure> {
    let at = match asked {
        ChangedSince::Print(id) => {
            let print = print(connection, id, date)?;
            let printed = serde_json::from_value(print.scope).unwrap_or_default();
            *scope =
                scope.and(&printed).ok_or_else(|| wrong(format!("print {id} is for another start time")))?;
            return Ok(Since::Print(Printed {
                head: PrintHead { id: print.id, printed_at: print.printed_at },
                people_since: print.people_since,
                places_since: print.places_since,
                digests: Digests::of_record(&print.digests),
            }));
        }
        ChangedSince::Clock(clock) => clock::instant(basis.today().and_time(*clock), basis.timezone),
        ChangedSince::Moment(at) => *at,
    };
    if at > basis.now {
        let at = time::local(at, basis.timezone);
        return Err(Failure::new(FailureKind::Usage, format!("--changed-since {at} is in the future")));
    }
    Ok(Since::Moment(at))
}

fn print(connection: &mut Connection, id: &str, date: NaiveDate) -> Result<Print, Failure> {
    let other = match prints::by_id(connection, id)? {
        Some(print) if print.exam_date == date => return Ok(print),
        Some(print) => format!("print {id} is of {}", print.exam_date),
        None => format!("there is no print {id}"),
    };
    let newest = prints::newest(connection, date, MAX_PRINTS)?;
    let newest: Vec<&str> = newest.iter().map(|print| print.id.as_str()).collect();
    let there = match newest.len() {
        0 => format!("{date} was never printed"),
        _ => format!("those of {date} are, newest first: {}", newest.join(", ")),
    };
    Err(wrong(format!("{other}; {there}")))
}

/// Ok where all these halls are known.
fn require_halls(connection: &mut Connection, asked: &[i64]) -> Result<(), Failure> {
    if asked.is_empty() {
        return Ok(());
    }
    let halls = lists::halls(connection)?;
    let Some(unknown) = asked.iter().find(|id| !halls.iter().any(|hall| hall.external_id == **id)) else {
        return Ok(());
    };
    let away = |id: i64| (distance(&id.to_string(), &unknown.to_string()), id.abs_diff(*unknown));
    let nearest = halls.iter().min_by_key(|hall| away(hall.external_id));
    let there = match nearest {
        Some(hall) => format!("the nearest is {} ({})", hall.external_id, isolated(&hall.name)),
        None => "there are none yet".to_owned(),
    };
    Err(wrong(format!("there is no hall {unknown}; {there}")))
}

/// The arguments name what is not there.
fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::Setup, message).by_arguments()
}
