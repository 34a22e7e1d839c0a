//! How fresh and how healthy the local data is (contract §9): read in one transaction, judged, rendered.

mod conflicts;
mod day_halls;
mod day_lines;
pub(crate) mod exam_day;
pub(crate) mod freshness;
pub(crate) mod html;
pub(crate) mod model;
pub(crate) mod overview;
pub(crate) mod pulled;
mod push;
pub(crate) mod reasons;
mod rosters;
mod shown;
pub(crate) mod statistics;
pub(crate) mod text;
pub(crate) mod token;
mod words;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::clock;
use crate::model::sync_type::{StaleAfter, SyncType};

/// What the state is judged by, the same for all that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis {
    /// The moment that it is about.
    pub now: DateTime<Utc>,
    /// `SYNC_TIMEZONE`.
    pub timezone: Tz,
    /// `SYNC_STALE_AFTER_HALLS`.
    pub stale_after_halls: Duration,
    /// `SYNC_STALE_AFTER_PARTICIPANTS`.
    pub stale_after_participants: Duration,
    /// `SYNC_STALE_AFTER_ROSTER`.
    pub stale_after_roster: Duration,
}

impl Basis {
    /// The age from which the last success of a type is stale.
    pub(crate) fn stale_after(&self, sync_type: SyncType) -> Duration {
        match sync_type.stale_after() {
            StaleAfter::Halls => self.stale_after_halls,
            StaleAfter::Participants => self.stale_after_participants,
            StaleAfter::Roster => self.stale_after_roster,
        }
    }

    /// The date that it is.
    pub(crate) fn today(&self) -> NaiveDate {
        clock::today(self.now, self.timezone)
    }

    /// The moment this long ago, or the earliest one that can be represented.
    pub(crate) fn before(&self, span: Duration) -> DateTime<Utc> {
        clock::before(self.now, span)
    }
}
