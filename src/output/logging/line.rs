//! One event of the log as one line: for a person, or as one JSON object.

use std::fmt::Debug;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer as _;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use super::OURS;
use crate::report::causes;
use crate::text::sanitize::{clean, escape_json, without_isolates};

/// The names that every JSON line uses itself; fields of an event that have one of them are left out.
const RESERVED: [&str; 4] = ["timestamp", "level", "message", "run_id"];

/// What one event says.
#[derive(Clone)]
pub(super) struct Line {
    at: DateTime<Utc>,
    level: Level,
    message: String,
    fields: Vec<(&'static str, Value)>,
}

impl Line {
    /// The line of `event`, which happened `at`.
    pub(super) fn from_event(event: &Event<'_>, at: DateTime<Utc>) -> Self {
        let metadata = event.metadata();
        let mut line = Self { at, level: *metadata.level(), message: String::new(), fields: Vec::new() };
        event.record(&mut line);
        if line.message.is_empty() {
            // An event without words still has a message: its name.
            let named = line.fields.iter().find(|(name, _)| *name == "event");
            line.message = named.and_then(|(_, value)| value.as_str()).unwrap_or("event").to_owned();
        }
        if !metadata.target().starts_with(OURS) {
            line.message = format!("{}: {}", metadata.target(), line.message);
        }
        line
    }

    /// The same line that says `as above` where this one says why a date or hall failed, and that reason; `None` where
    /// it says no such thing.
    pub(super) fn as_above(&self) -> Option<(String, Line)> {
        let error = self.fields.iter().position(|(name, value)| *name == "error" && value.is_string());
        let text = match error {
            Some(index) => self.fields[index].1.as_str()?,
            None => &self.message,
        };
        let reason = causes::reason(text);
        let start = text.find(reason).filter(|start| *start > 0)?;
        let short = format!("{}as above{}", &text[..start], &text[start + reason.len()..]);
        let mut line = self.clone();
        match error {
            Some(index) => line.fields[index].1 = short.into(),
            None => line.message = short,
        }
        Some((reason.to_owned(), line))
    }

    /// What it says, without the fields.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    /// `2025-06-01T02:00:00.123Z  INFO message name=value run_id=…`, cleaned of control characters.
    pub(super) fn text(&self, run_id: &str) -> String {
        let mut line = format!(
            "{} {:>5} {}",
            self.timestamp(),
            self.level,
            clean(&on_one_line(&without_isolates(&self.message)))
        );
        for (name, value) in &self.fields {
            let said = match value {
                Value::String(text) if is_plain(text) => text.clone(),
                Value::String(text) => format!("{:?}", clean(&on_one_line(&without_isolates(text)))),
                other => other.to_string(),
            };
            line.push_str(&format!(" {name}={said}"));
        }
        line.push_str(&format!(" run_id={run_id}\n"));
        line
    }

    /// One JSON object with `timestamp`, `level`, `message`, `run_id` and the event's own fields.
    pub(super) fn json(&self, run_id: &str) -> String {
        let timestamp = self.timestamp();
        let own = [timestamp.as_str(), self.level.as_str(), self.message.trim_end(), run_id].map(Value::from);
        let entries = RESERVED.iter().zip(&own);
        let fields = self.fields.iter().map(|(name, value)| (name, value));
        let mut document = Vec::new();
        // Writing values into memory does not fail, and a log has nowhere to say that it did.
        let _ = serde_json::Serializer::new(&mut document).collect_map(entries.chain(fields));
        let mut line = escape_json(&String::from_utf8_lossy(&document)).into_owned();
        line.push('\n');
        line
    }

    fn timestamp(&self) -> String {
        self.at.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    fn put(&mut self, field: &Field, value: Value) {
        let name = field.name().trim_start_matches("r#");
        match value {
            Value::String(text) if name == "message" => self.message = text,
            other if name == "message" => self.message = other.to_string(),
            _ if RESERVED.contains(&name) => {}
            // A field named twice would make two keys of one object: the last one holds.
            value => {
                self.fields.retain(|(known, _)| *known != name);
                self.fields.push((name, value));
            }
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, value.to_string().into());
    }
}

/// The lines of a message, one after the other.
fn on_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.:/+".contains(c))
}
