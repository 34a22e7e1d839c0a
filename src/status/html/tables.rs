//! The tables of the dashboard. Each scrolls by itself, by keyboard too, so that a phone shows the page whole.

use maud::{Markup, html};

use super::{age, freshness, percent, took, with_names};
use crate::output::time;
use crate::queries::Listed;
use crate::queries::alerts::{OpenAlert, Undelivered};
use crate::queries::runs::Run;
use crate::status::model::Overview;
use crate::status::shown::ShownCauses;
use crate::status::{Basis, reasons};
use crate::text::sanitize::clean;

/// The open alerts, or that there are none, but for those about a state that the page shows itself; and where messages
/// of alerts wait.
pub(super) fn alerts(overview: &Overview, basis: &Basis) -> Markup {
    let alerts: Vec<&OpenAlert> = overview.alerts.iter().filter(|alert| !alert.is_of_state()).collect();
    html! {
        section {
            h2 id="alerts" { "Open alerts" }
            @if alerts.is_empty() { p { "None." } } @else {
                ul.alerts {
                    @for alert in alerts {
                        li {
                            span.badge.bad { (clean(&alert.kind)) } " "
                            strong { (clean(&alert.label)) }
                            " since " span.whole { (time::local(alert.opened_at, basis.timezone)) }
                            p { (with_names(alert.summary())) }
                        }
                    }
                }
            }
        }
        @if !overview.undelivered.is_empty() {
            section {
                h2 { "Alerts not delivered" }
                ul {
                    @for Undelivered { channel, destination, messages, since, last_error } in &overview.undelivered {
                        li {
                            (clean(channel)) " " (clean(destination)) ": " (messages) " since "
                            span.whole { (time::local(*since, basis.timezone)) } ": "
                            (last_error.as_deref().map_or("no answer yet".into(), clean))
                        }
                    }
                }
            }
        }
    }
}

/// A row per exam date from today on; one that fails says why, where the page does not say so elsewhere.
pub(super) fn exam_dates(overview: &Overview, causes: &mut ShownCauses) -> Markup {
    scrolling(
        "Exam dates",
        html! {
            thead { tr {
                th { "Date" } th { "State" } th.number { "People" } th.number { "Rooms" } th { "Last success" }
                th { "Last run" } th.number { "Fails in a row" } th.number { "7 days" } th.number { "Median" }
                th.number { "p95" }
            } }
            tbody {
                @for state in &overview.exam_dates {
                    tr {
                        th scope="row" { (state.exam_date) }
                        td { (freshness(&state.standing)) }
                        td.number { (state.participants) }
                        td.number { (state.rooms) }
                        td { (age(state.standing.age_seconds)) }
                        td { @match &state.standing.last_run { Some(run) => (outcome(run)), None => "none" } }
                        td.number { (state.standing.consecutive_failures) }
                        td.number { (percent(state.standing.week.success_rate)) }
                        td.number { (took(state.standing.week.median_ms)) }
                        td.number { (took(state.standing.week.p95_ms)) }
                    }
                    @if let Some(run) = &state.standing.last_run { (why(run, 10, causes)) }
                }
            }
        },
    )
}

/// Rows by state, and what is doubtful in them.
pub(super) fn quality(overview: &Overview) -> Markup {
    let (over, errors) = (&overview.quality.over_capacity, &overview.quality.sync_errors);
    html! {
        (scrolling("Rows", html! {
            thead { tr { th { "Table" } th.number { "Active" } th.number { "Inactive" } th.number { "In error" } } }
            tbody {
                @for table in &overview.tables {
                    tr {
                        th scope="row" { (table.table) }
                        td.number { (table.active) }
                        td.number { (table.inactive) }
                        td.number { (table.sync_error) }
                    }
                }
            }
        }))
        (listed("Closed rooms with people", &overview.quality.closed_in_use, reasons::closed_room))
        (listed("Seats given twice", &overview.quality.seats_taken, reasons::taken_seat))
        @if over.count > 0 {
            section {
                h2 { "Rooms over capacity: " (over.count) }
                ul {
                    @for room in &over.first {
                        li {
                            (room.exam_date) " " (room.start_time.format("%H:%M")) ": " (room.participants)
                            " people, " (room.capacity) " seats: " bdi { (clean(&room.room)) } ", "
                            bdi { (clean(&room.hall)) }
                        }
                    }
                }
                (rest_note(over))
            }
        }
        (listed("Rows in error", errors, |row| reasons::row_in_error(row, &overview.alerts)))
    }
}

/// A list with its title, where there is something in it.
fn listed<T>(title: &str, list: &Listed<T>, line: impl Fn(&T) -> String) -> Markup {
    html! {
        @if list.count > 0 {
            section {
                h2 { (title) ": " (list.count) }
                ul { @for item in &list.first { li { (with_names(&line(item))) } } }
                (rest_note(list))
            }
        }
    }
}

/// How many of a list are not in it.
fn rest_note<T>(listed: &Listed<T>) -> Markup {
    let unlisted = listed.count - i64::try_from(listed.first.len()).unwrap_or_default();
    html! { @if unlisted > 0 { p.legend { "and " (unlisted) " more" } } }
}

/// The newest runs; one that failed says why, where the page does not say so elsewhere.
pub(super) fn recent_runs(overview: &Overview, basis: &Basis, causes: &mut ShownCauses) -> Markup {
    scrolling(
        "Recent runs",
        html! {
            thead { tr {
                th { "What" } th { "Outcome" } th { "Started" } th.number { "Took" } th.number { "Records" }
                th.number { "Created" } th.number { "Updated" } th.number { "Gone" } th.number { "Errored" }
            } }
            tbody {
                @if overview.recent_runs.is_empty() { tr { td colspan="9" { "None yet." } } }
                @for run in &overview.recent_runs {
                    tr {
                        td { (run.sync_type.name()) @if let Some(date) = run.scope.date() { " " (date) } }
                        td { (outcome(run)) }
                        td { (time::local(run.started_at, basis.timezone)) }
                        td.number { (took(run.duration_ms)) }
                        td.number { (run.records.processed) }
                        td.number { (run.records.created) }
                        td.number { (run.records.updated) }
                        td.number { (run.records.deleted) }
                        td.number { (run.records.errored) }
                    }
                    (why(run, 9, causes))
                }
            }
        },
    )
}

/// How a run ended, as a badge. A failure of the past is no reason for being unhealthy, so it is not red.
pub(super) fn outcome(run: &Run) -> Markup {
    let refused = run.error.as_ref().is_some_and(|error| error.kind == "guard");
    let (class, word) = match run.status.as_str() {
        "completed" if run.records.errored > 0 => ("badge warn", "partial"),
        "completed" => ("badge good", "completed"),
        "failed" if refused => ("badge warn", "refused"),
        "failed" => ("badge warn", "failed"),
        _ => ("badge", "running"),
    };
    html! { span class=(class) { (word) } }
}

fn why(run: &Run, columns: u8, causes: &mut ShownCauses) -> Markup {
    html! {
        @if let Some(error) = run.error.as_ref().filter(|error| causes.is_new(&error.message)) {
            tr.why { td colspan=(columns) { div { strong { (clean(&error.kind)) } ": " (with_names(&error.message)) } } }
        }
    }
}

fn scrolling(title: &str, content: Markup) -> Markup {
    html! {
        section {
            h2 { (title) }
            div.scroll tabindex="0" role="region" aria-label=(title) { table { (content) } }
        }
    }
}
