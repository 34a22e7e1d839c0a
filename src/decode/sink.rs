//! Where records go, and the count of them.

use serde::de;

use crate::feed::Unreadable;
use crate::model::Stopped;

/// Hands records over and remembers whether their taker gave up.
pub(super) struct Sink<'a, T> {
    take: &'a mut dyn FnMut(&T) -> Result<(), Stopped>,
    last_ordinal: i64,
    stopped: bool,
}

impl<'a, T> Sink<'a, T> {
    /// A sink whose first ordinal is `base + 1`.
    pub(super) fn new(take: &'a mut dyn FnMut(&T) -> Result<(), Stopped>, base: i64) -> Self {
        Self { take, last_ordinal: base, stopped: false }
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
        (self.take)(record).map_err(|Stopped| {
            self.stopped = true;
            E::custom("the taker of records gave up")
        })
    }

    /// The outcome of the reading, which does not matter once the taker gave up.
    pub(super) fn verdict(&self, outcome: Result<(), Unreadable>) -> Result<(), Unreadable> {
        if self.stopped { Err(Unreadable::Abandoned) } else { outcome }
    }
}
