//! What changed is summarised by slot; what does not fit is listed room by room; what comes late is acted on.

use serde_json::{Value, json};

use super::{Morning, counts, halls, without_times};
use crate::support::data::{count, room, seat, slot, with};
use crate::support::on_both_databases;

/// The slot of `counts` with some entries replaced: the room's entry, and what stands there instead.
fn but(mut slot: Value, entries: &[(i64, Value)]) -> Value {
    for entry in slot["participants"].as_array_mut().unwrap() {
        if let Some((_, other)) = entries.iter().find(|(room, _)| entry["roomId"] == *room) {
            *entry = other.clone();
        }
    }
    slot
}

on_both_databases! {
    fn everything_that_moves_by_an_hour_is_one_line_and_is_acted_on(database) {
        let morning = Morning::of(database, 40, 4);
        morning.sits(0, json!([counts("15:00", 40, 4, 24)])).expect(0);
        morning.age(240);
        assert_eq!(morning.problems(0), [""; 0]);
        let moved = morning.sits(0, json!([counts("16:00", 40, 4, 24)])).expect(0);
        // Off a terminal the pass says nothing on stdout, and one warning on stderr.
        assert_eq!(moved.stdout, "");
        let warning = format!("examsync: warning: {}: 15:00 → 16:00 in 40 halls, 3,840 people (late_change)\n", morning.today.format("%Y-%m-%d %a"));
        assert_eq!(moved.stderr, warning);
        assert_eq!(morning.database.rows("SELECT kind FROM alerts WHERE closed_at IS NULL"), ["late_change"]);
        assert_eq!(morning.changed(""), ["15:00 → 16:00: 40 halls, 3,840 people"]);
        assert_eq!(morning.problems(1), ["! 15:00 has moved to 16:00 [time]: 40 halls, 3,840 people"]);
        let text = morning.status("--date today");
        let hall_line = "  40 halls with another start only".to_owned();
        assert!(text.lines().any(|line| line.starts_with(&hall_line)), "{text}");
        // Nothing changed since then.
        morning.age(240);
        assert_eq!(morning.changed(""), [""; 0]);
        assert!(morning.status("--date today").contains("\nNothing changed since "));
    }

    fn the_session_of_the_same_halls_that_stays_is_as_it_was(database) {
        let morning = Morning::of(database, 4, 2);
        morning.sits(0, json!([counts("15:00", 4, 2, 24), counts("18:00", 4, 2, 20)])).expect(0);
        morning.age(240);
        morning.sits(0, json!([counts("15:30", 4, 2, 24), counts("18:00", 4, 2, 20)])).expect(0);
        let text = morning.status("--date today");
        let of_halls = |line: &str| line.trim().split("  ").next().filter(|words| words.starts_with("4 halls ")).map(str::to_owned);
        let lines: Vec<String> = text.lines().filter_map(of_halls).collect();
        assert_eq!(lines, ["4 halls with another start only", "4 halls as they were"], "{text}");
    }

    fn of_forty_halls_that_move_two_rooms_that_change_have_a_line_each(database) {
        let morning = Morning::of(database, 40, 4);
        morning.sits(0, json!([counts("15:00", 40, 3, 24)])).expect(0);
        morning.age(240);
        // One room has two people more, another is given up for the one beside it.
        let slot = but(counts("15:30", 40, 3, 24), &[(101, count(1, 101, 26)), (203, count(2, 204, 24))]);
        morning.sits(0, json!([slot])).expect(0);
        assert_eq!(morning.changed(""), [
            "15:00 → 15:30: 40 halls, 2,882 people",
            "Hall 1 (hall 1), 15:30, room 101: 24 → 26 people",
            "Hall 2 (hall 2), 15:30: room 103 → room 104, 24 people",
        ]);
        let json = morning.program.run("status --date today --json").expect(0).json();
        assert_eq!(json["changed"]["slots"], json!([
            {"from": "15:00:00", "to": "15:30:00", "halls": 40, "rooms": 120, "participants": 2882}
        ]));
        let text = morning.status("--date today");
        let looked: Vec<&str> = text.lines().filter(|line| line.contains("(hall ") && line.starts_with("  Hall")).collect();
        assert!(text.contains("  38 halls with another start only"), "{text}");
        assert_eq!(looked.len(), 4, "two changed rooms and their two halls: {text}");
    }

    fn rooms_of_counts_that_come_go_and_grow_are_told_by_room(database) {
        let morning = Morning::of(database, 3, 4);
        morning.sits(0, json!([counts("15:00", 3, 2, 20)])).expect(0);
        morning.age(240);
        let entries = [(101, count(1, 101, 22)), (202, count(1, 104, 5)), (302, count(1, 103, 20))];
        let slot = but(counts("15:00", 3, 2, 20), &entries);
        morning.sits(0, json!([slot])).expect(0);
        assert_eq!(morning.changed(""), [
            "Hall 1 (hall 1), 15:00, room 101: 20 → 22 people",
            "Hall 2 (hall 2), 15:00, room 102: gone, 20 people",
            "Hall 3 (hall 3), 15:00, room 102: gone, 20 people",
            "Hall 1 (hall 1), 15:00, room 103: new, 20 people",
            "Hall 1 (hall 1), 15:00, room 104: new, 5 people",
        ]);
        // One hall has no more than is about it.
        assert_eq!(morning.changed("--hall 3"), ["Hall 3 (hall 3), 15:00, room 102: gone, 20 people"]);
    }

    fn a_first_load_is_neither_a_move_nor_growth(database) {
        let morning = Morning::of(database, 3, 2);
        morning.sits(0, json!([counts("15:00", 3, 2, 20)])).expect(0);
        assert_eq!(morning.problems(0), [""; 0]);
        let text = without_times(&morning.status("--date today"));
        assert!(text.contains("\nNew [time]: the whole date, 120 people; nothing else changed\n"), "{text}");
        morning.age(240);
        morning.sits(0, json!([counts("15:00", 3, 2, 29)])).expect(0);
        assert_eq!(morning.problems(1), ["! 15:00 has grown by 54 people [time]"]);
    }

    fn people_who_were_counted_and_have_seats_now_are_not_new(database) {
        let morning = Morning::of(database, 1, 2);
        morning.sits(0, json!([slot("15:00", vec![count(1, 101, 12), count(1, 102, 4)])])).expect(0);
        morning.age(240);
        let seats = (1..=12).map(|person| seat(1, 101, person, person, "X")).collect();
        morning.sits(0, json!([slot("15:00", seats), slot("16:00", vec![count(1, 102, 4)])])).expect(0);
        assert_eq!(morning.changed(""), ["15:00 → 16:00: 1 hall, 4 people: Hall 1 (hall 1), room 102"]);
    }

    fn halls_and_rooms_that_are_renamed_moved_or_closed_are_told_where_people_sit(database) {
        let morning = Morning::of(database, 4, 2);
        morning.sits(0, json!([counts("15:00", 3, 2, 20)])).expect(0);
        morning.age(240);
        let mut feed = halls(4, 2);
        feed[0]["name"] = json!("مدرسة");
        feed[1]["rooms"][0] = room(201, "A", 19);
        feed[2] = with(feed[2].clone(), "isActive", json!(0));
        feed[3]["name"] = json!("Nothing sits here");
        morning.api.halls(feed);
        morning.program.run("halls").expect(0);
        assert_eq!(morning.changed(""), [
            "مدرسة (hall 1): was called Hall 1",
            "Hall 3 (hall 3): closed",
            "Hall 2 (hall 2), room A (room 201): was called 101",
            "Hall 2 (hall 2), room A (room 201): 30 → 19 seats",
        ]);
        let name = morning.program.run("status --date today").expect(0).stdout;
        assert!(name.contains("\u{2068}مدرسة\u{2069} (hall 1): was called \u{2068}Hall 1\u{2069}"), "{name}");
        assert!(morning.status("--date today -v").contains("  1 change of halls and rooms that have no people on this date\n"));
        let problems = morning.problems(1);
        assert_eq!(problems[0].split(", closed since").next(), Some("! 40 people are seated in 1 closed hall: Hall 3 (hall 3)"));
        assert_eq!(problems[1..], ["! 1 room has more people than seats: 15:00 Hall 2 (hall 2), room A: 20 people, 19 seats"]);
    }
}
