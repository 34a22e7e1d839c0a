//! The result of `status`, as plain data: `--json` prints it as it is, the other renderers read it.

pub(crate) mod day;
mod health;
pub(crate) mod history;
pub(crate) mod rosters;
mod unwritable_metrics;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub(crate) use self::health::Head;
use self::rosters::RosterState;
pub(crate) use self::unwritable_metrics::UnwritableMetrics;
use super::freshness::Freshness;
use crate::model::sync_type::SyncType;
use crate::queries::Listed;
use crate::queries::adoption::AdoptionNumbers;
use crate::queries::alerts::{OpenAlert, Undelivered};
use crate::queries::centres::CentreState;
use crate::queries::conflicts::OpenConflicts;
use crate::queries::push::{PushState, Pushed};
use crate::queries::quality::{OverCapacity, RowError, TableRows};
use crate::queries::runs::Run;
use crate::queries::seating::{ClosedInUse, ClosedPlace, SeatTaken};
use crate::store::push::destinations::KnownDestination;
use crate::text::serialize::{at, maybe_at};

/// The whole state (contract §9).
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Overview {
    /// Health and moment.
    #[serde(flatten)]
    pub head: Head,
    /// One per sync type.
    pub syncs: Vec<SyncState>,
    /// One per exam date from today on.
    pub exam_dates: Vec<DateStatus>,
    /// Rows by state.
    pub tables: Vec<TableRows>,
    /// What is linked to an application's tables, where they are adopted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adoption: Vec<AdoptionNumbers>,
    /// Alerts that are open.
    pub alerts: Vec<OpenAlert>,
    /// Where messages of alerts wait for another try.
    pub undelivered: Vec<Undelivered>,
    /// What is doubtful in the data.
    pub quality: Quality,
    /// Of the API token, when it is a JWT with an expiry.
    pub token: Option<TokenExpiry>,
    /// Why the metrics file can't be written.
    pub metrics_error: Option<String>,
    /// The centres that packages go to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub centres: Vec<CentreState>,
    /// The sources of rosters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rosters: Vec<RosterState>,
    /// The destinations that something is pushed to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub push: Vec<PushState>,
    /// The open conflicts with centres, by hall and date.
    #[serde(skip)]
    pub conflicts: Vec<OpenConflicts>,
    /// Failed passes of the last seven days, by kind.
    pub errors_by_kind: Vec<KindCount>,
    /// The newest passes.
    pub recent_runs: Vec<Run>,
}

/// What is known without the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    /// Of the API token, when it is a JWT with an expiry.
    pub token: Option<TokenExpiry>,
    /// What keeps this user from writing the metrics file, where one is set.
    pub unwritable_metrics: Option<UnwritableMetrics>,
    /// The halls whose centres have a card here.
    pub centres: Vec<i64>,
    /// The names of the sources of `ROSTER_URL`.
    pub rosters: Vec<String>,
    /// The destinations of `push`.
    pub destinations: Vec<KnownDestination>,
    /// What goes to the exam system.
    pub pushed: Pushed,
    /// Whether this is a centre, which takes packages in place of pulling.
    pub is_centre: bool,
}

/// The state of one sync type or exam date.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Standing {
    /// How old the last success is, as a word.
    pub freshness: Freshness,
    /// The age from which it is stale.
    pub stale_after_seconds: u64,
    /// When the last completed pass ended, or a later look found nothing to pull.
    #[serde(serialize_with = "maybe_at")]
    pub last_success_at: Option<DateTime<Utc>>,
    /// Its age.
    pub age_seconds: Option<u64>,
    /// The newest pass, whatever came of it.
    pub last_run: Option<Run>,
    /// Failed passes since the last completed one.
    pub consecutive_failures: i64,
    /// Whether being not fresh is a reason for being unhealthy: of sync types and of today's date it is, of another
    /// date only where its passes fail.
    pub judged: bool,
    /// Over the last seven days.
    pub week: Week,
}

impl Standing {
    /// Whether it is a reason for being unhealthy.
    pub(crate) fn is_reason(&self) -> bool {
        self.judged && self.freshness != Freshness::Fresh
    }

    /// Failed passes since the last completed one, where they say something of the installation.
    pub(crate) fn judged_failures(&self) -> i64 {
        if self.judged { self.consecutive_failures } else { 0 }
    }

    /// Whether the last pass that ended did not complete.
    pub(crate) fn is_failing(&self) -> bool {
        self.consecutive_failures > 0
    }
}

/// The passes of the last seven days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Week {
    /// Passes that ended.
    pub runs: usize,
    /// Completed ones among them, 0 to 1.
    pub success_rate: Option<f64>,
    /// Those that the guard refused.
    pub refused: usize,
    /// Of completed passes.
    pub median_ms: Option<i64>,
    /// Of completed passes: 95 of 100 took at most this long.
    pub p95_ms: Option<i64>,
}

/// One sync type.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SyncState {
    /// Which.
    pub sync_type: SyncType,
    /// Its state. Participants are judged by today's date (contract §9); their failures in a row are
    /// those of the worst date, so that good dates hide none.
    #[serde(flatten)]
    pub standing: Standing,
}

/// One exam date.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DateStatus {
    /// The date.
    pub exam_date: NaiveDate,
    /// Halls with active participants.
    pub halls: i64,
    /// Rooms with active participants, the largest number of one start time.
    pub rooms: i64,
    /// People, over all start times.
    pub participants: i64,
    /// Its state.
    #[serde(flatten)]
    pub standing: Standing,
}

/// What is doubtful in the data.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Quality {
    /// Rooms with more people than seats, at a date and start time from today on.
    pub over_capacity: Listed<OverCapacity>,
    /// Rows whose newest record was invalid, of participants from today on.
    pub sync_errors: Listed<RowError>,
    /// People in closed halls or rooms, today and within seven days.
    pub closed_in_use: Listed<ClosedInUse>,
    /// Seats that several people have, from today on.
    pub seats_taken: Listed<SeatTaken>,
    /// The closed halls and rooms of these people.
    #[serde(skip)]
    pub closed_places: Vec<ClosedPlace>,
}

/// When the API token ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TokenExpiry {
    /// The moment.
    #[serde(serialize_with = "at")]
    pub expires_at: DateTime<Utc>,
    /// Whether it is past.
    pub expired: bool,
    /// Whether it is at most seven days away, or past.
    pub warning: bool,
    /// Whether it is at most a day away, or past.
    pub within_a_day: bool,
}

/// How many passes failed in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KindCount {
    /// The kind of failure (contract §5, `error.kind`).
    pub kind: String,
    /// How many.
    pub count: usize,
}
