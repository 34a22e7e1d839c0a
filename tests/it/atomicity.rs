//! Readers see all of a pass or nothing of it (contract §7, item 4).

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, plan};
use crate::support::data::{count, hall, room, slot};
use crate::support::on_both_databases;

const HALLS: i64 = 40;
const ROOMS_EACH: i64 = 5;
const VERSIONS: i64 = 6;

/// Halls and rooms that all bear the version in every pass-owned column, and change their number with it.
fn places(version: i64) -> Value {
    let rooms = |hall: i64| {
        (0..ROOMS_EACH).map(|nth| room(hall * 100 + nth, &format!("v{version}"), version)).collect()
    };
    (1..=HALLS + version).map(|id| hall(id, &format!("v{version}"), rooms(id))).collect()
}

fn people(version: i64) -> Value {
    let entries = (0..HALLS * ROOMS_EACH)
        .map(|nth| (nth / ROOMS_EACH + 1, nth % ROOMS_EACH))
        .map(|(hall, nth)| count(hall, hall * 100 + nth, version));
    json!([slot("09:00", entries.collect())])
}

/// Everything that a version is in, in one statement, which is one snapshot: each column must have one
/// value, and the log must say completed exactly as often.
const SEEN: &str = "SELECT
    (SELECT count(DISTINCT name) FROM buildings), (SELECT coalesce(max(name), 'v0') FROM buildings),
    (SELECT count(*) FROM buildings),
    (SELECT count(DISTINCT capacity) FROM rooms), (SELECT coalesce(max(capacity), 0) FROM rooms),
    (SELECT count(*) FROM rooms),
    (SELECT count(*) FROM sync_logs WHERE sync_type = 'exam_halls' AND status = 'completed'),
    (SELECT count(*) FROM sync_logs WHERE sync_type = 'hall_rooms' AND status = 'completed'),
    (SELECT count(DISTINCT action) FROM audit_logs WHERE entity_type = 'building'),
    (SELECT count(DISTINCT participant_count) FROM participants),
    (SELECT coalesce(max(participant_count), 0) FROM participants), (SELECT count(*) FROM participants),
    (SELECT count(*) FROM sync_logs WHERE sync_type = 'participants' AND status = 'completed')";

/// What a reader sees when so many halls passes and so many participants passes are done.
fn whole(halls: i64, participants: i64) -> String {
    let some = i64::from(halls > 0);
    let places = if halls > 0 { HALLS + halls } else { 0 };
    let entries = if participants > 0 { HALLS * ROOMS_EACH } else { 0 };
    format!(
        "{some}|v{halls}|{places}|{some}|{halls}|{}|{halls}|{halls}|{}|{}|{participants}|{entries}|{participants}",
        places * ROOMS_EACH,
        i64::from(halls > 1),
        i64::from(participants > 0),
    )
}

/// Ends the reading when it goes.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

on_both_databases! {
    fn a_reader_never_sees_a_half_applied_feed(database) {
        let scene = Scene::new(database);
        let done = AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut session = database.session();
                let mut seen: Vec<String> = Vec::new();
                while !done.load(Ordering::SeqCst) {
                    let now = session.text(SEEN);
                    if seen.last() != Some(&now) {
                        seen.push(now);
                    }
                }
                seen.push(session.text(SEEN));
                seen.dedup();
                seen
            });
            // Also where an assertion fails, or the reader would read for ever.
            let ended = Ended(&done);
            for version in 1..=VERSIONS {
                let outcome = scene.halls(places(version));
                if version == 1 {
                    outcome.expect(0);
                } else {
                    // All halls have another name, which the guard wants to be approved.
                    let approved = format!("halls --approve {}", plan(&outcome.expect(4)));
                    scene.run(&approved).expect(0);
                }
                scene.participants(DATE, people(version)).expect(0);
            }
            drop(ended);
            reader.join().unwrap()
        });
        let mut states = vec![whole(0, 0)];
        for version in 1..=VERSIONS {
            states.push(whole(version, version - 1));
            states.push(whole(version, version));
        }
        let strange: Vec<_> = seen.iter().filter(|state| !states.contains(state)).collect();
        assert!(strange.is_empty(), "half-applied: {strange:#?}");
        assert_eq!(seen.last(), states.last());
        assert!(seen.len() > 3, "the reader looked while passes ran: {seen:?}");
    }
}
