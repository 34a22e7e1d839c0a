//! People on seats are listed one by one, by their numbers.

use serde_json::{Value, json};

use super::Morning;
use crate::support::data::{seat, slot};
use crate::support::on_both_databases;

/// One slot of these seats: hall, room, person, place, name.
fn seats(people: &[(i64, i64, i64, i64, &str)]) -> Value {
    let seat = |(hall, room, person, place, name): &(i64, i64, i64, i64, &str)| {
        seat(*hall, *room, *person, *place, name)
    };
    json!([slot("15:00", people.iter().map(seat).collect())])
}

/// As the morning found them: two rooms called 101 in two halls.
const BEFORE: [(i64, i64, i64, i64, &str); 9] = [
    (1, 101, 1, 1, "Aysel"),
    (1, 101, 2, 2, "Babək"),
    (1, 101, 3, 3, "Cavid"),
    (1, 101, 4, 4, "Dilarə"),
    (1, 101, 5, 5, "Elçin"),
    (1, 101, 6, 6, "Fidan"),
    (2, 201, 7, 7, "Gülay"),
    (2, 201, 8, 8, "Həsən"),
    (2, 201, 9, 9, "İlqar"),
];

/// The first goes to another hall, the next two swap, one is renamed, one is gone, and one gets a seat that is taken.
fn after() -> Value {
    let mut people = BEFORE.to_vec();
    people[0] = (2, 201, 1, 6, "Aysel");
    people[1].3 = 3;
    people[2].3 = 2;
    people[3].4 = "Dilarə <b>\n\u{202e}";
    people[7].3 = 9;
    people.remove(4);
    seats(&people)
}

on_both_databases! {
    fn who_moves_swaps_is_renamed_or_goes_has_a_line(database) {
        let morning = Morning::of(database, 2, 2);
        morning.sits(0, seats(&BEFORE)).expect(0);
        morning.age(240);
        morning.sits(0, after()).expect(0);
        let lines = [
            "P1: hall 1 room 101 seat 1 → hall 2 room 101 seat 6",
            "P2: hall 1 room 101 seat 2 → hall 1 room 101 seat 3",
            "P3: hall 1 room 101 seat 3 → hall 1 room 101 seat 2",
            "P4: another name, hall 1 room 101 seat 4",
            "P5: gone, was in hall 1 room 101 seat 5",
            "P8: hall 2 room 101 seat 8 → hall 2 room 101 seat 9, which another person has, too",
        ];
        assert_eq!(morning.changed(""), lines);
        assert_eq!(morning.problems(1), ["! 1 seat is given twice: 15:00 Hall 2 (hall 2), room 101, seat 9: P8 and P9"]);
        // Each is in the audit, by number.
        let audit = "SELECT coalesce(new_value ->> 'participant_id', old_value ->> 'participant_id') FROM audit_logs ORDER BY 1";
        assert_eq!(database.rows(audit), ["P1", "P2", "P3", "P4", "P5", "P8"]);
        // Names only where they are asked for, harmless.
        let named = morning.changed("--names");
        assert_eq!(named[0], "P1 Aysel: hall 1 room 101 seat 1 → hall 2 room 101 seat 6");
        assert_eq!(named[3], "P4: Dilarə → Dilarə <b>\u{fffd}\u{fffd}, hall 1 room 101 seat 4");
        let json = morning.program.run("status --date today --json").expect(0);
        assert!(!json.stdout.contains("Aysel") && !json.stdout.contains("Dilar"), "{}", json.stdout);
        assert_eq!(json.json()["changed"]["people"]["count"], 6);
        assert_eq!(json.json()["changed"]["people"]["first"][0]["sentence"], lines[0]);
        // All of it comes back: net, nothing changed.
        morning.sits(0, seats(&BEFORE)).expect(0);
        assert_eq!(morning.changed(""), [""; 0]);
    }

    fn people_who_move_together_are_one_line_and_many_are_cut_with_the_way_to_the_rest(database) {
        let morning = Morning::of(database, 2, 2);
        let room = |room: i64, first: i64, shift: i64| -> Vec<Value> {
            (first..first + 15).map(|person| seat(room / 100, room, person, person + shift, "X")).collect()
        };
        morning.sits(0, json!([slot("15:00", [room(101, 100, 0), room(201, 200, 0)].concat())])).expect(0);
        morning.age(240);
        // One room moves as it is, the other is seated again.
        morning.sits(0, json!([slot("15:00", [room(102, 100, 0), room(201, 200, 50)].concat())])).expect(0);
        assert_eq!(morning.changed("")[..2], [
            "Hall 1 (hall 1), 15:00: room 101 → room 102, 15 people",
            "P200: hall 2 room 101 seat 200 → hall 2 room 101 seat 250",
        ]);
        assert_eq!(morning.changed("").len(), 16);
        morning.sits(0, json!([slot("15:00", [room(102, 100, 40), room(202, 200, 50), room(201, 300, 0)].concat())])).expect(0);
        assert_eq!(morning.changed(""), [
            "Hall 2 (hall 2), 15:00, room 101: new, 15 people",
            "Hall 1 (hall 1), 15:00: room 101 → room 102, 15 people",
            "Hall 2 (hall 2), 15:00: room 101 → room 102, 15 people",
        ]);
        // Three people more than a screen has.
        let anew = |shift: i64| {
            let slots = [room(102, 100, 40), room(202, 200, 50 + shift), room(201, 300, shift)].concat();
            json!([slot("15:00", slots)])
        };
        morning.age(240);
        morning.sits(0, anew(60)).expect(0);
        let cut = morning.changed("");
        assert_eq!((cut.len(), cut.last().unwrap().as_str()), (11, "and 20 more people (-v shows all, --hall ID one hall)"));
        assert_eq!(morning.changed("-v").len(), 30);
        assert_eq!(morning.changed("--hall 2").len(), 30);
        assert_eq!(morning.changed("--hall 1"), [""; 0]);
    }
}
