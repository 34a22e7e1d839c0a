//! What a parser can't hold: half of a surrogate pair, and numbers beyond every type.

use std::io::{self, BufReader, Read};

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::limit::limited;
use super::{entry, hall, read_halls, read_participants, room};

const HALF: &str = "holds half of a character (a lone surrogate)";

/// Gives chunks of these lengths, again and again.
struct Chunks<'a> {
    bytes: &'a [u8],
    lengths: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.lengths.next().unwrap_or(1).min(buffer.len());
        self.bytes.read(&mut buffer[..length])
    }
}

/// `bytes` as the parser gets them.
fn repaired(bytes: &[u8], lengths: Vec<usize>) -> Vec<u8> {
    let reader = Chunks { bytes, lengths: lengths.into_iter().cycle() };
    // As serde_json reads: byte by byte out of a buffer.
    BufReader::with_capacity(13, limited(reader).unwrap()).bytes().collect::<Result<_, _>>().unwrap()
}

#[test]
fn half_of_a_surrogate_pair_is_stored_as_a_replacement_character() {
    for (json, wanted) in [
        (r"1 Main St \ud83c", "1 Main St \u{fffd}"),
        (r"\ud83cx", "\u{fffd}x"),
        (r"\uDF93", "\u{fffd}"),
        (r"\udf93\ud83c", "\u{fffd}\u{fffd}"),
        (r"\ud83c\ud83c\udf93", "\u{fffd}🎓"),
        (r"\ud83c\n\udf93", "\u{fffd}\n\u{fffd}"),
        (r"\ud83c\u0041", "\u{fffd}A"),
        (r"\ud83c\\udf93", "\u{fffd}\\udf93"),
    ] {
        let place = hall(&format!(r#"{{"id":7,"name":"A","address":"{json}"}}"#));
        assert_eq!((place.address.as_deref(), place.problem), (Some(wanted), None), "{json}");
        let notice = format!("address {HALF}; stored with U+FFFD in its place");
        assert_eq!(place.notice, Some(notice), "{json}");
    }
    for whole in [r"\ud83c\udf93", r"\\ud83c", r"\\\\ud83c", r"\u0041", "\u{fffd}", r"\ufffd"] {
        assert_eq!(hall(&format!(r#"{{"id":7,"name":"{whole}"}}"#)).problem, None, "{whole}");
    }
}

#[test]
fn half_of_a_surrogate_pair_breaks_the_record_whose_name_holds_it() {
    let place = hall(r#"{"id":7,"name":"A\ud800"}"#);
    assert_eq!((place.external_id, place.problem), (Some(7), Some(format!("name {HALF}"))));
    let place = room(r#"{"id":7,"name":"\udc00","capacity":5}"#);
    assert_eq!((place.external_id, place.problem), (Some(7), Some(format!("name {HALF}"))));
    let (places, outcome) = read_halls(r#"{"data":[{"id":1,"name":"A\ud800"},{"id":2,"name":"B"}]}"#);
    let problems: Vec<_> = places.iter().map(|place| place.problem.is_some()).collect();
    assert_eq!((problems.as_slice(), outcome.as_str()), ([true, false].as_slice(), "ok"));
}

#[test]
fn half_of_a_surrogate_pair_elsewhere_is_judged_by_its_field() {
    let place = hall(r#"{"id":7,"name":"A","\ud800":"\ud800","address":5,"uid":"\ud800"}"#);
    let notice =
        format!("address is not a text; stored as null; uid {HALF}; stored with U+FFFD in its place");
    assert_eq!((place.external_uid.as_deref(), place.notice), (Some("\u{fffd}"), Some(notice)));
    let long = hall(&format!(r#"{{"id":7,"name":"A","uid":"{}\ud800"}}"#, "x".repeat(255)));
    assert_eq!(long.notice.as_deref(), Some("uid is longer than 255 characters; stored as null"));
    let nul = hall(r#"{"id":7,"name":"A","uid":"\ud800\u0000"}"#);
    assert_eq!(nul.problem.as_deref(), Some("uid holds a NUL character"));
    let seat = entry(
        r#"{"hallId":1,"roomId":2,"profileExamId":9,"participantName":"Gün\ud83c","examTitle":"\udf93"}"#,
    );
    assert_eq!((seat.participant_name.as_deref(), seat.problem), (Some("Gün\u{fffd}"), None));
    let notice = format!("participantName {HALF}, examTitle {HALF}; stored with U+FFFD in its place");
    assert_eq!(seat.notice, Some(notice));
    let (entries, outcome) = read_participants(r#"{"data":[{"startTime":"\ud83c","participants":[]}]}"#);
    assert_eq!((entries[0].problem.is_some(), outcome.as_str()), (true, "ok"));
}

#[test]
fn a_number_beyond_every_type_is_a_wrong_number_of_one_field() {
    let digits = |count: usize| "9".repeat(count);
    for number in [
        "1e999".to_owned(),
        "-1E+400".to_owned(),
        "1e-999".to_owned(),
        "1e99999999999999999999".to_owned(),
        "0.5e309".to_owned(),
        digits(199),
        digits(200),
        digits(201),
        digits(400),
        digits(100_000),
        format!("-{}.{}e{}", digits(400), digits(400), digits(400)),
        format!("{}.5", digits(199)),
        format!("{}.5", digits(200)),
        format!("{}.5", digits(201)),
        format!("{}e5", digits(200)),
        format!("0.{}1", "0".repeat(400)),
    ] {
        let body = format!(
            r#"{{"data":[{{"id":1,"name":"A","regionId":{number}}},{{"id":2,"name":"B","placeLimit":[{number},{number}]}},
                {{"id":{number},"name":"C"}},{{"id":3,"name":{number}}},{number} ,{{"id":4,"name":"D"}}]}}"#
        );
        let (places, outcome) = read_halls(&body);
        assert_eq!((places.len(), outcome.as_str()), (6, "ok"), "{number}");
        assert_eq!(places[0].notice.as_deref(), Some("regionId is not a 64-bit integer; stored as null"));
        assert_eq!(places[1].notice.as_deref(), Some("placeLimit is not a 64-bit integer; stored as null"));
        assert_eq!(places[2].problem.as_deref(), Some("id is not a positive 64-bit integer"));
        assert_eq!(places[3].problem.as_deref(), Some("name is not a text"));
        assert_eq!(places[4].problem.as_deref(), Some("the record is not an object"));
        assert_eq!((places[5].problem.as_deref(), places[5].notice.as_deref()), (None, None));
    }
    for broken in ["1e", "1.", "1..5", "1e5e5", "01", "1.e5", "-", "+1"] {
        let outcome = read_halls(format!(r#"{{"data":[{{"id":{broken}}}]}}"#)).1;
        assert!(outcome.starts_with("contract: the answer is not JSON: "), "{broken}: {outcome}");
    }
}

#[test]
fn what_looks_like_a_number_in_a_text_is_left_alone() {
    let text = format!("Otaq 1e999 \\\" 2e999 {}", "8".repeat(400));
    let address = hall(&format!(r#"{{"id":7,"name":"A","address":"{text}"}}"#)).address;
    assert_eq!(address, Some(text.replace('\\', "")));
}

/// A UTF-16 code unit as JSON has it: escaped, or as it is where it is a plain character.
fn unit() -> impl Strategy<Value = u16> {
    prop_oneof![
        2 => 0xd800_u16..0xdc00,
        2 => 0xdc00_u16..0xe000,
        1 => prop::sample::select(vec![0x41_u16, 0x5c, 0x22, 0x75, 0x259, 0xfffd]),
    ]
}

fn escaped(unit: u16, upper: bool) -> String {
    match unit {
        0x41 | 0x75 | 0x259 => String::from_utf16_lossy(&[unit]),
        0x5c | 0x22 => format!("\\{}", String::from_utf16_lossy(&[unit])),
        _ if upper => format!("\\u{unit:04X}"),
        _ => format!("\\u{unit:04x}"),
    }
}

proptest! {
    #[test]
    fn any_utf_16_is_read_as_far_as_it_is_text(units in vec((unit(), any::<bool>()), 0..12)) {
        let json: String = units.iter().map(|&(unit, upper)| escaped(unit, upper)).collect();
        let units: Vec<u16> = units.into_iter().map(|(unit, _)| unit).collect();
        let place = hall(&format!(r#"{{"id":7,"name":"A","address":"{json}"}}"#));
        prop_assert_eq!(place.address, Some(String::from_utf16_lossy(&units)));
        prop_assert_eq!(place.notice.is_some(), String::from_utf16(&units).is_err());
    }

    #[test]
    fn any_number_of_json_is_read(
        number in "(0|-?[1-9][0-9]{0,20}|-?[1-9][0-9]{190,350})(\\.[0-9]{1,300})?([eE][+-]?[0-9]{1,5})?",
    ) {
        let place = hall(&format!(r#"{{"id":7,"name":"A","placeLimit":{number}}}"#));
        let wanted = number.parse::<i64>().ok();
        prop_assert_eq!((place.place_limit, place.notice.is_some()), (wanted, wanted.is_none()));
    }

    #[test]
    fn nothing_is_lost_whatever_the_chunks_are(
        pieces in vec(prop::sample::select(
            vec!["\\", "\\u", "d83c", "\\ud83c", "\\udf93", "\"", "1e5", "999", "{", "}", "ə", "\\u00", "x"]
        ), 0..40),
        lengths in vec(1_usize..20, 1..8),
    ) {
        let bytes = pieces.concat().into_bytes();
        let whole = repaired(&bytes, vec![usize::MAX]);
        prop_assert_eq!(whole.len(), bytes.len());
        prop_assert_eq!(&repaired(&bytes, lengths), &whole);
        // What is repaired once has nothing more to repair.
        prop_assert_eq!(&repaired(&whole, vec![3]), &whole);
    }

    #[test]
    fn what_a_parser_can_hold_is_passed_on_byte_by_byte(text: String, number in -1e15..1e15, integer: i64) {
        let json = serde_json::json!([{ text.as_str(): text }, number, integer]).to_string();
        let lengths = vec![1, 2, 3, 7];
        prop_assert_eq!(repaired(json.as_bytes(), lengths), json.into_bytes());
    }
}
