//! What became of people who are only counted: which room's people went to another start or room, as far as counts say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;

use super::spot::Spot;

/// How many people a place had and has.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    /// The place.
    pub(super) spot: Spot,
    /// How many it had.
    pub(super) before: i64,
    /// How many it has.
    pub(super) after: i64,
}

/// What became of the people of a place.
#[derive(Debug, Clone)]
pub(super) enum Fate {
    /// They sit elsewhere or at another time; how many they were and are.
    Moved(Spot, Spot, i64, i64),
    /// There are more or fewer of them.
    Changed(Spot, i64, i64),
    /// They are new.
    New(Spot, i64),
    /// They are gone.
    Gone(Spot, i64),
}

/// What two places have in common: the start, the hall, or both.
type Nearness = (Option<NaiveTime>, Option<i64>);

/// What became of all of them. A room that had people at some starts and has them at as many others has moved from the
/// first to the first, and so on. What is then left has moved where exactly one place lost as many people as exactly one
/// other gained: at the same start in the same hall, in the same hall, or at the same start.
pub(super) fn fates(pools: Vec<Pool>) -> Vec<Fate> {
    let mut fates = Vec::new();
    let (mut lost, mut gained): (Vec<Pool>, Vec<Pool>) = (Vec::new(), Vec::new());
    for pool in pools {
        match (pool.before, pool.after) {
            (before, after) if before == after => {}
            (_, 0) => lost.push(pool),
            (0, _) => gained.push(pool),
            (before, after) => fates.push(Fate::Changed(pool.spot, before, after)),
        }
    }
    put_off(&mut lost, &mut gained, &mut fates);
    let nearness: [fn(&Spot) -> Nearness; 3] = [
        |spot| (Some(spot.start), Some(spot.hall)),
        |spot| (None, Some(spot.hall)),
        |spot| (Some(spot.start), None),
    ];
    for near in nearness {
        meet(&mut lost, &mut gained, near, &mut fates);
    }
    fates.extend(lost.into_iter().map(|pool| Fate::Gone(pool.spot, pool.before)));
    fates.extend(gained.into_iter().map(|pool| Fate::New(pool.spot, pool.after)));
    fates
}

/// Rooms that lost their people at as many starts as they gained some at.
fn put_off(lost: &mut Vec<Pool>, gained: &mut Vec<Pool>, fates: &mut Vec<Fate>) {
    let mut starts: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    lost.iter().for_each(|pool| starts.entry(pool.spot.room).or_default().0 += 1);
    gained.iter().for_each(|pool| starts.entry(pool.spot.room).or_default().1 += 1);
    let rooms: BTreeSet<i64> =
        starts.into_iter().filter(|(_, (lost, gained))| lost == gained).map(|(room, _)| room).collect();
    let take = |pools: &mut Vec<Pool>| {
        let (mut taken, left): (Vec<Pool>, Vec<Pool>) =
            std::mem::take(pools).into_iter().partition(|pool| rooms.contains(&pool.spot.room));
        *pools = left;
        taken.sort_by_key(|pool| (pool.spot.room, pool.spot.start));
        taken
    };
    let pairs = take(lost).into_iter().zip(take(gained));
    fates.extend(pairs.map(|(from, to)| Fate::Moved(from.spot, to.spot, from.before, to.after)));
}

/// Places that are alike by `near` and of which exactly one lost as many people as exactly one gained.
fn meet(lost: &mut Vec<Pool>, gained: &mut Vec<Pool>, near: fn(&Spot) -> Nearness, fates: &mut Vec<Fate>) {
    let mut claims: BTreeMap<(Nearness, i64), (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, pool) in lost.iter().enumerate() {
        claims.entry((near(&pool.spot), pool.before)).or_default().0.push(index);
    }
    for (index, pool) in gained.iter().enumerate() {
        claims.entry((near(&pool.spot), pool.after)).or_default().1.push(index);
    }
    let mut met: (BTreeSet<usize>, BTreeSet<usize>) = Default::default();
    for (from, to) in claims.values() {
        if let ([from], [to]) = (from.as_slice(), to.as_slice()) {
            let (source, target) = (&lost[*from], &gained[*to]);
            fates.push(Fate::Moved(source.spot.clone(), target.spot.clone(), source.before, target.after));
            met.0.insert(*from);
            met.1.insert(*to);
        }
    }
    let keep = |pools: &mut Vec<Pool>, met: &BTreeSet<usize>| {
        let mut index = 0;
        pools.retain(|_| {
            index += 1;
            !met.contains(&(index - 1))
        });
    };
    keep(lost, &met.0);
    keep(gained, &met.1);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A room (its hall is its tens), its hour, and how many it had and has.
    fn pool((room, hour, before, after): (i64, u32, i64, i64)) -> Pool {
        let start = chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let spot =
            Spot { start, hall: room / 10, room, hall_name: String::new(), room_name: room.to_string() };
        Pool { spot, before, after }
    }

    fn told(pools: &[(i64, u32, i64, i64)]) -> Vec<String> {
        let place = |spot: &Spot| format!("{}@{}", spot.room, spot.start.format("%H"));
        let mut lines: Vec<String> = fates(pools.iter().copied().map(pool).collect())
            .iter()
            .map(|fate| match fate {
                Fate::Moved(from, to, before, after) => {
                    format!("{} → {}: {before} → {after}", place(from), place(to))
                }
                Fate::Changed(spot, before, after) => format!("{}: {before} → {after}", place(spot)),
                Fate::New(spot, people) => format!("{}: new {people}", place(spot)),
                Fate::Gone(spot, people) => format!("{}: gone {people}", place(spot)),
            })
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn a_room_that_is_put_off_has_moved_whatever_its_count() {
        assert_eq!(told(&[(11, 9, 30, 0), (11, 10, 0, 30)]), ["11@09 → 11@10: 30 → 30"]);
        assert_eq!(
            told(&[(11, 9, 30, 0), (11, 10, 0, 28), (11, 14, 20, 0), (11, 15, 0, 20)]),
            ["11@09 → 11@10: 30 → 28", "11@14 → 11@15: 20 → 20"]
        );
    }

    #[test]
    fn people_who_get_another_room_are_found_where_only_one_fits() {
        assert_eq!(told(&[(11, 9, 30, 0), (12, 9, 0, 30)]), ["11@09 → 12@09: 30 → 30"]);
        assert_eq!(told(&[(11, 9, 30, 0), (12, 10, 0, 30)]), ["11@09 → 12@10: 30 → 30"]);
        assert_eq!(told(&[(11, 9, 30, 0), (21, 9, 0, 30)]), ["11@09 → 21@09: 30 → 30"]);
        // Which of the two went where, counts do not say; and people of another hall at another time are others.
        assert_eq!(
            told(&[(11, 9, 30, 0), (12, 9, 30, 0), (13, 9, 0, 30), (14, 9, 0, 30)]),
            ["11@09: gone 30", "12@09: gone 30", "13@09: new 30", "14@09: new 30"]
        );
        assert_eq!(told(&[(11, 9, 30, 0), (21, 10, 0, 30)]), ["11@09: gone 30", "21@10: new 30"]);
    }

    #[test]
    fn a_room_that_keeps_its_start_has_more_people_or_fewer() {
        assert_eq!(told(&[(11, 9, 30, 28), (12, 9, 30, 32)]), ["11@09: 30 → 28", "12@09: 30 → 32"]);
        assert_eq!(told(&[(11, 9, 30, 30)]), [""; 0]);
    }
}
