//! One date as the exam-morning view shows it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

use super::{Head, Standing};
use crate::queries::Listed;
use crate::queries::alerts::OpenAlert;
use crate::queries::audit::DayChange;
use crate::queries::quality::{OverCapacity, RowError};
use crate::queries::runs::Run;
use crate::queries::schedule::{Created, HallOfSlot};
use crate::queries::seating::{ClosedInUse, SeatTaken};
use crate::text::serialize::at;

/// One date.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ExamDay {
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
    /// People in closed halls or rooms; of past dates, and of those more than seven days ahead, not looked for.
    pub closed_in_use: Listed<ClosedInUse>,
    /// Seats that several people have.
    pub seats_taken: Listed<SeatTaken>,
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

/// One start time.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SlotOfDay {
    /// When.
    pub start_time: NaiveTime,
    /// Rooms.
    pub rooms: i64,
    /// People.
    pub participants: i64,
    /// By hall.
    pub halls: Vec<HallOfSlot>,
}
