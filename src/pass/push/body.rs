//! The bodies of batches: made once, when a batch is frozen, and taken apart when it is split.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::outbox::Kind;
use crate::store::push::attendance::Mark;
use crate::store::push::events::ChangeEvent;
use crate::store::push::violations::Violation;
use crate::text::truncate::plain;

/// What the envelope of change events is called.
const ENVELOPE: &str = "examsync.events";
/// The type of the event that `push --test` sends.
const TEST: &str = "examsync.test";

/// A moment as bodies have it.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A change event as receivers get it.
pub(super) fn event(event: &ChangeEvent) -> String {
    json!({
        "id": event.uid,
        "type": event.event_type,
        "timestamp": moment(event.occurred_at),
        "resourceType": event.resource_type,
        "resourceId": event.resource_id,
        "revision": event.revision,
        "data": event.data,
    })
    .to_string()
}

/// A mark as the exam system gets it.
pub(super) fn mark(mark: &Mark) -> String {
    let mut record = json!({ "examDate": mark.exam_date.to_string(), "attendanceStatus": mark.status });
    match mark.profile_exam_id {
        Some(id) => record["profileExamId"] = json!(id),
        None => {
            record["hallId"] = json!(mark.hall);
            record["roomId"] = json!(mark.room);
            record["startTime"] = json!(mark.start_time.format("%H:%M:%S").to_string());
        }
    }
    record["markedAt"] = json!(mark.marked_at);
    record.to_string()
}

/// A violation as the exam system gets it.
pub(super) fn violation(violation: &Violation) -> String {
    json!({
        "uid": violation.uid,
        "replaces": violation.replaces,
        "profileExamId": violation.profile_exam_id,
        "hallId": violation.hall,
        "roomId": violation.room,
        "examDate": violation.exam_date.to_string(),
        "startTime": violation.start_time.map(|start| start.format("%H:%M:%S").to_string()),
        "kind": violation.kind,
        "severity": violation.severity,
        "note": violation.note,
        "happenedAt": moment(violation.happened_at),
    })
    .to_string()
}

/// The body of these records, each of which is JSON.
pub(super) fn whole<R: AsRef<str>>(kind: Kind, id: Uuid, at: DateTime<Utc>, records: &[R]) -> String {
    let listed = records.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",");
    match kind {
        Kind::Event => {
            format!(r#"{{"id":"{id}","type":"{ENVELOPE}","timestamp":"{}","data":[{listed}]}}"#, moment(at))
        }
        Kind::Alert | Kind::Attendance | Kind::Violation => format!(r#"{{"data":[{listed}]}}"#),
    }
}

/// The bytes of a body of no records.
pub(super) fn empty_bytes(kind: Kind) -> usize {
    whole::<&str>(kind, Uuid::nil(), DateTime::UNIX_EPOCH, &[]).len()
}

/// The records of a body; none where it is not one of ours.
pub(super) fn records(body: &str) -> Vec<String> {
    let Ok(Value::Object(mut envelope)) = serde_json::from_str(body) else { return Vec::new() };
    match envelope.remove("data") {
        Some(Value::Array(records)) => records.iter().map(Value::to_string).collect(),
        _ => Vec::new(),
    }
}

/// What a record is about, as a person hears of it.
pub(super) fn label(kind: Kind, record: &str) -> String {
    let record: Value = serde_json::from_str(record).unwrap_or_default();
    let text = |field: &str| match &record[field] {
        Value::String(text) => plain(text, 80),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match kind {
        Kind::Alert | Kind::Event => format!("event {} of {}", text("type"), text("resourceId")),
        Kind::Violation => format!("violation {}", text("uid")),
        Kind::Attendance => match record["profileExamId"].is_null() {
            false => format!("attendance of seat {} on {}", text("profileExamId"), text("examDate")),
            true => {
                format!(
                    "attendance of room {} on {} at {}",
                    text("roomId"),
                    text("examDate"),
                    text("startTime")
                )
            }
        },
    }
}

/// The body of one event that says nothing but that it arrived.
pub(super) fn test(id: Uuid, at: DateTime<Utc>) -> String {
    let event = json!({
        "id": id, "type": TEST, "timestamp": moment(at), "resourceType": "examsync", "resourceId": "test", "revision": 0,
        "data": {},
    });
    whole(Kind::Event, id, at, &[event.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_taken_apart_into_what_it_was_made_of() {
        let made =
            whole(Kind::Event, Uuid::nil(), DateTime::UNIX_EPOCH, &[r#"{"a":1}"#, r#"{"b":"\u0000"}"#]);
        assert_eq!(
            made,
            r#"{"id":"00000000-0000-0000-0000-000000000000","type":"examsync.events","timestamp":"1970-01-01T00:00:00.000Z","data":[{"a":1},{"b":"\u0000"}]}"#
        );
        assert_eq!(records(&made), [r#"{"a":1}"#, r#"{"b":"\u0000"}"#]);
        assert_eq!(records("[]"), [""; 0]);
        assert_eq!(empty_bytes(Kind::Violation), r#"{"data":[]}"#.len());
    }
}
