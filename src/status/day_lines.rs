//! What changed on a date, as lines of the text and of the page: by slot, by room, by place, by person. A list that is
//! cut says how to see the rest.

use std::collections::BTreeMap;

use crate::status::Basis;
use crate::status::model::day::{ExamDay, Line, SlotShift};
use crate::status::words::{counted, hour, moment, named_hall, people, room};

/// The lines of what changed that fit on a screen,
const MAX_LINES: usize = 24;
/// of which these are of rooms, halls and rooms themselves, and people where there are more.
const SHARES: [usize; 3] = [9, 5, 10];
/// The most changes of starts, and the most rooms or halls that one of them names.
const MAX_SLOTS: usize = 6;
const MAX_NAMED: usize = 3;

/// What changed: a title and the lines below it.
pub(super) struct Lines {
    /// Since when, or that nothing did.
    pub(super) title: String,
    /// The lines; names are in isolates.
    pub(super) lines: Vec<String>,
}

/// All of it; `full` leaves nothing out.
pub(super) fn changes(day: &ExamDay, basis: &Basis, full: bool) -> Lines {
    let since = moment(day.changes_since, day.exam_date, basis.timezone);
    let changed = &day.changed;
    let new = match changed.first_load {
        true => format!("New since {since}: the whole date, {}", people(day.created.participants)),
        false => String::new(),
    };
    let title = match (changed.first_load, changed.is_empty()) {
        (true, true) => format!("{new}; nothing else changed"),
        (true, false) => format!("{new}; and changed"),
        (false, true) => format!("Nothing changed since {since}"),
        (false, false) => format!("Changed since {since}"),
    };
    let mut lines = Vec::new();
    let slots = if full { changed.slots.len() } else { MAX_SLOTS };
    lines.extend(changed.slots.iter().take(slots).map(shift));
    rest(
        changed.slots.len().saturating_sub(slots),
        "other change of starts",
        "other changes of starts",
        &mut lines,
    );
    let needs = [changed.rooms.len(), changed.places.len(), changed.people.count as usize];
    let most = if full { [usize::MAX; 3] } else { shares(needs) };
    rooms(day, most[0], &mut lines);
    some(&changed.places, most[1], &mut lines);
    let more = needs[1].saturating_sub(most[1]);
    rest(more, "more change of halls and rooms", "more changes of halls and rooms", &mut lines);
    some(&changed.people.first, most[2], &mut lines);
    let shown = changed.people.first.len().min(most[2]);
    rest(needs[2].saturating_sub(shown), "more person", "more people", &mut lines);
    if full && changed.other_places > 0 {
        let others = counted(changed.other_places as i64, "change", "changes");
        lines.push(format!("{others} of halls and rooms that have no people on this date"));
    }
    Lines { title, lines }
}

/// How many lines each kind has.
fn shares(needs: [usize; 3]) -> [usize; 3] {
    if needs.iter().sum::<usize>() <= MAX_LINES { needs } else { SHARES }
}

fn some(lines: &[Line], most: usize, shown: &mut Vec<String>) {
    shown.extend(lines.iter().take(most).map(|line| line.sentence.clone()));
}

/// The rooms one by one, or, where they are too many, by hall.
fn rooms(day: &ExamDay, most: usize, shown: &mut Vec<String>) {
    let rooms = &day.changed.rooms;
    if rooms.len() <= most {
        return some(rooms, most, shown);
    }
    let mut halls: BTreeMap<i64, (usize, i64)> = BTreeMap::new();
    for line in rooms {
        let Some(hall) = line.halls.first() else { continue };
        let sum = halls.entry(*hall).or_default();
        *sum = (sum.0 + 1, sum.1 + line.people);
    }
    let mut halls: Vec<(i64, (usize, i64))> = halls.into_iter().collect();
    halls.sort_by_key(|(id, (_, people))| (-people, *id));
    for (id, (rooms, count)) in halls.iter().take(most) {
        let of_slots = day.slots.iter().flat_map(|slot| &slot.halls);
        let name = of_slots.filter(|hall| hall.hall_external_id == *id).map(|hall| hall.hall.as_str()).next();
        let hall = name.map_or_else(|| format!("hall {id}"), |name| named_hall(name, *id));
        let rooms = counted(*rooms as i64, "room", "rooms");
        shown.push(format!("{hall}: {rooms} changed, {}", people(*count)));
    }
    rest(halls.len().saturating_sub(most), "more hall", "more halls", shown);
}

/// `09:00 → 09:30: 40 halls, 3,840 people`; of few rooms or halls, which.
fn shift(shift: &SlotShift) -> String {
    let halls = counted(shift.halls.len() as i64, "hall", "halls");
    let line = format!("{} → {}: {halls}, {}", hour(shift.from), hour(shift.to), people(shift.people));
    if shift.halls.len() > MAX_NAMED {
        return line;
    }
    let named: Vec<String> = shift.halls.iter().map(|(id, name)| named_hall(name, *id)).collect();
    let rooms: Vec<String> = shift.rooms.values().map(|name| room(name)).collect();
    match rooms.len() <= MAX_NAMED {
        true => format!("{line}: {}, {}", named.join(", "), rooms.join(", ")),
        false => format!("{line}: {}", named.join(", ")),
    }
}

/// What was cut, and how to see it.
fn rest(count: usize, one: &str, more: &str, shown: &mut Vec<String>) {
    if count > 0 {
        shown.push(format!("and {} (-v shows all, --hall ID one hall)", counted(count as i64, one, more)));
    }
}
