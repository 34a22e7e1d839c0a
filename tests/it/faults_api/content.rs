//! A whole answer that is not what the API contract says: exit 13 after one request.

use super::Ground;
use crate::support::mock_api::HALLS;
use crate::support::{Answer, on_both_databases};

const BREACH: &str = "halls: the answer (HTTP 200 OK) breaks the API contract:";

fn json(bytes: impl Into<Vec<u8>>) -> Answer {
    Answer::body(bytes)
}

/// A row of each table: what the API answers, and what is said of it.
#[track_caller]
fn all_fail(ground: &Ground<'_>, faults: Vec<(Answer, String)>) {
    for (answer, message) in faults {
        assert_eq!(ground.halls_fail(answer, 13, &message), 1, "{message}");
    }
}

on_both_databases! {
    fn a_page_for_people_is_13(database) {
        let page = "<!DOCTYPE html><title>Log in</title>";
        let said = "halls: the answer (HTTP 200) is text/html, not JSON; check EXTERNAL_HALL_API_URL";
        all_fail(&Ground::new(database), vec![
            (json(page).header("content-type", "text/html; charset=utf-8"), said.to_owned()),
            (json(page), format!("{BREACH} the answer is not JSON: expected value at line 1 column 1; report \
                                  it to those who run the API")),
        ]);
    }

    fn a_wrong_envelope_is_13(database) {
        let no_list = format!("{BREACH} the answer has no `data` list; report it to those who run the API");
        let no_object = format!("{BREACH} the answer is not an object with a `data` list; report it to those \
                                 who run the API");
        let mut faults: Vec<_> = ["{}", r#"{"data":null}"#, r#"{"data":{}}"#, r#"{"data":"[]"}"#,
            r#"{"message":"NO"}"#].map(|body| (json(body), no_list.clone())).into();
        faults.extend(["[]", "null", "1", r#""data""#].map(|body| (json(body), no_object.clone())));
        faults.push((json(r#"{"data":[],"data":[]}"#), format!("{BREACH} the answer has `data` twice; report it to those who run the API")));
        all_fail(&Ground::new(database), faults);
    }

    fn what_is_not_json_to_its_end_is_13(database) {
        all_fail(&Ground::new(database), vec![
            (json(r#"{"data":[]}{"data":[]}"#), format!("{BREACH} the answer is not JSON: trailing characters at line 1 column 12; report it to those who run the API")),
            (json("{\"data\":[]}\n<!-- made in 12 ms -->"), format!("{BREACH} the answer is not JSON: trailing characters at line 2 column 1; report it to those who run the API")),
            (json("{\"data\":[]}\0"), format!("{BREACH} the answer is not JSON: trailing characters at line 1 column 12; report it to those who run the API")),
            (json("{'data':[]}"), format!("{BREACH} the answer is not JSON: key must be a string at line 1 column 2; report it to those who run the API")),
            (json(r#"{"data":[{"id":1,"name":"a",}]}"#), format!("{BREACH} the answer is not JSON: trailing comma at line 1 column 29; report it to those who run the API")),
            (json(r#"{"data":[NaN]}"#), format!("{BREACH} the answer is not JSON: expected value at line 1 column 10; report it to those who run the API")),
        ]);
    }

    fn another_charset_is_13(database) {
        let cyrillic = b"{\"data\":[{\"id\":1,\"name\":\"\xC7\xE0\xEB\",\"rooms\":[]}]}".to_vec();
        let utf_16: Vec<u8> = "{\"data\":[]}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let said = |name: &str| format!("halls: the answer (HTTP 200) is in {name}, not in UTF-8; report it to those who run the API");
        all_fail(&Ground::new(database), vec![
            (json(cyrillic.clone()).header("content-type", "application/json; charset=windows-1251"), said("windows-1251")),
            (json(cyrillic).header("content-type", "application/json"),
                format!("{BREACH} the answer is not JSON: invalid unicode code point at line 1 column 26; report it to those who run the API")),
            (json(utf_16.clone()).header("content-type", "application/json; charset=\"UTF-16LE\""), said("utf-16le")),
            (json(utf_16), format!("{BREACH} the answer is not JSON, but UTF-16, where UTF-8 is needed; report it to those who run the API")),
        ]);
    }

    fn a_table_an_archive_and_records_of_another_kind_are_13_and_are_named(database) {
        let ground = Ground::new(database);
        let slots = crate::support::data::counts_feed("2099-06-01", 3, 2, 2);
        all_fail(&ground, vec![
            (json("id;name\n1;Zəfər\n"), format!("{BREACH} the answer is not JSON, but a table, such as CSV; report it to those who run the API")),
            (json("PK\u{3}\u{4}\u{14}"), format!("{BREACH} the answer is not JSON, but a zip archive, as Excel writes; report it to those who run the API")),
            (json(slots), format!("{BREACH} its `data` holds participants, not halls or rooms; report it to those who run the API")),
        ]);
    }

    fn another_compression_than_gzip_is_13(database) {
        all_fail(&Ground::new(database), vec![
            (json("?").header("content-encoding", "br"), "halls: the answer (HTTP 200) is compressed as br, \
                                                          not gzip; report it to those who run the API".to_owned()),
            (json("?").header("content-encoding", "zstd"), "halls: the answer (HTTP 200) is compressed as \
                                                            zstd, not gzip; report it to those who run the \
                                                            API".to_owned()),
        ]);
    }

    fn nesting_of_100_000_levels_is_13(database) {
        let said = format!("{BREACH} the answer is not usable: it is nested deeper than 127 levels; report it \
                            to those who run the API");
        let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
        all_fail(&Ground::new(database), vec![
            (json(format!(r#"{{"data":{}}}"#, deep("[", "]"))), said.clone()),
            (json(format!(r#"{{"meta":{},"data":[]}}"#, deep(r#"{"a":["#, "]}"))), said.clone()),
            (json(format!(r#"{{"data":[{{"id":1,"name":{}}}]}}"#, deep("[", "]"))), said.clone()),
            (json("[".repeat(100_000)), format!("{BREACH} the answer is not an object with a `data` list; report it to those who run the API")),
            (json(r#"{"a":"#.repeat(100_000)), said),
        ]);
    }

    fn a_byte_order_mark_and_unknown_types_of_json_are_taken(database) {
        let ground = Ground::new(database);
        let feed = crate::support::data::halls_feed(3, 2);
        let marked = [b"\xEF\xBB\xBF".to_vec(), feed.clone()].concat();
        for answer in [json(marked), json(feed.clone()).header("content-type", "application/hal+json"),
            json(feed.clone()).header("content-type", ""), json(feed.clone()).chunked(),
            json(feed.clone()).until_close(), json([feed, b"\r\n \t".to_vec()].concat()).gzip()] {
            ground.answers(vec![answer]);
            let outcome = ground.program.run("halls --json").expect(0);
            assert_eq!(outcome.json()["syncs"][1]["records"]["unchanged"], 6);
            assert_eq!((ground.api.count(HALLS), outcome.stderr.as_str()), (1, ""));
        }
    }
}
