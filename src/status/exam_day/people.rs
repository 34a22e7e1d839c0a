//! What became of one person on a seat, as a line: shown by number, and by name only where names are asked for.

use super::spot::Spot;
use crate::queries::changes::PersonChange;
use crate::status::model::day::Line;
use crate::status::words::hour;
use crate::text::sanitize::{clean, isolated};

/// Whether lines name people, and which seats several of them have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming<'a> {
    /// Whether names are asked for.
    pub(super) names: bool,
    /// Start, room and seat of those that several people have.
    pub(super) taken: &'a [(chrono::NaiveTime, i64, i64)],
}

/// `P0001: hall 1 room 101 seat 1 → hall 2 room 101 seat 6`.
pub(super) fn line(change: &PersonChange, naming: Naming<'_>) -> Line {
    let (from, to) = (Spot::person_before(change), Spot::person_after(change));
    let starts = (from.as_ref().map(|spot| spot.start), to.as_ref().map(|spot| spot.start));
    let with_start = matches!(starts, (Some(before), Some(after)) if before != after);
    let place = |spot: &Spot, seat: Option<i64>| {
        let seat = seat.map_or_else(|| " without a seat".to_owned(), |seat| format!(" seat {seat}"));
        let start = if with_start { format!(" at {}", hour(spot.start)) } else { String::new() };
        format!("{}{seat}{start}", spot.short())
    };
    let is_taken =
        |spot: &Spot| change.place.is_some_and(|seat| naming.taken.contains(&(spot.start, spot.room, seat)));
    let what = match (&from, &to) {
        (Some(from), Some(to)) => {
            let (before, after) = (place(from, change.old_place), place(to, change.place));
            let moved = if before == after { after } else { format!("{before} → {after}") };
            let taken = if is_taken(to) { ", which another person has, too" } else { "" };
            format!("{}{moved}{taken}", renamed(change, naming.names))
        }
        (None, Some(to)) => format!("new, {}", place(to, change.place)),
        (Some(from), None) => format!("gone, was in {}", place(from, change.old_place)),
        (None, None) => "gone".to_owned(),
    };
    let name = change.name.as_ref().filter(|_| naming.names && change.name == change.old_name);
    let name = name.map(|name| format!(" {}", isolated(name))).unwrap_or_default();
    Line {
        halls: [from, to].into_iter().flatten().map(|spot| spot.hall).collect(),
        people: 1,
        sentence: format!("{}{name}: {what}", clean(&change.number)),
    }
}

/// What she was called or numbered before, where that is another.
fn renamed(change: &PersonChange, names: bool) -> String {
    let shown = |name: &Option<String>| name.as_deref().map_or("no name".to_owned(), isolated);
    let mut text = match (change.name == change.old_name, names) {
        (true, _) => String::new(),
        (false, false) => "another name, ".to_owned(),
        (false, true) => format!("{} → {}, ", shown(&change.old_name), shown(&change.name)),
    };
    if let Some(before) = change.old_number.as_ref().filter(|before| **before != change.number) {
        text.push_str(&format!("number was {}, ", clean(before)));
    }
    text
}
