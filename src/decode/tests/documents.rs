//! Documents that break: cut off, not JSON, not the envelope, given up.

use std::io::{self, Read};

use chrono_tz::Tz;

use super::{collect, exam_date, read_halls, read_participants, read_rooms, told};
use crate::decode::{halls, participants};
use crate::feed::AnswerContext;
use crate::model::Stopped;

fn outcome(body: impl AsRef<[u8]>) -> String {
    let body = body.as_ref();
    let outcome = read_halls(body).1;
    assert_eq!(read_rooms(body).1, outcome);
    assert_eq!(read_participants(body).1, outcome);
    outcome
}

#[test]
fn an_empty_list_is_fine_whatever_is_around_it() {
    assert_eq!(outcome(r#"{"data":[]}"#), "ok");
    assert_eq!(
        outcome(" \r\n{ \"meta\": {\"data\": [1, {\"x\": []}]}, \"data\": [ ], \"n\": 1e5 }\t\n"),
        "ok"
    );
    assert_eq!(outcome(b"\xEF\xBB\xBF{\"data\":[]}"), "ok");
    assert_eq!(outcome(r#"{"meta":{"a":{"x":"\ud83c","n":1e999},"\ud83c":1e-999},"data":[]}"#), "ok");
}

#[test]
fn a_wrong_envelope_breaks_the_contract() {
    for body in ["[]", "[{}]", "1", "\"data\"", "null", "true", "[[["] {
        assert_eq!(outcome(body), "contract: the answer is not an object with a `data` list", "{body}");
    }
    for body in [
        r#"{}"#,
        r#"{"Data":[]}"#,
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"data":[]}}"#,
        r#"{"data":"[]"}"#,
        r#"{"data":7}"#,
    ] {
        assert_eq!(outcome(body), "contract: the answer has no `data` list", "{body}");
    }
    for body in [r#"{"data":[],"data":[]}"#, r#"{"data":[],"x":1,"data":null}"#] {
        assert_eq!(outcome(body), "contract: the answer has `data` twice", "{body}");
    }
}

#[test]
fn what_is_not_json_is_told_by_place_and_never_quoted() {
    assert_eq!(
        outcome("<html>secret</html>"),
        "contract: the answer is not JSON: expected value at line 1 column 1"
    );
    assert_eq!(
        outcome("{\"data\":[\n]} secret"),
        "contract: the answer is not JSON: trailing characters at line 2 column 4"
    );
    for body in [
        r#"{"data":[]}}"#,
        r#"{"data":[]}{}"#,
        r#"{"data":[],}"#,
        r#"{"data":[secret]}"#,
        r#"{"data":[{"id":01}]}"#,
        r#"{"data":[{"id":'secret'}]}"#,
        r#"{secret:[]}"#,
        "{\"data\":[{\"name\":\"a\nb\"}],\"participants\":\"a\nb\"}",
        "\u{1f}{}",
        "\u{feff}\u{feff}{\"data\":[]}",
    ] {
        let outcome = outcome(body);
        assert!(outcome.starts_with("contract: the answer is not JSON: "), "{body}: {outcome}");
        assert!(!outcome.contains("secret"), "{outcome}");
    }
}

#[test]
fn text_that_is_not_utf_8_breaks_the_contract() {
    let body = b"{\"data\":[{\"id\":1,\"name\":\"Bak\xFD\"}]}";
    assert!(read_halls(body).1.starts_with("contract: the answer is not JSON: invalid unicode code point"));
    assert!(outcome(b"{\"Bak\xFD\":1}").starts_with("contract: "));
    let utf_16: Vec<u8> = "{\"data\":[]}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(outcome(utf_16).starts_with("contract: "));
}

#[test]
fn nothing_and_every_beginning_of_a_document_is_cut_off() {
    assert_eq!(outcome(""), "cut off: its JSON ends early, at line 1 column 0");
    assert!(outcome(" \n").starts_with("cut off: "));
    let places = concat!(
        "\u{feff}{\"meta\":[true,null,-1.5e3],\"data\":[{\"id\":1,\"name\":\"Bakı \\u0416 \\\" \\ud83d\\ude00\",",
        "\"regionId\":-12,\"isActive\":false,\"rooms\":[{\"id\":2,\"name\":\"A\",\"capacity\":30},5]},null,1.5]}"
    );
    let slots = concat!(
        "{\"data\":[{\"startTime\":\"09:00\",\"participants\":[{\"hallId\":1,\"roomId\":2,\"participantCount\":3},",
        "{\"hallId\":1,\"roomId\":2,\"profileExamId\":9,\"participantName\":\"Əli\",\"x\":[{}]}]},[],true]}"
    );
    for (document, length) in [places, slots].iter().flat_map(|d| (0..d.len()).map(move |n| (d, n))) {
        let beginning = &document.as_bytes()[..length];
        for outcome in [read_halls(beginning).1, read_rooms(beginning).1, read_participants(beginning).1] {
            assert!(outcome.starts_with("cut off: "), "{outcome} after {length} bytes");
        }
    }
    assert_eq!(read_halls(places).1, "ok");
    assert_eq!(read_participants(slots).1, "ok");
}

/// Gives its bytes and then fails, as a connection that breaks.
struct Breaking<'a>(&'a [u8]);

impl Read for Breaking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::new(io::ErrorKind::InvalidData, "connection reset")),
            length => Ok(length),
        }
    }
}

#[test]
fn a_reader_that_fails_is_a_cut_off_wherever_it_does() {
    let document = r#"{"data":[{"id":1,"name":"A","rooms":[{"id":2,"x":[1]}]}]}"#.as_bytes();
    for length in 0..=document.len() {
        let outcome =
            collect(|place| halls(Breaking(&document[..length]), &AnswerContext::default(), place)).1;
        assert_eq!(outcome, "cut off: connection reset", "after {length} bytes");
    }
}

/// Is interrupted by a signal before every byte.
struct Interrupted<'a>(&'a [u8], bool);

impl Read for Interrupted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        super::Bytewise(self.0).read(buffer).inspect(|&length| self.0 = &self.0[length..])
    }
}

#[test]
fn an_interrupted_read_is_tried_again() {
    let reader = Interrupted(b"\xEF\xBB\xBF{\"data\":[{}]}", false);
    let (places, outcome) = collect(|place| halls(reader, &AnswerContext::default(), place));
    assert_eq!((places.len(), outcome.as_str()), (1, "ok"));
}

#[test]
fn reading_ends_when_the_taker_gives_up() {
    let body = r#"{"data":[{"id":1,"rooms":[{},{}]},{}] this is not read"#;
    let mut seen = 0;
    let outcome = halls(body.as_bytes(), &AnswerContext::default(), &mut |_| {
        seen += 1;
        if seen == 2 { Err(Stopped) } else { Ok(()) }
    });
    assert_eq!((seen, told(outcome).as_str()), (2, "abandoned"));
    for body in [r#"{"data":[1]}"#, r#"{"data":[{}]}"#, r#"{"data":[{"participants":[{}]}]}"#] {
        let outcome = participants(
            body.as_bytes(),
            &AnswerContext::default(),
            exam_date("2027-06-01", Tz::UTC),
            &mut |_| Err(Stopped),
        );
        assert_eq!(told(outcome), "abandoned");
    }
}

#[test]
fn what_is_no_json_is_named_where_its_first_bytes_say_it() {
    let utf_16: Vec<u8> = "\u{feff}{\"data\":[]}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (body, what) in [
        (&utf_16[..], "UTF-16, where UTF-8 is needed"),
        (b"id;name;capacity\n1;A;30\n", "a table, such as CSV"),
        (b"1,A\n2,B\n", "a table, such as CSV"),
        (b"\x1F\x8B\x08\x00\x00", "packed with gzip"),
        (b"PK\x03\x04\x14\x00\x06", "a zip archive, as Excel writes"),
    ] {
        assert_eq!(outcome(body), format!("contract: the answer is not JSON, but {what}"));
    }
}

#[test]
fn records_of_another_kind_are_named() {
    let halls = r#"{"data":[{"id":1,"name":"A","rooms":[]},{"id":2,"name":"B","rooms":[]}]}"#;
    let rooms = r#"{"data":[{"name":"A","capacity":3,"id":1}]}"#;
    let slots =
        r#"{"data":[{"startTime":"09:00","participants":[{"hallId":1,"roomId":2,"participantCount":3}]}]}"#;
    assert_eq!(read_participants(halls).1, "contract: its `data` holds halls, not participants");
    assert_eq!(read_participants(rooms).1, "contract: its `data` holds halls or rooms, not participants");
    assert_eq!(read_halls(slots).1, "contract: its `data` holds participants, not halls or rooms");
    assert_eq!(read_rooms(slots).1, "contract: its `data` holds participants, not halls or rooms");
    // A hall could pass for a room, and a room for a hall, if it were not for the field that only one of them has.
    let halls = r#"{"data":[{"id":1,"name":"H","rooms":[{"id":11,"name":"R","capacity":30}]}]}"#;
    let rooms = r#"{"data":[{"id":11,"name":"R","capacity":30,"examHallId":1}]}"#;
    assert_eq!(read_rooms(halls).1, "contract: its `data` holds halls, not rooms");
    assert_eq!(read_halls(rooms).1, "contract: its `data` holds rooms, not halls");
    assert_eq!((read_halls(halls).1, read_rooms(rooms).1), ("ok".to_owned(), "ok".to_owned()));
    // One good record, or a first one of no kind, and it is for the record rules to judge.
    for body in [
        r#"{"data":[{"id":1,"name":"A"},{"startTime":"09:00","participants":[]}]}"#,
        r#"{"data":[{"id":1},{"id":1,"name":"A"}]}"#,
        r#"{"data":[7,{"id":1,"name":"A"}]}"#,
        r#"{"data":[]}"#,
    ] {
        assert_eq!(read_participants(body).1, "ok", "{body}");
    }
}
