//! Rooms that several entries count people of: all people are counted, and each once.

use serde_json::{Value, json};

use super::{DAY, ONE_DAY, prepared};
use crate::scene::{DATE, Scene, told};
use crate::support::data::{body_of, count, hall, room, seat, slot, slot_text, with};
use crate::support::{Database, on_both_databases};
use crate::syncs::{fine, rows_of, synced};

fn titled(room: i64, people: i64, title: &str) -> Value {
    with(count(1, room, people), "examTitle", json!(title))
}

/// These halls, and a guard that looks at people only when a date would be emptied.
fn scene(database: &Database, halls: Value) -> Scene<'_> {
    let mut scene = Scene::with_halls(database, halls);
    scene.program = scene.program.env("SYNC_MAX_DEACTIVATE_PERCENT", "100");
    scene
}

/// Everything that a pass may write of a row, but the stamp.
fn written(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT r.external_id, p.start_time, p.participant_count, p.exam_title, p.is_active, p.sync_status, p.updated_at
         FROM participants AS p JOIN rooms AS r ON r.id = p.room_id ORDER BY p.start_time, r.external_id",
    )
}

fn titles(database: &Database) -> Vec<String> {
    database.rows("SELECT participant_count, exam_title FROM participants ORDER BY start_time, room_id")
}

on_both_databases! {
    fn two_exams_in_one_room_are_one_record_with_the_people_of_both(database) {
        let places = json!([hall(1, "Bakı", vec![room(101, "A", 60), room(102, "B", 30)]), hall(2, "Gəncə", vec![])]);
        let one_slot = |titles: [&str; 2]| json!([
            slot("09:00", vec![titled(101, 30, titles[0]), titled(101, 30, titles[1]), count(1, 102, 7)]),
        ]);
        let two_slots = |titles: [&str; 2]| json!([
            slot("09:00", vec![titled(101, 30, titles[0]), count(1, 102, 7)]),
            slot("09:00:00", vec![titled(101, 30, titles[1])]),
        ]);
        let scene = scene(database, places);
        let shared = "  warning shared_room 101: room 101 (A) at 09:00:00 is shared: 2 entries have 60 people together (A / B)";
        assert_eq!(
            told(&scene.participants(DATE, one_slot(["B", "A"]))),
            ["0 completed", "2099-06-01 completed: 2 created", shared]
        );
        let first = written(database);
        assert_eq!(titles(database), ["60|A / B", "7|null"]);
        // The same in another order, or in two slots, is no change.
        for feed in [one_slot(["A", "B"]), one_slot(["B", "A"]), two_slots(["A", "B"]), two_slots(["B", "A"])] {
            assert_eq!(told(&scene.participants(DATE, feed)), ["0 completed", "2099-06-01 completed: 2 unchanged"]);
            assert_eq!(written(database), first);
        }
        assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 0);
        let renamed = one_slot(["A", "C"]);
        assert_eq!(
            told(&scene.participants(DATE, renamed)),
            ["0 completed", "2099-06-01 completed: 1 updated, 1 unchanged", &shared.replace("A / B", "A / C")]
        );
        let alone = json!([slot("09:00", vec![titled(101, 30, "A"), count(1, 102, 7)])]);
        assert_eq!(told(&scene.participants(DATE, alone)), ["0 completed", "2099-06-01 completed: 1 updated, 1 unchanged"]);
        assert_eq!(titles(database), ["30|A", "7|null"]);
        assert_eq!(
            database.rows("SELECT action, old_value ->> 'participant_count', new_value ->> 'participant_count' FROM audit_logs"),
            ["participants_changed|60|30"],
            "another title is no change of people, room or time"
        );
    }

    fn a_sum_is_judged_and_counted_like_any_other_count(database) {
        let (api, program) = prepared(database);
        let three = json!([
            slot("09:00", vec![titled(101, 10, "A"), count(1, 102, 5), titled(101, 20, "A")]),
            slot("09:00", vec![titled(101, 1, "")]),
            slot("14:00", vec![titled(101, 9, "A")]),
        ]);
        api.participants(DAY, three.clone());
        let over = "room 101 (⟨A⟩) at 09:00:00 has 31 people for 30 seats (over_capacity, id 101)";
        let shared = "room 101 (⟨A⟩) at 09:00:00 is shared: 3 entries have 31 people together (⟨A⟩) (shared_room, id 101)";
        let told = [shared, over].map(|text| format!("warning: 2099-06-01 Mon: {text}"));
        let told = told.each_ref().map(String::as_str);
        let sync = "participants 2099-06-01 completed: 3 processed, 3 created; warning shared_room 101; warning over_capacity 101";
        synced(&program, &format!("{ONE_DAY} --dry-run"), 0, &[sync], &told);
        assert_eq!(rows_of(database, DAY), [""; 0]);
        synced(&program, ONE_DAY, 0, &[sync], &told);
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 unchanged"]);
        assert_eq!(rows_of(database, DAY), [
            "101 09:00:00 31 people active", "102 09:00:00 5 people active", "101 14:00:00 9 people active",
        ]);
        assert_eq!(titles(database), ["31|A", "5|null", "9|A"]);
        assert_eq!(
            database.rows("SELECT type FROM notifications WHERE recipient_role = 'building_manager'"),
            ["over_capacity"],
            "a shared room is no work of a manager's by itself"
        );
    }

    fn each_of_several_dates_adds_up_its_own(database) {
        let (api, program) = prepared(database);
        let dates = ["2099-06-01", "2099-06-02", "2099-06-03"];
        for (nth, date) in (1..).zip(dates) {
            api.participants(date, json!([slot("09:00", vec![titled(101, nth, "A"), titled(101, 1, "B"), seat(2, 201, 7, 1, "Əli")])]));
        }
        let asked = "participants --date 2099-06-01..2099-06-03 --json";
        let line = |date: &str| format!("{date} completed: 2 created");
        for arguments in [format!("{asked} --dry-run"), asked.to_owned()] {
            let lines = told(&program.run(&arguments).expect(0));
            let dates_of = lines.iter().filter(|text| !text.starts_with(' ')).skip(1);
            assert_eq!(dates_of.collect::<Vec<_>>(), dates.map(line).iter().collect::<Vec<_>>());
            assert_eq!(lines.iter().filter(|text| text.starts_with("  warning shared_room 101: ")).count(), 3);
        }
        assert_eq!(
            database.rows("SELECT participant_count FROM participants WHERE external_profile_exam_id IS NULL ORDER BY exam_date"),
            ["2", "3", "4"]
        );
    }

    fn only_an_entry_that_is_the_same_to_the_letter_in_its_slot_counts_once(database) {
        let scene = scene(database, json!([hall(1, "Bakı", vec![room(101, "A", 90), room(102, "B", 90)])]));
        let one = with(count(1, 101, 30), "hallName", json!("Bakı"));
        let twice = json!([slot("09:00", vec![count(1, 102, 5), one.clone(), one.clone()])]);
        let repeated = "  warning repeated_entry 101 at data[0].participants[2]: room 101 at 09:00:00: the same entry is \
                        listed before it in its slot, to the letter; it counts once";
        for counts in ["2 created", "2 unchanged"] {
            assert_eq!(
                told(&scene.participants(DATE, twice.clone())),
                ["0 completed", &format!("2099-06-01 completed: {counts}"), repeated]
            );
        }
        let quiet = scene.program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""), "off a terminal it is printed once");
        assert_eq!(rows_of(database, DATE)[0], "101 09:00:00 30 people active");
        // What differs is another exam, also where nothing that is stored does.
        let others = [
            with(one.clone(), "hallName", json!("Baku")),
            with(one.clone(), "examId", json!(6)),
            with(one.clone(), "weight", json!(1.5)),
            with(one.clone(), "weight", json!(2.5)),
            with(one.clone(), "weight", json!(18_446_744_073_709_551_615_u64)),
            with(one.clone(), "of", json!({"exam": [1, 2]})),
            with(one.clone(), "of", json!({"exam": [2, 1]})),
            with(one.clone(), "placeId", json!(1)),
            with(one.clone(), "placeId", json!("1")),
        ];
        for other in &others {
            let feed = json!([slot("09:00", vec![one.clone(), other.clone(), count(1, 102, 5)])]);
            scene.participants(DATE, feed).expect(0);
            assert_eq!(rows_of(database, DATE)[0], "101 09:00:00 60 people active", "{other}");
            scene.participants(DATE, twice.clone()).expect(0);
        }
        let of_all = json!([slot("09:00", [others.to_vec(), others.to_vec()].concat()), slot("10:00", vec![count(1, 102, 5)])]);
        scene.participants(DATE, of_all).expect(0);
        assert_eq!(rows_of(database, DATE)[0], format!("101 09:00:00 {} people active", 30 * others.len()));
        let two_slots = json!([slot("09:00", vec![one.clone()]), slot("09:00", vec![one, count(1, 102, 5)])]);
        scene.participants(DATE, two_slots).expect(0);
        assert_eq!(rows_of(database, DATE)[0], "101 09:00:00 60 people active");
    }

    fn more_people_than_a_row_can_hold_are_bad_records_and_the_row_is_kept(database) {
        let scene = scene(database, json!([hall(1, "Bakı", vec![room(101, "A", 90), room(102, "B", 90), room(103, "C", 90)])]));
        let day = |entries: Vec<Value>| json!([slot("09:00", [entries, vec![count(1, 102, 5), count(1, 103, 6)]].concat())]);
        scene.participants(DATE, day(vec![count(1, 101, 30)])).expect(0);
        let problem = "the 2 entries of the room at 09:00:00 count 2147483648 people, which is more than 2147483647";
        let error = |nth: usize| {
            format!("  error bad_record 101 at data[0].participants[{nth}]: room 101: {problem}")
        };
        for _ in 0..2 {
            assert_eq!(
                told(&scene.participants(DATE, day(vec![count(1, 101, 2_147_483_647), count(1, 101, 1)]))),
                ["3 partial".to_owned(), "2099-06-01 completed: 2 unchanged, 2 errored".to_owned(), error(0), error(1)]
            );
            assert_eq!(rows_of(database, DATE)[0], format!("101 09:00:00 30 people active: {problem}"));
        }
        let most = told(&scene.participants(DATE, day(vec![count(1, 101, 2_147_483_646), count(1, 101, 1)])));
        assert_eq!(most[1], "2099-06-01 completed: 1 updated, 2 unchanged");
        assert_eq!(rows_of(database, DATE)[0], "101 09:00:00 2147483647 people active");
    }

    fn a_bad_entry_among_good_ones_leaves_their_sum_and_marks_the_row(database) {
        let scene = scene(database, json!([hall(1, "Bakı", vec![room(101, "A", 90), room(102, "B", 90)])]));
        let day = |bad: Vec<Value>| {
            json!([slot("09:00", [vec![titled(101, 10, "A"), titled(101, 20, "B"), count(1, 102, 5)], bad].concat())])
        };
        let problem = "participantCount is not an integer from 0 to 2147483647";
        let error = format!("  error bad_record 101 at data[0].participants[3]: room 101: {problem}");
        let shared = "  warning shared_room 101: room 101 (A) at 09:00:00 is shared: 2 entries have 30 people together (A / B)";
        assert_eq!(
            told(&scene.participants(DATE, day(vec![count(1, 101, -1)]))),
            ["3 partial", "2099-06-01 completed: 2 created, 1 errored", shared, &error]
        );
        let marked = [format!("101 09:00:00 30 people active: {problem}"), "102 09:00:00 5 people active".to_owned()];
        assert_eq!(rows_of(database, DATE), marked);
        let first = written(database);
        assert_eq!(
            told(&scene.participants(DATE, day(vec![count(1, 101, -1)]))),
            ["3 partial", "2099-06-01 completed: 2 unchanged, 1 errored", &error]
        );
        assert_eq!((rows_of(database, DATE), written(database)), (marked.to_vec(), first));
        scene.participants(DATE, day(vec![])).expect(0);
        assert_eq!(rows_of(database, DATE)[0], "101 09:00:00 30 people active");
        // Also where a single one is good, and where the row changes or comes back with it.
        let single = |people: i64| json!([slot("09:00", vec![count(1, 101, -1), count(1, 101, people), count(1, 102, 5)])]);
        scene.participants(DATE, single(7)).expect(3);
        assert_eq!(rows_of(database, DATE)[0], format!("101 09:00:00 7 people active: {problem}"));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 102, 5)])])).expect(0);
        scene.participants(DATE, single(8)).expect(3);
        assert_eq!(rows_of(database, DATE)[0], format!("101 09:00:00 8 people active: {problem}"));
    }

    fn whether_most_of_a_date_is_bad_is_judged_by_its_entries(database) {
        let (api, program) = prepared(database);
        let day = |good: usize| {
            let good = (0..good).map(|nth| titled(101, 1, &format!("exam {nth}")));
            json!([slot("09:00", good.chain([count(1, 102, -1), count(2, 201, -1)]).collect())])
        };
        api.participants(DAY, day(1));
        program.run(ONE_DAY).expect(13);
        api.participants(DAY, day(2));
        program.run(ONE_DAY).expect(3);
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 2 people active"]);
    }

    fn where_the_feed_has_the_seats_the_sum_of_the_counts_checks_them(database) {
        let (api, program) = prepared(database);
        let both = |second: i64| json!([slot("09:00", vec![
            titled(101, 1, "A"), titled(101, second, "B"), seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay"),
        ])]);
        api.participants(DAY, both(1));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 2 created, 1 unchanged"]);
        api.participants(DAY, both(2));
        let sync = "participants 2099-06-01 completed: 3 processed, 3 unchanged; warning count_differs 101";
        let outcome = fine(&program, ONE_DAY, &[sync]);
        assert_eq!(
            outcome.json()["syncs"][0]["warnings"][0]["message"],
            "room 101 at 09:00:00: the feed counts 3 people and seats 2"
        );
        assert_eq!(rows_of(database, DAY), ["101 09:00:00 seat of 7 at 1 active", "101 09:00:00 seat of 8 at 2 active"]);
    }

    fn a_bad_count_does_not_keep_a_row_where_the_feed_has_the_seats(database) {
        let (api, program) = prepared(database);
        api.participants(DAY, json!([slot("09:00", vec![count(1, 101, 2), count(1, 102, 5)])]));
        fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 2 processed, 2 created"]);
        api.participants(DAY, json!([slot("09:00", vec![
            count(1, 101, -1), seat(1, 101, 7, 1, "Əli"), seat(1, 101, 8, 2, "Günay"), count(1, 102, 5),
        ])]));
        let counts = &program.run(&format!("{ONE_DAY} --json")).expect(3).json()["syncs"][0]["records"];
        assert_eq!(*counts, json!({"processed": 4, "created": 2, "updated": 0, "unchanged": 1, "deleted": 1, "errored": 1}));
        assert_eq!(database.number("SELECT sum(participant_count) FROM participants WHERE is_active"), 7);
    }

    fn the_title_of_a_count_is_stored_whatever_the_order_of_the_feed(database) {
        let (api, program) = prepared(database);
        let serve = |titles: [&str; 3], tidy: bool| {
            let rooms = [(1, 101), (1, 102), (2, 201)];
            let mut entries: Vec<Value> = (rooms.iter().zip(titles))
                .map(|((hall, room), title)| with(count(*hall, *room, 5), "examTitle", json!(title)))
                .collect();
            if !tidy {
                entries.reverse();
            }
            api.participants(DAY, body_of(&[slot_text("09:00", &entries, tidy)]));
        };
        for tidy in [true, false] {
            database.execute("DELETE FROM participants");
            serve(["A", "B", "C"], tidy);
            fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 created"]);
            assert_eq!(titles(database), ["5|A", "5|B", "5|C"]);
            serve(["A", "D", "C"], tidy);
            fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 1 updated, 2 unchanged"]);
            assert_eq!(titles(database), ["5|A", "5|D", "5|C"]);
            fine(&program, ONE_DAY, &["participants 2099-06-01 completed: 3 processed, 3 unchanged"]);
        }
        assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 0);
    }
}
