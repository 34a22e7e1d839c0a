//! Metrics as text for Prometheus: in its own format for a textfile, or as OpenMetrics.

pub mod file;

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::report::SyncType;
use crate::store::measurements::{Measurements, TypeMeasurements};

/// Which of the two text formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// What node_exporter's textfile collector reads.
    Prometheus,
    /// OpenMetrics 1.0: counters are declared without `_total`, and the end is marked.
    OpenMetrics,
}

/// One metric: its name, what it says, and its samples.
struct Family {
    name: &'static str,
    help: &'static str,
    counter: bool,
    /// Labels as `a="b",c="d"`, and the value.
    samples: Vec<(String, f64)>,
}

/// All metrics as text. Values that are not known have no sample.
pub fn render(measurements: &Measurements, dialect: Dialect) -> String {
    let mut text = String::new();
    for Family { name, help, counter, samples } in families(measurements) {
        let declared = match dialect {
            Dialect::OpenMetrics => name.trim_end_matches("_total"),
            Dialect::Prometheus => name,
        };
        let kind = if counter { "counter" } else { "gauge" };
        // Writing to a String can't fail.
        let _ = writeln!(text, "# HELP {declared} {help}\n# TYPE {declared} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(text, "{name}{{{labels}}} {value}");
        }
    }
    if dialect == Dialect::OpenMetrics {
        text.push_str("# EOF\n");
    }
    text
}

fn families(measurements: &Measurements) -> Vec<Family> {
    let per_type = |name, help, value: fn(&TypeMeasurements) -> Option<f64>| {
        let sample = |of: &TypeMeasurements| Some((label(of.sync_type), value(of)?));
        let samples = measurements.types.iter().filter_map(sample).collect();
        Family { name, help, counter: false, samples }
    };
    let records = measurements.types.iter().filter_map(|of| Some((of.sync_type, of.records?)));
    let records = records.flat_map(|(sync_type, records)| {
        [
            ("processed", records.processed),
            ("created", records.created),
            ("updated", records.updated),
            ("unchanged", records.unchanged),
            ("deleted", records.deleted),
            ("errored", records.errored),
        ]
        .map(|(operation, count)| (format!("{},operation=\"{operation}\"", label(sync_type)), count as f64))
    });
    let rows = measurements
        .rows
        .iter()
        .map(|rows| (format!("table=\"{}\",state=\"{}\"", rows.table_name, rows.state), rows.count as f64));
    vec![
        per_type("examsync_last_success_timestamp_seconds", "When a pass last completed.", |of| {
            of.last_success.map(seconds)
        }),
        per_type("examsync_last_run_timestamp_seconds", "When a pass was last tried.", |of| {
            of.last_run.map(seconds)
        }),
        per_type("examsync_success", "Whether the last try ended with exit code 0.", |of| {
            of.exit_code.map(|code| if code == 0 { 1.0 } else { 0.0 })
        }),
        per_type("examsync_exit_code", "The exit code of the last try.", |of| {
            of.exit_code.map(|code| code as f64)
        }),
        per_type("examsync_duration_seconds", "How long the last pass took.", |of| of.duration_seconds),
        Family {
            name: "examsync_records",
            help: "Records of the last pass by what became of them.",
            counter: false,
            samples: records.collect(),
        },
        Family {
            name: "examsync_rows",
            help: "Rows by table and state.",
            counter: false,
            samples: rows.collect(),
        },
        per_type(
            "examsync_consecutive_failures",
            "Failures in a row; of participants the most of any date.",
            |of| Some(of.consecutive_failures as f64),
        ),
        Family {
            counter: true,
            ..per_type("examsync_guard_refusals_total", "Passes that the guard refused.", |of| {
                Some(of.guard_refusals as f64)
            })
        },
        per_type(
            "examsync_api_response_time_seconds",
            "Mean time until the API answered in the last pass.",
            |of| of.response_seconds,
        ),
    ]
}

fn label(sync_type: SyncType) -> String {
    format!("sync_type=\"{}\"", sync_type.name())
}

fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}
