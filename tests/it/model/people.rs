//! Feeds of one date: counts and seats, of rooms that may be unknown, in halls that may be wrong.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::expected::Key;
use super::feeds::{HALLS, NOWHERE, ROOMS, TIMES};
use crate::support::data::{body_of, slot_text};

/// Whose people an entry counts or seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Count { people: i64, title: Option<&'static str> },
    Seat { person: i64, place: Option<i64> },
}

/// A count that breaks a record rule.
const BAD: i64 = -1;

/// One entry, with the hall that it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) room: i64,
    pub(super) time: &'static str,
    pub(super) hall: i64,
    pub(super) who: Who,
}

impl Entry {
    /// Whether it breaks a record rule.
    pub(super) fn is_bad(&self) -> bool {
        matches!(self.who, Who::Count { people: BAD, .. })
    }

    pub(super) fn key(&self) -> Key {
        match self.who {
            Who::Count { .. } => Key::Count(self.room, self.time),
            Who::Seat { person, .. } => Key::Seat(person),
        }
    }
}

/// The answer for the date, before it is known which hall each room is in.
#[derive(Debug, Clone)]
pub(super) struct People {
    drawn: Vec<Drawn>,
    /// No seats, in the order of their keys, and the start of a slot before its entries: what most feeds are.
    tidy: bool,
}

#[derive(Debug, Clone, Copy)]
struct Drawn {
    room: i64,
    time: &'static str,
    who: Who,
    /// The hall to state, when not the right one.
    wrong_hall: Option<i64>,
}

impl People {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let wrong = prop::option::weighted(0.05, prop::sample::select([HALLS.to_vec(), vec![99]].concat()));
        let known = ROOMS.to_vec();
        let room = prop_oneof![19 => prop::sample::select(known), 1 => Just(NOWHERE)];
        let slots: Vec<(i64, &'static str)> =
            ROOMS.into_iter().chain([NOWHERE]).flat_map(|room| TIMES.map(|time| (room, time))).collect();
        // An unknown room, which makes the program pull the halls, is the exception.
        let present =
            slots.iter().map(|(room, _)| prop::bool::weighted(if *room == NOWHERE { 0.05 } else { 0.4 }));
        let present: Vec<_> = present.collect();
        let people = prop_oneof![1 => Just(BAD), 19 => 0..3_i64];
        let title = prop::option::weighted(0.3, prop::sample::select(vec!["A", "B"]));
        let who = (people, title).prop_map(|(people, title)| Who::Count { people, title });
        // Further entries of rooms that may have one already.
        let known_slots: Vec<_> = slots.iter().copied().filter(|(room, _)| *room != NOWHERE).collect();
        let more = prop::collection::vec((prop::sample::select(known_slots), who.clone()), 0..4);
        let more = prop_oneof![Just(Vec::new()), more];
        let counts = (present, prop::collection::vec((who, wrong.clone()), slots.len()), more);
        let seat = (
            prop::bool::weighted(0.5),
            room,
            prop::sample::select(TIMES.to_vec()),
            prop::option::of(1..3_i64),
            wrong,
        );
        (counts, prop::collection::vec(seat, 4), prop::bool::weighted(0.1), any::<bool>()).prop_map(
            move |((present, counts, more), seats, empty, tidy)| {
                let counts = slots.iter().zip(present).zip(counts).filter(|((_, present), _)| *present);
                let counts = counts.map(|(((room, time), _), (who, wrong_hall))| Drawn {
                    room: *room,
                    time,
                    who,
                    wrong_hall,
                });
                let more = more.into_iter();
                let more = more.map(|((room, time), who)| Drawn { room, time, who, wrong_hall: None });
                let seats = (1..).zip(seats).filter(|(_, (present, ..))| *present && !tidy);
                let seats = seats.map(|(person, (_, room, time, place, wrong_hall))| Drawn {
                    room,
                    time,
                    who: Who::Seat { person, place },
                    wrong_hall,
                });
                Self {
                    drawn: if empty { Vec::new() } else { counts.chain(more).chain(seats).collect() },
                    tidy,
                }
            },
        )
    }

    /// The entries, each with the hall that it states: where its room is, or a wrong one.
    pub(super) fn entries(&self, hall_of: impl Fn(i64) -> i64) -> Vec<Entry> {
        let entry = |drawn: &Drawn| Entry {
            room: drawn.room,
            time: drawn.time,
            hall: drawn.wrong_hall.unwrap_or_else(|| hall_of(drawn.room)),
            who: drawn.who,
        };
        let mut entries: Vec<Entry> = self.drawn.iter().map(entry).collect();
        if self.tidy {
            entries.sort_by_key(|entry| (entry.hall, entry.room));
        }
        entries
    }

    /// The entries as the API has them, by start time: the whole body.
    pub(super) fn body(&self, entries: &[Entry]) -> Vec<u8> {
        let slots = TIMES.map(|time| {
            let entries: Vec<Value> = entries.iter().filter(|entry| entry.time == time).map(one).collect();
            slot_text(time, &entries, self.tidy)
        });
        body_of(&slots)
    }
}

fn one(entry: &Entry) -> Value {
    let mut one = json!({"hallId": entry.hall, "roomId": entry.room});
    match entry.who {
        Who::Count { people, title } => {
            one["participantCount"] = json!(people);
            one["examTitle"] = json!(title);
        }
        Who::Seat { person, place } => {
            one["profileExamId"] = json!(person);
            one["placeId"] = json!(place);
        }
    }
    one
}
