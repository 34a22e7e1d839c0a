//! Slots and their start times.

use chrono_tz::Tz;

use super::{exam_date, permutations, read_participants, read_participants_of};
use crate::decode::ExamDate;
use crate::model::{Entry, EntryKind};

const OTHER_DATE: &str = "startTime is on another date in SYNC_TIMEZONE than the one that was asked for";

/// The slot of an answer with one slot and no entries.
fn slot(start_time: &str) -> Entry {
    let body = format!(r#"{{"data":[{{{start_time}"participants":[]}}]}}"#);
    let (mut entries, outcome) = read_participants(body);
    assert_eq!((entries.len(), outcome.as_str()), (1, "ok"));
    assert_eq!(entries[0].kind, EntryKind::Slot);
    entries.remove(0)
}

/// What a start time comes to on a date in a zone.
fn start(exam_date: ExamDate, text: &str) -> Result<String, String> {
    let body = format!(r#"{{"data":[{{"startTime":"{text}","participants":[]}}]}}"#);
    let (entries, outcome) = read_participants_of(exam_date, body);
    assert_eq!((entries.len(), outcome.as_str()), (1, "ok"));
    assert_eq!(entries[0].start_time.is_some(), entries[0].problem.is_none());
    entries[0].start_time.map(|time| time.to_string()).ok_or(entries[0].problem.clone().unwrap_or_default())
}

#[test]
fn a_start_time_is_a_wall_clock_time_or_an_instant() {
    for (text, wanted) in [
        ("09:00", "09:00:00"),
        ("00:00", "00:00:00"),
        ("23:59", "23:59:00"),
        ("23:59:59", "23:59:59"),
        ("2027-06-01T09:30", "09:30:00"),
        ("2027-06-01T09:30:15", "09:30:15"),
        ("2027-06-01 09:30:15.5", "09:30:15"),
        ("2027-06-01T09:30:15+04:00", "09:30:15"),
        ("2027-06-01 09:30:15+04", "09:30:15"),
        ("2027-06-01T09:30:15.999+0400", "09:30:15"),
        ("2027-06-01T05:00:00Z", "09:00:00"),
        ("2027-06-01t05:00z", "09:00:00"),
        ("2027-05-31T20:00:00.000Z", "00:00:00"),
        ("2027-06-01T19:59:59.999Z", "23:59:59"),
        ("2027-05-31T15:00:00-05:30", "00:30:00"),
        ("2027-06-02T03:29:59+14:00", "17:29:59"),
    ] {
        assert_eq!(start(exam_date("2027-06-01", Tz::Asia__Baku), text).as_deref(), Ok(wanted), "{text}");
    }
}

#[test]
fn a_start_time_of_another_date_is_a_problem_of_the_slot() {
    for text in [
        "2027-06-01T20:32:00.000Z",
        "2027-06-02T09:00:00",
        "2027-05-31T23:59",
        "2026-06-01T09:00:00+04:00",
        "2027-06-01T00:29:59+04:30",
        "2027-06-01T23:30:00+03:00",
        "0000-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ] {
        let told = start(exam_date("2027-06-01", Tz::Asia__Baku), text);
        assert_eq!(told.as_ref().map_err(String::as_str), Err(OTHER_DATE), "{text}");
    }
}

#[test]
fn an_instant_is_converted_by_the_rules_of_its_date() {
    let berlin = |date, text| start(exam_date(date, Tz::Europe__Berlin), text);
    assert_eq!(berlin("2025-01-15", "2025-01-15T08:00:00Z").as_deref(), Ok("09:00:00"));
    assert_eq!(berlin("2025-07-15", "2025-07-15T07:00:00Z").as_deref(), Ok("09:00:00"));
    // 02:00 becomes 03:00 at 01:00 UTC: no instant is in the gap, a wall-clock time in it stays as it is written.
    assert_eq!(berlin("2025-03-30", "2025-03-30T00:59:59Z").as_deref(), Ok("01:59:59"));
    assert_eq!(berlin("2025-03-30", "2025-03-30T01:00:00Z").as_deref(), Ok("03:00:00"));
    assert_eq!(berlin("2025-03-30", "2025-03-30T02:30:00").as_deref(), Ok("02:30:00"));
    // 03:00 becomes 02:00 at 01:00 UTC: both instants have one wall-clock time.
    assert_eq!(berlin("2025-10-26", "2025-10-26T00:30:00Z").as_deref(), Ok("02:30:00"));
    assert_eq!(berlin("2025-10-26", "2025-10-26T01:30:00Z").as_deref(), Ok("02:30:00"));
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
        "\"2027-06-01T24:00:00Z\"",
        "\"2027-06-01T09:00:00.\"",
        "\"2027-06-01T09:00.5\"",
        "\"2027-06-01T09:00:00.5.5\"",
        "\"2027-06-01T09:00:00+4\"",
        "\"2027-06-01T09:00:00+24:00\"",
        "\"2027-06-01T09:00:00+04:60\"",
        "\"2027-06-01T09:00:00Z+04:00\"",
        "\"2027-06-01T09:00:00 Asia/Baku\"",
        "\"2027-06-31T09:00:00\"",
        "\"27-06-01T09:00:00\"",
        "\"2027-06-01_09:00:00\"",
        "\"2027-06-01T\"",
        "\"2027-06-01\"",
        "\"2027-06-0ə\"",
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
    let first = format!(r#""participants":[{entry},{}]"#, entry.replace('2', "4"));
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
