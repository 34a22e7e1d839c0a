//! What answers say of themselves as a whole.

use super::{permutations, read_halls, read_participants, read_rooms};

const NOT_WHOLE: &str = "self: it says that it is not whole: ";
const NOT_GOOD: &str = "self: it says that it is not good: ";

/// What becomes of an answer with two halls of two rooms and these fields before its data, and after it.
fn outcome(fields: &str) -> String {
    let data = r#""data":[{"id":1,"name":"A","rooms":[{},{}]},{"id":2,"name":"B","rooms":[{},{}]}]"#;
    let before = read_halls(format!("{{{fields},{data}}}")).1;
    assert_eq!(read_halls(format!("{{{data},{fields}}}")).1, before, "{fields}");
    before
}

#[track_caller]
fn is_refused(complaint: &str, fields: &str, told: &str) {
    assert_eq!(outcome(fields), format!("{complaint}{told}"), "{fields}");
    // The same in objects around it, whatever they are called, and not in lists, nor in data.
    let deep = outcome(&format!(r#""a":{{"b":{{{fields}}}}}"#));
    assert!(deep.starts_with(complaint), "{fields}: {deep}");
    assert_eq!(outcome(&format!(r#""a":[{{{fields}}}]"#)), "ok", "{fields}");
    assert_eq!(read_halls(format!(r#"{{"data":[{{{fields}}}]}}"#)).1, "ok", "{fields}");
}

#[test]
fn a_next_page_is_told_by_its_link_cursor_token_or_number() {
    for name in [
        "next",
        "nextPage",
        "nextPageUrl",
        "nextUrl",
        "nextLink",
        "nextCursor",
        "nextToken",
        "nextPageToken",
        "NEXT",
        "next_page_token",
        "next-cursor",
        "Next_Page_URL",
        "@nextLink",
        "@odata.nextLink",
        "links.next",
        "_links.next",
    ] {
        is_refused(NOT_WHOLE, &format!(r#""{name}":"abc""#), &format!("`{name}` is \"abc\""));
        for harmless in ["null", "\"\"", "\" \"", "false", "0", "-1", "\"0\"", "\"null\"", "[]", "[1]", "{}"]
        {
            assert_eq!(outcome(&format!(r#""{name}":{harmless}"#)), "ok", "{name} {harmless}");
        }
    }
    is_refused(NOT_WHOLE, r#""nextPage":2"#, "`nextPage` is 2");
    is_refused(NOT_WHOLE, r#""next":true"#, "`next` is true");
    is_refused(
        NOT_WHOLE,
        r#""links":{"self":"/a","next":"https://x.example/halls?page=2","last":null}"#,
        "`links.next` is \"https://x.example/halls?…\"",
    );
    is_refused(
        NOT_WHOLE,
        r#""_links":{"next":{"title":"more","href":"/halls?page=2"}}"#,
        "`_links.next.href` is \"/halls?…\"",
    );
    is_refused(NOT_WHOLE, r#""next":{"limit":10,"page":2}"#, "`next.page` is 2");
    assert_eq!(outcome(r#""links":{"next":{"title":"more","href":null,"method":"GET"}}"#), "ok");
    for harmless in [r#""cursor":"abc""#, r#""cursor":"abc","hasMore":false"#, r#""endCursor":"abc""#] {
        assert_eq!(outcome(harmless), "ok", "{harmless}");
    }
    is_refused(NOT_WHOLE, r#""cursor":"abc","hasMore":true"#, "`hasMore` is true");
}

#[test]
fn more_to_come_is_told_by_flags() {
    for name in [
        "hasMore",
        "has_more",
        "HAS-MORE",
        "hasNext",
        "hasNextPage",
        "truncated",
        "isTruncated",
        "is_truncated",
        "incomplete",
        "incomplete_results",
        "partial",
    ] {
        for (value, shown) in [("true", "true"), ("1", "1"), ("\"true\"", "\"true\""), ("\"1\"", "\"1\"")] {
            is_refused(NOT_WHOLE, &format!(r#""{name}":{value}"#), &format!("`{name}` is {shown}"));
        }
        for harmless in ["false", "0", "null", "\"false\"", "\"no\"", "\"\"", "[]", "{}"] {
            assert_eq!(outcome(&format!(r#""{name}":{harmless}"#)), "ok", "{name} {harmless}");
        }
    }
}

#[test]
fn a_page_that_is_not_the_last_is_told_by_a_flag() {
    for name in ["last", "isLast", "is_last_page", "LAST"] {
        is_refused(NOT_WHOLE, &format!(r#""{name}":false"#), &format!("`{name}` is false"));
        for harmless in ["true", "null", "0", "3", "\"\"", "\"/halls?page=3\"", "[]", r#"{"href":"/x"}"#] {
            assert_eq!(outcome(&format!(r#""{name}":{harmless}"#)), "ok", "{name} {harmless}");
        }
    }
}

#[test]
fn a_total_may_be_an_object_or_odatas() {
    let data = "but `data` has 2 elements with 4 records";
    is_refused(NOT_WHOLE, r#""@odata.count":3"#, &format!("`@odata.count` is 3, {data}"));
    let told = format!("`hits.total.value` is 9, {data}");
    assert_eq!(outcome(r#""hits":{"total":{"value":9,"relation":"eq"}}"#), format!("{NOT_WHOLE}{told}"));
    for harmless in [
        r#""@odata.count":2"#,
        r#""total":{"value":4,"relation":"eq"}"#,
        r#""total":{"worth":9}"#,
        r#""value":9"#,
        r#""count":9"#,
    ] {
        assert_eq!(outcome(harmless), "ok", "{harmless}");
    }
}

#[test]
fn a_page_below_the_last_is_told_with_both_numbers() {
    for page in ["page", "pageNumber", "currentPage", "number", "current_page"] {
        for pages in ["pages", "totalPages", "lastPage", "pageCount", "last_page"] {
            let told = format!("this is page 1 of 2 (`{page}` is 1, `{pages}` is 2)");
            is_refused(NOT_WHOLE, &format!(r#""{page}":1,"{pages}":2"#), &told);
            is_refused(NOT_WHOLE, &format!(r#""{pages}":2,"{page}":1"#), &told);
            for (this, last) in
                [("1", "1"), ("0", "1"), ("0", "0"), ("1", "0"), ("2", "2"), ("null", "2"), ("1", "null")]
            {
                let harmless = format!(r#""{page}":{this},"{pages}":{last}"#);
                assert_eq!(outcome(&harmless), "ok", "{harmless}");
            }
        }
    }
    let told = "this is page 0 of 2 (`page.number` is 0, `page.totalPages` is 2)";
    is_refused(NOT_WHOLE, r#""page":{"size":20,"totalPages":2,"number":0}"#, told);
    let told = "this is page 1 of 3 (`page` is \"1\", `pages` is \"3\")".replace('"', "");
    is_refused(NOT_WHOLE, r#""page":"1","pages":"3""#, &told);
    // The halves need not be in one object.
    let told = "this is page 1 of 2 (`page` is 1, `meta.lastPage` is 2)";
    is_refused(NOT_WHOLE, r#""page":1,"meta":{"lastPage":2}"#, told);
    let told = "this is page 1 of 2 (`a.page` is 1, `b.lastPage` is 2)";
    is_refused(NOT_WHOLE, r#""a":{"page":1},"b":{"lastPage":2}"#, told);
    for harmless in [
        r#""number":1,"meta":{"pages":9}"#,
        r#""page":1"#,
        r#""totalPages":9"#,
        r#""meta":{"number":1},"pages":2"#,
    ] {
        assert_eq!(outcome(harmless), "ok", "{harmless}");
    }
}

#[test]
fn a_total_is_compared_with_elements_records_in_them_and_people() {
    for name in ["total", "totalCount", "total_count", "totalElements", "totalRecords", "recordsTotal"] {
        let told = "`data` has 2 elements with 4 records";
        is_refused(NOT_WHOLE, &format!(r#""{name}":3"#), &format!("`{name}` is 3, but {told}"));
        is_refused(NOT_WHOLE, &format!(r#""{name}":"50""#), &format!("`{name}` is \"50\", but {told}"));
        for harmless in ["2", "4", "1", "0", "-1", "null", "\"many\"", "2.0", "[]", "{\"value\":2}"] {
            assert_eq!(outcome(&format!(r#""{name}":{harmless}"#)), "ok", "{name} {harmless}");
        }
    }
    let slots = |total: u32| {
        read_participants(format!(
            r#"{{"total":{total},"data":[{{"startTime":"09:00","participants":[
                {{"hallId":1,"roomId":1,"participantCount":20}},{{"hallId":1,"roomId":2,"profileExamId":7}}]}}]}}"#
        ))
        .1
    };
    for fine in [0, 1, 2, 21] {
        assert_eq!(slots(fine), "ok", "{fine}");
    }
    for wrong in [3, 20, 22] {
        let told = "but `data` has 1 element with 2 records of 21 people";
        assert_eq!(slots(wrong), format!("{NOT_WHOLE}`total` is {wrong}, {told}"));
    }
    let rooms = read_rooms(r#"{"total":3,"data":[{"id":1},{"id":2}]}"#).1;
    assert_eq!(rooms, format!("{NOT_WHOLE}`total` is 3, but `data` has 2 elements"));
    assert_eq!(read_rooms(r#"{"total":2,"data":[{"id":1},{"id":2}]}"#).1, "ok");
    assert_eq!(
        read_rooms(r#"{"total":1,"data":[]}"#).1,
        format!("{NOT_WHOLE}`total` is 1, but `data` has 0 elements")
    );
}

#[test]
fn a_failure_is_told_by_its_code_or_its_first_words() {
    for (fields, told) in [
        (r#""success":false"#, "`success` is false"),
        (r#""Success":"false""#, "`Success` is \"false\""),
        (r#""ok":0"#, "`ok` is 0"),
        (r#""error":"boom""#, "`error` is \"boom\""),
        (r#""error":true"#, "`error` is true"),
        (r#""errors":["boom","x"]"#, "`errors[0]` is \"boom\""),
        (r#""errors":{"name":["is bad"]}"#, "`errors.name[0]` is \"is bad\""),
        (r#""error":{"message":"late","code":"UPSTREAM_TIMEOUT"}"#, "`error.code` is \"UPSTREAM_TIMEOUT\""),
        (r#""error":{"message":"late","code":null}"#, "`error.message` is \"late\""),
        (r#""status":"error""#, "`status` is \"error\""),
        (r#""status":"ERROR""#, "`status` is \"ERROR\""),
        (r#""status":503"#, "`status` is 503"),
        (r#""status":"503 Service Unavailable""#, "`status` is \"503 Service Unavailable\""),
        (r#""status_code":400"#, "`status_code` is 400"),
        (r#""statusCode":"500""#, "`statusCode` is \"500\""),
        (r#""status":{"code":502,"text":"Bad Gateway"}"#, "`status.code` is 502"),
        (
            r#""success":false,"error":{"code":"X"},"hasMore":true"#,
            "`success` is false; `error.code` is \"X\"",
        ),
    ] {
        is_refused(NOT_GOOD, fields, told);
    }
    for harmless in [
        r#""success":true"#,
        r#""success":null"#,
        r#""ok":1"#,
        r#""error":null"#,
        r#""error":"""#,
        r#""error":false"#,
        r#""error":0"#,
        r#""error":{}"#,
        r#""error":{"code":null,"message":""}"#,
        r#""errors":[]"#,
        r#""errors":{"name":[]}"#,
        r#""status":"ok""#,
        r#""status":"success""#,
        r#""status":200"#,
        r#""status":"200 OK""#,
        r#""status":{"code":200}"#,
        r#""statusCode":399"#,
        r#""code":500"#,
        r#""message":"error""#,
    ] {
        assert_eq!(outcome(harmless), "ok", "{harmless}");
    }
}

#[test]
fn what_it_says_is_told_before_a_missing_list() {
    for body in [
        r#"{"error":{"code":"DOWN"}}"#,
        r#"{"data":null,"error":{"code":"DOWN"}}"#,
        r#"{"error":{"code":"DOWN"},"data":{}}"#,
    ] {
        assert_eq!(read_halls(body).1, format!("{NOT_GOOD}`error.code` is \"DOWN\""), "{body}");
    }
}

#[test]
fn all_that_is_wrong_is_told_up_to_three_of_a_kind() {
    for fields in permutations(&[
        r#""data":[]"#,
        r#""meta":{"total":50,"page":1,"lastPage":2}"#,
        r#""links":{"next":"/p2"}"#,
    ]) {
        let outcome = read_halls(fields).1;
        for told in [
            "this is page 1 of 2 (`meta.page` is 1, `meta.lastPage` is 2)",
            "`links.next` is \"/p2\"",
            "`meta.total` is 50",
        ] {
            assert!(outcome.contains(told), "{outcome}");
        }
    }
    let many: Vec<String> = (0..20).map(|nth| format!(r#""x{nth}":{{"hasMore":true}}"#)).collect();
    assert_eq!(outcome(&many.join(",")).matches("hasMore").count(), 3);
}
