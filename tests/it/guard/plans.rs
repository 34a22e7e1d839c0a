//! What a plan is made of: the type of sync, the scope, and exactly the rows that would go or lose people.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, noon, plan, without_isolates};
use crate::support::data::{count, hall, hall_name, halls, room, seat, slot};
use crate::support::on_both_databases;

on_both_databases! {
    fn the_plan_of_one_date_lets_the_same_loss_of_another_not_through(database) {
        const OTHER: &str = "2099-06-02";
        let scene = Scene::with_halls(database, halls(1, 2));
        for day in [DATE, OTHER] {
            scene.participants(day, json!([slot("09:00", vec![count(1, 1000, 20), count(1, 1001, 30)])])).expect(0);
        }
        let before = scene.database.dump();
        let first = plan(&scene.participants(DATE, json!([])).expect(4));
        scene.api.participants(OTHER, json!([]));
        let other = scene.run(&format!("participants --date {OTHER} --approve {first}")).expect(4);
        assert_ne!(plan(&other), first);
        assert_eq!(scene.database.dump(), before);
    }

    fn the_plan_of_halls_lets_the_same_rooms_go_by_halls_only(database) {
        let feed = |rooms: Vec<Value>| json!([hall(1, "One", rooms), hall(2, "Two", vec![])]);
        let scene = Scene::with_halls(database, feed(vec![room(11, "A", 5), room(12, "B", 5)]));
        let before = scene.database.dump();
        let by_halls = plan(&scene.halls(feed(vec![])).expect(4));
        let by_rooms = plan(&scene.rooms(1, json!([])).expect(4));
        assert_ne!(by_halls, by_rooms);
        scene.run(&format!("rooms --hall 1 --approve {by_halls}")).expect(4);
        scene.run(&format!("halls --approve {by_rooms}")).expect(4);
        assert_eq!(scene.database.dump(), before);
    }

    fn what_has_begun_is_no_part_of_the_plan_whatever_becomes_of_it(database) {
        let (zone, today) = noon();
        let mut scene = Scene::with_halls(database, halls(1, 2));
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        let (counted, seated) = (count(1, 1000, 500), seat(1, 1001, 7, 1, "A"));
        let morning = slot("00:30", vec![counted.clone(), seated.clone()]);
        let evening = slot("23:30", vec![count(1, 1000, 20), count(1, 1001, 30)]);
        scene.participants(&today, json!([morning, evening])).expect(0);
        // The evening is lost in each, and of the morning something else.
        let mornings = [
            json!([morning]),
            json!([slot("00:30", vec![seated.clone()])]),
            json!([slot("00:30", vec![count(1, 1000, 400), seated.clone()])]),
            json!([slot("00:30", vec![counted]), slot("01:00", vec![seated])]),
        ];
        let plans = mornings.map(|feed| plan(&scene.participants(&today, feed).expect(4)));
        assert!(plans.iter().all(|plan| *plan == plans[0]), "{plans:?}");
    }

    fn a_room_that_gains_people_is_not_among_those_that_would_be_lost(database) {
        let scene = Scene::with_halls(database, halls(1, 3));
        let day = |people: [i64; 3]| {
            json!([slot("09:00", (1000..).zip(people).map(|(room, people)| count(1, room, people)).collect())])
        };
        scene.participants(DATE, day([20, 30, 50])).expect(0);
        let refused = scene.participants(DATE, day([25, 10, 0])).expect(4);
        let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
        let name = hall_name(1);
        assert_eq!(
            without_isolates(message.lines().next().unwrap()),
            format!("refused, nothing was changed: on 2099-06-01, 65 of 100 people would be lost: 09:00 65; {name} (hall 1): 100 → 35")
        );
        let less_gained = scene.participants(DATE, day([24, 10, 0])).expect(4);
        assert_eq!(plan(&less_gained), plan(&refused));
    }
}
