//! The halls of each start of a date, for the text and the page: those that need a look, then the others in one line.

use std::collections::BTreeSet;

use chrono::NaiveTime;

use crate::queries::schedule::HallOfSlot;
use crate::status::model::day::{ExamDay, SlotOfDay};
use crate::status::words::{counted, hour};
use crate::text::numbers::grouped;

/// The most halls of a slot that are named.
const MAX_HALLS: usize = 5;
/// The most slots that have halls of their own.
const MAX_SLOTS: usize = 4;

/// One start with its halls.
pub(super) struct SlotTable {
    /// When.
    pub(super) start: String,
    /// The halls, then the others in a line.
    pub(super) rows: Vec<Row>,
}

/// One row of it.
pub(super) struct Row {
    /// What it is about.
    pub(super) about: About,
    /// Why it needs a look.
    pub(super) why: String,
    /// Rooms, people and seats.
    pub(super) numbers: [String; 3],
}

/// What a row is about.
pub(super) enum About {
    /// A hall, by name and external id.
    Hall(String, i64),
    /// A room of the hall above, by name and external id.
    Room(String, i64),
    /// Several halls.
    Others(String),
}

/// Why halls need a look.
struct Looks<'a> {
    day: &'a ExamDay,
    changed: BTreeSet<i64>,
    shifted: BTreeSet<(NaiveTime, i64)>,
}

/// The starts, and how many of them are left out.
pub(super) fn tables(day: &ExamDay, full: bool) -> (Vec<SlotTable>, usize) {
    let looks = Looks { day, changed: day.changed.halls(), shifted: day.changed.shifted_halls() };
    let slots = if full { day.slots.len() } else { MAX_SLOTS };
    let tables = day.slots.iter().take(slots).map(|slot| looks.table(slot, full)).collect();
    (tables, day.slots.len().saturating_sub(slots))
}

impl Looks<'_> {
    fn table(&self, slot: &SlotOfDay, full: bool) -> SlotTable {
        let mut looked: Vec<(u8, String, &HallOfSlot)> = Vec::new();
        let (mut moved, mut others): (Vec<&HallOfSlot>, Vec<&HallOfSlot>) = (Vec::new(), Vec::new());
        for hall in &slot.halls {
            match self.why(slot, hall) {
                Some((rank, why)) => looked.push((rank, why, hall)),
                None if full => looked.push((u8::MAX, String::new(), hall)),
                None if self.shifted.contains(&(slot.start_time, hall.hall_external_id)) => moved.push(hall),
                None => others.push(hall),
            }
        }
        // Where nothing is left out, the halls stay in the order of their names.
        if !full {
            looked.sort_by_key(|(rank, _, hall)| (*rank, hall.hall_external_id));
        }
        let most = if full { looked.len() } else { MAX_HALLS };
        let rest: Vec<&HallOfSlot> = looked.iter().skip(most).map(|(.., hall)| *hall).collect();
        let mut rows = Vec::new();
        for (_, why, hall) in looked.into_iter().take(most) {
            let about = About::Hall(hall.hall.clone(), hall.hall_external_id);
            rows.push(Row { about, why, numbers: sums(&[hall]) });
            rows.extend(rooms(slot, hall.hall_external_id));
        }
        let halls = |halls: &[&HallOfSlot]| counted(halls.len() as i64, "hall", "halls");
        let others_are = match self.day.changed.first_load {
            true => counted(others.len() as i64, "new hall", "new halls"),
            false => format!("{} as they were", halls(&others)),
        };
        let all: Vec<&HallOfSlot> = slot.halls.iter().collect();
        let groups = [
            (&rest, format!("{} more to look at (-v shows all)", halls(&rest))),
            (&moved, format!("{} with another start only", halls(&moved))),
            (&others, others_are),
        ];
        let several = groups.into_iter().filter(|(halls, _)| !halls.is_empty());
        let several = several.map(|(halls, name)| (halls.as_slice(), name));
        let total = (all.len() > 1).then(|| (all.as_slice(), "all".to_owned()));
        let others = several.chain(total).map(|(halls, name)| Row {
            about: About::Others(name),
            why: String::new(),
            numbers: sums(halls),
        });
        rows.extend(others);
        SlotTable { start: hour(slot.start_time), rows }
    }

    /// Why a hall needs a look, the worst first; the smaller the number, the worse.
    fn why(&self, slot: &SlotOfDay, hall: &HallOfSlot) -> Option<(u8, String)> {
        let id = hall.hall_external_id;
        let here = |start, other| start == slot.start_time && other == id;
        let closed: Vec<_> =
            self.day.closed_places.iter().filter(|place| place.hall_external_id == id).collect();
        let taken = self.day.seats_taken.first.iter();
        let taken = taken.filter(|seat| here(seat.start_time, seat.hall_external_id)).count();
        let mut why = Vec::new();
        if closed.iter().any(|place| place.room.is_none()) {
            why.push((0, "closed".to_owned()));
        } else if !closed.is_empty() {
            why.push((0, format!("{} closed", counted(closed.len() as i64, "room is", "rooms are"))));
        }
        if hall.rooms_over_capacity > 0 {
            why.push((1, format!("rooms over capacity: {}", grouped(hall.rooms_over_capacity))));
        }
        if taken > 0 {
            why.push((2, format!("seats given twice: {taken}")));
        }
        if self.changed.contains(&id) {
            why.push((3, "changed".to_owned()));
        }
        let rank = why.first().map(|(rank, _)| *rank)?;
        Some((rank, why.into_iter().map(|(_, what)| what).collect::<Vec<_>>().join(", ")))
    }
}

/// The rooms of a hall that was asked for.
fn rooms(slot: &SlotOfDay, hall: i64) -> impl Iterator<Item = Row> {
    slot.rooms_of_halls.iter().filter(move |room| room.hall_external_id == hall).map(|room| {
        let seats = room.capacity.map_or_else(|| "unknown".to_owned(), grouped);
        Row {
            about: About::Room(room.room.clone(), room.room_external_id),
            why: String::new(),
            numbers: [String::new(), grouped(room.participants), seats],
        }
    })
}

/// Rooms, people and seats of some halls.
fn sums(halls: &[&HallOfSlot]) -> [String; 3] {
    let seats: Option<i64> = halls.iter().map(|hall| hall.capacity).sum();
    [
        grouped(halls.iter().map(|hall| hall.rooms).sum()),
        grouped(halls.iter().map(|hall| hall.participants).sum()),
        seats.map_or_else(|| "unknown".to_owned(), grouped),
    ]
}
