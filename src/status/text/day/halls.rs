//! The halls of each slot: those that need a look, then the others in one line.

use std::collections::BTreeSet;

use crate::output::Screen;
use crate::output::layout::{left, named, right};
use crate::queries::schedule::HallOfSlot;
use crate::status::model::day::{ExamDay, SlotOfDay};
use crate::status::words::{counted, hour};
use crate::text::numbers::grouped;

/// What the three numbers of a hall take of the width; its name has the rest,
const NUMBER_COLUMNS: usize = 25;
/// and never less than this.
const MIN_NAME_COLUMNS: usize = 30;
/// The most halls of a slot that are named.
const MAX_HALLS: usize = 5;
/// The most slots that have halls of their own.
const MAX_SLOTS: usize = 4;

/// Why halls need a look.
struct Looks<'a> {
    day: &'a ExamDay,
    changed: BTreeSet<i64>,
    shifted: BTreeSet<i64>,
}

/// All slots.
pub(super) fn all(day: &ExamDay, full: bool, screen: Screen, text: &mut String) {
    let looks = Looks { day, changed: day.changed.halls(), shifted: day.changed.shifted_halls() };
    let slots = if full { day.slots.len() } else { MAX_SLOTS };
    day.slots.iter().take(slots).for_each(|slot| looks.slot(slot, full, screen, text));
    let more = day.slots.len().saturating_sub(slots);
    if more > 0 {
        let more = counted(more as i64, "later start", "later starts");
        text.push_str(&format!("\nand {more} (-v shows all)\n"));
    }
}

impl Looks<'_> {
    fn slot(&self, slot: &SlotOfDay, full: bool, screen: Screen, text: &mut String) {
        let mut looked: Vec<(u8, String, &HallOfSlot)> = Vec::new();
        let (mut moved, mut others): (Vec<&HallOfSlot>, Vec<&HallOfSlot>) = (Vec::new(), Vec::new());
        for hall in &slot.halls {
            match self.why(slot, hall) {
                Some((rank, why)) => looked.push((rank, why, hall)),
                None if full => looked.push((u8::MAX, String::new(), hall)),
                None if self.shifted.contains(&hall.hall_external_id) => moved.push(hall),
                None => others.push(hall),
            }
        }
        // Where nothing is left out, the halls stay in the order of their names.
        if !full {
            looked.sort_by_key(|(rank, _, hall)| (*rank, hall.hall_external_id));
        }
        let most = if full { looked.len() } else { MAX_HALLS };
        text.push('\n');
        text.push_str(&row(&hour(slot.start_time), ["rooms", "people", "seats"].map(str::to_owned), screen));
        for (_, why, hall) in looked.iter().take(most) {
            let width = width(screen);
            let name = format!("  {}", named(&hall.hall, "hall", hall.hall_external_id, width - 2));
            text.push_str(&row(&name, sums(&[hall]), screen));
            if !why.is_empty() {
                text.push_str(&format!("{}\n", screen.palette.warning(&format!("    {why}"))));
            }
            rooms(slot, hall.hall_external_id, screen, text);
        }
        let rest: Vec<&HallOfSlot> = looked.iter().skip(most).map(|(.., hall)| *hall).collect();
        let halls = |halls: &[&HallOfSlot]| counted(halls.len() as i64, "hall", "halls");
        let others_are = match self.day.changed.first_load {
            true => counted(others.len() as i64, "new hall", "new halls"),
            false => format!("{} as they were", halls(&others)),
        };
        let groups = [
            (&rest, format!("{} more to look at (-v shows all)", halls(&rest))),
            (&moved, format!("{} with another start only", halls(&moved))),
            (&others, others_are),
        ];
        for (halls, name) in groups.into_iter().filter(|(halls, _)| !halls.is_empty()) {
            text.push_str(&row(&format!("  {name}"), sums(halls), screen));
        }
        if slot.halls.len() > 1 {
            text.push_str(&row("  all", sums(&slot.halls.iter().collect::<Vec<_>>()), screen));
        }
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
fn rooms(slot: &SlotOfDay, hall: i64, screen: Screen, text: &mut String) {
    let width = width(screen);
    for room in slot.rooms_of_halls.iter().filter(|room| room.hall_external_id == hall) {
        let name = format!("    {}", named(&room.room, "room", room.room_external_id, width - 4));
        let seats = room.capacity.map_or_else(|| "unknown".to_owned(), grouped);
        text.push_str(&row(&name, [String::new(), grouped(room.participants), seats], screen));
    }
}

fn width(screen: Screen) -> usize {
    screen.columns.saturating_sub(NUMBER_COLUMNS).max(MIN_NAME_COLUMNS)
}

fn row(name: &str, [rooms, people, seats]: [String; 3], screen: Screen) -> String {
    screen.row(&[left(name, width(screen)), right(&rooms, 7), right(&people, 8), right(&seats, 7)])
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
