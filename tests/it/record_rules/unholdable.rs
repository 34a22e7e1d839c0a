//! Texts and numbers that JSON allows and no parser can hold: they spoil one field or one record, not the feed.

use crate::scene::{DATE, Scene, told};
use crate::support::data::halls;
use crate::support::mock_api::Answer;
use crate::support::on_both_databases;

const HALF: &str = "holds half of a character (a lone surrogate)";

/// An answer with this text as its data.
fn data(text: &str) -> Answer {
    Answer::body(format!(r#"{{"data":[{text}]}}"#))
}

on_both_databases! {
    fn half_of_a_surrogate_pair_in_an_optional_text_is_stored_as_a_replacement_character(database) {
        let scene = Scene::new(database);
        let pull = || {
            scene.api.halls(data(
                r#"{"id":1,"name":"A","address":"1 Main St \ud83c","rooms":[{"id":11,"name":"R","capacity":5}]},
                   {"id":2,"name":"B","address":"2 Main St \ud83c\udf93"}"#,
            ));
            scene.run("halls")
        };
        let warning = format!(
            "  warning bad_optional_field 1 at data[0]: hall 1: address {HALF}; stored with U+FFFD in its place"
        );
        assert_eq!(
            told(&pull()),
            ["0 completed", "exam_halls completed: 2 created", &warning, "hall_rooms completed: 1 created"]
        );
        assert_eq!(
            scene.rows("SELECT name, address, sync_status FROM buildings ORDER BY external_id"),
            ["A|1 Main St \u{fffd}|synced", "B|2 Main St 🎓|synced"]
        );
        assert_eq!(told(&pull())[1..], ["exam_halls completed: 2 unchanged", &warning, "hall_rooms completed: 1 unchanged"]);
        let quiet = scene.program.run("halls").expect(0);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    }

    fn half_of_a_surrogate_pair_in_a_name_spoils_its_record_only(database) {
        let scene = Scene::new(database);
        let halls = |hall: &str, room: &str| {
            scene.api.halls(data(&format!(
                r#"{{"id":1,"name":"{hall}","rooms":[{{"id":11,"name":"R","capacity":5}}]}},
                   {{"id":2,"name":"B","rooms":[{{"id":21,"name":"{room}","capacity":5}},{{"id":22,"name":"T","capacity":6}}]}}"#
            )));
            scene.run("halls")
        };
        assert_eq!(halls("A", "S").code, 0);
        let hall = format!("  error bad_record 1 at data[0]: hall 1: name {HALF}");
        let room = format!("  error bad_record 21 at data[1].rooms[0]: room 21: name {HALF}");
        assert_eq!(told(&halls(r"A \udf93", r"S \ud83c")), [
            "3 partial",
            "exam_halls completed: 1 unchanged, 1 errored",
            &hall,
            "hall_rooms completed: 1 unchanged, 1 errored",
            &room,
        ]);
        assert_eq!(
            scene.rows("SELECT name, sync_error FROM buildings UNION ALL SELECT name, sync_error FROM rooms ORDER BY 1"),
            [format!("A|name {HALF}"), "B|null".into(), "R|null".into(), format!("S|name {HALF}"), "T|null".into()]
        );
    }

    fn half_of_a_surrogate_pair_in_what_a_seat_says_is_stored_as_a_replacement_character(database) {
        let scene = Scene::with_halls(database, halls(1, 2));
        scene.api.participants(DATE, data(
            r#"{"startTime":"09:00","\udf93":0,"participants":[
                {"hallId":1,"roomId":1000,"profileExamId":7,"participantName":"G\u00fcn\ud83c","note\ud83c":"\ud83c"},
                {"hallId":1,"roomId":1001,"participantCount":5,"participantName":"\ud83c"}]}"#,
        ));
        let warning = format!(
            "  warning bad_optional_field 7 at data[0].participants[0]: seat of 7: participantName {HALF}; \
             stored with U+FFFD in its place"
        );
        let outcome = scene.run(&format!("participants --date {DATE}"));
        assert_eq!(told(&outcome), ["0 completed", "2099-06-01 completed: 2 created", &warning]);
        assert_eq!(
            scene.rows("SELECT participant_name, participant_count FROM participants ORDER BY participant_count"),
            ["Gün\u{fffd}|1", "null|5"]
        );
    }

    fn a_number_beyond_every_type_spoils_its_field_or_its_record_only(database) {
        let scene = Scene::new(database);
        let digits = "9".repeat(400);
        scene.api.halls(data(&format!(
            r#"{{"id":1,"name":"A","regionId":1e999,"placeLimit":{digits},"more":[-1E400]}},{{"id":{digits},"name":"B"}},
               {{"id":3,"name":"C","rooms":[{{"id":31,"name":"R","capacity":5}},{{"id":32,"name":"S","capacity":1e400}}]}}"#
        )));
        assert_eq!(told(&scene.run("halls")), [
            "3 partial",
            "exam_halls completed: 2 created, 1 errored",
            "  warning bad_optional_field 1 at data[0]: hall 1: placeLimit is not a 64-bit integer, \
             regionId is not a 64-bit integer; stored as null",
            "  warning absence_not_judged: the key of a record can't be read, so no missing hall or room is \
             deactivated",
            "  error bad_record at data[1]: hall: id is not a positive 64-bit integer",
            "hall_rooms completed: 1 created, 1 errored",
            "  error bad_record 32 at data[2].rooms[1]: room 32: capacity is not an integer from 0 to 2147483647",
        ]);
        assert_eq!(scene.rows("SELECT external_id, place_limit, region_id FROM buildings ORDER BY 1"), [
            "1|null|null",
            "3|null|null"
        ]);
        assert_eq!(scene.rows("SELECT external_id, capacity FROM rooms"), ["31|5"]);
    }
}
