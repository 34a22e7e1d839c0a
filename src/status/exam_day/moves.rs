//! What became of who sits where: summarised by slot, and by room what does not fit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;

use super::pairing::{Fate, Pool, fates};
use super::spot::Spot;
use crate::queries::changes::Transfer;
use crate::status::model::day::{Line, SlotShift};
use crate::status::words::{people, room};

/// From this number on, people on seats who changed their room together are one line.
pub(super) const TOGETHER: i64 = 10;

/// A room at a start, by external ids.
type Key = (NaiveTime, i64, i64);

/// What became of the people of a date, but for what is listed person by person.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Who starts at another time.
    pub(super) shifts: Vec<SlotShift>,
    /// What the shifts do not say, a room each.
    pub(super) rooms: Vec<Line>,
    /// Whether people on seats changed in more than their start, so that they are to be asked for.
    pub(super) has_people: bool,
    /// By how many people slots grew.
    pub(super) growth: BTreeMap<NaiveTime, i64>,
    /// People who have another room or hall at the same start.
    pub(super) relocated: BTreeMap<NaiveTime, i64>,
    /// Rooms at starts whose people were counted and have seats now: they are not new.
    pub(super) seated: BTreeSet<Key>,
}

/// Puts the groups together; of some halls only what is about one of them, where any is named.
pub(super) fn of(transfers: &[Transfer], halls: &[i64]) -> Moves {
    let mut moves = Moves::default();
    let mut all = of_counts(transfers, &mut moves.seated);
    let mut together: BTreeMap<(Option<Key>, Option<Key>), (Spots, i64)> = BTreeMap::new();
    for transfer in transfers.iter().filter(|transfer| transfer.is_seat) {
        let (from, to) = (Spot::before(transfer), Spot::after(transfer));
        let stays = from.as_ref().map(|spot| spot.room) == to.as_ref().map(|spot| spot.room);
        moves.has_people |= !(transfer.is_plain && stays);
        let group = together.entry((from.as_ref().map(Spot::key), to.as_ref().map(Spot::key)));
        let count = transfer.people.max(transfer.old_people);
        group.or_insert(((from, to), 0)).1 += count;
    }
    all.extend(together.into_values().filter_map(|(spots, count)| of_seats(spots, count, &moves.seated)));
    if !halls.is_empty() {
        all.retain(|(fate, _)| places(fate).iter().any(|spot| halls.contains(&spot.hall)));
    }
    let mut shifts: BTreeMap<(NaiveTime, NaiveTime), SlotShift> = BTreeMap::new();
    for (fate, has_line) in &all {
        moves.add(fate, &mut shifts);
        moves.rooms.extend(if *has_line { line(fate) } else { None });
    }
    moves.shifts = shifts.into_values().collect();
    moves
}

/// Where people were and are.
type Spots = (Option<Spot>, Option<Spot>);

/// The fates of counts. People who were counted where others have seats now, or the other way round, are the same.
fn of_counts(transfers: &[Transfer], seated: &mut BTreeSet<Key>) -> Vec<(Fate, bool)> {
    let rooms = |seats: bool, side: fn(&Transfer) -> Option<i64>| -> BTreeSet<i64> {
        transfers.iter().filter(|transfer| transfer.is_seat == seats).filter_map(side).collect()
    };
    let gone = |transfer: &Transfer| transfer.old_room.filter(|_| transfer.room.is_none());
    let new = |transfer: &Transfer| transfer.room.filter(|_| transfer.old_room.is_none());
    let (lost, gained) = (rooms(false, gone), rooms(false, new));
    let mut pools: BTreeMap<Key, Pool> = BTreeMap::new();
    for transfer in transfers {
        let (from, to) = (Spot::before(transfer), Spot::after(transfer));
        let replaces = match transfer.is_seat {
            true => {
                new(transfer).is_some_and(|room| lost.contains(&room))
                    || gone(transfer).is_some_and(|room| gained.contains(&room))
            }
            false => true,
        };
        if !replaces {
            continue;
        }
        for (spot, before, after) in [(from, transfer.old_people, 0), (to, 0, transfer.people)] {
            let Some(spot) = spot else { continue };
            if transfer.is_seat {
                seated.insert(spot.key());
            }
            let pool = pools.entry(spot.key()).or_insert(Pool { spot, before: 0, after: 0 });
            pool.before += before;
            pool.after += after;
        }
    }
    fates(pools.into_values().collect()).into_iter().map(|fate| (fate, true)).collect()
}

/// The fate of people on seats, who are known one by one; with whether it has a line of its own.
fn of_seats((from, to): Spots, count: i64, seated: &BTreeSet<Key>) -> Option<(Fate, bool)> {
    let is_line = count >= TOGETHER;
    match (from, to) {
        (Some(from), Some(to)) if from.room == to.room => {
            let moves = from.start != to.start || from.hall != to.hall;
            moves.then_some((Fate::Moved(from, to, count, count), false))
        }
        (Some(from), Some(to)) => Some((Fate::Moved(from, to, count, count), is_line)),
        (Some(spot), None) if !seated.contains(&spot.key()) => Some((Fate::Gone(spot, count), is_line)),
        (None, Some(spot)) if !seated.contains(&spot.key()) => Some((Fate::New(spot, count), is_line)),
        _ => None,
    }
}

impl Moves {
    /// Adds a fate to the sums by slot.
    fn add(&mut self, fate: &Fate, shifts: &mut BTreeMap<(NaiveTime, NaiveTime), SlotShift>) {
        let (start, growth) = match fate {
            Fate::Changed(spot, before, after) => (spot.start, after - before),
            Fate::New(spot, people) => (spot.start, *people),
            Fate::Gone(spot, people) => (spot.start, -people),
            Fate::Moved(from, to, before, after) => {
                if from.start != to.start {
                    let shift = shifts.entry((from.start, to.start));
                    let shift = shift.or_insert_with(|| SlotShift::new(from.start, to.start));
                    shift.halls.insert(from.hall, from.hall_name.clone());
                    shift.rooms.insert(from.room, from.room_name.clone());
                    shift.people += after;
                } else if from.room != to.room {
                    *self.relocated.entry(to.start).or_default() += after;
                }
                (to.start, after - before)
            }
        };
        if growth != 0 {
            *self.growth.entry(start).or_default() += growth;
        }
    }
}

fn places(fate: &Fate) -> Vec<&Spot> {
    match fate {
        Fate::Moved(from, to, ..) => vec![from, to],
        Fate::Changed(spot, ..) | Fate::New(spot, _) | Fate::Gone(spot, _) => vec![spot],
    }
}

/// The line of a fate that the shifts do not say.
fn line(fate: &Fate) -> Option<Line> {
    let change = |before: &i64, after: &i64| match before == after {
        true => people(*after),
        false => format!("{} → {}", crate::text::numbers::grouped(*before), people(*after)),
    };
    let (sentence, count) = match fate {
        Fate::Moved(from, to, before, after) if from.room == to.room => {
            if before == after {
                return None;
            }
            (format!("{}: {}", to.whole(), change(before, after)), *after)
        }
        Fate::Moved(from, to, before, after) => {
            let change = change(before, after);
            let rooms = [&from.room_name, &to.room_name].map(|name| room(name));
            let sentence = match from.hall == to.hall {
                true => format!("{}, {}: {} → {}, {change}", to.named_hall(), to.hour(), rooms[0], rooms[1]),
                false => format!(
                    "{}: {} {} → {} {}, {change}",
                    to.hour(),
                    from.named_hall(),
                    rooms[0],
                    to.named_hall(),
                    rooms[1]
                ),
            };
            (sentence, *after)
        }
        Fate::Changed(spot, before, after) => {
            (format!("{}: {}", spot.whole(), change(before, after)), *after)
        }
        Fate::New(spot, count) => (format!("{}: new, {}", spot.whole(), people(*count)), *count),
        Fate::Gone(spot, count) => (format!("{}: gone, {}", spot.whole(), people(*count)), *count),
    };
    let halls = places(fate).into_iter().map(|spot| spot.hall).collect();
    Some(Line { halls, people: count, sentence })
}
