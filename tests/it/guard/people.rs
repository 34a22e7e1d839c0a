//! Participants of a date: judged by people, net, so that what is only moved is no loss.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, noon, plan, told};
use crate::support::data::{count, halls, seat, slot};
use crate::support::{Database, Outcome, on_both_databases};

/// Five halls with four rooms each.
fn scene(database: &Database) -> Scene<'_> {
    Scene::with_halls(database, halls(5, 4))
}

/// One slot with these numbers of people, each in a room of its own.
fn people(start_time: &str, numbers: &[i64]) -> Value {
    let entries = numbers.iter().zip(0..).map(|(people, nth)| {
        let (hall, room) = (nth / 4 + 1, nth % 4);
        count(hall, hall * 1000 + room, *people)
    });
    json!([slot(start_time, entries.collect())])
}

fn line(outcome: &Outcome) -> String {
    format!("{}: {}", outcome.code, told(outcome).swap_remove(1))
}

on_both_databases! {
    fn exactly_the_limit_of_people_passes_and_one_more_is_refused(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30, 50])).expect(0);
        let before = scene.database.dump();
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[20, 30, 29]))),
            "4: 2099-06-01 refused: 1 updated, 2 unchanged");
        assert_eq!(scene.database.dump(), before);
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[20, 30, 30]))),
            "0: 2099-06-01 completed: 1 updated, 2 unchanged");
        // A row that goes is so many people; what others gain is set against it.
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[20, 30]))),
            "4: 2099-06-01 refused: 2 unchanged, 1 deleted");
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[24, 40]))),
            "0: 2099-06-01 completed: 2 updated, 1 deleted");
    }

    fn ten_people_of_twelve_pass_and_eleven_are_refused(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[1, 11])).expect(0);
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[1]))),
            "4: 2099-06-01 refused: 1 unchanged, 1 deleted");
        scene.participants(DATE, people("09:00", &[2, 10])).expect(0);
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[2]))),
            "0: 2099-06-01 completed: 1 unchanged, 1 deleted");
    }

    fn a_date_is_never_emptied_however_small_it_is(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[1, 1])).expect(0);
        let before = scene.database.dump();
        assert_eq!(line(&scene.participants(DATE, json!([]))), "4: 2099-06-01 refused: 2 deleted");
        assert_eq!(line(&scene.participants(DATE, json!([slot("09:00", vec![])]))), "4: 2099-06-01 refused: 2 deleted");
        assert_eq!(scene.database.dump(), before);
        assert_eq!(
            line(&scene.participants("2099-06-02", json!([]))),
            "0: 2099-06-02 completed: nothing",
            "a date without anybody loses nobody"
        );
    }

    fn counts_that_fall_to_nought_are_a_loss_of_people(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30])).expect(0);
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[0, 0]))), "4: 2099-06-01 refused: 2 updated");
    }

    fn a_whole_day_moved_by_an_hour_passes(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30, 50])).expect(0);
        assert_eq!(line(&scene.participants(DATE, people("10:00", &[20, 30, 50]))),
            "0: 2099-06-01 completed: 3 created, 3 deleted");
        // Back again is a return of the same rows.
        assert_eq!(line(&scene.participants(DATE, people("09:00", &[20, 30, 50]))),
            "0: 2099-06-01 completed: 3 updated, 3 deleted");
    }

    fn everybody_moved_to_other_rooms_passes(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30])).expect(0);
        let elsewhere = json!([slot("09:00", vec![count(3, 3000, 30), count(4, 4001, 20)])]);
        assert_eq!(line(&scene.participants(DATE, elsewhere)), "0: 2099-06-01 completed: 2 created, 2 deleted");
    }

    fn counts_that_become_seats_pass(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[15])).expect(0);
        let seats = json!([slot("09:00", (1..=15).map(|n| seat(1, 1000, n, n, "A")).collect())]);
        assert_eq!(line(&scene.participants(DATE, seats.clone())), "0: 2099-06-01 completed: 15 created, 1 deleted");
        let later = json!([slot("11:00", seats[0]["participants"].as_array().unwrap().clone())]);
        assert_eq!(line(&scene.participants(DATE, later)), "0: 2099-06-01 completed: 15 updated");
    }

    fn what_has_begun_does_not_count(database) {
        let (zone, today) = noon();
        let mut scene = scene(database);
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        let day = |morning: &[i64], evening: &[i64]| {
            json!([people("00:30", morning)[0], people("23:30", evening)[0]])
        };
        scene.participants(&today, day(&[500, 400], &[20, 30])).expect(0);
        let before = scene.database.dump();
        // 12 of 950 people are little, but 12 of the 50 that have not begun are too many.
        let refused = scene.participants(&today, day(&[500, 400], &[20, 18]));
        assert_eq!(line(&refused), format!("4: {today} refused: 1 updated, 3 unchanged"));
        // Nor does the morning keep the evening from being the last that the date has.
        let refused = scene.participants(&today, day(&[500, 400], &[]));
        assert_eq!(line(&refused), format!("4: {today} refused: 2 unchanged, 2 deleted"));
        assert_eq!(scene.database.dump(), before);
        // What is gone of the morning is no loss: it stays, marked.
        let outcome = scene.participants(&today, day(&[], &[20, 30]));
        assert_eq!(
            told(&outcome),
            [
                "0 completed".to_owned(),
                format!("{today} completed: 2 unchanged"),
                "  warning absent_after_start 1000: room 1000 (Otaq 101) at 00:30:00 is gone from the feed, \
                 but it has begun: it stays".to_owned(),
                "  warning absent_after_start 1001: room 1001 (Otaq 102) at 00:30:00 is gone from the feed, \
                 but it has begun: it stays".to_owned(),
            ]
        );
        assert_eq!(
            scene.rows("SELECT participant_count, is_active, sync_status, sync_error FROM participants ORDER BY 1"),
            [
                "20|1|synced|null",
                "30|1|synced|null",
                "400|1|sync_error|absent from the feed after its start",
                "500|1|sync_error|absent from the feed after its start"
            ]
        );
        let again = scene.run(&format!("participants --date {today}"));
        assert_eq!(told(&again), ["0 completed".to_owned(), format!("{today} completed: 2 unchanged")]);
        let back = scene.participants(&today, day(&[500, 400], &[20, 30]));
        assert_eq!(told(&back), ["0 completed".to_owned(), format!("{today} completed: 4 unchanged")]);
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE sync_status = 'synced'"), 4);
    }

    fn a_date_is_not_left_with_nothing_but_what_would_have_begun(database) {
        let (zone, today) = noon();
        let mut scene = scene(database);
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        scene.participants(&today, people("23:30", &[20, 30])).expect(0);
        let before = scene.database.dump();
        // As where the external system is wrong about the zone: it could never be undone, for what has begun stays.
        let refused = scene.participants(&today, people("00:30", &[20, 30]));
        assert_eq!(line(&refused), format!("4: {today} refused: 2 created, 2 deleted"));
        assert_eq!(scene.database.dump(), before);
        // A slot that is moved, be it to a start that has passed, loses nobody.
        let day = json!([people("00:30", &[20])[0], slot("23:30", vec![count(1, 1001, 30)])]);
        assert_eq!(
            line(&scene.participants(&today, day)),
            format!("0: {today} completed: 1 created, 1 unchanged, 1 deleted")
        );
    }

    fn a_refusal_names_who_would_be_lost_and_its_plan_lets_it_through(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30, 50])).expect(0);
        let before = scene.database.dump();
        scene.api.participants(DATE, people("09:00", &[20, 10]));
        let refused = scene.program.run(&format!("participants --date {DATE}"));
        let dry = scene.run(&format!("participants --date {DATE} --dry-run"));
        let first = plan(&dry);
        assert_eq!(
            refused.snapshot().replace(&first, "[plan]"),
            "exit code 4\nstdout:\n\nstderr:\n\
             examsync: error: refused, nothing was changed: on 2099-06-01, 70 of 100 people would be lost: 09:00 70; ⟨\"Zəfər\" liseyi № 1⟩ (hall 1): 100 → 30\n  \
               if the feed is wrong: do nothing, the next good feed will pass\n  \
               if it is right, approve plan [plan]:\n    \
               examsync participants --date 2099-06-01 --approve [plan]\n\
             examsync: in participants, 2099-06-01 Mon, run [uuid]"
        );
        assert_eq!(scene.database.dump(), before);

        // The same rows with another number left are another plan.
        scene.api.participants(DATE, people("09:00", &[20, 11]));
        let other = scene.run(&format!("participants --date {DATE} --approve {first}"));
        assert_eq!(line(&other), "4: 2099-06-01 refused: 1 updated, 1 unchanged, 1 deleted");
        assert_ne!(plan(&other), first);
        scene.api.participants(DATE, people("09:00", &[20, 10]));
        let approved = scene.run(&format!("participants --date {DATE} --approve {first}"));
        assert_eq!(line(&approved), "0: 2099-06-01 completed: 1 updated, 1 unchanged, 1 deleted");
    }

    fn a_refused_date_leaves_the_others_their_way(database) {
        let scene = scene(database);
        scene.participants(DATE, people("09:00", &[20, 30])).expect(0);
        scene.api.participants(DATE, json!([]));
        scene.api.participants("2099-06-02", people("09:00", &[5]));
        assert_eq!(
            told(&scene.run("participants --date 2099-06-01..2099-06-02")),
            ["3 partial", "2099-06-01 refused: 2 deleted", "2099-06-02 completed: 1 created"]
        );
        assert_eq!(
            scene.rows("SELECT exam_date, sum(participant_count) FROM participants WHERE is_active GROUP BY exam_date ORDER BY 1"),
            ["2099-06-01|50", "2099-06-02|5"]
        );
    }
}
