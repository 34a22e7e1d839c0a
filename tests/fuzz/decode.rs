//! Arbitrary bytes through the decoder: no panic, and never more records than the input has bytes.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test fuzz_decode` looks longer.

use chrono::NaiveDate;
use chrono_tz::Tz;
use examsync::decode::{ExamDate, halls, participants, rooms};
use examsync::feed::{AnswerContext, IgnoredFields, JUDGED_HEADERS, Unreadable};
use proptest::collection::vec;
use proptest::prelude::*;

/// Pieces that documents of a feed are made of, so that arbitrary ones get past the first byte.
const PIECES: [&str; 49] = [
    "{\"data\":[",
    "]}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "{},",
    "1,",
    "\"id\":",
    "\"name\":",
    "\"capacity\":",
    "\"rooms\":[",
    "\"startTime\":\"09:00\",",
    "\"startTime\":\"1970-01-01T20:30:00+04:00\",",
    "\"startTime\":\"1970-01-01T20:30\",",
    "\"participants\":[",
    "\"hallId\":1,\"roomId\":2,",
    "\"participantCount\":3",
    "\"profileExamId\":4",
    "\"deletedAt\":\"2025-01-01T00:00:00Z\"",
    "\"x\\u0000\"",
    "\"\\ud800\"",
    "\"name\":\"\\udf93\",",
    "\"address\":\"\\ud83c\\udf93\\ud83c\",",
    "\\ud83c",
    "\\udf9",
    "\"\u{200b}\"",
    "\"",
    "\\",
    "null",
    "true",
    "-1",
    "9223372036854775808",
    "1e999",
    "99999999999999999999999999999999",
    "\u{feff}",
    "\"data\":[",
    "\"meta\":{",
    "\"links\":{",
    "\"hasMore\":",
    "\"total\":3",
    "\"page\":1,\"lastPage\":2",
    "\"next\":",
    "\"href\":\"/x?page=2\"",
    "\"error\":",
    "\"status\":500",
    "<>; rel=\"next\"",
];

/// Fields by which the pieces may say that an answer is not whole, or not good.
const JUDGED: [&str; 7] = ["hasMore", "total", "page", "lastPage", "next", "error", "status"];

fn body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ];
    (any::<bool>(), vec(piece, 0..60)).prop_map(|(enveloped, pieces)| {
        let head = if enveloped { b"{\"data\":[".to_vec() } else { Vec::new() };
        [head, pieces.concat()].concat()
    })
}

fn known(outcome: &Result<(), Unreadable>) -> bool {
    matches!(
        outcome,
        Ok(()) | Err(Unreadable::CutOff(_) | Unreadable::Contract(_) | Unreadable::SelfReported(_))
    )
}

fn check(body: &[u8]) -> Result<(), TestCaseError> {
    check_in(body, &AnswerContext::default())?;
    let headers = JUDGED_HEADERS.map(|name| (name.to_owned(), String::from_utf8_lossy(body).into_owned()));
    check_in(body, &AnswerContext { headers: headers.into(), ..AnswerContext::default() })?;
    let all = AnswerContext { ignored: IgnoredFields::new(JUDGED), ..AnswerContext::default() };
    let outcome = halls(body, &all, &mut |_| Ok(()));
    prop_assert!(!matches!(outcome, Err(Unreadable::SelfReported(_))), "{:?}", outcome);
    Ok(())
}

fn check_in(body: &[u8], context: &AnswerContext) -> Result<(), TestCaseError> {
    let mut records = 0;
    let outcome = halls(body, context, &mut |_| {
        records += 1;
        Ok(())
    });
    prop_assert!(known(&outcome), "{:?}", outcome);
    prop_assert!(records <= body.len());

    let mut last = 100;
    let outcome = rooms(body, context, last, &mut |place| {
        last += 1;
        assert_eq!(place.ordinal, last);
        Ok(())
    });
    prop_assert!(known(&outcome), "{:?}", outcome);

    let (mut records, mut last) = (0, -1);
    let exam_date = ExamDate { date: NaiveDate::default(), timezone: Tz::Asia__Baku };
    let outcome = participants(body, context, exam_date, &mut |entry| {
        records += 1;
        assert!(last < entry.ordinal());
        last = entry.ordinal();
        Ok(())
    });
    prop_assert!(known(&outcome), "{:?}", outcome);
    prop_assert!(records <= body.len());
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes(body in vec(any::<u8>(), 0..2_000)) {
        check(&body)?;
    }

    #[test]
    fn arbitrary_pieces_of_feeds(body in body()) {
        check(&body)?;
    }
}
