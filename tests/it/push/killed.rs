//! `kill -9` at random moments of a push: nothing is lost, and at most what was under way is sent twice, with its id.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::scene::{Arrived, HOOK, Pushing, times};
use crate::support::{Answer, on_both_databases};

/// How often a push is killed.
const KILLS: u32 = 50;
/// The most batches that are under way at once.
const UNDER_WAY: usize = 16;

/// Pseudo-random milliseconds, the same in every run.
fn milliseconds(nth: u32) -> u64 {
    u64::from(nth.wrapping_mul(2_654_435_761) >> 16) % 180
}

on_both_databases! {
    fn a_push_that_is_killed_loses_nothing_and_repeats_at_most_what_was_under_way(database) {
        let pushing = Pushing::new(database);
        let answer = Answer::body("").with_status(204).delay(Duration::from_millis(2));
        pushing.receiver.always(HOOK, answer);
        let mut written = 0;
        let mut known: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for nth in 0..=KILLS {
            for _ in 0..60 {
                written += 1;
                pushing.write_of(&format!("r{written}"));
            }
            let mut running = pushing.program.spawn("push --lock-wait 20s");
            if nth < KILLS {
                std::thread::sleep(Duration::from_millis(milliseconds(nth)));
                running.kill();
            } else {
                running.wait().expect(0);
            }
            let arrived = pushing.arrived();
            pushing.receiver.forget_requests();
            let again: BTreeSet<&str> =
                arrived.iter().filter(|one| known.contains_key(&one.id)).map(|one| one.id.as_str()).collect();
            assert!(again.len() <= UNDER_WAY, "after kill {nth} {} batches came again", again.len());
            for Arrived { id, body, .. } in arrived {
                assert_eq!(known.entry(id).or_insert_with(|| body.clone()), &body);
            }
        }
        let all: Vec<Arrived> = (known.into_iter())
            .map(|(id, body)| Arrived { id, timestamp: String::new(), body })
            .collect();
        assert_eq!(times(&all).len(), written);
        assert!(times(&all).values().all(|times| *times == 1), "an event is in two batches");
        assert_eq!(pushing.scene.database.number("SELECT count(*) FROM change_events WHERE frozen_at IS NULL"), 0);
        assert_eq!(pushing.states().len(), 1, "{:?}", pushing.states());
    }
}
