//! The state as OpenMetrics text (contract §9).

use std::fmt::Write as _;

use super::freshness::Freshness;
use super::model::Overview;
use crate::metrics::{self, Dialect};
use crate::store::measurements::Measurements;

/// One metric family under way.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl<'a> Family<'a> {
    fn gauge(text: &'a mut String, name: &'static str, help: &str) -> Self {
        // Writing to a String can't fail.
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        Self { text, name }
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

/// All metrics: those of the metrics file, and what only `status` knows. What has not happened yet has no
/// sample, rather than a 0 that would look like 1970.
pub fn metrics(overview: &Overview, measurements: &Measurements) -> String {
    const END: &str = "# EOF\n";
    let shared = metrics::render(measurements, Dialect::OpenMetrics);
    let mut text = shared.strip_suffix(END).unwrap_or(&shared).to_owned();
    let mut family =
        Family::gauge(&mut text, "examsync_healthy", "1 when `examsync status --check` is content.");
    family.sample(&[], u8::from(overview.healthy));
    of_sync_types(overview, &mut text);
    of_exam_dates(overview, &mut text);
    of_data(overview, &mut text);
    text + END
}

fn of_sync_types(overview: &Overview, text: &mut String) {
    let mut family = Family::gauge(
        text,
        "examsync_stale",
        "1 when the last success is stale, critical or missing; of participants that of today's date.",
    );
    for sync in &overview.syncs {
        let stale = sync.standing.freshness != Freshness::Fresh;
        family.sample(&[("sync_type", sync.sync_type.name())], u8::from(stale));
    }
    let mut family =
        Family::gauge(text, "examsync_success_ratio", "Completed among the passes that ended within 7 days.");
    for sync in &overview.syncs {
        if let Some(rate) = sync.standing.week.success_rate {
            family.sample(&[("sync_type", sync.sync_type.name())], rate);
        }
    }
}

fn of_exam_dates(overview: &Overview, text: &mut String) {
    let mut family = Family::gauge(text, "examsync_exam_date_participants", "Active people of an exam date.");
    for state in &overview.exam_dates {
        family.sample(&[("exam_date", &state.exam_date.to_string())], state.participants);
    }
    let mut family = Family::gauge(
        text,
        "examsync_exam_date_last_success_timestamp_seconds",
        "End of the last completed pass of an exam date.",
    );
    for state in &overview.exam_dates {
        if let Some(at) = state.standing.last_success_at {
            family.sample(&[("exam_date", &state.exam_date.to_string())], at.timestamp());
        }
    }
    let mut family = Family::gauge(
        text,
        "examsync_exam_date_consecutive_failures",
        "Failed passes of an exam date since its last completed one.",
    );
    for state in &overview.exam_dates {
        let failures = state.standing.consecutive_failures;
        family.sample(&[("exam_date", &state.exam_date.to_string())], failures);
    }
}

fn of_data(overview: &Overview, text: &mut String) {
    let help = "Rooms with more people than seats, today or later.";
    let mut family = Family::gauge(text, "examsync_rooms_over_capacity", help);
    family.sample(&[], overview.quality.over_capacity.count);
    let mut family = Family::gauge(text, "examsync_open_alerts", "Alerts that are open.");
    family.sample(&[], overview.alerts.len());
    let mut family = Family::gauge(
        text,
        "examsync_token_expiry_timestamp_seconds",
        "When the API token expires, where it is a JWT.",
    );
    if let Some(token) = &overview.token {
        family.sample(&[], token.expires_at.timestamp());
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
