//! The state as text for Prometheus: in its own format for a textfile, or as OpenMetrics (contract §9).

pub(crate) mod file;
mod push;
pub(crate) mod site;

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::model::outcome::Records;
use crate::model::sync_type::SyncType;
use crate::queries::last_attempts::Tries;
use crate::queries::runs::Run;
use crate::status::freshness::Freshness;
use crate::status::model::{DateStatus, Overview, Standing};

/// Name and help of the metrics that are known without the database, too.
const LAST_RUN: (&str, &str) =
    ("examsync_last_run_timestamp_seconds", "When a pass was last tried, or found nothing to do.");
const SUCCESS: (&str, &str) = ("examsync_success", "Whether the last try ended with exit code 0.");
const EXIT_CODE: (&str, &str) = ("examsync_exit_code", "The exit code of the last try.");
const HEALTHY: (&str, &str) = ("examsync_healthy", "Whether `examsync status --check` passes.");

/// Which of the two text formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// What node_exporter's textfile collector reads.
    Prometheus,
    /// OpenMetrics 1.0: its end is marked.
    OpenMetrics,
}

/// One metric: its name, its help text and its samples. Most are gauges: what could be counted is in a log whose old
/// rows are deleted, and a counter must not fall.
struct Family {
    name: &'static str,
    help: &'static str,
    /// Whether its samples only grow; their name ends in `_total` then.
    is_counter: bool,
    /// Labels as `a="b",c="d"`, and the value. No label holds text from outside.
    samples: Vec<(String, f64)>,
}

/// All metrics as text, without the label `site`. What has not happened yet has no sample, rather than a 0 that would look like 1970.
pub(crate) fn render(overview: &Overview, tries: &[Tries], dialect: Dialect) -> String {
    let mut text = String::new();
    let families = of_syncs(overview, tries).into_iter().chain(of_dates(overview)).chain(of_data(overview));
    for Family { name, help, is_counter, samples } in families.chain(push::of_push(overview)) {
        let (kind, sample) =
            if is_counter { ("counter", format!("{name}_total")) } else { ("gauge", name.to_owned()) };
        // OpenMetrics names a counter without the end that its samples have.
        let name = if dialect == Dialect::OpenMetrics { name } else { sample.as_str() };
        // Writing to a String can't fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let braced = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
            let _ = writeln!(text, "{sample}{braced} {value}");
        }
    }
    if dialect == Dialect::OpenMetrics {
        text.push_str("# EOF\n");
    }
    text
}

/// The families that have a sample per sync type.
fn of_syncs(overview: &Overview, tries: &[Tries]) -> Vec<Family> {
    type Of<'a> = (SyncType, &'a Standing, Option<&'a Tries>);
    let all: Vec<Of> = (overview.syncs.iter())
        .map(|sync| {
            let tries = tries.iter().find(|tries| tries.sync_type == sync.sync_type);
            (sync.sync_type, &sync.standing, tries)
        })
        .collect();
    let family = |name, help, value: fn(&Of) -> Option<f64>| {
        let samples = all.iter().filter_map(|of| Some((label(of.0), value(of)?))).collect();
        Family { name, help, is_counter: false, samples }
    };
    let records = all.iter().filter_map(|of| Some((of.0, of.1.last_run.as_ref()?.records)));
    vec![
        family(
            "examsync_last_success_timestamp_seconds",
            "When the last pass completed; of participants that of today's date.",
            |of| of.1.last_success_at.map(seconds),
        ),
        family(LAST_RUN.0, LAST_RUN.1, |of| {
            let tried = of.1.last_run.as_ref().map(ended).max(of.2.and_then(|tries| tries.ended_at));
            // A look that found nothing to pull leaves no row of its own.
            tried.max(of.1.last_success_at).map(seconds)
        }),
        family(SUCCESS.0, SUCCESS.1, |of| of.2?.exit_code.map(|code| f64::from(u8::from(code == 0)))),
        family(EXIT_CODE.0, EXIT_CODE.1, |of| of.2?.exit_code.map(|code| code as f64)),
        family("examsync_duration_seconds", "How long the last pass took.", |of| {
            of.1.last_run.as_ref()?.duration_ms.map(|ms| ms as f64 / 1000.0)
        }),
        Family {
            name: "examsync_records",
            help: "Records of the last pass by what became of them.",
            is_counter: false,
            samples: records.flat_map(|(sync_type, records)| by_operation(sync_type, records)).collect(),
        },
        family(
            "examsync_consecutive_failures",
            "Failures in a row; of participants the most of any date.",
            |of| Some(of.2?.consecutive_failures as f64),
        ),
        family("examsync_guard_refusals", "Passes of the last 7 days that the guard refused.", |of| {
            Some(of.1.week.refused as f64)
        }),
        family(
            "examsync_api_response_time_seconds",
            "Mean time until the API answered in the last pass.",
            |of| of.1.last_run.as_ref()?.mean_response_ms.map(|ms| ms / 1000.0),
        ),
        family(
            "examsync_stale",
            "Whether the last success is stale, critical or missing; of participants that of today's date.",
            |of| Some(f64::from(u8::from(of.1.freshness != Freshness::Fresh))),
        ),
        family("examsync_success_ratio", "Completed among the passes of the last 7 days that ended.", |of| {
            of.1.week.success_rate
        }),
    ]
}

fn by_operation(sync_type: SyncType, records: Records) -> [(String, f64); 6] {
    [
        ("processed", records.processed),
        ("created", records.created),
        ("updated", records.updated),
        ("unchanged", records.unchanged),
        ("deleted", records.deleted),
        ("errored", records.errored),
    ]
    .map(|(operation, count)| (format!("{},operation=\"{operation}\"", label(sync_type)), count as f64))
}

/// The families that have a sample per exam date from today on.
fn of_dates(overview: &Overview) -> [Family; 3] {
    let family = |name, help, value: fn(&DateStatus) -> Option<f64>| {
        let sample = |state: &DateStatus| Some((format!("exam_date=\"{}\"", state.exam_date), value(state)?));
        Family {
            name,
            help,
            is_counter: false,
            samples: overview.exam_dates.iter().filter_map(sample).collect(),
        }
    };
    [
        family("examsync_exam_date_participants", "Active people of an exam date.", |state| {
            Some(state.participants as f64)
        }),
        family(
            "examsync_exam_date_last_success_timestamp_seconds",
            "When the last pass of an exam date completed.",
            |state| state.standing.last_success_at.map(seconds),
        ),
        family(
            "examsync_exam_date_consecutive_failures",
            "Failed passes of an exam date since its last completed one.",
            |state| Some(state.standing.judged_failures() as f64),
        ),
    ]
}

/// What is in the tables, and what is wrong.
fn of_data(overview: &Overview) -> [Family; 6] {
    let one = |name, help, value: Option<f64>| Family {
        name,
        help,
        is_counter: false,
        samples: value.map(|value| (String::new(), value)).into_iter().collect(),
    };
    let rows = overview.tables.iter().flat_map(|table| {
        [("active", table.active), ("inactive", table.inactive), ("sync_error", table.sync_error)]
            .map(|(state, count)| (format!("table=\"{}\",state=\"{state}\"", table.table), count as f64))
    });
    [
        Family {
            name: "examsync_rows",
            help: "Rows by state; those in sync_error are active or inactive as well.",
            is_counter: false,
            samples: rows.collect(),
        },
        one(
            "examsync_rooms_over_capacity",
            "Rooms with more people than seats, today or later, counted at each start time.",
            Some(overview.quality.over_capacity.count as f64),
        ),
        one(
            "examsync_people_in_closed_places",
            "People in closed halls or rooms, today and within seven days.",
            Some(overview.quality.closed_places.iter().map(|place| place.participants).sum::<i64>() as f64),
        ),
        one("examsync_open_alerts", "Alerts that are open.", Some(overview.alerts.len() as f64)),
        one(HEALTHY.0, HEALTHY.1, Some(f64::from(u8::from(overview.head.healthy)))),
        one(
            "examsync_token_expiry_timestamp_seconds",
            "When the API token expires, where it is a JWT.",
            overview.token.as_ref().map(|token| seconds(token.expires_at)),
        ),
    ]
}

fn label(sync_type: SyncType) -> String {
    format!("sync_type=\"{}\"", sync_type.name())
}

/// When the run ended; one that is under way has begun at least.
fn ended(run: &Run) -> DateTime<Utc> {
    run.completed_at.unwrap_or(run.started_at)
}

fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}

fn seconds_since(then: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    seconds(now) - seconds(then)
}
