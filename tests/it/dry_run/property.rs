//! Over random feeds: a dry run changes nothing, and the real pass after it tells the same.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::dry_then_real;
use crate::scene::{DATE, Scene};
use crate::support::on_both_databases;

/// Few ids, so that records meet each other and the rows of the feeds before.
fn any_room(ids: impl Strategy<Value = i64>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![6 => Just(json!("A")), 3 => Just(json!("B")), 1 => Just(json!(""))];
    let active = prop_oneof![6 => Just(json!(null)), 1 => Just(json!(0)), 1 => Just(json!("?"))];
    let deleted = prop_oneof![8 => Just(json!(null)), 1 => Just(json!("2025-01-01T00:00:00Z"))];
    (ids, name, 0..4_i64, active, deleted).prop_map(|(id, name, capacity, active, deleted)| {
        json!({"id": id, "name": name, "capacity": capacity * 10, "isActive": active, "deletedAt": deleted})
    })
}

fn any_halls() -> impl Strategy<Value = Value> {
    let id = prop_oneof![20 => (1..6_i64).prop_map(|id| json!(id)), 1 => Just(json!(null))];
    let name = prop_oneof![8 => Just(json!("One")), 4 => Just(json!("Two")), 1 => Just(json!(7))];
    let region = prop_oneof![4 => Just(json!(1)), 1 => Just(json!("r-1"))];
    let active = prop_oneof![6 => Just(json!(1)), 1 => Just(json!(false))];
    let hall = (id, name, region, active, prop::collection::vec(any_room(1..16_i64), 0..5)).prop_map(
        |(id, name, region, active, rooms)| {
            json!({"id": id, "name": name, "regionId": region, "isActive": active, "rooms": rooms})
        },
    );
    prop::collection::vec(hall, 0..8).prop_map(Value::from)
}

fn any_slots() -> impl Strategy<Value = Value> {
    let entry = (1..6_i64, 1..16_i64, 0..30_i64, prop::option::of(1..20_i64)).prop_map(
        |(hall, room, number, person)| match person {
            Some(person) => {
                json!({"hallId": hall, "roomId": room, "profileExamId": person, "placeId": number,
                "participantName": if number > 20 { json!(5) } else { json!("A") }})
            }
            None => json!({"hallId": hall, "roomId": room, "participantCount": number - 1}),
        },
    );
    let start = prop_oneof![4 => Just(json!("09:00")), 4 => Just(json!("12:30:00")), 1 => Just(json!("?"))];
    let slot = (start, prop::collection::vec(entry, 0..12))
        .prop_map(|(start, entries)| json!({"startTime": start, "participants": entries}));
    prop::collection::vec(slot, 0..3).prop_map(Value::from)
}

on_both_databases! {
    fn a_dry_run_tells_what_the_real_pass_then_does(database) {
        let scene = Scene::new(database);
        let config = Config { cases: 6, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let feeds = (any_halls(), any_slots(), any_slots(), prop::collection::vec(any_room(1..16_i64), 0..6), any_halls());
        runner
            .run(&feeds, |(halls, first, second, rooms, halls_when_needed)| {
                scene.api.halls(halls);
                dry_then_real(&scene, "halls");
                scene.api.halls(halls_when_needed);
                scene.api.participants(DATE, first);
                scene.api.participants("2099-06-02", second);
                dry_then_real(&scene, "participants --date 2099-06-01..2099-06-02");
                for hall in 1..6 {
                    scene.api.hall_rooms(hall, if hall < 3 { rooms.clone().into() } else { json!([]) });
                }
                dry_then_real(&scene, "rooms");
                Ok(())
            })
            .unwrap();
        // Feeds that are refused or broken time and again would prove little.
        let completed = database.number("SELECT count(*) FROM sync_logs WHERE status = 'completed'");
        assert!(completed >= 6, "only {completed} passes completed");
    }
}
