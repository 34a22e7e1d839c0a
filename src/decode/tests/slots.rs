//! Slots and their start times.

use super::{permutations, read_participants};
use crate::model::{Entry, EntryKind};

/// The slot of an answer with one slot and no entries.
fn slot(start_time: &str) -> Entry {
    let body = format!(r#"{{"data":[{{{start_time}"participants":[]}}]}}"#);
    let (mut entries, outcome) = read_participants(body);
    assert_eq!((entries.len(), outcome.as_str()), (1, "ok"));
    assert_eq!(entries[0].kind, EntryKind::Slot);
    entries.remove(0)
}

#[test]
fn a_start_time_has_three_forms() {
    for (text, wanted) in [
        ("09:00", "09:00:00"),
        ("00:00", "00:00:00"),
        ("23:59", "23:59:59"),
        ("23:59:59", "23:59:59"),
        ("2025-06-01T09:30:15+04:00", "09:30:15"),
        ("2025-06-01T09:30:15.999Z", "09:30:15"),
        ("2025-06-01T00:30:00-11:00", "00:30:00"),
    ] {
        let slot = slot(&format!(r#""startTime":"{text}","#));
        let wanted = if text == "23:59" { "23:59:00" } else { wanted };
        assert_eq!(slot.start_time.unwrap().to_string(), wanted);
        assert_eq!(slot.problem, None);
    }
}

#[test]
fn any_other_start_time_is_a_problem_of_the_slot() {
    for bad in [
        "\"\"",
        "\"9:00\"",
        "\"09\"",
        "\"0900\"",
        "\"09:0\"",
        "\" 09:00\"",
        "\"09:00 \"",
        "\"+9:00\"",
        "\"09:00:00.5\"",
        "\"24:00\"",
        "\"24:00:00\"",
        "\"23:60\"",
        "\"23:59:60\"",
        "\"2016-12-31T23:59:60Z\"",
        "\"2025-06-01T24:00:00Z\"",
        "\"2025-06-01T09:00:00\"",
        "\"2025-06-01\"",
        "\"٠٩:٠٠\"",
        "900",
        "true",
        "[\"09:00\"]",
    ] {
        let slot = slot(&format!(r#""startTime":{bad},"#));
        let wanted = "startTime is not HH:MM, HH:MM:SS or an RFC 3339 date-time";
        assert_eq!((slot.problem.as_deref(), slot.start_time), (Some(wanted), None), "{bad}");
        assert_eq!(slot.position, -1);
    }
    assert_eq!(slot("").problem.as_deref(), Some("startTime is missing or null"));
    assert_eq!(slot(r#""startTime":null,"#).problem.as_deref(), Some("startTime is missing or null"));
}

#[test]
fn entries_know_their_slot_and_come_before_it() {
    /// The ordinal of the first slot.
    const FIRST: i64 = (1 << 32) - 1;
    let entry = r#"{"hallId":1,"roomId":2,"participantCount":3}"#;
    let first = format!(r#""participants":[{entry},{entry}]"#);
    for slot in permutations(&[r#""startTime":"09:00""#, &first, r#""x":[{"hallId":1}]"#]) {
        let second = format!(r#"{{"startTime":"x","participants":[{entry}]}}"#);
        let (entries, outcome) = read_participants(format!(r#"{{"data":[{slot},{second}]}}"#));
        let seen: Vec<_> =
            entries.iter().map(|e| (e.ordinal(), e.slot, e.kind, e.problem.is_some())).collect();
        let wanted = [
            (1, 0, EntryKind::Count, false),
            (2, 0, EntryKind::Count, false),
            (FIRST, 0, EntryKind::Slot, false),
            (FIRST + 2, 1, EntryKind::Count, false),
            (2 * FIRST + 1, 1, EntryKind::Slot, true),
        ];
        assert_eq!((seen.as_slice(), outcome.as_str()), (wanted.as_slice(), "ok"));
        assert_eq!(entries[4].position, -1);
        let known = slot.find("startTime") < slot.find("participantCount");
        let starts: Vec<_> = entries.iter().map(|entry| entry.start_time.is_some()).collect();
        assert_eq!(starts, [known, known, true, false, false], "{slot}");
    }
}

#[test]
fn a_slot_without_a_list_of_participants_is_one_broken_entry() {
    for (slot, problem) in [
        (r#""participants":null,"#, "participants is missing or null"),
        ("", "participants is missing or null"),
        (r#""participants":{"0":{}},"#, "participants is not a list"),
        (r#""participants":"x","#, "participants is not a list"),
    ] {
        let (entries, outcome) = read_participants(format!(r#"{{"data":[{{{slot}"startTime":"09:00"}}]}}"#));
        assert_eq!((entries.len(), outcome.as_str()), (2, "ok"));
        assert_eq!((entries[0].kind, entries[0].problem.as_deref()), (EntryKind::Count, Some(problem)));
        assert_eq!((entries[0].room_external_id, entries[0].position), (None, -1));
        assert_eq!((entries[1].kind, entries[1].problem.as_deref()), (EntryKind::Slot, None));
    }
}

#[test]
fn a_slot_that_is_no_object_is_one_broken_entry_with_a_broken_slot() {
    let (entries, outcome) = read_participants(r#"{"data":[5,[{}],null]}"#);
    assert_eq!((entries.len(), outcome.as_str()), (6, "ok"));
    for (number, pair) in entries.chunks(2).enumerate() {
        assert_eq!((pair[0].kind, pair[1].kind), (EntryKind::Count, EntryKind::Slot));
        for entry in pair {
            assert_eq!(entry.problem.as_deref(), Some("the slot is not an object"));
            assert_eq!(entry.position, -1);
            assert_eq!(entry.slot, i64::try_from(number).unwrap());
        }
    }
}

#[test]
fn participants_twice_break_the_slot() {
    let body = r#"{"data":[{"startTime":"09:00","participants":[{}],"participants":[{}]}]}"#;
    let (entries, outcome) = read_participants(body);
    assert_eq!((entries.len(), outcome.as_str()), (2, "ok"));
    assert_eq!(entries[1].problem.as_deref(), Some("participants is there twice"));
}

#[test]
fn a_second_list_is_told_once_where_the_first_carries_it() {
    for (lists, broken) in
        [("[],[{}]", 2), ("[],[{}],[{}]", 2), ("[],[]", 2), ("null,[{}]", 2), ("[{}],[{}],[{}]", 2)]
    {
        let lists: String = lists.split("],[").collect::<Vec<_>>().join("],\"participants\":[");
        let lists = lists.replace("null,[", "null,\"participants\":[");
        let body = format!(r#"{{"data":[{{"startTime":"09:00","participants":{lists}}}]}}"#);
        let (entries, outcome) = read_participants(&body);
        assert_eq!(
            (entries.iter().filter(|entry| entry.problem.is_some()).count(), outcome.as_str()),
            (broken, "ok"),
            "{body}"
        );
    }
}
