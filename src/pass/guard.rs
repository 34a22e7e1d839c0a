//! The guard: whether what stands to be lost is too much to be believed (contract §7).

use crate::store::merge::participants::ParticipantLoss;

/// Up to this many rows or people may go whatever share they are, as long as some stay.
const ALWAYS_ALLOWED: i64 = 10;

/// From this many rows on, more than half of them may not go, so that the guard also holds for small sites.
const HALF_FROM: i64 = 8;

/// Whether deactivating `going` of `active` rows must be refused: all of them, more than ten and more than
/// `max_percent` of them, or more than half of at least eight unless `max_percent` is above 50.
pub(crate) fn refuses_rows(active: i64, going: i64, max_percent: u32) -> bool {
    let more_than_half = active >= HALF_FROM && going * 2 > active && max_percent <= 50;
    going > 0 && (going >= active || more_than_half || too_many(active, going, max_percent))
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
