//! The model: what the contract says of each feed, over maps in memory.

mod people;
mod places;

use std::collections::BTreeMap;

use crate::participants::DAY;
use crate::scene::PAST;

/// What a run should end with: its exit code, and one line per sync.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) syncs: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Hall {
    name: String,
    active: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Room {
    hall: i64,
    capacity: i64,
    active: bool,
}

/// A participants row; of a count `place` is none, of a seat `people` is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    room: i64,
    time: &'static str,
    place: Option<i64>,
    people: i64,
    title: Option<&'static str>,
    active: bool,
    /// Whether its newest record was wrong.
    marked: bool,
}

impl Row {
    fn new((room, time): (i64, &'static str), people: i64) -> Self {
        Self { room, time, place: None, people, title: None, active: true, marked: false }
    }
}

/// The key of a participants row (contract §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Count(i64, &'static str),
    Seat(i64),
}

/// All rows there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    halls: BTreeMap<i64, Hall>,
    rooms: BTreeMap<i64, Room>,
    people: BTreeMap<Key, Row>,
    /// Whether the one date is over, so that all of it has begun.
    begun: bool,
}

/// The counts of one sync.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    created: usize,
    updated: usize,
    unchanged: usize,
    deleted: usize,
    errored: usize,
}

impl Counts {
    /// Counts one record: what there was, and what there is now.
    fn record<T: PartialEq>(&mut self, before: Option<&T>, after: &T) {
        match before {
            None => self.created += 1,
            Some(before) if before == after => self.unchanged += 1,
            Some(_) => self.updated += 1,
        }
    }

    /// As [`crate::syncs::line`] says it.
    fn line(self, sync: &str) -> String {
        let Self { created, updated, unchanged, deleted, errored } = self;
        let all = [
            (created + updated + unchanged + errored, "processed"),
            (created, "created"),
            (updated, "updated"),
            (unchanged, "unchanged"),
            (deleted, "deleted"),
            (errored, "errored"),
        ];
        let said: Vec<String> = all
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        format!("{sync}: {}", if said.is_empty() { "nothing".to_owned() } else { said.join(", ") })
    }
}

impl Model {
    /// Nothing is there; `begun` is whether the one date is over.
    pub(super) fn of(begun: bool) -> Self {
        Self { begun, ..Self::default() }
    }

    /// The one date.
    pub(super) fn date(&self) -> &'static str {
        if self.begun { PAST } else { DAY }
    }

    /// The hall that a room is in.
    pub(super) fn hall_of(&self, room: i64) -> Option<i64> {
        self.rooms.get(&room).map(|room| room.hall)
    }

    /// Every row as the database's are listed.
    pub(super) fn rows(&self) -> Vec<String> {
        let flag = |active: bool| u8::from(active);
        let halls =
            self.halls.iter().map(|(id, hall)| format!("hall|{id}|{}|{}", hall.name, flag(hall.active)));
        let rooms = (self.rooms.iter())
            .map(|(id, room)| format!("room|{id}|{}|{}|{}", room.hall, room.capacity, flag(room.active)));
        let people = self.people.iter().map(|(key, row)| {
            let Row { room, time, place, people, title, active, marked } = *row;
            let title = title.unwrap_or("null");
            let (active, state) = (flag(active), if marked { "sync_error" } else { "synced" });
            let place = place.map_or("null".to_owned(), |place| place.to_string());
            match key {
                Key::Count(..) => format!("count|{room}|{time}|{people}|{title}|{active}|{state}"),
                Key::Seat(person) => format!("seat|{person}|{room}|{time}|{place}|{active}|{state}"),
            }
        });
        halls.chain(rooms).chain(people).collect()
    }
}

/// Whether the guard refuses that so many of so many active rows go. Its percentage is 100 here.
fn refused(active: usize, going: usize) -> bool {
    going > 0 && going >= active
}

/// Whether it refuses that so many of so many active rows are renamed, moved or made smaller.
fn refused_change(active: usize, changed: usize) -> bool {
    active >= 8 && changed * 2 > active
}
