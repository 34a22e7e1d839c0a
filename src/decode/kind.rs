//! Finds out which kind of records a list holds, from the fields of its first.

use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess};

use super::value::Elements;

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Halls, with their rooms.
    Halls,
    /// The rooms of one hall.
    Rooms,
    /// Slots of participants.
    Participants,
}

/// The fields of the first record that only one kind has.
#[derive(Debug, Default)]
pub(super) struct FirstRecord {
    has_rooms: bool,
    has_capacity: bool,
    has_hall: bool,
    has_id: bool,
    has_name: bool,
    has_start: bool,
    has_participants: bool,
}

impl FirstRecord {
    /// What is wrong with a list that begins with it, and which should be of another kind. `good` is how many of its
    /// records are: one that could be of both kinds, such as a hall without rooms, is judged by that.
    pub(super) fn mistaken_for(&self, wanted: Kind, good: u64) -> Option<&'static str> {
        let participants = self.has_start || self.has_participants;
        let place = self.has_id && self.has_name && !participants;
        match wanted {
            Kind::Rooms if place && self.has_rooms && !self.has_capacity => {
                Some("its `data` holds halls, not rooms")
            }
            Kind::Halls if place && self.has_hall && !self.has_rooms => {
                Some("its `data` holds rooms, not halls")
            }
            Kind::Halls | Kind::Rooms if participants && good == 0 => {
                Some("its `data` holds participants, not halls or rooms")
            }
            Kind::Participants if place && good == 0 => Some(if self.has_rooms {
                "its `data` holds halls, not participants"
            } else {
                "its `data` holds halls or rooms, not participants"
            }),
            _ => None,
        }
    }

    fn observe(&mut self, field: &str) {
        let known = match field {
            "rooms" => &mut self.has_rooms,
            "capacity" => &mut self.has_capacity,
            "examHallId" => &mut self.has_hall,
            "id" => &mut self.has_id,
            "name" => &mut self.has_name,
            "startTime" => &mut self.has_start,
            "participants" => &mut self.has_participants,
            _ => return,
        };
        *known = true;
    }
}

/// Gives elements to `elements`, and looks at the fields of the first.
pub(super) struct Observed<'a, T> {
    pub(super) elements: &'a mut T,
    pub(super) first: &'a mut FirstRecord,
}

impl<T: Elements> Elements for Observed<'_, T> {
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, object: A) -> Result<(), A::Error> {
        if index == 0 {
            return self.elements.object(index, Fields { object, first: self.first });
        }
        self.elements.object(index, object)
    }

    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E> {
        self.elements.other(index)
    }
}

/// An object whose fields' names are looked at.
struct Fields<'a, A> {
    object: A,
    first: &'a mut FirstRecord,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.object.next_key::<String>()? else { return Ok(None) };
        self.first.observe(&name);
        let name: StringDeserializer<A::Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.object.next_value_seed(seed)
    }
}
