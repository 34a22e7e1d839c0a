//! One date's participants in the model.

use std::collections::BTreeSet;

use super::super::people::{Entry, Who};
use super::super::places::HallFeed;
use super::{Counts, Ended, Key, Model, Row};

impl Model {
    /// A participants pass of the one date; the halls are what is served when a room is not known.
    pub(in super::super) fn participants(&mut self, entries: &[Entry], halls: &HallFeed) -> Ended {
        let known = |model: &Self, entry: &Entry| {
            model.rooms.contains_key(&entry.room) && model.halls.contains_key(&entry.hall)
        };
        let mut syncs = Vec::new();
        if entries.iter().any(|entry| !known(self, entry)) {
            syncs = self.halls(halls).syncs;
        }
        let (mut next, mut counts) = (self.clone(), Counts::default());
        let good = |entry: &&Entry| known(self, entry) && self.hall_of(entry.room) == Some(entry.hall);
        let seated: BTreeSet<_> = (entries.iter().filter(good))
            .filter(|entry| matches!(entry.who, Who::Seat { .. }))
            .map(|entry| (entry.room, entry.time))
            .collect();
        let mut present = BTreeSet::new();
        for entry in entries {
            let (key, place, people) = match entry.who {
                Who::Count(people) => (Key::Count(entry.room, entry.time), None, people),
                Who::Seat { person, place } => (Key::Seat(person), place, 1),
            };
            let is_good = good(&entry);
            if is_good && matches!(key, Key::Count(..)) && seated.contains(&(entry.room, entry.time)) {
                counts.unchanged += 1;
                continue;
            }
            present.insert(key);
            if is_good {
                let row =
                    Row { room: entry.room, time: entry.time, place, people, active: true, marked: false };
                // Being marked is no external column.
                let before = self.people.get(&key).map(|before| Row { marked: false, ..*before });
                counts.record(before.as_ref(), &row);
                next.people.insert(key, row);
            } else {
                counts.errored += 1;
                if let Some(row) = next.people.get_mut(&key) {
                    row.marked = true;
                }
            }
        }
        for (key, row) in &mut next.people {
            row.active &= present.contains(key);
        }
        let active = |model: &Self| model.people.values().filter(|row| row.active).count();
        let goes = |(key, row): &(&Key, &Row)| row.active && !next.people[*key].active;
        counts.deleted = self.people.iter().filter(goes).count();
        let emptied = active(self) > 0 && active(&next) == 0;
        let (code, status) = match (emptied, counts.errored) {
            (true, _) => (4, "refused"),
            (false, 0) => (0, "completed"),
            (false, _) => (3, "completed"),
        };
        if !emptied {
            *self = next;
        }
        syncs.push(counts.line(&format!("participants 2099-06-01 {status}")));
        Ended { code, syncs }
    }
}
