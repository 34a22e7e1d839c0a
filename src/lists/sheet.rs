//! One sheet: the people of a room at a start time, and the digest of what the paper says.

use chrono::NaiveTime;
use sha2::{Digest as _, Sha256};

use super::scope::SheetKey;

/// What is known of a sheet before its people are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedSheet {
    /// The room's external id.
    pub room_external_id: i64,
    /// The room's name.
    pub room: String,
    /// Its seats, where they are known.
    pub capacity: Option<i32>,
    /// The start time.
    pub start_time: NaiveTime,
    /// The people; none on a sheet that was printed and that no one is on any more.
    pub people: i64,
}

/// A hall with its sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedHall {
    /// The external id.
    pub external_id: i64,
    /// The name.
    pub name: String,
    /// The sheets, by room and start time.
    pub sheets: Vec<PlannedSheet>,
}

impl PlannedHall {
    /// Which sheet of it that is.
    pub(super) fn key(&self, sheet: &PlannedSheet) -> SheetKey {
        SheetKey { hall: self.external_id, room: sheet.room_external_id, start: sheet.start_time }
    }
}

/// One person on a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// The seat.
    pub seat: Option<i64>,
    /// The number.
    pub number: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// The people of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Those who are known by name, by seat.
    pub people: Vec<Person>,
    /// Those who are only counted.
    pub counted: i64,
}

/// The first 64 bits of a SHA-256 over all that the paper says of a sheet, but for when it was printed.
pub(super) fn digest(hall: &str, planned: &PlannedSheet, sheet: &Sheet) -> u64 {
    let mut hash = Sha256::new();
    let mut field = |text: Option<&[u8]>| {
        // The length goes first, so that two texts never run into each other. None is not empty.
        hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
        hash.update(text.unwrap_or_default());
    };
    field(Some(hall.as_bytes()));
    field(Some(planned.room.as_bytes()));
    field(planned.capacity.map(i32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
    field(Some(&sheet.counted.to_be_bytes()));
    for person in &sheet.people {
        field(person.seat.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
        field(person.number.as_deref().map(str::as_bytes));
        field(person.name.as_deref().map(str::as_bytes));
    }
    hash.finalize().iter().take(size_of::<u64>()).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_apart_whatever_differs_on_paper() {
        let planned = PlannedSheet {
            room_external_id: 101,
            room: "Otaq".into(),
            capacity: Some(30),
            start_time: NaiveTime::MIN,
            people: 1,
        };
        let person = |seat, number: Option<&str>, name: Option<&str>| Sheet {
            people: vec![Person { seat, number: number.map(Into::into), name: name.map(Into::into) }],
            counted: 0,
        };
        let unknown = PlannedSheet { capacity: None, ..planned.clone() };
        let mut all = vec![
            digest("Hall", &planned, &person(Some(1), Some("P1"), Some("A"))),
            digest("Hall2", &planned, &person(Some(1), Some("P1"), Some("A"))),
            digest("Hall", &unknown, &person(Some(1), Some("P1"), Some("A"))),
            digest("Hall", &planned, &person(Some(2), Some("P1"), Some("A"))),
            digest("Hall", &planned, &person(None, Some("P1"), Some("A"))),
            digest("Hall", &planned, &person(Some(1), Some("P"), Some("1A"))),
            digest("Hall", &planned, &person(Some(1), None, Some("A"))),
            digest("Hall", &planned, &person(Some(1), Some(""), Some("A"))),
            digest("Hall", &planned, &Sheet { counted: 1, ..Sheet::default() }),
            digest("Hall", &planned, &Sheet::default()),
        ];
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
