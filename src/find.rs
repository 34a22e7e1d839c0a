//! Finds the people, halls and rooms that a caller names, the way people type them (contract §14.3).

mod asked;
mod best;
pub(crate) mod found;
mod text;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

pub(crate) use self::asked::Asked;
use self::best::{Best, Candidate, Key};
use self::found::{FoundHall, FoundPerson, FoundRoom, Match};
pub(crate) use self::text::listed;
use crate::queries::people::{self, SeatKey};
use crate::queries::places::{self, PlaceKind, PlaceRow};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The most matches that are given (contract §14.3).
const MAX_MATCHES: usize = 20;
/// What changed within this time has changed lately.
const LATELY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is looked for, and when.
#[derive(Debug)]
pub(crate) struct Search {
    /// The text.
    pub asked: Asked,
    /// Only on this date.
    pub date: Option<NaiveDate>,
    /// The date that it is: what is to come goes before what was.
    pub today: NaiveDate,
    /// The moment that it is.
    pub now: DateTime<Utc>,
}

/// The best matches, best first, and how many others there are.
///
/// # Errors
/// When the database fails.
pub(crate) fn find(connection: &mut Connection, search: &Search) -> Result<(Vec<Match>, usize), StoreError> {
    let mut best = Best::new(MAX_MATCHES);
    scan_people(connection, search, &mut best)?;
    let places = places::all(connection)?;
    for place in &places {
        if let Some(rank) = search.asked.rank_place(place.external_id, &place.name, place.around.as_deref()) {
            let key = match place.kind {
                PlaceKind::Hall => Key::Hall(place.external_id),
                PlaceKind::Room => Key::Room(place.external_id),
            };
            best.offer(Candidate { rank, is_inactive: !place.is_active, away: (false, 0), key });
        }
    }
    let (keys, left_off) = best.into_keys();
    Ok((read_matches(connection, search, &keys, &places)?, left_off))
}

fn scan_people(connection: &mut Connection, search: &Search, best: &mut Best) -> Result<(), StoreError> {
    let mut comparison = search.asked.comparison();
    people::scan(connection, &mut |person| {
        let key = person.key;
        if search.date.is_some_and(|date| date != key.exam_date) {
            return;
        }
        let Some(rank) = comparison.rank_person(key.profile_exam_id, person.number, person.name) else {
            return;
        };
        let days = (key.exam_date - search.today).num_days();
        let away = (days < 0, days.abs());
        best.offer(Candidate { rank, is_inactive: !person.is_active, away, key: Key::Person(key) });
    })
}

/// Reads what is reported of each of these, in their order.
fn read_matches(
    connection: &mut Connection,
    search: &Search,
    keys: &[Key],
    places: &[PlaceRow],
) -> Result<Vec<Match>, StoreError> {
    let since = crate::clock::before(search.now, LATELY);
    let ids = |kind: PlaceKind| -> Vec<i64> {
        let of_kind = keys.iter().filter_map(|key| match (key, kind) {
            (Key::Hall(id), PlaceKind::Hall) | (Key::Room(id), PlaceKind::Room) => Some(*id),
            _ => None,
        });
        of_kind.collect()
    };
    let seats: Vec<SeatKey> = keys.iter().filter_map(Key::seat).collect();
    let seated = people::seated(connection, &seats, since)?;
    let (halls, rooms) = (ids(PlaceKind::Hall), ids(PlaceKind::Room));
    let (from, to) = (search.date.unwrap_or(search.today), search.date);
    let mut slots = Vec::new();
    let mut changes = Vec::new();
    for (kind, ids) in [(PlaceKind::Hall, &halls), (PlaceKind::Room, &rooms)] {
        if !ids.is_empty() {
            slots.extend(places::slots(connection, kind, ids, from, to)?);
            changes.extend(places::changes(connection, kind, ids, since)?);
        }
    }
    let place = |kind: PlaceKind, id: i64| {
        places.iter().find(|place| place.kind == kind && place.external_id == id).cloned()
    };
    let matches = keys.iter().filter_map(|key| match key {
        Key::Person(key) => {
            let row = seated
                .iter()
                .find(|row| (row.profile_exam_id, row.exam_date) == (key.profile_exam_id, key.exam_date));
            row.cloned().map(|row| Match::Person(FoundPerson::from(row)))
        }
        Key::Hall(id) => {
            place(PlaceKind::Hall, *id).map(|row| Match::Hall(FoundHall::new(row, &slots, &changes)))
        }
        Key::Room(id) => {
            place(PlaceKind::Room, *id).map(|row| Match::Room(FoundRoom::new(row, &slots, &changes)))
        }
    });
    Ok(matches.collect())
}
