//! The state of the pulls of a date, and of those of halls and rooms.

use chrono::{NaiveDate, NaiveTime};

use crate::model::sync_type::SyncType;
use crate::queries::alerts::{Looked, OpenAlert};
use crate::queries::runs::Run;
use crate::queries::schedule::Slot;
use crate::queries::{alerts, runs};
use crate::status::Basis;
use crate::status::model::Standing;
use crate::status::overview::Standings;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The most failed passes since the last good one that are listed.
const MAX_FAILURES: u32 = 10;

/// What is known of them.
pub(super) struct Pulls {
    /// The date.
    pub(super) date: NaiveDate,
    /// The state of the date.
    pub(super) standing: Standing,
    /// The state of halls and rooms.
    pub(super) places: [(SyncType, Standing); 2],
    /// The last completed pass of the date.
    pub(super) last_completed: Option<Run>,
    /// The failed ones since then, newest first.
    pub(super) failures: Vec<Run>,
    /// Open alerts of the date and, unless it is past, of halls and rooms.
    pub(super) alerts: Vec<OpenAlert>,
}

impl Pulls {
    /// Reads them.
    pub(super) fn read(
        connection: &mut Connection,
        basis: &Basis,
        date: NaiveDate,
        schedule: &[Slot],
    ) -> Result<Self, StoreError> {
        let judged = date >= basis.today();
        let starts: Vec<NaiveTime> = schedule.iter().map(|slot| slot.start_time).collect();
        let standings = Standings::read(connection, basis, date)?;
        let last_completed = standings.last_completed(date).cloned();
        let since = last_completed.as_ref().map(|run| run.started_at);
        let looked =
            Looked { now: basis.now, from: date, to: Some(date), with_commands: judged, dates: &[date] };
        Ok(Self {
            date,
            standing: Standing { judged, ..standings.of_date(basis, date, &starts) },
            places: [SyncType::ExamHalls, SyncType::HallRooms]
                .map(|sync_type| (sync_type, standings.of_type(basis, sync_type, &[]))),
            failures: runs::failures_of_date(connection, date, since, MAX_FAILURES)?,
            last_completed,
            alerts: alerts::open_alerts(connection, looked)?,
        })
    }
}
