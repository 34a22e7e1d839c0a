//! All people of a print by name: which hall, room and seat.

use std::borrow::Cow;
use std::rc::Rc;

use chrono::NaiveTime;

use super::csv::Csv;
use super::folder::{Folder, PEOPLE};
use super::sheet::Person;
use crate::exit::Failure;
use crate::text::collate::Collation;

/// The most people that are sorted by name (contract §14.2).
pub(super) const MAX_PEOPLE: usize = 100_000;

const COLUMNS: [&str; 9] = [
    "name",
    "number",
    "hall_external_id",
    "hall",
    "room_external_id",
    "room",
    "exam_date",
    "start_time",
    "seat",
];

/// A person and the place.
#[derive(Debug)]
pub(super) struct Listed {
    /// Who, and on which seat.
    pub person: Person,
    /// The hall, by external id.
    pub hall: i64,
    /// Its name.
    pub hall_name: Rc<str>,
    /// The room, by external id.
    pub room: i64,
    /// Its name.
    pub room_name: Rc<str>,
    /// When.
    pub start: NaiveTime,
}

/// People, as long as they are not too many.
#[derive(Debug)]
pub(super) struct Directory(Option<Vec<Listed>>);

impl Default for Directory {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

impl Directory {
    /// Adds a person; with one too many it holds no one any more.
    pub(super) fn add(&mut self, person: impl FnOnce() -> Listed) {
        match &mut self.0 {
            Some(people) if people.len() < MAX_PEOPLE => people.push(person()),
            people => *people = None,
        }
    }

    /// Writes the file, unless there were too many; says whether it did.
    ///
    /// # Errors
    /// As of [`Folder::begin`].
    pub(super) fn write(self, folder: &Folder, exam_date: &str) -> Result<bool, Failure> {
        let Some(mut people) = self.0 else { return Ok(false) };
        let collation = Collation::default();
        people.sort_by(|one, other| {
            let [one, other] = [one, other].map(|listed| listed.person.name.as_deref().unwrap_or_default());
            collation.compare(one, other)
        });
        let mut csv = Csv::begin(folder, PEOPLE, &COLUMNS)?;
        for listed in &people {
            let person = &listed.person;
            let seat = person.seat.map(|seat| seat.to_string()).unwrap_or_default();
            let start = listed.start.format("%H:%M").to_string();
            let cells: [Cow<'_, str>; COLUMNS.len()] = [
                person.name.as_deref().unwrap_or_default().into(),
                person.number.as_deref().unwrap_or_default().into(),
                listed.hall.to_string().into(),
                listed.hall_name.as_ref().into(),
                listed.room.to_string().into(),
                listed.room_name.as_ref().into(),
                exam_date.into(),
                start.into(),
                seat.into(),
            ];
            csv.row(cells.into_iter())?;
        }
        csv.finish()?;
        Ok(true)
    }
}
