//! Who counts as assigned to a room at one time, where a warning depends on it.

use serde_json::{Value, json};

use super::{notified, places};
use crate::scene::{DATE, Scene, noon, text};
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::{Outcome, on_both_databases};

/// The warnings of a run that went well: code and external id.
#[track_caller]
fn warned(outcome: Outcome) -> Vec<String> {
    let report = outcome.expect(0).json();
    let warnings =
        report["syncs"].as_array().unwrap().iter().flat_map(|sync| sync["warnings"].as_array().unwrap());
    warnings.map(|warning| format!("{} {}", text(&warning["code"]), warning["external_id"])).collect()
}

/// [`places`] with so many seats in room 11, without hall 2.
fn without_hall_2(capacity: i64) -> Value {
    let mut feed = places(capacity);
    feed.as_array_mut().unwrap().remove(1);
    feed
}

on_both_databases! {
    fn those_of_today_are_also_when_their_exam_has_begun(database) {
        let (zone, today) = noon();
        let mut scene = Scene::with_halls(database, places(50));
        scene.program = scene.program.env("SYNC_TIMEZONE", &zone);
        let day = json!([slot("00:30", vec![count(1, 11, 51), count(2, 21, 3)])]);
        assert_eq!(warned(scene.participants(&today, day)), ["over_capacity 11"]);
        assert_eq!(warned(scene.halls(places(30))), ["capacity_below_assigned 11"]);
        assert_eq!(
            warned(scene.halls(without_hall_2(30))),
            ["deactivated_with_participants 2", "deactivated_with_participants 21"]
        );
        assert_eq!(notified(&scene).len(), 4);
    }

    fn those_who_went_are_no_more(database) {
        let scene = Scene::with_halls(database, places(50));
        let day = json!([slot("09:00", vec![count(1, 11, 6), count(2, 21, 3), count(1, 12, 1)])]);
        scene.participants(DATE, day).expect(0);
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 12, 1)])])).expect(0);
        assert_eq!(warned(scene.halls(places(5))), [""; 0]);
        assert_eq!(warned(scene.halls(without_hall_2(5))), [""; 0]);
        // One more person would be the seventh, were the six still there.
        let seated = json!([slot("09:00", vec![seat(1, 11, 1, 1, "A"), count(1, 12, 1)])]);
        assert_eq!(warned(scene.participants(DATE, seated)), [""; 0]);
    }

    fn those_of_two_dates_are_not_there_at_one_time(database) {
        let scene = Scene::with_halls(database, places(50));
        for day in [DATE, "2099-06-02"] {
            scene.participants(day, json!([slot("09:00", vec![count(1, 11, 25)])])).expect(0);
        }
        assert_eq!(warned(scene.halls(places(30))), [""; 0]);
    }

    fn those_who_are_seated_are_not_there_a_second_time_as_a_count(database) {
        let scene = Scene::with_halls(database, places(30));
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 20)])])).expect(0);
        let seated = json!([slot("09:00", (1..=20).map(|n| seat(1, 11, n, n, "A")).collect())]);
        assert_eq!(warned(scene.participants(DATE, seated)), [""; 0]);
    }

    fn those_who_come_back_are_as_many_more(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "One", vec![room(11, "A", 2), room(12, "B", 9)])]));
        let with = json!([slot("09:00", vec![count(1, 11, 3), count(1, 12, 5)])]);
        let without = json!([slot("09:00", vec![count(1, 12, 5)])]);
        assert_eq!(warned(scene.participants(DATE, with.clone())), ["over_capacity 11"]);
        assert_eq!(warned(scene.participants(DATE, without)), [""; 0]);
        assert_eq!(warned(scene.participants(DATE, with)), ["over_capacity 11"]);
        assert_eq!(notified(&scene).len(), 2);
    }
}
