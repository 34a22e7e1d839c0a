//! One date as the exam-morning view tells it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use serde::Serialize;
use serde_json::Value;

use super::serialize::at;
use super::{Head, Listed, OpenAlert, OverCapacity, RowError, Run, Standing};

/// One date.
#[derive(Debug, Clone, Serialize)]
pub struct ExamDay {
    /// Health, of this date, and moment.
    #[serde(flatten)]
    pub head: Head,
    /// The date.
    pub exam_date: NaiveDate,
    /// How its passes stand.
    #[serde(flatten)]
    pub standing: Standing,
    /// Its start times.
    pub slots: Vec<SlotOfDay>,
    /// Rooms with more people than seats.
    pub over_capacity: Listed<OverCapacity>,
    /// Failed passes since the last good one, newest first; a refusal has its plan.
    pub failures: Vec<Run>,
    /// Its rows whose newest record was invalid.
    pub sync_errors: Listed<RowError>,
    /// Its open alerts, and, unless it is past, those of halls and rooms.
    pub alerts: Vec<OpenAlert>,
    /// Since when changes are listed.
    #[serde(serialize_with = "at")]
    pub changes_since: DateTime<Utc>,
    /// What changed since then, newest first.
    pub changes: Listed<DayChange>,
    /// What was created since then, which is no change.
    pub created: Created,
}

/// Rows of a date that are new and active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, QueryableByName)]
pub struct Created {
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// People in them.
    #[diesel(sql_type = BigInt)]
    pub participants: i64,
}

/// One start time.
#[derive(Debug, Clone, Serialize)]
pub struct SlotOfDay {
    /// When.
    pub start_time: NaiveTime,
    /// Rooms.
    pub rooms: i64,
    /// People.
    pub participants: i64,
    /// By hall.
    pub halls: Vec<HallOfSlot>,
}

/// One hall at one start time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HallOfSlot {
    /// Its name.
    pub hall: String,
    /// Its external id.
    pub hall_external_id: i64,
    /// Rooms that are used.
    pub rooms: i64,
    /// People in them.
    pub participants: i64,
    /// Seats in them.
    pub capacity: i64,
    /// Rooms with more people than seats.
    pub rooms_over_capacity: i64,
}

/// One change that a pass made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayChange {
    /// When.
    #[serde(serialize_with = "at")]
    pub at: DateTime<Utc>,
    /// What (contract §6, audit_logs).
    pub action: String,
    /// The hall that it is about, as it is called now.
    pub hall: Option<String>,
    /// The room that it is about.
    pub room: Option<String>,
    /// Of participants.
    pub start_time: Option<NaiveTime>,
    /// Before.
    pub old_value: Value,
    /// After.
    pub new_value: Value,
}
