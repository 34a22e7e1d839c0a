//! Halls and rooms of a halls pass: judged by rows, each kind by its own count, with one plan.

use serde_json::{Value, json};

use crate::scene::{Scene, plan, told};
use crate::support::data::{hall, halls, room, with};
use crate::support::{Outcome, on_both_databases};

/// So many halls without rooms, numbered from `first`.
fn bare(first: i64, count: i64) -> Value {
    (first..first + count).map(|id| hall(id, &format!("Hall {id}"), vec![])).collect()
}

/// One hall with so many rooms, numbered from `first`.
fn roomy(first: i64, count: i64) -> Value {
    json!([hall(1, "Hall", (first..first + count).map(|id| room(id, &format!("Room {id}"), 5)).collect())])
}

/// The exit code, and how many of which kind went.
fn verdict(outcome: &Outcome) -> String {
    let report = outcome.json();
    let deleted = |sync: usize| report["syncs"][sync]["records"]["deleted"].as_i64().unwrap();
    format!("{}: {} halls, {} rooms", outcome.code, deleted(0), deleted(1))
}

on_both_databases! {
    fn exactly_the_limit_passes_and_one_row_more_is_refused(database) {
        let scene = Scene::with_halls(database, bare(1, 100));
        let before = scene.database.dump();
        assert_eq!(verdict(&scene.halls(bare(22, 79))), "4: 21 halls, 0 rooms");
        assert_eq!(scene.database.dump(), before);
        assert_eq!(verdict(&scene.halls(bare(21, 80))), "0: 20 halls, 0 rooms");
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE is_active"), 80);
    }

    fn rooms_are_counted_by_themselves(database) {
        let scene = Scene::with_halls(database, roomy(1, 100));
        assert_eq!(verdict(&scene.halls(roomy(22, 79))), "4: 0 halls, 21 rooms");
        assert_eq!(verdict(&scene.halls(roomy(21, 80))), "0: 0 halls, 20 rooms");
    }

    fn ten_of_twenty_pass_and_eleven_are_refused(database) {
        let scene = Scene::with_halls(database, bare(1, 20));
        assert_eq!(verdict(&scene.halls(bare(12, 9))), "4: 11 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(11, 10))), "0: 10 halls, 0 rooms");
    }

    fn more_than_half_of_at_least_eight_is_refused(database) {
        let mut scene = Scene::with_halls(database, bare(1, 10));
        assert_eq!(verdict(&scene.halls(bare(1, 1))), "4: 9 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(1, 4))), "4: 6 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(1, 5))), "0: 5 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(1, 1))), "0: 4 halls, 0 rooms", "of five, all but one may go");
        scene.halls(bare(1, 10)).expect(0);
        scene.program = scene.program.env("SYNC_MAX_DEACTIVATE_PERCENT", "51");
        assert_eq!(verdict(&scene.halls(bare(1, 1))), "0: 9 halls, 0 rooms", "the percentage says so");
    }

    fn all_of_two_and_all_of_one_are_refused(database) {
        let scene = Scene::with_halls(database, bare(1, 2));
        assert_eq!(verdict(&scene.halls(json!([]))), "4: 2 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(3, 50))), "4: 2 halls, 0 rooms", "others are no replacement");
        scene.halls(bare(2, 1)).expect(0);
        assert_eq!(verdict(&scene.halls(json!([]))), "4: 1 halls, 0 rooms");
        assert_eq!(scene.rows("SELECT external_id, is_active FROM buildings ORDER BY 1"), ["1|0", "2|1"]);
    }

    fn an_empty_feed_into_empty_tables_is_no_loss(database) {
        let scene = Scene::new(database);
        assert_eq!(
            told(&scene.halls(json!([]))),
            ["0 completed", "exam_halls completed: nothing", "hall_rooms completed: nothing"]
        );
    }

    fn rows_that_say_inactive_count_like_absent_ones(database) {
        let scene = Scene::with_halls(database, bare(1, 2));
        let closed = bare(1, 2).as_array().unwrap().iter().map(|hall| with(hall.clone(), "isActive", json!(0))).collect();
        assert_eq!(verdict(&scene.halls(closed)), "4: 2 halls, 0 rooms");
    }

    fn one_hall_that_takes_too_many_rooms_along_is_refused(database) {
        let mut feed = bare(1, 9);
        feed[0] = roomy(101, 50)[0].clone();
        feed[1]["rooms"] = roomy(201, 10)[0]["rooms"].clone();
        let scene = Scene::with_halls(database, feed.clone());
        let before = scene.database.dump();
        let without: Value = feed.as_array().unwrap()[1..].into();
        assert_eq!(verdict(&scene.halls(without)), "4: 1 halls, 50 rooms");
        assert_eq!(scene.database.dump(), before);
    }

    fn the_percentage_is_a_setting(database) {
        let mut scene = Scene::with_halls(database, bare(1, 100));
        scene.program = scene.program.env("SYNC_MAX_DEACTIVATE_PERCENT", "50");
        assert_eq!(verdict(&scene.halls(bare(52, 49))), "4: 51 halls, 0 rooms");
        assert_eq!(verdict(&scene.halls(bare(51, 50))), "0: 50 halls, 0 rooms");
        scene.program = scene.program.env("SYNC_MAX_DEACTIVATE_PERCENT", "100");
        assert_eq!(verdict(&scene.halls(json!([]))), "4: 50 halls, 0 rooms", "all is never let through");
    }

    fn a_refusal_says_what_would_go_and_what_to_do_and_leaves_a_failed_log_row(database) {
        let scene = Scene::with_halls(database, halls(7, 2));
        let before = scene.database.dump();
        scene.api.halls(halls(1, 1));
        let refused = scene.program.run("halls");
        let plan = plan(&scene.run("halls"));
        assert_eq!(
            refused.snapshot().replace(&plan, "[plan]"),
            "exit code 4\nstdout:\n\nstderr:\n\
             examsync: error: refused, nothing was changed: 6 of 7 active halls, 13 of 14 active rooms would be deactivated; \
               ⟨Şəki Regional İmtahan Mərkəzi 2⟩ (hall 2), ⟨Школа-гимназия № 3 (русский сектор)⟩ (hall 3), \
               ⟨Gəncə Dövlət Universiteti, 4-ci korpus⟩ (hall 4), ⟨Naxçıvan «Heydər Əliyev» məktəbi 5⟩ (hall 5), \
               ⟨O'Hara College Hall 6⟩ (hall 6) and 2 more\n  \
               if the feed is wrong: do nothing, the next good feed will pass\n  \
               if it is right, approve plan [plan]:\n    \
               examsync halls --approve [plan]\n\
             examsync: in halls, run [uuid]"
        );
        assert_eq!(scene.database.dump(), before);
        assert_eq!(
            scene.rows(
                "SELECT sync_type, status, records_processed, records_deleted, completed_at IS NOT NULL
                 FROM sync_logs ORDER BY id"
            ),
            [
                "exam_halls|completed|7|0|1", "hall_rooms|completed|14|0|1",
                "exam_halls|failed|0|0|1", "hall_rooms|failed|0|0|1",
                "exam_halls|failed|0|0|1", "hall_rooms|failed|0|0|1"
            ]
        );
        let message = database.text("SELECT error_message FROM sync_logs WHERE id = 3");
        assert!(message.starts_with("refused, nothing was changed: 6 of 7 active halls"), "{message}");
        let details: Value =
            serde_json::from_str(&database.text("SELECT error_details FROM sync_logs WHERE id = 4")).unwrap();
        assert_eq!((&details["kind"], &details["plan"]), (&json!("guard"), &json!(plan)));
    }

    fn the_document_of_a_refusal_holds_counts_and_one_plan_for_both_syncs(database) {
        let scene = Scene::with_halls(database, halls(2, 2));
        let outcome = scene.halls(json!([]));
        let report = outcome.json();
        assert_eq!(
            told(&outcome),
            ["4 refused (guard)", "exam_halls refused: 2 deleted", "hall_rooms refused: 4 deleted"]
        );
        let plans = [&report["syncs"][0]["plan"], &report["syncs"][1]["plan"]];
        assert_eq!(plans[0], plans[1]);
        let plan = plan(&outcome);
        assert!(plan.len() == 12 && plan.bytes().all(|digit| digit.is_ascii_hexdigit()), "{plan}");
        let message = report["error"]["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("--approve {plan}")), "{message}");
    }

    fn the_same_loss_has_the_same_plan_dry_or_not(database) {
        let scene = Scene::with_halls(database, halls(5, 2));
        let first = plan(&scene.halls(json!([])));
        assert_eq!(plan(&scene.run("halls")), first);
        assert_eq!(plan(&scene.run("halls --dry-run")), first);
        scene.api.halls(bare(1, 1));
        let other = scene.run(&format!("halls --approve {first}"));
        assert_eq!(verdict(&other), "4: 4 halls, 10 rooms");
        assert_ne!(plan(&other), first);
    }

    fn a_feed_that_changed_after_the_approval_is_refused_with_its_own_plan(database) {
        let scene = Scene::with_halls(database, bare(1, 30));
        let first = plan(&scene.halls(bare(1, 10)));
        let before = scene.database.dump();
        scene.api.halls(bare(1, 9));
        let other = scene.run(&format!("halls --approve {first}"));
        assert_eq!(verdict(&other), "4: 21 halls, 0 rooms");
        assert_ne!(plan(&other), first);
        scene.api.halls(bare(2, 10));
        let as_many = scene.run(&format!("halls --approve {first} --approve {}", plan(&other)));
        assert_eq!(verdict(&as_many), "4: 20 halls, 0 rooms");
        assert_ne!(plan(&as_many), first);
        assert_eq!(scene.database.dump(), before);

        scene.api.halls(bare(1, 10));
        let approved = scene.run(&format!("halls --approve {} --approve {first}", plan(&other)));
        assert_eq!(
            told(&approved),
            [
                "0 completed",
                "exam_halls completed: 10 unchanged, 20 deleted",
                "hall_rooms completed: nothing"
            ]
        );
        assert_eq!(plan(&approved), first);
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE is_active"), 10);
        assert_eq!(told(&scene.run("halls"))[0], "0 completed", "what is gone is no loss again");
    }
}
