//! Limits of what is held in memory.

use std::io::{self, Read};

use chrono_tz::Tz;

use super::super::limit::{MAX_DEPTH, MAX_TEXT_BYTES};
use super::{collect, exam_date, hall};
use crate::decode::{halls, participants};
use crate::feed::AnswerContext;

const TOO_LONG: &str = "contract: the answer is not usable: it holds a text longer than 1 MiB";
const TOO_DEEP: &str = "contract: the answer is not usable: it is nested deeper than 127 levels";

/// Gives chunks of a prime length, so that their borders are everywhere in what repeats.
struct Chunks<'a>(&'a [u8]);

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(1021);
        self.0.read(&mut buffer[..length])
    }
}

fn outcome(body: &str) -> String {
    let outcome = collect(|place| halls(body.as_bytes(), &AnswerContext::default(), place)).1;
    assert_eq!(collect(|place| halls(Chunks(body.as_bytes()), &AnswerContext::default(), place)).1, outcome);
    outcome
}

#[test]
fn a_text_of_one_mebibyte_is_the_longest() {
    for part in ["x", "\\\"", "\\\\", "\\u0416", "]"] {
        let most = part.repeat(MAX_TEXT_BYTES / part.len());
        assert_eq!(outcome(&format!(r#"{{"data":[{{"address":"{most}"}}]}}"#)), "ok");
        assert_eq!(outcome(&format!(r#"{{"data":[{{"address":"{most}{part}xxx"}}]}}"#)), TOO_LONG);
    }
    let over = "x".repeat(MAX_TEXT_BYTES + 1);
    assert_eq!(outcome(&format!(r#"{{"data":[{{"unknown":["{over}"]}}]}}"#)), TOO_LONG);
    assert_eq!(outcome(&format!(r#"{{"{over}":1,"data":[]}}"#)), TOO_LONG);
}

#[test]
fn many_short_texts_and_much_that_is_no_text_are_no_long_text() {
    let numbers = "1, ".repeat(MAX_TEXT_BYTES);
    assert_eq!(outcome(&format!(r#"{{"x":[{numbers}1],"data":[]}}"#)), "ok");
    let texts = r#""\\","\"","","[","}}","#.repeat(100_000);
    assert_eq!(outcome(&format!(r#"{{"x":[{texts}1],"data":[]}}"#)), "ok");
    assert_eq!(outcome(&format!("{}{{\"data\":[]}}", " ".repeat(2 * MAX_TEXT_BYTES))), "ok");
}

#[test]
fn nesting_has_a_limit_also_where_it_is_skipped() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (before, after, around) in
        [(r#"{"x":"#, r#","data":[]}"#, 1), (r#"{"data":"#, "}", 1), (r#"{"data":[{"name":"#, "}]}", 3)]
    {
        let most = MAX_DEPTH - around;
        assert_eq!(outcome(&format!("{before}{}{after}", nested(most))), "ok");
        assert_eq!(outcome(&format!("{before}{}{after}", nested(most + 1))), TOO_DEEP);
        assert_eq!(outcome(&format!("{before}{}{after}", nested(100_000))), TOO_DEEP);
    }
    assert_eq!(outcome(&format!("{}1", r#"{"data":"#.repeat(100_000))), TOO_DEEP);
    assert_eq!(hall(&format!(r#"{{"id":1,"name":"{}"}}"#, "[{".repeat(100))).problem, None);
}

/// One piece of JSON again and again, made while it is read.
fn endless(head: &'static str, again: &'static str) -> impl Read {
    struct Again(&'static [u8], usize);
    impl Read for Again {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = (&self.0[self.1..]).read(buffer)?;
            self.1 = (self.1 + length) % self.0.len();
            Ok(length)
        }
    }
    head.as_bytes().chain(Again(again.as_bytes(), 0))
}

#[test]
fn records_come_while_the_body_is_still_on_its_way() {
    let mut left = 10_000;
    let mut until_enough = |_: &_| {
        left -= 1;
        if left == 0 { Err(crate::model::Stopped) } else { Ok(()) }
    };
    // One hall that never ends its rooms: it would never return if it waited for the end of anything.
    let body = endless(r#"{"data":[{"id":1,"rooms":["#, r#"{"id":2,"name":"A","capacity":3},"#);
    assert!(halls(body, &AnswerContext::default(), &mut until_enough).is_err());
    assert_eq!(left, 0);
    let mut left = 10_000;
    let body = endless(r#"{"data":[{"participants":["#, r#"{"hallId":2,"roomId":1},"#);
    let outcome =
        participants(body, &AnswerContext::default(), exam_date("2027-06-01", Tz::Asia__Baku), &mut |_| {
            left -= 1;
            if left == 0 { Err(crate::model::Stopped) } else { Ok(()) }
        });
    assert!(outcome.is_err());
}
