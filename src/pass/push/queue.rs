//! Which batches may be sent next: batches under way at once share no resource, and of each resource the earlier batch goes
//! first, so that its order is kept.

use std::collections::{BTreeMap, HashSet, VecDeque};

use chrono::{DateTime, Utc};

use crate::store::outbox::Kind;
use crate::store::outbox::batches::{Pending, Place};

/// One look at the queue considers no more batches than this, unless it has to.
const MAX_CONSIDERED: usize = 1_024;

/// Where a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    /// It may be sent when its turn comes.
    Waiting,
    /// It was given out.
    Out,
    /// It waits for a later run. Later batches about its resources wait for it.
    Later,
}

/// The batches to one destination that are not delivered.
#[derive(Debug, Default)]
pub(super) struct Queue {
    batches: BTreeMap<Place, (Pending, Whereabouts)>,
    ready: VecDeque<Place>,
    /// How many are out.
    out: usize,
}

impl Queue {
    /// All of these, of which those that are due may be sent.
    pub(super) fn new(pending: Vec<Pending>, now: DateTime<Utc>) -> Self {
        let mut queue = Self::default();
        for batch in pending {
            let due = batch.next_try_at.is_none_or(|at| at <= now);
            queue.insert(batch, if due { Whereabouts::Waiting } else { Whereabouts::Later });
        }
        queue
    }

    fn insert(&mut self, batch: Pending, whereabouts: Whereabouts) {
        self.batches.insert(batch.place, (batch, whereabouts));
    }

    /// Adds a part of a batch.
    pub(super) fn add(&mut self, batch: Pending) {
        self.insert(batch, Whereabouts::Waiting);
    }

    /// Gives out the next batch that may be sent.
    pub(super) fn next(&mut self) -> Option<Pending> {
        if self.ready.is_empty() {
            self.look();
        }
        let place = self.ready.pop_front()?;
        let (batch, whereabouts) = self.batches.get_mut(&place)?;
        *whereabouts = Whereabouts::Out;
        self.out += 1;
        Some(batch.clone())
    }

    /// Finds those that may be sent.
    fn look(&mut self) {
        let mut held: HashSet<(Kind, u64)> = HashSet::new();
        let mut considered = 0;
        for (place, (batch, whereabouts)) in &self.batches {
            let keys = || batch.resources.iter().map(|resource| (batch.kind, *resource));
            if *whereabouts == Whereabouts::Waiting {
                considered += 1;
                if !keys().any(|key| held.contains(&key)) {
                    self.ready.push_back(*place);
                }
            }
            held.extend(keys());
            // Others are considered when one that is out comes back.
            if considered >= MAX_CONSIDERED && (self.out > 0 || !self.ready.is_empty()) {
                break;
            }
        }
    }

    /// The batch is done with: later ones about its resources may go.
    pub(super) fn done(&mut self, place: Place) {
        if self.batches.remove(&place).is_some() {
            self.out = self.out.saturating_sub(1);
        }
    }

    /// The batch waits for a later run.
    pub(super) fn later(&mut self, place: Place) {
        if let Some((_, whereabouts)) = self.batches.get_mut(&place) {
            *whereabouts = Whereabouts::Later;
            self.out = self.out.saturating_sub(1);
        }
    }

    /// How many are left.
    pub(super) fn len(&self) -> usize {
        self.batches.len()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn batch(id: i64, resources: &[u64]) -> Pending {
        Pending {
            id,
            place: Place { first_frozen: id, first_record: 0 },
            kind: Kind::Event,
            message_id: Uuid::nil(),
            resources: resources.into(),
            created_at: DateTime::UNIX_EPOCH,
            waits_since: DateTime::UNIX_EPOCH,
            failures: 0,
            next_try_at: None,
        }
    }

    fn given_out(queue: &mut Queue) -> Vec<i64> {
        std::iter::from_fn(|| queue.next()).map(|batch| batch.id).collect()
    }

    #[test]
    fn what_shares_a_resource_goes_one_after_the_other() {
        let batches = vec![batch(1, &[1, 2]), batch(2, &[2, 3]), batch(3, &[4]), batch(4, &[3, 4])];
        let mut queue = Queue::new(batches, Utc::now());
        assert_eq!(given_out(&mut queue), [1, 3]);
        let place = |first_frozen| Place { first_frozen, first_record: 0 };
        queue.done(place(3));
        assert_eq!(given_out(&mut queue), [0; 0], "4 shares resource 3 with 2, which waits for 1");
        queue.done(place(1));
        assert_eq!(given_out(&mut queue), [2]);
        queue.later(place(2));
        assert_eq!(given_out(&mut queue), [0; 0]);
    }

    #[test]
    fn what_is_not_due_holds_back_what_is_about_the_same() {
        let later = Pending { next_try_at: Some(Utc::now() + chrono::TimeDelta::hours(1)), ..batch(1, &[1]) };
        let mut queue = Queue::new(vec![later, batch(2, &[1]), batch(3, &[2])], Utc::now());
        assert_eq!(given_out(&mut queue), [3]);
    }

    #[test]
    fn parts_take_the_place_of_their_batch() {
        let mut queue = Queue::new(vec![batch(1, &[1, 1]), batch(2, &[1])], Utc::now());
        assert_eq!(given_out(&mut queue), [1]);
        for (id, first_record) in [(3, 0), (4, 1)] {
            queue.add(Pending { place: Place { first_frozen: 1, first_record }, ..batch(id, &[1]) });
        }
        // The first part has the place of the whole.
        assert_eq!(given_out(&mut queue), [3]);
        queue.done(Place { first_frozen: 1, first_record: 0 });
        assert_eq!(given_out(&mut queue), [4]);
    }
}
