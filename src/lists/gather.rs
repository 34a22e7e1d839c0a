//! Puts the rows of the database, as they come, on the sheets of the plan, hall by hall.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveTime;

use super::sheet::{Person, PlannedHall, Sheet};
use crate::exit::Failure;
use crate::queries::lists::ListedRow;
use crate::text::collate::Collation;

/// Takes a hall whose sheets are complete.
type Take<'a> = dyn FnMut(&PlannedHall, &mut Vec<Sheet>) -> Result<(), Failure> + 'a;

/// Holds the sheets of one hall at a time.
pub(super) struct Gatherer<'a> {
    halls: &'a [PlannedHall],
    rooms: &'a [i64],
    /// Where each sheet that has people is: which hall, which sheet of it.
    places: HashMap<(i64, NaiveTime), (usize, usize)>,
    collation: Collation,
    take: &'a mut Take<'a>,
    hall: usize,
    sheets: Vec<Sheet>,
}

impl<'a> Gatherer<'a> {
    /// For rows of these rooms, which are those of the halls in their order.
    pub(super) fn new(halls: &'a [PlannedHall], rooms: &'a [i64], take: &'a mut Take<'a>) -> Self {
        let in_hall = |(nth, hall): (usize, &'a PlannedHall)| {
            let filled = hall.sheets.iter().enumerate().filter(|(_, sheet)| sheet.people > 0);
            filled
                .map(move |(sheet_nth, sheet)| ((sheet.room_external_id, sheet.start_time), (nth, sheet_nth)))
        };
        let places = halls.iter().enumerate().flat_map(in_hall).collect();
        Self { halls, rooms, places, collation: Collation::default(), take, hall: 0, sheets: Vec::new() }
    }

    /// Puts one row on its sheet. Rows of a start time that is not planned are left out.
    pub(super) fn row(&mut self, row: ListedRow) -> Result<(), Failure> {
        let room = usize::try_from(row.nth).ok().and_then(|nth| self.rooms.get(nth));
        let place = room.and_then(|room| self.places.get(&(*room, row.start_time)));
        let Some((hall, nth)) = place.copied() else { return Ok(()) };
        while self.hall < hall {
            self.end_hall()?;
        }
        self.sheets.resize(self.halls[hall].sheets.len(), Sheet::default());
        let sheet = &mut self.sheets[nth];
        if row.is_seat {
            sheet.people.push(Person { seat: row.seat, number: row.number, name: row.name });
        } else {
            sheet.counted += i64::from(row.people);
        }
        Ok(())
    }

    /// Hands on the hall, and goes to the next one.
    fn end_hall(&mut self) -> Result<(), Failure> {
        let hall = &self.halls[self.hall];
        self.sheets.resize(hall.sheets.len(), Sheet::default());
        for sheet in &mut self.sheets {
            sheet.people.sort_by(|one, other| in_order(&self.collation, one, other));
        }
        (self.take)(hall, &mut self.sheets)?;
        self.sheets.clear();
        self.hall += 1;
        Ok(())
    }

    /// Hands on the halls that are left.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        while self.hall < self.halls.len() {
            self.end_hall()?;
        }
        Ok(())
    }
}

/// By seat, those without one last; on one seat by name.
fn in_order(collation: &Collation, one: &Person, other: &Person) -> Ordering {
    let seats = (one.seat.is_none(), one.seat).cmp(&(other.seat.is_none(), other.seat));
    let names = || {
        let [one, other] = [one, other].map(|person| person.name.as_deref().unwrap_or_default());
        collation.compare(one, other)
    };
    seats.then_with(names).then_with(|| one.number.cmp(&other.number))
}
