//! Random sequences of feeds, applied by the real program, always equal a simple model: in rows and in counts.

mod expected;
mod feeds;
mod people;
mod places;

use std::collections::BTreeMap;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};
use crate::syncs::{assert_consistent, line};
use expected::{Ended, Model};
use feeds::{Feeds, Step};

/// Sequences per database, unless `PROPTEST_CASES` says more: then they are also other ones each time.
const CASES: u32 = 12;

on_both_databases! {
    fn random_feeds_end_as_the_model_says(database) {
        database.migrate();
        let mut runner = if std::env::var_os("PROPTEST_CASES").is_some() {
            TestRunner::new(config(Config::default().cases))
        } else {
            TestRunner::new_with_rng(config(CASES), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        };
        let result = runner.run(&feeds::sequence(), |(begun, steps)| {
            run(database, begun, &steps);
            Ok(())
        });
        if let Err(failure) = result {
            panic!("{failure}");
        }
    }
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() }
}

/// Applies the steps to an emptied database and to the model, and compares after each. `begun` is whether the date is over.
fn run(database: &Database, begun: bool, steps: &[Step]) {
    database.execute(
        "DELETE FROM participants; DELETE FROM rooms; DELETE FROM buildings; DELETE FROM sync_logs; DELETE FROM audit_logs",
    );
    let api = MockApi::start();
    let program = Examsync::new(database, &api)
        .env("SYNC_MAX_DEACTIVATE_PERCENT", "100")
        .env("SYNC_RETRY_ATTEMPTS", "0");
    let mut model = Model::of(begun);
    let mut served = Feeds::default();
    let mut ids = BTreeMap::new();
    for step in steps {
        for _ in 0..if step.twice { 2 } else { 1 } {
            let (arguments, expected) = apply(&api, &mut model, &mut served, step);
            let outcome = program.run(&arguments);
            let document = outcome.json();
            let syncs = document["syncs"].as_array().unwrap();
            let lines: Vec<String> = syncs.iter().map(|sync| without_notices(&line(sync))).collect();
            assert_eq!((outcome.code, lines), (expected.code, expected.syncs), "{step:?}\n{outcome:?}");
            assert_eq!(rows(database), model.rows(), "{step:?}");
            assert_consistent(database);
            keep_ids(database, &mut ids);
        }
    }
}

fn apply(api: &MockApi, model: &mut Model, served: &mut Feeds, step: &Step) -> (String, Ended) {
    match &step.feed {
        feeds::Feed::Halls(halls) => {
            served.halls = halls.clone();
            api.halls(halls.to_json());
            ("halls --json".to_owned(), model.halls(halls))
        }
        feeds::Feed::Rooms(rooms) => {
            for hall in feeds::HALLS {
                let answer =
                    rooms.of(hall).map_or_else(|| Answer::status(404), |data| Answer::data(&json!(data)));
                api.hall_rooms(hall, answer);
            }
            ("rooms --json".to_owned(), model.rooms(rooms))
        }
        feeds::Feed::Participants(people) => {
            let stated = |room: i64| model.hall_of(room).or_else(|| served.halls.hall_of(room)).unwrap_or(1);
            let entries = people.entries(stated);
            let date = model.date();
            api.participants(date, people.body(&entries));
            (format!("participants --date {date} --json"), model.participants(&entries, &served.halls))
        }
    }
}

/// The line of a sync up to its warnings and errors, which other tests are about.
fn without_notices(line: &str) -> String {
    line.split(';').next().unwrap_or_default().to_owned()
}

/// Everything that the model knows, one line per row.
fn rows(database: &Database) -> Vec<String> {
    [
        "SELECT 'hall', external_id, name, is_active FROM buildings ORDER BY external_id",
        "SELECT 'room', r.external_id, b.external_id AS hall, r.capacity, r.is_active
         FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id ORDER BY r.external_id",
        "SELECT 'count', r.external_id, p.start_time, p.participant_count, p.exam_title, p.is_active, p.sync_status
         FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
         WHERE p.external_profile_exam_id IS NULL ORDER BY r.external_id, p.start_time",
        "SELECT 'seat', p.external_profile_exam_id, r.external_id, p.start_time, p.place_id, p.is_active, p.sync_status
         FROM participants AS p JOIN rooms AS r ON r.id = p.room_id
         WHERE p.external_profile_exam_id IS NOT NULL ORDER BY p.external_profile_exam_id",
    ]
    .into_iter()
    .flat_map(|select| database.rows(select))
    .collect()
}

/// A row once made keeps its id, its uid and the time of its making.
fn keep_ids(database: &Database, ids: &mut BTreeMap<String, String>) {
    let keys = database.cells(
        "SELECT 'hall ' || external_id, id || ' ' || uid || ' ' || created_at FROM buildings
         UNION ALL SELECT 'room ' || external_id, id || ' ' || uid || ' ' || created_at FROM rooms
         UNION ALL SELECT CASE WHEN external_profile_exam_id IS NULL
                               THEN 'count ' || room_id || ' ' || start_time
                               ELSE 'seat ' || external_profile_exam_id END,
                          id || ' ' || uid || ' ' || created_at
                   FROM participants",
    );
    for row in keys {
        let [Some(key), Some(identity)] = row.as_slice() else { panic!("a row without a key: {row:?}") };
        let first = ids.entry(key.clone()).or_insert_with(|| identity.clone());
        assert_eq!(first, identity, "{key} became another row");
    }
}
