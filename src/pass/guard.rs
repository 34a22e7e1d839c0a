//! The guard: whether a pass would lose or change more than can be believed (contract §7, §15.4).

use crate::model::outcome::Records;
use crate::store::merge::participants::ParticipantLoss;
use crate::store::merge::places::{Ground, PlaceLoss, PlaceScope};

/// Up to this many rows or people may go whatever share they are, as long as some stay.
const ALWAYS_ALLOWED: i64 = 10;

/// From this many rows on, more than half of them may not go, so that the guard also holds for small sites.
const HALF_FROM: i64 = 8;

/// Up to this many rows may be created, however few are active.
const MAX_CREATED: i64 = 1_000;

/// A pass may not create more than this many times the active rows.
const MAX_GROWTH: i64 = 2;

/// Whether deactivating `going` of `active` rows must be refused: all of them, more than ten and more than
/// `max_percent` of them, or more than half of at least eight unless `max_percent` is above 50.
pub(crate) fn refuses_rows(active: i64, going: i64, max_percent: u32) -> bool {
    let more_than_half = active >= HALF_FROM && going * 2 > active && max_percent <= 50;
    going > 0 && (going >= active || more_than_half || too_many(active, going, max_percent))
}

/// Whether what a pass of halls or rooms came to is enough that any of its rows may be refused. Where all halls are new
/// and none goes there was none before. Of rooms that are asked for by hall, those of other halls may be there.
pub(crate) fn may_refuse(records: &Records, scope: PlaceScope) -> bool {
    let first_load = scope != PlaceScope::AskedHalls && records.created == records.processed;
    records.deleted > 0 || records.updated * 2 > HALF_FROM || (records.created > MAX_CREATED && !first_load)
}

/// Whether this ground by itself speaks against the pass: more than half of at least eight active rows renamed, moved
/// or made smaller, or more than a thousand created and more than twice as many as are active. A first load creates
/// all.
pub(crate) fn refuses_ground(loss: &PlaceLoss, ground: Ground) -> bool {
    let more_than_half = |rows: i64| loss.listed >= HALF_FROM && rows * 2 > loss.listed;
    match ground {
        Ground::Renamed => more_than_half(loss.renamed),
        Ground::Moved => more_than_half(loss.moved),
        Ground::Smaller => more_than_half(loss.smaller),
        Ground::Created => {
            loss.any_active && loss.created > MAX_CREATED && loss.created > loss.active * MAX_GROWTH
        }
    }
}

/// Whether a date loses too much: its last row, or, net, more than ten people and more than
/// `max_percent` of them.
pub(crate) fn refuses_people(loss: &ParticipantLoss, max_percent: u32) -> bool {
    let rows_left = loss.rows_before - loss.rows_gone + loss.rows_gained;
    (loss.rows_before > 0 && rows_left <= 0) || too_many(loss.people_before, loss.people_lost, max_percent)
}

fn too_many(before: i64, lost: i64, max_percent: u32) -> bool {
    lost > ALWAYS_ALLOWED && i128::from(lost) * 100 > i128::from(before) * i128::from(max_percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_refused_from_the_first_beyond_the_limit() {
        assert!(!refuses_rows(100, 20, 20), "exactly 20 % passes");
        assert!(refuses_rows(100, 21, 20), "one row more is refused");
        assert!(!refuses_rows(20, 10, 20), "ten rows may go whatever share they are, up to half");
        assert!(!refuses_rows(12, 10, 51), "and beyond, where the percentage is above 50");
        assert!(refuses_rows(12, 7, 20), "more than half of at least eight is refused");
        assert!(refuses_rows(10, 9, 50) && refuses_rows(8, 5, 20));
        assert!(!refuses_rows(7, 6, 20) && !refuses_rows(8, 4, 20));
        assert!(refuses_rows(12, 11, 20));
        assert!(refuses_rows(2, 2, 20), "all of two are refused");
        assert!(refuses_rows(1, 1, 100), "all are refused whatever the percentage");
        assert!(!refuses_rows(0, 0, 20));
        assert!(refuses_rows(1000, 11, 0));
    }

    fn loss(listed: i64, changed: i64, created: i64) -> PlaceLoss {
        PlaceLoss {
            kind: "room".into(),
            hall_external_id: 0,
            hall: String::new(),
            active: listed,
            going: 0,
            listed,
            renamed: changed,
            moved: changed,
            smaller: changed,
            created,
            any_active: true,
        }
    }

    #[test]
    fn changes_are_refused_beyond_half_of_at_least_eight() {
        for ground in [Ground::Renamed, Ground::Moved, Ground::Smaller] {
            let refuses = |listed, changed| refuses_ground(&loss(listed, changed, 0), ground);
            assert!(!refuses(7, 7), "fewer than eight are not judged");
            assert!(!refuses(8, 4) && refuses(8, 5), "{ground:?}");
            assert!(!refuses(9, 4) && refuses(9, 5), "{ground:?}");
            assert!(refuses(1_000, 1_000) && !refuses(1_000, 500) && !refuses(0, 0), "{ground:?}");
        }
        let renamed = PlaceLoss { moved: 0, smaller: 0, ..loss(8, 5, 0) };
        assert!(refuses_ground(&renamed, Ground::Renamed) && !refuses_ground(&renamed, Ground::Moved));
        assert!(!refuses_ground(&renamed, Ground::Smaller), "each ground by itself");
    }

    #[test]
    fn growth_is_refused_beyond_a_thousand_and_twice_what_is_active() {
        let refuses = |active, created| refuses_ground(&loss(active, 0, created), Ground::Created);
        assert!(!refuses(1, 1_000) && refuses(1, 1_001) && refuses(0, 1_001));
        assert!(!refuses(501, 1_002) && refuses(501, 1_003));
        let first = PlaceLoss { any_active: false, ..loss(0, 0, 1_000_000) };
        assert!(!refuses_ground(&first, Ground::Created), "a first load");
    }

    #[test]
    fn what_can_not_be_refused_is_not_weighed() {
        let may = |scope, updated, deleted, created, processed| {
            may_refuse(&Records { updated, deleted, created, processed, ..Records::default() }, scope)
        };
        for scope in [PlaceScope::AllHalls, PlaceScope::AskedHalls] {
            assert!(!may(scope, 4, 0, 1_000, 1_005));
            assert!(may(scope, 5, 0, 0, 5) && may(scope, 0, 1, 0, 0) && may(scope, 0, 0, 1_001, 1_002));
        }
        assert!(!may(PlaceScope::AllHalls, 0, 0, 1_001, 1_001), "a first load");
        assert!(may(PlaceScope::AllHalls, 0, 1, 1_001, 1_001), "all others instead of those that are");
        assert!(may(PlaceScope::AskedHalls, 0, 0, 1_001, 1_001), "other halls may have rooms");
    }

    #[test]
    fn people_are_judged_net() {
        let loss = |rows_before, people_before, rows_gone, rows_gained, people_lost| ParticipantLoss {
            rows_before,
            people_before,
            rows_gone,
            rows_gained,
            people_lost,
        };
        assert!(!refuses_people(&loss(4, 100, 4, 4, 0), 20), "a day moved by an hour loses nobody");
        assert!(!refuses_people(&loss(4, 100, 1, 0, 20), 20));
        assert!(refuses_people(&loss(4, 100, 1, 0, 21), 20));
        assert!(refuses_people(&loss(2, 5, 2, 0, 5), 20), "no row is left");
        assert!(!refuses_people(&loss(2, 11, 1, 0, 10), 20));
        assert!(!refuses_people(&loss(0, 0, 0, 3, -30), 20));
    }
}
