//! Soft deactivation and return (contract §7): what goes stays as a row, and comes back as the same one.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, halls, room, slot, with};
use crate::support::on_both_databases;

const HALLS: &str =
    "SELECT external_id, is_active, deleted_at IS NOT NULL FROM buildings ORDER BY external_id";
const ROOMS: &str = "SELECT external_id, is_active, deleted_at IS NOT NULL FROM rooms ORDER BY external_id";
const IDENTITIES: &str = "SELECT 'hall', external_id, id, uid, created_at FROM buildings
    UNION ALL SELECT 'room', external_id, id, uid, created_at FROM rooms ORDER BY 1, 2";

fn three() -> Value {
    halls(3, 2)
}

/// The feed of three halls with one changed.
fn first_hall(change: impl FnOnce(&mut Value)) -> Value {
    let mut feed = three();
    change(&mut feed[0]);
    feed
}

on_both_databases! {
    fn a_hall_that_goes_takes_its_rooms_along_and_both_return_as_the_same_rows(database) {
        let scene = Scene::with_halls(database, three());
        let before = scene.rows(IDENTITIES);
        let absent: Value = three().as_array().unwrap()[1..].into();
        let ways = [
            ("absent", absent, 0),
            ("isActive 0", first_hall(|hall| hall["isActive"] = json!(0)), 1),
            ("isActive false", first_hall(|hall| hall["isActive"] = json!(false)), 1),
            ("deletedAt", first_hall(|hall| hall["deletedAt"] = json!("2025-01-02T03:04:05Z")), 1),
            ("both", first_hall(|hall| {
                hall["isActive"] = json!(0);
                hall["deletedAt"] = json!("2025-01-02T03:04:05Z");
            }), 1),
        ];
        for (way, feed, listed) in ways {
            let updated = |count: usize| if listed == 1 { format!("{count} updated, ") } else { String::new() };
            assert_eq!(
                told(&scene.halls(feed.clone())),
                [
                    "0 completed".to_owned(),
                    format!("exam_halls completed: {}2 unchanged, 1 deleted", updated(1)),
                    format!("hall_rooms completed: {}4 unchanged, 2 deleted", updated(2)),
                ],
                "{way}"
            );
            assert_eq!(scene.rows(HALLS), ["1|0|1", "2|1|0", "3|1|0"], "{way}");
            assert_eq!(
                scene.rows(ROOMS),
                ["1000|0|1", "1001|0|1", "2000|1|0", "2001|1|0", "3000|1|0", "3001|1|0"],
                "{way}"
            );
            let again = scene.halls(feed);
            assert_eq!(
                told(&again)[1..],
                [
                    format!("exam_halls completed: {} unchanged", 2 + listed),
                    format!("hall_rooms completed: {} unchanged", 4 + 2 * listed),
                ],
                "{way}, again"
            );
            assert_eq!(
                told(&scene.halls(three())),
                [
                    "0 completed",
                    "exam_halls completed: 1 updated, 2 unchanged",
                    "hall_rooms completed: 2 updated, 4 unchanged"
                ],
                "{way}, and back"
            );
            assert_eq!(scene.rows(HALLS), ["1|1|0", "2|1|0", "3|1|0"], "{way}, and back");
            assert_eq!(scene.rows(IDENTITIES), before, "{way}, and back");
        }
    }

    fn a_room_goes_and_returns_by_itself(database) {
        let scene = Scene::with_halls(database, three());
        let before = scene.rows(IDENTITIES);
        let gone = first_hall(|hall| hall["rooms"][0]["deletedAt"] = json!("2025-01-02T03:04:05.678+04:00"));
        assert_eq!(
            told(&scene.halls(gone)),
            [
                "0 completed",
                "exam_halls completed: 3 unchanged",
                "hall_rooms completed: 1 updated, 5 unchanged, 1 deleted"
            ]
        );
        assert_eq!(
            scene.rows("SELECT external_id, deleted_at FROM rooms WHERE NOT is_active"),
            ["1000|2025-01-01 23:04:05.678"]
        );
        let absent = first_hall(|hall| drop(hall["rooms"].as_array_mut().unwrap().remove(1)));
        assert_eq!(
            told(&scene.halls(absent))[2],
            "hall_rooms completed: 1 updated, 4 unchanged, 1 deleted"
        );
        assert_eq!(told(&scene.halls(three()))[2], "hall_rooms completed: 1 updated, 5 unchanged");
        assert_eq!(scene.rows(IDENTITIES), before);
    }

    fn deleted_at_is_written_when_the_row_goes_or_when_a_given_one_differs(database) {
        let scene = Scene::with_halls(database, three());
        let deleted_at = || database.text("SELECT deleted_at FROM buildings WHERE external_id = 1");
        let with_given = |given: &str| first_hall(|hall| hall["deletedAt"] = json!(given));
        let halls_line = |feed: Value| told(&scene.halls(feed)).swap_remove(1);

        scene.halls(three().as_array().unwrap()[1..].into()).expect(0);
        let when_it_went = deleted_at();
        assert_ne!(when_it_went, "null");
        let says_inactive = first_hall(|hall| hall["isActive"] = json!(0));
        assert_eq!(halls_line(says_inactive.clone()), "exam_halls completed: 3 unchanged");
        assert_eq!(deleted_at(), when_it_went);

        assert_eq!(halls_line(with_given("2025-01-02T03:04:05Z")), "exam_halls completed: 1 updated, 2 unchanged");
        assert_eq!(deleted_at(), "2025-01-02 03:04:05.000");
        assert_eq!(halls_line(with_given("2025-01-02T07:04:05+04:00")), "exam_halls completed: 3 unchanged");
        assert_eq!(halls_line(with_given("2025-01-02T03:04:06Z")), "exam_halls completed: 1 updated, 2 unchanged");
        assert_eq!(deleted_at(), "2025-01-02 03:04:06.000");
        assert_eq!(halls_line(says_inactive), "exam_halls completed: 3 unchanged");
        assert_eq!(deleted_at(), "2025-01-02 03:04:06.000");
    }

    fn what_is_unknown_and_inactive_is_created_inactive_and_no_deletion(database) {
        let scene = Scene::new(database);
        let feed = json!([
            with(hall(1, "gone before we met", vec![room(11, "A", 5)]), "deletedAt", json!("2024-01-01T00:00:00Z")),
            hall(2, "open", vec![with(room(21, "B", 5), "isActive", json!(false)), room(22, "C", 5)]),
        ]);
        assert_eq!(
            told(&scene.halls(feed.clone())),
            ["0 completed", "exam_halls completed: 2 created", "hall_rooms completed: 3 created"]
        );
        assert_eq!(scene.rows(HALLS), ["1|0|1", "2|1|0"]);
        assert_eq!(scene.rows(ROOMS), ["11|0|1", "21|0|1", "22|1|0"]);
        assert_eq!(
            database.text("SELECT deleted_at FROM buildings WHERE external_id = 1"),
            "2024-01-01 00:00:00.000"
        );
        assert_eq!(
            told(&scene.halls(feed)),
            ["0 completed", "exam_halls completed: 2 unchanged", "hall_rooms completed: 3 unchanged"]
        );
    }

    fn a_room_that_moves_out_of_a_closing_hall_stays_with_its_participants(database) {
        let scene = Scene::with_halls(
            database,
            json!([hall(1, "old", vec![room(11, "A", 5), room(12, "B", 5)]), hall(2, "new", vec![room(21, "C", 5)])]),
        );
        scene.participants(DATE, json!([slot("09:00", vec![count(1, 11, 4)])])).expect(0);
        let outcome = scene.halls(json!([hall(2, "new", vec![room(21, "C", 5), room(11, "A", 5)])]));
        assert_eq!(
            told(&outcome),
            [
                "0 completed",
                "exam_halls completed: 1 unchanged, 1 deleted",
                "hall_rooms completed: 1 updated, 1 unchanged, 1 deleted"
            ]
        );
        assert_eq!(scene.rows(ROOMS), ["11|1|0", "12|0|1", "21|1|0"]);
        assert_eq!(
            database.text(
                "SELECT b.external_id, p.is_active FROM participants p JOIN buildings b ON b.id = p.building_id"
            ),
            "2|1"
        );
    }

    fn a_room_moves_into_a_hall_that_the_same_feed_brings(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "old", vec![room(11, "A", 5), room(12, "B", 5)])]));
        let feed = json!([hall(1, "old", vec![room(12, "B", 5)]), hall(2, "new", vec![room(11, "A", 5)])]);
        assert_eq!(
            told(&scene.halls(feed)),
            [
                "0 completed",
                "exam_halls completed: 1 created, 1 unchanged",
                "hall_rooms completed: 1 updated, 1 unchanged"
            ]
        );
        assert_eq!(
            scene.rows(
                "SELECT r.external_id, b.external_id, r.is_active FROM rooms r JOIN buildings b ON b.id = r.building_id
                 ORDER BY 1"
            ),
            ["11|2|1", "12|1|1"]
        );
    }

    fn rooms_of_a_hall_pulled_by_itself_go_in_that_hall_only(database) {
        let scene = Scene::with_halls(database, three());
        let before = scene.rows(IDENTITIES);
        let both = three()[0]["rooms"].clone();
        assert_eq!(
            told(&scene.rooms(1, json!([both[1]]))),
            ["0 completed", "hall_rooms completed: 1 unchanged, 1 deleted"]
        );
        assert_eq!(
            scene.rows(ROOMS),
            ["1000|0|1", "1001|1|0", "2000|1|0", "2001|1|0", "3000|1|0", "3001|1|0"]
        );
        assert_eq!(told(&scene.rooms(1, both)), ["0 completed", "hall_rooms completed: 1 updated, 1 unchanged"]);
        assert_eq!(scene.rows(IDENTITIES), before);
    }

    fn participants_go_and_return_as_the_same_rows_and_keep_their_attendance(database) {
        let scene = Scene::with_halls(database, three());
        let both = json!([slot("09:00", vec![count(1, 1000, 4), count(1, 1001, 6)])]);
        scene.participants(DATE, both.clone()).expect(0);
        database.execute("UPDATE participants SET attendance_marked = true, attendance_status = 'late'");
        let kept = || scene.rows("SELECT id, uid, participant_count, attendance_status, attendance_marked
            FROM participants ORDER BY id");
        let states = || scene.rows("SELECT is_active, deleted_at IS NOT NULL FROM participants ORDER BY id");
        let before = kept();
        assert_eq!(
            told(&scene.participants(DATE, json!([slot("09:00", vec![count(1, 1000, 4)])]))),
            ["0 completed", "2099-06-01 completed: 1 unchanged, 1 deleted"]
        );
        assert_eq!((kept(), states()), (before.clone(), vec!["1|0".to_owned(), "0|1".to_owned()]));
        assert_eq!(
            told(&scene.participants(DATE, both)),
            ["0 completed", "2099-06-01 completed: 1 updated, 1 unchanged"]
        );
        assert_eq!((kept(), states()), (before, vec!["1|0".to_owned(), "1|0".to_owned()]));
    }
}
