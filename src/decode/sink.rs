//! Where records go, and the count of them.

use std::fmt;

use serde::de;

use crate::feed::{AnswerContext, Unreadable};
use crate::model::{Entry, EntryKind, Place, PlaceKind, Stopped};

/// How many records there are, as an answer may count them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// The elements of `data`.
    pub(super) elements: u64,
    /// The records nested in them.
    pub(super) nested: u64,
    /// The people in those.
    pub(super) people: u64,
    /// How many of all of them have no problem.
    pub(super) good: u64,
}

impl Tally {
    /// Of an answer whose elements are the records that others nest.
    pub(super) fn of_nested(self) -> Self {
        Self { elements: self.nested, nested: 0, people: 0, good: self.good }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { elements, nested, people, good: _ } = self;
        write!(f, "`data` has {elements} element{}", if *elements == 1 { "" } else { "s" })?;
        if *nested > 0 {
            write!(f, " with {nested} record{}", if *nested == 1 { "" } else { "s" })?;
        }
        if *people > 0 {
            write!(f, " of {people} people")?;
        }
        Ok(())
    }
}

/// A record that can be counted.
pub(super) trait Tallied {
    /// Adds it.
    fn tally(&self, tally: &mut Tally);
}

impl Tallied for Place {
    fn tally(&self, tally: &mut Tally) {
        tally.good += u64::from(self.problem.is_none());
        match self.kind {
            PlaceKind::Hall => tally.elements += 1,
            PlaceKind::Room => tally.nested += 1,
        }
    }
}

impl Tallied for Entry {
    fn tally(&self, tally: &mut Tally) {
        tally.good += u64::from(self.problem.is_none());
        match self.kind {
            EntryKind::Slot => tally.elements += 1,
            EntryKind::Count | EntryKind::Seat | EntryKind::Repeat => {
                tally.nested += 1;
                tally.people += self.participant_count.map_or(0, |count| u64::from(count.unsigned_abs()));
            }
        }
    }
}

/// Hands records over and remembers whether their taker gave up.
pub(super) struct Sink<'a, T> {
    take: &'a mut dyn FnMut(&T) -> Result<(), Stopped>,
    last_ordinal: i64,
    stopped: bool,
    tally: Tally,
    /// Whether records say the uids of their rows.
    reads_uids: bool,
}

impl<'a, T: Tallied> Sink<'a, T> {
    /// A sink whose first ordinal is `base + 1`.
    pub(super) fn new(
        take: &'a mut dyn FnMut(&T) -> Result<(), Stopped>,
        base: i64,
        context: &AnswerContext,
    ) -> Self {
        let reads_uids = context.from_package;
        Self { take, last_ordinal: base, stopped: false, tally: Tally::default(), reads_uids }
    }

    /// Whether records say the uids of their rows.
    pub(super) fn reads_uids(&self) -> bool {
        self.reads_uids
    }

    /// The next free ordinal, which is then taken.
    pub(super) fn next_ordinal(&mut self) -> i64 {
        self.last_ordinal += 1;
        self.last_ordinal
    }

    /// Hands one record over.
    ///
    /// # Errors
    /// An error that ends the parsing, when the taker gave up.
    pub(super) fn put<E: de::Error>(&mut self, record: &T) -> Result<(), E> {
        record.tally(&mut self.tally);
        (self.take)(record).map_err(|Stopped| {
            self.stopped = true;
            E::custom("the taker of records gave up")
        })
    }

    /// What was handed over so far.
    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The outcome of the reading, which does not matter once the taker gave up.
    pub(super) fn verdict(&self, outcome: Result<(), Unreadable>) -> Result<(), Unreadable> {
        if self.stopped { Err(Unreadable::Abandoned) } else { outcome }
    }
}
