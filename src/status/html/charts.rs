//! What is charted: each sync type's last days, and the exam dates to come.

mod bars;

use maud::{Markup, html};

use super::called;
use super::daily::{self, DayOfRuns};
use crate::model::sync_type::SyncType;
use crate::queries::runs::EndedRun;
use crate::status::Basis;
use crate::status::model::Overview;

/// The most exam dates that are drawn.
const MAX_DATES: usize = 60;

/// One bar: what is under it, its value where there is one, and how many passes failed there.
struct Point {
    label: String,
    value: Option<f64>,
    failed: usize,
}

/// All charts.
pub(super) fn section(overview: &Overview, month: &[EndedRun], basis: &Basis) -> Markup {
    let to_come = exam_dates(overview);
    html! {
        section {
            h2 { "The last 30 days" }
            @if month.is_empty() { p { "No pulls." } } @else {
                div.charts {
                    @for sync_type in SyncType::of_every_site() {
                        @let days = daily::days(month, sync_type, basis);
                        @let name = called(sync_type);
                        (figure(&format!("{name}: seconds that most pulls took"), &durations(&days)))
                        (figure(&format!("{name}: records"), &records(&days)))
                    }
                }
                @if month.iter().any(|run| !run.completed) {
                    p.legend { span.mark {} " a day on which a pull failed" }
                }
            }
        }
        section {
            h2 { "Exam dates to come" }
            @if to_come.is_empty() { p { "None with participants." } } @else {
                div.charts { (figure("People per exam date", &to_come)) }
                @if to_come.iter().any(|point| point.failed > 0) {
                    p.legend { span.mark {} " its pulls fail" }
                }
            }
        }
    }
}

fn durations(days: &[DayOfRuns]) -> Vec<Point> {
    points(days, |day| day.duration_ms.map(|ms| ms as f64 / 1000.0))
}

fn records(days: &[DayOfRuns]) -> Vec<Point> {
    points(days, |day| day.records.map(|records| records as f64))
}

fn points(days: &[DayOfRuns], value: impl Fn(&DayOfRuns) -> Option<f64>) -> Vec<Point> {
    let point = |day: &DayOfRuns| Point {
        label: day.date.format("%m-%d").to_string(),
        value: value(day),
        failed: day.failed,
    };
    days.iter().map(point).collect()
}

fn exam_dates(overview: &Overview) -> Vec<Point> {
    let dates = overview.exam_dates.iter().filter(|state| state.participants > 0).take(MAX_DATES);
    let point = |state: &crate::status::model::DateStatus| Point {
        label: state.exam_date.format("%m-%d").to_string(),
        value: Some(state.participants as f64),
        failed: usize::from(state.standing.is_failing()),
    };
    dates.map(point).collect()
}

/// A chart with its title, what a screen reader says of it, and its numbers to unfold.
fn figure(title: &str, points: &[Point]) -> Markup {
    let known: Vec<&Point> =
        points.iter().filter(|point| point.value.is_some() || point.failed > 0).collect();
    let last = points.iter().rev().find_map(|point| point.value.map(|value| (&point.label, value)));
    let failed = points.iter().filter(|point| point.failed > 0).count();
    let said = match last {
        Some((label, value)) => {
            format!("{title}. Last: {} on {label}. Marked as failed: {failed}.", bars::short(value))
        }
        None => format!("{title}. No data."),
    };
    html! {
        figure {
            figcaption { (title) }
            @if known.is_empty() { p.empty { "No data yet." } } @else {
                div role="img" aria-label=(said) { (bars::drawn(points)) }
                details {
                    summary { "Figures" }
                    table {
                        thead { tr { th { "Day" } th.number { "Value" } th.number { "Failed" } } }
                        tbody {
                            @for point in known {
                                tr {
                                    th scope="row" { (point.label) }
                                    td.number { (bars::exact(point.value)) }
                                    td.number { (point.failed) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
