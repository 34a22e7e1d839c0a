//! Whatever comes in: no panic, an outcome of the contract, the same in any chunks.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{read_halls, read_participants, read_participants_of, read_rooms};
use crate::decode::ExamDate;

/// Field names that mean something, and one that does not.
const NAMES: [&str; 23] = [
    "data",
    "id",
    "uid",
    "name",
    "address",
    "placeLimit",
    "regionId",
    "isActive",
    "deletedAt",
    "rooms",
    "capacity",
    "examHallId",
    "startTime",
    "participants",
    "hallId",
    "roomId",
    "participantCount",
    "profileExamId",
    "placeId",
    "participantId",
    "participantName",
    "examTitle",
    "other",
];

/// Names by which an answer may say something of itself.
const JUDGED: [&str; 10] =
    ["next", "hasMore", "page", "number", "pages", "total", "success", "error", "status", "statusCode"];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from("09:00")),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((prop::sample::select(&NAMES[..]), inner), 0..8).prop_map(|fields| {
                Value::Object(
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}

fn check(body: &[u8]) -> [String; 3] {
    let outcomes = [read_halls(body).1, read_rooms(body).1, read_participants(body).1];
    for outcome in &outcomes {
        assert!(
            ["ok", "cut off: ", "contract: ", "self: "].iter().any(|start| outcome.starts_with(start)),
            "{outcome}"
        );
    }
    outcomes
}

proptest! {
    #[test]
    fn arbitrary_bytes(body in vec(any::<u8>(), 0..200)) {
        check(&body);
    }

    #[test]
    fn arbitrary_json(value in any_json()) {
        check(value.to_string().as_bytes());
    }

    #[test]
    fn what_an_answer_says_of_itself_counts_before_and_after_its_data(
        meta in vec((prop::sample::select(&JUDGED[..]), any_json()), 0..6)
    ) {
        let fields: String = meta.iter().map(|(name, value)| format!(r#""{name}":{value},"#)).collect();
        let inside = format!(r#""a":{{{}}}"#, fields.trim_end_matches(','));
        let before = read_halls(format!(r#"{{{inside},"data":[]}}"#)).1;
        prop_assert_eq!(read_halls(format!(r#"{{"data":[],{inside}}}"#)).1, before.clone());
        prop_assert!(before == "ok" || before.starts_with("self: "), "{}", before);
        // In a list it says nothing.
        prop_assert_eq!(read_halls(format!(r#"{{"a":[{{{inside}}}],"data":[]}}"#)).1, "ok");
    }

    #[test]
    fn an_arbitrary_list_in_the_envelope_is_always_read_to_its_end(list in vec(any_json(), 0..8)) {
        let body = serde_json::json!({ "data": list }).to_string();
        for outcome in check(body.as_bytes()) {
            prop_assert!(outcome == "ok" || outcome.starts_with("contract: its `data` holds "), "{}", outcome);
        }
    }

    #[test]
    fn an_instant_has_one_date_and_time_in_a_zone_whatever_offset_it_is_written_with(
        seconds in 0_i64..4_000_000_000,
        offset in -1439_i32..=1439,
        timezone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
        days in -1_i64..=1,
    ) {
        let instant = DateTime::from_timestamp(seconds, 999_000_000).unwrap();
        let written = instant.with_timezone(&FixedOffset::east_opt(offset * 60).unwrap());
        let local = instant.with_timezone(&timezone).naive_local();
        let asked = local.date() + chrono::Days::new(1) - chrono::Days::new(u64::try_from(1 - days).unwrap());
        let text = written.to_rfc3339_opts(SecondsFormat::Millis, true);
        let start = start_of(ExamDate { date: asked, timezone }, &text);
        prop_assert_eq!(start, (days == 0).then(|| local.format("%H:%M:%S").to_string()));
    }

    #[test]
    fn a_time_without_an_offset_is_the_same_in_every_zone(
        time in (0_u32..86_400).prop_map(|second| chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap()),
        timezone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
    ) {
        let exam_date = ExamDate { date: "2027-03-28".parse().unwrap(), timezone };
        prop_assert_eq!(start_of(exam_date, &time.to_string()), Some(time.to_string()));
        prop_assert_eq!(start_of(exam_date, &format!("2027-03-28T{time}")), Some(time.to_string()));
        prop_assert_eq!(start_of(exam_date, &format!("2027-03-27T{time}")), None);
    }
}

/// The start time of a slot, where it is a good one.
fn start_of(exam_date: ExamDate, text: &str) -> Option<String> {
    let body = format!(r#"{{"data":[{{"startTime":"{text}","participants":[]}}]}}"#);
    let (entries, outcome) = read_participants_of(exam_date, body);
    assert_eq!((entries.len(), outcome.as_str()), (1, "ok"));
    entries[0].start_time.map(|time| time.to_string())
}
