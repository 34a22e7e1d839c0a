//! Halls and rooms: every record rule of contract §7, from both sides.

use super::{hall, permutations, read_halls, read_rooms, room};
use crate::model::{Place, PlaceKind};

fn hall_with(field: &str) -> Place {
    hall(&format!(r#"{{"id":7,"name":"A",{field}}}"#))
}

fn room_with(field: &str) -> Place {
    room(&format!(r#"{{"id":7,"name":"A","capacity":3,{field}}}"#))
}

#[test]
fn a_full_hall_arrives_as_given() {
    let place = hall(concat!(
        r#"{"id":9223372036854775807,"uid":"u-1","name":" Bakı №1 'x'; DROP 😀 ","address":"Küçə","placeLimit":300,"#,
        r#""regionId":-4,"isActive":1,"deletedAt":"2025-01-02T03:04:05.678+04:00","rooms":[],"capacity":"ignored"}"#
    ));
    let wanted = Place {
        ordinal: 1,
        kind: PlaceKind::Hall,
        parent: None,
        external_id: Some(i64::MAX),
        external_uid: Some("u-1".into()),
        name: Some(" Bakı №1 'x'; DROP 😀 ".into()),
        address: Some("Küçə".into()),
        place_limit: Some(300),
        region_id: Some(-4),
        capacity: None,
        stated_hall: None,
        says_active: true,
        deleted_at: Some("2025-01-01T23:04:05.678Z".parse().unwrap()),
        local_uid: None,
        problem: None,
        notice: None,
        position: 0,
    };
    assert_eq!(place, wanted);
}

#[test]
fn nested_rooms_come_before_their_hall_and_know_it_by_its_ordinal() {
    let rooms = r#""rooms":[{"id":11,"name":"R","capacity":0},{"id":12}]"#;
    for hall in permutations(&[r#""id":1"#, r#""name":"H""#, rooms, r#""x":{"id":5}"#]) {
        let (places, outcome) = read_halls(format!(r#"{{"data":[{hall},{{"id":2,"name":"I"}}]}}"#));
        let seen: Vec<_> = places.iter().map(|p| (p.ordinal, p.parent, p.external_id, p.kind)).collect();
        let wanted = [
            (2, Some(1), Some(11), PlaceKind::Room),
            (3, Some(1), Some(12), PlaceKind::Room),
            (1, None, Some(1), PlaceKind::Hall),
            (4, None, Some(2), PlaceKind::Hall),
        ];
        assert_eq!((seen.as_slice(), outcome.as_str()), (wanted.as_slice(), "ok"));
        assert_eq!(places[1].problem.as_deref(), Some("name is missing or null"));
        assert_eq!(places[1].position, 1);
        assert_eq!(places[2].problem, None);
    }
}

#[test]
fn rooms_of_an_answer_count_from_their_base() {
    let (places, outcome) =
        read_rooms(r#"{"data":[{"id":1,"name":"A","capacity":3,"examHallId":9},7,{"id":3,"uid":"\u0000"}]}"#);
    let seen: Vec<_> = places.iter().map(|p| (p.ordinal, p.parent, p.external_id, p.position)).collect();
    let wanted = [(41, Some(40), Some(1), 0), (42, Some(40), None, 1), (43, Some(40), Some(3), 2)];
    assert_eq!((seen.as_slice(), outcome.as_str()), (wanted.as_slice(), "ok"));
    assert_eq!((places[0].stated_hall, places[0].capacity), (Some(9), Some(3)));
    assert_eq!(places[1].problem.as_deref(), Some("the record is not an object"));
}

#[test]
fn an_id_is_a_positive_64_bit_integer() {
    for id in ["0", "-1", "7.0", "7e0", "\"7\"", "true", "[7]", "{}", "9223372036854775808", "1e30"] {
        for place in [hall(&format!(r#"{{"id":{id},"name":"A"}}"#)), room_with(&format!(r#""id":{id}"#))] {
            assert_eq!(place.problem.as_deref(), Some("id is not a positive 64-bit integer"), "{id}");
            assert_eq!((place.external_id, place.name.as_deref()), (None, Some("A")));
            assert_eq!(place.position, 0);
        }
    }
    for json in [r#"{"name":"A"}"#, r#"{"id":null,"name":"A"}"#] {
        assert_eq!(hall(json).problem.as_deref(), Some("id is missing or null"));
    }
    assert_eq!(hall(r#"{"id":1,"name":"A"}"#).external_id, Some(1));
}

#[test]
fn a_name_is_not_blank_and_at_most_255_characters() {
    let name = |json: &str| {
        let place = room_with(&format!(r#""name":{json}"#));
        assert_eq!(place.external_id, Some(7));
        assert_eq!(place.name.is_none(), place.problem.is_some());
        place.problem.unwrap_or_default()
    };
    for blank in [r#""""#, r#"" ""#, r#""\t\n\u00a0\u3000""#] {
        assert_eq!(name(blank), "name is blank");
    }
    for wrong in ["1", "true", "[]", r#"{"a":"b"}"#] {
        assert_eq!(name(wrong), "name is not a text");
    }
    assert_eq!(name("null"), "name is missing or null");
    assert_eq!(name(r#""a\u0000b""#), "name holds a NUL character");
    assert_eq!(name(&format!(r#""{}""#, "ə".repeat(255))), "");
    assert_eq!(name(&format!(r#""{}""#, "ə".repeat(256))), "name is longer than 255 characters");
    assert_eq!(hall(r#"{"id":1}"#).problem.as_deref(), Some("name is missing or null"));
}

#[test]
fn a_capacity_fits_32_bits_or_is_unknown() {
    for unknown in [r#""capacity":null"#, r#""x":1"#] {
        let place = room(&format!(r#"{{"id":7,"name":"A",{unknown}}}"#));
        assert_eq!((place.capacity, place.problem, place.notice), (None, None, None));
    }
    for good in ["0", "1", "2147483647"] {
        let place = room_with(&format!(r#""capacity":{good}"#));
        assert_eq!((place.capacity.map(|c| c.to_string()).as_deref(), place.problem), (Some(good), None));
    }
    for bad in ["-1", "2147483648", "1.5", "30.0", "\"30\"", "true", "[]", "18446744073709551616"] {
        let place = room_with(&format!(r#""capacity":{bad}"#));
        assert_eq!(
            place.problem.as_deref(),
            Some("capacity is not an integer from 0 to 2147483647"),
            "{bad}"
        );
        assert_eq!((place.external_id, place.capacity), (Some(7), None));
    }
}

#[test]
fn is_active_is_a_flag() {
    for (json, active) in [("0", false), ("1", true), ("true", true), ("false", false), ("null", true)] {
        let json = format!(r#""isActive":{json}"#);
        for place in [hall_with(&json), room_with(&json)] {
            assert_eq!((place.says_active, place.problem), (active, None), "{json}");
        }
    }
    for bad in ["2", "-1", "1.0", "\"1\"", "\"true\"", "[]", "{}"] {
        let place = hall_with(&format!(r#""isActive":{bad}"#));
        assert_eq!(place.problem.as_deref(), Some("isActive is not 0, 1, true or false"), "{bad}");
    }
}

#[test]
fn deleted_at_is_a_date_time() {
    for (json, wanted) in [
        ("null", None),
        ("\"2025-02-03T04:05:06Z\"", Some("2025-02-03T04:05:06Z")),
        ("\"2025-02-03T04:05:06.7+04:00\"", Some("2025-02-03T00:05:06.700Z")),
        ("\"2016-12-31T23:59:60Z\"", Some("2017-01-01T00:00:00Z")),
        ("\"0001-01-01T00:00:00Z\"", Some("0001-01-01T00:00:00Z")),
        ("\"9999-12-31T23:59:59Z\"", Some("9999-12-31T23:59:59Z")),
    ] {
        let place = room_with(&format!(r#""deletedAt":{json}"#));
        assert_eq!(place.deleted_at, wanted.map(|time| time.parse().unwrap()), "{json}");
        assert_eq!((place.says_active, place.problem), (true, None));
    }
    for bad in [
        "\"\"",
        "\" \"",
        "\"yesterday\"",
        "\"2025-02-03\"",
        "\"2025-02-03T04:05:06\"",
        "\"2025-02-30T04:05:06Z\"",
        // Years that PostgreSQL's text form does not take.
        "\"0001-01-01T00:00:00+04:00\"",
        "\"9999-12-31T23:59:59-05:00\"",
        "1735689600",
        "true",
        "[]",
    ] {
        let problem = hall_with(&format!(r#""deletedAt":{bad}"#)).problem;
        assert_eq!(
            problem.as_deref(),
            Some("deletedAt is not an RFC 3339 date-time of the years 1 to 9999"),
            "{bad}"
        );
    }
}

#[test]
fn exam_hall_id_is_a_key_or_absent() {
    assert_eq!(room_with(r#""examHallId":5"#).stated_hall, Some(5));
    assert_eq!(room_with(r#""examHallId":null"#).problem, None);
    for bad in ["0", "\"5\"", "5.0", "false", "{}"] {
        let place = room_with(&format!(r#""examHallId":{bad}"#));
        assert_eq!(place.problem.as_deref(), Some("examHallId is not a positive 64-bit integer"), "{bad}");
    }
}

#[test]
fn an_optional_field_of_a_wrong_type_is_null_with_a_notice() {
    let place = hall_with(
        r#""uid":5,"address":["x"],"placeLimit":"300","regionId":"r-1","isActive":null,"deletedAt":null"#,
    );
    assert_eq!(
        (place.external_uid, place.address, place.place_limit, place.region_id, place.problem),
        (None, None, None, None, None)
    );
    assert_eq!(
        place.notice.as_deref(),
        Some(
            "uid is not a text, address is not a text, placeLimit is not a 64-bit integer, \
             regionId is not a 64-bit integer; stored as null"
        )
    );
    assert_eq!(place.position, 0);
    let place = hall_with(&format!(r#""uid":"{}""#, "x".repeat(256)));
    assert_eq!(place.notice.as_deref(), Some("uid is longer than 255 characters; stored as null"));
    assert_eq!(hall_with(&format!(r#""uid":"{}""#, "ə".repeat(255))).notice, None);
    for bad in ["9223372036854775808", "1.5", "1.0", "true"] {
        let place = hall_with(&format!(r#""placeLimit":{bad}"#));
        assert_eq!(place.notice.as_deref(), Some("placeLimit is not a 64-bit integer; stored as null"));
    }
    assert_eq!(hall_with(r#""uid":null,"address":null,"placeLimit":null,"regionId":null"#).notice, None);
    let place = room_with(r#""uid":5,"address":5,"placeLimit":"x","regionId":"x","rooms":5"#);
    assert_eq!((place.notice, place.problem), (None, None));
}

#[test]
fn a_nul_in_any_text_is_a_problem() {
    for field in ["uid", "address"] {
        let place = hall_with(&format!(r#""{field}":"a\u0000b""#));
        assert_eq!(place.problem, Some(format!("{field} holds a NUL character")));
    }
    let long = format!(r#""uid":"{}\u0000""#, "x".repeat(300));
    assert_eq!(hall_with(&long).problem.as_deref(), Some("uid holds a NUL character"));
    assert_eq!(hall_with(r#""unknown":"a\u0000b""#).problem, None);
}

#[test]
fn rooms_are_a_list_or_absent() {
    assert_eq!(hall_with(r#""rooms":null"#).problem, None);
    for bad in ["5", "\"\"", "{}", "{\"0\":[]}", "true"] {
        let place = hall_with(&format!(r#""rooms":{bad}"#));
        assert_eq!((place.problem.as_deref(), place.external_id), (Some("rooms is not a list"), Some(7)));
    }
    let (places, outcome) = read_halls(r#"{"data":[{"id":1,"name":"A","rooms":[{}],"rooms":[{}]}]}"#);
    assert_eq!((places.len(), outcome.as_str()), (2, "ok"));
    assert_eq!(places[1].problem.as_deref(), Some("rooms is there twice"));
}

#[test]
fn what_is_no_object_is_one_broken_record_and_stops_nothing() {
    let (places, outcome) = read_halls(
        r#"{"data":[null,5,"x",[[{"id":1}]],{"id":1,"name":"A","rooms":[[],{"id":3,"name":"R","capacity":1}]}]}"#,
    );
    assert_eq!(outcome, "ok");
    let broken: Vec<_> =
        places.iter().filter_map(|p| Some((p.parent.is_some(), p.position, p.problem.as_deref()?))).collect();
    let wanted = [(false, 0), (false, 1), (false, 2), (false, 3), (true, 0)];
    assert_eq!(broken, wanted.map(|(is_room, position)| (is_room, position, "the record is not an object")));
    assert_eq!(places.iter().map(|p| p.ordinal).collect::<Vec<_>>(), [1, 2, 3, 4, 6, 7, 5]);
}

#[test]
fn the_last_of_two_equal_fields_wins() {
    assert_eq!(room_with(r#""capacity":"x","name":"","capacity":4,"name":"B""#).problem, None);
    let last = room_with(r#""capacity":5,"capacity":null"#);
    assert_eq!((last.capacity, last.problem), (None, None));
    assert_eq!(hall_with(r#""regionId":"x","regionId":5"#).region_id, Some(5));
}

#[test]
fn the_problem_told_does_not_depend_on_the_order_of_fields() {
    for json in permutations(&[r#""id":1"#, r#""capacity":"x""#, r#""name":"""#, r#""isActive":9"#]) {
        let problem = room(&json).problem;
        assert_eq!(problem.as_deref(), Some("capacity is not an integer from 0 to 2147483647"));
    }
    let place = hall(r#"{"regionId":"x","name":"A","id":1,"isActive":9}"#);
    assert_eq!((place.problem.is_some(), place.notice), (true, None));
}
