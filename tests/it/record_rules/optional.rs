//! Optional fields of a wrong type: stored as null and told, off a terminal only when they are news.

use serde_json::{Value, json};

use crate::scene::{DATE, Scene, told};
use crate::support::data::{count, hall, halls, room, seat, slot, with};
use crate::support::on_both_databases;

fn wrong() -> Value {
    with(with(hall(1, "H", vec![room(11, "A", 5)]), "regionId", json!("r-1")), "uid", json!(7))
}

on_both_databases! {
    fn a_wrong_optional_field_of_a_hall_is_null_with_a_warning(database) {
        let scene = Scene::new(database);
        let feed = json!([
            with(wrong(), "address", json!(["x"])),
            with(hall(2, "I", vec![]), "placeLimit", json!(1.5)),
            with(hall(3, "J", vec![]), "uid", json!("u".repeat(256))),
        ]);
        let expected = [
            "0 completed",
            "exam_halls completed: 3 created",
            "  warning bad_optional_field 1 at data[0]: hall 1: uid is not a text, address is not a text, \
             regionId is not a 64-bit integer; stored as null",
            "  warning bad_optional_field 2 at data[1]: hall 2: placeLimit is not a 64-bit integer; stored as null",
            "  warning bad_optional_field 3 at data[2]: hall 3: uid is longer than 255 characters; stored as null",
            "hall_rooms completed: 1 created",
        ];
        assert_eq!(told(&scene.halls(feed.clone())), expected);
        assert_eq!(
            scene.rows("SELECT external_uid, address, place_limit, region_id, sync_status FROM buildings ORDER BY external_id"),
            ["null|null|null|null|synced"; 3]
        );
        let again = told(&scene.halls(feed));
        assert_eq!(again[1], "exam_halls completed: 3 unchanged");
        assert_eq!(again[2..5], expected[2..5], "the document always has them");
    }

    fn a_wrong_optional_field_of_a_seat_is_null_with_a_warning(database) {
        let scene = Scene::with_halls(database, halls(1, 1));
        let person = with(with(seat(1, 1000, 7, 1, "A"), "placeId", json!("1")), "participantName", json!(5));
        let person = with(with(person, "participantId", json!(false)), "examTitle", json!({}));
        assert_eq!(
            told(&scene.participants(DATE, json!([slot("09:00", vec![person])]))),
            [
                "0 completed",
                "2099-06-01 completed: 1 created",
                "  warning bad_optional_field 7 at data[0].participants[0]: seat of 7: placeId is not a 64-bit integer, \
                 participantId is not a text, participantName is not a text, examTitle is not a text; stored as null"
            ]
        );
        assert_eq!(
            database.text("SELECT place_id, participant_id, participant_name, exam_title FROM participants"),
            "null|null|null|null"
        );
    }

    fn off_a_terminal_a_warning_is_printed_when_its_row_is_created_or_changed_and_not_again(database) {
        let scene = Scene::new(database);
        let printed = |feed: Value| {
            scene.api.halls(feed);
            let outcome = scene.program.run("halls").expect(0);
            assert_eq!(outcome.stdout, "");
            outcome.stderr
        };
        let warning = "examsync: warning: halls: hall 1: uid is not a text, regionId is not a 64-bit integer; \
                       stored as null (bad_optional_field, id 1, data[0])\n";
        assert_eq!(printed(json!([wrong()])), warning);
        assert_eq!(printed(json!([wrong()])), "");
        assert_eq!(printed(json!([with(wrong(), "name", json!("H2"))])), warning);
        assert_eq!(printed(json!([with(wrong(), "name", json!("H2"))])), "");
    }

    fn off_a_terminal_a_count_that_differs_is_told_when_its_seats_change_and_not_again(database) {
        let scene = Scene::with_halls(database, halls(1, 1));
        let feed = |name: &str, counted: i64| {
            json!([slot("09:00", vec![seat(1, 1000, 7, 1, name), count(1, 1000, counted)])])
        };
        let printed = |feed: Value| {
            scene.api.participants(DATE, feed);
            let outcome = scene.program.run(&format!("participants --date {DATE}")).expect(0);
            assert_eq!(outcome.stdout, "");
            outcome.stderr
        };
        let warning = "examsync: warning: 2099-06-01 Mon: room 1000 at 09:00:00: the feed counts 3 people and seats 1 \
                       (count_differs, id 1000, data[0].participants[1])\n";
        assert_eq!(printed(feed("A", 3)), warning);
        assert_eq!(printed(feed("A", 3)), "");
        assert_eq!(printed(feed("B", 3)), warning);
        assert_eq!(printed(feed("B", 1)), "");
        assert_eq!(database.number("SELECT count(*) FROM participants"), 1, "the count is a check only");
    }

    fn an_inactive_room_is_used_and_told_while_it_is_news(database) {
        let scene = Scene::with_halls(database, json!([hall(1, "H", vec![with(room(11, "A", 50), "isActive", json!(0))])]));
        let feed = |people: i64| json!([slot("09:00", vec![count(1, 11, people)])]);
        scene.api.participants(DATE, feed(3));
        let run = || scene.program.run(&format!("participants --date {DATE}")).expect(0).stderr;
        let warning = "examsync: warning: 2099-06-01 Mon: room 11 (\u{2068}A\u{2069}) is used, but it is inactive (inactive_room, id 11)\n";
        assert_eq!(run(), warning);
        assert_eq!(run(), "");
        scene.api.participants(DATE, feed(4));
        assert_eq!(run(), warning);
    }
}
