//! The state as text for a terminal: colour repeats what a word says, times carry their offset.

mod centres;
mod day;
mod push;
mod quality;
mod rosters;
mod runs;

use std::time::Duration;

use super::Basis;
use super::freshness::Freshness;
use super::model::{DateStatus, Head, Overview, Standing, SyncState, TokenExpiry, Week};
use super::shown::ShownCauses;
use crate::model::sync_type::ScopeKind;
use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::text::sanitize::{clean, clean_lines};
pub(crate) use day::{day, problems};
pub(crate) use runs::history;

/// The whole state.
pub(crate) fn overview(overview: &Overview, basis: &Basis, screen: Screen) -> String {
    let mut text = head(&overview.head, basis, screen);
    match overview.head.alerts().count() {
        0 => {}
        1 => text.push_str("  1 open alert\n"),
        more => text.push_str(&format!("  {more} open alerts\n")),
    }
    let mut causes = ShownCauses::of(&overview.alerts);
    for sync in &overview.syncs {
        text.push('\n');
        sync_type(sync, basis, screen, &mut causes, &mut text);
    }
    exam_dates(&overview.exam_dates, screen, &mut causes, &mut text);
    quality::all(overview, basis, screen, &mut text);
    centres::table(&overview.centres, basis, screen, &mut text);
    rosters::all(&overview.rosters, screen, &mut text);
    push::table(&overview.push, basis, screen, &mut text);
    // Within a day the head says it, or the refusal of a token that has ended.
    if let Some(token) = overview.token.as_ref().filter(|token| !token.within_a_day) {
        text.push('\n');
        text.push_str(&screen.wrapped(&token_line(token, basis, screen), 0, 2));
    }
    if !overview.errors_by_kind.is_empty() {
        let kinds: Vec<String> =
            overview.errors_by_kind.iter().map(|kind| format!("{} {}", kind.count, kind.kind)).collect();
        let kinds = clean(&kinds.join(", ")).into_owned();
        text.push_str(&format!("\n{}", screen.wrapped(&format!("Failed passes of 7 days: {kinds}"), 0, 2)));
    }
    if !overview.recent_runs.is_empty() {
        text.push_str("\nRecent runs\n");
        text.push_str(&runs::table(&overview.recent_runs, &mut causes, basis, screen));
    }
    text
}

/// The first line, with the first reason why all is not well, under it the others, without open alerts, and the moment.
fn head(head: &Head, basis: &Basis, screen: Screen) -> String {
    let at = time::local(basis.now, basis.timezone);
    if head.healthy {
        return format!("examsync: {}, as of {at}\n", screen.palette.ok("healthy"));
    }
    let mut briefs = head.briefs();
    let first = briefs.next().map(|first| format!(": {}", clean_lines(first))).unwrap_or_default();
    let state = screen.palette.error("NOT HEALTHY");
    let mut text = screen.wrapped(&format!("examsync: {state}{first}"), 0, 4);
    for brief in briefs {
        text.push_str(&screen.wrapped(&clean_lines(brief), 2, 4));
    }
    text + &format!("  as of {at}\n")
}

fn sync_type(sync: &SyncState, basis: &Basis, screen: Screen, causes: &mut ShownCauses, text: &mut String) {
    text.push_str(&format!("{}: {}\n", sync.sync_type.name(), freshness(&sync.standing, 0, screen)));
    let of_dates = sync.sync_type.scope_kind() == ScopeKind::Dates;
    let error = sync.standing.last_run.as_ref().and_then(|run| run.error.as_ref()).filter(|_| !of_dates);
    let why = error.map(|error| error.message.as_str()).filter(|message| causes.is_new(message));
    standing(&sync.standing, if of_dates { Why::OfWorstDate } else { Why::Said(why) }, basis, screen, text);
}

/// What the line about failures says of their reason.
enum Why<'a> {
    /// The reason, unless it is elsewhere on the page.
    Said(Option<&'a str>),
    /// The failures are those of the worst of several dates, whose lines say why.
    OfWorstDate,
}

/// Last success, last run, a week's numbers, and failures in a row, each on its line.
fn standing(standing: &Standing, why: Why<'_>, basis: &Basis, screen: Screen, text: &mut String) {
    let success = standing.last_success_at.zip(standing.age_seconds).map(|(at, age)| {
        format!("{}, {} ago", time::local(at, basis.timezone), time::age(Duration::from_secs(age)))
    });
    let mut line =
        |label: &str, told: &str| text.push_str(&screen.wrapped(&format!("{label:14}{told}"), 2, 16));
    line("last success", success.as_deref().unwrap_or("never"));
    if let Some(run) = &standing.last_run {
        let date = run.scope.date().map(|date| format!(" of {date}")).unwrap_or_default();
        let took = run.duration_ms.map(|ms| format!(" in {}", took(ms))).unwrap_or_default();
        let began = time::local(run.started_at, basis.timezone);
        line("last run", &format!("{began}, {}{took}{date}", runs::outcome(run, 0, screen)));
    }
    line("7 days", &week(&standing.week));
    if standing.is_failing() {
        let times = if standing.consecutive_failures == 1 { "time" } else { "times in a row" };
        let why = match why {
            Why::Said(Some(message)) => format!(": {}", clean_lines(message)),
            Why::Said(None) => String::new(),
            Why::OfWorstDate => ", the worst exam date".to_owned(),
        };
        line("failing", &format!("{} {times}{why}", standing.consecutive_failures));
    }
}

fn week(week: &Week) -> String {
    let Some(rate) = week.success_rate else { return "no runs".to_owned() };
    let runs = if week.runs == 1 { "run" } else { "runs" };
    let mut text = format!("{} of {} {runs} succeeded", percent(rate), week.runs);
    if let (Some(median), Some(p95)) = (week.median_ms, week.p95_ms) {
        text.push_str(&format!(", median {}, p95 {}", took(median), took(p95)));
    }
    text
}

/// A line per date, and under one that fails why, where the page does not say so elsewhere.
fn exam_dates(dates: &[DateStatus], screen: Screen, causes: &mut ShownCauses, text: &mut String) {
    text.push('\n');
    text.push_str(&screen.row(&[
        left("exam date", 10),
        right("people", 8),
        left(" state", 9),
        right("success", 11),
        left("last run", 9),
        right("fails", 5),
        right("7 d", 5),
        right("median", 7),
        right("p95", 7),
    ]));
    for state in dates {
        let Standing { age_seconds, last_run, consecutive_failures, week, .. } = &state.standing;
        let age = age_seconds.map(|seconds| time::age(Duration::from_secs(seconds)));
        let duration = |ms: Option<i64>| right(&ms.map(took).unwrap_or_default(), 7);
        text.push_str(&screen.row(&[
            state.exam_date.to_string(),
            right(&state.participants.to_string(), 8),
            format!(" {}", freshness(&state.standing, 8, screen)),
            right(age.as_deref().unwrap_or("never"), 11),
            last_run.as_ref().map_or_else(|| left("none", 9), |run| runs::outcome(run, 9, screen)),
            right(&consecutive_failures.to_string(), 5),
            right(&week.success_rate.map(percent).unwrap_or_default(), 5),
            duration(week.median_ms),
            duration(week.p95_ms),
        ]));
        let error = last_run.as_ref().and_then(|run| run.error.as_ref());
        if let Some(error) = error.filter(|error| causes.is_new(&error.message)) {
            let why = format!("{}: {}", clean(&error.kind), clean_lines(&error.message));
            text.push_str(&screen.wrapped(&why, 2, 4));
        }
    }
}

fn token_line(token: &TokenExpiry, basis: &Basis, screen: Screen) -> String {
    let at = time::local(token.expires_at, basis.timezone);
    let left = token.expires_at.signed_duration_since(basis.now).to_std().unwrap_or_default();
    match token {
        TokenExpiry { warning: true, .. } => screen
            .palette
            .warning(&format!("The API token expires in {}, at {at}: ask for a new one", time::age(left))),
        _ => format!("The API token is valid until {at}"),
    }
}

/// The word for how fresh it is, at least so wide. It is red where it is a reason for being unhealthy.
fn freshness(standing: &Standing, width: usize, screen: Screen) -> String {
    let word = left(standing.freshness.name(), width);
    match standing.freshness {
        Freshness::Fresh => screen.palette.ok(&word),
        Freshness::Stale | Freshness::Critical | Freshness::Never if standing.judged => {
            screen.palette.error(&word)
        }
        Freshness::Stale | Freshness::Critical | Freshness::Never => word,
    }
}

/// Rounded down, so that 100 % means all.
fn percent(rate: f64) -> String {
    format!("{:.0} %", (rate * 100.0).floor())
}

fn took(ms: i64) -> String {
    time::took(Duration::from_millis(ms.unsigned_abs()))
}
