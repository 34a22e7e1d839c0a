//! `--changed-since`: who moved, and exactly the sheets that differ.

use chrono::Utc;
use serde_json::{Value, json};

use super::{World, changes, places};
use crate::scene::{DATE, without_isolates};
use crate::support::data::{count, room, seat, slot};
use crate::support::on_both_databases;

fn before() -> Value {
    json!([slot(
        "09:00",
        vec![
            seat(1, 101, 1, 1, "One"),
            seat(1, 101, 2, 2, "Two"),
            seat(1, 101, 3, 3, "Three"),
            seat(1, 101, 4, 4, "Four"),
            seat(1, 102, 5, 1, "Five"),
            seat(1, 102, 6, 2, "Six"),
            seat(2, 201, 7, 1, "Seven"),
        ]
    )])
}

/// One person to another hall, two swap, one renamed, one gone, one moved onto a taken seat.
fn after() -> Value {
    json!([slot(
        "09:00",
        vec![
            seat(2, 201, 1, 6, "One"),
            seat(1, 101, 2, 3, "Two"),
            seat(1, 101, 3, 2, "Three"),
            seat(1, 101, 4, 4, "Four the 2nd"),
            seat(1, 101, 6, 4, "Six"),
            seat(2, 201, 7, 1, "Seven"),
        ]
    )])
}

on_both_databases! {
    fn nothing_changed_says_nothing(database) {
        let world = World::new(database);
        world.pull(before());
        let id = world.printed("one");
        world.pull(before());
        for since in [id.clone(), Utc::now().to_rfc3339()] {
            let outcome = world.lists(&format!("--changed-since {since} --check")).expect(0);
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        }
        world.printed("two");
        let document = world.print("changed", &format!("--changed-since {id}"));
        assert_eq!((&document["print_id"], &document["changes"], &document["sheets"]), (&json!(null), &json!([]), &json!(0)));
        assert_eq!(world.files("changed"), ["all.csv", "index.html", "people.csv"]);
        assert_eq!(world.scene.rows("SELECT count(*) FROM prints"), ["2"], "what prints nothing is no print");
    }

    fn who_moved_is_said_by_hall_and_room_and_those_sheets_are_written(database) {
        let world = World::new(database);
        world.pull(before());
        let id = world.printed("first");
        let since = Utc::now().to_rfc3339();
        world.pull(after());
        let expected = [
            "in 201 09:00: P1",
            "out 101 09:00: P1", "in 101 09:00: P6", "seat 101 09:00: P2", "seat 101 09:00: P3", "renamed 101 09:00: P4",
            "out 102 09:00: P6", "gone 102 09:00: P5",
        ];
        for since in [&id, &since] {
            let outcome = world.lists(&format!("--changed-since {since} --json --check")).expect(1).json();
            assert_eq!(changes(&outcome), expected, "{since}");
            assert_eq!((&outcome["exit_code"], &outcome["sheets"]), (&json!(1), &json!(3)));
        }
        let text = without_isolates(&world.lists(&format!("--changed-since {id}")).expect(0).stdout);
        assert_eq!(
            text.lines().skip(1).collect::<Vec<_>>(),
            [
                "Bakı (hall 2)", "  Otaq 201 (room 201) at 09:00", "    P1 in: hall 1, room 101, 09:00, seat 1 → seat 6",
                "Zal (hall 1)", "  Otaq 101 (room 101) at 09:00", "    P1 out: seat 1 → hall 2, room 201, 09:00, seat 6",
                "    P6 in: hall 1, room 102, 09:00, seat 2 → seat 4", "    P2 seat: seat 2 → seat 3", "    P3 seat: seat 3 → seat 2",
                "    P4 renamed: Four → Four the 2nd", "  Otaq 102 (room 102) at 09:00",
                "    P6 out: seat 2 → hall 1, room 101, 09:00, seat 4", "    P5 gone: seat 1",
            ]
        );
        let document = world.print("changed", &format!("--changed-since {id}"));
        assert_eq!(document["replaces"], json!(id));
        assert_eq!(world.files("changed"), ["all.csv", "hall-1.html", "hall-2.html", "index.html", "people.csv"]);
        let page = world.read("changed/hall-1.html");
        assert_eq!(page.matches("<section class=\"sheet\">").count(), 2);
        assert!(page.contains(&format!(", replaces {id} of ")), "{page}");
        assert!(page.contains("No one sits here at 09:00 any more."), "the sheet of room 102 is to be taken down: {page}");
        // The new print is what hangs at the doors now.
        let new = document["print_id"].as_str().unwrap().to_owned();
        world.lists(&format!("--changed-since {new} --check")).expect(0);
        world.lists(&format!("--changed-since {id} --check")).expect(1);
    }

    fn only_the_sheets_that_differ_are_written(database) {
        let world = World::new(database);
        world.pull(before());
        let id = world.printed("first");
        let mut feed = before();
        feed[0]["participants"][6]["placeId"] = json!(3);
        world.pull(feed.clone());
        let document = world.print("changed", &format!("--changed-since {id}"));
        assert_eq!(changes(&document), ["seat 201 09:00: P7"]);
        assert_eq!(world.files("changed"), ["all.csv", "hall-2.html", "index.html", "people.csv"]);
        // Back where it was, nothing differs from the paper.
        world.pull(before());
        world.lists(&format!("--changed-since {id} --check")).expect(0);
        world.pull(feed);
        assert_eq!(world.lists(&format!("--changed-since {id} --hall 1 --check")).expect(0).stdout, "");
        world.lists(&format!("--changed-since {id} --hall 2 --check")).expect(1);
    }

    fn a_print_of_one_hall_is_compared_in_that_hall(database) {
        let world = World::new(database);
        world.pull(before());
        let document = world.print("first", "--hall 2");
        let id = document["print_id"].as_str().unwrap().to_owned();
        world.pull(after());
        let document = world.lists(&format!("--changed-since {id} --json")).expect(0).json();
        assert_eq!(changes(&document), ["in 201 09:00: P1"]);
    }

    fn times_counts_and_places_are_changes_too(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![count(1, 101, 10), count(1, 102, 10), seat(2, 201, 7, 1, "Seven")])]));
        let id = world.printed("first");
        world.pull(json!([
            slot("09:00", vec![count(1, 101, 12), count(1, 102, 9)]), slot("09:30", vec![seat(2, 201, 7, 1, "Seven")]),
        ]));
        let of = |since: &str| changes(&world.lists(&format!("--changed-since {since} --json")).expect(0).json());
        assert_eq!(of(&id), ["time 201 09:30: P7", "in 101 09:00: 12", "out 102 09:00: 9"]);
        let document = world.print("second", &format!("--changed-since {id}"));
        let second = document["print_id"].as_str().unwrap().to_owned();
        assert_eq!(document["sheets"], json!(4), "the sheet of 09:00 in room 201 is to be taken down");
        let mut halls = places();
        halls[0]["rooms"] = json!([room(101, "Otaq 101", 40), room(102, "Otaq 102 B", 30)]);
        halls[1]["name"] = json!("Bakı 2");
        world.scene.halls(halls).expect(0);
        assert_eq!(of(&second), ["renamed 201 09:30: 1", "capacity 101 09:00: 40", "renamed 102 09:00: 9"]);
        let text = without_isolates(&world.lists(&format!("--changed-since {second}")).expect(0).stdout);
        for line in ["    renamed: Bakı → Bakı 2", "    capacity: 30 → 40", "    renamed: Otaq 102 → Otaq 102 B"] {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }

    fn a_change_whose_record_is_gone_is_said_to_be_unknown(database) {
        let world = World::new(database);
        world.pull(before());
        let id = world.printed("first");
        world.pull(after());
        database.execute("DELETE FROM audit_logs");
        let document = world.lists(&format!("--changed-since {id} --json")).expect(0).json();
        assert_eq!(changes(&document), ["unknown 201 09:00: 2", "unknown 101 09:00: 4", "unknown 102 09:00: null"]);
    }

    fn what_a_pass_under_way_changes_is_later_than_the_print(database) {
        let world = World::new(database);
        world.pull(before());
        // A pass that began before the print, and commits after it.
        let columns = "run_id, sync_type, scope, started_at, status";
        database.execute(&format!(
            "INSERT INTO sync_logs ({columns}) VALUES
                 ('00000000-0000-4000-8000-000000000000', 'participants', '{DATE}', '2026-01-01 00:00:00.000', 'in_progress')"
        ));
        let id = world.printed("first");
        assert_eq!(
            world.scene.rows(&format!("SELECT people_since < '2026-01-01 00:00:01.000', places_since = printed_at FROM prints WHERE id = '{id}'")),
            ["1|1"]
        );
    }
}
