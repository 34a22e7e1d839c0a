//! One date as the exam-morning view shows it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::{Head, Standing};
use crate::queries::Listed;
use crate::queries::alerts::OpenAlert;
use crate::queries::audit::DayChange;
use crate::queries::quality::{OverCapacity, RowError};
use crate::queries::runs::Run;
use crate::queries::schedule::{Created, HallOfSlot, RoomOfSlot};
use crate::queries::seating::{ClosedInUse, ClosedPlace, SeatTaken};
use crate::text::sanitize::without_isolates;
use crate::text::serialize::{at, maybe_at};

/// One date.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ExamDay {
    /// Health, of this date, and moment.
    #[serde(flatten)]
    pub head: Head,
    /// The date.
    pub exam_date: NaiveDate,
    /// What to act on, the worst first.
    pub act_on: Vec<Action>,
    /// The next start.
    pub next: Option<NextStart>,
    /// What changed, summarised.
    pub changed: Changed,
    /// When the next pull of participants is due, by `SYNC_PARTICIPANTS_CRON`.
    #[serde(serialize_with = "maybe_at")]
    pub next_pull_at: Option<DateTime<Utc>>,
    /// The state of its passes.
    #[serde(flatten)]
    pub standing: Standing,
    /// How the passes of halls do.
    #[serde(skip)]
    pub halls: Standing,
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
    /// The halls and rooms of these people.
    #[serde(skip)]
    pub closed_places: Vec<ClosedPlace>,
    /// Seats that several people have.
    pub seats_taken: Listed<SeatTaken>,
    /// Its open alerts, and, unless it is past, those of halls and rooms.
    pub alerts: Vec<OpenAlert>,
    /// Since when changes are listed.
    #[serde(serialize_with = "at")]
    pub changes_since: DateTime<Utc>,
    /// What passes wrote of changes since then, newest first.
    pub changes: Listed<DayChange>,
    /// What was created since then, which is no change.
    pub created: Created,
}

/// The same cut down to what to act on.
#[derive(Debug, Serialize)]
pub(crate) struct Problems<'a> {
    /// Health, of this date, and moment.
    #[serde(flatten)]
    pub head: &'a Head,
    /// The date.
    pub exam_date: NaiveDate,
    /// What to act on, the worst first.
    pub act_on: &'a [Action],
}

impl<'a> From<&'a ExamDay> for Problems<'a> {
    fn from(day: &'a ExamDay) -> Self {
        Self { head: &day.head, exam_date: day.exam_date, act_on: &day.act_on }
    }
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
    /// The rooms of the halls that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rooms_of_halls: Vec<RoomOfSlot>,
}

/// One thing to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    /// What kind it is.
    pub kind: &'static str,
    /// The sentence; lines after the first say how, and a line of four spaces is a command.
    pub sentence: String,
    /// Whether it is a reason for being unhealthy.
    pub is_reason: bool,
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Action", 2)?;
        fields.serialize_field("kind", self.kind)?;
        fields.serialize_field("sentence", &without_isolates(&self.sentence))?;
        fields.end()
    }
}

/// The next start of the date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct NextStart {
    /// When, on the clock of `SYNC_TIMEZONE`.
    pub start_time: NaiveTime,
    /// How long it is until then.
    pub in_seconds: u64,
    /// Halls.
    pub halls: i64,
    /// Rooms.
    pub rooms: i64,
    /// People.
    pub participants: i64,
}

/// What changed, net.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Changed {
    /// Whether all of the date is new since then: a first load.
    pub first_load: bool,
    /// Who starts at another time.
    pub slots: Vec<SlotShift>,
    /// What that does not say, room by room.
    pub rooms: Vec<Line>,
    /// What happened to halls and rooms that the date has people in.
    pub places: Vec<Line>,
    /// What happened to others.
    pub other_places: usize,
    /// People on seats who changed in more than their start.
    pub people: Listed<Line>,
}

impl Changed {
    /// Whether there is nothing to be shown.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.rooms.is_empty() && self.places.is_empty() && self.people.count == 0
    }

    /// The halls that changed in more than a start.
    pub(crate) fn halls(&self) -> BTreeSet<i64> {
        let lines = self.rooms.iter().chain(&self.places).chain(&self.people.first);
        lines.flat_map(|line| line.halls.iter().copied()).collect()
    }

    /// The starts to which halls moved, each with the external id of such a hall.
    pub(crate) fn shifted_halls(&self) -> BTreeSet<(NaiveTime, i64)> {
        self.slots.iter().flat_map(|shift| shift.halls.keys().map(|hall| (shift.to, *hall))).collect()
    }
}

/// People who start at another time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlotShift {
    /// Before.
    pub from: NaiveTime,
    /// Now.
    pub to: NaiveTime,
    /// Their halls: external id and name.
    pub halls: BTreeMap<i64, String>,
    /// Their rooms: external id and name.
    pub rooms: BTreeMap<i64, String>,
    /// How many they are.
    pub people: i64,
}

impl SlotShift {
    /// Without anyone yet.
    pub(crate) fn new(from: NaiveTime, to: NaiveTime) -> Self {
        Self { from, to, halls: BTreeMap::new(), rooms: BTreeMap::new(), people: 0 }
    }
}

impl Serialize for SlotShift {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SlotShift", 5)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("halls", &self.halls.len())?;
        fields.serialize_field("rooms", &self.rooms.len())?;
        fields.serialize_field("participants", &self.people)?;
        fields.end()
    }
}

/// One line of what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The halls that it is about, by external id.
    pub halls: BTreeSet<i64>,
    /// How many people it is about.
    pub people: i64,
    /// What it says; names are in isolates.
    pub sentence: String,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Line", 3)?;
        fields.serialize_field("hall_external_ids", &self.halls)?;
        fields.serialize_field("participants", &self.people)?;
        fields.serialize_field("sentence", &without_isolates(&self.sentence))?;
        fields.end()
    }
}
