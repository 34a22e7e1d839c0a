//! Reads the exam-morning view of one date: what to act on, what comes next, what changed (contract §14.1).

mod act_on;
mod doubts;
mod moves;
mod pairing;
mod people;
mod places;
mod pulls;
mod spot;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use self::act_on::Facts;
use self::doubts::Doubts;
use self::people::Naming;
use self::pulls::Pulls;
use super::freshness::Freshness;
use super::model::Head;
use super::model::day::{Changed, ExamDay, NextStart, SlotOfDay};
use super::reasons::Reason;
use super::{Basis, conflicts, reasons};
use crate::clock;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::queries::changes::{self, PeopleAsked};
use crate::queries::schedule::{self, Slot};
use crate::queries::seating::SeatTaken;
use crate::queries::{Listed, audit, quality};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::program_line::ProgramLine;

/// The most people who are listed one by one where all are asked for.
const MAX_PEOPLE: i64 = 100_000;
/// The same where they are not: a screen shows fewer.
const MAX_PEOPLE_OF_A_SCREEN: i64 = 200;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayRequest<'a> {
    /// The date.
    pub exam_date: NaiveDate,
    /// Changes of this time.
    pub since: Duration,
    /// Only these halls, by external id; all where there is none.
    pub halls: &'a [i64],
    /// Whether nothing is left out.
    pub full: bool,
    /// Whether people are named.
    pub names: bool,
    /// `SYNC_LATE_CHANGE_WITHIN`.
    pub late_within: Duration,
    /// `SYNC_LATE_CHANGE_PEOPLE`.
    pub late_people: u32,
    /// When the next pull of participants is due.
    pub next_pull_at: Option<DateTime<Utc>>,
    /// Whether there are centres without a network, whose results may disagree.
    pub has_centres: bool,
    /// The program, for advice.
    pub program: &'a ProgramLine,
}

impl DayRequest<'_> {
    /// Whether this hall is asked for.
    fn takes(&self, hall: i64) -> bool {
        self.halls.is_empty() || self.halls.contains(&hall)
    }
}

/// Reads the view of one date.
///
/// # Errors
/// When the database fails.
pub(crate) fn read(
    connection: &mut Connection,
    basis: &Basis,
    request: &DayRequest<'_>,
) -> Result<ExamDay, StoreError> {
    let date = request.exam_date;
    // What is past is not pulled any more: its age says nothing, nor does what fails today.
    let is_to_come = date >= basis.today();
    let schedule = schedule::slots_of_date(connection, date)?;
    let pulls = Pulls::read(connection, basis, date, &schedule)?;
    let mut doubts = Doubts::read(connection, basis, request)?;
    let head = Head::new(basis, why(&pulls, &doubts, basis, is_to_come));
    doubts.narrow(request);
    let since = basis.before(request.since);
    let (changed, moves) = changed(connection, request, since, &doubts.seats_taken)?;
    let act_on = act_on::actions(&Facts {
        request,
        basis,
        moves: &moves,
        first_load: changed.first_load,
        pulls: &pulls,
        doubts: &doubts,
        is_to_come,
    });
    let mut changes = audit::changes(connection, date, since)?;
    if !request.names {
        changes.first.iter_mut().for_each(audit::DayChange::hide_names);
    }
    Ok(ExamDay {
        head,
        exam_date: date,
        act_on,
        next: next(&schedule, basis, date),
        changed,
        next_pull_at: request.next_pull_at.filter(|_| is_to_come),
        slots: slots(connection, schedule, request)?,
        halls: pulls.places[0].1.clone(),
        standing: pulls.standing,
        over_capacity: doubts.over_capacity,
        failures: pulls.failures,
        sync_errors: quality::sync_errors_of_date(connection, date)?,
        closed_in_use: doubts.closed_in_use,
        closed_places: doubts.closed_places,
        seats_taken: doubts.seats_taken,
        alerts: pulls.alerts,
        changes_since: since,
        changes,
        created: schedule::created(connection, date, since)?,
    })
}

/// Why the date is not well.
fn why(pulls: &Pulls, doubts: &Doubts, basis: &Basis, is_to_come: bool) -> Vec<Reason> {
    let mut why = Vec::new();
    if is_to_come {
        why.extend(reasons::closed_in_use(&doubts.closed_places, basis.timezone));
        why.extend(reasons::seats_taken(&doubts.seats_taken));
        let date = Scope::Date(pulls.date).labelled(SyncType::Participants.label());
        let of_date = std::iter::once((date.as_str(), &pulls.standing));
        let of_places = pulls.places.iter().map(|(sync_type, standing)| (sync_type.name(), standing));
        let old = of_date.chain(of_places).filter(|(_, standing)| standing.freshness != Freshness::Fresh);
        why.extend(old.map(|(what, standing)| reasons::old(what, standing)));
    }
    why.extend(conflicts::sentences(&doubts.conflicts).map(Reason::shortened));
    why.extend(reasons::of_alerts(&pulls.alerts));
    why
}

/// The next slot that has not begun.
fn next(schedule: &[Slot], basis: &Basis, date: NaiveDate) -> Option<NextStart> {
    let until = |slot: &Slot| {
        let start = clock::instant(date.and_time(slot.start_time), basis.timezone);
        start.signed_duration_since(basis.now).to_std().ok()
    };
    let (slot, until) = schedule.iter().find_map(|slot| Some((slot, until(slot)?)))?;
    Some(NextStart {
        start_time: slot.start_time,
        in_seconds: until.as_secs(),
        halls: slot.halls,
        rooms: slot.rooms,
        participants: slot.participants,
    })
}

/// The slots with the halls that are asked for, and with the rooms of these.
fn slots(
    connection: &mut Connection,
    schedule: Vec<Slot>,
    request: &DayRequest<'_>,
) -> Result<Vec<SlotOfDay>, StoreError> {
    let halls = schedule::halls_of(connection, request.exam_date)?;
    let rooms = match request.halls {
        [] => Vec::new(),
        halls => schedule::rooms_of(connection, request.exam_date, halls)?,
    };
    let slots = schedule.into_iter().map(|slot| SlotOfDay {
        start_time: slot.start_time,
        rooms: slot.rooms,
        participants: slot.participants,
        halls: (halls.iter())
            .filter(|hall| hall.start_time == slot.start_time && request.takes(hall.hall_external_id))
            .cloned()
            .collect(),
        rooms_of_halls: rooms.iter().filter(|room| room.start_time == slot.start_time).cloned().collect(),
    });
    Ok(slots.collect())
}

/// What changed since then, net.
fn changed(
    connection: &mut Connection,
    request: &DayRequest<'_>,
    since: DateTime<Utc>,
    seats_taken: &Listed<SeatTaken>,
) -> Result<(Changed, moves::Moves), StoreError> {
    let date = request.exam_date;
    let (places, other_places) = places::lines(&changes::places(connection, date, since)?, request.halls);
    if schedule::is_new(connection, date, since)? {
        let changed = Changed { first_load: true, places, other_places, ..Changed::default() };
        return Ok((changed, moves::Moves::default()));
    }
    let mut moves = moves::of(&changes::transfers(connection, date, since)?, request.halls);
    let mut people = Listed::default();
    if moves.has_people {
        let all = request.full || !request.halls.is_empty();
        let asked = PeopleAsked {
            together: moves::TOGETHER,
            halls: request.halls,
            most: if all { MAX_PEOPLE } else { MAX_PEOPLE_OF_A_SCREEN },
        };
        let found = changes::people(connection, date, since, asked)?;
        // Who was counted where she has a seat now is not new.
        let (before, first): (usize, Vec<_>) = (
            found.first.len(),
            found.first.into_iter().filter(|person| !is_seated(person, &moves.seated)).collect(),
        );
        people.count = found.count - (before - first.len()) as i64;
        let taken: Vec<(NaiveTime, i64, i64)> = (seats_taken.first.iter())
            .map(|seat| (seat.start_time, seat.room_external_id, seat.place_id))
            .collect();
        let naming = Naming { names: request.names, taken: &taken };
        people.first = first.iter().map(|person| people::line(person, naming)).collect();
    }
    let changed = Changed {
        first_load: false,
        slots: std::mem::take(&mut moves.shifts),
        rooms: std::mem::take(&mut moves.rooms),
        places,
        other_places,
        people,
    };
    moves.shifts.clone_from(&changed.slots);
    Ok((changed, moves))
}

fn is_seated(person: &changes::PersonChange, seated: &BTreeSet<(NaiveTime, i64, i64)>) -> bool {
    let spot = match (person.was_there, person.is_there) {
        (false, true) => spot::Spot::person_after(person),
        (true, false) => spot::Spot::person_before(person),
        _ => None,
    };
    spot.is_some_and(|spot| seated.contains(&spot.key()))
}
