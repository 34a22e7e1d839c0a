//! What a dry run lists: which rows would be created, renamed, moved, changed, deactivated, by name.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, without_isolates};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::on_both_databases;

fn places() -> Value {
    json!([
        hall(1, "One", vec![room(11, "A", 50), room(12, "B", 50)]),
        hall(2, "Two", vec![room(21, "C", 50)]),
    ])
}

/// One line per kind of change of one sync.
fn listed(report: &Value, sync: usize) -> Vec<String> {
    report["syncs"][sync]["changes"]
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|change| {
            let first: Vec<&str> =
                change["first"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            without_isolates(&format!(
                "{} {} {}: {}",
                change["count"],
                change["entity"].as_str().unwrap(),
                change["action"].as_str().unwrap(),
                first.join(" / ")
            ))
        })
        .collect()
}

on_both_databases! {
    fn changes_of_halls_and_rooms_are_listed_by_name(database) {
        let scene = Scene::with_halls(database, places());
        scene.api.halls(json!([
            hall(1, "One \u{1b}[31m", vec![room(11, "A2", 40), room(21, "C", 50)]),
            hall(3, "Three", vec![room(31, "D", 50)]),
        ]));
        let dry = scene.run("halls --dry-run").expect(0).json();
        assert_eq!(
            listed(&dry, 0),
            [
                "1 hall created: 3 Three",
                "1 hall deactivated: 2 Two",
                "1 hall renamed: 1 One → One \u{1b}[31m",
                "1 room changed: 11 A2: 50 → 40 seats",
                "1 room created: 31 D in Three",
                "1 room deactivated: 12 B",
                "1 room moved: 21 C: Two → One \u{1b}[31m",
                "1 room renamed: 11 A → A2",
            ]
        );
        let printed = without_isolates(&scene.program.run("halls --dry-run -v").expect(0).stdout);
        let lines: Vec<&str> = printed.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "  1 hall would be created:", "    3 Three",
                "  1 hall would be deactivated:", "    2 Two",
                "  1 hall would be renamed:", "    1 One → One \u{fffd}[31m",
                "  1 room would be changed:", "    11 A2: 50 → 40 seats",
                "  1 room would be created:", "    31 D in Three",
                "  1 room would be deactivated:", "    12 B",
                "  1 room would be moved:", "    21 C: Two → One \u{fffd}[31m",
                "  1 room would be renamed:", "    11 A → A2",
            ]
        );
        assert!(
            printed.starts_with("halls  would create 1, update 1, deactivate 1; rooms: would create 1, update 2, deactivate 1  ("),
            "{printed}"
        );
        let real = scene.run("halls").expect(0).json();
        assert_eq!(listed(&real, 0), [""; 0], "only a dry run lists them");

        scene.api.halls(places());
        let back = scene.run("halls --dry-run").expect(0).json();
        let returning: Vec<String> = listed(&back, 0).into_iter().filter(|line| line.contains("reactivated")).collect();
        assert_eq!(returning, ["1 hall reactivated: 2 Two", "1 room reactivated: 12 B"]);
    }

    fn twenty_of_each_kind_are_listed_and_how_many_more(database) {
        let scene = Scene::new(database);
        scene.api.halls((1..=45).map(|id| hall(id, &format!("Hall {id}"), vec![])).collect::<Value>());
        let dry = scene.run("halls --dry-run").expect(0).json();
        let change = &dry["syncs"][0]["changes"][0];
        assert_eq!((&change["count"], change["first"].as_array().unwrap().len()), (&json!(45), 20));
        let printed = scene.program.run("halls --dry-run -v").expect(0).stdout;
        let lines: Vec<&str> = printed.lines().skip(1).collect();
        assert_eq!(lines.len(), 22, "{printed}");
        assert_eq!((lines[0], lines[1]), ("  45 halls would be created:", "    1 \u{2068}Hall 1\u{2069}"));
        assert_eq!((lines[20], lines[21]), ("    20 \u{2068}Hall 20\u{2069}", "    and 25 more"));
    }

    fn changes_of_a_date_are_listed_by_time_room_and_person(database) {
        let scene = Scene::with_halls(database, places());
        let first = json!([slot("09:00", vec![
            count(1, 11, 5), count(1, 12, 6), seat(2, 21, 1, 1, "Əli"), seat(2, 21, 2, 2, "Günay"), seat(2, 21, 3, 3, "Иван"),
        ])]);
        scene.participants(DATE, first.clone()).expect(0);
        scene.api.participants(DATE, json!([
            slot("09:00", vec![count(1, 11, 4), seat(2, 21, 2, 2, "Günay Q.")]),
            slot("11:00", vec![seat(2, 21, 1, 1, "Əli"), count(1, 12, 6), seat(2, 21, 4, 4, "Ömər")]),
        ]));
        let dry = scene.run(&format!("participants --date {DATE} --dry-run")).expect(0).json();
        assert_eq!(
            listed(&dry, 0),
            [
                "2 participants changed: 09:00:00 A, One: 5 → 4 / 09:00:00 C, Two: seat of 2, Günay → Günay Q.",
                "2 participants created: 11:00:00 B, One: 6 / 11:00:00 C, Two: seat of 4, Ömər",
                "2 participants deactivated: 09:00:00 B, One: 6 / 09:00:00 C, Two: seat of 3, Иван",
                "1 participants moved: 09:00:00 C, Two → 11:00:00 C, Two: seat of 1, Əli",
            ]
        );
        scene.run(&format!("participants --date {DATE}")).expect(0);
        scene.api.participants(DATE, first);
        let back = scene.run(&format!("participants --date {DATE} --dry-run")).expect(0).json();
        assert_eq!(
            listed(&back, 0)[3..],
            ["2 participants reactivated: 09:00:00 B, One: 6 / 09:00:00 C, Two: seat of 3, Иван"]
        );
    }

    fn a_refused_dry_run_lists_them_too(database) {
        let scene = Scene::with_halls(database, places());
        scene.api.halls(json!([]));
        assert_eq!(
            listed(&scene.run("halls --dry-run").expect(4).json(), 0),
            ["2 hall deactivated: 1 One / 2 Two", "3 room deactivated: 11 A / 12 B / 21 C"]
        );
        let printed = without_isolates(&scene.program.run("halls --dry-run -v").expect(4).stdout);
        let lines: Vec<&str> = printed.lines().collect();
        assert!(lines[0].starts_with("halls  would be refused by the guard, nothing written, plan "), "{lines:?}");
        assert_eq!(
            lines[1..],
            [
                "  2 halls would be deactivated:", "    1 One", "    2 Two",
                "  3 rooms would be deactivated:", "    11 A", "    12 B", "    21 C"
            ]
        );
        scene.api.hall_rooms(1, json!([]));
        assert_eq!(
            listed(&scene.run("rooms --hall 1 --dry-run").expect(4).json(), 0),
            ["2 room deactivated: 11 A / 12 B"]
        );
    }
}
