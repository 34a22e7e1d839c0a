//! Rooms pulled hall by hall: each hall is judged by itself, and one plan covers those that are refused.

use serde_json::json;

use crate::scene::{Scene, plan, told, without_isolates};
use crate::support::data::{hall_name, halls, room};
use crate::support::{Answer, Database, on_both_databases, without_sudo};

/// Three halls with two rooms each, and what each answers by itself.
fn scene(database: &Database) -> Scene<'_> {
    let scene = Scene::with_halls(database, halls(3, 2));
    for nth in 0..3 {
        scene.api.hall_rooms(nth + 1, halls(3, 2)[nth as usize]["rooms"].take());
    }
    scene
}

fn active(scene: &Scene<'_>) -> Vec<String> {
    scene.rows("SELECT external_id FROM rooms WHERE is_active ORDER BY 1")
}

fn guard_line(hall: i64, plan: &str) -> String {
    guard_line_of("rooms", hall, plan, "")
}

/// The same after another plan was approved.
fn guard_line_after(hall: i64, plan: &str, approved: &str) -> String {
    let another = format!(
        "; the plan given with --approve, {approved}, does not match: it is stale, or belongs to \
                 something else"
    );
    guard_line_of("rooms", hall, plan, &another)
}

fn guard_line_of(command: &str, hall: i64, plan: &str, another: &str) -> String {
    let name = hall_name(u32::try_from(hall).unwrap());
    format!(
        "  error guard {hall}: hall {hall} ({name}): 2 of its 2 active rooms would be deactivated; \
         left out{another}; to let it through: `examsync {command} --approve {plan}`"
    )
}

on_both_databases! {
    fn a_refused_hall_is_left_out_and_the_others_are_merged(database) {
        let scene = scene(database);
        scene.api.hall_rooms(1, json!([]));
        scene.api.hall_rooms(2, json!([room(2000, "new name", 9)]));
        let outcome = scene.run("rooms");
        let first = plan(&outcome);
        assert_eq!(
            told(&outcome),
            [
                "3 partial".to_owned(),
                "hall_rooms completed: 1 updated, 2 unchanged, 1 deleted".to_owned(),
                guard_line(1, &first)
            ]
        );
        assert_eq!(active(&scene), ["1000", "1001", "2000", "3000", "3001"]);
        assert_eq!(database.text("SELECT name, capacity FROM rooms WHERE external_id = 2000"), "new name|9");
        assert_eq!(
            database.text("SELECT status, records_deleted FROM sync_logs ORDER BY id DESC LIMIT 1"),
            "completed|1"
        );

        assert_eq!(plan(&scene.run("rooms --dry-run")), first);
        let approved = scene.run(&format!("rooms --approve {first}"));
        assert_eq!(told(&approved), ["0 completed", "hall_rooms completed: 3 unchanged, 2 deleted"]);
        assert_eq!(active(&scene), ["2000", "3000", "3001"]);
    }

    fn one_plan_covers_all_refused_halls_and_no_others(database) {
        let scene = scene(database);
        scene.api.hall_rooms(1, json!([]));
        let of_one = plan(&scene.run("rooms"));
        scene.api.hall_rooms(2, json!([]));
        let before = scene.database.dump();
        let outcome = scene.run(&format!("rooms --approve {of_one}"));
        let of_two = plan(&outcome);
        assert_ne!(of_two, of_one);
        assert_eq!(
            told(&outcome),
            [
                "3 partial".to_owned(),
                "hall_rooms completed: 2 unchanged".to_owned(),
                guard_line_after(1, &of_two, &of_one),
                guard_line_after(2, &of_two, &of_one)
            ]
        );
        assert_eq!(unstamped(&scene.database.dump()), unstamped(&before));
        scene.run(&format!("rooms --approve {of_two}")).expect(0);
        assert_eq!(active(&scene), ["3000", "3001"]);
    }

    fn when_all_were_refused_the_pass_is(database) {
        let scene = scene(database);
        for hall in 1..=3 {
            scene.api.hall_rooms(hall, json!([]));
        }
        let before = scene.database.dump();
        let outcome = scene.run("rooms");
        let plan = plan(&outcome);
        assert_eq!(
            told(&outcome),
            [
                "4 refused (guard)".to_owned(),
                "hall_rooms refused: 6 deleted".to_owned(),
                guard_line(1, &plan),
                guard_line(2, &plan),
                guard_line(3, &plan)
            ]
        );
        assert_eq!(scene.database.dump(), before);
        assert_eq!(
            database.text("SELECT status, records_deleted FROM sync_logs ORDER BY id DESC LIMIT 1"),
            "failed|0"
        );
        let message = without_sudo(&without_isolates(outcome.json()["error"]["message"].as_str().unwrap()));
        assert_eq!(
            message,
            format!(
                "refused, nothing was changed: 2 of 2 active rooms of hall 1 ({}), 2 of 2 active rooms of hall 2 ({}), \
                 2 of 2 active rooms of hall 3 ({}) would be deactivated\n  \
                 if the feed is wrong: do nothing, the next good feed will pass\n  \
                 if it is right, approve plan {plan}:\n    \
                 examsync rooms --approve {plan}",
                hall_name(1), hall_name(2), hall_name(3)
            )
        );
    }

    fn the_only_hall_that_was_asked_is_refused_with_four(database) {
        let scene = scene(database);
        let outcome = scene.rooms(2, json!([]));
        let line = guard_line_of("rooms --hall 2", 2, &plan(&outcome), "");
        assert_eq!(
            told(&outcome),
            ["4 refused (guard)".to_owned(), "hall_rooms refused: 2 deleted".to_owned(), line]
        );
    }

    fn a_hall_that_failed_and_one_that_was_refused_make_it_partial(database) {
        let scene = scene(database);
        scene.api.hall_rooms(1, json!([]));
        scene.api.hall_rooms(2, Answer::status(404));
        let before = scene.database.dump();
        let outcome = scene.run("rooms");
        let lines = told(&outcome);
        assert_eq!(lines[..2], ["3 partial", "hall_rooms completed: 2 unchanged"]);
        assert!(lines[2].starts_with("  error contract 2: "), "{lines:?}");
        assert_eq!(lines[3..], [guard_line(1, &plan(&outcome))]);
        assert_eq!(unstamped(&scene.database.dump()), unstamped(&before));
    }

    fn the_errors_of_many_refused_halls_are_capped(database) {
        let scene = Scene::with_halls(database, halls(120, 1));
        for hall in 1..=120 {
            scene.api.hall_rooms(hall, json!([]));
        }
        let report = scene.run("rooms").expect(4).json();
        assert_eq!(report["syncs"][0]["errors"].as_array().unwrap().len(), 100);
        assert_eq!(report["syncs"][0]["records"]["deleted"], json!(120));
    }
}

/// The dump without the time of the last good pass, which moves for confirmed rows.
fn unstamped(dump: &[String]) -> Vec<String> {
    let stamp = regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?").unwrap();
    dump.iter().map(|row| stamp.replace_all(row, "[time]").into_owned()).collect()
}
