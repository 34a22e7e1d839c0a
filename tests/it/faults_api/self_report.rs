//! An answer that says of itself that it is not whole, or not good: 13 after one request, nothing written.

use serde_json::{Value, json};

use super::{Ground, fails};
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};
use crate::syncs::{fine, synced};

const DATE: &str = "2099-06-01";
const NOT_WHOLE: &str = "the answer (HTTP 200 OK) breaks the API contract: it says that it is not whole:";
const NOT_GOOD: &str = "the answer (HTTP 200 OK) breaks the API contract: it says that it is not good:";

/// What is said at the end, with the field that may be ignored.
fn cure(field: &str) -> String {
    format!(
        "report it to those who run the API, or, if something else is meant by it, set \
         SYNC_IGNORE_FIELDS={field}"
    )
}

/// An answer with these fields beside its data.
fn beside(data: &Value, fields: &str) -> Answer {
    Answer::body(format!(r#"{{{fields},"data":{data}}}"#))
}

/// The same with the data first.
fn after(data: &Value, fields: &str) -> Answer {
    Answer::body(format!(r#"{{"data":{data},{fields}}}"#))
}

/// A date with these entries in one slot.
fn slot(entries: Value) -> Value {
    json!([{ "startTime": "09:00", "participants": entries }])
}

fn counts(rooms: std::ops::Range<i64>) -> Value {
    rooms.map(|room| json!({ "hallId": 1, "roomId": room, "participantCount": 30 })).collect()
}

on_both_databases! {
    fn a_page_of_the_halls_is_13_and_no_hall_goes(database) {
        let ground = Ground::new(database);
        let fewer = data::halls(2, 2);
        for (fields, field, told) in [
            (r#""meta":{"total":50,"page":1,"lastPage":2},"links":{"next":"https://h.example/halls?page=2"}"#, "next,page,total",
                "this is page 1 of 2 (`meta.page` is 1, `meta.lastPage` is 2); `links.next` is \"https://h.example/halls?…\"; \
                 `meta.total` is 50, but `data` has 2 elements with 4 records"),
            (r#""hasMore":true"#, "hasMore", "`hasMore` is true"),
            (r#""next":"/halls?page=2""#, "next", "`next` is \"/halls?…\""),
            (r#""truncated":true"#, "truncated", "`truncated` is true"),
            (r#""meta":{"paging":{"next_page_token":"abc"}}"#, "next_page_token", "`meta.paging.next_page_token` is \"abc\""),
            (r#""total":3"#, "total", "`total` is 3, but `data` has 2 elements with 4 records"),
        ] {
            let message = format!("halls: {NOT_WHOLE} {told}; {}", cure(field));
            assert_eq!(ground.halls_fail(after(&fewer, fields), 13, &message), 1);
            // Fields of an object may come in any order. What they say is listed in theirs.
            ground.api.always(HALLS, beside(&fewer, fields));
            fails(database, &ground.program, "halls", 13, &message);
        }
    }

    fn a_header_that_says_so_is_13(database) {
        let ground = Ground::new(database);
        let fewer = || Answer::data(&data::halls(2, 2));
        for (name, value, told) in [
            ("link", "<https://h.example/halls?page=1>; rel=\"first\", <https://h.example/halls?page=2>; rel=\"next\"",
                "a next page is named (the header `Link` is \"https://h.example/halls?…\")"),
            ("x-next-page", "2", "the header `X-Next-Page` is \"2\""),
            ("x-has-more", "true", "the header `X-Has-More` is \"true\""),
            ("x-total", "3", "the header `X-Total` is \"3\", but `data` has 2 elements with 4 records"),
            ("x-total-count", "50", "the header `X-Total-Count` is \"50\", but `data` has 2 elements with 4 records"),
            ("content-range", "halls 0-1/3", "the header `Content-Range` is \"halls 0-1/3\""),
        ] {
            let message = format!("halls: {NOT_WHOLE} {told}; {}", cure(name));
            assert_eq!(ground.halls_fail(fewer().header(name, value), 13, &message), 1);
        }
        let told = "this is page 1 of 2 (the header `X-Page` is 1, the header `X-Total-Pages` is 2)";
        let message = format!("halls: {NOT_WHOLE} {told}; {}", cure("x-page"));
        assert_eq!(ground.halls_fail(fewer().header("x-page", "1").header("x-total-pages", "2"), 13, &message), 1);
    }

    fn an_answer_that_is_not_good_is_13(database) {
        let ground = Ground::new(database);
        let fewer = data::halls(1, 2);
        for (fields, field, told) in [
            (r#""success":false,"error":{"code":"UPSTREAM_TIMEOUT"}"#, "error,success",
                "`success` is false; `error.code` is \"UPSTREAM_TIMEOUT\""),
            (r#""error":"the database is away""#, "error", "`error` is \"the database is away\""),
            (r#""errors":[{"code":"E7"}]"#, "errors", "`errors[0].code` is \"E7\""),
            (r#""status":"error""#, "status", "`status` is \"error\""),
            (r#""statusCode":503"#, "statusCode", "`statusCode` is 503"),
            (r#""ok":false"#, "ok", "`ok` is false"),
        ] {
            for answer in [beside(&fewer, fields), after(&fewer, fields), beside(&Value::Null, fields)] {
                let message = format!("halls: {NOT_GOOD} {told}; {}", cure(field));
                assert_eq!(ground.halls_fail(answer, 13, &message), 1);
            }
        }
    }

    fn a_date_that_is_not_whole_or_not_good_loses_nobody(database) {
        let ground = Ground::new(database);
        let slots = slot(counts(1001..1003));
        ground.api.halls(json!([{ "id": 1, "name": "H", "rooms": [{ "id": 1001, "name": "A", "capacity": 30 },
            { "id": 1002, "name": "B", "capacity": 30 }] }]));
        ground.program.run("halls").expect(0);
        ground.api.participants(DATE, slots);
        ground.program.run(&format!("participants --date {DATE}")).expect(0);
        let one = slot(counts(1001..1002));
        let more = r#""pagination":{"total":100,"hasMore":true}"#;
        for (answer, told) in [
            (after(&one, more), format!("{NOT_WHOLE} `pagination.hasMore` is true; `pagination.total` is 100, but \
                `data` has 1 element with 1 record of 30 people; {}", cure("hasMore,total"))),
            (beside(&json!([]), r#""error":{"code":"UPSTREAM_TIMEOUT"}"#),
                format!("{NOT_GOOD} `error.code` is \"UPSTREAM_TIMEOUT\"; {}", cure("error"))),
        ] {
            ground.api.participants(DATE, answer);
            fails(database, &ground.program, &format!("participants --date {DATE}"), 13,
                &format!("participants of {DATE}: {told}"));
        }
        assert_eq!(database.number("SELECT count(*) FROM participants WHERE is_active"), 2);
    }

    fn a_hall_whose_rooms_are_not_whole_loses_none_and_the_others_are_merged(database) {
        let ground = Ground::new(database);
        for hall in 1..4 {
            let rooms = &data::halls(3, 2)[hall - 1]["rooms"];
            let answer = if hall == 2 { after(&json!([]), r#""hasMore":true"#) } else { Answer::data(rooms) };
            ground.api.hall_rooms(hall as i64, answer);
        }
        synced(&ground.program, "rooms", 3, &["hall_rooms completed: 4 processed, 4 unchanged; error contract 2"], &[
            &format!("error: rooms: rooms of hall 2: {NOT_WHOLE} `hasMore` is true; {} (contract, id 2)", cure("hasMore")),
        ]);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE is_active"), 6);
    }

    fn what_is_harmless_passes(database) {
        let ground = Ground::new(database);
        let halls = data::halls(3, 2);
        for fields in [
            r#""total":3"#, r#""total":6"#, r#""total":2"#, r#""next":null,"links":{"next":""}"#,
            r#""page":0,"totalPages":1"#, r#""page":1,"pages":1"#, r#""hasMore":false,"cursor":"abc""#,
            r#""success":true,"error":null,"errors":[],"status":200"#, r#""meta":[{"hasMore":true}]"#,
        ] {
            for answer in [beside(&halls, fields), after(&halls, fields).header("x-total", "3")] {
                ground.answers(vec![answer]);
                fine(&ground.program, "halls", &["exam_halls completed: 3 processed, 3 unchanged",
                    "hall_rooms completed: 6 processed, 6 unchanged"]);
            }
        }
        // A date may count its slots, the entries in them, or people.
        let rooms: Vec<i64> = database.rows("SELECT external_id FROM rooms ORDER BY external_id").iter()
            .map(|id| id.parse().unwrap()).collect();
        let entries = json!([{ "hallId": 1, "roomId": rooms[0], "participantCount": 5 },
            { "hallId": 1, "roomId": rooms[1], "participantCount": 6 }]);
        for total in [0, 1, 2, 11] {
            ground.api.participants(DATE, after(&slot(entries.clone()), &format!(r#""total":{total}"#)));
            ground.program.run(&format!("participants --date {DATE}")).expect(0);
        }
        ground.api.participants(DATE, after(&slot(entries), r#""total":5"#));
        ground.program.run(&format!("participants --date {DATE}")).expect(13);
    }

    fn a_field_that_means_something_else_can_be_ignored(database) {
        let ground = Ground::new(database).with("SYNC_IGNORE_FIELDS", "has_more, meta.total,X-Total-Count");
        let halls = data::halls(3, 2);
        let fields = r#""hasMore":true,"meta":{"total":9000}"#;
        ground.answers(vec![after(&halls, fields).header("x-total-count", "9000")]);
        fine(&ground.program, "halls", &["exam_halls completed: 3 processed, 3 unchanged",
            "hall_rooms completed: 6 processed, 6 unchanged"]);
        let message = format!("halls: {NOT_WHOLE} `total` is 9000, but `data` has 3 elements with 6 records; {}", cure("total"));
        assert_eq!(ground.halls_fail(after(&halls, r#""total":9000"#), 13, &message), 1);
    }

    fn a_file_is_judged_like_an_answer(database) {
        database.migrate();
        let file = |fields: &str| Examsync::bare().env("DATABASE_URL", database.url())
            .stdin(format!(r#"{{"data":{},{fields}}}"#, data::halls(2, 2)));
        let outcome = file(r#""meta":{"page":1,"pages":3}"#).run("halls --from -").expect(13);
        assert_eq!(outcome.stderr.lines().next(), Some("examsync: error: halls from stdin: it says that it is not \
            whole: this is page 1 of 3 (`meta.page` is 1, `meta.pages` is 3); export it whole, or, if something else \
            is meant by it, set SYNC_IGNORE_FIELDS=page"));
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
        file(r#""meta":{"page":1,"pages":3}"#).env("SYNC_IGNORE_FIELDS", "pages").run("halls --from -").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 2);
    }
}

#[test]
fn what_repeats_the_token_is_not_shown() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    database.migrate();
    let token = crate::support::mock_api::TOKEN;
    api.always(
        HALLS,
        after(&json!([]), &format!(r#""error":"no such token: {token}","{token}":{{"ok":false}}"#)),
    );
    let outcome = Examsync::new(&database, &api).run("halls -vv").expect(13);
    assert!(!outcome.whole_stderr.contains(token), "{}", outcome.whole_stderr);
    let told = format!("examsync: error: halls: {NOT_GOOD} `error` is …; … is false; {}", cure("error,ok"));
    assert_eq!(outcome.stderr.lines().find(|line| line.contains("error: halls")), Some(told.as_str()));
}
