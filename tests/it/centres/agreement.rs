//! Random histories of both ends against a plain model: nothing is lost in silence, and in the end both say the same.
//!
//! `EXAMSYNC_HISTORIES=10000 cargo test --test it -- centres::agreement --nocapture` runs as many, and prints what they
//! came to.

mod history;
mod random;
mod recorded;

use std::io::Write as _;

use self::history::History;
use crate::support::Database;

/// Of how many people, and so histories, a run is; of more where there are many.
const PEOPLE: usize = 25;
const PEOPLE_OF_MANY: usize = 100;
const MANY: usize = 1_000;
const STEPS: usize = 30;

/// So many histories on a fresh database each run; returns the number of disagreements.
fn check(histories: usize, first_seed: u64, fresh: impl Fn() -> Option<Database>) {
    let histories =
        std::env::var("EXAMSYNC_HISTORIES").ok().map_or(histories, |count| count.parse().unwrap());
    let people_each = if histories > MANY { PEOPLE_OF_MANY } else { PEOPLE };
    let (mut disagree, mut silent) = (0, Vec::new());
    for (seed, first) in (first_seed..).zip((0..histories).step_by(people_each)) {
        let Some(database) = fresh() else { return };
        let people = people_each.min(histories - first);
        let mut history = History::new(&database, people, seed);
        for _ in 0..STEPS {
            history.step();
        }
        history.bring_back();
        history.exchange();
        history.resolve();
        for _ in 0..3 {
            history.exchange();
        }
        let found = history.disagreements();
        disagree += found.len();
        silent.extend(found.into_iter().filter(|(_, named)| !named).map(|(one, _)| (seed, one + 1)));
    }
    let figures =
        format!("{histories} histories: {disagree} disagree in the end, {} of them in silence", silent.len());
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{figures}").unwrap();
    assert_eq!(silent, [], "seed and person: neither an audit row nor a conflict names them");
    assert!(disagree * 1_000 <= histories * 5, "{disagree} of {histories} disagree");
}

#[test]
fn both_ends_agree_after_whatever_happened_on_sqlite() {
    check(300, 1, || Some(Database::sqlite()));
}

#[test]
fn both_ends_agree_after_whatever_happened_on_postgresql() {
    check(50, 1_000_000, Database::postgres);
}
