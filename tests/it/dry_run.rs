//! Dry runs (contract §7): everything is done and rolled back, and what would be is told.

mod changes;
mod property;

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, plan, told};
use crate::support::data::{count, counts, hall, halls, room, seat, slot};
use crate::support::{Answer, on_both_databases};

/// Runs `arguments` dry and then really: no row of any table differs after the dry run, and it tells the same.
pub(super) fn dry_then_real(scene: &Scene<'_>, arguments: &str) -> Vec<String> {
    let before = scene.database.dump_with_logs();
    let dry = scene.run(&format!("{arguments} --dry-run"));
    assert_eq!(scene.database.dump_with_logs(), before, "after a dry run of {arguments}");
    let real = scene.run(arguments);
    assert_eq!(told(&dry), told(&real), "{arguments}");
    let plans = |report: Value| -> Vec<Value> {
        report["syncs"].as_array().unwrap().iter().map(|sync| sync["plan"].clone()).collect()
    };
    assert_eq!(plans(dry.json()), plans(real.json()), "{arguments}");
    assert_eq!((&dry.json()["dry_run"], &real.json()["dry_run"]), (&json!(true), &json!(false)));
    assert_eq!(dry.json()["error"], real.json()["error"]);
    told(&real)
}

on_both_databases! {
    fn a_dry_run_into_empty_tables_leaves_them_empty(database) {
        let scene = Scene::new(database);
        scene.api.halls(halls(3, 4));
        assert_eq!(
            dry_then_real(&scene, "halls"),
            ["0 completed", "exam_halls completed: 3 created", "hall_rooms completed: 12 created"]
        );
    }

    fn every_kind_of_change_of_halls_is_told_and_undone(database) {
        let scene = Scene::with_halls(database, halls(6, 3));
        scene.participants(DATE, counts(DATE, 6, 3, 2)).expect(0);
        let mut feed = halls(8, 3);
        feed[0]["name"] = json!("renamed");
        feed[1]["rooms"][0]["capacity"] = json!(1);
        feed[2]["isActive"] = json!(false);
        feed[3]["name"] = json!(" ");
        feed[4]["regionId"] = json!("r");
        let moved = feed[5]["rooms"][0].take();
        feed[5]["rooms"].as_array_mut().unwrap().remove(0);
        feed[0]["rooms"].as_array_mut().unwrap().push(crate::support::data::with(moved, "examHallId", json!(1)));
        feed[6]["rooms"][1]["id"] = json!(7000);
        scene.api.halls(feed);
        let lines = dry_then_real(&scene, "halls");
        assert_eq!(lines[0], "3 partial");
        assert_eq!(lines[1], "exam_halls completed: 2 created, 3 updated, 2 unchanged, 1 deleted, 1 errored");
    }

    fn a_refusal_and_a_broken_feed_end_alike_in_a_dry_run(database) {
        let scene = Scene::with_halls(database, halls(6, 3));
        scene.participants(DATE, counts(DATE, 6, 3, 2)).expect(0);
        scene.api.halls(json!([]));
        assert_eq!(
            dry_then_real(&scene, "halls"),
            ["4 refused (guard)", "exam_halls refused: 6 deleted", "hall_rooms refused: 18 deleted"]
        );
        scene.api.participants(DATE, json!([]));
        assert_eq!(
            dry_then_real(&scene, &format!("participants --date {DATE}")),
            ["4 refused (guard)", "2099-06-01 refused: 36 deleted"]
        );
        for hall in 1..=6 {
            scene.api.hall_rooms(hall, json!([]));
        }
        assert_eq!(dry_then_real(&scene, "rooms")[..2], ["4 refused (guard)", "hall_rooms refused: 18 deleted"]);
        scene.api.halls(Answer::body("no JSON"));
        assert_eq!(dry_then_real(&scene, "halls")[0], "13 failed (contract)");
        scene.api.halls(json!([{"id": 1}]));
        assert_eq!(dry_then_real(&scene, "halls")[0], "13 failed (contract)");
        scene.api.participants(DATE, Answer::status(404));
        assert_eq!(dry_then_real(&scene, &format!("participants --date {DATE}"))[0], "13 failed (contract)");
    }

    fn rooms_are_told_hall_by_hall_and_undone(database) {
        let scene = Scene::with_halls(database, halls(4, 2));
        scene.api.hall_rooms(1, json!([]));
        scene.api.hall_rooms(2, json!([room(2000, "new name", 5), room(2002, "new room", 5)]));
        scene.api.hall_rooms(3, Answer::status(404));
        scene.api.hall_rooms(4, json!([room(4000, "x", 5), room(4001, "y", -1), room(1000, "moved", 5)]));
        let lines = dry_then_real(&scene, "rooms");
        assert_eq!(lines[0], "3 partial");
        assert_eq!(lines[1], "hall_rooms completed: 1 created, 3 updated, 2 deleted, 1 errored");
    }

    fn an_approved_plan_is_let_through_dry_as_well(database) {
        let scene = Scene::with_halls(database, halls(6, 3));
        let approved = plan(&scene.halls(json!([])));
        assert_eq!(
            dry_then_real(&scene, &format!("halls --approve {approved}")),
            ["0 completed", "exam_halls completed: 6 deleted", "hall_rooms completed: 18 deleted"]
        );
    }

    fn several_dates_and_the_halls_that_they_need_are_one_transaction_that_is_undone(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "One", vec![room(11, "A", 50)])]));
        scene.participants("2099-06-02", json!([slot("09:00", vec![count(1, 11, 5), ])])).expect(0);
        scene.api.halls(json!([
            hall(1, "One!", vec![room(11, "A", 50), room(12, "B", 2)]),
            hall(2, "Two", vec![room(21, "C", 50)]),
        ]));
        // The first date knows everything; the second needs the halls, and so does the fourth, which has more that
        // nobody knows; the third would lose everybody.
        scene.api.participants("2099-06-01", json!([slot("09:00", vec![count(1, 11, 7)])]));
        scene.api.participants("2099-06-02", json!([slot("09:00", vec![count(1, 11, 6), count(2, 21, 5), count(1, 12, 3)])]));
        scene.participants("2099-06-03", json!([slot("09:00", vec![count(1, 11, 9)])])).expect(0);
        scene.api.participants("2099-06-03", json!([]));
        scene.api.participants("2099-06-04", json!([slot("09:00", vec![count(2, 21, 1), count(3, 31, 1), seat(1, 12, 1, 1, "A")])]));
        assert_eq!(
            dry_then_real(&scene, "participants --date 2099-06-01..2099-06-04"),
            [
                "3 partial",
                "exam_halls completed: 1 created, 1 updated",
                "hall_rooms completed: 2 created, 1 unchanged",
                "2099-06-01 completed: 1 created",
                "2099-06-02 completed: 2 created, 1 updated",
                "  warning over_capacity 12: room 12 (B) at 09:00:00 has 3 people for 2 seats",
                "2099-06-03 refused: 1 deleted",
                "2099-06-04 completed: 2 created, 1 errored",
                "  error unknown_room 31 at data[0].participants[1]: room 31 is not known here",
            ]
        );
    }

    fn halls_that_fail_while_a_date_needs_them_are_no_verdict_on_it(database) {
        let scene = Scene::with_halls(database, halls(2, 2));
        scene.api.halls(json!([]));
        scene.api.participants(DATE, json!([slot("09:00", vec![count(1, 1000, 7), count(9, 9000, 1)])]));
        assert_eq!(
            dry_then_real(&scene, &format!("participants --date {DATE}")),
            [
                "3 partial",
                "exam_halls refused: 2 deleted",
                "hall_rooms refused: 4 deleted",
                "2099-06-01 completed: 1 created, 1 errored",
                "  error unknown_room 9000 at data[0].participants[1]: room 9000 is not known here",
            ]
        );
    }

    fn a_feed_from_a_file_can_be_tried_dry(database) {
        let scene = Scene::with_halls(database, halls(2, 2));
        std::fs::write(scene.program.folder().join("feed.json"), json!({"data": halls(3, 2)}).to_string()).unwrap();
        assert_eq!(
            dry_then_real(&scene, "halls --from feed.json"),
            ["0 completed", "exam_halls completed: 1 created, 2 unchanged", "hall_rooms completed: 2 created, 4 unchanged"]
        );
    }

    fn a_dry_run_remembers_nothing_for_conditional_requests_but_uses_what_is_known(database) {
        let scene = Scene::new(database);
        scene.api.with_etags();
        scene.api.halls(halls(2, 2));
        scene.api.participants(DATE, counts(DATE, 2, 2, 1));
        let participants = format!("participants --date {DATE}");
        dry_then_real(&scene, "halls");
        dry_then_real(&scene, &participants);
        let asked = || -> Vec<bool> {
            let requests = scene.api.requests();
            scene.api.forget_requests();
            requests.iter().map(|request| request.header("if-none-match").is_some()).collect()
        };
        assert_eq!(asked(), [false; 4]);
        dry_then_real(&scene, "halls");
        let lines = dry_then_real(&scene, &participants);
        assert_eq!(asked(), [true; 4]);
        assert_eq!(lines, ["0 completed", "2099-06-01 completed: 4 unchanged"]);
    }
}
