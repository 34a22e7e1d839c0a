//! The records of a feed as they are staged: every one of them, also the broken ones, each with its fault.

pub mod adopted_table;
pub mod adoption_map;
pub mod entity;
pub mod outcome;
pub mod scope;
pub mod sync_type;

use chrono::{DateTime, NaiveTime, Utc};
use uuid::Uuid;

/// Whether a [`Place`] is a hall or a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// An exam hall.
    Hall,
    /// A room of a hall.
    Room,
}

/// One hall or room record. All fields are as the feed gave them, after the record rules (contract §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Position in the feed: unique within the body and rising, so that "the first" is well defined.
    pub ordinal: i64,
    /// Hall or room.
    pub kind: PlaceKind,
    /// Of a room: the ordinal of the hall record that it is nested in, or the base of a rooms answer.
    pub parent: Option<i64>,
    /// The key; `None` when it can't be read.
    pub external_id: Option<i64>,
    /// A hall's `uid`.
    pub external_uid: Option<String>,
    /// The name; `None` only when it is what is wrong.
    pub name: Option<String>,
    /// A hall's address.
    pub address: Option<String>,
    /// A hall's capacity in seats.
    pub place_limit: Option<i64>,
    /// A hall's region.
    pub region_id: Option<i64>,
    /// A room's seats; `None` where they are unknown.
    pub capacity: Option<i32>,
    /// A room's `examHallId`, where given.
    pub stated_hall: Option<i64>,
    /// False when `isActive` says so; `deleted_at` says so too.
    pub says_active: bool,
    /// `deletedAt`, where given.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The uid that its row has, or is to have: only packages say it.
    pub local_uid: Option<Uuid>,
    /// Which record rule it breaks, naming the field; the record is then left out (`bad_record`).
    pub problem: Option<String>,
    /// Which optional field could not be used and was stored as null (`bad_optional_field`).
    pub notice: Option<String>,
    /// Its number in its list, from 0: `data[position]`, or `data[…].rooms[position]`.
    pub position: i64,
}

/// What an [`Entry`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Not a record: the start time that the entries of one slot have. Comes after them.
    Slot,
    /// How many sit in a room: `participantCount` without `profileExamId`.
    Count,
    /// One person in a seat: has a `profileExamId`.
    Seat,
    /// A good count that is the same to the letter as an earlier one of its slot.
    Repeat,
}

/// One participants record, or the start time of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Slot, count, seat or repeat.
    pub kind: EntryKind,
    /// The number of the slot in the feed, from 0; of a slot, its own.
    pub slot: i64,
    /// The slot's start, local wall-clock time; `None` when it can't be read. Only the slot itself says it for
    /// certain: in the feed it may come, or come once more, after its entries.
    pub start_time: Option<NaiveTime>,
    /// `hallId`.
    pub hall_external_id: Option<i64>,
    /// `roomId`.
    pub room_external_id: Option<i64>,
    /// `profileExamId`, a seat's key.
    pub profile_exam_id: Option<i64>,
    /// `placeId`, the seat's number.
    pub place_id: Option<i64>,
    /// People: `participantCount`; 1 for a seat.
    pub participant_count: Option<i32>,
    /// `participantId`.
    pub participant_id: Option<String>,
    /// `participantName`.
    pub participant_name: Option<String>,
    /// `examTitle`.
    pub exam_title: Option<String>,
    /// The uid that its row has, or is to have: only packages say it.
    pub local_uid: Option<Uuid>,
    /// Which record rule it breaks, naming the field. On a slot: why its start time can't be read,
    /// which makes all its entries `bad_record`.
    pub problem: Option<String>,
    /// Which optional field could not be used and was stored as null.
    pub notice: Option<String>,
    /// Its number in its slot's list, from 0: `data[slot].participants[position]`; -1 when the slot has
    /// no such list, and of a slot.
    pub position: i64,
}

impl Entry {
    /// Its place in the feed, as one number that is unique within the body and rises: 2³² for each slot before its
    /// own, then its number in the slot's list from 1, or 0 where there is no such list. A slot has the highest of its
    /// numbers. No list comes near 2³² records: that would be more than 8 GiB.
    pub fn ordinal(&self) -> i64 {
        let number = match self.kind {
            EntryKind::Slot => i64::from(u32::MAX),
            EntryKind::Count | EntryKind::Seat | EntryKind::Repeat => self.position + 1,
        };
        (self.slot << 32) + number
    }
}

/// What a taker of records returns when it can't take any more; why is known on its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// The number of records of a feed that arrived in the order of their keys, so that no key comes twice and those that
/// equal the live rows need not be looked at one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presorted(pub i64);
