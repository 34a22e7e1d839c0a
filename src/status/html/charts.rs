//! The charts, as inline SVG. plotters writes colours as attributes, over which a style sheet wins: each stands
//! for a role, to which the page gives its colour in both themes.

use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::daily::{self, DayOfRuns};
use crate::queries::runs::EndedRun;
use crate::report::SyncType;
use crate::status::Basis;
use crate::status::model::Overview;
use crate::text::sanitize::clean;

const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const SERIES: RGBColor = RGBColor(3, 3, 3);
const FAILED: RGBColor = RGBColor(4, 4, 4);

/// About as wide as a phone, where it is then shown in its own size.
const SIZE: (u32, u32) = (400, 190);
const FONT_PIXELS: i32 = 13;
/// At most so many exam dates are drawn.
const MAX_DATES: usize = 60;

/// One bar or dot: what is under it, its value, and whether something failed there.
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
            @if month.is_empty() { p { "No passes." } } @else {
                div.charts {
                    @for sync_type in SyncType::ALL {
                        @let days = daily::days(month, sync_type, basis);
                        @let name = sync_type.name().replace('_', " ");
                        (figure(&format!("{name}: median duration, seconds"), &durations(&days)))
                        (figure(&format!("{name}: records"), &records(&days)))
                    }
                }
                @if month.iter().any(|run| !run.completed) {
                    p.legend { span.mark {} " a day on which a pass failed" }
                }
            }
        }
        section {
            h2 { "Exam dates to come" }
            @if to_come.is_empty() { p { "None with participants." } } @else {
                div.charts { (figure("participants per exam date", &to_come)) }
                @if to_come.iter().any(|point| point.failed > 0) {
                    p.legend { span.mark {} " its passes fail" }
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
            format!("{title}. Last: {} on {label}. Marked as failed: {failed}.", short(value))
        }
        None => format!("{title}. No data."),
    };
    html! {
        figure {
            figcaption { (title) }
            @if known.is_empty() { p.empty { "No data yet." } } @else {
                div role="img" aria-label=(said) { (PreEscaped(drawn(points))) }
                details {
                    summary { "Figures" }
                    table {
                        thead { tr { th { "Day" } th.number { "Value" } th.number { "Failed" } } }
                        tbody {
                            @for point in known {
                                tr {
                                    th scope="row" { (point.label) }
                                    td.number { (point.value.map_or("–".to_owned(), |value| ((value * 1000.0).round() / 1000.0).to_string())) }
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

fn drawn(points: &[Point]) -> String {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    let result = draw(&area, points);
    drop(area);
    match result {
        Ok(()) => svg,
        // A page without one of its charts is of more use than no page.
        Err(error) => html! { p.empty { "This chart could not be drawn: " (clean(&error)) } }.into_string(),
    }
}

fn draw(area: &DrawingArea<SVGBackend<'_>, Shift>, points: &[Point]) -> Result<(), String> {
    let told = |error: DrawingAreaErrorKind<_>| format!("{error:?}");
    let most = points.iter().filter_map(|point| point.value).fold(0.0, f64::max);
    let top = if most > 0.0 { most * 1.1 } else { 1.0 };
    // A point's middle is at its whole number, where its label is.
    let width = points.len() as f64;
    let mut chart = ChartBuilder::on(area)
        .margin(6)
        .margin_right(14)
        .x_label_area_size(24)
        .y_label_area_size(46)
        .build_cartesian_2d(-0.5..width - 0.5, 0.0..top)
        .map_err(told)?;
    let text = ("sans-serif", FONT_PIXELS).into_font().color(&INK);
    let label = |x: &f64| {
        let point = if x.fract() == 0.0 && *x >= 0.0 { points.get(*x as usize) } else { None };
        point.map_or(String::new(), |point| point.label.clone())
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(INK)
        .x_labels(6)
        .y_labels(5)
        .x_label_formatter(&label)
        .y_label_formatter(&|value| short(*value))
        .label_style(text)
        .draw()
        .map_err(told)?;
    let bars = points.iter().enumerate().filter_map(|(index, point)| {
        let middle = index as f64;
        point
            .value
            .map(|value| Rectangle::new([(middle - 0.35, 0.0), (middle + 0.35, value)], SERIES.filled()))
    });
    chart.draw_series(bars).map_err(told)?;
    let marks = points.iter().enumerate().filter(|(_, point)| point.failed > 0);
    let marks = marks.map(|(index, _)| Cross::new((index as f64, top * 0.95), 4, FAILED.stroke_width(2)));
    chart.draw_series(marks).map_err(told)?;
    area.present().map_err(told)
}

/// A number as short as an axis wants it.
fn short(value: f64) -> String {
    match value {
        value if value >= 1_000_000.0 => format!("{:.1} M", value / 1_000_000.0),
        value if value >= 1_000.0 => format!("{} k", (value / 100.0).round() / 10.0),
        value if value >= 10.0 || value.fract() == 0.0 => format!("{value:.0}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}
