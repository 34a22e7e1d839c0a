//! What the feeds of a sequence may hold: few keys and values, so that they meet often.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::people::People;
use super::places::{HallFeed, RoomFeed};

/// All halls that there are, of which eight and more are active often enough.
pub(super) const HALLS: [i64; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/// All rooms that there are.
pub(super) const ROOMS: [i64; 12] = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22];
/// A room that no hall ever has.
pub(super) const NOWHERE: i64 = 99;
/// All start times.
pub(super) const TIMES: [&str; 2] = ["09:00:00", "14:00:00"];

/// One run of the program, or two with the same feed.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) feed: Feed,
    pub(super) twice: bool,
}

/// What one run pulls.
#[derive(Debug, Clone)]
pub(super) enum Feed {
    Halls(HallFeed),
    Rooms(RoomFeed),
    Participants(People),
}

/// What the API still serves when a later run asks for it: the halls, when rooms are unknown.
#[derive(Debug, Clone, Default)]
pub(super) struct Feeds {
    pub(super) halls: HallFeed,
}

/// Some steps, the halls first in most sequences, and whether they are about a date that is over.
pub(super) fn sequence() -> impl Strategy<Value = (bool, Vec<Step>)> {
    let feed = prop_oneof![
        2 => HallFeed::any().prop_map(Feed::Halls),
        2 => RoomFeed::any().prop_map(Feed::Rooms),
        4 => People::any().prop_map(Feed::Participants),
    ];
    let step = (feed, prop::bool::weighted(0.2)).prop_map(|(feed, twice)| Step { feed, twice });
    let steps = prop::collection::vec(step, 3..8);
    (any::<bool>(), prop::bool::weighted(0.8), HallFeed::any(), steps).prop_map(
        |(begun, halls_first, halls, mut steps)| {
            if halls_first {
                steps.insert(0, Step { feed: Feed::Halls(halls), twice: false });
            }
            (begun, steps)
        },
    )
}

/// One room as the API has it.
pub(super) fn room(id: i64, capacity: i64, active: bool) -> Value {
    json!({"id": id, "name": format!("Otaq {id}"), "capacity": capacity, "isActive": active})
}
