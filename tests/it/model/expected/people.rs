//! One date's participants in the model.

use std::collections::{BTreeMap, BTreeSet};

use super::super::people::{Entry, Who};
use super::super::places::HallFeed;
use super::{Counts, Ended, Key, Model, Row};

/// A room and a start.
type Slot = (i64, &'static str);

/// What a feed comes to: the rows that it asks for, and what it only says.
#[derive(Default)]
struct Asked {
    rows: BTreeMap<Key, Row>,
    seated: BTreeSet<Slot>,
    /// Counts of what is seated.
    checks: usize,
    /// What can't be used: its key, and whether it breaks a record rule.
    errored: Vec<(Key, bool)>,
}

impl Model {
    /// A participants pass of the one date; the halls are what is served when a room is not known.
    pub(in super::super) fn participants(&mut self, entries: &[Entry], halls: &HallFeed) -> Ended {
        let known = |model: &Self, entry: &Entry| {
            model.rooms.contains_key(&entry.room) && model.halls.contains_key(&entry.hall)
        };
        let mut syncs = Vec::new();
        if entries.iter().any(|entry| !entry.is_bad() && !known(self, entry)) {
            syncs = self.halls(halls).syncs;
        }
        let mut once: Vec<&Entry> = Vec::new();
        for entry in entries {
            if entry.is_bad() || !once.contains(&entry) {
                once.push(entry);
            }
        }
        let sync = format!("participants {}", self.date());
        if once.iter().filter(|entry| entry.is_bad()).count() * 2 > once.len() {
            syncs.push(format!("{sync} failed: nothing"));
            return Ended { code: 13, syncs };
        }
        let asked = self.asked(&once);
        let (next, counts) = self.merged(&asked);
        let active = |model: &Self| model.people.values().filter(|row| row.active).count();
        let emptied = !self.begun && active(self) > 0 && active(&next) == 0;
        let (code, status) = match (emptied, counts.errored) {
            (true, _) => (4, "refused"),
            (false, 0) => (0, "completed"),
            (false, _) => (3, "completed"),
        };
        if !emptied {
            *self = next;
        }
        syncs.push(counts.line(&format!("{sync} {status}")));
        Ended { code, syncs }
    }

    fn asked(&self, entries: &[&Entry]) -> Asked {
        let mut asked = Asked::default();
        let mut sums: BTreeMap<Slot, (i64, BTreeSet<&str>)> = BTreeMap::new();
        for entry in entries {
            let (slot, key) = ((entry.room, entry.time), entry.key());
            if entry.is_bad()
                || !self.halls.contains_key(&entry.hall)
                || self.hall_of(entry.room) != Some(entry.hall)
            {
                asked.errored.push((key, entry.is_bad()));
                continue;
            }
            match entry.who {
                Who::Count { people, title } => {
                    let sum = sums.entry(slot).or_default();
                    sum.0 += people;
                    sum.1.extend(title);
                }
                Who::Seat { place, .. } => {
                    asked.seated.insert(slot);
                    asked.rows.insert(key, Row { place, ..Row::new(slot, 1) });
                }
            }
        }
        for (slot, (people, titles)) in sums {
            if asked.seated.contains(&slot) {
                asked.checks += 1;
                continue;
            }
            let title = match titles.into_iter().collect::<Vec<_>>().as_slice() {
                [] => None,
                ["A"] => Some("A"),
                ["B"] => Some("B"),
                _ => Some("A / B"),
            };
            asked.rows.insert(Key::Count(slot.0, slot.1), Row { title, ..Row::new(slot, people) });
        }
        asked
    }

    fn merged(&self, asked: &Asked) -> (Self, Counts) {
        let (mut next, mut counts) = (self.clone(), Counts::default());
        counts.unchanged = asked.checks;
        counts.errored = asked.errored.len();
        for (key, row) in &asked.rows {
            // Being marked is no external column.
            let before = self.people.get(key).map(|before| Row { marked: false, ..*before });
            counts.record(before.as_ref(), row);
            next.people.insert(*key, *row);
        }
        let mut present: BTreeSet<Key> = asked.rows.keys().copied().collect();
        for (key, is_bad) in &asked.errored {
            if let Key::Count(room, time) = key
                && asked.seated.contains(&(*room, time))
            {
                continue;
            }
            if !asked.rows.contains_key(key) || (*is_bad && matches!(key, Key::Count(..))) {
                next.people.entry(*key).and_modify(|row| row.marked = true);
            }
            present.insert(*key);
        }
        let absent: Vec<Key> = self
            .people
            .iter()
            .filter(|(key, row)| row.active && !present.contains(key))
            .map(|(key, _)| *key)
            .collect();
        let replaced = self.replaced(asked, &absent);
        for key in absent {
            let row = next.people.get_mut(&key).unwrap();
            if self.begun && !replaced.contains(&key) {
                row.marked = true;
            } else {
                row.active = false;
                row.marked &= !(self.begun && replaced.contains(&key));
                counts.deleted += 1;
            }
        }
        (next, counts)
    }

    /// Those absent rows whose people came in the other form, or as the one count like them in their room or at their
    /// start.
    fn replaced(&self, asked: &Asked, absent: &[Key]) -> BTreeSet<Key> {
        let superseded = |key: &Key| match key {
            Key::Count(room, time) => asked.seated.contains(&(*room, time)),
            Key::Seat(_) => {
                let row = &self.people[key];
                asked.rows.contains_key(&Key::Count(row.room, row.time))
            }
        };
        let came = asked.rows.iter().filter(|(key, _)| {
            matches!(key, Key::Count(..)) && !self.people.get(key).is_some_and(|row| row.active)
        });
        let came: Vec<(&Key, &Row)> = came.collect();
        let claim = |key: &Key| {
            let row = &self.people[key];
            let alike = |(_, other): &&(&Key, &Row)| {
                other.people == row.people && (other.room == row.room || other.time == row.time)
            };
            let mut alike = came.iter().filter(alike);
            let first = alike.next().map(|(key, _)| **key);
            first.filter(|_| alike.next().is_none())
        };
        let claims = absent.iter().filter(|key| matches!(key, Key::Count(..)) && !superseded(key));
        let claims: Vec<(Key, Key)> = claims.filter_map(|key| Some((*key, claim(key)?))).collect();
        let only =
            claims.iter().filter(|(_, of)| claims.iter().filter(|(_, other)| other == of).count() == 1);
        let moved: BTreeSet<Key> = only.map(|(key, _)| *key).collect();
        absent.iter().copied().filter(superseded).chain(moved).collect()
    }
}
