//! The dashboard: one self-contained page, without script, to be written by cron and served by any web server.

mod charts;
mod daily;
mod tables;

use std::time::Duration;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Basis;
use super::freshness::Freshness;
use super::model::{Overview, Standing, SyncState};
use super::shown::ShownCauses;
use crate::output::time;
use crate::queries::runs::EndedRun;
use crate::text::sanitize::{CLOSE_ISOLATE, OPEN_ISOLATE, clean, clean_lines};

const STYLE: &str = include_str!("html/style.css");

/// So far back go the charts (contract §9).
pub(crate) const CHARTED: Duration = Duration::from_secs(daily::DAYS * 24 * 60 * 60);

/// The page of an installation of this name; `month` holds the passes of the last [`CHARTED`].
pub(crate) fn page(overview: &Overview, month: &[EndedRun], basis: &Basis, site: &str) -> String {
    let state = if overview.head.healthy { "healthy" } else { "not healthy" };
    let mut causes = ShownCauses::of(&overview.alerts);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "examsync: " (state) ", " (clean(site)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.banner.bad[!overview.head.healthy] {
                    h1 { "examsync: " (state) }
                    p {
                        "As of " (time::local(overview.head.generated_at, basis.timezone)) ", " bdi { (clean(site)) }
                    }
                    (problems(overview))
                    @if let Some(token) = overview.token.as_ref().filter(|token| token.warning && !token.within_a_day) {
                        p.note { "The API token expires at " (time::local(token.expires_at, basis.timezone)) "." }
                    }
                }
                main {
                    section.cards aria-label="Sync types" {
                        @for sync in &overview.syncs { (card(sync, basis)) }
                    }
                    (tables::alerts(overview, basis))
                    (tables::exam_dates(overview, &mut causes))
                    (charts::section(overview, month, basis))
                    (tables::recent_runs(overview, basis, &mut causes))
                    (tables::quality(overview))
                }
            }
        }
    };
    page.into_string()
}

/// What is wrong. The alerts are only counted: they have a list of their own.
fn problems(overview: &Overview) -> Markup {
    html! {
        @if !overview.head.healthy {
            ul {
                @for brief in overview.head.briefs() {
                    li { (with_names(brief)) }
                }
                @match overview.head.alerts().count() {
                    0 => {}
                    1 => li { a href="#alerts" { "1 open alert" } },
                    more => li { a href="#alerts" { (more) " open alerts" } },
                }
            }
        }
    }
}

/// Lines of our own with names from outside in isolates, which become elements of their own.
fn with_names(lines: &str) -> Markup {
    let lines = clean_lines(lines);
    let parts: Vec<(&str, Option<&str>)> = lines
        .split(CLOSE_ISOLATE)
        .map(|part| match part.split_once(OPEN_ISOLATE) {
            Some((before, name)) => (before, Some(name)),
            None => (part, None),
        })
        .collect();
    html! {
        @for (before, name) in parts { (before) @if let Some(name) = name { bdi { (name) } } }
    }
}

fn card(sync: &SyncState, basis: &Basis) -> Markup {
    let Standing { last_success_at, age_seconds, last_run, consecutive_failures, week, .. } = &sync.standing;
    html! {
        article.card {
            h2 { (sync.sync_type.name().replace('_', " ")) " " (freshness(&sync.standing)) }
            p.big { @if age_seconds.is_some() { (age(*age_seconds)) } @else { "no good pass yet" } }
            dl {
                dt { "Last success" }
                dd { (last_success_at.map_or("never".to_owned(), |at| time::local(at, basis.timezone))) }
                dt { "Last run" }
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
                    @if week.runs == 0 { "no runs" } @else {
                        span.whole {
                            (percent(week.success_rate)) " of " (week.runs) @if week.runs == 1 { " run" } @else { " runs" }
                        }
                        @if week.median_ms.is_some() {
                            ", " span.whole { "median " (took(week.median_ms)) } ", "
                            span.whole { "p95 " (took(week.p95_ms)) }
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
