//! Halls and rooms that would be renamed, moved, made smaller or created in numbers that nobody can mean.

use serde_json::{Value, json};

use crate::scene::{Scene, plan, told, without_isolates};
use crate::support::data::{hall, room, with};
use crate::support::{Database, Outcome, on_both_databases, without_sudo};

/// The first digits of a SHA-256 over `exam_halls`, `all halls`, `hall 1`, `hall 2`, `room 11`, each on a line.
const PLAN_OF_TWO_HALLS: &str = "fbc162f207a2";
/// The same over `hall_rooms`, `hall by hall`, `room 11`.
const PLAN_OF_ONE_ROOM: &str = "dd152dc96476";

/// Halls without rooms: the first `renamed` of them as `new`, the others as `Hall`.
fn named(count: i64, renamed: i64) -> Value {
    (1..=count)
        .map(|id| hall(id, &format!("{} {id}", if id <= renamed { "New" } else { "Hall" }), vec![]))
        .collect()
}

/// Nine rooms of 30 seats each; the first `changed` of them as `change` makes them.
fn nine(changed: i64, change: impl Fn(Value) -> Value) -> Vec<Value> {
    let one = |id: i64| room(id, &format!("Room {id}"), 30);
    (1..=9).map(|id| if id <= changed { change(one(id)) } else { one(id) }).collect()
}

fn renamed(room: Value) -> Value {
    let name = format!("New {}", room["id"]);
    with(room, "name", json!(name))
}

fn smaller(room: Value) -> Value {
    with(room, "capacity", json!(29))
}

/// The exit code, and what the syncs of halls and of rooms came to.
fn verdict(outcome: &Outcome) -> String {
    let lines = told(outcome);
    format!("{}: {}; {}", outcome.code, lines[1], lines[2])
}

/// The first line of the refusal, without isolates.
fn refusal(outcome: &Outcome) -> String {
    let report = outcome.json();
    let message = report["error"]["message"].as_str().unwrap_or_else(|| panic!("{report}"));
    without_isolates(message.lines().next().unwrap())
}

/// Two halls: nine rooms in the first, and `second` rooms from 101 on in the second.
fn two_halls(database: &Database, second: i64) -> Scene<'_> {
    Scene::with_halls(database, json!([hall(1, "One", nine(0, renamed)), hall(2, "Two", others(second))]))
}

fn others(count: i64) -> Vec<Value> {
    (101..101 + count).map(|id| room(id, &format!("Room {id}"), 30)).collect()
}

on_both_databases! {
    fn more_than_half_of_at_least_eight_halls_are_not_renamed(database) {
        let mut scene = Scene::with_halls(database, named(7, 0));
        scene.halls(named(7, 7)).expect(0);
        scene.halls(named(8, 0)).expect(0);
        let before = scene.database.dump();
        scene.program = scene.program.env("SYNC_MAX_DEACTIVATE_PERCENT", "100");
        assert_eq!(verdict(&scene.halls(named(8, 5))), "4: exam_halls refused: 5 updated, 3 unchanged; hall_rooms refused: nothing");
        assert_eq!(scene.database.dump(), before);
        assert_eq!(verdict(&scene.halls(named(8, 4))), "0: exam_halls completed: 4 updated, 4 unchanged; hall_rooms completed: nothing");
    }

    fn a_refused_renaming_names_both_names_and_is_let_through_by_its_plan(database) {
        let scene = Scene::with_halls(database, named(12, 0));
        let before = scene.database.dump();
        let refused = scene.halls(named(12, 9)).expect(4);
        assert_eq!(
            refused.json()["error"]["message"].as_str().unwrap().lines().next().unwrap(),
            "refused, nothing was changed: 9 of 12 active halls would be renamed: \
             \u{2068}Hall 1\u{2069} → \u{2068}New 1\u{2069} (hall 1), \u{2068}Hall 2\u{2069} → \u{2068}New 2\u{2069} (hall 2), \
             \u{2068}Hall 3\u{2069} → \u{2068}New 3\u{2069} (hall 3), \u{2068}Hall 4\u{2069} → \u{2068}New 4\u{2069} (hall 4), \
             \u{2068}Hall 5\u{2069} → \u{2068}New 5\u{2069} (hall 5) and 4 more"
        );
        let first = plan(&refused);
        let dry = scene.run("halls --dry-run").expect(4);
        assert_eq!((plan(&dry), refusal(&dry)), (first.clone(), refusal(&refused)));
        // The same halls by another name, and one hall more, are other plans.
        let mut other = named(12, 9);
        other[8] = hall(9, "Newer 9", vec![]);
        for feed in [other, named(12, 10)] {
            scene.api.halls(feed);
            assert_ne!(plan(&scene.run(&format!("halls --approve {first}")).expect(4)), first);
        }
        assert_eq!(scene.database.dump(), before);
        scene.api.halls(named(12, 9));
        scene.run(&format!("halls --approve {first}")).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM buildings WHERE name LIKE 'New %'"), 9);
    }

    fn rooms_are_judged_by_each_ground_by_itself(database) {
        let scene = two_halls(database, 0);
        let feed = |rooms: Vec<Value>| json!([hall(1, "One", rooms), hall(2, "Two", vec![])]);
        let unknown = |room| with(room, "capacity", json!(null));
        let larger = |room| with(room, "capacity", json!(31));
        let before = scene.database.dump();
        assert_eq!(
            refusal(&scene.halls(feed(nine(5, smaller))).expect(4)),
            "refused, nothing was changed: 5 of 9 active rooms would get fewer seats: Room 1 (room 1): 30 → 29, \
             Room 2 (room 2): 30 → 29, Room 3 (room 3): 30 → 29, Room 4 (room 4): 30 → 29, Room 5 (room 5): 30 → 29"
        );
        let renaming = refusal(&scene.halls(feed(nine(6, renamed))).expect(4));
        assert!(renaming.ends_with(", Room 5 → New 5 (room 5) and 1 more"), "{renaming}");
        assert_eq!(scene.database.dump(), before);
        // Two grounds are two sentences, and of one that does not refuse nothing is said.
        let both = nine(6, |room| smaller(renamed(room)));
        let both = refusal(&scene.halls(feed(both)).expect(4));
        assert!(both.contains(" and 1 more; 6 of 9 active rooms would get fewer seats: "), "{both}");
        let mixed = nine(4, renamed).into_iter().zip(nine(9, smaller)).enumerate();
        let mixed = mixed.map(|(nth, (one, other))| if nth < 4 { one } else { other }).collect();
        assert_eq!(refusal(&scene.halls(feed(mixed)).expect(4)).matches("would").count(), 1);
        scene.halls(feed(nine(4, |room| smaller(renamed(room))))).expect(0);
        scene.halls(feed(nine(9, unknown))).expect(0);
        scene.halls(feed(nine(9, larger))).expect(0);
    }

    fn rooms_that_move_or_go_are_judged_together_with_their_plan(database) {
        let scene = two_halls(database, 2);
        let feed = |staying: usize, second: i64| {
            let mut rooms = nine(0, renamed);
            let mut moving = rooms.split_off(staying);
            moving.extend(others(second));
            json!([hall(1, "One", rooms), hall(2, "Two", moving)])
        };
        let refused = scene.halls(feed(3, 1)).expect(4);
        assert_eq!(
            refusal(&refused),
            "refused, nothing was changed: 1 of 11 active rooms would be deactivated; Two (hall 2): 1 of 2 rooms; \
             6 of 11 active rooms would be moved to another hall: Room 4 (room 4): One → Two, Room 5 (room 5): One → Two, \
             Room 6 (room 6): One → Two, Room 7 (room 7): One → Two, Room 8 (room 8): One → Two and 1 more"
        );
        assert_ne!(plan(&scene.halls(feed(3, 2)).expect(4)), plan(&refused));
        scene.halls(feed(4, 1)).expect(0);
    }

    fn a_loss_of_rows_alone_has_the_plan_that_it_always_had(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "One", vec![room(11, "A", 5)]), hall(2, "Two", vec![])]));
        assert_eq!(plan(&scene.halls(json!([])).expect(4)), PLAN_OF_TWO_HALLS);
        assert_eq!(plan(&scene.rooms(1, json!([])).expect(4)), PLAN_OF_ONE_ROOM);
    }

    fn a_flood_of_halls_is_refused_but_not_on_a_first_load(database) {
        let scene = Scene::new(database);
        scene.halls(named(1_100, 0)).expect(0);
        scene.halls(named(3_300, 0)).expect(0);
        database.execute("UPDATE buildings SET is_active = (1 = 0) WHERE external_id > 600");
        let active = |count: i64| -> Value {
            (1..=600).chain(10_001..10_001 + count).map(|id| hall(id, &format!("Hall {id}"), vec![])).collect()
        };
        let before = scene.database.dump();
        let refused = scene.halls(active(1_201)).expect(4);
        assert_eq!(
            refusal(&refused),
            "refused, nothing was changed: 1,201 halls would be created where 600 are active: Hall 10001 (hall 10001), \
             Hall 10002 (hall 10002), Hall 10003 (hall 10003), Hall 10004 (hall 10004), Hall 10005 (hall 10005) and 1,196 more"
        );
        assert_eq!(plan(&scene.run("halls --dry-run").expect(4)), plan(&refused));
        assert_eq!(scene.database.dump(), before);
        scene.halls(active(1_200)).expect(0);
    }

    fn a_thousand_rooms_may_come_to_one_and_the_plan_lets_more_through(database) {
        let scene = two_halls(database, 0);
        let feed = |count: i64| json!([hall(1, "One", nine(0, renamed)), hall(2, "Two", others(count))]);
        let refused = scene.halls(feed(1_001)).expect(4);
        let said = refusal(&refused);
        assert!(said.contains(": 1,001 rooms would be created where 9 are active: Room 101 (room 101), "), "{said}");
        scene.run(&format!("halls --approve {}", plan(&refused))).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 1_010);
    }

    fn a_hall_of_a_rooms_pass_is_left_out_for_what_its_own_answer_changes(database) {
        let scene = two_halls(database, 2);
        scene.api.hall_rooms(1, json!(nine(5, smaller)));
        scene.api.hall_rooms(2, others(1).into_iter().map(renamed).collect::<Value>());
        let outcome = scene.run("rooms");
        let first = plan(&outcome);
        assert_eq!(
            told(&outcome),
            [
                "3 partial".to_owned(),
                "hall_rooms completed: 1 updated, 1 deleted".to_owned(),
                format!(
                    "  error guard 1: hall 1 (One): 5 of 9 active rooms would get fewer seats: Room 1 (room 1): 30 → 29, \
                     Room 2 (room 2): 30 → 29, Room 3 (room 3): 30 → 29, Room 4 (room 4): 30 → 29, \
                     Room 5 (room 5): 30 → 29; left out; to let it through: `examsync rooms --approve {first}`"
                )
            ]
        );
        assert_eq!(database.text("SELECT name FROM rooms WHERE external_id = 101"), "New 101");
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE capacity = 29"), 0);
        scene.run(&format!("rooms --approve {first}")).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE capacity = 29"), 5);
    }

    fn rooms_that_move_are_judged_with_the_hall_that_lists_them(database) {
        let scene = two_halls(database, 2);
        scene.api.hall_rooms(1, json!([]));
        scene.api.hall_rooms(2, json!([nine(0, renamed), others(2)].concat()));
        let before = scene.database.dump();
        let outcome = scene.run("rooms");
        let first = plan(&outcome);
        // Without the second hall's answer, the first would lose all of its rooms.
        assert_eq!(
            without_sudo(&without_isolates(outcome.json()["error"]["message"].as_str().unwrap())).lines().next().unwrap(),
            "refused, nothing was changed: 9 of 9 active rooms of hall 1 (One) would be deactivated; \
             9 of 11 active rooms would be moved to hall 2 (Two): Room 1 (room 1): One → Two, Room 2 (room 2): One → Two, \
             Room 3 (room 3): One → Two, Room 4 (room 4): One → Two, Room 5 (room 5): One → Two and 4 more"
        );
        assert_eq!(told(&outcome)[..2], ["4 refused (guard)", "hall_rooms refused: 9 updated, 2 unchanged"]);
        assert_eq!(scene.database.dump(), before);
        scene.run(&format!("rooms --approve {first}")).expect(0);
        assert_eq!(
            database.number("SELECT count(*) FROM rooms WHERE building_id = (SELECT id FROM buildings WHERE external_id = 2)"),
            11
        );
    }

    fn a_hall_without_rooms_is_not_flooded_where_others_have_some(database) {
        let scene = two_halls(database, 0);
        assert_eq!(
            refusal(&scene.rooms(2, json!(others(1_001))).expect(4)),
            "refused, nothing was changed: 1,001 rooms of hall 2 (Two) would be created where none is active: \
             Room 101 (room 101), Room 102 (room 102), Room 103 (room 103), Room 104 (room 104), Room 105 (room 105) \
             and 996 more"
        );
        scene.rooms(2, json!(others(1_000))).expect(0);
        database.execute("UPDATE rooms SET is_active = (1 = 0); UPDATE rooms SET external_id = external_id + 100000");
        scene.rooms(2, json!(others(1_001))).expect(0);
    }
}
