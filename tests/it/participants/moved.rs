//! A slot that has begun and is put off or given another room: its people are counted once.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{TODAY, at_noon};
use crate::support::data::{count, slot};
use crate::support::{Database, Examsync, MockApi, Outcome, on_both_databases};
use crate::syncs::{fine, line, rows_of, synced};

/// What was moved: the row as it was, and what has its people now.
fn moved(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT r.external_id, p.start_time, a.old_value, a.new_value, a.metadata
         FROM audit_logs AS a
         JOIN participants AS p ON p.id = a.entity_id
         JOIN rooms AS r ON r.id = p.room_id
         WHERE a.action = 'participants_moved' AND a.entity_type = 'participants'
         ORDER BY a.id, r.external_id",
    )
}

/// A row of [`moved`]: room and start, before and now.
fn move_of(people: i64, [from, to]: [(i64, &str); 2], date: &str) -> String {
    let value = |(room, start): (i64, &str)| {
        format!(r#"{{"participant_count":{people},"room_external_id":{room},"start_time":"{start}:00"}}"#)
    };
    let metadata = format!(r#"{{"exam_date":"{date}","external_profile_exam_id":null}}"#);
    format!("{}|{}:00|{}|{}|{metadata}", from.0, from.1, value(from), value(to))
}

/// Start, hall, room and people.
type Count = (&'static str, i64, i64, i64);

/// The answer of these counts.
fn day(counts: &[Count]) -> Value {
    counts.iter().map(|(start, hall, room, people)| slot(start, vec![count(*hall, *room, *people)])).collect()
}

/// Serves the counts and syncs them.
fn sync(api: &MockApi, program: &Examsync, today: &str, counts: &[Count]) -> Outcome {
    api.participants(today, day(counts));
    program.run(&format!("{TODAY} --json")).expect(0)
}

on_both_databases! {
    fn a_slot_that_is_put_off_after_its_start_is_counted_once(database) {
        let (api, program, today) = at_noon(database);
        let sync_line = |counts: &str| format!("participants {today} completed: {counts}");
        api.participants(&today, day(&[("09:00", 1, 101, 20), ("09:00", 1, 102, 7)]));
        fine(&program, TODAY, &[&sync_line("2 processed, 2 created")]);
        api.participants(&today, day(&[("18:00", 1, 101, 20), ("09:00", 1, 102, 7)]));
        let change = json!([
            {"action": "created", "entity": "participants", "count": 1, "first": ["18:00:00 \u{2068}A\u{2069}, \u{2068}Bakı\u{2069}: 20"]},
            {"action": "moved", "entity": "participants", "count": 1, "first": ["09:00:00 \u{2068}A\u{2069}, \u{2068}Bakı\u{2069} → 18:00:00 \u{2068}A\u{2069}, \u{2068}Bakı\u{2069}: 20"]},
        ]);
        let put_off = sync_line("2 processed, 1 created, 1 unchanged, 1 deleted");
        let dry = fine(&program, &format!("{TODAY} --dry-run"), &[&put_off]);
        assert_eq!(dry.json()["syncs"][0]["changes"], change);
        let weekday = today.parse::<NaiveDate>().unwrap().format("%a");
        let late = format!("warning: {today} {weekday}: 09:00 → 18:00 in 1 hall, 20 people (late_change)");
        synced(&program, TODAY, 0, &[&format!("{put_off}; warning late_change")], &[&late]);
        let rows = ["101 09:00:00 20 people gone", "102 09:00:00 7 people active", "101 18:00:00 20 people active"];
        let audit = [move_of(20, [(101, "09:00"), (101, "18:00")], &today)];
        for _ in 0..2 {
            assert_eq!(rows_of(database, &today), rows);
            assert_eq!(moved(database), audit);
            assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 1, "it is told in one row");
            fine(&program, TODAY, &[&sync_line("2 processed, 2 unchanged")]);
        }
        let view = program.run("status --date today --format json").expect(0).json();
        let change = &view["changes"]["first"][0];
        assert_eq!(view["changes"]["count"], json!(1), "{view}");
        assert_eq!(["action", "hall", "room", "start_time"].map(|field| &change[field]), ["participants_moved", "Bakı", "A", "09:00:00"]);
        let text = program.run("status --date today").expect(0).stdout;
        assert!(text.contains("09:00 → 18:00: 1 hall, 20 people") || text.contains("New since"), "{text}");
    }

    fn a_slot_that_gets_another_room_after_its_start_is_counted_once_and_back_again(database) {
        let (api, program, today) = at_noon(database);
        sync(&api, &program, &today, &[("09:00", 1, 101, 20), ("18:00", 1, 102, 7)]);
        // The room is of another hall. Back in the first one, its row is there already.
        let there = sync(&api, &program, &today, &[("09:00", 2, 201, 20), ("18:00", 1, 102, 7)]);
        assert_eq!(line(&there.json()["syncs"][0]), format!("participants {today} completed: 2 processed, 1 created, 1 unchanged, 1 deleted"));
        let back = sync(&api, &program, &today, &[("09:00", 1, 101, 20), ("18:00", 1, 102, 7)]);
        assert_eq!(line(&back.json()["syncs"][0]), format!("participants {today} completed: 2 processed, 1 updated, 1 unchanged, 1 deleted"));
        assert_eq!(rows_of(database, &today), [
            "101 09:00:00 20 people active", "201 09:00:00 20 people gone", "102 18:00:00 7 people active",
        ]);
        let (first, other) = ((101, "09:00"), (201, "09:00"));
        assert_eq!(moved(database), [move_of(20, [first, other], &today), move_of(20, [other, first], &today)]);
        assert_eq!(database.number("SELECT participants FROM exam_schedules WHERE start_time = '09:00:00'"), 20);
    }

    fn a_whole_morning_that_is_put_off_moves_row_by_row(database) {
        let (api, program, today) = at_noon(database);
        let rooms = |start: &'static str| [(start, 1, 101, 20), (start, 1, 102, 20), (start, 2, 201, 20)];
        let evening = ("23:00", 1, 101, 3);
        sync(&api, &program, &today, &[rooms("09:00").as_slice(), &[evening]].concat());
        // Absent once, they stay; then they come an hour after.
        let absent = sync(&api, &program, &today, &[evening]);
        assert_eq!(absent.json()["syncs"][0]["warnings"].as_array().unwrap().len(), 3);
        for start in ["10:00", "18:00"] {
            sync(&api, &program, &today, &[rooms(start).as_slice(), &[evening]].concat());
            assert_eq!(
                database.rows("SELECT start_time, sum(participant_count) FROM participants WHERE is_active GROUP BY 1 ORDER BY 1"),
                [format!("{start}:00|60"), "23:00:00|3".to_owned()]
            );
        }
        assert_eq!(moved(database).len(), 6);
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE sync_status = 'sync_error'"), 0);
    }

    fn what_is_not_the_same_people_in_its_room_or_at_its_start_has_not_moved(database) {
        let (api, program, today) = at_noon(database);
        let evening = ("20:00", 2, 201, 7);
        let first = [("09:00", 1, 101, 20), evening];
        let cases: [(&str, Vec<Count>); 6] = [
            ("another count", vec![("18:00", 1, 101, 19)]),
            ("another room and start", vec![("18:00", 1, 102, 20)]),
            ("two starts in its room", vec![("18:00", 1, 101, 20), ("19:00", 1, 101, 20)]),
            ("a start in its room, and a room at its start", vec![("18:00", 1, 101, 20), ("09:00", 1, 102, 20)]),
            ("half of the people", vec![("18:00", 1, 101, 10), ("19:00", 1, 101, 10)]),
            ("nothing", vec![]),
        ];
        for (case, come) in cases {
            database.execute("DELETE FROM participants");
            sync(&api, &program, &today, &first);
            let outcome = sync(&api, &program, &today, &[come.as_slice(), &[evening]].concat());
            let warned = line(&outcome.json()["syncs"][0]);
            assert!(warned.ends_with("; warning absent_after_start 101"), "{case}: {warned}");
            assert_eq!(
                rows_of(database, &today)[0],
                "101 09:00:00 20 people active: absent from the feed after its start",
                "{case}"
            );
        }
        assert_eq!(moved(database), [""; 0]);
        // Half of the people, where the row is still there, is a change of it.
        database.execute("DELETE FROM participants");
        sync(&api, &program, &today, &first);
        let half = sync(&api, &program, &today, &[("09:00", 1, 101, 10), ("18:00", 1, 101, 10), evening]);
        assert_eq!(line(&half.json()["syncs"][0]), format!("participants {today} completed: 3 processed, 1 created, 1 updated, 1 unchanged"));
    }

    fn where_two_claim_what_comes_none_has_moved(database) {
        let (api, program, today) = at_noon(database);
        let evening = ("20:00", 2, 201, 7);
        let cases = [
            // Two rooms of one start, and one other room.
            ([("09:00", 1, 101, 20), ("09:00", 1, 102, 20)], ("09:00", 2, 201, 20)),
            // Two starts of one room, of which one has not begun: it goes by its absence.
            ([("09:00", 1, 101, 20), ("18:00", 1, 101, 20)], ("19:00", 1, 101, 20)),
        ];
        for (first, comes) in cases {
            database.execute("DELETE FROM participants");
            sync(&api, &program, &today, &[first.as_slice(), &[evening]].concat());
            sync(&api, &program, &today, &[comes, evening]);
            assert_eq!(
                rows_of(database, &today)[0],
                "101 09:00:00 20 people active: absent from the feed after its start"
            );
        }
        assert_eq!(moved(database), [""; 0]);
    }

    fn what_comes_on_another_date_has_not_moved(database) {
        let (api, program, today) = at_noon(database);
        let tomorrow = today.parse::<NaiveDate>().unwrap().checked_add_days(Days::new(1)).unwrap().to_string();
        sync(&api, &program, &today, &[("09:00", 1, 101, 20)]);
        api.participants(&today, json!([]));
        api.participants(&tomorrow, day(&[("09:00", 1, 101, 20)]));
        program.run("participants --date today --date tomorrow").expect(0);
        assert_eq!(rows_of(database, &today), ["101 09:00:00 20 people active: absent from the feed after its start"]);
        assert_eq!(rows_of(database, &tomorrow), ["101 09:00:00 20 people active"]);
        assert_eq!(moved(database), [""; 0]);
    }

    fn where_a_key_cannot_be_read_nothing_moves(database) {
        let (api, program, today) = at_noon(database);
        sync(&api, &program, &today, &[("09:00", 1, 101, 20), ("20:00", 2, 201, 7)]);
        let mut feed = day(&[("18:00", 1, 101, 20), ("20:00", 2, 201, 7)]);
        feed[1]["participants"].as_array_mut().unwrap().push(json!({"hallId": 1, "participantCount": 20}));
        api.participants(&today, feed);
        program.run(TODAY).expect(3);
        assert_eq!(rows_of(database, &today)[0], "101 09:00:00 20 people active");
        assert_eq!(moved(database), [""; 0]);
    }

    fn what_moves_hides_no_loss_from_the_guard(database) {
        let (api, program, today) = at_noon(database);
        let program = program.env("SYNC_MAX_DEACTIVATE_PERCENT", "20");
        sync(&api, &program, &today, &[("09:00", 1, 101, 30), ("18:00", 1, 102, 40), ("18:00", 2, 201, 60)]);
        api.participants(&today, day(&[("19:00", 1, 101, 30), ("18:00", 1, 102, 19), ("18:00", 2, 201, 60)]));
        let refused = program.run(TODAY).expect(4).stderr;
        assert!(refused.contains(&format!("on {today}, 21 of 100 people would be lost: 18:00 21; ")), "{refused}");
        sync(&api, &program, &today, &[("19:00", 1, 101, 30), ("18:00", 1, 102, 40), ("18:00", 2, 201, 60)]);
        assert_eq!(moved(database).len(), 1);
    }
}
