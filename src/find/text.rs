//! Matches as the answer to a caller: who or what, when and where, what it was before.

use chrono_tz::Tz;

use super::found::{ChangeThere, FoundHall, FoundPerson, FoundRoom, Match, Place, SeatChange, SlotThere};
use crate::output::{Screen, time};
use crate::text::numbers::grouped;
use crate::text::sanitize::{clean, isolated};

/// The most times of a hall or a room that are listed; `--json` has all.
const MAX_SLOTS: usize = 5;

/// The matches, an empty line between two.
pub(crate) fn listed(matches: &[Match], timezone: Tz, screen: Screen) -> String {
    let one = |found: &Match| match found {
        Match::Person(person) => self::person(person, timezone),
        Match::Hall(hall) => self::hall(hall, timezone),
        Match::Room(room) => self::room(room, timezone),
    };
    let wrapped = |found: &Match| -> String {
        let lines = one(found);
        lines
            .iter()
            .enumerate()
            .map(|(nth, line)| screen.wrapped(line, if nth == 0 { 0 } else { 2 }, 4))
            .collect()
    };
    matches.iter().map(wrapped).collect::<Vec<_>>().join("\n")
}

/// The first line names the match, the others follow below it.
fn person(person: &FoundPerson, timezone: Tz) -> Vec<String> {
    let mut name = person.number.as_deref().map(clean).unwrap_or_default().into_owned();
    if let Some(own) = &person.name {
        name.push_str(&format!("{}{}", if name.is_empty() { "" } else { "  " }, isolated(own)));
    }
    if name.is_empty() {
        name = format!("seat of {}", person.profile_exam_id);
    }
    let gone = if person.is_active { "" } else { "no longer: " };
    let address = person.address.as_deref().map(|address| format!("; {}", isolated(address)));
    let place = place(&person.place);
    let mut lines = vec![name, format!("{gone}{} {place}{}", person.exam_date, address.unwrap_or_default())];
    lines.extend(person.changed.as_ref().map(|change| seat_change(change, person, timezone)));
    lines
}

fn seat_change(change: &SeatChange, person: &FoundPerson, timezone: Tz) -> String {
    let renamed = change.name_before.as_ref().filter(|before| Some(*before) != person.name.as_ref());
    let name = renamed.map(|before| format!("{}, ", isolated(before))).unwrap_or_default();
    format!(
        "{} {}; before: {name}{}",
        time::local(change.at, timezone),
        clean(&change.action.replace('_', " ")),
        place(&change.before)
    )
}

/// `09:00 Bakı (hall 16), Otaq 101 (room 160101), seat 6`, without what is not known.
fn place(place: &Place) -> String {
    let start = place.start_time.as_deref().map(|start| start.get(..5).unwrap_or(start).to_owned());
    let hall = place
        .hall_external_id
        .map(|id| place.hall.as_deref().map_or_else(|| format!("hall {id}"), |name| named(name, "hall", id)));
    let room = place
        .room_external_id
        .map(|id| place.room.as_deref().map_or_else(|| format!("room {id}"), |name| named(name, "room", id)));
    let seat = place.seat.map(|seat| format!("seat {seat}"));
    let at = [hall, room, seat].into_iter().flatten().collect::<Vec<_>>().join(", ");
    start.into_iter().chain((!at.is_empty()).then_some(at)).collect::<Vec<_>>().join(" ")
}

fn hall(hall: &FoundHall, timezone: Tz) -> Vec<String> {
    let closed = if hall.is_active { "" } else { ", closed" };
    let mut lines = vec![format!("{}{closed}", named(&hall.hall, "hall", hall.hall_external_id))];
    lines.extend(hall.address.as_deref().map(isolated));
    lines.extend(times(&hall.slots, true));
    lines.extend(hall.changed.as_ref().map(|change| place_change(change, timezone)));
    lines
}

fn room(room: &FoundRoom, timezone: Tz) -> Vec<String> {
    let closed = if room.is_active { "" } else { ", closed" };
    let hall = named(&room.hall, "hall", room.hall_external_id);
    let mut lines = vec![format!("{}{closed} in {hall}", named(&room.room, "room", room.room_external_id))];
    lines.extend(room.address.as_deref().map(isolated));
    lines.extend(times(&room.slots, false));
    lines.extend(room.changed.as_ref().map(|change| place_change(change, timezone)));
    lines
}

fn times(slots: &[SlotThere], with_rooms: bool) -> Vec<String> {
    let line = |slot: &SlotThere| {
        let rooms = if with_rooms { format!("{} rooms, ", slot.rooms) } else { String::new() };
        let people = grouped(slot.participants);
        format!("{} {} {rooms}{people} people", slot.exam_date, slot.start_time.format("%H:%M"))
    };
    let mut lines: Vec<String> = slots.iter().take(MAX_SLOTS).map(line).collect();
    match slots.len() {
        0 => lines.push("no one sits there".to_owned()),
        all if all > MAX_SLOTS => lines.push(format!("and {} more times, see --json", all - MAX_SLOTS)),
        _ => {}
    }
    lines
}

fn place_change(change: &ChangeThere, timezone: Tz) -> String {
    let before = change.before["name"].as_str().or_else(|| change.before["hall_name"].as_str());
    let before = before.map(|name| format!("; before: {}", isolated(name))).unwrap_or_default();
    format!("{} {}{before}", time::local(change.at, timezone), clean(&change.action.replace('_', " ")))
}

/// `Bakı (hall 16)`, whole: a caller asked for it.
fn named(name: &str, kind: &str, external_id: i64) -> String {
    format!("{} ({kind} {external_id})", isolated(name))
}
