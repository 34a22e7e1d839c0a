//! Feeds of halls and rooms: present or absent, active or not, renamed, resized, moved; now and then most of them at once.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::feeds::{HALLS, ROOMS, room};

/// A hall in the feed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hall {
    pub(super) id: i64,
    pub(super) name: u8,
    pub(super) active: bool,
}

/// A room in the feed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) id: i64,
    pub(super) hall: i64,
    pub(super) capacity: i64,
    pub(super) active: bool,
}

/// The answer with all halls; the rooms are of halls that are in it.
#[derive(Debug, Clone, Default)]
pub(super) struct HallFeed {
    pub(super) halls: Vec<Hall>,
    pub(super) rooms: Vec<Room>,
}

/// Most rooms of a feed are in one hall and of one size, which another feed may say of others.
fn rooms() -> impl Strategy<Value = Vec<Room>> {
    let one = (
        prop::bool::weighted(0.9),
        prop::option::weighted(0.15, prop::sample::select(HALLS.to_vec())),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.93),
    );
    let home = prop_oneof![3 => Just(HALLS[0]), 1 => Just(HALLS[1])];
    let all = (home, 1..3_i64, prop::collection::vec(one, ROOMS.len()));
    all.prop_map(|(home, most, rooms)| {
        let rooms = ROOMS.into_iter().zip(rooms).filter(|(_, (present, ..))| *present);
        rooms
            .map(|(id, (_, elsewhere, odd, active))| Room {
                id,
                hall: elsewhere.unwrap_or(home),
                capacity: if odd { 3 - most } else { most },
                active,
            })
            .collect()
    })
}

impl HallFeed {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let one = (prop::bool::weighted(0.92), prop::bool::weighted(0.15), prop::bool::weighted(0.93));
        (prop::collection::vec(one, HALLS.len()), 0..2_u8, rooms()).prop_map(|(halls, most, mut rooms)| {
            let halls = HALLS.into_iter().zip(halls).filter(|(_, (present, ..))| *present);
            let hall = |(id, (_, odd, active))| Hall { id, name: if odd { 1 - most } else { most }, active };
            let halls: Vec<Hall> = halls.map(hall).collect();
            rooms.retain(|room| halls.iter().any(|hall| hall.id == room.hall));
            Self { halls, rooms }
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let rooms = |hall: i64| self.rooms.iter().filter(move |room| room.hall == hall);
        let halls = self.halls.iter().map(|hall| {
            let rooms: Vec<Value> =
                rooms(hall.id).map(|one| room(one.id, one.capacity, one.active)).collect();
            json!({"id": hall.id, "name": name(hall.name), "isActive": u8::from(hall.active), "rooms": rooms})
        });
        Value::Array(halls.collect())
    }

    /// The hall that a room is in here.
    pub(super) fn hall_of(&self, room: i64) -> Option<i64> {
        self.rooms.iter().find(|one| one.id == room).map(|one| one.hall)
    }
}

/// A hall's name.
pub(super) fn name(variant: u8) -> String {
    format!("Məktəb {variant}")
}

/// The answers of all halls, asked one by one; some fail.
#[derive(Debug, Clone)]
pub(super) struct RoomFeed {
    pub(super) rooms: Vec<Room>,
    pub(super) failing: Vec<i64>,
}

impl RoomFeed {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        (rooms(), prop::collection::vec(prop::bool::weighted(0.07), HALLS.len())).prop_map(
            |(rooms, failing)| {
                let failing =
                    HALLS.into_iter().zip(failing).filter(|(_, fails)| *fails).map(|(hall, _)| hall);
                Self { rooms, failing: failing.collect() }
            },
        )
    }

    /// What a hall answers; `None` when it fails.
    pub(super) fn of(&self, hall: i64) -> Option<Vec<Value>> {
        let rooms = self.rooms.iter().filter(|one| one.hall == hall);
        (!self.failing.contains(&hall))
            .then(|| rooms.map(|one| room(one.id, one.capacity, one.active)).collect())
    }
}
