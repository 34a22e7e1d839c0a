//! People who can't sit where the data says, on one date: in closed places, full rooms, or on seats of others.

use super::DayRequest;
use crate::queries::conflicts::OpenConflicts;
use crate::queries::quality::OverCapacity;
use crate::queries::seating::{ClosedInUse, ClosedPlace, SeatTaken};
use crate::queries::{Listed, MAX_NAMED, conflicts, quality, seating};
use crate::status::Basis;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What was found.
pub(super) struct Doubts {
    /// Closed halls and rooms with people, of a date that is not past.
    pub(super) closed_places: Vec<ClosedPlace>,
    /// The same by room and start.
    pub(super) closed_in_use: Listed<ClosedInUse>,
    /// Rooms with more people than seats.
    pub(super) over_capacity: Listed<OverCapacity>,
    /// Seats that several people have.
    pub(super) seats_taken: Listed<SeatTaken>,
    /// Open conflicts with centres.
    pub(super) conflicts: Vec<OpenConflicts>,
}

impl Doubts {
    /// Reads them, of all halls.
    pub(super) fn read(
        connection: &mut Connection,
        basis: &Basis,
        request: &DayRequest<'_>,
    ) -> Result<Self, StoreError> {
        let date = request.exam_date;
        let all = request.full || !request.halls.is_empty();
        let most = if all { i64::from(i32::MAX) } else { MAX_NAMED };
        let (closed_in_use, closed_places) = match date >= basis.today() {
            true => (
                seating::closed_in_use(connection, date, date, most)?,
                seating::closed_places(connection, date, date)?,
            ),
            false => Default::default(),
        };
        let mut conflicts = if request.has_centres { conflicts::open(connection)? } else { Vec::new() };
        conflicts.retain(|open| open.is_of(date));
        Ok(Self {
            closed_places,
            closed_in_use,
            over_capacity: quality::over_capacity(connection, date, Some(date), most)?,
            seats_taken: seating::seats_taken(connection, date, Some(date), most)?,
            conflicts,
        })
    }

    /// Leaves out what is not about the halls that are asked for.
    pub(super) fn narrow(&mut self, request: &DayRequest<'_>) {
        if request.halls.is_empty() {
            return;
        }
        self.closed_places.retain(|place| request.takes(place.hall_external_id));
        self.conflicts.retain(|open| request.takes(open.hall_external_id));
        narrow(&mut self.closed_in_use, |room| request.takes(room.hall_external_id));
        narrow(&mut self.over_capacity, |room| request.takes(room.hall_external_id));
        narrow(&mut self.seats_taken, |seat| request.takes(seat.hall_external_id));
    }
}

fn narrow<T>(listed: &mut Listed<T>, takes: impl Fn(&T) -> bool) {
    listed.first.retain(takes);
    listed.count = listed.first.len() as i64;
}
