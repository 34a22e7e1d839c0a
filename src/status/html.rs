//! The dashboard: one self-contained page, to be written by cron and served by any web server.

mod charts;
mod daily;
mod day;
mod sentences;
mod sessions;
mod shell;
mod tables;

use std::time::Duration;

use maud::{Markup, html};

pub(crate) use self::day::day_page;
use self::sentences::sentence;
use self::shell::Shell;
use super::Basis;
use super::freshness::Freshness;
use super::model::day::ExamDay;
use super::model::{Overview, Standing, SyncState};
use super::shown::ShownCauses;
use crate::model::sync_type::SyncType;
use crate::output::time;
use crate::queries::runs::EndedRun;
use crate::text::sanitize::clean;

/// So far back go the charts (contract §9).
pub(crate) const CHARTED: Duration = Duration::from_secs(daily::DAYS * 24 * 60 * 60);

/// What the dashboard shows in addition to the state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dashboard<'a> {
    /// Today and tomorrow.
    pub days: &'a [ExamDay],
    /// The passes of the last [`CHARTED`].
    pub month: &'a [EndedRun],
    /// The name of the installation.
    pub site: &'a str,
    /// How often the page is written.
    pub every: Duration,
}

/// The page of an installation.
pub(crate) fn page(overview: &Overview, shown: Dashboard<'_>, basis: &Basis) -> String {
    let healthy = overview.head.healthy;
    let title = if healthy { "examsync: healthy" } else { "examsync: not healthy" };
    let tone = if healthy { "good" } else { "bad" };
    let mut causes = ShownCauses::of(&overview.alerts);
    let shell = Shell { title, site: shown.site, tone, every: shown.every };
    let banner = html! {
        (problems(overview, basis))
        @if let Some(token) = overview.token.as_ref().filter(|token| token.warning && !token.within_a_day) {
            p.note { "The API token expires at " (time::local(token.expires_at, basis.timezone)) "." }
        }
    };
    let main = html! {
        (sessions::section(shown.days, &causes, basis))
        section.cards aria-label="How old the data is" {
            @for sync in &overview.syncs { (card(sync, basis)) }
        }
        (tables::undelivered(overview, basis))
        (tables::exam_dates(overview, basis, &mut causes))
        (tables::quality(overview))
        details.more {
            summary { "Charts, recent pulls and rows" }
            (charts::section(overview, shown.month, basis))
            (tables::recent_runs(overview, basis, &mut causes))
            (tables::rows(overview))
        }
    };
    shell.page(basis, banner, main)
}

/// What is wrong, each reason once.
fn problems(overview: &Overview, basis: &Basis) -> Markup {
    let alerts = overview.alerts.iter().filter(|alert| !alert.is_of_state());
    html! {
        @if !overview.head.healthy {
            ol.actions {
                @for brief in overview.head.briefs() { li.reason { (sentence(brief)) } }
                @for alert in alerts {
                    li.reason {
                        strong { (clean(&alert.label)) } ": " (sentence(alert.summary()))
                        " " span.whole { "(since " (time::minute(alert.opened_at, basis.timezone)) ")" }
                    }
                }
            }
        }
    }
}

/// What a person calls what a sync type is about.
fn called(sync_type: SyncType) -> &'static str {
    match sync_type {
        SyncType::ExamHalls => "Halls",
        SyncType::HallRooms => "Rooms",
        SyncType::Participants => "Who sits where, today",
        other => other.label(),
    }
}

fn card(sync: &SyncState, basis: &Basis) -> Markup {
    let Standing { last_success_at, age_seconds, last_run, consecutive_failures, week, .. } = &sync.standing;
    html! {
        article.card {
            h2 { (called(sync.sync_type)) " " (freshness(&sync.standing)) }
            p.big { @if age_seconds.is_some() { (age(*age_seconds)) } @else { "no good pass yet" } }
            dl {
                dt { "Last good pull" }
                dd { (last_success_at.map_or("never".to_owned(), |at| time::local(at, basis.timezone))) }
                dt { "Last pull" }
                dd {
                    @match last_run {
                        Some(run) => {
                            (tables::outcome(run)) " "
                            span.whole { (time::local(run.started_at, basis.timezone)) }
                        }
                        None => "none",
                    }
                }
                dt { "7 days" }
                dd {
                    @if week.runs == 0 { "no pulls" } @else {
                        span.whole {
                            (percent(week.success_rate)) " of " (week.runs) @if week.runs == 1 { " pull was good" } @else { " pulls were good" }
                        }
                        @if week.median_ms.is_some() {
                            ", " span.whole { "most took " (took(week.median_ms)) }
                        }
                    }
                }
                @if *consecutive_failures > 0 {
                    dt { "Failing" }
                    dd { span.badge.warn { (consecutive_failures) " in a row" } }
                }
            }
        }
    }
}

/// How fresh it is, as a badge: red where that is a reason for being unhealthy.
fn freshness(standing: &Standing) -> Markup {
    let class = match standing.freshness {
        Freshness::Fresh => "badge good",
        Freshness::Stale | Freshness::Critical | Freshness::Never if standing.judged => "badge bad",
        Freshness::Stale | Freshness::Critical | Freshness::Never => "badge",
    };
    html! { span class=(class) { (standing.freshness.name()) } }
}

fn age(seconds: Option<u64>) -> String {
    seconds.map_or("never".to_owned(), |seconds| format!("{} ago", time::age(Duration::from_secs(seconds))))
}

fn took(ms: Option<i64>) -> String {
    ms.map_or("–".to_owned(), |ms| time::took(Duration::from_millis(ms.unsigned_abs())))
}

/// Rounded down, so that 100 % means all.
fn percent(rate: Option<f64>) -> String {
    rate.map_or("–".to_owned(), |rate| format!("{:.0} %", (rate * 100.0).floor()))
}
