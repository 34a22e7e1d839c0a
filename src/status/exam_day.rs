//! Reads the exam-morning view of one date: who sits where and what to know of it (contract §9).

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};

use super::freshness::Freshness;
use super::model::day::{ExamDay, SlotOfDay};
use super::model::{Head, Standing};
use super::overview::Standings;
use super::reasons::Reason;
use super::{Basis, reasons};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::queries::alerts::Looked;
use crate::queries::{Listed, alerts, audit, quality, runs, schedule, seating};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The most failed passes since the last good one that are listed.
const MAX_FAILURES: u32 = 10;

/// Reads the view of one date, with what changed in the last `since`.
///
/// # Errors
/// When the database fails.
pub(crate) fn read(
    connection: &mut Connection,
    basis: &Basis,
    exam_date: NaiveDate,
    since: Duration,
) -> Result<ExamDay, StoreError> {
    let schedule = schedule::slots_of_date(connection, exam_date)?;
    let starts: Vec<NaiveTime> = schedule.iter().map(|slot| slot.start_time).collect();
    let standings = Standings::read(connection, basis, exam_date)?;
    // What is past is not pulled any more: its age says nothing, nor does what fails today.
    let judged = exam_date >= basis.today();
    let standing = Standing { judged, ..standings.of_date(basis, exam_date, &starts) };
    let since_success = standings.last_completed_start(exam_date);
    let failures = runs::failures_of_date(connection, exam_date, since_success, MAX_FAILURES)?;
    let halls = schedule::halls_of(connection, exam_date)?;
    let slots = schedule.into_iter().map(|slot| SlotOfDay {
        start_time: slot.start_time,
        rooms: slot.rooms,
        participants: slot.participants,
        halls: halls.iter().filter(|hall| hall.start_time == slot.start_time).cloned().collect(),
    });
    let looked = Looked {
        now: basis.now,
        from: exam_date,
        to: Some(exam_date),
        with_commands: judged,
        dates: &[exam_date],
    };
    let open_alerts = alerts::open_alerts(connection, looked)?;
    let seats_taken = seating::seats_taken(connection, exam_date, Some(exam_date))?;
    let closed_in_use = match judged && exam_date <= reasons::last_closed(basis.today()) {
        true => seating::closed_in_use(connection, exam_date, exam_date)?,
        false => Listed::default(),
    };
    let mut why: Vec<Reason> = Vec::new();
    if judged {
        let mut judge = |what: &str, standing: &Standing| {
            if standing.freshness != Freshness::Fresh {
                why.push(reasons::old(what, standing));
            }
        };
        judge(&Scope::Date(exam_date).labelled(SyncType::Participants.label()), &standing);
        for sync_type in [SyncType::ExamHalls, SyncType::HallRooms] {
            judge(sync_type.name(), &standings.of_type(basis, sync_type, &[]));
        }
        why.extend(reasons::closed_in_use(&closed_in_use));
        why.extend(reasons::seats_taken(&seats_taken));
    }
    why.extend(reasons::of_alerts(&open_alerts));
    let changes_since = basis.before(since);
    Ok(ExamDay {
        head: Head::new(basis, why),
        exam_date,
        standing,
        slots: slots.collect(),
        over_capacity: quality::over_capacity(connection, exam_date, Some(exam_date))?,
        failures,
        sync_errors: quality::sync_errors_of_date(connection, exam_date)?,
        closed_in_use,
        seats_taken,
        alerts: open_alerts,
        changes_since,
        changes: audit::changes(connection, exam_date, changes_since)?,
        created: schedule::created(connection, exam_date, changes_since)?,
    })
}
