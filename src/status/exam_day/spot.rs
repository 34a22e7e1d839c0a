//! Where people sit, and how a line says it.

use chrono::NaiveTime;

use crate::queries::changes::{PersonChange, Transfer};
use crate::status::words::{hour, named_hall, room};

/// A room at a start time. Two are the same by their ids and start, whatever they are called.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The start.
    pub(super) start: NaiveTime,
    /// The hall, by external id.
    pub(super) hall: i64,
    /// The room, by external id.
    pub(super) room: i64,
    /// What the hall is called.
    pub(super) hall_name: String,
    /// What the room is called.
    pub(super) room_name: String,
}

impl Spot {
    fn of(
        start: Option<&String>,
        (hall, hall_name): (Option<i64>, &Option<String>),
        (room, room_name): (Option<i64>, &Option<String>),
    ) -> Option<Self> {
        let start = start?;
        Some(Self {
            start: NaiveTime::parse_from_str(start, "%H:%M:%S").or_else(|_| start.parse()).ok()?,
            hall: hall?,
            room: room?,
            hall_name: hall_name.clone().unwrap_or_default(),
            room_name: room_name.clone().unwrap_or_default(),
        })
    }

    /// Where these people were.
    pub(super) fn before(of: &Transfer) -> Option<Self> {
        Self::of(of.old_start.as_ref(), (of.old_hall, &of.old_hall_name), (of.old_room, &of.old_room_name))
    }

    /// Where they are.
    pub(super) fn after(of: &Transfer) -> Option<Self> {
        Self::of(of.start.as_ref(), (of.hall, &of.hall_name), (of.room, &of.room_name))
    }

    /// Where this person was.
    pub(super) fn person_before(of: &PersonChange) -> Option<Self> {
        Self::of(of.old_start.as_ref(), (of.old_hall, &of.old_hall_name), (of.old_room, &of.old_room_name))
    }

    /// Where this person is.
    pub(super) fn person_after(of: &PersonChange) -> Option<Self> {
        Self::of(of.start.as_ref(), (of.hall, &of.hall_name), (of.room, &of.room_name))
    }

    /// What it is the same by.
    pub(super) fn key(&self) -> (NaiveTime, i64, i64) {
        (self.start, self.hall, self.room)
    }

    /// `09:00`.
    pub(super) fn hour(&self) -> String {
        hour(self.start)
    }

    /// `hall 1 room 101`.
    pub(super) fn short(&self) -> String {
        format!("hall {} {}", self.hall, room(&self.room_name))
    }

    /// `Bakı (hall 1)`.
    pub(super) fn named_hall(&self) -> String {
        named_hall(&self.hall_name, self.hall)
    }

    /// `Bakı (hall 1), 09:00, room 101`.
    pub(super) fn whole(&self) -> String {
        format!("{}, {}, {}", self.named_hall(), self.hour(), room(&self.room_name))
    }
}
