//! Who moved since the lists were printed, as a person reads it: by hall and room.

use super::Outcome;
use super::changes::{Change, ChangeKind, Side};
use crate::output::Screen;
use crate::text::numbers::grouped;
use crate::text::sanitize::{clean, isolated};

/// The most changes that are listed unless more are asked for.
const MAX_LISTED: usize = 60;

/// The report; nothing where nothing changed. All changes that are kept with `all`.
pub(crate) fn report(outcome: &Outcome, since: &str, all: bool, screen: Screen) -> String {
    if outcome.differing == 0 && outcome.changes.is_empty() {
        return String::new();
    }
    let sheets = if outcome.differing == 1 { "sheet" } else { "sheets" };
    let heading = format!("Since {since}: {} {sheets} changed", grouped(outcome.differing as i64));
    let mut text = screen.wrapped(&heading, 0, 2);
    let most = if all { usize::MAX } else { MAX_LISTED };
    let (mut hall, mut sheet) = (None, None);
    for change in outcome.changes.iter().take(most) {
        if hall.replace(change.hall_external_id) != Some(change.hall_external_id) {
            text.push_str(&screen.wrapped(&named(&change.hall, "hall", change.hall_external_id), 0, 2));
        }
        if sheet.replace(change.key()) != Some(change.key()) {
            let room = named(&change.room, "room", change.room_external_id);
            text.push_str(&screen.wrapped(&format!("{room} at {}", change.start_time.format("%H:%M")), 2, 4));
        }
        text.push_str(&screen.wrapped(&line(change), 4, 6));
    }
    let listed = outcome.changes.len().min(most) as i64;
    let more = outcome.change_count - listed;
    if more > 0 {
        let how = if all { "see --hall" } else { "see -v or --hall" };
        text.push_str(&screen.wrapped(&format!("and {} more changes, {how}", grouped(more)), 0, 2));
    }
    text
}

/// `P0001 out: seat 1 → hall 2, room 201, 09:00, seat 6`.
fn line(change: &Change) -> String {
    let who = change.after.as_ref().or(change.before.as_ref()).map(who).unwrap_or_default();
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let seat = |side: Option<&Side>| {
        let seat = side.and_then(|side| side.seat);
        seat.map_or_else(|| "no seat".to_owned(), |seat| format!("seat {seat}"))
    };
    let said = match change.change {
        ChangeKind::Out => match (before, after) {
            (Some(then), Some(now)) if then.key() == now.key() => amounts(then, now),
            (_, Some(now)) => format!("{} → {}", seat_or_nothing(before), place(now)),
            _ => String::new(),
        },
        ChangeKind::In => match (before, after) {
            (Some(then), Some(now)) if then.key() == now.key() => amounts(then, now),
            (Some(then), _) => format!("{} → {}", place(then), seat_or_nothing(after)),
            (None, _) => format!("new, {}", seat_or_nothing(after)),
        },
        ChangeKind::Seat => format!("{} → {}", seat(before), seat(after)),
        ChangeKind::Gone => seat_or_nothing(before),
        ChangeKind::Renamed => format!("{} → {}", names(before, after), names(after, before)),
        ChangeKind::Time => format!("{} → {}", time(before), time(after)),
        ChangeKind::Capacity => match (before, after) {
            (Some(then), Some(now)) => amounts(then, now),
            _ => String::new(),
        },
        ChangeKind::Unknown => "differs from the print; what was is no longer on record".to_owned(),
    };
    let said = said.trim();
    let colon = if said.is_empty() { "" } else { ": " };
    format!("{who}{}{colon}{said}", change.change.name())
}

/// The person, or how many people.
fn who(side: &Side) -> String {
    match (&side.number, &side.name, side.people) {
        (Some(number), _, _) => format!("{} ", clean(number)),
        (None, Some(name), _) => format!("{} ", isolated(name)),
        _ => String::new(),
    }
}

fn seat_or_nothing(side: Option<&Side>) -> String {
    let Some(side) = side else { return String::new() };
    match (side.seat, side.people) {
        (Some(seat), _) => format!("seat {seat}"),
        (None, Some(people)) if side.number.is_none() => format!("{people} people"),
        _ => "no seat".to_owned(),
    }
}

fn place(side: &Side) -> String {
    let hall = side.hall_external_id.map(|id| format!("hall {id}"));
    let room = side.room_external_id.map(|id| format!("room {id}"));
    let start = side.start_time.map(|start| start.format("%H:%M").to_string());
    let seat = side.seat.map(|seat| format!("seat {seat}"));
    [hall, room, start, seat].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn amounts(then: &Side, now: &Side) -> String {
    let amount = |side: &Side| side.people.map_or_else(|| "unknown".to_owned(), |people| people.to_string());
    format!("{} → {}", amount(then), amount(now))
}

fn time(side: Option<&Side>) -> String {
    let start = side.and_then(|side| side.start_time);
    start.map(|start| start.format("%H:%M").to_string()).unwrap_or_default()
}

/// What differs of the names: those of the person, else of the room or the hall.
fn names(side: Option<&Side>, other: Option<&Side>) -> String {
    let (Some(side), Some(other)) = (side, other) else { return String::new() };
    let pairs = [
        (&side.name, &other.name),
        (&side.number, &other.number),
        (&side.room, &other.room),
        (&side.hall, &other.hall),
    ];
    let differing = pairs.into_iter().find(|(own, others)| own != others);
    differing.and_then(|(own, _)| own.as_deref()).map(isolated).unwrap_or_default()
}

/// `Bakı (hall 16)`.
fn named(name: &str, kind: &str, external_id: i64) -> String {
    format!("{} ({kind} {external_id})", isolated(name))
}
