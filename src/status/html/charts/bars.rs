//! One chart of bars as inline SVG. Colours come from the page's style sheet, so that both themes have theirs.

use maud::{Markup, html};

use super::Point;
use crate::text::numbers::grouped;

/// About as wide as a phone, where the chart is then shown in its own size.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 190.0;
/// The plot's edges; crosses of failed passes are above it, labels to the left of it and below.
const LEFT: f64 = 50.0;
const RIGHT: f64 = 392.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 162.0;
/// Where crosses are, and half their size.
const CROSS_MIDDLE: f64 = 11.0;
const CROSS_REACH: f64 = 4.0;
/// How much of its room a bar fills.
const BAR_SHARE: f64 = 0.7;
/// At most this many labels are under the bars.
const MAX_LABELS: usize = 6;
/// At least this many steps lead up to the largest value.
const STEPS: f64 = 4.0;

/// The bars of `points`, with a scale from zero.
pub(super) fn drawn(points: &[Point]) -> Markup {
    let scale = Scale::of(points);
    let room = (RIGHT - LEFT) / points.len().max(1) as f64;
    let middle = |index: usize| LEFT + room * (index as f64 + 0.5);
    let every = points.len().div_ceil(MAX_LABELS).max(1);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            @for value in scale.lines() {
                line.grid x1=(LEFT) x2=(RIGHT) y1=(pixels(scale.y(value))) y2=(pixels(scale.y(value))) {}
                text.value x=(LEFT - 6.0) y=(pixels(scale.y(value) + 4.0)) { (short(value)) }
            }
            @for (index, point) in points.iter().enumerate() {
                @if let Some(value) = point.value {
                    rect x=(pixels(middle(index) - room * BAR_SHARE / 2.0)) width=(pixels(room * BAR_SHARE))
                        y=(pixels(scale.y(value))) height=(pixels(BOTTOM - scale.y(value))) {
                        title { (point.label) ": " (exact(point.value)) }
                    }
                }
                @if point.failed > 0 { (cross(middle(index))) }
            }
            line.axis x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
            @for (index, point) in points.iter().enumerate().step_by(every) {
                text.label x=(pixels(middle(index))) y=(BOTTOM + 18.0) { (point.label) }
            }
        }
    }
}

fn cross(x: f64) -> Markup {
    let (left, right) = (pixels(x - CROSS_REACH), pixels(x + CROSS_REACH));
    let (top, bottom) = (CROSS_MIDDLE - CROSS_REACH, CROSS_MIDDLE + CROSS_REACH);
    html! { path.cross d={ "M" (left) " " (top) "L" (right) " " (bottom) "M" (left) " " (bottom) "L" (right) " " (top) } {} }
}

/// From zero to the first round number that no value is above.
struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    fn of(points: &[Point]) -> Self {
        let values = || points.iter().filter_map(|point| point.value);
        let largest = values().fold(0.0, f64::max);
        let mut step = if largest > 0.0 { round_up(largest / STEPS) } else { 1.0 };
        if values().all(|value| value.fract() == 0.0) {
            // Half a record is none.
            step = step.max(1.0);
        }
        let steps = (largest / step - 1e-9).ceil().max(1.0);
        Self { step, steps: steps as u32 }
    }

    /// The values that have a line.
    fn lines(&self) -> impl Iterator<Item = f64> {
        (0..=self.steps).map(|nth| f64::from(nth) * self.step)
    }

    /// How far down a value is.
    fn y(&self, value: f64) -> f64 {
        let share = value.max(0.0) / (self.step * f64::from(self.steps));
        BOTTOM - (BOTTOM - TOP) * share
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on, in tenths and hundredths as well; `number` is above zero.
fn round_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    // What is missing to a whole power by the last bit of a float is none.
    [1.0, 2.0, 5.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|step| *step >= number * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// A tenth of a pixel is as exact as any screen.
fn pixels(value: f64) -> String {
    format!("{value:.1}")
}

/// A value in its own words: to a thousandth, and a dash where there is none.
pub(super) fn exact(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| match value.fract() == 0.0 {
        true => grouped(value as i64),
        false => ((value * 1000.0).round() / 1000.0).to_string(),
    })
}

/// A number as short as an axis wants it.
pub(super) fn short(value: f64) -> String {
    match value {
        value if value >= 1_000_000.0 => format!("{:.1} M", value / 1_000_000.0),
        value if value >= 1_000.0 => format!("{} k", (value / 100.0).round() / 10.0),
        value if value >= 10.0 || value.fract() == 0.0 => format!("{value:.0}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[f64]) -> Vec<String> {
        let point = |value: &f64| Point { label: String::new(), value: Some(*value), failed: 0 };
        let points: Vec<Point> = values.iter().map(point).collect();
        Scale::of(&points).lines().map(short).collect()
    }

    #[test]
    fn a_scale_has_few_round_lines_and_holds_every_value() {
        assert_eq!(scale(&[]), ["0", "1"]);
        assert_eq!(scale(&[0.0]), ["0", "1"]);
        assert_eq!(scale(&[1.0]), ["0", "1"]);
        assert_eq!(scale(&[3.0, 7.0]), ["0", "2", "4", "6", "8"]);
        assert_eq!(scale(&[0.3]), ["0", "0.10", "0.20", "0.30"]);
        assert_eq!(scale(&[0.04, 0.012]), ["0", "0.010", "0.020", "0.030", "0.040"]);
        assert_eq!(scale(&[1_000_000.0]), ["0", "500 k", "1.0 M"]);
        assert_eq!(scale(&[30_720.0]), ["0", "10 k", "20 k", "30 k", "40 k"]);
    }

    #[test]
    fn bars_stand_on_zero_and_crosses_above_what_failed() {
        let points = [
            Point { label: "06-01".to_owned(), value: Some(10.0), failed: 0 },
            Point { label: "06-02".to_owned(), value: None, failed: 2 },
        ];
        let svg = drawn(&points).into_string();
        assert!(
            svg.contains(
                r#"<rect x="75.7" width="119.7" y="22.0" height="140.0"><title>06-01: 10</title></rect>"#
            ),
            "{svg}"
        );
        assert_eq!(svg.matches("<rect").count(), 1);
        assert!(
            svg.contains(r#"<path class="cross" d="M302.5 7L310.5 15M302.5 15L310.5 7"></path>"#),
            "{svg}"
        );
    }
}
