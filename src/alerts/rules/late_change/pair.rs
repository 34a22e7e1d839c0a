//! Which people moved, as far as a feed that counts people can say: those that a room lost and those that one gained.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use crate::queries::moves::Step;

/// A room at a start time; both are named by external ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The hall.
    pub(super) hall: i64,
    /// The room.
    pub(super) room: i64,
    /// The start time.
    pub(super) start: NaiveTime,
}

/// People who got another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    /// Before.
    pub(super) from: Place,
    /// After.
    pub(super) to: Place,
    /// How many.
    pub(super) people: i64,
}

/// People that a place lost or gained, who are counted or, on seats, known one by one.
struct Pool {
    place: Place,
    people: i64,
    seats: bool,
}

/// The moves that these steps are. A person on a seat moves from one to another. Of people who are only counted, those
/// that a room loses are the ones that the same room, then the same hall, then another hall gains.
pub(super) fn moves(steps: &[Step]) -> Vec<Move> {
    let mut moves = Vec::new();
    // What each place gains, by whether it is seats; what it loses is less than nothing.
    let mut counted: BTreeMap<Place, i64> = BTreeMap::new();
    let mut seats_lost: BTreeMap<Place, i64> = BTreeMap::new();
    let mut seats_gained: BTreeMap<Place, i64> = BTreeMap::new();
    for step in steps {
        let from = place(step.old_hall, step.old_room, step.old_start.as_deref());
        let to = place(step.new_hall, step.new_room, step.new_start.as_deref());
        match (from, to) {
            (Some(from), Some(to)) if step.is_seat => {
                if from != to {
                    moves.push(Move { from, to, people: step.new_people });
                }
            }
            (from, to) => {
                let seats = step.is_seat;
                if let Some(from) = from {
                    let (pool, lost) = if seats { (&mut seats_lost, 1) } else { (&mut counted, -1) };
                    *pool.entry(from).or_default() += lost * step.old_people;
                }
                if let Some(to) = to {
                    let pool = if seats { &mut seats_gained } else { &mut counted };
                    *pool.entry(to).or_default() += step.new_people;
                }
            }
        }
    }
    let pools = |gains: BTreeMap<Place, i64>, sign: i64, seats: bool| {
        let pools = gains.into_iter().map(move |(place, gain)| Pool { place, people: sign * gain, seats });
        pools.filter(|pool| pool.people > 0).collect::<Vec<_>>()
    };
    let mut lost = pools(counted.clone(), -1, false);
    lost.extend(pools(seats_lost, 1, true));
    let mut gained = pools(counted, 1, false);
    gained.extend(pools(seats_gained, 1, true));
    // People who were counted and have seats now, or the other way round, are where they were.
    meet(&mut lost, &mut gained, |from, to| from == to, &mut |_| ());
    let nearness: [fn(Place, Place) -> bool; 3] =
        [|from, to| from.room == to.room, |from, to| from.hall == to.hall, |_, _| true];
    for near in nearness {
        meet(&mut lost, &mut gained, near, &mut |moved| moves.push(moved));
    }
    moves
}

fn place(hall: Option<i64>, room: Option<i64>, start: Option<&str>) -> Option<Place> {
    let start = start?;
    let start = NaiveTime::parse_from_str(start, "%H:%M:%S").or_else(|_| start.parse()).ok()?;
    Some(Place { hall: hall?, room: room?, start })
}

/// Lets people that were lost meet the ones that were gained at places that are `near`, as many as there are of both.
/// One person on a seat never becomes another.
fn meet(lost: &mut [Pool], gained: &mut [Pool], near: fn(Place, Place) -> bool, found: &mut dyn FnMut(Move)) {
    for from in lost.iter_mut() {
        for to in gained.iter_mut().filter(|to| to.people > 0) {
            if from.people == 0 {
                break;
            }
            if near(from.place, to.place) && !(from.seats && to.seats) {
                let people = from.people.min(to.people);
                from.people -= people;
                to.people -= people;
                found(Move { from: from.place, to: to.place, people });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step from a place to another, each as hall, room, hour and people; no people: nowhere.
    fn step(is_seat: bool, from: (i64, i64, u32, i64), to: (i64, i64, u32, i64)) -> Step {
        let start =
            |(_, _, hour, people): (i64, i64, u32, i64)| (people > 0).then(|| format!("{hour:02}:00:00"));
        let hall = |(hall, .., people): (i64, i64, u32, i64)| (people > 0).then_some(hall);
        let room = |(_, room, _, people): (i64, i64, u32, i64)| (people > 0).then_some(room);
        Step {
            is_seat,
            old_room: room(from),
            old_start: start(from),
            old_hall: hall(from),
            old_people: from.3,
            new_room: room(to),
            new_start: start(to),
            new_hall: hall(to),
            new_people: to.3,
        }
    }

    const NOWHERE: (i64, i64, u32, i64) = (0, 0, 0, 0);

    /// The moves as `people room@hour → room@hour`.
    fn moved(steps: &[Step]) -> Vec<String> {
        let place = |place: Place| format!("{}@{}", place.room, place.start.format("%H"));
        let line = |moved: Move| format!("{} {} → {}", moved.people, place(moved.from), place(moved.to));
        moves(steps).into_iter().map(line).collect()
    }

    #[test]
    fn counts_that_go_and_come_are_people_who_moved_as_near_as_can_be() {
        let gone = |room, people| step(false, (room / 10, room, 9, people), NOWHERE);
        let new = |room, hour, people| step(false, NOWHERE, (room / 10, room, hour, people));
        assert_eq!(moved(&[gone(11, 30), new(11, 10, 30)]), ["30 11@09 → 11@10"]);
        assert_eq!(
            moved(&[gone(11, 30), gone(12, 20), new(12, 10, 20), new(21, 9, 40)]),
            ["20 12@09 → 12@10", "30 11@09 → 21@09"]
        );
        // No person moved on a first load, nor where people are only gone.
        assert_eq!(moved(&[new(11, 9, 30), new(12, 9, 30)]), [""; 0]);
        assert_eq!(moved(&[gone(11, 30)]), [""; 0]);
    }

    #[test]
    fn a_count_that_changes_loses_or_gains_the_difference() {
        let change = |room, before, after| step(false, (1, room, 9, before), (1, room, 9, after));
        assert_eq!(moved(&[change(11, 30, 18), change(12, 10, 20)]), ["10 11@09 → 12@09"]);
        assert_eq!(moved(&[change(11, 30, 18)]), [""; 0]);
    }

    #[test]
    fn a_person_on_a_seat_moves_and_never_becomes_another() {
        let swap = [step(true, (1, 11, 9, 5), (1, 12, 9, 5)), step(true, (1, 12, 9, 5), (1, 11, 9, 5))];
        assert_eq!(moved(&swap), ["5 11@09 → 12@09", "5 12@09 → 11@09"]);
        let other_place = step(true, (1, 11, 9, 5), (1, 11, 9, 5));
        assert_eq!(moved(&[other_place]), [""; 0]);
        let others = [step(true, (1, 11, 9, 5), NOWHERE), step(true, NOWHERE, (1, 12, 9, 5))];
        assert_eq!(moved(&others), [""; 0]);
    }

    #[test]
    fn people_who_get_seats_where_they_were_counted_have_not_moved() {
        let counted = step(false, (1, 11, 9, 30), NOWHERE);
        let seats = |hour| step(true, NOWHERE, (1, 11, hour, 30));
        assert_eq!(moved(&[counted.clone(), seats(9)]), [""; 0]);
        assert_eq!(moved(&[counted, seats(10)]), ["30 11@09 → 11@10"]);
    }
}
