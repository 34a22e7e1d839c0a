//! What is wrong in the rows is counted in every form, and the rate of success is of seven days.

use serde_json::{Value, json};

use super::World;
use super::formats::samples;
use crate::support::{Answer, data, on_both_databases};

fn hall(id: i64, rooms: Vec<Value>) -> Value {
    data::hall(id, &format!("Hall {id}"), rooms)
}

/// One hall of two is gone; of three rooms one is gone and one bad; of three rows of today one is gone and one bad.
fn doubtful(world: &World<'_>) {
    let room = |id: i64, capacity: i64| data::room(id, &format!("R{id}"), capacity);
    let closed = |record: Value| data::with(record, "isActive", json!(0));
    let good = vec![room(11, 30), room(12, 30), room(13, 30)];
    world.api.halls(json!([hall(1, good), hall(2, vec![])]));
    world.pull("halls", 0);
    let sits = |slots: Vec<Value>| world.api.participants(&world.date(0), json!(slots));
    let first = |people: i64| data::slot("20:00", vec![data::count(1, 11, people), data::count(1, 13, 5)]);
    sits(vec![first(20), data::slot("21:00", vec![data::count(1, 13, 4)])]);
    world.pull("participants --days 1", 0);
    let bad = vec![room(11, -1), closed(room(12, 30)), room(13, 30)];
    world.api.halls(json!([hall(1, bad), closed(hall(2, vec![]))]));
    world.pull("halls", 3);
    sits(vec![first(-1)]);
    world.pull("participants --days 1", 3);
}

on_both_databases! {
    fn rows_that_are_gone_or_in_error_are_counted_in_every_form(database) {
        let world = World::migrated(database);
        doubtful(&world);
        let expected = [("buildings", 1, 1, 0), ("rooms", 2, 1, 1), ("participants", 2, 1, 1)];
        let state = world.json("");
        for (index, (table, active, inactive, in_error)) in expected.into_iter().enumerate() {
            let row = json!({"table": table, "active": active, "inactive": inactive, "sync_error": in_error});
            assert_eq!(state["tables"][index], row);
        }
        let today = world.date(0);
        let person = json!({"entity": "participants", "external_id": 11, "name": format!("{today} 20:00, R11, Hall 1"),
            "reason": "participantCount is not an integer from 0 to 2147483647"});
        let room = json!({"entity": "room", "external_id": 11, "name": "R11, Hall 1",
            "reason": "capacity is not an integer from 0 to 2147483647"});
        assert_eq!(state["quality"]["sync_errors"], json!({"count": 2, "first": [room, person]}));
        assert_eq!(world.json("--date today")["sync_errors"], json!({"count": 1, "first": [person]}));

        let samples = samples(&world.status().run("status --format prometheus").expect(0).stdout);
        for (table, active, inactive, in_error) in expected {
            for (state, rows) in [("active", active), ("inactive", inactive), ("sync_error", in_error)] {
                let sample = format!("examsync_rows{{table=\"{table}\",state=\"{state}\"}}");
                assert_eq!(samples.get(&sample), Some(&f64::from(rows)), "{sample}");
            }
        }

        let text = world.status().run("status").expect(0).stdout;
        for (table, active, inactive, in_error) in expected {
            let line = format!("{table:<14} {active:>10} {inactive:>10} {in_error:>10}");
            assert!(text.lines().any(|shown| shown == line), "{line:?} in {text}");
        }
        assert!(text.contains("\nRows in error: 2\n  room 11 (\u{2068}R11, Hall 1\u{2069})\n"), "{text}");
        assert_eq!(text.matches("capacity is not an integer").count(), 1, "the open alert says why: {text}");
        let day = world.status().run("status --date today").expect(0).stdout;
        assert!(day.contains("\nRows in error: 1\n  participants 11 ("), "{day}");
        let page = world.status().run("status --format html").expect(0).stdout;
        assert!(page.contains("<h2>Rows in error: 2</h2>") && page.contains("<bdi>R11, Hall 1</bdi>"), "{page}");
    }

    fn the_rate_of_success_is_of_the_last_seven_days(database) {
        const MINUTES_OF_A_DAY: i64 = 24 * 60;
        let world = World::migrated(database);
        world.api.answer(crate::support::mock_api::HALLS, vec![Answer::status(404)]);
        for code in [13, 0, 0, 0] {
            world.pull("halls", code);
        }
        world.api.halls(Answer::status(404));
        world.pull("halls", 13);
        // Two rows each: the first two passes are older than a week, the third is not quite.
        world.age(8 * MINUTES_OF_A_DAY, "id <= 4");
        world.age(6 * MINUTES_OF_A_DAY, "id IN (5, 6)");
        for sync in &world.json("")["syncs"].as_array().unwrap()[..2] {
            assert_eq!(sync["week"]["runs"], 3, "{sync}");
            assert_eq!(sync["week"]["success_rate"].as_f64().map(|rate| (rate * 3.0).round()), Some(2.0), "{sync}");
        }
        let text = world.status().run("status").expect(0).stdout;
        assert_eq!(text.matches("7 days        66 % of 3 runs succeeded, ").count(), 2, "{text}");
        let samples = samples(&world.status().run("status --format prometheus").expect(0).stdout);
        assert_eq!((samples["examsync_success_ratio{sync_type=\"exam_halls\"}"] * 3.0).round(), 2.0);
    }
}
