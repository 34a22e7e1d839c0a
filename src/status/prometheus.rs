//! The state as OpenMetrics text (contract §9).

use std::fmt::Write as _;
use std::time::Duration;

use super::freshness::Freshness;
use super::model::{Overview, Run};
use crate::exit::{PARTIAL, SUCCESS};

/// One metric family under way.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl<'a> Family<'a> {
    fn gauge(text: &'a mut String, name: &'static str, help: &str) -> Self {
        Self::of(text, name, "gauge", help)
    }

    fn of(text: &'a mut String, name: &'static str, kind: &str, help: &str) -> Self {
        // Writing to a String can't fail.
        let _ = write!(text, "# TYPE {name} {kind}\n# HELP {name} {help}\n");
        Self { text, name }
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.suffixed("", labels, value);
    }

    fn suffixed(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{suffix}{labels} {value}", self.name);
    }
}

/// All metrics, ending with `# EOF`. What has not happened yet has no sample, rather than a 0 that would
/// look like 1970.
pub fn metrics(overview: &Overview) -> String {
    let mut text = String::new();
    let mut family =
        Family::gauge(&mut text, "examsync_healthy", "1 when `examsync status --check` is content.");
    family.sample(&[], u8::from(overview.healthy));
    of_sync_types(overview, &mut text);
    of_last_runs(overview, &mut text);
    of_exam_dates(overview, &mut text);
    of_data(overview, &mut text);
    text.push_str("# EOF\n");
    text
}

fn of_sync_types(overview: &Overview, text: &mut String) {
    let mut family = Family::gauge(
        text,
        "examsync_last_success_timestamp_seconds",
        "End of the last completed pass; of participants that of today's date.",
    );
    for sync in &overview.syncs {
        if let Some(at) = sync.standing.last_success_at {
            family.sample(&[("sync_type", sync.sync_type.name())], at.timestamp());
        }
    }
    let mut family = Family::gauge(
        text,
        "examsync_consecutive_failures",
        "Failed passes since the last completed one; of participants those of the worst exam date.",
    );
    for sync in &overview.syncs {
        family.sample(&[("sync_type", sync.sync_type.name())], sync.standing.consecutive_failures);
    }
    let mut family =
        Family::gauge(text, "examsync_stale", "1 when the last success is stale, critical or missing.");
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

fn of_last_runs(overview: &Overview, text: &mut String) {
    type Value = fn(&Run) -> Option<String>;
    let families: [(&'static str, &str, Value); 5] = [
        ("examsync_last_run_timestamp_seconds", "Start of the last pass.", |run| {
            Some(run.started_at.timestamp().to_string())
        }),
        ("examsync_success", "1 when the last pass completed; none while it runs.", |run| {
            (run.status != "in_progress").then(|| u8::from(run.status == "completed").to_string())
        }),
        ("examsync_exit_code", "What the last pass alone would exit with.", |run| {
            exit_code(run).map(|code| code.to_string())
        }),
        ("examsync_duration_seconds", "How long the last pass took.", |run| {
            run.duration_ms.map(|ms| seconds(ms).to_string())
        }),
        ("examsync_api_response_time_seconds", "Slowest answer of the API in the last pass.", |run| {
            run.response_times_ms.iter().max().map(|ms| seconds(*ms).to_string())
        }),
    ];
    let last_runs = || {
        let runs = overview.syncs.iter().map(|sync| (sync.sync_type.name(), sync.standing.last_run.as_ref()));
        runs.filter_map(|(name, run)| run.map(|run| (name, run)))
    };
    for (name, help, value) in families {
        let mut family = Family::gauge(text, name, help);
        for (sync_type, run) in last_runs() {
            if let Some(value) = value(run) {
                family.sample(&[("sync_type", sync_type)], value);
            }
        }
    }
    let mut family = Family::gauge(text, "examsync_records", "Records of the last pass, by operation.");
    for (sync_type, run) in last_runs() {
        let records = &run.records;
        for (operation, count) in [
            ("processed", records.processed),
            ("created", records.created),
            ("updated", records.updated),
            ("unchanged", records.unchanged),
            ("deleted", records.deleted),
            ("errored", records.errored),
        ] {
            family.sample(&[("sync_type", sync_type), ("operation", operation)], count);
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
    let help = "Rows by state; those in sync_error are active or inactive as well.";
    let mut family = Family::gauge(text, "examsync_rows", help);
    for table in &overview.tables {
        for (state, count) in
            [("active", table.active), ("inactive", table.inactive), ("sync_error", table.sync_error)]
        {
            family.sample(&[("table", &table.table), ("state", state)], count);
        }
    }
    let help = "Rooms with more people than seats, today or later.";
    let mut family = Family::gauge(text, "examsync_rooms_over_capacity", help);
    family.sample(&[], overview.quality.over_capacity.count);
    let mut family = Family::gauge(text, "examsync_open_alerts", "Alerts that are open.");
    family.sample(&[], overview.alerts.len());
    let help = "Passes that the guard refused, as long as their log rows are kept.";
    let mut family = Family::of(text, "examsync_guard_refusals", "counter", help);
    family.suffixed("_total", &[], overview.guard_refusals);
    let mut family = Family::gauge(
        text,
        "examsync_token_expiry_timestamp_seconds",
        "When the API token expires, where it is a JWT.",
    );
    if let Some(token) = &overview.token {
        family.sample(&[], token.expires_at.timestamp());
    }
}

/// The exit code of the run alone (contract §4), as far as its log row can tell.
fn exit_code(run: &Run) -> Option<u8> {
    match (run.status.as_str(), &run.error) {
        ("completed", _) if run.records.errored > 0 => Some(PARTIAL),
        ("completed", _) => Some(SUCCESS),
        (_, Some(error)) => Some(match error.kind.as_str() {
            "guard" => 4,
            "setup" => 10,
            "locked" => 11,
            "auth" => 12,
            "contract" => 13,
            "temporary" => 75,
            "interrupted" => 143,
            _ => 1,
        }),
        _ => None,
    }
}

fn seconds(ms: i64) -> f64 {
    Duration::from_millis(ms.unsigned_abs()).as_secs_f64()
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
