//! The exam-morning view of one date: who sits where and what to know of it (contract §9).

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use serde::Serialize;
use serde_json::Value;

use super::Basis;
use super::freshness::Freshness;
use super::model::{Listed, OpenAlert, OverCapacity, RowError, Run, Standing, at};
use super::overview::Standings;
use super::queries::{alerts, audit, quality, runs, schedule};
use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// At most so many failed passes since the last good one are told.
const FAILURES_MOST: u32 = 10;

/// One date.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// Of this shape: 1.
    pub version: u32,
    /// `status`.
    pub command: &'static str,
    /// Whether `--check` is content with this date.
    pub healthy: bool,
    /// Why not, one sentence each.
    pub problems: Vec<String>,
    /// When this was read, UTC.
    #[serde(serialize_with = "at")]
    pub generated_at: DateTime<Utc>,
    /// `SYNC_TIMEZONE`.
    pub timezone: String,
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
    pub changes: Listed<Change>,
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
pub struct Change {
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

/// Reads the view of one date, with what changed in the last `since`.
///
/// # Errors
/// When the database fails.
pub fn read(
    connection: &mut Connection,
    basis: &Basis,
    exam_date: NaiveDate,
    since: Duration,
) -> Result<Day, StoreError> {
    let schedule = schedule::of(connection, exam_date)?;
    let starts: Vec<NaiveTime> = schedule.iter().map(|slot| slot.start_time).collect();
    let standings = Standings::read(connection, basis, exam_date)?;
    let standing = standings.of_date(basis, exam_date, &starts);
    let filter = runs::Filter {
        sync_type: Some(SyncType::Participants),
        exam_date: Some(exam_date),
        failed: true,
        since: standings.last_completed_start(exam_date),
        most: FAILURES_MOST,
        ..Default::default()
    };
    let failures = runs::runs(connection, &filter)?.into_iter().map(|(_, run)| run).collect();
    let halls = schedule::halls_of(connection, exam_date)?;
    let slots = schedule.into_iter().map(|slot| SlotOfDay {
        start_time: slot.start_time,
        rooms: slot.rooms,
        participants: slot.participants,
        halls: halls
            .iter()
            .filter(|(start_time, _)| *start_time == slot.start_time)
            .map(|(_, hall)| hall.clone())
            .collect(),
    });
    // What is past is not pulled any more: its age says nothing, nor does what fails today.
    let judged = exam_date >= basis.today();
    let mut open_alerts = alerts::open_alerts(connection)?;
    open_alerts.retain(|alert| alert.exam_date.map_or(judged, |date| date == exam_date));
    let mut problems = Vec::new();
    if judged {
        let mut judge = |what: &str, standing: &Standing| {
            if standing.freshness != Freshness::Fresh {
                problems.push(super::overview::problem(what, standing));
            }
        };
        judge(&format!("participants of {exam_date}"), &standing);
        for sync_type in [SyncType::ExamHalls, SyncType::HallRooms] {
            judge(sync_type.name(), &standings.of_type(basis, sync_type, &[]));
        }
    }
    problems.extend(open_alerts.iter().map(super::overview::alerting));
    let changes_since = basis.before(since);
    Ok(Day {
        version: 1,
        command: "status",
        healthy: problems.is_empty(),
        problems,
        generated_at: basis.now,
        timezone: basis.timezone.name().to_owned(),
        exam_date,
        standing,
        slots: slots.collect(),
        over_capacity: quality::over_capacity(connection, exam_date, Some(exam_date))?,
        failures,
        sync_errors: quality::sync_errors(connection, Some(exam_date))?,
        alerts: open_alerts,
        changes_since,
        changes: audit::changes(connection, exam_date, changes_since)?,
        created: schedule::created(connection, exam_date, changes_since)?,
    })
}
