//! The best of many candidates, in a fixed amount of memory.

use std::collections::BinaryHeap;

use super::asked::Rank;
use crate::queries::people::SeatKey;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A person on a date.
    Person(SeatKey),
    /// A hall, by external id.
    Hall(i64),
    /// A room, by external id.
    Room(i64),
}

impl Key {
    /// The row of a person.
    pub(super) fn seat(&self) -> Option<SeatKey> {
        match self {
            Key::Person(key) => Some(*key),
            Key::Hall(_) | Key::Room(_) => None,
        }
    }
}

/// One that answers. Those that order before others are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// How well.
    pub rank: Rank,
    /// Whether it is gone.
    pub is_inactive: bool,
    /// Whether its date is past, and how many days it is from today.
    pub away: (bool, i64),
    /// What it is.
    pub key: Key,
}

/// The best candidates so far.
pub(super) struct Best {
    most: usize,
    left_off: usize,
    heap: BinaryHeap<Candidate>,
}

impl Best {
    /// Keeps at most this many.
    pub(super) fn new(most: usize) -> Self {
        Self { most, left_off: 0, heap: BinaryHeap::with_capacity(most + 1) }
    }

    /// Keeps the candidate where it is one of the best.
    pub(super) fn offer(&mut self, candidate: Candidate) {
        self.heap.push(candidate);
        if self.heap.len() > self.most {
            self.heap.pop();
            self.left_off += 1;
        }
    }

    /// What they are, best first, and how many others there were.
    pub(super) fn into_keys(self) -> (Vec<Key>, usize) {
        let best = self.heap.into_sorted_vec().into_iter().map(|candidate| candidate.key);
        (best.collect(), self.left_off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_stay_and_come_first() {
        let candidate =
            |rank, is_inactive, away, id| Candidate { rank, is_inactive, away, key: Key::Hall(id) };
        let mut best = Best::new(4);
        for offered in [
            candidate(Rank::InName, false, (false, 0), 1),
            candidate(Rank::Name, false, (true, 1), 2),
            candidate(Rank::Name, false, (false, 3), 3),
            candidate(Rank::Number, true, (false, 0), 4),
            candidate(Rank::Name, true, (false, 0), 5),
        ] {
            best.offer(offered);
        }
        assert_eq!(best.into_keys(), (vec![Key::Hall(4), Key::Hall(3), Key::Hall(2), Key::Hall(5)], 1));
    }
}
