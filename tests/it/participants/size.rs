//! A big day, and the schedule that the supervision application reads.

use serde_json::{Value, json};

use super::{DAY, ONE_DAY, prepared};
use crate::support::data::{self, count, seat, slot};
use crate::support::{Examsync, MockApi, on_both_databases};
use crate::syncs::fine;

on_both_databases! {
    fn twenty_thousand_entries_of_a_day_are_created_and_then_unchanged(database) {
        database.migrate();
        let api = MockApi::start();
        api.halls(data::halls_feed(200, 20));
        api.participants(DAY, data::counts_feed(DAY, 200, 20, 5));
        let program = Examsync::new(database, &api);
        fine(&program, "halls", &[
            "exam_halls completed: 200 processed, 200 created",
            "hall_rooms completed: 4000 processed, 4000 created",
        ]);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 20000 processed, 20000 created"]);
        let sum = "SELECT count(*), sum(participant_count), count(DISTINCT uid) FROM participants WHERE is_active";
        let before = database.text(sum);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 20000 processed, 20000 unchanged"]);
        assert_eq!(database.text(sum), before);
        assert!(before.starts_with("20000|") && before.ends_with("|20000"), "{before}");
    }

    fn a_day_of_which_all_is_listed_twice_counts_once_within_its_slots_and_is_added_up_across_slots(database) {
        database.migrate();
        let api = MockApi::start();
        api.halls(data::halls(50, 20));
        let program = Examsync::new(database, &api);
        let _ = program.run("halls").expect(0);
        let once = data::counts(DAY, 50, 20, 4).as_array().cloned().unwrap();
        let mut doubled = once.clone();
        for slot in &mut doubled {
            let entries = slot["participants"].as_array().cloned().unwrap();
            slot["participants"].as_array_mut().unwrap().extend(entries);
        }
        let records = |feed: Vec<Value>| {
            api.participants(DAY, json!(feed));
            let records = program.run(&format!("{ONE_DAY} --json")).expect(0).json()["syncs"][0]["records"].clone();
            ["created", "updated", "unchanged"].map(|name| records[name].as_i64().unwrap())
        };
        let people = "SELECT sum(participant_count) FROM participants";
        assert_eq!(records(doubled.clone()), [4000, 0, 0]);
        assert_eq!(records(doubled), [0, 0, 4000]);
        assert_eq!(records(once.clone()), [0, 0, 4000]);
        let before = database.number(people);
        let slots_twice = [once.clone(), once].concat();
        assert_eq!(records(slots_twice.clone()), [0, 4000, 0]);
        assert_eq!(records(slots_twice), [0, 0, 4000]);
        assert_eq!(database.number(people), 2 * before);
    }

    fn the_schedule_sums_up_active_rows_by_date_and_time(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([
            slot("09:00", vec![count(1, 101, 25), count(1, 102, 5), count(2, 201, 10)]),
            slot("14:00", vec![seat(2, 201, 7, 1, "Əli"), seat(2, 201, 8, 2, "Günay")]),
        ]));
        api.participants("2099-06-02", json!([slot("09:00", vec![count(1, 101, 3)])]));
        let both = "participants --date 2099-06-01 --date 2099-06-02";
        fine(&program, both, &[
            "participants 2099-06-01 completed: 5 processed, 5 created",
            "participants 2099-06-02 completed: 1 processed, 1 created",
        ]);
        let schedule = "SELECT exam_date, start_time, halls, rooms, participants FROM exam_schedules ORDER BY 1, 2";
        assert_eq!(
            database.rows(schedule),
            ["2099-06-01|09:00:00|2|3|40", "2099-06-01|14:00:00|1|1|2", "2099-06-02|09:00:00|1|1|3"]
        );
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 25), count(1, 102, 5)])]));
        fine(&program, both, &[
            "participants 2099-06-01 completed: 2 processed, 2 unchanged, 3 deleted",
            "participants 2099-06-02 completed: 1 processed, 1 unchanged",
        ]);
        assert_eq!(database.rows(schedule), ["2099-06-01|09:00:00|1|2|30", "2099-06-02|09:00:00|1|1|3"]);
    }
}
