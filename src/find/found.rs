//! What is reported of a match, as `--json` has it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::queries::people::Seated;
use crate::queries::places::{PlaceChange, PlaceKind, PlaceRow, PlaceSlot};
use crate::text::serialize::at;

/// One match.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Match {
    /// A person on a date.
    Person(FoundPerson),
    /// A hall.
    Hall(FoundHall),
    /// A room.
    Room(FoundRoom),
}

/// Where a person sits on a date.
#[derive(Debug, Serialize)]
pub(crate) struct FoundPerson {
    /// The person's number.
    pub number: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// `external_profile_exam_id`.
    pub profile_exam_id: i64,
    /// The date.
    pub exam_date: NaiveDate,
    /// When and where.
    #[serde(flatten)]
    pub place: Place,
    /// The address of the hall.
    pub address: Option<String>,
    /// Whether the person still sits there.
    pub is_active: bool,
    /// What changed of that lately.
    pub changed: Option<SeatChange>,
}

/// A place at a time.
#[derive(Debug, Serialize)]
pub(crate) struct Place {
    /// When.
    pub start_time: Option<String>,
    /// The hall, by external id.
    pub hall_external_id: Option<i64>,
    /// Its name.
    pub hall: Option<String>,
    /// The room, by external id.
    pub room_external_id: Option<i64>,
    /// Its name.
    pub room: Option<String>,
    /// The seat.
    pub seat: Option<i64>,
}

/// The newest change of where a person sits.
#[derive(Debug, Serialize)]
pub(crate) struct SeatChange {
    /// When.
    #[serde(serialize_with = "at")]
    pub at: DateTime<Utc>,
    /// What (contract §6, audit_logs).
    pub action: String,
    /// The place before it.
    pub before: Place,
    /// The name before it, where that is on record.
    pub name_before: Option<String>,
}

impl From<Seated> for FoundPerson {
    fn from(row: Seated) -> Self {
        let before = Place {
            start_time: row.old_start_time,
            hall_external_id: row.old_hall_external_id,
            hall: row.old_hall,
            room_external_id: row.old_room_external_id,
            room: row.old_room,
            seat: row.old_seat,
        };
        let place = Place {
            start_time: Some(row.start_time.to_string()),
            hall_external_id: Some(row.hall_external_id),
            hall: Some(row.hall),
            room_external_id: Some(row.room_external_id),
            room: Some(row.room),
            seat: row.seat,
        };
        let changed = row.changed_at.zip(row.action);
        Self {
            number: row.number,
            name: row.name,
            profile_exam_id: row.profile_exam_id,
            exam_date: row.exam_date,
            place,
            address: row.address,
            is_active: row.is_active,
            changed: changed.map(|(at, action)| SeatChange { at, action, before, name_before: row.old_name }),
        }
    }
}

/// A hall and who sits in it.
#[derive(Debug, Serialize)]
pub(crate) struct FoundHall {
    /// Its external id.
    pub hall_external_id: i64,
    /// Its name.
    pub hall: String,
    /// Its address.
    pub address: Option<String>,
    /// Whether it is open.
    pub is_active: bool,
    /// When people sit in it, from today on or on the asked date.
    pub slots: Vec<SlotThere>,
    /// What changed of it lately.
    pub changed: Option<ChangeThere>,
}

/// A room and who sits in it.
#[derive(Debug, Serialize)]
pub(crate) struct FoundRoom {
    /// Its external id.
    pub room_external_id: i64,
    /// Its name.
    pub room: String,
    /// Its hall, by external id.
    pub hall_external_id: i64,
    /// The hall's name.
    pub hall: String,
    /// The hall's address.
    pub address: Option<String>,
    /// Whether it is open.
    pub is_active: bool,
    /// When people sit in it, from today on or on the asked date.
    pub slots: Vec<SlotThere>,
    /// What changed of it lately.
    pub changed: Option<ChangeThere>,
}

/// The people of one start time.
#[derive(Debug, Serialize)]
pub(crate) struct SlotThere {
    /// The date.
    pub exam_date: NaiveDate,
    /// The start time.
    pub start_time: NaiveTime,
    /// How many rooms.
    pub rooms: i64,
    /// How many people.
    pub participants: i64,
}

/// The newest change of a hall or a room.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeThere {
    /// When.
    #[serde(serialize_with = "at")]
    pub at: DateTime<Utc>,
    /// What (contract §6, audit_logs).
    pub action: String,
    /// What was, as in audit_logs.
    pub before: Value,
}

impl FoundHall {
    /// Of the slots and changes, those of this hall.
    pub(super) fn new(row: PlaceRow, slots: &[PlaceSlot], changes: &[PlaceChange]) -> Self {
        let (slots, changed) = of_place(PlaceKind::Hall, row.external_id, slots, changes);
        Self {
            hall_external_id: row.external_id,
            hall: row.name,
            address: row.address,
            is_active: row.is_active,
            slots,
            changed,
        }
    }
}

impl FoundRoom {
    /// Of the slots and changes, those of this room.
    pub(super) fn new(row: PlaceRow, slots: &[PlaceSlot], changes: &[PlaceChange]) -> Self {
        let (slots, changed) = of_place(PlaceKind::Room, row.external_id, slots, changes);
        Self {
            room_external_id: row.external_id,
            room: row.name,
            hall_external_id: row.hall_external_id,
            hall: row.hall,
            address: row.address,
            is_active: row.is_active,
            slots,
            changed,
        }
    }
}

fn of_place(
    kind: PlaceKind,
    external_id: i64,
    slots: &[PlaceSlot],
    changes: &[PlaceChange],
) -> (Vec<SlotThere>, Option<ChangeThere>) {
    let slots = slots.iter().filter(|slot| slot.kind == kind && slot.external_id == external_id);
    let slots = slots.map(|slot| SlotThere {
        exam_date: slot.exam_date,
        start_time: slot.start_time,
        rooms: slot.rooms,
        participants: slot.participants,
    });
    let change = changes.iter().find(|change| change.kind == kind && change.external_id == external_id);
    let change = change.map(|change| ChangeThere {
        at: change.at,
        action: change.action.clone(),
        before: change.before.clone(),
    });
    (slots.collect(), change)
}
