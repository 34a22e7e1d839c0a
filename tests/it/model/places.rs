//! Feeds of halls and rooms: present or absent, active or not, renamed, resized, moved.

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

fn rooms() -> impl Strategy<Value = Vec<Room>> {
    let one = (
        prop::bool::weighted(0.8),
        prop::sample::select(HALLS.to_vec()),
        1..3_i64,
        prop::bool::weighted(0.85),
    );
    prop::collection::vec(one, ROOMS.len()).prop_map(|rooms| {
        let rooms = ROOMS.into_iter().zip(rooms).filter(|(_, (present, ..))| *present);
        rooms.map(|(id, (_, hall, capacity, active))| Room { id, hall, capacity, active }).collect()
    })
}

impl HallFeed {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let one = (prop::bool::weighted(0.8), 0..2_u8, prop::bool::weighted(0.85));
        (prop::collection::vec(one, HALLS.len()), rooms()).prop_map(|(halls, mut rooms)| {
            let halls = HALLS.into_iter().zip(halls).filter(|(_, (present, ..))| *present);
            let halls: Vec<Hall> = halls.map(|(id, (_, name, active))| Hall { id, name, active }).collect();
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
        (rooms(), prop::collection::vec(prop::bool::weighted(0.2), HALLS.len())).prop_map(
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
