//! Count records and seats: every record rule, from both sides.

use super::{entry, permutations, read_participants};
use crate::model::{Entry, EntryKind};

fn count_with(field: &str) -> Entry {
    entry(&format!(r#"{{"hallId":1,"roomId":2,"participantCount":3,{field}}}"#))
}

fn seat_with(field: &str) -> Entry {
    entry(&format!(r#"{{"hallId":1,"roomId":2,"profileExamId":9,{field}}}"#))
}

#[test]
fn a_count_record_arrives_in_any_order_of_fields() {
    for json in permutations(&[
        r#""hallId":1"#,
        r#""hallName":"x\u0000""#,
        r#""roomId":2"#,
        r#""participantCount":0"#,
        r#""profileExamId":null"#,
    ]) {
        let entry = entry(&json);
        assert_eq!((entry.slot, entry.position, entry.kind), (0, 0, EntryKind::Count));
        assert_eq!((entry.hall_external_id, entry.room_external_id), (Some(1), Some(2)));
        assert_eq!((entry.participant_count, entry.profile_exam_id), (Some(0), None));
        assert_eq!((entry.problem, entry.notice), (None, None));
    }
}

#[test]
fn a_seat_arrives_in_any_order_of_fields_and_counts_one() {
    for json in permutations(&[
        r#""hallId":1,"roomId":2"#,
        r#""participantCount":"many""#,
        r#""profileExamId":9"#,
        r#""placeId":4,"participantId":"p-1""#,
        r#""participantName":"Əli","examTitle":"""#,
    ]) {
        let entry = entry(&json);
        assert_eq!((entry.kind, entry.profile_exam_id, entry.place_id), (EntryKind::Seat, Some(9), Some(4)));
        assert_eq!(entry.participant_count, Some(1));
        assert_eq!(entry.participant_id.as_deref(), Some("p-1"));
        assert_eq!(entry.participant_name.as_deref(), Some("Əli"));
        assert_eq!(entry.exam_title.as_deref(), Some(""));
        assert_eq!((entry.problem, entry.notice), (None, None));
    }
}

#[test]
fn hall_and_room_are_keys() {
    for (field, other) in [("hallId", "roomId"), ("roomId", "hallId")] {
        for bad in ["0", "-5", "5.0", "\"5\"", "[]", "9223372036854775808"] {
            let entry = entry(&format!(r#"{{"{other}":5,"participantCount":1,"{field}":{bad}}}"#));
            assert_eq!(entry.problem, Some(format!("{field} is not a positive 64-bit integer")), "{bad}");
            assert_eq!(entry.position, 0);
            assert_eq!(entry.hall_external_id.or(entry.room_external_id), Some(5));
        }
        for json in [
            format!(r#"{{"{other}":5,"participantCount":1}}"#),
            format!(r#"{{"{other}":5,"profileExamId":1,"{field}":null}}"#),
        ] {
            assert_eq!(entry(&json).problem, Some(format!("{field} is missing or null")));
        }
    }
}

#[test]
fn a_participant_count_is_required_and_fits_32_bits() {
    assert_eq!(count_with(r#""participantCount":2147483647"#).participant_count, Some(i32::MAX));
    for bad in ["-1", "2147483648", "2.5", "\"3\"", "true", "{}"] {
        let entry = count_with(&format!(r#""participantCount":{bad}"#));
        let wanted = "participantCount is not an integer from 0 to 2147483647";
        assert_eq!((entry.problem.as_deref(), entry.participant_count), (Some(wanted), None), "{bad}");
        assert_eq!((entry.hall_external_id, entry.room_external_id), (Some(1), Some(2)));
    }
    let missing = entry(r#"{"hallId":1,"roomId":2}"#);
    assert_eq!(missing.problem.as_deref(), Some("participantCount is missing or null"));
}

#[test]
fn a_bad_profile_exam_id_is_a_broken_seat() {
    for bad in ["0", "-1", "9.0", "\"9\"", "false", "[]"] {
        let entry = seat_with(&format!(r#""participantCount":5,"profileExamId":{bad}"#));
        assert_eq!(entry.problem.as_deref(), Some("profileExamId is not a positive 64-bit integer"), "{bad}");
        assert_eq!((entry.kind, entry.profile_exam_id), (EntryKind::Seat, None));
    }
}

#[test]
fn an_optional_field_of_a_wrong_type_is_null_with_a_notice() {
    let entry = seat_with(r#""placeId":"12","participantId":55,"participantName":false,"examTitle":{}"#);
    assert_eq!((entry.place_id, entry.participant_id, entry.participant_name), (None, None, None));
    assert_eq!((entry.exam_title, entry.problem), (None, None));
    assert_eq!(
        entry.notice.as_deref(),
        Some(
            "placeId is not a 64-bit integer, participantId is not a text, participantName is not a text, \
             examTitle is not a text; stored as null"
        )
    );
    assert_eq!(entry.position, 0);
    let entry = seat_with(r#""placeId":null,"participantId":null,"participantName":null,"examTitle":null"#);
    assert_eq!((entry.notice, entry.problem), (None, None));
}

#[test]
fn a_nul_in_a_seats_text_is_a_problem() {
    for field in ["participantId", "participantName", "examTitle"] {
        let json = format!(r#""{field}":"a\u0000""#);
        assert_eq!(seat_with(&json).problem, Some(format!("{field} holds a NUL character")));
    }
}

#[test]
fn a_count_record_has_no_use_for_a_seats_fields_but_its_title() {
    let entry = count_with(r#""placeId":"x","participantId":5,"participantName":"\u0000","examTitle":"T""#);
    assert_eq!((entry.problem, entry.notice, entry.exam_title.as_deref()), (None, None, Some("T")));
    let entry = count_with(r#""examTitle":["T"]"#);
    assert_eq!(entry.notice.as_deref(), Some("examTitle is not a text; stored as null"));
    assert_eq!(
        count_with(r#""examTitle":"\u0000""#).problem.as_deref(),
        Some("examTitle holds a NUL character")
    );
}

#[test]
fn a_count_is_a_repeat_where_all_of_its_fields_are_those_of_an_earlier_one_of_its_slot() {
    let one = r#"{"hallId":1,"roomId":2,"participantCount":3,"hallName":"Bakı","of":[{"a":1.5},null]}"#;
    let kinds = |entries: &[&str]| -> Vec<EntryKind> {
        let body = format!(r#"{{"data":[{{"startTime":"09:00","participants":[{}]}}]}}"#, entries.join(","));
        let (entries, outcome) = read_participants(body);
        assert_eq!(outcome, "ok");
        entries[..entries.len() - 1].iter().map(|entry| entry.kind).collect()
    };
    let other_order = r#"{ "of":[{"a":15e-1}, null], "hallName":"Bak\u0131", "roomId":2, "participantCount":3, "hallId":1}"#;
    let later = r#"{"hallId":1,"roomId":3,"participantCount":3}"#;
    assert_eq!(
        kinds(&[one, later, one, other_order, later]),
        [EntryKind::Count, EntryKind::Count, EntryKind::Repeat, EntryKind::Repeat, EntryKind::Repeat]
    );
    for (from, to) in [
        ("Bakı", "Baku"),
        ("1.5", "1.25"),
        ("null", "0"),
        ("{\"a\":1.5},null", "null,{\"a\":1.5}"),
        ("of", "by"),
    ] {
        let other = one.replace(from, to);
        assert_eq!(
            kinds(&[one, &other, one]),
            [EntryKind::Count, EntryKind::Count, EntryKind::Repeat],
            "{other}"
        );
    }
    let bad = r#"{"hallId":1,"roomId":2,"participantCount":-3}"#;
    assert_eq!(kinds(&[bad, bad]), [EntryKind::Count; 2], "what is bad is errored each time");
    let seat = r#"{"hallId":1,"roomId":2,"profileExamId":9}"#;
    assert_eq!(kinds(&[seat, seat]), [EntryKind::Seat; 2], "seats have a key of their own");
}

#[test]
fn broken_entries_stop_nothing_and_both_forms_mix() {
    let body = concat!(
        r#"{"data":[{"startTime":"09:00","participants":[null,{"hallId":1,"roomId":2,"participantCount":3},[1],"#,
        r#"{"hallId":1,"roomId":2,"profileExamId":9}]}]}"#
    );
    let (entries, outcome) = read_participants(body);
    let seen: Vec<_> = entries.iter().map(|e| (e.ordinal(), e.kind, e.position)).collect();
    let wanted = [
        (1, EntryKind::Count, 0),
        (2, EntryKind::Count, 1),
        (3, EntryKind::Count, 2),
        (4, EntryKind::Seat, 3),
        ((1 << 32) - 1, EntryKind::Slot, -1),
    ];
    assert_eq!((seen.as_slice(), outcome.as_str()), (wanted.as_slice(), "ok"));
    assert_eq!(entries[0].problem.as_deref(), Some("the record is not an object"));
}

#[test]
fn a_seat_without_its_key_is_not_taken_for_a_count() {
    for field in [r#""profileExamId":null"#, r#""participantId":"P1""#, r#""placeId":null"#] {
        let entry = entry(&format!(r#"{{"hallId":1,"roomId":2,{field}}}"#));
        assert_eq!((entry.kind, entry.profile_exam_id), (EntryKind::Seat, None), "{field}");
        assert_eq!(entry.problem.as_deref(), Some("profileExamId is missing or null"), "{field}");
    }
    let count = entry(r#"{"hallId":1,"roomId":2,"participantCount":null,"examTitle":"x"}"#);
    assert_eq!(
        (count.kind, count.problem.as_deref()),
        (EntryKind::Count, Some("participantCount is missing or null"))
    );
}
