//! The tables of the dashboard. Each scrolls by itself, by keyboard too, so that a phone shows the page whole.

use maud::{Markup, html};

use super::sentences::with_names;
use super::sessions::link;
use super::{age, called, freshness, percent, took};
use crate::output::time;
use crate::queries::Listed;
use crate::queries::alerts::Undelivered;
use crate::queries::runs::Run;
use crate::status::model::Overview;
use crate::status::shown::ShownCauses;
use crate::status::{Basis, reasons};
use crate::text::numbers::grouped;
use crate::text::sanitize::clean;

/// Where messages of alerts wait.
pub(super) fn undelivered(overview: &Overview, basis: &Basis) -> Markup {
    html! {
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
pub(super) fn exam_dates(overview: &Overview, basis: &Basis, causes: &mut ShownCauses) -> Markup {
    scrolling(
        "Exam dates",
        html! {
            thead { tr {
                th { "Date" } th { "State" } th.number { "People" } th.number { "Rooms" } th { "Last good pull" }
                th { "Last pull" } th.number { "Fails in a row" } th.number { "Good in 7 days" } th.number { "Most took" }
            } }
            tbody {
                @for state in &overview.exam_dates {
                    tr {
                        th scope="row" { (link(state.exam_date, basis)) }
                        td { (freshness(&state.standing)) }
                        td.number { (grouped(state.participants)) }
                        td.number { (grouped(state.rooms)) }
                        td { (age(state.standing.age_seconds)) }
                        td { @match &state.standing.last_run { Some(run) => (outcome(run)), None => "none" } }
                        td.number { (state.standing.consecutive_failures) }
                        td.number { (percent(state.standing.week.success_rate)) }
                        td.number { (took(state.standing.week.median_ms)) }
                    }
                    @if let Some(run) = &state.standing.last_run { (why(run, 9, causes)) }
                }
            }
        },
    )
}

/// Rows by state.
pub(super) fn rows(overview: &Overview) -> Markup {
    scrolling(
        "Rows",
        html! {
            thead { tr { th { "Table" } th.number { "Active" } th.number { "Inactive" } th.number { "In error" } } }
            tbody {
                @for table in &overview.tables {
                    tr {
                        th scope="row" { (table.table) }
                        td.number { (grouped(table.active)) }
                        td.number { (grouped(table.inactive)) }
                        td.number { (grouped(table.sync_error)) }
                    }
                }
            }
        },
    )
}

/// What is doubtful in the data.
pub(super) fn quality(overview: &Overview) -> Markup {
    let (over, errors) = (&overview.quality.over_capacity, &overview.quality.sync_errors);
    html! {
        (listed("Closed rooms with people", &overview.quality.closed_in_use, reasons::closed_room))
        (listed("Seats given twice", &overview.quality.seats_taken, reasons::taken_seat))
        @if over.count > 0 {
            section {
                h2 { "Rooms with more people than seats: " (grouped(over.count)) }
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
                h2 { (title) ": " (grouped(list.count)) }
                ul { @for item in &list.first { li { (with_names(&line(item))) } } }
                (rest_note(list))
            }
        }
    }
}

/// How many of a list are not in it.
fn rest_note<T>(listed: &Listed<T>) -> Markup {
    let unlisted = listed.count - i64::try_from(listed.first.len()).unwrap_or_default();
    html! { @if unlisted > 0 { p.legend { "and " (grouped(unlisted)) " more" } } }
}

/// The newest runs; one that failed says why, where the page does not say so elsewhere.
pub(super) fn recent_runs(overview: &Overview, basis: &Basis, causes: &mut ShownCauses) -> Markup {
    scrolling(
        "Recent pulls",
        html! {
            thead { tr {
                th { "What" } th { "Outcome" } th { "Started" } th.number { "Took" } th.number { "Records" }
                th.number { "Created" } th.number { "Updated" } th.number { "Gone" } th.number { "Errored" }
            } }
            tbody {
                @if overview.recent_runs.is_empty() { tr { td colspan="9" { "None yet." } } }
                @for run in &overview.recent_runs {
                    tr {
                        td { (called(run.sync_type)) @if let Some(date) = run.scope.date() { " " (date) } }
                        td { (outcome(run)) }
                        td { (time::local(run.started_at, basis.timezone)) }
                        td.number { (took(run.duration_ms)) }
                        td.number { (grouped(run.records.processed)) }
                        td.number { (grouped(run.records.created)) }
                        td.number { (grouped(run.records.updated)) }
                        td.number { (grouped(run.records.deleted)) }
                        td.number { (grouped(run.records.errored)) }
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
