//! What changed, as lines: by slot, by room, by place, by person. What is cut says how to see the rest.

use std::collections::BTreeMap;

use crate::output::Screen;
use crate::status::Basis;
use crate::status::model::day::{ExamDay, Line, SlotShift};
use crate::status::words::{counted, hour, moment, named_hall, people, room};
use crate::text::sanitize::clean_line;

/// So many lines of what changed fit on a screen,
const MAX_LINES: usize = 24;
/// of which these are of rooms, halls and rooms themselves, and people where there are more.
const SHARES: [usize; 3] = [9, 5, 10];
/// The most changes of starts, and the most rooms or halls that one of them names.
const MAX_SLOTS: usize = 6;
const MAX_NAMED: usize = 3;

/// All of it.
pub(super) fn all(day: &ExamDay, basis: &Basis, full: bool, screen: Screen, text: &mut String) {
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
    text.push_str(&format!("\n{}", screen.wrapped(&title, 0, 2)));
    let slots = if full { changed.slots.len() } else { MAX_SLOTS };
    for shift in changed.slots.iter().take(slots) {
        text.push_str(&screen.wrapped(&self::shift(shift), 2, 4));
    }
    rest(
        changed.slots.len().saturating_sub(slots),
        "other change of starts",
        "other changes of starts",
        screen,
        text,
    );
    let needs = [changed.rooms.len(), changed.places.len(), changed.people.count as usize];
    let most = if full { [usize::MAX; 3] } else { shares(needs) };
    rooms(day, most[0], screen, text);
    lines(&changed.places, most[1], screen, text);
    rest(
        changed.places.len().saturating_sub(most[1]),
        "more change of halls and rooms",
        "more changes of halls and rooms",
        screen,
        text,
    );
    lines(&changed.people.first, most[2], screen, text);
    let shown = changed.people.first.len().min(most[2]);
    rest(needs[2].saturating_sub(shown), "more person", "more people", screen, text);
    if full && changed.other_places > 0 {
        let others = counted(changed.other_places as i64, "change", "changes");
        let others = format!("{others} of halls and rooms that have no people on this date");
        text.push_str(&screen.wrapped(&others, 2, 4));
    }
}

/// How many lines each kind has.
fn shares(needs: [usize; 3]) -> [usize; 3] {
    if needs.iter().sum::<usize>() <= MAX_LINES { needs } else { SHARES }
}

fn lines(lines: &[Line], most: usize, screen: Screen, text: &mut String) {
    for line in lines.iter().take(most) {
        text.push_str(&screen.wrapped(&clean_line(&line.sentence), 2, 4));
    }
}

/// The rooms one by one, or, where they are too many, by hall.
fn rooms(day: &ExamDay, most: usize, screen: Screen, text: &mut String) {
    let rooms = &day.changed.rooms;
    if rooms.len() <= most {
        return lines(rooms, most, screen, text);
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
        text.push_str(&screen.wrapped(&format!("{hall}: {rooms} changed, {}", people(*count)), 2, 4));
    }
    rest(halls.len().saturating_sub(most), "more hall", "more halls", screen, text);
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
fn rest(count: usize, one: &str, more: &str, screen: Screen, text: &mut String) {
    if count > 0 {
        let count = counted(count as i64, one, more);
        text.push_str(&screen.wrapped(&format!("and {count} (-v shows all, --hall ID one hall)"), 2, 4));
    }
}
